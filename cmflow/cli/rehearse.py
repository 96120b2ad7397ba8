"""`cmflow rehearse`"""

import shutil
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

import click

from cmflow import publish
from cmflow.cli import build, runs, worlds
from cmflow.cli.opening import REHEARSAL, Opened, opened, short
from cmflow.cli.times import local, moment
from cmflow.errors import SourceError
from cmflow.model import Planned, State
from cmflow.site import entries
from cmflow.waits import KEYED_CLAIM
from cmflow.wording import counted

FOLDER = ".cmflow/rehearsal"


@click.command()
@click.option(
    "--at",
    metavar='"YYYY-MM-DD HH:MM"',
    help="The moment to play, in the plan's zone unless an offset is given. Default: when the next post is due.",
)
@click.option("--fresh", is_flag=True, help="Forget the last rehearsal first: everything is sent again.")
@click.pass_context
def command(ctx: click.Context, at: str | None, fresh: bool) -> int:
    """Play the whole publishing, with no token and no network.

    Every account is swapped for the outbox, a folder: each part that would be sent lies there as a file, exactly. What
    was sent is remembered on a branch of its own, so a second rehearsal sends nothing twice, as with the real thing.
    It takes the posts as they stand in the folder.

    \b
      cmflow rehearse
      cmflow rehearse --at "2026-12-01 12:00"
    """
    here = opened(ctx.obj)
    content = here.folder
    plan = content.sure_plan
    folder = here.root / FOLDER
    if fresh:
        _forget(here, folder)
    remembered = here.snapshot(REHEARSAL).deliveries
    kept = here.entries(content)
    planned = entries.planned(content, kept, remembered)
    end = moment(at, plan.zone) if at else _next(planned, moment(None, plan.zone))
    due = [each for each in planned if each.due <= end]
    examined = [
        entries.examine(path, content.source.one(path), content) for path in sorted({each.path for each in due})
    ]
    ledger = here.ledger(REHEARSAL)
    click.echo(f"Rehearsal as of {local(end, plan.zone)} {plan.zone}. Nothing leaves this machine.")
    time = Played(end - KEYED_CLAIM)
    world = worlds.world(here, content, examined, _quiet, time.now, time.pass_by, folder / "outbox")
    summary = publish.run(due, world, ledger, KEYED_CLAIM)
    page, _ = build.calendar(here, folder / "site", REHEARSAL, end)
    _report(summary, due, folder, page)
    return runs.ending(summary)


class Played:
    """A clock for a rehearsal: it stands still until somebody waits. (An interrupted rehearsal is waited for, too.)"""

    def __init__(self, start: datetime) -> None:
        self._time, self._lock = start, threading.Lock()

    def now(self) -> datetime:
        return self._time

    def pass_by(self, seconds: float) -> None:
        with self._lock:
            self._time += timedelta(seconds=seconds)


def _quiet(_: publish.Outcome) -> None:
    """What is done is told at the end, by post."""


def _next(planned: Sequence[Planned], now: datetime) -> datetime:
    """Now if something is due now, else when the next post is."""
    if any(each.due <= now <= each.due + each.late for each in planned):
        return now
    ahead = [each.due for each in planned if each.due > now]
    if not ahead:
        raise SourceError("No ready post is planned from now on.", "Rehearse a moment that has been: --at TIME")
    return min(ahead)


def _forget(here: Opened, folder: Path) -> None:
    here.sure_repository.forget(REHEARSAL)
    shutil.rmtree(folder, ignore_errors=True)


def _report(summary: publish.Summary, due: Sequence[Planned], folder: Path, page: Path) -> None:
    for line in _by_post(summary, due):
        click.echo(line)
    new = sum(each.sent for each in summary.outcomes)
    old = sum(each.state is State.SENT and not each.sent for each in summary.outcomes)
    missed = sum(each.state is State.MISSED for each in summary.outcomes)
    if new:
        click.echo(f"{counted(new, 'delivery')} sent to the outbox: {short(folder / 'outbox')}")
    if old:
        click.echo(f"Nothing is sent twice: {counted(old, 'delivery')} had been sent by an earlier rehearsal.")
    if missed:
        click.echo(f"{counted(missed, 'delivery')} would have come too late (see `late` in the plan).")
    click.echo(f"Remembered in the ledger, on the branch {REHEARSAL}: cmflow status --rehearsal")
    click.echo(f"Open the calendar: {short(page)}")


def _by_post(summary: publish.Summary, due: Sequence[Planned]) -> Iterator[str]:
    """A line for each post that something happened to, in the order of the calendar."""
    order = {(each.post, each.account): (each.due, each.post, each.parts) for each in due}
    new = sorted((each for each in summary.outcomes if each.sent), key=lambda each: order[each.post, each.account])
    for post, outcomes in groupby(new, key=lambda each: each.post):
        parts = {each.account: order[each.post, each.account][2] for each in outcomes}
        names = ", ".join(name if number == 1 else f"{name} ({number} parts)" for name, number in parts.items())
        yield f"  {click.style('sent', fg='green')}  {post} → {names}"
    for each in summary.outcomes:
        if not each.sent and each.state is not State.SENT:
            yield f"  {click.style('not sent', fg='red')}  {each.post} → {each.account}: {each.note}"
