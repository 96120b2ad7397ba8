"""Figures of several conversations: how many were answered, and how long that took, with what so few can tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from math import comb, inf, isinf, sqrt

from cmflow.insights.inbox.cases import Case, Fate
from cmflow.insights.statistics import FEW, Interval
from cmflow.insights.statistics.evidence import Z, centre
from cmflow.values import dataclass

NINETY = 0.9
FEW_FOR_NINETY = 40  # conversations, below which nothing bounds that figure from above
HOUR = 3600.0
TAIL = 0.025  # of a distribution, on each side of its interval
MANY = 500  # values, above which the exact interval is not worth its time


@dataclass(frozen=True, slots=True)
class Group:
    """`answered`, `closed`, `overdue` and `waiting` are conversations, by what came of them.

    `share` is that of answered conversations among those that were answered or overdue. `usual` is the median wait for
    the first answer, in business hours, and `slow` the wait that nine of ten do not exceed; what is overdue waits for
    longer than all. None: too few (`few`), or so many are overdue that it cannot be told.
    """

    name: str
    answered: int = 0
    closed: int = 0
    overdue: int = 0
    waiting: int = 0
    share: Interval | None = None
    usual: Interval | None = None
    slow: Interval | None = None

    @property
    def all(self) -> int:
        return self.answered + self.closed + self.overdue + self.waiting

    @property
    def judged(self) -> int:
        return self.answered + self.overdue

    @property
    def few(self) -> bool:
        return self.judged < FEW


def group(name: str, cases: Iterable[Case]) -> Group:
    counts = dict.fromkeys(Fate, 0)
    waits = []
    for case in cases:
        counts[case.fate] += 1
        if case.fate in (Fate.ANSWERED, Fate.OVERDUE):
            waits.append(case.wait.total_seconds() / HOUR if case.fate is Fate.ANSWERED else inf)
    return Group(
        name,
        counts[Fate.ANSWERED],
        counts[Fate.CLOSED],
        counts[Fate.OVERDUE],
        counts[Fate.WAITING],
        share(counts[Fate.ANSWERED], len(waits)),
        _known(centre(waits)) if len(waits) >= FEW else None,
        _known(ninety(waits)) if len(waits) >= FEW_FOR_NINETY else None,
    )


def groups(cases: Iterable[Case], name: Callable[[Case], str]) -> tuple[Group, ...]:
    """One per name, the largest first."""
    members = defaultdict[str, list[Case]](list)
    for case in cases:
        members[name(case)].append(case)
    made = (group(key, members[key]) for key in members)
    return tuple(sorted(made, key=lambda group: (-group.all, group.name)))


def share(part: int, of: int) -> Interval | None:
    """The share in percent, with what so few leave possible (Wilson); None for none."""
    if not of:
        return None
    ratio, square = part / of, Z * Z
    middle = (ratio + square / (2 * of)) / (1 + square / of)
    reach = Z / (1 + square / of) * sqrt(ratio * (1 - ratio) / of + square / (4 * of * of))
    return Interval(100 * ratio, 100 * max(0.0, middle - reach), 100 * min(1.0, middle + reach))


def ninety(values: Sequence[float]) -> Interval:
    """The value that nine of ten do not exceed, with its interval: exact, or for many values that of a normal
    distribution."""
    order = sorted(values)
    count = len(order)
    low, high = _bounds(count) if count <= MANY else _wide_bounds(count)
    return Interval(order[min(count - 1, int(NINETY * count))], order[low], order[high])


def _bounds(count: int) -> tuple[int, int]:
    """Between which of the ordered values the truth lies in 95 of 100 cases."""
    chances = [comb(count, below) * NINETY**below * (1 - NINETY) ** (count - below) for below in range(count + 1)]
    sums, reverse = [*accumulate(chances)], [*accumulate(reversed(chances))]
    low = next(below for below, total in enumerate(sums) if total > TAIL)
    high = count - next(above for above, total in enumerate(reverse) if total > TAIL)
    return max(0, low - 1), min(count - 1, high)


def _wide_bounds(count: int) -> tuple[int, int]:
    middle, reach = NINETY * count, Z * sqrt(NINETY * (1 - NINETY) * count)
    return max(0, int(middle - reach) - 1), min(count - 1, int(middle + reach) + 1)


def _known(interval: Interval) -> Interval | None:
    """None where the middle is a wait that has no end yet."""
    return None if isinf(interval.middle) else interval
