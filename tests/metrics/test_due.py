from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from cmflow.metrics import due
from cmflow.metrics.due import Due
from cmflow.model import Delivery, Origin, Reading, Receipt, State

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FOR_EVER: Mapping[str, tuple[timedelta, ...]] = {"team": ()}


def sent(post: str = "hello", account: str = "team", parts: int = 1, time: datetime = NOON) -> Delivery:
    receipts = tuple(Receipt(part, f"{post}-{part}", "", time) for part in range(parts))
    return Delivery(post, account, State.SENT, time, parts=parts, receipts=receipts)


def reading(slot: str, time: datetime, post: str = "hello", **changes: object) -> Reading:
    return Reading("team", "mastodon", "favourites_count", 1, time, slot, post, **changes)  # type: ignore[arg-type]


def slots(age: timedelta, *readings: Reading, retentions: Mapping[str, tuple[timedelta, ...]] = FOR_EVER) -> list[str]:
    return [row.slot for row in due.due([sent()], readings, NOON + age, retentions)]


@pytest.mark.parametrize(
    ("age", "slot"),
    [
        *[(HOUR, "1h"), (3 * HOUR, "3h"), (6 * HOUR, "6h"), (DAY, "1d"), (3 * DAY, "3d"), (7 * DAY, "7d")],
        *[(14 * DAY, "14d"), (30 * DAY, "30d"), (60 * DAY, "60d"), (90 * DAY, "90d")],
        *[(5 * HOUR, "3h"), (120 * DAY - HOUR, "90d")],
    ],
)
def test_a_post_is_read_at_each_age_or_late(age: timedelta, slot: str) -> None:
    assert slots(age) == [slot]
    assert slots(age, reading(slot, NOON + age)) == []


@pytest.mark.parametrize("age", [HOUR - timedelta(seconds=1), -DAY, -10_000 * DAY, 120 * DAY, 20_000 * DAY])
def test_nothing_is_read_too_early_or_long_after(age: timedelta) -> None:
    """A clock that went wrong reads nothing, whichever way it jumped that far."""
    assert slots(age) == []


def test_what_a_clock_dated_ahead_is_read_again() -> None:
    assert slots(7 * DAY, reading("7d", NOON + 8 * DAY)) == ["7d"]


def test_a_figure_by_hand_is_not_the_networks() -> None:
    assert slots(7 * DAY, reading("7d", NOON + 7 * DAY, source=Origin.HAND)) == ["7d"]


def test_a_figure_that_is_not_told_is_asked_once_per_age() -> None:
    assert slots(7 * DAY, Reading("team", "mastodon", "quotes_count", None, NOON + 7 * DAY, "7d", "hello")) == []


def test_what_a_network_forgets_is_read_the_day_before_and_first() -> None:
    forgets = {"team": (30 * DAY,), "other": ()}
    rows = due.due([sent(), sent("new", "other", time=NOON + 29 * DAY - HOUR)], (), NOON + 29 * DAY, forgets)
    receipts = (sent().receipts[0], sent("new", time=NOON + 29 * DAY - HOUR).receipts[0])
    assert rows == (
        Due("team", "hello", receipts[0], "29d", NOON + 30 * DAY, last=True),
        Due("other", "new", receipts[1], "1h", NOON + 29 * DAY + 2 * HOUR),
    )
    assert slots(23 * HOUR, retentions={"team": (DAY,)}) == ["23h"], "a story"


def test_every_part_of_what_is_published_is_read_and_nothing_else() -> None:
    failed = Delivery("failed", "team", State.FAILED, NOON, receipts=sent().receipts)
    rows = due.due([sent(parts=2), failed, sent(account="silent")], (), NOON + HOUR, FOR_EVER)
    assert [(row.account, row.post, row.receipt.part) for row in rows] == [("team", "hello", 0), ("team", "hello", 1)]


def test_no_reading_that_counts_is_older_than_the_span() -> None:
    ages = [age.age for age in due.AGES]
    gaps = [later - earlier for earlier, later in pairwise(ages)]
    assert max(*gaps, due.LAST) <= due.SPAN


def test_an_account_is_read_once_a_day() -> None:
    readings = [reading("2026-12-01", NOON, post="")]
    assert due.due_accounts(["team", "press"], readings, NOON + 11 * HOUR) == ("press",)
    assert due.due_accounts(["team", "press"], readings, NOON + 12 * HOUR) == ("team", "press")
