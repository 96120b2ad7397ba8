"""Pictures drawn anew: upright, in the colours of screens, as small as a network needs them.

The same picture gives the same bytes: every parameter of the encoder is fixed here, and Pillow in `constraints.txt`.
Nothing of the old file but its pixels is written.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from cmflow.content.media.facts import DAMAGED, Unreadable
from cmflow.content.media.fit import JPEG, PNG, Fit

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("GIF", "JPEG", "PNG", "WEBP")
QUALITIES = (92, 87, 82, 77)  # of a JPEG, before its pixels become fewer
SMALLER = 0.8  # of the width, at each step after that
LEAST = 32  # pixels of the longer side: no network wants a smaller picture
WHITE = (255, 255, 255)
TOO_SMALL = "It cannot be made as small as the network requires."
ONE = threading.Lock()  # one picture at a time: each may need hundreds of megabytes


def drawn(data: bytes, fit: Fit, orientation: int = 1) -> bytes:
    """The picture as one of these types, with so many pixels and bytes at most; `Unreadable` where it cannot be.

    `orientation` is how the camera was held, as in EXIF.
    """
    from PIL import Image, UnidentifiedImageError

    failures = (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError)
    try:
        with ONE, Image.open(BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
            image.draft(None, fit.scaled(2 * width, 2 * height))  # a JPEG far larger is decoded smaller at once
            picture = _upright(_plain(image), orientation)
            return _fitting(picture, (height, width) if orientation >= 5 else (width, height), fit)
    except failures:
        raise Unreadable(DAMAGED) from None


def decode(data: bytes) -> None:
    """Raise `Unreadable` where the pixels of a picture cannot be read, so that it could not be drawn."""
    from PIL import Image, UnidentifiedImageError

    try:
        with ONE, Image.open(BytesIO(data), formats=FORMATS) as image:
            image.draft(None, (1, 1))  # of a JPEG all bytes are read, and few pixels made
            image.load()
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        raise Unreadable(DAMAGED) from None


def _fitting(image: Image, size: tuple[int, int], fit: Fit) -> bytes:
    for smaller in _scaled(image, size, fit):
        for data in _encoded(smaller, fit):
            if not fit.size or len(data) <= fit.size:
                return data
    raise Unreadable(TOO_SMALL)


def _scaled(image: Image, size: tuple[int, int], fit: Fit) -> Iterator[Image]:
    """Smaller and smaller; `size` is the whole picture's, which may be decoded smaller than that."""
    from PIL.Image import Resampling

    factor = 1.0
    while factor == 1.0 or max(size) * fit.factor * factor >= LEAST:
        scaled = fit.scaled(*size, factor)
        yield image if scaled == image.size else image.resize(scaled, Resampling.LANCZOS)
        factor *= SMALLER


def _encoded(image: Image, fit: Fit) -> Iterator[bytes]:
    """The best first. What is transparent stays so where a PNG is taken, and is white elsewhere."""
    is_clear = image.mode == "RGBA"
    if PNG in fit.types and (is_clear or fit.types[0] == PNG):
        yield _saved(image, "PNG", compress_level=6)
    if JPEG in fit.types and not (is_clear and PNG in fit.types):
        opaque = _on_white(image) if is_clear else image
        for quality in QUALITIES:
            yield _saved(opaque, "JPEG", quality=quality, subsampling="4:4:4" if quality > 90 else "4:2:0")


def _saved(image: Image, kind: str, **options: int | str) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _on_white(image: Image) -> Image:
    from PIL import Image as images

    paper = images.new("RGB", image.size, WHITE)
    paper.paste(image, mask=image.getchannel("A"))
    return paper


# ── opening ─────────────────────────────────────────────────────────────────────────────────────────────────


def _upright(image: Image, orientation: int) -> Image:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image


def _plain(image: Image) -> Image:
    """RGB or RGBA, in the colours of sRGB, with nothing attached."""
    icc = image.info.get("icc_profile")
    image.load()
    plain = _coloured(_shallow(image), icc if isinstance(icc, bytes) else b"")
    plain.info.clear()
    if plain.mode == "RGBA" and plain.getchannel("A").getextrema() == (255, 255):
        plain = plain.convert("RGB")
    return plain


def _shallow(image: Image) -> Image:
    """16 bits of grey as 8 bits."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda value: value / 256).convert("L")


def _coloured(image: Image, icc: bytes) -> Image:
    has_alpha = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    mode = "RGBA" if has_alpha else "RGB"
    if not icc:
        return image.convert(mode)
    base = image.convert("RGB") if image.mode not in ("RGB", "CMYK", "L") else image
    colours = _in_srgb(base, icc)
    if has_alpha:
        colours.putalpha(image.convert("RGBA").getchannel("A"))
    return colours


def _in_srgb(image: Image, icc: bytes) -> Image:
    """A profile that is damaged, or is of other colours than the picture, says nothing."""
    from PIL import ImageCms

    try:
        converted = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(BytesIO(icc)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        converted = None
    return converted or image.convert("RGB")
