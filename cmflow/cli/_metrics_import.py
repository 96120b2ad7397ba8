"""`cmflow metrics import`"""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click

from cmflow import ledger
from cmflow.cli import _clock, _metrics
from cmflow.cli._arguments import TEXT
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import widest
from cmflow.ledger import readings
from cmflow.metrics import imports
from cmflow.metrics.imports import Import, Match
from cmflow.model.errors import SourceError
from cmflow.problems import safe_line
from cmflow.problems.plural import counted
from cmflow.problems.similar import suggestion
from cmflow.publish.accounts import named

LINES = 20  # rows that are of no post of ours, one by one


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--write", is_flag=True, help="Record the figures. Default: only show what would be recorded.")
@click.option("--account", default="", type=TEXT, help="Account that the file is from. Default: any on its network.")
@click.option(
    "--date",
    "day",
    metavar='"YYYY-MM-DD [HH:MM]"',
    help="When it was exported, in the plan's zone. Default: the last day in the file's name, else now.",
)
@click.pass_context
def command(ctx: click.Context, file: Path, write: bool, account: str, day: str | None) -> int:
    """Import figures from a file that a network exported (X, LinkedIn, Facebook, Instagram, YouTube Studio).

    Rows are matched to what cmflow published by id, by address, or by day and first words. They are marked as imported:
    figures from the network's API, or entered by hand, take precedence.

    \b
      cmflow metrics import account_analytics_content_2026-08-30_2026-11-28.csv
      cmflow metrics import "Table data.csv" --date 2026-11-28 --write
    """
    context = open_context(ctx.obj)
    export = imports.read(_bytes(file), file.name)
    names = _accounts(context, account, export.format.network, export.format.name)
    now = _clock.wall_clock()
    _metrics.refresh(context, now)
    since, until = imports.span(file.name)
    as_of = _as_of(context, day, until, now)
    deliveries = ledger.read(context.ledger(STATE)).deliveries.values()
    texts = {entry.id: entry.text for entry in context.entries(context.folder)}
    plan = imports.prepare(export, names, deliveries, texts, as_of, now, since)
    for line in _lines(plan):
        click.echo(safe_line(line))
    if not plan.readings:
        return Exit.FINE
    if not write:
        click.echo("Nothing is recorded yet. To record it, add --write.")
        return Exit.FINE
    unpushed = imports.save(context.ledger(readings.BRANCH), plan, _clock.wall_clock)
    click.echo(f"{counted(len(plan.readings), 'figure')} recorded.")
    if unpushed:
        click.echo(f"They are saved locally and pushed by the next run: {unpushed}", err=True)
    return Exit.FINE


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SourceError(
            f"{file} cannot be read: {error.strerror}.", "Give the path of the file that the network exported."
        ) from None


def _accounts(context: Context, name: str, network: str, title: str) -> tuple[str, ...]:
    """The accounts that the file may be of."""
    names = tuple(account.name for account in context.folder.sure_plan.accounts if account.network == network)
    if not name and names:
        return names
    if not names:
        message = f"The file is from {title}, but the plan has no account there."
        raise SourceError(message, "Add the account to the plan.")
    if named(context.folder.sure_plan, name).network != network:
        raise SourceError(
            f"The file is from {title}, but {name} is an account on another network.", suggestion(name, names)
        )
    return (name,)


def _as_of(context: Context, written: str | None, until: date | None, now: datetime) -> datetime:
    """When the figures were true: the end of a day where only the day is known."""
    text = written or (until.isoformat() if until else None)
    time = _metrics.past_moment(text, context.zone, now)
    if time is None:
        return now
    if time > now:
        raise SourceError("A file cannot be exported in the future.", "Correct --date.")
    return time


def _lines(plan: Import) -> Iterator[str]:
    export, matches = plan.export, [match for match in plan.matches if match.readings]
    yield f"{export.format.name}: {counted(len(export.rows), 'row')}, as of {plan.time:%Y-%m-%d %H:%M} UTC."
    width = widest(match.account for match in matches)
    for match in matches:
        figures = ", ".join(f"{reading.metric} {reading.value}" for reading in match.readings)
        yield f"  {match.account:<{width}}  {match.post} ({match.readings[0].slot}): {figures}"
    yield from _left_out([match for match in plan.matches if not match.readings])
    if export.unknown:
        yield f"Columns that cmflow does not recognise, so they are not imported: {', '.join(export.unknown)}"
    for line, column in export.odd[:LINES]:
        yield f"Line {line}: “{column}” is not a number, and is not imported."


def _left_out(matches: list[Match]) -> Iterator[str]:
    for match in matches[:LINES]:
        name = match.post or match.row.id or match.row.url
        yield f"  Line {match.row.line} is not imported ({name}): {match.reason}."
    if len(matches) > LINES:
        yield f"  {counted(len(matches) - LINES, 'more row')} not imported."
