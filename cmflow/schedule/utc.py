"""Cron lines in UTC, for servers that know no zones: a line for each offset of a zone, in its months. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from cmflow.schedule.cron import DAY, Cron, Timetable
from cmflow.schedule.timetable import CronLine, listed

YEARS = 12  # some zones change on other days each year


def in_utc(lines: Iterable[CronLine], now: datetime) -> tuple[CronLine, ...]:
    """Return lines that start the same runs; in months in which a zone changes, also some an hour too early or late."""
    return tuple(converted for line in lines for converted in _converted(line, now))


def _converted(line: CronLine, now: datetime) -> Iterator[CronLine]:
    parsed = line.parsed()
    if len(parsed.days) < 31:  # for a single post
        start = Timetable((parsed,), timedelta(0)).first_run(now)
        if start:
            yield CronLine(f"{start.minute} {start.hour} {start.day} {start.month} *", "", line.note)
        return
    for offset, months in _offsets(line.zone or "UTC", now.year).items():
        month_field = "*" if len(months) == 12 else listed(sorted(months))
        for text, shift in _starts(parsed, offset):
            weekdays = sorted((day + shift) % 7 for day in parsed.weekdays)
            yield CronLine(f"{text} * {month_field} {listed(weekdays) if len(weekdays) < 7 else '*'}", "", line.note)


@cache
def _offsets(zone: str, year: int) -> Mapping[int, set[int]]:
    """The offsets of a zone in minutes, each with the months in which a moment, there or in UTC, may have it.

    Where a month begins or ends, each hour counts: after a change at night, it may still be last month in UTC.
    """
    offsets: dict[int, set[int]] = {}
    first = date(year, 1, 1)
    for day in (first + timedelta(days=number) for number in range(365 * YEARS)):
        is_edge = 1 in (day.day, (day + timedelta(days=1)).day)
        for hour in range(24) if is_edge else (0, 23):
            shift = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)).utcoffset() or timedelta(0)
            utc = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)
            offsets.setdefault(shift // timedelta(minutes=1), set()).update((day.month, utc.month))
    return offsets


def _starts(line: Cron, offset: int) -> Iterator[tuple[str, int]]:
    """Minutes and hours in UTC, and by how many days they are shifted."""
    hours: dict[tuple[int, int], list[int]] = {}
    for start in line.starts:
        shift, minute = divmod(start - offset, DAY)
        hours.setdefault((shift, minute % 60), []).append(minute // 60)
    minutes: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for (shift, minute), numbers in hours.items():
        minutes.setdefault((shift, tuple(sorted(numbers))), []).append(minute)
    for (shift, span), group in minutes.items():
        hour_field = "*" if len(span) == 24 else listed(span)
        yield f"{','.join(map(str, sorted(group)))} {hour_field}", shift
