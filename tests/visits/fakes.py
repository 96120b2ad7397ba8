"""Services that count visits, in memory and strict: what their documentation of 2026-11-29 does not have is refused.

`arrivals` are visits by tag, `conversions` those of a goal by tag and goal.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import httpx

KEY = "v1sits-k3y-for-tests"
SITE = {
    "plausible": "example.org",
    "goatcounter": "example",
    "matomo": "1",
    "umami": "a0000000-0000-4000-8000-000000000001",
}
ADDRESS = "https://stats.example"


@dataclass
class Visits:
    arrivals: dict[str, int] = field(default_factory=dict)
    conversions: dict[tuple[str, str], int] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        if not self.is_allowed(request):
            return httpx.Response(401, json={"error": "Invalid API key"})
        return self.answer(request)

    def is_allowed(self, request: httpx.Request) -> bool:
        return bool(request.headers.get("authorization") == f"Bearer {KEY}")

    def answer(self, request: httpx.Request) -> httpx.Response:
        raise NotImplementedError


class Plausible(Visits):
    """POST /api/v2/query; filters are lists of operator, dimension and values."""

    FIELDS = ("site_id", "metrics", "date_range", "dimensions", "filters", "pagination")

    def answer(self, request: httpx.Request) -> httpx.Response:
        if (request.method, request.url.path) != ("POST", "/api/v2/query"):
            return httpx.Response(404, json={"error": "Not found"})
        query = json.loads(request.content)
        if set(query) - set(self.FIELDS) or query["site_id"] != SITE["plausible"]:
            return httpx.Response(400, json={"error": "Invalid query"})
        first, last = map(date.fromisoformat, query["date_range"])
        filters = {name: values for operator, name, values in query["filters"] if operator == "is"}
        if first > last or not set(query["dimensions"]) <= {"visit:utm_content", "event:goal"}:
            return httpx.Response(400, json={"error": "Invalid date range"})
        rows = self.goals(filters) if "event:goal" in query["dimensions"] else self.visits(filters, query["metrics"])
        return httpx.Response(200, json={"results": rows, "meta": {}, "query": query})

    def visits(self, filters: dict[str, Any], metrics: list[str]) -> list[dict[str, Any]]:
        numbers = {"visits": lambda n: n, "visitors": lambda n: max(1, n - 1)}
        tags = [tag for tag in self.arrivals if tag in filters["visit:utm_content"]]
        return [{"dimensions": [tag], "metrics": [numbers[m](self.arrivals[tag]) for m in metrics]} for tag in tags]

    def goals(self, filters: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {"dimensions": [tag, goal], "metrics": [number]}
            for (tag, goal), number in self.conversions.items()
            if tag in filters["visit:utm_content"] and goal in filters["event:goal"]
        ]


class GoatCounter(Visits):
    """GET /api/v0/stats/campaigns, in pages; times are RFC 3339, and the content type is required."""

    def answer(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if request.url.path != "/api/v0/stats/campaigns" or request.headers.get("content-type") != "application/json":
            return httpx.Response(404, json={"error": "Not found"})
        if (
            set(query) - {"start", "end", "limit", "offset"}
            or int(query["limit"]) > 100
            or not query["end"].endswith("Z")
        ):
            return httpx.Response(400, json={"errors": {"limit": ["must be 100 or less"]}})
        start, size = int(query["offset"]), int(query["limit"])
        rows = [{"id": tag, "name": tag, "count": number} for tag, number in self.arrivals.items()]
        page = rows[start : start + size]
        return httpx.Response(200, json={"stats": page, "more": start + size < len(rows)})


class Matomo(Visits):
    """POST /index.php with the key in the body; a refusal is a 200."""

    def is_allowed(self, request: httpx.Request) -> bool:
        return "authorization" not in request.headers and KEY not in str(request.url)

    def answer(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode(), strict_parsing=True).items()}
        if form.get("token_auth") != KEY or form.get("idSite") != SITE["matomo"]:
            message = "You can't access this resource as it requires 'view' access for the website id = 1."
            return httpx.Response(200, json={"result": "error", "message": message})
        if form["method"] != "Referrers.getCampaigns" or form["period"] != "range" or form["format"] != "JSON":
            return httpx.Response(200, json={"result": "error", "message": "The method does not exist"})
        return httpx.Response(200, json=[self.row(tag, number) for tag, number in self.arrivals.items()])

    def row(self, tag: str, number: int) -> dict[str, Any]:
        goals = {f"idgoal={goal}": {"nb_conversions": n} for (name, goal), n in self.conversions.items() if name == tag}
        return {"label": tag, "nb_visits": number, "nb_actions": number * 3, **({"goals": goals} if goals else {})}


class Umami(Visits):
    """POST /api/reports/utm: page views by each of the five parameters."""

    def answer(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if request.url.path != "/api/reports/utm" or set(body) != {"websiteId", "filters", "type", "parameters"}:
            return httpx.Response(
                400, json={"error": {"message": "Bad request.", "code": "bad-request", "status": 400}}
            )
        if body["websiteId"] != SITE["umami"] or set(body["parameters"]) != {"startDate", "endDate"}:
            return httpx.Response(
                401, json={"error": {"message": "Unauthorized.", "code": "unauthorized", "status": 401}}
            )
        lists: dict[str, list[Any]] = {
            f"utm_{name}": [] for name in ("source", "medium", "campaign", "term", "content")
        }
        lists["utm_content"] = [{"utm": tag, "views": number} for tag, number in self.arrivals.items()]
        return httpx.Response(200, json=lists)


FAKES: dict[str, type[Visits]] = {"plausible": Plausible, "goatcounter": GoatCounter, "matomo": Matomo, "umami": Umami}
