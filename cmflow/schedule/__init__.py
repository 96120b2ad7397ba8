"""Decide what should happen to each delivery now: plan and ledger in, actions out. Pure, total, and one table.

`TABLE` is read from the top: the first row whose state and facts all match decides. The docs show the same table.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from cmflow.model import Delivery, Key, Planned, State, is_edited
from cmflow.schedule import causes, steps, waits
from cmflow.schedule.causes import Cause
from cmflow.schedule.waits import too_late
from cmflow.values import dataclass

__all__ = [
    "OPEN",
    "TABLE",
    "Ability",
    "Action",
    "Cause",
    "Do",
    "Fact",
    "TableRow",
    "busy_until",
    "decide",
    "decide_one",
    "is_unfinished",
]


class Do(StrEnum):
    SEND = "send"  # the first request for a part
    RESUME = "resume"  # the same, for a thread that is partly published: the first part without a receipt
    REPEAT = "repeat"  # the very same request with the same key: the network ensures there is only one post
    LOOK = "look"  # ask the network whether the part is there before doing anything else
    WAIT = "wait"  # not yet; `until` says when
    BY_HAND = "by hand"  # cmflow cannot publish there: a person posts it, and records that
    MISS = "miss"  # too late: it will not be published
    HOLD = "hold"  # a person must do something first
    NOTHING = "nothing"


class Fact(StrEnum):
    """What is true of a delivery now, besides its state; the texts are those of the table in the docs."""

    UNPLANNED = "no longer planned"
    EDITED = "edited since then"
    STARTED = "some parts are published"
    BLOCKED = "the post has errors"
    UNAPPROVED = "approvals that the plan requires are missing"
    HELD = "due during a stop or a pause, or removed from the ledger"
    SILENT = "the network is preview-only"
    LATER = "due after this run"
    SOON = "due within this run"
    LATE = "later than `late` allows"
    MOVED = "given a new date since then"
    BUSY = "requested a moment ago"
    RESTING = "the next attempt is later"
    FINAL = "only a person can continue"
    FUTURE = "recorded by a clock that was wrong"
    KEYED = "the network guarantees one post per key"
    FINDS = "the network can be searched"


@dataclass(frozen=True, slots=True)
class Ability:
    """What the network of an account can do, as far as it matters here."""

    publish: bool = True
    keyed: bool = False
    find: bool = False


ABLE = Ability()  # of a network that nothing more is known of


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of the table: in these states, with all these facts, `do` it."""

    states: tuple[State, ...]
    facts: tuple[Fact, ...]
    do: Do
    cause: Cause


@dataclass(frozen=True, slots=True)
class Action:
    """What to do with one delivery, and why. `planned` is None for one that the content no longer asks for.

    `detail` is what the sentence says besides the cause: which stop holds it, whose approval is missing.
    """

    do: Do
    post: str
    account: str
    cause: Cause
    planned: Planned | None = None
    delivery: Delivery | None = None
    until: datetime | None = None
    edited: bool = False
    detail: str = ""

    @property
    def sentence(self) -> str:
        """Why, for people."""
        return causes.sentence(self.cause, self.detail)


OPEN = (State.SENDING, State.UNSURE)
_TODO = (State.SCHEDULED, State.FAILED, State.MISSED)
_WAITS = (State.SCHEDULED, State.FAILED)

