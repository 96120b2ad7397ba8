"""Every place on a network that the ledger holds: what has a receipt is not what a run looks for."""

import threading
from dataclasses import dataclass, field

from cmflow import ledger as ledgers
from cmflow import schedule
from cmflow.ledger import Ledger
from cmflow.model import Delivery


@dataclass(slots=True)
class Known:
    """`read` holds what was found in each file of the ledger, by its blob: another look reads only what is new."""

    ledger: Ledger
    read: dict[str, frozenset[str]] = field(default_factory=dict)
    gate: threading.Lock = field(default_factory=threading.Lock)

    def places(self) -> frozenset[str]:
        """Ids and addresses, of all accounts: two of them may be the same one on the network."""
        with self.gate:
            names = ledgers.names(self.ledger)
            fresh = {key for key, oid in names.items() if oid not in self.read}
            deliveries = ledgers.read(self.ledger, fresh).deliveries if fresh else {}
            self.read |= {names[key]: _places(deliveries[key]) for key in fresh if key in deliveries}
            return frozenset().union(*(self.read.get(oid, frozenset()) for oid in names.values()))


def _places(delivery: Delivery) -> frozenset[str]:
    """What was out and is to be published again counts too: a network may show it still."""
    receipts = {word for each in delivery.receipts for word in (each.id, each.url) if word}
    return frozenset(receipts | set(schedule.was_at(delivery)))
