"""What GitHub answers, as far as cmflow needs it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Comment:
    """Something said on an issue or a pull request; `author` is "" for somebody who has left GitHub."""

    id: int
    author: str
    body: str
    url: str


@dataclass(frozen=True, slots=True)
class Pull:
    """`head_repository` is `owner/name`, "" where it was deleted; `merge_commit` is "" unless it was merged."""

    number: int
    title: str
    author: str
    base: str
    head: str
    head_sha: str
    head_repository: str
    open: bool
    draft: bool = False
    merged: bool = False
    merge_commit: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What a reviewer said of a commit. `state`: APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED or PENDING;
    `association`: OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR, NONE …; `at` is None where it was not sent off yet."""

    author: str
    state: str
    commit: str
    at: datetime | None
    association: str


@dataclass(frozen=True, slots=True)
class Issue:
    number: int
    title: str
    body: str
    url: str
    open: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """The files in which two commits differ; `complete` is False where GitHub names only the first 300."""

    paths: tuple[str, ...]
    complete: bool


class Level(StrEnum):
    FAILURE = "failure"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Annotation:
    """A mark on a line of a file, shown in the pull request."""

    path: str
    line: int
    level: Level
    title: str
    message: str


class Conclusion(StrEnum):
    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Check:
    """A check run as it is shown: one line, then Markdown, then marks on lines."""

    name: str
    conclusion: Conclusion
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
    url: str = ""
