"""Tests and intervals keep what they promise; the truth is known because it is simulated."""

from random import Random

import pytest

from cmflow.insights.statistics import evidence
from cmflow.insights.statistics.evidence import Interval


def test_equal_values_share_a_place_and_the_middle_is_0() -> None:
    first, *middle, last = evidence.scores([1, 5, 5, 5, 9])
    assert middle == [0, 0, 0]
    assert last == -first > 1


def test_what_does_not_differ_has_no_evidence() -> None:
    assert evidence.difference([1, 1], [1, 1, 1]) == 1
    assert evidence.difference([], [1, 2]) == 1
    assert evidence.differences([[1.0, 2.0]]) == 1
    assert evidence.differences([]) == 1


def test_a_clear_difference_is_evident() -> None:
    part, remainder = [3.0] * 20, [1.0] * 20
    assert evidence.difference(part, remainder) < 1e-8
    assert evidence.differences([part, remainder, [1.0] * 20]) < 1e-8
    assert evidence.shuffled([part, remainder]) == pytest.approx(1 / 2001)


@pytest.mark.parametrize("test", [evidence.differences, evidence.shuffled])
def test_noise_is_taken_for_a_difference_as_often_as_it_says(test: object) -> None:
    random = Random(7)
    chances = []
    for _ in range(300):
        values = evidence.scores([random.gauss(0, 1) for _ in range(60)])
        chances.append(test([values[:12], values[12:30], values[30:]]))  # type: ignore[operator]
    assert 0.02 < sum(chance < 0.05 for chance in chances) / 300 < 0.08


def test_the_same_samples_always_give_the_same_answer() -> None:
    samples = [[0.1, 0.4, 0.2], [0.3, 0.9, 0.8], [0.2, 0.1, 0.7]]
    assert evidence.shuffled(samples) == evidence.shuffled(samples)


def test_the_more_is_tested_the_stricter() -> None:
    assert evidence.discoveries([0.02]) == (True,)
    assert evidence.discoveries([0.02, 0.5, 0.6, 0.7]) == (False,) * 4
    assert evidence.discoveries([0.5, 0.001, 0.015]) == (False, True, True)
    assert evidence.discoveries([]) == ()


def test_intervals_hold_the_truth() -> None:
    random, median, difference = Random(3), 0, 0
    for _ in range(400):
        part = [random.gauss(1, 1) for _ in range(15)]
        remainder = [random.gauss(0, 1) for _ in range(40)]
        difference += evidence.shift(part, remainder).low <= 1 <= evidence.shift(part, remainder).high
        median += evidence.centre(remainder).low <= 0 <= evidence.centre(remainder).high
    assert difference / 400 > 0.92
    assert median / 400 > 0.92


def test_long_samples_are_compared_by_their_quantiles() -> None:
    part = [number / 1000 + 1 for number in range(1000)]
    remainder = [number / 3000 for number in range(3000)]
    interval = evidence.shift(part, remainder)
    assert interval.middle == pytest.approx(1, abs=0.01)
    assert interval.high - interval.low < 0.1
    assert evidence.centre(part).of(round) == Interval(1, 1, 2)
