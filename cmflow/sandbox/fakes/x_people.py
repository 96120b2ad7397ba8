"""What people write to an account of X: answers, mentions, quotes and direct messages."""

from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import httpx

from cmflow.model import Contact
from cmflow.sandbox.fakes.multipart import fields

START = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
PEOPLE: dict[str, dict[str, str]] = {}


class Refusal(Exception):
    def __init__(self, code: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.title = code, title


class People:
    """`letters` are direct messages, which may be read with `is_private`; `hidden` are answers that we hide."""

    user: dict[str, str]
    tweets: dict[str, dict[str, Any]]
    letters: list[dict[str, Any]]
    is_private: bool
    hidden: list[str]
    now: datetime

    def number(self) -> str:
        """A new id."""
        raise NotImplementedError

    def entity(self, tweet: dict[str, Any], request: httpx.Request) -> dict[str, Any]:
        """The post as a request asks for it."""
        raise NotImplementedError

    def charge(self, page: list[dict[str, Any]], price: int) -> None:
        """Note what each post of the page cost to read."""
        raise NotImplementedError

    # ── people ──────────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, text: str, author: str = "ana", contact: Contact = Contact.COMMENT, below: str = "") -> str:
        """A person writes: below that post or message, or on their own. Returns the id of the message."""
        id = person(author)["id"]
        if contact is Contact.DIRECT:
            return self._letter(f"{id}-{self.user['id']}", id, text)
        is_quote = contact is Contact.QUOTE
        number = self.write(text, "" if is_quote else below, id)
        if is_quote:
            self.tweets[number]["referenced_tweets"] = [{"type": "quoted", "id": below}]
        return number

    def write(self, text: str, below: str = "", author: str = "") -> str:
        """An account writes, ours where none is named; returns the id of what it wrote."""
        letter = next((letter for letter in self.letters if letter["id"] == below), None)
        if letter:
            return self._letter(letter["dm_conversation_id"], author or self.user["id"], text)
        number = self.number()
        self.tweets[number] = {
            "id": number,
            "text": escape(text, quote=False),
            "created_at": self._moment(),
            "written": text,
            "media": [],
            "poll": None,
            "lang": "en",
            "entities": {"urls": []},
            "referenced_tweets": [{"type": "replied_to", "id": below}] if below else [],
            **self.place(author or self.user["id"], number, below),
        }
        return number

    def amend(self, id: str, text: str) -> None:
        """The author of a message edits it: that is a post of its own, which knows those before it."""
        number = self.number()
        versions = [id, number]
        edit = {"id": number, "text": text, "created_at": self._moment(), "edit_history_tweet_ids": versions}
        self.tweets[number] = self.tweets[id] | edit

    def remove(self, id: str) -> None:
        """The author of a message deletes it."""
        del self.tweets[id]

    def place(self, author: str, number: str, below: str) -> dict[str, str]:
        """Who wrote a post, in which conversation, and to whom it answers."""
        above = self.tweets.get(below, {})
        about = {"author_id": author, "conversation_id": above.get("conversation_id", below or number)}
        return about | ({"in_reply_to_user_id": above.get("author_id", "900")} if below else {})

    def _moment(self) -> str:
        """A second later each time."""
        self.now += timedelta(seconds=1)
        return self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _letter(self, conversation: str, sender: str, text: str) -> str:
        about = {"id": self.number(), "event_type": "MessageCreate", "dm_conversation_id": conversation}
        self.letters.append({**about, "sender_id": sender, "text": text, "created_at": self._moment()})
        return about["id"]

    def mentions(self, request: httpx.Request) -> httpx.Response:
        first = int(request.url.params.get("since_id", 0))
        others = [tweet for tweet in self.tweets.values() if tweet["author_id"] != self.user["id"]]
        page, meta = _page([tweet for tweet in reversed(others) if int(tweet["id"]) > first], request)
        self.charge(page, 1)
        entities = [self.entity(tweet, request) for tweet in page]
        users = [PEOPLE[id] for id in dict.fromkeys(tweet["author_id"] for tweet in page)]
        body = {"data": entities, "includes": {"users": users}} if entities else {}
        return httpx.Response(200, json=body | {"meta": meta})

    def hide(self, request: httpx.Request, number: str) -> httpx.Response:
        root = self.tweets.get(self.tweets.get(number, {}).get("conversation_id", ""))
        if root is None or root["author_id"] != self.user["id"]:
            raise Refusal(403, "Forbidden", "You may hide only replies to your own posts.")
        self.hidden = list(dict.fromkeys([*self.hidden, number]))
        return httpx.Response(200, json={"data": {"hidden": fields(request)["hidden"]}})

    def dm_events(self, request: httpx.Request, conversation: str = "") -> httpx.Response:
        if not self.is_private:
            raise Refusal(403, "Forbidden", "You are not permitted to perform this action.")
        listed = [item for item in reversed(self.letters) if conversation in ("", item["dm_conversation_id"])]
        page, meta = _page(listed, request)
        users = [PEOPLE[id] for id in dict.fromkeys(item["sender_id"] for item in page) if id in PEOPLE]
        body = {"data": page} | ({"includes": {"users": users}} if users else {}) if page else {}
        return httpx.Response(200, json=body | {"meta": meta})

    def send(self, request: httpx.Request, conversation: str) -> httpx.Response:
        number = self._letter(conversation, self.user["id"], fields(request)["text"])
        return httpx.Response(201, json={"data": {"dm_conversation_id": conversation, "dm_event_id": number}})


def person(name: str) -> dict[str, str]:
    """Another account, whose id comes from its name."""
    id = str(10**9 + int.from_bytes(name.encode()) % 10**9)
    PEOPLE[id] = {"id": id, "name": name, "username": name}
    return PEOPLE[id]


def _page(items: list[dict[str, Any]], request: httpx.Request) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A page, and what is said of it; the token is the number of those that were shown."""
    token, size = request.url.params.get("pagination_token", "0"), int(request.url.params["max_results"])
    start = int(token) if token.isdecimal() else 0
    page = items[start : start + size]
    more = {"next_token": f"{start + size:016}"} if start + size < len(items) else {}
    return page, {"result_count": len(page)} | more
