"""git itself is killed at every one of its steps, or was killed and left its locks behind: each post is out once.

A `git` of ours stands before the real one in PATH, counts its calls, and dies with one of them as `kill -9` would.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from cmflow import ledger, publish
from cmflow.ledger import Ledger
from cmflow.model import State
from cmflow.model.errors import CmflowError
from cmflow.schedule.waits import CLAIM
from tests.deliveries import Clock, Fake, clones, planned, world

pytestmark = pytest.mark.slow  # real git, hundreds of times

REAL = shutil.which("git")
SCRIPT = """#!/bin/sh
echo >> "{calls}"
[ "$(wc -l < "{calls}")" -eq {number} ] || exec {real} "$@"
case {when} in
  before) ;;
  after) {real} "$@" ;;
  during) {real} "$@" & sleep 0.004; kill -9 $! ;;
esac
kill -9 $$
"""
STEPS = 7  # of git, in a run of one post


@contextmanager
def dying(folder: Path, number: int, when: str) -> Iterator[Path]:
    """In here, so many calls of git go well before one dies; yields the file that counts them."""
    calls, program, path = folder / "calls", folder / "bin" / "git", os.environ["PATH"]
    program.parent.mkdir(exist_ok=True)
    calls.touch()
    program.write_text(SCRIPT.format(calls=calls, number=number, real=REAL, when=when))
    program.chmod(0o755)
    os.environ["PATH"] = f"{program.parent}{os.pathsep}{path}"
    try:
        yield calls
    finally:
        os.environ["PATH"] = path


def unlocked(home: Ledger, remote: Path) -> list[str]:
    """Take away what killed programs left behind, as the hint says; their names."""
    left = [lock for folder in (home.repository.store.parent, remote) for lock in folder.rglob("*.lock")]
    for lock in left:
        lock.unlink()
    return [lock.name for lock in left]


def test_every_step_of_a_run_is_tried(tmp_path: Path) -> None:
    (home,) = clones(tmp_path, 1)
    with dying(tmp_path, 0, "before") as calls:
        publish.run([planned()], world(Fake().network(), Clock(), []), home)
    assert len(calls.read_text()) == STEPS


@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_whenever_git_is_killed_nothing_is_sent_twice_or_lost(tmp_path: Path, when: str) -> None:
    ended = Counter[State]()
    for number in range(1, STEPS + 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        fake, clock, (home, other) = Fake(), Clock(), clones(folder, 2)
        with dying(folder, number, when):
            once(fake, clock, home)
        for machine in (home, other):
            clock.now += CLAIM
            unlocked(machine, folder / "remote.git")
            once(fake, clock, machine)
        [(key, delivery)] = ledger.read(other).deliveries.items()
        assert key == ("hello", "team")
        assert len(fake.posts) <= 1, (number, when)
        assert delivery.state is State.SENT or (delivery.state is State.UNSURE and not delivery.receipts)
        assert bool(delivery.receipts) <= bool(fake.posts)
        assert fake.posts or delivery.state is State.UNSURE
        ended[delivery.state] += 1
    assert ended[State.SENT] >= STEPS // 2


def once(fake: Fake, clock: Clock, home: Ledger) -> None:
    try:
        publish.run([planned()], world(fake.network(), clock, []), home)
    except CmflowError:
        return  # it said so, and sent nothing


@pytest.mark.parametrize("name", ["index.lock", "HEAD.lock", "refs/heads/main.lock"])
def test_locks_that_are_no_concern_of_the_ledger_do_not_hold_it_up(tmp_path: Path, name: str) -> None:
    fake, (home,) = Fake(), clones(tmp_path, 1)
    (home.repository.root / ".git" / name).touch()
    assert publish.run([planned()], world(fake.network(), Clock(), []), home).counts == {State.SENT: 1}
    assert (home.repository.root / ".git" / name).exists()


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("clone 0/.git", "Another git process is using this repository, or was killed while using it."),
        ("remote.git", "The remote refuses to move cmflow-state, although no other run has moved it."),
    ],
)
def test_a_lock_on_the_ledger_itself_is_named_and_nothing_is_doubled(tmp_path: Path, where: str, why: str) -> None:
    fake, clock, (home,) = Fake(), Clock(), clones(tmp_path, 1)
    lock = tmp_path / where / "refs/heads/cmflow-state.lock"
    lock.touch()
    stopped = publish.run([planned()], world(fake.network(), clock, []), home).stopped
    assert stopped.startswith(why)
    assert "refs/heads/cmflow-state.lock" in stopped
    with suppress(CmflowError):
        publish.run([planned("other")], world(fake.network(), clock, []), home)
    lock.unlink()
    for _ in range(2):
        clock.now += CLAIM
        publish.run([planned(), planned("other")], world(fake.network(), clock, []), home)
    assert max(Counter(fake.posts).values()) == 1
    assert {each.state for each in ledger.read(home).deliveries.values()} <= {State.SENT, State.UNSURE}
