"""`cmflow publish`"""

from datetime import UTC, datetime, timedelta

import click

from cmflow.cli.answers import Answer, answer, say
from cmflow.cli.exits import Exit
from cmflow.cli.opening import STATE, Opened, opened
from cmflow.cli.times import at_option, duration, local, moment
from cmflow.site.agenda import Open
from cmflow.site.cache import Cache


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what is due and would be sent; send and remember nothing.")
@click.option(
    "--wait",
    metavar="DURATION",
    help="Stay for what falls due within that time, such as 14m, and send it on its minute.",
)
@at_option
@click.option("--shard", metavar="I/N", help="Only the I-th of N parts of the accounts, for runs side by side: 1/4.")
@click.option(
    "--again",
    nargs=2,
    metavar="POST ACCOUNT",
    help="Publish a post that was sent, missed or refused once more on an account, as it is now.",
)
@click.pass_context
def command(
    ctx: click.Context,
    dry_run: bool,
    wait: str | None,
    at: str | None,
    shard: str | None,
    again: tuple[str, str] | None,
) -> int:
    """Send what is due, and remember it in the ledger.

    What is committed is published; what is only saved is not. Before anything is asked of a network the intent is
    written to the ledger, afterwards the receipt: whatever happens in between, the next run knows, and nothing is sent
    twice. Secrets come from the environment: CMFLOW_<ACCOUNT>_<SECRET>.

    Exit code 4: something needs a person. A delivery failed, is unsure, was missed, was kept back by an error in its
    post, or goes to a network that cmflow cannot publish on yet.

    \b
      cmflow publish --dry-run
      cmflow publish --wait 14m
      cmflow publish --again never-sent-twice mastodon-en
    """
    if at and not dry_run:
        raise click.UsageError("--at goes with --dry-run: what is really sent, is sent now. To play: cmflow rehearse")
    if again and (dry_run or wait or shard):
        raise click.UsageError("--again stands alone.")
    here, window = opened(ctx.obj), duration(wait) if wait else timedelta(0)
    now = moment(at, here.zone) if at else datetime.now(UTC)
    if not dry_run:
        here.sync(STATE, now)
    elif stale := here.news():
        click.echo(f"What the remote knows could not be asked: {stale}", err=True)
    if again:
        return _again(here, *again)
    found = here.due(now, now + window)
    if shard:
        found = _part(found, shard)
    if not found.rows:
        if not dry_run:
            here.mark_run(now)
        click.echo(f"Nothing is due. {_then(found)}")
        return Exit.FINE
    if dry_run:
        code = say(
            answer(found, now, here.cache if not window else Cache(None), lambda: _ask(here, found, now, window))
        )
    else:
        from cmflow.cli import runs

        code = runs.send(here, found, window)
    click.echo(_then(found))
    return code


def _ask(here: Opened, found: Open, now: datetime, window: timedelta) -> Answer:
    from cmflow.cli import runs

    return runs.would_send(here, found, now, window)


def _again(here: Opened, post: str, account: str) -> int:
    from cmflow.cli import runs
    from cmflow.cli.naming import post_path

    path = post_path(here, here.commit, post)
    if account not in {each.name for each in here.commit.sure_plan.accounts}:
        raise click.BadParameter(f"the plan has no account {account!r}.", param_hint="--again")
    return runs.send_again(here, path, account)


def _part(found: Open, shard: str) -> Open:
    """The rows of the I-th of N parts."""
    from cmflow.publish import selection

    number, _, of = shard.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise click.BadParameter(f"{shard!r} is not a part like 1/4.", param_hint="--shard")
    return selection.shard(found, int(number), int(of))._replace(key=f"{found.key}-{number}-{of}")


def _then(found: Open) -> str:
    if found.then is None:
        return "Nothing is planned after that."
    return f"Next: {local(datetime.fromtimestamp(found.then, UTC), found.zone)} {found.zone}."
