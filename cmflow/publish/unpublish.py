"""Take back what is out: delete it on the network, then write that down.

Only what no run touches any more is taken back. Deleting what is not there is fine on every network, so who was
interrupted does it again; until all parts are deleted the ledger says that they are out.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cmflow import ledger as ledgers
from cmflow.ledger import Ledger, Snapshot
from cmflow.ledger.codec import Key
from cmflow.model import Delivery, Receipt, State
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
    """What deletes one part, on a network with `connect` and `delete`. Raises DeliveryError, with no secret in it."""
    connect, delete = network.connect, network.delete
    assert connect is not None and delete is not None
    with http() as client:
        session = ask(network, access, lambda: connect(client, access))
        yield lambda receipt: ask(network, access, lambda: delete(session, receipt))


def unpublish(
    ledger: Ledger, key: Key, delete: Delete, run: str, clock: Callable[[], datetime], sleep: Callable[[float], None]
) -> tuple[Delivery, Delivery]:
    """Take a delivery back, the last part of a thread first; how it stood, and how it stands now.

    Raises what `delete` raises, and LedgerError: then the error says what is out still.
    """
    writer, snapshot = ledgers.open_writer(ledger, clock, sleep, [key])
    before = _over(snapshot, key)
    for receipt in reversed(before.receipts):
        try:
            delete(receipt)
        except DeliveryError as error:
            what_to_do = error.hint if isinstance(error, Denied) else "Say the same once more: that does no harm."
            error.hint = f"{what_to_do} Still out: {steps.places(before.receipts[: receipt.part + 1])}"
            raise
    after = steps.take_back(before, run, clock())
    message = f"{key[0]} is deleted on {key[1]}, but that could not be written down"
    try:
        kept = writer.claim(before, after)
    except (GitError, LedgerError) as error:
        raise LedgerError(f"{message}: {error}", "Say the same once more.") from error
    if not kept:
        raise LedgerError(f"{message}: somebody else has changed it meanwhile.", f"Look: cmflow log {key[0]}")
    return before, after


def _over(snapshot: Snapshot, key: Key) -> Delivery:
    delivery = snapshot.one(key)
    if delivery is None or not delivery.receipts:
        raise LedgerError(f"Nothing of {key[0]} is out on {key[1]}.", f"What became of it: cmflow log {key[0]}")
    if delivery.state not in OVER:
        hint = f"First say that no run shall go on with it: cmflow settle {key[0]} {key[1]} --skip"
        raise LedgerError(f"{key[0]} to {key[1]} is {delivery.state}, and only some of it is out.", hint)
    return delivery
