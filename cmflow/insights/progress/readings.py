"""Readings of the metrics branch as readings of the plan's goals: none has to be written into the plan."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cmflow.insights.metrics.catalogue import Of
from cmflow.insights.progress import month_goals
from cmflow.insights.statistics import series
from cmflow.insights.statistics.series import Measurement
from cmflow.model import Goal, Plan

MEASURED = frozenset({"followers"})  # metrics of goals that networks tell of an account, and not only of its posts
BEGINNING = timedelta(days=365)  # how far back readings are looked for where the plan does not say when it began


def since(plan: Plan, now: datetime) -> datetime:
    """From when on readings may count."""
    begun = now - BEGINNING if plan.since is None else plan.start()
    has_months = any(goal.per for goal in plan.goals)
    return min(begun, month_goals.since(now, ZoneInfo(plan.zone))) if has_months else begun


def accounts(plan: Plan) -> frozenset[str]:
    """The accounts with a goal that readings tell of."""
    return frozenset(goal.account for goal in plan.goals if goal.per or goal.metric in MEASURED)


def with_readings(plan: Plan, lines: Mapping[str, Iterable[Measurement]], now: datetime) -> Plan:
    """The plan, its goals with what was read since it began, one reading per day; where the plan itself has a reading
    of a day, that one counts.

    Where a network began to count differently, the readings of before are left out, and so is the number that the goal
    started from: they mean something else.
    """
    rows = {account: [line for line in rows if line.time <= now] for account, rows in lines.items()}
    return replace(
        plan, goals=tuple(_with_readings(goal, plan, rows.get(goal.account, ()), now) for goal in plan.goals)
    )


def _with_readings(goal: Goal, plan: Plan, lines: Iterable[Measurement], now: datetime) -> Goal:
    if goal.per:
        return month_goals.with_months(goal, lines, now, ZoneInfo(plan.zone))
    if goal.metric not in MEASURED:
        return goal
    points = series.points((line for line in lines if not line.post), (goal.metric,), Of.ACCOUNT)
    segments = series.segments([point for point in points if point.time >= since(plan, now)])
    if not segments:
        return goal
    zone = ZoneInfo(plan.zone)
    days: dict[date, int] = {point.time.astimezone(zone).date(): round(point.value) for point in segments[-1]}
    start, written = goal.start, goal.readings
    if len(segments) > 1:
        first = min(days)
        start, written = None, tuple(reading for reading in written if reading[0] >= first)
    return replace(goal, start=start, readings=tuple(sorted({**days, **dict(written)}.items())))
