"""What a network charges for a post: each part, and a first comment, is a post of its own there."""

from collections.abc import Iterator

from cmflow.model import Part, Variant
from cmflow.model.limits import Limits
from cmflow.model.money import Money, Price, total


def price(limits: Limits, part: Part) -> Price | None:
    """The price of one part; None where the network charges nothing. With a link it may be another one."""
    if limits.link_price and any(entity.kind == "url" for entity in limits.find(part.form.body)):
        return limits.link_price
    return limits.post_price


def cost(limits: Limits, variant: Variant) -> Money | None:
    """The price of all that one account publishes of a post; None where the network charges nothing.

    A network charges in one currency.
    """
    prices = (price(limits, part) for part in _parts(variant))
    return next(iter(total(price.money for price in prices if price)), None)


def reading(limits: Limits, variant: Variant) -> Money | None:
    """What the network charges at most for the figures of these parts, once per day; None where it charges nothing."""
    price = limits.read_price
    return Money(price.money.amount * len(variant.parts), price.money.currency) if price else None


def _parts(variant: Variant) -> Iterator[Part]:
    yield from variant.parts
    if variant.first_comment:
        yield variant.first_comment
