"""What a post of an account usually got, week by week: the medians behind its sparkline."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median

from cmflow.insights.statistics.results import Result
from cmflow.insights.statistics.series import Kind
from cmflow.values import dataclass

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Weekly:
    """The median post of a week that begins at `starts`, among `posts` whose figures mean the same (`kind`)."""

    starts: datetime
    usual: float
    posts: int
    kind: Kind


def weeks(rows: Iterable[Result], since: datetime) -> tuple[Weekly, ...]:
    """The weeks from `since` on in which something was published; one in which the meaning changed is there twice."""
    groups: dict[tuple[int, Kind], list[Result]] = {}
    for row in rows:
        if row.value is not None:
            groups.setdefault(((row.time - since) // WEEK, row.kind), []).append(row)
    ordered = sorted(groups.items(), key=lambda item: (item[0][0], item[1][0].time))
    return tuple(
        Weekly(since + number * WEEK, median([row.value or 0 for row in group]), len(group), kind)
        for (number, kind), group in ordered
    )
