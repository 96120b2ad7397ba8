"""`cmflow log`"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from cmflow import ledger
from cmflow.cli._arguments import brief
from cmflow.cli._context import REHEARSAL, STATE, Opened, opened
from cmflow.cli._exit import Exit
from cmflow.cli._output import as_json, meant, say_problems
from cmflow.insights import log
from cmflow.ledger import approvals
from cmflow.model import Approval, Delivery
from cmflow.model.errors import SourceError


@click.command()
@click.argument("post")
@click.option("-a", "--account", "accounts", multiple=True, metavar="NAME", help="Only this account; may be repeated.")
@click.option("--rehearsal", is_flag=True, help="What the last rehearsal remembers, instead of what was really sent.")
@click.option("--offline", is_flag=True, help="Do not ask the remote for news first.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to say it.")
@click.pass_context
def command(ctx: click.Context, post: str, accounts: tuple[str, ...], rehearsal: bool, offline: bool, form: str) -> int:
    """Tell the whole story of a post: what was tried, what went out where, and what proves it.

    Of each delivery: its receipts, the commit and the digest of what was published, who approved that, and every step
    with its run and time. POST is the post's id or file; it may be gone from the folder.

    \b
      cmflow log never-sent-twice
      cmflow log never-sent-twice -a mastodon-en --format json
    """
    here = opened(ctx.obj)
    stale = "" if offline or rehearsal else here.news()
    state = here.ledger(REHEARSAL if rehearsal else STATE)
    known = ledger.names(state)
    name = _post(here, post, {each for each, _ in known})
    there = sorted(account for each, account in known if each == name)
    _expect(here, name, accounts, there)
    snapshot = ledger.read(state, {(name, account) for account in accounts or there})
    agreed = () if rehearsal else approvals.read(state, [name]).get(name, ())
    _say(here, [each for _, each in sorted(snapshot.deliveries.items())], agreed, form, name)
    say_problems(snapshot.problems, err=True)
    if stale:
        click.echo(f"What the remote knows could not be asked: {stale}", err=True)
    return Exit.PERSON if snapshot.problems else Exit.FINE


def _say(here: Opened, found: Sequence[Delivery], agreed: Sequence[Approval], form: str, name: str) -> None:
    if form == "json":
        click.echo(as_json([log.as_dict(each, agreed) for each in found], 2))
        return
    plan = here.folder.plan
    zone = plan.zone if plan else "UTC"  # what was sent can be told even where the plan is broken
    stories = ("\n".join(log.story(each, zone, agreed)) for each in found)
    click.echo("\n\n".join(stories) or f"Nothing was done with {name} yet.")


def _post(here: Opened, post: str, known: set[str]) -> str:
    """The id that is meant: one the ledger knows, though its post may be gone; else that of a post in the folder."""
    if post in known:
        return post
    paths = {entry.path: entry.id for entry in here.entries(here.folder)} if here.folder.plan else {}
    stem = Path(post).name.removesuffix(".md")
    for name in (paths.get(_inside(here, post)), post, stem):
        if name is not None and (name in known or name in paths.values()):
            return name
    raise SourceError(f"There is no post {post!r}.", brief(meant(stem, sorted({*known, *paths.values()}))))


def _inside(here: Opened, post: str) -> str:
    """The path from the top of the repository, where it lies in it."""
    path = Path(post).absolute()
    return path.relative_to(here.root).as_posix() if path.is_relative_to(here.root) else post


def _expect(here: Opened, post: str, accounts: Iterable[str], there: Sequence[str]) -> None:
    """Each of these accounts is in the plan, or was once."""
    names = [*there, *(each.name for each in here.folder.plan.accounts)] if here.folder.plan else there
    for account in accounts:
        if account not in names:
            raise SourceError(f"{post} went to no account {account!r}.", meant(account, sorted({*names})))
