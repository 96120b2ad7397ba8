"""The boxes that MP4 and MOV files are made of, as in ISO/IEC 14496-12, 4.2; read 2026-11-22."""

from collections.abc import Iterator
from typing import NamedTuple

from cmflow.content.media.facts import CUT, DAMAGED, Unreadable, number


class Box(NamedTuple):
    """A named stretch of the file: its content lies from `start` to `end`."""

    name: bytes
    start: int
    end: int


def boxes(data: bytes, parent: Box) -> Iterator[Box]:
    start = parent.start
    while start + 8 <= parent.end:
        size, name, header = number(data, start, 4), data[start + 4 : start + 8], 8
        if size == 1:
            size, header = number(data, start + 8, 8), 16
        end = start + size if size else parent.end
        if end > parent.end:
            raise Unreadable(CUT)
        if end < start + header:
            raise Unreadable(DAMAGED)
        yield Box(name, start + header, end)
        start = end


def inside(data: bytes, parent: Box, *path: bytes) -> Iterator[Box]:
    """Every box that is reached by these names, one level each."""
    for box in boxes(data, parent):
        if box.name == path[0]:
            yield from inside(data, box, *path[1:]) if path[1:] else (box,)
