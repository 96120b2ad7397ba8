"""A Bot API server: one bot, and the chats it knows. Bot API 10.1, read 2026-11-22."""

import json
import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any

import httpx

from cmflow.sandbox.fakes.multipart import File, fields
from cmflow.sandbox.fakes.telegram_people import BOT, CHANNEL, GROUP, LETTERS, People
from cmflow.values import dataclass

TOKEN = "123456789:AAHfake-fake-fake-fake-fake-fake-fakeAA"
KINDS = {"sendPhoto": "photo", "sendVideo": "video", "sendAnimation": "animation", "sendDocument": "document"}
TEXT, CAPTION, QUESTION, OPTION = 4_096, 1_024, 300, 100
DAY = 1796126400  # 2026-12-01 12:00 UTC


class Refusal(Exception):
    """What the server says instead of doing it."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Telegram(People):
    """`messages` by their number, as the server shows them; `rights` of the bot in a chat, by its id."""

    token: str = TOKEN
    chats: tuple[Mapping[str, Any], ...] = (CHANNEL, GROUP)
    rights: dict[int, dict[str, Any]] = field(default_factory=dict)
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    last: int = 100
    date: int = DAY
    members: int = 812
    talk: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    count: int = 5_000
    deleted: list[str] = field(default_factory=list)
    another_reader: bool = False
    deaf: bool = False
    is_shy: bool = False

    @property
    def posts(self) -> list[str]:
        """What people read, in the order it came; of an album its caption once."""
        texts = []
        for message in self.messages.values():
            poll = message.get("poll")
            text = message.get("text") or message.get("caption") or (poll["question"] if poll else "")
            if text or "media_group_id" not in message:
                texts.append(text)
        return texts

    def __call__(self, request: httpx.Request) -> httpx.Response:
        match = re.fullmatch(r"/bot([^/]+)/(\w+)", request.url.path)
        if not match or not re.fullmatch(r"\d+:[\w-]+", match[1]):
            return _answer(404, ok=False, error_code=404, description="Not Found")
        if match[1] != self.token:
            return _answer(401, ok=False, error_code=401, description="Unauthorized")
        try:
            result = self.result(match[2], _typed(fields(request)))
        except Refusal as refusal:
            more = {"parameters": refusal.parameters} if refusal.parameters else {}
            return _answer(refusal.code, ok=False, error_code=refusal.code, description=refusal.description, **more)
        return _answer(200, ok=True, result=result)

    def result(self, method: str, payload: dict[str, Any]) -> Any:
        if method == "getMe":
            return BOT | {"can_read_all_group_messages": False}
        if method == "getUpdates":
            if self.another_reader:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
            return self.unread(payload)
        chat = self.chat(payload.get("chat_id"))
        if method == "getChat":
            linked = {"linked_chat_id": GROUP["id"]} if chat["type"] == "channel" else {}
            return {**chat, **linked, "accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": GIFTS}
        if method == "getChatMemberCount":
            return self.members
        if method == "getChatMember":
            return self.member(chat, payload)
        if method == "getChatAdministrators":
            if self.deaf:
                raise Refusal(403, "Forbidden: bot is not a member of the supergroup chat")
            return self.team(chat)
        if method == "deleteMessages":
            return self.delete(chat, payload)
        self.may_post(chat)
        if method == "sendMediaGroup":
            return self.album(chat, payload)
        makers = {"sendMessage": self.text, "sendPoll": self.poll, "forwardMessage": self.forward}
        content = makers[method](payload) if method in makers else self.file(KINDS[method], payload)
        return self.post(chat, payload, content)

    # ── chats ───────────────────────────────────────────────────────────────────────────────────────────────

    def chat(self, address: Any) -> dict[str, Any]:
        private = [message["chat"] for message in self.talk.values() if message["chat"]["type"] == "private"]
        for chat in (*self.chats, LETTERS, *private):
            if address in (chat["id"], str(chat["id"])) or address == f"@{chat.get('username')}":
                return dict(chat)
        raise Refusal(400, "Bad Request: chat not found")

    def member(self, chat: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
        if payload.get("user_id") not in (BOT["id"], str(BOT["id"])):
            raise Refusal(400, "Bad Request: PARTICIPANT_ID_INVALID")
        return {"user": BOT, **self.right(chat)}

    def right(self, chat: Mapping[str, Any]) -> dict[str, Any]:
        rights = ADMINISTRATOR | {"can_post_messages": True} if chat["type"] == "channel" else {"status": "member"}
        return self.rights.get(chat["id"], rights)

    def may_post(self, chat: Mapping[str, Any]) -> None:
        right = self.right(chat)
        if right["status"] in ("left", "kicked"):
            word = "kicked from" if right["status"] == "kicked" else "not a member of"
            raise Refusal(403, f"Forbidden: bot {'was' if word[0] == 'k' else 'is'} {word} the {chat['type']} chat")
        if chat["type"] == "channel" and not right.get("can_post_messages"):
            raise Refusal(400, "Bad Request: need administrator rights in the channel chat")
        if right["status"] == "restricted" and not right.get("can_send_messages"):
            raise Refusal(400, "Bad Request: not enough rights to send text messages to the chat")

    # ── messages ────────────────────────────────────────────────────────────────────────────────────────────

    def post(self, chat: Mapping[str, Any], payload: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
        answered = payload.get("reply_parameters")
        number = answered["message_id"] if answered else 0
        above = self.messages.get(number) or self.talk.get((chat["id"], number))
        if answered and "chat_id" not in answered and not above:
            raise Refusal(400, "Bad Request: message to be replied not found")
        if chat.get("is_direct_messages") and "direct_messages_topic_id" not in payload:
            raise Refusal(400, "Bad Request: direct messages topic must be specified")
        self.last += 1
        reply = {"reply_to_message": above} if above else {}
        self.messages[self.last] = {"message_id": self.last, "date": self.date, "chat": dict(chat), **reply, **content}
        return self.messages[self.last]

    def text(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        text = payload.get("text", "")
        if not text.strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if len(text) > TEXT:
            raise Refusal(400, "Bad Request: message is too long")
        return {"text": text, **_entities("entities", text, payload.get("entities"))}

    def file(self, kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        file = payload.get(kind)
        if not isinstance(file, File) or not file.data:
            raise Refusal(400, "Bad Request: file must be non-empty")
        self.files.append(file)
        return _caption(payload) | {kind: _shown(kind, file, len(self.files))}

    def album(self, chat: Mapping[str, Any], payload: Mapping[str, Any]) -> list[dict[str, Any]]:
        items = payload.get("media", [])
        if not 2 <= len(items) <= 10:
            raise Refusal(400, "Bad Request: wrong number of items in the media group")
        contents, kinds = [], {item["type"] for item in items}
        for item in items:
            file = payload.get(item["media"].removeprefix("attach://"))
            if (
                not (kinds <= {"photo", "video"} or kinds == {"document"})
                or not isinstance(file, File)
                or not file.data
            ):
                raise Refusal(400, "Bad Request: wrong file in the media group")
            self.files.append(file)
            contents.append(_caption(item) | {item["type"]: _shown(item["type"], file, len(self.files))})
        group = {"media_group_id": str(self.last)}
        return [self.post(chat, payload, content | group) for content in contents]

    def poll(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        options, question = payload.get("options", []), payload.get("question", "")
        if not 1 <= len(question) <= QUESTION:
            raise Refusal(400, "Bad Request: poll question length must not exceed 300")
        if not 1 <= len(options) <= 12 or any(not 1 <= len(option["text"]) <= OPTION for option in options):
            raise Refusal(400, "Bad Request: poll options are wrong")
        if len(payload.get("description", "")) > CAPTION:
            raise Refusal(400, "Bad Request: poll description is too long")
        if not 5 <= int(payload.get("open_period", 5)) <= 2_628_000:
            raise Refusal(400, "Bad Request: wrong open_period")
        answers = [
            {"persistent_id": str(n), "text": option["text"], "voter_count": 0} for n, option in enumerate(options)
        ]
        return {"poll": POLL | {"question": question, "options": answers}}

    def forward(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        self.chat(payload.get("from_chat_id"))
        original = self.messages.get(int(payload["message_id"]))
        if original is None:
            raise Refusal(400, "Bad Request: message to forward not found")
        return {
            name: value for name, value in original.items() if name in ("text", "caption", "photo", "video", "poll")
        }

    def delete(self, chat: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
        """What is not there is skipped."""
        numbers = payload.get("message_ids", [])
        if not 1 <= len(numbers) <= 100:
            raise Refusal(400, "Bad Request: message identifiers are not specified")
        for number in numbers:
            self.messages.pop(number, None)
            if self.talk.pop((chat["id"], number), None):
                self.deleted.append(f"{chat['id']}:{number}")
        return True


def _caption(payload: Mapping[str, Any]) -> dict[str, Any]:
    caption = payload.get("caption", "")
    if len(caption) > CAPTION:
        raise Refusal(400, "Bad Request: message caption is too long")
    return (
        {"caption": caption, **_entities("caption_entities", caption, payload.get("caption_entities"))}
        if caption
        else {}
    )


def _entities(name: str, text: str, entities: Any) -> dict[str, Any]:
    """The entities, each within the text, counted in UTF-16 units."""
    size = len(text.encode("utf-16-le")) // 2
    for entity in entities or ():
        if entity["offset"] < 0 or entity["length"] <= 0 or entity["offset"] + entity["length"] > size:
            raise Refusal(400, "Bad Request: can't parse entities: entity is out of the text")
        if entity["type"] == "text_link" and not entity.get("url"):
            raise Refusal(400, "Bad Request: can't parse entities: there is no URL")
    return {name: entities} if entities else {}


def _shown(kind: str, file: File, number: int) -> Any:
    about = {"file_id": f"F{number}", "file_unique_id": f"U{number}", "file_size": len(file.data)}
    if kind == "photo":
        return [about | {"width": 1, "height": 1}]
    return about if kind == "document" else about | {"width": 1, "height": 1, "duration": 1}


def _typed(payload: dict[str, Any]) -> dict[str, Any]:
    """In a form, everything but a plain text is JSON."""
    return {name: _value(value) for name, value in payload.items()}


def _value(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _answer(code: int, **body: Any) -> httpx.Response:
    return httpx.Response(code, json=body)


GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
POLL = {
    "id": "1",
    "total_voter_count": 0,
    "type": "regular",
    **dict.fromkeys(("is_closed", "allows_multiple_answers", "allows_revoting", "members_only"), False),
    "is_anonymous": True,
}
ADMINISTRATOR = {
    "status": "administrator",
    **dict.fromkeys(
        (
            *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
            *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users"),
            *("can_post_stories", "can_edit_stories", "can_delete_stories"),
        ),
        False,
    ),
}
