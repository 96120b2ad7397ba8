from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.insights.progress import Crowd, Silence, Verdict, Week
from cmflow.insights.progress.accounts import judge
from cmflow.model import Account, Pause, Plan, Slot
from cmflow.model.reason import because
from tests.insights.progress.year import MONDAY, NOW, PARIS, PLAN, TEAM, TODAY, Post, day, measure, team

LAST, NEXT = MONDAY - timedelta(weeks=1), MONDAY + timedelta(weeks=1)
FULL = (  # two posts in each of three weeks
    Post("a", day(24, 11), "sent"),
    Post("b", day(26, 11), "sent"),
    Post("c", day(1), "sent"),
    Post("d", day(3)),
    Post("e", day(8)),
    Post("f", day(10)),
)
HOLIDAYS = Pause("holidays", day(19), date(2027, 1, 3))


def plan(*accounts: Account, **changes: object) -> Plan:
    return replace(PLAN, accounts=accounts or PLAN.accounts, **changes)  # type: ignore[arg-type]


def without(*names: str) -> tuple[Post, ...]:
    return tuple(each for each in FULL if each.name not in names)


# ── weeks ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_week_counts_what_became_of_its_posts() -> None:
    found = team(
        *FULL,
        Post("idea", day(4), "draft"),
        Post("wrong", day(5), "held"),
        Post("late", day(1)),
        Post("refused", day(1), "failed"),
        Post("who-knows", day(1), "unsure"),
        Post("elsewhere", day(1), accounts=("other",)),
    )
    assert found.weeks[7:10] == (
        Week(LAST, 2, sent=2),
        Week(MONDAY, 2, sent=1, scheduled=1, held=1, drafts=1, missed=1, failed=1, unsure=1),
        Week(NEXT, 2, scheduled=2),
    )
    assert [each.planned for each in found.weeks] == [0] * 6 + [2] * 10  # cmflow took over two weeks ago
    assert (found.finished[-1].starts, found.coming[0].starts, len(found.weeks)) == (LAST, MONDAY, 16)
    assert (found.weeks[8].filled, found.weeks[8].short, found.weeks[10].short) == (2, 0, 2)


def test_a_post_on_sunday_night_counts_for_its_own_week() -> None:
    night = [Post(f"n{hour}{minute}", day(6), at=time(hour, minute)) for hour, minute in ((23, 59), (0, 0))]
    found = team(*night, Post("monday", day(7), at=time(0, 0)))
    assert [each.scheduled for each in found.coming[:2]] == [2, 1]


@pytest.mark.parametrize(
    ("per_week", "pause", "asked"),
    [
        (2, (day(7), day(13)), 0),
        (7, (day(7), day(7)), 6),
        (2, (day(10), day(10)), 1),
        (2, (day(11), date(2027, 3, 1)), 1),
        (1, (day(10), day(10)), 0),
        (14, (day(1), day(8)), 10),
        (2, (day(14), day(20)), 2),
    ],
)
def test_a_pause_asks_for_its_part_less(per_week: int, pause: tuple[date, date], asked: int) -> None:
    found = team(plan=plan(replace(TEAM, per_week=per_week), pauses=(Pause("rest", *pause),)))
    assert found.coming[1].planned == asked


def test_no_number_no_verdict() -> None:
    found = team(*FULL, plan=plan(replace(TEAM, per_week=0)))
    assert (found.verdict, found.reason, found.silences) == (None, because("week-free"), ())
    assert (found.weeks[8].planned, found.weeks[8].sent, found.weeks[8].scheduled) == (0, 1, 1)


STATES = st.sampled_from(["", "sent", "draft", "held", "failed", "unsure", "missed", "skipped"])
POSTS = st.lists(st.tuples(st.integers(-55, 50), STATES), max_size=40)


@given(POSTS, st.integers(0, 9), st.integers(-60, 60), st.integers(0, 40))
def test_nothing_is_counted_twice_or_forgotten(
    given_posts: list[tuple[int, str]], per_week: int, pause: int, length: int
) -> None:
    """Every post of these weeks stands in one of them, as one thing; and no week asks for more than the plan."""
    made = [Post(f"p{number}", TODAY + timedelta(days=days), state) for number, (days, state) in enumerate(given_posts)]
    rest = Pause("rest", TODAY + timedelta(days=pause), TODAY + timedelta(days=pause + length))
    found = team(*made, plan=plan(replace(TEAM, per_week=per_week), since=None, pauses=(rest,)))
    counted = [
        each.sent + each.scheduled + each.held + each.drafts + each.missed + each.failed + each.unsure
        for each in found.weeks
    ]
    mondays = [each.starts for each in found.weeks]
    wanted = [each.day - timedelta(days=each.day.weekday()) for each in made if each.state != "skipped"]
    assert counted == [wanted.count(monday) for monday in mondays]
    assert all(0 <= each.planned <= per_week for each in found.weeks)
    assert (found.verdict is None) == (per_week == 0)


# ── the verdict ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("posts", "verdict", "why"),
    [
        (FULL, Verdict.OnTrack, because("week-full", have=4, wanted=4)),
        (
            without("d"),
            Verdict.AtRisk,
            because("week-short", have=1, wanted=2, week=MONDAY, drafts=0),
        ),
        (
            (*without("d"), Post("idea", day(4), "draft")),
            Verdict.AtRisk,
            because("week-short-drafts", have=1, wanted=2, week=MONDAY, drafts=1),
        ),
        (
            (*without("d"), Post("wrong", day(4), "held")),
            Verdict.AtRisk,
            because("week-short", have=1, wanted=2, week=MONDAY, drafts=0),
        ),
        (
            without("e", "f"),
            Verdict.AtRisk,
            because("week-short", have=0, wanted=2, week=NEXT, drafts=0),
        ),
        (
            without("a"),
            Verdict.Missed,
            because("week-missed", have=1, wanted=2, week=LAST),
        ),
        ((*FULL, Post("g", day(1), "sent")), Verdict.Hit, because("week-done", have=2, wanted=2)),
        ((), Verdict.AtRisk, because("week-short", have=0, wanted=2, week=MONDAY, drafts=0)),
    ],
)
def test_the_verdict_and_why(posts: tuple[Post, ...], verdict: Verdict, why: object) -> None:
    found = team(*posts)
    assert (found.verdict, found.reason) == (verdict, why)


