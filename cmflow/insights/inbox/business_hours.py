"""Time as people work: how many business hours lie between two moments, and when an aim in business hours is over."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import accumulate
from zoneinfo import ZoneInfo

from cmflow.model import Inbox
from cmflow.values import dataclass

ZERO = timedelta(0)
FURTHEST = 800  # days ahead in which an aim can end: more holidays in a row are not planned


@dataclass(frozen=True)
class BusinessHours:
    """The business hours of the plan from `since` to `until`; day and night where the plan has none.

    Local times that a change of the clocks skips or repeats count as the clock on the wall shows them, in real hours.
    """

    inbox: Inbox
    zone: str
    since: datetime
    until: datetime
    holidays: frozenset[date] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "holidays", frozenset(self.inbox.holidays))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The business hours from one moment to a later one; both lie between `since` and `until`."""
        if not self.inbox.hours:
            return max(end - start, ZERO)
        return max(self._elapsed(end) - self._elapsed(start), ZERO)

    def end(self, start: datetime, length: timedelta) -> datetime | None:
        """When so many business hours have passed; None where they never do in the next two years."""
        if not self.inbox.hours:
            return start + length
        first = start.astimezone(ZoneInfo(self.zone)).date()
        for opens, closes in self._spans(first, first + timedelta(days=FURTHEST)):
            worked = closes - max(opens, start)
            if worked >= length > ZERO:
                return max(opens, start) + length
            length -= max(worked, ZERO)
        return None

    def _elapsed(self, moment: datetime) -> timedelta:
        """The business hours from `since` to a moment."""
        opens, sums = self._days
        index = bisect_right(opens, moment) - 1
        if index < 0:
            return ZERO
        open_time, close_time = self._spans_of_all[index]
        return sums[index] + min(moment, close_time) - open_time

    @cached_property
    def _spans_of_all(self) -> tuple[tuple[datetime, datetime], ...]:
        zone, day = ZoneInfo(self.zone), timedelta(days=1)
        first, last = self.since.astimezone(zone).date() - day, self.until.astimezone(zone).date() + day
        return tuple(self._spans(first, last))

    @cached_property
    def _days(self) -> tuple[list[datetime], list[timedelta]]:
        """When each span opens, and the business hours before it."""
        spans = self._spans_of_all
        sums = accumulate((closes - opens for opens, closes in spans), initial=ZERO)
        return [opens for opens, _ in spans], list(sums)

    def _spans(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """The open spans of these days in UTC, earliest first."""
        zone = ZoneInfo(self.zone)
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if day not in self.holidays:
                for weekday, opens, closes in self.inbox.hours:
                    if weekday == day.weekday():
                        yield _moment(day, opens, zone), _moment(day, closes, zone)


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
