"""The parts of GitHub's answers that cmflow needs."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from cmflow.values import dataclass

if TYPE_CHECKING:
    from github.Issue import Issue as TheirIssue
    from github.IssueComment import IssueComment
    from github.NamedUser import NamedUser
    from github.Organization import Organization
    from github.PullRequest import PullRequest
    from github.PullRequestReview import PullRequestReview


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on an issue or a pull request; `author` is "" for a deleted account."""

    id: int
    author: str
    body: str
    url: str


@dataclass(frozen=True, slots=True)
class Pull:
    """`head_repository` is `owner/name`, "" if it was deleted; `merge_commit` is "" unless it was merged."""

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
class PullReview:
    """A review of a commit. `state`: APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED or PENDING;
    `association`: OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR, NONE …; `time` is None for a pending one."""

    author: str
    state: str
    commit: str
    time: datetime | None
    association: str


@dataclass(frozen=True, slots=True)
class Issue:
    number: int
    title: str
    body: str
    url: str
    open: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The files in which two commits differ; `complete` is False if GitHub lists only the first 300."""

    paths: tuple[str, ...]
    complete: bool


class Level(StrEnum):
    FAILURE = "failure"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation on a line of a file, shown in the pull request."""

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
    """A check run: one line, then Markdown, then annotations."""

    name: str
    conclusion: Conclusion
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
    url: str = ""


# ── from PyGithub's objects ────────────────────────────────────────────────────────────────────────────────────


def login(user: "NamedUser | Organization | None") -> str:
    """The login, "" for a deleted account."""
    return user.login if user is not None else ""


def comment(source: "IssueComment") -> Comment:
    return Comment(source.id, login(source.user), source.body or "", source.html_url)


def pull(source: "PullRequest") -> Pull:
    merged = source.merged_at is not None  # `merged` is only in some of the responses
    return Pull(
        number=source.number,
        title=source.title or "",
        author=login(source.user),
        base=source.base.ref,
        head=source.head.ref,
        head_sha=source.head.sha,
        head_repository=source.head.repo.full_name if source.head.repo is not None else "",
        open=source.state == "open",
        draft=bool(source.draft),
        merged=merged,
        merge_commit=(source.merge_commit_sha or "") if merged else "",
        url=source.html_url or "",
    )


def review(source: "PullRequestReview") -> PullReview:
    return PullReview(
        author=login(source.user),
        state=source.state,
        commit=source.commit_id or "",
        time=source.submitted_at,
        association=source.author_association or "NONE",
    )


def issue(source: "TheirIssue") -> Issue:
    return Issue(source.number, source.title or "", source.body or "", source.html_url, source.state == "open")
