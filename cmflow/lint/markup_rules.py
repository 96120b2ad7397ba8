"""Markup of other programs that a network would show as it is written, and comments that only reviewers do not see."""

import re
from collections.abc import Iterator
from html import unescape

from cmflow.model import Kind, Plan, Post, Problem
from cmflow.render import markdown as text

# What GitHub's pages and most editors do not show: HTML's comments and declarations, and definitions that lead nowhere.
HIDDEN = re.compile(
    r"(?P<comment><!--)|<\?[^<>]{1,500}\?>|<!\[CDATA\[|<![a-zA-Z][^<>\n]{0,200}>|"
    r"^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*(?:#|<>)(?=\s|$)",
    re.MULTILINE,
)
_TAGS = (
    "a abbr article aside audio b big blockquote br button center cite code col dd del details div dl dt em embed "
    "figcaption figure font footer form h[1-6] header hr i iframe img input ins kbd li link main mark meta nav object "
    "ol p picture pre q s script section small source span strike strong style sub summary sup svg table tbody td "
    "tfoot th thead tr tt u ul video"
)
_AS_WRITTEN = "it would be published as it is"
# Its name in a sentence, what happens to it, and how it is found.
FOREIGN: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("HTML", _AS_WRITTEN, re.compile(rf"</?(?:{_TAGS.replace(' ', '|')})(?:\s[^<>]*)?/?>", re.IGNORECASE)),
    (
        "an invisible space",
        "a reader sees nothing, or an empty line",
        re.compile(r"&(?:nbsp|e[mn]sp|thinsp|shy|#160|#xa0);", re.I),
    ),
    ("a shortcode or placeholder", _AS_WRITTEN, re.compile(r"\{\{.{0,200}?\}\}|\{%.{0,200}?%\}")),
    ("a comment of a template language", _AS_WRITTEN, re.compile(r"\{#(?![\w-]+\}).{0,200}?#\}")),
    ("a comment of Obsidian", _AS_WRITTEN, re.compile(r"%%[^%\n]{1,200}%%")),
    ("an attribute of Kramdown", _AS_WRITTEN, re.compile(r"\{:[ .#a-zA-Z][^{}\n]{0,100}\}")),
    ("a footnote", _AS_WRITTEN, re.compile(r"\[\^[^\]\s]{1,60}\]")),
)


def source(post: Post, plan: Plan) -> Iterator[Problem]:
    """One finding per text and kind. Markup inside code is intended."""
    for markdown, first in texts(post):
        if match := _first(markdown, HIDDEN):
            line = first + markdown.count("\n", 0, match.start())
            written = "<!-- … -->" if match["comment"] else _line(markdown, match.start())
            message = (
                f"The comment “{written}” would be published: every network shows it, although reviewers do not see it."
            )
            yield Problem(post.path, line, "hidden-comment", message, "Delete it.")
        for name, becomes, pattern in FOREIGN:
            match = _first(markdown, pattern)
            if match:
                line = first + markdown.count("\n", 0, match.start())
                message = f"“{match[0][:60]}” is {name}: {becomes}."
                yield Problem(post.path, line, "foreign-source", message, HINT)


SHOWN = 60  # characters of a line in a message
HINT = "Write it as plain Markdown, or delete it. If it is intended, put it between backticks."


def _line(markdown: str, start: int) -> str:
    line = markdown[start:].partition("\n")[0].strip()
    return line if len(line) <= SHOWN else f"{line[:SHOWN]} …"


def _first(markdown: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The first match outside code; Markdown is parsed only where there is a match."""
    if not pattern.search(markdown):
        return None
    visible = outside_code(markdown)
    matches = pattern.finditer(markdown)
    return next((match for match in matches if match[0].strip() in visible or unescape(match[0]) in visible), None)


# ── the texts of a post ─────────────────────────────────────────────────────────────────────────────────────


def texts(post: Post) -> Iterator[tuple[str, int]]:
    """Every text of the post and the line it starts on."""
    yield post.body, post.body_line
    for key, override in post.overrides:
        for name in ("text", "prepend", "append"):
            written = getattr(override, name)
            if written is not None:
                yield written, post.line(f"{key}.{name}")
    for name in ("prepend", "append", "first_comment"):
        if getattr(post, name):
            yield getattr(post, name), post.line(name)


def matches(post: Post, pattern: re.Pattern[str]) -> Iterator[tuple[str, re.Match[str], int]]:
    """A quick look at every text: with it, what was found and its line. Markdown is read only where that is needed."""
    for markdown, first in texts(post):
        for match in pattern.finditer(markdown):
            yield markdown, match, first + markdown.count("\n", 0, match.start())


def outside_code(markdown: str) -> str:
    """What a reader sees of it, with a blank for each character of code."""
    parsed = text.parse(markdown)
    chars = parsed.chars
    for span in parsed.spans:
        if span.kind in (Kind.CODE, Kind.PRE):
            chars = chars[: span.start] + " " * (span.end - span.start) + chars[span.end :]
    return chars
