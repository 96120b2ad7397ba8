"""What strangers wrote inside Markdown: code, in which nothing calls, links, renders or loads. Pure."""

import re
from bisect import bisect_right
from collections.abc import Callable
from urllib.parse import urlsplit

from cmflow.model import Author
from cmflow.problems.invisible import visible
from cmflow.render import escape
from cmflow.render.escape import OwnWords

LONGEST = escape.LONGEST  # characters of a ticket or note
BLANKS = re.compile("\n{4,}")


def lines(text: str) -> str:
    """The text with one kind of line end; thousands of blank lines are three."""
    return BLANKS.sub("\n\n\n\n", text.replace("\r\n", "\n")).strip("\n")


def quote(text: str) -> OwnWords:
    """The text as it was written, line by line."""
    return escape.quoted(visible(text))


def code(text: str, longest: int = escape.QUOTED) -> str:
    """The text on one line."""
    return escape.code_span(visible(text[: 4 * longest]), longest)


def person(author: Author) -> str:
    """The author by name and handle; "" where neither is known."""
    name, handle = (code(text, 80) if text.strip() else "" for text in (author.name, author.handle))
    return f"{name} ({handle})" if name and handle else name or handle


def post(title: str, url: str) -> str:
    """A post of ours, as a link to its file where there is one."""
    target = escape.address(url)
    return f"[{code(title)}]({target})" if target else code(title)


def reason(text: str) -> str:
    """A reason that holds a stranger's words is code; one that cmflow made itself is said as it is."""
    return text if isinstance(text, OwnWords) else code(text, escape.LINE)


def host(url: str) -> str:
    """The server that a URL leads to, for a reader who looks at it before clicking."""
    return urlsplit(url).hostname or ""


def fit(fill: Callable[[str], str], text: str) -> str:
    """What `fill` makes of as much of the text as has room."""
    shortened = text[:LONGEST]
    if len(shortened) == len(text) and len(filled := fill(text)) <= LONGEST:
        return filled
    lengths = range(1, len(shortened) + 1)
    length = bisect_right(lengths, LONGEST, key=lambda length: len(fill(shortened[:length])))
    return fill(shortened[:length])
