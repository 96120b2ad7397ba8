"""`cmflow settle`"""

import click

from cmflow import publish
from cmflow.cli import runs
from cmflow.cli.exits import Exit
from cmflow.cli.opening import STATE, opened
from cmflow.schedule import Verdict


@click.command()
@click.argument("post")
@click.argument("account")
@click.option("--sent", "url", metavar="URL", help="It is out, at this address.")
@click.option("--not-sent", is_flag=True, help="It is not out: send it with the next run.")
@click.option("--skip", is_flag=True, help="Whatever became of it: leave it.")
@click.pass_context
def command(ctx: click.Context, post: str, account: str, url: str | None, not_sent: bool, skip: bool) -> int:
    """Say what became of a delivery that cmflow cannot judge.

    When no answer came from a network that cannot be asked again, cmflow does not guess. Look there yourself, then say
    what you saw. POST is the post's id.

    \b
      cmflow settle never-sent-twice facebook --sent https://facebook.example/posts/1
      cmflow settle never-sent-twice facebook --not-sent
    """
    said = [verdict for verdict, given in _given(url, not_sent, skip) if given]
    if len(said) != 1:
        raise click.UsageError("Say one of --sent URL, --not-sent, --skip.")
    here = opened(ctx.obj)
    state = here.ledger(STATE)
    after = publish.settle(
        state, (post, account), said[0], url or "", runs.run_name(), runs.wall_clock, runs.wall_sleep
    )
    click.echo(f"{post} on {account} is {after.state} now.")
    return Exit.FINE


def _given(url: str | None, not_sent: bool, skip: bool) -> tuple[tuple[Verdict, bool], ...]:
    return (Verdict.SENT, bool(url)), (Verdict.NOT_SENT, not_sent), (Verdict.SKIP, skip)
