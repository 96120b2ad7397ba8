"""How runs are begun from the command line and told: what is due, one post once more, and what a dry run answers."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import click

from cmflow import publish, schedule
from cmflow.cli import _clock, _environment, _tokens
from cmflow.cli._actions import run_name
from cmflow.cli._context import STATE, Context
from cmflow.cli._exit import Exit, bug
from cmflow.cli._output import say_problems, widest
from cmflow.content.local_time import local
from cmflow.insights.status import NEEDS_PERSON
from cmflow.ledger import heartbeat
from cmflow.model import Key, State, Stop
from cmflow.model.errors import SourceError
from cmflow.netkit import network
from cmflow.problems import safe_line
from cmflow.problems.plural import counted
from cmflow.problems.similar import suggestion
from cmflow.publish import Outcome, Summary, selection
from cmflow.publish.dry_run import dry_run
from cmflow.publish.selection import Selection
from cmflow.repository.due_cache import Open
from cmflow.schedule import Do

MARKS = {
    State.SENT: ("sent", "green"),
    State.FAILED: ("failed", "red"),
    State.UNSURE: ("unsure", "red"),
    State.MISSED: ("missed", "red"),
    State.SENDING: ("sending", "yellow"),
    State.SCHEDULED: ("held", "yellow"),
    State.SKIPPED: ("skipped", "yellow"),
}
HINTS = (
    "cmflow preview POST -a ACCOUNT               shows what to paste",
    "cmflow settle POST ACCOUNT --sent URL        records that it is published",
)


def tell(outcome: Outcome, zone: str, width: int) -> None:
    """One line for what happened to one delivery; nothing for what was over before, is not due, or is not for a run."""
    if outcome.did is Do.BY_HAND:
        return
    word, colour = MARKS[outcome.state]
    if outcome.sent or outcome.person or outcome.state is not State.SENT:
        until = f", until {local(outcome.until, zone)}" if outcome.until else ""
        detail = " ".join(outcome.urls) if outcome.sent else f"{outcome.note}{until}"
        start = f"  {click.style(f'{word:<7}', fg=colour)}  {outcome.account:<{width}}  "
        click.echo(f"{start}{outcome.post}  {safe_line(detail)}".rstrip())


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
    held = any(
        outcome.person or outcome.did is Do.HOLD or outcome.state in NEEDS_PERSON for outcome in summary.outcomes
    )
    return Exit.PERSON if held or summary.problems or summary.stopped else Exit.FINE


# ── publishing what is due ──────────────────────────────────────────────────────────────────────────────────


def send(context: Context, due: Open, window: timedelta) -> int:
    """Publish the open deliveries; the exit code."""
    context.refuse_loss()
    tip = context.sure_repository.tip(STATE)
    chosen = selection.select(context.commit, context.ledger(STATE), context.cache, due, _clock.wall_clock())
    return _send(context, chosen, window, tip)


def send_again(context: Context, path: str, account: str) -> int:
    """Publish one post to one account once more, now; the exit code. What prevents it is said first."""
    state, clock, tip = context.ledger(STATE), _clock.wall_clock, context.sure_repository.tip(STATE)
    twice = context.due(clock(), clock()).twice
    chosen = selection.select_one(context.commit, state, context.cache, path, account, twice, clock())
    _insist(context, chosen, path, account)
    for planned in chosen.planned:
        publish.republish(state, Key(planned.post, planned.account), run_name(), clock, _clock.wall_sleep)
    return _send(context, chosen, timedelta(0), tip)


def _insist(context: Context, chosen: Selection, path: str, name: str) -> None:
    """The post can go out there: it has no errors, goes there, and we may publish there."""
    plan = context.commit.sure_plan
    account = plan.account(name)
    if account is None:
        raise SourceError(
            f"The plan has no account {name!r}.", suggestion(name, [option.name for option in plan.accounts])
        )
    if chosen.unread or any(planned.blocked for planned in chosen.planned):
        say_problems(chosen.errors, err=True)
        raise SourceError(f"{path} has errors, so it is not published again.", "Fix them, commit, and try again.")
    for planned in chosen.planned:
        if planned.unapproved:
            message = f"{path} is not approved: {planned.unapproved}, so it is not published again."
            raise SourceError(message, "Have it approved, then: cmflow approvals --collect")
    if not chosen.planned:
        hint = "Only what is committed counts: add the account to the post, and remove `status: draft`."
        raise SourceError(f"{path} is a draft, or does not go to {name}.", hint)
    network_record = network.load(account.network)
    if not publish.ability(network_record).publish:
        hint = "Post it by hand. The ledger keeps what happened before: cmflow log POST"
        raise SourceError(f"cmflow cannot publish to {network_record.title} yet.", hint)
    _environment.Accounts(plan, context.root, None).access(name)  # says which secret is missing


def _send(context: Context, chosen: Selection, window: timedelta, tip: str | None) -> int:
    state, zone = context.ledger(STATE), context.commit.sure_plan.zone
    width = widest((*(planned.account for planned in chosen.planned), *(key.account for key in chosen.orphans)))
    world = _environment.world(
        context,
        context.commit,
        chosen.examined,
        lambda outcome: tell(outcome, zone, width),
        _clock.wall_clock,
        _clock.wall_sleep,
        renew=partial(_tokens.renewed, context),
    )
    summary = publish.run(chosen.planned, world, state, window, chosen.orphans, tip)
    heartbeat.mark(state, world.run, _clock.wall_clock(), _held(summary))
    say_problems(chosen.errors, err=True)
    code = ending(summary)
    for line in _by_hand(
        context, [outcome for outcome in summary.outcomes if outcome.did is Do.BY_HAND], context.stop()
    ):
        click.echo(line)
    sent = sum(outcome.sent for outcome in summary.outcomes)
    click.echo(f"{counted(sent, 'delivery') if sent else 'Nothing was'} sent.")
    return Exit.PERSON if chosen.unread else code


def _held(summary: Summary) -> dict[Key, str]:
    """Why deliveries were on hold of which the ledger knows nothing: a secret is missing, a server is away."""
    return {
        Key(outcome.post, outcome.account): outcome.note
        for outcome in summary.outcomes
        if outcome.state is State.SCHEDULED and outcome.person and outcome.note
    }


def would_send(context: Context, due: Open, now: datetime, window: timedelta) -> int:
    """Say what a run would do now; the exit code."""
    preview = dry_run(context.commit, context.ledger(STATE), context.cache, due, now, window)
    actions = preview.actions
    say_problems((*preview.selection.errors, *preview.problems), err=True)
    for line in (
        *_table([action for action in actions if action.do is not Do.BY_HAND], due.zone),
        *_by_hand(context, [action for action in actions if action.do is Do.BY_HAND]),
    ):
        click.echo(line)
    click.echo(f"{counted(len(actions), 'delivery')} checked. Dry run: nothing was sent.")
    held = preview.selection.unread or preview.problems or any(action.do in (Do.HOLD, Do.MISS) for action in actions)
    return Exit.PERSON if held else Exit.FINE


def _table(actions: Sequence[schedule.Action], zone: str) -> Iterator[str]:
    accounts, posts = widest(action.account for action in actions), widest(action.post for action in actions)
    for action in actions:
        due = f"due {local(action.planned.due, zone)}" if action.planned else ""
        yield f"  {action.do:<7}  {action.account:<{accounts}}  {action.post:<{posts}}  {due}  {action.sentence}"


def _by_hand(context: Context, due: Sequence[Outcome | schedule.Action], stop: Stop | None = None) -> Iterator[str]:
    """What is due where cmflow cannot publish, and how a person does it: a list, not a failure. A `stop` that began
    since is for people, too."""
    if not due:
        return
    composers = {account.name: network.load(account.network).composer for account in context.commit.sure_plan.accounts}
    accounts, posts = widest(delivery.account for delivery in due), widest(delivery.post for delivery in due)
    later = f", once publishing is resumed: it is stopped ({safe_line(stop.reason)})" if stop else ""
    yield click.style(f"\nTo post by hand{later}", fg="yellow", bold=True)
    for delivery in due:
        composer = composers.get(delivery.account, "")
        yield f"  {delivery.account:<{accounts}}  {delivery.post:<{posts}}  {composer}".rstrip()
    yield from (f"    {line}" for line in HINTS)
    yield ""
