"""`cmflow approvals`"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import click

from cmflow.cli._arguments import at_option, format_option, moment, offline_option
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json, warn_if_stale
from cmflow.cli._tables import approvals as table
from cmflow.git import changes
from cmflow.ledger import approvals
from cmflow.problems import safe_line
from cmflow.problems.plural import counted
from cmflow.repository import history
from cmflow.review import upcoming
from cmflow.schedule import approval
from cmflow.schedule.approval import ApprovalRow

if TYPE_CHECKING:
    from cmflow.git.history import History


@click.command()
@click.option(
    "--collect",
    is_flag=True,
    help="Fetch approvals from GitHub and record them in the ledger, so that publishing need not ask. Takes "
    "GITHUB_TOKEN and GITHUB_REPOSITORY from the environment.",
)
@click.option("--all", "everything", is_flag=True, help="Include approved deliveries.")
@at_option
@offline_option
@format_option
@click.pass_context
def command(ctx: click.Context, collect: bool, everything: bool, time: str | None, offline: bool, form: str) -> int:
    """List upcoming posts that are not approved, or were changed after their approval.

    An approval covers what would be sent: the text, its media, and everything else a network receives. The date may
    change. If the plan requires approvals, only the posts that need one are listed; otherwise every post without one.

    Exit code 4: the plan requires approvals, and an upcoming delivery lacks one. With --collect, 0.

    \b
      cmflow approvals
      cmflow approvals --all --format json
      cmflow approvals --collect
    """
    context = open_context(ctx.obj)
    plan = context.commit.sure_plan
    now = moment(time, plan.zone)
    if collect:
        return _collect(context, now)
    stale = "" if offline else context.news()
    rows = _rows(context, now)
    listed = [row for row in rows if everything or upcoming.is_lacking(row)]
    explained = upcoming.explained(
        listed, context.commit, context.sure_repository, _history(context), context.at_commit
    )
    if form == "json":
        click.echo(as_json(approval.as_dict(explained, now), 2))
    else:
        for line in table.lines(explained, rows, plan, now):
            click.echo(line)
    warn_if_stale(stale)
    return Exit.PERSON if approval.asks(plan) and any(map(upcoming.is_lacking, rows)) else Exit.FINE


def _rows(context: Context, now: datetime, repeatable: bool = False) -> tuple[ApprovalRow, ...]:
    content, deliveries = context.commit, context.snapshot(STATE).deliveries
    return upcoming.rows(content, context.entries(content), deliveries, context.local_ledger(STATE), now, repeatable)


def _history(context: Context) -> History:
    return history.load(context.sure_repository, context.sure_repository.head(), context.cache)


def _collect(context: Context, now: datetime) -> int:
    """Ask about what is not approved, and about what is due so soon that a withdrawn approval matters."""
    from cmflow.cli import _actions
    from cmflow.review import collect_approvals

    if not approval.asks(context.commit.sure_plan):
        click.echo("The plan requires no approvals: nothing to collect.")
        return Exit.FINE
    repository, state = context.sure_repository, context.ledger(STATE)
    context.sync(STATE, now)
    rows = _rows(context, now, repeatable=True)
    posts = upcoming.unsettled(rows, now)
    if not posts:
        click.echo("No upcoming delivery is waiting for an approval.")
        return Exit.FINE
    changes.deepen(repository, state.remote)
    open_commit = lru_cache(upcoming.OPEN_COMMITS)(context.at_commit)
    source = collect_approvals.ApprovalSource(_actions.hub(), repository, state.remote, _history(context), open_commit)
    collected = collect_approvals.collect(source, posts, approvals.read(state, posts))
    for post in approvals.save(state, collected.approvals, now):
        click.echo(f"  {post}: {safe_line(approval.people(collected.approvals[post]) or 'nobody')}")
    for note in collected.notes:
        click.echo(safe_line(note), err=True)
    number = sum(map(len, collected.approvals.values()))
    click.echo(f"{counted(len(posts), 'post')} checked: {counted(number, 'approval')}.")
    return Exit.FINE
