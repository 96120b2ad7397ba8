"""Colour profiles in pictures: what is needed to show the colours, without what they say of a screen or its owner.

Profiles as in ICC.1:2022, 7.2 and 7.3; read 2026-11-29. A picture of a screen often holds the profile of that screen,
with its serial number; a profile may also hold any text.
"""

import struct
from collections.abc import Iterator

HEADER, ENTRY, MOST = 128, 12, 100  # bytes of the header and of an entry of the tag table; more tags are damage
COLOURS = frozenset(
    (
        *(b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"bkpt", b"chad", b"cicp"),
        *(b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"gamt", b"D2B0", b"D2B1", b"B2D0", b"B2D1"),
    )
)  # fmt: skip
KINDS = frozenset((b"XYZ ", b"curv", b"para", b"sf32", b"cicp", b"mft1", b"mft2", b"mAB ", b"mBA ", b"mpet"))
MARK = (36, b"acsp")
# Bytes of the header that say when, on what and by whom the profile was made; and its checksum.
ORIGIN = ((4, 8), (24, 36), (40, 44), (48, 64), (80, 128))
NAMES = (b"sRGB", b"s\0R\0G\0B", b"\0s\0R\0G\0B")


def cleaned(profile: bytes) -> bytes:
    """The profile with its colours alone; empty where it is not needed, because it is sRGB, or is damaged."""
    if profile[MARK[0] : MARK[0] + 4] != MARK[1] or _is_srgb(profile):
        return b""
    tags = tuple(_tags(profile))
    if not tags:
        return b""
    head, body = bytearray(profile[:HEADER]), bytearray()
    for start, end in ORIGIN:
        head[start:end] = bytes(end - start)
    table, first = bytearray(struct.pack(">I", len(tags))), HEADER + 4 + ENTRY * len(tags)
    for name, content in tags:
        table += name + struct.pack(">2I", first + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head[0:4] = struct.pack(">I", first + len(body))
    return bytes(head + table + body)


def _is_srgb(profile: bytes) -> bool:
    """By its description: what calls itself sRGB is shown as what has no profile."""
    text = next((content for name, content in _entries(profile) if name == b"desc"), b"")
    return any(name in text for name in NAMES)


def _tags(profile: bytes) -> Iterator[tuple[bytes, bytes]]:
    for name, content in _entries(profile):
        if name in COLOURS and content[:4] in KINDS:
            yield name, content


def _entries(profile: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each tag that lies in the profile."""
    count = int.from_bytes(profile[HEADER : HEADER + 4], "big")
    for offset in range(HEADER + 4, HEADER + 4 + ENTRY * min(count, MOST), ENTRY):
        name, entry = profile[offset : offset + 4], profile[offset + 4 : offset + ENTRY]
        start, length = int.from_bytes(entry[:4], "big"), int.from_bytes(entry[4:], "big")
        if start >= HEADER and length and start + length <= len(profile):
            yield name, profile[start : start + length]
