"""What networks charge for posts, per account."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from cmflow.model import Delivery, Entry, Key, Planned, State
from cmflow.model.money import Money, total, written
from cmflow.schedule.waits import too_late
from cmflow.values import dataclass

CHARGED = frozenset((State.SENT, State.SENDING, State.UNSURE))  # certainly, or possibly


@dataclass(frozen=True, slots=True)
class AccountCost:
    account: str
    cost: Money


def by_account(planned: Iterable[Planned]) -> tuple[AccountCost, ...]:
    """What these deliveries cost, per account by name; none of an account that costs nothing."""
    amounts = defaultdict[str, list[Money]](list)
    for delivery in planned:
        if delivery.cost:
            amounts[delivery.account].append(delivery.cost)
    return tuple(AccountCost(account, money) for account in sorted(amounts) for money in total(amounts[account]))


def unsent(entries: Iterable[Entry], deliveries: Mapping[Key, Delivery], now: datetime) -> Iterator[Planned]:
    """The deliveries of these posts, drafts among them, that may still be sent."""
    for planned in (planned for entry in entries for planned in entry.planned):
        delivery = deliveries.get(Key(planned.post, planned.account))
        is_open = delivery is None or delivery.state not in (*CHARGED, State.SKIPPED)
        if is_open and not too_late(planned, now):
            yield planned


def sentence(costs: Iterable[AccountCost]) -> str:
    """`0.43 USD (x-en 0.40 USD, x-fr 0.03 USD)`; "" where nothing is charged."""
    costs = tuple(costs)
    accounts = ", ".join(f"{item.account} {item.cost}" for item in costs)
    return f"{written(total(item.cost for item in costs))} ({accounts})" if costs else ""


def as_dict(costs: Iterable[AccountCost]) -> dict[str, object]:
    """For programs: `0.43 USD`, exact; a list, since two networks may charge in two currencies."""
    costs = tuple(costs)
    accounts = [{"account": item.account, "cost": str(item.cost)} for item in costs]
    return {"accounts": accounts, "total": [str(money) for money in total(item.cost for item in costs)]}
