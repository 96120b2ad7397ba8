"""Requests to a server: the connection, ids and addresses of posts, and its names for an audience."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cmflow.model import Receipt, Remote, Visibility
from cmflow.model.errors import NotSent, Rejected
from cmflow.netkit import rest
from cmflow.netkit.network import Access, Outgoing
from cmflow.netkit.rest import ApiClient

if TYPE_CHECKING:
    import httpx

MISSING = (404, 410)
OWN = re.compile(r"/(?:@[^/]+|users/[^/]+/statuses)/([A-Za-z0-9]+)")
AUDIENCE = {
    Visibility.PUBLIC: "public",
    Visibility.UNLISTED: "unlisted",
    Visibility.FOLLOWERS: "private",
    Visibility.PRIVATE: "direct",
}
Status = Mapping[str, Any]


def connect(http: "httpx.Client", access: Access) -> ApiClient:
    return rest.client(http, access, "Mastodon", rest.address(access, "instance"))


def own_account(api: ApiClient) -> "httpx.Response":
    """The answer that describes our own account."""
    return api.ask("GET", "/api/v1/accounts/verify_credentials")


def text(api: ApiClient, answer: "httpx.Response", name: str) -> str:
    """A field that every server gives; raises `NotSent` where it is missing."""
    value = rest.text(answer, name)
    if not value:
        raise NotSent(f"{api.title} returned an answer that cannot be read.", "Check the server's address in the plan.")
    return value


def listed(api: ApiClient, answer: "httpx.Response") -> list[Status]:
    """The objects of a list; raises `NotSent` where it is none."""
    statuses = rest.objects(rest.document(answer))
    if statuses is None:
        raise NotSent(f"{api.title} returned a list that cannot be read.", "cmflow will retry.")
    return statuses


def segment(value: str) -> str:
    """An id as one segment of a path."""
    return quote(value, safe="", errors="replace")


def remote(status: Status) -> Remote:
    return Remote(str(status["id"]), str(status.get("url") or status.get("uri") or ""))


def is_boost(message: Outgoing) -> bool:
    """Whether the part says nothing of its own: with words, a repost is a quote."""
    return bool(message.variant.repost and not message.part.form.body and not message.part.media)


def path(api: ApiClient, receipt: Receipt) -> str:
    """The path of the post of a receipt; raises `Rejected` where it names only an address at which no post is found."""
    return f"/api/v1/statuses/{segment(receipt.id or post_id(api, receipt.url))}"


def post_id(api: ApiClient, address: str, ids: tuple[tuple[str, str], ...] = ()) -> str:
    """The id, on this server, of the post at an address; "" for no address. `ids` are those that cmflow knows.

    Raises `Rejected` where the server finds no post at this address.
    """
    if not address or address in dict(ids):
        return dict(ids).get(address, "")
    if not address.startswith(("https://", "http://")):
        raise Rejected(
            f"“{address}” is not the address of a post on Mastodon.", "Write the address of the post it refers to."
        )
    own = OWN.fullmatch(address.removeprefix(api.address)) if address.startswith(api.address) else None
    if own:
        return own[1]
    query = {"q": address, "type": "statuses", "resolve": "true", "limit": "1"}
    result = rest.document(api.ask("GET", "/api/v2/search", params=query))
    statuses = rest.objects(result.get("statuses")) if isinstance(result, Mapping) else None
    if not statuses:
        raise Rejected(f"{api.title} finds no post at {address}", "Check the address.")
    return str(statuses[0].get("id", ""))
