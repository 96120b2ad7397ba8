"""Who changed which post, as git remembers it: read once, and from then on only what is new."""

from datetime import UTC, datetime
from typing import Any

from cmflow.git import Repository
from cmflow.git.history import History, read
from cmflow.model import Change
from cmflow.repository.cache import Cache

NAME = "history"


def load(repository: Repository, commit: str, cache: Cache) -> History:
    """The history of every post of a commit; what is kept of an older one is not read again."""
    row = cache.load(NAME)
    known = _history(row) if row else None
    found = read(repository, commit, old=known)
    if found is not known and not found.cut:
        cache.save(NAME, _row(found))
    return found


def names(history: History, path: str) -> tuple[str, ...]:
    """The path of a file, and every one it had before."""
    return (path, *(name for name, then in history.former.items() if then == path))


def _row(history: History) -> dict[str, Any]:
    """Each change once, the posts by their numbers: a commit may have touched ten thousand of them."""
    numbers: dict[Change, int] = {}
    paths = {
        path: [numbers.setdefault(change, len(numbers)) for change in changes]
        for path, changes in history.changes.items()
    }
    changes = [
        [int(number.time.timestamp()), number.author, number.subject, number.commit, number.pull, number.reviewers]
        for number in numbers
    ]
    return {"commit": history.commit, "changes": changes, "paths": paths, "former": history.former}


def _history(row: dict[str, Any]) -> History:
    changes = [_change(*each) for each in row["changes"]]
    paths = {path: tuple(changes[number] for number in numbers) for path, numbers in row["paths"].items()}
    return History(row["commit"], paths, False, row["former"])


def _change(at: int, author: str, subject: str, commit: str, pull: int | None, reviewers: list[str]) -> Change:
    return Change(datetime.fromtimestamp(at, UTC), author, subject, commit, pull, tuple(reviewers))
