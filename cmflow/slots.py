"""When the next post could go out: the plan's posting slots, less those already taken."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cmflow.model import Account, Plan

AHEAD = 366  # days to look ahead before giving up
USUAL = time(9, 30)  # where an account has no slots: weekdays at this time


def free(account: Account, plan: Plan, taken: Iterable[datetime], now: datetime) -> datetime | None:
    """The first slot of the account after `now` that no post of its own stands within its minimum gap of."""
    gap = account.min_gap or plan.rules.min_gap
    busy = tuple(taken)
    for at in _slots(account, ZoneInfo(plan.zone), now):
        if all(abs(at - other) >= gap for other in busy):
            return at
    return None


def _slots(account: Account, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    today = now.astimezone(zone).date()
    for day in (today + timedelta(days=each) for each in range(AHEAD)):
        for at in _times(account, day):
            moment = datetime.combine(day, at, zone)
            if moment > now and _exists(moment):
                yield moment


def _times(account: Account, day: date) -> list[time]:
    if not account.slots:
        return [USUAL] if day.weekday() < 5 else []
    return sorted(slot.at for slot in account.slots if slot.weekday == day.weekday())


def _exists(moment: datetime) -> bool:
    """False for a local time that a clock change leaves out."""
    back = moment.astimezone(ZoneInfo("UTC")).astimezone(moment.tzinfo)
    return back.replace(tzinfo=None) == moment.replace(tzinfo=None)
