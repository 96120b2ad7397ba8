"""Where every delivery stands: what the content plans, held against what the ledger remembers."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cmflow.model import Delivery, Entry, Planned, Problem, State, Stop
from cmflow.problems import as_dict as problem_dict
from cmflow.schedule import HELD, NOT_BY_HAND, UNAPPROVED
from cmflow.schedule.waits import is_late

HOUR = timedelta(hours=1)
SOON = timedelta(days=2)  # before its date, an approval that is missing needs a person
BY_HAND = "by_hand"
NEEDS_PERSON = (State.FAILED, State.UNSURE, State.MISSED)


@dataclass(frozen=True, slots=True)
class Standing:
    """One delivery: its state, when it is or was due, and the sentence that goes with it.

    `person`: somebody must do something; `open`: a run will; `unapproved`: it waits for an approval; `by_hand`: it is
    due where cmflow cannot publish, and a person posts it; `held`: a stop or a pause keeps it back, or what
    the last run lacked, or that nobody committed it.
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
    by_hand: bool = False
    held: bool = False

    @property
    def word(self) -> str:
        """What it is called where it stands, in one word for programs: `by_hand`."""
        return BY_HAND if self.by_hand else self.state.value


def standings(
    planned: Sequence[Planned],
    deliveries: Mapping[tuple[str, str], Delivery],
    now: datetime,
    silent: Collection[str] = (),
    zone: str = "UTC",
) -> tuple[Standing, ...]:
    """Every delivery there is or was, by its time: those the content plans, and those only the ledger knows.

    `silent` are the accounts whose network cmflow cannot publish on yet; `zone` is the plan's.
    """
    wanted = {(each.post, each.account): each for each in planned}
    waiting = {key for key, each in wanted.items() if key not in deliveries or _waits(each, deliveries[key])}
    known = [
        _known(delivery, wanted.get(key), ZoneInfo(zone)) for key, delivery in deliveries.items() if key not in waiting
    ]
    fresh = [_fresh(wanted[key], now, key[1] in silent) for key in waiting]
    return tuple(sorted([*known, *fresh], key=lambda each: (each.due, each.post, each.account)))


def withheld(planned: Sequence[Planned], reasons: Mapping[tuple[str, str], str]) -> tuple[Planned, ...]:
    """The deliveries, each with why a run would not send it, by (post, account)."""
    if not reasons:
        return tuple(planned)
    return tuple(
        replace(each, withheld=why) if (why := reasons.get((each.post, each.account))) else each for each in planned
    )


def _waits(planned: Planned, delivery: Delivery) -> bool:
    """Whether it is to be sent as if nothing had been: nothing is out, or it was missed and given another date."""
    missed = delivery.state is State.MISSED and planned.due != delivery.due and not delivery.receipts
    return missed or delivery.state is State.SCHEDULED


def sent_at(delivery: Delivery, zone: ZoneInfo) -> datetime:
    """When a delivery took place: its date, unless it was sent on another day. By hand, nobody knows the minute."""
    first = delivery.receipts[0] if delivery.receipts else None
    if first is None or not first.id or first.time.astimezone(zone).date() == delivery.due.astimezone(zone).date():
        return delivery.due
    return first.time


def as_sent(entries: Sequence[Entry], standings: Mapping[tuple[str, str], Standing]) -> tuple[Entry, ...]:
    """The posts with what was sent where it took place, whatever date they were given since."""
    return tuple(_as_sent(entry, standings) for entry in entries)


def _as_sent(entry: Entry, standings: Mapping[tuple[str, str], Standing]) -> Entry:
    """The post keeps its date as long as something is still to go out then."""
    planned = tuple(_placed(each, standings.get((each.post, each.account))) for each in entry.planned)
    if planned == entry.planned:
        return entry
    pairs = zip(entry.planned, planned, strict=True)
    is_open = entry.date is None or any(each.due == entry.date for each in planned)
    sent = next((new.due for old, new in pairs if old.due == entry.date), entry.date)
    return replace(entry, planned=planned, date=entry.date if is_open else sent)


def _placed(planned: Planned, standing: Standing | None) -> Planned:
    moved = standing is not None and standing.state is State.SENT and standing.due != planned.due
    return replace(planned, due=standing.due) if standing and moved else planned


