"""The cron lines that a plan needs: a run shortly before each usual time, and a few for what is late. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cmflow.content.local_time import as_text
from cmflow.model import Account, Plan
from cmflow.schedule import cron
from cmflow.schedule.cron import DAY, Cron, Timetable
from cmflow.values import dataclass

LEAD = timedelta(minutes=13)  # how long before a post its run starts: GitHub is often some minutes late
QUARTERS = "7,22,37,52"  # minutes: odd ones, since jobs queue at the full hour
FIRST_QUARTER = timedelta(minutes=7)
LATE_MINUTE, INBOX_MINUTE, METRICS_MINUTE = 37, 43, 53
STEPS = (6, 4, 3)  # hours between two runs for what is late: two fall into the time that the plan allows
SLACK = 20  # minutes after a post before which nothing can be said to be late
AHEAD = timedelta(days=90)  # how far ahead posts get runs of their own
REPEATED = 3  # posts at one time of the day, from which on that time gets a weekly line
ALONE = 24  # lines for single posts at most; more get runs every quarter of an hour instead
READ_AFTER = (1, 3, 6)  # hours after a post at which its figures are read first
SLOT_NOTE, POST_NOTE = "before ", "for posts "


@dataclass(frozen=True, slots=True)
class CronLine:
    """A line to write: when, in which zone ("" is UTC), and what it is for."""

    cron: str
    zone: str
    note: str

    @property
    def is_for_posts(self) -> bool:
        """Return whether it is for posts outside the plan's times, which come and go."""
        return self.note.startswith(POST_NOTE)

    def parsed(self) -> Cron:
        line = cron.parse(self.cron, self.zone)
        assert line, self.cron
        return line


def of_plan(plan: Plan, names: Collection[str], window: timedelta) -> tuple[CronLine, ...]:
    """Return the lines for the slots and the hours of the accounts that are published to, and for what is late.

    `window` is how long a run waits for what becomes due.
    """
    accounts = [account for account in plan.accounts if account.name in names]
    return (*_slots(plan, accounts, window), *_hours(plan, accounts), *_late(plan, accounts))


def of_posts(plan: Plan, moments: Iterable[datetime], window: timedelta, covered: Timetable) -> tuple[CronLine, ...]:
    """Return the lines for posts that are due when no other run covers them."""
    zone = ZoneInfo(plan.zone)
    local = {moment.astimezone(zone) for moment in moments if not covered.covers(moment)}
    by_clock: dict[time, list[datetime]] = {}
    for moment in sorted(local):
        by_clock.setdefault(moment.time().replace(second=0, microsecond=0), []).append(moment)
    repeated = {clock for clock, dates in by_clock.items() if len(dates) >= REPEATED}
    needs = {clock: {moment.weekday() for moment in by_clock[clock]} for clock in repeated}
    weekly = _weekly(plan, needs, window, POST_NOTE)
    alone = [moment for clock, dates in sorted(by_clock.items()) if clock not in repeated for moment in dates]
    if len(alone) > ALONE or len(weekly) > ALONE:
        hours = {(moment - FIRST_QUARTER).hour for dates in by_clock.values() for moment in dates}
        return (_line(plan, f"{QUARTERS} {listed(sorted(hours))} * * *", f"{POST_NOTE}at many times"),)
    return (*weekly, *(_dated(plan, moment, window) for moment in alone))


def of_metrics(plan: Plan, names: Collection[str]) -> tuple[CronLine, ...]:
    """Return the lines for figures: 1, 3 and 6 hours after each usual time, and daily at its hour."""
    accounts = [account for account in plan.accounts if account.name in names]
    if not accounts or any(_window(account, plan) for account in accounts):
        return (_line(plan, f"{METRICS_MINUTE} * * * *", "posts at any hour"),)
    hours: dict[int, set[int]] = {}
    for slot in {slot for account in accounts for slot in account.usual_slots}:
        first = slot.clock.hour + (slot.clock.minute > METRICS_MINUTE - 3)
        hours.setdefault(first % 24, set()).update(range(7))
        for later in READ_AFTER:
            shift, hour = divmod(first + later, 24)
            hours.setdefault(hour, set()).add((slot.weekday + shift) % 7)
    return tuple(_grouped(plan, {(hour, METRICS_MINUTE): days for hour, days in hours.items()}, {}, "figures"))


def of_inbox(plan: Plan, names: Collection[str]) -> tuple[CronLine, ...]:
    """Return the line for messages: every hour of the plan's hours; once a day where no account has an inbox yet."""
    if not names:
        return (_line(plan, f"{INBOX_MINUTE} 8 * * *", "no account has an inbox yet"),)
    first, last = plan.rules.hours or (time(7), time(21))
    hours = range(first.hour, last.hour + 1) if first <= last else (*range(last.hour + 1), *range(first.hour, 24))
    return (_line(plan, f"{INBOX_MINUTE} {listed(hours)} * * *", "messages"),)


def _slots(plan: Plan, accounts: Iterable[Account], window: timedelta) -> Sequence[CronLine]:
    needs: dict[time, set[int]] = {}
    for account in accounts:
        for slot in account.usual_slots if account.slots or not _window(account, plan) else ():
            needs.setdefault(slot.clock, set()).add(slot.weekday)
    return _weekly(plan, needs, window, SLOT_NOTE)


