"""`cmflow resume`"""

import click

from cmflow.cli import _clock
from cmflow.cli._actions import actor, run_name
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import stopped
from cmflow.cli._tables import runs as table
from cmflow.model import Planned
from cmflow.publish import stop as stopping
from cmflow.publish.dry_run import dry_run

EXCERPT = 60  # characters of a text that are shown


@click.command()
@click.option("--send", "posts", multiple=True, metavar="POST", help="Send this held post; may be repeated.")
@click.option("--all", "everything", is_flag=True, help="Send everything that was due while publishing was stopped.")
@click.option("--dry-run", is_flag=True, help="Only list what is held; change nothing.")
@click.pass_context
def command(ctx: click.Context, posts: tuple[str, ...], everything: bool, dry_run: bool) -> int:
    """Resume publishing after a stop, and decide what to do with what was due in the meantime.

    What was due while publishing was stopped is not sent automatically, however short the stop was. It is listed here,
    and held until you confirm it (--send, --all), give the post a new date, or skip it (`cmflow settle POST ACCOUNT
    --skip`). The next run sends what you confirm. POST is the post's id or file; it means all accounts for which the
    post is held.

    Run it again at any time: it lists what is still waiting for a decision.

    Exit code 4: something is held.

    \b
      cmflow resume --dry-run
      cmflow resume --send open-day --send team-photo
    """
    if everything and posts:
        raise click.UsageError("--all sends everything that is listed: do not use --send as well.")
    context = open_context(ctx.obj)
    context.sync(STATE, _clock.wall_clock())
    stop, held = context.stop(), _held(context)
    if dry_run:
        for line in (*stopped(stop), *table.held("Held, for you to decide", held, context.zone)):
            click.echo(line)
        return Exit.PERSON if stop or held else Exit.FINE
    chosen = held if everything else stopping.choose(held, posts)
    if stop or chosen:
        stopping.resume(context.ledger(STATE), chosen, actor(), run_name(), _clock.wall_clock)
        held = _held(context)  # something may have been due since
    click.echo("Publishing is resumed." if stop else "Publishing is not stopped.")
    for line in table.held("To be sent by the next run", chosen, context.zone):
        click.echo(line)
    for line in table.held("Held, for you to decide", held, context.zone):
        click.echo(line)
    if held:
        click.echo("Send one: cmflow resume --send POST. Or give it a new date. Or: cmflow settle POST ACCOUNT --skip")
    return Exit.PERSON if held else Exit.FINE


def _held(context: Context) -> list[Planned]:
    """What a stop holds, by its time."""
    state, now = context.ledger(STATE), _clock.wall_clock()
    actions = dry_run(context.commit, state, context.cache, context.due(now, now), now).actions
    return stopping.held(state, actions, now)
