"""Pictures without what a camera, a telephone or a program wrote into them; their pixels are not touched.

Only what shows the picture is copied; what is not known is left out, and so is all that follows the end of the
picture. Formats as in `cmflow.content.media.image`.
"""

import re
import struct
import zlib
from collections.abc import Iterator

from cmflow.content.media.facts import CUT, DAMAGED, Unreadable, number
from cmflow.netkit.media import profile

LARGEST_PROFILE = 8_000_000  # bytes of a colour profile; a larger one is damage, or something else
ICC = b"ICC_PROFILE\0"


def strip(data: bytes, mime: str) -> bytes:
    """The picture of that type without its metadata; `Unreadable` where it is damaged."""
    return STRIPPERS[mime](data)


# ── JPEG ────────────────────────────────────────────────────────────────────────────────────────────────────

START, END, SCAN = 0xD8, 0xD9, 0xDA
# Frames, tables, intervals: what the decoder needs. JPG (C8) is reserved, and every APPn and comment is left out.
NEEDED = frozenset((*(set(range(0xC0, 0xD0)) - {0xC8}), SCAN, 0xDB, 0xDC, 0xDD))
_MARKER = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")


def jpeg(data: bytes) -> bytes:
    segments = tuple(_segments(data))
    icc = profile.cleaned(jpeg_profile(data))
    out = [b"\xff\xd8"]
    out += (written for marker, body in segments if (written := _application(marker, body)))
    out += _icc_segments(icc)
    for marker, body in segments:
        if marker in NEEDED:
            out.append(bytes((0xFF, marker)) + body)
    return b"".join((*out, b"\xff\xd9"))


def jpeg_profile(data: bytes) -> bytes:
    """The colour profile, put together from its segments; empty where there is none."""
    parts = [body[2:] for marker, body in _segments(data) if marker == 0xE2 and body[2:].startswith(ICC)]
    return b"".join(part[len(ICC) + 2 :] for part in sorted(parts, key=lambda part: part[len(ICC) : len(ICC) + 1]))


def notes(data: bytes, mime: str) -> tuple[bytes, ...]:
    """The EXIF that a picture holds."""
    if mime == "image/jpeg":
        return tuple(body[2:] for marker, body in _segments(data) if marker == 0xE1)
    if mime == "image/png":
        return tuple(body for name, body in _png_chunks(data) if name == b"eXIf")
    if mime == "image/webp":
        return tuple(body for name, body in _riff(data, 12, _riff_end(data)) if name == b"EXIF")
    return ()


def components(data: bytes) -> int:
    """How many colours a JPEG has: 1 grey, 3 as on screens, 4 as in print."""
    frames = (body for marker, body in _segments(data) if marker in NEEDED and 0xC0 <= marker <= 0xCF)
    return next((body[7] for body in frames if len(body) > 7 and body[2] in (8, 12)), 0)


def _application(marker: int, body: bytes) -> bytes:
    """JFIF without its small picture, Adobe's note on the colours without anything behind it; nothing else."""
    if marker == 0xE0 and body[2:7] == b"JFIF\0" and len(body) >= 16:
        return b"\xff\xe0\0\x10" + body[2:14] + b"\0\0"
    if marker == 0xEE and body[2:7] == b"Adobe" and len(body) >= 14:
        return b"\xff\xee\0\x0e" + body[2:14]
    return b""


