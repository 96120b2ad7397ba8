"""`Text` → what each network takes: plain characters, characters and spans, HTML, or a Markdown of its own.

How every element looks on every network is the table in docs/markdown.md.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from cmflow.model import Form, Kind, Span, Text
from cmflow.render.autolink.plain import tag_pattern
from cmflow.render.formats import dialects
from cmflow.render.formats.dialects import discord, markdown
from cmflow.render.formats.hypertext import html
from cmflow.render.markdown.links import WEB, same_place
from cmflow.render.markdown.spans import Edit, edit, edited, lines, ordered

__all__ = [
    "discord",
    "entities",
    "facets",
    "legible",
    "little",
    "markdown",
    "matrix",
    "mrkdwn",
    "plain",
    "utf8",
    "utf16",
    "youtube",
]

_UNSHOWN = re.compile(r"(?:mailto|tel):", re.I)
_RESERVED = re.compile(r"[\\|{}@\[\]()<>#*_~]")


def plain(text: Text) -> Form:
    """Characters only: links written out, bullets and quotes as characters, emphasis dropped."""
    return Form(edited(text, _written_out(text, "> ")))


def youtube(text: Text) -> Form:
    """`plain` without `<` and `>`, which a description must not hold: they become `‹` and `›`."""
    return Form(edited(text, _written_out(text, "› ")).replace("<", "‹").replace(">", "›"))


def little(text: Text) -> Form:
    """LinkedIn's "little text": reserved characters escaped, hashtags and mentions as templates."""
    display = edit(text, _written_out(text, "> "))
    pieces, spans, position = list[str](), list[Span](), 0
    for span in (*display.spans, Span(len(display.chars), len(display.chars), Kind.MENTION, "urn:li:")):
        if span.kind is Kind.MENTION and span.value.startswith("urn:li:") and span.start >= position:
            tags = tuple(_hashtags(display.chars, position, span.start))
            pieces.append(_little(display.chars, position, span.start, tags))
            spans += tags
            if span.start < span.end:
                pieces.append(f"@[{_escaped(display.chars[span.start : span.end])}]({span.value})")
                spans.append(span)
            position = span.end
    return Form("".join(pieces), display_text=Text(display.chars, tuple(spans)))


def facets(text: Text) -> Form:
    """Bluesky: characters, and links, mentions and tags as spans; what else could be told is dropped."""
    display = edit(text, [*_prefixes(text, "> "), *_link_edits(text, lambda url: not WEB.match(url))])
    return Form(display.chars, _without_overlaps(span for span in display.spans if _is_facet(span)))


def entities(text: Text) -> Form:
    """Telegram: characters, and everything but bullets as spans; a heading is bold there."""
    display = edit(text, [*_prefixes(text, ""), *_link_edits(text, lambda url: not _TELEGRAM.match(url))])
    spans = tuple(_told_apart([_as_entity(span) for span in display.spans if _is_entity(span)]))
    return Form(display.chars, spans, paste_text=plain(text).body)


def mrkdwn(text: Text) -> Form:
    """Slack's API takes it; its app does not, where a person types: there, addresses are written out."""
    return Form(dialects.write(text, dialects.SLACK), display_text=text, paste_text=plain(text).body)


def matrix(text: Text) -> Form:
    """Matrix: `plain`, and HTML made of the spans alone where there is anything to tell apart."""
    has_marks = any(
        span.kind is not Kind.LINK or span.value != text.chars[span.start : span.end] for span in text.spans
    )
    return Form(body := plain(text).body, (), html(text) if has_marks else "", display_text=text, paste_text=body)


def legible(text: Text) -> str:
    """Return what readers see of a text in characters alone: its bullets and quotes as characters, emphasis dropped."""
    return edited(text, _prefixes(text, "> "))


