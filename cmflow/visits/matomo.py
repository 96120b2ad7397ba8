"""Matomo, through its Reporting API: visits and conversions by campaign, which is `utm_campaign`.

The key goes in the body of a POST, where no log has it. Errors come with the status of a success.
"""

from collections.abc import Mapping
from typing import Any

from cmflow.model.errors import Denied
from cmflow.netkit import errors, figures, rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Figures
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.visits import Query, Service

PATH = "/index.php"
VISITS = "nb_visits"


def read(api: ApiClient, query: Query) -> dict[str, Figures]:
    form = {
        "module": "API",
        "method": "Referrers.getCampaigns",
        "idSite": query.site,
        "period": "range",
        "date": f"{query.first.isoformat()},{query.last.isoformat()}",
        "format": "JSON",
        "filter_limit": "-1",
        "token_auth": api.token,
    }
    if query.goals:
        form["filter_update_columns_when_show_all_goals"] = "1"
    body = rest.document(api.ask("POST", PATH, data=form))
    if isinstance(body, Mapping) and body.get("result") == "error":
        sentence = errors.plain(str(body.get("message", "")), (api.token,))
        raise Denied(f"{api.title} answers: {sentence}", api.advice.denied)
    rows = rest.objects(body)
    if rows is None:
        raise unreadable(api.title)
    return {str(row.get("label")): _row(row, query) for row in rows if row.get("label") in query.tags}


def _row(row: Mapping[str, Any], query: Query) -> Figures:
    goals = row.get("goals")
    numbers = {goal: _conversions(goals, goal) for goal in query.goals}
    return {**figures.read(row, (VISITS,)), **{f"goal: {goal}": number for goal, number in numbers.items()}}


def _conversions(goals: object, goal: str) -> int | float | None:
    """Matomo leaves out a goal that was not reached."""
    if not isinstance(goals, Mapping):
        return 0
    return figures.read(goals.get(f"idgoal={goal}", {"nb_conversions": 0}), ("nb_conversions",))["nb_conversions"]


service = Service(
    name="matomo",
    title="Matomo",
    docs="https://developer.matomo.org/api-reference/reporting-api",
    figures=(VISITS,),
    read=read,
    parameter="campaign",
    has_goals=True,
    scheme="",
)
