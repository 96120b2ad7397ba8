"""Series of readings: equal age, gaps, false zeros, changed definitions, figures that two sources told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cmflow.insights.metrics.catalogue import Of
from cmflow.insights.statistics import series
from cmflow.insights.statistics.series import FIGURES, Point
from cmflow.model import Number
from tests.insights.statistics.histories import Line

TIME = datetime(2026, 11, 1, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def line(age: timedelta, time: datetime = TIME, network: str = "bluesky", **values: Number | None) -> Line:
    seconds = int(age.total_seconds())
    return Line(time + age, f"{seconds}", network, values, "post", age=seconds)


def values(*lines: Line, figure: str = "interactions") -> list[tuple[int, float]]:
    return [(point.age, point.value) for point in series.points(lines, FIGURES[figure], Of.POST)]


def test_interactions_are_added_and_what_is_not_told_is_not_0() -> None:
    first, second = line(HOUR, likeCount=3, replyCount=2, quoteCount=None), line(DAY, likeCount=None)
    assert values(first, second) == [(3600, 5)]


def test_a_zero_behind_a_figure_is_false() -> None:
    assert values(line(HOUR, likeCount=0), line(DAY, likeCount=5), line(3 * DAY, likeCount=0)) == [
        (3600, 0),
        (86400, 5),
    ]


def test_no_views_of_a_post_with_answers_are_false() -> None:
    row = line(DAY, network="linkedin", impressionCount=0, likeCount=4)
    assert values(row, figure="views") == []
    assert values(line(DAY, network="linkedin", impressionCount=0, likeCount=0), figure="views") == [(86400, 0)]


def test_a_person_is_believed_before_the_network_and_completes_what_it_tells() -> None:
    api = line(DAY, likeCount=3, replyCount=1, repostCount=None)
    hand = replace(api, time=api.time + HOUR, values={"likeCount": 9, "repostCount": 2}, source="hand", entered=TIME)
    assert values(api, hand) == values(hand, api) == [(86400, 12)]


def test_what_happened_is_believed_before_what_is_simulated() -> None:
    api = line(DAY, likeCount=None)
    assert values(api, replace(api, values={"likeCount": 4}, mode="simulated")) == []


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ({72: 30, 24: 10}, 30),
        ({70: 29}, 29),  # near enough
        ({24: 10, 168: 40}, 27),  # between the two, along the logarithm of the age
        ({24: 10}, None),
        ({168: 40}, None),
        ({1: 1, 168: 40}, None),  # too far apart
    ],
)
def test_posts_are_compared_at_one_age(ages: dict[int, int], expected: int | None) -> None:
    points = series.points([line(HOUR * age, likeCount=value) for age, value in ages.items()], ("reactions",), Of.POST)
    point = series.at_age(points, 3 * DAY)
    assert (point and round(point.value)) == expected


def test_no_line_is_drawn_across_a_change_of_meaning() -> None:
    time = datetime(2026, 8, 22, 12, tzinfo=UTC)
    lines = [line(age, time, "youtube", viewCount=100) for age in (DAY, 7 * DAY)]
    points = series.points(lines, ("views",), Of.POST)
    assert series.at_age(points, 3 * DAY) is None
    assert [len(segment) for segment in series.segments(points)] == [1, 1]


def test_a_retired_figure_ends() -> None:
    time = datetime(2026, 6, 14, tzinfo=UTC)
    lines = [line(age, time, "facebook", post_impressions_unique=50) for age in (HOUR, 3 * DAY)]
    assert [(point.age, point.value) for point in series.points(lines, ("reach",), Of.POST)] == [(3600, 50)]


def test_a_point_tells_what_it_is_made_of() -> None:
    [point] = series.points([line(DAY, likeCount=3, quoteCount=None)], FIGURES["interactions"], Of.POST)
    assert point == Point(TIME + DAY, 3, (("likeCount", None),), 86400)
