"""A moment as people read it: in the plan's time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo


def local(time: datetime, zone: str, seconds: bool = False) -> str:
    """`2026-12-01 09:30` in that zone; with `seconds`, `2026-12-01 09:30:00`."""
    return f"{time.astimezone(ZoneInfo(zone)):{'%Y-%m-%d %H:%M:%S' if seconds else '%Y-%m-%d %H:%M'}}"
