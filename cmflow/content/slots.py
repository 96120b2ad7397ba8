"""Free slots: the plan's posting times, less those already taken."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cmflow.model import Account, Plan

HORIZON = timedelta(days=366)  # how far to look before giving up


def next_slot(account: Account, plan: Plan, dates: Iterable[datetime], now: datetime) -> datetime | None:
    """The first slot of the account after `now` with none of its own posts within its minimum gap."""
    return next(free_slots(account, plan, dates, now, now + HORIZON), None)


def free_slots(
    account: Account, plan: Plan, dates: Iterable[datetime], now: datetime, until: datetime
) -> Iterator[datetime]:
    """All such slots up to `until`; none on a day for which the plan asks for nothing."""
    gap = max(plan.gap(account.name), timedelta(minutes=1))  # a slot is taken once in any case
    busy = sorted(moment.astimezone(UTC) for moment in dates)  # in one zone Python would compare what the clocks show
    for slot in _slots(account, plan, now.astimezone(UTC), until.astimezone(UTC)):
        index = bisect_left(busy, slot.astimezone(UTC))
        if all(abs(slot.astimezone(UTC) - neighbour) >= gap for neighbour in busy[max(index - 1, 0) : index + 1]):
            yield slot


def _slots(account: Account, plan: Plan, now: datetime, until: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(plan.zone)
    day, last = now.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:
        for clock in _times(account, day) if plan.asks(day) else ():
            moment = datetime.combine(day, clock, zone)
            if now < moment.astimezone(UTC) <= until and _is_clear(moment):
                yield moment
        day += timedelta(days=1)


def _times(account: Account, day: date) -> list[time]:
    return sorted(slot.clock for slot in account.usual_slots if slot.weekday == day.weekday())


def _is_clear(moment: datetime) -> bool:
    """False for a local time that a clock change leaves out, or brings twice: no post can be dated so."""
    return moment.utcoffset() == moment.replace(fold=1).utcoffset()
