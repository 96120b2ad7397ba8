"""What a network charges for what one account publishes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from cmflow.model import Form, Part, Text, Variant
from cmflow.model.limits import Limits
from cmflow.model.money import Money, Price
from cmflow.render import cost, formats
from cmflow.render.autolink import x

PLAIN = Price(Money(Decimal("0.015"), "USD"), "a test", date(2026, 11, 29))
LINKED = replace(PLAIN, money=Money(Decimal("0.20"), "USD"))
LIMITS = Limits(text=(), form=formats.plain, find=x.find, post_price=PLAIN, link_price=LINKED)


def part(body: str) -> Part:
    return Part(Text(body), Form(body))


def variant(*bodies: str, comment: str = "") -> Variant:
    time = datetime(2026, 12, 1, tzinfo=UTC)
    first = part(comment) if comment else None
    return Variant("post", "short", "x", time, tuple(map(part, bodies)), first_comment=first)


def cents(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def test_each_part_and_the_first_comment_cost() -> None:
    assert cost.cost(LIMITS, variant("One")) == cents("0.015")
    assert cost.cost(LIMITS, variant("One", "See https://example.org", comment="Two")) == cents("0.230")
    assert cost.cost(LIMITS, variant("One", comment="example.org")) == cents("0.215")


def test_a_link_may_be_all_that_costs_and_may_cost_no_more() -> None:
    only_links = replace(LIMITS, post_price=None)
    assert cost.cost(only_links, variant("One")) is None
    assert cost.cost(only_links, variant("One", "https://example.org")) == cents("0.20")
    assert cost.cost(replace(LIMITS, link_price=None), variant("https://example.org")) == cents("0.015")


def test_where_nothing_is_charged() -> None:
    assert cost.cost(replace(LIMITS, post_price=None, link_price=None), variant("https://example.org")) is None
