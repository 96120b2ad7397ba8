"""The facts networks ask of a picture or video; and reading numbers from bytes that may end too early."""

from typing import Literal

from cmflow.values import dataclass

CUT = "The file is incomplete: it was cut off while being copied or saved."
DAMAGED = "It is damaged."


class Unreadable(Exception):
    """The bytes are not a picture or video that can be sent; `str()` is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Facts:
    """`kind` is "image", "gif" (a moving picture: GIF or WebP), "video", "document" (PDF) or "subtitles"; `size` is in
    bytes.

    Of a moving PNG networks show the first frame only, so it is an image. `streamable`: a video that starts to
    play before it is loaded whole (its index is in front), as some networks insist. `turned`: a photo that is
    shown upright though it is stored lying on its side. `located`: the file says where it was taken.
    `codec` is how a video is coded: a name of `clips.CODECS`, else the four letters in the file.
    """

    kind: Literal["image", "gif", "video", "document", "subtitles"]
    mime: str
    width: int
    height: int
    frames: int = 1
    size: int = 0
    seconds: float = 0.0
    streamable: bool = True
    turned: bool = False
    located: bool = False
    codec: str = ""


def number(data: bytes, start: int, length: int, order: Literal["big", "little"] = "big") -> int:
    """The unsigned number in `length` bytes from `at`."""
    if start + length > len(data):
        raise Unreadable(CUT)
    return int.from_bytes(data[start : start + length], order)
