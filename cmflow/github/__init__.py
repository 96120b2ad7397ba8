"""The one door to GitHub, through PyGithub: comments, check runs, pull requests, reviews, issues, branches.

    hub = github.connect("https://api.github.com", token, "owner/name", sleep)
    hub.sticky_comment(7, "cmflow-review", "### 2 posts …")

A *sticky* comment or issue is the one that begins with our hidden mark and was written by ourselves: it is changed in
place, and never somebody else's. Whatever GitHub refuses is a `GitHubError`; of rights that are missing, `NotAllowed`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from cmflow.github import branches, decode
from cmflow.github.client import PATIENCE, Line, open_line
from cmflow.github.errors import (
    CHECKING,
    COMMENTING,
    READING_FILES,
    READING_ISSUES,
    READING_PEOPLE,
    READING_PULLS,
    WRITING_ISSUES,
)
from cmflow.github.values import Annotation, Changed, Check, Comment, Conclusion, Issue, Level, Pull, Review
from cmflow.model.errors import GitHubError, NotAllowed

if TYPE_CHECKING:
    from github.Issue import Issue as TheirIssue
    from github.IssueComment import IssueComment

__all__ = [
    "Annotation",
    "Changed",
    "Check",
    "Comment",
    "Conclusion",
    "GitHub",
    "Issue",
    "Level",
    "Pull",
    "Review",
    "connect",
]

Written = TypeVar("Written", "TheirIssue", "IssueComment")

BATCH = 50  # annotations in one request: GitHub takes no more
FILES = 300  # files that a comparison names at most
ACTIONS = "github-actions[bot]"  # who a job's own token is


@dataclass(frozen=True)
class GitHub:
    """A repository on GitHub, and who we are there."""

    line: Line

    @cached_property
    def login(self) -> str:
        """Who we are. The token of a job may not ask for its user; GitHub's other interface tells it."""
        client = self.line.client
        try:
            return self.line.read(READING_PEOPLE, lambda: client.get_user().login)
        except NotAllowed:
            pass
        try:
            ask = client.requester.graphql_query
            query = "query { viewer { login } }"
            return self.line.read(READING_PEOPLE, lambda: str(ask(query, {})[1]["data"]["viewer"]["login"]))
        except GitHubError:
            return ACTIONS

    # ── comments and check runs ─────────────────────────────────────────────────────────────────────────────

    def sticky_comment(self, number: int, marker: str, body: str, create: bool = True) -> str:
        """Say it on an issue or pull request, in place of what we said there before; its address.

        Several of ours become one. Where there is none yet and `create` is False, nothing is said: "".
        """
        ours, text = self._ours(number, marker), _marked(marker, body)
        if not ours:
            issue = self.line.home.get_issue(number)
            return self.line.write(COMMENTING, lambda: issue.create_comment(text).html_url) if create else ""
        first, *others = ours
        if first.body != text:
            self.line.write(COMMENTING, lambda: first.edit(text))
        for other in others:
            self.line.write(COMMENTING, other.delete)
        return first.html_url

    def said(self, number: int, marker: str) -> Comment | None:
        """The sticky comment of that mark, where we have written one."""
        found = self._ours(number, marker)
        return decode.comment(found[0]) if found else None

    def _ours(self, number: int, marker: str) -> "list[IssueComment]":
        issue = self.line.home.get_issue(number)
        return self._by_us(self.line.read(COMMENTING, lambda: _marks(issue.get_comments(), marker)))

    def _by_us(self, written: "list[tuple[str, Written]]") -> "list[Written]":
        """Those of which we are the author."""
        return [it for login, it in written if login == self.login]

    def check_run(self, sha: str, check: Check) -> str:
        """Show a finished check run on a commit, with all its annotations; its address."""
        from github.GithubObject import NotSet

        home, batches = self.line.home, _batches(check.annotations) or [()]
        run = self.line.write(
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
            self.line.write(CHECKING, lambda output=output: run.edit(output=output))  # type: ignore[misc]
        return run.html_url or ""

    # ── pull requests ───────────────────────────────────────────────────────────────────────────────────────

    def pull(self, number: int) -> Pull:
        home = self.line.home
        return self.line.read(READING_PULLS, lambda: decode.pull(home.get_pull(number).complete()))

    def pulls_of(self, sha: str) -> tuple[Pull, ...]:
        """The pull requests that brought this commit, or hold it; of a fork GitHub may name none."""
        commit = self.line.home.get_commit(sha)
        return self.line.read(READING_PULLS, lambda: tuple(map(decode.pull, commit.get_pulls())))

    def pulls_from(self, owner: str, branch: str) -> tuple[Pull, ...]:
        """The open pull requests from that branch of that owner's repository, forks too."""
        home = self.line.home
        head = f"{owner}:{branch}"
        return self.line.read(READING_PULLS, lambda: tuple(map(decode.pull, home.get_pulls(state="open", head=head))))

    def reviews(self, number: int) -> tuple[Review, ...]:
        """The oldest first."""
        pull = self.line.home.get_pull(number)
        return self.line.read(READING_PULLS, lambda: tuple(map(decode.review, pull.get_reviews())))

    def permission(self, login: str) -> str:
        """What somebody may do here: admin, write, read or none."""
        home = self.line.home
        return self.line.read(READING_PEOPLE, lambda: home.get_collaborator_permission(login))

    def changed_files(self, base: str, head: str) -> Changed:
        """What `head` has changed since it left `base`."""
        home = self.line.home
        names = self.line.read(READING_FILES, lambda: tuple(file.filename for file in home.compare(base, head).files))
        return Changed(names, len(names) < FILES)

    def draft_pull(
        self,
        branch: str,
        files: Mapping[str, str],
        title: str,
        body: str,
        base: str = "main",
        author: tuple[str, str] | None = None,
    ) -> Pull:
        """Propose files as a draft, in one commit; a branch or proposal that is there already is used on.

        `author` is the commit's, name and address; without it, it is ours.
        """
        return branches.draft_pull(self.line, branches.Proposal(branch, files, title, body, base, author))

    # ── issues ──────────────────────────────────────────────────────────────────────────────────────────────

    def issue(self, number: int) -> Issue:
        home = self.line.home
        return self.line.read(READING_ISSUES, lambda: decode.issue(home.get_issue(number).complete()))

    def sticky_issue(self, marker: str, title: str, body: str, labels: Sequence[str] = ()) -> Issue:
        """Keep one open issue of that mark up to date; it is opened where there is none."""
        home, text = self.line.home, _marked(marker, body)
        found = self._open_issues(marker)
        if not found:
            names = list(labels)
            return self.line.write(WRITING_ISSUES, lambda: decode.issue(home.create_issue(title, text, labels=names)))
        first, *others = found
        if (first.title, first.body) != (title, text):
            self.line.write(WRITING_ISSUES, lambda: first.edit(title=title, body=text))
        for other in others:
            self._close(other, "not_planned")
        return decode.issue(first)

    def close_issue(self, marker: str, body: str) -> tuple[int, ...]:
        """Close the issues of that mark, saying this in them; their numbers."""
        found, text = self._open_issues(marker), _marked(marker, body)
        for each in found:
            if each.body != text:
                self.line.write(WRITING_ISSUES, lambda each=each: each.edit(body=text))  # type: ignore[misc]
            self._close(each, "completed")
        return tuple(each.number for each in found)

    def _close(self, issue: "TheirIssue", reason: str) -> None:
        self.line.write(WRITING_ISSUES, lambda: issue.edit(state="closed", state_reason=reason))

    def _open_issues(self, marker: str) -> "list[TheirIssue]":
        """Ours, the oldest first; pull requests, which GitHub counts among the issues, are none."""
        home = self.line.home
        marks = self.line.read(READING_ISSUES, lambda: _marks(home.get_issues(state="open"), marker))
        return sorted(self._by_us(marks), key=lambda issue: issue.number)


def connect(
    api_url: str,
    token: str,
    repository: str,
    sleep: Callable[[float], None],
    workflow: str = "",
    patience: float = PATIENCE,
) -> GitHub:
    """The repository `owner/name` at GitHub, or at a GitHub Enterprise server. Nothing is asked of it yet.

    `patience` is how many seconds one request may wait for GitHub's limits.
    """
    return GitHub(open_line(api_url, token, repository, workflow, sleep, patience))


def _marked(marker: str, body: str) -> str:
    return f"<!-- {marker} -->\n{body}"


def _marks(written: "Iterable[Written]", marker: str) -> "list[tuple[str, Written]]":
    """What has our mark, each with its author's login."""
    return [(decode.login(it.user), it) for it in written if _is_marked(it.body, marker)]


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