TABLE = (
    TableRow((State.SENT,), (Fact.EDITED,), Do.NOTHING, Cause.SENT_EDITED),
    TableRow((State.SENT,), (), Do.NOTHING, Cause.SENT),
    TableRow((State.SKIPPED,), (), Do.NOTHING, Cause.SKIPPED),
    TableRow((State.SENDING,), (Fact.FUTURE,), Do.HOLD, Cause.CLOCK),
    TableRow(OPEN, (Fact.BUSY,), Do.WAIT, Cause.BUSY),
    TableRow(OPEN, (Fact.UNPLANNED,), Do.HOLD, Cause.OPEN_UNPLANNED),
    TableRow(OPEN, (Fact.EDITED,), Do.HOLD, Cause.OPEN_EDITED),
    TableRow(OPEN, (Fact.BLOCKED,), Do.HOLD, Cause.OPEN_BLOCKED),
    TableRow(OPEN, (Fact.SILENT,), Do.HOLD, Cause.OPEN_SILENT),
    TableRow((State.UNSURE,), (Fact.HELD, Fact.FINAL, Fact.FINDS), Do.HOLD, Cause.BLIND),
    TableRow(OPEN, (Fact.HELD, Fact.FINDS), Do.LOOK, Cause.LOOK),
    TableRow(OPEN, (Fact.HELD, Fact.KEYED), Do.HOLD, Cause.HELD),
    TableRow((State.UNSURE,), (Fact.LATE, Fact.FINAL, Fact.FINDS), Do.HOLD, Cause.BLIND),
    TableRow(OPEN, (Fact.LATE, Fact.FINDS), Do.LOOK, Cause.LOOK),
    TableRow(OPEN, (Fact.LATE,), Do.HOLD, Cause.OPEN_LATE),
    TableRow(OPEN, (Fact.KEYED,), Do.REPEAT, Cause.REPEAT),
    TableRow((State.UNSURE,), (Fact.FINAL, Fact.FINDS), Do.HOLD, Cause.BLIND),
    TableRow(OPEN, (Fact.FINDS,), Do.LOOK, Cause.LOOK),
    TableRow(OPEN, (), Do.HOLD, Cause.NO_ANSWER),
    TableRow(_WAITS, (Fact.UNPLANNED, Fact.STARTED), Do.HOLD, Cause.STARTED_UNPLANNED),
    TableRow(_TODO, (Fact.UNPLANNED,), Do.NOTHING, Cause.UNPLANNED),
    TableRow((State.MISSED,), (Fact.STARTED,), Do.NOTHING, Cause.MISSED_STARTED),
    TableRow((State.MISSED,), (Fact.LATE,), Do.NOTHING, Cause.MISSED),
    TableRow((State.MISSED,), (Fact.MOVED, Fact.LATER), Do.NOTHING, Cause.NOT_DUE),
    TableRow((State.MISSED,), (Fact.MOVED, Fact.SOON), Do.WAIT, Cause.SOON),
    TableRow((State.MISSED,), (Fact.MOVED, Fact.HELD), Do.HOLD, Cause.HELD),
    TableRow((State.MISSED,), (Fact.MOVED, Fact.BLOCKED), Do.HOLD, Cause.BLOCKED),
    TableRow((State.MISSED,), (Fact.MOVED, Fact.UNAPPROVED), Do.HOLD, Cause.UNAPPROVED),
    TableRow((State.MISSED,), (Fact.MOVED, Fact.SILENT), Do.BY_HAND, Cause.BY_HAND),
    TableRow((State.MISSED,), (Fact.MOVED,), Do.SEND, Cause.MISSED_MOVED),
    TableRow((State.MISSED,), (), Do.NOTHING, Cause.MISSED),
    TableRow(_WAITS, (Fact.STARTED, Fact.EDITED), Do.HOLD, Cause.STARTED_EDITED),
    TableRow(_WAITS, (Fact.LATER,), Do.NOTHING, Cause.NOT_DUE),
    TableRow(_WAITS, (Fact.HELD,), Do.HOLD, Cause.HELD),
    TableRow(_WAITS, (Fact.LATE, Fact.STARTED), Do.MISS, Cause.LATE_STARTED),
    TableRow(_WAITS, (Fact.LATE, Fact.UNAPPROVED), Do.MISS, Cause.LATE_UNAPPROVED),
    TableRow(_WAITS, (Fact.LATE, Fact.SILENT), Do.MISS, Cause.LATE_BY_HAND),
    TableRow(_WAITS, (Fact.LATE,), Do.MISS, Cause.LATE),
    TableRow(_WAITS, (Fact.BLOCKED,), Do.HOLD, Cause.BLOCKED),
    TableRow(_WAITS, (Fact.UNAPPROVED,), Do.HOLD, Cause.UNAPPROVED),
    TableRow(_WAITS, (Fact.SILENT,), Do.BY_HAND, Cause.BY_HAND),
    TableRow(_WAITS, (Fact.SOON,), Do.WAIT, Cause.SOON),
    TableRow(_WAITS, (Fact.EDITED,), Do.SEND, Cause.EDITED),
    TableRow((State.FAILED,), (Fact.FINAL,), Do.HOLD, Cause.REJECTED),
    TableRow(_WAITS, (Fact.RESTING,), Do.WAIT, Cause.RETRY),
    TableRow(_WAITS, (Fact.STARTED,), Do.RESUME, Cause.RESUME),
    TableRow(_WAITS, (), Do.SEND, Cause.DUE),
)


def decide(
    planned: Sequence[Planned],
    deliveries: Mapping[Key, Delivery],
    now: datetime,
    window: timedelta = timedelta(0),
    abilities: Mapping[str, Ability] | None = None,
    unreadable: Collection[Key] = (),
) -> tuple[Action, ...]:
    """Return one action per planned delivery, by due date, then one per other delivery that needs a person: an open
    one, or a thread that is partly published.

    `abilities` by account; an account that is not in it can publish, but neither be searched nor guarantee keys.
    """
    keys = {Key(item.post, item.account) for item in planned}
    orphans = [item for key, item in deliveries.items() if key not in keys and is_unfinished(item)]

    def ability(account: str) -> Ability:
        return (abilities or {}).get(account, ABLE)

    actions = [
        Action(Do.HOLD, item.post, item.account, Cause.UNREADABLE, item)
        if Key(item.post, item.account) in unreadable
        else decide_one(item, deliveries.get(Key(item.post, item.account)), now, window, ability(item.account))
        for item in sorted(planned, key=lambda item: item.due)
    ]
    return (*actions, *(decide_one(None, item, now, window, ability(item.account)) for item in orphans))


