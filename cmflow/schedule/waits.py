"""Durations: of claims, until the next attempt or look, and until it is too late."""

from datetime import datetime, timedelta

from cmflow.model import Delivery, Planned, State

CLAIM = timedelta(minutes=10)  # the run that wrote an intent has the delivery to itself for this long
KEYED_CLAIM = timedelta(minutes=1)  # the same where a second request does no harm
BACKOFF = timedelta(minutes=2)  # doubled with every attempt that got no clear answer, up to
LONGEST = timedelta(minutes=16)
PATIENT = timedelta(hours=6)  # at most, between two looks that fail


def retry(attempt: int, now: datetime) -> datetime:
    """When to retry where the network does not say: later with every attempt that got no answer."""
    factor: int = 2 ** min(max(attempt - 1, 0), 8)
    return now + min(BACKOFF * factor, LONGEST)


def look_again(delivery: Delivery, now: datetime) -> datetime:
    """When to look again after a look that failed: the longer it has failed, the later."""
    since = now - (delivery.written or delivery.due)
    return now + min(max(since / 8, BACKOFF), PATIENT)


def is_late(now: float, end: float) -> bool:
    """Whether the last minute in which it may be published is over; both in seconds since 1970."""
    return now >= ends(end)


def too_late(planned: Planned, now: datetime) -> bool:
    """Whether a delivery may not be published any more, by its date and how late it may be."""
    return is_late(now.timestamp(), (planned.due + planned.late).timestamp())


def retries_too_late(delivery: Delivery, planned: Planned) -> bool:
    """Whether the network allows the next attempt only when it is too late."""
    is_waiting = delivery.state is State.FAILED and delivery.retry_at is not None
    return is_waiting and too_late(planned, max(delivery.retry_at or planned.due, planned.due))


def ends(end: float) -> float:
    """The end of the last minute in which it may be published."""
    return (end // 60 + 1) * 60
