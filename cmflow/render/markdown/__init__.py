"""Markdown → `Text`: characters, and what stretches of them are. Each network's own form starts from here."""

import re
from functools import lru_cache

from cmflow.model import Text

# Any character or line start that could mean something in Markdown; without one the characters are the text.
MARKED = re.compile(
    r"[\\`*_~\[<&|]|@\{|https?://|^[ \t]|^(?:#{1,6}[ \t]|>|[-+][ \t]|\d{1,9}[.)][ \t]|-{3}|={2})", re.M | re.I
)
_TRAILING = re.compile(r"(?<![ \t])[ \t]+$", re.M)
_SPACE = re.compile(r"[ \t](?:\n|\Z)")
_TABS = re.compile(r"^[ \t]*\t[ \t]*", re.M)
_BLANK_LINES = re.compile(r"\n{3,}")
LINES = 5_000  # of a text: to tell its blocks apart takes time for each line as often as there are lines


@lru_cache(maxsize=4096)
def parse(markdown: str) -> Text:
    """The text of a body, or of one part of it. Line breaks stay, several blank lines become one.

    Of more than `LINES` lines nothing is read but the characters.
    """
    source = markdown.replace("\r\n", "\n").replace("\r", "\n")
    source = (_TRAILING.sub("", source) if _SPACE.search(source) else source).strip("\n")
    if source.count("\n") >= LINES or MARKED.search(source) is None:
        return Text(_BLANK_LINES.sub("\n\n", source))
    from cmflow.render.markdown import blocks

    return blocks.parse(_indented(source))


def _indented(source: str) -> str:
    """Tabs that indent, as the spaces they stand for."""
    return _TABS.sub(lambda match: match[0].expandtabs(4), source) if "\t" in source else source
