"""What was read of a post, for its own page: on each account a line per figure as the post aged, and every reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache

from cmflow.insights.metrics import catalogue
from cmflow.insights.metrics.catalogue import Of
from cmflow.insights.sentences import Voice
from cmflow.insights.statistics import AGE, FIGURES, INTERACTIONS, Measurement, Point, findings, series
from cmflow.values import dataclass
from cmflow.website.charts import curves
from cmflow.website.charts.curves import Curve

NAMES = tuple(name for name in FIGURES if name != INTERACTIONS)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure: its newest value, at which age that was read, and its line."""

    name: str
    value: str
    age: str
    curve: Curve | None


@dataclass(frozen=True, slots=True)
class FiguresCard:
    """An account: `rows` by figure; `readings` by age, a cell per row, "" for what was not reported then."""

    account: str
    rows: tuple[FigureRow, ...]
    readings: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[str, ...] = ()
    simulated: str = ""


def cards(courses: Mapping[str, Sequence[Measurement]], voice: Voice) -> list[FiguresCard]:
    """One per account of which something was read, in their order."""
    return [_card(account, lines, voice) for account, lines in courses.items() if lines]


def _card(account: str, lines: Sequence[Measurement], voice: Voice) -> FiguresCard:
    names = _told(lines)
    figures = {name: points for name in names if (points := series.points(lines, FIGURES[name], Of.POST))}
    rows = [_row(name, points, voice) for name, points in figures.items()]
    broken = [voice.page[f"figure {name}"] for name, points in figures.items() if len(series.segments(points)) > 1]
    return FiguresCard(
        account,
        tuple(rows),
        tuple(_readings(figures, voice)),
        (voice.say(findings.course(broken)),) if broken else (),
        voice.say(findings.simulated()) if any(line.mode for line in lines) else "",
    )


def _told(lines: Sequence[Measurement]) -> list[str]:
    """The figures that may be among these readings: there are many pages, and most networks tell three."""
    metrics = {(line.network, name) for line in lines for name, value in line.values.items() if value is not None}
    commons = {common for network, name in metrics for common in _commons(network, name)}
    return [name for name in NAMES if name in commons]


@lru_cache(maxsize=1024)
def _commons(network: str, metric: str) -> frozenset[str]:
    """What the network's figure was called in common at any time."""
    return frozenset(
        definition.common
        for definition in catalogue.DEFINITIONS
        if (definition.network, definition.metric, definition.of) == (network, metric, Of.POST)
    )


def _row(name: str, points: Sequence[Point], voice: Voice) -> FigureRow:
    last = points[-1]
    curve = curves.life(points, AGE) if len(points) > 1 else None
    age = findings.age(timedelta(seconds=last.age), voice)
    return FigureRow(voice.page[f"figure {name}"], voice.number(round(last.value)), age, curve)


def _readings(figures: Mapping[str, Sequence[Point]], voice: Voice) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The figures at each age, the youngest first; of several readings at about one age the last."""
    points = sorted((point.age, name, point) for name, row in figures.items() for point in row)
    words = {age: findings.age(timedelta(seconds=age), voice) for age in {age for age, _, _ in points}}
    ages: dict[str, dict[str, Point]] = {}
    for age, name, point in points:
        ages.setdefault(words[age], {})[name] = point
    for word, row in ages.items():
        yield word, tuple(voice.number(round(row[name].value)) if name in row else "" for name in figures)
