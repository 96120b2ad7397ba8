"""The plan for fitting a picture to a network, made before a single pixel is read."""

from collections.abc import Iterator

from cmflow.content.media.facts import Facts
from cmflow.model.limits import Limits
from cmflow.values import dataclass

LARGEST = 89_000_000  # pixels of a picture that is decoded at all: beyond that, its memory is a danger
JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
NAMES = {"image/gif": "GIF", WEBP: "WebP", JPEG: "JPEG", PNG: "PNG"}


@dataclass(frozen=True, slots=True)
class Fit:
    """`types` are those that it may be encoded as, the first one if possible; `factor` is how much smaller it must be
    at least; `size` is how many bytes it may have, 0 where the network sets no limit."""

    types: tuple[str, ...]
    factor: float = 1.0
    size: int = 0

    def scaled(self, width: int, height: int, further: float = 1.0) -> tuple[int, int]:
        """Width and height of a picture of that size, once it is scaled, and `further` scaled."""
        return max(1, int(width * self.factor * further)), max(1, int(height * self.factor * further))


def is_scalable(facts: Facts, limits: Limits) -> bool:
    """Return whether it can be scaled or converted: a picture that does not move, and is not too large to be read,
    for a network that takes JPEG or PNG."""
    return facts.kind == "image" and facts.frames == 1 and is_small(facts) and bool(_types(facts, limits))


def target(facts: Facts, limits: Limits) -> Fit:
    """Return what it is encoded as, whether or not it fits as it is; `is_scalable` must say yes."""
    most = limits.image_bytes
    factor = min((*_factors(*shown(facts), limits), 1.0))
    return Fit(_types(facts, limits), factor, most.value if most else 0)


def fits(facts: Facts, limits: Limits) -> bool:
    """Return whether the network takes the picture as it is: its type, its bytes and its pixels."""
    width, height = shown(facts)
    most = (limits.gif_bytes if facts.kind == "gif" else None) or limits.image_bytes
    is_taken = not limits.media_types or facts.mime in limits.media_types
    return is_taken and not (most and facts.size > most.value) and not any(_factors(width, height, limits))


def shown(facts: Facts) -> tuple[int, int]:
    """Width and height as people see it."""
    return (facts.height, facts.width) if facts.turned else (facts.width, facts.height)


def changes(facts: Facts, limits: Limits) -> tuple[str, ...]:
    """Return what is done to a picture to make it fit, for people: `scaled to 2048×1365`. Empty where nothing
    is, or nothing can be."""
    return tuple(_changes(facts, limits)) if is_scalable(facts, limits) and not fits(facts, limits) else ()


def _changes(facts: Facts, limits: Limits) -> Iterator[str]:
    fit = target(facts, limits)
    if (scaled := fit.scaled(*shown(facts))) != shown(facts):
        yield f"scaled to {scaled[0]}×{scaled[1]} pixels"
    if limits.media_types and facts.mime not in limits.media_types:
        yield f"sent as {' or '.join(NAMES[mime] for mime in fit.types)}"
    if fit.size and facts.size > fit.size:
        yield f"made smaller than {fit.size:,} bytes"


def is_small(facts: Facts) -> bool:
    """Return whether it has so few pixels that they may be decoded."""
    return facts.width * facts.height <= LARGEST


def _types(facts: Facts, limits: Limits) -> tuple[str, ...]:
    """A photo as a JPEG; a drawing stays sharp as a PNG, if the network lets it be as large as that."""
    order = (JPEG, PNG) if facts.mime in (JPEG, WEBP) else (PNG, JPEG)
    return tuple(mime for mime in order if not limits.media_types or mime in limits.media_types)


def _factors(width: int, height: int, limits: Limits) -> Iterator[float]:
    """Yield how much each limit makes it smaller; nothing for one that it keeps."""
    for limit, value, root in (
        (limits.image_pixels, width * height, 2),
        (limits.image_width, width, 1),
        (limits.image_edges, width + height, 1),
    ):
        if limit and value > limit.value:
            yield (limit.value / value) ** (1 / root)
