"""A quick scan of a post for when and where it is published: for the tens of thousands that are not due.

Only front matter of the plainest shape is understood, where each line says one thing in one way; for any other the
answer is None, and the post is to be read in full. The scan of a post without errors never differs from its full
reading; that of one with errors may, but then it is read in full before anything is sent.
"""

import re
from collections.abc import Mapping
from unicodedata import normalize

from cmflow.values import dataclass

HEAD = re.compile(rb"---\n((?:(?!---)[^\r\n\t]+\n)+)---\n")
# A value that ends on its line and is just what it looks like: no alias, tag, comment, block or open quote.
_VALUE = r"""
    [^\s"'\[\]{}|>&*!%@`#,?:-] [^#:]* (?:(?: :(?=\S) | (?<=\S)\#) [^#:]*)*
    | "[^"\\]*" | '[^']*' | \[[\w\ .,-]*\] | \{[\w\ .,:-]*\}
"""
LINE = re.compile(rf"([a-z_]+):(?:\ +({_VALUE}))?\ *", re.VERBOSE)
# A line further in: items, a key, a value; or the head of a block of text, whose lines are indented further.
INSIDE = re.compile(rf"((?:\ *-\ )*\ *)(?:[\w.-]+:(?:\ +|$))?(?:{_VALUE}|([|>][+-]?))?\ *", re.VERBOSE)
NAME = re.compile(r"[\w.-]+")
NAMES = re.compile(r"\[( *[\w.-]+ *(?:, *[\w.-]+ *)*)\]")
STATUSES = ("draft", "ready")
DRAFT = re.compile(rb"""^status:[ \t]*["']?draft\b""", re.MULTILINE)
DATE = re.compile(r"""(["']?)(\d{4}-\d\d-\d\d[ T]\d\d:\d\d)\1""")
DECISIVE = ("date", "accounts", "id", "status")
BEYOND = ("late",)  # changes what a date means
PARTIAL = ("variants", "ab")
CHANGES = re.compile(r"date|skip|\\")  # within those: may change when a post goes out, or where


@dataclass(frozen=True, slots=True)
class Glance:
    """`id` is "" where the file's name decides; `accounts` are names as written, groups too; `date` is as written."""

    id: str
    draft: bool
    accounts: tuple[str, ...]
    date: str


def glance(data: bytes) -> Glance | None:
    """Return what a post's file says at first sight; None where only the full reading can tell."""
    head = HEAD.match(data)
    if head is None:
        return None
    try:
        values = _lines(head[1].decode())
    except UnicodeDecodeError:
        return None
    return None if values is None else _glance(values)


def is_draft(data: bytes) -> bool:
    """Return whether a post says that it is a draft, even where nothing else of it can be read."""
    return DRAFT.search(data.partition(b"\n---")[0]) is not None


def _lines(head: str) -> Mapping[str, str] | None:
    """The decisive values, by key; None where a line is not of the plainest shape."""
    keys: set[str] = set()
    values: dict[str, str] = {}
    key, block = "", 0  # `block`: the indent of the key of a block of text, whose lines hold no keys
    for line in head.splitlines():
        if line.startswith((" ", "- ")):  # what belongs to a key further up
            if not key or key in DECISIVE or (key in PARTIAL and CHANGES.search(line)):
                return None
            if block and line.startswith(" " * (block + 1)):
                continue
            inside = INSIDE.fullmatch(line)
            if inside is None:
                return None
            block = len(inside[1]) if inside[2] else 0
            continue
        block = 0
        match = LINE.fullmatch(line)
        if match is None:
            return None
        key, value = match.groups()
        if key in keys or key in BEYOND or (key in PARTIAL and CHANGES.search(line)):
            return None
        keys.add(key)
        if key in DECISIVE:
            values[key] = value or ""
    return values


def _glance(values: Mapping[str, str]) -> Glance | None:
    date, names = DATE.fullmatch(values.get("date", "")), NAMES.fullmatch(values.get("accounts", ""))
    post, status = values.get("id"), values.get("status", "ready")
    if date is None or names is None or status not in STATUSES or (post is not None and not NAME.fullmatch(post)):
        return None
    accounts = tuple(name.strip() for name in names[1].split(","))
    return Glance(normalize("NFC", post or ""), status == "draft", accounts, date[2])
