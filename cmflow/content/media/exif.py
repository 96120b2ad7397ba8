"""A camera's notes in a picture: where it was taken, and how the camera was held.

EXIF as in CIPA DC-008 (EXIF 2.32), 4.6; XMP as in Adobe's "XMP Specification", part 2; both read 2026-11-23.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

HEAD = b"Exif\0\0"  # before the directories, in a JPEG and in some other files
ORIENTATION, GPS, LATITUDE = 274, 34853, 2
XMP_LATITUDE = b"GPSLatitude"


class Shot(NamedTuple):
    """`turned`: the picture is stored lying on its side; `located`: it says where on earth it was taken."""

    turned: bool = False
    located: bool = False


def shot(notes: Iterable[bytes]) -> Shot:
    """Return what the notes in a file say, each of them EXIF, XMP or anything else; damaged ones say nothing."""
    turned = located = False
    for note in notes:
        if note.startswith((HEAD, b"II*\0", b"MM\0*")):
            facts = _exif(note.removeprefix(HEAD))
            turned, located = turned or facts.turned, located or facts.located
        located = located or XMP_LATITUDE in note
    return Shot(turned, located)


def orientation(notes: Iterable[bytes]) -> int:
    """Return how the camera was held, 1 (upright) to 8, as the first EXIF that says so has it; damaged ones say 1."""
    for note in notes:
        if note.startswith((HEAD, b"II*\0", b"MM\0*")):
            main, order = _main(note.removeprefix(HEAD))
            if 1 < (value := int.from_bytes(main.get(ORIENTATION, b"")[:2], order)) <= 8:
                return value
    return 1


def _exif(data: bytes) -> Shot:
    """A camera that does not know where it is may still write the directory: without a latitude."""
    main, order = _main(data)
    gps = _directory(data, int.from_bytes(main[GPS], order), order) if GPS in main else {}
    turned = int.from_bytes(main.get(ORIENTATION, b"")[:2], order) >= 5
    return Shot(turned, LATITUDE in gps)


def _main(data: bytes) -> tuple[dict[int, bytes], Literal["little", "big"]]:
    """The first directory, and the order of the bytes of each number."""
    order: Literal["little", "big"] = "little" if data.startswith(b"II") else "big"
    return _directory(data, int.from_bytes(data[4:8], order), order), order


def _directory(data: bytes, start: int, order: Literal["little", "big"]) -> dict[int, bytes]:
    """Tag → its four bytes: the value, or where it is."""
    end = min(start + 2 + 12 * int.from_bytes(data[start : start + 2], order), len(data))
    entries = range(start + 2, end - 11, 12)
    return {int.from_bytes(data[entry : entry + 2], order): data[entry + 8 : entry + 12] for entry in entries}
