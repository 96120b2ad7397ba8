"""LinkedIn publishes no description for machines: these schemas say what its documentation says, read 2026-11-22.

Each stands with the page it is taken from, below https://learn.microsoft.com/en-us/linkedin/ (version li-lms-2026-10).
"""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import jsonschema
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for

from tests.networks.spec import Drift

POSTS = "marketing/community-management/shares/posts-api"
POLLS = "marketing/community-management/shares/poll-post-api"
MULTI = "marketing/community-management/shares/multiimage-post-api"
IMAGES = "marketing/community-management/shares/images-api"
DOCUMENTS = "marketing/community-management/shares/documents-api"
VIDEOS = "marketing/community-management/shares/videos-api"
COMMENTS = "marketing/community-management/shares/comments-api"
METADATA = "marketing/community-management/shares/reactions-api"
ROLES = "marketing/community-management/organizations/organization-access-control-by-role"
STATS = "marketing/community-management/organizations/share-statistics"
LOOKUP = "marketing/community-management/organizations/organization-lookup-api"
OPENID = "consumer/integrations/self-serve/sign-in-with-linkedin-v2"
Schema = dict[str, Any]


def _object(required: Schema, optional: Schema | None = None, closed: bool = True) -> Schema:
    properties = required | (optional or {})
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": not closed,
    }


def _urn(*kinds: str) -> Schema:
    return {"type": "string", "pattern": rf"^urn:li:(?:{'|'.join(kinds)}):[A-Za-z0-9_-]+$"}


def _list(items: Schema, least: int = 0, most: int = 10_000) -> Schema:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _open(required: Schema) -> Schema:
    return _object(required, closed=False)


def _elements(item: Schema) -> Schema:
    return _open({"elements": _list(item), "paging": _open({"start": WHOLE, "count": WHOLE})})


TEXT: Schema = {"type": "string"}
WORDS: Schema = {"type": "string", "minLength": 1}
WHOLE: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
AUTHOR, POST = _urn("person", "organization"), _urn("share", "ugcPost")
FILE = _object({"id": _urn("image", "video", "document")}, {"altText": WORDS, "title": WORDS})
POLL = _object(
    {
        "question": {"type": "string", "minLength": 1, "maxLength": 140},
        "options": _list(_object({"text": {"type": "string", "minLength": 1, "maxLength": 30}}), 2, 4),
        "settings": _object({"duration": {"enum": ["ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS"]}}),
    }
)
ARTICLE = _object(
    {"source": {"type": "string", "pattern": "^https?://"}, "title": WORDS},
    {"description": WORDS, "thumbnail": _urn("image"), "thumbnailAltText": WORDS},
)
CONTENT: Schema = {
    "oneOf": [
        _object({"media": FILE}),
        _object({"multiImage": _object({"images": _list(_object({"id": _urn("image")}, {"altText": WORDS}), 2, 20)})}),
        _object({"article": ARTICLE}),
        _object({"poll": POLL}),
    ]
}
DISTRIBUTION = _object(
    {"feedDistribution": {"enum": ["MAIN_FEED", "NONE"]}},
    {"targetEntities": _list({}), "thirdPartyDistributionChannels": _list({})},
)
CREATE = _object(
    {
        "author": AUTHOR,
        "commentary": TEXT,
        "visibility": {"enum": ["PUBLIC", "CONNECTIONS", "LOGGED_IN"]},
        "distribution": DISTRIBUTION,
        "lifecycleState": {"enum": ["PUBLISHED", "DRAFT"]},
    },
    {"content": CONTENT, "reshareContext": _object({"parent": POST}), "isReshareDisabledByAuthor": FLAG},
)
LISTED = _open({"id": POST, "author": AUTHOR, "commentary": TEXT, "createdAt": WHOLE, "lifecycleState": WORDS})
COMMENT = _object(
    {"actor": AUTHOR, "object": _urn("share", "ugcPost", "activity"), "message": _object({"text": WORDS})},
    {"parentComment": {"type": "string", "pattern": r"^urn:li:comment:\(urn:li:\w+:\d+,\d+\)$"}},
)
COUNTS = _open({"commentSummary": _open({"count": WHOLE, "topLevelCount": WHOLE}), "commentsState": WORDS})
SHOWN = _open({"id": WORDS, "actor": AUTHOR, "message": _open({"text": WORDS})})
PIECE = _open({"uploadUrl": WORDS, "firstByte": WHOLE, "lastByte": WHOLE})
FILM = _object(
    {"owner": AUTHOR, "fileSizeBytes": {"type": "integer", "minimum": 1}},
    {"uploadCaptions": FLAG, "uploadThumbnail": FLAG},
)
FILM_TICKET = _open({"video": _urn("video"), "uploadInstructions": _list(PIECE, 1), "uploadToken": TEXT})
FINALIZE = _object({"video": _urn("video"), "uploadToken": TEXT, "uploadedPartIds": _list(WORDS, 1)})
STATUS = _open({"status": {"enum": ["AVAILABLE", "PROCESSING", "PROCESSING_FAILED", "WAITING_UPLOAD"]}})
ROLE = _open({"organization": _urn("organization"), "role": WORDS, "state": WORDS, "roleAssignee": _urn("person")})
NUMBERS = ("impressionCount", "uniqueImpressionsCount", "clickCount", "likeCount", "commentCount", "shareCount")
STATISTICS = _open(
    {
        "organizationalEntity": _urn("organization"),
        "totalShareStatistics": _open(dict.fromkeys(NUMBERS, WHOLE) | {"engagement": {"type": "number"}}),
    }
)
ERROR = _open({"status": WHOLE, "message": TEXT})


