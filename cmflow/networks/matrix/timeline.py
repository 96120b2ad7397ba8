"""Looking for a part among our own messages in the room."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cmflow.model import Remote
from cmflow.model.errors import Unsure
from cmflow.netkit import rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Outgoing
from cmflow.networks.matrix.call import MESSAGE, PAGE, PAGES, Content, Matrix
from cmflow.networks.matrix.conversation import inside
from cmflow.networks.matrix.event import message_content

MARGIN = timedelta(hours=1)  # their clock and ours


def find(matrix: Matrix, message: Outgoing) -> Remote | None:
    """By its transaction, which the server tells us of our own events; once it has forgotten it, by its content, which
    no server can change: it is signed. What has a receipt is another event."""
    since = (datetime.fromtimestamp(message.written, UTC) - MARGIN).timestamp() * 1000
    expected = message_content(message)
    for event in _recent(matrix, since):
        remote = matrix.remote(str(event["event_id"]))
        unsigned = event.get("unsigned") or {}
        transaction = unsigned.get("transaction_id") if isinstance(unsigned, Mapping) else None
        is_open = transaction is None and message.known.isdisjoint((remote.id, remote.url))
        if transaction == message.key or (is_open and _is_ours(event, message, expected)):
            return remote
    return None


def answer_in(matrix: Matrix, message: Outgoing, above: str) -> Remote | None:
    """Our answer to that event: by its transaction, or, once that is forgotten, by what it says."""
    since = (datetime.fromtimestamp(message.written, UTC) - MARGIN).timestamp() * 1000
    body = message_content(message)["body"]
    for event in _recent(matrix, since):
        remote, content = matrix.remote(str(event["event_id"])), inside(event, "content")
        transaction = inside(event, "unsigned").get("transaction_id")
        is_open = transaction is None and message.known.isdisjoint((remote.id, remote.url))
        is_below = inside(content, "m.relates_to", "m.in_reply_to").get("event_id") == above
        is_alike = is_below and content.get("body") == body and not _older(event, since)
        if transaction == message.key or (is_open and is_alike):
            return remote
    return None


def _recent(matrix: Matrix, since: float) -> Iterator[Mapping[str, Any]]:
    """Our own messages since then (milliseconds), newest first; an error where there are more than we look through."""
    room_filter = json.dumps({"senders": [matrix.user], "types": [MESSAGE]})
    query = {"dir": "b", "limit": str(PAGE), "filter": room_filter}
    for _ in range(PAGES):
        answer = matrix.api.ask("GET", f"{matrix.path}/messages", params=query)
        body = rest.document(answer)
        page = rest.objects(body.get("chunk")) if isinstance(body, Mapping) else None
        if page is None:
            raise unreadable("Matrix")
        own_events = [event for event in page if event.get("sender") == matrix.user and "event_id" in event]
        yield from own_events
        end = rest.text(answer, "end")
        if not end or any(_older(event, since) for event in own_events):
            return
        query["from"] = end
    raise Unsure("The room holds too many messages to look through.", "Look yourself: cmflow settle")


def _older(event: Mapping[str, Any], since: float) -> bool:
    milliseconds = event.get("origin_server_ts")
    return isinstance(milliseconds, int) and milliseconds < since


def _is_ours(event: Mapping[str, Any], message: Outgoing, expected: Content) -> bool:
    """The same content, made since the intent; of a file its name says enough."""
    content = event.get("content")
    since = (datetime.fromtimestamp(message.written, UTC) - MARGIN).timestamp() * 1000
    if not isinstance(content, Mapping) or _older(event, since):
        return False
    related = content.get("m.relates_to")
    threaded = isinstance(related, Mapping) and related.get("rel_type") == "m.thread"
    same = {name: value for name, value in content.items() if name not in ("m.relates_to", "url", "info", "msgtype")}
    return threaded == bool(message.index and message.part.form.body) and same == {
        k: v for k, v in expected.items() if k != "msgtype"
    }
