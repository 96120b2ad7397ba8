"""Stop publishing and resume it: written to the ledger like a claim, so that it is durable and every claim sees it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from cmflow.ledger import Ledger, stops
from cmflow.ledger.change import Change, commit
from cmflow.model import Planned, Stop, Stops
from cmflow.schedule import stop as holds

Clock = Callable[[], datetime]


def stop(ledger: Ledger, reason: str, by: str, run: str, clock: Clock) -> Stop:
    """Stop publishing: from now on no request is begun. The stop that lasts; the earlier one where there is one.

    Raises GitError or LedgerError where that is not known to be written down: then publishing may go on.
    """

    def change(before: Stops, now: datetime) -> Stops:
        return before if before.current else replace(before, stops=(*before.stops, Stop(now, reason, by, run)))

    after = _change(ledger, change, f"Stop publishing: {reason}", clock)
    return after.current or after.stops[-1]


def resume(ledger: Ledger, confirmed: Sequence[Planned], by: str, run: str, clock: Clock) -> Stops:
    """Let publishing go on, and have these deliveries sent though they were due while it was stopped."""

    def change(before: Stops, now: datetime) -> Stops:
        ended = tuple(stop if stop.resumed else replace(stop, resumed=now, resumed_by=by, resumed_run=run)
                      for stop in before.stops)  # fmt: skip
        return holds.confirmed(replace(before, stops=ended), confirmed, now)

    return _change(ledger, change, "Resume publishing", clock)


def _change(ledger: Ledger, change: Callable[[Stops, datetime], Stops], message: str, clock: Clock) -> Stops:
    """Write what `change` makes of the stops; on the remote first, where there is one."""

    def changed(tip: str | None) -> Change[Stops]:
        before = stops.read(ledger, tip) if tip else Stops()
        after = change(before, clock())
        return after, {stops.FILE: stops.encode(after)} if after != before else {}, message

    return commit(ledger, changed, clock)
