"""Stretches of a `Text`: cut, join and replace characters while every span keeps covering what it covered."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from cmflow.model import Kind, Span, Text

BLOCKS = frozenset({Kind.PRE, Kind.HEADING, Kind.QUOTE, Kind.ITEM})
Edit = tuple[int, int, str]  # from, to, and what is there instead


_DEPTH = dict.fromkeys(BLOCKS, 0) | {Kind.LINK: 1, Kind.CODE: 3}


def ordered(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in the order a `Text` holds them: by start, and what is outside before what is inside."""
    return tuple(sorted(spans, key=lambda span: (span.start, -span.end, _DEPTH.get(span.kind, 2))))


def cut(text: Text, start: int, end: int) -> Text:
    """The characters from `start` to `end`. An item that began before keeps its span and loses its bullet."""
    spans = []
    for span in text.spans:
        if span.start < end and span.end > start:
            value = "" if span.kind is Kind.ITEM and span.start < start else span.value
            spans.append(Span(max(span.start, start) - start, min(span.end, end) - start, span.kind, value))
    return Text(text.chars[start:end], tuple(spans))


def strip(text: Text) -> Text:
    """Without white space at either end."""
    start = len(text.chars) - len(text.chars.lstrip())
    end = len(text.chars.rstrip())
    return text if (start, end) == (0, len(text.chars)) else cut(text, start, max(start, end))


def join(texts: Iterable[Text], separator: str) -> Text:
    chars: list[str] = []
    spans: list[Span] = []
    position = 0
    for text in texts:
        if chars:
            chars.append(separator)
            position += len(separator)
        chars.append(text.chars)
        spans += shifted(text.spans, position)
        position += len(text.chars)
    return Text("".join(chars), tuple(spans))


def shifted(spans: Iterable[Span], by: int) -> Iterable[Span]:
    return spans if by == 0 else (Span(span.start + by, span.end + by, span.kind, span.value) for span in spans)


def edit(text: Text, edits: Iterable[Edit]) -> Text:
    """Replace stretches of the characters; `edits` do not overlap and lie inside a span or around it, whole.

    What is put in at an end of a span is inside a block, and outside any other.
    """
    edits = sorted(edits)
    if not edits:
        return text
    moved = _Mover(edits)
    spans = (Span(*moved(span), span.kind, span.value) for span in text.spans)
    return Text(_replaced(text.chars, edits), tuple([span for span in spans if span.start < span.end]))


def edited(text: Text, edits: Iterable[Edit]) -> str:
    """The characters alone that `edit` makes."""
    return _replaced(text.chars, sorted(edits))


def _replaced(chars: str, edits: Sequence[Edit]) -> str:
    pieces, position = [], 0
    for start, end, new in edits:
        pieces += [chars[position:start], new]
        position = end
    return "".join([*pieces, chars[position:]])


def lines(text: Text) -> Iterable[tuple[int, int, list[Span], list[Span]]]:
    """Each line: where it starts and ends, the blocks it lies in, the outermost first, and the spans inside it."""
    blocks = [span for span in text.spans if span.kind in BLOCKS]
    inline = [span for span in text.spans if span.kind not in BLOCKS]
    open_blocks: list[Span] = []
    start = opened = number = 0
    for line in text.chars.split("\n"):
        end = start + len(line)
        open_blocks = [span for span in open_blocks if span.end > start]
        while opened < len(blocks) and blocks[opened].start <= start:
            open_blocks.append(blocks[opened])
            opened += 1
        inside = number
        while number < len(inline) and inline[number].start < end:
            number += 1
        yield start, end, open_blocks, inline[inside:number]
        start = end + 1


class _Mover:
    """Where a span's two ends are after the edits."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self.ends = [end for _, end, _ in edits]
        self.put_in = {start: len(new) for start, end, new in edits if start == end}
        self.by = [0]
        for start, end, new in edits:
            self.by.append(self.by[-1] + len(new) - (end - start))

    def __call__(self, span: Span) -> tuple[int, int]:
        block = span.kind in BLOCKS
        return self.moved(span.start, not block), self.moved(span.end, block)

    def moved(self, position: int, after_put_in: bool) -> int:
        moved = position + self.by[bisect_right(self.ends, position)]
        return moved if after_put_in else moved - self.put_in.get(position, 0)
