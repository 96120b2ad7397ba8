"""The documents of `cmflow stats --json` and `--csv`."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum

from cmflow.insights.statistics import Result, Statistics

COLUMNS = (
    *("post", "title", "account", "network", "time", "outcome", "figure", "age_hours", "value", "usual", "ratio"),
    *("pillar", "campaign", "language", "traits"),
)
DIGITS = 4
INTERNAL = frozenset(("kind", "score", "path", "lines", "figures"))


def as_dict(statistics: Statistics) -> dict[str, object]:
    """Everything, by the names of the values; times in UTC or with their offset, null for what is not known."""
    return {
        **{field.name: _plain(getattr(statistics, field.name)) for field in fields(statistics)},
        "counts": {str(outcome): number for outcome, number in statistics.counts.items()},
    }


def rows(statistics: Statistics) -> Iterator[tuple[str, ...]]:
    """A row per delivery, in `COLUMNS`; an empty cell is not known."""
    figure, hours = statistics.question.figure, statistics.question.age / timedelta(hours=1)
    for row in statistics.posts:
        yield tuple(_cell(value) for value in _row(row, figure, hours))


def _row(row: Result, figure: str, hours: float) -> tuple[object, ...]:
    usual, ratio = (row.usual, row.ratio) if row.compared else (None, None)
    return (
        *(row.post, row.title, row.account, row.network, row.time.isoformat(), row.outcome.value, figure, hours),
        *(row.value, usual, ratio, row.pillar, row.campaign, row.language, " ".join(row.traits)),
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(_number(value) if isinstance(value, float) else value)


def _number(value: float) -> float:
    return int(value) if value == int(value) else round(value, DIGITS)


def _plain(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case timedelta():
            return int(value.total_seconds())
        case float():
            return _number(value)
        case tuple():
            return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.name not in INTERNAL]
        return {name: _plain(getattr(value, name)) for name in names}
    return value
