"""Reading what people write: in our room, where they answer or mention us; and in the rooms of direct messages.

`/sync` says what is new since a token, edits and redactions too. Where that is more than it holds, the rest is read
back page by page. The first time, it is read back until `since`. No room is joined, nothing is marked as read.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, NamedTuple

from cmflow.model import Message
from cmflow.netkit import rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.mail import follow, gather
from cmflow.netkit.network import Inquiry, Mail
from cmflow.networks.matrix.call import CLIENT, MESSAGE, PAGE, PAGES, Matrix, segment
from cmflow.networks.matrix.conversation import Rooms, inside
from cmflow.values import dataclass

REDACTION, ENCRYPTED, MEMBER = "m.room.redaction", "m.room.encrypted", "m.room.member"
KINDS = [MESSAGE, REDACTION, ENCRYPTED]
ROOMS = 50  # of direct messages
NOTHING: dict[str, list[str]] = {"types": []}


class Item(NamedTuple):
    """An event, and the room that it is in."""

    room: str
    event: Mapping[str, Any]


@dataclass(slots=True)
class _Batch:
    """What one answer of the server holds, oldest first. `names` are those of people, by room and id."""

    token: str
    items: list[Item] = field(default_factory=list)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    invitations: int = 0
    is_cut: bool = False


def inbox(matrix: Matrix, inquiry: Inquiry) -> Mail:
    direct = _direct(matrix)
    batch = _sync(matrix, [matrix.room, *direct], inquiry)
    rooms = Rooms(matrix, frozenset(direct), batch.names, inquiry)
    rooms.learn(item.event for item in batch.items)
    found, gaps = gather("Matrix", batch.items, lambda item: rooms.message(item.room, item.event))
    messages = {message.id: message for message in found}  # an edit takes the place of what it edits
    deleted = tuple(dict.fromkeys(_redacted(batch.items) & {*rooms.watched, *messages}))
    told = tuple(message for message in messages.values() if message.id not in deleted)
    return Mail(_ordered(told), batch.token, deleted, (*gaps, *_gaps(matrix, batch)))


def _ordered(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    return tuple(sorted(messages, key=lambda message: (message.time, message.id)))


def _redacted(items: list[Item]) -> set[str]:
    """The ids of the events that were redacted: newer rooms name them within the content."""
    redactions = [item.event for item in items if item.event.get("type") == REDACTION]
    ids = [event.get("redacts") or inside(event, "content").get("redacts") for event in redactions]
    return {id for id in ids if isinstance(id, str)}


def _gaps(matrix: Matrix, batch: _Batch) -> Iterator[str]:
    sealed = [item for item in batch.items if item.event.get("type") == ENCRYPTED]
    if others := [item for item in sealed if item.event.get("sender") != matrix.user]:
        what = "1 message is" if len(others) == 1 else f"{len(others)} messages are"
        yield f"Matrix: {what} encrypted, which cmflow cannot read: read them in an app such as Element."
    if batch.invitations:
        what = "1 person invites" if batch.invitations == 1 else f"{batch.invitations} people invite"
        yield f"Matrix: {what} this account into a room: accept that in an app such as Element to read them here."
    if batch.is_cut:
        yield f"Matrix: the newest {PAGE * PAGES:,} messages of a room were read; look there yourself for older ones."


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────


def _direct(matrix: Matrix) -> list[str]:
    """The rooms of direct messages, as our own apps have noted them."""
    path = f"{CLIENT}/user/{segment(matrix.user)}/account_data/m.direct"
    answer = matrix.api.ask("GET", path, fine=(403, 404))
    lists = rest.document(answer) if answer.is_success else {}
    rooms = [room for value in (lists.values() if isinstance(lists, Mapping) else ()) for room in _texts(value)]
    return [room for room in dict.fromkeys(rooms) if room.startswith("!") and room != matrix.room][:ROOMS]


def _texts(value: object) -> list[str]:
    """The texts of a list that can be part of a request."""
    return [item for item in value if isinstance(item, str) and item.isprintable()] if isinstance(value, list) else []


def _sync(matrix: Matrix, rooms: list[str], inquiry: Inquiry) -> _Batch:
    answer = _answer(matrix, rooms, inquiry.cursor)
    token, joined = rest.text(answer, "next_batch"), inside(rest.document(answer), "rooms", "join")
    if not token:
        raise unreadable("Matrix")
    batch = _Batch(token, invitations=len(inside(rest.document(answer), "rooms", "invite")))
    for room in rooms:
        timeline = inside(joined, room, "timeline")
        events = rest.objects(timeline.get("events")) or []
        following = follow(timeline.get("prev_batch"), "") if timeline.get("limited") is True else ""
        older = _older(matrix, room, following, inquiry, batch) if following else []
        batch.items += [Item(room, event) for event in (*reversed(older), *events)]
        for member in (*(rest.objects(inside(joined, room, "state").get("events")) or ()), *events):
            name = inside(member, "content").get("displayname")
            if member.get("type") == MEMBER and isinstance(name, str):
                batch.names[room, str(member.get("state_key"))] = name
    if not inquiry.cursor:
        batch.items = [item for item in batch.items if not _is_before(item.event, inquiry.since)]
    return batch


def _answer(matrix: Matrix, rooms: list[str], token: str) -> Any:
    """What is new since the token; all there is where the server does not know it any more."""
    members = {"types": [MEMBER], "lazy_load_members": True, "include_redundant_members": True}
    about = {"rooms": rooms, "timeline": {"types": KINDS, "limit": PAGE}, "state": members}
    parts = {"room": {**about, "ephemeral": NOTHING, "account_data": NOTHING}}
    query = {"filter": json.dumps({**parts, "presence": NOTHING, "account_data": NOTHING}), "timeout": "0"}
    if token:
        answer = matrix.api.ask("GET", f"{CLIENT}/sync", params={**query, "since": token}, fine=(400,))
        if answer.is_success:
            return answer
    return matrix.api.ask("GET", f"{CLIENT}/sync", params=query)


def _older(matrix: Matrix, room: str, start: str, inquiry: Inquiry, batch: _Batch) -> list[Mapping[str, Any]]:
    """What a room holds before that token, newest first, back to what was read before."""
    events = list[Mapping[str, Any]]()
    query = {"dir": "b", "limit": str(PAGE), "filter": json.dumps({"types": KINDS}), "from": start}
    query |= {"to": inquiry.cursor} if inquiry.cursor else {}
    for _ in range(PAGES):
        answer = matrix.api.ask("GET", f"{CLIENT}/rooms/{segment(room)}/messages", params=query)
        body = rest.document(answer)
        page = rest.objects(body.get("chunk")) if isinstance(body, Mapping) else None
        if page is None:
            raise unreadable("Matrix")
        events += page
        following = follow(inside(body).get("end"), query["from"])
        is_over = bool(page) and not inquiry.cursor and _is_before(page[-1], inquiry.since)
        if not following or is_over:
            return events
        query["from"] = following
    batch.is_cut = True
    return events


def _is_before(event: Mapping[str, Any], since: datetime) -> bool:
    milliseconds = event.get("origin_server_ts")
    return isinstance(milliseconds, int) and milliseconds < since.timestamp() * 1000
