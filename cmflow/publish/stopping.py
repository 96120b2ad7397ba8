"""Stop publishing and resume it: written to the ledger like a claim, so that it is durable and every claim sees it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from cmflow import stop as holds
from cmflow.errors import GitError, LostRace
from cmflow.ledger import TRIES, Ledger, stops, sync
from cmflow.model import Planned, Stop, Stops

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
        ended = tuple(each if each.resumed else replace(each, resumed=now, resumed_by=by, resumed_run=run)
                      for each in before.stops)  # fmt: skip
        return holds.confirmed(replace(before, stops=ended), confirmed, now)

    return _change(ledger, change, "Resume publishing", clock)


def _change(ledger: Ledger, change: Callable[[Stops, datetime], Stops], message: str, clock: Clock) -> Stops:
    """Write what `change` makes of the stops; on the remote first, where there is one."""
    repository = ledger.repository
    for _ in range(TRIES):
        tip = sync(ledger, clock())
        before = stops.read(ledger, tip) if tip else Stops()
        after = change(before, clock())
        if after == before:
            return before
        commit = repository.make_commit({stops.PLACE: stops.encode(after)}, message, tip, clock())
        try:
            _push(ledger, commit)
            repository.move(f"refs/heads/{ledger.branch}", commit, tip)
        except LostRace:
            continue
        return after
    raise LostRace(f"Other runs kept moving {ledger.branch}.", "Run again.")


def _push(ledger: Ledger, commit: str) -> None:
    """Push; where the answer is lost, only the remote can tell whether the commit is there."""
    if not ledger.remote:
        return
    try:
        ledger.repository.push(ledger.remote, commit, ledger.branch)
    except GitError:
        if ledger.repository.fetch(ledger.remote, ledger.branch) != commit:
            raise
