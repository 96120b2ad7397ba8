"""How one account will show a post: as data, and in lines so that two versions can be compared."""

import difflib
import re
from collections.abc import Iterator, Sequence

from cmflow.content.media import Facts
from cmflow.model import Kind, Media, Part, Variant
from cmflow.render.formats import legible
from cmflow.render.preview import Preview, emphasis, extras, subtitle_lines, when
from cmflow.repository.content import Content
from cmflow.review import values
from cmflow.review.values import Picture, VariantView

LONGEST = 20_000  # characters of one text
LINES = 500  # of a version; with more, no diff is shown
WIDE = 90  # characters per line of a diff
CONTEXT = 2  # lines shown before and after a change


def view(preview: Preview, variant: Variant, content: Content, former: Sequence[str] | None) -> VariantView:
    """The variant as data; `former` is how it looked then, None where it was not there."""
    now = lines(preview, variant, content)
    return VariantView(
        account=variant.account,
        network=variant.network,
        at=variant.time.isoformat(),
        beside=tuple(line[:LONGEST] for line in _extras(preview, variant)),
        parts=tuple(_parts(preview, variant, content)),
        cost=preview.cost(variant),
        digest=variant.digest,
        was="new" if former is None else "same" if tuple(former) == now else "changed",
        diff=() if former is None else tuple(_diff(former, now)),
    )


def size(view: VariantView) -> int:
    """The number of characters of text in it."""
    return sum(len(part.text) for part in view.parts) + sum(map(len, view.diff))


def lines(preview: Preview, variant: Variant, content: Content) -> tuple[str, ...]:
    """Everything a reviewer sees of the variant, as lines."""
    return tuple(_lines(preview, variant, content))


def _lines(preview: Preview, variant: Variant, content: Content) -> Iterator[str]:
    word = "Draft for" if preview.post.status == "draft" else "Goes out"
    yield f"{word}: {when(variant.time, preview.zone)}"
    yield from _extras(preview, variant)
    for number, (label, part) in enumerate(_labelled(variant)):
        if number or label:
            yield f"── {label or f'part {number + 1}'} ──"
        yield from legible(part.form.display).split("\n")
        yield from (f"link {link}" for link in _links(preview, variant, part))
        for item in part.media:
            yield f"picture {item.path}, {content.source.blobs.get(item.path, '')[:10]}: {item.alt or 'no alt text'}"
            yield from subtitle_lines(item)


def _extras(preview: Preview, variant: Variant) -> Iterator[str]:
    yield from extras(preview, variant)
    for _, part in _labelled(variant):
        yield from emphasis(part)


def _labelled(variant: Variant) -> Iterator[tuple[str, Part]]:
    yield from (("", part) for part in variant.parts)
    if variant.first_comment:
        yield "first comment", variant.first_comment


def _parts(preview: Preview, variant: Variant, content: Content) -> Iterator[values.PartView]:
    for label, part in _labelled(variant):
        body = legible(part.form.display)
        yield values.PartView(
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
    """The link targets, once each: those behind words, and URLs that the network links itself."""
    behind = (span.value for span in part.text.spans if span.kind is Kind.LINK)
    detected = (entity.text for entity in preview.entities(variant, part) if entity.kind == "url")
    return tuple(dict.fromkeys((*behind, *detected)))


def _picture(media: Media, content: Content) -> Picture:
    facts = content.facts.get(media.path)
    sizes = (facts.width, facts.height, facts.size) if isinstance(facts, Facts) else (0, 0, 0)
    return Picture(media.path[:LONGEST], media.alt[:LONGEST], *sizes)


def _diff(former: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    """A diff: removed lines begin with `-`, new ones with `+`, context with a space."""
    if max(len(former), len(now)) > LINES or max(map(len, (*former, *now)), default=0) > LONGEST:
        return
    lines = difflib.unified_diff(list(_wrapped(former)), list(_wrapped(now)), n=CONTEXT, lineterm="")
    for number, line in enumerate(lines):
        if number > 2:  # the first two lines are file names, the third line numbers
            yield "…" if line.startswith("@@") else line


def _wrapped(lines: Sequence[str]) -> Iterator[str]:
    """The lines, long ones wrapped between words, so that a change within a paragraph is visible."""
    for line in lines:
        yield from re.findall(_PIECE, line) or ("",)


_PIECE = rf".{{1,{WIDE}}}(?:\s+|$)|.{{1,{WIDE}}}"
