"""What is to be read now, by what both branches say here."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cmflow import ledger as ledgers
from cmflow.insights.metrics import catalogue
from cmflow.ledger import Ledger, retired
from cmflow.metrics import due, store
from cmflow.metrics.due import Due
from cmflow.model import Origin, Reading, State
from cmflow.netkit.network import Network
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is to be read now: parts of posts, the most urgent first, and accounts.

    `cost` is what the posts cost at most, in US dollars; `too_dear` are those that would exceed the limit. `retired`
    are the figures that networks tell no more, by network.
    """

    posts: tuple[Due, ...] = ()
    accounts: tuple[str, ...] = ()
    cost: Decimal = Decimal(0)
    too_dear: tuple[Due, ...] = ()
    retired: Mapping[str, frozenset[str]] = field(default_factory=dict)


def agenda(
    state: Ledger,
    metrics: Ledger,
    networks: Mapping[str, Network[Any]],
    now: datetime,
    max_cost: Decimal | None = None,
) -> Agenda:
    """The agenda of these accounts, each with its network: accounts that have published nothing are not on it.

    Of the readings only the months that count are read. `max_cost`: US dollars that the posts may cost together.
    """
    deliveries = tuple(ledgers.read(state).deliveries.values())
    active = {delivery.account for delivery in deliveries if delivery.state is State.SENT}
    names = [name for name, network in networks.items() if network.account_metrics and name in active]
    retentions = {name: catalogue.retentions(network.name) for name, network in networks.items() if network.metrics}
    readings = store.recent(metrics, active.intersection(networks), now)
    posts = due.due(deliveries, readings, now, retentions)
    costs = _costs(posts, readings, networks, now)
    affordable, total = _affordable(posts, costs, max_cost)
    retirements = retired.read(metrics, {network.name for network in networks.values()}, now)
    too_dear = tuple(row for row in posts if row not in affordable)
    return Agenda(tuple(affordable), due.due_accounts(names, readings, now), total, too_dear, retirements)


def _costs(
    posts: Iterable[Due], readings: Iterable[Reading], networks: Mapping[str, Network[Any]], now: datetime
) -> dict[Due, Decimal]:
    """What each costs at most: a post that was read on the same day in UTC is paid for."""
    today = now.astimezone(UTC).date()
    paid = {
        (reading.account, reading.post, reading.part)
        for reading in readings
        if reading.source is Origin.API and not reading.mode and reading.time.astimezone(UTC).date() == today
    }
    return {
        row: Decimal(0) if (row.account, row.post, row.receipt.part) in paid else _price(networks[row.account])
        for row in posts
    }


def _price(network: Network[Any]) -> Decimal:
    """What the figures of a part cost there at most, once per day in UTC."""
    price = network.limits.read_price
    return price.money.amount if price else Decimal(0)


def _affordable(
    posts: Iterable[Due], costs: Mapping[Due, Decimal], limit: Decimal | None
) -> tuple[dict[Due, None], Decimal]:
    """What may be read for so many dollars, and what it costs: the most urgent first, and whatever costs nothing."""
    chosen: dict[Due, None] = {}
    total = Decimal(0)
    for row in posts:
        if limit is None or not costs[row] or total + costs[row] <= limit:
            chosen[row] = None
            total += costs[row]
    return chosen, total
