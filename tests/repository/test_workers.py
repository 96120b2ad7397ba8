import multiprocessing
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from cmflow.model.errors import SourceError
from cmflow.repository.workers import spread, together


def work(chunk: tuple[int, ...]) -> tuple[int, list[int]]:
    if 13 in chunk:
        raise SourceError("13 cannot be read.", "Take it away.")
    return os.getpid(), [each * each for each in chunk]


@pytest.mark.parametrize("worth", [1, 100])
@pytest.mark.parametrize("processors", [1, 2, 5])
def test_each_chunk_is_worked_on_once(monkeypatch: pytest.MonkeyPatch, processors: int, worth: int) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    found = sorted(result for _, result in spread(work, range(10), 3, worth))
    assert found == [[0, 1, 4], [9, 16, 25], [36, 49, 64], [81]]


def test_few_items_are_worked_on_by_this_process_in_their_order() -> None:
    found = list(spread(work, range(10), 3, 11))
    assert found == [(os.getpid(), result) for result in ([0, 1, 4], [9, 16, 25], [36, 49, 64], [81])]


def test_chunks_are_worked_on_by_this_process_and_by_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    both = multiprocessing.get_context("fork").Barrier(2, timeout=60)

    def wait(chunk: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        if chunk[0] in (0, 39):
            both.wait()  # else one process may do everything before the other has begun
        return os.getpid(), chunk

    found = {chunk: pid for pid, chunk in spread(wait, range(40), 1, 40)}
    assert sorted(found) == [(number,) for number in range(40)]
    assert (found[0,] != os.getpid(), found[39,]) == (True, os.getpid())


def test_without_items_there_is_nothing_to_do() -> None:
    assert list(spread(work, (), 3, 1)) == []


@pytest.mark.parametrize("worth", [1, 100])
def test_what_a_worker_says_is_said_here(worth: int) -> None:
    with pytest.raises(SourceError, match=r"^13 cannot be read.$") as said:
        list(spread(work, range(20), 3, worth))
    assert said.value.hint == "Take it away."


def test_a_worker_may_be_left_before_the_end() -> None:
    found = spread(work, range(10), 3, 1)
    assert next(found)[1] in ([0, 1, 4], [81])
    found.close()  # type: ignore[attr-defined]


def test_tasks_are_done_by_this_process_and_by_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    both = multiprocessing.get_context("fork").Barrier(2, timeout=60)

    def task(number: int) -> tuple[int, int]:
        if number in (0, 39):
            both.wait()  # else one process may do everything before the other has begun
        return os.getpid(), number * number

    found = together([partial(task, number) for number in range(40)], 40)
    assert [result for _, result in found] == [number * number for number in range(40)]
    assert (found[0][0] != os.getpid(), found[39][0]) == (True, os.getpid())


def test_few_tasks_are_done_by_this_process() -> None:
    found = together([partial(work, (number,)) for number in range(10)], 11)
    assert found == [(os.getpid(), [number * number]) for number in range(10)]


@pytest.mark.parametrize("worth", [1, 100])
@pytest.mark.parametrize("wrong", [0, 39], ids=["there", "here"])
def test_what_is_wrong_with_a_task_is_said_here(wrong: int, worth: int) -> None:
    def task(number: int) -> int:
        time.sleep(0.01)
        return 1 // (number - wrong)

    with pytest.raises(ZeroDivisionError):
        together([partial(task, number) for number in range(40)], worth)


SLOW = """
import sys, time
from cmflow.repository.workers import spread

def work(chunk):
    open(sys.argv[1], "w").close()
    time.sleep(0.1)
    return chunk

try:
    list(spread(work, range(500), 1, 1))
except KeyboardInterrupt:
    print("stopped")
"""


@pytest.mark.slow  # starts another Python
def test_ctrl_c_is_passed_on_without_a_word_from_the_workers(tmp_path: Path) -> None:
    started = tmp_path / "started"
    command = [sys.executable, "-c", SLOW, str(started)]
    with subprocess.Popen(command, stdout=-1, stderr=-1, text=True, start_new_session=True) as process:
        while not started.exists():
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the group
        out, err = process.communicate()
    assert (process.returncode, out, err) == (0, "stopped\n", "")


KILLED = """
import os, signal
from cmflow.repository.workers import spread

os.cpu_count = lambda: 3
first = os.getpid()

def work(chunk):
    if chunk == (0,) and os.getpid() != first:
        os.kill(os.getpid(), signal.SIGKILL)
    return chunk

list(spread(work, range(200), 1, 1))
"""


@pytest.mark.slow  # starts another Python
def test_a_worker_that_the_system_kills_does_not_hold_up_the_others() -> None:
    """As where memory is short."""
    ended = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, "BrokenProcessPool" in ended.stderr) == (1, True)


@pytest.mark.slow  # starts another Python
def test_workers_end_with_the_first_process(tmp_path: Path) -> None:
    """Even where that is killed: nobody takes their results."""
    script = SLOW.replace('open(sys.argv[1], "w").close()', "open(f'{sys.argv[1]}-{os.getpid()}', 'w').close()")
    command = [sys.executable, "-c", f"import os\nos.cpu_count = lambda: 2\n{script}", str(tmp_path / "worker")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while len([*tmp_path.iterdir()]) < 2:
            time.sleep(0.01)
        process.kill()
    pids = {int(path.name.partition("-")[2]) for path in tmp_path.iterdir()} - {process.pid}
    while any(map(_is_running, pids)):
        time.sleep(0.05)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
