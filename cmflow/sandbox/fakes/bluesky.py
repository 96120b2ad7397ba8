"""A Bluesky server in memory: one account's repository, its blobs and its session. AT Protocol lexicons, 2026-11-22."""

import json
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx

from cmflow.model import Contact
from cmflow.render import counting
from cmflow.values import dataclass

PASSWORD = "abcd-efgh-ijkl-mnop"
HANDLE = "cmflow.test"
ME, ANA = "did:plc:me23456723456723456723", "did:plc:ana23456723456723456723"
MOMENT = "2026-12-01T12:00:00.000Z"
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
POST = "app.bsky.feed.post"
MESSAGE = "chat.bsky.convo.defs#messageView"
LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
READY = b"made ready: "  # what the video service puts before a video: it is another file then
GRAPHEMES, BYTES = 300, 3_000
VIDEOS = "video.bsky.app"
UPLOADS = "com.atproto.repo.uploadBlob"
LARGEST = {"image": 2_000_000, "video": 300_000_000}  # bytes of a blob

Answer = httpx.Response | Callable[[httpx.Request], httpx.Response]


class Refusal(Exception):
    def __init__(self, status: int, error: str, message: str = "") -> None:
        super().__init__(message)
        self.status, self.error = status, error


def failed(status: int, error: str, message: str = "", **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"error": error, "message": message}, headers=headers)


