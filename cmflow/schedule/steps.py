"""The steps of a delivery: how the ledger has it once a run or a person has done something. Pure.

Each returns the delivery with its new state and one more event in its history.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from cmflow.model import Delivery, Event, Planned, Receipt, Remote, State, Transfer

ATTEMPTS = 2  # requests for one part that got no clear answer, over all runs; then a person looks
ADVICE = "Look on the network yourself, then: cmflow settle"
UPLOADING = "uploading"


def begin(
    delivery: Delivery | None,
    planned: Planned,
    digest: str,
    parts: int,
    run: str,
    commit: str,
    now: datetime,
    is_large: bool = False,
) -> Delivery:
    """Record the intent to send the first part without a receipt: a new request, with a new key.

    An upload of the same content goes on, and an attempt that ended while it went on counts as this one. `is_large`:
    the part has a large file, so that it is told from now on whether the post itself was requested.
    """
    delivery = delivery or Delivery(planned.post, planned.account, State.SCHEDULED, planned.due)
    is_new = delivery.digest not in ("", digest)
    attempt = 1 if is_new else delivery.attempt + (not is_uploading(delivery))
    is_known = delivery.transfer is not None and delivery.digest == digest
    transfer = delivery.transfer if is_known else Transfer("", "", now) if is_large else None
    transfer = replace(transfer, requested=None) if transfer else None
    intent = replace(
        delivery,
        due=planned.due,
        path=planned.path,
        attempt=attempt,
        run=run,
        commit=commit,
        digest=digest,
        key=_key(planned, digest, len(delivery.receipts), now),
        written=now,
        parts=parts,
        transfer=transfer,
    )
    return _step(intent, State.SENDING, now, run, _progress(intent))


def repeat(delivery: Delivery, run: str, now: datetime) -> Delivery:
    """Record the intent to send the same request again: with the same key, as of the same moment."""
    intent = replace(delivery, attempt=delivery.attempt + 1, run=run)
    return _step(intent, State.SENDING, now, run, f"the same request again, {_progress(delivery) or 'with its key'}")


def is_uploading(delivery: Delivery) -> bool:
    """Whether a run has it, or had it, that had only begun to upload its file: it is certainly not published."""
    transfer = delivery.transfer
    return delivery.state is State.SENDING and transfer is not None and transfer.requested is None


def keep(delivery: Delivery, transfer: Transfer | None, run: str, now: datetime) -> Delivery:
    """Record that the run is still at it, with what it has uploaded: no other run may take the delivery over yet."""
    note = " ".join(filter(None, (UPLOADING, _progress(delivery))))
    steps = delivery.history[:-1] if delivery.history[-1].note == note else delivery.history
    return _step(replace(delivery, transfer=transfer, history=steps), State.SENDING, now, run, note)


def receive(delivery: Delivery, remote: Remote, run: str, now: datetime) -> Delivery:
    """Record that the open part is published: `sent` after the last one, else the next part is to begin."""
    receipt = Receipt(len(delivery.receipts), remote.id, remote.url, now)
    proven = replace(delivery, receipts=(*delivery.receipts, receipt), attempt=0, key="", written=None, transfer=None)
    is_complete = len(proven.receipts) == proven.parts
    state = State.SENT if is_complete else State.SCHEDULED
    return _step(proven, state, now, run, "" if is_complete else _progress(delivery))


def fail(delivery: Delivery, error: str, retry_at: datetime | None, run: str, now: datetime) -> Delivery:
    """Record that it is certainly not published; to be retried from `retry_at`, or never where that is None.

    A rejection is an answer, so it does not count as an attempt without one.
    """
    answered = replace(delivery, attempt=max(delivery.attempt - 1, 0))
    return replace(_step(answered, State.FAILED, now, run, error), error=_short(error), retry_at=retry_at)


def mark_unsure(delivery: Delivery, error: str, retry_at: datetime | None, run: str, now: datetime) -> Delivery:
    """Record that it may be published: a run looks, or repeats the request with its key, from `retry_at`."""
    return replace(_step(delivery, State.UNSURE, now, run, error), error=_short(error), retry_at=retry_at)


def miss(delivery: Delivery | None, planned: Planned, reason: str, run: str, now: datetime) -> Delivery:
    """Record that it is too late; the last error stays."""
    delivery = delivery or Delivery(planned.post, planned.account, State.SCHEDULED, planned.due, digest=planned.digest)
    parts = max(planned.parts, len(delivery.receipts))
    due = replace(delivery, due=planned.due, path=planned.path, run=run, parts=parts)
    return replace(_step(due, State.MISSED, now, run, reason), error=delivery.error)


def release(delivery: Delivery, reason: str, run: str, now: datetime, is_attempt: bool = True) -> Delivery:
    """Record that the open part is certainly not published and no run is working on it: it may begin anew.

    `is_attempt`: the network was asked for it.
    """
    attempt = delivery.attempt if is_attempt else max(delivery.attempt - 1, 0)
    return _step(replace(delivery, key="", written=None, attempt=attempt), State.SCHEDULED, now, run, reason)


class Finding(StrEnum):
    """What a person found out about a delivery."""

    SENT = "sent"
    NOT_SENT = "not sent"
    SKIP = "skip"


def settle(delivery: Delivery, finding: Finding, url: str, run: str, now: datetime) -> Delivery:
    """Record what a person found. What is not sent begins anew: current text, after the parts already published."""
    note = f"settled by hand: {finding}"
    if finding is Finding.SKIP:
        return _step(replace(delivery, key="", written=None, transfer=None), State.SKIPPED, now, run, note)
    if finding is Finding.NOT_SENT:
        blank = replace(delivery, key="", written=None, attempt=0, digest="", transfer=None)
        return _step(blank, State.SCHEDULED, now, run, note)
    receipts = (Receipt(part, "", url, now) for part in range(len(delivery.receipts), delivery.parts))
    all_receipts = (*delivery.receipts, *receipts)
    proven = replace(delivery, key="", written=None, attempt=0, receipts=all_receipts, transfer=None)
    return _step(proven, State.SENT, now, run, note)


def take_back(delivery: Delivery, run: str, now: datetime) -> Delivery:
    """Record that a person deleted what was published. No run sends it again; its addresses stay in the history."""
    note = f"unpublished by hand; it was at {places(delivery.receipts)}"
    return _step(_blank(delivery), State.SKIPPED, now, run, note, _addresses(delivery.receipts))


def describe(delivery: Delivery, receipts: tuple[Receipt, ...], described: str, run: str, now: datetime) -> Delivery:
    """Record that a person gave what was published other alt texts; `receipts` are its parts as they are now."""
    changed = replace(delivery, receipts=receipts, described=described)
    return _step(changed, delivery.state, now, run, "alt texts changed by hand")


def renew(delivery: Delivery, run: str, now: datetime) -> Delivery:
    """Record that a person wants the current text published again. Earlier addresses stay in the history."""
    addresses = places(delivery.receipts)
    note = (
        f"to be published again by hand; it was at {addresses}" if addresses else "to be published after all, by hand"
    )
    return _step(_blank(delivery), State.SCHEDULED, now, run, note, _addresses(delivery.receipts))


def _blank(delivery: Delivery) -> Delivery:
    """The delivery as if nothing had ever been requested; its history stays."""
    return replace(delivery, key="", written=None, attempt=0, digest="", receipts=(), transfer=None, described="")


def places(receipts: Iterable[Receipt]) -> str:
    """The addresses of the parts, without duplicates, separated by spaces."""
    return " ".join(_addresses(receipts))


def _addresses(receipts: Iterable[Receipt]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(receipt.url or receipt.id for receipt in receipts))


def mark_absent(delivery: Delivery, keyed: bool, run: str, now: datetime) -> Delivery:
    """Record that the network was searched and shows no such part. It is sent once more, and only once: where a
    second search fails as well, searching cannot be relied on."""
    if delivery.attempt >= ATTEMPTS and not keyed:
        return mark_unsure(
            delivery, f"It was sent {ATTEMPTS} times, and the network shows neither. {ADVICE}", None, run, now
        )
    return release(delivery, "looked twice: not on the network", run, now)


def former_places(delivery: Delivery) -> tuple[str, ...]:
    """The addresses it had before a person unpublished it or had it published again, from its history."""
    return tuple(address for event in delivery.history for address in event.places)


def _step(
    delivery: Delivery, state: State, now: datetime, run: str, note: str, places: tuple[str, ...] = ()
) -> Delivery:
    event = Event(now, state, run, _short(note), places)
    return replace(delivery, state=state, error="", retry_at=None, history=(*delivery.history, event))


def _progress(delivery: Delivery) -> str:
    return f"part {len(delivery.receipts) + 1} of {delivery.parts}" if delivery.parts > 1 else ""


def _short(text: str) -> str:
    return text if len(text) <= 500 else f"{text[:499]}…"


def _key(planned: Planned, digest: str, part: int, now: datetime) -> str:
    """32 hex digits that only this request has: account, content, part, and when it was first intended."""
    facts = (planned.post, planned.account, digest, str(part), now.isoformat())
    return hashlib.sha256("\0".join(facts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
