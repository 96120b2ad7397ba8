"""`cmflow describe`"""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from cmflow.cli import _clock, _environment
from cmflow.cli._actions import run_name
from cmflow.cli._arguments import post_path
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._terminal import complain
from cmflow.ledger import publications
from cmflow.model import Delivery, Key, Publication, Remote, State, is_edited
from cmflow.model.errors import CmflowError, SourceError
from cmflow.netkit import http
from cmflow.publish import describe, naming, selection
from cmflow.publish.describe import Describe, Description
from cmflow.repository import at_commit


@click.command()
@click.argument("post")
@click.argument("account", required=False)
@click.option("--dry-run", is_flag=True, help="Show the alt texts that would be set; change and record nothing.")
@click.option("--by-hand", is_flag=True, help="Only record the change: you have made it there yourself.")
@click.pass_context
def command(ctx: click.Context, post: str, account: str | None, dry_run: bool, by_hand: bool) -> int:
    """Give the pictures and videos of a published post the alt texts that its file has now.

    Only alt texts are changed: other edits of the file are not published. Without ACCOUNT, they are changed on every
    account where the post is published and would look different now. Only what is committed counts. POST is the post's
    id or file.

    \b
      cmflow describe open-day
      cmflow describe open-day mastodon-en --dry-run
      cmflow describe open-day facebook --by-hand     # cmflow cannot change them there: I have done it
    """
    if dry_run and by_hand:
        raise click.UsageError("--by-hand records a change, and --dry-run records nothing: use one of them.")
    context = open_context(ctx.obj)
    context.sync(STATE, _clock.wall_clock())
    if context.stop() and not (dry_run or by_hand):
        raise SourceError("Publishing is stopped, so nothing was changed.", "Resume it first: cmflow resume")
    keys = _keys(context, post, account)
    if not keys:
        click.echo(f"Nothing to change: {post} looks as it was published.")
    codes = [_describe(context, key, dry_run, by_hand) for key in keys]
    if dry_run and keys:
        click.echo("Dry run: nothing was changed.")
    return max(codes, default=Exit.FINE)


def _keys(context: Context, post: str, account: str | None) -> list[Key]:
    """The deliveries that are meant: one, or all that are published and edited since."""
    deliveries = context.snapshot(STATE).deliveries
    if account is not None:
        return [naming.sent(deliveries, post, account)]
    path = post_path(context, context.commit, post)
    entries = [entry for entry in context.entries(context.commit) if entry.path == path]
    pairs = [(item, deliveries.get(Key(item.post, item.account))) for entry in entries for item in entry.planned]
    sent = [(item, delivery) for item, delivery in pairs if delivery and delivery.state is State.SENT]
    if not sent:
        raise SourceError(f"{path} is not published anywhere.", "What is sent when: cmflow status")
    return [Key(item.post, item.account) for item, delivery in sent if is_edited(delivery, item)]


def _describe(context: Context, key: Key, dry_run: bool, by_hand: bool) -> int:
    """Change one delivery, or say what would be changed, or why not; the exit code."""
    try:
        description = _description(context, key)
        if dry_run:
            _show(description)
        else:
            with _nothing() if by_hand else _describing(context, key) as function:
                _run(context, description, function)
    except CmflowError as error:
        complain(str(error), error.hint)
        return Exit.PROBLEMS
    return Exit.FINE


def _description(context: Context, key: Key) -> Description:
    content, now = context.commit, _clock.wall_clock()
    delivery = context.snapshot(STATE).deliveries[key]
    path = post_path(context, content, key.post)
    twice = context.due(now, now).twice
    chosen = selection.select_one(content, context.ledger(STATE), context.cache, path, key.account, twice, now)
    variant = describe.insist(chosen, path, key.account)
    return describe.description(delivery, variant, content, _publication(context, key, delivery))


def _publication(context: Context, key: Key, delivery: Delivery) -> Publication | None:
    """What was sent: from the ledger, or as its commit shows it; None if unknown."""
    publication = publications.read(context.ledger(STATE), [key.post]).publications.get(key)
    if publication and publication.is_of(delivery):
        return publication
    commit = context.sure_repository.resolve(delivery.commit) if delivery.commit else None
    return at_commit.publication(context.at_commit(commit), delivery.path, key.account) if commit else None


def _show(description: Description) -> None:
    click.echo(f"{description.key.post} on {description.key.account}:")
    for item in (item for media in description.media for item in media):
        click.echo(f"  {item.path}: {item.alt or '(no alt text)'}")


def _run(context: Context, description: Description, function: Describe) -> Delivery:
    clock, sleep = _clock.wall_clock, _clock.wall_sleep
    delivery = describe.describe(context.ledger(STATE), description, function, run_name(), clock, sleep)
    places = " ".join(dict.fromkeys(receipt.url or receipt.id for receipt in delivery.receipts))
    click.echo(f"{delivery.post} on {delivery.account} has the alt texts of its file now: {places}")
    return delivery


@contextmanager
def _nothing() -> Iterator[Describe]:
    yield lambda receipt, alts: Remote(receipt.id, receipt.url)


@contextmanager
def _describing(context: Context, key: Key) -> Iterator[Describe]:
    hint = f"Change them there, then record that: cmflow describe {key.post} {key.account} --by-hand"
    network, access = _environment.able(context, key, "describe", "change alt texts", hint)
    with describe.describer(network, access, http.client) as function:
        yield function
