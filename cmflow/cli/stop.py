"""`cmflow stop`"""

import click

from cmflow.cli import _clock
from cmflow.cli._actions import actor, run_name
from cmflow.cli._context import STATE, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import stopped
from cmflow.model.errors import GitError, LedgerError, SourceError
from cmflow.publish import stop as stopping
from cmflow.render.escape import shorten

LONGEST = 300  # characters of a reason
NO_REASON = "no reason was given"


@click.command()
@click.option("--reason", default="", metavar="TEXT", help="Reason, shown on the calendar.")
@click.pass_context
def command(ctx: click.Context, reason: str) -> int:
    """Stop publishing, at once and on every account, until a person resumes it.

    The stop is written to the ledger, and pushed if there is a remote. No request is started after that, not even by a
    run in progress: it has to record each request before making it, and the stop prevents that. A request that was
    recorded before the stop may still be answered. Nothing is marked as missed because of a stop: `cmflow resume` lists
    what was due in the meantime.

    `cmflow unpublish` and `cmflow settle` still work. Stopping a second time changes nothing.

    \b
      cmflow stop --reason "Storm damage: no cheerful posts today"
    """
    context = open_context(ctx.obj)
    text, former = one_line(reason) or NO_REASON, context.stop()
    try:
        stop = stopping.stop(context.ledger(STATE), text, actor(), run_name(), _clock.wall_clock)
    except (GitError, LedgerError) as error:
        hint = f"On GitHub you can also disable the workflow: Actions, Publish, Disable workflow. {error.hint}"
        raise SourceError(f"Publishing is NOT stopped: {error}", hint.strip()) from error
    for line in stopped(stop):
        click.echo(line)
    if former:
        click.echo("It was stopped before: that reason is kept.")
    return Exit.FINE


def one_line(text: str) -> str:
    """The words on one line that can be kept as text."""
    return shorten(" ".join(text.encode(errors="replace").decode().split()), LONGEST)
