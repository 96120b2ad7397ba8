"""LinkedIn in memory: a person, and an organisation that the person may post for. Version 202610, read 2026-11-22."""

import json
import re
from collections.abc import Callable
from dataclasses import field
from typing import Any
from urllib.parse import unquote

import httpx

from cmflow.sandbox.fakes.linkedin_people import People, Refusal
from cmflow.values import dataclass

TOKEN = "linkedin-access-token-of-many-characters"
PERSON, ORGANISATION = "urn:li:person:782bbtaQ", "urn:li:organization:1000001"
MEMBER_SCOPES = ("openid", "profile", "w_member_social")
PAGE_SCOPES = (
    *("w_organization_social", "r_organization_social", "rw_organization_admin"),
    *("w_organization_social_feed", "r_organization_social_feed"),
)
VERSIONS = ("202610", "202611")
NOON = 1_796_126_400_000  # milliseconds: 2026-12-01 12:00 UTC
RESERVED = re.compile(r"[|{}@\[\]()<>#*_~]")
TEMPLATE = re.compile(r"\{hashtag\|\\?#\|(?:[^{}|\\]|\\.)+\}|@\[(?:[^\[\]\\]|\\.)+\]\(urn:li:[^()\s]+\)|\\.")
PIECE = 4_194_304  # bytes of a video that LinkedIn wants at once
ROOTS = {"posts": "share", "comments": "comment"}


FIGURES = {
    "impressionCount": 120,
    "uniqueImpressionsCount": 90,
    "clickCount": 12,
    "likeCount": 5,
    "commentCount": 4,
    "shareCount": 2,
    "engagement": 0.19,
}


