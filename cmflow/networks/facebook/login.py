"""From the code of a sign-in to the token of a Page: a person's token, one that lives long, and the Page's own."""

from itertools import chain, islice
from typing import TYPE_CHECKING

from cmflow.model import Account
from cmflow.model.errors import Denied
from cmflow.netkit.auth import Credentials, Grant
from cmflow.netkit.graph import ADDRESS, Fields, Graph
from cmflow.netkit.rest import ApiClient

if TYPE_CHECKING:
    import httpx

TASK = "CREATE_CONTENT"  # what a person must be allowed on a Page to publish there
PAGES = 5  # of a hundred Pages each


def exchange(http: "httpx.Client", account: Account, credentials: Credentials, grant: Grant) -> Grant:
    """The token of the Page that the plan names, or of the only one: made of a long-lived token, it does not end."""
    person = _long_lived(http, account, credentials, grant.access_token)
    graph = Graph(ApiClient(http, "Facebook", ADDRESS, person), account.name)
    query = {"fields": "id,name,access_token,tasks", "limit": "100"}
    pages = list(chain.from_iterable(islice(graph.pages("/me/accounts", query), PAGES)))
    page = _chosen(pages, account)
    tasks = page.get("tasks")
    if isinstance(tasks, list) and TASK not in tasks:
        message = f"You may not publish on the Page “{page.get('name')}”."
        raise Denied(message, "Let a person with full control of the Page give you access to its content.")
    token = page.get("access_token")
    if not isinstance(token, str) or not token:
        raise Denied("Facebook did not return the Page's token.", f"Tick this Page in: cmflow connect {account.name}")
    return Grant(token, scopes=grant.scopes)


def _long_lived(http: "httpx.Client", account: Account, credentials: Credentials, token: str) -> str:
    """A token of two months, of one that lives an hour. They go in the body: URLs are logged."""
    client = ApiClient(http, "Facebook", ADDRESS, token, scheme="")
    fields = {
        "grant_type": "fb_exchange_token",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "fb_exchange_token": token,
    }
    graph = Graph(client, account.name, (credentials.client_secret,))
    answer = graph.ask("POST", "/oauth/access_token", data=fields)
    longer = answer.get("access_token")
    if not isinstance(longer, str) or not longer:
        hint = f"Check the app, then: cmflow connect {account.name}"
        raise Denied("Facebook did not return a long-lived token.", hint)
    return longer


def _chosen(pages: list[Fields], account: Account) -> Fields:
    planned = account.option("page").strip()
    chosen = [page for page in pages if not planned or str(page.get("id")) == planned]
    if len(chosen) == 1:
        return chosen[0]
    if not pages:
        hint = f"Sign in as a person who manages the Page, and tick it: cmflow connect {account.name}"
        raise Denied("Facebook shows no Page that you manage.", hint)
    listed = ", ".join(f"{page.get('id')} ({page.get('name')})" for page in pages[:10])
    if planned:
        raise Denied(f"You do not manage the Page {planned} of {account.name}.", f"You manage: {listed}")
    raise Denied(f"{account.name} has no page in the plan.", f"Write it in the plan as options: {{page: …}}: {listed}")
