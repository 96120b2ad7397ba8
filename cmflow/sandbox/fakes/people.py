"""People who write to us on the networks that a fake plays, told apart by first names."""

from zlib import crc32


def number(author: str) -> str:
    """The number that a network knows a person by."""
    return f"8{crc32(author.encode()):014}"
