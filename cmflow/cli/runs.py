"""What publishing and rehearsing share: a run's world, and how it is told."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from cmflow import http, ledger, network, publish, schedule
from cmflow.cli.answers import Answer
from cmflow.cli.exits import Exit
from cmflow.cli.opening import STATE, Opened, run_name
from cmflow.cli.telling import problem_lines, say_problems, widest
from cmflow.cli.times import local
from cmflow.errors import CmflowError, Denied
from cmflow.model import Account, Planned, State, Variant
from cmflow.network import Access, Network
from cmflow.problems import is_error
from cmflow.publish import Outcome, Summary, World, selection
from cmflow.publish.selection import Selection
from cmflow.schedule import Do
from cmflow.site.agenda import Open
from cmflow.site.content import Content
from cmflow.site.entries import Examined
from cmflow.status import NEEDS_PERSON
from cmflow.wording import counted

MARKS = {
    State.SENT: ("sent", "green"),
    State.FAILED: ("failed", "red"),
    State.UNSURE: ("unsure", "red"),
    State.MISSED: ("missed", "red"),
    State.SENDING: ("sending", "yellow"),
    State.SCHEDULED: ("held", "yellow"),
    State.SKIPPED: ("skipped", "yellow"),
}
BY_HAND = ("by hand", "yellow")


def secrets(account: Account, environment: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The account's secrets, from the environment; Denied names the first that is missing."""
    found = []
    for secret in network.load(account.network).secrets:
        name = variable(account, secret)
        value = environment.get(name, "")
        if not value:
            raise Denied(
                f"{account.name} needs its {secret}: {name} is not set.",
                f"Set the environment variable {name}; on GitHub, make a secret of that name and hand it to the job.",
            )
        found.append((secret, value))
    return tuple(found)


def variable(account: Account, secret: str) -> str:
    """`CMFLOW_<ACCOUNT>_<SECRET>`"""
    return f"CMFLOW_{account.name}_{secret}".upper().replace("-", "_").replace(".", "_")


def world(
    here: Opened,
    content: Content,
    examined: Sequence[Examined],
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    rehearsal: Path | None = None,
) -> World:
    """All that a run needs. In a rehearsal every account is swapped for the outbox, in that folder."""
    plan = content.sure_plan
    variants = {(each.post, each.account): each for one in examined for each in one.variants}
    width = widest(account for _, account in variants)

    def account(name: str) -> Account:
        found = plan.account(name)
        if found is None:
            raise CmflowError(f"The plan has no account {name} any more.", "Put it back, or settle its deliveries.")
        return found

    def variant(planned: Planned) -> Variant:
        return variants[planned.post, planned.account]

    def network_of(name: str) -> Network[Any]:
        return network.load("outbox" if rehearsal else account(name).network)

    def access(name: str) -> Access:
        who = account(name)
        if rehearsal:
            return Access(who, folder=str(rehearsal / name))
        folder = str(here.root / who.option("folder", ".cmflow/outbox")) if who.network == "outbox" else ""
        return Access(who, secrets(who, os.environ), folder)

    return World(
        variant=variant,
        media=content.source.one,
        network=network_of,
        access=access,
        http=http.client,
        clock=clock,
        sleep=sleep,
        report=(lambda _: None) if rehearsal else lambda outcome: tell(outcome, plan.zone, width),
        run=run_name(),
        commit=_commit(here),
    )


def _commit(here: Opened) -> str:
    try:
        return here.sure_repository.head()
    except CmflowError:
        return ""


def wall_clock() -> datetime:
    return datetime.now(UTC)


def wall_sleep(seconds: float) -> None:
    time.sleep(seconds)


def tell(outcome: Outcome, zone: str, width: int) -> None:
    """One line for what happened to one delivery; nothing for what was over before, or is not due."""
    by_hand = outcome.note == schedule.PREVIEW
    word, colour = BY_HAND if by_hand else MARKS[outcome.state]
    if outcome.sent or outcome.person or outcome.state is not State.SENT:
        until = f", until {local(outcome.until, zone)}" if outcome.until else ""
        rest = " ".join(outcome.urls) if outcome.sent else "" if by_hand else f"{outcome.note}{until}"
        start = f"  {click.style(f'{word:<7}', fg=colour)}  {outcome.account:<{width}}  "
        click.echo(f"{start}{outcome.post}  {rest}".rstrip())


