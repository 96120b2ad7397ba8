"""`cmflow resume`"""

from collections.abc import Iterator, Sequence

import click

from cmflow import ledger, schedule
from cmflow.cli import _environment, _runs
from cmflow.cli._arguments import brief
from cmflow.cli._context import STATE, Opened, actor, opened, run_name
from cmflow.cli._exit import Exit
from cmflow.cli._output import meant, stopped, widest
from cmflow.content.local_time import local
from cmflow.ledger import stops
from cmflow.model import Planned
from cmflow.model.errors import SourceError
from cmflow.problems import safe_line
from cmflow.problems.plural import counted
from cmflow.publish import selection
from cmflow.publish import stop as stopping
from cmflow.render.escape import clipped
from cmflow.schedule import Do
from cmflow.schedule import stop as holds

EXCERPT = 60  # characters of a text that are shown


@click.command()
@click.option("--send", "posts", multiple=True, metavar="POST", help="Send this post all the same; may be repeated.")
@click.option("--all", "everything", is_flag=True, help="Send all that was due while publishing was stopped.")
@click.option("--dry-run", is_flag=True, help="Only list what was due; publishing stays as it is.")
@click.pass_context
def command(ctx: click.Context, posts: tuple[str, ...], everything: bool, dry_run: bool) -> int:
    """Let publishing go on after a stop, and decide about what was due meanwhile.

    What was due while publishing was stopped is not sent by itself, however short the stop was. It is listed here, and
    kept back until you confirm it (--send, --all), give the post a new date, or say that it is not to go out
    (`cmflow settle POST ACCOUNT --skip`). What you confirm is sent by the next run. POST is the post's id or file; it
    stands for all accounts that it is kept back on.

    Call it again at any time: it lists what still waits for a decision.

    Exit code 4: something is kept back.

    \b
      cmflow resume --dry-run
      cmflow resume --send open-day --send team-photo
    """
    if everything and posts:
        raise click.UsageError("--all sends everything that is listed: leave out --send.")
    here = opened(ctx.obj)
    here.sync(STATE, _environment.wall_clock())
    stop, held = here.stop(), _held(here)
    if dry_run:
        for line in (*stopped(stop), *_lines("Kept back, for you to decide", held, here.zone)):
            click.echo(line)
        return Exit.PERSON if stop or held else Exit.FINE
    chosen = held if everything else _chosen(held, posts)
    if stop or chosen:
        stopping.resume(here.ledger(STATE), chosen, actor(), run_name(), _environment.wall_clock)
        held = _held(here)  # something may have been due since
    click.echo("Publishing goes on." if stop else "Publishing is not stopped.")
    for line in _lines("To be sent by the next run", chosen, here.zone):
        click.echo(line)
    for line in _lines("Kept back, for you to decide", held, here.zone):
        click.echo(line)
    if held:
        click.echo("Send one of them: cmflow resume --send POST. Or give it a new date, or: cmflow settle --help")
    return Exit.PERSON if held else Exit.FINE


def _held(here: Opened) -> list[Planned]:
    """What a stop keeps back, by its time."""
    state, now = here.ledger(STATE), _environment.wall_clock()
    due = here.due(now, now)
    planned = selection.select(here.commit, state, here.cache, due, now).planned
    known = ledger.read(state, {(each.post, each.account) for each in planned})
    abilities = _runs.abilities(here, planned)
    actions = schedule.decide(planned, known.deliveries, now, abilities=abilities, unreadable=known.unreadable)
    kept = (action.planned for action in actions if action.do is Do.HOLD and action.why.startswith(schedule.HELD))
    found = stops.read(state)
    return [each for each in kept if each and holds.holding(each, found, now)]


def _chosen(held: Sequence[Planned], posts: Sequence[str]) -> list[Planned]:
    names = {each.path: each.post for each in held}
    wanted = {names.get(post.removeprefix("./"), post) for post in posts}
    if unknown := sorted(wanted - {*names.values()}):
        hint = brief(meant(unknown[0], sorted({*names.values()})))
        raise SourceError(f"No stop keeps back a post {unknown[0]!r}. Nothing was changed.", hint)
    return [each for each in held if each.post in wanted]


def _lines(title: str, planned: Sequence[Planned], zone: str) -> Iterator[str]:
    if planned:
        yield f"{title}: {counted(len(planned), 'delivery')}."
    accounts = widest(each.account for each in planned)
    for each in planned:
        excerpt = safe_line(clipped(each.excerpt, EXCERPT))
        yield f"  {local(each.due, zone)}  {each.account:<{accounts}}  {each.post}  {excerpt}".rstrip()
