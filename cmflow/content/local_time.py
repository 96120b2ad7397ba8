"""A moment as people read and write it: in the plan's time zone, without a word about the zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

YEARS = (1970, 2199)  # what a plan can mean; further out, turning a time into UTC may overflow


def local(time: datetime, zone: str, seconds: bool = False) -> str:
    """Return the moment in that zone: `2026-12-01 09:30`; with `seconds`, `2026-12-01 09:30:00`."""
    return as_text(time.astimezone(ZoneInfo(zone)), seconds)


def as_text(time: datetime, seconds: bool = False) -> str:
    """Return a moment that is in the zone already, as front matter has it: `2026-12-01 09:30`."""
    return time.isoformat(" ")[: 19 if seconds else 16]  # strftime takes twice as long
