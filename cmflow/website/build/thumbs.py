"""Small copies of the pictures, so that a month of them opens on a phone."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Set
from io import BytesIO

from cmflow.content.media import Facts
from cmflow.content.media.urls import shows, thumb
from cmflow.model import Entry
from cmflow.repository.content import Content
from cmflow.website.build.folder import Folder
from cmflow.website.build.stamps import Manifest

WIDE, HIGH, QUALITY = 320, 240, 70
LARGEST = 120_000_000  # pixels of a picture that is opened at all
FORMATS = ("GIF", "JPEG", "PNG", "WEBP")


def thumbed(content: Content) -> Set[str]:
    """The media with a thumbnail: pictures, unless they are too large to open."""
    return frozenset(
        path
        for path, facts in content.facts.items()
        if isinstance(facts, Facts)
        and shows(path)
        and facts.kind in ("image", "gif")
        and 0 < facts.width * facts.height * facts.frames <= LARGEST
    )


def needed(pictures: Set[str], entries: Iterable[Entry]) -> Mapping[str, str]:
    """The thumbnails of the first of these pictures in each post: file → picture."""
    first = (next(((path, blob) for path, blob in entry.media if path in pictures), None) for entry in entries)
    return dict(sorted((thumb(blob), path) for path, blob in filter(None, first)))


def make(content: Content, needed: Mapping[str, str], folder: Folder) -> tuple[int, Manifest]:
    """Make these; return how many files are new or changed. Nothing is remembered of them but that they are there."""
    files = {path: file for file, path in needed.items()}
    return sum(folder.write(files[path], small(data)) for path, data in content.source.read(sorted(files))), {}


def small(picture: bytes) -> bytes:
    """The picture as a WebP that fits `WIDE` by `HIGH`, upright; an empty file where it cannot be opened."""
    from PIL import Image, ImageOps
    from PIL.WebPImagePlugin import WebPImageFile  # else Pillow looks for it among all that it knows, and imports them

    output = BytesIO()
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(picture), formats=FORMATS) as image:
            warnings.simplefilter("ignore")  # its size was looked at
            image.draft("RGB", (2 * WIDE, 2 * HIGH))
            ImageOps.exif_transpose(image, in_place=True)
            shown = image.point(lambda grey: grey / 256).convert("L") if image.mode == "I;16" else image
            shown.thumbnail((WIDE, HIGH), reducing_gap=1.0)
            has_alpha = shown.mode in ("RGBA", "LA", "PA") or "transparency" in shown.info
            shown.convert("RGBA" if has_alpha else "RGB").save(output, WebPImageFile.format, quality=QUALITY, method=1)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return b""
    return output.getvalue()
