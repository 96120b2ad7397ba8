"""Moments on the command line: read in the plan's zone, and said in it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from cmflow.model import Plan

at_option = click.option(
    "--at",
    metavar='"YYYY-MM-DD HH:MM"',
    help="As if it were this time, in the plan's zone unless an offset is given. Default: now.",
)


def moment(text: str | None, plan: Plan) -> datetime:
    """The moment that --at names, else now."""
    if text is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.BadParameter(f'{text!r} is not a time like "2026-12-01 12:00".', param_hint="--at") from None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(plan.zone))


def local(at: datetime, plan: Plan) -> str:
    """`2026-12-01 09:30` in the plan's zone."""
    return f"{at.astimezone(ZoneInfo(plan.zone)):%Y-%m-%d %H:%M}"
