from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cmflow.insights import statistics
from cmflow.insights.simulation import EFFECT, simulate
from cmflow.insights.statistics import PERIOD, Period, Question, Verdict
from cmflow.model import Account, Pillar, Plan

NOW = datetime(2026, 12, 1, 11, tzinfo=UTC)
PLAN = Plan(
    "Harbour Café",
    "Europe/Paris",
    "en",
    (Account("toots", "mastodon"), Account("sky", "bluesky"), Account("folder", "outbox")),
    pillars=(Pillar("menu", 60), Pillar("people", 40)),
)
QUESTION = Question(Period(NOW - PERIOD, NOW))


def test_the_same_plan_and_day_always_give_the_same_quarter() -> None:
    assert simulate(PLAN, NOW) == simulate(PLAN, NOW)
    assert simulate(PLAN, NOW, seed=2) != simulate(PLAN, NOW)


def test_everything_that_is_read_is_marked_and_nothing_is_ahead_of_its_time() -> None:
    source = simulate(PLAN, NOW)
    lines = [line for rows in source.lines.values() for line in rows]
    assert len(lines) > 500 and {line.mode for line in lines} == {"simulated"}
    assert max(line.time for line in lines) <= NOW
    assert max(delivery.due for delivery in source.deliveries.values()) <= NOW
    assert min(delivery.due for delivery in source.deliveries.values()) >= NOW - PERIOD - timedelta(days=1)
    assert {delivery.account for delivery in source.deliveries.values()} == {"toots", "sky"}


def test_the_one_effect_that_is_in_it_is_found_and_no_other() -> None:
    answer = statistics.assess(simulate(PLAN, NOW), QUESTION, NOW)
    assert answer.simulated
    differing = {
        (factor.name, level.name): level
        for factor in answer.factors
        for level in factor.levels
        if level.verdict in (Verdict.BETTER, Verdict.WORSE)
    }
    assert [*differing] == [("picture", "no"), ("picture", "yes")]
    assert [(factor.name, level.name) for factor, level in answer.differences] == [("picture", "yes")]
    ratio = differing["picture", "yes"].ratio
    assert ratio and ratio.low < EFFECT < ratio.high


def test_accounts_that_tell_nothing_have_nothing() -> None:
    source = simulate(replace(PLAN, accounts=(Account("folder", "outbox"),)), NOW)
    assert (source.entries, source.deliveries, source.lines) == ((), {}, {})
