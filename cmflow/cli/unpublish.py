"""`cmflow unpublish`"""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from cmflow import publish
from cmflow.cli import _clock, _environment
from cmflow.cli._actions import run_name
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.model import Key
from cmflow.netkit import http
from cmflow.problems import safe_line
from cmflow.publish import naming
from cmflow.publish.unpublish import Delete
from cmflow.schedule import steps


@click.command()
@click.argument("post")
@click.argument("account")
@click.option("--by-hand", is_flag=True, help="Only record the deletion: you have deleted it there yourself.")
@click.pass_context
def command(ctx: click.Context, post: str, account: str, by_hand: bool) -> int:
    """Delete a published post from an account.

    All its parts are deleted, along with likes and shares; replies may remain. The ledger still records that it was
    published, and where. It is not sent again unless you ask for it: cmflow publish --again. The file of the post stays
    as it is. POST is the post's id or file.

    \b
      cmflow unpublish open-day mastodon-en
      cmflow unpublish open-day facebook --by-hand     # cmflow cannot delete there: I have done it
    """
    context = open_context(ctx.obj)
    context.sync(STATE, _clock.wall_clock())
    key = naming.sent(context.snapshot(STATE).deliveries, post, account)
    with _nothing() if by_hand else _deleting(context, key) as delete:
        delivery, _ = publish.unpublish(
            context.ledger(STATE), key, delete, run_name(), _clock.wall_clock, _clock.wall_sleep
        )
    click.echo(safe_line(f"{key.post} is no longer on {key.account}. It was at {steps.places(delivery.receipts)}"))
    click.echo(f"To publish it again, corrected and committed: cmflow publish --again {key.post} {key.account}")
    if not by_hand and delivery.parts > 1 and not all(receipt.id for receipt in delivery.receipts):
        click.echo("It was a thread, recorded with one address: check whether other parts of it are still there.")
        return Exit.PERSON
    return Exit.FINE


@contextmanager
def _nothing() -> Iterator[Delete]:
    yield lambda receipt: None


@contextmanager
def _deleting(context: Context, key: Key) -> Iterator[Delete]:
    hint = f"Delete it there, then record that: cmflow unpublish {key.post} {key.account} --by-hand"
    network, access = _environment.able(context, key, "delete", "delete", hint)
    with publish.deleter(network, access, http.client) as delete:
        yield delete
