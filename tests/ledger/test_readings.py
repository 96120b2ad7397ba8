from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.ledger import readings
from cmflow.ledger.readings import Month
from cmflow.model import Origin, Reading

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIKES = Reading("team", "bluesky", "likeCount", 3, NOON, "1h", "hello", age=3641, common="reactions")
QUOTES = replace(LIKES, metric="quoteCount", value=None, common="shares")
CROWD = Reading("team", "bluesky", "followersCount", 812, NOON, "2026-12-01", common="followers")
HAND = replace(LIKES, metric="views", value=40, common="", source=Origin.HAND, entered=NOON + HOUR)

GOLDEN = """\
{"at":"2026-12-01T12:00:00Z","slot":"2026-12-01","network":"bluesky","values":{"followersCount":812}}
{"at":"2026-12-01T12:00:00Z","post":"hello","slot":"1h","age":3641,"network":"bluesky","values":{"likeCount":3,"quoteCount":null}}
{"at":"2026-12-01T12:00:00Z","post":"hello","slot":"1h","age":3641,"network":"bluesky","source":"hand","entered":"2026-12-01T13:00:00Z","values":{"views":40}}
"""


def test_a_line_for_all_figures_of_one_moment() -> None:
    """None is null, and is not 0."""
    rows = (HAND, QUOTES, LIKES, CROWD)
    assert readings.encode(Month(rows)).decode() == GOLDEN
    assert readings.decode(GOLDEN.encode(), "team") == Month((CROWD, LIKES, QUOTES, HAND))


def test_a_file_per_account_and_month_in_utc() -> None:
    paris = datetime.fromisoformat("2027-01-01T00:30:00+01:00")
    assert readings.path("team", paris) == "readings/team/2026-12.jsonl"
    assert readings.path(".git", NOON) == "readings/%2Egit/2026-12.jsonl"


@pytest.mark.parametrize(
    ("one", "two", "chosen"),
    [
        (LIKES, replace(LIKES, time=NOON + HOUR, value=5), LIKES),
        (replace(LIKES, value=None), replace(LIKES, time=NOON + HOUR, value=0), 0),
        (LIKES, replace(HAND, metric="likeCount", value=4, common="reactions"), 4),
        (LIKES, replace(LIKES, source=Origin.IMPORT, entered=NOON, value=9), LIKES),
        (replace(HAND, value=41, entered=NOON + 2 * HOUR), HAND, 41),
        (replace(LIKES, mode="simulated", value=900), replace(LIKES, value=None), None),
    ],
    ids=["the earlier", "a figure, not none", "a person's", "not an import", "the correction", "what happened"],
)
def test_of_two_with_one_key_both_sides_choose_the_same(one: Reading, two: Reading, chosen: Reading | int) -> None:
    value = chosen.value if isinstance(chosen, Reading) else chosen
    for pair in permutations((one, two)):
        (reading,) = readings.merge(*pair)
        assert reading.value == value
    both = [
        readings.join(readings.encode(Month((a,))), readings.encode(Month((b,)))) for a, b in [(one, two), (two, one)]
    ]
    assert both[0] == both[1]


ROWS = st.builds(
    Reading,
    account=st.just(""),
    network=st.just("mastodon"),
    metric=st.sampled_from(["reblogs_count", "new"]),
    value=st.none() | st.integers(0, 9) | st.just(0.5),
    time=st.sampled_from([NOON, NOON + HOUR]),
    slot=st.sampled_from(["1h", "3h"]),
    post=st.sampled_from(["", "tête-🚀", 'a"\n\u2028b', "\udcff"]),
    part=st.integers(0, 1),
    age=st.none() | st.integers(0, 9),
    source=st.sampled_from(Origin),
    entered=st.none() | st.just(NOON),
)
FILES = st.lists(ROWS).map(lambda rows: readings.encode(Month(readings.merge(*rows))))


@given(FILES, FILES, FILES)
def test_files_join_in_any_order_and_as_often_as_one_likes(one: bytes, two: bytes, three: bytes) -> None:
    join = readings.join
    assert join(one, two) == join(two, one)
    assert join(join(one, two), three) == join(one, join(two, three))
    assert join(one, one) == one == join(one, None) == readings.encode(readings.decode(one))


@pytest.mark.parametrize(
    "line",
    [
        "<<<<<<< HEAD",
        "[]",
        '{"at":"2026-12-01T12:00:00","slot":"1h","network":"x","values":{}}',
        '{"at":"2026-12-01T12:00:00Z","slot":"1h","network":"x","values":{"a":NaN}}',
        '{"at":"2026-12-01T12:00:00Z","slot":"1h","network":"x","values":{"a":true}}',
        '{"at":"2026-12-01T12:00:00Z","slot":"1h","network":"x","values":{"a":1},"colour":"of a later version"}',
        '{"at":"2026-12-01T12:00:00Z","slot":"1h","network":"x","part":"1","values":{"a":1}}',
        "[" * 100_000,
        "\udcff",
    ],
)
def test_a_line_nobody_can_read_is_left_as_it_is(line: str) -> None:
    data = f"{line}\n{GOLDEN}".encode("utf-8", "surrogateescape")
    assert readings.decode(data, "team") == Month((CROWD, LIKES, QUOTES, HAND), (line,))
    assert readings.extend(data, [LIKES]) == f"{GOLDEN}{line}\n".encode("utf-8", "surrogateescape")
