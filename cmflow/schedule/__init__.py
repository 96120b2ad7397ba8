"""What should happen to each delivery now: the plan and the ledger in, actions out. Pure, total, and one table.

`TABLE` is read from the top: the first row whose state and facts all hold decides. The docs show the same table.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from cmflow.model import Delivery, Event, Planned, Receipt, Remote, State, is_edited
from cmflow.schedule import waits
from cmflow.schedule.waits import is_late

ATTEMPTS = 2  # requests for one part that got no clear answer, over all runs; then a person looks

Key = tuple[str, str]  # post, account


class Do(StrEnum):
    SEND = "send"  # the first request of a part nobody has asked for
    RESUME = "resume"  # the same, for a thread that is partly out: at the first part without a receipt
    REPEAT = "repeat"  # the very same request with the same key: the network makes sure there is one post
    LOOK = "look"  # ask the network whether the part is there, before anything else
    WAIT = "wait"  # not yet; `until` says when
    BY_HAND = "by hand"  # a person posts it there, as cmflow cannot, and says so
    MISS = "miss"  # too late: it will not go out
    HOLD = "hold"  # a person must do something first
    NOTHING = "nothing"


class Fact(StrEnum):
    """What is true of a delivery now, besides its state."""

    GONE = "no longer planned"
    EDITED = "edited since"
    STARTED = "some parts are out"
    BLOCKED = "the post has problems"
    UNAPPROVED = "the plan asks for approvals it has not"
    HELD = "due during a stop or a pause"
    SILENT = "the network is preview-only"
    LATER = "due after this run"
    SOON = "due within this run"
    LATE = "later than `late` allows"
    MOVED = "given another date since"
    BUSY = "asked for a moment ago"
    RESTING = "its next try is later"
    FINAL = "only a person can go on with it"
    AHEAD = "written down by a clock that was wrong"
    KEYED = "the network guarantees keys"
    FINDS = "the network can look"


@dataclass(frozen=True, slots=True)
class Ability:
    """What the network of an account can do, of what matters here."""

    publish: bool = True
    keyed: bool = False
    find: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `why` is said to people."""

    states: tuple[State, ...]
    facts: tuple[Fact, ...]
    do: Do
    why: str


@dataclass(frozen=True, slots=True)
class Action:
    """What to do with one delivery. `planned` is None for one that the content no longer asks for."""

    do: Do
    post: str
    account: str
    why: str
    planned: Planned | None = None
    delivery: Delivery | None = None
    until: datetime | None = None
    edited: bool = False


OPEN = (State.SENDING, State.UNSURE)
_TODO = (State.SCHEDULED, State.FAILED, State.MISSED)
_WAITS = (State.SCHEDULED, State.FAILED)

NOT_BY_HAND = "not posted by hand in time, or nobody said so"
BLIND = "nobody knows whether it is out, and looking did not tell"
UNAPPROVED = "not approved"  # whose approval is missing is said with it
HELD = "kept back"  # which stop or pause holds it is said with it

