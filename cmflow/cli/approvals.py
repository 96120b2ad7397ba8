"""`cmflow approvals`"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import click

from cmflow.cli._arguments import at_option, format_option, moment, offline_option
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json, warn_if_stale, widest
from cmflow.content.local_time import local
from cmflow.git import changes
from cmflow.ledger import approvals
from cmflow.model import Delivery, Plan, Planned, State, is_edited
from cmflow.problems import safe_line
from cmflow.problems.plural import counted
from cmflow.repository import at_commit, history, loader
from cmflow.repository.content import Content
from cmflow.schedule import approval, waits
from cmflow.schedule.approval import Row, Stand

if TYPE_CHECKING:
    from cmflow.git.history import History

OVER = (State.SENT, State.SKIPPED)
OPEN = 4  # commits
LATELY = timedelta(days=30)  # for so long after its date, what somebody may publish once more is asked about
AGAIN = timedelta(days=1)  # before its date, what is approved is asked about once more: it may have been taken back


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
    """List what is due to go out without an approval, or changed after its approval.

    An approval covers what would be sent: the text, its media, and everything else a network receives. The date may
    change. Where the plan requires approvals, only those posts are listed; otherwise every post without an approval.

    Exit code 4: the plan requires approvals, and an upcoming delivery lacks one. With --collect, 0.

    \b
      cmflow approvals
      cmflow approvals --all --format json
      cmflow approvals --collect
    """
    context = open_context(ctx.obj)
    now = moment(time, context.commit.sure_plan.zone)
    if collect:
        return _collect(context, now)
    stale = "" if offline else context.news()
    rows = _ahead(context, now)
    told = _told(context, [row for row in rows if everything or _lacks(row)])
    if form == "json":
        click.echo(as_json(approval.as_dict(told, now), 2))
    else:
        for line in _lines(told, rows, context.commit.sure_plan, now):
            click.echo(line)
    warn_if_stale(stale)
    return Exit.PERSON if approval.asks(context.commit.sure_plan) and any(map(_lacks, rows)) else Exit.FINE


def _lacks(row: Row) -> bool:
    return row.verdict.stand is not Stand.APPROVED


def _ahead(context: Context, now: datetime, again: bool = False) -> tuple[Row, ...]:
    """What is committed and may still go out, and how it stands; `again`: also what somebody may publish once more."""
    content, deliveries = context.commit, context.snapshot(STATE).deliveries
    posts = context.entries(content)
    every = [(each, deliveries.get((each.post, each.account))) for each in loader.planned(content, posts, deliveries)]
    ahead = [each for each, known in every if _may_go(each, known, now) or (again and _may_go_again(each, known, now))]
    known = approvals.read(context.ledger(STATE), {each.post for each in ahead})
    return approval.rows(ahead, {post.id: post.campaign for post in posts}, content.sure_plan, known)


def _may_go(planned: Planned, known: Delivery | None, now: datetime) -> bool:
    late = waits.is_late(now.timestamp(), (planned.due + planned.late).timestamp())
    return not late and (known is None or known.state not in OVER)


def _may_go_again(planned: Planned, known: Delivery | None, now: datetime) -> bool:
    """It was missed, or has changed since it was sent."""
    changed = known is not None and known.state is State.SENT and is_edited(known, planned)
    missed = known is not None and known.state is State.MISSED
    return (changed or missed) and now <= planned.due + LATELY


# ── why ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _told(context: Context, rows: Sequence[Row]) -> list[Row]:
    """The same with what git knows: how it came here, and what has changed since."""
    repository, open_at = context.sure_repository, lru_cache(OPEN)(context.at_commit)
    past = history.load(repository, repository.head(), context.cache)
    return [_with_past(context, past, open_at, row) for row in rows]


def _with_past(context: Context, past: History, open_at: Callable[[str], Content], row: Row) -> Row:
    path = row.planned.path
    pulls = tuple(dict.fromkeys(change.pull for change in past.changes.get(path, ()) if change.pull))
    found = replace(row, pulls=pulls, traced=not past.cut)
    if row.verdict.stand is not Stand.CHANGED:
        return found
    commit = context.sure_repository.resolve(row.verdict.older[0].commit)
    if commit is None:  # nobody has fetched it; whoever collects approvals has
        return found
    then = open_at(commit)
    before = next((name for name in history.names(past, path) if name in then.source.blobs), "")
    why = at_commit.changed(context.commit, then, path, before, row.planned.account) if before else ()
    return replace(found, changed=why)


def _lines(told: Sequence[Row], rows: Sequence[Row], plan: Plan, now: datetime) -> Iterator[str]:
    """What is to be said of several in a row is said once, below the last of them."""
    lacking = sum(map(_lacks, rows))
    what = f"{lacking:,} of {counted(len(rows), 'delivery')} upcoming not approved" if rows else "nothing ahead"
    none = "" if approval.asks(plan) or not rows else " The plan requires none."
    yield f"{plan.brand}, {local(now, plan.zone)} {plan.zone}: {what}.{none}"
    accounts = widest(each.planned.account for each in told)
    for number, row in enumerate(told):
        each, why = row.planned, approval.sentence(row)
        if number == 0:
            yield ""
        yield f"  {local(each.due, plan.zone)}  {each.account:<{accounts}}  {each.post}"
        after = told[number + 1] if number + 1 < len(told) else None
        if after is None or (after.planned.post, approval.sentence(after)) != (each.post, why):
            yield f"    {safe_line(why)}"


# ── who approved what ───────────────────────────────────────────────────────────────────────────────────────


def _collect(context: Context, now: datetime) -> int:
    """Ask about what is not approved, and about what is due so soon that it matters if that was taken back."""
    from cmflow.cli import _actions
    from cmflow.review import collect_approvals

    if not approval.asks(context.commit.sure_plan):
        click.echo("The plan requires no approvals: nothing to collect.")
        return Exit.FINE
    repository, state = context.sure_repository, context.ledger(STATE)
    context.sync(STATE, now)
    rows = [each for each in _ahead(context, now, again=True) if _lacks(each) or each.planned.due <= now + AGAIN]
    posts = {row.planned.post: row.planned.path for row in rows}
    if not posts:
        click.echo("No upcoming delivery waits for an approval.")
        return Exit.FINE
    changes.deepen(repository, state.remote)
    past, known = history.load(repository, repository.head(), context.cache), approvals.read(state, posts)
    where = collect_approvals.ApprovalSource(
        _actions.hub(), repository, state.remote, past, lru_cache(OPEN)(context.at_commit)
    )
    told = collect_approvals.collect(where, posts, known)
    for post in approvals.keep(state, told.approvals, now):
        click.echo(f"  {post}: {safe_line(approval.people(told.approvals[post]) or 'nobody')}")
    for note in told.notes:
        click.echo(safe_line(note), err=True)
    number = sum(len(each) for each in told.approvals.values())
    click.echo(f"{counted(len(posts), 'post')} checked: {counted(number, 'approval')}.")
    return Exit.FINE
