import pytest

from cmflow.insights.statistics import Interval
from cmflow.website.charts.whiskers import Whiskers, shade, whiskers


@pytest.mark.parametrize(
    ("interval", "places"),
    [
        (Interval(1, 1, 1), Whiskers(50, 50, 50)),
        (Interval(3, 1, 3), Whiskers(50, 100, 100)),
        (Interval(1 / 3, 1 / 3, 1), Whiskers(0, 0, 50)),
        (Interval(9, 0.01, 99), Whiskers(0, 100, 100)),
        (Interval(0, 0, 2), Whiskers(0, 0, 81.5)),
    ],
)
def test_multiples_stand_on_a_line_around_once(interval: Interval, places: Whiskers) -> None:
    assert whiskers(interval) == places


def test_an_unknown_interval_is_not_drawn() -> None:
    assert whiskers(None) is None


@pytest.mark.parametrize(
    ("ratio", "shown"), [(None, 0), (1, 0), (1.1, 0), (1.2, 1), (2, 2), (0.9, 0), (0.8, -1), (0.5, -2), (0, -2)]
)
def test_a_shade_for_how_far_from_usual(ratio: float | None, shown: int) -> None:
    assert shade(ratio) == shown
