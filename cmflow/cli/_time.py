"""Moments on the command line, read in the plan's zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

at_option = click.option(
    "--at",
    metavar='"YYYY-MM-DD HH:MM"',
    help="As if it were this time, in the plan's zone unless an offset is given. Default: now.",
)


def moment(text: str | None, zone: str) -> datetime:
    """The moment that --at names, else now."""
    if text is None:
        return datetime.now(UTC)
    from cmflow.content.dates import YEARS

    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.UsageError(f'--at: {text!r} is not a time like "2026-12-01 12:00".') from None
    if not YEARS[0] <= at.year <= YEARS[1]:
        raise click.UsageError(f"--at: years go from {YEARS[0]} to {YEARS[1]}, and {text!r} is in none of them.")
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))


def duration(text: str, option: str = "--wait") -> timedelta:
    """`30m`, `6h`, `2d`"""
    from cmflow.content import dates
    from cmflow.content.keys import Wrong

    try:
        return dates.duration(text)
    except Wrong as error:
        raise click.UsageError(f"{option}: {error} {error.hint}".strip()) from None