@dataclass
class Bluesky:
    """`records` by address, `blobs` by their link; `next` are answers it gives instead, by method. `home` is its own
    address where that is another one than the one asked; it has the video service beside it then: `jobs` are the
    videos, each with how many questions are left until it is ready.

    `reasons` are those of notifications, by the address of a person's post; `chats` are messages by conversation, which
    an app password may read with `is_private`.

    The tokens are numbered: `access1`, `refresh1`, and the next pair after a refresh.
    """

    password: str = PASSWORD
    handle: str = HANDLE
    did: str = ME
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    blobs: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    next: dict[str, list[Answer]] = field(default_factory=dict)
    token: int = 1
    home: str = ""
    jobs: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    chats: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    is_private: bool = True
    now: datetime = NOON

    @property
    def posts(self) -> list[str]:
        own = (record for uri, record in self.records.items() if uri.startswith(f"at://{self.did}/"))
        return [record["text"] for record in own if "text" in record]

    @property
    def letters(self) -> list[str]:
        """The direct messages that we have sent."""
        return [item["text"] for chat in self.chats.values() for item in chat if item["sender"]["did"] == self.did]

    @property
    def alts(self) -> list[list[str]]:
        embeds = (record.get("embed", {}) for record in self.records.values())
        return [[image["alt"] for image in embed.get("images", ())] for embed in embeds]

    @property
    def identity(self) -> dict[str, str]:
        return {"did": self.did, "handle": self.handle}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        method = request.url.path.removeprefix("/xrpc/").rpartition(".")[2]
        if waiting := self.next.get(method):
            answer = waiting.pop(0)
            return answer if isinstance(answer, httpx.Response) else answer(request)
        try:
            if request.url.host == VIDEOS:
                return self.videos(method, request)
            if request.url.path.startswith("/xrpc/chat."):
                return self.chat(method, request)
            if method not in METHODS:
                raise Refusal(501, "MethodNotImplemented", "Method Not Implemented")
            self.check_token(method, request.headers.get("authorization", ""))
            return METHODS[method](self, request)
        except Refusal as refusal:
            return failed(refusal.status, refusal.error, str(refusal))

    def check_token(self, method: str, header: str) -> None:
        if method in ("createSession", "resolveHandle"):
            return
        name = "refresh" if method == "refreshSession" else "access"
        if not header:
            raise Refusal(401, "AuthMissing", "Authentication Required")
        if header.startswith(f"Bearer {name}") and header != f"Bearer {name}{self.token}":
            raise Refusal(400, "ExpiredToken", "Token has expired")
        if header != f"Bearer {name}{self.token}":
            raise Refusal(400, "InvalidToken", "Token could not be verified")

    # ── the session ─────────────────────────────────────────────────────────────────────────────────────────

    def create_session(self, request: httpx.Request) -> httpx.Response:
        if json.loads(request.content) != {"identifier": self.handle, "password": self.password}:
            raise Refusal(401, "AuthenticationRequired", "Invalid identifier or password")
        return self.tokens()

    def refresh_session(self, request: httpx.Request) -> httpx.Response:
        self.token += 1
        return self.tokens()

    def tokens(self) -> httpx.Response:
        pair = {"accessJwt": f"access{self.token}", "refreshJwt": f"refresh{self.token}"}
        home = {"service": [{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": self.home}]}
        document = {"didDoc": {"id": self.did, **home}} if self.home else {}
        return httpx.Response(200, json={**pair, **self.identity, **document, "active": True})

    def session(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={**self.identity, "emailConfirmed": True})

    def service_auth(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if query["aud"] != f"did:web:{self.home.removeprefix('https://')}" or query["lxm"] != UPLOADS:
            raise Refusal(400, "InvalidRequest", "missing or wrong audience or method")
        return httpx.Response(200, json={"token": f"service{self.token}"})

    # ── the video service ───────────────────────────────────────────────────────────────────────────────────

    def videos(self, method: str, request: httpx.Request) -> httpx.Response:
        """A job is wrapped in every answer but that to an upload; what is known already is an error with its job."""
        if method == "getJobStatus":
            return httpx.Response(200, json={"jobStatus": self.job(request.url.params["jobId"])})
        if request.headers.get("authorization") != f"Bearer service{self.token}":
            raise Refusal(401, "AuthMissing", "Authentication Required")
        if request.headers["content-type"] != "video/mp4" or request.url.params["did"] != self.did:
            raise Refusal(400, "InvalidRequest", "not a video of this account")
        name = f"job{sha256(request.content).hexdigest()[:8]}"
        known = name in self.jobs
        if not known:
            self.jobs[name] = (2, self.keep("video/mp4", READY + request.content))
        status = {"jobId": name, "did": self.did, "state": "JOB_STATE_COMPLETED" if known else "JOB_STATE_CREATED"}
        error = {"error": "already_exists", "message": "Video already processed"} if known else {}
        return httpx.Response(409 if known else 200, json={**status, **error})

    def job(self, name: str) -> dict[str, Any]:
        questions, blob = self.jobs[name]
        self.jobs[name] = (max(0, questions - 1), blob)
        status: dict[str, Any] = {"jobId": name, "did": self.did}
        if questions:
            return {**status, "state": "JOB_STATE_ENCODING", "progress": 50}
        return {**status, "state": "JOB_STATE_COMPLETED", "blob": blob}

    def resolve(self, request: httpx.Request) -> httpx.Response:
        names = {"ana.test": ANA, self.handle: self.did}
        if request.url.params["handle"] not in names:
            raise Refusal(400, "InvalidRequest", "Unable to resolve handle")
        return httpx.Response(200, json={"did": names[request.url.params["handle"]]})

    # ── the repository ──────────────────────────────────────────────────────────────────────────────────────

    def upload(self, request: httpx.Request) -> httpx.Response:
        mime, data = request.headers["content-type"], request.content
        if not data:
            raise Refusal(400, "InvalidRequest", "Request entity is empty")
        if len(data) > LARGEST.get(mime.partition("/")[0], LARGEST["video"]):
            raise Refusal(400, "BlobTooLarge", "This file is too large.")
        return httpx.Response(200, json={"blob": self.keep(mime, data)})

    def keep(self, mime: str, data: bytes) -> dict[str, Any]:
        link = f"bafkrei{sha256(data).hexdigest()}"
        self.blobs[link] = (mime, data)
        return {"$type": "blob", "ref": {"$link": link}, "mimeType": mime, "size": len(data)}

    def put(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if body["repo"] != self.did:
            raise Refusal(403, "InvalidRequest", "The repository is another account's")
        if body["collection"] == POST:
            _check(body["record"])
        uri = f"at://{body['repo']}/{body['collection']}/{body['rkey']}"
        current = cid(self.records[uri]) if uri in self.records else None
        if body.get("swapRecord", current) != current:
            raise Refusal(400, "InvalidSwap", "Record was at another CID")
        self.records[uri] = body["record"]
        return httpx.Response(200, json={"uri": uri, "cid": cid(body["record"])})

    def get(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        uri = f"at://{query['repo']}/{query['collection']}/{query['rkey']}".replace("ana.test", ANA)
        if uri not in self.records:
            raise Refusal(400, "RecordNotFound", f"Could not locate record: {uri}")
        record = self.records[uri]
        return httpx.Response(200, json={"uri": uri, "cid": cid(record), "value": record})

    def delete(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.records.pop(f"at://{body['repo']}/{body['collection']}/{body['rkey']}", None)
        return httpx.Response(200, json={})

    # ── people ──────────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, text: str, author: str = "ana", contact: Contact = Contact.COMMENT, below: str = "") -> str:
        """A person writes: below that post or message, or on their own. Returns the id of the message."""
        did, uri = person(author)["did"], below.partition(" ")[0]
        self.people[did] = person(author)
        if contact is Contact.DIRECT:
            return self.letter(f"with-{author}", did, text)
        fields: dict[str, Any] = {}
        if contact is Contact.QUOTE:
            record = {"uri": uri, "cid": cid(self.records[uri])}
            fields["embed"] = {"$type": "app.bsky.embed.record", "record": record}
        id = self.write(text, "" if contact is Contact.QUOTE else below, did, **fields)
        self.reasons[id.partition(" ")[0]] = {Contact.COMMENT: "reply"}.get(contact, contact.value)
        return id

    def write(self, text: str, below: str = "", did: str = "", **fields: Any) -> str:
        """An account writes, ours where none is named; returns the id of what it wrote."""
        chat = next((name for name, chat in self.chats.items() if any(item["id"] == below for item in chat)), "")
        if chat:
            return self.letter(chat, did or self.did, text)
        parent, moment = below.partition(" ")[0], self.moment()
        if parent:
            itself = {"uri": parent, "cid": cid(self.records[parent])}
            root = self.records[parent].get("reply", {}).get("root", itself)
            fields["reply"] = {"root": root, "parent": itself}
        uri = f"at://{did or self.did}/{POST}/{self.tid()}"
        self.records[uri] = {"$type": POST, "text": text, "createdAt": moment, "langs": ["en"], **fields}
        return f"{uri} {cid(self.records[uri])}"

    def letter(self, chat: str, did: str, text: str) -> str:
        moment, name = self.moment(), self.tid()
        item = {"$type": MESSAGE, "id": name, "rev": name, "text": text, "sender": {"did": did}, "sentAt": moment}
        self.chats.setdefault(chat, []).append(item)
        return name

    def amend(self, id: str, text: str) -> None:
        raise NotImplementedError("Bluesky has no edits")

    def remove(self, id: str) -> None:
        """The author of a message deletes it."""
        uri = id.partition(" ")[0]
        del self.records[uri], self.reasons[uri]

    def moment(self) -> str:
        """A second later each time."""
        self.now += timedelta(seconds=1)
        return self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def tid(self) -> str:
        number = int(self.now.timestamp() * 1_000_000) << 10
        return "".join(LETTERS[number >> shift & 31] for shift in range(60, -1, -5))

    def profile_of(self, did: str) -> dict[str, str]:
        return self.identity if did == self.did else self.people.get(did) or person("ana")

    def notifications(self, request: httpx.Request) -> httpx.Response:
        """Newest first; the cursor is the number of those that were shown."""
        asked = request.url.params
        uris = [uri for uri in reversed(self.reasons) if self.reasons[uri] in asked.get_list("reasons")]
        start, limit = int(asked.get("cursor", 0)), int(asked.get("limit", 50))
        shown = [
            {
                "uri": uri,
                "cid": cid(self.records[uri]),
                "record": self.records[uri],
                "isRead": False,
                "reason": self.reasons[uri],
                "indexedAt": self.records[uri]["createdAt"],
                "author": self.profile_of(uri.split("/")[2]),
            }
            for uri in uris[start : start + limit]
        ]
        more = {"cursor": str(start + limit)} if len(uris) > start + limit else {}
        return httpx.Response(200, json={"notifications": shown, **more})

    def listed(self, request: httpx.Request) -> httpx.Response:
        """Newest first: the names of records are times."""
        asked = request.url.params
        start = f"at://{asked['repo']}/{asked['collection']}/"
        uris = sorted((uri for uri in self.records if uri.startswith(start)), reverse=True)[: int(asked["limit"])]
        records = [{"uri": uri, "cid": cid(self.records[uri]), "value": self.records[uri]} for uri in uris]
        return httpx.Response(200, json={"records": records})

    def chat(self, method: str, request: httpx.Request) -> httpx.Response:
        """Each list begins with the newest."""
        if request.headers.get("atproto-proxy") != "did:web:api.bsky.chat#bsky_chat":
            raise Refusal(404, "XRPCNotSupported", "XRPCNotSupported")
        self.check_token(method, request.headers.get("authorization", ""))
        if not self.is_private:
            raise Refusal(400, "InvalidToken", "Bad token method")
        if method == "listConvos":
            views = sorted((self.convo(name) for name in self.chats), key=lambda view: view["rev"], reverse=True)
            return httpx.Response(200, json=_page("convos", views, request))
        if method == "getMessages" and request.url.params["convoId"] not in self.chats:
            raise Refusal(400, "InvalidConvo", "Invalid convo")
        if method == "getMessages":
            return httpx.Response(200, json=_page("messages", self.chats[request.url.params["convoId"]][::-1], request))
        body = json.loads(request.content)
        self.letter(body["convoId"], self.did, body["message"]["text"])
        return httpx.Response(200, json=self.chats[body["convoId"]][-1])

    def convo(self, name: str) -> dict[str, Any]:
        last = self.chats[name][-1]
        members = [self.identity, person(name.removeprefix("with-"))]
        about = {"id": name, "rev": last["rev"], "members": members, "muted": False, "unreadCount": 0}
        return about | {"lastMessage": last, "status": "accepted"}

    def views(self, request: httpx.Request) -> httpx.Response:
        uris = [uri for uri in request.url.params.get_list("uris") if uri in self.records]
        return httpx.Response(200, json={"posts": [self.view(uri) for uri in uris]})

    def view(self, uri: str) -> dict[str, Any]:
        """A post with the figures of an older server: quotes and bookmarks are not counted."""
        record, figures = self.records[uri], {"likeCount": 3, "repostCount": 0, "replyCount": 1}
        about = {"uri": uri, "cid": cid(record), "record": record, "indexedAt": MOMENT}
        about["author"] = self.profile_of(uri.split("/")[2])
        return about | figures

    def profile(self, request: httpx.Request) -> httpx.Response:
        if request.url.params["actor"] != self.did:
            raise Refusal(400, "InvalidRequest", "Profile not found")
        return httpx.Response(200, json={**self.identity, "followersCount": 812, "followsCount": 40})


METHODS: dict[str, Callable[[Bluesky, httpx.Request], httpx.Response]] = {
    "createSession": Bluesky.create_session,
    "refreshSession": Bluesky.refresh_session,
    "getSession": Bluesky.session,
    "getServiceAuth": Bluesky.service_auth,
    "resolveHandle": Bluesky.resolve,
    "uploadBlob": Bluesky.upload,
    "putRecord": Bluesky.put,
    "getRecord": Bluesky.get,
    "deleteRecord": Bluesky.delete,
    "getPosts": Bluesky.views,
    "getProfile": Bluesky.profile,
    "listNotifications": Bluesky.notifications,
    "listRecords": Bluesky.listed,
}


def person(name: str) -> dict[str, str]:
    number = int.from_bytes(sha256(name.encode()).digest())
    did = ANA if name == "ana" else "did:plc:" + "".join(LETTERS[number >> 5 * place & 31] for place in range(24))
    return {"did": did, "handle": f"{name}.test", "displayName": name}


def _page(name: str, items: list[dict[str, Any]], request: httpx.Request) -> dict[str, Any]:
    """A page; the cursor is the number of those that were shown."""
    asked = request.url.params
    start, limit = int(asked.get("cursor", 0)), int(asked.get("limit", 50))
    more = {"cursor": str(start + limit)} if len(items) > start + limit else {}
    return {name: items[start : start + limit], **more}


def cid(record: dict[str, Any]) -> str:
    return f"bafyrei{sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()}"


def _check(record: dict[str, Any]) -> None:
    """What the lexicon of a post requires."""
    for name in ("text", "createdAt"):
        if name not in record:
            raise Refusal(400, "InvalidRequest", f'Invalid {POST} record: Record must have the property "{name}"')
    if len(record["text"].encode()) > BYTES:
        raise Refusal(400, "InvalidRequest", f"Record/text must not be longer than {BYTES} bytes")
    if counting.graphemes(record["text"]) > GRAPHEMES:
        raise Refusal(400, "InvalidRequest", f"Record/text must not be longer than {GRAPHEMES} graphemes")
