"""Reading what people write: mentions, answers and quotes, also those that a server holds back as requests.

Notifications are read from the newest to the oldest, until one is older than what was read the last time: that works on
every server of the family, whatever its ids are. An edit or a deletion comes without a notification, so messages that
are watched are asked for again. What a person answers in an app of their own is in the list of our own posts.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from cmflow.model import Trace
from cmflow.netkit import rest
from cmflow.netkit.cursor import Cursor
from cmflow.netkit.mail import follow, gather
from cmflow.netkit.network import Inquiry, Mail
from cmflow.netkit.rest import ApiClient
from cmflow.networks.mastodon import call
from cmflow.networks.mastodon.call import MISSING, Status, segment
from cmflow.networks.mastodon.match import NO_SOURCE
from cmflow.networks.mastodon.thread import Threads

PAGE, PAGES = 40, 5  # notifications with one request, and requests for one answer
KINDS = ("mention", "quote")
UNKNOWN = (400, 422)  # of a server that does not know a kind of notifications
BATCH, LOOKS = 20, 40  # statuses with one request, and requests for one status each


class Item(NamedTuple):
    """A status, and the kind of the notification about it; "own" for one of ours. `time` is when the server had it."""

    kind: str
    status: Status
    time: datetime | None = None


class _Page(NamedTuple):
    """`items` that are new, and the id of the notification to go on before, "" at the end."""

    items: list[Item]
    last: str = ""


def inbox(api: ApiClient, inquiry: Inquiry) -> Mail:
    me = call.text(api, call.own_account(api), "id")
    cursor = Cursor.read(inquiry.cursor, inquiry.since)
    items, last = _notifications(api, cursor)
    again, deleted = list[Item](), tuple[str, ...]()
    if not cursor.before:
        items += _requests(api, cursor) + _own(api, me, cursor)
        again, deleted = _again(api, inquiry.watched)
    threads = Threads(api, me, frozenset(receipt.id for receipt in inquiry.posts if receipt.id))
    messages, gaps = gather(api.title, [*again, *items], lambda item: threads.message(item.kind, item.status))
    following = cursor.after(last, [(item.time, str(item.status.get("id"))) for item in items if item.time])
    return Mail(messages, following.written, deleted, gaps, bool(last))


def _notifications(api: ApiClient, cursor: Cursor) -> _Page:
    """What is new, from the newest to the oldest, `PAGES` requests at most."""
    items, before = list[Item](), cursor.before
    for _ in range(PAGES):
        page = _listed(api, before)
        for notification in page:
            time, status = rest.moment(notification.get("created_at")), notification.get("status")
            kind = str(notification.get("type"))
            if kind in KINDS and isinstance(status, Mapping) and cursor.is_new(str(status.get("id")), time):
                items.append(Item(kind, status, time))
        before = _last(page, before)
        if not before or cursor.is_over(rest.moment(page[-1].get("created_at"))):
            return _Page(items)
    return _Page(items, before)


def _listed(api: ApiClient, before: str) -> list[Status]:
    """A page of notifications. An older server does not know every kind: it is asked for all."""
    plain = {"limit": str(PAGE)} | ({"max_id": before} if before else {})
    query = plain | {"types[]": list(KINDS), "include_filtered": "true"}
    answer = api.ask("GET", "/api/v1/notifications", params=query, fine=UNKNOWN)
    if not answer.is_success:
        answer = api.ask("GET", "/api/v1/notifications", params=plain)
    return call.listed(api, answer)


def _requests(api: ApiClient, cursor: Cursor) -> list[Item]:
    """The latest status of each person whose notifications the server holds back; nothing is accepted."""
    answer = api.ask("GET", "/api/v1/notifications/requests", params={"limit": str(PAGE)}, fine=NO_SOURCE)
    items = list[Item]()
    for request in (rest.objects(rest.document(answer)) if answer.is_success else None) or ():
        status, time = request.get("last_status"), rest.moment(request.get("updated_at"))
        if isinstance(status, Mapping) and cursor.is_new(str(status.get("id")), time):
            items.append(Item("mention", status, time))
    return items


def _own(api: ApiClient, me: str, cursor: Cursor) -> list[Item]:
    """Our own answers to others, no matter who sent them."""
    items, before = list[Item](), ""
    for _ in range(PAGES):
        query = {"limit": str(PAGE), "exclude_reblogs": "true"} | ({"max_id": before} if before else {})
        page = call.listed(api, api.ask("GET", f"/api/v1/accounts/{segment(me)}/statuses", params=query))
        for status in page:
            time = rest.moment(status.get("created_at"))
            if status.get("in_reply_to_account_id") not in (None, "", me) and cursor.is_new(
                str(status.get("id")), time
            ):
                items.append(Item("own", status, time))
        before = _last(page, before)
        if not before or cursor.is_over(rest.moment(page[-1].get("created_at"))):
            break
    return items


def _last(page: list[Status], before: str) -> str:
    return follow(page[-1].get("id"), before) if page else ""


def _again(api: ApiClient, watched: tuple[Trace, ...]) -> tuple[list[Item], tuple[str, ...]]:
    """The watched messages that were edited since, and the ids of those that are not there."""
    items, deleted, looks = list[Item](), list[str](), 0
    for start in range(0, len(watched), BATCH):
        batch = watched[start : start + BATCH]
        by_id = _batch(api, batch)
        for trace in batch:
            status = by_id.get(trace.id)
            if status is None and looks < LOOKS:
                looks += 1
                answer = api.ask("GET", f"/api/v1/statuses/{segment(trace.id)}", fine=MISSING)
                deleted += [trace.id] if answer.status_code in MISSING else []
                status = rest.document(answer) if answer.is_success else None
            items += [Item("watched", status)] if _is_edited(status, trace) and isinstance(status, Mapping) else []
    return items, tuple(deleted)


def _batch(api: ApiClient, traces: tuple[Trace, ...]) -> Mapping[str, Status]:
    """Statuses by id; none of a server that gives only one at a time."""
    query = {"id[]": [trace.id for trace in traces]}
    answer = api.ask("GET", "/api/v1/statuses", params=query, fine=NO_SOURCE)
    statuses = rest.objects(rest.document(answer)) if answer.is_success else None
    return {str(status.get("id")): status for status in statuses or ()}


def _is_edited(status: object, trace: Trace) -> bool:
    edited = rest.moment(status.get("edited_at")) if isinstance(status, Mapping) else None
    return edited is not None and (trace.edited is None or edited.replace(microsecond=0) > trace.edited)
