"""How every delivery of a folder is doing, by its content, the ledger, and what a run would wait for."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime

from cmflow.insights import status
from cmflow.insights.status import Standing
from cmflow.ledger import Ledger, Snapshot, approvals, heartbeat, loss, stops
from cmflow.ledger.heartbeat import Heartbeat
from cmflow.model import Entry, Key, Plan, Planned
from cmflow.model.errors import CmflowError
from cmflow.repository import loader, removals, uncommitted
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from cmflow.schedule import approval, stop
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Refusals:
    """Why no run would `start` in this clone, or would send anything to some `accounts`."""

    start: CmflowError | None = None
    accounts: Mapping[str, CmflowError] = field(default_factory=dict)

    def reasons(self, planned: Sequence[Planned]) -> dict[Key, str]:
        """The reasons by delivery."""
        if self.start:
            return dict.fromkeys((Key(item.post, item.account) for item in planned), str(self.start))
        notes = {name: error.in_full for name, error in self.accounts.items()}
        return {Key(item.post, item.account): notes[item.account] for item in planned if item.account in notes}


NONE = Refusals()


def waiting(
    content: Content,
    ledger: Ledger,
    entries: Sequence[Entry],
    planned: Sequence[Planned],
    now: datetime,
    last: Heartbeat | None,
    snapshot: Snapshot,
    cache: Cache,
    refusals: Refusals = NONE,
) -> tuple[Planned, ...]:
    """Return the deliveries of the folder, each with why a run would not send it: a stop, an approval, a file that is
    not committed, a secret that the `last` run had not, a ledger that was deleted, a delivery that was removed from it,
    what makes publishing refuse."""
    held = heartbeat.held(last, planned) if last else _lost(ledger, planned)
    unsaved = uncommitted.reasons(content.source, entries, planned)
    reasons = {**refusals.reasons(planned), **held, **unsaved}
    waits = withhold(content.sure_plan, ledger, entries, planned, now)
    return status.withheld(removals.mark(waits, snapshot.deliveries, ledger, cache, now), reasons)


def _lost(ledger: Ledger, planned: Sequence[Planned]) -> dict[Key, str]:
    if not loss.is_lost(ledger):
        return {}
    return dict.fromkeys((Key(item.post, item.account) for item in planned), loss.GONE)


def standings(
    content: Content,
    entries: Sequence[Entry],
    snapshot: Snapshot,
    ledger: Ledger | None,
    now: datetime,
    last: Heartbeat | None,
    cache: Cache,
    refusals: Refusals = NONE,
) -> tuple[Standing, ...]:
    """Return how every delivery of the folder is doing; without git there is no ledger."""
    plan = content.sure_plan
    planned: Sequence[Planned] = loader.planned(content, entries, snapshot.deliveries)
    if ledger is not None:
        planned = waiting(content, ledger, entries, planned, now, last, snapshot, cache, refusals)
    else:
        planned = status.withheld(planned, refusals.reasons(planned))
    return status.standings(planned, snapshot.deliveries, now, content.silent, plan.zone)


def rehearsed(content: Content, entries: Sequence[Entry], snapshot: Snapshot, now: datetime) -> tuple[Standing, ...]:
    """Return the same for a rehearsal, which asks for no approval and can publish on every network."""
    planned = loader.planned(content, entries, snapshot.deliveries)
    return status.standings(planned, snapshot.deliveries, now, zone=content.sure_plan.zone)


def withhold(
    plan: Plan, state: Ledger, entries: Sequence[Entry], planned: Sequence[Planned], until: datetime
) -> tuple[Planned, ...]:
    """The deliveries, each with the stop that holds it, and with the approval it waits for, where the plan asks.

    A stop that lasts holds what is due up to `until`.
    """
    planned = stop.mark(planned, stops.read(state), until)
    if not approval.asks(plan):
        return planned
    campaigns = {entry.id: entry.campaign for entry in entries}
    return approval.mark(planned, campaigns, plan, approvals.read(state, {item.post for item in planned}))
