"""One author on LinkedIn, how LinkedIn is asked, and what its refusals mean."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from cmflow.model import Remote
from cmflow.model.errors import DeliveryError, Denied, Rejected, Throttled
from cmflow.netkit import errors
from cmflow.netkit.answers import again, date, document, text
from cmflow.netkit.errors import RETRY, Advice, unreadable
from cmflow.netkit.rest import ApiClient
from cmflow.networks.linkedin.facts import ORGANISATION_URN
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

ADDRESS = "https://api.linkedin.com"
PROTOCOL = "2.0.0"
ORGANISATION = ORGANISATION_URN
REFUSED = (400, 401, 403, 409, 422, 426, 429)
POST = re.compile(r"urn:li:(?:share|ugcPost|activity):\d+", re.ASCII)
PAGE = re.compile(r"https://(?:[a-z]+\.)?linkedin\.com/posts/\S*?[-_](share|ugcPost|activity)-(\d+)(?:-\S*)?", re.ASCII)
DUPLICATE = re.compile(r"duplicate of (urn:li:\w+:\d+)", re.IGNORECASE | re.ASCII)
DEAD_VERSION = "NONEXISTENT_VERSION"
SETTLE = "Look on LinkedIn, then: cmflow settle"
ADVICE = Advice(moved="LinkedIn's API has moved: update cmflow.", missing="LinkedIn's API has moved: update cmflow.")


@dataclass(frozen=True, slots=True)
class LinkedIn:
    """Signed in for the `author` with that URN: a person, or an organisation. `account` is its name in the plan."""

    api: ApiClient
    author: str
    name: str
    version: str
    account: str

    @property
    def is_organisation(self) -> bool:
        return self.author.startswith(ORGANISATION)

    @property
    def scope(self) -> str:
        """What the token must be good for, to publish."""
        return "w_organization_social" if self.is_organisation else "w_member_social"

    def ask(self, method: str, path: str, fine: tuple[int, ...] = (), **request: Any) -> "httpx.Response":
        """The answer to what makes no post; whatever goes wrong, nothing is published."""
        return self._checked(self.api.ask(method, path, (*REFUSED, *fine), **request), fine, writes=False)

    def write(self, method: str, path: str, fine: tuple[int, ...] = (), **request: Any) -> "httpx.Response":
        """The answer to what makes or deletes a post."""
        return self._checked(self.api.write(method, path, (*REFUSED, *fine), **request), fine, writes=True)

    def _checked(self, answer: "httpx.Response", fine: tuple[int, ...], writes: bool) -> "httpx.Response":
        if answer.is_success or answer.status_code in fine:
            return answer
        raise self._refusal(answer, writes)

    def _refusal(self, answer: "httpx.Response", writes: bool) -> DeliveryError:
        code, sentence = answer.status_code, self.api.sentence(answer)
        copy = DUPLICATE.search(text(answer, "message"))
        if code == 426 or text(answer, "code") == DEAD_VERSION:
            hint = 'Write a newer one in the plan as options: {version: "YYYYMM"}, or update cmflow.'
            return Denied(f"LinkedIn no longer supports version {self.version} of its API.", hint)
        if code == 401:
            return Denied(sentence, f"Sign in again: cmflow connect {self.account}")
        if code == 403 and not errors.is_page(answer):
            hint = f"The app needs the scope {self.scope}: add its product, then: cmflow connect {self.account}"
            return Denied(sentence, hint)
        if code == 429:
            return Throttled(sentence, RETRY, again(answer) or _midnight(answer))
        if copy:
            hint = f"If this is the post: cmflow settle POST {self.account} --sent {remote(copy[1]).url}"
            return Rejected(f"LinkedIn has the same post already: {copy[1]}.", f"{hint} Else change its text.")
        return errors.failure(answer, self.api.title, errors.message(answer, (self.api.token,)), writes, advice=ADVICE)


def _midnight(answer: "httpx.Response") -> datetime | None:
    """When the day ends for which LinkedIn counts, by its own clock: it counts by UTC, and does not say when."""
    now = date(answer)
    return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0) if now else None


def fields(answer: "httpx.Response", *path: str) -> Mapping[str, Any]:
    """The object of an answer, or the one inside it; NotSent where there is none."""
    inner = document(answer)
    for name in path:
        inner = inner.get(name) if isinstance(inner, Mapping) else None
    if not isinstance(inner, Mapping):
        raise unreadable("LinkedIn")
    return inner


def segment(urn: str) -> str:
    """A URN as a part of a path or of a query."""
    return quote(urn, safe="")


def remote(urn: str) -> Remote:
    return Remote(urn, f"https://www.linkedin.com/feed/update/{urn}/")


def post_urn(address: str, ids: Mapping[str, str]) -> str:
    """The URN of the post at an address; Rejected where LinkedIn's API has no use for it. `ids` are those we have."""
    if not address or address in ids:
        return ids.get(address, "")
    plain = unquote(address)
    match, page = POST.search(plain), PAGE.fullmatch(plain)
    urn = match[0] if match else f"urn:li:{page[1]}:{page[2]}" if page else ""
    if not urn:
        why = f"“{address}” is not the address of a post on LinkedIn."
        raise Rejected(why, "Copy the link of the post: https://www.linkedin.com/feed/update/urn:li:share:…")
    if ":activity:" in urn:
        why = f"“{address}” names an activity, and LinkedIn's API wants the post itself."
        raise Rejected(why, "Write its address with urn:li:share:… or urn:li:ugcPost:…, or do it by hand.")
    return urn
