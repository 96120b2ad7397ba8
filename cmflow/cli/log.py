"""`cmflow log`"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from cmflow import ledger
from cmflow.cli._arguments import format_option, offline_option
from cmflow.cli._context import REHEARSAL, STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json, say_problems, warn_if_stale
from cmflow.insights import log
from cmflow.ledger import approvals
from cmflow.model import Approval, Delivery, Key
from cmflow.model.errors import SourceError
from cmflow.problems.similar import suggestion
from cmflow.publish import naming


@click.command()
@click.argument("post")
@click.option(
    "-a", "--account", "accounts", multiple=True, metavar="NAME", help="Show only this account; may be repeated."
)
@click.option("--rehearsal", is_flag=True, help="Show the last rehearsal instead of what was really sent.")
@offline_option
@format_option
@click.pass_context
def command(ctx: click.Context, post: str, accounts: tuple[str, ...], rehearsal: bool, offline: bool, form: str) -> int:
    """Show the history of a post: every attempt, what was published where, and the proof.

    For each delivery: its receipts, the commit and the digest of what was published, who approved that, and every step
    with its run and time. POST is the post's id or file; it may no longer be in the folder.

    \b
      cmflow log never-sent-twice
      cmflow log never-sent-twice -a mastodon-en --format json
    """
    context = open_context(ctx.obj)
    stale = "" if offline or rehearsal else context.news()
    state = context.local_ledger(REHEARSAL if rehearsal else STATE)
    keys = ledger.names(state)
    name = naming.post(keys, lambda: context.entries(context.folder), post, _inside(context, post))
    accounts_sent = sorted(key.account for key in keys if key.post == name)
    _expect(context, name, accounts, accounts_sent)
    snapshot = ledger.read(state, {Key(name, account) for account in accounts or accounts_sent})
    agreed = () if rehearsal else approvals.read(state, [name]).get(name, ())
    _say(context, [delivery for _, delivery in sorted(snapshot.deliveries.items())], agreed, form, name)
    say_problems(snapshot.problems, err=True)
    warn_if_stale(stale)
    return Exit.PERSON if snapshot.problems else Exit.FINE


def _say(context: Context, deliveries: Sequence[Delivery], agreed: Sequence[Approval], form: str, name: str) -> None:
    if form == "json":
        click.echo(as_json([log.as_dict(delivery, agreed) for delivery in deliveries], 2))
        return
    plan = context.folder.plan
    zone = plan.zone if plan else "UTC"  # what was sent can be told even where the plan is broken
    stories = ("\n".join(log.story(delivery, zone, agreed)) for delivery in deliveries)
    click.echo("\n\n".join(stories) or f"Nothing of {name} has been published yet.")


def _inside(context: Context, post: str) -> str:
    """The path from the top of the repository, where it lies in it."""
    path = Path(post).absolute()
    return path.relative_to(context.root).as_posix() if path.is_relative_to(context.root) else post


def _expect(context: Context, post: str, accounts: Iterable[str], accounts_sent: Sequence[str]) -> None:
    """Each of these accounts is in the plan, or was once."""
    plan = context.folder.plan
    names = [*accounts_sent, *(account.name for account in plan.accounts)] if plan else accounts_sent
    for account in accounts:
        if account not in names:
            raise SourceError(f"{post} was not sent to {account!r}.", suggestion(account, sorted({*names})))
