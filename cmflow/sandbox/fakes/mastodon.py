"""A Mastodon instance in memory: one account, its statuses and files. API 4.7.0, read 2026-11-22."""

import json
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import httpx

from cmflow.model import Contact
from cmflow.render import counting
from cmflow.sandbox.fakes.multipart import File, fields
from cmflow.values import dataclass

TOKEN = "s3cr3t-t0ken"
HOME = "https://social.example"
STRANGER = "https://elsewhere.example/@ana/5"  # the address of a status of another server
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
LONGEST, MOST, LARGEST = 500, 4, 16 * 1024 * 1024
TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "video/webm", "video/quicktime")
REDIRECT = "urn:ietf:wg:oauth:2.0:oob"
PICTURE = "https://social.example/x"
ACCOUNT: dict[str, Any] = {
    **dict.fromkeys(("display_name", "note"), ""),
    **dict.fromkeys(("avatar", "avatar_static", "header", "header_static", "url"), PICTURE),
    **dict.fromkeys(("followers_count", "following_count", "statuses_count"), 0),
    **dict.fromkeys(("bot", "group", "locked", "indexable"), False),
    "id": "7",
    "username": "team",
    "acct": "team",
    "uri": f"{HOME}/users/team",
    "created_at": "2026-01-01T00:00:00.000Z",
    "emojis": [],
    "fields": [],
}
SOURCE = {
    "indexable": False,
    "note": "",
    "fields": [],
    "follow_requests_count": 0,
    "privacy": "public",
    "sensitive": False,
}
ROLE = {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False}
ME = ACCOUNT | {"source": SOURCE | {"attribution_domains": [], "quote_policy": "public"}, "role": ROLE}
CONFIGURATION: dict[str, Any] = {
    "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
    "media_attachments": {
        "image_matrix_limit": 33_177_600,
        "image_size_limit": LARGEST,
        "video_frame_rate_limit": 120,
        "video_matrix_limit": 8_294_400,
        "video_size_limit": 99 * 1024 * 1024,
        "description_limit": 1_500,
        "supported_mime_types": list(TYPES),
    },
    "polls": {"max_characters_per_option": 50, "max_expiration": 2_629_746, "max_options": 4, "min_expiration": 300},
    "statuses": {"characters_reserved_per_url": 23, "max_characters": LONGEST, "max_media_attachments": MOST},
}
ABOUT: dict[str, Any] = {
    **dict.fromkeys(("description", "domain", "title", "version"), ""),
    "icon": [],
    "languages": [],
    "rules": [],
    "source_url": HOME,
    "thumbnail": {"url": HOME},
    "contact": {"email": "a@b.example"},
    "registrations": {"approval_required": False, "enabled": False},
    "usage": {"users": {"active_month": 1}},
    "configuration": CONFIGURATION | {"translation": {"enabled": False}, "urls": {}},
}


