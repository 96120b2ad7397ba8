"""Where every delivery stands: what the content plans, held against what the ledger remembers."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cmflow.model import Delivery, Planned, Problem, State
from cmflow.problems import as_dict as problem_dict
from cmflow.schedule import UNAPPROVED
from cmflow.waits import is_late

HOUR = timedelta(hours=1)
SOON = timedelta(days=2)  # before its date, an approval that is missing needs a person
NEEDS_PERSON = (State.FAILED, State.UNSURE, State.MISSED)


@dataclass(frozen=True, slots=True)
class Standing:
    """One delivery: its state, when it is or was due, and the sentence that goes with it.

    `person`: somebody must do something; `open`: a run will; `unapproved`: it waits for an approval.
    """

    post: str
    account: str
    state: State
    due: datetime
    url: str = ""
    note: str = ""
    person: bool = False
    open: bool = False
    unapproved: bool = False


def standings(
    planned: Sequence[Planned],
    deliveries: Mapping[tuple[str, str], Delivery],
    now: datetime,
    silent: Collection[str] = (),
) -> tuple[Standing, ...]:
    """Every delivery there is or was, by its time: those the content plans, and those only the ledger knows.

    `silent` are the accounts whose network cmflow cannot publish on yet.
    """
    wanted = {(each.post, each.account): each for each in planned}
    waiting = {key for key, each in wanted.items() if key not in deliveries or _waits(each, deliveries[key])}
    known = [_known(delivery, wanted.get(key)) for key, delivery in deliveries.items() if key not in waiting]
    fresh = [_fresh(wanted[key], now, key[1] in silent) for key in waiting]
    return tuple(sorted([*known, *fresh], key=lambda each: (each.due, each.post, each.account)))


def _waits(planned: Planned, delivery: Delivery) -> bool:
    """Whether it is to be sent as if nothing had been: nothing is out, or it was missed and given another date."""
    missed = delivery.state is State.MISSED and planned.due != delivery.due and not delivery.receipts
    return missed or delivery.state is State.SCHEDULED


def _known(delivery: Delivery, planned: Planned | None) -> Standing:
    where = (delivery.post, delivery.account, delivery.state, delivery.due)
    if planned is None and delivery.receipts and delivery.state in (State.SCHEDULED, State.FAILED):
        note = "some of its parts are out, and its post is gone: write it again, or say so with cmflow settle"
        return Standing(*where, delivery.receipts[0].url, note, person=True)
    if planned is None and delivery.state is State.SCHEDULED:
        return Standing(*where, note="no longer planned")
    if planned is None and delivery.state is State.SENDING:
        note = "a run has begun it, and its post is gone: look at the network, then say so with cmflow settle"
        return Standing(*where, note=note, person=True)
    again = delivery.state is State.FAILED and delivery.retry_at is not None
    person = delivery.state in NEEDS_PERSON and not again
    url = delivery.receipts[0].url if delivery.receipts else ""
    is_open = planned is not None and (again or delivery.state is State.SENDING)
    return Standing(*where, url, delivery.error, person, is_open)


def _fresh(planned: Planned, now: datetime, silent: bool) -> Standing:
    where = (planned.post, planned.account)
    if silent and planned.due <= now:
        note = "cmflow cannot publish there yet: post it by hand, then say so with cmflow settle"
        return Standing(*where, State.SCHEDULED, planned.due, note=note, person=True)
    if is_late(now.timestamp(), (planned.due + planned.late).timestamp()):
        why = f" ({UNAPPROVED}: {planned.unapproved})" if planned.unapproved else ""
        note = f"was not sent in time, and no run has said so yet{why}"
        return Standing(*where, State.MISSED, planned.due, note=note, person=True)
    if planned.blocked:
        note = "has errors and will not be sent: run cmflow check"
        return Standing(*where, State.SCHEDULED, planned.due, note=note, person=True)
    if planned.unapproved:
        note, near = f"{UNAPPROVED}: {planned.unapproved}", planned.due <= now + SOON
        return Standing(*where, State.SCHEDULED, planned.due, note=note, person=near, open=not near, unapproved=True)
    overdue = "overdue: the next run sends it" if planned.due <= now else ""
    return Standing(*where, State.SCHEDULED, planned.due, note=overdue, open=True)


def counts(found: Sequence[Standing]) -> dict[State, int]:
    """How many deliveries are in each state, in the order of the states; none left out."""
    counted = Counter(each.state for each in found)
    return {state: counted[state] for state in State}


def overdue(found: Sequence[Standing], now: datetime) -> tuple[Standing, ...]:
    """The deliveries that the runs should have done with an hour ago, or longer."""
    return tuple(each for each in found if each.open and each.due < now - HOUR)


def as_dict(
    found: Sequence[Standing], problems: Sequence[Problem], now: datetime, last: tuple[datetime, str] | None
) -> dict[str, object]:
    """The shape of `cmflow status --format json`; `last` is the last sign of life of a run."""
    return {
        "at": now.isoformat(),
        "last_run": {"at": last[0].isoformat() if last else "", "run": last[1] if last else ""},
        "counts": {state.value: number for state, number in counts(found).items()},
        "deliveries": [
            {
                "post": each.post,
                "account": each.account,
                "state": each.state.value,
                "due": each.due.isoformat(),
                "url": each.url,
                "note": each.note,
                "needs_person": each.person,
            }
            for each in found
        ],
        "problems": [problem_dict(each) for each in problems],
    }
