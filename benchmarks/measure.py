"""How long a command takes, and the most memory it and all its children hold at one moment."""

import os
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

INTERVAL = 0.05  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: how long it took, how long processors worked on it, and the most memory in bytes.

    `work` tells more than `seconds` on a machine that has something else to do as well. `peak` is 0 where it was not
    asked for, and where this system does not tell.
    """

    seconds: float
    work: float
    peak: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the report. `met` is None where no target was set."""

    what: str
    value: str
    target: str = ""
    met: bool | None = None


def command(arguments: Sequence[str], folder: Path, allowed: tuple[int, ...] = (0,), memory: bool = False) -> Run:
    """Run a command with its output thrown away; `allowed` are the exit codes that count as done.

    Looking at the memory costs a few hundredths of a second, so it is only done where it is asked for.
    """
    began, before = time.perf_counter(), worked()
    with subprocess.Popen(arguments, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        watch = Watch(process.pid) if memory else None
        assert process.stderr is not None
        said = process.stderr.read()
        process.wait()
        seconds = time.perf_counter() - began
        peak = watch.stop() if watch else 0
    if process.returncode not in allowed:
        raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}:\n{said.decode()}")
    return Run(seconds, worked() - before, peak)


def worked() -> float:
    """Seconds that processors have worked on all the commands that ended so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Watch:
    """Adds up the memory of a process and its children again and again, and keeps the largest sum."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak, self._done = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._done.set()
        self._thread.join()
        return self._peak

    def _look(self) -> None:
        while not self._done.wait(INTERVAL):
            self._peak = max(self._peak, sum(memory_of(pid) for pid in family(self._pid)))


def family(pid: int) -> list[int]:
    """A process and everything it started (Linux)."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            found += family(int(child))
    return found


def memory_of(pid: int) -> int:
    """Bytes of a process, with what it shares with others counted in parts (Linux's PSS)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def times(run: Callable[[], object], repeat: int) -> float:
    """The median of so many calls, in seconds."""
    found = []
    for _ in range(repeat):
        began = time.perf_counter()
        run()
        found.append(time.perf_counter() - began)
    return median(found)


def in_words(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def at_most(what: str, seconds: float, limit: float, work: float = 0) -> Figure:
    value = f"{in_words(seconds)} ({in_words(work)} of processor)" if work else in_words(seconds)
    return Figure(what, value, f"≤ {in_words(limit)}", seconds <= limit)


def ratio(what: str, seconds: float, reference: float, limit: float, name: str) -> Figure:
    """`seconds` against `reference`, which is called `name`; `limit` 0: no target."""
    times_as_long = seconds / reference
    value = f"{in_words(seconds)} = {times_as_long:.2f} × {name} ({in_words(reference)})"
    return Figure(what, value, f"≤ {limit:g} ×" if limit else "", times_as_long <= limit if limit else None)


def memory(what: str, peak: int, limit_mb: int) -> Figure:
    if not peak:
        return Figure(what, "not told by this system", f"≤ {limit_mb} MB")
    return Figure(what, f"{peak / 1e6:.0f} MB", f"≤ {limit_mb} MB", peak <= limit_mb * 1e6)


def processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
