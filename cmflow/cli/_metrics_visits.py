"""`cmflow metrics visits`"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import click

from cmflow import ledger
from cmflow.cli import _clock, _metrics
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import widest
from cmflow.insights.metrics.visits import Brought, brought
from cmflow.ledger import readings
from cmflow.model import Reading, State

MONTH = timedelta(days=28)


@click.command("visits")
@click.pass_context
def command(ctx: click.Context) -> int:
    """Show which accounts and networks brought visits to the website, and conversions of its goals.

    It needs `visits:` in the plan, links with tags (`utm:`), and the readings that cmflow metrics records. The latest
    reading of each post counts.
    """
    context = open_context(ctx.obj)
    now = _clock.wall_clock()
    _metrics.refresh(context, now)
    networks = {account.name: account.network for account in context.folder.sure_plan.accounts}
    rows = brought(_readings(context, networks, now), networks)
    if not rows:
        click.echo("No visits are recorded. See docs/metrics.md for how links get tags.")
    for line in _table(rows):
        click.echo(line)
    return Exit.FINE


def _readings(context: Context, networks: dict[str, str], now: datetime) -> Iterator[Reading]:
    """Those of every month since the first post."""
    deliveries = ledger.read(context.ledger(STATE)).deliveries.values()
    time = min((delivery.due for delivery in deliveries if delivery.state is State.SENT), default=now)
    files: dict[str, str] = {}
    while time < now + MONTH:
        files |= {readings.path(account, time): account for account in networks}
        time += MONTH
    for month in readings.read(context.ledger(readings.BRANCH), files).values():
        yield from month.readings


def _table(rows: tuple[Brought, ...]) -> Iterator[str]:
    """Columns for account, network, posts, visits, and one for each goal."""
    goals = sorted({goal for row in rows for goal, _ in row.goals})
    head = ["account", "network", "posts", "visits", *goals]
    cells = [_cells(row, goals) for row in rows]
    widths = [widest(column) for column in zip(head, *cells, strict=True)]
    for line in [head, *cells] if rows else []:
        words = [
            f"{cell:<{width}}" if place < 2 else f"{cell:>{width}}"
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        yield f"  {'  '.join(words)}".rstrip()


def _cells(row: Brought, goals: list[str]) -> list[str]:
    numbers = (row.posts, row.visits, *(dict(row.goals).get(goal, 0) for goal in goals))
    return [row.account, row.network, *map(str, numbers)]
