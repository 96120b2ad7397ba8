"""What publishing and rehearsing share: a run's world, and how it is told."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from cmflow import http, ledger, network, publish, schedule
from cmflow.cli.exits import Exit
from cmflow.cli.opening import STATE, Opened
from cmflow.cli.telling import say_problems, widest
from cmflow.cli.times import local
from cmflow.errors import CmflowError, Denied
from cmflow.model import Account, Planned, State, Variant
from cmflow.network import Access, Network
from cmflow.problems import is_error
from cmflow.publish import Outcome, Summary, World
from cmflow.schedule import Do
from cmflow.site import entries
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


def run_name() -> str:
    """The address of this run on GitHub Actions, else the machine's time."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (os.environ.get(name, "") for name in names)
    if run:
        return f"{server}/{repository}/actions/runs/{run}"
    return f"by hand, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"


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
    examined = _examined(here, found)
    planned = _planned(here, found, examined)
    summary = publish.run(
        planned, world(here, here.commit, examined, wall_clock, wall_sleep), here.ledger(STATE), window
    )
    _say_why(examined, planned)
    code = ending(summary)
    _say_by_hand([each.note for each in summary.outcomes])
    sent = sum(each.sent for each in summary.outcomes)
    click.echo(f"{counted(sent, 'delivery') if sent else 'Nothing was'} sent.")
    return code


def would_send(here: Opened, found: Open, now: datetime, window: timedelta) -> int:
    """Say what a run would do now; the exit code it would have."""
    examined = _examined(here, found)
    planned = _planned(here, found, examined)
    zone = here.commit.sure_plan.zone
    snapshot = ledger.read(here.ledger(STATE), {(each.post, each.account) for each in planned})
    actions = schedule.decide(planned, snapshot.deliveries, now, window, _abilities(here, planned), snapshot.unreadable)
    accounts, posts = widest(each.account for each in actions), widest(each.post for each in actions)
    for each in actions:
        word, why = (BY_HAND[0], "") if each.why == schedule.PREVIEW else (each.do, f"  {each.why}")
        due = f"due {local(each.planned.due, zone)}" if each.planned else ""
        click.echo(f"  {word:<7}  {each.account:<{accounts}}  {each.post:<{posts}}  {due}{why}")
    _say_why(examined, planned)
    say_problems(snapshot.problems, err=True)
    _say_by_hand([each.why for each in actions])
    click.echo(f"{counted(len(actions), 'delivery')} looked at. Nothing was sent: this is a dry run.")
    return Exit.PERSON if any(each.do in (Do.HOLD, Do.MISS) for each in actions) else Exit.FINE


def _say_by_hand(notes: Sequence[str]) -> None:
    number = notes.count(schedule.PREVIEW)
    if number:
        click.echo(f"{counted(number, 'delivery')} to post by hand, as cmflow cannot publish there yet. For each:")
        click.echo("  cmflow preview POST -a ACCOUNT               shows what to paste")
        click.echo("  cmflow settle POST ACCOUNT --sent URL        says that it is out")


def _abilities(here: Opened, planned: Sequence[Planned]) -> dict[str, schedule.Ability]:
    names = {each.account for each in planned}
    found = [each for each in here.commit.sure_plan.accounts if each.name in names]
    return {each.name: publish.ability(network.load(each.network)) for each in found}


def _examined(here: Opened, found: Open) -> tuple[Examined, ...]:
    content = here.commit
    paths = sorted({row.path for row in found.rows})
    return tuple(entries.examine(path, data, content) for path, data in content.source.read(paths))


def _planned(here: Opened, found: Open, examined: Sequence[Examined]) -> tuple[Planned, ...]:
    """The deliveries of the rows, held against each other and against what was sent.

    Two posts of one id are both held back: nobody can say which of them the ledger means.
    """
    content = here.commit
    wanted = {(row.post, row.account) for row in found.rows}
    kept = [entries.entry(each, content) for each in examined]
    deliveries = ledger.read(here.ledger(STATE), wanted).deliveries
    planned = entries.planned(content, kept, deliveries)
    return tuple(
        replace(each, blocked=True) if each.post in found.twice else each
        for each in planned
        if (each.post, each.account) in wanted
    )


def _say_why(examined: Sequence[Examined], planned: Sequence[Planned]) -> None:
    """Say what is wrong with the posts that are kept back."""
    held = {each.path for each in planned if each.blocked}
    say_problems((each for one in examined if one.path in held for each in one.problems if is_error(each)), err=True)
