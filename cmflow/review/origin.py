"""Which pull request review data belongs to. GitHub says so: what the data itself says is only compared with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cmflow.github import Comparison, GitHub, Pull
from cmflow.model.errors import GitHubError, NotAllowed, SourceError
from cmflow.review.comment import Around
from cmflow.review.values import Review

OURS = ("content/", "templates/")  # what a review shows; nothing of it is ever run


@dataclass(frozen=True, slots=True)
class Origin:
    """The run that made the data, in GitHub's own words: its commit, the branch it was of and in whose repository.

    `trunk` is the branch that everything is published from; `address` the page of the run.
    """

    head: str
    repository: str
    branch: str
    trunk: str
    address: str


def origin(event: dict[str, Any]) -> Origin:
    """What started this job. GitHubError where it was not the end of a pull request's check."""
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
        "This job was not started by the check of a pull request.",
        "Run `cmflow comment` in a workflow `on: workflow_run`, such as the preview.yml of `cmflow init`.",
    )


def pull(review: Review, run: Origin, hub: GitHub) -> Pull | None:
    """The pull request to speak on; None where it has moved on, or is closed. SourceError where the data lies."""
    if review.head != run.head:
        raise SourceError("The review is of another commit than the run that made it.", _DOUBT)
    owner = run.repository.partition("/")[0]
    found = [each for each in hub.pulls_from(owner, run.branch) if _is_of(each, run)]
    for each in found:
        if each.number == review.pull:
            return each
    if found:
        raise SourceError(f"The review says that it is of pull request {review.pull}; GitHub knows better.", _DOUBT)
    return None


_DOUBT = "Nothing was written. Somebody may have tampered with it: look at the workflows that the pull request changes."


def _is_of(pull: Pull, run: Origin) -> bool:
    return pull.open and pull.head_sha == run.head and pull.head_repository == run.repository


def around(run: Origin, hub: GitHub, server: str) -> Around:
    """What is to be known about the data besides: whether the pull request may have changed how it is made."""
    try:
        changed = hub.changed_files(run.trunk, run.head)
    except NotAllowed:  # a commit that GitHub does not show here
        changed = Comparison((), complete=False)
    return Around(
        files=f"{server}/{run.repository}/blob/{run.head}" if server else "",
        run=run.address,
        pushes=tuple(others(changed.paths)),
        unknown=not changed.complete,
    )


def others(paths: Iterable[str]) -> Iterable[str]:
    """What might be run where the data is made, or decide what is: everything but content and what people read."""
    return (path for path in paths if not path.startswith(OURS) and not path.endswith(".md"))
