"""The only door to GitHub, through PyGithub: comments, check runs, pull requests, reviews, issues, branches.

    hub = github.connect("https://api.github.com", token, "owner/name", sleep)
    hub.sticky_comment(7, "cmflow-review", "### 2 posts …")

A *sticky* comment or issue begins with our hidden mark and was written by this account: it is edited in place;
those of others never are. Whatever GitHub refuses raises `GitHubError`; missing permissions raise `NotAllowed`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from cmflow.github import branches, values
from cmflow.github.client import PATIENCE, Connection, open_connection
from cmflow.github.errors import (
    CHECKING,
    COMMENTING,
    READING_FILES,
    READING_ISSUES,
    READING_PEOPLE,
    READING_PULLS,
    TOKEN,
    WRITING_ISSUES,
)
from cmflow.github.issues import Issues
from cmflow.github.values import Annotation, Check, Comment, Comparison, Conclusion, Issue, Level, Pull, PullReview
from cmflow.model.errors import GitHubError, NotAllowed
from cmflow.values import dataclass

if TYPE_CHECKING:
    from github.Issue import Issue as TheirIssue
    from github.IssueComment import IssueComment

__all__ = [
    "Annotation",
    "Check",
    "Comment",
    "Comparison",
    "Conclusion",
    "GitHub",
    "Issue",
    "Level",
    "Pull",
    "PullReview",
    "connect",
]

Item = TypeVar("Item", "TheirIssue", "IssueComment")

BATCH = 50  # annotations per request: GitHub accepts no more
FILES = 300  # GitHub lists at most this many files in a comparison
ACTIONS = "github-actions[bot]"  # the login of a job's own token


@dataclass(frozen=True)
class GitHub:
    """A repository on GitHub, and the account we use there."""

    connection: Connection

    @cached_property
    def login(self) -> str:
        """Our login. A job's token may not query its user by REST, but it may by GraphQL."""
        client = self.connection.client
        try:
            return self.connection.read(READING_PEOPLE, lambda: client.get_user().login)
        except NotAllowed:
            pass
        try:
            ask = client.requester.graphql_query
            query = "query { viewer { login } }"
            return self.connection.read(READING_PEOPLE, lambda: str(ask(query, {})[1]["data"]["viewer"]["login"]))
        except GitHubError:
            return ACTIONS

    @cached_property
    def issues(self) -> Issues:
        """The repository's issues, for those who keep conversations there."""
        return Issues(self.connection)

    # ── comments and check runs ─────────────────────────────────────────────────────────────────────────────

    def sticky_comment(self, number: int, marker: str, body: str, create: bool = True) -> str:
        """Write or update our comment on an issue or pull request; return its URL.

        Duplicates are deleted. If there is none yet and `create` is False, nothing is written: "".
        """
        comments, text = self._comments(number, marker), _marked(marker, body)
        if not comments:
            issue = self.connection.home.get_issue(number)
            return self.connection.write(COMMENTING, lambda: issue.create_comment(text).html_url) if create else ""
        first, *duplicates = comments
        if first.body != text:
            self.connection.write(COMMENTING, lambda: first.edit(text))
        for duplicate in duplicates:
            self.connection.write(COMMENTING, duplicate.delete)
        return first.html_url

    def comment(self, number: int, marker: str) -> Comment | None:
        """Our sticky comment with that mark, if there is one."""
        comments = self._comments(number, marker)
        return values.comment(comments[0]) if comments else None

    def _comments(self, number: int, marker: str) -> "list[IssueComment]":
        issue = self.connection.home.get_issue(number)
        return self._by_us(self.connection.read(COMMENTING, lambda: _marks(issue.get_comments(), marker)))

    def _by_us(self, items: "list[tuple[str, Item]]") -> "list[Item]":
        """The items that we wrote."""
        return [item for login, item in items if login == self.login]

    def check_run(self, sha: str, check: Check) -> str:
        """Create a completed check run on a commit, with all its annotations; return its URL."""
        from github.GithubObject import NotSet

        home, batches = self.connection.home, _batches(check.annotations) or [()]
        run = self.connection.write(
            CHECKING,
            lambda: home.create_check_run(
                check.name,
                sha,
                status="completed",
                conclusion=check.conclusion.value,
                output=_output(check, batches[0]),
                details_url=check.url or NotSet,
            ),
        )
        for batch in batches[1:]:
            output = _output(check, batch)
            self.connection.write(CHECKING, lambda output=output: run.edit(output=output))  # type: ignore[misc]
        return run.html_url or ""

    # ── pull requests ───────────────────────────────────────────────────────────────────────────────────────

    def pull(self, number: int) -> Pull:
        home = self.connection.home
        return self.connection.read(READING_PULLS, lambda: values.pull(home.get_pull(number).complete()))

    def pulls_of(self, sha: str) -> tuple[Pull, ...]:
        """The pull requests that contain this commit or merged it; GitHub may list none for a fork."""
        commit = self.connection.home.get_commit(sha)
        return self.connection.read(READING_PULLS, lambda: tuple(map(values.pull, commit.get_pulls())))

    def pulls_from(self, owner: str, branch: str) -> tuple[Pull, ...]:
        """The open pull requests from that branch of that owner's repository, including forks."""
        home = self.connection.home
        head = f"{owner}:{branch}"
        return self.connection.read(
            READING_PULLS, lambda: tuple(map(values.pull, home.get_pulls(state="open", head=head)))
        )

    def reviews(self, number: int) -> tuple[PullReview, ...]:
        """The reviews of a pull request, oldest first."""
        pull = self.connection.home.get_pull(number)
        return self.connection.read(READING_PULLS, lambda: tuple(map(values.review, pull.get_reviews())))

    def authors(self, number: int) -> dict[str, str]:
        """The author's login of each commit of a pull request; "" if GitHub knows no account of that address."""
        pull = self.connection.home.get_pull(number)
        return self.connection.read(
            READING_PULLS, lambda: {commit.sha: values.login(commit.author) for commit in pull.get_commits()}
        )

    def base(self, number: int) -> str:
        """A commit of a pull request's base branch without any of its changes, even after it was merged."""
        pull = self.connection.home.get_pull(number)
        return self.connection.read(READING_PULLS, lambda: pull.base.sha)

    def permission(self, login: str) -> str:
        """A user's permission on the repository: admin, write, read or none."""
        home = self.connection.home
        return self.connection.read(READING_PEOPLE, lambda: home.get_collaborator_permission(login))

    def changed_files(self, base: str, head: str) -> Comparison:
        """The files that `head` changed since it was forked from `base`."""
        home = self.connection.home
        names = self.connection.read(
            READING_FILES, lambda: tuple(file.filename for file in home.compare(base, head).files)
        )
        return Comparison(names, len(names) < FILES)

    def draft_pull(
        self,
        branch: str,
        files: Mapping[str, str],
        title: str,
        body: str,
        base: str = "main",
        author: tuple[str, str] | None = None,
    ) -> Pull:
        """Propose files in a draft pull request, as one commit; an existing branch or pull request is reused.

        `author` is the commit author's name and address; by default, our account.
        """
        return branches.draft_pull(self.connection, branches.Proposal(branch, files, title, body, base, author))

    # ── issues ──────────────────────────────────────────────────────────────────────────────────────────────

    def issue(self, number: int) -> Issue:
        home = self.connection.home
        return self.connection.read(READING_ISSUES, lambda: values.issue(home.get_issue(number).complete()))

    def sticky_issue(self, marker: str, title: str, body: str, labels: Sequence[str] = ()) -> Issue:
        """Keep one open issue with that mark up to date; open it if there is none."""
        home, text = self.connection.home, _marked(marker, body)
        issues = self._open_issues(marker)
        if not issues:
            names = list(labels)
            return self.connection.write(
                WRITING_ISSUES, lambda: values.issue(home.create_issue(title, text, labels=names))
            )
        first, *duplicates = issues
        if (first.title, first.body) != (title, text):
            self.connection.write(WRITING_ISSUES, lambda: first.edit(title=title, body=text))
        for duplicate in duplicates:
            self._close(duplicate, "not_planned")
        return values.issue(first)

    def close_issue(self, marker: str, body: str) -> tuple[int, ...]:
        """Close the issues with that mark, with this body; return their numbers."""
        issues, text = self._open_issues(marker), _marked(marker, body)
        for issue in issues:
            if issue.body != text:
                self.connection.write(WRITING_ISSUES, lambda issue=issue: issue.edit(body=text))  # type: ignore[misc]
            self._close(issue, "completed")
        return tuple(issue.number for issue in issues)

    def _close(self, issue: "TheirIssue", reason: str) -> None:
        self.connection.write(WRITING_ISSUES, lambda: issue.edit(state="closed", state_reason=reason))

    def _open_issues(self, marker: str) -> "list[TheirIssue]":
        """Our open issues with that mark, oldest first."""
        home = self.connection.home
        marks = self.connection.read(READING_ISSUES, lambda: _marks(home.get_issues(state="open"), marker))
        return sorted(self._by_us(marks), key=lambda issue: issue.number)


