"""MP4 and MOV videos: how long, how large, and whether the index stands in front. Only the index is read.

Boxes as in ISO/IEC 14496-12 and Apple's "QuickTime File Format", read 2026-11-22.
"""

from collections.abc import Iterator
from typing import NamedTuple

from cmflow.media.facts import CUT, DAMAGED, Facts, Unreadable, number

NO_PICTURE = "It has no moving picture: networks take it for a sound file, or refuse it."
NO_INDEX = "Its index (moov) is missing: the recording or the export was not finished."
APPLE_PLACE = b"com.apple.quicktime.location.ISO6709"


class Box(NamedTuple):
    """A named stretch of the file: its content lies from `start` to `end`."""

    name: bytes
    start: int
    end: int


def mp4(data: bytes) -> Facts:
    boxes = tuple(_boxes(data, Box(b"", 0, len(data))))
    names = [box.name for box in boxes]
    if b"moov" not in names:
        raise Unreadable(NO_INDEX)
    if b"mdat" not in names:
        raise Unreadable(CUT)
    movie = boxes[names.index(b"moov")]
    width, height = _dimensions(data, movie)
    streamable = names.index(b"moov") < names.index(b"mdat")
    mime = "video/quicktime" if _brand(data) == b"qt  " else "video/mp4"
    sizes = (width, height, 1, len(data), _seconds(data, movie))
    return Facts("video", mime, *sizes, streamable, located=_located(data, movie))


def _brand(data: bytes) -> bytes:
    """QuickTime files older than the brand have none."""
    return data[8:12] if data[4:8] == b"ftyp" else b"qt  "


def _boxes(data: bytes, parent: Box) -> Iterator[Box]:
    at = parent.start
    while at + 8 <= parent.end:
        size, name, header = number(data, at, 4), data[at + 4 : at + 8], 8
        if size == 1:
            size, header = number(data, at + 8, 8), 16
        end = at + size if size else parent.end
        if end > parent.end:
            raise Unreadable(CUT)
        if end < at + header:
            raise Unreadable(DAMAGED)
        yield Box(name, at + header, end)
        at = end


def _inside(data: bytes, parent: Box, *path: bytes) -> Iterator[Box]:
    """Every box that is reached by these names, one level each."""
    for box in _boxes(data, parent):
        if box.name == path[0]:
            yield from _inside(data, box, *path[1:]) if path[1:] else (box,)


def _seconds(data: bytes, movie: Box) -> float:
    header = next(_inside(data, movie, b"mvhd"), None)
    if header is None:
        raise Unreadable(DAMAGED)
    long = number(data, header.start, 1) == 1
    clock, wide = header.start + (20 if long else 12), 8 if long else 4
    units, duration = number(data, clock, 4), number(data, clock + 4, wide)
    return duration / units if units else 0.0


def _located(data: bytes, movie: Box) -> bool:
    """Whether a phone wrote down where it was. If its notes are damaged, the film can be shown all the same."""
    try:
        place = next(_inside(data, movie, b"udta", b"\xa9xyz"), None)
    except Unreadable:
        place = None
    return place is not None or data.find(APPLE_PLACE, movie.start, movie.end) >= 0


def _dimensions(data: bytes, movie: Box) -> tuple[int, int]:
    """Width and height as it is shown, of the largest video track: a phone stores an upright video turned."""
    tracks = [track for track in _inside(data, movie, b"trak") if _is_video(data, track)]
    sizes = [_shown(data, header) for track in tracks for header in _inside(data, track, b"tkhd")]
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    if not width or not height:
        raise Unreadable(NO_PICTURE)
    return width, height


def _is_video(data: bytes, track: Box) -> bool:
    return any(data[box.start + 8 : box.start + 12] == b"vide" for box in _inside(data, track, b"mdia", b"hdlr"))


def _shown(data: bytes, header: Box) -> tuple[int, int]:
    """A track header ends in a matrix of nine numbers, then width and height in 1/65536 pixel."""
    matrix = header.start + (52 if number(data, header.start, 1) == 1 else 40)
    width, height = number(data, matrix + 36, 4) >> 16, number(data, matrix + 40, 4) >> 16
    turned = number(data, matrix, 4) == 0 and number(data, matrix + 4, 4) != 0
    return (height, width) if turned else (width, height)
