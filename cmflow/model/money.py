"""Amounts of money, exact and with their currency; what a network charges, with its source."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from cmflow.values import dataclass

CENTS = 2  # decimals that are always written


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, by its ISO 4217 code."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        """`0.20 USD`, but `0.015 USD`: every digit there is, two decimals at least."""
        decimals = max(CENTS, -int(self.amount.normalize().as_tuple().exponent))
        return f"{self.amount:.{decimals}f} {self.currency}"


@dataclass(frozen=True, slots=True)
class Price:
    """What a network charges: `source` says where it is documented, `read` when we read it there."""

    money: Money
    source: str
    read: date
    note: str = ""


def total(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """The sum per currency, sorted by currency; nothing where nothing is charged."""
    sums = defaultdict[str, Decimal](Decimal)
    for money in amounts:
        sums[money.currency] += money.amount
    return tuple(Money(amount, currency) for currency, amount in sorted(sums.items()))


def written(amounts: Iterable[Money]) -> str:
    """`2.40 USD`, or `2.40 USD + 1.00 EUR`; "" for nothing."""
    return " + ".join(map(str, amounts))
