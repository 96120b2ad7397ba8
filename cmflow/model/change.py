"""A change to a post's file, from git's history."""

from datetime import datetime

from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """A commit that touched a post. `pull` is the pull request it came with, where its message names one."""

    time: datetime
    author: str
    subject: str
    commit: str
    pull: int | None = None
    reviewers: tuple[str, ...] = ()
