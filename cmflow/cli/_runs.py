"""How runs are begun from the command line and told: what is due, one post once more, and what a dry run answers."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import click

from cmflow import ledger, publish, schedule
from cmflow.cli import _environment
from cmflow.cli._context import STATE, Opened, run_name
from cmflow.cli._exit import Exit, bug
from cmflow.cli._output import meant, say_problems, widest
from cmflow.content.local_time import local
from cmflow.insights.status import NEEDS_PERSON
from cmflow.ledger import heartbeat
from cmflow.model import Planned, State, Stop
from cmflow.model.errors import SourceError
from cmflow.netkit import network
from cmflow.problems import safe_line
from cmflow.problems.plural import counted
from cmflow.publish import Outcome, Summary, selection
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
    "cmflow settle POST ACCOUNT --sent URL        says that it is out",
)


def tell(outcome: Outcome, zone: str, width: int) -> None:
    """One line for what happened to one delivery; nothing for what was over before, is not due, or is not for a run."""
    if outcome.did is Do.BY_HAND:
        return
    word, colour = MARKS[outcome.state]
    if outcome.sent or outcome.person or outcome.state is not State.SENT:
        until = f", until {local(outcome.until, zone)}" if outcome.until else ""
        rest = " ".join(outcome.urls) if outcome.sent else f"{outcome.note}{until}"
        start = f"  {click.style(f'{word:<7}', fg=colour)}  {outcome.account:<{width}}  "
        click.echo(f"{start}{outcome.post}  {safe_line(rest)}".rstrip())


def ending(summary: Summary) -> int:
    """The exit code of a run, with what must be said besides its outcomes."""
    say_problems(summary.problems, err=True)
    if summary.unpushed:
        click.echo(f"The receipts are kept here and pushed by the next run: {summary.unpushed}", err=True)
    if summary.stopped:
        click.echo(f"The run ended early: {summary.stopped}", err=True)
    for error in summary.bugs:
        click.echo(bug(error, "All the other deliveries were served."), err=True)
    if summary.bugs:
        return Exit.BUG
    held = any(
        outcome.person or outcome.did is Do.HOLD or outcome.state in NEEDS_PERSON for outcome in summary.outcomes
    )
    return Exit.PERSON if held or summary.problems or summary.stopped else Exit.FINE


# ── publishing what is due ──────────────────────────────────────────────────────────────────────────────────


def send(here: Opened, found: Open, window: timedelta) -> int:
    """Publish the open deliveries; the exit code."""
    here.refuse_loss()
    seen = here.sure_repository.tip(STATE)
    chosen = selection.select(here.commit, here.ledger(STATE), here.cache, found, _environment.wall_clock())
    return _send(here, chosen, window, seen)


def send_again(here: Opened, path: str, account: str) -> int:
    """Publish one post to one account once more, now; the exit code. What stands in its way is said before."""
    state, clock, seen = here.ledger(STATE), _environment.wall_clock, here.sure_repository.tip(STATE)
    twice = here.due(clock(), clock()).twice
    chosen = selection.one(here.commit, state, here.cache, path, account, twice, clock())
    _insist(here, chosen, path, account)
    for each in chosen.planned:
        publish.again(state, (each.post, each.account), run_name(), clock, _environment.wall_sleep)
    return _send(here, chosen, timedelta(0), seen)


def _insist(here: Opened, chosen: Selection, path: str, name: str) -> None:
    """The post can go out there: it has no errors, goes there, and we may publish there."""
    plan = here.commit.sure_plan
    account = plan.account(name)
    if account is None:
        raise SourceError(f"The plan has no account {name!r}.", meant(name, [each.name for each in plan.accounts]))
    if chosen.unread or any(each.blocked for each in chosen.planned):
        say_problems(chosen.errors, err=True)
        raise SourceError(f"{path} has errors: it is not published again.", "Correct it, commit, and try again.")
    for each in chosen.planned:
        if each.unapproved:
            words = f"{path} is not approved: {each.unapproved}. It is not published again."
            raise SourceError(words, "Have it approved, then: cmflow approvals --collect")
    if not chosen.planned:
        hint = "Only what is committed counts: name the account in the post, and make it ready."
        raise SourceError(f"{path} is a draft, or does not go to {name}.", hint)
    found = network.load(account.network)
    if not publish.ability(found).publish:
        hint = "Post it by hand. What became of it the last time stays in the ledger: cmflow log POST"
        raise SourceError(f"cmflow cannot publish on {found.title} yet.", hint)
    _environment.Accounts(plan, here.root, None).access(name)  # says which secret is missing


def _send(here: Opened, chosen: Selection, window: timedelta, seen: str | None) -> int:
    state, zone = here.ledger(STATE), here.commit.sure_plan.zone
    width = widest((*(each.account for each in chosen.planned), *(account for _, account in chosen.gone)))
    around = _environment.world(
        here,
        here.commit,
        chosen.examined,
        lambda outcome: tell(outcome, zone, width),
        _environment.wall_clock,
        _environment.wall_sleep,
    )
    summary = publish.run(chosen.planned, around, state, window, chosen.gone, seen)
    heartbeat.mark(state, around.run, _environment.wall_clock(), _held(summary))
    say_problems(chosen.errors, err=True)
    code = ending(summary)
    for line in _by_hand(here, [each for each in summary.outcomes if each.did is Do.BY_HAND], here.stop()):
        click.echo(line)
    sent = sum(each.sent for each in summary.outcomes)
    click.echo(f"{counted(sent, 'delivery') if sent else 'Nothing was'} sent.")
    return Exit.PERSON if chosen.unread else code


def _held(summary: Summary) -> dict[tuple[str, str], str]:
    """Why deliveries were kept back of which the ledger knows nothing: a secret is missing, a server is away."""
    return {
        (outcome.post, outcome.account): outcome.note
        for outcome in summary.outcomes
        if outcome.state is State.SCHEDULED and outcome.person and outcome.note
    }


def would_send(here: Opened, found: Open, now: datetime, window: timedelta) -> int:
    """Say what a run would do now; the exit code."""
    chosen = selection.select(here.commit, here.ledger(STATE), here.cache, found, now)
    keys = {*((each.post, each.account) for each in chosen.planned), *chosen.gone}
    snapshot = ledger.read(here.ledger(STATE), keys)
    able = abilities(here, chosen.planned)
    actions = schedule.decide(chosen.planned, snapshot.deliveries, now, window, able, snapshot.unreadable)
    say_problems((*chosen.errors, *snapshot.problems), err=True)
    for line in (
        *_table([action for action in actions if action.do is not Do.BY_HAND], found.zone),
        *_by_hand(here, [action for action in actions if action.do is Do.BY_HAND]),
    ):
        click.echo(line)
    click.echo(f"{counted(len(actions), 'delivery')} looked at. Nothing was sent: this is a dry run.")
    held = chosen.unread or snapshot.problems or any(action.do in (Do.HOLD, Do.MISS) for action in actions)
    return Exit.PERSON if held else Exit.FINE


def _table(actions: Sequence[schedule.Action], zone: str) -> Iterator[str]:
    accounts, posts = widest(action.account for action in actions), widest(action.post for action in actions)
    for action in actions:
        due = f"due {local(action.planned.due, zone)}" if action.planned else ""
        yield f"  {action.do:<7}  {action.account:<{accounts}}  {action.post:<{posts}}  {due}  {action.why}"


def _by_hand(here: Opened, due: Sequence[Outcome | schedule.Action], stop: Stop | None = None) -> Iterator[str]:
    """What is due where cmflow cannot publish, and how a person does it: a list, not a failure. A `stop` that began
    since is for people, too."""
    if not due:
        return
    composers = {account.name: network.load(account.network).composer for account in here.commit.sure_plan.accounts}
    accounts, posts = widest(each.account for each in due), widest(each.post for each in due)
    later = f", once publishing goes on: it is stopped ({safe_line(stop.reason)})" if stop else ""
    yield click.style(f"\nTo post by hand{later}", fg="yellow", bold=True)
    for each in due:
        yield f"  {each.account:<{accounts}}  {each.post:<{posts}}  {composers.get(each.account, '')}".rstrip()
    yield from (f"    {line}" for line in HINTS)
    yield ""


def abilities(here: Opened, planned: Sequence[Planned]) -> dict[str, schedule.Ability]:
    """What the networks of these accounts can do."""
    names = {each.account for each in planned}
    found = [account for account in here.commit.sure_plan.accounts if account.name in names]
    return {each.name: publish.ability(network.load(each.network)) for each in found}
