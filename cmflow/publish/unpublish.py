"""Unpublish a delivery: delete it on the network, then record that.

Only a delivery that no run works on any more is unpublished. Deleting what is not there does no harm on any network, so
an interrupted command can be run again; until all parts are deleted the ledger lists them as published.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cmflow import ledger as ledgers
from cmflow.ledger import Ledger, Snapshot
from cmflow.model import Delivery, Key, Receipt, State
from cmflow.model.errors import DeliveryError, Denied, GitError, LedgerError
from cmflow.netkit.network import Access, Network
from cmflow.publish.answers import ask
from cmflow.schedule import steps

if TYPE_CHECKING:
    import httpx

OVER = (State.SENT, State.MISSED, State.SKIPPED)

Delete = Callable[[Receipt], None]


@contextmanager
def deleter(network: Network[Any], access: Access, http: Callable[[], "httpx.Client"]) -> Iterator[Delete]:
    """Yield the function that deletes one part, on a network with `connect` and `delete`; it raises DeliveryError."""
    connect, delete = network.connect, network.delete
    assert connect is not None and delete is not None
    with http() as client:
        session = ask(network, access, lambda: connect(client, access))
        yield lambda receipt: ask(network, access, lambda: delete(session, receipt))


def unpublish(
    ledger: Ledger, key: Key, delete: Delete, run: str, clock: Callable[[], datetime], sleep: Callable[[float], None]
) -> tuple[Delivery, Delivery]:
    """Delete a delivery, the last part of a thread first; return it as it was before and as it is now.

    Raises what `delete` raises, and LedgerError: then the error says what is still published.
    """
    writer, snapshot = ledgers.open_writer(ledger, clock, sleep, [key])
    delivery = _finished(snapshot, key)
    for receipt in reversed(delivery.receipts):
        try:
            delete(receipt)
        except DeliveryError as error:
            advice = error.hint if isinstance(error, Denied) else "Run the command again: that does no harm."
            error.hint = f"{advice} Still published: {steps.places(delivery.receipts[: receipt.part + 1])}"
            raise
    removed = steps.take_back(delivery, run, clock())
    message = f"{key.post} is deleted on {key.account}, but that could not be recorded"
    try:
        is_written = writer.claim(delivery, removed)
    except (GitError, LedgerError) as error:
        raise LedgerError(f"{message}: {error}", "Run the command again.") from error
    if not is_written:
        raise LedgerError(f"{message}: another run or person has changed it meanwhile.", f"See: cmflow log {key.post}")
    return delivery, removed


def _finished(snapshot: Snapshot, key: Key) -> Delivery:
    delivery = snapshot.one(key)
    if delivery is None or not delivery.receipts:
        raise LedgerError(
            f"Nothing of {key.post} is published on {key.account}.", f"Its history: cmflow log {key.post}"
        )
    if delivery.state not in OVER:
        hint = f"First make sure that no run continues with it: cmflow settle {key.post} {key.account} --skip"
        raise LedgerError(f"{key.post} to {key.account} is {delivery.state}, and only part of it is published.", hint)
    return delivery
