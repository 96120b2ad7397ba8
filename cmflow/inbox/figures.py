"""The inbox's figures from its branch: what was read, and what was answered with cmflow."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cmflow import ledger as ledgers
from cmflow.inbox.answers import note_of
from cmflow.insights import inbox
from cmflow.insights.inbox import Listening
from cmflow.insights.statistics import Period
from cmflow.ledger import Ledger, conversations
from cmflow.model import Delivery, Key, Plan, State


def listening(
    ledger: Ledger, plan: Plan, period: Period, now: datetime, accounts: Sequence[str] = ()
) -> Listening | None:
    """Figures of the conversations on the local branch; None where none was ever read. Raises GitError."""
    rows = conversations.read(ledger).conversations
    if not rows:
        return None
    return inbox.assess(rows, plan, period, now, receipts(ledgers.read(ledger).deliveries), accounts)


def receipts(deliveries: Mapping[Key, Delivery]) -> dict[tuple[str, str], datetime]:
    """When each answer was published, by its account and the note in which it was written."""
    return {
        (key.account, note): delivery.receipts[0].time
        for key, delivery in deliveries.items()
        if delivery.state is State.SENT and delivery.receipts and (note := note_of(key))
    }