@dataclass(frozen=True)
class Call:
    """What LinkedIn takes and answers. `query` are the parameters there are, `success` the status of a yes."""

    method: str
    path: str
    source: str
    success: int = 200
    asked: Schema | None = None
    answer: Schema | None = None
    query: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


URN = r"urn%3Ali%3A\w+%3A\d+"
TARGET = rf"(?:{URN}|urn%3Ali%3Acomment%3A%28{URN}%2C\d+%29)"
CALLS = (
    Call("GET", "/v2/userinfo", OPENID, answer=_open({"sub": WORDS})),
    Call("GET", r"/rest/organizations/\d+", LOOKUP, answer=_open({"id": WHOLE, "localizedName": WORDS})),
    Call(
        "GET", "/rest/organizationAcls", ROLES, answer=_elements(ROLE), query=("q", "state", "role", "start", "count")
    ),
    Call(
        *("GET", "/rest/organizationalEntityShareStatistics", STATS),
        answer=_elements(STATISTICS),
        query=("q", "organizationalEntity", "shares", "ugcPosts", "timeIntervals"),
    ),
    Call("GET", f"/rest/networkSizes/{URN}", LOOKUP, answer=_open({"firstDegreeSize": WHOLE}), query=("edgeType",)),
    Call("POST", "/rest/posts", POSTS, 201, asked=CREATE),
    Call(
        *("GET", "/rest/posts", POSTS),
        answer=_elements(LISTED),
        query=("q", "author", "sortBy", "start", "count", "isDsc", "viewContext"),
        headers={"x-restli-method": "FINDER"},
    ),
    Call("DELETE", f"/rest/posts/{URN}", POSTS, 204, headers={"x-restli-method": "DELETE"}),
    Call(
        *("GET", "/rest/socialMetadata", METADATA),
        answer=_open({"results": {"type": "object", "additionalProperties": COUNTS}}),
        query=("ids",),
    ),
    Call("POST", f"/rest/socialActions/{TARGET}/comments", COMMENTS, 201, asked=COMMENT, answer=SHOWN),
    Call("GET", f"/rest/socialActions/{TARGET}/comments", COMMENTS, answer=_elements(SHOWN), query=("start", "count")),
    Call("DELETE", rf"/rest/socialActions/{URN}/comments/\d+", COMMENTS, 204, query=("actor",)),
    Call(
        *("POST", r"/rest/images\?action=initializeUpload", IMAGES),
        asked=_object({"initializeUploadRequest": _object({"owner": AUTHOR})}),
        answer=_open({"value": _open({"uploadUrl": WORDS, "image": _urn("image")})}),
        query=("action",),
    ),
    Call(
        *("POST", r"/rest/documents\?action=initializeUpload", DOCUMENTS),
        asked=_object({"initializeUploadRequest": _object({"owner": AUTHOR})}),
        answer=_open({"value": _open({"uploadUrl": WORDS, "document": _urn("document")})}),
        query=("action",),
    ),
    Call("GET", r"/rest/documents/urn%3Ali%3Adocument%3A\w+", DOCUMENTS, answer=STATUS),
    Call(
        *("POST", r"/rest/videos\?action=initializeUpload", VIDEOS),
        asked=_object({"initializeUploadRequest": FILM}),
        answer=_open({"value": FILM_TICKET}),
        query=("action",),
    ),
    Call(
        *("POST", r"/rest/videos\?action=finalizeUpload", VIDEOS),
        asked=_object({"finalizeUploadRequest": FINALIZE}),
        query=("action",),
    ),
    Call("GET", r"/rest/videos/urn%3Ali%3Avideo%3A\w+", VIDEOS, answer=STATUS),
)


