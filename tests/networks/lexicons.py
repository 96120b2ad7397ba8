"""AT Protocol lexicons as a description for `spec.Checked`: parameters, bodies, records, answers, errors.

Stricter than a server where that finds mistakes: a request may hold nothing the lexicon does not name, every record
and every member of a union says its `$type`, and facets must lie inside the text, on whole characters, apart.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx

from cmflow.render import counting
from tests.networks.spec import Drift

# Syntax as atproto.com/specs has it, as far as a test can go wrong.
_DID = r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]"
_HANDLE = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_NSID = r"[a-zA-Z](?:[a-zA-Z0-9-]*)(?:\.[a-zA-Z0-9-]+)+\.[a-zA-Z][a-zA-Z0-9]*"
_KEY = r"(?!\.\.?$)[a-zA-Z0-9_~.:-]{1,512}"
TID = r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}"
FORMATS = {
    "did": _DID,
    "handle": _HANDLE,
    "at-identifier": f"(?:{_DID}|{_HANDLE})",
    "nsid": _NSID,
    "at-uri": f"at://(?:{_DID}|{_HANDLE})(?:/{_NSID}(?:/{_KEY})?)?",
    "cid": r"[a-zA-Z0-9+=]{8,256}",
    "record-key": _KEY,
    "tid": TID,
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,20})?(?:Z|[+-]\d\d:\d\d)",
    "language": r"(?:i|[a-z]{2,3})(?:-[a-zA-Z0-9]+)*",
    "uri": r"\w+:(?://)?[^\s/]\S*",
}
# Errors that any method may answer (packages/xrpc, packages/pds of the official sources, read 2026-11-22).
ERRORS = {
    "AccountTakedown",
    "AuthMissing",
    "AuthenticationRequired",
    "BlobTooLarge",
    "ExpiredToken",
    "Forbidden",
    "InternalServerError",
    "InvalidRequest",
    "InvalidToken",
    "MethodNotImplemented",
    "PayloadTooLarge",
    "RateLimitExceeded",
    "UpstreamFailure",
    "UpstreamTimeout",
}
# What the documented flow of a video has beyond its lexicon (docs.bsky.app/docs/tutorials/video, read 2026-11-29): two
# parameters, an answer that is not wrapped, and an error for a video that is known already. The documentation wins.
UPLOAD = "app.bsky.video.uploadVideo"
UPLOAD_PARAMETERS = {"properties": {name: {"type": "string"} for name in ("did", "name")}, "required": ["did", "name"]}
UPLOAD_ANSWER = {"type": "ref", "ref": "app.bsky.video.defs#jobStatus"}


class Lexicons:
    """`specs` is the folder of descriptions. Requests go to `/xrpc/METHOD`."""

    def __init__(self, specs: Path) -> None:
        self.folder = specs / "atproto" / "lexicons"

    def request(self, request: httpx.Request) -> None:
        if "/xrpc/chat." in request.url.path:
            return  # the folder has no lexicons of direct messages
        name, method = self._method(request)
        _same(request.method, "POST" if method["type"] == "procedure" else "GET", f"{name}: the HTTP method")
        if re.search(r"(?<!not )requires? auth", method.get("description", ""), re.I):
            _match(request.headers.get("authorization", ""), r"Bearer \S+", f"{name}: the authorization")
        parameters = UPLOAD_PARAMETERS if name == UPLOAD else method.get("parameters", {})
        self._object(parameters, _query(parameters, request.url.params), name, f"{name}: parameters", True)
        asked = method.get("input")
        if asked is None:
            _same(request.content, b"", f"{name}: the body")
        elif asked["encoding"] != "application/json":
            _match(request.headers.get("content-type", ""), r"[\w.+-]+/[\w.+-]+", f"{name}: the content type")
        else:
            _same(request.headers.get("content-type"), asked["encoding"], f"{name}: the content type")
            body = json.loads(request.content)
            self._value(asked["schema"], body, name, name, True)
            self._record(body)

    def answer(self, request: httpx.Request, answer: httpx.Response) -> None:
        if "/xrpc/chat." in request.url.path:
            return
        name, method = self._method(request)
        if name == UPLOAD and answer.status_code in (200, 409):
            self._value(UPLOAD_ANSWER, answer.json(), name, f"{name}: the answer", False)
        elif answer.status_code == 200:
            self._value(method["output"]["schema"], answer.json(), name, f"{name}: the answer", False)
        elif answer.headers.get("content-type") == "application/json":
            error = answer.json()["error"]
            if error not in ERRORS | {each["name"] for each in method.get("errors", ())}:
                raise Drift(f"{name} never answers {error}")

    def _method(self, request: httpx.Request) -> tuple[str, Mapping[str, Any]]:
        name = request.url.path.removeprefix("/xrpc/")
        return name, self._definition(name, name)[1]

    def _record(self, body: Mapping[str, Any]) -> None:
        record, collection = body.get("record"), body.get("collection")
        if record is None or collection is None:
            return
        lexicon = self._definition(collection, collection)[1]
        _same(record.get("$type"), collection, "record: $type")
        if lexicon["key"] == "tid":
            _match(body["rkey"], TID, "rkey")
        self._value(lexicon["record"], record, collection, "record", True)
        _facets(record.get("text", ""), record.get("facets", ()))

    # ── values ──────────────────────────────────────────────────────────────────────────────────────────────

    def _value(self, schema: Mapping[str, Any], value: Any, home: str, at: str, strict: bool) -> None:
        """`home` is the lexicon that relative references mean; `at` says where in the message we are."""
        check = {"object": self._object, "array": self._array, "ref": self._ref, "union": self._union}
        kind = schema["type"]
        if kind in check:
            check[kind](schema, value, home, at, strict)
        elif kind == "string":
            _string(schema, value, at)
        elif kind in ("integer", "boolean"):
            _is(value, int if kind == "integer" else bool, at)
            if value < schema.get("minimum", value):
                raise Drift(f"{at}: {value} is too small")
        elif kind == "blob":
            _blob(schema, value, at)
        elif kind != "unknown":
            raise Drift(f"{at}: this test does not know {kind}")

    def _object(self, schema: Mapping[str, Any], value: Any, home: str, at: str, strict: bool) -> None:
        _is(value, dict, at)
        properties = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in value:
                raise Drift(f"{at}: {name} is missing")
        for name, each in value.items():
            if each is None and name in schema.get("nullable", ()):
                continue
            if name in properties:
                self._value(properties[name], each, home, f"{at}.{name}", strict)
            elif strict and name != "$type":
                raise Drift(f"{at}: there is no {name}")

    def _array(self, schema: Mapping[str, Any], value: Any, home: str, at: str, strict: bool) -> None:
        _is(value, list, at)
        _most(len(value), schema.get("maxLength"), at)
        for number, each in enumerate(value):
            self._value(schema["items"], each, home, f"{at}[{number}]", strict)

    def _ref(self, schema: Mapping[str, Any], value: Any, home: str, at: str, strict: bool) -> None:
        home, definition = self._definition(schema["ref"], home)
        self._value(definition, value, home, at, strict)

    def _union(self, schema: Mapping[str, Any], value: Any, home: str, at: str, strict: bool) -> None:
        _is(value, dict, at)
        allowed = [self._name(ref, home) for ref in schema["refs"]]
        if value.get("$type") not in allowed:
            raise Drift(f"{at}: $type is {value.get('$type')}, not one of {', '.join(allowed)}")
        self._ref({"ref": value["$type"]}, value, home, at, strict)

    def _definition(self, ref: str, home: str) -> tuple[str, Mapping[str, Any]]:
        lexicon, _, part = self._name(ref, home).partition("#")
        return lexicon, _lexicon(self.folder, lexicon)["defs"][part or "main"]

    def _name(self, ref: str, home: str) -> str:
        return home + ref if ref.startswith("#") else ref


@lru_cache(maxsize=128)
def _lexicon(folder: Path, name: str) -> Any:
    path = folder.joinpath(*name.split(".")).with_suffix(".json")
    if not path.is_file():
        raise Drift(f"there is no {name}")
    return json.loads(path.read_bytes())


def _query(schema: Mapping[str, Any], params: httpx.QueryParams) -> dict[str, Any]:
    """What a request asks: a list where the lexicon has one, however many were given; a number where it has one."""
    kinds = {name: each["type"] for name, each in schema.get("properties", {}).items()}

    def value(name: str) -> Any:
        kind = kinds.get(name)
        return params.get_list(name) if kind == "array" else int(params[name]) if kind == "integer" else params[name]

    return {name: value(name) for name in params}


def _string(schema: Mapping[str, Any], value: Any, at: str) -> None:
    _is(value, str, at)
    _most(len(value.encode()), schema.get("maxLength"), at)
    if "maxGraphemes" in schema:
        _most(counting.graphemes(value), schema["maxGraphemes"], at)
    if "format" in schema:
        _match(value, FORMATS[schema["format"]], at)
        if schema["format"] == "datetime":
            datetime.fromisoformat(value)
    if "enum" in schema and value not in schema["enum"]:
        raise Drift(f"{at}: {value} is none of {schema['enum']}")


def _blob(schema: Mapping[str, Any], value: Any, at: str) -> None:
    _is(value, dict, at)
    _same(set(value), {"$type", "ref", "mimeType", "size"}, at)
    _same(value["$type"], "blob", at)
    _match(value["ref"]["$link"], FORMATS["cid"], at)
    _most(value["size"], schema.get("maxSize"), at)
    accepted = [each.replace("*", r"[\w.+-]+") for each in schema.get("accept", ["*/*"])]
    _match(value["mimeType"], "|".join(accepted), at)


def _facets(text: str, facets: list[Mapping[str, Any]]) -> None:
    """What no server checks: each stretch lies in the text, begins and ends between characters, touches no other."""
    data, last = text.encode(), 0
    for facet in facets:
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        if not last <= start < end <= len(data):
            raise Drift(f"facets: {start}–{end} lies outside the text or on another one")
        data[start:end].decode()
        last = end


def _is(value: Any, kind: type, at: str) -> None:
    if type(value) is not kind:
        raise Drift(f"{at}: {value!r} is no {kind.__name__}")


def _most(size: int, most: int | None, at: str) -> None:
    if most is not None and size > most:
        raise Drift(f"{at}: {size} is more than {most}")


def _same(value: Any, wanted: Any, at: str) -> None:
    if value != wanted:
        raise Drift(f"{at} is {value!r}, not {wanted!r}")


def _match(value: Any, pattern: str, at: str) -> None:
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise Drift(f"{at}: {value!r} is not as it should be")
