"""Goals per month: what the posts that an account published in a month got, added up from their readings.

Each post counts with its newest reading, as long as the figure means what it meant when the post was published. A month
in which the network began to count differently has no number: posts of before and after cannot be added.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cmflow.insights.metrics import catalogue
from cmflow.insights.metrics.catalogue import Of
from cmflow.insights.metrics.visits import GOAL
from cmflow.insights.progress.verdict import Judged, Verdict
from cmflow.insights.statistics import series
from cmflow.insights.statistics.forecasts import COMMON
from cmflow.insights.statistics.series import FIGURES, Measurement
from cmflow.model import SERVICES, Goal
from cmflow.model.reason import Figure, Reason, because
from cmflow.values import dataclass

CONVERSIONS = "conversions"
MONTHS = 6  # how many are read: this one, and five before
FRESH = 14  # days for which a reading counts as current
BEGINNING = 7  # days of a month in which nothing need have been read


@dataclass(frozen=True, slots=True)
class _Total:
    """What the posts of a month got, and the day of the newest reading among them."""

    number: float
    day: date


def names(metric: str) -> tuple[str, ...]:
    """The common figures that a goal adds up."""
    return FIGURES.get(metric) or FIGURES.get(COMMON.get(metric, "")) or ()


def since(now: datetime, zone: ZoneInfo) -> datetime:
    """From when on readings count."""
    start = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(MONTHS - 1):
        start = (start - timedelta(days=1)).replace(day=1)
    return start


def with_months(goal: Goal, lines: Iterable[Measurement], now: datetime, zone: ZoneInfo) -> Goal:
    """The goal with a reading per month: of a month that is over on its last day, of this one on the day it was made.

    Where the plan itself has a reading of a day, that one counts.
    """
    first, today = since(now, zone).date(), now.astimezone(zone).date()
    days: dict[date, int] = {}
    changed = None
    for start, tracks in _months(lines, zone).items():
        if start < first or start > goal.by:
            continue
        if day := _break(goal.metric, tracks, start, today):
            changed = day if start == _judged(goal, today)[0] else changed
        elif total := _total(goal.metric, tracks, zone):
            days[min(_last(start), total.day)] = round(total.number)
    return replace(goal, readings=tuple(sorted({**days, **dict(goal.readings)}.items())), changed=changed)


def judge(goal: Goal, today: date) -> tuple[tuple[date, int] | None, int, Judged]:
    """The reading of this month (or of the last that the goal asks for), where it should be today, and the verdict."""
    first, day = _judged(goal, today)
    end = min(_last(first), goal.by)
    line = goal.target * ((day - first).days + (today > goal.by)) // ((end - first).days + 1)
    reading = next((reading for reading in reversed(goal.readings) if first <= reading[0] <= day), None)
    if goal.changed:
        return None, line, Judged(Verdict.OnTrack, because("goal-month-changed", day=goal.changed))
    if reading is None:
        return None, line, _unread(goal, first, today)
    verdict, reason = _compared(goal, reading, line, today)
    return reading, line, Judged(verdict, reason)


def _unread(goal: Goal, first: date, today: date) -> Judged:
    if today > goal.by:
        return Judged(Verdict.Missed, because("goal-blind"))
    has_begun = (today - first).days < BEGINNING
    return Judged(Verdict.OnTrack if has_begun else Verdict.AtRisk, because("goal-month-unread"))


def _compared(goal: Goal, reading: tuple[date, int], line: int, today: date) -> tuple[Verdict, Reason]:
    day, number = reading
    figures: dict[str, Figure] = {"number": number, "target": goal.target}
    if number >= goal.target:
        return Verdict.Hit, because("goal-month-hit", **figures)
    if today > goal.by:
        return Verdict.Missed, because("goal-month-missed", **figures)
    if (today - day).days > FRESH:
        return Verdict.AtRisk, because("goal-stale", number=number, day=day)
    code = "goal-month-behind" if number < line else "goal-month-ahead"
    return Verdict.AtRisk if number < line else Verdict.OnTrack, because(code, line=line, **figures)


def _judged(goal: Goal, today: date) -> tuple[date, date]:
    """The first day of the month that is judged, and the day of it that it is judged on."""
    day = min(today, goal.by)
    return day.replace(day=1), day


def _last(start: date) -> date:
    return (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)


# ── adding up ───────────────────────────────────────────────────────────────────────────────────────────────

Tracks = Mapping[tuple[str, int], Sequence[Measurement]]  # the readings of each part


def _months(lines: Iterable[Measurement], zone: ZoneInfo) -> dict[date, Tracks]:
    """The readings of each post, by the first day of the month in which it was published."""
    tracks = defaultdict[tuple[str, int], list[Measurement]](list)
    for line in lines:
        if line.post and line.age is not None:
            tracks[line.post, line.part].append(line)
    months = defaultdict[date, dict[tuple[str, int], Sequence[Measurement]]](dict)
    for part, rows in tracks.items():
        time = min(row.time - timedelta(seconds=row.age or 0) for row in rows)
        months[time.astimezone(zone).date().replace(day=1)][part] = rows
    return dict(sorted(months.items()))


def _total(metric: str, tracks: Tracks, zone: ZoneInfo) -> _Total | None:
    """None where nothing was told. Of a thread the first part counts; visits are those of all its parts."""
    pairs = [pair for (_, part), rows in tracks.items() for pair in _newest(metric, part, rows)]
    if not pairs:
        return None
    return _Total(sum(value for _, value in pairs), max(time for time, _ in pairs).astimezone(zone).date())


def _newest(metric: str, part: int, rows: Sequence[Measurement]) -> Iterator[tuple[datetime, float]]:
    if metric == CONVERSIONS:
        yield from _conversions(rows)
    elif not part or metric == "visits":
        segments = series.segments(series.points(rows, names(metric), Of.POST))
        yield from ((points[-1].time, points[-1].value) for points in segments[:1])


def _conversions(rows: Sequence[Measurement]) -> Iterator[tuple[datetime, float]]:
    """Those of all goals of the website together, in the newest reading that tells of any; a 0 after more is false."""
    told = [
        (row.time, values)
        for row in rows
        if row.network in SERVICES
        and (values := [value for name, value in row.values.items() if name.startswith(GOAL) and value is not None])
    ]
    sums = [(time, sum(values)) for time, values in sorted(told, key=lambda item: item[0])]
    if sums:
        yield next((item for item in reversed(sums) if item[1]), sums[-1])


def _break(metric: str, tracks: Tracks, start: date, today: date) -> date | None:
    """The day of this month on which a network of these readings began to count the figure differently."""
    networks = {row.network for rows in tracks.values() for row in rows}
    days = {day for network in networks for name in names(metric) for day in catalogue.breaks(network, name)}
    return min((day for day in days if start < day <= min(_last(start), today)), default=None)