TABLE = (
    Row((State.SENT,), (Fact.EDITED,), Do.NOTHING, "sent; edited since, and not sent again"),
    Row((State.SENT,), (), Do.NOTHING, "sent"),
    Row((State.SKIPPED,), (), Do.NOTHING, "skipped"),
    Row((State.SENDING,), (Fact.AHEAD,), Do.HOLD, "begun at a time that has not come yet: a clock was wrong"),
    Row(OPEN, (Fact.BUSY,), Do.WAIT, "asked for a moment ago; the answer may still come"),
    Row(OPEN, (Fact.GONE,), Do.HOLD, "nobody knows whether it is out, and the post no longer asks for it"),
    Row(OPEN, (Fact.EDITED,), Do.HOLD, "nobody knows whether it is out, and the post was edited since"),
    Row(OPEN, (Fact.BLOCKED,), Do.HOLD, "nobody knows whether it is out, and the post has problems now"),
    Row(OPEN, (Fact.SILENT,), Do.HOLD, "nobody knows whether it is out, and the network is preview-only now"),
    Row((State.UNSURE,), (Fact.HELD, Fact.FINAL, Fact.FINDS), Do.HOLD, BLIND),
    Row(OPEN, (Fact.HELD, Fact.FINDS), Do.LOOK, "no answer came; looking for it"),
    Row(OPEN, (Fact.HELD, Fact.KEYED), Do.HOLD, HELD),
    Row((State.UNSURE,), (Fact.LATE, Fact.FINAL, Fact.FINDS), Do.HOLD, BLIND),
    Row(OPEN, (Fact.LATE, Fact.FINDS), Do.LOOK, "no answer came; looking for it"),
    Row(OPEN, (Fact.LATE,), Do.HOLD, "nobody knows whether it is out, and it is too late to send it again"),
    Row(OPEN, (Fact.KEYED,), Do.REPEAT, "no answer came; the same request again, with its key"),
    Row((State.UNSURE,), (Fact.FINAL, Fact.FINDS), Do.HOLD, BLIND),
    Row(OPEN, (Fact.FINDS,), Do.LOOK, "no answer came; looking for it"),
    Row(OPEN, (), Do.HOLD, "no answer came, and the network cannot be asked whether it is out"),
    Row(_WAITS, (Fact.GONE, Fact.STARTED), Do.HOLD, "some parts are out, and the post no longer asks for the others"),
    Row(_TODO, (Fact.GONE,), Do.NOTHING, "no longer planned"),
    Row((State.MISSED,), (Fact.STARTED,), Do.NOTHING, "missed, and some of its parts are out"),
    Row((State.MISSED,), (Fact.LATE,), Do.NOTHING, "missed"),
    Row((State.MISSED,), (Fact.MOVED, Fact.LATER), Do.NOTHING, "not due yet"),
    Row((State.MISSED,), (Fact.MOVED, Fact.SOON), Do.WAIT, "due soon"),
    Row((State.MISSED,), (Fact.MOVED, Fact.HELD), Do.HOLD, HELD),
    Row((State.MISSED,), (Fact.MOVED, Fact.BLOCKED), Do.HOLD, "due, but the post has problems"),
    Row((State.MISSED,), (Fact.MOVED, Fact.UNAPPROVED), Do.HOLD, UNAPPROVED),
    Row((State.MISSED,), (Fact.MOVED, Fact.SILENT), Do.BY_HAND, "to post by hand"),
    Row((State.MISSED,), (Fact.MOVED,), Do.SEND, "missed, and given another date"),
    Row((State.MISSED,), (), Do.NOTHING, "missed"),
    Row(_WAITS, (Fact.STARTED, Fact.EDITED), Do.HOLD, "some parts are out, and the post was edited since"),
    Row(_WAITS, (Fact.LATER,), Do.NOTHING, "not due yet"),
    Row(_WAITS, (Fact.HELD,), Do.HOLD, HELD),
    Row(_WAITS, (Fact.LATE, Fact.STARTED), Do.MISS, "too late for the parts that are not out"),
    Row(_WAITS, (Fact.LATE, Fact.UNAPPROVED), Do.MISS, f"too late: {UNAPPROVED} in time"),
    Row(_WAITS, (Fact.LATE, Fact.SILENT), Do.MISS, f"too late: {NOT_BY_HAND}"),
    Row(_WAITS, (Fact.LATE,), Do.MISS, "too late"),
    Row(_WAITS, (Fact.BLOCKED,), Do.HOLD, "the post has problems"),
    Row(_WAITS, (Fact.UNAPPROVED,), Do.HOLD, UNAPPROVED),
    Row(_WAITS, (Fact.SILENT,), Do.BY_HAND, "to post by hand"),
    Row(_WAITS, (Fact.SOON,), Do.WAIT, "due soon"),
    Row(_WAITS, (Fact.EDITED,), Do.SEND, "edited since it was tried"),
    Row((State.FAILED,), (Fact.FINAL,), Do.HOLD, "the network refused it"),
    Row(_WAITS, (Fact.RESTING,), Do.WAIT, "to be tried again later"),
    Row(_WAITS, (Fact.STARTED,), Do.RESUME, "the next part of a thread"),
    Row(_WAITS, (), Do.SEND, "due"),
)
LOOK = "Look on the network yourself, then: cmflow settle"
WAS = "it was out at "
UNREADABLE = "cmflow cannot read what the ledger holds of it"


def decide(
    planned: Sequence[Planned],
    deliveries: Mapping[Key, Delivery],
    now: datetime,
    window: timedelta = timedelta(0),
    abilities: Mapping[str, Ability] | None = None,
    unreadable: Collection[Key] = (),
) -> tuple[Action, ...]:
    """One action for every planned delivery, in the order of their due dates, and for every other one that a person
    must hear of: it is open, or a thread that is partly out.

    `abilities` by account; an account that is not in it can publish, and neither look nor keep keys.
    """
    known = abilities or {}
    wanted = {(each.post, each.account) for each in planned}
    lost = [each for key, each in deliveries.items() if key not in wanted and unfinished(each)]
    actions = [
        Action(Do.HOLD, each.post, each.account, UNREADABLE, each)
        if (each.post, each.account) in unreadable
        else one(each, deliveries.get((each.post, each.account)), now, window, known.get(each.account, Ability()))
        for each in sorted(planned, key=lambda each: each.due)
    ]
    return (*actions, *(one(None, each, now, window, known.get(each.account, Ability())) for each in lost))


def unfinished(delivery: Delivery) -> bool:
    """Whether something of it is out, or may be, and it is not over: it must not be forgotten when its post is gone."""
    return delivery.state in OPEN or (delivery.state in _WAITS and bool(delivery.receipts))


