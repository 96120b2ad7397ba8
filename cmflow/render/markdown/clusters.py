"""Characters as people see them: extended grapheme clusters (Unicode Annex 29)."""

from collections.abc import Iterator

import regex

_CLUSTER = regex.compile(r"\X")
_FLAG = regex.compile("[\U0001f1e6-\U0001f1ff]{2}")
_AS_LONG = "a\u0301"  # one cluster of two characters, which joins what is around it just as a flag does


def clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each. Flags are counted here: `regex` goes back to the first for each of them."""
    return (match.span() for match in _CLUSTER.finditer(_FLAG.sub(_AS_LONG, text)))


def count(text: str) -> int:
    """Return how many there are."""
    return len(_CLUSTER.findall(_FLAG.sub(_AS_LONG, text)))
