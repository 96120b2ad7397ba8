"""The issues of a repository, their comments and labels.

An issue that was transferred to another repository, turned into a discussion or deleted is not there any more: nothing
is ever written where GitHub would lead us instead.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from cmflow.github import values
from cmflow.github.client import Connection
from cmflow.github.errors import READING_ISSUES, READING_REPOSITORY, WRITING_ISSUES
from cmflow.model.errors import GitHubError, Missing, NotAllowed, NotTaken
from cmflow.values import dataclass

if TYPE_CHECKING:
    from github.Issue import Issue as TheirIssue
    from github.IssueComment import IssueComment
    from github.Repository import Repository

Answer = TypeVar("Answer")

LONGEST_TITLE = 256  # characters


@dataclass(frozen=True, slots=True)
class IssueRecord:
    """An issue; `author` is "" for a deleted account, `closed` is when it was, None while it is open."""

    number: int
    title: str
    body: str
    author: str
    url: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    created: datetime
    updated: datetime
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class CommentRecord:
    """A comment on the issue `number`; `author` is "" for a deleted account."""

    id: int
    number: int
    author: str
    body: str
    url: str
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What the repository says of itself."""

    id: int
    is_private: bool
    has_issues: bool


@dataclass
class Issues:
    """The issues of the connection's repository."""

    connection: Connection
    checked: "dict[int, TheirIssue]" = field(default_factory=dict, repr=False)
    assignable: dict[str, bool] = field(default_factory=dict, repr=False)

    @cached_property
    def facts(self) -> Facts:
        """Raises GitHubError for a repository that has another name by now: a person looks at where it went."""
        home, name = self.connection.home, self.connection.repository
        home = self.connection.read(READING_REPOSITORY, lambda: home.complete())
        if home.full_name.casefold() != name.casefold():
            message = f"The repository {name} has been renamed or moved: GitHub leads to {home.full_name}."
            raise GitHubError(message, "If that is the right one, write its new name instead.")
        return Facts(int(home.id or 0), bool(home.private), bool(home.has_issues))

    @property
    def home(self) -> "Repository":
        """The repository, once it is known to be the one that was named."""
        assert self.facts
        return self.connection.home

    # ── issues ──────────────────────────────────────────────────────────────────────────────────────────────

    def issue(self, number: int) -> IssueRecord | None:
        """The issue; None where it is not in this repository any more. Raises GitHubError where there are no issues."""
        self.checked.pop(number, None)
        issue = self._issue(number)
        return _record(issue) if issue else None

    def look(self, number: int) -> IssueRecord | None:
        """The same, to read it only: one that was transferred is read where it is now."""
        home = self.home
        try:
            return _record(self.connection.read(READING_ISSUES, lambda: home.get_issue(number).complete()))
        except Missing:
            self._insist()
            return None

    def listed(self, since: datetime, *names: str) -> tuple[IssueRecord, ...]:
        """The issues with these labels, open and closed, that changed at `since` or later; no pull requests."""
        home = self.home

        def ask() -> tuple[IssueRecord, ...]:
            issues = home.get_issues(state="all", labels=list(names), since=since.astimezone(UTC))
            return tuple(_record(issue) for issue in issues if not _is_pull(issue))

        return self._enabled(lambda: self.connection.read(READING_ISSUES, ask))

    def open_numbers(self, *names: str) -> frozenset[int]:
        """The numbers of all open issues with these labels, and of pull requests."""
        home = self.home

        def ask() -> frozenset[int]:
            return frozenset(issue.number for issue in home.get_issues(state="open", labels=list(names)))

        return self._enabled(lambda: self.connection.read(READING_ISSUES, ask))

    def create(self, title: str, body: str, labels: Sequence[str] = (), assignees: Sequence[str] = ()) -> IssueRecord:
        """A new issue; logins that cannot be assigned are left out. Raises GitHubError where issues are disabled."""
        home, people = self.home, [login for login in assignees if self._can_assign(login)]

        def ask() -> "TheirIssue":
            return home.create_issue(title[:LONGEST_TITLE], body, labels=list(labels), assignees=people)

        return _record(self._enabled(lambda: self.connection.write(WRITING_ISSUES, ask)))

    def edit(self, number: int, title: str, body: str, labels: Sequence[str]) -> None:
        issue = self._issue(number)
        if issue:
            self.connection.write(
                WRITING_ISSUES, lambda: issue.edit(title=title[:LONGEST_TITLE], body=body, labels=list(labels))
            )

    def close(self, number: int) -> None:
        issue = self._issue(number)
        if issue:
            self.connection.write(WRITING_ISSUES, lambda: issue.edit(state="closed", state_reason="completed"))

    def reopen(self, number: int) -> None:
        issue = self._issue(number)
        if issue:
            self.connection.write(WRITING_ISSUES, lambda: issue.edit(state="open"))

    def _issue(self, number: int) -> "TheirIssue | None":
        """The issue, once it is known that it is here: a redirect would lead what we write into another repository."""
        if number not in self.checked:
            home = self.home
            try:
                issue = self.connection.read(READING_ISSUES, lambda: home.get_issue(number).complete())
            except Missing:
                self._insist()
                return None
            if _home(issue.url) != self.connection.repository.casefold():
                return None
            self.checked[number] = issue
        return self.checked[number]

    def _enabled(self, ask: Callable[[], Answer]) -> Answer:
        """What it answers. Raises GitHubError, in other words, where the repository has no issues."""
        try:
            answer = ask()
        except Missing:
            self._insist()
            raise
        return answer

    def _insist(self) -> None:
        """Raises GitHubError where the repository has no issues at all, or is not there for us."""
        self.__dict__.pop("facts", None)  # it may have changed since
        if not self.facts.has_issues:
            hint = "Switch them on: Settings → General → Features → Issues."
            raise GitHubError(f"Issues are switched off in {self.connection.repository}.", hint)

    # ── comments ────────────────────────────────────────────────────────────────────────────────────────────

    def comments(self, number: int) -> tuple[CommentRecord, ...]:
        """The comments of an issue, oldest first."""
        issue = self._issue(number)
        if issue is None:
            return ()
        return self.connection.read(READING_ISSUES, lambda: tuple(map(_comment, issue.get_comments())))

    def recent_comments(self, since: datetime) -> tuple[CommentRecord, ...]:
        """Those on all issues of the repository that were written or edited at `since` or later: one request."""
        home = self.home

        def ask() -> tuple[CommentRecord, ...]:
            comments = home.get_issues_comments(sort="updated", direction="asc", since=since.astimezone(UTC))
            return tuple(map(_comment, comments))

        return self._enabled(lambda: self.connection.read(READING_ISSUES, ask))

    def comment(self, number: int, body: str) -> CommentRecord | None:
        """Write a comment; None where the issue is not there any more. Raises NotAllowed where it is locked."""
        issue = self._issue(number)
        if issue is None:
            return None
        try:
            return _comment(self.connection.write(WRITING_ISSUES, lambda: issue.create_comment(body)))
        except Missing:
            return None
        except NotAllowed as error:
            if "locked" not in str(error):
                raise
            raise NotAllowed(
                str(error), "Unlock the conversation of the issue, or give the token write access."
            ) from None

    def edit_comment(self, number: int, id: int, body: str) -> None:
        """Replace its text; nothing happens where it is not there any more."""
        self._of_comment(number, id, lambda comment: comment.edit(body))

    def delete_comment(self, number: int, id: int) -> None:
        """Delete it; nothing happens where it is not there any more."""
        self._of_comment(number, id, lambda comment: comment.delete())

    def _of_comment(self, number: int, id: int, act: "Callable[[IssueComment], None]") -> None:
        comment = self.home.get_issue(number).get_comment(id)
        try:
            self.connection.write(WRITING_ISSUES, lambda: act(comment))
        except Missing:
            self._insist()

    # ── labels and people ───────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def labels(self) -> set[str]:
        """The labels that there are, in small letters: GitHub does not tell cases apart."""
        home = self.home
        return self.connection.read(READING_ISSUES, lambda: {label.name.casefold() for label in home.get_labels()})

    def create_label(self, name: str, colour: str) -> None:
        """Create it where there is none of that name."""
        home = self.home
        if name.casefold() not in self.labels:
            with suppress(NotTaken):  # another run was faster
                self.connection.write(WRITING_ISSUES, lambda: home.create_label(name, colour))
            self.labels.add(name.casefold())

    def _can_assign(self, login: str) -> bool:
        home = self.home
        if login not in self.assignable:
            self.assignable[login] = self.connection.read(READING_ISSUES, lambda: home.has_in_assignees(login))
        return self.assignable[login]


def _is_pull(issue: "TheirIssue") -> bool:
    """Whether it is a pull request, by its address: PyGithub would ask again for each issue that does not say so."""
    return issue.html_url.split("/")[-2:-1] == ["pull"]


def _home(url: str) -> str:
    """`owner/name` of an issue's own address in the API, in small letters."""
    return "/".join(url.split("/")[-4:-2]).casefold()


def _record(issue: "TheirIssue") -> IssueRecord:
    return IssueRecord(
        number=issue.number,
        title=issue.title or "",
        body=issue.body or "",
        author=values.login(issue.user),
        url=issue.html_url,
        labels=tuple(label.name for label in issue.labels),
        assignees=tuple(map(values.login, issue.assignees)),
        created=issue.created_at,
        updated=issue.updated_at or issue.created_at,
        closed=issue.closed_at if issue.state == "closed" else None,
    )


def _comment(comment: "IssueComment") -> CommentRecord:
    number = comment.issue_url.rpartition("/")[2]
    return CommentRecord(
        id=comment.id,
        number=int(number),
        author=values.login(comment.user),
        body=comment.body or "",
        url=comment.html_url,
        created=comment.created_at,
        updated=comment.updated_at or comment.created_at,
    )