def utf16(body: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans with offsets in UTF-16 code units."""
    return _counted(body, spans, lambda chars: len(chars.encode("utf-16-le", "surrogatepass")) // 2)


def utf8(body: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans with offsets in UTF-8 bytes."""
    return _counted(body, spans, lambda chars: len(chars.encode("utf-8", "surrogatepass")))


# ── characters ──────────────────────────────────────────────────────────────────────────────────────────────

_TELEGRAM = re.compile(r"(?:https?|tg)://", re.I)
_CODES = (Kind.CODE, Kind.PRE)
_FACETS = (Kind.LINK, Kind.MENTION, Kind.TAG)


def _written_out(text: Text, quote: str) -> Iterable[Edit]:
    return [*_prefixes(text, quote), *_link_edits(text, lambda url: True)] if text.spans else ()


def _link_edits(text: Text, which: Callable[[str], bool]) -> Iterable[Edit]:
    for span in text.spans:
        if span.kind is Kind.LINK and which(span.value):
            label, address = text.chars[span.start : span.end], _UNSHOWN.sub("", span.value)
            if same_place(label, span.value):
                if label != address:
                    yield span.start, span.end, address
            else:
                yield span.end, span.end, f" ({address})"


def _prefixes(text: Text, quote: str) -> Iterable[Edit]:
    """Yield the prefix of each line: the marks of the quotes and items it lies in, the outermost first."""
    if not any(span.kind is Kind.QUOTE or span.kind is Kind.ITEM for span in text.spans):
        return
    for start, end, blocks, _ in lines(text):
        marks = "".join(_mark(span, start, quote) for span in blocks)
        if prefix := marks if start < end else marks.rstrip():
            yield start, start, prefix


def _mark(span: Span, line: int, quote: str) -> str:
    if span.kind is Kind.QUOTE:
        return quote
    return f"{span.value} " if span.kind is Kind.ITEM and span.value and span.start == line else ""


def _escaped(chars: str) -> str:
    return _RESERVED.sub(r"\\\g<0>", chars)


def _hashtags(chars: str, start: int, end: int) -> Iterator[Span]:
    for match in tag_pattern().finditer(chars[start:end]):
        yield Span(start + match.start(), start + match.end(), Kind.TAG, match[0][1:])


def _little(chars: str, position: int, end: int, tags: Iterable[Span]) -> str:
    pieces = []
    for tag in tags:
        pieces += [_escaped(chars[position : tag.start]), f"{{hashtag|\\#|{_escaped(tag.value)}}}"]
        position = tag.end
    return "".join([*pieces, _escaped(chars[position:end])])


def _is_facet(span: Span) -> bool:
    return span.kind in _FACETS and (span.kind is not Kind.LINK or WEB.match(span.value) is not None)


def _without_overlaps(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Without those that overlap an earlier one."""
    spans_left: list[Span] = []
    for span in ordered(spans):
        if not spans_left or span.start >= spans_left[-1].end:
            spans_left.append(span)
    return tuple(spans_left)


def _as_entity(span: Span) -> Span:
    return Span(span.start, span.end, Kind.BOLD) if span.kind is Kind.HEADING else span


def _is_entity(span: Span) -> bool:
    if span.kind is Kind.LINK:
        return _TELEGRAM.match(span.value) is not None
    return span.kind not in (Kind.ITEM, Kind.PERSON)


def _told_apart(spans: list[Span]) -> Iterable[Span]:
    """Return what Telegram takes together: no quote in a quote, nothing in code, and no code in a link.

    https://core.telegram.org/bots/api#formatting-options, read 2026-11-22.
    """
    links = [span for span in spans if span.kind is Kind.LINK]
    codes = [span for span in spans if span.kind in _CODES and not _within(span, links)]
    unique, quoted = set[Span](), 0
    for span in spans:
        if span.kind is Kind.QUOTE:
            is_allowed, quoted = span.start >= quoted, max(quoted, span.end)
        else:
            is_allowed = not _within(span, links if span.kind in _CODES else codes)
        if is_allowed and span not in unique:
            unique.add(span)
            yield span


def _within(span: Span, covers: list[Span]) -> bool:
    """Return whether one of `covers`, which are sorted and do not overlap, contains the span."""
    index = bisect_right(covers, span.start, key=lambda cover: cover.start) - 1
    return index >= 0 and span.end <= covers[index].end


def _counted(body: str, spans: Iterable[Span], measure: Callable[[str], int]) -> tuple[Span, ...]:
    spans = tuple(spans)
    offsets, last, size = {}, 0, 0
    for offset in sorted({end for span in spans for end in (span.start, span.end)}):
        size += measure(body[last:offset])
        offsets[offset] = size
        last = offset
    return tuple(Span(offsets[span.start], offsets[span.end], span.kind, span.value) for span in spans)