def is_unfinished(delivery: Delivery) -> bool:
    """Whether some of it is or may be published and more is to do: not to be forgotten when its post is deleted."""
    return delivery.state in OPEN or (delivery.state in _WAITS and bool(delivery.receipts))


def decide_one(
    planned: Planned | None,
    delivery: Delivery | None,
    now: datetime,
    window: timedelta = timedelta(0),
    ability: Ability = ABLE,
) -> Action:
    """Return the action for one delivery; raise ValueError where both `planned` and `delivery` are None."""
    post, account = _name(planned, delivery)
    until = _until(planned, delivery, now, ability)
    facts = _facts(planned, delivery, now, now + window, ability, until)
    state = _state(delivery, facts)
    row = next(row for row in TABLE if state in row.states and facts.issuperset(row.facts))
    moment = until if row.do is Do.WAIT or Fact.LATER in facts else None
    edited, detail = Fact.EDITED in facts, _detail(row, planned)
    return Action(row.do, post, account, row.cause, planned, delivery, moment, edited, detail)


def _state(delivery: Delivery | None, facts: frozenset[Fact]) -> State:
    """Its state; `scheduled` where a run has ended that had only begun to upload the file."""
    is_free = delivery is None or (steps.is_uploading(delivery) and facts.isdisjoint((Fact.BUSY, Fact.FUTURE)))
    return State.SCHEDULED if delivery is None or is_free else delivery.state


def _detail(row: TableRow, planned: Planned | None) -> str:
    """What only the delivery can say of the cause."""
    details = {Fact.UNAPPROVED: planned.unapproved, Fact.HELD: planned.held} if planned else {}
    return next((details[fact] for fact in row.facts if fact in details and row.do is not Do.LOOK), "")


def _name(planned: Planned | None, delivery: Delivery | None) -> Key:
    subject = planned or delivery
    if subject is None:
        raise ValueError("there is no such delivery")
    return Key(subject.post, subject.account)


def _until(planned: Planned | None, delivery: Delivery | None, now: datetime, ability: Ability) -> datetime:
    """The earliest time at which anything can happen: its date, the end of another run's claim, the network's wish."""
    due = planned.due if planned else None
    moments = {
        State.SENDING: (_claimed(delivery, ability),),
        State.UNSURE: (delivery.retry_at if delivery else None,),
        State.FAILED: (due, delivery.retry_at if delivery else None),
    }.get(delivery.state if delivery else State.SCHEDULED, (due,))
    return max((moment for moment in moments if moment), default=now)


def _claimed(delivery: Delivery | None, ability: Ability) -> datetime | None:
    if delivery is None or not delivery.history:
        return None
    return delivery.history[-1].time + (waits.KEYED_CLAIM if ability.keyed else waits.CLAIM)


def busy_until(delivery: Delivery, now: datetime) -> datetime | None:
    """Until when a run may be working on it, with the outcome of its request unknown; None: no run is."""
    if delivery.state is not State.SENDING or _is_from_future(delivery, now):
        return None
    until = delivery.history[-1].time + waits.CLAIM if delivery.history else now
    return until if until > now else None


def _is_from_future(delivery: Delivery, now: datetime) -> bool:
    """Was it written by a clock that was wrong? Then its own times for the next step are wrong too."""
    return bool(delivery.history) and delivery.history[-1].time > now + waits.CLAIM / 2


def _facts(
    planned: Planned | None,
    delivery: Delivery | None,
    now: datetime,
    end: datetime,
    ability: Ability,
    until: datetime,
) -> frozenset[Fact]:
    holds = {
        Fact.UNPLANNED: planned is None,
        Fact.SILENT: not ability.publish,
        Fact.KEYED: ability.keyed,
        Fact.FINDS: ability.find,
    }
    if planned:
        holds |= {
            Fact.BLOCKED: planned.blocked,
            Fact.UNAPPROVED: bool(planned.unapproved),
            Fact.HELD: bool(planned.held),
            Fact.LATER: planned.due > end,
            Fact.SOON: now < planned.due <= end,
            Fact.LATE: too_late(planned, now),
        }
    if delivery:
        is_future = _is_from_future(delivery, now)
        holds |= {
            Fact.STARTED: bool(delivery.receipts),
            Fact.FUTURE: is_future,
            Fact.BUSY: until > now and not is_future,
            Fact.RESTING: until > now and not is_future,
            Fact.FINAL: delivery.retry_at is None,
        }
    if planned and delivery:
        holds[Fact.EDITED] = is_edited(delivery, planned)
        holds[Fact.MOVED] = planned.due != delivery.due
    return frozenset(fact for fact, true in holds.items() if true)
