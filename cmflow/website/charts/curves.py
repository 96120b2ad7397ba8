"""Lines through readings: the growth of an account, and the life of a post."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from math import log

from cmflow.insights.statistics import Growth, Period, Point
from cmflow.insights.statistics.series import Kind
from cmflow.insights.statistics.weeks import Weekly
from cmflow.values import dataclass

WIDTH, HEIGHT, MARGIN = 320, 96, 6  # units of the drawing
LIFE_WIDTH, LIFE_HEIGHT, LIFE_MARGIN = 96, 24, 3
BIRTH, END = timedelta(minutes=30), timedelta(days=90)  # the ages between which a life is drawn, by their logarithms

FIRST, LAST = log(BIRTH.total_seconds()), log(END.total_seconds())


@dataclass(frozen=True, slots=True)
class Curve:
    """`lines` are paths through readings that mean the same, `bridges` those over a time without any, `dots` single
    readings. `marks` and `breaks` are places from the left: of posts, and of changes of the meaning.

    `low` and `high` are the values at `floor` and `ceiling`, which are equal where all values are.
    """

    width: int
    height: int
    low: float
    high: float
    floor: float
    ceiling: float
    lines: tuple[str, ...] = ()
    bridges: tuple[str, ...] = ()
    dots: tuple[tuple[float, float], ...] = ()
    marks: tuple[float, ...] = ()
    breaks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Frame:
    """From the lowest value at the bottom to the highest at the top."""

    height: int
    margin: int
    low: float
    high: float

    def top(self, value: float) -> float:
        if self.high == self.low:
            return self.height / 2
        return round(self.height - self.margin - (value - self.low) / (self.high - self.low) * self._room, 1)

    @property
    def _room(self) -> int:
        return self.height - 2 * self.margin


Placed = tuple[float, float]


def growth(growth: Growth, period: Period, posts: Iterable[datetime]) -> Curve | None:
    """The followers of an account over the period, with a mark for each of its posts; None without a reading."""
    values = [point.value for segment in growth.segments for point in segment]
    if not values:
        return None
    frame = _Frame(HEIGHT, MARGIN, min(values), max(values))
    places = tuple(
        tuple((_left(point.time, period), frame.top(point.value)) for point in segment) for segment in growth.segments
    )
    gaps = {_left(start, period) for start, _ in growth.gaps}
    pieces = [piece for segment in places for piece in _pieces(segment, gaps)]
    return Curve(
        WIDTH,
        HEIGHT,
        frame.low,
        frame.high,
        frame.top(frame.low),
        frame.top(frame.high),
        lines=tuple(_path(piece) for piece in pieces if len(piece) > 1),
        bridges=tuple(_path(pair) for segment in places for pair in _bridges(segment, gaps)),
        dots=tuple(piece[0] for piece in pieces if len(piece) == 1),
        marks=tuple(sorted({_left(time, period) for time in posts if period.has(time)})),
        breaks=tuple(_left(time, period) for time in growth.breaks),
    )


def life(points: Sequence[Point], age: timedelta) -> Curve | None:
    """What a post got as it aged, from nothing; marked at the age that is compared. None without a reading."""
    steps = [(_aged(point.age), point.value, point.kind) for point in points if point.age > 0]
    return _small(steps, marks=(_aged(int(age.total_seconds())),)) if steps else None


def weekly(weeks: Sequence[Weekly], period: Period) -> Curve | None:
    """What a post usually got from week to week, from nothing; None for fewer than two weeks."""
    scale = LIFE_WIDTH / WIDTH
    steps = [(round(_left(week.starts, period) * scale, 1), week.usual, week.kind) for week in weeks]
    return _small(steps) if len(steps) > 1 else None


def _small(steps: Sequence[tuple[float, float, Kind]], marks: tuple[float, ...] = ()) -> Curve:
    """A line beside words: through places from the left and their values, broken where the kind of value changes."""
    frame = _Frame(LIFE_HEIGHT, LIFE_MARGIN, 0, max(value for _, value, _ in steps) or 1)
    runs = [[(left, frame.top(value)) for left, value, _ in run] for _, run in groupby(steps, key=lambda step: step[2])]
    return Curve(
        LIFE_WIDTH,
        LIFE_HEIGHT,
        frame.low,
        frame.high,
        frame.top(frame.low),
        frame.top(frame.high),
        lines=tuple(_path(run) for run in runs if len(run) > 1),
        dots=tuple(run[0] for run in runs if len(run) == 1),
        marks=marks,
        breaks=tuple(run[0][0] for run in runs[1:]),
    )


def _left(time: datetime, period: Period) -> float:
    return round((time - period.since) / (period.until - period.since) * WIDTH, 1)


def _aged(seconds: int) -> float:
    """Ages outside those that are drawn are at the edge."""
    part = (log(max(seconds, 1)) - FIRST) / (LAST - FIRST)
    return round(LIFE_MARGIN + min(1.0, max(0.0, part)) * (LIFE_WIDTH - 2 * LIFE_MARGIN), 1)


def _pieces(segment: Sequence[Placed], gaps: set[float]) -> Iterator[list[Placed]]:
    """The segment, cut behind each point from which on nothing was read for long."""
    piece: list[Placed] = []
    for place in segment:
        piece.append(place)
        if place[0] in gaps:
            yield piece
            piece = []
    if piece:
        yield piece


def _bridges(segment: Sequence[Placed], gaps: set[float]) -> Iterator[tuple[Placed, Placed]]:
    return ((one, two) for one, two in pairwise(segment) if one[0] in gaps)


def _path(places: Iterable[Placed]) -> str:
    return "M" + "L".join(f"{left:g} {top:g}" for left, top in places)
