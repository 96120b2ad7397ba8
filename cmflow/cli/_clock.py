"""The clock on the wall: the only one that commands read."""

import time
from datetime import UTC, datetime


def wall_clock() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def wall_sleep(seconds: float) -> None:
    """Wait that long."""
    time.sleep(seconds)
