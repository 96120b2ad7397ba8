"""What worked: whether posts with something in common did better than the others, as far as that can be told.

Each level of a factor (pillar, picture …) is compared with all other posts. Weekday and hours have many levels, and
are asked first whether they matter at all, and only then which of them. The limit is the stricter the more is tested.
One post counts once, however many accounts showed it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from math import exp, inf
from statistics import median
from zoneinfo import ZoneInfo

from cmflow.insights.statistics import evidence
from cmflow.insights.statistics.evidence import Interval
from cmflow.insights.statistics.results import Posted, Result, Unit, posted, units
from cmflow.model import Trait
from cmflow.values import dataclass

FEW = 10  # posts; with fewer nothing is said of a level
BAND = 4  # hours
BANDS = tuple(f"{hour:02}-{hour + BAND:02}" for hour in range(0, 24, BAND))
TIMES = ("weekday", "hours")  # factors
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

    @property
    def strength(self) -> float:
        """How large the difference is, either way: 2 for twice and for half."""
        middle = self.ratio.middle if self.ratio else 1.0
        return max(middle, 1 / middle) if middle > 0 else inf


@dataclass(frozen=True, slots=True)
class Factor:
    """`matters`: its levels differ by more than chance. `chance` is 1 where it could not be tested (`tested` False).

    `whole`: it was tested as a whole, before its levels.
    """

    name: str
    levels: tuple[Level, ...]
    tested: bool = False
    chance: float = 1.0
    matters: bool = False
    whole: bool = False

    @property
    def chances(self) -> tuple[float, ...]:
        """The tests that are made to see whether it matters; two levels are compared once."""
        if not self.tested:
            return ()
        if self.whole:
            return (self.chance,)
        chances = [level.chance for level in self.levels if level.ratio]
        return tuple(chances[:1] if len(self.levels) == 2 else chances)


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

    @cache  # for as long as these statistics are made
    def place(time: datetime) -> tuple[str, str]:
        moment = time.astimezone(local)
        return DAYS[moment.weekday()], BANDS[moment.hour // BAND]

    def has(trait: Trait) -> Naming:
        return lambda row: "" if not row.path else "yes" if trait in row.traits else "no"

    return {
        "pillar": lambda row: row.pillar,
        "campaign": lambda row: row.campaign or ("none" if row.path else ""),
        "language": lambda row: row.language,
        "weekday": lambda row: place(row.time)[0],
        "hours": lambda row: place(row.time)[1],
        **{trait.value: has(trait) for trait in Trait},
    }


def factors(rows: Sequence[Result], zone: str) -> tuple[Factor, ...]:
    """Every factor with at least two levels, in this order; what cannot be tested says so."""
    posts = _posts(rows)
    grouped = {name: _groups(posts, naming) for name, naming in namings(zone).items()}
    bare = [_bare(name, groups) for name, groups in grouped.items() if len(groups) > 1]
    chances = [chance for factor in bare for chance in factor.chances]
    passed = evidence.discoveries(chances)
    limit = max((chance for chance, passes in zip(chances, passed, strict=True) if passes), default=-1.0)
    share = sum(passed) / len(chances) if chances else 0.0
    return tuple(_judged(factor, grouped[factor.name], limit, share) for factor in bare)


def heat(rows: Sequence[Result], zone: str) -> tuple[Cell, ...]:
    """Every weekday and band in which something was published."""
    names = namings(zone)
    weekday, hours = names["weekday"], names["hours"]
    cells = defaultdict[tuple[str, str], list[Posted]](list)
    for row in rows:
        if row.compared:
            cells[weekday(row), hours(row)].append(posted(row))
    return tuple(_cell(int(day), band, units(cells[day, band])) for day, band in sorted(cells))


def _cell(weekday: int, band: str, posts: Sequence[Unit]) -> Cell:
    usual = None if len(posts) < FEW else exp(median([post.ratio for post in posts]))
    return Cell(weekday, band, len(posts), usual)


def _posts(rows: Iterable[Result]) -> list[tuple[list[Result], Unit]]:
    """The deliveries of each post that are compared, and all of them as one."""
    posts = defaultdict[str, list[Result]](list)
    for row in rows:
        if row.compared:
            posts[row.post].append(row)
    return [*zip(posts.values(), units(posted(row) for rows in posts.values() for row in rows), strict=True)]


def _groups(posts: Iterable[tuple[list[Result], Unit]], naming: Naming) -> Groups:
    """The posts by what the factor calls them; those that it calls by several names are in each group with a part."""
    groups = defaultdict[str, list[Unit]](list)
    for rows, unit in posts:
        names = [naming(row) for row in rows]
        if names.count(names[0]) == len(names):
            groups[names[0]].append(unit)
            continue
        for name in dict.fromkeys(names):
            groups[name] += units(posted(row) for row, part in zip(rows, names, strict=True) if part == name)
    return {name: tuple(groups[name]) for name in sorted(groups) if name}


def _bare(name: str, groups: Groups) -> Factor:
    """The factor, each level compared with the others; nothing is decided yet."""
    large = [group for group in groups.values() if len(group) >= FEW]
    small = [unit for group in groups.values() if len(group) < FEW for unit in group]
    tested = len(large) > 1 or (len(large) == 1 and len(small) >= FEW)
    levels = tuple(_levels(groups))
    if not tested:
        return Factor(name, tuple(replace(level, chance=1.0) for level in levels))
    samples = [[unit.score for unit in group] for group in (*large, small) if group]
    if name in TIMES:
        return Factor(name, levels, tested, evidence.shuffled(samples), whole=True)
    return Factor(name, levels, tested, evidence.differences(samples))


def _levels(groups: Groups) -> Iterator[Level]:
    """Each level, compared with all others."""
    together = evidence.pool([unit.score for unit in group] for group in groups.values())
    order = sorted((unit.ratio, name) for name, group in groups.items() for unit in group)
    for name, part in groups.items():
        if len(part) < FEW:
            yield Level(name, len(part))
            continue
        ratios = [unit.ratio for unit in part]
        bare = Level(name, len(part), usual=exp(median(ratios)))
        if len(order) - len(part) < FEW:
            yield bare
            continue
        ratio = evidence.shift(ratios, [value for value, owner in order if owner != name]).of(exp)
        chance = together.chance([unit.score for unit in part])
        yield replace(bare, verdict=Verdict.SAME, ratio=ratio, chance=chance)


def _judged(factor: Factor, groups: Groups, limit: float, share: float) -> Factor:
    """Tests up to `limit` hold, which are that `share` of all: of the levels of a factor that was tested as a whole, as
    many more may be false than if one had been chosen."""
    if not any(chance <= limit for chance in factor.chances):
        return factor
    able = [level for level in factor.levels if level.ratio]
    if factor.whole:
        passed = evidence.discoveries([level.chance for level in able], evidence.LEVEL * share)
        names = {level.name for level, passes in zip(able, passed, strict=True) if passes}
    else:
        names = {level.name for level in able} if len(groups) == 2 else _different(factor, groups, limit)
    levels = tuple(replace(level, verdict=_verdict(level)) if level.name in names else level for level in factor.levels)
    return replace(factor, matters=True, levels=levels)


def _different(factor: Factor, groups: Groups, limit: float) -> set[str]:
    """The levels that differ, the clearest first: each is compared with those that have not been found to differ. Else
    a level would be called worse only because another one is better."""
    names, remaining = set[str](), dict(groups)
    able = {level.name for level in factor.levels if level.ratio}
    while len(remaining) > 1:
        together = evidence.pool([unit.score for unit in group] for group in remaining.values())
        chances = {
            name: together.chance([unit.score for unit in group])
            for name, group in remaining.items()
            if name in able and together.count - len(group) >= FEW
        }
        name = min(chances, key=chances.__getitem__, default="")
        if not name or chances[name] > limit:
            break
        names.add(name)
        del remaining[name]
    return names


def _verdict(level: Level) -> Verdict:
    return Verdict.BETTER if level.ratio and level.ratio.middle > 1 else Verdict.WORSE


def tests(factors: Iterable[Factor]) -> int:
    """How many tests were made."""
    return sum(
        len(factor.chances) + (factor.whole and factor.matters and sum(bool(level.ratio) for level in factor.levels))
        for factor in factors
    )
