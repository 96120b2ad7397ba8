"""What the commands of `cmflow metrics` have in common: the branch of readings, an account, a time in the past."""

from datetime import UTC, datetime, timedelta

from cmflow import ledger
from cmflow.cli._arguments import moment
from cmflow.cli._context import Context
from cmflow.cli._output import warn_if_stale
from cmflow.ledger import readings
from cmflow.model import Account
from cmflow.model.errors import GitError, LedgerError, SourceError
from cmflow.problems.similar import suggestion

DATE = len("2026-12-01")


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


def account_named(context: Context, name: str) -> Account:
    plan = context.folder.sure_plan
    account = plan.account(name)
    if account is None:
        names = [account.name for account in plan.accounts]
        raise SourceError(f"The plan has no account {name!r}.", suggestion(name, names))
    return account


def past_moment(text: str | None, zone: str, now: datetime) -> datetime | None:
    """The moment that --date names; of a day alone its end, of today now."""
    if text is None:
        return None
    time = moment(text, zone, "--date")
    if len(text.strip()) == DATE:
        end = time + timedelta(days=1, seconds=-1)
        return min(end, now) if time <= now else time
    return time.astimezone(UTC)
