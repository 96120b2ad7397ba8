"""When the next post could go out: the plan's posting slots, less those already taken."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cmflow.model import Account, Plan

AHEAD = 366  # days to look ahead before giving up
USUAL = time(9, 30)  # where an account has no slots: weekdays at this time


def free(account: Account, plan: Plan, taken: Iterable[datetime], now: datetime) -> datetime | None:
    """The first slot of the account after `now` that no post of its own stands within its minimum gap of."""
    gap = max(plan.gap(account.name), timedelta(minutes=1))  # a slot is taken once in any case
    busy = tuple(each.astimezone(UTC) for each in taken)  # in one zone Python would compare what the clocks show
    for at in _slots(account, ZoneInfo(plan.zone), now.astimezone(UTC)):
        if all(abs(at.astimezone(UTC) - other) >= gap for other in busy):
            return at
    return None


def _slots(account: Account, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    today = now.astimezone(zone).date()
    for day in (today + timedelta(days=each) for each in range(AHEAD)):
        for at in _times(account, day):
            moment = datetime.combine(day, at, zone)
            if moment > now and _is_clear(moment):
                yield moment


def _times(account: Account, day: date) -> list[time]:
    if not account.slots:
        return [USUAL] if day.weekday() < 5 else []
    return sorted(slot.at for slot in account.slots if slot.weekday == day.weekday())


def _is_clear(moment: datetime) -> bool:
    """False for a local time that a clock change leaves out, or brings twice: no post can be dated so."""
    return moment.utcoffset() == moment.replace(fold=1).utcoffset()
