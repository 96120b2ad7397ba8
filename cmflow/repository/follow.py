"""Doing something again whenever files are saved: they are looked at many times a second, as long as the command runs.

Looking at ten thousand files takes a while. So all of them are looked at as often as takes a small part of the time,
and in between the folders, which change where files come and go, the files that were saved last, which are those that a
person is working on, and those that are not there yet.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from heapq import nlargest
from math import ceil
from pathlib import Path
from time import perf_counter, time_ns

from cmflow import collector

EVERY = 0.05  # seconds
SHARE = 0.1  # of the time, for looking at all files
LATEST = 50  # files, and as many folders, that are looked at each time

FOLDER = -1  # instead of a size

Stamps = dict[str, tuple[int, int]]  # when a file was saved last, and its size


def follow(show: Callable[[], Iterable[Path]], sleep: Callable[[float], None]) -> None:
    """Call `show` now, and each time that one of the files it names, or one in a folder it names, is saved.

    Ends with Ctrl-C. What is saved while it is being shown is shown next.
    """
    collector.stay()
    previous: Stamps | None = None
    try:
        while True:
            began = time_ns()
            names = tuple(show())
            current = look(names)
            if previous is None:  # nothing is known of the time before: what is newer was saved meanwhile
                current = {path: saved for path, saved in current.items() if saved[0] < began}
            else:
                current |= {path: saved for path, saved in previous.items() if path in current}
            previous = _wait(names, current, sleep)
    except KeyboardInterrupt:
        return


def _wait(names: tuple[Path, ...], current: Stamps, sleep: Callable[[float], None]) -> Stamps:
    """Return the state of all files once it is another than `current`."""
    latest = (*_latest(current), *(str(name) for name in names if str(name) not in current))
    turn = seldom = 0
    while True:
        if turn == 0:
            began = perf_counter()
            if (stamps := look(names)) != current:
                return stamps
            seldom = ceil((perf_counter() - began) / SHARE / EVERY)
        elif any(_stamp(path) != current.get(path) for path in latest):
            return look(names)
        turn = (turn + 1) % seldom
        sleep(EVERY)


def _latest(stamps: Stamps) -> tuple[str, ...]:
    """The folders and the files that changed last."""
    folders = [path for path, (_, size) in stamps.items() if size == FOLDER]
    files = stamps.keys() - {*folders}
    return tuple(path for paths in (folders, files) for path in nlargest(LATEST, paths, key=stamps.__getitem__))


def look(names: Iterable[Path]) -> Stamps:
    """The state of each of the files; one that does not exist is left out."""
    stamps: Stamps = {}
    for name in names:
        if stamp := _stamp(str(name)):  # some editors save by way of another file: it may be gone between two looks
            stamps[str(name)] = stamp
        stamps |= _below(str(name))
    return stamps


def _below(folder: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Everything in a folder; nothing in what is none."""
    waiting = [folder]
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                try:
                    yield entry.path, _saved(entry.stat())
                except OSError:
                    continue


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        return _saved(Path(path).stat())
    except OSError:
        return None


def _saved(status: os.stat_result) -> tuple[int, int]:
    return status.st_mtime_ns, FOLDER if stat.S_ISDIR(status.st_mode) else status.st_size