def one(
    planned: Planned | None,
    delivery: Delivery | None,
    now: datetime,
    window: timedelta = timedelta(0),
    ability: Ability = Ability(),
) -> Action:
    """The action for one delivery; `planned` or `delivery` may be None, not both."""
    post, account = _name(planned, delivery)
    until = _until(planned, delivery, now, ability)
    facts = _facts(planned, delivery, now, now + window, ability, until)
    state = delivery.state if delivery else State.SCHEDULED
    row = next(row for row in TABLE if state in row.states and facts.issuperset(row.facts))
    moment = until if row.do is Do.WAIT or Fact.LATER in facts else None
    why = _why(row, planned)
    return Action(row.do, post, account, why, planned, delivery, moment, Fact.EDITED in facts)


def _why(row: Row, planned: Planned | None) -> str:
    """What the table says, with what only the delivery can say of it."""
    said = {Fact.UNAPPROVED: planned.unapproved, Fact.HELD: planned.held} if planned else {}
    more = next((said[fact] for fact in row.facts if fact in said and row.do is not Do.LOOK), "")
    return f"{row.why}: {more}" if more else row.why


def _name(planned: Planned | None, delivery: Delivery | None) -> Key:
    known = planned or delivery
    if known is None:
        raise ValueError("there is no such delivery")
    return known.post, known.account


def _until(planned: Planned | None, delivery: Delivery | None, now: datetime, ability: Ability) -> datetime:
    """Before when nothing can happen: its date, the end of another run's claim, the network's own wish."""
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


def busy(delivery: Delivery, now: datetime) -> datetime | None:
    """Until when a run may be at work on it: nobody can know before what became of the request. None: it is not."""
    if delivery.state is not State.SENDING or _is_ahead(delivery, now):
        return None
    until = delivery.history[-1].time + waits.CLAIM if delivery.history else now
    return until if until > now else None


def _is_ahead(delivery: Delivery, now: datetime) -> bool:
    """Was it written by a clock that was wrong? What it says of when to go on is wrong as well."""
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
        Fact.GONE: planned is None,
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
            Fact.LATE: is_late(now.timestamp(), (planned.due + planned.late).timestamp()),
        }
    if delivery:
        is_ahead = _is_ahead(delivery, now)
        holds |= {
            Fact.STARTED: bool(delivery.receipts),
            Fact.AHEAD: is_ahead,
            Fact.BUSY: until > now and not is_ahead,
            Fact.RESTING: until > now and not is_ahead,
            Fact.FINAL: delivery.retry_at is None,
        }
    if planned and delivery:
        holds[Fact.EDITED] = is_edited(delivery, planned)
        holds[Fact.MOVED] = planned.due != delivery.due
    return frozenset(fact for fact, true in holds.items() if true)


# ── what becomes of a delivery ──────────────────────────────────────────────────────────────────────────────


def begun(
    delivery: Delivery | None, planned: Planned, digest: str, parts: int, run: str, commit: str, now: datetime
) -> Delivery:
    """The intent to send the first part without a receipt: a new request, with a new key."""
    old = delivery or Delivery(planned.post, planned.account, State.SCHEDULED, planned.due)
    attempt = 1 if old.digest not in ("", digest) else old.attempt + 1
    intent = replace(
        old,
        due=planned.due,
        path=planned.path,
        attempt=attempt,
        run=run,
        commit=commit,
        digest=digest,
        key=_key(planned, digest, len(old.receipts), now),
        written=now,
        parts=parts,
    )
    return _step(intent, State.SENDING, now, run, _progress(intent))


def repeated(delivery: Delivery, run: str, now: datetime) -> Delivery:
    """The intent to send the same request again: with the same key, as of the same moment."""
    again = replace(delivery, attempt=delivery.attempt + 1, run=run)
    return _step(again, State.SENDING, now, run, f"the same request again, {_progress(delivery) or 'with its key'}")


def received(delivery: Delivery, remote: Remote, run: str, now: datetime) -> Delivery:
    """The open part is out. `sent` after the last one; before, the next part waits to be begun."""
    receipt = Receipt(len(delivery.receipts), remote.id, remote.url, now)
    after = replace(delivery, receipts=(*delivery.receipts, receipt), attempt=0, key="", written=None)
    done = len(after.receipts) == after.parts
    return _step(after, State.SENT if done else State.SCHEDULED, now, run, "" if done else _progress(delivery))


def failed(delivery: Delivery, error: str, retry_at: datetime | None, run: str, now: datetime) -> Delivery:
    """Certainly not out; tried again from `retry_at`, never where None. What was refused was not left unanswered."""
    answered = replace(delivery, attempt=max(delivery.attempt - 1, 0))
    return replace(_step(answered, State.FAILED, now, run, error), error=_short(error), retry_at=retry_at)


