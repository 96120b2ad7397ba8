"""`cmflow comment`"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from cmflow.cli import _actions
from cmflow.cli._context import open_context
from cmflow.cli._exit import Exit
from cmflow.github import GitHub, Pull
from cmflow.model.errors import GitHubError, NotAllowed, SourceError
from cmflow.problems import safe_line
from cmflow.render.escape import FOLDER
from cmflow.repository import shipped
from cmflow.repository.files import beginning
from cmflow.review import checks, comment, decode, origin
from cmflow.review.comment import Context
from cmflow.review.values import Review

MARK = "cmflow-review"  # how our comment is known


@click.command()
@click.argument("data", metavar="DATA", type=click.Path(dir_okay=False))
@click.pass_context
def command(ctx: click.Context, data: str) -> int:
    """Post a review on its pull request: one comment that is kept up to date, and a check.

    For a job that `workflow_run` starts when the check of a pull request has ended. DATA is the file that `cmflow
    review` wrote there. The author of the pull request may have written it: it is read only as data, nothing from the
    pull request is checked out or run, and cmflow asks GitHub which pull request it belongs to. Without permission to
    write comments, the same text appears on the page of the run.

    \b
      cmflow comment review.json
    """
    templates = _templates(open_context(ctx.obj).root)
    run, review = origin.origin(_actions.event()), decode.read(_bytes(Path(data)))
    hub = _actions.hub()
    pull = origin.pull(review, run, hub)
    if pull is None:
        click.echo("No open pull request has this commit as its last: nothing was written.")
        return Exit.FINE
    surroundings = origin.context(run, hub, os.environ.get("GITHUB_SERVER_URL", ""))
    return _say(review, surroundings, pull, hub, templates)


def _templates(root: Path) -> dict[str, str]:
    """Those of cmflow, and over them those of main; nothing else of the content is read for a comment."""
    own = (path for path in sorted((root / FOLDER).glob("*.md.j2")) if path.is_file() and not path.is_symlink())
    return {**shipped.templates(FOLDER), **{f"{FOLDER}{path.name}": path.read_text("utf-8", "replace") for path in own}}


def _bytes(path: Path) -> bytes:
    """The file, but never more of it than a review may have; a link is not followed."""
    if path.is_symlink() or not path.is_file():
        raise SourceError(f"{safe_line(str(path))} is not a file.", decode.HINT)
    return beginning(path, decode.LARGEST)


def _say(review: Review, surroundings: Context, pull: Pull, hub: GitHub, templates: Mapping[str, str]) -> int:
    """Write the comment and the check run; whatever may not be written is shown on the page of this run."""
    text = comment.comment(review, surroundings, templates)
    needed = bool(review.posts or review.gone or review.problems or not surroundings.sound)
    check = checks.check(review, surroundings, text.complete)
    failures = [
        _try("comment", lambda: hub.sticky_comment(pull.number, MARK, text.body, create=needed)),
        _try("check run", lambda: hub.check_run(review.head, check)),
    ]
    if failures[0]:
        _actions.summarise(text.body)
    return max((_report(failure) for failure in failures if failure), default=Exit.FINE)


def _try(noun: str, write: Callable[[], str]) -> GitHubError | None:
    try:
        address = write()
    except GitHubError as error:
        return error
    click.echo(f"Written: {noun} {address}" if address else f"No {noun} is needed.")
    return None


def _report(error: GitHubError) -> Exit:
    """A missing right does not fail this job: the text is on its page."""
    click.echo(f"{error}\n  {error.hint}", err=True)
    return Exit.FINE if isinstance(error, NotAllowed) else Exit.PROBLEMS
