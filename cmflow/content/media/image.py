"""PNG, JPEG, GIF and WebP: size in pixels, frames, and whether the file is whole. Nothing is ever decompressed.

Formats as in the PNG specification (3rd edition), ITU T.81 annex B, the GIF89a specification and Google's "WebP
Container Specification", all read 2026-11-22.
"""

from collections.abc import Iterator
from typing import Literal
from zlib import crc32

from cmflow.content.media import exif
from cmflow.content.media.facts import CUT, DAMAGED, Facts, Unreadable, number


def png(data: bytes) -> Facts:
    """Every chunk that matters must have its right checksum, and the last one must be there."""
    width, height, frames, pixels, notes = 0, 0, 1, False, []
    for name, offset in _png_chunks(data):
        if name == b"IHDR":
            width, height = number(data, offset, 4), number(data, offset + 4, 4)
        elif name == b"acTL":
            frames = max(1, number(data, offset, 4))
        elif name in (b"eXIf", b"iTXt"):
            notes.append(data[offset : offset + number(data, offset - 8, 4)])
        pixels = pixels or name == b"IDAT"
    if not pixels:
        raise Unreadable(DAMAGED)
    turned, located = exif.shot(notes)
    return _complete(Facts("image", "image/png", width, height, frames, len(data), turned=turned, located=located))


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Name and start of the content of each chunk, up to the end mark."""
    offset, name, view = 8, b"", memoryview(data)
    while name != b"IEND":
        end, name = offset + 8 + number(data, offset, 4), data[offset + 4 : offset + 8]
        checksum = number(data, end, 4)
        if name[:1].isupper() and crc32(view[offset + 4 : end]) != checksum:
            raise Unreadable(DAMAGED)
        yield name, offset + 8
        offset = end + 4


def jpeg(data: bytes) -> Facts:
    """Segments up to the first scan; after it the end mark must come (pictures inside EXIF come before it)."""
    offset, width, height, notes = 2, 0, 0, []
    while True:
        if number(data, offset, 1) != 0xFF:
            raise Unreadable(DAMAGED)
        marker = number(data, offset + 1, 1)
        offset += 1 if marker == 0xFF else 2
        if marker == 0xDA:
            break
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = number(data, offset + 3, 2), number(data, offset + 5, 2)
        if marker == 0xE1:
            notes.append(data[offset + 2 : offset + number(data, offset, 2)])
        if marker != 0xFF:
            offset += _jpeg_segment(data, offset, marker)
    if data.rfind(b"\xff\xd9", offset) < 0:
        raise Unreadable(CUT)
    turned, located = exif.shot(notes)
    return _complete(Facts("image", "image/jpeg", width, height, 1, len(data), turned=turned, located=located))


def _jpeg_segment(data: bytes, offset: int, marker: int) -> int:
    """Return how long the segment is; a few markers stand alone, and the end mark may not come yet."""
    if marker == 0x01 or 0xD0 <= marker <= 0xD8:
        return 0
    length = 0 if marker == 0xD9 else number(data, offset, 2)
    if length < 2:
        raise Unreadable(DAMAGED)
    return length


def gif(data: bytes) -> Facts:
    width, height = number(data, 6, 2, "little"), number(data, 8, 2, "little")
    offset, frames, hundredths = 13 + _colours(number(data, 10, 1)), 0, 0
    while (block := number(data, offset, 1)) != 0x3B:
        if block == 0x2C:
            frames += 1
            offset += 11 + _colours(number(data, offset + 9, 1))
        elif block == 0x21:
            if number(data, offset + 1, 1) == 0xF9:
                hundredths += number(data, offset + 4, 2, "little")
            offset += 2
        else:
            raise Unreadable(DAMAGED)
        offset = _after_blocks(data, offset)
    facts = Facts("gif" if frames > 1 else "image", "image/gif", width, height, frames, len(data), hundredths / 100)
    return _complete(facts)


def _colours(flags: int) -> int:
    """The length of the colour table these flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, offset: int) -> int:
    while length := number(data, offset, 1):
        offset += 1 + length
    return offset + 1


def webp(data: bytes) -> Facts:
    width, height, frames, milliseconds, notes = 0, 0, 0, 0, []
    for name, offset in _webp_chunks(data):
        if name == b"ANMF":
            frames += 1
            milliseconds += number(data, offset + 12, 3, "little")
        elif name in (b"EXIF", b"XMP "):
            notes.append(data[offset : offset + number(data, offset - 4, 4, "little")])
        elif name in _WEBP_SIZES and not width:
            width, height = _WEBP_SIZES[name](data, offset)
    kind: Literal["gif", "image"] = "gif" if frames > 1 else "image"
    turned, located = exif.shot(notes)
    sizes = (width, height, max(1, frames), len(data), milliseconds / 1000)
    return _complete(Facts(kind, "image/webp", *sizes, turned=turned, located=located))


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, int]]:
    end, offset = 8 + number(data, 4, 4, "little"), 12
    if end > len(data):
        raise Unreadable(CUT)
    while offset + 8 <= end:
        length = number(data, offset + 4, 4, "little")
        if offset + 8 + length > end:
            raise Unreadable(CUT)
        yield data[offset : offset + 4], offset + 8
        offset += 8 + length + length % 2


def _canvas(data: bytes, offset: int) -> tuple[int, int]:
    return number(data, offset + 4, 3, "little") + 1, number(data, offset + 7, 3, "little") + 1


def _lossy(data: bytes, offset: int) -> tuple[int, int]:
    return number(data, offset + 6, 2, "little") & 0x3FFF, number(data, offset + 8, 2, "little") & 0x3FFF


def _lossless(data: bytes, offset: int) -> tuple[int, int]:
    bits = number(data, offset + 1, 4, "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


_WEBP_SIZES = {b"VP8X": _canvas, b"VP8 ": _lossy, b"VP8L": _lossless}


def _complete(facts: Facts) -> Facts:
    if not facts.width or not facts.height or not facts.frames:
        raise Unreadable(DAMAGED)
    return facts
