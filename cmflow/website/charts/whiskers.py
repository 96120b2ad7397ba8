"""Multiples with their intervals on a line: how many times as good, from a third to three times."""

from math import log

from cmflow.insights.statistics import Interval
from cmflow.values import dataclass

WIDTH = 100  # units of the drawing; as good as the others is the middle
MOST = 3.0  # times; what lies beyond is drawn at the edge
STEPS = (1.15, 1.5)  # times as good as usual, or as bad: a shade each


@dataclass(frozen=True, slots=True)
class Whiskers:
    """Places from the left."""

    low: float
    middle: float
    high: float


def whiskers(interval: Interval | None) -> Whiskers | None:
    """None for an interval that is not known."""
    if interval is None:
        return None
    return Whiskers(place(interval.low), place(interval.middle), place(interval.high))


def place(ratio: float) -> float:
    limited = min(MOST, max(1 / MOST, ratio))
    return round(WIDTH / 2 * (1 + log(limited) / log(MOST)), 1)


def shade(ratio: float | None) -> int:
    """-2 (much worse than usual) to 2 (much better); 0 for about the same, or unknown."""
    if ratio is None:
        return 0
    times = max(ratio, 1 / ratio) if ratio > 0 else MOST
    return sum(times >= step for step in STEPS) * (1 if ratio >= 1 else -1)
