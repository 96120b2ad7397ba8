"""Doing something again whenever files are saved: they are looked at twice a second, as long as the command runs."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

EVERY = 0.5  # seconds

Stamps = dict[str, tuple[int, int]]  # when a file was saved last, and its size


def follow(show: Callable[[], Iterable[Path]], sleep: Callable[[float], None]) -> None:
    """Call `show` now, and each time that one of the files it names, or one in a folder it names, is saved.

    Ends with Ctrl-C. What is saved while it is being shown is shown next.
    """
    previous: Stamps = {}
    try:
        while True:
            names = tuple(show())
            current = look(names)
            current |= {path: saved for path, saved in previous.items() if path in current}
            while (previous := look(names)) == current:
                sleep(EVERY)
    except KeyboardInterrupt:
        return


def look(names: Iterable[Path]) -> Stamps:
    """The state of each of the files; one that does not exist is left out."""
    stamps: Stamps = {}
    for name in names:
        with suppress(OSError):  # gone between two looks: some editors save that way
            stamps[str(name)] = _saved(name.stat())
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


def _saved(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_mtime_ns, stat.st_size
