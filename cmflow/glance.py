"""When and where a post goes out, without reading it whole: for the tens of thousands that are not due.

Only front matter of the plainest shape is understood, where each line says one thing in one way; for any other the
answer is None, and the post is to be read in full. A post without errors is never seen otherwise than it is read; one
with errors may be, but then it is read in full before anything is sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

HEAD = re.compile(rb"---\n((?:(?!---)[^\r\n\t]+\n)+)---\n")
LINE = re.compile(r"([a-z_]+):(?: +(.*?))? *")
# A value that ends on its line and is just what it looks like: no alias, tag, comment, block or open quote.
VALUE = re.compile(
    r"""[^\s"'\[\]{}|>&*!%@`#,?:-](?:[^#:]|:(?=\S)|(?<=\S)\#)*"""
    r"""|"[^"\\]*"|'[^']*'|\[[\w .,-]*\]|\{[\w .,:-]*\}"""
)
NAME = re.compile(r"[\w.-]+")
DATE = re.compile(r"""(["']?)(\d{4}-\d\d-\d\d[ T]\d\d:\d\d)\1""")
DECISIVE = ("date", "accounts", "id", "status")
BEYOND = ("late",)  # changes what a date means
CHANGES = re.compile(r"date|skip|\\")  # within variants: may change when a post goes out, or where


@dataclass(frozen=True, slots=True)
class Glance:
    """`id` is "" where the file's name decides; `accounts` are names as written, groups too; `date` is as written."""

    id: str
    draft: bool
    accounts: tuple[str, ...]
    date: str


def glance(data: bytes) -> Glance | None:
    """What a post's file says at first sight; None where only the full reading can tell."""
    head = HEAD.match(data)
    if head is None:
        return None
    try:
        found = _lines(head[1].decode())
    except UnicodeDecodeError:
        return None
    return None if found is None else _glance(found)


def _lines(head: str) -> Mapping[str, str] | None:
    """The decisive values, by key; None where a line is not of the plainest shape."""
    seen: set[str] = set()
    found: dict[str, str] = {}
    key = ""
    for line in head.splitlines():
        if line.startswith((" ", "- ")):  # what belongs to a key further up
            if not key or key in DECISIVE or (key == "variants" and CHANGES.search(line)):
                return None
            continue
        match = LINE.fullmatch(line)
        if match is None or match[1] in seen or match[1] in BEYOND or not VALUE.fullmatch(match[2] or "x"):
            return None
        key = match[1]
        seen.add(key)
        if key == "variants" and CHANGES.search(line):
            return None
        if key in DECISIVE:
            found[key] = match[2] or ""
    return found


def _glance(found: Mapping[str, str]) -> Glance | None:
    date, accounts = DATE.fullmatch(found.get("date", "")), found.get("accounts", "")
    plain = all(NAME.fullmatch(found.get(each, "x")) for each in ("id", "status"))
    if date is None or not plain or not accounts.startswith("[") or found.get("status", "ready") not in STATUSES:
        return None
    names = tuple(each.strip() for each in accounts[1:-1].split(","))
    if not all(map(NAME.fullmatch, names)):
        return None
    return Glance(found.get("id", ""), found.get("status") == "draft", names, date[2])


STATUSES = ("draft", "ready")
