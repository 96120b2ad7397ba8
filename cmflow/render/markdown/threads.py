"""A text that does not fit → parts that do, cut where a reader would: paragraph, line, sentence, word."""

from bisect import bisect_right
from collections.abc import Callable, Sequence

import regex

from cmflow.model import Kind, Span, Text
from cmflow.render.markdown.clusters import clusters
from cmflow.render.markdown.spans import BLOCKS, cut, join, strip

Fits = Callable[[Text], bool]

UNBROKEN = frozenset({Kind.LINK, Kind.MENTION, Kind.PERSON, Kind.TAG})
ENOUGH = 0.4  # a part cut at a better place must still hold this share of what would fit

# Where a part may end, the best place first; the match ends where the next part begins.
_PARAGRAPH = r"\n[^\S\n]*\n\s*"
_LINE = r"\n\s*"
_SENTENCE = (
    r"(?<!\b(?:[A-Za-z]|[Mm]rs?|[Dd]r|[Ss]t|e\.g|i\.e|p\.ex|z\.B|vs|cf|No))[.!?…‽।؟]+[\"'”’»)\]]*\s+(?=[^\s\p{Ll}])"
    r"|[。！？｡]+[」』）”’]*\s*(?=\S)"
)
_SCRIPT = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー。、！？「」『』（）・]"
_WORD = (
    r"\s+(?=\S)"
    rf"|(?<={_SCRIPT}\p{{M}}*)(?<![「『（(])(?=[^\s\p{{M}}。、！？」』）ー・…ぁぃぅぇぉっゃゅょァィゥェォッャュョ.,!?)])"
    rf"|(?<=\S)(?=(?![。、！？」』）ー・]){_SCRIPT}(?<![\p{{M}}]))"
)


_SPACE = r"\s*"


class WordTooLong(ValueError):
    """A word, or a link, that fits in no part: it is not cut, so a person must change it."""

    def __init__(self, word: str) -> None:
        super().__init__(f"“{word}” is longer than a part may be, and a word is never cut.")
        self.word = word


def split(text: Text, fits: Fits, first: Fits | None = None) -> tuple[Text, ...]:
    """The parts, each of which fits; `first` is asked for the first one where it may hold less.

    Put together they are the text, but for white space where it was cut. A cut never falls inside a link, a
    mention or a grapheme; inside other spans only where one alone is longer than a part. Raises `WordTooLong`.
    """
    text = strip(text)
    condition = first or fits
    if condition(text):
        return (text,)
    places = _Places(text)
    starts = [0]
    while not condition(places.part(starts[-1], len(text.chars))):
        starts.append(_next(places, starts[-1], condition))
        condition = fits
    _comfort(places, starts, fits)
    ends = [*starts[1:], len(text.chars)]
    return tuple(places.part(start, end) for start, end in zip(starts, ends, strict=True))


def split_all(texts: Sequence[Text], fits: Fits, first: Fits | None = None) -> tuple[Text, ...]:
    """The parts of a thread that has breaks of its own, further cut where they do not fit."""
    return tuple(part for number, text in enumerate(texts) for part in split(text, fits, fits if number else first))


def numbered(texts: Sequence[Text], fits: Fits, first: Fits | None = None) -> tuple[Text, ...]:
    """`split_all`, each part ending in its number, " 2/5", which is counted in. A single part has none.

    The number is below every part as soon as it must be below one: readers look for it in the same place.
    """
    first = first or fits
    if len(texts) == 1 and first(strip(texts[0])):
        return (strip(texts[0]),)
    widest, below = 9, False
    while True:
        parts = split_all(texts, _counted_in(fits, widest, below), _counted_in(first, widest, below))
        if len(parts) > widest:
            widest = widest * 10 + 9
        elif not below and any(map(_ends_in_block, parts)):
            below = True
        else:
            return tuple(number(part, index, len(parts), below) for index, part in enumerate(parts, 1))


def _counted_in(fits: Fits, widest: int, below: bool) -> Fits:
    return lambda part: fits(number(part, widest, widest, below))


def number(text: Text, index: int, of: int, below: bool = False) -> Text:
    """The part with its number behind it; below it where it ends in code, a list, a heading or a quote."""
    return join([text, Text(f"{index}/{of}")], "\n\n" if below or _ends_in_block(text) else " ")


def _ends_in_block(text: Text) -> bool:
    return any(span.end == len(text.chars) and span.kind in BLOCKS for span in text.spans)


