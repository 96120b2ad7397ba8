"""One account on X, and what its answers mean."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from cmflow.model import Remote
from cmflow.model.errors import DeliveryError, Denied, Rejected
from cmflow.netkit import errors, rest
from cmflow.netkit.errors import CONNECT, Advice, Verdict, unreadable
from cmflow.netkit.network import Access
from cmflow.netkit.rest import ApiClient
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

ADDRESS = "https://api.x.com"
POST = re.compile(
    r"(?:https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/\w+/(?:web/)?status(?:es)?/)?(\d{1,19})(?:[/?#].*)?"
)
REPOST = "repost-"  # what the id of a receipt begins with where the post is another account's
WRITE = "tweet.write"
READ_WRITE = f"Let the app “Read and write” in X's developer portal, then: {CONNECT}"
# The kinds of refusal that are about the app or its token, not about the post; https://docs.x.com/x-api/fundamentals/
# response-codes-and-errors, read 2026-11-29.
APP = {
    "client-forbidden": READ_WRITE,
    "oauth1-permissions": READ_WRITE,
    "unsupported-authentication": f"It is the token of an app, which posts for no one: {CONNECT}",
}
ADVICE = Advice(
    denied=READ_WRITE,
    rejected="Change the post. If X reports a duplicate: cmflow settle",
)


@dataclass(frozen=True, slots=True)
class X:
    """Signed in as the user of that id, whose name is in the address of each post; `clock` gives seconds since 1970.

    `scopes` are what the token is good for; nothing where X did not say it.
    """

    api: ApiClient
    id: str
    username: str
    clock: Callable[[], float] = field(default=time.time, repr=False, compare=False)
    scopes: tuple[str, ...] = ()

    def remote(self, post: str) -> Remote:
        return Remote(post, f"https://x.com/{self.username}/status/{post}")


def client(http: "httpx.Client", access: Access) -> ApiClient:
    return rest.client(http, access, "X", ADDRESS, judge=judge, advice=ADVICE)


def judge(answer: "httpx.Response") -> type[DeliveryError] | Verdict | None:
    """A 403 is about the post, such as a duplicate, unless X says that it is about the app."""
    if answer.status_code != 403 or errors.is_page(answer):
        return None
    hint = APP.get(rest.text(answer, "type").rpartition("/")[2])
    return Verdict(Denied, hint) if hint else Rejected


def data(answer: "httpx.Response") -> Mapping[str, Any]:
    """The object that an answer is about; empty where there is none."""
    document = rest.document(answer)
    inner = document.get("data") if isinstance(document, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def number(answer: "httpx.Response") -> str:
    """The id that an answer gives to something that is not published yet; NotSent where there is none."""
    value = str(data(answer).get("id") or "")
    if not value.isdigit():
        raise unreadable("X")
    return value


def post_id(address: str) -> str:
    """The id in the address of a post; "" for no address."""
    match = POST.fullmatch(address.strip())
    if address and not match:
        raise Rejected(
            f"“{address}” is not the address of a post on X.", "Write it as https://x.com/NAME/status/NUMBER"
        )
    return match[1] if match else ""
