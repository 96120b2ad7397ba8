"""Goals per month, from readings of posts: nothing is added across a change of meaning."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cmflow.insights.progress import Verdict
from cmflow.insights.progress.goals import goal as progress
from cmflow.insights.progress.month_goals import with_months
from cmflow.insights.progress.readings import accounts, since, with_readings
from cmflow.model import Goal, Number
from tests.insights.progress.year import PLAN
from tests.insights.statistics.histories import Line

ZONE = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)
GOAL = Goal("team", "interactions", 100, date(2027, 3, 31), per="month")


def line(
    post: str, sent: datetime, days: float, network: str = "mastodon", part: int = 0, **values: Number | None
) -> Line:
    names = {name.replace("goal_", "goal: "): value for name, value in values.items()}
    age = timedelta(days=days)
    return Line(sent + age, f"{days:g}d", network, names, post, part, int(age.total_seconds()))


def day(number: int, month: int = 11) -> datetime:
    return datetime(2026, month, number, 9, tzinfo=UTC)


def measured(*lines: Line, goal: Goal = GOAL, now: datetime = NOW) -> Goal:
    return with_months(goal, lines, now, ZONE)


def test_the_newest_reading_of_each_post_is_added() -> None:
    result = measured(
        line("a", day(2), 1, favourites_count=10, replies_count=1),
        line("a", day(2), 7, favourites_count=30, replies_count=2),
        line("b", day(10), 3, favourites_count=8, replies_count=None),
        line("b", day(10), 3, part=1, favourites_count=500),  # of a thread, the first part
        line("c", day(29, 10), 14, favourites_count=70),
    )
    assert result.readings == ((date(2026, 10, 31), 70), (date(2026, 11, 13), 40))
    judged = progress(result, PLAN, NOW.date())
    assert (judged.name, judged.reading, judged.line) == (
        "team interactions per month",
        (date(2026, 11, 13), 40),
        46,
    )
    assert (judged.verdict, judged.reason.code) == (Verdict.AtRisk, "goal-month-behind")


def test_a_month_is_one_of_the_plans_zone() -> None:
    late = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)  # in Paris it is November
    assert measured(line("a", late, 3, favourites_count=5)).readings == ((date(2026, 11, 4), 5),)


def test_visits_are_those_of_all_parts_and_conversions_of_all_goals() -> None:
    lines = (
        line("a", day(2), 3, "plausible", visits=40, visitors=30, goal_Signup=4, goal_Order=None),
        line("a", day(2), 7, "plausible", visits=50, visitors=30, goal_Signup=5, goal_Order=1),
        line("a", day(2), 7, "plausible", part=1, visits=7, visitors=3, goal_Signup=2),
        line("a", day(2), 7, favourites_count=30),
    )
    visits, conversions = (
        measured(*lines, goal=Goal("team", metric, 100, date(2027, 3, 31), per="month"))
        for metric in ("visits", "conversions")
    )
    assert visits.readings == ((date(2026, 11, 9), 57),)
    assert conversions.readings == ((date(2026, 11, 9), 8),)


def test_a_false_zero_takes_nothing_away() -> None:
    lines = (
        line("a", day(2), 3, "plausible", visits=40, goal_Signup=4),
        line("a", day(2), 7, "plausible", visits=0, goal_Signup=0),
        line("a", day(2), 3, favourites_count=30),
        line("a", day(2), 7, favourites_count=0),
        line("b", day(3), 7, "plausible", visits=0, goal_Signup=0),
    )
    numbers = {
        metric: measured(*lines, goal=Goal("team", metric, 100, date(2027, 3, 31), per="month")).readings[0][1]
        for metric in ("visits", "conversions", "interactions")
    }
    assert numbers == {"visits": 40, "conversions": 4, "interactions": 30}


@pytest.mark.parametrize("values", [{"favourites_count": None}, {}])
def test_what_is_not_reported_is_no_number(values: dict[str, Number | None]) -> None:
    result = measured(Line(day(5), "3d", "mastodon", values, "a", age=3 * 86_400))
    assert result.readings == ()
    judged = progress(result, PLAN, NOW.date())
    assert (judged.verdict, judged.reason.code) == (Verdict.AtRisk, "goal-month-unread")
    assert progress(result, PLAN, date(2026, 11, 7)).verdict is Verdict.OnTrack


def test_a_month_in_which_the_meaning_changed_is_not_judged() -> None:
    """YouTube counts a view at the start of playback since 24 August 2026."""
    goal, now = Goal("team", "views", 1000, date(2027, 3, 31), per="month"), datetime(2026, 8, 30, 12, tzinfo=UTC)
    lines = (
        line("old", day(30, 7), 3, "youtube", viewCount=100),
        line("old", day(30, 7), 30, "youtube", viewCount=9000),  # counted the new way
        line("a", day(10, 8), 3, "youtube", viewCount=200),
        line("b", day(25, 8), 3, "youtube", viewCount=5000),
    )
    result = measured(*lines, goal=goal, now=now)
    assert (result.readings, result.changed) == (((date(2026, 7, 31), 100),), date(2026, 8, 24))
    judged = progress(result, PLAN, now.date())
    assert (judged.reading, judged.verdict, judged.reason.code) == (None, Verdict.OnTrack, "goal-month-changed")
    later = measured(*lines, line("c", day(3, 9), 3, "youtube", viewCount=700), goal=goal, now=day(9, 9))
    assert (later.readings, later.changed) == (((date(2026, 7, 31), 100), (date(2026, 9, 6), 700)), None)


def test_before_the_day_of_the_change_its_month_is_judged() -> None:
    goal, now = Goal("team", "views", 1000, date(2027, 3, 31), per="month"), datetime(2026, 8, 20, 12, tzinfo=UTC)
    result = measured(line("a", day(10, 8), 3, "youtube", viewCount=200), goal=goal, now=now)
    assert (result.readings, result.changed) == (((date(2026, 8, 13), 200),), None)


@pytest.mark.parametrize(
    ("number", "today", "verdict", "code"),
    [
        (100, date(2026, 11, 15), Verdict.Hit, "goal-month-hit"),
        (47, date(2026, 11, 15), Verdict.OnTrack, "goal-month-ahead"),
        (45, date(2026, 11, 15), Verdict.AtRisk, "goal-month-behind"),
        (99, date(2026, 11, 30), Verdict.OnTrack, "goal-month-ahead"),
        (99, date(2027, 4, 2), Verdict.Missed, "goal-blind"),
    ],
)
def test_the_line_of_a_month(number: int, today: date, verdict: Verdict, code: str) -> None:
    goal = replace(GOAL, readings=((min(today, date(2026, 11, 30)), number),))
    judged = progress(goal, PLAN, today)
    assert (judged.verdict, judged.reason.code) == (verdict, code)


def test_after_its_last_day_the_last_month_is_judged() -> None:
    goal = Goal("team", "interactions", 100, date(2026, 10, 31), per="month")
    lines = line("a", day(5, 10), 14, favourites_count=80), line("b", day(5), 3, favourites_count=500)
    judged = progress(measured(*lines, goal=goal), PLAN, NOW.date())
    assert (judged.reading, judged.verdict, judged.reason.code) == (
        (date(2026, 10, 19), 80),
        Verdict.Missed,
        "goal-month-missed",
    )


def test_an_old_reading_does_not_judge_and_one_by_hand_counts_first() -> None:
    stale = measured(line("a", day(1), 1, favourites_count=90), now=day(28))
    assert progress(stale, PLAN, date(2026, 11, 28)).reason.code == "goal-stale"
    hand = replace(GOAL, readings=((date(2026, 11, 13), 60),))
    assert measured(line("b", day(10), 3, favourites_count=8), goal=hand).readings == ((date(2026, 11, 13), 60),)


def test_only_accounts_with_such_goals_are_read_and_six_months() -> None:
    plan = replace(PLAN, goals=(GOAL, Goal("other", "clicks", 3, date(2027, 1, 1))), since=date(2026, 11, 1))
    assert accounts(plan) == {"team"}
    assert since(plan, NOW).astimezone(ZoneInfo(plan.zone)).date() == date(2026, 6, 1)
    lines = {"team": [line("a", day(2), 3, favourites_count=9)]}
    assert with_readings(plan, lines, NOW).goals[0].readings == ((date(2026, 11, 5), 9),)
