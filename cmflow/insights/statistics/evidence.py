"""Whether figures differ by more than chance: ranks, permutation tests, intervals, and many tests at once.

Everything is exact, or seeded: the same figures always give the same answer. The standard library is enough, since
samples are hundreds of posts; longer ones are compared by their quantiles.
"""

from collections.abc import Callable, Iterable, Sequence
from math import ceil, comb, erfc, sqrt
from random import Random
from statistics import NormalDist, fmean, median

from cmflow.values import dataclass

LEVEL = 0.04  # reports with a false winner among those with nothing to find; 0.05 would be met, but not by much
Z = 1.959964  # of a normal distribution, 95% within
QUANTILES = 120  # that a longer sample is reduced to
SHUFFLES = 2_000
BELL = NormalDist()
ENOUGH = 20  # shuffles as extreme as what was seen: more would not change the answer


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, and where the truth lies in 95 of 100 cases."""

    middle: float
    low: float
    high: float

    def of(self, change: Callable[[float], float]) -> "Interval":
        return Interval(change(self.middle), change(self.low), change(self.high))


def scores(values: Sequence[float]) -> list[float]:
    """The place of each value among all, as on a bell curve: 0 in the middle; equal values share a place."""
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        place = BELL.inv_cdf((start + end + 1) / (2 * len(order)))
        for number in order[start : end + 1]:
            result[number] = place
        start = end + 1
    return result


# ── tests ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Pool:
    """All values together, from which parts are drawn blindly."""

    count: int
    mean: float
    spread: float

    def chance(self, part: Sequence[float]) -> float:
        """The probability that a part, drawn blindly, lies as far from the others (permutation test)."""
        size = len(part)
        if not 0 < size < self.count or self.spread <= 0:
            return 1.0
        deviation = sqrt(self.spread / size * (self.count - size) / self.count)
        return erfc(abs(sum(part) / size - self.mean) / deviation / sqrt(2))


def pool(groups: Iterable[Sequence[float]]) -> Pool:
    values = [value for group in groups for value in group]
    mean = sum(values) / len(values) if values else 0.0
    spread = sum([(value - mean) ** 2 for value in values]) / max(1, len(values) - 1)
    return Pool(len(values), mean, spread)


def difference(part: Sequence[float], remainder: Sequence[float]) -> float:
    """The probability that a part of all values, drawn blindly, lies as far from the others."""
    return pool((part, remainder)).chance(part)


def differences(groups: Sequence[Sequence[float]]) -> float:
    """Whether any of several groups differs from all others: the smallest of their chances, times their number."""
    together = pool(groups)
    chances = [together.chance(group) for group in groups if group]
    return min(1.0, min(chances, default=1.0) * (len(chances) if len(chances) > 2 else 1))


def shuffled(groups: Sequence[Sequence[float]], seed: int = 0) -> float:
    """The same, by shuffling the values among the groups as often as it takes; for long samples as `differences`."""
    samples = [group for group in groups if group]
    values = [value for group in samples for value in group]
    if len(samples) < 2 or len(values) > SHUFFLES:
        return differences(samples)
    mean = fmean(values)
    values = [value - mean for value in values]
    ends = [sum(map(len, samples[: number + 1])) for number in range(len(samples))]
    bounds = [*zip([0, *ends[:-1]], ends, strict=True)]
    observed, random, extreme, rounds = _farthest(values, bounds), Random(seed), 0, 0
    while rounds < SHUFFLES and extreme < ENOUGH:
        random.shuffle(values)
        extreme += _farthest(values, bounds) >= observed - 1e-12
        rounds += 1
    return (extreme + (rounds == SHUFFLES)) / (rounds + (rounds == SHUFFLES))


def _farthest(values: Sequence[float], bounds: Sequence[tuple[int, int]]) -> float:
    """How far the group that is farthest from 0 lies from it, by what blind drawing would make of its size."""
    count = len(values)
    return max(sum(values[start:end]) ** 2 / ((end - start) * (count - end + start)) for start, end in bounds)


def discoveries(chances: Sequence[float], level: float = LEVEL) -> tuple[bool, ...]:
    """Which of so many tests hold, such that at most `level` of those are false (Benjamini and Hochberg)."""
    order = sorted(chances)
    passed = [chance for rank, chance in enumerate(order, 1) if chance <= level * rank / len(order)]
    return tuple(bool(passed) and chance <= passed[-1] for chance in chances)


# ── intervals ───────────────────────────────────────────────────────────────────────────────────────────────


def shift(part: Sequence[float], remainder: Sequence[float]) -> Interval:
    """By how much the values of one sample lie above those of the other (Hodges and Lehmann)."""
    one, two = _quantiles(part), _quantiles(remainder)
    pairs = sorted(first - second for first in one for second in two)
    error = Z * sqrt((len(part) + len(remainder) + 1) / (12 * len(part) * len(remainder)))
    low = max(0, int(len(pairs) * (0.5 - error)))
    return Interval(median(pairs), pairs[low], pairs[-1 - low])


def centre(values: Sequence[float]) -> Interval:
    """The median, with its exact interval; of five values or fewer the whole range, which is less than 95%."""
    order = sorted(values)
    count, low = len(order), 0
    if count > 1_000:
        low = max(0, int(count / 2 - Z * sqrt(count) / 2))
    else:
        total, below = 0, ceil(2**count * 0.025)
        while low < count // 2 and (total := total + comb(count, low)) < below:
            low += 1
        low = max(0, low - 1)
    return Interval(median(order), order[low], order[-1 - low])


def _quantiles(values: Sequence[float]) -> list[float]:
    order = sorted(values)
    if len(order) <= QUANTILES:
        return order
    return [order[int((number + 0.5) * len(order) / QUANTILES)] for number in range(QUANTILES)]
