from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest

from cmflow.insights.metrics import catalogue
from cmflow.insights.metrics.catalogue import Of
from cmflow.model import SERVICES
from cmflow.netkit import network

BEFORE, AFTER = datetime(2026, 8, 23, 12, tzinfo=UTC), datetime(2026, 8, 24, tzinfo=UTC)


def names(network: str, common: str, time: datetime) -> list[str]:
    return [definition.metric for definition in catalogue.series(network, common, time)]


@pytest.mark.parametrize(
    ("network", "common", "metrics"),
    [
        ("bluesky", "shares", ["repostCount", "quoteCount"]),
        ("mastodon", "shares", ["reblogs_count", "quotes_count"]),
        ("mastodon", "views", []),
        ("bluesky", "followers", ["followersCount"]),
        ("instagram", "shares", ["reposts"]),
        ("linkedin", "link clicks", []),
    ],
)
def test_a_common_figure_is_what_means_the_same(network: str, common: str, metrics: list[str]) -> None:
    assert names(network, common, AFTER) == metrics


def test_a_change_of_meaning_breaks_the_series() -> None:
    old, new = catalogue.series("youtube", "views", BEFORE), catalogue.series("youtube", "views", AFTER)
    assert [definition.metric for definition in (*old, *new)] == ["viewCount", "viewCount"]
    assert not catalogue.comparable("youtube", "views", BEFORE, AFTER)
    assert catalogue.comparable("youtube", "views", AFTER, AFTER + timedelta(days=90))
    assert not catalogue.comparable("mastodon", "views", AFTER, AFTER), "what does not exist is not compared"
    assert catalogue.breaks("youtube", "views") == (date(2026, 8, 24),)
    assert catalogue.breaks("bluesky", "reactions") == ()


def test_the_day_of_a_change_is_counted_in_utc() -> None:
    paris = datetime.fromisoformat("2026-08-24T01:30:00+02:00")
    assert catalogue.series("youtube", "views", paris) == catalogue.series("youtube", "views", BEFORE)


def test_one_name_of_a_network_has_one_meaning_at_a_time() -> None:
    for one, two in combinations(catalogue.DEFINITIONS, 2):
        if (one.network, one.metric, one.of) == (two.network, two.metric, two.of):
            assert one.until and two.since and one.until <= two.since


def test_the_catalogue_knows_networks_that_there_are() -> None:
    assert {definition.network for definition in catalogue.DEFINITIONS} <= {*network.names(), *SERVICES}


@pytest.mark.parametrize(("values", "total"), [((3, None), 3), ((None, None), None), ((0, None), 0), ((), None)])
def test_what_is_not_told_is_not_zero(values: tuple[int | None, ...], total: int | None) -> None:
    assert catalogue.total(values) == total


def test_what_a_network_does_not_tell_for_ever() -> None:
    assert catalogue.retentions("x") == (timedelta(days=30),)
    assert catalogue.retentions("bluesky") == ()


def test_a_common_name_is_never_taken_for_another_figure_of_the_network() -> None:
    """Instagram alone calls something else by such a name, and its note says what."""
    commons = {definition.common for definition in catalogue.DEFINITIONS} - {""}
    traps = {
        (one.network, one.metric)
        for one in catalogue.DEFINITIONS
        if one.metric in commons and one.common != one.metric and one.of is Of.POST
    }
    assert traps == {("instagram", "shares"), ("umami", "views")}
