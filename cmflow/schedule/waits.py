"""How long things take: claims, the time until the next try or look, and when it is too late."""

from datetime import datetime, timedelta

from cmflow.model import Delivery

CLAIM = timedelta(minutes=10)  # for so long the run that wrote an intent has the delivery to itself
KEYED_CLAIM = timedelta(minutes=1)  # the same where asking twice does no harm
BACKOFF = timedelta(minutes=2)  # doubled with every try that got no clear answer, up to
LONGEST = timedelta(minutes=16)
PATIENT = timedelta(hours=6)  # at the most between two looks, where looking does not succeed


def retry(attempt: int, now: datetime) -> datetime:
    """When to try again where the network does not say: longer with every try that was not answered."""
    factor: int = 2 ** min(max(attempt - 1, 0), 8)
    return now + min(BACKOFF * factor, LONGEST)


def look_again(delivery: Delivery, now: datetime) -> datetime:
    """When to look again where looking did not succeed: the longer it has been so, the later."""
    since = now - (delivery.written or delivery.due)
    return now + min(max(since / 8, BACKOFF), PATIENT)


def is_late(now: float, end: float) -> bool:
    """Whether the last minute in which it may go out is over; both in seconds since 1970."""
    return now >= ends(end)


def ends(end: float) -> float:
    """When the minute is over in which it may go out at the latest."""
    return (end // 60 + 1) * 60
