"""`cmflow settle`"""

from collections.abc import Mapping, Sequence

import click

from cmflow import publish
from cmflow.cli import _clock
from cmflow.cli._actions import run_name
from cmflow.cli._arguments import TEXT
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.model import Delivery, Key, Planned, Publication, State, is_edited
from cmflow.model.errors import SourceError
from cmflow.netkit import addresses, network
from cmflow.publish import naming
from cmflow.repository import at_commit, loader
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
    saw. Use it also for what you posted by hand, on a network that cmflow cannot publish to yet. POST is the post's id
    or file.

    \b
      cmflow settle never-sent-twice facebook --sent https://facebook.example/posts/1
      cmflow settle never-sent-twice facebook --not-sent
    """
    findings = [finding for finding, is_chosen in _choices(url, not_sent, skip) if is_chosen]
    if len(findings) != 1:
        raise click.UsageError("Choose one of --sent URL, --not-sent, --skip.")
    if url is not None and not addresses.opens(url):
        raise click.UsageError(f"--sent: {url!r} is not an address that starts with https://.")
    context = open_context(ctx.obj)
    context.sync(STATE, _clock.wall_clock())
    context.refuse_loss()
    snapshot = context.snapshot(STATE)
    snapshot.one(Key(post, account))  # one that cannot be read is refused, not taken for one that does not exist
    deliveries = snapshot.deliveries
    known = _planned(context, deliveries, Key(post, account))
    key, planned = naming.delivery(known, deliveries, post, account)
    if key in deliveries and deliveries[key].state is State.SENT:
        hint = "There is nothing to settle. See: cmflow status --all"
        raise SourceError(f"{key.post} to {key.account} was already sent.", hint)
    if url:
        _refuse_other_network(context, key, url)
    state, clock, sleep = context.ledger(STATE), _clock.wall_clock, _clock.wall_sleep
    publication = _publication(context, deliveries.get(key), planned) if url else None
    delivery = publish.settle(state, key, findings[0], url or "", run_name(), clock, sleep, planned, publication)
    click.echo(f"{delivery.post} on {delivery.account} is {delivery.state} now.")
    return Exit.FINE


def _refuse_other_network(context: Context, key: Key, url: str) -> None:
    """A wrong address could not be taken back: raise UsageError for one of another network than the account's."""
    account = context.folder.plan.account(key.account) if context.folder.plan else None
    title = network.elsewhere(url, account.network) if account else ""
    if title and account:
        own = network.load(account.network).title
        raise click.UsageError(f"--sent: {url!r} is an address on {title}, and {key.account} is on {own}.")


def _publication(context: Context, delivery: Delivery | None, planned: Planned | None) -> Publication | None:
    """What was sent: what the file shows now, or what the commit showed that a run took it from; None if unknown."""
    if planned and (delivery is None or not delivery.digest or not is_edited(delivery, planned)):
        return at_commit.publication(context.folder, planned.path, planned.account)
    commit = delivery and delivery.commit and context.sure_repository.resolve(delivery.commit)
    if not delivery or not commit:
        return None
    return at_commit.publication(context.at_commit(commit), delivery.path, delivery.account)


def _planned(context: Context, deliveries: Mapping[Key, Delivery], key: Key) -> Sequence[Planned]:
    """What the content asks for; it need not be readable to settle what the ledger knows."""
    if context.folder.plan is None and key in deliveries:
        return ()
    return loader.planned(context.folder, context.entries(context.folder), deliveries)


def _choices(url: str | None, not_sent: bool, skip: bool) -> tuple[tuple[Finding, bool], ...]:
    return (Finding.SENT, url is not None), (Finding.NOT_SENT, not_sent), (Finding.SKIP, skip)
