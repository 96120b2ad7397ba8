"""What the coming days lack: at most one warning an account."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from cmflow.lint import plan_rules
from cmflow.model import Account, Pause, Plan, Problem, Slot
from tests.insights.progress.year import NOW, PARIS, Post, day, measure

TEAM = Account("team", "mastodon", per_week=2, slots=(Slot(0, time(9)), Slot(3, time(9))), line=7)
PLAN = Plan("Harbour", "Europe/Paris", "en", (TEAM, Account("free", "x", line=12)), since=date(2026, 11, 30))
FULL = (Post("a", day(1), "sent"), Post("b", day(3)), Post("c", day(7)), Post("d", day(10)))
HINT = "Write a post, change `per_week`, or name the days as one of the `pauses`."


def ahead(*posts: Post, plan: Plan = PLAN, now: datetime = NOW) -> tuple[Problem, ...]:
    return plan_rules.targets(plan, measure(*posts, plan=plan, now=now))


def short(message: str, hint: str) -> tuple[Problem, ...]:
    return (Problem("content/plan.md", 7, "week-short", f"The plan asks for 2 a week: {message}", hint, "team"),)


def test_full_weeks_are_no_problem() -> None:
    assert ahead(*FULL) == ()


def test_this_week_and_the_next_are_told_together() -> None:
    assert ahead() == short(
        "the week of 2026-11-30 has 0 of 2 posts, that of 2026-12-07 has 0 of 2 posts.",
        f"Free: 2026-12-03 09:00, 2026-12-07 09:00. {HINT}",
    )


def test_what_is_there_but_will_not_go_out() -> None:
    others = (Post("idea", day(10), "draft"), Post("wrong", day(10), "held", at=time(15)))
    assert ahead(*FULL[:3], *others) == short("the week of 2026-12-07 has 1 of 2 posts (1 draft, 1 on hold).", HINT)


def test_without_slots_none_is_offered() -> None:
    plan = replace(PLAN, accounts=(replace(TEAM, slots=()),))
    assert ahead(*FULL[:3], plan=plan) == short("the week of 2026-12-07 has 1 of 2 posts.", HINT)


@pytest.mark.parametrize("pause", [(day(7), day(13)), (day(4), date(2027, 1, 31))])
def test_a_pause_is_no_problem(pause: tuple[date, date]) -> None:
    assert ahead(*FULL[:2], plan=replace(PLAN, pauses=(Pause("rest", *pause),))) == ()


def test_nothing_is_said_before_the_plan_begins() -> None:
    assert ahead(plan=replace(PLAN, since=date(2027, 1, 1))) == ()


EARLY = (Post("a", day(30, 11), "sent"), Post("b", day(3)), Post("c", day(12)), Post("d", day(13)))


def test_a_silence_between_full_weeks() -> None:
    message = "Nothing is published for 8 days between 2026-12-03 and 2026-12-12; the plan asks for 2 posts a week."
    hint = f"Free: 2026-12-07 09:00, 2026-12-10 09:00. {HINT}"
    assert ahead(*EARLY) == (Problem("content/plan.md", 7, "long-silence", message, hint, "team"),)


def test_a_silence_that_is_over_or_far_off_is_not_told() -> None:
    later = datetime(2026, 12, 15, 10, tzinfo=PARIS)
    week = (Post("e", day(15), "sent"), Post("f", day(17)), Post("g", day(22)), Post("h", day(24)))
    posts = (*(replace(each, state="sent") for each in EARLY), *week)
    assert ahead(*posts, now=later) == ()
    assert ahead(*FULL, Post("z", date(2027, 1, 4))) != ()  # it begins within two weeks
    assert ahead(*FULL, Post("y", day(17)), Post("z", date(2027, 1, 4))) == ()
