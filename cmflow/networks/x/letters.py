"""Direct messages on X: read where the sign-in allows it, and answered in the same conversation.

X lists those of the last 30 days, the newest first, and charges for each that it shows: pages are small at first.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cmflow.model import Author, Contact, Message, Remote, Visibility
from cmflow.model.errors import DeliveryError, Denied, Rejected, Unsure
from cmflow.netkit import rest
from cmflow.netkit.errors import LOOK, unreadable
from cmflow.netkit.mail import follow, gather, identity, name, words
from cmflow.netkit.network import Outgoing, Question
from cmflow.networks.x.call import X, data
from cmflow.values import dataclass

FEW, MANY, PAGES = 10, 100, 10
MARGIN = timedelta(minutes=10)  # their clock and ours
CLOSED = (
    "Direct messages on X are not read: the sign-in does not allow it. Let the app “Read and write and Direct message” "
    "in X's developer portal, and sign in again."
)
QUERY = {
    "event_types": "MessageCreate",
    "dm_event.fields": "created_at,dm_conversation_id,event_type,id,sender_id,text",
    "expansions": "sender_id",
    "user.fields": "id,name,username",
}
Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Letters:
    """`newest` is the id of the newest that was met."""

    messages: tuple[Message, ...] = ()
    newest: str = ""
    gaps: tuple[str, ...] = ()


def read(session: X, newest: str, since: datetime) -> Letters:
    """What is newer than that one, or, the first time, than then. What goes wrong is a gap."""
    users: dict[str, Mapping[str, Any]] = {}
    try:
        events = list(_new(session, newest, since, users))
    except (Denied, Rejected):
        return Letters(gaps=(CLOSED,))
    except DeliveryError as error:
        return Letters(gaps=(f"Direct messages on X could not be read: {error}",))
    messages, gaps = gather("X", events, lambda event: _message(session, event, users))
    ids = [str(event["id"]) for event in events if str(event.get("id")).isdecimal()]
    return Letters(messages, max(ids, key=int, default=""), gaps)


def send(session: X, outgoing: Outgoing, question: Question) -> Remote:
    path = f"/2/dm_conversations/{identity(question.conversation)}/messages"
    answer = session.api.write("POST", path, json={"text": outgoing.part.form.body})
    id = data(answer).get("dm_event_id")
    if not isinstance(id, str) or not id:
        raise unreadable("X", writes=True)
    return Remote(id, f"https://x.com/messages/{question.conversation}")


def find(session: X, outgoing: Outgoing, question: Question) -> Remote | None:
    """Our message with that text since the intent, which has no receipt."""
    since = datetime.fromtimestamp(outgoing.written, UTC) - MARGIN
    path = f"/2/dm_conversations/{identity(question.conversation)}/dm_events"
    for event in _listed(session, path, {}):
        time, id = rest.moment(event.get("created_at")), str(event.get("id"))
        if time is not None and time < since:
            return None
        is_ours = str(event.get("sender_id")) == session.id and id not in outgoing.known
        if is_ours and event.get("text") == outgoing.part.form.body:
            return Remote(identity(id), f"https://x.com/messages/{question.conversation}")
    return None


def _new(session: X, newest: str, since: datetime, users: dict[str, Mapping[str, Any]]) -> Iterator[Event]:
    for event in _listed(session, "/2/dm_events", users):
        id, time = str(event.get("id")), rest.moment(event.get("created_at"))
        is_read = newest.isdecimal() and id.isdecimal() and int(id) <= int(newest)
        if is_read or (not newest and time is not None and time < since):
            return
        yield event


def _listed(session: X, path: str, users: dict[str, Mapping[str, Any]]) -> Iterator[Event]:
    """Yield messages, the newest first; learn of those who wrote them."""
    query, following = {**QUERY, "max_results": str(FEW)}, ""
    for _ in range(PAGES):
        document = rest.document(session.api.ask("GET", path, params=query))
        page = rest.objects(document.get("data", [])) if isinstance(document, Mapping) else None
        if page is None:
            raise unreadable("X")
        included, meta = document.get("includes"), document.get("meta")
        people = rest.objects(included.get("users") or []) if isinstance(included, Mapping) else None
        users |= {str(user.get("id")): user for user in people or ()}
        yield from page
        following = follow(meta.get("next_token"), following) if isinstance(meta, Mapping) else ""
        if not following:
            return
        query |= {"pagination_token": following, "max_results": str(MANY)}
    raise Unsure("X lists too many direct messages to look through.", LOOK)


def _message(session: X, event: Event, users: Mapping[str, Mapping[str, Any]]) -> Message:
    sender, time = identity(event["sender_id"]), rest.moment(event["created_at"])
    if time is None or not isinstance(event["text"], str):
        raise ValueError("this is not a message")
    conversation, handle = identity(event["dm_conversation_id"]), name(users.get(sender, {}).get("username"))
    label = name(users.get(sender, {}).get("name")) or handle
    author = Author(sender, label, handle and f"@{handle}", f"https://x.com/i/user/{sender}", sender == session.id)
    return Message(
        identity(event["id"]),
        conversation,
        Contact.DIRECT,
        time,
        author,
        words(event["text"]),
        f"https://x.com/messages/{conversation}",
        visibility=Visibility.PRIVATE,
    )