class _Places:
    """Where a text may be cut: positions at which a next part may begin, per kind of place, best first."""

    def __init__(self, text: Text) -> None:
        self.text = text
        inline = [span for span in text.spans if span.kind not in BLOCKS]
        self.spans = inline
        graphemes = _boundaries(text.chars)
        ends_by_kind = [
            [match.end() for match in regex.finditer(pattern, text.chars)]
            for pattern in (_PARAGRAPH, _LINE, _SENTENCE, _WORD)
        ]
        usable = [[position for position in sorted(set(kind)) if position in graphemes] for kind in ends_by_kind]
        self.items = [span for span in text.spans if span.kind is Kind.ITEM and span.value]
        headings = [_led_by(span, text) for span in text.spans if span.kind is Kind.HEADING]
        self.kinds = [_outside(kind, [*inline, *headings]) for kind in usable]
        ends = sorted({position for kind in usable for position in kind})
        self.last_resort = _outside(ends, [span for span in inline if span.kind in UNBROKEN])
        self.kinds[-1] = sorted({position for kind in self.kinds for position in kind})

    def is_item(self, start: int) -> bool:
        """Return whether a part from there to the end would be one item of a list."""
        items = [span for span in self.items if span.end > start]
        return len(items) == 1 and items[0].start == start and items[0].end == len(self.text.chars)

    def is_tags(self, start: int) -> bool:
        """Return whether a part from there to the end would be nothing but hashtags and mentions."""
        return all(word[0] in "#＃@" for word in self.text.chars[start:].split())

    def part(self, start: int, end: int) -> Text:
        chars = self.text.chars[start:end]
        start += len(chars) - len(chars.lstrip())
        return cut(self.text, start, max(start, end - len(chars) + len(chars.rstrip())))


def _led_by(heading: Span, text: Text) -> Span:
    """From a heading to the first character that it leads to, where no part may begin."""
    space = regex.match(_SPACE, text.chars, pos=heading.end)
    return Span(heading.start, (space.end() if space else heading.end) + 1, heading.kind)


def _boundaries(chars: str) -> set[int] | range:
    """Return where graphemes begin."""
    if chars.isascii():
        return range(len(chars))
    return {start for start, _ in clusters(chars)}


def _outside(places: Sequence[int], spans: Sequence[Span]) -> list[int]:
    inside = {position for span in spans for position in range(span.start + 1, span.end)}
    return [position for position in places if position not in inside]


def _next(places: _Places, start: int, fits: Fits) -> int:
    """Return where the part after the one at `start` begins."""
    far = _furthest(places, places.kinds[-1], start, fits) or _furthest(places, places.last_resort, start, fits)
    if far is None:
        raise WordTooLong(_word(places, start))
    for kind in places.kinds[:-1]:
        best = _last(kind, start, far)
        if best is not None and best - start >= (far - start) * ENOUGH:
            return best
    return far


def _last(places: Sequence[int], start: int, end: int) -> int | None:
    index = bisect_right(places, end) - 1
    return places[index] if index >= 0 and places[index] > start else None


def _furthest(places: _Places, candidates: Sequence[int], start: int, fits: Fits) -> int | None:
    """The last candidate up to which the characters from `start` fit."""
    low, high = bisect_right(candidates, start), len(candidates)
    first = low
    while low < high:
        middle = (low + high) // 2
        if fits(places.part(start, candidates[middle])):
            low = middle + 1
        else:
            high = middle
    return candidates[low - 1] if low > first else None


def _word(places: _Places, start: int) -> str:
    end = next((position for position in places.last_resort if position > start), len(places.text.chars))
    return places.text.chars[start:end].strip()


def _comfort(places: _Places, starts: list[int], fits: Fits) -> None:
    """Move the last cut back where the last part would be but a few words, one short item, or hashtags alone."""
    if len(starts) < 2:
        return
    start, last, end = starts[-2], starts[-1], len(places.text.chars)
    item = (end - last) * 2 <= last - start and places.is_item(last)
    lonely = item or places.is_tags(last)
    if not lonely and (end - last) * 4 > last - start:
        return
    for kind in places.kinds[:2] if item else places.kinds:
        middle = start + (end - start) // 3
        for position in reversed([position for position in kind if middle <= position < last]):
            enough = lonely or (end - position) * 4 > position - start
            if (
                enough
                and not places.is_item(position)
                and not places.is_tags(position)
                and fits(places.part(position, end))
            ):
                starts[-1] = position
                return
