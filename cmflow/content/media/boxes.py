"""The boxes that MP4 and MOV files are made of, as in ISO/IEC 14496-12, 4.2; read 2026-11-22."""

from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from cmflow.content.media.facts import CUT, DAMAGED, Unreadable, number

Read = Callable[[int, int], bytes]  # (offset, length): the bytes of a file from there on

LARGEST_INDEX = 64_000_000  # bytes of `moov`, or of one `moof`


def reader(file: BinaryIO) -> Read:
    """The bytes of an open file, by offset and length."""

    def read(offset: int, length: int) -> bytes:
        file.seek(offset)
        return file.read(length)

    return read


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


def top_boxes(read: Read, size: int) -> Iterator[tuple[int, Box]]:
    """The boxes of a file that is not in memory, each with where its header begins; bytes after the last one are a box
    without a name."""
    start = 0
    while start + 8 <= size:
        header = read(start, 16)
        length, name, begin = number(header, 0, 4), header[4:8], start + 8
        if length == 1:
            length, begin = number(header, 8, 8), start + 16
        end = start + length if length else size
        if end > size or end < begin:
            raise Unreadable(CUT if end > size else DAMAGED)
        yield start, Box(name, begin, end)
        start = end
    if start < size:
        yield start, Box(b"", start, size)


def content(read: Read, box: Box) -> bytes:
    """Return what is in a box of such a file; the index of hours of video has a few megabytes."""
    length = box.end - box.start
    if length > LARGEST_INDEX:
        raise Unreadable(DAMAGED)
    data = read(box.start, length)
    if len(data) != length:
        raise Unreadable(CUT)
    return data


def outline(read: Read, size: int) -> bytes:
    """A video without its pictures and sound: all that is read of it to tell what it is."""
    parts = []
    for _, box in top_boxes(read, size):
        body = content(read, box) if box.name in (b"ftyp", b"moov", b"moof") else b""
        if box.name in (b"ftyp", b"moov", b"moof", b"mdat"):
            parts.append((8 + len(body)).to_bytes(4, "big") + box.name + body)
    return b"".join(parts)


def inside(data: bytes, parent: Box, *path: bytes) -> Iterator[Box]:
    """Every box that is reached by these names, one level each."""
    for box in boxes(data, parent):
        if box.name == path[0]:
            yield from inside(data, box, *path[1:]) if path[1:] else (box,)
