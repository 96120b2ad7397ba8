"""A week or a month: what was published, what comes, what worked with its evidence, and what follows from it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from cmflow.insights.inbox import Listening
from cmflow.insights.statistics import PERIOD as QUARTER
from cmflow.insights.statistics import (
    Expectation,
    Factor,
    Forecast,
    Level,
    Period,
    Question,
    Source,
    Statistics,
    Verdict,
    assess,
    forecasts,
)
from cmflow.insights.status import NEEDS_PERSON, Standing
from cmflow.model import Approval, Key, State
from cmflow.values import dataclass

OPEN = (State.SCHEDULED, State.SENDING)


class Cadence(StrEnum):
    """How long a report looks back."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Item:
    """A delivery in a report; `approved` are those who approved what was sent, with the number of the pull request."""

    post: str
    title: str
    account: str
    time: datetime
    state: State
    url: str = ""
    approved: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """`lost` are deliveries of the period that were not published, or perhaps; `planned` those of the next one.

    `growth` is about the period alone, `quarter` about the ninety days before its end: a week is too short to say what
    worked. `keep` and `stop` are levels that did better or worse by more than chance; `unmet` are
    forecasts that were judged in the period. `heard` are the figures of the inbox in the period, None where there are
    none.
    """

    cadence: Cadence
    period: Period
    zone: str
    sent: tuple[Item, ...]
    lost: tuple[Item, ...]
    planned: tuple[Item, ...]
    recent: Statistics
    quarter: Statistics
    keep: tuple[tuple[Factor, Level], ...]
    stop: tuple[tuple[Factor, Level], ...]
    unmet: tuple[Expectation, ...]
    heard: Listening | None = None


def period(cadence: Cadence, now: datetime, zone: str) -> Period:
    """The last whole week (from Monday) or calendar month before `now`, in the plan's zone."""
    today = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    if cadence is Cadence.WEEK:
        until = today - timedelta(days=today.weekday())
        return Period(until - timedelta(days=7), until)
    until = today.replace(day=1)
    return Period((until - timedelta(days=1)).replace(day=1), until)


def question(cadence: Cadence, now: datetime, zone: str) -> Question:
    """The ninety days that end with the period: what a report is made from."""
    until = period(cadence, now, zone).until
    return Question(Period(until - QUARTER, until))


def following(cadence: Cadence, current: Period) -> Period:
    """The week or month behind that one."""
    if cadence is Cadence.WEEK:
        return Period(current.until, current.until + timedelta(days=7))
    return Period(current.until, (current.until + timedelta(days=32)).replace(day=1))


def report(
    source: Source,
    standings: Sequence[Standing],
    approvals: Mapping[str, Sequence[Approval]],
    cadence: Cadence,
    accounts: Sequence[str],
    now: datetime,
) -> Report:
    """The report on the last whole week or month, about these accounts alone; none given: all of the plan."""
    current = period(cadence, now, source.plan.zone)
    names = tuple(accounts) or tuple(account.name for account in source.plan.accounts)
    rows = [standing for standing in standings if standing.account in names]
    items = [*_items(source, rows, approvals)]
    recent = assess(source, Question(current, accounts=names), now)
    quarter = assess(source, Question(Period(current.until - QUARTER, current.until), accounts=names), now)
    coming = following(cadence, current)
    return Report(
        cadence,
        current,
        source.plan.zone,
        tuple(item for item in items if item.state is State.SENT and current.has(item.time)),
        tuple(item for item in items if item.state in NEEDS_PERSON and current.has(item.time)),
        tuple(item for item in items if item.state in OPEN and coming.has(item.time)),
        recent,
        quarter,
        tuple(pair for pair in quarter.differences if pair[1].verdict is Verdict.BETTER),
        tuple(pair for pair in quarter.differences if pair[1].verdict is Verdict.WORSE),
        tuple(item for item in quarter.expectations if _missed(item, current)),
    )


def _items(
    source: Source, standings: Iterable[Standing], approvals: Mapping[str, Sequence[Approval]]
) -> Iterator[Item]:
    titles = {entry.id: entry.title or entry.id for entry in source.entries}
    for row in standings:
        delivery = source.deliveries.get(Key(row.post, row.account))
        time = delivery.receipts[0].time if delivery and delivery.receipts else row.due
        digest = delivery.digest if delivery else ""
        approved = tuple(
            (approval.by, approval.pull)
            for approval in approvals.get(row.post, ())
            if digest and approval.digest(row.account) == digest
        )
        yield Item(row.post, titles.get(row.post, row.post), row.account, time, row.state, row.url, approved)


def _missed(item: Expectation, period: Period) -> bool:
    """Whether the forecast was judged in the period, and missed."""
    return item.outcome is Forecast.UNMET and item.time is not None and period.has(item.time + forecasts.AGE)
