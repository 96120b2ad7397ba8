"""What posts were expected to achieve (`expects:`), and whether they did; and how often an author is right."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from cmflow.insights.metrics.catalogue import Of
from cmflow.insights.statistics import series
from cmflow.insights.statistics.results import published
from cmflow.insights.statistics.series import Measurement, Point
from cmflow.model import Delivery, Entry, Key, State
from cmflow.values import dataclass

AGE = timedelta(days=7)  # at which a forecast is judged
COMMON = {  # what `expects:` and goals call it: the common name
    "followers": "followers",
    "impressions": "views",
    "views": "views",
    "likes": "reactions",
    "replies": "comments",
    "reposts": "shares",
    "clicks": "link clicks",
}


class Forecast(StrEnum):
    MET = "met"
    UNMET = "unmet"
    EARLY = "early"  # younger than seven days, or not sent everywhere
    UNKNOWN = "unknown"  # no network tells it, or none was read


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a post was to achieve on all its accounts together, and did at the age of seven days, or has so far.

    `value` is None where no network tells; `accounts` are those that told, of `of` it was published on.
    """

    post: str
    metric: str
    target: int
    outcome: Forecast
    value: float | None = None
    accounts: int = 0
    of: int = 0
    author: str = ""
    title: str = ""
    path: str = ""
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """How an author's forecasts came out. `author` is "" where git does not tell."""

    author: str
    met: int = 0
    unmet: int = 0
    early: int = 0
    unknown: int = 0


def expectations(
    entries: Iterable[Entry],
    deliveries: Mapping[str, Sequence[Delivery]],
    tracks: Mapping[Key, Sequence[Measurement]],
    authors: Mapping[str, str],
    now: datetime,
) -> tuple[Expectation, ...]:
    """Each forecast of the posts that were published; `deliveries` by post, `authors` by path."""
    return tuple(
        _expectation(entry, metric, target, deliveries[entry.id], tracks, authors.get(entry.path, ""), now)
        for entry in entries
        if entry.expects and any(delivery.state is State.SENT for delivery in deliveries.get(entry.id, ()))
        for metric, target in entry.expects
    )


def records(expectations: Iterable[Expectation]) -> tuple[Record, ...]:
    """One per author, by name."""
    counts = Counter((item.author, item.outcome) for item in expectations)
    authors = sorted({author for author, _ in counts})
    return tuple(Record(author, *(counts[author, outcome] for outcome in Forecast)) for author in authors)


def _expectation(
    entry: Entry,
    metric: str,
    target: int,
    deliveries: Sequence[Delivery],
    tracks: Mapping[Key, Sequence[Measurement]],
    author: str,
    now: datetime,
) -> Expectation:
    sent = [delivery for delivery in deliveries if delivery.state is State.SENT]
    points = [*_points(metric, sent, tracks)]
    open_states = (State.SCHEDULED, State.SENDING)
    is_early = any(delivery.state in open_states for delivery in deliveries) or any(
        now - published(delivery) < AGE for delivery in sent
    )
    value = sum(point.value for point in points) if points else None
    is_whole = bool(points) and all(point.age >= AGE.total_seconds() * (1 - series.NEAR) for point in points)
    outcome = _outcome(value, target, is_early, is_whole)
    time = min(map(published, sent))
    return Expectation(
        entry.id, metric, target, outcome, value, len(points), len(sent), author, entry.title, entry.path, time
    )


def _outcome(value: float | None, target: int, is_early: bool, is_whole: bool) -> Forecast:
    """`is_whole`: the value is that of seven days, not one that was read earlier and may have grown."""
    if value is not None and value >= target:
        return Forecast.MET
    if is_early:
        return Forecast.EARLY
    return Forecast.UNMET if is_whole else Forecast.UNKNOWN


def _points(
    metric: str, deliveries: Iterable[Delivery], tracks: Mapping[Key, Sequence[Measurement]]
) -> Iterator[Point]:
    """The figure of each account at seven days, else the last before; of one whose meaning changed meanwhile, none."""
    for delivery in deliveries:
        lines = tracks.get(Key(delivery.post, delivery.account), ())
        points = series.points(lines, (COMMON[metric],), Of.POST)
        limit = AGE.total_seconds() * (1 + series.NEAR)
        at_age = series.at_age(points, AGE) or next((point for point in reversed(points) if point.age <= limit), None)
        if at_age and all(point.kind == at_age.kind for point in points if point.age <= limit):
            yield at_age
