"""Hold the deliveries that fall due during a stop until a person decides.

A person confirms them or gives the post a new date, so that nothing floods out when publishing is resumed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from cmflow.model import Confirmation, Planned, Stop, Stops

Confirmations = Mapping[tuple[str, str, datetime], datetime]


def mark(planned: Iterable[Planned], stops: Stops, until: datetime) -> tuple[Planned, ...]:
    """The deliveries, each with the stop that holds it; a confirmed one may be late by the time until its confirmation.

    A stop in force holds what is due up to `until`.
    """
    if not stops.stops:
        return tuple(planned)
    confirmations = _confirmations(stops)
    return tuple(_mark(item, stops, confirmations, until) for item in planned)


def holding(planned: Planned, stops: Stops, until: datetime) -> Stop | None:
    """The last stop during which the delivery could have been sent, unless it was confirmed since."""
    return _holding(planned, stops, _confirmations(stops), until)


def confirm(stops: Stops, planned: Iterable[Planned], time: datetime) -> Stops:
    """The same stops, with these deliveries confirmations."""
    additions = (Confirmation(item.post, item.account, item.due, time) for item in planned)
    return replace(stops, confirmations=(*stops.confirmations, *additions))


def _confirmations(stops: Stops) -> Confirmations:
    return {
        (confirmation.post, confirmation.account, confirmation.due): confirmation.time
        for confirmation in stops.confirmations
    }


def _since(planned: Planned, confirmations: Confirmations) -> datetime:
    """The time from which the delivery may be sent."""
    return max(planned.due, confirmations.get((planned.post, planned.account, planned.due), planned.due))


def _mark(planned: Planned, stops: Stops, confirmations: Confirmations, until: datetime) -> Planned:
    stop = _holding(planned, stops, confirmations, until)
    if stop is not None:
        return replace(planned, held=_sentence(stop))
    return replace(planned, late=planned.late + (_since(planned, confirmations) - planned.due))


def _holding(planned: Planned, stops: Stops, confirmations: Confirmations, until: datetime) -> Stop | None:
    since = _since(planned, confirmations)
    end = since + planned.late
    lasting = (stop for stop in reversed(stops.stops) if end >= stop.time)
    return next((stop for stop in lasting if (since < stop.resumed if stop.resumed else since <= until)), None)


def _sentence(stop: Stop) -> str:
    if stop.resumed is None:
        return f"publishing is stopped ({stop.reason})"
    advice = "confirm it with cmflow resume --send POST, or give it a new date"
    return f"it was due while publishing was stopped ({stop.reason}); {advice}"
