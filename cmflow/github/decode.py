"""PyGithub's objects as values of ours; what an answer leaves out is asked for by nobody."""

from typing import TYPE_CHECKING

from cmflow.github.values import Comment, Issue, Pull, Review

if TYPE_CHECKING:
    from github.Issue import Issue as TheirIssue
    from github.IssueComment import IssueComment
    from github.NamedUser import NamedUser
    from github.Organization import Organization
    from github.PullRequest import PullRequest
    from github.PullRequestReview import PullRequestReview


def login(user: "NamedUser | Organization | None") -> str:
    """ "" for somebody who has left GitHub."""
    return user.login if user is not None else ""


def comment(found: "IssueComment") -> Comment:
    return Comment(found.id, login(found.user), found.body or "", found.html_url)


def pull(found: "PullRequest") -> Pull:
    merged = found.merged_at is not None  # `merged` stands only in some of the answers
    return Pull(
        number=found.number,
        title=found.title or "",
        author=login(found.user),
        base=found.base.ref,
        head=found.head.ref,
        head_sha=found.head.sha,
        head_repository=found.head.repo.full_name if found.head.repo is not None else "",
        open=found.state == "open",
        draft=bool(found.draft),
        merged=merged,
        merge_commit=(found.merge_commit_sha or "") if merged else "",
        url=found.html_url or "",
    )


def review(found: "PullRequestReview") -> Review:
    return Review(
        author=login(found.user),
        state=found.state,
        commit=found.commit_id or "",
        at=found.submitted_at,
        association=found.author_association or "NONE",
    )


def issue(found: "TheirIssue") -> Issue:
    return Issue(found.number, found.title or "", found.body or "", found.html_url, found.state == "open")
