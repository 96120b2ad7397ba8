"""What statistics are made from, brought together from both branches, the posts and git's history."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cmflow import ledger
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


def with_deliveries(source: Source, state: Ledger, question: Question) -> Source:
    """The source with what the ledger here knows of the posts that are due in both periods, or were read: of a ledger
    of years, a small part."""
    since, until = question.period.previous.since - LONGEST, question.period.until + LONGEST
    keys = {
        Key(item.post, item.account) for entry in source.entries for item in entry.planned if since <= item.due < until
    }
    keys.update(Key(line.post, account) for account, rows in source.lines.items() for line in rows if line.post)
    return replace(source, deliveries=ledger.read(state, keys).deliveries)


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
