"""The quarter that never took place."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from cmflow.insights import inbox
from cmflow.insights.inbox.simulation import simulate
from cmflow.insights.statistics import PERIOD, Period
from cmflow.model import Account, Inbox, Plan

NOW = datetime(2026, 12, 1, 11, tzinfo=UTC)
HOURS = tuple((day, time(9), time(17, 30)) for day in range(5))
PLAN = Plan(
    "Harbour Café",
    "Europe/Paris",
    "en",
    (Account("toots", "mastodon"), Account("sky", "bluesky")),
    inbox=Inbox(hours=HOURS, first_answer=timedelta(hours=4), answered=90),
)


def test_the_same_plan_and_day_always_give_the_same_quarter() -> None:
    assert simulate(PLAN, NOW) == simulate(PLAN, NOW)
    assert simulate(PLAN, NOW, seed=2) != simulate(PLAN, NOW)
    assert {one.account for one in simulate(replace(PLAN, inbox=Inbox(accounts=("sky",))), NOW)} == {"sky"}


def test_nothing_is_ahead_of_its_time_and_all_of_it_is_marked() -> None:
    conversations = simulate(PLAN, NOW)
    traces = [trace for one in conversations for trace in one.traces]
    assert max(trace.time for trace in traces) <= NOW
    assert min(trace.time for trace in traces) >= NOW - PERIOD - timedelta(days=1)
    assert all(one.id.startswith("simulated-") for one in conversations)
    assert all(trace.author.startswith("simulated-") for trace in traces)


def test_it_shows_what_there_is_to_see() -> None:
    listening = inbox.assess(simulate(PLAN, NOW), PLAN, Period(NOW - PERIOD, NOW), NOW, simulated=True)
    assert listening.simulated
    assert listening.total.all > 200 and listening.total.usual and listening.total.slow
    assert {row.name for row in listening.labels} == {"doubt", "complaint", "praise", "suggestion", "proposal"}
    assert len(listening.weeks) == 14 and all(week.figures.all for week in listening.weeks)
    assert listening.new > listening.returning == 0
    assert listening.open and listening.overdue
