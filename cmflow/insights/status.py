"""The status of every delivery: compare what the content plans with what the ledger remembers."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cmflow.model import Delivery, Entry, Key, Planned, Problem, State, Stop
from cmflow.model.errors import CmflowError
from cmflow.problems import as_dict as problem_dict
from cmflow.problems.plural import counted
from cmflow.schedule import waits
from cmflow.schedule.causes import Cause, sentence
from cmflow.schedule.waits import too_late
from cmflow.values import dataclass

HOUR = timedelta(hours=1)
SOON = timedelta(days=2)  # this long before its date, a missing approval needs a person
BY_HAND = "by_hand"
UNRECORDED = "was not sent in time, and no run has recorded that yet"
NEEDS_PERSON = (State.FAILED, State.UNSURE, State.MISSED)


@dataclass(frozen=True, slots=True)
class Standing:
    """One delivery: its state, when it is or was due, and a note for people.

    `person`: a person must act; `open`: a run will; `unapproved`: it waits for an approval; `by_hand`: it is due where
    cmflow cannot publish, so a person posts it; `held`: a stop or a pause holds it, or something that the last run
    lacked, or that it is not committed.
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
        """Its state in one word, for programs; `by_hand` is one of them."""
        return BY_HAND if self.by_hand else self.state.value


def standings(
    planned: Sequence[Planned],
    deliveries: Mapping[Key, Delivery],
    now: datetime,
    silent: Collection[str] = (),
    zone: str = "UTC",
) -> tuple[Standing, ...]:
    """Every delivery by time: those the content plans, and those that only the ledger knows.

    `silent` are the accounts whose network cmflow cannot publish on yet; `zone` is the plan's.
    """
    items = {Key(item.post, item.account): item for item in planned}
    waiting = {key for key, item in items.items() if key not in deliveries or _waits(item, deliveries[key])}
    local_zone = ZoneInfo(zone)
    touched = [
        _standing(delivery, items.get(key), local_zone) for key, delivery in deliveries.items() if key not in waiting
    ]
    unsent = [_unsent(items[key], now, key.account in silent) for key in waiting]
    return tuple(sorted([*touched, *unsent], key=lambda standing: (standing.due, standing.post, standing.account)))


def withheld(planned: Sequence[Planned], reasons: Mapping[Key, str]) -> tuple[Planned, ...]:
    """The deliveries, each with the reason why a run would not send it; `reasons` by delivery."""
    if not reasons:
        return tuple(planned)
    return tuple(
        replace(item, withheld=reason) if (reason := reasons.get(Key(item.post, item.account))) else item
        for item in planned
    )


def _waits(planned: Planned, delivery: Delivery) -> bool:
    """Whether it is to be sent as if for the first time: nothing is published, or it was missed and moved."""
    missed = delivery.state is State.MISSED and planned.due != delivery.due and not delivery.receipts
    return missed or delivery.state is State.SCHEDULED


def sent_at(delivery: Delivery, zone: ZoneInfo) -> datetime:
    """When a delivery took place: its date, unless it was sent on another day. By hand, the minute is not known."""
    first = delivery.receipts[0] if delivery.receipts else None
    if first is None or not first.id or first.time.astimezone(zone).date() == delivery.due.astimezone(zone).date():
        return delivery.due
    return first.time


def as_sent(entries: Sequence[Entry], standings: Mapping[Key, Standing]) -> tuple[Entry, ...]:
    """The posts, with sent deliveries on the day they were sent, whatever date they have now."""
    sent = {key.post for key, standing in standings.items() if standing.state is State.SENT}
    return tuple(_as_sent(entry, standings) if entry.id in sent else entry for entry in entries)


def _as_sent(entry: Entry, standings: Mapping[Key, Standing]) -> Entry:
    """The post keeps its date as long as something is still due then."""
    planned = tuple(_placed(item, standings.get(Key(item.post, item.account))) for item in entry.planned)
    if planned == entry.planned:
        return entry
    pairs = zip(entry.planned, planned, strict=True)
    is_open = entry.date is None or any(item.due == entry.date for item in planned)
    sent = next((sent.due for item, sent in pairs if item.due == entry.date), entry.date)
    return replace(entry, planned=planned, date=entry.date if is_open else sent)


def _placed(planned: Planned, standing: Standing | None) -> Planned:
    moved = standing is not None and standing.state is State.SENT and standing.due != planned.due
    return replace(planned, due=standing.due) if standing and moved else planned


