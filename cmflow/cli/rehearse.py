"""`cmflow rehearse`"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmflow import publish
from cmflow.cli import _environment, _runs, _sandbox
from cmflow.cli._arguments import moment
from cmflow.cli._calendar import calendar
from cmflow.cli._context import REHEARSAL, Context, open_context
from cmflow.cli._folder import short
from cmflow.cli._tables import runs as table
from cmflow.content.local_time import local
from cmflow.ledger import Ledger
from cmflow.model import Planned
from cmflow.publish import rehearsal
from cmflow.repository import examination, loader
from cmflow.values import dataclass

if TYPE_CHECKING:
    from cmflow.sandbox.door import Door

FOLDER = ".cmflow/rehearsal"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rehearsal sends: a `name` for people, a `door` where that is a sandbox, and what writes a `page` of what
    arrived there."""

    name: str
    door: Callable[[rehearsal.Clock], Door | None]
    page: Callable[[], Path] | None = None


def _outside_sandbox(_context: click.Context, _option: click.Parameter, against: str | None) -> str | None:
    if against and _sandbox.is_on():
        raise click.UsageError(f"{_sandbox.VARIABLE} is set: the rehearsal is in that sandbox. Leave out --against.")
    return against


@click.command()
@click.option(
    "--at",
    "time",
    metavar='"YYYY-MM-DD HH:MM"',
    help="Simulated time, in the plan's zone unless an offset is given. Default: when the next post is due.",
)
@click.option("--from", "start", metavar="TIME", help="Simulate every due time from TIME on. Default: now.")
@click.option("--until", metavar="TIME", help="Simulate every due time until TIME, e.g. a whole week.")
@click.option("--all", "everything", is_flag=True, help="Simulate every due time of the calendar.")
@click.option("--fresh", is_flag=True, help="Discard the last rehearsal first.")
@click.option(
    "--against",
    type=click.Choice(("outbox", "fakes")),
    callback=_outside_sandbox,
    help="What replaces the networks: a folder, or strict fakes of them. Default: outbox",
)
@click.pass_context
def command(
    ctx: click.Context,
    time: str | None,
    start: str | None,
    until: str | None,
    everything: bool,
    fresh: bool,
    against: str | None,
) -> int:
    """Simulate publishing, with no token and no network.

    Every account is replaced by the outbox, a folder: each part is written there to a file, exactly as it would be
    sent. What was sent is recorded on a branch of its own, so that a second rehearsal sends nothing twice, as in real
    publishing. Posts are read from the folder, committed or not.

    With --against fakes, each account is on a strict fake of its own network, in memory: it refuses what the network
    refuses, and a page shows what arrived, as it would look. Fakes start empty, so each such rehearsal starts afresh.

    \b
      cmflow rehearse
      cmflow rehearse --at "2026-12-01 12:00"
      cmflow rehearse --until "2026-12-08 00:00"
      cmflow rehearse --all
      cmflow rehearse --at "2026-12-01 12:00" --against fakes
    """
    spanning = _is_period(time, start, until, everything)
    context = open_context(ctx.obj)
    content, folder, zone = context.folder, context.root / FOLDER, context.folder.sure_plan.zone
    if fresh or against == "fakes":
        _forget(context, folder)
    planned = loader.planned(content, context.entries(content), context.snapshot(REHEARSAL).deliveries)
    if spanning:
        first, last = None if everything else moment(start, zone), moment(until, zone) if until else None
        moments = rehearsal.moments(planned, first, last)
    else:
        moments = [moment(time, zone) if time else rehearsal.next_moment(planned, moment(None, zone))]
    begin, end, ledger = moments[0], moments[-1], context.ledger(REHEARSAL)
    due = [item for item in planned if item.due <= end and not (spanning and item.due < begin)]
    _announce(begin if spanning else None, end, zone)
    return _run(context, ledger, due, moments, _place(against, folder))


def _run(context: Context, ledger: Ledger, due: Sequence[Planned], moments: Sequence[datetime], place: Place) -> int:
    summary = _play(context, ledger, due, moments, place)
    page, _ = calendar(context, context.root / FOLDER / "site", REHEARSAL, moments[-1])
    _report(summary, due, place, context.branch(REHEARSAL), page)
    return _runs.ending(summary)


def _is_period(time: str | None, start: str | None, until: str | None, everything: bool) -> bool:
    """Whether a period is rehearsed, not a moment."""
    spanning = everything or start is not None or until is not None
    if spanning and (time is not None or (everything and (start or until))):
        raise click.UsageError("Choose one: --at for a moment, --from and --until for a period, or --all.")
    return spanning


def _announce(begin: datetime | None, end: datetime, zone: str) -> None:
    period = f"from {local(begin, zone)} until" if begin else "as of"
    click.echo(f"Rehearsal {period} {local(end, zone)} {zone}. Nothing leaves this machine.")


def _place(against: str | None, folder: Path) -> Place:
    """What plays the networks."""
    if _sandbox.is_on():
        return Place(f"the sandbox: {os.environ[_sandbox.VARIABLE]}/", lambda clock: _sandbox.door(clock.now))
    if against != "fakes":
        return Place(f"the outbox: {short(folder / 'outbox')}", lambda clock: None)
    from cmflow.repository import shipped
    from cmflow.sandbox import export
    from cmflow.sandbox.door import Inside
    from cmflow.sandbox.pages import Pages
    from cmflow.sandbox.stage import Stage

    stages: list[Stage] = []

    def door(clock: rehearsal.Clock) -> Inside:
        stages.append(Stage(clock.now, clock.sleep, Pages(shipped.templates("templates/sandbox"))))
        return Inside(stages[0])

    return Place("strict fakes of the networks", door, lambda: export.write(stages[0], folder / "arrived"))


def _play(
    context: Context, ledger: Ledger, due: Sequence[Planned], moments: Sequence[datetime], place: Place
) -> publish.Summary:
    content, outbox = context.folder, context.root / FOLDER / "outbox"
    paths = sorted({delivery.path for delivery in due})
    examined = [examination.examine(path, content.source.one(path), content) for path in paths]

    def world(clock: rehearsal.Clock) -> publish.Environment:
        door = place.door(clock)
        return _environment.world(context, content, examined, lambda _: None, clock.now, clock.sleep, outbox, door=door)

    return rehearsal.play(world, ledger, due, moments)


def _forget(context: Context, folder: Path) -> None:
    context.sure_repository.forget(context.branch(REHEARSAL))
    shutil.rmtree(folder, ignore_errors=True)


def _report(summary: publish.Summary, due: Sequence[Planned], place: Place, branch: str, page: Path) -> None:
    for line in table.rehearsal(summary.outcomes, due, place.name):
        click.echo(line)
    click.echo(f"Recorded in the ledger, on the branch {branch}: cmflow status --rehearsal")
    if place.page:
        click.echo(f"Open what arrived: {short(place.page())}")
    click.echo(f"Open the calendar: {short(page)}")
