"""How accounts grow: their followers at the true times of the readings, with the gaps and breaks that are there."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from cmflow.insights.metrics.catalogue import Of
from cmflow.insights.statistics import series
from cmflow.insights.statistics.series import Measurement, Point
from cmflow.values import dataclass

GAP = timedelta(days=3)  # accounts are read daily: a longer silence is shown as one
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Growth:
    """The followers of an account in a period. A chart draws each of `segments` as a line of its own.

    `first` and `last` are the readings that the change is taken from: both of the last segment, so that no change of a
    definition lies between them; None for fewer than two. `previous` is the change per week in the period before,
    None where that is unknown or means something else. `breaks` are the times at which a new definition was first read;
    `gaps` the spans without a reading.
    """

    account: str
    network: str
    segments: tuple[tuple[Point, ...], ...]
    first: Point | None = None
    last: Point | None = None
    previous: float | None = None
    breaks: tuple[datetime, ...] = ()
    gaps: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def change(self) -> float | None:
        return None if self.first is None or self.last is None else self.last.value - self.first.value

    @property
    def per_week(self) -> float | None:
        return None if self.first is None or self.last is None else _per_week(self.first, self.last)


def growth(
    account: str, network: str, lines: Iterable[Measurement], since: datetime, until: datetime, previous: datetime
) -> Growth:
    """The followers from `since` to `until`, compared with those from `previous` to `since`."""
    points = series.points(lines, ("followers",), Of.ACCOUNT)
    inside = [point for point in points if since <= point.time < until]
    segments = series.segments(inside)
    ends = segments[-1] if segments else ()
    first, last = (ends[0], ends[-1]) if len(ends) > 1 else (None, None)
    return Growth(
        account,
        network,
        segments,
        first,
        last,
        _previous([point for point in points if previous <= point.time < since], first),
        tuple(segment[0].time for segment in segments[1:]),
        tuple((one.time, two.time) for one, two in pairwise(inside) if two.time - one.time > GAP),
    )


def _previous(points: Sequence[Point], first: Point | None) -> float | None:
    segments = series.segments(points)
    same = segments[-1] if segments and first and segments[-1][-1].kind == first.kind else ()
    return _per_week(same[0], same[-1]) if len(same) > 1 else None


def _per_week(first: Point, last: Point) -> float | None:
    span = last.time - first.time
    return (last.value - first.value) / (span / WEEK) if span > timedelta(days=1) else None
