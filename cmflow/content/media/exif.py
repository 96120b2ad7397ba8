"""What a camera wrote into a picture: where it was taken, and how the camera was held.

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
    """What the notes in a file say, each of them EXIF, XMP or anything else; damaged ones say nothing."""
    turned = located = False
    for note in notes:
        if note.startswith((HEAD, b"II*\0", b"MM\0*")):
            facts = _exif(note.removeprefix(HEAD))
            turned, located = turned or facts.turned, located or facts.located
        located = located or XMP_LATITUDE in note
    return Shot(turned, located)


def _exif(data: bytes) -> Shot:
    """A camera that does not know where it is may still write the directory: without a latitude."""
    order: Literal["little", "big"] = "little" if data.startswith(b"II") else "big"
    main = _directory(data, int.from_bytes(data[4:8], order), order)
    gps = _directory(data, int.from_bytes(main[GPS], order), order) if GPS in main else {}
    turned = int.from_bytes(main.get(ORIENTATION, b"")[:2], order) >= 5
    return Shot(turned, LATITUDE in gps)


def _directory(data: bytes, start: int, order: Literal["little", "big"]) -> dict[int, bytes]:
    """Tag → its four bytes: the value, or where it stands."""
    end = min(start + 2 + 12 * int.from_bytes(data[start : start + 2], order), len(data))
    entries = range(start + 2, end - 11, 12)
    return {int.from_bytes(data[entry : entry + 2], order): data[entry + 8 : entry + 12] for entry in entries}
