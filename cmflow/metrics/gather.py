"""What statistics are made from, brought together from both branches, the posts and git's history."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cmflow.insights.progress import readings
from cmflow.insights.statistics import PERIOD, Period, Question, Source
from cmflow.ledger import Ledger
from cmflow.model import Delivery, Entry, Key, Plan

LONGEST = timedelta(days=31)  # after a post was published: no statistics ask for a later reading


def source(
    plan: Plan,
    entries: Sequence[Entry],
    deliveries: Mapping[Key, Delivery],
    metrics: Ledger | None,
    question: Question,
    authors: Mapping[str, str],
) -> Source:
    """What is known of the period that is asked about, and of the one before; only the months of both are read."""
    if metrics is None:
        return Source(plan, entries, deliveries, {}, authors)
    from cmflow.ledger import lines

    names = question.accounts or tuple(account.name for account in plan.accounts)
    period = question.period
    rows = lines.read(metrics, names, period.previous.since, period.until + LONGEST)
    return Source(plan, entries, deliveries, rows, authors)


def recent(zone: str, now: datetime) -> Question:
    """What the pages show: the last ninety days, until the end of today, so that a day's pages stay the same."""
    midnight = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    until = midnight + timedelta(days=1)
    return Question(Period(until - PERIOD, until))


def with_goals(plan: Plan, metrics: Ledger, now: datetime) -> Plan:
    """The plan, its goals with the readings on the branch as well; only the accounts with goals are read."""
    from cmflow.ledger import lines

    accounts = {goal.account for goal in plan.goals if goal.metric in readings.MEASURED}
    if not accounts:
        return plan
    return readings.with_readings(plan, lines.read(metrics, accounts, readings.since(plan, now), now), now)
