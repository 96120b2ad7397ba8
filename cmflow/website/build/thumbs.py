"""Small copies of the pictures, so that a month of them opens on a phone."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence, Set
from io import BytesIO

from cmflow.content.media import Facts
from cmflow.content.media.urls import shows, thumb
from cmflow.model import Entry
from cmflow.repository.content import Content
from cmflow.repository.workers import spread
from cmflow.website.build.folder import Folder

WIDE, HIGH, QUALITY = 320, 240, 70
LARGEST = 120_000_000  # pixels of a picture that is opened at all
FORMATS = ("GIF", "JPEG", "PNG", "WEBP")
CHUNK, WORTH_WORKERS = 4, 16


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


def thumbnails(content: Content, entries: Iterable[Entry], existing: Set[str], folder: Folder) -> tuple[int, list[str]]:
    """Make the missing thumbnails, of the first picture of each post; return how many are new, and all of them."""
    pictures = thumbed(content)
    first = (next(((path, blob) for path, blob in entry.media if path in pictures), None) for entry in entries)
    thumbs = {thumb(blob): path for path, blob in filter(None, first)}

    def work(chunk: tuple[str, ...]) -> list[tuple[str, bytes]]:
        return [(path, small(data)) for path, data in content.source.read(chunk)]

    stale = sorted({path for file, path in thumbs.items() if file not in existing})
    small_copies: Sequence[tuple[str, bytes]] = [
        copy for batch in spread(work, stale, CHUNK, WORTH_WORKERS) for copy in batch
    ]
    files = {path: file for file, path in thumbs.items()}
    return sum(folder.write(files[path], data) for path, data in small_copies), sorted(thumbs)


def small(picture: bytes) -> bytes:
    """The picture as a WebP that fits `WIDE` by `HIGH`, upright; an empty file where it cannot be opened."""
    from PIL import Image, ImageOps

    output = BytesIO()
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(picture), formats=FORMATS) as image:
            warnings.simplefilter("ignore")  # its size was looked at
            image.draft("RGB", (2 * WIDE, 2 * HIGH))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((WIDE, HIGH))
            has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            upright.convert("RGBA" if has_alpha else "RGB").save(output, "WEBP", quality=QUALITY, method=2)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return b""
    return output.getvalue()
