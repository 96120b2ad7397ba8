"""`cmflow check`"""

import os
from collections.abc import Sequence
from datetime import datetime

import click

from cmflow.cli._arguments import at_option, moment, post_path
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._tables import problems as table
from cmflow.cli._tables.problems import Checked
from cmflow.insights import costs
from cmflow.model.errors import CmflowError
from cmflow.problems import is_error, safe_line, sort
from cmflow.problems.plural import counted
from cmflow.repository import check, diff, workflows


@click.command()
@click.argument("posts", nargs=-1, metavar="[POST]...")
@at_option
@click.option(
    "--base",
    metavar="REF",
    help="Check only what changed since HEAD left that branch or commit, saved or committed: main, or HEAD for what is "
    "not committed yet.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json"]),
    default=None,
    help="Output format: text for people, github for annotations on a pull request, json for programs. "
    "Default: github inside GitHub Actions, else text.",
)
@click.option(
    "--explain", "code", metavar="CODE", help="Explain a problem code and how to fix it; 'all' lists every code."
)
@click.pass_context
def command(
    ctx: click.Context, posts: tuple[str, ...], time: str | None, base: str | None, form: str | None, code: str | None
) -> int:
    """Find every problem in the posts and in the plan, in one run.

    Each problem names its file and line, what is wrong and what to do. Name posts (ids or files) to show only their
    problems, or use --base for the posts that a branch changes: the whole calendar is still checked. Errors end
    with exit code 1: such a post is never sent. Warnings do not. Without posts and --base, check also warns about
    accounts for which the coming days have fewer posts than the plan asks for.

    \b
      cmflow check
      cmflow check --base main
      cmflow check content/posts/2026-12-01-launch.md
      cmflow check --explain text-too-long
    """
    if code:
        click.echo(table.explanation(code), nl=False)
        return Exit.FINE
    if base is not None and posts:
        raise click.UsageError("--base selects the posts: do not name any.")
    context = open_context(ctx.obj).still()
    now = moment(time, context.folder.plan.zone if context.folder.plan else "UTC")
    checked = _changed(context, base, now) if base is not None else _all(context, posts, now)
    table.show(context.folder.source, checked, form or _default_form())
    return Exit.PROBLEMS if any(map(is_error, checked.problems)) else Exit.FINE


def _all(context: Context, posts: Sequence[str], now: datetime) -> Checked:
    """The problems of the posts that are named, else all of them."""
    content = context.folder
    entries, snapshot = context.folder_entries, context.snapshot(STATE)
    runs, listening = workflows.publishing(context.root), workflows.listening(context.root)
    found = check.problems(content, entries, snapshot, now, runs, listening)
    problems = sort((*found, *context.removed(entries, snapshot, now)))
    paths = {post_path(context, content, post) for post in posts} or set(content.post_paths)
    if posts:
        problems = tuple(problem for problem in problems if problem.path in paths)
        entries = tuple(entry for entry in entries if entry.path in paths)
    charged = costs.by_account(costs.unsent(entries, snapshot.deliveries, now))
    refusals = _refusals(context, now)
    return Checked(problems, len(paths), f"{counted(len(paths), 'post')} checked", charged, refusals)


def _changed(context: Context, ref: str, now: datetime) -> Checked:
    """The problems of what changed since HEAD left `ref`."""
    content, deliveries = context.folder, context.snapshot(STATE).deliveries
    changes = check.changes(context.sure_repository, ref, now, context.at_commit, content.source.strays)
    entries = context.folder_entries
    result = diff.problems(content, entries, deliveries, changes, context.entries)
    changed = diff.touched(content, entries, changes, context.entries)
    subject = f"{result.posts:,} of {counted(len(content.post_paths), 'post')} checked, since {safe_line(ref)}"
    charged = costs.by_account(costs.unsent(changed, deliveries, now))
    return Checked(result.problems, result.posts, subject, charged, _refusals(context, now))


def _refusals(context: Context, now: datetime) -> Sequence[CmflowError]:
    """Why publishing would refuse to start in this clone, or to use some accounts, as far as is known without asking
    the remote."""
    plan = context.folder.plan
    if plan is None:
        return ()
    refusal = context.refusal(now)
    return (*((refusal,) if refusal else ()), *context.refused_accounts(plan).values())


def _default_form() -> str:
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"
