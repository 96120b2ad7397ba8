"""`Text` → Markdown again, in a network's own dialect: CommonMark, Discord's, Slack's mrkdwn."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from cmflow.model import Form, Kind, Span, Text
from cmflow.render.markdown.links import same_place
from cmflow.render.markdown.spans import lines
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one network writes what a stretch of text is.

    `literal(chars, start, end)` escapes a stretch; `line` the start of a line. `bullet` turns an item's bullet
    into the mark written there; `indents` says whether what follows in the item is aligned with its text.
    """

    marks: Mapping[Kind, str]
    literal: Callable[[str, int, int], str]
    line: Callable[[str], str]
    link: Callable[[str, str, str], str]  # label as written, label as shown, URL
    code: Callable[[str], str]
    heading: Callable[[str, str], str]
    bullet: Callable[[str], str]
    mention: re.Pattern[str]
    indents: bool = True
    language: bool = True
    bold_headings: bool = True  # a heading is shown bold anyway, so that nothing in it is
    ends: str = ""  # at the end of a line that another line of the same paragraph follows


def markdown(text: Text) -> Form:
    """CommonMark: Reddit, dev.to, the webhook and the outbox. Read again, it is the same text."""
    return _read_again(text, COMMONMARK)


def discord(text: Text) -> Form:
    return _read_again(text, DISCORD)


def _read_again(text: Text, dialect: Dialect) -> Form:
    """Return who reads is shown what the marks mean; who types there types the marks."""
    return Form(body := write(text, dialect), display_text=text, paste_text=body)


def write(text: Text, dialect: Dialect) -> str:
    written: list[str] = []
    opened: set[Span] = set()
    places = [*lines(text), (len(text.chars), len(text.chars), [], [])]
    for (start, end, blocks, inside), following in pairwise(places):
        inner = _inner(text, start, end, blocks, inside, dialect)
        if dialect.ends and _goes_on((start, end, blocks), following):
            inner[-1] += dialect.ends
        for line in inner:
            prefix = "".join(_prefix(span, opened, dialect) for span in blocks)
            written.append(prefix + line if line else prefix.rstrip())
    return "\n".join(written)


def _goes_on(line: tuple[int, int, list[Span]], following: tuple[int, int, list[Span], list[Span]]) -> bool:
    """Return whether a line break is inside a paragraph, where CommonMark would make it a space."""
    start, end, blocks = line
    if start == end or following[0] == following[1]:
        return False
    ended = any(span.end == end or span.kind is Kind.PRE for span in blocks)
    return not ended and not any(span.start == following[0] for span in following[2])


def _prefix(span: Span, opened: set[Span], dialect: Dialect) -> str:
    if span.kind is Kind.QUOTE:
        return "> "
    if span.kind is not Kind.ITEM or not span.value:
        return ""
    mark = dialect.bullet(span.value) + " "
    if span not in opened:
        opened.add(span)
        return mark
    return " " * len(mark) if dialect.indents else ""


def _inner(
    text: Text, start: int, end: int, blocks: Sequence[Span], inside: Sequence[Span], dialect: Dialect
) -> list[str]:
    """A line of the text as the lines it becomes: a fence adds its own before the first and after the last."""
    code = next((span for span in blocks if span.kind is Kind.PRE), None)
    if code is None:
        heading = next((span.value for span in blocks if span.kind is Kind.HEADING), "")
        if heading and dialect.bold_headings:
            inside = [span for span in inside if span.kind is not Kind.BOLD]
        line = _stretch(text.chars, start, end, inside, dialect)
        if heading:
            return [dialect.heading(line, heading)]
        return [dialect.line(line) if not inside or inside[0].start > start else line]
    chars = text.chars[code.start : code.end]
    fence, language = _fence(chars, code.value) if dialect.language else ("```", "")
    line = text.chars[start:end] if dialect is not SLACK else _slack(text.chars, start, end)
    opening = [fence + language] if start == code.start else []
    return [*opening, line, *([fence] if end == code.end else [])]


def _fence(code: str, language: str) -> tuple[str, str]:
    """A fence longer than any run of backticks in the code, and the language after it."""
    return "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", code)), default=0)), language


def _stretch(chars: str, start: int, end: int, spans: Sequence[Span], dialect: Dialect) -> str:
    pieces, position, number = [], start, 0
    while number < len(spans):
        span = spans[number]
        number += 1
        if span.start < position:
            continue
        first = number
        while number < len(spans) and spans[number].start < span.end:
            number += 1
        inside = [inner for inner in spans[first:number] if inner.end <= span.end]
        pieces.append(dialect.literal(chars, position, span.start))
        pieces.append(_span(chars, span, inside, dialect))
        position = span.end
    pieces.append(dialect.literal(chars, position, end))
    return "".join(pieces)