class Refusal(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Mastodon:
    """`statuses` by id, `sources` their texts, `files` by id. `busy`: how often a file is said to be in progress.

    With `keeps_keys`, the same `Idempotency-Key` gets the same status; `hides`: answers are not in the list.
    `others`: ids of statuses of other accounts. The notifications of people in `withheld` are requests. With `bare`,
    the server knows neither requests nor several statuses at once.
    """

    token: str = TOKEN
    home: str = HOME
    keeps_keys: bool = False
    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[File, str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    busy: int = 0
    looks: int = 0
    quotes: int = 7
    hides: bool = False
    strangers: tuple[dict[str, Any], ...] = ()
    others: tuple[str, ...] = ("55",)
    scopes: tuple[str, ...] = ("read", "write")
    now: datetime = NOON
    notifications: list[dict[str, Any]] = field(default_factory=list)
    withheld: tuple[str, ...] = ()
    bare: bool = False

    @property
    def posts(self) -> list[str]:
        own = (number for number, entity in self.statuses.items() if entity["account"]["id"] == ACCOUNT["id"])
        return [self.sources[number] for number in own]

    @property
    def alts(self) -> list[list[str]]:
        files = (status["media_attachments"] for status in self.statuses.values())
        return [[file.get("description", "") for file in group] for group in files]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return httpx.Response(401, json={"error": "The access token is invalid"})
        _, api, _, *path = request.url.path.split("/") if request.url.path.count("/") > 2 else ("", "", "", "")
        answer = ANSWERS.get(f"{request.method} {path[0]}") if api == "api" else None
        try:
            if answer is None:
                raise Refusal(404, "Record not found")
            return answer(self, request, path)
        except Refusal as refusal:
            return httpx.Response(refusal.code, json={"error": str(refusal)})

    def boost(self, number: str) -> httpx.Response:
        """Twice is once."""
        if number not in self.statuses and number not in self.others:
            raise Refusal(404, "Record not found")
        for boost in self.statuses.values():
            if (boost.get("reblog") or {}).get("id") == number:
                return httpx.Response(200, json=boost)
        original = self.statuses.get(number) or status(number, "<p>Hi</p>", self.home)
        own = str(len(self.sources) + 101)
        self.sources[own] = ""
        self.statuses[own] = status(own, "", self.home, created_at=self.now.isoformat(), reblog=original)
        return httpx.Response(200, json=self.statuses[own])

    def application(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        about = {"id": "3", "name": "cmflow", "redirect_uri": REDIRECT, "redirect_uris": [REDIRECT], "vapid_key": "B"}
        return httpx.Response(200, json={**about, "scopes": list(self.scopes)})

    def post(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        if path[2:] == ["reblog"]:
            return self.boost(path[1])
        body = json.loads(request.content)
        key = request.headers.get("idempotency-key", "")
        if self.keeps_keys and key and self.keys.get(key) in self.statuses:
            return httpx.Response(200, json=self.statuses[self.keys[key]])
        self.check(body)
        number = str(len(self.sources) + 101)
        self.sources[number], self.keys[key] = body.get("status", ""), number
        self.statuses[number] = status(
            number,
            f"<p>{escape(self.sources[number])}</p>",
            self.home,
            created_at=self.now.isoformat(),
            spoiler_text=body.get("spoiler_text", ""),
            visibility=body.get("visibility", "public"),
            **self.answers(body.get("in_reply_to_id")),
            language=body.get("language"),
            sensitive=body.get("sensitive", False),
            media_attachments=[attachment(file, self.files[file][1]) for file in body.get("media_ids", ())],
            **({"poll": self.poll(body["poll"])} if body.get("poll") else {}),
        )
        return httpx.Response(200, json=self.statuses[number])

    def edit(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        """All that is not sent again is lost: files, and the poll."""
        entity, body = self.statuses.get(path[1]), json.loads(request.content)
        if not entity:
            raise Refusal(404, "Record not found")
        self.check(body)
        for item in body.get("media_attributes", ()):
            self.files[item["id"]] = (self.files[item["id"]][0], item["description"])
        self.sources[path[1]] = body.get("status", "")
        files = [attachment(file, self.files[file][1]) for file in body.get("media_ids", ())]
        changes = {"content": f"<p>{escape(self.sources[path[1]])}</p>", "media_attachments": files, "poll": None}
        warning = {"spoiler_text": body.get("spoiler_text", ""), "sensitive": body.get("sensitive", False)}
        entity |= changes | warning | {"language": body.get("language", entity.get("language"))}
        return httpx.Response(200, json=entity)

    def answers(self, parent: str | None) -> dict[str, Any]:
        account = self.statuses[parent]["account"]["id"] if parent in self.statuses else parent and "55"
        return {"in_reply_to_id": parent, "in_reply_to_account_id": account}

    def hear(self, text: str, author: str = "ana", contact: Contact = Contact.COMMENT, below: str = "") -> str:
        """A person writes: below that post or message, or on their own. Returns the id of the message."""
        number = self.write(text, below if contact is not Contact.QUOTE else "", author, contact is Contact.DIRECT)
        if contact is Contact.QUOTE and below in self.statuses:
            self.statuses[number]["quote"] = {"state": "accepted", "quoted_status": self.statuses[below]}
        kind = "quote" if contact is Contact.QUOTE else "mention"
        about = {"id": str(len(self.notifications) + 1), "type": kind, "group_key": f"ungrouped-{number}"}
        time = self.statuses[number]["created_at"]
        self.notifications.append({**about, "created_at": time, "account": person(author), "status": number})
        return number

    def write(self, text: str, below: str = "", author: str = "", direct: bool = False) -> str:
        """An account writes, ours where none is named; returns the id of what it wrote."""
        number = str(len(self.sources) + 101)
        self.now += timedelta(seconds=1)
        self.sources[number] = text
        self.statuses[number] = status(
            number,
            f"<p>{escape(text)}</p>",
            self.home,
            created_at=self.now.isoformat(),
            account=person(author) if author else ACCOUNT,
            visibility="direct" if direct else self.statuses.get(below, {}).get("visibility", "public"),
            language="en",
            **self.answers(below or None),
        )
        return number

    def amend(self, id: str, text: str) -> None:
        """The author of a message edits it."""
        self.now += timedelta(seconds=1)
        self.sources[id] = text
        self.statuses[id] |= {"content": f"<p>{escape(text)}</p>", "edited_at": self.now.isoformat()}

    def remove(self, id: str) -> None:
        """The author of a message deletes it."""
        del self.statuses[id]
        self.notifications = [item for item in self.notifications if item["status"] != id]

    def notification(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        """Newest first, as for every list; what is withheld only where that is asked for."""
        if path[1:] == ["requests"]:
            return self.requests()
        query = request.url.params
        if self.bare and ("quote" in query.get_list("types[]") or "include_filtered" in query):
            raise Refusal(400, "Unknown type")
        entities = [
            item | {"status": self.statuses[item["status"]]}
            for item in reversed(self.notifications)
            if int(item["id"]) < _limit(request)
            and (item["account"]["username"] not in self.withheld or query.get("include_filtered") == "true")
        ]
        return httpx.Response(200, json=entities[: int(query.get("limit", 40))])

    def requests(self) -> httpx.Response:
        if self.bare:
            raise Refusal(404, "Record not found")
        entities = list[dict[str, Any]]()
        for author in self.withheld:
            numbers = [item["status"] for item in self.notifications if item["account"]["username"] == author]
            times = [self.statuses[number]["created_at"] for number in numbers]
            about = {"id": f"9{len(entities)}", "account": person(author), "notifications_count": str(len(numbers))}
            if numbers:
                dates = {"created_at": times[0], "updated_at": times[-1]}
                entities.append({**about, **dates, "last_status": self.statuses[numbers[-1]]})
        return httpx.Response(200, json=entities)

    def check(self, body: dict[str, Any]) -> None:
        text, files = body.get("status", ""), body.get("media_ids", [])
        if not (text.strip() or files or body.get("poll")):
            raise Refusal(422, "Validation failed: Text can't be blank")
        if counting.mastodon(text, body.get("spoiler_text", "")) > LONGEST:
            raise Refusal(422, f"Validation failed: Text character limit of {LONGEST} exceeded")
        if len(files) > MOST:
            raise Refusal(422, f"Validation failed: Cannot attach more than {MOST} files")
        if any(file not in self.files for file in files):
            raise Refusal(422, "Validation failed: Cannot attach files that were not uploaded")
        parent = body.get("in_reply_to_id")
        if parent and parent not in self.statuses and parent not in self.others:
            raise Refusal(404, "The post you are trying to reply to does not appear to exist")
        if body.get("poll") and not 2 <= len(body["poll"]["options"]) <= 4:
            raise Refusal(422, "Validation failed: Options must have 2 to 4 items")

    def poll(self, asked: dict[str, Any]) -> dict[str, Any]:
        options = [{"title": option, "votes_count": 0} for option in asked["options"]]
        about = {"id": "1", "expires_at": None, "expired": False, "multiple": bool(asked.get("multiple"))}
        return about | {"votes_count": 0, "voters_count": 0, "options": options, "emojis": []}

    def status(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        if path[1:] == []:
            if self.bare:
                raise Refusal(405, "Method not allowed")
            numbers = request.url.params.get_list("id[]")
            return httpx.Response(200, json=[self.statuses[number] for number in numbers if number in self.statuses])
        entity = self.statuses.get(path[1])
        if path[1] in self.others and not entity:
            entity = status(path[1], "<p>Hi</p>", self.home)
        if not entity:
            raise Refusal(404, "Record not found")
        if path[2:] == ["context"]:
            above, parent = list[dict[str, Any]](), entity["in_reply_to_id"]
            while parent in self.statuses and self.statuses[parent] not in above:
                above.insert(0, self.statuses[parent])
                parent = above[0]["in_reply_to_id"]
            below = [reply for reply in self.statuses.values() if reply["in_reply_to_id"] == path[1]]
            return httpx.Response(200, json={"ancestors": above, "descendants": [*below, *self.strangers]})
        source = {"id": path[1], "text": self.sources.get(path[1], "")}
        source["spoiler_text"] = entity["spoiler_text"]
        boosted = {"reblogged": any((item.get("reblog") or {}).get("id") == path[1] for item in self.statuses.values())}
        return httpx.Response(200, json=source if path[2:] == ["source"] else entity | boosted)

    def delete(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        if path[1] not in self.statuses:
            raise Refusal(404, "Record not found")
        return httpx.Response(200, json=self.statuses.pop(path[1]))

    def upload(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        form = fields(request)
        file = form.get("file")
        if not isinstance(file, File) or not file.data:
            raise Refusal(422, "Validation failed: File can't be blank")
        if file.mime not in (*TYPES, "application/octet-stream"):
            raise Refusal(422, "Validation failed: File content type is invalid")
        if file.mime.startswith("image/") and len(file.data) > LARGEST:
            raise Refusal(422, "Validation failed: File file size must be less than 16 MB")
        number = str(len(self.files) + 22)
        self.files[number] = (file, form.get("description", ""))
        return httpx.Response(202 if self.busy else 200, json=attachment(number, self.files[number][1]))

    def file(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        self.looks += 1
        if path[1] not in self.files:
            raise Refusal(404, "Record not found")
        return httpx.Response(206 if self.looks < self.busy else 200, json=attachment(path[1]))

    def account(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        if path[1] == "verify_credentials":
            return httpx.Response(200, json=ME)
        without = request.url.params.get("exclude_reblogs") == "true"
        own = [item for item in self.statuses.values() if item["account"]["id"] == ACCOUNT["id"]]
        listed = [status for status in own if not (without and status.get("reblog"))]
        visible = (status for status in listed if not (self.hides and status["in_reply_to_id"]))
        newest = sorted(visible, key=lambda status: -int(status["id"]))
        page = [status for status in newest if int(status["id"]) < _limit(request)][: int(request.url.params["limit"])]
        return httpx.Response(200, json=page)

    def search(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        statuses = [status("55", "<p>Hi</p>", self.home)] if request.url.params["q"] == STRANGER else []
        return httpx.Response(200, json={"accounts": [], "hashtags": [], "statuses": statuses})

    def about(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        return httpx.Response(200, json=ABOUT | {"api_versions": {"mastodon": self.quotes}})


ANSWERS: dict[str, Callable[[Mastodon, httpx.Request, list[str]], httpx.Response]] = {
    "POST statuses": Mastodon.post,
    "GET statuses": Mastodon.status,
    "DELETE statuses": Mastodon.delete,
    "PUT statuses": Mastodon.edit,
    "POST media": Mastodon.upload,
    "GET media": Mastodon.file,
    "GET accounts": Mastodon.account,
    "GET apps": Mastodon.application,
    "GET search": Mastodon.search,
    "GET instance": Mastodon.about,
    "GET notifications": Mastodon.notification,
}


def _limit(request: httpx.Request) -> int:
    """The number that a page ends before."""
    written = request.url.params.get("max_id", str(10**9))
    return int(written) if written.isdigit() else 0


def person(name: str) -> dict[str, Any]:
    """An account of another server."""
    return ACCOUNT | {"id": f"9{name}", "username": name, "acct": f"{name}@elsewhere.example", "display_name": name}


def status(number: str, content: str, home: str = HOME, **changes: Any) -> dict[str, Any]:
    entity: dict[str, Any] = {
        "id": number,
        "uri": f"{home}/users/team/statuses/{number}",
        "url": f"{home}/@team/{number}",
        "account": ACCOUNT,
        "content": content,
        "created_at": "2026-12-01T12:00:00.000Z",
        "visibility": "public",
        "sensitive": False,
        "spoiler_text": "",
        "in_reply_to_id": None,
        **{name: [] for name in ("emojis", "media_attachments", "mentions", "tags")},
        **dict.fromkeys(("favourites_count", "reblogs_count", "replies_count"), 0),
    }
    return entity | changes


def attachment(number: str, alt: str = "") -> dict[str, Any]:
    return {"id": number, "type": "image"} | ({"description": alt} if alt else {})
