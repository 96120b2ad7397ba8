"""`cmflow log`"""

import json

import click

from cmflow import story
from cmflow.cli.exits import Exit
from cmflow.cli.naming import brief
from cmflow.cli.opening import REHEARSAL, STATE, Opened, opened
from cmflow.cli.telling import meant
from cmflow.errors import SourceError


@click.command()
@click.argument("post")
@click.option("-a", "--account", "accounts", multiple=True, metavar="NAME", help="Only this account; may be repeated.")
@click.option("--rehearsal", is_flag=True, help="What the last rehearsal remembers, instead of what was really sent.")
@click.option("--offline", is_flag=True, help="Do not ask the remote for news first.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to say it.")
@click.pass_context
def command(ctx: click.Context, post: str, accounts: tuple[str, ...], rehearsal: bool, offline: bool, form: str) -> int:
    """Tell the whole story of a post: what was tried, what went out where, and what proves it.

    Of each delivery: its receipts, the commit and the digest of what was published, and every step with its run and
    time. POST is the post's id or file.

    \b
      cmflow log never-sent-twice
      cmflow log never-sent-twice -a mastodon-en --format json
    """
    here = opened(ctx.obj)
    stale = "" if offline or rehearsal else here.news()
    deliveries = here.snapshot(REHEARSAL if rehearsal else STATE).deliveries
    name = _post(here, post, {each for each, _ in deliveries})
    found = [each for key, each in sorted(deliveries.items()) if key[0] == name]
    found = [each for each in found if not accounts or each.account in accounts]
    if form == "json":
        click.echo(json.dumps([story.as_dict(each) for each in found], ensure_ascii=False, indent=2))
    else:
        zone = here.folder.sure_plan.zone
        click.echo(
            "\n\n".join("\n".join(story.story(each, zone)) for each in found) or f"Nothing was done with {name}."
        )
    if stale:
        click.echo(f"What the remote knows could not be asked: {stale}", err=True)
    return Exit.FINE


def _post(here: Opened, post: str, known: set[str]) -> str:
    """The id that is meant: one the ledger knows, though its post may be gone; else that of a post in the folder."""
    if post in known:
        return post
    ids = {each.path: each.id for each in here.entries(here.folder)}
    name = ids.get(post.removeprefix("./"), post)
    if name not in known and name not in ids.values():
        raise SourceError(f"There is no post {post!r}.", brief(meant(post, sorted({*known, *ids.values()}))))
    return name
