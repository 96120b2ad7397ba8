"""Pictures, videos, documents and subtitles: what a file is, from its bytes alone; the name of a file says nothing."""

from collections.abc import Callable
from dataclasses import replace

from cmflow.content.media.boxes import Read, outline
from cmflow.content.media.facts import Facts, Unreadable
from cmflow.content.media.image import gif, jpeg, png, webp
from cmflow.content.media.pdf import pdf
from cmflow.content.media.subtitles import is_subtitles, probe_subtitles
from cmflow.content.media.video import brands, mp4

__all__ = ["TYPES", "Facts", "Unreadable", "probe", "probe_file"]

READERS: tuple[tuple[int, bytes, Callable[[bytes], Facts]], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", png),
    (0, b"\xff\xd8\xff", jpeg),
    (0, b"GIF87a", gif),
    (0, b"GIF89a", gif),
    (8, b"WEBP", webp),
    (0, b"%PDF-", pdf),
    (4, b"ftyp", mp4),
    (4, b"moov", mp4),
    (4, b"wide", mp4),
    (4, b"mdat", mp4),
)

# The picture is what any of its words says: `mif1` alone means no more than "a still picture".
STILLS: tuple[tuple[frozenset[bytes], str], ...] = (
    (frozenset((b"avif", b"avis")), "an AVIF picture: export it as JPEG or PNG"),
    (
        frozenset((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")),
        "a HEIC picture, as iPhones take them: export it as JPEG",
    ),
)
STILL_BRANDS = frozenset(brand for brands_of_kind, _ in STILLS for brand in brands_of_kind)
REFUSALS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"version https://git-lfs", "a Git LFS pointer, not the file itself: run `git lfs pull`, check out with LFS"),
    (4, b"ftypcrx ", "a raw photo from a Canon camera: export it as JPEG"),
    (4, b"ftypM4A", "a sound file: make a video of it"),
    (0, b"BM", "a BMP picture: export it as PNG"),
    (0, b"II*\0", "a TIFF picture: export it as JPEG or PNG"),
    (0, b"MM\0*", "a TIFF picture: export it as JPEG or PNG"),
    (0, b"8BPS", "a Photoshop file: export it as JPEG or PNG"),
    (0, b"\x1aE\xdf\xa3", "a WebM or Matroska video: export it as MP4"),
    (8, b"AVI ", "an AVI video: export it as MP4"),
    (8, b"WAVE", "a sound file: make a video of it"),
    (0, b"ID3", "a sound file: make a video of it"),
    (0, b"OggS", "an Ogg file: export it as MP4"),
    (0, b"PK\x03\x04", "a ZIP file: take the picture out of it"),
)  # fmt: skip

HEAD = 4096  # bytes that tell what a file is
LARGEST = 200_000_000  # bytes of a picture; a larger file is one only if it is a video

TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", "video/quicktime")


def probe(data: bytes) -> Facts:
    """Return what the bytes are; `Unreadable` where they are nothing that can be sent."""
    if not data:
        raise Unreadable("It is empty.")
    for offset, mark, sentence in REFUSALS:
        if data.startswith(mark, offset):
            raise Unreadable(f"It is {sentence}.")
    if data[4:8] == b"ftyp":
        _refuse_stills(brands(data))
    for offset, mark, read in READERS:
        if data.startswith(mark, offset):
            return read(data)
    if is_subtitles(data):
        return probe_subtitles(data)
    raise Unreadable(_unknown(data))


def probe_file(read: Read, size: int) -> Facts:
    """`probe` of a large file: of a video only the index is read, of what cannot be sent only the beginning."""
    head = read(0, HEAD)
    if head[4:8] in (b"ftyp", b"moov", b"wide", b"mdat"):
        return replace(probe(outline(read, size)), size=size)
    return probe(read(0, size) if size <= LARGEST else head)


def _refuse_stills(names: tuple[bytes, ...]) -> None:
    for stills, sentence in STILLS:
        if names[0] in STILL_BRANDS and stills.intersection(names):
            raise Unreadable(f"It is {sentence}.")


def _unknown(data: bytes) -> str:
    head = data[:1000].lower()
    if b"<svg" in head:
        return "It is an SVG drawing, which no network takes: export it as PNG."
    if b"<html" in head or b"<!doctype html" in head:
        return "It is a web page: probably the page around the picture was saved instead of the picture."
    return "It is not a picture or video that cmflow knows: use PNG, JPEG, GIF, WebP, MP4 or MOV."
