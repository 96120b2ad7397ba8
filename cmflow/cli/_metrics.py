"""What the commands of `cmflow metrics` have in common: the branch of readings, an account, a time in the past."""

from datetime import UTC, datetime, timedelta

import click

from cmflow import ledger
from cmflow.cli._arguments import moment
from cmflow.cli._context import STATE, Context
from cmflow.cli._output import warn_if_stale
from cmflow.ledger import readings
from cmflow.metrics import visits
from cmflow.metrics.visits import Tagged
from cmflow.model import Key, Trait
from cmflow.model.errors import GitError, LedgerError

DATE = len("2026-12-01")


def tagged(context: Context, now: datetime) -> tuple[Tagged, ...]:
    """The parts of posts whose visits are to be read now; a post that is gone may have had a link."""
    plan = context.commit.sure_plan
    if plan.visits is None:
        return ()
    if hint := visits.hint(plan):
        click.echo(hint)
    planned = [one for entry in context.entries(context.commit) for one in entry.planned]
    silent = {Key(one.post, one.account) for one in planned if Trait.LINK not in one.traits}
    store = context.ledger(readings.BRANCH)
    return visits.agenda(context.ledger(STATE), store, plan, now, lambda key: key not in silent)


def refresh(context: Context, now: datetime) -> None:
    """Bring both branches here in line with the remote's; say where that could not be done."""
    warn_if_stale(context.news() or _news(context, now))


def _news(context: Context, now: datetime) -> str:
    """Bring the readings here in line with the remote's; why that could not be done, else ""."""
    try:
        ledger.sync(context.ledger(readings.BRANCH), now, push=False)
    except (GitError, LedgerError) as error:
        return str(error)
    return ""


def past_moment(text: str | None, zone: str, now: datetime) -> datetime | None:
    """The moment that --date names; of a day alone its end, of today now."""
    if text is None:
        return None
    time = moment(text, zone, "--date")
    if len(text.strip()) == DATE:
        end = time + timedelta(days=1, seconds=-1)
        return min(end, now) if time <= now else time
    return time.astimezone(UTC)
