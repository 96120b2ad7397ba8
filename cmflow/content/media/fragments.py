"""The length of a fragmented MP4: its index has none, or only what was known before the recording ended.

Boxes as in ISO/IEC 14496-12, 8.8; read 2026-11-29.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from cmflow.content.media.boxes import Box, inside
from cmflow.content.media.facts import Unreadable, number

NO_LENGTH = "Its duration cannot be read: export it again, as an ordinary MP4."

BASE, DESCRIPTION, DURATION = 0x1, 0x2, 0x8  # what a track fragment's header holds
OFFSET, FIRST, SAMPLE_DURATIONS = (
    0x1,
    0x4,
    0x100,
)  # what a run of samples holds: where it is, flags of the first, durations
FIELDS = (0x100, 0x200, 0x400, 0x800)  # of each sample, four bytes each


def seconds(data: bytes, top: tuple[Box, ...], movie: Box, clock: int) -> float:
    """The longest track; `clock` is how many units of the movie's time are a second.

    Raises Unreadable where there are fragments and no length.
    """
    scales, usual = _scales(data, movie), _usual(data, movie)
    header = next(inside(data, movie, b"mvex", b"mehd"), None)
    if header and (length := number(data, header.start + 4, 8 if _version(data, header) else 4)):
        return length / clock if clock else 0.0
    units = defaultdict[int, int](int)
    for fragment in (box for box in top if box.name == b"moof"):
        for track in inside(data, fragment, b"traf"):
            name, begins, length = _track(data, track, usual)
            units[name] = (units[name] if begins is None else begins) + length
    longest = max((length / scales[name] for name, length in units.items() if scales.get(name)), default=0.0)
    if not longest:
        raise Unreadable(NO_LENGTH)
    return longest


def _scales(data: bytes, movie: Box) -> Mapping[int, int]:
    """Track → how many units of its time are a second."""
    scales = {}
    for track in inside(data, movie, b"trak"):
        header, media = next(inside(data, track, b"tkhd"), None), next(inside(data, track, b"mdia", b"mdhd"), None)
        if header and media:
            name = number(data, header.start + (20 if _version(data, header) else 12), 4)
            scales[name] = number(data, media.start + (20 if _version(data, media) else 12), 4)
    return scales


def _usual(data: bytes, movie: Box) -> Mapping[int, int]:
    """Track → how long a sample lasts where nothing else is said."""
    tracks = inside(data, movie, b"mvex", b"trex")
    return {number(data, box.start + 4, 4): number(data, box.start + 12, 4) for box in tracks}


def _track(data: bytes, track: Box, usual: Mapping[int, int]) -> tuple[int, int | None, int]:
    """Which track a fragment is of, when it begins where it says so, and how long it lasts, in units of its time."""
    header, clock = next(inside(data, track, b"tfhd"), None), next(inside(data, track, b"tfdt"), None)
    if header is None:
        return 0, None, 0
    flags, name = _flags(data, header), number(data, header.start + 4, 4)
    start = header.start + 8 + 8 * bool(flags & BASE) + 4 * bool(flags & DESCRIPTION)
    length = number(data, start, 4) if flags & DURATION else usual.get(name, 0)
    begins = number(data, clock.start + 4, 8 if _version(data, clock) else 4) if clock else None
    return name, begins, sum(_run(data, run, length) for run in inside(data, track, b"trun"))


def _run(data: bytes, run: Box, usual: int) -> int:
    flags, count = _flags(data, run), number(data, run.start + 4, 4)
    if not flags & SAMPLE_DURATIONS:
        return count * usual
    width = 4 * sum(bool(flags & field) for field in FIELDS)
    start = run.start + 8 + 4 * bool(flags & OFFSET) + 4 * bool(flags & FIRST)
    return sum(_durations(data, start, min(start + count * width, run.end - 3), width))


def _durations(data: bytes, start: int, end: int, width: int) -> Iterator[int]:
    return (number(data, offset, 4) for offset in range(start, end, width))


def _flags(data: bytes, box: Box) -> int:
    return number(data, box.start + 1, 3)


def _version(data: bytes, box: Box) -> int:
    return number(data, box.start, 1)
