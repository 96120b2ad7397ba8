"""What a run records and reports about a delivery with which it does nothing more."""

from datetime import datetime

from cmflow.model import Delivery, State
from cmflow.publish.job import Outcome
from cmflow.schedule import Ability, Action, Cause, Do, steps, waits


def write_off(action: Action, ability: Ability, run: str, now: datetime) -> Delivery | None:
    """The delivery as the ledger should have it from now on, for what is not sent; None where nothing changes."""
    if action.do is Do.MISS and action.planned:
        return steps.miss(action.delivery, action.planned, action.sentence, run, now)
    delivery = action.delivery
    if delivery is None or delivery.state is not State.SENDING or action.do not in (Do.HOLD, Do.NOTHING):
        return None
    if steps.is_uploading(delivery) and action.cause is not Cause.CLOCK:
        return steps.release(delivery, "the run ended while it was uploading", run, now, is_attempt=False)
    retry_at = now + waits.CLAIM if ability.keyed or ability.find else None
    return steps.mark_unsure(delivery, action.sentence, retry_at, run, now)


def outcome_of(
    action: Action, delivery: Delivery | None, note: str = "", sent: bool = False, person: bool = False
) -> Outcome:
    is_held = action.do is Do.HOLD
    retries_too_late = bool(delivery and action.planned and waits.retries_too_late(delivery, action.planned))
    until = None if is_held or retries_too_late else (delivery.retry_at if delivery else None) or action.until
    return Outcome(
        action.post,
        action.account,
        delivery.state if delivery else State.SCHEDULED,
        action.do,
        note or _note(action, delivery.error if delivery else "", sent),
        tuple(receipt.url for receipt in delivery.receipts if receipt.url) if delivery else (),
        sent,
        person or action.do is Do.MISS or is_held or retries_too_late,
        action.edited,
        until,
    )


def _note(action: Action, error: str, sent: bool) -> str:
    """What went wrong; for a delivery on hold also why no run continues with it."""
    if action.do is Do.HOLD and error and error != action.sentence:
        return f"{action.sentence}: {error}"
    return error or ("" if sent else action.sentence)
