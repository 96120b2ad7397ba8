"""`cmflow rehearse`"""

import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import click

from cmflow import publish
from cmflow.cli import _environment, _runs
from cmflow.cli._arguments import moment
from cmflow.cli._calendar import calendar
from cmflow.cli._context import REHEARSAL, Context, open_context, short
from cmflow.content.local_time import local
from cmflow.ledger import Ledger
from cmflow.model import Planned, State
from cmflow.model.errors import SourceError
from cmflow.problems.plural import counted
from cmflow.repository import loader
from cmflow.schedule.waits import KEYED_CLAIM

FOLDER = ".cmflow/rehearsal"


@click.command()
@click.option(
    "--at",
    "time",
    metavar='"YYYY-MM-DD HH:MM"',
    help="The moment to play, in the plan's zone unless an offset is given. Default: when the next post is due.",
)
@click.option("--from", "start", metavar="TIME", help="Play each post on its minute from then on. Default: from now.")
@click.option("--until", metavar="TIME", help="Play each post on its minute until then: a whole week at once.")
@click.option("--all", "everything", is_flag=True, help="Play each post of the plan on its minute, from the first on.")
@click.option("--fresh", is_flag=True, help="Forget the last rehearsal first: everything is sent again.")
@click.pass_context
def command(
    ctx: click.Context, time: str | None, start: str | None, until: str | None, everything: bool, fresh: bool
) -> int:
    """Play the whole publishing, with no token and no network.

    Every account is swapped for the outbox, a folder: each part that would be sent lies there as a file, exactly. What
    was sent is remembered on a branch of its own, so a second rehearsal sends nothing twice, as with the real thing.
    It takes the posts as they stand in the folder.

    \b
      cmflow rehearse
      cmflow rehearse --at "2026-12-01 12:00"
      cmflow rehearse --until "2026-12-08 00:00"
      cmflow rehearse --all
    """
    spanning = everything or start is not None or until is not None
    if spanning and (time is not None or (everything and (start or until))):
        raise click.UsageError("Choose one: --at for a moment, --from and --until for the time between, or --all.")
    context = open_context(ctx.obj)
    content, folder = context.folder, context.root / FOLDER
    zone = content.sure_plan.zone
    if fresh:
        _forget(context, folder)
    planned = loader.planned(content, context.entries(content), context.snapshot(REHEARSAL).deliveries)
    if spanning:
        first = None if everything else moment(start, zone)
        moments = _between(planned, first, moment(until, zone) if until else None)
    else:
        moments = [moment(time, zone) if time else _next(planned, moment(None, zone))]
    due = [each for each in planned if each.due <= moments[-1] and not (spanning and each.due < moments[0])]
    ledger = context.ledger(REHEARSAL)
    since = f"from {local(moments[0], zone)} until" if spanning else "as of"
    click.echo(f"Rehearsal {since} {local(moments[-1], zone)} {zone}. Nothing leaves this machine.")
    summary = _play(context, ledger, due, moments)
    page, _ = calendar(context, folder / "site", REHEARSAL, moments[-1])
    _report(summary, due, folder, page)
    return _runs.ending(summary)


def _between(planned: Sequence[Planned], start: datetime | None, end: datetime | None) -> list[datetime]:
    """Each moment at which something is due then; None for no bound."""
    dues = {each.due for each in planned}
    moments = sorted(due for due in dues if (start is None or due >= start) and (end is None or due <= end))
    if not moments:
        raise SourceError("No ready post is planned in that time.", "Choose other times: --from TIME --until TIME")
    return moments


def _play(context: Context, ledger: Ledger, due: Sequence[Planned], moments: Sequence[datetime]) -> publish.Summary:
    """One run for each moment, for what fell due since the one before; all that they say."""
    content = context.folder
    paths = sorted({each.path for each in due})
    examined = [loader.examine(path, content.source.one(path), content) for path in paths]
    time = Played(moments[0] - KEYED_CLAIM)
    outbox = context.root / FOLDER / "outbox"
    world = _environment.world(context, content, examined, _quiet, time.now, time.pass_by, outbox)
    played, before = [], datetime.min.replace(tzinfo=UTC)
    for now in moments:
        time.reach(now - KEYED_CLAIM)
        wanted = [each for each in due if before < each.due <= now]
        played.append(publish.run(wanted, world, ledger, KEYED_CLAIM))
        before = now
    return replace(played[-1], outcomes=tuple(outcome for summary in played for outcome in summary.outcomes))


class Played:
    """A clock for a rehearsal: it stands still until somebody waits. (An interrupted rehearsal is waited for, too.)"""

    def __init__(self, start: datetime) -> None:
        self._time, self._lock = start, threading.Lock()

    def now(self) -> datetime:
        return self._time

    def reach(self, to: datetime) -> None:
        """The clock goes on to that moment, and never back."""
        with self._lock:
            self._time = max(self._time, to)

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


def _forget(context: Context, folder: Path) -> None:
    context.sure_repository.forget(REHEARSAL)
    shutil.rmtree(folder, ignore_errors=True)


def _report(summary: publish.Summary, due: Sequence[Planned], folder: Path, page: Path) -> None:
    for line in _by_post(summary, due):
        click.echo(line)
    new = sum(outcome.sent for outcome in summary.outcomes)
    old = sum(outcome.state is State.SENT and not outcome.sent for outcome in summary.outcomes)
    missed = sum(outcome.state is State.MISSED for outcome in summary.outcomes)
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
    new = sorted(
        (outcome for outcome in summary.outcomes if outcome.sent), key=lambda each: order[each.post, each.account]
    )
    for post, outcomes in groupby(new, key=lambda each: each.post):
        parts = {outcome.account: order[outcome.post, outcome.account][2] for outcome in outcomes}
        names = ", ".join(name if number == 1 else f"{name} ({number} parts)" for name, number in parts.items())
        yield f"  {click.style('sent', fg='green')}  {post} → {names}"
    for outcome in summary.outcomes:
        if not outcome.sent and outcome.state is not State.SENT:
            yield f"  {click.style('not sent', fg='red')}  {outcome.post} → {outcome.account}: {outcome.note}"
