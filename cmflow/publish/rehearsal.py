"""A rehearsal: the same runs as when publishing, on a clock that does not wait."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cmflow import publish
from cmflow.ledger import Ledger
from cmflow.model import Planned
from cmflow.model.errors import SourceError
from cmflow.publish import Environment, Summary
from cmflow.schedule.waits import KEYED_CLAIM, too_late


class Clock:
    """A clock that only moves when a run waits. (An interrupted rehearsal is waited for, too.)"""

    def __init__(self, start: datetime) -> None:
        self._time, self._lock = start, threading.Lock()

    def now(self) -> datetime:
        return self._time

    def advance_to(self, time: datetime) -> None:
        """Move on to that moment, and never back."""
        with self._lock:
            self._time = max(self._time, time)

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._time += timedelta(seconds=seconds)


def moments(planned: Sequence[Planned], start: datetime | None, end: datetime | None) -> list[datetime]:
    """Each moment at which something is due in that time; None for no bound. Raises SourceError for none at all."""
    dues = {delivery.due for delivery in planned}
    chosen = sorted(due for due in dues if (start is None or due >= start) and (end is None or due <= end))
    if not chosen:
        raise SourceError(
            "No ready post is scheduled in that period.", "Choose another period: --from TIME --until TIME"
        )
    return chosen


def next_moment(planned: Sequence[Planned], now: datetime) -> datetime:
    """Now if something is due now, else when the next post is. Raises SourceError where nothing is planned."""
    if any(delivery.due <= now and not too_late(delivery, now) for delivery in planned):
        return now
    upcoming = [delivery.due for delivery in planned if delivery.due > now]
    if not upcoming:
        raise SourceError("No ready post is scheduled from now on.", "Rehearse an earlier time: --at TIME")
    return min(upcoming)


def play(
    open_world: Callable[[Clock], Environment], ledger: Ledger, due: Sequence[Planned], moments: Sequence[datetime]
) -> Summary:
    """One run for each moment, for what fell due since the one before; what all of them said."""
    clock = Clock(moments[0] - KEYED_CLAIM)
    world = open_world(clock)
    summaries, previous = [], datetime.min.replace(tzinfo=UTC)
    for moment in moments:
        clock.advance_to(moment - KEYED_CLAIM)
        deliveries = [delivery for delivery in due if previous < delivery.due <= moment]
        summaries.append(publish.run(deliveries, world, ledger, KEYED_CLAIM))
        previous = moment
    return replace(
        summaries[-1],
        outcomes=tuple(outcome for summary in summaries for outcome in summary.outcomes),
        problems=tuple(dict.fromkeys(problem for summary in summaries for problem in summary.problems)),
        stopped=next((summary.stopped for summary in summaries if summary.stopped), ""),
        bugs=tuple({repr(bug): bug for summary in summaries for bug in summary.bugs}.values()),
    )
