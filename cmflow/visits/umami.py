"""Umami, through its UTM report (version 3): page views that carry a tag in `utm_content`. It has no goals by tag."""

from collections.abc import Mapping

from cmflow.netkit import figures, rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Figures
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.visits import Query, Service

PATH, CLOUD_PATH = "/api/reports/utm", "/reports/utm"
CLOUD, CLOUD_KEY = "https://api.umami.is", "x-umami-api-key"
VIEWS = "views"


def read(api: ApiClient, query: Query) -> dict[str, Figures]:
    question = {
        "websiteId": query.site,
        "type": "utm",
        "filters": {},
        "parameters": {
            "startDate": f"{query.first.isoformat()}T00:00:00.000Z",
            "endDate": f"{query.last.isoformat()}T23:59:59.999Z",
        },
    }
    is_cloud = api.address.startswith(CLOUD)
    headers = {CLOUD_KEY: api.token} if is_cloud else {}
    body = rest.document(api.ask("POST", CLOUD_PATH if is_cloud else PATH, json=question, headers=headers))
    rows = rest.objects(body.get("utm_content")) if isinstance(body, Mapping) else None
    if rows is None:
        raise unreadable(api.title)
    return {str(row.get("utm")): figures.read(row, (VIEWS,)) for row in rows if row.get("utm") in query.tags}


service = Service(
    name="umami",
    title="Umami",
    docs="https://umami.is/docs/api/reports",
    figures=(VIEWS,),
    read=read,
)
