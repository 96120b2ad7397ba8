"""A part as it will look on its network: its characters in pieces, each with what it is there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from cmflow.model import Kind, Part, Span, Text
from cmflow.model.limits import Limits

Piece = tuple[str, str, str]  # classes, where it leads ("" nowhere), characters
Range = tuple[int, int, str, str]  # start, end, class, where it leads

_WEB = ("https://", "http://")
_MARKED = frozenset({Kind.LINK, Kind.MENTION, Kind.TAG, Kind.CODE, Kind.PRE})


def pieces(part: Part, limits: Limits) -> tuple[Piece, ...]:
    """The characters of a part, in order, nothing left out; a link leads only to http and https."""
    text = part.form.display
    return _pieces(text, _detected(limits, text.chars, text.spans, as_sent=part.form.display_text is None))


def written(text: Text) -> tuple[Piece, ...]:
    """The same of a text that is in no network's form."""
    return _pieces(text, ())


def _pieces(text: Text, detected: Iterable[Range]) -> tuple[Piece, ...]:
    marks = [*_spans(text.spans), *detected]
    bullets = {span.start: f"{span.value} " for span in text.spans if span.kind is Kind.ITEM and span.value}
    return tuple(_cut(text.chars, marks, bullets)) if marks else (("", "", text.chars),)


def _spans(spans: Iterable[Span]) -> Iterator[Range]:
    for span in spans:
        leads = span.value if span.kind is Kind.LINK and span.value.lower().startswith(_WEB) else ""
        yield span.start, span.end, span.kind.value, leads


def _detected(limits: Limits, chars: str, spans: Sequence[Span], as_sent: bool) -> Iterator[Range]:
    """What the network finds besides what it is told: nothing within code, nor where a link or a mention is meant.

    In characters that are not sent like this, only addresses: there, tags and mentions are told.
    """
    spans_marked = [span for span in spans if span.kind in _MARKED]
    for mark in _entities(limits, chars):
        is_free = not any(mark[0] < span.end and span.start < mark[1] for span in spans_marked)
        if is_free and (as_sent or mark[2] == "link"):
            yield mark


def _entities(limits: Limits, chars: str) -> Iterator[Range]:
    """What the network itself finds in plain characters."""
    for entity in limits.find(chars):
        if entity.kind == "url":
            yield entity.start, entity.end, "link", _leads(entity.text)
        else:
            yield entity.start, entity.end, "tag" if entity.kind == "hashtag" else entity.kind, ""


def _leads(url: str) -> str:
    """An address as people write it (`example.org`) leads to its https."""
    return "" if "://" in url and not url.lower().startswith(_WEB) else url if "://" in url else f"https://{url}"


def _cut(chars: str, marks: Iterable[Range], bullets: Mapping[int, str]) -> Iterator[Piece]:
    """The characters apart wherever a mark begins or ends; the bullets of a list, which are none, before its items."""
    edges = sorted({0, len(chars), *(mark[0] for mark in marks), *(mark[1] for mark in marks)})
    for start, end in pairwise(edges):
        if start in bullets:
            yield "bullet", "", bullets[start]
        over = [mark for mark in marks if mark[0] <= start and end <= mark[1]]
        classes = " ".join(dict.fromkeys(mark[2] for mark in over))
        yield classes, next((mark[3] for mark in over if mark[3]), ""), chars[start:end]
