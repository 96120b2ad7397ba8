"""A/B tests, from histories in which it is known what the versions do."""

from dataclasses import replace
from datetime import timedelta
from math import exp
from random import Random

import pytest

from cmflow.insights import statistics
from cmflow.insights.statistics import Trial, Verdict, Version
from cmflow.model import Key
from tests.insights.statistics.histories import NOW, QUESTION, START, World

DAY = timedelta(days=1)
HISTORIES = 60


def experimental(seed: int, effect: float = 1.0, posts: int = 80, spread: float = 0.5) -> World:
    """Posts to one account; those that ask get `effect` times as much as those that tell."""
    world, random = World(), Random(seed)
    for number in range(posts):
        version = random.choice(("ask", "tell"))
        name = f"post-{number}"
        world.post(name, START + timedelta(days=1 + number * 84 / posts), test="hook")
        entry = world.entries[name]
        world.entries[name] = replace(entry, planned=tuple(replace(item, version=version) for item in entry.planned))
        likes = 40 * exp(random.gauss(0, spread)) * (effect if version == "ask" else 1)
        world.read(name, 3 * DAY, favourites_count=round(likes))
    return world


def trial(world: World) -> Trial:
    [item] = statistics.assess(world.source, QUESTION, NOW).trials
    return item


@pytest.mark.slow
@pytest.mark.parametrize(("effect", "verdict"), [(1.5, Verdict.BETTER), (1 / 1.5, Verdict.WORSE)])
def test_half_as_much_again_is_found_with_forty_posts_of_each(effect: float, verdict: Verdict) -> None:
    verdicts = [trial(experimental(seed, effect)).verdict for seed in range(HISTORIES)]
    assert verdicts.count(verdict) >= 0.8 * HISTORIES


@pytest.mark.slow
def test_no_difference_is_an_answer() -> None:
    verdicts = [trial(experimental(1000 + seed)).verdict for seed in range(HISTORIES)]
    assert verdicts.count(Verdict.SAME) >= 0.95 * HISTORIES


def test_a_verdict_has_an_interval_and_its_numbers() -> None:
    answer = trial(experimental(3, 2.0))
    assert answer.ratio is not None
    assert 1.4 < answer.ratio.low < 2.0 < answer.ratio.high < 2.9
    assert (answer.first.name, answer.second.name, answer.first.posts + answer.second.posts) == ("ask", "tell", 80)


def test_too_few_posts_are_not_judged() -> None:
    answer = trial(experimental(4, 3.0, posts=16))
    assert (answer.verdict, answer.ratio, answer.chance) == (Verdict.FEW, None, 1.0)
    assert (answer.first, answer.second) == (Version("ask", 8), Version("tell", 8))


def test_what_was_edited_after_it_was_sent_is_left_out() -> None:
    world = experimental(5)
    key = Key("post-7", "news")
    world.deliveries[key] = replace(world.deliveries[key], digest="another")
    del world.lines["news"][9]
    answer = trial(world)
    assert (answer.changed, answer.waiting, answer.first.posts + answer.second.posts) == (1, 1, 78)


def test_a_test_of_which_only_one_version_was_sent_is_not_there() -> None:
    world = experimental(6, posts=1)
    assert statistics.assess(world.source, QUESTION, NOW).trials == ()