def _span(chars: str, span: Span, inside: Sequence[Span], dialect: Dialect) -> str:
    label = chars[span.start : span.end]
    if span.kind is Kind.CODE:
        return dialect.code(label)
    if span.kind is Kind.MENTION and dialect.mention.fullmatch(span.value):
        return span.value
    written = _stretch(chars, span.start, span.end, inside, dialect)
    if span.kind is Kind.LINK:
        return dialect.link(written, label, span.value)
    if span.kind is Kind.PERSON:
        return label
    mark = dialect.marks.get(span.kind, "")
    if dialect is SLACK and mark:
        gap = "\u200b" if chars[span.start - 1 : span.start].isalnum() else ""
        return gap + mark + written + mark + ("\u200b" if chars[span.end : span.end + 1].isalnum() else "")
    return mark + written + mark


# ── CommonMark and Discord ──────────────────────────────────────────────────────────────────────────────────

_LINE = re.compile(r"(?:#{1,6}(?= |$)|>|[-+*](?= )|={2,}$|-{2,}$|~{3}|-# )")
_NUMBER = re.compile(r"^(\d{1,9})([.)])(?= )")
_SEPARATOR = re.compile(r"\|?[ :|-]*-[ :|-]*\|[ :|-]*")
_MARKDOWN = re.compile(r"\\|`|\*|_|~|\[|\]|<(?=[A-Za-z/!?@])|&(?=#?\w+;)|@(?=\{)|!$")
_DISCORD = re.compile(r"\\|`|\*|_|~|\||\[|\]|<(?=[A-Za-z/@#:])")


def _escaper(special: re.Pattern[str]) -> Callable[[str, int, int], str]:
    def literal(chars: str, start: int, end: int) -> str:
        return special.sub(lambda match: _escape(chars, start + match.start(), match[0]), chars[start:end])

    return literal


def _escape(chars: str, position: int, char: str) -> str:
    """A backslash before a mark, unless it cannot be one where it is: `snake_case`, `2*3`, a single `~` or `|`."""
    previous, following = chars[position - 1 : position], chars[position + 1 : position + 2]
    if char in "_*" and previous.isalnum() and following.isalnum() and previous.isascii() and following.isascii():
        return char
    if char in "~|" and char not in (previous, following):
        return char
    return "\\" + char


def _line(line: str) -> str:
    if _SEPARATOR.fullmatch(line):
        return "\\" + line
    return _NUMBER.sub(r"\1\\\2", "\\" + line if _LINE.match(line) else line, count=1) if line else line


def _code(chars: str) -> str:
    fence = "`" * (max((len(run) for run in re.findall(r"`+", chars)), default=0) + 1)
    pad = " " if chars[:1] in "` " or chars[-1:] in "` " else ""
    return f"{fence}{pad}{chars}{pad}{fence}"


def _bracketed(written: str, label: str, url: str) -> str:
    if same_place(label, url):
        return url
    target = f"<{url}>" if re.search(r"[\s()\\]", url) else url
    return f"[{written}]({target})"


def _dash(bullet: str) -> str:
    return bullet.strip().replace("•", "-")


def _discord_heading(line: str, level: str) -> str:
    return f"{'#' * int(level)} {line}" if level in "123" else f"**{line}**"


_STARS = {Kind.BOLD: "**", Kind.ITALIC: "*", Kind.STRIKE: "~~"}
_NEVER = re.compile(r"(?!)")

COMMONMARK = Dialect(
    marks=_STARS,
    literal=_escaper(_MARKDOWN),
    line=_line,
    link=_bracketed,
    code=_code,
    heading=lambda line, level: f"{'#' * int(level)} {line}",
    bullet=_dash,
    mention=re.compile(r"@[\w.-]+(?:@[\w.-]+)?|u/\w+"),
    bold_headings=False,
    ends="  ",
)

DISCORD = Dialect(
    marks=_STARS,
    literal=_escaper(_DISCORD),
    line=_line,
    link=_bracketed,
    code=_code,
    heading=_discord_heading,
    bullet=_dash,
    mention=re.compile(r"<(?:@[!&]?|#)\d+>"),
)

# ── Slack ───────────────────────────────────────────────────────────────────────────────────────────────────


def _slack(chars: str, start: int, end: int) -> str:
    return chars[start:end].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _slack_link(written: str, label: str, url: str) -> str:
    target = _slack(url, 0, len(url)).replace("|", "%7C")
    return f"<{target}>" if same_place(label, url) else f"<{target}|{_slack(label, 0, len(label))}>"


def _slack_code(chars: str) -> str:
    written = _slack(chars, 0, len(chars))
    return written if "`" in chars else f"`{written}`"


SLACK = Dialect(
    marks={Kind.BOLD: "*", Kind.ITALIC: "_", Kind.STRIKE: "~"},
    literal=_slack,
    line=lambda line: line,
    link=_slack_link,
    code=_slack_code,
    heading=lambda line, level: f"*{line}*",
    bullet=lambda bullet: bullet,
    mention=re.compile(r"<(?:@[UW]|!subteam\^|#C)\w+>|<!(?:here|channel|everyone)>"),
    indents=False,
    language=False,
)
