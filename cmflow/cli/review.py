"""`cmflow review`"""

import os
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import click

from cmflow.cli import _actions
from cmflow.cli._actions import run_name
from cmflow.cli._arguments import at_option, moment
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json, say_problems
from cmflow.problems import github, safe_line
from cmflow.repository import check
from cmflow.repository.files import write
from cmflow.review import comment, gather, sentences
from cmflow.review.gather import Scope
from cmflow.review.values import Review, as_dict

SUMMARY = 200_000  # characters of the summary on the page of a run


@click.command()
@click.option("--base", required=True, metavar="REF", help="Target branch of the pull request, e.g. main.")
@click.option(
    "--since",
    metavar="COMMIT",
    help="Compare the texts with this commit, the last one reviewed. Default: --base, also if it does not exist.",
)
@at_option
@click.option("--out", metavar="FILE", help="Write the data to FILE, as JSON, for `cmflow comment`.")
@click.pass_context
def command(ctx: click.Context, base: str, since: str | None, time: str | None, out: str | None) -> int:
    """Collect what a branch changes, for a reviewer: each text exactly as it will be sent, and every problem.

    For the job that checks a pull request, even from a fork: it needs no secret and no network. Problems are annotated
    on their lines, the page of the run shows every text, and --out writes a file that another job, with permission to
    write comments, posts on the pull request. Errors end with exit code 1, and a post with an error is never sent.
    Warnings do not.

    \b
      cmflow review --base origin/main
      cmflow review --base origin/main --since 1f2e3d4 --out review.json
    """
    context = open_context(ctx.obj)
    review = _gather(context, base, since, moment(time, context.folder.plan.zone if context.folder.plan else "UTC"))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        click.echo("".join(f"{github(problem)}\n" for problem in review.problems), nl=False)
    else:
        say_problems(review.problems)
    click.echo(f"{sentences.headline(review)}, since {safe_line(base)}.")
    if out is not None:
        data = as_json(as_dict(review)) + "\n"
        write(Path(out), data, "Choose another file: --out FILE", over=True, within=context.root)
        click.echo(f"Written: {out}")
    surroundings = comment.Context(run=run_name() if os.environ.get("GITHUB_RUN_ID") else "")
    _actions.summarise(comment.comment(review, surroundings, context.templates("templates/github"), SUMMARY).body)
    return Exit.PROBLEMS if review.errors else Exit.FINE


def _gather(context: Context, base: str, since: str | None, now: datetime) -> Review:
    """The review of what changed since HEAD left `base`."""
    content, repository, event = context.folder, context.sure_repository, _actions.event()
    changes = check.changes(repository, base, now, context.at_commit, content.source.strays)
    last = repository.resolve(since) if since else None
    scope = Scope(
        pull=event["number"] if isinstance(event.get("number"), int) else 0,
        head=_head(event) or repository.head(),
        since=last or "",
        changes=changes,
        former=cache(lambda: context.at_commit(last)) if last else changes.base,
    )
    return gather.gather(content, context.entries(content), context.snapshot(STATE).deliveries, scope, context.entries)


def _head(event: dict[str, Any]) -> str:
    """The newest commit of the pull request; what is checked out is what main would be with it."""
    match event:
        case {"pull_request": {"head": {"sha": str(sha)}}}:
            return sha
    return ""
