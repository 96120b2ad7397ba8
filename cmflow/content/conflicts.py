"""Merge conflicts that were committed: git's own marks, for a person to resolve."""

import re

MESSAGE = "A merge conflict was not resolved: git's markers are still here."
HINT = (
    "Keep one of the two versions, and delete the lines that start with <<<<<<<, |||||||, ======= or >>>>>>>. If the "
    "text is about such markers, put a space before them."
)
# `=======` alone is a heading's line.
_MARK = re.compile(r"^(?:<{7}|\|{7}|>{7})(?=[ \t\r\n]|\Z)", re.MULTILINE)
_INDENTED = re.compile(r"^[ \t]+(?:<{7}|\|{7}|>{7})(?=[ \t\r\n]|\Z)", re.MULTILINE)


def line(text: str, head: int = 0) -> int:
    """The first line with such a mark, 0 where there is none; in the first `head` characters it may be indented."""
    if not any(mark in text for mark in ("<<<<<<<", "|||||||", ">>>>>>>")):  # nearly always
        return 0
    marks = [match.start() for match in (_MARK.search(text), _INDENTED.search(text, 0, head)) if match]
    return text.count("\n", 0, min(marks)) + 1 if marks else 0
