"""Which pull request review data belongs to: GitHub says so, and the data must agree."""

from collections.abc import Iterable
from typing import Any

from cmflow.github import Comparison, GitHub, Pull
from cmflow.model.errors import GitHubError, NotAllowed, SourceError
from cmflow.review.comment import Context
from cmflow.review.values import Review
from cmflow.values import dataclass

CONTENT = ("content/", "templates/")  # what a review shows; none of it is ever run


@dataclass(frozen=True, slots=True)
class Origin:
    """The run that made the data, according to GitHub: its commit, branch and repository.

    `trunk` is the branch from which posts are published; `address` is the URL of the run.
    """

    head: str
    repository: str
    branch: str
    trunk: str
    address: str


def origin(event: dict[str, Any]) -> Origin:
    """The run that started this job. Raises GitHubError if it was not a pull request's check."""
    match event:
        case {
            "workflow_run": {
                "event": "pull_request",
                "head_sha": str(head),
                "head_branch": str(branch),
                "head_repository": {"full_name": str(repository)},
                "html_url": str(address),
            },
            "repository": {"default_branch": str(trunk)},
        }:
            return Origin(head, repository, branch, trunk, address)
    raise GitHubError(
        "This job was not started by a pull request's check.",
        "Run `cmflow comment` in a workflow `on: workflow_run`, such as the preview.yml of `cmflow init`.",
    )


def pull(review: Review, run: Origin, hub: GitHub) -> Pull | None:
    """The pull request to comment on; None if it has newer commits or is closed.

    Raises SourceError if the data contradicts GitHub.
    """
    if review.head != run.head:
        raise SourceError("The review's commit does not match the run that made it.", _DOUBT)
    owner = run.repository.partition("/")[0]
    pulls = [pull for pull in hub.pulls_from(owner, run.branch) if _is_of(pull, run)]
    for pull in pulls:
        if pull.number == review.pull:
            return pull
    if pulls:
        raise SourceError(
            f"The review's pull request, {review.pull}, does not match the one that GitHub reports.", _DOUBT
        )
    return None


_DOUBT = "Nothing was written. The data may have been tampered with: check which workflows the pull request changes."


def _is_of(pull: Pull, run: Origin) -> bool:
    return pull.open and pull.head_sha == run.head and pull.head_repository == run.repository


def context(run: Origin, hub: GitHub, server: str) -> Context:
    """What GitHub says about the pull request: whether it may have changed how the data is made."""
    try:
        changed = hub.changed_files(run.trunk, run.head)
    except NotAllowed:  # a commit that GitHub does not show to this token
        changed = Comparison((), complete=False)
    return Context(
        files=f"{server}/{run.repository}/blob/{run.head}" if server else "",
        run=run.address,
        pushes=tuple(other_files(changed.paths)),
        unknown=not changed.complete,
    )


def other_files(paths: Iterable[str]) -> Iterable[str]:
    """The files that may affect how the data is made: everything except content and Markdown."""
    return (path for path in paths if not path.startswith(CONTENT) and not path.endswith(".md"))
