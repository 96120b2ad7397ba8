from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.insights.progress.window import Window, window
from cmflow.insights.status import Standing
from cmflow.model import Campaign, Plan, State, Status
from tests.insights.progress.year import MONDAY, NOW, PARIS, PLAN, Post, around, day


def kinds(found: Window) -> set[tuple[date, str]]:
    return {each for counts in found.counts.values() for each in counts}


@pytest.mark.parametrize(
    ("post", "kind"),
    [
        (Post("out", day(1), "sent"), "sent"),
        (Post("later", day(9)), "scheduled"),
        (Post("begun", day(9), "sending"), "scheduled"),
        (Post("wrong", day(10), "held"), "held"),
        (Post("idea", day(11), "draft"), "draft"),
        (Post("late", day(1)), "missed"),
        (Post("refused", day(1), "failed"), "failed"),
        (Post("who-knows", day(1), "unsure"), "unsure"),
        (Post("passed-over", day(8), "skipped"), ""),
        (Post("of-old", day(10, 11)), "sent"),
        (Post("idea-of-old", day(10, 11), "draft"), ""),
    ],
)
def test_what_becomes_of_each_kind_of_post(post: Post, kind: str) -> None:
    assert kinds(around(post)) == ({(post.day, kind)} if kind else set())


@pytest.mark.parametrize(
    ("state", "kind"),
    [("sent", "sent"), ("failed", "failed"), ("unsure", "unsure"), ("missed", "missed"), ("sending", "unsure")],
)
def test_what_only_the_ledger_knows(state: str, kind: str) -> None:
    assert kinds(window(PLAN, [], [Standing("a", "team", State(state), NOW)], NOW)) == {(NOW.date(), kind)}


def test_what_a_run_will_try_again_is_scheduled_and_what_nobody_plans_any_more_is_nothing() -> None:
    again = Standing("again", "team", State.FAILED, NOW, open=True)
    gone = [Standing("gone", "team", state, NOW) for state in (State.SCHEDULED, State.SKIPPED)]
    assert kinds(window(PLAN, [], [again, *gone], NOW)) == {(NOW.date(), "scheduled")}


@pytest.mark.parametrize("plan", [replace(PLAN, since=NOW.date()), PLAN])
def test_what_was_sent_counts_once_though_its_post_is_history_or_a_draft_by_now(plan: Plan) -> None:
    sent = Post("sent", day(1))
    entry = sent.entry if plan.since == NOW.date() else replace(sent.entry, status=Status.DRAFT)
    known = Standing("sent", "team", State.SENT, sent.due)
    assert window(plan, [entry], [known], NOW).counts == {"team": {(day(1), "sent"): 1}}


def test_eight_weeks_back_and_eight_ahead() -> None:
    first, last = MONDAY - timedelta(weeks=8), MONDAY + timedelta(weeks=8)
    days = {"before": first - timedelta(days=1), "first": first, "last": last - timedelta(days=1), "after": last}
    found = around(*(Post(name, each) for name, each in days.items()))
    assert kinds(found) == {(first, "sent"), (last - timedelta(days=1), "scheduled")}
    assert (found.mondays[0], found.mondays[8], found.mondays[-1]) == (first, MONDAY, last - timedelta(weeks=1))


@pytest.mark.parametrize(
    ("zone", "at", "monday"),
    [
        ("Europe/Paris", datetime(2026, 11, 29, 22, 59, tzinfo=UTC), date(2026, 11, 23)),
        ("Europe/Paris", datetime(2026, 11, 29, 23, 0, tzinfo=UTC), date(2026, 11, 30)),
        ("America/Los_Angeles", datetime(2026, 11, 30, 7, 59, tzinfo=UTC), date(2026, 11, 23)),
        ("America/Los_Angeles", datetime(2026, 11, 30, 8, 0, tzinfo=UTC), date(2026, 11, 30)),
        ("Pacific/Kiritimati", datetime(2026, 11, 29, 10, 0, tzinfo=UTC), date(2026, 11, 30)),
        ("Europe/Paris", datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 19)),  # the clock went back today
        ("Europe/Paris", datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
        ("Europe/Paris", datetime(2027, 3, 28, 21, 59, tzinfo=UTC), date(2027, 3, 22)),  # the clock went forward today
        ("Europe/Paris", datetime(2027, 3, 28, 22, 0, tzinfo=UTC), date(2027, 3, 29)),
        ("Europe/Paris", datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2026, 12, 28)),  # a week of two years
    ],
)
def test_weeks_begin_on_the_mondays_of_the_plans_zone(zone: str, at: datetime, monday: date) -> None:
    assert Window(replace(PLAN, zone=zone), at).monday == monday


def test_the_day_of_a_post_is_that_of_the_zone() -> None:
    late = Post("late", day(6), at=time(23, 30))
    assert kinds(around(late)) == {(day(6), "scheduled")}
    assert kinds(around(late, plan=replace(PLAN, zone="Asia/Tokyo", since=None))) == {(day(7), "scheduled")}


def test_times_that_are_taken() -> None:
    ahead, draft, lost = Post("a", day(8)), Post("b", day(9), "draft"), Post("c", day(1), "failed")
    long_ago = Post("d", day(20, 11), "sent")
    assert around(ahead, draft, lost, long_ago).busy == {"team": [ahead.due, draft.due]}


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))
def test_each_week_is_seven_days_whatever_the_clocks_do(now: datetime) -> None:
    mondays = Window(PLAN, now).mondays
    starts = [datetime.combine(each, time(), PARIS) for each in mondays]
    assert {each.weekday() for each in mondays} == {0}
    assert {after - before for before, after in pairwise(mondays)} == {timedelta(weeks=1)}
    assert starts[8] <= now < starts[9]


SUMMER = Campaign("summer", date(2026, 3, 1), date(2026, 12, 31))
OVER = Campaign("over", date(2026, 3, 1), date(2026, 10, 4))
ALWAYS = Campaign("always", None, None)
CAMPAIGNS: Plan = replace(PLAN, campaigns=(SUMMER, OVER, ALWAYS), since=date(2026, 1, 1))


def test_a_campaign_counts_all_its_posts_and_one_without_end_those_of_these_weeks() -> None:
    found = around(
        Post("spring", date(2026, 3, 3), "sent", campaign="summer"),
        Post("winter", day(20), campaign="summer"),
        Post("draft", date(2026, 3, 4), "draft", campaign="summer"),
        Post("early", date(2026, 3, 5), "sent", campaign="always"),
        Post("now", day(2), "sent", campaign="always"),
        Post("done", date(2026, 3, 6), "sent", campaign="over"),
        Post("other", day(3), campaign="unheard-of"),
        plan=CAMPAIGNS,
    )
    assert found.campaigns == (SUMMER, ALWAYS)
    assert {name: {post: set(kinds) for post, kinds in each.items()} for name, each in found.members.items()} == {
        "summer": {"spring": {"sent"}, "winter": {"scheduled"}, "draft": {"draft"}},
        "always": {"now": {"sent"}},
    }


def test_the_posts_of_a_campaign_from_before_cmflow_took_over_are_out() -> None:
    plan = replace(CAMPAIGNS, since=date(2026, 6, 1))
    found = around(Post("spring", date(2026, 3, 3), campaign="summer"), plan=plan)
    assert found.members["summer"] == {"spring": {"sent"}}
