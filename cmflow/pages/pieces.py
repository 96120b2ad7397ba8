"""A part as it will look on its network: its characters in pieces, each with what it is there."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from cmflow import forms
from cmflow.limits import Limits
from cmflow.model import Kind, Part, Span

Piece = tuple[str, str, str]  # classes, where it leads ("" nowhere), characters
Mark = tuple[int, int, str, str]  # start, end, class, where it leads

_WRITES_MARKS = (forms.discord, forms.markdown, forms.matrix, forms.mrkdwn)  # who reads is shown what the marks mean
# A hashtag, a mention, an escaped character, as forms.little writes them.
_LITTLE = re.compile(r"\{hashtag\|\\#\|([^}]+)\}|@\[((?:\\.|[^\]\\])+)\]\([^)]*\)|(\\.)", re.S)
_ESCAPED = re.compile(r"\\(.)", re.S)
_WEB = ("https://", "http://")
_TOLD = frozenset({Kind.LINK, Kind.MENTION, Kind.TAG, Kind.CODE, Kind.PRE})


def pieces(part: Part, limits: Limits) -> tuple[Piece, ...]:
    """The characters of a part, in order, nothing left out; a link leads only to http and https."""
    if limits.form is forms.little:
        chars, found = _unescaped(part.form.body)
        links = (each for each in _entities(limits, chars) if each[2] == "link")
        return tuple(_cut(chars, [*found, *links], {}))
    if limits.form in _WRITES_MARKS:
        chars, spans = part.text.chars, part.text.spans
    else:
        chars, spans = part.form.body, part.form.spans
    marks = [*_spans(spans), *(_found(limits, chars, spans) if chars is part.form.body else ())]
    bullets = {span.start: f"{span.value} " for span in spans if span.kind is Kind.ITEM and span.value}
    return tuple(_cut(chars, marks, bullets)) if marks else (("", "", chars),)


def _unescaped(body: str) -> tuple[str, Sequence[Mark]]:
    """LinkedIn's "little text" as people see it: without its escapes, hashtags and mentions marked."""
    marks, chars, at = list[Mark](), "", 0
    for match in _LITTLE.finditer(body):
        chars += body[at : match.start()]
        tag, name, char = (each and _ESCAPED.sub(r"\1", each) for each in match.groups())
        shown = f"#{tag}" if tag else name or char
        if tag or name:
            marks.append((len(chars), len(chars) + len(shown), "tag" if tag else "mention", ""))
        chars, at = chars + shown, match.end()
    return chars + body[at:], marks


def _spans(spans: Iterable[Span]) -> Iterator[Mark]:
    for span in spans:
        leads = span.value if span.kind is Kind.LINK and span.value.lower().startswith(_WEB) else ""
        yield span.start, span.end, span.kind.value, leads


def _found(limits: Limits, chars: str, spans: Sequence[Span]) -> Iterator[Mark]:
    """What the network finds besides what it is told: nothing within code, nor where a link or a mention is meant."""
    told = [span for span in spans if span.kind in _TOLD]
    for mark in _entities(limits, chars):
        if not any(mark[0] < span.end and span.start < mark[1] for span in told):
            yield mark


def _entities(limits: Limits, chars: str) -> Iterator[Mark]:
    """What the network itself finds in plain characters."""
    for entity in limits.find(chars):
        if entity.kind == "url":
            yield entity.start, entity.end, "link", _leads(entity.text)
        else:
            yield entity.start, entity.end, "tag" if entity.kind == "hashtag" else entity.kind, ""


def _leads(url: str) -> str:
    """An address as people write it (`example.org`) leads to its https."""
    return "" if "://" in url and not url.lower().startswith(_WEB) else url if "://" in url else f"https://{url}"


def _cut(chars: str, marks: Iterable[Mark], bullets: Mapping[int, str]) -> Iterator[Piece]:
    """The characters apart wherever a mark begins or ends; the bullets of a list, which are none, before its items."""
    edges = sorted({0, len(chars), *(mark[0] for mark in marks), *(mark[1] for mark in marks)})
    for start, end in pairwise(edges):
        if start in bullets:
            yield "bullet", "", bullets[start]
        over = [mark for mark in marks if mark[0] <= start and end <= mark[1]]
        classes = " ".join(dict.fromkeys(mark[2] for mark in over))
        yield classes, next((mark[3] for mark in over if mark[3]), ""), chars[start:end]