@dataclass
class LinkedIn(People):
    """`shown` are posts and comments by their ids, in the order they came; `processing`: how often a video is said to
    be in progress, `fails`: it then cannot be used. `uploads` are the bytes by the URN of the file."""

    token: str = TOKEN
    person: str = PERSON
    organisation: str = ORGANISATION
    scopes: tuple[str, ...] = (*MEMBER_SCOPES, *PAGE_SCOPES)
    role: str = "ADMINISTRATOR"
    created: int = NOON
    processing: int = 0
    fails: bool = False
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    ready: set[str] = field(default_factory=set)
    last: int = 7_000

    @property
    def posts(self) -> list[str]:
        """What readers see, in LinkedIn's own notation, cut where an unescaped character ends it."""
        own = [item for item in self.all if self.is_ours(item)]
        return [item["message"]["text"] if "message" in item else _cut(item["commentary"]) for item in own]

    @property
    def all(self) -> list[dict[str, Any]]:
        return list(self.shown.values())

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if request.url.host == "www.linkedin.com":
            return self.upload(request)
        try:
            self.may(request)
            path = request.url.raw_path.decode().partition("?")[0]
            for method, pattern, act in ROUTES:
                match = re.fullmatch(pattern, path)
                if match and method == request.method:
                    return act(self, request, *map(unquote, match.groups()))
            raise Refusal(404, "RESOURCE_NOT_FOUND", f"No virtual resource found for {path}")
        except Refusal as refusal:
            body = {"status": refusal.status, "code": refusal.code, "message": str(refusal)}
            return httpx.Response(refusal.status, json=body)

    def may(self, request: httpx.Request) -> None:
        if request.url.host != "api.linkedin.com" or request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refusal(401, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user")
        if request.url.path.startswith("/v2/"):
            return
        version = request.headers.get("linkedin-version", "")
        if not version:
            raise Refusal(400, "VERSION_MISSING", "A version must be present. Please specify a version")
        if version not in VERSIONS:
            raise Refusal(426, "NONEXISTENT_VERSION", f"Requested version {version}.01 is not active")
        if request.headers.get("x-restli-protocol-version") != "2.0.0":
            raise Refusal(400, "INVALID_PROTOCOL", "Protocol version is missing")

    def needs(self, scope: str, permission: str) -> None:
        if scope not in self.scopes:
            raise Refusal(403, "ACCESS_DENIED", f"Not enough permissions to access: {permission}.20261001")

    def acts(self, author: str, permission: str, suffix: str = "") -> None:
        """Whether the token may write for that author, and the person for that organisation."""
        scopes = {self.person: "w_member_social", self.organisation: f"w_organization_social{suffix}"}
        self.needs(scopes.get(author, "?"), permission)
        if author == self.organisation and not self.role:
            message = "Organization permissions must be used when using organization as author"
            raise Refusal(403, "ACCESS_DENIED", message)

    # ── who ─────────────────────────────────────────────────────────────────────────────────────────────────

    def userinfo(self, request: httpx.Request) -> httpx.Response:
        self.needs("openid", "userinfo.GET")
        return httpx.Response(200, json={"sub": self.person.rpartition(":")[2], "name": "Team Person"})

    def organization(self, request: httpx.Request, number: str) -> httpx.Response:
        self.needs("rw_organization_admin", "organizations.GET")
        if f"urn:li:organization:{number}" != self.organisation:
            raise Refusal(404, "NOT_FOUND", "Could not find entity")
        return httpx.Response(200, json={"id": int(number), "localizedName": "Harbour Lights"})

    def acls(self, request: httpx.Request) -> httpx.Response:
        self.needs("rw_organization_admin", "organizationAcls.FINDER-roleAssignee")
        if request.url.params.get("q") != "roleAssignee":
            raise Refusal(400, "ILLEGAL_ARGUMENT", "Unknown finder")
        acl = {"organization": self.organisation, "roleAssignee": self.person, "role": self.role, "state": "APPROVED"}
        second = acl | {"organization": "urn:li:organization:2", "role": "ADMINISTRATOR"}
        return httpx.Response(200, json=_listed([*([acl] if self.role else []), second], 0, 100))

    # ── figures ─────────────────────────────────────────────────────────────────────────────────────────────

    def statistics(self, request: httpx.Request) -> httpx.Response:
        """Of the organisation's own posts that are there; the lists are asked for in LinkedIn's notation."""
        self.needs("rw_organization_admin", "organizationalEntityShareStatistics.FINDER-organizationalEntity")
        raw = request.url.raw_path.decode().partition("?")[2]
        query = dict(pair.split("=", 1) for pair in raw.split("&"))
        if self.role != "ADMINISTRATOR" or query["organizationalEntity"] != ORGANISATION.replace(":", "%3A"):
            raise Refusal(403, "ACCESS_DENIED", "The member is not an administrator of this organization")
        elements = []
        for name, field_name in (("shares", "share"), ("ugcPosts", "ugcPost")):
            match = re.fullmatch(r"List\((.*)\)", query.get(name, "List()"))
            if not match:
                raise Refusal(400, "ILLEGAL_ARGUMENT", f"{name} is not a list")
            for urn in filter(None, map(unquote, match[1].split(","))):
                if urn in self.shown:
                    about = {"organizationalEntity": ORGANISATION, field_name: urn}
                    elements.append({**about, "totalShareStatistics": FIGURES})
        return httpx.Response(200, json=_listed(elements, 0, 100))

    def size(self, request: httpx.Request, urn: str) -> httpx.Response:
        if request.url.params.get("edgeType") != "COMPANY_FOLLOWED_BY_MEMBER" or urn != ORGANISATION:
            raise Refusal(400, "ILLEGAL_ARGUMENT", "Unknown edge type")
        return httpx.Response(200, json={"firstDegreeSize": 812})

    # ── posts ───────────────────────────────────────────────────────────────────────────────────────────────

    def create(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.acts(body["author"], "posts.CREATE")
        if len(body["commentary"]) > 3_000 + len(RESERVED.findall(body["commentary"])):
            raise Refusal(400, "FIELD_LENGTH_TOO_LONG", "/commentary is longer than 3000")
        if body["author"] == self.organisation and body["visibility"] != "PUBLIC":
            raise Refusal(422, "INVALID_VISIBILITY", "An organization cannot post to connections")
        self.checks_content(body.get("content", {}))
        parent = body.get("reshareContext", {}).get("parent", "urn:li:share:1")
        if not re.fullmatch(r"urn:li:(?:share|ugcPost):\d+", parent):
            raise Refusal(422, "INVALID_URN_TYPE", "/reshareContext/parent is not a share")
        for urn, share in self.shown.items():
            if share.get("commentary") and all(share.get(name) == body.get(name) for name in ("author", "commentary")):
                raise Refusal(422, "DUPLICATE_POST", f"Content is a duplicate of {urn}")
        urn = self.number("share")
        times = {"createdAt": self.created, "lastModifiedAt": self.created, "publishedAt": self.created}
        self.shown[urn] = {"id": urn, **body, **times}
        return httpx.Response(201, headers={"x-restli-id": urn})

    def checks_content(self, content: dict[str, Any]) -> None:
        """One kind of content, of files that are there."""
        if len(content) > 1:
            raise Refusal(422, "INVALID_CONTENT", "/content is a union: only one member may be set")
        media = content.get("media", {})
        if media.get("id", "").startswith("urn:li:document:") and not media.get("title"):
            raise Refusal(422, "MISSING_TITLE", "/content/media/title is required for a document")
        images = content.get("multiImage", {}).get("images", [])
        if "thumbnail" in content.get("article", {}):
            images = [{"id": content["article"]["thumbnail"]}]
        for file in [*images, *([content["media"]] if "media" in content else [])]:
            if len(self.uploads.get(file["id"], b"")) != self.sizes.get(file["id"]) or file["id"] not in self.ready:
                raise Refusal(400, "MEDIA_ASSET_WAITING_UPLOAD", f"{file['id']} is not available")

    def delete(self, request: httpx.Request, urn: str) -> httpx.Response:
        if request.headers.get("x-restli-method") != "DELETE":
            raise Refusal(400, "ILLEGAL_ARGUMENT", "X-RestLi-Method is missing")
        if urn in self.shown:
            self.acts(self.shown[urn]["author"], "posts.DELETE")
            del self.shown[urn]
        return httpx.Response(204)

    def author(self, request: httpx.Request) -> httpx.Response:
        """Newest first; a person's posts are for chosen apps alone."""
        params = request.url.params
        raw = request.url.raw_path.decode()
        if params.get("q") != "author" or f"author={self.organisation.replace(':', '%3A')}" not in raw:
            raise Refusal(403, "ACCESS_DENIED", "Not enough permissions to access: posts.FINDER-author.20261001")
        self.needs("r_organization_social", "posts.FINDER-author")
        if request.headers.get("x-restli-method") != "FINDER":
            raise Refusal(400, "ILLEGAL_ARGUMENT", "X-RestLi-Method is missing")
        newest = [item for item in reversed(self.all) if item.get("author") == self.organisation]
        return httpx.Response(200, json=_listed(newest, int(params["start"]), int(params["count"])))

    # ── files ───────────────────────────────────────────────────────────────────────────────────────────────

    def images(self, request: httpx.Request) -> httpx.Response:
        return self.whole(request, "image")

    def documents(self, request: httpx.Request) -> httpx.Response:
        return self.whole(request, "document")

    def whole(self, request: httpx.Request, name: str) -> httpx.Response:
        """A ticket for a file that goes up in one request."""
        payload = _action(request, "initializeUpload")
        self.acts(payload["owner"], f"{name}s.ACTION-initializeUpload")
        urn = self.number(name)
        self.uploads[urn] = b""
        value = {"uploadUrlExpiresAt": NOON + 86_400_000, "uploadUrl": _address(urn, 0), name: urn}
        return httpx.Response(200, json={"value": value})

    def videos(self, request: httpx.Request) -> httpx.Response:
        if request.url.params.get("action") == "finalizeUpload":
            return self.finalize(request)
        payload = _action(request, "initializeUpload")
        self.acts(payload["owner"], "videos.ACTION-initializeUpload")
        urn, size = self.number("video"), payload["fileSizeBytes"]
        self.uploads[urn], self.sizes[urn] = b"", size
        pieces = [
            {"uploadUrl": _address(urn, first), "firstByte": first, "lastByte": min(first + PIECE, size) - 1}
            for first in range(0, size, PIECE)
        ]
        value = {"uploadUrlsExpireAt": NOON, "video": urn, "uploadInstructions": pieces, "uploadToken": "", "size": 0}
        return httpx.Response(200, json={"value": {name: part for name, part in value.items() if name != "size"}})

    def upload(self, request: httpx.Request) -> httpx.Response:
        """An image with our token; a piece of a video without, at an address that is signed, and in its turn or once
        more."""
        urn, _, first = unquote(request.url.path).removeprefix("/dms-uploads/").partition("/")
        is_whole, has_token = not urn.startswith("urn:li:video:"), "authorization" in request.headers
        if request.method != "PUT" or urn not in self.uploads or is_whole != has_token or not request.content:
            return httpx.Response(401 if is_whole else 403)
        data, start = self.uploads[urn], int(first)
        if len(data) < start or len(request.content) > max(PIECE, 10**7 * is_whole):
            return httpx.Response(400)
        self.uploads[urn] = data[:start] + request.content + data[start + len(request.content) :]
        if is_whole:
            self.sizes[urn] = len(request.content)
            self.ready |= {urn} if urn.startswith("urn:li:image:") else set()
            return httpx.Response(201)
        return httpx.Response(200, headers={"ETag": f'"{urn.rpartition(":")[2]}-{first}"'})

    def finalize(self, request: httpx.Request) -> httpx.Response:
        payload = _action(request, "finalizeUpload")
        urn, number = payload["video"], payload["video"].rpartition(":")[2]
        parts = [f"{number}-{first}" for first in range(0, self.sizes[urn], PIECE)]
        if payload["uploadedPartIds"] != parts or len(self.uploads[urn]) != self.sizes[urn]:
            raise Refusal(400, "INVALID_PARTS", "The parts are not those that were uploaded")
        return httpx.Response(200)

    def video(self, request: httpx.Request, urn: str) -> httpx.Response:
        self.needs("r_organization_social", f"{urn.split(':')[2]}s.GET")
        self.processing -= 1
        if self.processing >= 0:
            return httpx.Response(200, json={"id": urn, "status": "PROCESSING"})
        if self.fails:
            return httpx.Response(200, json={"id": urn, "status": "PROCESSING_FAILED"})
        self.ready.add(urn)
        return httpx.Response(200, json={"id": urn, "status": "AVAILABLE"})

    def number(self, kind: str) -> str:
        self.last += 1
        return f"urn:li:{kind}:{self.last}"


def _address(urn: str, first: int) -> str:
    return f"https://www.linkedin.com/dms-uploads/{urn}/{first}?sig=abc"


def _action(request: httpx.Request, action: str) -> Any:
    if request.url.params.get("action") != action:
        raise Refusal(400, "ILLEGAL_ARGUMENT", "Unknown action")
    return json.loads(request.content)[f"{action}Request"]


def _listed(elements: list[dict[str, Any]], start: int, count: int) -> dict[str, Any]:
    return {"paging": {"start": start, "count": count, "links": []}, "elements": elements[start : start + count]}


def _cut(little: str) -> str:
    """What is left of a text whose reserved characters are not escaped: it ends at the first of them."""
    plain = TEMPLATE.sub(lambda match: "\0" * len(match[0]), little)
    match = RESERVED.search(plain)
    return little[: match.start()] if match else little


def readable(little: str) -> str:
    """What readers see of a text: hashtags and mentions by their names, without the backslashes."""
    text = re.sub(r"\{hashtag\|\\?#\|((?:[^{}|\\]|\\.)+)\}", r"#\1", _cut(little))
    text = re.sub(r"@\[((?:[^\[\]\\]|\\.)+)\]\(urn:li:[^()\s]+\)", r"@\1", text)
    return re.sub(r"\\(.)", r"\1", text)


Act = Callable[..., httpx.Response]
URN = r"(urn%3Ali%3A\w+%3A\d+)"
TARGET = r"(urn%3Ali%3A\w+%3A\d+|urn%3Ali%3Acomment%3A%28[^/]+%29)"
ROUTES: tuple[tuple[str, str, Act], ...] = (
    ("GET", "/v2/userinfo", LinkedIn.userinfo),
    ("GET", r"/rest/organizations/(\d+)", LinkedIn.organization),
    ("GET", "/rest/organizationAcls", LinkedIn.acls),
    ("GET", "/rest/organizationalEntityShareStatistics", LinkedIn.statistics),
    ("GET", f"/rest/networkSizes/{URN}", LinkedIn.size),
    ("POST", "/rest/posts", LinkedIn.create),
    ("GET", "/rest/posts", LinkedIn.author),
    ("DELETE", f"/rest/posts/{URN}", LinkedIn.delete),
    ("GET", "/rest/socialMetadata", LinkedIn.metadata),
    ("POST", f"/rest/socialActions/{TARGET}/comments", LinkedIn.comment),
    ("GET", f"/rest/socialActions/{TARGET}/comments", LinkedIn.comments),
    ("DELETE", rf"/rest/socialActions/{URN}/comments/(\d+)", LinkedIn.uncomment),
    ("POST", "/rest/images", LinkedIn.images),
    ("POST", "/rest/documents", LinkedIn.documents),
    ("GET", r"/rest/documents/(urn%3Ali%3Adocument%3A\w+)", LinkedIn.video),
    ("POST", "/rest/videos", LinkedIn.videos),
    ("GET", r"/rest/videos/(urn%3Ali%3Avideo%3A\w+)", LinkedIn.video),
)
