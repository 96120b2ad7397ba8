from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.insights.progress import GoalProgress, Verdict
from cmflow.insights.progress.goals import expected, goal
from cmflow.model import Goal
from cmflow.model.reason import because
from tests.insights.progress.year import PLAN, TODAY

BY = date(2027, 3, 31)
GOAL = Goal("team", "followers", 300, BY)
PLACE = replace(PLAN, since=None)


def stands(*readings: tuple[date, int], today: date = TODAY, start: int | None = None) -> GoalProgress:
    return goal(replace(GOAL, readings=readings, start=start), PLACE, today)


def test_without_a_reading_nobody_knows() -> None:
    found = stands()
    assert (found.name, found.reading, found.line) == ("team followers", None, 0)
    assert (found.verdict, found.reason) == (Verdict.AtRisk, because("goal-unread"))
    over = stands(today=BY + timedelta(days=1))
    assert (over.verdict, over.reason) == (Verdict.Missed, because("goal-blind"))
    assert stands(today=BY).verdict is Verdict.AtRisk


BEGUN = (date(2026, 11, 1), 100)


@pytest.mark.parametrize(
    ("reading", "verdict", "code", "line"),
    [
        ((date(2026, 12, 1), 141), Verdict.OnTrack, "goal-ahead", 140),
        ((date(2026, 12, 1), 140), Verdict.OnTrack, "goal-ahead", 140),
        ((date(2026, 12, 1), 139), Verdict.AtRisk, "goal-behind", 140),
        ((date(2026, 11, 17), 200), Verdict.AtRisk, "goal-stale", 121),
        ((date(2026, 11, 18), 200), Verdict.OnTrack, "goal-ahead", 122),
    ],
)
def test_the_straight_line_from_the_first_reading(
    reading: tuple[date, int], verdict: Verdict, code: str, line: int
) -> None:
    found = stands(BEGUN, reading)
    day, number = reading
    why = because(code, number=number, day=day, target=300, by=BY, line=line)
    assert found == GoalProgress(replace(GOAL, readings=(BEGUN, reading)), reading, line, verdict, why)


def test_a_goal_is_hit_once_and_stays_so() -> None:
    found = stands(BEGUN, (date(2026, 11, 20), 301), (date(2026, 12, 1), 280))
    assert (found.verdict, found.reason) == (
        Verdict.Hit,
        because("goal-hit", number=301, day=date(2026, 11, 20), target=300),
    )
    assert stands(BEGUN, (BY, 300), today=date(2028, 1, 1)).verdict is Verdict.Hit


def test_after_its_day() -> None:
    late = stands(BEGUN, (date(2027, 3, 30), 299), (BY + timedelta(days=1), 400), today=date(2027, 5, 1))
    assert (late.verdict, late.reason.code, late.reading) == (
        Verdict.Missed,
        "goal-missed",
        (BY + timedelta(days=1), 400),
    )


def test_a_reading_of_tomorrow_does_not_count() -> None:
    found = stands(BEGUN, (TODAY, 150), (TODAY + timedelta(days=1), 400))
    assert (found.reading, found.verdict) == ((TODAY, 150), Verdict.OnTrack)
    assert stands((TODAY + timedelta(days=1), 400)).reason == because("goal-unread")


def test_where_the_line_begins() -> None:
    week = (TODAY - timedelta(days=7), 100)
    assert stands(week, (TODAY, 100)).line == 111
    with_start = replace(GOAL, readings=(week, (TODAY, 100)), start=50)
    assert goal(with_start, PLACE, TODAY).line == 63
    assert goal(with_start, replace(PLAN, since=date(2026, 11, 1)), TODAY).line == 101
    assert goal(with_start, replace(PLAN, since=date(2026, 12, 1)), TODAY).line == 63


DAYS = st.dates(date(2026, 1, 1), date(2028, 1, 1))


@given(st.integers(0, 10**6), st.integers(0, 10**6), DAYS, DAYS, st.integers(0, 800))
def test_the_line_only_climbs_from_its_beginning_to_the_target(
    start: int, climb: int, begins: date, by: date, gone: int
) -> None:
    it, day = replace(GOAL, target=start + climb, by=by), begins + timedelta(days=gone)
    here, later = (expected(it, (begins, start), each) for each in (day, day + timedelta(days=1)))
    assert start <= here <= later <= it.target
    assert expected(it, (begins, start), max(by, begins)) == it.target


@given(st.lists(st.tuples(DAYS, st.integers(0, 400)), max_size=6, unique_by=lambda each: each[0]), DAYS)
def test_a_higher_last_reading_is_never_worse(readings: list[tuple[date, int]], today: date) -> None:
    rows = sorted(each for each in readings if each[0] <= today)
    if not rows:
        return
    best = [Verdict.Missed, Verdict.AtRisk, Verdict.OnTrack, Verdict.Hit]
    now = stands(*rows, today=today, start=0)
    higher = stands(*rows[:-1], (rows[-1][0], rows[-1][1] + 50), today=today, start=0)
    assert best.index(higher.verdict) >= best.index(now.verdict)
