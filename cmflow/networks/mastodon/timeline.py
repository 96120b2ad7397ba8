"""Looking for a post among our own. Lists differ from server to server, so they must prove what they show."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cmflow.model import Remote
from cmflow.model.errors import NotSent, Unsure
from cmflow.netkit import rest
from cmflow.netkit.network import Outgoing
from cmflow.netkit.rest import ApiClient
from cmflow.networks.mastodon import call
from cmflow.networks.mastodon.call import AUDIENCE, Status
from cmflow.networks.mastodon.match import NO_SOURCE, has_same_text, is_alike, is_at_index

PAGE, PAGES = 40, 5  # own posts looked through, newest first
FEW = 3  # addresses in one sentence
MARGIN = timedelta(hours=1)  # their clock and ours: two posts with the same text are further apart
OPEN = ("public", "unlisted")  # every list shows posts to these audiences
POSTS, ANSWERS = "posts", "answers"  # kinds of posts, as messages name them


def find(api: ApiClient, message: Outgoing) -> Remote | None:
    """The oldest post of ours since the intent that is this part, and has no receipt.

    Raises `Unsure` where another post has no receipt, or where the server may not list such posts.
    """
    me = call.text(api, call.own_account(api), "id")
    if call.is_boost(message):
        return _boost(api, me, call.post_id(api, message.variant.repost, message.ids))
    since = datetime.fromtimestamp(message.written, UTC) - MARGIN
    recent, unshown = _recent(api, me, since, message)
    target = call.post_id(api, message.variant.reply_to, message.ids)
    by_id = {str(status["id"]): status for status in recent}
    below = _below(api, me, message.below or target, since)
    if below is not None:
        recent = [*(status for status in below if str(status["id"]) not in by_id), *recent]
        by_id |= {str(status["id"]): status for status in below}
        unshown = tuple(kind for kind in unshown if kind != ANSWERS)
    strays = [status for status in reversed(recent) if not _is_known(status, message)]
    for status in strays:
        is_candidate = is_alike(status, message) and is_at_index(api, status, message.index, target, by_id)
        if is_candidate and has_same_text(api, status, message):
            return call.remote(status)
    _require_proof(api, strays, unshown)
    return None


def find_below(api: ApiClient, message: Outgoing, target: str) -> Remote | None:
    """Our own answer to that status since the intent that is this part, and has no receipt; `Unsure` as for `find`."""
    me = call.text(api, call.own_account(api), "id")
    since = datetime.fromtimestamp(message.written, UTC) - MARGIN
    recent, unshown = _recent(api, me, since, message)
    below = _below(api, me, target, since)
    if below is not None:
        unshown = tuple(kind for kind in unshown if kind != ANSWERS)
    by_id = {str(status["id"]): status for status in (*recent, *(below or ()))}
    answers = [status for status in by_id.values() if str(status.get("in_reply_to_id")) == target]
    strays = sorted((status for status in answers if not _is_known(status, message)), key=_created)
    for status in strays:
        if is_alike(status, message) and has_same_text(api, status, message):
            return call.remote(status)
    _require_proof(api, strays, unshown)
    return None


def _boost(api: ApiClient, me: str, target: str) -> Remote | None:
    """Our boost of a post: the server says of the post whether there is one, and the list which it is."""
    status = rest.document(api.ask("GET", f"/api/v1/statuses/{call.segment(target)}", fine=call.MISSING))
    if not isinstance(status, Mapping) or not status.get("reblogged"):
        return None
    for page in _pages(api, me, boosts=True):
        for boost in page:
            original = boost.get("reblog")
            if isinstance(original, Mapping) and str(original.get("id")) == target:
                return call.remote(boost)
    raise Unsure(f"{api.title} says that the post is boosted, but does not list it.", "Look yourself: cmflow settle")


def _require_proof(api: ApiClient, strays: list[Status], unshown: tuple[str, ...]) -> None:
    """Raise `Unsure` where the post may exist all the same."""
    if strays:
        addresses = " ".join(call.remote(status).url or str(status["id"]) for status in strays[:FEW])
        reason = f"{api.title} shows posts of this account that cmflow does not know: {addresses}"
        raise Unsure(reason, "See whether one of them is this post, then: cmflow settle")
    if unshown:
        reason = f"{api.title} does not show it, and may not list {' or '.join(unshown)} at all."
        raise Unsure(reason, "Look yourself, then: cmflow settle")


def _recent(api: ApiClient, me: str, since: datetime, message: Outgoing) -> tuple[list[Status], tuple[str, ...]]:
    """Our own posts since then, newest first, and the kinds of posts that the list may not show.

    Many servers list only public posts there, and some no answers: a list proves that it shows a kind of posts by
    showing one that cmflow knows to be published. Raises `Unsure` where there are too many posts.
    """
    recent, is_all = list[Status](), False
    unshown = _kinds(api, message)
    for page in _pages(api, me):
        recent += [status for status in page if _created(status) >= since and not status.get("reblog")]
        unshown -= {kind for status in page for kind in _proved(status, message)}
        is_all |= not page or _created(page[-1]) < since  # the last one: pinned posts may come first
        if is_all and not unshown:
            break
    if not is_all:
        raise Unsure(f"{api.title} lists too many posts of ours to look through.", "Look yourself: cmflow settle")
    return recent, tuple(sorted(unshown))


def _below(api: ApiClient, me: str, parent: str, since: datetime) -> list[Status] | None:
    """Our own answers below a post since then, newest first; None where the server does not list them."""
    if not parent:
        return None
    context = rest.document(api.ask("GET", f"/api/v1/statuses/{call.segment(parent)}/context", fine=NO_SOURCE))
    below = rest.objects(context.get("descendants")) if isinstance(context, Mapping) else None
    if below is None:
        return None
    own = [
        status
        for status in below
        if _author(status) == me and status.get("id") and rest.moment(status.get("created_at"))
    ]
    return sorted((status for status in own if _created(status) >= since), key=_created, reverse=True)


def _author(status: Status) -> str:
    account = status.get("account")
    return str(account.get("id")) if isinstance(account, Mapping) else ""


def _kinds(api: ApiClient, message: Outgoing) -> set[str]:
    """The kinds of posts that the list must have shown before a missing post proves anything."""
    variant = message.variant
    kinds = {
        POSTS: any(address.startswith(api.address) for address in message.known),
        ANSWERS: bool(message.index or variant.reply_to),
        _seen_by(AUDIENCE[variant.visibility]): AUDIENCE[variant.visibility] not in OPEN,
    }
    return {kind for kind, is_needed in kinds.items() if is_needed}


def _proved(status: Status, message: Outgoing) -> set[str]:
    """The kinds of posts that a list shows, as this post in it proves; an unknown one only proves that it shows any."""
    if not _is_known(status, message):
        return {POSTS}
    return {POSTS, _seen_by(status.get("visibility")), *([ANSWERS] if status.get("in_reply_to_id") else [])}


def _seen_by(audience: Any) -> str:
    names = {theirs: audience.value for audience, theirs in AUDIENCE.items()}
    return f"posts to “{names.get(str(audience), '')}”"


def _pages(api: ApiClient, me: str, boosts: bool = False) -> Iterator[list[Status]]:
    """Our own posts, newest first, up to `PAGES` pages; the last page may be empty."""
    last: dict[str, str] = {}
    for _ in range(PAGES):
        query = {"limit": str(PAGE), "exclude_reblogs": str(not boosts).lower()} | last
        answer = api.ask("GET", f"/api/v1/accounts/{call.segment(me)}/statuses", params=query)
        page = rest.objects(rest.document(answer))
        if page is None or not all(status.get("id") and rest.moment(status.get("created_at")) for status in page):
            raise NotSent(f"{api.title} returned a list of posts that cannot be read.", "cmflow will look again.")
        if not page and "next" in answer.links:
            raise Unsure(f"{api.title} leaves posts out of its list.", "Look yourself, then: cmflow settle")
        yield page
        if not page:
            return
        last = {"max_id": str(page[-1]["id"])}


def _created(status: Status) -> datetime:
    return rest.moment(status["created_at"]) or datetime.max.replace(tzinfo=UTC)


def _is_known(status: Status, message: Outgoing) -> bool:
    return any(str(status.get(name)) in message.known for name in ("id", "url", "uri"))
