"""What statistics are made from, brought together from both branches, the posts and git's history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cmflow.insights.progress import readings
from cmflow.insights.statistics import PERIOD, Period, Question, Source
from cmflow.ledger import Ledger
from cmflow.model import Delivery, Entry, Key, Plan

if TYPE_CHECKING:
    from cmflow.repository.cache import Cache
    from cmflow.repository.content import Content

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


def compared(
    content: Content,
    load: Callable[[], Sequence[Entry]],
    authors: Callable[[], Mapping[str, str]],
    branches: tuple[Ledger, Ledger],
    cache: Cache,
    question: Question,
    now: datetime,
) -> Source:
    """What answers a question about posts, without their courses: from the cache, as far as nothing has changed.

    `load` reads all posts, `authors` who wrote them; `branches` are those of the deliveries and of the readings.
    """
    from cmflow.metrics import outline, samples

    state, metrics = branches
    since, until = question.period.previous.since - LONGEST, question.period.until + LONGEST
    plan, deliveries = content.sure_plan, outline.deliveries(state, cache, since, until)
    posts = {delivery.post for delivery in deliveries.values()}
    entries = outline.entries(content, cache, load, since, until, posts)
    expected = {entry.id for entry in entries if entry.expects}
    people = authors() if expected else {}
    if not samples.able(question):
        return source(plan, entries, deliveries, metrics, question, people)
    names = question.accounts or tuple(account.name for account in plan.accounts)
    rows = samples.read(metrics, cache, question, names, deliveries.values(), expected, now)
    return Source(plan, entries, deliveries, rows.lines, people, rows.samples, rows.simulated)


def recent(zone: str, now: datetime) -> Question:
    """What the pages show: the last ninety days, until the end of today, so that a day's pages stay the same."""
    midnight = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    until = midnight + timedelta(days=1)
    return Question(Period(until - PERIOD, until))


def with_goals(plan: Plan, metrics: Ledger, now: datetime) -> Plan:
    """The plan, its goals with the readings on the branch as well; only the accounts with goals are read."""
    from cmflow.ledger import lines

    accounts = readings.accounts(plan)
    if not accounts:
        return plan
    return readings.with_readings(plan, lines.read(metrics, accounts, readings.since(plan, now), now), now)
