"""PDF: whether the file is whole, and whether a network can open it.

As in ISO 32000-2, 7.5, read 2026-11-29. Its pages are not counted: they lie in compressed streams.
"""

from cmflow.content.media.facts import CUT, Facts, Unreadable

TAIL = 1024  # bytes at the end in which the end mark is


def pdf(data: bytes) -> Facts:
    """What the document is; `Unreadable` where it was cut off or wants a password."""
    if b"%%EOF" not in data[-TAIL:]:
        raise Unreadable(CUT)
    if b"/Encrypt" in data:
        raise Unreadable("It is a PDF with a password or restrictions: export it without.")
    return Facts("document", "application/pdf", 0, 0, size=len(data))
