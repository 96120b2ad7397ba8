"""What happened to each delivery: its figure at one age, and how that compares with what its account usually has."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil, log
from statistics import median
from typing import NamedTuple

from cmflow.insights.metrics.catalogue import Of
from cmflow.insights.statistics import evidence, series
from cmflow.insights.statistics.series import FIGURES, Kind, Measurement, Point, Sample
from cmflow.model import Delivery, Entry, Key, State, Trait, is_edited
from cmflow.values import dataclass

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
    no longer what was sent. `lines` are its readings, `figures` the common names that are added.
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
    lines: Sequence[Measurement] = field(default=(), compare=False, repr=False)
    figures: tuple[str, ...] = ()

    @property
    def life(self) -> tuple[Point, ...]:
        """The figure at each age at which it was read; made when it is asked for, since few posts are drawn."""
        return series.points(self.lines, self.figures, Of.POST)

    @property
    def compared(self) -> bool:
        return self.outcome is Outcome.COMPARED


@dataclass(slots=True)
class _Draft:
    """What is known of a delivery before it is compared."""

    delivery: Delivery
    time: datetime
    sample: Sample
    outcome: Outcome
    lines: Sequence[Measurement]
    names: tuple[str, ...]
    usual: float = 0
    ratio: float = 1
    score: float = 0


def results(
    deliveries: Iterable[Delivery],
    networks: Mapping[str, str],
    entries: Mapping[str, Entry],
    tracks: Mapping[Key, Sequence[Measurement]],
    figure: str,
    age: timedelta,
    now: datetime,
    samples: Mapping[Key, Sample],
) -> tuple[Result, ...]:
    """Every published delivery of these accounts (`networks` by account), the oldest first.

    `tracks` are the readings of first parts; of a thread, its first part counts. `samples` are known without them.
    """
    sent = [delivery for delivery in deliveries if delivery.state is State.SENT and delivery.account in networks]
    drafts = [
        _draft(delivery, tracks.get(key, ()), FIGURES[figure], age, now, samples.get(key))
        for delivery in sent
        if (key := Key(delivery.post, delivery.account))
    ]
    _compare(drafts)
    drafts.sort(key=lambda draft: (draft.time, draft.delivery.post, draft.delivery.account))
    return tuple(_result(draft, networks[draft.delivery.account], entries.get(draft.delivery.post)) for draft in drafts)


def published(delivery: Delivery) -> datetime:
    return delivery.receipts[0].time if delivery.receipts else delivery.due


def _draft(
    delivery: Delivery,
    lines: Sequence[Measurement],
    names: tuple[str, ...],
    age: timedelta,
    now: datetime,
    sample: Sample | None,
) -> _Draft:
    time = published(delivery)
    sample = sample or series.figure_at(lines, names, age)
    if sample.value is not None:
        outcome = Outcome.ALONE
    elif now - time < age * (1 + series.NEAR):
        outcome = Outcome.YOUNG
    else:
        outcome = Outcome.UNTOLD if sample.is_read and not sample.is_told else Outcome.UNREAD
    return _Draft(delivery, time, sample, outcome, lines, names)


def _result(draft: _Draft, network: str, entry: Entry | None) -> Result:
    delivery = draft.delivery
    figures = (draft.outcome, draft.sample.value, draft.sample.kind, draft.usual, draft.ratio, draft.score)
    if entry is None:
        return Result(
            *(delivery.post, delivery.account, network, draft.time, *figures), lines=draft.lines, figures=draft.names
        )
    item = next((item for item in entry.planned if item.account == delivery.account), None)
    return Result(
        *(delivery.post, delivery.account, network, draft.time, *figures),
        title=entry.title,
        pillar=entry.pillar,
        campaign=entry.campaign,
        language=item.language if item and item.language else entry.language,
        traits=item.traits if item else (),
        path=entry.path,
        test=entry.test,
        version=item.version if item else "",
        edited=item is None or is_edited(delivery, item),
        lines=draft.lines,
        figures=draft.names,
    )


# ── compared with what is usual ─────────────────────────────────────────────────────────────────────────────


def _compare(drafts: Iterable[_Draft]) -> None:
    """Write down how each compares with what is usual for its account, among figures that mean the same."""
    groups = defaultdict[tuple[str, Kind], list[_Draft]](list)
    for draft in drafts:
        if draft.sample.value is not None:
            groups[draft.delivery.account, draft.sample.kind].append(draft)
    for group in groups.values():
        for stretch in _stretches(group):
            _against_usual(stretch)


def _stretches(drafts: list[_Draft]) -> list[list[_Draft]]:
    """The posts of about ninety days each; of more where those are too few to say what is usual."""
    drafts.sort(key=lambda draft: draft.time)
    first, last = drafts[0].time, drafts[-1].time
    length = (last - first) / max(1, round((last - first) / STRETCH))
    stretches: list[list[_Draft]] = [[]]
    end = first + length
    for draft in drafts:
        if draft.time > end:
            end += length * ceil((draft.time - end) / length)
            if len(stretches[-1]) >= ENOUGH:
                stretches.append([])
        stretches[-1].append(draft)
    if len(stretches) > 1 and len(stretches[-1]) < ENOUGH:
        stretches[-2:] = [[*stretches[-2], *stretches[-1]]]
    return stretches


def _against_usual(drafts: list[_Draft]) -> None:
    if len(drafts) < ENOUGH:
        return
    values = [draft.sample.value or 0 for draft in drafts]
    usual = median(values)
    for draft, value, score in zip(drafts, values, evidence.scores(values), strict=True):
        draft.outcome = Outcome.COMPARED if usual else Outcome.QUIET
        if usual:
            draft.usual, draft.ratio, draft.score = usual, (value + HALF) / (usual + HALF), score


class Unit(NamedTuple):
    """All deliveries of one post that have something in common, as one: they are not independent of each other.

    `ratio` is the logarithm of the multiple of what is usual.
    """

    ratio: float
    score: float


Posted = tuple[str, float, float]  # its post, the logarithm of its ratio, its score


def posted(row: Result) -> Posted:
    return row.post, log(row.ratio), row.score


def units(rows: Iterable[Posted]) -> tuple[Unit, ...]:
    """One for each post."""
    sums: dict[str, list[float]] = {}
    for post, ratio, score in rows:
        total = sums.get(post)
        if total is None:
            sums[post] = [ratio, score, 1]
        else:
            total[0] += ratio
            total[1] += score
            total[2] += 1
    return tuple([Unit(ratio / count, score / count) for ratio, score, count in sums.values()])
