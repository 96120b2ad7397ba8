"""A Slack workspace: one channel, one bot and one incoming webhook. Methods of May 2026."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from email.utils import formatdate
from typing import Any

import httpx

from cmflow.sandbox.fakes.multipart import fields
from cmflow.sandbox.fakes.slack_people import BOT, USER, People
from cmflow.values import dataclass

TOKEN = "xoxb-123456789012-fake-fakefakefakefakefakefake"
HOOK_URL = "https://hooks.slack.com/services/T0FAKE000/B0FAKE000/fakefakefakefakefakefake"
CHANNEL = "C0123456789"
SCOPES = ("chat:write", "files:write", "channels:history", "channels:read")
NEEDS = {
    "chat.postMessage": "chat:write",
    "chat.delete": "chat:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "conversations.info": "channels:read",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
}
START = 1796126400  # 2026-12-01 12:00 UTC


class Refusal(Exception):
    """One of Slack's error codes."""

    def __init__(self, code: str, **beside: Any) -> None:
        super().__init__(code)
        self.body = {"ok": False, "error": code, **beside}


@dataclass
class Slack(People):
    """`messages` by their `ts`; `slow`: how many looks pass before a message with files shows."""

    token: str = TOKEN
    hook: str = HOOK_URL
    channel: str = CHANNEL
    start: int = START
    scopes: tuple[str, ...] = SCOPES
    is_member: bool = True
    is_archived: bool = False
    slow: int = 0
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    alts: dict[str, str] = field(default_factory=dict)
    waiting: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    last: int = 100

    @property
    def posts(self) -> list[str]:
        return [each["text"] for each in self.messages.values() if self.is_ours(each)]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if request.url.host == "hooks.slack.com":
            return self.hooked(request)
        if request.url.host == "files.slack.com":
            return self.upload(request)
        method, payload = request.url.path.removeprefix("/api/"), fields(request)
        try:
            self.may(method, request)
            body = {"ok": True, **ANSWERS[method](self, payload)}
        except Refusal as refusal:
            body = refusal.body
        date = formatdate(self.start, usegmt=True)
        return httpx.Response(200, json=body, headers={"X-OAuth-Scopes": ",".join(self.scopes), "Date": date})

    def may(self, method: str, request: httpx.Request) -> None:
        if method not in ANSWERS or request.url.host != "slack.com":
            raise Refusal("unknown_method")
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refusal("invalid_auth")
        needed = NEEDS.get(method)
        if needed and needed not in self.scopes:
            raise Refusal("missing_scope", needed=needed, provided=",".join(self.scopes))

    # ── channels and messages ───────────────────────────────────────────────────────────────────────────────

    def test(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return {"url": "https://team.slack.com/", "team": "Team", "user": "cmflow", "user_id": USER, "bot_id": BOT}

    def info(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        if payload.get("channel") != self.channel:
            raise Refusal("channel_not_found")
        members = {"num_members": 812} if payload.get("include_num_members") == "true" else {}
        return {"channel": {"id": self.channel, "name": "news", "is_member": self.is_member, **members}}

    def into(self, channel: Any) -> None:
        if channel != self.channel:
            raise Refusal("channel_not_found")
        if not self.is_member:
            raise Refusal("not_in_channel")
        if self.is_archived:
            raise Refusal("is_archived")

    def post(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        self.into(payload.get("channel"))
        text = payload.get("text", "")[:40_000]
        if not text.strip():
            raise Refusal("no_text")
        metadata = json.loads(payload["metadata"]) if "metadata" in payload else None
        if metadata is not None and set(metadata) != {"event_type", "event_payload"}:
            raise Refusal("invalid_metadata_schema")
        message = self.message({"text": text, **({"metadata": metadata} if metadata else {})}, payload.get("thread_ts"))
        return {"channel": self.channel, "ts": message["ts"], "message": message}

    def message(self, content: Mapping[str, Any], root: Any) -> dict[str, Any]:
        if root and (root not in self.messages or self.messages[root].get("subtype") == "tombstone"):
            raise Refusal("cannot_reply_to_message")
        self.last += 1
        number = f"{self.start}.{self.last:06}"
        thread = {"thread_ts": root} if root else {}
        if root:
            self.messages[root]["thread_ts"] = root
        self.messages[number] = {"type": "message", "user": USER, "bot_id": BOT, "ts": number, **thread, **content}
        return self.messages[number]

    def delete(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        self.into(payload.get("channel"))
        if self.messages.pop(payload["ts"], None) is None:
            raise Refusal("message_not_found")
        return {"channel": self.channel, "ts": payload["ts"]}

    def history(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Newest first, without what is in threads."""
        self.into(payload.get("channel"))
        self.settle()
        roots = [one for one in self.messages.values() if one.get("thread_ts", one["ts"]) == one["ts"]]
        page = self.page(roots[::-1], payload)
        return page | {"messages": [root | self.count(self.thread(root["ts"])) for root in page["messages"]]}

    def thread(self, root: str) -> list[dict[str, Any]]:
        return [one for one in self.messages.values() if one.get("thread_ts") == root and one["ts"] != root]

    def replies(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The first message of the thread, whenever it came, and those below."""
        self.into(payload.get("channel"))
        self.settle()
        if payload["ts"] not in self.messages:
            raise Refusal("thread_not_found")
        root = self.messages[payload["ts"]].get("thread_ts", payload["ts"])
        below = self.thread(root)
        first, last = float(payload.get("oldest", 0)), float(payload.get("latest", "inf"))
        shown = [one for one in below if first <= float(one["ts"]) <= last]
        return self.page([self.messages[root] | self.count(below), *shown], {**payload, "oldest": 0})

    def count(self, below: list[dict[str, Any]]) -> dict[str, Any]:
        """What only a message with answers has."""
        return {"reply_count": len(below), "latest_reply": max(one["ts"] for one in below)} if below else {}

    def page(self, messages: list[dict[str, Any]], payload: Mapping[str, Any]) -> dict[str, Any]:
        recent = [one for one in messages if float(one["ts"]) >= float(payload.get("oldest", 0))]
        start, size = int(payload.get("cursor", 0)), int(payload.get("limit", 100))
        if payload.get("include_all_metadata") != "true":
            recent = [{name: value for name, value in one.items() if name != "metadata"} for one in recent]
        following = str(start + size) if start + size < len(recent) else ""
        return {"messages": recent[start : start + size], "response_metadata": {"next_cursor": following}}

    # ── files ───────────────────────────────────────────────────────────────────────────────────────────────

    def ticket(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        if int(payload.get("length", 0)) < 1:
            raise Refusal("missing_argument")
        if len(payload.get("alt_txt", "")) > 1_000:
            raise Refusal("alt_txt_too_large")
        number = f"F{len(self.tickets) + 1:010}"
        self.tickets[number] = {"id": number, "name": payload["filename"], "size": int(payload["length"])}
        self.alts[number] = payload.get("alt_txt", "")
        return {"upload_url": f"https://files.slack.com/upload/v1/{number}", "file_id": number}

    def upload(self, request: httpx.Request) -> httpx.Response:
        ticket = self.tickets.get(request.url.path.rpartition("/")[2])
        if "authorization" in request.headers or ticket is None or len(request.content) != ticket["size"]:
            return httpx.Response(400, text="no")
        ticket["data"] = request.content
        return httpx.Response(200, text=f"OK - {ticket['size']}")

    def complete(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        self.into(payload.get("channel_id"))
        files = json.loads(payload["files"])
        if any("data" not in self.tickets.get(file["id"], {}) for file in files):
            raise Refusal("file_not_found")
        attached = [
            {"id": file["id"], "name": self.tickets[file["id"]]["name"], "title": file["title"]} for file in files
        ]
        content = {"text": payload.get("initial_comment", ""), "files": attached, "root": payload.get("thread_ts")}
        self.waiting.append((self.slow, content))
        if not self.slow:
            self.settle()
        return {"files": [{"id": file["id"], "title": file["title"]} for file in files]}

    def settle(self) -> None:
        """Make the messages of files whose time has come."""
        due = [content for looks, content in self.waiting if looks <= 0]
        self.waiting = [(looks - 1, content) for looks, content in self.waiting if looks > 0]
        for content in due:
            root = content.pop("root")
            self.message(content, root)

    # ── the incoming webhook ────────────────────────────────────────────────────────────────────────────────

    def hooked(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) != self.hook:
            return httpx.Response(403, text="invalid_token")
        if self.is_archived:
            return httpx.Response(410, text="channel_is_archived")
        body = json.loads(request.content)
        if set(body) != {"text"} or not body["text"].strip():
            return httpx.Response(400, text="no_text" if "text" in body else "invalid_payload")
        self.message({"text": body["text"]}, None)
        return httpx.Response(200, text="ok")


ANSWERS: dict[str, Callable[[Slack, Mapping[str, Any]], dict[str, Any]]] = {
    "auth.test": Slack.test,
    "chat.postMessage": Slack.post,
    "chat.delete": Slack.delete,
    "conversations.info": Slack.info,
    "conversations.history": Slack.history,
    "conversations.replies": Slack.replies,
    "files.getUploadURLExternal": Slack.ticket,
    "files.completeUploadExternal": Slack.complete,
}


def readable(mrkdwn: str) -> str:
    """What readers see of a text: links by their labels, and the three characters that are escaped."""
    text = re.sub(r"<([^<>|]+)\|([^<>]+)>", r"\2", mrkdwn)
    text = re.sub(r"<((?:https?|mailto)[^<>|]+)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
