"""GoatCounter, through its API: visits by campaign.

It keeps `utm_campaign` of a link, and no other parameter that could tell deliveries apart. It has no goals.
"""

from collections.abc import Mapping

from cmflow.netkit import figures, rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Figures
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.visits import Query, Service

PATH = "/api/v0/stats/campaigns"
PAGE, PAGES = 100, 50  # campaigns in an answer


def read(api: ApiClient, query: Query) -> dict[str, Figures]:
    """Page by page, the campaigns with most visits first, until each tag is there or no page is left."""
    rows: dict[str, Figures] = {}
    for number in range(PAGES):
        parameters = {
            "start": f"{query.first.isoformat()}T00:00:00Z",
            "end": f"{query.last.isoformat()}T23:59:59Z",
            "limit": str(PAGE),
            "offset": str(number * PAGE),
        }
        body = rest.document(api.ask("GET", PATH, params=parameters, headers={"Content-Type": "application/json"}))
        stats = rest.objects(body.get("stats")) if isinstance(body, Mapping) else None
        if stats is None:
            raise unreadable(api.title)
        rows |= {str(row.get("name")): figures.read(row, ("count",)) for row in stats}
        if not (isinstance(body, Mapping) and body.get("more") is True) or set(query.tags) <= rows.keys():
            break
    return {tag: row for tag, row in rows.items() if tag in query.tags}


service = Service(
    name="goatcounter",
    title="GoatCounter",
    docs="https://www.goatcounter.com/help/api",
    figures=("count",),
    read=read,
    parameter="campaign",
)
