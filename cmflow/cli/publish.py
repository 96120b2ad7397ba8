"""`cmflow publish`"""

import os
from datetime import UTC, datetime, timedelta

import click

from cmflow.cli._arguments import at_option, duration, moment, shard_of
from cmflow.cli._clock import wall_clock
from cmflow.cli._context import STATE, Context, open_context
from cmflow.cli._exit import Exit
from cmflow.cli._output import say_start, stopped, warn_if_stale
from cmflow.content.local_time import local
from cmflow.model.errors import SourceError
from cmflow.repository.due_cache import Open

SIMULATE = "--at requires --dry-run. To simulate another time: cmflow rehearse --at"
ALONE = "--again publishes one post on one account, now: leave out --dry-run, --wait and --shard."


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be sent; send and record nothing.")
@click.option(
    "--wait",
    metavar="DURATION",
    help="Keep running for DURATION and publish posts as they become due, e.g. 14m.",
)
@at_option
@click.option(
    "--shard", metavar="I/N", help="Publish only the I-th of N parts of the accounts, for parallel runs, e.g. 1/4."
)
@click.option(
    "--again",
    "repeat",
    nargs=2,
    metavar="POST ACCOUNT",
    help="Publish a post again on an account, as it is now, after it was sent, missed or refused.",
)
@click.option("--first", is_flag=True, help="Start a new ledger after its branch was deleted.")
@click.pass_context
def command(
    ctx: click.Context,
    dry_run: bool,
    wait: str | None,
    time: str | None,
    shard: str | None,
    repeat: tuple[str, str] | None,
    first: bool,
) -> int:
    """Publish what is due, and record it in the ledger.

    Only what is committed is published; saved but uncommitted changes are not. The intent is written to the ledger
    before a network is contacted, the receipt afterwards: whatever happens in between, the next run knows, and nothing
    is sent twice. Secrets come from the environment: CMFLOW_<ACCOUNT>_<SECRET>.

    Posts that cmflow cannot publish are listed, for you to post by hand.

    Exit code 4: something needs a person. A delivery failed, is unsure, was missed, or is held: by an error, a stop, a
    pause, or a missing approval or secret. Or a post cannot be read at all.

    \b
      cmflow publish --dry-run
      cmflow publish --wait 14m
      cmflow publish --again never-sent-twice mastodon-en
    """
    _check_options(time is not None, dry_run, repeat is not None, wait is not None or shard is not None)
    part = shard_of(shard) if shard is not None else None
    window = duration(wait) if wait is not None else timedelta(0)
    context = open_context(ctx.obj)
    now = wall_clock() if time is None else moment(time, context.zone)
    if dry_run:
        warn_if_stale("" if context.unclear_remote else context.fetch())  # that is an error, said below
    else:
        _sync(context, now, first)
    _say_stopped(context)
    code = _repeat(context, *repeat) if repeat else _due(context, now, window, part, dry_run)
    _warn_of_unsaved(context)
    return code


def _check_options(is_simulated: bool, dry_run: bool, is_repeat: bool, is_partial: bool) -> None:
    if is_simulated and not dry_run:
        raise click.UsageError(SIMULATE)
    if is_repeat and (dry_run or is_partial):
        raise click.UsageError(ALONE)


def _sync(context: Context, now: datetime, first: bool) -> None:
    """Bring the ledger up to date, under the names that accounts have now."""
    context.sync(STATE, now)
    if first:
        context.mark_run(now, first)
    context.rename_accounts(now)


def _say_stopped(context: Context) -> None:
    for line in stopped(context.stop()):
        click.echo(line)


def _warn_of_unsaved(context: Context) -> None:
    if not os.environ.get("GITHUB_RUN_ID"):  # a workflow has a fresh checkout: nothing in it is unsaved
        from cmflow.repository import uncommitted

        for line in uncommitted.unpublished(context.sure_repository):
            click.echo(line, err=True)


def _due(context: Context, now: datetime, window: timedelta, part: tuple[int, int] | None, dry_run: bool) -> int:
    """Publish what is due, or say what would be."""
    due = context.due(now, now + window)
    if part:
        from cmflow.publish import selection

        due = selection.shard(due, *part)
    code: int = Exit.FINE
    if due.rows or due.gone:
        from cmflow.cli import _runs

        code = _runs.would_send(context, due, now, window) if dry_run else _runs.send(context, due, window)
        click.echo(_next(due))
    else:
        if dry_run:
            code = _would_start(context)
        else:
            context.mark_run(now)
        click.echo(f"Nothing is due. {_next(due)}")
    if due.unread:
        from cmflow.problems import safe_line
        from cmflow.repository import unread

        click.echo(safe_line(unread.sentence(due.unread)), err=True)
    return Exit.PERSON if due.unread and code == Exit.FINE else code


def _would_start(context: Context) -> int:
    """Say why a run with nothing to do would not start, where that is so; the exit code."""
    from cmflow.ledger import loss

    refusal = loss.refused_start(context.ledger(STATE), (), wall_clock())
    say_start(refusal)
    return Exit.PERSON if refusal else Exit.FINE


def _repeat(context: Context, post: str, account: str) -> int:
    from cmflow.cli import _runs
    from cmflow.cli._arguments import post_path

    if context.stop():
        raise SourceError("Publishing is stopped, so nothing was published again.", "Resume it first: cmflow resume")
    return _runs.send_again(context, post_path(context, context.commit, post), account)


def _next(due: Open) -> str:
    if due.then is None:
        return "Nothing is scheduled after that."
    return f"Next: {local(datetime.fromtimestamp(due.then, UTC), due.zone)} {due.zone}."
