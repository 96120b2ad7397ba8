"""A Discord server: one channel, one bot and one webhook. API v10, its OpenAPI description of 2026-07-18."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

import httpx

from cmflow.sandbox.fakes.discord_people import People
from cmflow.sandbox.fakes.multipart import File, fields
from cmflow.values import dataclass

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GfAkEt.fake-fake-fake-fake-fake-fake-fakeAAA"
HOOK_TOKEN = "fAkE-hook_token-fake-hook_token-fake-hook_token-fake-hook_token-0123"
GUILD, CHANNEL, THREAD, BOT, HOOK = "900", "901", "902", "903", "904"
HOOK_URL = f"https://discord.com/api/webhooks/{HOOK}/{HOOK_TOKEN}"
VIEW, SEND, EMBED, ATTACH, HISTORY, SEND_IN_THREADS, POLLS = (
    1 << 10,
    1 << 11,
    1 << 14,
    1 << 15,
    1 << 16,
    1 << 38,
    1 << 49,
)
EVERYTHING = VIEW | SEND | EMBED | ATTACH | HISTORY | SEND_IN_THREADS | POLLS
TIMESTAMP = "2026-12-01T12:00:00.000000+00:00"
TEXT, FILE, REQUEST = 2_000, 10 * 1024 * 1024, 25 * 1024 * 1024
USER: dict[str, Any] = {
    "id": BOT,
    "username": "team",
    "avatar": None,
    "discriminator": "0001",
    "public_flags": 0,
    "flags": 0,
    "bot": True,
    "global_name": None,
    "primary_guild": None,
}
SERVER: dict[str, Any] = {
    **dict.fromkeys(("icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id")),
    **dict.fromkeys(("afk_channel_id", "system_channel_id", "widget_channel_id", "vanity_url_code", "max_presences")),
    **dict.fromkeys(("rules_channel_id", "safety_alerts_channel_id", "public_updates_channel_id", "incidents_data")),
    **dict.fromkeys(("widget_enabled", "premium_progress_bar_enabled", "nsfw"), False),
    **dict.fromkeys(("system_channel_flags", "verification_level", "default_message_notifications", "mfa_level"), 0),
    **dict.fromkeys(("explicit_content_filter", "premium_tier", "premium_subscription_count", "nsfw_level"), 0),
    **dict.fromkeys(("features", "roles", "emojis", "stickers"), ()),
    "id": GUILD,
    "name": "Team",
    "owner_id": "905",
    "region": "deprecated",
    "preferred_locale": "en-US",
    "afk_timeout": 300,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
}
MEMBER: dict[str, Any] = {
    **dict.fromkeys(("avatar", "banner", "communication_disabled_until", "nick", "premium_since"), None),
    **dict.fromkeys(("pending", "mute", "deaf"), False),
    "flags": 0,
    "joined_at": "2026-01-01T00:00:00+00:00",
    "user": USER,
}


class Refusal(Exception):
    def __init__(self, status: int, code: int, message: str, errors: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status, self.body = status, {"code": code, "message": message} | ({"errors": errors} if errors else {})


@dataclass
class Discord(People):
    """`messages` by their id, as the server shows them. `forgets`: nonces that it no longer shows or enforces.
    `reactions` are how often each emoji was set, by message. `threads` are those that are open, with their channel.

    `allow` are the permissions of the bot's role; `overwrites` those of the channel.
    """

    token: str = TOKEN
    hook_token: str = HOOK_TOKEN
    channel_id: str = CHANNEL
    thread_id: str = THREAD
    allow: int = EVERYTHING
    overwrites: list[dict[str, Any]] = field(default_factory=list)
    kind: int = 0
    is_member: bool = True
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    timestamp: str = TIMESTAMP
    forgets: bool = False
    reactions: dict[str, tuple[int, ...]] = field(default_factory=dict)
    last: int = 1_000
    deleted: list[str] = field(default_factory=list)
    moderates: bool = True
    reads: bool = True
    threads: dict[str, str] = field(default_factory=dict)

    @property
    def posts(self) -> list[str]:
        own = [message for message in self.messages.values() if self.is_ours(message)]
        return [message["content"] or _question(message) for message in own]

    @property
    def alts(self) -> list[list[str]]:
        return [
            [file["description"] for file in each["attachments"]]
            for each in self.messages.values()
            if self.is_ours(each)
        ]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v10")
        try:
            for pattern, answer in ANSWERS.items():
                method, _, place = pattern.partition(" ")
                if request.method == method and (match := re.fullmatch(place, path)):
                    if "webhooks" not in place and request.headers.get("authorization") != f"Bot {self.token}":
                        raise Refusal(401, 0, "401: Unauthorized")
                    return answer(self, request, *match.groups())
        except Refusal as refusal:
            return httpx.Response(refusal.status, json=refusal.body)
        return httpx.Response(404, json={"code": 0, "message": "404: Not Found"})

    # ── who we are ──────────────────────────────────────────────────────────────────────────────────────────

    def me(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={**USER, "mfa_enabled": False, "locale": "en-US"})

    def channel(self, request: httpx.Request, channel: str) -> httpx.Response:
        self.visible(channel)
        about = {"id": channel, "type": self.kind, "flags": 0, "guild_id": GUILD, "name": "news", "position": 0}
        return httpx.Response(200, json=about | {"permission_overwrites": self.overwrites})

    def visible(self, channel: str) -> None:
        if channel not in (self.channel_id, self.thread_id, *self.threads):
            raise Refusal(404, 10003, "Unknown Channel")
        if not self.is_member:
            raise Refusal(403, 50001, "Missing Access")

    def member(self, request: httpx.Request, guild: str, user: str) -> httpx.Response:
        return httpx.Response(200, json=MEMBER | {"roles": ["910"]})

    def roles(self, request: httpx.Request, guild: str) -> httpx.Response:
        return httpx.Response(200, json=[_role(GUILD, "@everyone", VIEW | HISTORY), _role("910", "team", self.allow)])

    def hook(self, request: httpx.Request, hook: str, token: str) -> httpx.Response:
        self.check_hook(hook, token)
        about = {"application_id": None, "avatar": None, "channel_id": self.channel_id, "guild_id": GUILD, "id": HOOK}
        return httpx.Response(200, json=about | {"name": "Team hook", "type": 1, "token": token, "url": HOOK_URL})

    def check_hook(self, hook: str, token: str) -> None:
        if hook != HOOK:
            raise Refusal(404, 10015, "Unknown Webhook")
        if token != self.hook_token:
            raise Refusal(401, 50027, "Invalid Webhook Token")

    # ── messages ────────────────────────────────────────────────────────────────────────────────────────────

    def post(self, request: httpx.Request, channel: str) -> httpx.Response:
        self.visible(channel)
        payload = self.payload(request)
        rights = SEND | (ATTACH if payload.get("attachments") else 0) | (POLLS if payload.get("poll") else 0)
        if rights & ~self.allow:
            raise Refusal(403, 50013, "Missing Permissions")
        nonce = payload.get("nonce")
        earlier = [message for message in self.messages.values() if nonce and message.get("nonce") == nonce]
        if earlier and payload.get("enforce_nonce") and not self.forgets:
            return httpx.Response(200, json=earlier[0])
        answered = payload.get("message_reference")
        if answered and answered["message_id"] not in self.messages and answered.get("fail_if_not_exists", True):
            errors = {
                "message_reference": {"_errors": [{"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}]}
            }
            raise Refusal(400, 50035, "Invalid Form Body", errors)
        reference = {"message_reference": {"type": 0, "channel_id": channel, **answered}} if answered else {}
        extra = {"nonce": nonce, **reference, "author": USER} if nonce else {**reference, "author": USER}
        return httpx.Response(200, json=self.message(payload, channel, extra))

    def post_hook(self, request: httpx.Request, hook: str, token: str) -> httpx.Response:
        self.check_hook(hook, token)
        if self.kind == 15 and "thread_id" not in request.url.params:
            raise Refusal(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id")
        payload = self.payload(request)
        author = USER | {"id": HOOK, "username": payload.get("username", "Team hook")}
        message = self.message(
            payload, request.url.params.get("thread_id", self.channel_id), {"author": author, "webhook_id": HOOK}
        )
        return httpx.Response(200, json=message) if request.url.params.get("wait") == "true" else httpx.Response(204)

    def payload(self, request: httpx.Request) -> dict[str, Any]:
        form = fields(request)
        files = {name: value for name, value in form.items() if isinstance(value, File)}
        payload: dict[str, Any] = json.loads(form["payload_json"]) if "payload_json" in form else form
        if sum(len(file.data) for file in files.values()) > REQUEST or any(len(f.data) > FILE for f in files.values()):
            raise Refusal(413, 40005, "Request entity too large")
        described = {f"files[{attachment['id']}]" for attachment in payload.get("attachments", ())}
        if described != set(files):
            raise Refusal(400, 50035, "Invalid Form Body")
        if len(payload.get("content", "")) > TEXT:
            errors = {
                "content": {
                    "_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}]
                }
            }
            raise Refusal(400, 50035, "Invalid Form Body", errors)
        if not (payload.get("content", "").strip() or files or payload.get("poll")):
            raise Refusal(400, 50006, "Cannot send an empty message")
        self.files += files.values()
        return payload

    def message(self, payload: Mapping[str, Any], channel: str, extra: Mapping[str, Any]) -> dict[str, Any]:
        self.last += 1
        number = str(self.last)
        poll = {"poll": _poll(payload["poll"])} if payload.get("poll") else {}
        attachments = [_attachment(number, attachment) for attachment in payload.get("attachments", ())]
        message = MESSAGE | {
            "id": number,
            "channel_id": channel,
            "content": payload.get("content", ""),
            "attachments": attachments,
        }
        self.messages[number] = {**message, **poll, **extra, "timestamp": self.timestamp}
        return self.messages[number]

    def messages_of(self, request: httpx.Request, channel: str) -> httpx.Response:
        """Newest first. Who may not read the history is shown nothing."""
        self.visible(channel)
        below = int(request.url.params.get("before", 10**18))
        size = int(request.url.params.get("limit", 50))
        home = [(number, each) for number, each in self.messages.items() if each["channel_id"] == channel]
        newest = [self.shown(message) for number, message in reversed(home) if int(number) < below]
        page = newest[:size] if self.allow & HISTORY else []
        return httpx.Response(200, json=[_without(message, "nonce") if self.forgets else message for message in page])

    def delete(self, request: httpx.Request, channel: str, message: str) -> httpx.Response:
        self.visible(channel)
        return self.erase(message, channel)

    def delete_hook(self, request: httpx.Request, hook: str, token: str, message: str) -> httpx.Response:
        self.check_hook(hook, token)
        return self.erase(message, self.channel_id)

    def edit(self, request: httpx.Request, channel: str, message: str) -> httpx.Response:
        self.visible(channel)
        return self.change(request, message)

    def edit_hook(self, request: httpx.Request, hook: str, token: str, message: str) -> httpx.Response:
        self.check_hook(hook, token)
        return self.change(request, message)

    def change(self, request: httpx.Request, message: str) -> httpx.Response:
        """Attachments that are not named are removed."""
        if message not in self.messages:
            raise Refusal(404, 10008, "Unknown Message")
        attachments = {each["id"]: each for each in self.messages[message]["attachments"]}
        named = [attachments[each["id"]] | each for each in json.loads(request.content)["attachments"]]
        self.messages[message] |= {"attachments": named, "edited_timestamp": self.timestamp}
        return httpx.Response(200, json=_without(self.messages[message], "nonce"))

    def message_of(self, request: httpx.Request, channel: str, message: str) -> httpx.Response:
        self.visible(channel)
        return self.look(message)

    def message_of_hook(self, request: httpx.Request, hook: str, token: str, message: str) -> httpx.Response:
        self.check_hook(hook, token)
        return self.look(message)

    def look(self, message: str) -> httpx.Response:
        if message not in self.messages:
            raise Refusal(404, 10008, "Unknown Message")
        counts = self.reactions.get(message, ())
        reactions = {"reactions": [_reaction(count) for count in counts]} if counts else {}
        return httpx.Response(200, json=_without(self.messages[message], "nonce") | reactions)

    def guild(self, request: httpx.Request, guild: str) -> httpx.Response:
        """With the number of its members where that is asked for."""
        counts = {"approximate_member_count": 812, "approximate_presence_count": 90}
        return httpx.Response(200, json=SERVER | (counts if request.url.params.get("with_counts") == "true" else {}))

    def active(self, request: httpx.Request, guild: str) -> httpx.Response:
        """The open threads of the server."""
        about = {"type": 11, "guild_id": GUILD, "name": "talk", "flags": 0, "owner_id": BOT, "last_message_id": None}
        state = {"archived": False, "archive_timestamp": TIMESTAMP, "auto_archive_duration": 1440, "locked": False}
        counts = {"message_count": 0, "member_count": 1, "total_message_sent": 0, "rate_limit_per_user": 0}
        threads = [
            {**about, **counts, "id": thread, "parent_id": home, "thread_metadata": state, "permissions": "0"}
            for thread, home in self.threads.items()
        ]
        return httpx.Response(200, json={"threads": threads, "members": [], "has_more": False})

    @property
    def us(self) -> dict[str, Any]:
        return USER

    def erase(self, message: str, channel: str) -> httpx.Response:
        posted = self.messages.get(message)
        if posted is None:
            raise Refusal(404, 10008, "Unknown Message")
        if not self.is_ours(posted):
            if not self.moderates:
                raise Refusal(403, 50013, "Missing Permissions")
            self.deleted.append(f"{channel}:{message}")
        del self.messages[message]
        return httpx.Response(204)


ANSWERS: dict[str, Callable[..., httpx.Response]] = {
    "GET /users/@me": Discord.me,
    r"GET /channels/(\d+)": Discord.channel,
    r"GET /channels/(\d+)/messages": Discord.messages_of,
    r"POST /channels/(\d+)/messages": Discord.post,
    r"DELETE /channels/(\d+)/messages/(\d+)": Discord.delete,
    r"GET /channels/(\d+)/messages/(\d+)": Discord.message_of,
    r"GET /webhooks/(\d+)/([\w-]+)/messages/(\d+)": Discord.message_of_hook,
    r"GET /guilds/(\d+)": Discord.guild,
    r"GET /guilds/(\d+)/members/(\d+)": Discord.member,
    r"GET /guilds/(\d+)/roles": Discord.roles,
    r"GET /guilds/(\d+)/threads/active": Discord.active,
    r"GET /webhooks/(\d+)/([\w-]+)": Discord.hook,
    r"POST /webhooks/(\d+)/([\w-]+)": Discord.post_hook,
    r"PATCH /channels/(\d+)/messages/(\d+)": Discord.edit,
    r"PATCH /webhooks/(\d+)/([\w-]+)/messages/(\d+)": Discord.edit_hook,
    r"DELETE /webhooks/(\d+)/([\w-]+)/messages/(\d+)": Discord.delete_hook,
}
MESSAGE: dict[str, Any] = {
    **{name: [] for name in ("mentions", "mention_roles", "attachments", "embeds", "components")},
    **dict.fromkeys(("pinned", "mention_everyone", "tts"), False),
    "type": 0,
    "flags": 0,
    "timestamp": TIMESTAMP,
    "edited_timestamp": None,
}


LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.)+)\]\(<?[^()<>\s]+>?\)")
MARKED = re.compile(r"(?<![\\\w*_~|`])(\*{1,3}|__?|~~|\|\||`+)(?=\S)(.+?)(?<=[^\s\\])\1(?![\w*_~|`])", re.DOTALL)
ESCAPED = re.compile(r"\\([^\w\s])")


def readable(markdown: str) -> str:
    """What readers see of a text: without the marks of bold and the like, and links by their labels."""
    text = LABEL.sub(r"\1", re.sub(r"^#{1,3} ", "", markdown, flags=re.MULTILINE))
    for _ in range(3):  # marks inside marks
        text = MARKED.sub(r"\2", text)
    return ESCAPED.sub(r"\1", text)


def _question(message: Mapping[str, Any]) -> str:
    return str(message["poll"]["question"]["text"]) if "poll" in message else ""


def _poll(payload: Mapping[str, Any]) -> dict[str, Any]:
    answers = [{"answer_id": number, **answer} for number, answer in enumerate(payload["answers"], 1)]
    results = {"answer_counts": [], "is_finalized": False}
    settled = {"expiry": "2026-12-02T12:00:00+00:00", "layout_type": 1, "results": results}
    return {
        "question": payload["question"],
        "answers": answers,
        "allow_multiselect": payload["allow_multiselect"],
    } | settled


def _attachment(message: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    address = f"https://cdn.discordapp.com/attachments/{CHANNEL}/{message}/{payload['filename']}"
    about = {"id": message + str(payload["id"]), "filename": payload["filename"], "size": 1, "url": address}
    return about | {"proxy_url": address, "description": payload.get("description", "")}


def _role(number: str, name: str, permissions: int) -> dict[str, Any]:
    colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    flags = dict.fromkeys(("hoist", "managed", "mentionable"), False)
    nothing = dict.fromkeys(("icon", "unicode_emoji"), None)
    about = {"id": number, "name": name, "permissions": str(permissions), "position": 0, "color": 0, "colors": colors}
    return {**about, **flags, **nothing, "flags": 0}


def _reaction(count: int) -> dict[str, Any]:
    details = {"burst": 0, "normal": count}
    return {
        "emoji": {"id": None, "name": "🎉"},
        "count": count,
        "count_details": details,
        "burst_colors": [],
        "me_burst": False,
        "me": False,
    }


def _without(message: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in message.items() if key != name}
