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
from cmflow.cli.times import local
from cmflow.errors import CmflowError, Denied
from cmflow.model import Account, Planned, State, Variant
from cmflow.network import Access, Network
from cmflow.problems import is_error
from cmflow.problems import text as problem_text
from cmflow.publish import Outcome, Summary, World
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
        report=(lambda _: None) if rehearsal else lambda outcome: tell(outcome, plan.zone),
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


def tell(outcome: Outcome, zone: str) -> None:
    """One line for what happened to one delivery; nothing for what was over before, or is not due."""
    word, colour = MARKS[outcome.state]
    if outcome.sent or outcome.person or outcome.state is not State.SENT:
        until = f", until {local(outcome.until, zone)}" if outcome.until else ""
        rest = " ".join(outcome.urls) if outcome.sent else f"{outcome.note}{until}"
        click.echo(f"  {click.style(f'{word:<8}', fg=colour)}{outcome.account:<16}{outcome.post}  {rest}".rstrip())


def ending(summary: Summary) -> int:
    """The exit code of a run, with what must be said besides its outcomes."""
    for problem in summary.problems:
        click.echo(problem_text(problem), err=True)
    if summary.unpushed:
        click.echo(f"The receipts are kept here and pushed by the next run: {summary.unpushed}", err=True)
    if summary.stopped:
        click.echo(f"The run ended early: {summary.stopped}", err=True)
    person = any(each.person or each.state in NEEDS_PERSON for each in summary.outcomes)
    return Exit.PERSON if person or summary.problems or summary.stopped else Exit.FINE


# ── publishing what is due ──────────────────────────────────────────────────────────────────────────────────


def send(here: Opened, found: Open, window: timedelta) -> int:
    """Publish the open deliveries; the exit code."""
    examined = _examined(here, found)
    planned = _planned(here, found, examined)
    summary = publish.run(
        planned, world(here, here.commit, examined, wall_clock, wall_sleep), here.ledger(STATE), window
    )
    sent = sum(each.sent for each in summary.outcomes)
    click.echo(f"{counted(sent, 'delivery') if sent else 'Nothing was'} sent.")
    return max(_blocked(examined, planned), ending(summary))


def would_send(here: Opened, found: Open, now: datetime, window: timedelta) -> int:
    """Say what a run would do now; the exit code."""
    planned = _planned(here, found, _examined(here, found))
    zone = here.commit.sure_plan.zone
    snapshot = ledger.read(here.ledger(STATE), {(each.post, each.account) for each in planned})
    actions = schedule.decide(planned, snapshot.deliveries, now, window, _abilities(here, planned), snapshot.unreadable)
    for each in actions:
        due = f"due {local(each.planned.due, zone)}: " if each.planned else ""
        click.echo(f"  {each.do:<8}{each.account:<16}{each.post}  {due}{each.why}")
    click.echo(f"{counted(len(actions), 'delivery')} looked at. Nothing was sent: this is a dry run.")
    return Exit.PERSON if any(each.do is schedule.Do.HOLD for each in actions) else Exit.FINE


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


def _blocked(examined: Sequence[Examined], planned: Sequence[Planned]) -> int:
    """Say what is wrong with posts that were kept back."""
    held = {each.path for each in planned if each.blocked}
    wrong = [problem for each in examined if each.path in held for problem in each.problems if is_error(problem)]
    for problem in wrong:
        click.echo(problem_text(problem), err=True)
    return Exit.PROBLEMS if held else Exit.FINE
