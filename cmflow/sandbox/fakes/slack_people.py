"""What people write in a Slack channel and its threads."""

from collections.abc import Mapping
from html import escape
from typing import Any

from cmflow.model import Contact
from cmflow.sandbox.fakes.people import number, only

USER, BOT = "U0123456789", "B0123456789"


class People:
    """`messages` are those of all by their `ts`."""

    start: int
    messages: dict[str, dict[str, Any]]

    def message(self, content: Mapping[str, Any], root: Any) -> dict[str, Any]:
        raise NotImplementedError

    def hear(self, text: str, author: str = "ana", contact: Contact = Contact.COMMENT, below: str = "") -> str:
        """A person writes in the thread of a message, or in the channel, where the bot is named."""
        only("Slack", contact, Contact.COMMENT, Contact.MENTION)
        mention = f"<@{USER}> " if contact is Contact.MENTION else ""
        return self.say(mention + escape(text, quote=False), f"U{number(author)}", below)

    def write(self, text: str, below: str) -> str:
        """Another program of ours answers as the bot."""
        return self.say(escape(text, quote=False), USER, below, bot_id=BOT)

    def say(self, text: str, user: str, below: str = "", **more: Any) -> str:
        self.start += 1
        root = self.messages[below].get("thread_ts", below) if below else None
        posted = self.message({"text": text}, root)
        posted.pop("bot_id")
        posted |= {"user": user, **more}
        return str(posted["ts"])

    def amend(self, id: str, text: str) -> None:
        self.start += 1
        edit = {"user": self.messages[id]["user"], "ts": f"{self.start}.000000"}
        self.messages[id] |= {"text": escape(text, quote=False), "edited": edit}

    def remove(self, id: str) -> None:
        """What has answers stays as a stone."""
        if any(message.get("thread_ts") == id != message["ts"] for message in self.messages.values()):
            stone = {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted."}
            self.messages[id] |= stone
        else:
            del self.messages[id]

    def is_ours(self, message: Mapping[str, Any]) -> bool:
        return bool(message["user"] == USER)
