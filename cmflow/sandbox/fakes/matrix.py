"""A Matrix homeserver in memory with one room. It keeps its transactions. Client-server API, read 2026-11-22."""

import json
import re
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import httpx

from cmflow.model import Contact
from cmflow.values import dataclass

TOKEN = "syt_s3cr3t_t0ken"
ROOM, ALIAS, USER = "!abc:matrix.example", "#team:matrix.example", "@cm:matrix.example"
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
DATE = {"Date": "Tue, 01 Dec 2026 12:00:00 GMT"}
LARGEST, LARGEST_FILE = 65_536, 50_000_000  # bytes
Headers = dict[str, str]


class Refusal(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass
class Matrix:
    """`direct` are the rooms of direct messages by person, `invitations` rooms that people invite us into. `power` is
    our power level. `forgets`: it no longer says which transaction made an event, and no longer knows them itself."""

    token: str = TOKEN
    room: str = ROOM
    alias: str = ALIAS
    events: list[dict[str, Any]] = field(default_factory=list)
    transactions: dict[str, str] = field(default_factory=dict)
    files: list[httpx.Request] = field(default_factory=list)
    forgets: bool = False
    date: Headers = field(default_factory=lambda: DATE)
    now: datetime = NOON
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    members: tuple[str, ...] = (USER, "@other:matrix.example")
    direct: dict[str, list[str]] = field(default_factory=dict)
    invitations: tuple[str, ...] = ()
    power: int = 50

    @property
    def posts(self) -> list[str]:
        return [event["content"]["body"] for event, _ in self.shown]

    @property
    def shown(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Each of our messages that is not deleted, with its content as an app shows it: that of its newest edit."""
        edits = {_replaced(event): event["content"]["m.new_content"] for event in self.events if _replaced(event)}
        sent = [event for event in self.events if event["sender"] == USER and event["type"] == "m.room.message"]
        own = [event for event in sent if event["content"] and not _replaced(event)]
        return [(event, edits.get(event["event_id"], event["content"])) for event in own]

    @property
    def alts(self) -> list[list[str]]:
        return [[alt] if (alt := alt_text(content)) else [] for _, content in self.shown]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        try:
            if request.headers.get("authorization") != f"Bearer {self.token}":
                raise Refusal(401, "M_UNKNOWN_TOKEN", "Unrecognised access token.")
            path = request.url.raw_path.decode().partition("?")[0]
            for pattern, answer in ANSWERS.items():
                match = re.fullmatch(pattern, path)
                if match:
                    return answer(self, request, *map(unquote, match.groups()))
            raise Refusal(404, "M_UNRECOGNIZED", "Unrecognized request")
        except Refusal as refusal:
            return httpx.Response(refusal.status, json={"errcode": refusal.code, "error": str(refusal)})

    def whoami(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"user_id": USER, "device_id": "D"}, headers=self.date)

    def resolve(self, request: httpx.Request, alias: str) -> httpx.Response:
        if alias != self.alias:
            raise Refusal(404, "M_NOT_FOUND", "Room alias not found.")
        return httpx.Response(200, json={"room_id": self.room, "servers": ["matrix.example"]})

    def enter(self, room: str) -> None:
        if room != self.room and not any(room in rooms for rooms in self.direct.values()):
            raise Refusal(403, "M_FORBIDDEN", f"User {USER} not in room {room}")

    def state(self, request: httpx.Request, room: str, kind: str) -> httpx.Response:
        self.enter(room)
        if kind not in self.states:
            raise Refusal(404, "M_NOT_FOUND", "Event not found.")
        return httpx.Response(200, json=self.states[kind])

    # ── events ──────────────────────────────────────────────────────────────────────────────────────────────

    def send(self, request: httpx.Request, room: str, transaction: str) -> httpx.Response:
        self.enter(room)
        content = json.loads(request.content)
        if "msgtype" not in content or not isinstance(content.get("body"), str):
            raise Refusal(400, "M_BAD_JSON", "'body' is a required property")
        if len(request.content) > LARGEST:
            raise Refusal(413, "M_TOO_LARGE", "event too large")
        if transaction not in self.transactions or self.forgets:
            self.transactions[transaction] = self.add(content, transaction=transaction, room=room)
        return httpx.Response(200, json={"event_id": self.transactions[transaction]})

    def add(
        self, content: dict[str, Any], sender: str = USER, age: int = 0, transaction: str | None = None, room: str = ""
    ) -> str:
        """The id of a new event, which is `age` seconds old."""
        event = {
            "event_id": f"$event{len(self.events) + 1}",
            "type": "m.room.message",
            "sender": sender,
            "room_id": room or self.room,
            "origin_server_ts": int(self.now.timestamp() - age) * 1000,
            "content": content,
            "unsigned": {"transaction_id": transaction} if transaction and not self.forgets else {},
        }
        self.events.append(event)
        return str(event["event_id"])

    def redact(self, request: httpx.Request, room: str, number: str, transaction: str) -> httpx.Response:
        event = next((event for event in self.events if event["event_id"] == number), None)
        if event is None:
            raise Refusal(404, "M_NOT_FOUND", "Could not find event")
        if event["sender"] != USER and self.power < 50:
            raise Refusal(403, "M_FORBIDDEN", "You don't have permission to redact this event")
        self.clear(event, USER)
        return httpx.Response(200, json={"event_id": f"{number}-redacted"})

    def event(self, request: httpx.Request, room: str, number: str) -> httpx.Response:
        self.enter(room)
        events = [event for event in self.events if event["event_id"] == number]
        if not events:
            raise Refusal(404, "M_NOT_FOUND", "Event not found.")
        edits = [edit for edit in self.events if edit["content"] and _replaced(edit) == number]
        bundle = {"unsigned": events[0]["unsigned"] | {"m.relations": {"m.replace": edits[-1]}}} if edits else {}
        return httpx.Response(200, json=events[0] | bundle)

    def relations(self, request: httpx.Request, room: str, number: str, relation: str) -> httpx.Response:
        """Newest first, page by page."""
        self.enter(room)
        target = {"rel_type": relation, "event_id": number}
        newest = [e for e in reversed(self.events) if target.items() <= e["content"].get("m.relates_to", {}).items()]
        start, size = int(request.url.params.get("from", 0)), int(request.url.params["limit"])
        more = {"next_batch": str(start + size)} if start + size < len(newest) else {}
        return httpx.Response(200, json={"chunk": newest[start : start + size], **more})

    def joined(self, request: httpx.Request, room: str) -> httpx.Response:
        self.enter(room)
        return httpx.Response(200, json={"joined": {user: {} for user in self.members}})

    def messages(self, request: httpx.Request, room: str) -> httpx.Response:
        self.enter(room)
        query = request.url.params
        if query["dir"] != "b":
            raise Refusal(400, "M_INVALID_PARAM", "This server looks back only")
        senders = json.loads(query["filter"]).get("senders")
        end = _number(query.get("from", f"s{len(self.events)}"))
        start = max(end - int(query["limit"]), _number(query.get("to", "s0")))
        events = [event for event in self.events[start:end] if event["room_id"] == room]
        chunk = [event for event in reversed(events) if senders is None or event["sender"] in senders]
        more = {"end": f"s{start}"} if start > _number(query.get("to", "s0")) else {}
        return httpx.Response(200, json={"start": f"s{end}", "chunk": chunk} | more)

    # ── people ──────────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, text: str, author: str = "ana", contact: Contact = Contact.COMMENT, below: str = "") -> str:
        """A person writes: below that post or message, or on their own. Returns the id of the message."""
        user = f"@{author}:matrix.example"
        room = f"!with-{author}:matrix.example" if contact is Contact.DIRECT else self.room
        if contact is Contact.DIRECT:
            self.direct[user] = [room]
        mentions = {"user_ids": [USER]} if contact is Contact.MENTION else {}
        return self.write(text, below, user, room, **{"m.mentions": mentions})

    def write(self, text: str, below: str = "", user: str = USER, room: str = "", **fields: Any) -> str:
        """An account writes, ours where none is named; returns the id of what it wrote."""
        self.now += timedelta(seconds=1)
        place = next((event["room_id"] for event in self.events if event["event_id"] == below), self.room)
        relation = {"m.relates_to": {"m.in_reply_to": {"event_id": below}}} if below else {}
        content = {"msgtype": "m.text", "body": text, **relation, **fields}
        return self.add(content, user, room=room or place)

    def amend(self, id: str, text: str) -> None:
        """The author of a message edits it."""
        original = next(event for event in self.events if event["event_id"] == id)
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": id}
        edit = {"msgtype": "m.text", "body": f"* {text}", "m.new_content": new, "m.relates_to": relation}
        self.now += timedelta(seconds=1)
        self.add(edit, original["sender"], room=original["room_id"])

    def remove(self, id: str) -> None:
        """The author of a message deletes it."""
        event = next(event for event in self.events if event["event_id"] == id)
        self.clear(event, event["sender"])

    def clear(self, event: dict[str, Any], sender: str) -> None:
        """An event without content is left, and one that says so."""
        event["content"] = {}
        number = self.add({"redacts": event["event_id"]}, sender, room=event["room_id"])
        self.events[-1] |= {"type": "m.room.redaction", "redacts": event["event_id"], "event_id": number}

    def account_data(self, request: httpx.Request, user: str) -> httpx.Response:
        if not self.direct:
            raise Refusal(404, "M_NOT_FOUND", "Account data not found.")
        return httpx.Response(200, json=self.direct)

    def sync(self, request: httpx.Request) -> httpx.Response:
        """What is new since the token, the newest of each room."""
        query = request.url.params
        asked = json.loads(query["filter"])["room"]
        start, size = _number(query.get("since", "s0")), asked["timeline"]["limit"]
        joined = {}
        for room in asked["rooms"]:
            numbers = [n for n, event in enumerate(self.events) if n >= start and event["room_id"] == room]
            if numbers:
                events = [self.events[number] for number in numbers[-size:]]
                cut = {"limited": len(numbers) > size, "prev_batch": f"s{numbers[-size:][0]}"}
                users = {event["sender"] for event in events}
                joined[room] = {"timeline": {"events": events, **cut}, "state": {"events": list(map(_member, users))}}
        invited: dict[str, Any] = {room: {"invite_state": {"events": []}} for room in self.invitations}
        rooms = {"join": joined, "invite": invited, "leave": {}}
        return httpx.Response(200, json={"next_batch": f"s{len(self.events)}", "rooms": rooms})

    def upload(self, request: httpx.Request) -> httpx.Response:
        if len(request.content) > LARGEST_FILE:
            raise Refusal(413, "M_TOO_LARGE", "Upload request body is too large")
        self.files.append(request)
        return httpx.Response(200, json={"content_uri": f"mxc://matrix.example/file{len(self.files)}"})


def _number(token: str) -> int:
    """How many events there were before a token."""
    if not re.fullmatch(r"s\d+", token):
        raise Refusal(400, "M_UNKNOWN", "Invalid stream token")
    return int(token[1:])


def _member(user: str) -> dict[str, Any]:
    content = {"membership": "join", "displayname": user[1:].partition(":")[0]}
    about = {"type": "m.room.member", "state_key": user, "sender": user, "event_id": f"$member-{user[1:4]}"}
    return {**about, "origin_server_ts": 1, "content": content}


def alt_text(content: dict[str, Any]) -> str:
    texts = content.get("org.matrix.msc1767.alt_text", {}).get("org.matrix.msc1767.text", ())
    return "".join(text["body"] for text in texts)


def _replaced(event: dict[str, Any]) -> str:
    """The id of the event in whose place it is shown; "" where it is one of its own."""
    related = event["content"].get("m.relates_to", {})
    return str(related["event_id"]) if related.get("rel_type") == "m.replace" else ""


BASE = "/_matrix/client/v3"
ANSWERS: dict[str, Callable[..., httpx.Response]] = {
    f"{BASE}/account/whoami": Matrix.whoami,
    f"{BASE}/directory/room/([^/]+)": Matrix.resolve,
    f"{BASE}/rooms/([^/]+)/send/m.room.message/([^/]+)": Matrix.send,
    f"{BASE}/rooms/([^/]+)/redact/([^/]+)/([^/]+)": Matrix.redact,
    f"{BASE}/rooms/([^/]+)/messages": Matrix.messages,
    f"{BASE}/rooms/([^/]+)/state/([^/]+)/": Matrix.state,
    f"{BASE}/rooms/([^/]+)/event/([^/]+)": Matrix.event,
    f"{BASE}/rooms/([^/]+)/joined_members": Matrix.joined,
    "/_matrix/client/v1/rooms/([^/]+)/relations/([^/]+)/([^/]+)": Matrix.relations,
    "/_matrix/media/v3/upload": Matrix.upload,
    f"{BASE}/sync": Matrix.sync,
    f"{BASE}/user/([^/]+)/account_data/m.direct": Matrix.account_data,
}
