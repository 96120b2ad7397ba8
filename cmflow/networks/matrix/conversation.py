"""Where an event belongs: to a thread of ours, to a direct conversation, or to none of our business."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from cmflow.model import Author, Contact, Message, Visibility
from cmflow.netkit import rest
from cmflow.netkit.mail import identity, name, words
from cmflow.netkit.network import Inquiry
from cmflow.networks.matrix.call import MESSAGE, Matrix, segment

FORMS = ("m.text", "m.emote", "m.image", "m.video", "m.audio", "m.file")  # a notice comes from a program
REPLACES, THREAD = "m.replace", "m.thread"
DEEPEST = 20  # answers above one another
LOOKS = 100  # events asked for one by one
FALLBACK = re.compile(r"\A(?:>[^\n]*\n)+\n?")  # the quotation at the beginning of an answer, for old apps
Event = Mapping[str, Any]


def inside(value: object, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


class Rooms:
    """The rooms that were read in one run. `watched` are messages that are part of a conversation already."""

    def __init__(
        self, matrix: Matrix, direct: frozenset[str], names: Mapping[tuple[str, str], str], inquiry: Inquiry
    ) -> None:
        self.matrix, self.direct, self.names = matrix, direct, names
        self.watched = frozenset(trace.id for trace in inquiry.watched)
        self.posts = frozenset(receipt.id for receipt in inquiry.posts)
        self.by_id: dict[str, Event] = {}
        self.looks = 0

    def learn(self, events: Iterable[Event]) -> None:
        self.by_id |= {str(event.get("event_id")): event for event in events}

    def message(self, room: str, event: Event) -> Message | None:
        """The message that an event is; None where it is not for us. Raises one of `mail.ODD` for an odd one."""
        content = event["content"]
        if event["type"] != MESSAGE or not content:
            return None
        if inside(content, "m.relates_to").get("rel_type") == REPLACES:
            return self._edited(room, event)
        return self._message(room, event, content)

    def _edited(self, room: str, edit: Event) -> Message | None:
        """The message with its new text; its own author alone may give it one."""
        id = identity(edit["content"]["m.relates_to"]["event_id"])
        original = self._event(room, id)
        if original.get("sender") != edit["sender"] or not original.get("content"):
            return None
        message = self._message(room, original, {**original["content"], **edit["content"]["m.new_content"]}, edit)
        return message if message is None or not message.author.ours else None

    def _message(self, room: str, event: Event, content: Event, edit: Event | None = None) -> Message | None:
        id, sender, above = identity(event["event_id"]), identity(event["sender"]), _above(event)
        if content.get("msgtype") not in FORMS:
            return None
        is_ours, is_direct = sender == self.matrix.user, room in self.direct
        chain = () if is_direct else self._chain(room, event)
        contact = Contact.DIRECT if is_direct else self._contact(event, content, chain)
        if contact is None:
            return None
        number = segment(id)
        return Message(
            id=id,
            conversation=identity(room if is_direct else chain[-1] if chain else id),
            contact=contact,
            time=_time(event),
            author=self._author(room, sender, is_ours),
            text=_text(content, bool(above)),
            url=f"https://matrix.to/#/{segment(room if is_direct else self.matrix.shown)}/{number}",
            above=above,
            post="" if is_direct else self._post(room, chain),
            visibility=Visibility.PRIVATE if is_direct else Visibility.PUBLIC,
            edited=_time(edit) if edit else None,
        )

    def _contact(self, event: Event, content: Event, chain: tuple[str, ...]) -> Contact | None:
        """How it reaches us in our room; None where people speak among themselves."""
        is_ours = event["sender"] == self.matrix.user
        about = [id for id in chain if id in self.posts or id in self.watched or self._is_ours(id)]
        if is_ours:
            answered = _above(event)
            return Contact.COMMENT if answered and not self._is_ours(answered) else None
        if about:
            return Contact.COMMENT
        return Contact.MENTION if self._mentions(content) else None

    def _mentions(self, content: Event) -> bool:
        """As apps say it, or, of old ones, where our id is in the text."""
        if "m.mentions" in content:
            users = inside(content, "m.mentions").get("user_ids")
            return isinstance(users, list) and self.matrix.user in users
        return any(self.matrix.user in str(content.get(name) or "") for name in ("body", "formatted_body"))

    def _chain(self, room: str, event: Event) -> tuple[str, ...]:
        """The ids of what it answers, the nearest first, and of the event that the thread began with last."""
        ids = list[str]()
        for _ in range(DEEPEST):
            related, above = inside(event, "content", "m.relates_to"), _above(event)
            root = related.get("event_id") if related.get("rel_type") == THREAD else None
            parent = above or (identity(root) if root else "")
            if not parent or parent in ids:
                break
            ids.append(parent)
            if root and root not in ids:
                ids.append(identity(root))
            if root:
                break
            event = self._event(room, parent)
        return tuple(ids)

    def _post(self, room: str, chain: tuple[str, ...]) -> str:
        """The post of ours that it is about: the nearest that cmflow knows, else the first of the thread."""
        known = next((id for id in chain if id in self.posts), "")
        return known or (chain[-1] if chain and self._is_ours(chain[-1]) else "")

    def _is_ours(self, id: str) -> bool:
        return self._event(self.matrix.room, id).get("sender") == self.matrix.user

    def _event(self, room: str, id: str) -> Event:
        """An event by its id; an empty one where it is not to be had."""
        if id not in self.by_id and self.looks < LOOKS:
            self.looks += 1
            path = self.matrix.path.replace(segment(self.matrix.room), segment(room))
            answer = self.matrix.api.ask("GET", f"{path}/event/{segment(id)}", fine=(403, 404))
            event = rest.document(answer) if answer.is_success else None
            self.by_id[id] = event if isinstance(event, dict) else {}
        return self.by_id.get(id, {})

    def _author(self, room: str, sender: str, is_ours: bool) -> Author:
        label = name(self.names.get((room, sender))) or name(sender)
        return Author(sender, label, name(sender), f"https://matrix.to/#/{segment(sender)}", is_ours)


def _above(event: Event) -> str:
    id = inside(event, "content", "m.relates_to", "m.in_reply_to").get("event_id")
    return identity(id) if id else ""


def _time(event: Event) -> datetime:
    milliseconds = event["origin_server_ts"]
    if not isinstance(milliseconds, int) or not 0 < milliseconds < 10**13:
        raise ValueError("this is not a time")
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _text(content: Event, is_answer: bool) -> str:
    body = content["body"]
    if not isinstance(body, str):
        raise ValueError("this is not a text")
    text = FALLBACK.sub("", body, count=1) if is_answer and body.startswith("> <") else body
    return words(f"* {text}" if content.get("msgtype") == "m.emote" else text)
