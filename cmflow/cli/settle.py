"""`cmflow settle`"""

import re
from collections.abc import Sequence

import click

from cmflow import publish
from cmflow.cli import _environment
from cmflow.cli._arguments import TEXT, brief
from cmflow.cli._context import STATE, Opened, opened, run_name
from cmflow.cli._exit import Exit
from cmflow.cli._output import meant
from cmflow.ledger.codec import Key
from cmflow.model import Planned, State
from cmflow.model.errors import SourceError
from cmflow.repository import loader
from cmflow.schedule import Verdict


@click.command()
@click.argument("post")
@click.argument("account")
@click.option("--sent", "url", type=TEXT, metavar="URL", help="It is out, at this address.")
@click.option("--not-sent", is_flag=True, help="It is not out: send it with the next run.")
@click.option("--skip", is_flag=True, help="Whatever became of it: leave it.")
@click.pass_context
def command(ctx: click.Context, post: str, account: str, url: str | None, not_sent: bool, skip: bool) -> int:
    """Say what became of a delivery that cmflow cannot judge.

    When no answer came from a network that cannot be asked again, cmflow does not guess. Look there yourself, then say
    what you saw. Also for what you posted by hand, on a network that cmflow cannot publish on yet. POST is the post's
    id or file.

    \b
      cmflow settle never-sent-twice facebook --sent https://facebook.example/posts/1
      cmflow settle never-sent-twice facebook --not-sent
    """
    said = [verdict for verdict, given in _given(url, not_sent, skip) if given]
    if len(said) != 1:
        raise click.UsageError("Say one of --sent URL, --not-sent, --skip.")
    if url is not None and not re.match(r"https?://[^\s/]+\S*$", url):
        raise click.UsageError(f"--sent: {url!r} is not an address that begins with https://.")
    here = opened(ctx.obj)
    key, planned = _delivery(here, post, account)
    before = here.snapshot(STATE).deliveries.get(key)
    if before and before.state is State.SENT:
        raise SourceError(f"{key[0]} to {key[1]} is sent already.", "There is nothing to settle: cmflow status --all")
    after = publish.settle(
        here.ledger(STATE),
        key,
        said[0],
        url or "",
        run_name(),
        _environment.wall_clock,
        _environment.wall_sleep,
        planned,
    )
    click.echo(f"{after.post} on {after.account} is {after.state} now.")
    return Exit.FINE


def _delivery(here: Opened, post: str, account: str) -> tuple[Key, Planned | None]:
    """Which delivery is meant, and what the content says of it; what it does not know may still be in the ledger."""
    here.sync(STATE, _environment.wall_clock())
    here.refuse_loss()
    deliveries = here.snapshot(STATE).deliveries
    if (post, account) in deliveries and here.folder.plan is None:
        return (post, account), None
    planned = loader.planned(here.folder, here.entries(here.folder), deliveries)
    known = {(each.post, each.account): each for each in planned}
    if (post, account) in known or (post, account) in deliveries:
        return (post, account), known.get((post, account))
    posts = {name for name, _ in (*known, *deliveries)}
    name = post if post in posts else _by_file(planned).get(post.removeprefix("./"), "")
    accounts = sorted(account for each, account in (*known, *deliveries) if each == name)
    if not name:
        raise SourceError(f"No post {post!r} is planned or was sent.", brief(meant(post, sorted(posts))))
    if account not in accounts:
        raise SourceError(f"{name} does not go to {account!r}.", meant(account, accounts))
    return (name, account), known.get((name, account))


def _by_file(planned: Sequence[Planned]) -> dict[str, str]:
    return {each.path: each.post for each in planned}


def _given(url: str | None, not_sent: bool, skip: bool) -> tuple[tuple[Verdict, bool], ...]:
    return (Verdict.SENT, url is not None), (Verdict.NOT_SENT, not_sent), (Verdict.SKIP, skip)