def unsure(delivery: Delivery, error: str, retry_at: datetime | None, run: str, now: datetime) -> Delivery:
    """Perhaps out: looked at, or asked again with its key, from `retry_at`."""
    return replace(_step(delivery, State.UNSURE, now, run, error), error=_short(error), retry_at=retry_at)


def missed(delivery: Delivery | None, planned: Planned, why: str, run: str, now: datetime) -> Delivery:
    old = delivery or Delivery(planned.post, planned.account, State.SCHEDULED, planned.due, digest=planned.digest)
    after = replace(old, due=planned.due, path=planned.path, run=run, parts=max(planned.parts, len(old.receipts)))
    return replace(_step(after, State.MISSED, now, run, why), error=old.error)


def released(delivery: Delivery, why: str, run: str, now: datetime, asked: bool = True) -> Delivery:
    """The open part is certainly not out, and nobody is at it: it may be begun again. Not `asked` is not a try."""
    attempt = delivery.attempt if asked else max(delivery.attempt - 1, 0)
    return _step(replace(delivery, key="", written=None, attempt=attempt), State.SCHEDULED, now, run, why)


class Verdict(StrEnum):
    """What a person found out about a delivery."""

    SENT = "sent"
    NOT_SENT = "not sent"
    SKIP = "skip"


def settled(delivery: Delivery, verdict: Verdict, url: str, run: str, now: datetime) -> Delivery:
    """What a person says is so. Not sent: it begins anew, with the text as it is now, after the parts that are out."""
    note = f"settled by hand: {verdict}"
    if verdict is Verdict.SKIP:
        return _step(replace(delivery, key="", written=None), State.SKIPPED, now, run, note)
    if verdict is Verdict.NOT_SENT:
        fresh = replace(delivery, key="", written=None, attempt=0, digest="")
        return _step(fresh, State.SCHEDULED, now, run, note)
    rest = (Receipt(part, "", url, now) for part in range(len(delivery.receipts), delivery.parts))
    after = replace(delivery, key="", written=None, attempt=0, receipts=(*delivery.receipts, *rest))
    return _step(after, State.SENT, now, run, note)


def taken_back(delivery: Delivery, run: str, now: datetime) -> Delivery:
    """A person has deleted what was out. No run sends it again; where it was stays in the history."""
    note = f"taken back by hand; {WAS}{places(delivery.receipts)}"
    return _step(_anew(delivery), State.SKIPPED, now, run, note)


def again(delivery: Delivery, run: str, now: datetime) -> Delivery:
    """A person wants it out once more, as it is now. What was out stays in the history."""
    out = places(delivery.receipts)
    note = f"to be published again by hand; {WAS}{out}" if out else "to be published after all, by hand"
    return _step(_anew(delivery), State.SCHEDULED, now, run, note)


def _anew(delivery: Delivery) -> Delivery:
    """As if nothing of it had ever been asked for; what was stays in the history."""
    return replace(delivery, key="", written=None, attempt=0, digest="", receipts=())


def places(receipts: Iterable[Receipt]) -> str:
    """Where the parts are, each place once."""
    return " ".join(dict.fromkeys(receipt.url or receipt.id for receipt in receipts))


def not_found(delivery: Delivery, ability: Ability, run: str, now: datetime) -> Delivery:
    """The network was looked through, and shows no such part. It is asked for once more, and only once: who does not
    find it a second time either cannot rely on looking."""
    if delivery.attempt >= ATTEMPTS and not ability.keyed:
        return unsure(delivery, f"It was sent {ATTEMPTS} times, and looking shows neither. {LOOK}", None, run, now)
    return released(delivery, "looked for it twice: it is not there", run, now)


def was_at(delivery: Delivery) -> tuple[str, ...]:
    """Where it has been, as its history has it: a person took it back, or wanted it out once more."""
    notes = (event.note.partition(WAS)[2] for event in delivery.history if f"by hand; {WAS}" in event.note)
    return tuple(place for note in notes for place in note.split())


def _step(delivery: Delivery, state: State, now: datetime, run: str, note: str) -> Delivery:
    event = Event(now, state, run, _short(note))
    return replace(delivery, state=state, error="", retry_at=None, history=(*delivery.history, event))


def _progress(delivery: Delivery) -> str:
    return f"part {len(delivery.receipts) + 1} of {delivery.parts}" if delivery.parts > 1 else ""


def _short(text: str) -> str:
    return text if len(text) <= 500 else f"{text[:499]}…"


def _key(planned: Planned, digest: str, part: int, now: datetime) -> str:
    """32 hex digits that only this request has: who, what, which part, and when it was first meant."""
    words = (planned.post, planned.account, digest, str(part), now.isoformat())
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:32]