def _standing(delivery: Delivery, planned: Planned | None, zone: ZoneInfo) -> Standing:
    """The standing of a delivery that a run has touched."""
    standing = Standing(delivery.post, delivery.account, delivery.state, sent_at(delivery, zone))
    if planned is None and delivery.receipts and delivery.state in (State.SCHEDULED, State.FAILED):
        note = "some parts are published, but the post file was deleted: restore it, or run cmflow settle"
        return replace(standing, url=delivery.receipts[0].url, note=note, person=True)
    if planned is None and delivery.state is State.SCHEDULED:
        return replace(standing, note=sentence(Cause.UNPLANNED))
    if planned is None and delivery.state is State.SENDING:
        note = "delivery in progress, but its post file was deleted: look at the network, then run cmflow settle"
        return replace(standing, note=note, person=True)
    held = planned.held if planned else ""
    retries_too_late = planned is not None and waits.retries_too_late(delivery, planned)
    will_retry = delivery.state is State.FAILED and delivery.retry_at is not None and not held and not retries_too_late
    return replace(
        standing,
        url=delivery.receipts[0].url if delivery.receipts else "",
        note=sentence(Cause.HELD, held) if held and delivery.state is State.FAILED else delivery.error,
        person=delivery.state in NEEDS_PERSON and not will_retry,
        open=planned is not None and (will_retry or delivery.state is State.SENDING),
    )


def _unsent(planned: Planned, now: datetime, silent: bool) -> Standing:
    """The standing of a delivery that no run has touched."""
    standing = Standing(planned.post, planned.account, State.SCHEDULED, planned.due)
    is_soon = planned.due <= now + SOON
    if planned.held:
        return replace(standing, note=sentence(Cause.HELD, planned.held), person=is_soon, held=True)
    if too_late(planned, now):
        return replace(standing, state=State.MISSED, note=_lateness(planned, silent), person=True)
    if planned.blocked:
        return replace(standing, note="has errors and will not be sent: run cmflow check", person=True)
    if planned.unapproved:
        note = sentence(Cause.UNAPPROVED, planned.unapproved)
        return replace(standing, note=note, person=is_soon, open=not is_soon, unapproved=True)
    if planned.withheld:
        return replace(standing, note=planned.withheld, person=is_soon, held=True)
    if silent and planned.due <= now:
        return replace(standing, by_hand=True)
    return replace(standing, note="overdue: the next run sends it" if planned.due <= now else "", open=True)


def _lateness(planned: Planned, silent: bool) -> str:
    if planned.unapproved:
        return (
            f"was not sent in time, and no run has recorded that yet ({sentence(Cause.UNAPPROVED, planned.unapproved)})"
        )
    return sentence(Cause.LATE_BY_HAND) if silent else "was not sent in time, and no run has recorded that yet"


def counts(standings: Sequence[Standing]) -> dict[str, int]:
    """How many deliveries are in each state, in the order of the states; every state is included."""
    numbers = Counter(standing.word for standing in standings)
    return {word: numbers[word] for word in (*(state.value for state in State), BY_HAND)}


def overdue(standings: Sequence[Standing], now: datetime) -> tuple[Standing, ...]:
    """The deliveries that a run should have handled at least an hour ago."""
    return tuple(standing for standing in standings if standing.open and standing.due < now - HOUR)


def alarms(
    standings: Sequence[Standing], last_run: datetime | None, now: datetime, patience: timedelta
) -> tuple[str, ...]:
    """Return what says that publishing does not work: something is overdue, or no run was there for so long."""
    late = overdue(standings, now)
    sentences = []
    if late:
        first = f"{late[0].post} to {late[0].account}"
        sentences.append(f"{counted(len(late), 'delivery')} overdue by more than an hour: {first} first.")
    if last_run is None or now - last_run > patience:
        time = f"Last sign of life of a run: {last_run:%Y-%m-%d %H:%M} UTC" if last_run else ""
        when = time or "No run has left a sign of life yet"
        sentences.append(
            f"{when}. Is the publishing job running? On GitHub, see Actions: the schedule may be disabled."
        )
    return tuple(sentences)


def as_dict(
    standings: Sequence[Standing],
    problems: Sequence[Problem],
    now: datetime,
    last: tuple[datetime, str] | None,
    stop: Stop | None = None,
    refusal: CmflowError | None = None,
) -> dict[str, object]:
    """The document of `cmflow status --format json`; `last` is the last run's sign of life, `stop` the current one,
    `refusal` why no run would start."""
    return {
        "at": now.isoformat(),
        "last_run": {"at": last[0].isoformat() if last else "", "run": last[1] if last else ""},
        "stopped": {
            "at": stop.time.isoformat() if stop else "",
            "reason": stop.reason if stop else "",
            "by": stop.by if stop else "",
        },
        "refused": refusal.in_full if refusal else "",
        "counts": counts(standings),
        "deliveries": [
            {
                "post": standing.post,
                "account": standing.account,
                "state": standing.word,
                "due": standing.due.isoformat(),
                "url": standing.url,
                "note": standing.note,
                "needs_person": standing.person,
            }
            for standing in standings
        ],
        "problems": [problem_dict(problem) for problem in problems],
    }
