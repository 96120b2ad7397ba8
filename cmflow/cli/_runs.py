"""Runs as commands begin and end them: what is due, one post once more, and what a dry run answers."""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import click

from cmflow import publish
from cmflow.cli import _clock, _environment, _sandbox
from cmflow.cli._actions import run_name
from cmflow.cli._context import STATE, Context
from cmflow.cli._exit import Exit, bug
from cmflow.cli._output import say_problems, say_start, widest
from cmflow.cli._tables import runs as table
from cmflow.ledger import heartbeat, loss
from cmflow.model import Key, Planned
from cmflow.netkit import network
from cmflow.problems.plural import counted
from cmflow.publish import Outcome, Summary, again, selection
from cmflow.publish.accounts import Accounts
from cmflow.publish.dry_run import dry_run
from cmflow.publish.selection import Selection
from cmflow.repository.due_cache import Open
from cmflow.repository.examination import Examined
from cmflow.schedule import Do


def send(context: Context, due: Open, window: timedelta) -> int:
    """Publish the open deliveries; the exit code."""
    context.refuse_loss()
    tip = context.sure_repository.tip(context.branch(STATE))
    state, now = context.ledger(STATE), _clock.wall_clock()
    chosen = selection.select(context.commit, state, context.cache, due, now)
    loss.refuse_late_start(state, _automatic(context, chosen), now)
    return _send(context, chosen, window, tip)


def send_again(context: Context, path: str, account: str) -> int:
    """Publish one post to one account once more, now; the exit code. What prevents it is said first."""
    state, clock, tip = context.ledger(STATE), _clock.wall_clock, context.sure_repository.tip(context.branch(STATE))
    plan, twice = context.commit.sure_plan, context.due(clock(), clock()).twice
    chosen = selection.select_one(context.commit, state, context.cache, path, account, twice, clock())
    if chosen.is_blocked and plan.account(account):
        say_problems(chosen.errors, err=True)
    again.insist(plan, chosen, path, account)
    Accounts(plan, context.root, os.environ, door=_sandbox.door()).access(account)  # says which secret is missing
    for planned in chosen.planned:
        publish.republish(state, Key(planned.post, planned.account), run_name(), clock, _clock.wall_sleep)
    return _send(context, chosen, timedelta(0), tip)


def would_send(context: Context, due: Open, now: datetime, window: timedelta) -> int:
    """Say what a run would do now; the exit code."""
    preview = dry_run(
        context.commit, context.ledger(STATE), context.cache, due, now, window, lambda posts: _dry_world(context, posts)
    )
    say_start(preview.start)
    say_problems((*preview.selection.errors, *preview.problems), err=True)
    actions = preview.actions
    by_hand = [action for action in actions if action.do is Do.BY_HAND]
    reasons = {key: error.in_full for key, error in preview.refusals.items()}
    for line in (
        *table.dry_run([action for action in actions if action.do is not Do.BY_HAND], due.zone, reasons),
        *table.by_hand(by_hand, _composers(context)),
    ):
        click.echo(line)
    click.echo(f"{counted(len(actions), 'delivery')} checked. Dry run: nothing was sent.")
    return Exit.PERSON if preview.needs_person else Exit.FINE


def ending(summary: Summary) -> int:
    """The exit code of a run, with what must be said besides its outcomes."""
    say_problems(summary.problems, err=True)
    if summary.unpushed:
        click.echo(f"The receipts are saved locally and pushed by the next run: {summary.unpushed}", err=True)
    if summary.stopped:
        click.echo(f"The run ended early: {summary.stopped}", err=True)
    for error in summary.bugs:
        click.echo(bug(error, "All other deliveries were processed."), err=True)
    if summary.bugs:
        return Exit.BUG
    return Exit.PERSON if summary.needs_person else Exit.FINE


def _send(context: Context, chosen: Selection, window: timedelta, tip: str | None) -> int:
    state, zone = context.ledger(STATE), context.commit.sure_plan.zone
    width = widest((*(planned.account for planned in chosen.planned), *(key.account for key in chosen.orphans)))

    def report(outcome: Outcome) -> None:
        for line in table.outcome(outcome, zone, width):
            click.echo(line)

    clock, sleep = _clock.wall_clock, _clock.wall_sleep
    world = _environment.world(context, context.commit, chosen.examined, report, clock, sleep)
    summary = publish.run(chosen.planned, world, state, window, chosen.orphans, tip)
    heartbeat.mark(state, world.run, clock(), summary.held())
    say_problems(chosen.errors, err=True)
    code = ending(summary)
    by_hand = [outcome for outcome in summary.outcomes if outcome.did is Do.BY_HAND]
    for line in table.by_hand(by_hand, _composers(context), context.stop()):
        click.echo(line)
    sent = sum(outcome.sent for outcome in summary.outcomes)
    click.echo(f"{counted(sent, 'delivery') if sent else 'Nothing was'} sent.")
    return Exit.PERSON if chosen.unread else code


def _dry_world(context: Context, posts: Iterable[Examined]) -> publish.Environment:
    """What a run would have around these posts; no token is renewed."""
    return _environment.world(
        context, context.commit, posts, lambda outcome: None, _clock.wall_clock, _clock.wall_sleep, renews=False
    )


def _automatic(context: Context, chosen: Selection) -> list[Planned]:
    """What cmflow publishes itself."""
    silent = context.commit.silent
    return [planned for planned in chosen.planned if planned.account not in silent]


def _composers(context: Context) -> Mapping[str, str]:
    """The pages on which people write posts, by account."""
    return {account.name: network.load(account.network).composer for account in context.commit.sure_plan.accounts}
