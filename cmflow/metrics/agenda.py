"""What is to be read now, by what both branches say here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cmflow import ledger as ledgers
from cmflow.insights.metrics import catalogue
from cmflow.ledger import Ledger
from cmflow.metrics import due, store
from cmflow.metrics.due import Due
from cmflow.model import State
from cmflow.netkit.network import Network


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is to be read now: parts of posts, the most urgent first, and accounts."""

    posts: tuple[Due, ...] = ()
    accounts: tuple[str, ...] = ()


def agenda(state: Ledger, metrics: Ledger, networks: Mapping[str, Network[Any]], now: datetime) -> Agenda:
    """The agenda of these accounts, each with its network: accounts that have published nothing are not on it.

    Of the readings only the months that count are read.
    """
    deliveries = tuple(ledgers.read(state).deliveries.values())
    active = {delivery.account for delivery in deliveries if delivery.state is State.SENT}
    names = [name for name, network in networks.items() if network.account_metrics and name in active]
    retentions = {name: catalogue.retentions(network.name) for name, network in networks.items() if network.metrics}
    readings = store.recent(metrics, active.intersection(networks), now)
    return Agenda(due.due(deliveries, readings, now, retentions), due.due_accounts(names, readings, now))
