"""Figures that a person read off, or a network exported: written down as such, and corrected by the next one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from cmflow import ledger as ledgers
from cmflow.insights.metrics import catalogue
from cmflow.insights.metrics.catalogue import Of
from cmflow.ledger import Ledger
from cmflow.metrics import store
from cmflow.metrics.due import day, slot
from cmflow.model import Account, Key, Number, Origin, Reading, Receipt
from cmflow.model.errors import LedgerError, SourceError
from cmflow.problems.similar import suggestion


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

    `metric` is the network's own name of the figure, or the common one where that is one figure there. Raises
    SourceError for another name and for a time that is not past, LedgerError for a post that was not published there.
    """
    now = clock()
    moment = time or now
    if moment > now:
        raise SourceError("A figure cannot be from the future.", "Correct --date.")
    receipt = _receipt(state, post, account.name) if post else None
    if receipt and moment < receipt.time:
        raise SourceError(f"{post} was not published on {account.name} then.", "Correct --date.")
    age, of = moment - receipt.time if receipt else None, Of.POST if post else Of.ACCOUNT
    reading = Reading(
        account.name,
        account.network,
        own_name(account.network, metric, of, moment),
        value,
        moment,
        day(moment) if age is None else slot(age),
        post,
        age=None if age is None else int(age.total_seconds()),
        source=Origin.HAND,
        entered=now,
    )
    reading = replace(reading, common=catalogue.common(account.network, reading.metric, moment, of))
    return reading, store.save(metrics, [reading], clock)


def own_name(network: str, name: str, of: Of, time: datetime) -> str:
    """The network's own name of a figure. Of a network that the catalogue does not have, any name is its own."""
    names = catalogue.names(network, of, time)
    if name in names or not catalogue.knows(network):
        return name
    metrics = [metric for metric, common in names.items() if common == name]
    if len(metrics) == 1:
        return metrics[0]
    what = "an account" if of is Of.ACCOUNT else "a post"
    if metrics:
        raise SourceError(f"On this network, {name} are {' and '.join(metrics)}.", "Enter each of them separately.")
    options = [*names, *dict.fromkeys(common for common in names.values() if common)]
    hint = (
        f"For a figure of a post, add --post. {suggestion(name, options)}"
        if of is Of.ACCOUNT
        else suggestion(name, options)
    )
    raise SourceError(f"No figure of {what} is called {name!r} on this network.", hint)


def _receipt(state: Ledger, post: str, account: str) -> Receipt:
    key = Key(post, account)
    delivery = ledgers.read(state, [key]).one(key)
    if delivery is None or not delivery.receipts:
        hint = f"If a person posted it: cmflow settle {post} {account} --sent URL"
        raise LedgerError(f"The ledger does not know that {post} was published on {account}.", hint)
    return delivery.receipts[0]