def _icc_segments(icc: bytes) -> Iterator[bytes]:
    size = 65_519
    count = -(-len(icc) // size)
    if count > 255:
        return
    for index in range(count):
        part = icc[index * size : (index + 1) * size]
        yield b"\xff\xe2" + struct.pack(">H", len(part) + 16) + ICC + bytes((index + 1, count)) + part


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and content with its length, of a scan with its pixels, up to the end mark of the picture."""
    offset = 2
    while True:
        if number(data, offset, 1) != 0xFF:
            raise Unreadable(DAMAGED)
        while (marker := number(data, offset + 1, 1)) == 0xFF:
            offset += 1
        offset += 2
        if marker == END:
            return
        if marker == 0x01 or 0xD0 <= marker <= START:
            continue
        end = offset + number(data, offset, 2)
        if end < offset + 2 or end > len(data):
            raise Unreadable(DAMAGED if end < offset + 2 else CUT)
        if marker == SCAN:
            end = _after_scan(data, end)
        yield marker, data[offset:end]
        offset = end


def _after_scan(data: bytes, offset: int) -> int:
    match = _MARKER.search(data, offset)
    if match is None:
        raise Unreadable(CUT)
    return match.start()


# ── PNG ─────────────────────────────────────────────────────────────────────────────────────────────────────

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNKS = frozenset(
    (
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"sRGB", b"sBIT", b"bKGD", b"pHYs"),
        *(b"cICP", b"mDCV", b"cLLI", b"acTL", b"fcTL", b"fdAT"),
    )
)  # fmt: skip


def png(data: bytes) -> bytes:
    out = [SIGNATURE]
    for name, body in _png_chunks(data):
        if name == b"iCCP":
            icc = profile.cleaned(_inflated(body.partition(b"\0")[2][1:]))
            body = b"RGB\0\0" + zlib.compress(icc, 9) if icc else b""
        if name in CHUNKS or (name == b"iCCP" and body):
            out.append(struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)))
    return b"".join(out)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    offset, name = 8, b""
    while name != b"IEND":
        end, name = offset + 8 + number(data, offset, 4), data[offset + 4 : offset + 8]
        number(data, end, 4)  # its checksum must be there
        yield name, data[offset + 8 : end]
        offset = end + 4


def _inflated(data: bytes) -> bytes:
    """As much as a profile may be; empty where it is damaged or larger."""
    stream = zlib.decompressobj()
    try:
        profile = stream.decompress(data, LARGEST_PROFILE)
    except zlib.error:
        return b""
    return profile if stream.eof else b""


# ── WebP ────────────────────────────────────────────────────────────────────────────────────────────────────

ICC_FLAG, NOTE_FLAGS = 0x20, 0x0C  # of VP8X: a profile; EXIF and XMP
FRAME = 16  # bytes of a frame's place and time, before its own chunks


def webp(data: bytes) -> bytes:
    chunks = [
        (name, profile.cleaned(body) if name == b"ICCP" else body) for name, body in _riff(data, 12, _riff_end(data))
    ]
    has_icc = any(name == b"ICCP" and body for name, body in chunks)
    body = b"".join(_webp_chunk(name, content, has_icc) for name, content in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _webp_chunk(name: bytes, body: bytes, has_icc: bool) -> bytes:
    if name == b"VP8X" and body:
        flags = body[0] & ~(NOTE_FLAGS | ICC_FLAG) | (ICC_FLAG if has_icc else 0)
        return _chunk(name, bytes((flags,)) + body[1:10])
    if name == b"ANMF":
        inner = _riff(body, FRAME, len(body))
        return _chunk(name, body[:FRAME] + b"".join(_chunk(*chunk) for chunk in inner if chunk[0] in PICTURES))
    return _chunk(name, body) if name in (*PICTURES, b"ANIM") or (name == b"ICCP" and body) else b""


PICTURES = (b"VP8 ", b"VP8L", b"ALPH")


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _riff_end(data: bytes) -> int:
    end = 8 + number(data, 4, 4, "little")
    if end > len(data):
        raise Unreadable(CUT)
    return end


def _riff(data: bytes, offset: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    while offset + 8 <= end:
        length = number(data, offset + 4, 4, "little")
        if offset + 8 + length > end:
            raise Unreadable(CUT)
        yield data[offset : offset + 4], data[offset + 8 : offset + 8 + length]
        offset += 8 + length + length % 2


# ── GIF ─────────────────────────────────────────────────────────────────────────────────────────────────────

LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # how often a moving picture is played


def gif(data: bytes) -> bytes:
    offset = 13 + _colours(number(data, 10, 1))
    out = [data[:offset]]
    while (block := number(data, offset, 1)) != 0x3B:
        start = offset
        if block == 0x2C:
            offset = _after_blocks(data, offset + 11 + _colours(number(data, offset + 9, 1)))
            out.append(data[start:offset])
        elif block == 0x21:
            offset = _after_blocks(data, offset + 2)
            out.append(_extension(data[start:offset]))
        else:
            raise Unreadable(DAMAGED)
    return b"".join((*out, b";"))


def _extension(block: bytes) -> bytes:
    """The time of a frame and the number of rounds, with nothing behind them."""
    if block[1] == 0xF9 and block[2] == 4:
        return block[:7] + b"\0"
    if block[1] == 0xFF and block[2] == 11 and block[3:14] in LOOPS and block[14:16] == b"\x03\x01":
        return block[:18] + b"\0"
    return b""


def _colours(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, offset: int) -> int:
    while length := number(data, offset, 1):
        offset += 1 + length
    return offset + 1


STRIPPERS = {"image/jpeg": jpeg, "image/png": png, "image/webp": webp, "image/gif": gif}
