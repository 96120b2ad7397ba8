"""What the ledger knows to be on a network: a post with a receipt is not the one that a run looks for."""

import threading
from collections.abc import Collection
from dataclasses import field

from cmflow import ledger as ledgers
from cmflow.ledger import Ledger
from cmflow.model import Delivery
from cmflow.schedule import steps
from cmflow.values import dataclass

Address = tuple[str, str]  # its address, and what the network calls it; either may be ""


@dataclass(slots=True)
class ReceiptIndex:
    """`read` holds the addresses in each file of the ledger, by blob: another look reads only new files."""

    ledger: Ledger
    read: dict[str, tuple[Address, ...]] = field(default_factory=dict)
    gate: threading.Lock = field(default_factory=threading.Lock)

    def places(self, account: str) -> frozenset[str]:
        """Addresses of all accounts, since two of them may be the same account on the network; and the ids of this one,
        and of those on the same host: on another one the same id is another post."""
        own = self._read(account)
        hosts = {_host(url) for url, _ in own} - {""}
        others = [(url, id if _host(url) in hosts else "") for url, id in self._read() if _host(url)]
        return frozenset(word for address in (*own, *others) for word in address if word)

    def ids(self, account: str, addresses: Collection[str]) -> tuple[Address, ...]:
        """Those addresses that are posts of this account, with their ids, which only its own server knows."""
        return tuple(
            dict.fromkeys(address for address in self._read(account) if address[0] in addresses and address[1])
        )

    def _read(self, account: str = "") -> list[Address]:
        with self.gate:
            names = {key: oid for key, oid in ledgers.names(self.ledger).items() if account in ("", key.account)}
            fresh = {key for key, oid in names.items() if oid not in self.read}
            deliveries = ledgers.read(self.ledger, fresh).deliveries if fresh else {}
            self.read |= {names[key]: _addresses(deliveries[key]) for key in fresh if key in deliveries}
            return [address for oid in names.values() for address in self.read.get(oid, ())]


def _host(url: str) -> str:
    """The host of an address; "" for what is none."""
    scheme, mark, place = url.partition("://")
    return place.partition("/")[0].lower() if scheme and mark else ""


def _addresses(delivery: Delivery) -> tuple[Address, ...]:
    """Earlier addresses of what is published again count too: a network may still show them."""
    receipts = tuple((receipt.url, receipt.id) for receipt in delivery.receipts)
    return (*receipts, *((url, "") for url in steps.former_places(delivery)))
