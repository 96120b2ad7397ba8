"""Months of posts and deliveries."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cmflow.metrics.outline import month


@pytest.mark.parametrize(
    ("time", "name"),
    [
        (datetime(2026, 12, 1, tzinfo=UTC), "2026-12"),
        (datetime(2026, 12, 1, 0, 30, tzinfo=timezone(timedelta(hours=14))), "2026-11"),
        (datetime(5, 1, 1, 12, tzinfo=UTC), "0005-01"),
    ],
)
def test_a_month_is_one_of_utc_and_can_be_compared_as_text(time: datetime, name: str) -> None:
    assert month(time) == name
