"""`cmflow publish`"""

from datetime import UTC, datetime, timedelta

import click

from cmflow.cli.exits import Exit
from cmflow.cli.opening import STATE, opened
from cmflow.cli.times import at_option, duration, local, moment
from cmflow.site.agenda import Open


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what is due and would be sent; send and remember nothing.")
@click.option(
    "--wait",
    metavar="DURATION",
    help="Stay for what falls due within that time, such as 14m, and send it on its minute.",
)
@at_option
@click.pass_context
def command(ctx: click.Context, dry_run: bool, wait: str | None, at: str | None) -> int:
    """Send what is due, and remember it in the ledger.

    What is committed is published; what is only saved is not. Before anything is asked of a network the intent is
    written to the ledger, afterwards the receipt: whatever happens in between, the next run knows, and nothing is sent
    twice. Secrets come from the environment: CMFLOW_<ACCOUNT>_<SECRET>.

    Exit code 4: something needs a person. A delivery failed, is unsure, was missed, was kept back by an error in its
    post, or goes to a network that cmflow cannot publish on yet.

    \b
      cmflow publish --dry-run
      cmflow publish --wait 14m
    """
    if at and not dry_run:
        raise click.UsageError("--at goes with --dry-run: what is really sent, is sent now. To play: cmflow rehearse")
    here, window = opened(ctx.obj), duration(wait) if wait else timedelta(0)
    now = moment(at, here.zone) if at else datetime.now(UTC)
    if not dry_run:
        here.sync(STATE, now)
    elif stale := here.news():
        click.echo(f"What the remote knows could not be asked: {stale}", err=True)
    found = here.due(now, now + window)
    if not found.rows:
        click.echo(f"Nothing is due. {_then(found)}")
        return Exit.FINE
    from cmflow.cli import runs

    code = runs.would_send(here, found, now, window) if dry_run else runs.send(here, found, window)
    click.echo(_then(found))
    return code


def _then(found: Open) -> str:
    if found.then is None:
        return "Nothing is planned after that."
    return f"Next: {local(datetime.fromtimestamp(found.then, UTC), found.zone)} {found.zone}."