def test_a_pause_is_no_risk() -> None:
    holiday = datetime(2026, 12, 23, 10, tzinfo=PARIS)
    sent = (Post("y", day(15), "sent"), Post("z", day(17), "sent"))
    found = team(*sent, plan=plan(pauses=(HOLIDAYS,)), now=holiday)
    assert (found.verdict, found.reason) == (Verdict.OnTrack, because("week-none"))
    assert [each.planned for each in found.weeks[7:11]] == [1, 0, 0, 2]  # from 19 to 3 January nothing is asked for
    assert team(*sent, now=holiday).verdict is Verdict.AtRisk


WEEKS = st.builds(
    Week,
    st.just(MONDAY),
    st.integers(0, 5),
    sent=st.integers(0, 6),
    scheduled=st.integers(0, 6),
    drafts=st.integers(0, 2),
)
BEST = [Verdict.AtRisk, Verdict.Missed, Verdict.OnTrack, Verdict.Hit]


@given(st.lists(WEEKS, min_size=3, max_size=3), st.integers(0, 2), st.sampled_from(["sent", "scheduled"]))
def test_one_post_more_never_makes_it_worse(weeks: list[Week], number: int, kind: str) -> None:
    if number == 0 and kind == "scheduled":
        kind = "sent"  # nothing of a week that is over is still to come
    more = [*weeks]
    more[number] = replace(more[number], **{kind: getattr(more[number], kind) + 1})
    assert BEST.index(judge(more).verdict) >= BEST.index(judge(weeks).verdict)


# ── free slots ──────────────────────────────────────────────────────────────────────────────────────────────


def test_free_slots_of_four_weeks() -> None:
    taken = (Post("d", day(3)), Post("wrong", day(7), "held"), Post("idea", day(10), "draft"))
    lost = (Post("late", day(14), "failed"),)
    assert team(*taken, *lost, plan=plan(pauses=(HOLIDAYS,))).free == (
        datetime(2026, 12, 14, 9, tzinfo=PARIS),
        datetime(2026, 12, 17, 9, tzinfo=PARIS),
    )
    assert len(team(*taken).free) == 5
    assert team(plan=plan(replace(TEAM, slots=()))).free == ()


def test_a_slot_that_the_clock_change_leaves_out_is_none() -> None:
    nights = replace(TEAM, slots=(Slot(6, time(2, 30)),))
    found = team(plan=plan(nights), now=datetime(2027, 3, 22, 10, tzinfo=PARIS))
    assert [each.date() for each in found.free] == [date(2027, 4, 4), date(2027, 4, 11), date(2027, 4, 18)]


# ── silences and crowds ─────────────────────────────────────────────────────────────────────────────────────


def test_a_silence_is_longer_than_twice_the_usual_distance() -> None:
    eight = (Post("a", day(3)), Post("b", day(12)))
    assert team(*eight).silences == (Silence(day(3), day(12), 8),)
    assert team(*eight).longest == Silence(day(3), day(12), 8)
    assert team(Post("a", day(3)), Post("b", day(11))).silences == ()
    assert team().longest is None


def test_a_silence_that_lasts_until_today() -> None:
    assert team(Post("a", day(20, 11), "sent")).silences == (Silence(day(20, 11), TODAY, 11),)


def test_what_was_uneven_long_ago_is_not_told() -> None:
    posts = [Post("a", day(20, 10), "sent"), Post("b", day(18, 11), "sent"), Post("c", TODAY, "sent")]
    posts += [Post(f"p{hour}", day(18, 11), "sent", at=time(hour)) for hour in (12, 15)]
    found = team(*posts, plan=plan(since=date(2026, 1, 1)))
    assert (found.silences, found.crowds) == ((Silence(day(18, 11), TODAY, 13),), ())


def test_a_pause_and_the_time_before_cmflow_are_no_silence() -> None:
    posts = (Post("a", day(18)), Post("b", date(2027, 1, 5)))
    assert team(*posts, plan=plan(pauses=(HOLIDAYS,))).silences == ()
    assert [each.days for each in team(*posts).silences] == [17]
    assert team(Post("a", day(6, 10)), Post("b", day(17, 11), "sent"), Post("c", TODAY, "sent")).silences == (
        Silence(day(17, 11), TODAY, 14),
    )


def test_whoever_asks_for_many_posts_hears_of_no_short_silence() -> None:
    often = plan(replace(TEAM, per_week=14))
    assert team(Post("a", day(3)), Post("b", day(7)), plan=often).silences == ()
    assert [each.days for each in team(Post("a", day(3)), Post("b", day(8)), plan=often).silences] == [4]


def test_a_crowded_day() -> None:
    three = tuple(Post(f"p{hour}", day(8), at=time(hour)) for hour in (9, 12, 15))
    assert team(*three).crowds == (Crowd(day(8), 3),)
    assert team(*three[:2]).crowds == ()
    assert team(*three[:2], Post("lost", day(8), "failed")).crowds == ()
    assert team(*three, plan=plan(replace(TEAM, per_week=11))).crowds == ()


def test_the_moment_it_holds_for() -> None:
    found = measure(*FULL)
    assert (found.now, found.today) == (NOW, TODAY)
