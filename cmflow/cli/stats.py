"""`cmflow stats`"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cmflow.cli._arguments import at_option, duration, moment, offline_option
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json, warn_if_stale
from cmflow.insights import sentences, statistics
from cmflow.insights.statistics import FIGURES, INTERACTIONS, PERIOD, Period, Question, Statistics, answer, table
from cmflow.ledger import readings
from cmflow.metrics import gather
from cmflow.model.errors import SourceError
from cmflow.problems import safe_line
from cmflow.problems.similar import suggestion

if TYPE_CHECKING:
    from cmflow.metrics import tables
    from cmflow.model import Plan

STYLES: dict[str, dict[str, str | bool]] = {"title": {"bold": True}, "better": {"fg": "green"}, "worse": {"fg": "red"}}
DATE = len("2026-12-01")


@click.command()
@click.option("--since", metavar="YYYY-MM-DD", help="First day. Default: 90 days before the last.")
@click.option("--until", metavar="YYYY-MM-DD", help="Last day. Default: today.")
@click.option("-a", "--account", "accounts", multiple=True, metavar="NAME", help="Only this account; can be repeated.")
@click.option("--campaign", default="", metavar="NAME", help="Only posts of this campaign.")
@click.option("--pillar", default="", metavar="NAME", help="Only posts of this pillar.")
@click.option(
    "--figure",
    type=click.Choice([*FIGURES]),
    default=INTERACTIONS,
    show_default=True,
    help="Figure to compare posts by. Interactions are reactions, comments and shares together.",
)
@click.option(
    "--age",
    default="3d",
    show_default=True,
    metavar="DURATION",
    callback=lambda _context, _option, text: duration(text, "--age"),
    help="Age at which posts are compared.",
)
@at_option
@offline_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    help="Output format; csv: one row per delivery.",
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option("--csv", "form", flag_value="csv", help="The same as --format csv.")
@click.option("--sql", metavar="SELECT", help="Run this query on the tables that docs/tables.md describes.")
@click.option(
    "--sqlite",
    "database",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write all tables to a new SQLite database.",
)
@click.option(
    "--parquet",
    "parquet_folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help='Write all tables to Parquet files in this folder. Needs DuckDB: pip install "cmflow[parquet]".',
)
@click.pass_context
def command(
    ctx: click.Context,
    since: str | None,
    until: str | None,
    accounts: tuple[str, ...],
    campaign: str,
    pillar: str,
    figure: str,
    age: timedelta,
    time: str | None,
    offline: bool,
    form: str,
    sql: str | None,
    database: Path | None,
    parquet_folder: Path | None,
) -> int:
    """Show what worked: growth, usual figures, what made a difference, and which forecasts held.

    Posts are compared at the same age, and with what is usual for their account. What may be due to chance is labelled
    as such: "no visible difference", "too few posts to tell". docs/statistics.md explains how to read it. It needs the
    readings that cmflow metrics records.

    \b
      cmflow stats
      cmflow stats --since 2026-06-01 --until 2026-08-31 --campaign summer
      cmflow stats --figure views --age 7d --json
      cmflow stats --sql "select account, count(*) from deliveries group by account"
    """
    context = open_context(ctx.obj).still()
    plan = context.folder.sure_plan
    _check_names(plan, accounts, campaign, pillar)
    now = moment(time, plan.zone)
    question = Question(_period(since, until, plan.zone, now), figure, age, accounts, campaign, pillar)
    stale = "" if offline else context.news() or context.news(readings.BRANCH)
    if sql is not None or database is not None or parquet_folder is not None:
        _tables(context, sql, database, parquet_folder, form, now)
    else:
        _print(_statistics(context, question, now), plan, form)
    warn_if_stale(stale)
    return Exit.FINE


def _statistics(context: Context, question: Question, now: datetime) -> Statistics:
    branches = context.local_ledger(STATE), context.local_ledger(readings.BRANCH)
    load = partial(context.entries, context.folder)
    source = gather.compared(context.folder, load, context.authors, branches, context.cache, question, now)
    return statistics.assess(source, question, now)


def _tables(
    context: Context, sql: str | None, database: Path | None, parquet_folder: Path | None, form: str, now: datetime
) -> None:
    """All there is, whatever the period."""
    import sqlite3

    from cmflow.ledger import approvals
    from cmflow.metrics import tables

    plan, entries = context.folder.sure_plan, context.entries(context.folder)
    question = Question(Period(tables.FIRST, now))
    book = context.local_ledger(readings.BRANCH)
    source = gather.source(plan, entries, context.snapshot(STATE).deliveries, book, question, {})
    agreed = approvals.read_all(context.local_ledger(STATE))
    if database is not None:
        tables.write(database, source, agreed)
        click.echo(f"Written: {database}", err=True)
    if parquet_folder is not None:
        from cmflow.metrics import parquet

        files = parquet.write(parquet_folder, source, agreed)
        click.echo(f"Written: {', '.join(file.name for file in files)} in {parquet_folder}", err=True)
    if sql is not None:
        memory = sqlite3.connect(":memory:")
        tables.fill(memory, source, agreed)
        _print_rows(*tables.ask(memory, sql), form)


def _print_rows(names: tuple[str, ...], rows: Sequence[tables.Row], form: str) -> None:
    if form == "json":
        click.echo(as_json([dict(zip(names, row, strict=True)) for row in rows], 2))
        return
    cells = [names, *(tuple("" if value is None else str(value) for value in row) for row in rows)]
    if form == "csv":
        from cmflow.website.feeds.csv import MARK, cell

        out = io.StringIO(newline="")
        csv.writer(out).writerows([cell(text) for text in row] for row in cells)
        click.echo(MARK + out.getvalue(), nl=False)
        return
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        line = "  ".join(f"{safe_line(text):<{width}}" for text, width in zip(row, widths, strict=True))
        click.echo(line.rstrip())


def _print(answered: Statistics, plan: Plan, form: str) -> None:
    if form == "json":
        click.echo(as_json(answer.as_dict(answered), 2))
    elif form == "csv":
        click.echo(_csv(answered), nl=False)
    else:
        for line in table.lines(answered, plan.brand, sentences.voice(plan.language, plan.zone), _style):
            click.echo(line)


def _csv(answered: Statistics) -> str:
    from cmflow.website.feeds.csv import MARK, cell

    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(answer.COLUMNS)
    writer.writerows([cell(text) for text in row] for row in answer.rows(answered))
    return MARK + out.getvalue()


def _period(since: str | None, until: str | None, zone: str, now: datetime) -> Period:
    """Whole days in the plan's zone, the last one included; until now where that is not given."""
    end = now if until is None else _day(until, zone, "--until") + timedelta(days=1)
    start = end - PERIOD if since is None else _day(since, zone, "--since")
    if start >= end:
        raise click.UsageError("--since: the period must begin before it ends.")
    return Period(start, end)


def _day(text: str, zone: str, option: str) -> datetime:
    time = moment(text, zone, option)
    if len(text.strip()) != DATE:
        raise click.UsageError(f"{option}: {text!r} must be a day like 2026-12-01.")
    return time


def _check_names(plan: Plan, accounts: tuple[str, ...], campaign: str, pillar: str) -> None:
    for kind, name, options in _names(plan, accounts, campaign, pillar):
        if name and name not in options:
            raise SourceError(f"The plan has no {kind} {name!r}.", suggestion(name, options))


def _names(plan: Plan, accounts: tuple[str, ...], campaign: str, pillar: str) -> Iterator[tuple[str, str, list[str]]]:
    yield from (("account", name, [account.name for account in plan.accounts]) for name in accounts)
    yield "campaign", campaign, [item.name for item in plan.campaigns]
    yield "pillar", pillar, [item.name for item in plan.pillars]


def _style(string: str, role: str) -> str:
    return click.style(string, **STYLES.get(role, {}))  # type: ignore[arg-type]
