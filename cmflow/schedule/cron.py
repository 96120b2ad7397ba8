"""The cron lines of a workflow: when they start runs, and which moments those runs cover. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cmflow.values import dataclass

DAY = 1440  # minutes
AHEAD = 370  # days: after so many, a line has started or never will
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_WEEKDAYS = {name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
_ITEM = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/([0-9]+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cron:
    """One line: five fields, in the zone that the line names, else UTC. Sunday is 0."""

    text: str
    zone: str
    starts: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def runs_on(self, day: date) -> bool:
        """As cron has it: where day of the month and weekday are both restricted, either of them is enough."""
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return in_month or in_week if len(self.days) < 31 and len(self.weekdays) < 7 else in_month and in_week

    def monthly(self, year: int) -> float:
        """Return how many runs it starts in a month, on average over that year."""
        first = date(year, 1, 1)
        days = sum(self.runs_on(first + timedelta(days=number)) for number in range(365))
        return days * len(self.starts) / 12


def parse(text: str, zone: str = "") -> Cron | None:
    """Return the line; None for what is not one, or names no zone."""
    fields = text.split()
    spans: Sequence[tuple[int, int, Mapping[str, int]]] = (
        (0, 59, {}),
        (0, 23, {}),
        (1, 31, {}),
        (1, 12, _MONTHS),
        (0, 7, _WEEKDAYS),
    )
    if len(fields) != len(spans) or not _is_zone(zone or "UTC"):
        return None
    sets = [_numbers(field, *span) for field, span in zip(fields, spans, strict=True)]
    minutes, hours, days, months, weekdays = (numbers or frozenset() for numbers in sets)
    if not all(sets):
        return None
    starts = tuple(sorted(hour * 60 + minute for hour in hours for minute in minutes))
    return Cron(text, zone or "UTC", starts, days, months, frozenset(number % 7 for number in weekdays))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _numbers(field: str, first: int, last: int, names: Mapping[str, int]) -> frozenset[int] | None:
    """`*/15`, `1-5`, `mon,thu`; None where it is none of these."""
    numbers = set[int]()
    for item in field.lower().split(","):
        match = _ITEM.fullmatch(item)
        bounds = match and _bounds(match, first, last, names)
        if not bounds:
            return None
        numbers.update(bounds)
    return frozenset(numbers)


def _bounds(match: re.Match[str], first: int, last: int, names: Mapping[str, int]) -> range | None:
    start, end, step = match.groups()
    try:
        low = first if start == "*" else names[start] if start in names else int(start)
        high = (names[end] if end in names else int(end)) if end else last if start == "*" or step else low
    except ValueError:
        return None
    return range(low, high + 1, int(step or 1)) if first <= low <= high <= last and step != "0" else None


@dataclass(frozen=True)
class Timetable:
    """When a workflow's runs start. Each waits for what is due within `window`."""

    crons: tuple[Cron, ...]
    window: timedelta

    def covers(self, moment: datetime) -> bool:
        """Return whether a run starts so shortly before that it publishes what is due then on the minute."""
        for zone, table in self._tables.items():
            local = moment.astimezone(ZoneInfo(zone))
            for line, shift in table.get(local.hour * 60 + local.minute, ()):
                if line.runs_on(local.date() - timedelta(days=shift)):
                    return True
        return False

    def first_run(self, moment: datetime) -> datetime | None:
        """Return when the next run starts, in that minute or later; None where none does."""
        zones = {line.zone for line in self.crons}
        starts = (_first([line for line in self.crons if line.zone == zone], ZoneInfo(zone), moment) for zone in zones)
        return min((start for start in starts if start), default=None)

    @cached_property
    def _tables(self) -> Mapping[str, Mapping[int, Sequence[tuple[Cron, int]]]]:
        """By zone and minute of the day: the lines whose runs cover it, and how many days before those start."""
        minutes = min(int(self.window.total_seconds()) // 60, DAY)
        tables: dict[str, dict[int, list[tuple[Cron, int]]]] = {}
        for line in self.crons:
            table = tables.setdefault(line.zone, {})
            for minute in (start + number for start in line.starts for number in range(minutes + 1)):
                table.setdefault(minute % DAY, []).append((line, minute // DAY))
        return tables


def _first(lines: Sequence[Cron], zone: ZoneInfo, moment: datetime) -> datetime | None:
    """The first start of lines in that zone, in that minute or later: day by day, as it is rarely far."""
    local = moment.astimezone(zone)
    today, minute = local.date(), local.hour * 60 + local.minute
    for number in range(AHEAD):
        day, first = today + timedelta(days=number), 0 if number else minute
        starts = (start for line in lines if line.runs_on(day) for start in line.starts if start >= first)
        if (start := min(starts, default=None)) is not None:
            return datetime.combine(day, time(start // 60, start % 60), zone).astimezone(UTC)
    return None
