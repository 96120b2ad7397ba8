"""`cmflow publish`"""

import os
import re
from datetime import UTC, datetime, timedelta

import click

from cmflow.cli._arguments import at_option, duration, moment
from cmflow.cli._context import STATE, Opened, opened
from cmflow.cli._exit import Exit
from cmflow.cli._output import stopped
from cmflow.content.local_time import local
from cmflow.model.errors import SourceError
from cmflow.repository.due_cache import Open


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
@click.option("--first", is_flag=True, help="Begin a new ledger, though its branch was here before and is deleted.")
@click.pass_context
def command(
    ctx: click.Context,
    dry_run: bool,
    wait: str | None,
    at: str | None,
    shard: str | None,
    again: tuple[str, str] | None,
    first: bool,
) -> int:
    """Send what is due, and remember it in the ledger.

    What is committed is published; what is only saved is not. Before anything is asked of a network the intent is
    written to the ledger, afterwards the receipt: whatever happens in between, the next run knows, and nothing is sent
    twice. Secrets come from the environment: CMFLOW_<ACCOUNT>_<SECRET>.

    What cmflow cannot publish is listed, to be posted by hand.

    Exit code 4: something needs a person. A delivery failed, is unsure, was missed, or is kept back: by an error, a
    stop, a pause, or because an approval or a secret is missing.

    \b
      cmflow publish --dry-run
      cmflow publish --wait 14m
      cmflow publish --again never-sent-twice mastodon-en
    """
    if at is not None and not dry_run:
        raise click.UsageError("--at goes with --dry-run: what is really sent, is sent now. To play: cmflow rehearse")
    if again and (dry_run or wait is not None or shard is not None):
        raise click.UsageError("--again stands alone: it publishes one post on one account, now.")
    part = _part(shard) if shard is not None else None
    window = duration(wait) if wait is not None else timedelta(0)
    here = opened(ctx.obj)
    now = datetime.now(UTC) if at is None else moment(at, here.zone)
    if not dry_run:
        here.sync(STATE, now)
        if first:
            here.mark_run(now, first)
        here.rename_accounts(now)
    elif stale := here.news():
        click.echo(f"What the remote knows could not be asked: {stale}", err=True)
    stop = here.stop()
    for line in stopped(stop):
        click.echo(line)
    if again and stop:
        raise SourceError("Nothing is published again while publishing is stopped.", "First: cmflow resume")
    code = _again(here, *again) if again else _due(here, now, window, part, dry_run)
    if not os.environ.get("GITHUB_RUN_ID"):  # there, nobody has saved anything
        for line in here.unsaved():
            click.echo(line, err=True)
    return code


def _due(here: Opened, now: datetime, window: timedelta, part: tuple[int, int] | None, dry_run: bool) -> int:
    """Publish what is due, or say what would be."""
    found = here.due(now, now + window)
    if part:
        from cmflow.publish import selection

        found = selection.shard(found, *part)
    if not (found.rows or found.gone):
        if not dry_run:
            here.mark_run(now)
        click.echo(f"Nothing is due. {_then(found)}")
        return Exit.FINE
    from cmflow.cli import _runs

    code = _runs.would_send(here, found, now, window) if dry_run else _runs.send(here, found, window)
    click.echo(_then(found))
    return code


def _again(here: Opened, post: str, account: str) -> int:
    from cmflow.cli import _runs
    from cmflow.cli._arguments import post_path

    return _runs.send_again(here, post_path(here, here.commit, post), account)


def _part(text: str) -> tuple[int, int]:
    """`1/4` → 1, 4"""
    found = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
    number, of = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= of:
        raise click.UsageError(f"--shard: {text!r} is not one of some parts. Write 1/4, 2/4, 3/4 or 4/4.")
    return number, of


def _then(found: Open) -> str:
    if found.then is None:
        return "Nothing is planned after that."
    return f"Next: {local(datetime.fromtimestamp(found.then, UTC), found.zone)} {found.zone}."
