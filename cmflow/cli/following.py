"""Doing something again whenever files are saved: they are looked at twice a second, as long as somebody watches."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

EVERY = 0.5  # seconds

Seen = dict[Path, tuple[int, int]]  # when a file was saved last, and its size


def follow(show: Callable[[], Iterable[Path]], sleep: Callable[[float], None]) -> None:
    """Call `show` now, and each time that one of the files it names, or one in a folder it names, is saved.

    Ends with Ctrl-C. What is saved while it is being shown is shown next.
    """
    before: Seen = {}
    try:
        while True:
            names = tuple(show())
            seen = look(names)
            seen |= {path: saved for path, saved in before.items() if path in seen}
            while (before := look(names)) == seen:
                sleep(EVERY)
    except KeyboardInterrupt:
        return


def look(names: Iterable[Path]) -> Seen:
    """How each of the files stands; one that is not there is left out."""
    found: Seen = {}
    for path in (each for name in names for each in _files(name)):
        try:
            saved = path.stat()
        except OSError:  # gone between two looks: some editors save that way
            continue
        found[path] = saved.st_mtime_ns, saved.st_size
    return found


def _files(name: Path) -> Iterator[Path]:
    yield name
    if name.is_dir():
        yield from name.rglob("*")
