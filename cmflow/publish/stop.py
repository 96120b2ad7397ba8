"""Stop and resume publishing: recorded in the ledger like a claim, so that it is durable and every claim sees it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from cmflow.ledger import Ledger, stops
from cmflow.ledger.change import Change, commit
from cmflow.model import Planned, Stop, Stops
from cmflow.model.errors import SourceError
from cmflow.problems import safe_line
from cmflow.problems.similar import brief, suggestion
from cmflow.schedule import Action, Cause, Do
from cmflow.schedule import stop as holds

Clock = Callable[[], datetime]


def stop(ledger: Ledger, reason: str, by: str, run: str, clock: Clock) -> Stop:
    """Stop publishing: from now on no request is begun. Return the current stop, the earlier one where there is one.

    Raises GitError or LedgerError where the stop may not be recorded: then publishing may go on.
    """

    def change(previous: Stops, now: datetime) -> Stops:
        return previous if previous.current else replace(previous, stops=(*previous.stops, Stop(now, reason, by, run)))

    result = _change(ledger, change, f"Stop publishing: {safe_line(reason)}", clock)
    return result.current or result.stops[-1]


def resume(ledger: Ledger, confirmed: Sequence[Planned], by: str, run: str, clock: Clock) -> Stops:
    """Resume publishing, and have these deliveries sent though they were due while it was stopped."""

    def change(previous: Stops, now: datetime) -> Stops:
        ended = tuple(stop if stop.resumed else replace(stop, resumed=now, resumed_by=by, resumed_run=run)
                      for stop in previous.stops)  # fmt: skip
        return holds.confirm(replace(previous, stops=ended), confirmed, now)

    return _change(ledger, change, "Resume publishing", clock)


def held(ledger: Ledger, actions: Sequence[Action], now: datetime) -> list[Planned]:
    """Return what a stop holds of the deliveries that a run would decide about."""
    planned = (action.planned for action in actions if action.do is Do.HOLD and action.cause is Cause.HELD)
    record = stops.read(ledger)
    return [delivery for delivery in planned if delivery and holds.holding(delivery, record, now)]


def choose(held: Sequence[Planned], posts: Sequence[str]) -> list[Planned]:
    """Return the deliveries of the posts that a person names, by id or file. Raises SourceError for one not held."""
    names = {delivery.path: delivery.post for delivery in held}
    ids = {names.get(post.removeprefix("./"), post) for post in posts}
    if unknown := sorted(ids - {*names.values()}):
        hint = brief(suggestion(unknown[0], sorted({*names.values()})))
        raise SourceError(f"No post {unknown[0]!r} is held by a stop. Nothing was changed.", hint)
    return [delivery for delivery in held if delivery.post in ids]


def _change(ledger: Ledger, change: Callable[[Stops, datetime], Stops], message: str, clock: Clock) -> Stops:
    """Record the stops that `change` returns; on the remote first, where there is one."""

    def changed(tip: str | None) -> Change[Stops]:
        previous = stops.read(ledger, tip) if tip else Stops()
        result = change(previous, clock())
        return result, {stops.FILE: stops.encode(result)} if result != previous else {}, message

    return commit(ledger, changed, clock)