class Schemas:
    """What goes to another host than the API's, such as bytes, is not described."""

    def request(self, request: httpx.Request) -> None:
        if request.url.host != "api.linkedin.com":
            return
        call = _call(request)
        wanted = dict(call.headers)
        if request.url.path.startswith("/rest/"):
            wanted |= {"x-restli-protocol-version": "2.0.0"}
            if not re.fullmatch(r"20\d{4}", request.headers.get("linkedin-version", "")):
                raise Drift(f"{call.source}: there is no LinkedIn-Version")
        for name, value in wanted.items():
            if request.headers.get(name) != value:
                raise Drift(f"{call.source}: the header {name} is not {value}")
        for name in request.url.params:
            if name not in call.query:
                raise Drift(f"{call.source}: there is no parameter {name}")
        _validate(call.asked, json.loads(request.content) if request.content else None, call, "the request")

    def answer(self, request: httpx.Request, answer: httpx.Response) -> None:
        if request.url.host != "api.linkedin.com":
            return
        call = _call(request)
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        if answer.status_code >= 300:
            _validate(ERROR if is_json else None, answer.json() if is_json else None, call, "the refusal")
        elif answer.status_code != call.success:
            raise Drift(f"{call.source}: {call.method} {call.path} never answers {answer.status_code}")
        else:
            _validate(call.answer, answer.json() if is_json else None, call, "the answer")


def _call(request: httpx.Request) -> Call:
    path = request.url.raw_path.decode()
    for call in CALLS:
        target = path if r"\?" in call.path else path.partition("?")[0]
        if request.method == call.method and re.fullmatch(call.path, target):
            return call
    raise Drift(f"there is no {request.method} {path}")


def _validate(schema: Schema | None, value: Any, call: Call, where: str) -> None:
    if schema is None:
        if value is not None:
            raise Drift(f"{call.source}: {where} of {call.method} {call.path} has no body")
        return
    try:
        _validator(json.dumps(schema)).validate(value)
    except jsonschema.ValidationError as error:
        raise Drift(f"{call.source}: {where} of {call.method} {call.path}: {error.message}") from None


@cache
def _validator(schema: str) -> Validator:
    """Of a schema that is one itself."""
    document = json.loads(schema)
    kind = validator_for(document)
    kind.check_schema(document)
    return kind(document)
