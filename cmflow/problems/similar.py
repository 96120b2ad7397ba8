"""Names that are near to one that was misspelt."""

from collections.abc import Collection
from difflib import get_close_matches


def suggestion(word: str, names: Collection[str]) -> str:
    """Return what to do about a name that is not among these: the nearest one, else all of them."""
    unique = dict.fromkeys(names)  # a post's id is mostly its file's name as well
    matches = get_close_matches(word, unique, 1, 0.5)
    if matches:
        return f"Did you mean {matches[0]!r}?"
    return f"There are: {', '.join(unique)}." if unique else "There are none yet."


def brief(hint: str) -> str:
    """Return the hint, unless it lists more posts than people read."""
    return hint if len(hint) <= 100 else "Use its file, or its id: the file name without .md"
