"""Tags as people write them → the words that networks link; and what is lost on the way."""

from functools import cache, lru_cache

import regex

_RUNS = regex.compile(r"[\w\p{M}\u200c\u200d·・]+")
_LETTER = regex.compile(r"\p{L}")
# What may be between two words without a loss: `open source`, `social-media`, `node.js`, `AT&T`; never `2.0`, `R&D`.
_BETWEEN = (
    r"(?<=[\w\p{M}])(?:(?<!\p{Nd})[\s\p{Pd}'’./]+|[\s\p{Pd}'’./]+(?!\p{Nd})"
    r"|(?<=\p{L}{2})\s*&\s*(?=\p{L})|(?<=\p{L})\s*&\s*(?=\p{L}{2}))(?=[\w\p{M}])"
)
# How people write what a hashtag cannot hold.
SPELLED = {
    ".net": "dotnet",
    "c++": "cpp",
    "f*": "fstar",
    "notepad++": "notepadpp",
    "q&a": "QandA",
    "r&d": "RandD",
}


@lru_cache(maxsize=4096)
def word(tag: str) -> str:
    """A tag as one word; letters, digits and `_` stay as they are, anything else begins a new capital."""
    runs: list[str] = _RUNS.findall(tag)
    return runs[0] if len(runs) == 1 else "".join(word[:1].upper() + word[1:] for word in runs)


@cache
def _between() -> regex.Pattern[str]:
    return regex.compile(_BETWEEN)


def is_changed(tag: str) -> bool:
    """Return whether its word lacks a sign that meant something."""
    plain = _between().sub("", tag)
    return _RUNS.sub("", plain) != ""


def is_linked(tag: str) -> bool:
    """Return whether its word has a letter: no network links `#2026`."""
    return _LETTER.search(word(tag)) is not None
