"""What people write in a Discord channel: answers, mentions, and words to each other."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cmflow.model import Contact
from cmflow.sandbox.fakes.people import number, only

REPLY = 19  # the type of a message that answers another


class People:
    """`messages` are those of all by their id. `deleted` are those of others that the bot has removed; with
    `moderates`, it may. Without `reads`, Discord keeps the words of others from it."""

    channel_id: str
    timestamp: str
    messages: dict[str, dict[str, Any]]
    deleted: list[str]
    moderates: bool
    reads: bool

    def message(self, payload: Mapping[str, Any], channel: str, extra: Mapping[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def tick(self) -> None:
        self.timestamp = (datetime.fromisoformat(self.timestamp) + timedelta(seconds=1)).isoformat(
            timespec="microseconds"
        )

    def hear(self, text: str, author: str = "ana", contact: Contact = Contact.COMMENT, below: str = "") -> str:
        """A person answers a message, or names the bot."""
        only("Discord", contact, Contact.COMMENT, Contact.MENTION)
        mentions = [self.us] if contact is Contact.MENTION else []
        return self.say(text, person(author), below, mentions=mentions)

    def write(self, text: str, below: str) -> str:
        """Another program of ours answers as the bot."""
        return self.say(text, self.us, below)

    @property
    def us(self) -> dict[str, Any]:
        raise NotImplementedError

    def say(self, text: str, author: Mapping[str, Any], below: str = "", channel: str = "", **more: Any) -> str:
        self.tick()
        place = channel or self.channel_id
        extra: dict[str, Any] = {"author": dict(author), **more, **self.reference(below, place)}
        posted = self.message({"content": text}, place, extra)
        return f"{place}:{posted['id']}"

    def reference(self, below: str, channel: str) -> dict[str, Any]:
        """What an answer says of the message above it."""
        above = below.rpartition(":")[2]
        if not above:
            return {}
        return {"type": REPLY, "message_reference": {"type": 0, "channel_id": channel, "message_id": above}}

    def amend(self, id: str, text: str) -> None:
        self.tick()
        self.messages[id.rpartition(":")[2]] |= {"content": text, "edited_timestamp": self.timestamp}

    def remove(self, id: str) -> None:
        del self.messages[id.rpartition(":")[2]]

    @property
    def hidden(self) -> list[str]:
        return self.deleted

    def is_ours(self, message: Mapping[str, Any]) -> bool:
        return bool(message["author"]["bot"])

    def shown(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """A message with the one it answers, None where that was deleted; without words where the bot may not read."""
        number = message.get("message_reference", {}).get("message_id")
        above = self.messages.get(number)
        answered = {"referenced_message": self.veiled(above) if above else None} if number else {}
        return {**self.veiled(message), **answered}

    def veiled(self, message: Mapping[str, Any]) -> dict[str, Any]:
        is_for_us = self.reads or self.is_ours(message) or message["mentions"]
        return dict(message) if is_for_us else {**message, "content": "", "attachments": []}


def person(author: str) -> dict[str, Any]:
    return {
        **dict.fromkeys(("avatar", "primary_guild")),
        "id": number(author),
        "username": author,
        "global_name": author.title(),
        "discriminator": "0",
        "public_flags": 0,
        "flags": 0,
        "bot": False,
    }
