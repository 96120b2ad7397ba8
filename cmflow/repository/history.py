"""Who changed which post, from git: read once, then only what is new."""

import json
from datetime import UTC, datetime
from typing import Any

from cmflow.git import Repository
from cmflow.git.history import History, read
from cmflow.model import Change
from cmflow.repository.cache import Cache

NAME = "history"


def load(repository: Repository, commit: str, cache: Cache) -> History:
    """The history of every post of a commit; the cached history of an older one is continued."""
    cached = cache.decoded(NAME, lambda body: _history(json.loads(body)))
    history = read(repository, commit, old=cached)
    if history is not cached and not history.cut:
        cache.save(NAME, _row(history))
        cache.remember(NAME, history)
    return history


def names(history: History, path: str) -> tuple[str, ...]:
    """The path of a file, and its former paths."""
    return (path, *(name for name, current in history.former.items() if current == path))


def _row(history: History) -> dict[str, Any]:
    """The history as JSON, changes and what most files have in common once: one commit may have changed ten thousand
    posts. `paths` maps each to its place in `lists`, and those have the places of their changes."""
    numbers: dict[Change, int] = {}
    lists: dict[tuple[int, ...], int] = {}
    paths = {}
    for path, changes in history.changes.items():
        own = tuple(numbers.setdefault(change, len(numbers)) for change in changes)
        paths[path] = lists.setdefault(own, len(lists))
    rows = [
        [int(change.time.timestamp()), change.author, change.subject, change.commit, change.pull, change.reviewers]
        for change in numbers
    ]
    return {"commit": history.commit, "changes": rows, "lists": [*lists], "paths": paths, "former": history.former}


def _history(row: dict[str, Any]) -> History:
    changes = [_change(*change) for change in row["changes"]]
    lists = [tuple(changes[number] for number in numbers) for numbers in row["lists"]]
    paths = {path: lists[number] for path, number in row["paths"].items()}
    return History(row["commit"], paths, False, row["former"])


def _change(seconds: int, author: str, subject: str, commit: str, pull: int | None, reviewers: list[str]) -> Change:
    return Change(datetime.fromtimestamp(seconds, UTC), author, subject, commit, pull, tuple(reviewers))
