"""Posts that cannot be read: no one knows when they are due, so they are on no list, and a person must be told."""

from collections.abc import Collection, Iterable, Sequence

from cmflow.model import Entry, Problem
from cmflow.problems import is_error
from cmflow.problems.plural import counted
from cmflow.repository.content import Content

NAMED = 5  # posts that are named


def paths(content: Content, unreadable: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Those of these posts that may be meant to be published: no drafts, and none whose id is `known` to the ledger."""
    if not (suspects := sorted(unreadable)):
        return ()  # without the imports that reading a post needs
    from cmflow.content import posts, scan

    fresh = [path for path in suspects if posts.identity(path) not in known]
    return tuple(path for path, data in content.source.read(fresh) if not scan.is_draft(data))


def problems(content: Content, entries: Sequence[Entry], known: Collection[str]) -> tuple[Problem, ...]:
    """The first error of each of them."""
    unreadable = {entry.path: entry for entry in entries if entry.date is None}
    errors = (filter(is_error, unreadable[path].problems) for path in paths(content, unreadable, known))
    return tuple(first for first in (next(found, None) for found in errors) if first)


def sentence(unread: Sequence[str]) -> str:
    """What a run says of them."""
    more = f" and {len(unread) - NAMED:,} more" if len(unread) > NAMED else ""
    it = "it is" if len(unread) == 1 else "they are"
    names = f"{', '.join(unread[:NAMED])}{more}"
    return f"{counted(len(unread), 'post')} cannot be read, so {it} not published: run cmflow check ({names})."