def _hours(plan: Plan, accounts: Iterable[Account]) -> Iterator[CronLine]:
    """Every quarter of the hours of accounts that have hours and no slots: their posts may have any time."""
    windows = sorted({window for account in accounts if (window := _window(account, plan))})
    hours = {hour for window in windows for hour in _spanned(*window)}
    if hours:
        names = ", ".join(f"{first:%H:%M}-{last:%H:%M}" for first, last in windows)
        yield _line(plan, f"{QUARTERS} {listed(sorted(hours))} * * *", f"the hours {names}")


def _window(account: Account, plan: Plan) -> tuple[time, time] | None:
    return None if account.slots else account.hours or plan.rules.hours


def _spanned(first: time, last: time) -> Iterator[int]:
    """The hours in which a run may have to start, from the one that covers the first minute."""
    start, end = ((clock.hour * 60 + clock.minute - 7) // 60 % 24 for clock in (first, last))
    yield from range(start, end + 1) if start <= end else (*range(start, 24), *range(end + 1))


def _late(plan: Plan, accounts: Iterable[Account]) -> Iterator[CronLine]:
    """A few runs a day, and two more after the slots of accounts whose posts may be late by less than that needs."""
    step = next((step for step in STEPS if timedelta(hours=2 * step) <= plan.late), STEPS[-1])
    starts: dict[tuple[int, int], set[int]] = {}
    for account in accounts:
        late = plan.lateness(account) // timedelta(minutes=1)
        for slot in account.usual_slots if late < 120 * step and not _window(account, plan) else ():
            for start in _retries(plan, slot.weekday * DAY + slot.clock.hour * 60 + slot.clock.minute, late):
                if start % 60 != LATE_MINUTE or start // 60 % step:
                    starts.setdefault(divmod(start % DAY, 60), set()).add(start // DAY % 7)
    yield from _grouped(plan, starts, {}, "what is late by then")
    yield _line(plan, f"{LATE_MINUTE} */{step} * * *", "what is late, or comes unforeseen")


def _retries(plan: Plan, minute: int, late: int) -> Sequence[int]:
    """Starts, two at most, spread over the minutes in which what was due then may still be published."""
    first = minute + SLACK + (LATE_MINUTE - minute - SLACK) % 60
    starts = range(first, minute + late, 60) or (_quiet(plan, minute + late // 2),)
    return starts if len(starts) <= 2 else (starts[len(starts) // 3], starts[2 * len(starts) // 3])


def _weekly(plan: Plan, needs: Mapping[time, Collection[int]], window: timedelta, note: str) -> Sequence[CronLine]:
    """A run before each of the clock times, on its weekdays; what the run before covers gets none of its own."""
    starts: dict[tuple[int, int], set[int]] = {}
    notes: dict[tuple[int, int], str] = {}
    last = -DAY
    moments = sorted((day * DAY + clock.hour * 60 + clock.minute, clock) for clock in needs for day in needs[clock])
    for minute, clock in moments:
        if minute - last <= window // timedelta(minutes=1):
            continue
        last = _start(plan, minute, window)
        key = divmod(last % DAY, 60)
        starts.setdefault(key, set()).add(last // DAY % 7)
        notes.setdefault(key, f"{clock:%H:%M}")
    return [*_grouped(plan, starts, notes, note)]


def _start(plan: Plan, minute: int, window: timedelta) -> int:
    """When the run for that minute starts."""
    lead = max(min(LEAD, window - timedelta(minutes=1)), timedelta(0)) // timedelta(minutes=1)
    return _quiet(plan, minute - lead)


def _quiet(plan: Plan, minute: int) -> int:
    """That minute, or the next that is not a full hour, there or in UTC: then all the world's jobs start."""
    shifts = (datetime(2026, month, 1, tzinfo=ZoneInfo(plan.zone)).utcoffset() for month in (1, 7))
    busy = {0, *(shift // timedelta(minutes=1) % 60 for shift in shifts if shift)}
    return next(start for start in range(minute, minute + 60) if start % 60 not in busy)


def _grouped(
    plan: Plan, starts: Mapping[tuple[int, int], Collection[int]], notes: Mapping[tuple[int, int], str], note: str
) -> Iterator[CronLine]:
    """Starts at the same minute on the same weekdays are one line."""
    groups: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for (hour, minute), days in sorted(starts.items()):
        groups.setdefault((minute, tuple(sorted((day + 1) % 7 for day in days))), []).append(hour)
    for (minute, weekdays), hours in groups.items():
        clocks = ", ".join(notes[hour, minute] for hour in hours if (hour, minute) in notes)
        days_text = "*" if len(weekdays) == 7 else listed(weekdays)
        hours_text = "*" if len(hours) == 24 else listed(hours)
        yield _line(plan, f"{minute} {hours_text} * * {days_text}", f"{note}{clocks}")


def _dated(plan: Plan, moment: datetime, window: timedelta) -> CronLine:
    """The run for one post; cron knows no year, so that it starts again a year later unless it is removed."""
    start = _start(plan, moment.hour * 60 + moment.minute, window)
    day: date = moment.date() + timedelta(days=start // DAY)
    hour, minute = divmod(start % DAY, 60)
    return _line(plan, f"{minute} {hour} {day.day} {day.month} *", f"{POST_NOTE}{as_text(moment)}")


def _line(plan: Plan, text: str, note: str) -> CronLine:
    return CronLine(text, "" if plan.zone == "UTC" else plan.zone, note)


def listed(numbers: Iterable[int]) -> str:
    """`0,6-9`: three numbers or more that follow each other are a range."""
    groups: list[list[int]] = []
    for number in numbers:
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    parts = (f"{group[0]}-{group[-1]}" if len(group) > 2 else ",".join(map(str, group)) for group in groups)
    return ",".join(parts)
