"""Videos without what a telephone or camera wrote into them: where, when and with what they were filmed.

Every byte keeps its place, so that nothing in the index is wrong afterwards: a box that goes becomes `free`, of the
same length and empty. What is read of the file is its index; all else is copied as it passes. Boxes as in ISO/IEC
14496-12, 8 and Apple's "QuickTime File Format"; read 2026-11-29.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from cmflow.content.media.boxes import Box, Read, boxes, content, inside, top_boxes
from cmflow.content.media.facts import number
from cmflow.netkit.patch import Patch, apply, disjoint

TOP = frozenset((b"ftyp", b"styp", b"pdin", b"moov", b"moof", b"mdat", b"mfra", b"sidx", b"ssix"))
NOTES = frozenset((b"udta", b"meta", b"uuid", b"free", b"skip", b"wide"))
FILMS = frozenset((b"vide", b"soun", b"auxv", b"pict"))  # seen or heard; drones write their way as subtitles
CLOCKS = (b"mvhd", b"tkhd", b"mdhd")


def cleaned(data: bytes) -> bytes:
    """The whole video, where it is in memory already."""
    out = bytearray(data)
    apply(out, 0, patches(lambda offset, length: data[offset : offset + length], len(data)))
    return bytes(out)


# ── what is taken out ───────────────────────────────────────────────────────────────────────────────────────


def patches(read: Read, size: int) -> tuple[Patch, ...]:
    """Everything that changes, sorted by place; `Unreadable` where the video is damaged."""
    return disjoint(_patches(read, size))


def _patches(read: Read, size: int) -> Iterator[Patch]:
    for head, box in top_boxes(read, size):
        if box.name in (b"moov", b"moof"):
            index = content(read, box)
            yield from _moved(_movie(index) if box.name == b"moov" else _fragment(index), box.start)
            if box.name == b"moov":
                yield from _samples(index, size)
        elif box.name not in TOP:
            yield from _freed(box, head)


def _freed(box: Box, head: int) -> Iterator[Patch]:
    """The box is `free` and empty; bytes after the last box are zeros."""
    if box.name:
        yield Patch(head + 4, head + 8, b"free")
    if box.end > box.start:
        yield Patch(box.start, box.end)


def _moved(changes: Iterable[Patch], by: int) -> Iterator[Patch]:
    return (Patch(patch.start + by, patch.end + by, patch.data) for patch in changes)


def _movie(index: bytes) -> Iterator[Patch]:
    movie = Box(b"moov", 0, len(index))
    for head, box in _heads(index, movie):
        if box.name in NOTES or (box.name == b"trak" and _is_foreign(index, box)):
            yield from _freed(box, head)
        elif box.name == b"trak":
            yield from _track(index, box)
        elif box.name in CLOCKS:
            yield from _clock(index, box)


def _track(index: bytes, track: Box) -> Iterator[Patch]:
    for head, box in _heads(index, track):
        leads_away = box.name == b"tref" and index[box.start + 4 : box.start + 8] != b"auxl"
        if box.name in NOTES or leads_away:
            yield from _freed(box, head)
        elif box.name in CLOCKS:
            yield from _clock(index, box)
        elif box.name == b"mdia":
            yield from _media(index, box)


def _media(index: bytes, media: Box) -> Iterator[Patch]:
    """The time it was made, and the name of its handler: programs and cameras write their own there."""
    for head, box in _heads(index, media):
        if box.name in NOTES:
            yield from _freed(box, head)
        elif box.name in CLOCKS:
            yield from _clock(index, box)
        elif box.name == b"hdlr" and box.end > box.start + 24:
            yield Patch(box.start + 24, box.end)


def _clock(index: bytes, box: Box) -> Iterator[Patch]:
    """When it was made and changed, in a header: both are 0 if unknown."""
    length = 16 if number(index, box.start, 1) == 1 else 8
    if box.end >= box.start + 4 + length:
        yield Patch(box.start + 4, box.start + 4 + length)


def _fragment(index: bytes) -> Iterator[Patch]:
    fragment = Box(b"moof", 0, len(index))
    parents = (fragment, *(box for _, box in _heads(index, fragment) if box.name == b"traf"))
    for parent in parents:
        for head, box in _heads(index, parent):
            if box.name in (b"udta", b"meta", b"free", b"skip"):
                yield from _freed(box, head)


def _heads(index: bytes, parent: Box) -> Iterator[tuple[int, Box]]:
    head = parent.start
    for box in boxes(index, parent):
        yield head, box
        head = box.end


# ── tracks of notes: where a camera was, second by second ───────────────────────────────────────────────────


def _is_foreign(index: bytes, track: Box) -> bool:
    """Whether it is neither seen nor heard: sensors, places, faces, and text that no network shows."""
    handler = next(inside(index, track, b"mdia", b"hdlr"), None)
    return handler is not None and index[handler.start + 8 : handler.start + 12] not in FILMS


def _samples(index: bytes, size: int) -> Iterator[Patch]:
    """What such tracks hold, wherever it lies between the pictures."""
    for track in inside(index, Box(b"", 0, len(index)), b"trak"):
        if _is_foreign(index, track):
            for start, length in _stretches(index, track):
                if length and start + length <= size:
                    yield Patch(start, start + length)


def _stretches(index: bytes, track: Box) -> Iterator[tuple[int, int]]:
    """Each chunk of samples: where it begins in the file, and how long it is."""
    table = next(inside(index, track, b"mdia", b"minf", b"stbl"), None)
    if table is None:
        return
    by_name = {box.name: box for box in boxes(index, table)}
    offsets, sizes = tuple(_offsets(index, by_name)), by_name.get(b"stsz")
    same = number(index, sizes.start + 4, 4) if sizes else 0
    lengths = _numbers(index, sizes, sizes.start + 8, 4) if sizes and not same else iter(())
    for offset, count in zip(offsets, _counts(index, by_name.get(b"stsc"), len(offsets)), strict=True):
        yield offset, same * count or sum(islice(lengths, count))


def _offsets(index: bytes, by_name: dict[bytes, Box]) -> Iterator[int]:
    for name, width in ((b"stco", 4), (b"co64", 8)):
        if box := by_name.get(name):
            yield from _numbers(index, box, box.start + 4, width)


def _counts(index: bytes, box: Box | None, chunks: int) -> Iterator[int]:
    """How many samples each chunk has: rows of the first chunk, how many, and how they are described."""
    rows = tuple(_numbers(index, box, box.start + 4, 12)) if box else ()
    starts = [(row >> 64, row >> 32 & 0xFFFFFFFF) for row in rows]
    offset, count = 0, 0
    for chunk in range(1, chunks + 1):
        while offset < len(starts) and starts[offset][0] <= chunk:
            count, offset = starts[offset][1], offset + 1
        yield count


def _numbers(index: bytes, box: Box, offset: int, width: int) -> Iterator[int]:
    """A table: how many there are, then each; no more than lie in the box."""
    count = min(number(index, offset, 4), (box.end - offset - 4) // width)
    return (
        int.from_bytes(index[position : position + width], "big")
        for position in range(offset + 4, offset + 4 + count * width, width)
    )
