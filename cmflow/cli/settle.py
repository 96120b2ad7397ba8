"""`cmflow settle`"""

import re
from collections.abc import Sequence

import click

from cmflow import publish
from cmflow.cli import _clock
from cmflow.cli._actions import run_name
from cmflow.cli._arguments import TEXT
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.model import Key, Planned, State
from cmflow.model.errors import SourceError
from cmflow.problems.similar import brief, suggestion
from cmflow.repository import loader
from cmflow.schedule.steps import Finding


@click.command()
@click.argument("post")
@click.argument("account")
@click.option("--sent", "url", type=TEXT, metavar="URL", help="Mark as sent, at this address.")
@click.option("--not-sent", is_flag=True, help="Mark as not sent; the next run sends it.")
@click.option("--skip", is_flag=True, help="Mark as skipped; never send it.")
@click.pass_context
def command(ctx: click.Context, post: str, account: str, url: str | None, not_sent: bool, skip: bool) -> int:
    """Record what happened to a delivery when cmflow cannot tell.

    If a network did not answer and cannot be queried, cmflow does not guess. Check there yourself, then report what you
    saw. Also for what you posted by hand, on a network that cmflow cannot publish to yet. POST is the post's id or
    file.

    \b
      cmflow settle never-sent-twice facebook --sent https://facebook.example/posts/1
      cmflow settle never-sent-twice facebook --not-sent
    """
    findings = [finding for finding, is_chosen in _choices(url, not_sent, skip) if is_chosen]
    if len(findings) != 1:
        raise click.UsageError("Choose one of --sent URL, --not-sent, --skip.")
    if url is not None and not re.match(r"https?://[^\s/]+\S*$", url):
        raise click.UsageError(f"--sent: {url!r} is not an address that starts with https://.")
    context = open_context(ctx.obj)
    key, planned = _delivery(context, post, account)
    current = context.snapshot(STATE).deliveries.get(key)
    if current and current.state is State.SENT:
        raise SourceError(
            f"{key.post} to {key.account} was already sent.", "There is nothing to settle. See: cmflow status --all"
        )
    delivery = publish.settle(
        context.ledger(STATE),
        key,
        findings[0],
        url or "",
        run_name(),
        _clock.wall_clock,
        _clock.wall_sleep,
        planned,
    )
    click.echo(f"{delivery.post} on {delivery.account} is {delivery.state} now.")
    return Exit.FINE


def _delivery(context: Context, post: str, account: str) -> tuple[Key, Planned | None]:
    """Which delivery is meant, and what the content says of it; what it does not know may still be in the ledger."""
    context.sync(STATE, _clock.wall_clock())
    context.refuse_loss()
    deliveries = context.snapshot(STATE).deliveries
    key = Key(post, account)
    if key in deliveries and context.folder.plan is None:
        return key, None
    planned = loader.planned(context.folder, context.entries(context.folder), deliveries)
    targets = {Key(target.post, target.account): target for target in planned}
    if key in targets or key in deliveries:
        return key, targets.get(key)
    keys = (*targets, *deliveries)
    posts = {delivery.post for delivery in keys}
    name = post if post in posts else _by_file(planned).get(post.removeprefix("./"), "")
    accounts = sorted(delivery.account for delivery in keys if delivery.post == name)
    if not name:
        raise SourceError(f"No post {post!r} is planned or was sent.", brief(suggestion(post, sorted(posts))))
    if account not in accounts:
        raise SourceError(f"{name} does not go to {account!r}.", suggestion(account, accounts))
    key = Key(name, account)
    return key, targets.get(key)


def _by_file(planned: Sequence[Planned]) -> dict[str, str]:
    return {target.path: target.post for target in planned}


def _choices(url: str | None, not_sent: bool, skip: bool) -> tuple[tuple[Finding, bool], ...]:
    return (Finding.SENT, url is not None), (Finding.NOT_SENT, not_sent), (Finding.SKIP, skip)
