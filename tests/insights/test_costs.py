"""What accounts cost."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from cmflow.insights import costs
from cmflow.insights.costs import AccountCost
from cmflow.model import Delivery, Entry, Key, Planned, State
from cmflow.model.money import Money, total, written

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def planned(post: str, account: str, amount: str | None, due: datetime = NOW, currency: str = "USD") -> Planned:
    cost = Money(Decimal(amount), currency) if amount else None
    return Planned(post, account, due, timedelta(hours=6), "", cost=cost)


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0.2", "0.20 USD"), ("0.015", "0.015 USD"), ("0.020", "0.02 USD"), ("0", "0.00 USD"), ("1E+3", "1000.00 USD")],
)
def test_every_digit_is_written_and_two_decimals_at_least(amount: str, text: str) -> None:
    assert str(Money(Decimal(amount), "USD")) == text


def test_amounts_are_exact_and_currencies_apart() -> None:
    sums = total([*[Money(Decimal("0.1"), "USD")] * 3, Money(Decimal("2"), "EUR")])
    assert sums == (Money(Decimal("2"), "EUR"), Money(Decimal("0.3"), "USD"))
    assert written(sums) == "2.00 EUR + 0.30 USD"


def test_per_account_and_in_total() -> None:
    found = costs.by_account(
        planned(post, account, amount)
        for post, account, amount in (("a", "fr", "0.015"), ("a", "en", "0.2"), ("b", "en", "0.2"), ("a", "free", None))
    )
    assert found == (AccountCost("en", Money(Decimal("0.4"), "USD")), AccountCost("fr", Money(Decimal("0.015"), "USD")))
    assert costs.sentence(found) == "0.415 USD (en 0.40 USD, fr 0.015 USD)"
    assert costs.as_dict(found) == {
        "accounts": [{"account": "en", "cost": "0.40 USD"}, {"account": "fr", "cost": "0.015 USD"}],
        "total": ["0.415 USD"],
    }
    assert (costs.sentence(()), costs.as_dict(())) == ("", {"accounts": [], "total": []})


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (State.SCHEDULED, True),
        (State.FAILED, True),
        (State.MISSED, True),
        (State.SENT, False),
        (State.SENDING, False),
        (State.UNSURE, False),
        (State.SKIPPED, False),
    ],
)
def test_what_may_still_be_sent(state: State, counts: bool) -> None:
    one = planned("a", "x-en", "0.2")
    deliveries = {Key("a", "x-en"): Delivery("a", "x-en", state, NOW)}
    assert list(costs.unsent([Entry("a.md", "a", planned=(one,))], deliveries, NOW)) == ([one] if counts else [])


def test_what_is_too_late_costs_nothing() -> None:
    late = planned("a", "x-en", "0.2", NOW - timedelta(hours=7))
    assert list(costs.unsent([Entry("a.md", "a", planned=(late,))], {}, NOW)) == []
