"""What people write on Telegram: below the posts of a channel, in its group, to the bot, and to the channel."""

from collections.abc import Mapping
from typing import Any

from cmflow.model import Contact
from cmflow.sandbox.fakes.people import number, only

BOT = {"id": 123456789, "is_bot": True, "first_name": "Team", "username": "team_bot"}
CHANNEL: dict[str, Any] = {"id": -1001234567890, "type": "channel", "title": "Team news", "username": "teamnews"}
GROUP: dict[str, Any] = {"id": -1009876543210, "type": "supergroup", "title": "Team talk"}
LETTERS: dict[str, Any] = {"id": -1005550000000, "type": "supergroup", "title": "Team news", "is_direct_messages": True}
OWNER = {"id": 700000001, "is_bot": False, "first_name": "Owner", "username": "owner"}
MOST = 100  # updates of one answer


class People:
    """`talk` are the messages of others, by chat and number; `updates` what the bot has not read yet. With
    `another_reader`, another program reads them; `deaf`: the bot is not in the group; `is_shy`: it is no
    administrator there, and sees only what is said to it."""

    last: int
    date: int
    talk: dict[tuple[int, int], dict[str, Any]]
    updates: list[dict[str, Any]]
    count: int
    deleted: list[str]
    another_reader: bool
    deaf: bool
    is_shy: bool

    # ── people ──────────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, text: str, author: str = "ana", contact: Contact = Contact.COMMENT, below: str = "") -> str:
        """A person writes: a comment below a post or a message, to the bot alone, to the channel, or its name."""
        only("Telegram", contact, Contact.COMMENT, Contact.MENTION, Contact.DIRECT, Contact.SUGGESTION)
        person = {"id": int(number(author)), "is_bot": False, "first_name": author, "username": author}
        if contact is Contact.DIRECT:
            chat = {"id": person["id"], "type": "private", "first_name": author}
            return self.say(text, chat, person)
        if contact is Contact.SUGGESTION:
            topic = {"topic_id": person["id"], "user": person}
            proposal = {"direct_messages_topic": topic, "suggested_post_info": {"state": "pending"}}
            return self.say(text, LETTERS, person, **proposal)
        if contact is Contact.MENTION:
            mark = {"type": "text_mention", "offset": 0, "length": 1, "user": BOT}
            return self.say(text, GROUP, person, entities=[mark])
        return self.say(text, GROUP, person, **self.answer_to(below))

    def write(self, text: str, below: str) -> str:
        """The owner of the group answers by hand, in Telegram's own app."""
        return self.say(text, GROUP, OWNER, **self.answer_to(below))

    def say(self, text: str, chat: Mapping[str, Any], person: Mapping[str, Any], **more: Any) -> str:
        self.last, self.date = self.last + 1, self.date + 1
        about = {"message_id": self.last, "date": self.date, "chat": dict(chat), "from": dict(person), "text": text}
        self.talk[chat["id"], self.last] = {**about, **more}
        self.tell("message", self.talk[chat["id"], self.last])
        return f"{chat['id']}:{self.last}"

    def answer_to(self, below: str) -> dict[str, Any]:
        """What an answer says of the message above it and of the thread, which begins with the post's copy."""
        if ":" not in below:
            return self.below_post(int(below))
        above = {name: value for name, value in self.heard(below).items() if name != "reply_to_message"}
        return {"reply_to_message": above, "message_thread_id": above.get("message_thread_id", above["message_id"])}

    def below_post(self, post: int) -> dict[str, Any]:
        for copy in self.talk.values():
            if copy.get("forward_origin", {}).get("message_id") == post:
                return {"reply_to_message": copy, "message_thread_id": copy["message_id"]}
        self.last += 1
        origin = {"type": "channel", "date": self.date, "chat": CHANNEL, "message_id": post}
        about = {"message_id": self.last, "date": self.date, "chat": GROUP, "sender_chat": CHANNEL, "text": "A post"}
        self.talk[GROUP["id"], self.last] = {**about, "forward_origin": origin, "is_automatic_forward": True}
        self.tell("message", self.talk[GROUP["id"], self.last])
        return self.below_post(post)

    def heard(self, id: str) -> dict[str, Any]:
        chat, _, number = id.partition(":")
        return self.talk[int(chat), int(number)]

    def amend(self, id: str, text: str) -> None:
        self.date += 1
        self.heard(id).update(text=text, edit_date=self.date)
        self.tell("edited_message", self.heard(id))

    def remove(self, id: str) -> None:
        """Telegram does not tell the bot."""
        chat, _, number = id.partition(":")
        del self.talk[int(chat), int(number)]

    def tell(self, kind: str, message: Mapping[str, Any]) -> None:
        self.count += 1
        self.updates.append({"update_id": self.count, kind: dict(message)})

    # ── what the API does ───────────────────────────────────────────────────────────────────────────────────

    def unread(self, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What was passed over is dropped for good."""
        offset, size = payload.get("offset", 0), payload.get("limit", MOST)
        kinds = payload["allowed_updates"]
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        return [update for update in self.updates if set(kinds) & set(update)][:size]

    def team(self, chat: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The owner, and the bot where it is an administrator."""
        owner = {"status": "creator", "user": OWNER, "is_anonymous": False}
        rights = dict.fromkeys(RIGHTS, True)
        bot = [] if self.is_shy else [{"status": "administrator", "user": BOT, "is_anonymous": False, **rights}]
        return [owner, *bot]


RIGHTS = (
    *("can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
    "can_delete_stories",
)
