"""Plausible, through its Stats API v2: visits by `utm_content`, and conversions of goals.

A visit belongs to the tag that it began with. Each question is one request; a second one asks for the goals.
"""

from collections.abc import Mapping
from typing import Any

from cmflow.netkit import figures, rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Figures
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.visits import Query, Service

PATH = "/api/v2/query"
TAG, GOAL = "visit:utm_content", "event:goal"
METRICS = ("visits", "visitors")
MOST = 10_000  # rows of an answer


def read(api: ApiClient, query: Query) -> dict[str, Figures]:
    rows: dict[str, dict[str, Any]] = {
        dimensions[0]: values for dimensions, values in _rows(api, query, METRICS, (TAG,), ())
    }
    if query.goals:
        filters = (["is", GOAL, list(query.goals)],)
        for (tag, goal), values in _rows(api, query, ("events",), (TAG, GOAL), filters):
            rows.setdefault(tag, {})[f"goal: {goal}"] = values["events"]
    return dict(rows)


def _rows(
    api: ApiClient, query: Query, metrics: tuple[str, ...], dimensions: tuple[str, ...], filters: tuple[Any, ...]
) -> list[tuple[list[str], dict[str, Any]]]:
    """The rows of an answer: what they are of, and their numbers by metric."""
    question = {
        "site_id": query.site,
        "metrics": list(metrics),
        "date_range": [query.first.isoformat(), query.last.isoformat()],
        "dimensions": list(dimensions),
        "filters": [["is", TAG, list(query.tags)], *filters],
        "pagination": {"limit": MOST, "offset": 0},
    }
    body = rest.document(api.ask("POST", PATH, json=question))
    results = rest.objects(body.get("results")) if isinstance(body, Mapping) else None
    if results is None:
        raise unreadable(api.title)
    rows = []
    for result in results:
        words, numbers = result.get("dimensions"), result.get("metrics")
        if not (isinstance(words, list) and isinstance(numbers, list) and len(words) == len(dimensions)):
            raise unreadable(api.title)
        named = dict(zip(metrics, numbers, strict=False))
        rows.append(([str(word) for word in words], figures.read(named, metrics)))
    return rows


service = Service(
    name="plausible",
    title="Plausible",
    docs="https://plausible.io/docs/stats-api",
    figures=METRICS,
    read=read,
    has_goals=True,
)