def _known(delivery: Delivery, planned: Planned | None, zone: ZoneInfo) -> Standing:
    where = (delivery.post, delivery.account, delivery.state, sent_at(delivery, zone))
    if planned is None and delivery.receipts and delivery.state in (State.SCHEDULED, State.FAILED):
        note = "some of its parts are out, and its post is gone: write it again, or say so with cmflow settle"
        return Standing(*where, delivery.receipts[0].url, note, person=True)
    if planned is None and delivery.state is State.SCHEDULED:
        return Standing(*where, note="no longer planned")
    if planned is None and delivery.state is State.SENDING:
        note = "a run has begun it, and its post is gone: look at the network, then say so with cmflow settle"
        return Standing(*where, note=note, person=True)
    held = planned.held if planned else ""
    again = delivery.state is State.FAILED and delivery.retry_at is not None and not held
    person = delivery.state in NEEDS_PERSON and not again
    url = delivery.receipts[0].url if delivery.receipts else ""
    is_open = planned is not None and (again or delivery.state is State.SENDING)
    note = f"{HELD}: {held}" if held and delivery.state is State.FAILED else delivery.error
    return Standing(*where, url, note, person, is_open)


def _fresh(planned: Planned, now: datetime, silent: bool) -> Standing:
    where = (planned.post, planned.account)
    if planned.held:
        near = planned.due <= now + SOON
        return Standing(*where, State.SCHEDULED, planned.due, note=f"{HELD}: {planned.held}", person=near, held=True)
    if is_late(now.timestamp(), (planned.due + planned.late).timestamp()):
        why = f" ({UNAPPROVED}: {planned.unapproved})" if planned.unapproved else ""
        note = NOT_BY_HAND if silent and not why else f"was not sent in time, and no run has said so yet{why}"
        return Standing(*where, State.MISSED, planned.due, note=note, person=True)
    if planned.blocked:
        note = "has errors and will not be sent: run cmflow check"
        return Standing(*where, State.SCHEDULED, planned.due, note=note, person=True)
    if planned.unapproved:
        note, near = f"{UNAPPROVED}: {planned.unapproved}", planned.due <= now + SOON
        return Standing(*where, State.SCHEDULED, planned.due, note=note, person=near, open=not near, unapproved=True)
    if planned.withheld:
        near = planned.due <= now + SOON
        return Standing(*where, State.SCHEDULED, planned.due, note=planned.withheld, person=near, held=True)
    if silent and planned.due <= now:
        return Standing(*where, State.SCHEDULED, planned.due, by_hand=True)
    overdue = "overdue: the next run sends it" if planned.due <= now else ""
    return Standing(*where, State.SCHEDULED, planned.due, note=overdue, open=True)


def counts(found: Sequence[Standing]) -> dict[str, int]:
    """How many deliveries are in each state, in the order of the states; none left out."""
    counted = Counter(each.word for each in found)
    return {word: counted[word] for word in (*(state.value for state in State), BY_HAND)}


def overdue(found: Sequence[Standing], now: datetime) -> tuple[Standing, ...]:
    """The deliveries that the runs should have done with an hour ago, or longer."""
    return tuple(each for each in found if each.open and each.due < now - HOUR)


def as_dict(
    found: Sequence[Standing],
    problems: Sequence[Problem],
    now: datetime,
    last: tuple[datetime, str] | None,
    stop: Stop | None = None,
) -> dict[str, object]:
    """The shape of `cmflow status --format json`; `last` is the last sign of life of a run, `stop` one that lasts."""
    return {
        "at": now.isoformat(),
        "last_run": {"at": last[0].isoformat() if last else "", "run": last[1] if last else ""},
        "stopped": {
            "at": stop.time.isoformat() if stop else "",
            "reason": stop.reason if stop else "",
            "by": stop.by if stop else "",
        },
        "counts": counts(found),
        "deliveries": [
            {
                "post": each.post,
                "account": each.account,
                "state": each.word,
                "due": each.due.isoformat(),
                "url": each.url,
                "note": each.note,
                "needs_person": each.person,
            }
            for each in found
        ],
        "problems": [problem_dict(problem) for problem in problems],
    }
