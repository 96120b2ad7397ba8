"""`cmflow schedule`"""

import click

from cmflow import ledger
from cmflow.cli import _clock
from cmflow.cli._context import STATE, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._tables import schedule as table
from cmflow.insights import minutes
from cmflow.model.errors import SourceError
from cmflow.repository import workflows


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with code 1 if the workflows do not fit the plan.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@click.option(
    "--utc/--zone",
    "in_utc",
    default=None,
    help="Write lines in UTC, for a server that knows no `timezone:`, or in the plan's zone. Default: as the workflow "
    "has them, else in the plan's zone.",
)
@click.pass_context
def command(ctx: click.Context, check: bool, dry_run: bool, in_utc: bool | None) -> int:
    """Write the cron lines that the plan's slots and hours need into the workflows, and say what they cost.

    A run starts shortly before each slot and waits for the post; a few more each day publish what is late. Posts dated
    at other times get runs of their own. Only the lines between two marks are written: the rest of publish.yml,
    metrics.yml and inbox.yml stays as it is. Commit them afterwards.

    With --check, posts that have passed in the meantime do not count: their lines do no harm.

    \b
      cmflow schedule --dry-run
      cmflow schedule
      cmflow schedule --check
    """
    context, now = open_context(ctx.obj).still(), _clock.wall_clock()
    plan, texts = context.folder.sure_plan, workflows.texts(context.root)
    deliveries = ledger.read(context.local_ledger(STATE)).deliveries if context.repository else {}
    moments = workflows.upcoming(context.folder_entries, deliveries, context.folder.silent, now)
    rewrites = workflows.rewrites(texts, plan, now, moments, in_utc)
    if not rewrites:
        hint = "Have them written: cmflow init . --action OWNER/NAME@COMMIT"
        raise SourceError(f"There is no workflow in {workflows.FOLDER} that publishes.", hint)
    if not check and not dry_run:
        workflows.save(context.root, rewrites)
    for line in table.rewrites(rewrites, check, dry_run):
        click.echo(line)
    for line in table.costs(minutes.monthly({**texts, **{item.path: item.rewritten for item in rewrites}})):
        click.echo(line)
    return Exit.PROBLEMS if check and not all(rewrite.fits for rewrite in rewrites) else Exit.FINE
