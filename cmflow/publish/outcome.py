"""How a delivery stands where a run does nothing more with it: in the ledger, and in what is said of it."""

from datetime import datetime

from cmflow.model import Delivery, State
from cmflow.publish.job import Outcome
from cmflow.schedule import Ability, Action, Do, steps, waits


def written_off(action: Action, ability: Ability, run: str, now: datetime) -> Delivery | None:
    """How the ledger should have it from now on, for what is not sent; None where nothing changes."""
    if action.do is Do.MISS and action.planned:
        return steps.miss(action.delivery, action.planned, action.sentence, run, now)
    if action.do is Do.HOLD and action.delivery and action.delivery.state is State.SENDING:
        at = now + waits.CLAIM if ability.keyed or ability.find else None
        return steps.mark_unsure(action.delivery, action.sentence, at, run, now)
    return None


def stands(
    action: Action, delivery: Delivery | None, note: str = "", sent: bool = False, person: bool = False
) -> Outcome:
    is_held = action.do is Do.HOLD
    until = None if is_held else (delivery.retry_at if delivery else None) or action.until
    return Outcome(
        action.post,
        action.account,
        delivery.state if delivery else State.SCHEDULED,
        action.do,
        note or _why(action, delivery.error if delivery else "", sent),
        tuple(receipt.url for receipt in delivery.receipts if receipt.url) if delivery else (),
        sent,
        person or action.do is Do.MISS or is_held,
        action.edited,
        until,
    )


def _why(action: Action, error: str, sent: bool) -> str:
    """Why it stands so: what went wrong; of what is held, also why no run goes on with it."""
    if action.do is Do.HOLD and error and error != action.sentence:
        return f"{action.sentence}: {error}"
    return error or ("" if sent else action.sentence)
