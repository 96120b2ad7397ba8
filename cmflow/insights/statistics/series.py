"""What was read of one post or account, as a series: joined by age, without false zeros, never across a break.

A figure belongs to a `kind`: the definitions and numbers that it was made of. Two figures of different kinds do not
mean the same, and nothing here compares or joins them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import log
from typing import NamedTuple, Protocol

from cmflow.insights.metrics import catalogue
from cmflow.insights.metrics.catalogue import Of
from cmflow.model import Number
from cmflow.values import dataclass

INTERACTIONS = "interactions"  # reactions, comments and shares together
FIGURES: Mapping[str, tuple[str, ...]] = {
    INTERACTIONS: ("reactions", "comments", "shares"),
    **{
        name: (name,)
        for name in ("views", "reach", "reactions", "comments", "shares", "saves", "link clicks", "visits")
    },
}
SEEN = ("views", "reach")  # never 0 for a post that people have answered
NEAR = 0.15  # of the age: a reading that is this near stands for it
WIDE = 4  # times the age, or a part of it: readings that are further apart are not joined by a line
RANKS = {"import": 0, "api": 1, "hand": 2}

Kind = tuple[tuple[str, date | None], ...]  # the network's names, each with the day since when it means this


class Measurement(Protocol):
    """All figures that were read of a post, or of an account (`post` ""), at one moment: a line of the branch."""

    @property
    def time(self) -> datetime: ...
    @property
    def slot(self) -> str: ...
    @property
    def network(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Number | None]: ...
    @property
    def post(self) -> str: ...
    @property
    def part(self) -> int: ...
    @property
    def age(self) -> int | None: ...
    @property
    def source(self) -> str: ...
    @property
    def entered(self) -> datetime | None: ...
    @property
    def mode(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Point:
    """A figure at a time; `age` in seconds, 0 of an account. `joined`: between two readings, not read itself."""

    time: datetime
    value: float
    kind: Kind
    age: int = 0
    joined: bool = False


class Sample(NamedTuple):
    """The figure of a post at one age: `value` is None unless known, `kind` what it means. `is_read`: the post was
    read at any age; `is_told`: the network told this figure then."""

    value: float | None = None
    kind: Kind = ()
    is_read: bool = False
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    """What was read for one age or day, put together from all who told of it."""

    time: datetime
    age: int
    network: str
    values: Mapping[str, Number | None]


def points(lines: Iterable[Measurement], names: Sequence[str], of: Of) -> tuple[Point, ...]:
    """The sum of the common figures `names` at each time it was told, the oldest first.

    A 0 behind a larger figure is false (a network that lost count, a right that was withdrawn), and so are 0 views of a
    post that people answered: both are left out, as is what the network did not tell.
    """
    result: list[Point] = []
    for look in _looks(lines):
        point = _point(look, tuple(names), of)
        if point and not (point.value == 0 and result and result[-1].value > 0):
            result.append(point)
    return tuple(result)


def figure_at(lines: Sequence[Measurement], names: tuple[str, ...], age: timedelta) -> Sample:
    """The figure of a post at that age, as `at_age` of its `points`.

    Most posts have one reading near the age, with a figure above 0: then no other needs to be looked at.
    """
    if not lines or not (_exists(lines[0].network, names) or any(_exists(line.network, names) for line in lines)):
        return Sample(is_read=bool(lines))
    seconds = int(age.total_seconds())
    distances = [abs((line.age or 0) - seconds) for line in lines]
    nearest = lines[distances.index(min(distances))]
    is_near = abs((nearest.age or 0) - seconds) <= NEAR * seconds
    if is_near and [line.slot for line in lines].count(nearest.slot) == 1:
        point = _point(_Look(nearest.time, nearest.age or 0, nearest.network, nearest.values), names, Of.POST)
        if point and point.value > 0:
            return Sample(point.value, point.kind, True, True)
    series = points(lines, names, Of.POST)
    point = at_age(series, age)
    return Sample(point.value, point.kind, True, True) if point else Sample(is_read=True, is_told=bool(series))


def at_age(series: Sequence[Point], age: timedelta) -> Point | None:
    """The figure at that age: the reading nearest to it, else on the line between those before and after; else None."""
    seconds = int(age.total_seconds())
    nearest = min(series, key=lambda point: abs(point.age - seconds), default=None)
    if nearest and abs(nearest.age - seconds) <= NEAR * seconds:
        return nearest
    earlier = max((point for point in series if point.age < seconds), key=lambda point: point.age, default=None)
    later = min((point for point in series if point.age > seconds), key=lambda point: point.age, default=None)
    if earlier is None or later is None or earlier.kind != later.kind:
        return None
    if earlier.age * WIDE < seconds or later.age > seconds * WIDE:
        return None
    part = log(seconds / earlier.age) / log(later.age / earlier.age)
    value = earlier.value + (later.value - earlier.value) * part
    time = later.time - timedelta(seconds=later.age - seconds)
    return Point(time, value, later.kind, seconds, joined=True)


def segments(series: Sequence[Point]) -> tuple[tuple[Point, ...], ...]:
    """The series cut where the figure began to mean something else."""
    pieces: list[list[Point]] = []
    for point in series:
        if not pieces or pieces[-1][-1].kind != point.kind:
            pieces.append([])
        pieces[-1].append(point)
    return tuple(map(tuple, pieces))


# ── one look ────────────────────────────────────────────────────────────────────────────────────────────────


def _looks(lines: Iterable[Measurement]) -> list[_Look]:
    slots: dict[tuple[str, str], list[Measurement]] = {}
    for line in lines:
        slots.setdefault((line.network, line.slot), []).append(line)
    looks = [_together(group) for group in slots.values()]
    return sorted(looks, key=lambda look: (look.age, look.time))


def _together(lines: list[Measurement]) -> _Look:
    """What several told for one age or day: a person's figure before the network's, as on the branch."""
    if len(lines) == 1:
        line = lines[0]
        return _Look(line.time, line.age or 0, line.network, line.values)
    lines = sorted(lines, key=_rank)
    values: dict[str, Number | None] = {}
    mode = lines[0].mode
    for line in lines:
        happened = mode and not line.mode
        values.update((name, value) for name, value in line.values.items() if _counts(name, value, values, happened))
        mode = line.mode
    last = lines[-1]
    return _Look(last.time, last.age or 0, last.network, values)


def _counts(name: str, value: Number | None, values: Mapping[str, Number | None], happened: object) -> bool:
    return value is not None or name not in values or bool(happened)


def _rank(line: Measurement) -> tuple[bool, int, float, float]:
    entered = line.entered.timestamp() if line.entered else 0.0
    return not line.mode, RANKS.get(line.source or "api", 0), entered, -line.time.timestamp()


def _point(look: _Look, names: tuple[str, ...], of: Of) -> Point | None:
    day = look.time.date()
    values = look.values
    reported = tuple([name for name, value in values.items() if value is not None])
    components = _components(look.network, names, day, of is Of.ACCOUNT, reported)
    if not components:
        return None
    total = sum([values[name] or 0 for name, _ in components])
    if total == 0 and names[0] in SEEN and _answered(look, day):
        return None
    return Point(look.time, total, components, look.age)


def _answered(look: _Look, day: date) -> bool:
    names = _definitions(look.network, FIGURES[INTERACTIONS], day, False)
    return any(look.values.get(name) for name, _ in names)


@lru_cache(maxsize=256)
def _exists(network: str, names: tuple[str, ...]) -> bool:
    """Whether the network ever told the figure of a post."""
    return any(
        definition.network == network and definition.common in names and definition.of is Of.POST
        for definition in catalogue.DEFINITIONS
    )


@lru_cache(maxsize=65536)
def _components(network: str, names: tuple[str, ...], day: date, of_account: bool, reported: tuple[str, ...]) -> Kind:
    """Of what the figure is made, where the network told these numbers."""
    return tuple(pair for pair in _definitions(network, names, day, of_account) if pair[0] in reported)


@lru_cache(maxsize=4096)
def _definitions(network: str, names: tuple[str, ...], day: date, of_account: bool) -> Kind:
    return tuple(
        (definition.metric, definition.since)
        for definition in catalogue.DEFINITIONS
        if definition.network == network
        and definition.common in names
        and (definition.of is Of.ACCOUNT) is of_account
        and definition.holds(day)
    )


Reader = Callable[[Iterable[Measurement]], tuple[Point, ...]]
