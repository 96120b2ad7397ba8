"""PyYAML's errors, explained to a person who writes posts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from yaml import MarkedYAMLError, YAMLError

from cmflow.model import Problem
from cmflow.values import dataclass


class LineError(Exception):
    """Something is wrong at a line of the file; `matter` turns it into a `Problem`."""

    def __init__(self, line: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line, self.code, self.message, self.hint = line, code, message, hint

    def problem(self, path: str) -> Problem:
        return Problem(path, self.line, self.code, self.message, self.hint)


@dataclass(frozen=True, slots=True)
class Complaint:
    """`pattern` finds PyYAML's own words (libyaml's and pure Python's) in "context; problem"; the first that fits wins.

    `opened`: the line to show is where the thing began, not where the reader gave up.
    """

    pattern: str
    code: str
    message: str
    hint: str
    opened: bool = False


_QUOTE_IT = 'Put the whole value in quotes: `title: "…"`.'

COMPLAINTS = (
    Complaint(
        r"undefined alias|an alias|an anchor|a tag|tag handle|tag URI|tag prefix|URI escape",
        "yaml-alias",
        "A value starts with `*`, `&` or `!`, which mean something else in YAML.",
        _QUOTE_IT,
    ),
    Complaint(
        r"tab",
        "yaml-tab",
        "A tab is used to indent this line.",
        "Indent with spaces: two for each level.",
    ),
    Complaint(
        r"mapping values are not allowed",
        "yaml-syntax",
        "A colon is not allowed here: it is inside a value without quotes, or on a line that is indented too far.",
        'Put a value with a colon in quotes: `title: "News: we moved"`. Keys of one level start in the same column.',
    ),
    Complaint(
        r"cannot start any token",
        "yaml-syntax",
        "A value starts with a character that YAML keeps for itself, such as `@`, `` ` `` or `%`.",
        _QUOTE_IT,
    ),
    Complaint(
        r"end of stream|document indicator",
        "yaml-syntax",
        "A quotation mark opens here and never closes.",
        "Close it at the end of the value; inside '…' write an apostrophe twice: 'it''s'.",
        opened=True,
    ),
    Complaint(
        r"flow sequence",
        "yaml-syntax",
        "The list that opens with `[` here is broken: a comma or the closing `]` is missing.",
        "Write `[one, two]`; put items with `#`, `:`, `[` or `{` in quotes.",
        opened=True,
    ),
    Complaint(
        r"flow mapping",
        "yaml-syntax",
        "The mapping that opens with `{` here is broken: a comma or the closing `}` is missing.",
        "Write `{key: value, other: value}`; put values with `#`, `:` or `,` in quotes.",
        opened=True,
    ),
    Complaint(
        r"'-' indicator|sequence entries are not allowed|block collection|block sequence",
        "yaml-syntax",
        "List items and other lines are mixed here.",
        "Start each item on its own line with `- `, all in the same column, below the key.",
    ),
    Complaint(
        r"escape",
        "yaml-syntax",
        'A backslash inside "…" starts an escape that YAML does not know.',
        "Use single quotes, '…', where a backslash is only a backslash.",
    ),
    Complaint(
        r"block scalar",
        "yaml-syntax",
        "The text after `|` or `>` does not start on a line of its own, or is not indented evenly.",
        "End the line after `|`, and indent the whole text below it by two spaces.",
    ),
    Complaint(
        r"expected ':'|simple key",
        "yaml-syntax",
        "This line is not `key: value`.",
        "If the text of the post starts here, put a line with only `---` above it.",
        opened=True,
    ),
    Complaint(
        r"another document|<document start>|directive|%YAML|%TAG",
        "yaml-syntax",
        "The front matter ends in the middle: this line says that a second one starts.",
        "Remove lines that start with `---`, `...` or `%`, or put them in quotes.",
    ),
    Complaint(
        r"",
        "yaml-syntax",
        "This line does not fit the lines above it.",
        "Look at its indentation, and at quotes and brackets in it or just above.",
    ),
)

_MISSING_END = Complaint(
    "",
    "unclosed-front-matter",
    "This line looks like the end of the front matter, but is not exactly `---`.",
    "Write three plain hyphens, `---`, and nothing else on that line.",
)
DASHES = r"^[-‐‑‒–—―_=*]+\s*$"
TAB = r"^ *\t"


# A key whose text should follow, indented, on the lines below it; and a blank that only looks like one.
BLOCK = r"^\s*[\w-]+: *[|>][-+0-9]*\s*$"
_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
# Invisible characters; the joiners inside words and emoji are not among them.
UNSEEN = re.compile(f"[{_BLANKS}\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Where such a sign breaks the structure: as indentation, or behind the colon of a key.
_MISPLACED = rf"^[ -]*{UNSEEN.pattern}|^[ -]*[\w-]+{UNSEEN.pattern}*:{UNSEEN.pattern}"
_QUOTED = r"""^[ -]*[\w-]+: *(?:'(?:[^']|'')*'(?!')[^'\s#,}\]].*|"(?:[^"\\]|\\.)*"[^"\s#,}\]].*)$"""


_QUOTE_INSIDE = Complaint(
    "",
    "yaml-syntax",
    "The value ends too early, at a quotation mark inside it.",
    "Use the other marks outside, or write it twice inside '…' ('it''s') and as \\\" inside \"…\".",
)


def _invisible_line(lines: list[str], number: int) -> int:
    """The line, here or above, that an invisible character breaks; -1 where none does."""
    return next((line for line in (number, number - 1) if line >= 0 and re.match(_MISPLACED, lines[line])), -1)


def revealed(problems: Iterable[Problem], head: str) -> Iterator[Problem]:
    """The problems, which also say where an invisible character is in the line; `head` begins at line 1's end."""
    signs = {}
    if UNSEEN.search(head):
        matches = ((number, UNSEEN.search(line)) for number, line in enumerate(head.split("\n"), 1))
        signs = {number: match[0] for number, match in matches if match}
    for problem in problems:
        sign = signs.get(problem.line)
        if sign and problem.code in UNCLEAR:
            message = f"{problem.message} There is an invisible character (U+{ord(sign):04X}) in this line."
            problem = replace(problem, message=message, hint="Type the line again.")
        yield problem


# What is said of a value that is not the one it looks like.
_UNCLEAR = """
    bad-value bad-date bad-id date-without-time unknown-account unknown-campaign unknown-key unknown-network
    unknown-option unknown-pillar unknown-zone
"""
UNCLEAR = frozenset(_UNCLEAR.split())


def _no_key(lines: list[str], number: int) -> Complaint | None:
    """Return why a line is not `key: value`, where more can be said than that."""
    above = next((line for line in reversed(lines[:number]) if line.strip()), "")
    if re.match(BLOCK, above):
        message = f"The text of `{above.split(':')[0].strip()}` does not begin here: it is not indented."
        return Complaint("", "yaml-syntax", message, "Indent each of its lines two spaces more than its key.")
    return None


def explain(error: YAMLError, lines: list[str]) -> LineError:
    """Return what PyYAML's error means; `lines` are the file's, up to the end of the front matter."""
    context = problem = ""
    line = opened = 0
    if isinstance(error, MarkedYAMLError):
        context, problem = error.context or "", error.problem or ""
        line = error.problem_mark.line if error.problem_mark else 0
        opened = error.context_mark.line if error.context_mark else line
    line = min(line, len(lines) - 1)
    complaint_text = "tab" if re.match(TAB, lines[line]) else f"{context}; {problem}"
    complaint = next(candidate for candidate in COMPLAINTS if re.search(candidate.pattern, complaint_text))
    shown_line = opened if complaint.opened else line
    if re.match(DASHES, lines[shown_line]):
        complaint = _MISSING_END
    elif (unseen := _invisible_line(lines, shown_line)) >= 0:
        sign = UNSEEN.search(lines[unseen])
        message = f"An invisible character (U+{ord(sign[0]) if sign else 0:04X}) is where an ordinary space belongs."
        return LineError(unseen + 1, "yaml-syntax", message, "Type the line again, with ordinary spaces.")
    elif re.match(_QUOTED, lines[shown_line]):
        complaint = _QUOTE_INSIDE
    elif complaint.pattern.startswith("expected ':'"):
        complaint = _no_key(lines, shown_line) or complaint
    return LineError(shown_line + 1, complaint.code, complaint.message, complaint.hint)


def almost_closed(line: int) -> LineError:
    return LineError(line, _MISSING_END.code, _MISSING_END.message, _MISSING_END.hint)


def second_document(line: int) -> LineError:
    return LineError(line, "yaml-syntax", COMPLAINTS[-2].message, COMPLAINTS[-2].hint)


def not_keys(line: int) -> LineError:
    message = "The front matter is not a list of keys."
    return LineError(line, "yaml-syntax", message, "Write one `key: value` on each line, with a space after the colon.")


def extra(line: int, sign: str) -> LineError:
    """YAML's own shorthands, which cmflow does not read."""
    return LineError(line, "yaml-alias", f"A value starts with {sign}: cmflow does not read those.", _QUOTE_IT)
