"""What a stop does to the deliveries that fall due while it lasts: they are held until a person decides.

A person confirms them or gives the post a new date, so that nothing floods out when publishing goes on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from cmflow.model import Confirmation, Planned, Stop, Stops

Confirmed = Mapping[tuple[str, str, datetime], datetime]


def mark(planned: Iterable[Planned], stops: Stops, until: datetime) -> tuple[Planned, ...]:
    """The deliveries, each with the stop that holds it; what a person confirmed is as late as it was confirmed.

    A stop that lasts holds what is due up to `until`.
    """
    if not stops.stops:
        return tuple(planned)
    confirmed = _confirmed(stops)
    return tuple(_marked(each, stops, confirmed, until) for each in planned)


def holding(planned: Planned, stops: Stops, until: datetime) -> Stop | None:
    """The last stop during which the delivery could have been sent, unless it was confirmed since."""
    return _holding(planned, stops, _confirmed(stops), until)


def confirmed(stops: Stops, planned: Iterable[Planned], at: datetime) -> Stops:
    """The same stops, with these deliveries confirmed."""
    fresh = (Confirmation(each.post, each.account, each.due, at) for each in planned)
    return replace(stops, confirmations=(*stops.confirmations, *fresh))


def _confirmed(stops: Stops) -> Confirmed:
    return {
        (confirmation.post, confirmation.account, confirmation.due): confirmation.time
        for confirmation in stops.confirmations
    }


def _since(planned: Planned, confirmed: Confirmed) -> datetime:
    """From when on the delivery may be sent."""
    return max(planned.due, confirmed.get((planned.post, planned.account, planned.due), planned.due))


def _marked(planned: Planned, stops: Stops, confirmed: Confirmed, until: datetime) -> Planned:
    stop = _holding(planned, stops, confirmed, until)
    if stop is not None:
        return replace(planned, held=_why(stop))
    return replace(planned, late=planned.late + (_since(planned, confirmed) - planned.due))


def _holding(planned: Planned, stops: Stops, confirmed: Confirmed, until: datetime) -> Stop | None:
    since = _since(planned, confirmed)
    end = since + planned.late
    lasting = (stop for stop in reversed(stops.stops) if end >= stop.time)
    return next((stop for stop in lasting if (since < stop.resumed if stop.resumed else since <= until)), None)


def _why(stop: Stop) -> str:
    if stop.resumed is None:
        return f"publishing is stopped ({stop.reason})"
    what_to_do = "confirm it with cmflow resume --send POST, or give it a new date"
    return f"it was due while publishing was stopped ({stop.reason}); {what_to_do}"
