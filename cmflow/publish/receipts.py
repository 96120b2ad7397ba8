"""What the ledger knows to be on a network: what has a receipt is not what a run looks for, and is found by its id."""

import threading
from collections.abc import Collection
from dataclasses import dataclass, field

from cmflow import ledger as ledgers
from cmflow.ledger import Ledger
from cmflow.model import Delivery
from cmflow.schedule import steps

Place = tuple[str, str]  # its address, and what the network calls it; either may be ""


@dataclass(slots=True)
class ReceiptIndex:
    """`read` holds what was found in each file of the ledger, by its blob: another look reads only what is new."""

    ledger: Ledger
    read: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    gate: threading.Lock = field(default_factory=threading.Lock)

    def places(self) -> frozenset[str]:
        """Ids and addresses, of all accounts: two of them may be the same one on the network."""
        return frozenset(word for place in self._read() for word in place if word)

    def ids(self, account: str, addresses: Collection[str]) -> tuple[Place, ...]:
        """Those addresses that are posts of this account, with their ids: only its own server goes by them."""
        return tuple(dict.fromkeys(place for place in self._read(account) if place[0] in addresses and place[1]))

    def _read(self, account: str = "") -> list[Place]:
        with self.gate:
            names = {key: oid for key, oid in ledgers.names(self.ledger).items() if account in ("", key[1])}
            fresh = {key for key, oid in names.items() if oid not in self.read}
            deliveries = ledgers.read(self.ledger, fresh).deliveries if fresh else {}
            self.read |= {names[key]: _places(deliveries[key]) for key in fresh if key in deliveries}
            return [place for oid in names.values() for place in self.read.get(oid, ())]


def _places(delivery: Delivery) -> tuple[Place, ...]:
    """What was out and is to be published again counts too: a network may show it still."""
    receipts = tuple((receipt.url, receipt.id) for receipt in delivery.receipts)
    return (*receipts, *((place, "") for place in steps.former_places(delivery)))
