"""The ages at which posts are read."""

from datetime import timedelta

HOURS, DAYS = (1, 3, 6), (1, 3, 7, 14, 30, 60, 90)
AGES = {
    **{f"{hours}h": timedelta(hours=hours) for hours in HOURS},
    **{f"{days}d": timedelta(days=days) for days in DAYS},
}