def ending(summary: Summary) -> int:
    """The exit code of a run, with what must be said besides its outcomes."""
    say_problems(summary.problems, err=True)
    if summary.unpushed:
        click.echo(f"The receipts are kept here and pushed by the next run: {summary.unpushed}", err=True)
    if summary.stopped:
        click.echo(f"The run ended early: {summary.stopped}", err=True)
    held = any(each.person or each.did is Do.HOLD or each.state in NEEDS_PERSON for each in summary.outcomes)
    return Exit.PERSON if held or summary.problems or summary.stopped else Exit.FINE


# ── publishing what is due ──────────────────────────────────────────────────────────────────────────────────


def send(here: Opened, found: Open, window: timedelta) -> int:
    """Publish the open deliveries; the exit code."""
    chosen = selection.select(here.commit, here.ledger(STATE), here.cache, found, wall_clock())
    return _send(here, chosen, window)


def send_again(here: Opened, path: str, account: str) -> int:
    """Publish one post to one account once more, now; the exit code."""
    chosen = selection.one(here.commit, path, account, wall_clock())
    for each in chosen.planned:
        if not each.blocked:
            key = (each.post, each.account)
            publish.again(here.ledger(STATE), key, run_name(), wall_clock, wall_sleep)
    return _send(here, chosen, timedelta(0))


def _send(here: Opened, chosen: Selection, window: timedelta) -> int:
    state = here.ledger(STATE)
    around = world(here, here.commit, chosen.examined, wall_clock, wall_sleep)
    summary = publish.run(chosen.planned, around, state, window)
    ledger.mark_run(state, around.run, wall_clock())
    for line in _why(chosen):
        click.echo(line, err=True)
    code = ending(summary)
    for line in _by_hand([each.note for each in summary.outcomes]):
        click.echo(line)
    sent = sum(each.sent for each in summary.outcomes)
    click.echo(f"{counted(sent, 'delivery') if sent else 'Nothing was'} sent.")
    return Exit.PERSON if chosen.unread else code


def would_send(here: Opened, found: Open, now: datetime, window: timedelta) -> Answer:
    """What a run would do now."""
    chosen = selection.select(here.commit, here.ledger(STATE), here.cache, found, now)
    snapshot = ledger.read(here.ledger(STATE), {(each.post, each.account) for each in chosen.planned})
    abilities = _abilities(here, chosen.planned)
    actions = schedule.decide(chosen.planned, snapshot.deliveries, now, window, abilities, snapshot.unreadable)
    problems = (line for problem in snapshot.problems for line in problem_lines(problem))
    said = [
        *_table(actions, found.zone),
        *_by_hand([each.why for each in actions]),
        f"{counted(len(actions), 'delivery')} looked at. Nothing was sent: this is a dry run.",
    ]
    held = chosen.unread or snapshot.problems or any(each.do in (Do.HOLD, Do.MISS) for each in actions)
    until = min((at for each in actions for at in _turns(each, now)), default=float("inf"))
    return Answer(said, [*_why(chosen), *problems], Exit.PERSON if held else Exit.FINE, until)


def _turns(action: schedule.Action, now: datetime) -> Iterator[float]:
    """The moments still ahead at which the answer for this delivery may become another one."""
    planned = action.planned
    moments = (action.until, planned and planned.due, planned and planned.due + planned.late)
    yield from (at.timestamp() for at in moments if at and at >= now)


def _table(actions: Sequence[schedule.Action], zone: str) -> Iterator[str]:
    accounts, posts = widest(each.account for each in actions), widest(each.post for each in actions)
    for each in actions:
        word, why = (BY_HAND[0], "") if each.why == schedule.PREVIEW else (each.do, f"  {each.why}")
        due = f"due {local(each.planned.due, zone)}" if each.planned else ""
        yield f"  {word:<7}  {each.account:<{accounts}}  {each.post:<{posts}}  {due}{why}"


def _by_hand(notes: Sequence[str]) -> Iterator[str]:
    number = notes.count(schedule.PREVIEW)
    if number:
        yield f"{counted(number, 'delivery')} to post by hand, as cmflow cannot publish there yet. For each:"
        yield "  cmflow preview POST -a ACCOUNT               shows what to paste"
        yield "  cmflow settle POST ACCOUNT --sent URL        says that it is out"


def _abilities(here: Opened, planned: Sequence[Planned]) -> dict[str, schedule.Ability]:
    names = {each.account for each in planned}
    found = [each for each in here.commit.sure_plan.accounts if each.name in names]
    return {each.name: publish.ability(network.load(each.network)) for each in found}


def _why(chosen: Selection) -> Iterator[str]:
    """What is wrong with the posts that are kept back, or cannot be read."""
    held = {each.path for each in chosen.planned if each.blocked} | {each.path for each in chosen.unread}
    for one in chosen.examined:
        for problem in one.problems:
            if one.path in held and is_error(problem):
                yield from problem_lines(problem)