def connect(
    api_url: str,
    token: str,
    repository: str,
    sleep: Callable[[float], None],
    workflow: str = "",
    patience: float = PATIENCE,
    variable: str = TOKEN,
) -> GitHub:
    """The repository `owner/name` on GitHub, or on a GitHub Enterprise server; no request is sent yet.

    `patience` is how many seconds one request may wait for GitHub's rate limits. `variable` names what holds the token.
    """
    return GitHub(open_connection(api_url, token, repository, workflow, sleep, patience, variable))


def _marked(marker: str, body: str) -> str:
    return f"<!-- {marker} -->\n{body}"


def _marks(items: "Iterable[Item]", marker: str) -> "list[tuple[str, Item]]":
    """The items with our mark, each with its author's login."""
    return [(values.login(item.user), item) for item in items if _is_marked(item.body, marker)]


def _is_marked(body: str | None, marker: str) -> bool:
    return (body or "").startswith(f"<!-- {marker} -->")


def _batches(annotations: Sequence[Annotation]) -> list[Sequence[Annotation]]:
    return [annotations[start : start + BATCH] for start in range(0, len(annotations), BATCH)]


def _output(check: Check, annotations: Sequence[Annotation]) -> dict[str, str | list[dict[str, str | int]]]:
    marks: list[dict[str, str | int]] = [
        {
            "path": annotation.path,
            "start_line": annotation.line,
            "end_line": annotation.line,
            "annotation_level": annotation.level.value,
            "title": annotation.title,
            "message": annotation.message,
        }
        for annotation in annotations
    ]
    return {"title": check.title, "summary": check.summary, **({"annotations": marks} if marks else {})}
