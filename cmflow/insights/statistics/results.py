"""What happened to each delivery: its figure at one age, and how that compares with what its account usually has."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import exp, log
from statistics import median

from cmflow.insights.metrics.catalogue import Of
from cmflow.insights.statistics import evidence, series
from cmflow.insights.statistics.series import FIGURES, Kind, Measurement, Point
from cmflow.model import Delivery, Entry, Key, Planned, State, Trait, is_edited

ENOUGH = 8  # posts of an account, from which on it has a usual figure
STRETCH = timedelta(days=90)  # what is usual is usual for so long: accounts grow
HALF = 0.5  # added to both sides of a ratio, so that 0 has one


class Outcome(StrEnum):
    """Why a delivery is compared, or is not."""

    COMPARED = "compared"
    YOUNG = "young"  # not of that age yet
    UNREAD = "unread"  # no reading near that age
    UNTOLD = "untold"  # read, but the network does not tell this figure
    ALONE = "alone"  # its account has too few posts with this figure to say what is usual
    QUIET = "quiet"  # the usual figure is 0: nothing is twice that


@dataclass(frozen=True, slots=True)
class Result:
    """One delivery. `value` is its figure at the age, None unless known; `usual` the median of its account.

    `ratio` is how many times as much as usual, `score` its place among the account's posts as on a bell curve; both
    count only where `outcome` is COMPARED. `kind`: figures of another kind mean something else. `edited`: the post is
    no longer what was sent. `life` is the figure at each age at which it was read.
    """

    post: str
    account: str
    network: str
    time: datetime
    outcome: Outcome
    value: float | None = None
    kind: Kind = ()
    usual: float = 0
    ratio: float = 1
    score: float = 0
    title: str = ""
    pillar: str = ""
    campaign: str = ""
    language: str = ""
    traits: tuple[Trait, ...] = ()
    path: str = ""
    test: str = ""
    version: str = ""
    edited: bool = False
    life: tuple[Point, ...] = ()

    @property
    def compared(self) -> bool:
        return self.outcome is Outcome.COMPARED


def results(
    deliveries: Iterable[Delivery],
    networks: Mapping[str, str],
    entries: Mapping[str, Entry],
    tracks: Mapping[Key, Sequence[Measurement]],
    figure: str,
    age: timedelta,
    now: datetime,
) -> tuple[Result, ...]:
    """Every published delivery of these accounts (`networks` by account), the oldest first.

    `tracks` are the readings of first parts; of a thread, its first part counts.
    """
    planned = {Key(item.post, item.account): item for entry in entries.values() for item in entry.planned}
    sent = [delivery for delivery in deliveries if delivery.state is State.SENT and delivery.account in networks]
    rows = [
        _read(
            _bare(delivery, networks, entries, planned),
            tracks.get(Key(delivery.post, delivery.account), ()),
            figure,
            age,
        )
        for delivery in sent
    ]
    rows = [replace(row, outcome=Outcome.YOUNG) if _is_young(row, age, now) else row for row in rows]
    return tuple(sorted(_compared(rows), key=lambda row: (row.time, row.post, row.account)))


def published(delivery: Delivery) -> datetime:
    return delivery.receipts[0].time if delivery.receipts else delivery.due


def _bare(
    delivery: Delivery, networks: Mapping[str, str], entries: Mapping[str, Entry], planned: Mapping[Key, Planned]
) -> Result:
    row = Result(delivery.post, delivery.account, networks[delivery.account], published(delivery), Outcome.UNREAD)
    entry, item = entries.get(delivery.post), planned.get(Key(delivery.post, delivery.account))
    if entry is None:
        return row
    return replace(
        row,
        title=entry.title,
        pillar=entry.pillar,
        campaign=entry.campaign,
        path=entry.path,
        language=item.language if item and item.language else entry.language,
        traits=item.traits if item else (),
        test=entry.test,
        version=item.version if item else "",
        edited=item is None or is_edited(delivery, item),
    )


def _is_young(row: Result, age: timedelta, now: datetime) -> bool:
    return row.value is None and now - row.time < age * (1 + series.NEAR)


def _read(row: Result, lines: Sequence[Measurement], figure: str, age: timedelta) -> Result:
    points = series.points(lines, FIGURES[figure], Of.POST)
    point = series.at_age(points, age)
    if point:
        return replace(row, value=point.value, kind=point.kind, outcome=Outcome.ALONE, life=points)
    return replace(row, outcome=Outcome.UNTOLD if lines and not points else Outcome.UNREAD, life=points)


# ── compared with what is usual ─────────────────────────────────────────────────────────────────────────────


def _compared(rows: Sequence[Result]) -> Iterable[Result]:
    groups = defaultdict[tuple[str, Kind], list[Result]](list)
    for row in rows:
        if row.value is None:
            yield row
        else:
            groups[row.account, row.kind].append(row)
    for group in groups.values():
        for stretch in _stretches(group):
            yield from _against_usual(stretch)


def _stretches(rows: list[Result]) -> list[list[Result]]:
    """The posts of about ninety days each; together where one of them has too few."""
    first, last = min(row.time for row in rows), max(row.time for row in rows)
    count = max(1, round((last - first) / STRETCH))
    stretches: list[list[Result]] = [[] for _ in range(count)]
    for row in rows:
        stretches[min(count - 1, int((row.time - first) / (last - first) * count)) if count > 1 else 0].append(row)
    return stretches if all(len(stretch) >= ENOUGH for stretch in stretches) else [rows]


def _against_usual(rows: list[Result]) -> Iterable[Result]:
    if len(rows) < ENOUGH:
        return rows
    values = [row.value or 0 for row in rows]
    usual = median(values)
    if usual == 0:
        return [replace(row, outcome=Outcome.QUIET) for row in rows]
    return [
        replace(row, outcome=Outcome.COMPARED, usual=usual, ratio=(value + HALF) / (usual + HALF), score=score)
        for row, value, score in zip(rows, values, evidence.scores(values), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Unit:
    """All deliveries of one post that have something in common, as one: they are not independent of each other."""

    post: str
    ratio: float  # logarithm
    score: float

    @property
    def times(self) -> float:
        return exp(self.ratio)


def units(rows: Iterable[Result]) -> tuple[Unit, ...]:
    """One for each post."""
    groups = defaultdict[str, list[Result]](list)
    for row in rows:
        groups[row.post].append(row)
    return tuple(
        Unit(
            post,
            sum(log(row.ratio) for row in group) / len(group),
            sum(row.score for row in group) / len(group),
        )
        for post, group in groups.items()
    )
