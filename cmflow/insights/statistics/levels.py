"""What accounts and networks usually get for a post, and whether that changed since the period before."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import exp, log

from cmflow.insights.statistics import evidence
from cmflow.insights.statistics.evidence import Interval
from cmflow.insights.statistics.factors import FEW, Verdict
from cmflow.insights.statistics.results import HALF, Result
from cmflow.insights.statistics.series import Kind
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Usual:
    """An account or a network: the median of its posts, at equal age, and the change from the period before.

    `sum` is what its posts got together. `usual` is None for fewer than ten posts. `ratio` is how many times as much
    as before, None where either period has fewer than ten posts, or no figures that mean the same. `changed`: the
    figure means something else than in the period before.
    """

    name: str
    network: str
    posts: int
    sum: float
    usual: Interval | None = None
    posts_before: int = 0
    usual_before: float | None = None
    ratio: Interval | None = None
    chance: float = 1.0
    verdict: Verdict = Verdict.FEW
    changed: bool = False


def usuals(rows: Iterable[Result], previous: Iterable[Result], name: Callable[[Result], str]) -> tuple[Usual, ...]:
    """One per name, by name, each compared with the period before; the more are tested, the stricter."""
    current, past_rows = _by(rows, name), _by(previous, name)
    bare = [_usual(key, current[key], past_rows.get(key, [])) for key in sorted(current)]
    able = [usual for usual in bare if usual.ratio]
    holds = evidence.discoveries([usual.chance for usual in able])
    verdicts = {usual.name: _verdict(usual) for usual, passes in zip(able, holds, strict=True) if passes}
    return tuple(replace(usual, verdict=verdicts.get(usual.name, usual.verdict)) for usual in bare)


def _by(rows: Iterable[Result], name: Callable[[Result], str]) -> dict[str, list[Result]]:
    groups = defaultdict[str, list[Result]](list)
    for row in rows:
        if row.value is not None:
            groups[name(row)].append(row)
    return groups


def _usual(name: str, rows: list[Result], previous: list[Result]) -> Usual:
    kinds = {(row.network, row.kind) for row in rows}
    latest = max(rows, key=lambda row: row.time)
    same = [row for row in previous if (row.network, row.kind) in kinds]
    changed = bool(previous) and len(same) < len(previous) / 2
    values, earlier = _values(_alike(rows, latest.kind)), _values(same)
    bare = Usual(name, latest.network, len(rows), sum(_values(rows)), posts_before=len(previous), changed=changed)
    if len(values) < FEW:
        return bare
    bare = replace(bare, usual=evidence.centre(values))
    if len(earlier) < FEW:
        return bare
    ratio = evidence.shift(_logarithms(values), _logarithms(earlier)).of(exp)
    places = evidence.scores([*values, *earlier])
    chance = evidence.difference(places[: len(values)], places[len(values) :])
    usual_before = evidence.centre(earlier).middle
    return replace(bare, usual_before=usual_before, ratio=ratio, chance=chance, verdict=Verdict.SAME)


def _alike(rows: list[Result], kind: Kind) -> list[Result]:
    """Of one network those that mean the same as the latest; of several networks all."""
    networks = {row.network for row in rows}
    return [row for row in rows if row.kind == kind] if len(networks) == 1 else rows


def _values(rows: Iterable[Result]) -> list[float]:
    return [row.value for row in rows if row.value is not None]


def _logarithms(values: Sequence[float]) -> list[float]:
    return [log(value + HALF) for value in values]


def _verdict(usual: Usual) -> Verdict:
    return Verdict.BETTER if usual.ratio and usual.ratio.middle > 1 else Verdict.WORSE
