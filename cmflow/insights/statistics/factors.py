"""What worked: whether posts with something in common did better than the others, as far as that can be told.

First each factor (pillar, weekday, picture …) is tested as a whole, then, of those that matter, each of its levels.
Both times the limit is the stricter the more is tested. One post counts once, however many accounts showed it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import exp
from zoneinfo import ZoneInfo

from cmflow.insights.statistics import evidence
from cmflow.insights.statistics.evidence import Interval
from cmflow.insights.statistics.results import Result, Unit, units
from cmflow.model import Trait

FEW = 10  # posts; with fewer nothing is said of a level
BAND = 4  # hours
BANDS = tuple(f"{hour:02}-{hour + BAND:02}" for hour in range(0, 24, BAND))
DAYS = tuple(map(str, range(7)))  # Monday is 0


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    SAME = "same"  # no difference that can be seen
    FEW = "few"  # too few posts to tell


@dataclass(frozen=True, slots=True)
class Level:
    """The posts with one value of a factor, compared with all others. `ratio` is None for too few posts.

    `usual` is the median of its posts in times of what is usual; `chance` the probability that blind drawing makes as
    large a difference.
    """

    name: str
    posts: int
    verdict: Verdict = Verdict.FEW
    ratio: Interval | None = None
    usual: float | None = None
    chance: float = 1.0


@dataclass(frozen=True, slots=True)
class Factor:
    """`matters`: its levels differ by more than chance. `chance` is 1 where it could not be tested (`tested` False)."""

    name: str
    levels: tuple[Level, ...]
    tested: bool = False
    chance: float = 1.0
    matters: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A weekday (0 is Monday) and a band of hours: how often as good as usual; None for too few posts."""

    weekday: int
    band: str
    posts: int
    usual: float | None


Naming = Callable[[Result], str]
Groups = dict[str, tuple[Unit, ...]]


def namings(zone: str) -> Mapping[str, Naming]:
    """What each factor calls a delivery; "" for one that does not take part."""
    local = ZoneInfo(zone)

    def has(trait: Trait) -> Naming:
        return lambda row: "" if not row.path else "yes" if trait in row.traits else "no"

    return {
        "pillar": lambda row: row.pillar,
        "campaign": lambda row: row.campaign or ("none" if row.path else ""),
        "language": lambda row: row.language,
        "weekday": lambda row: str(row.time.astimezone(local).weekday()),
        "hours": lambda row: band(row.time.astimezone(local)),
        **{trait.value: has(trait) for trait in Trait},
    }


def band(time: datetime) -> str:
    return BANDS[time.hour // BAND]


def factors(rows: Sequence[Result], zone: str) -> tuple[Factor, ...]:
    """Every factor with at least two levels, in this order; what cannot be tested says so."""
    compared = [row for row in rows if row.compared]
    grouped = {name: _groups(compared, naming) for name, naming in namings(zone).items()}
    bare = [_bare(name, groups) for name, groups in grouped.items() if len(groups) > 1]
    tested = [factor for factor in bare if factor.tested]
    matter = evidence.discoveries([factor.chance for factor in tested])
    verdicts = {factor.name: matters for factor, matters in zip(tested, matter, strict=True)}
    share = sum(verdicts.values()) / len(tested) if tested else 0.0
    return tuple(_judged(replace(factor, matters=verdicts.get(factor.name, False)), share) for factor in bare)


def heat(rows: Sequence[Result], zone: str) -> tuple[Cell, ...]:
    """Every weekday and band in which something was published."""
    local = ZoneInfo(zone)
    cells = defaultdict[tuple[int, str], list[Result]](list)
    for row in rows:
        if row.compared:
            time = row.time.astimezone(local)
            cells[time.weekday(), band(time)].append(row)
    return tuple(_cell(*place, units(cells[place])) for place in sorted(cells))


def _cell(weekday: int, band: str, posts: Sequence[Unit]) -> Cell:
    usual = None if len(posts) < FEW else exp(evidence.centre([post.ratio for post in posts]).middle)
    return Cell(weekday, band, len(posts), usual)


def _groups(rows: Iterable[Result], naming: Naming) -> Groups:
    groups = defaultdict[str, list[Result]](list)
    for row in rows:
        groups[naming(row)].append(row)
    return {name: units(groups[name]) for name in sorted(groups) if name}


def _bare(name: str, groups: Groups) -> Factor:
    """The factor, each level compared with the others; nothing is decided yet."""
    large = [group for group in groups.values() if len(group) >= FEW]
    small = [unit for group in groups.values() if len(group) < FEW for unit in group]
    tested = len(large) > 1 or (len(large) == 1 and len(small) >= FEW)
    levels = tuple(_level(level, groups) for level in groups)
    if not tested:
        return Factor(name, tuple(replace(level, chance=1.0) for level in levels))
    samples = [[unit.score for unit in group] for group in (*large, small) if group]
    timely = name in ("weekday", "hours")
    chance = evidence.shuffled(samples) if timely else evidence.differences(samples)
    return Factor(name, levels, tested, chance)


def _level(name: str, groups: Groups) -> Level:
    part, remainder = groups[name], [unit for level, group in groups.items() if level != name for unit in group]
    if len(part) < FEW:
        return Level(name, len(part))
    usual = exp(evidence.centre([unit.ratio for unit in part]).middle)
    if len(remainder) < FEW:
        return Level(name, len(part), usual=usual)
    ratio = evidence.shift([unit.ratio for unit in part], [unit.ratio for unit in remainder]).of(exp)
    chance = evidence.difference([unit.score for unit in part], [unit.score for unit in remainder])
    return Level(name, len(part), Verdict.SAME, ratio, usual, chance)


def _judged(factor: Factor, share: float) -> Factor:
    """`share` of the factors matter: of their levels, as many more may be false than if one had been chosen."""
    able = [level for level in factor.levels if level.ratio]
    if not factor.matters:
        return factor
    passed = evidence.discoveries([level.chance for level in able], evidence.LEVEL * share)
    verdicts = {level.name: _verdict(level) for level, passes in zip(able, passed, strict=True) if passes}
    return replace(
        factor,
        levels=tuple(replace(level, verdict=verdicts.get(level.name, level.verdict)) for level in factor.levels),
    )


def _verdict(level: Level) -> Verdict:
    return Verdict.BETTER if level.ratio and level.ratio.middle > 1 else Verdict.WORSE


def tests(factors: Iterable[Factor]) -> int:
    """How many tests were made."""
    return sum(
        factor.tested + (factor.matters and sum(bool(level.ratio) for level in factor.levels)) for factor in factors
    )
