"""How one account will show a post, as data; and in lines, so that two looks can be compared."""

import difflib
import re
from collections.abc import Iterator, Sequence

from cmflow.content.media import Facts
from cmflow.model import Kind, Media, Part, Variant
from cmflow.render.formats import legible
from cmflow.render.preview import Preview, beside, emphasis, when
from cmflow.repository.content import Content
from cmflow.review import values
from cmflow.review.values import Picture, Shown

LONGEST = 20_000  # characters of one text
LINES = 500  # of a look; where there are more, nobody is told what changed
WIDE = 90  # characters of a line of a diff
AROUND = 2  # lines shown before and after one that changed


def shown(preview: Preview, variant: Variant, content: Content, before: Sequence[str] | None) -> Shown:
    """The variant as data; `before` is how it looked then, None where it was not there."""
    now = lines(preview, variant, content)
    return Shown(
        account=variant.account,
        network=variant.network,
        at=variant.time.isoformat(),
        beside=tuple(each[:LONGEST] for each in _beside(preview, variant, content)),
        parts=tuple(_parts(preview, variant, content)),
        cost=_cost(preview, variant),
        digest=variant.digest,
        was="new" if before is None else "same" if tuple(before) == now else "changed",
        diff=() if before is None else tuple(_diff(before, now)),
    )


def size(shown: Shown) -> int:
    """How many characters of texts it holds."""
    return sum(len(part.text) for part in shown.parts) + sum(map(len, shown.diff))


def lines(preview: Preview, variant: Variant, content: Content) -> tuple[str, ...]:
    """Everything a reviewer sees of the variant, a line each."""
    return tuple(_lines(preview, variant, content))


def _lines(preview: Preview, variant: Variant, content: Content) -> Iterator[str]:
    word = "Draft for" if preview.post.status == "draft" else "Goes out"
    yield f"{word}: {when(variant.time, preview.zone)}"
    yield from _beside(preview, variant, content)
    for number, (label, part) in enumerate(_labelled(variant)):
        if number or label:
            yield f"── {label or f'part {number + 1}'} ──"
        yield from legible(part.form.seen).split("\n")
        yield from (f"link {link}" for link in _links(preview, variant, part))
        for item in part.media:
            yield f"picture {item.path}, {content.source.blobs.get(item.path, '')[:10]}: {item.alt or 'no alt text'}"


def _beside(preview: Preview, variant: Variant, content: Content) -> Iterator[str]:
    yield from beside(variant, preview.limits[variant.network])
    if variant.link:
        yield f"{'link' if any(part.media for part in variant.parts) else 'link card'}: {variant.link}"
    if variant.language != content.sure_plan.language:
        yield f"language: {variant.language}"
    for _, part in _labelled(variant):
        yield from emphasis(part)


def _labelled(variant: Variant) -> Iterator[tuple[str, Part]]:
    yield from (("", part) for part in variant.parts)
    if variant.first_comment:
        yield "first comment", variant.first_comment


def _parts(preview: Preview, variant: Variant, content: Content) -> Iterator[values.Part]:
    for label, part in _labelled(variant):
        body = legible(part.form.seen)
        yield values.Part(
            label=label,
            text=body[:LONGEST],
            left_out=max(0, len(body) - LONGEST),
            length=part.length,
            limit=part.limit,
            unit=preview.unit(variant, part),
            links=tuple(link[:LONGEST] for link in _links(preview, variant, part)),
            pictures=tuple(_picture(item, content) for item in part.media),
        )


def _links(preview: Preview, variant: Variant, part: Part) -> tuple[str, ...]:
    """Where a click leads, once each: what stands behind words, and what the network links by itself."""
    behind = (span.value for span in part.text.spans if span.kind is Kind.LINK)
    found = (entity.text for entity in preview.entities(variant, part) if entity.kind == "url")
    return tuple(dict.fromkeys((*behind, *found)))


def _picture(media: Media, content: Content) -> Picture:
    facts = content.facts.get(media.path)
    sizes = (facts.width, facts.height, facts.size) if isinstance(facts, Facts) else (0, 0, 0)
    return Picture(media.path[:LONGEST], media.alt[:LONGEST], *sizes)


def _cost(preview: Preview, variant: Variant) -> int:
    """What the network bills for all parts, in thousandths of a US dollar."""
    limits = preview.limits[variant.network]
    plain = limits.post_price.value if limits.post_price else 0
    linked = limits.url_price.value if limits.url_price else plain
    parts = (part for _, part in _labelled(variant))
    return sum(linked if any(each.kind == "url" for each in limits.find(part.form.body)) else plain for part in parts)


def _diff(before: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    """The lines that are gone begin with `-`, new ones with `+`, those around them with a space."""
    if max(len(before), len(now)) > LINES or max(map(len, (*before, *now)), default=0) > LONGEST:
        return
    found = difflib.unified_diff(list(_wrapped(before)), list(_wrapped(now)), n=AROUND, lineterm="")
    for number, line in enumerate(found):
        if number > 2:  # the first two name files, the third line numbers
            yield "…" if line.startswith("@@") else line


def _wrapped(lines: Sequence[str]) -> Iterator[str]:
    """The lines, long ones in pieces between words, so that what changed in a paragraph can be seen."""
    for line in lines:
        yield from re.findall(_PIECE, line) or ("",)


_PIECE = rf".{{1,{WIDE}}}(?:\s+|$)|.{{1,{WIDE}}}"
