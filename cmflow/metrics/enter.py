"""Figures that a person read off, or a network exported: written down as such, and corrected by the next one."""

from collections.abc import Callable
from datetime import datetime

from cmflow import ledger as ledgers
from cmflow.insights.metrics import catalogue
from cmflow.ledger import Ledger
from cmflow.metrics import store
from cmflow.metrics.due import day, slot
from cmflow.model import Account, Number, Origin, Reading, Receipt
from cmflow.model.errors import LedgerError, SourceError


def enter(
    state: Ledger,
    metrics: Ledger,
    account: Account,
    metric: str,
    value: Number,
    clock: Callable[[], datetime],
    post: str = "",
    time: datetime | None = None,
) -> tuple[Reading, str]:
    """Write down a figure of the account, or of the first part of a post, as of `time`, else now; the reading, and why
    it is on the local branch only.

    Raises SourceError for a time that is not past, LedgerError for a post that was not published there.
    """
    now = clock()
    moment = time or now
    if moment > now:
        raise SourceError("A figure cannot be of a time that is still to come.", "Correct --date.")
    receipt = _receipt(state, post, account.name) if post else None
    if receipt and moment < receipt.time:
        raise SourceError(f"{post} was not published on {account.name} then.", "Correct --date.")
    age = moment - receipt.time if receipt else None
    reading = Reading(
        account.name,
        account.network,
        metric,
        value,
        moment,
        day(moment) if age is None else slot(age),
        post,
        age=None if age is None else int(age.total_seconds()),
        common=catalogue.common(account.network, metric, moment),
        source=Origin.HAND,
        entered=now,
    )
    return reading, store.save(metrics, [reading], clock)


def _receipt(state: Ledger, post: str, account: str) -> Receipt:
    delivery = ledgers.read(state, [(post, account)]).one((post, account))
    if delivery is None or not delivery.receipts:
        hint = f"If a person posted it: cmflow settle {post} {account} --sent URL"
        raise LedgerError(f"The ledger does not know that {post} was published on {account}.", hint)
    return delivery.receipts[0]
