"""OpenAPI documents as a description for `spec.Checked`: paths, parameters, bodies, answers.

Stricter than a server where that finds mistakes: a request may hold no parameter and no field that the document does
not name. `oneOf` is read as `anyOf`: the documents mean "one of these shapes", and their shapes overlap.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import httpx
import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.networks.spec import Drift

METHODS = ("get", "put", "post", "patch", "delete")
Node = Mapping[str, Any]
Place = tuple[Node, str]  # part of a document, and the address that its references count from


class OpenApi:
    """`files` are the documents; `base` what every path of theirs begins with, "" where they say it themselves."""

    def __init__(self, files: Iterator[Path] | list[Path], base: Callable[[str], str] = lambda path: path) -> None:
        self.paths: list[tuple[re.Pattern[str], Node, str]] = []
        for file in files:
            document = _load(file.as_uri())
            literal = sorted(document["paths"].items(), key=lambda item: item[0].count("{"))  # before what is any word
            self.paths += [(_pattern(base(path)), each, file.as_uri()) for path, each in literal]

    def request(self, request: httpx.Request) -> None:
        operation, base, where = self._operation(request)
        schemes = operation.get("security") or [{}]
        wanted = r"Bot \S+" if any("BotToken" in each for each in schemes) else r"Bearer \S+"
        if {} not in schemes and not re.fullmatch(wanted, request.headers.get("authorization", "")):
            raise Drift(f"{where}: there is no token")
        _parameters(operation, base, request, where)
        _body(operation, base, request, where)

    def answer(self, request: httpx.Request, answer: httpx.Response) -> None:
        operation, base, where = self._operation(request)
        known = {str(code): each for code, each in operation["responses"].items()}
        if str(answer.status_code) not in known:
            if answer.status_code < 300:
                raise Drift(f"{where} never answers {answer.status_code}")
            return  # servers and what stands before them fail in ways nobody writes down
        response, base = _deref(known[str(answer.status_code)], base)
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        if schema and answer.headers.get("content-type", "").startswith("application/json"):
            _check(schema, base, answer.json(), f"{where}: the answer")

    def _operation(self, request: httpx.Request) -> tuple[Node, str, str]:
        path = request.url.raw_path.decode().partition("?")[0]
        where = f"{request.method} {path}"
        for pattern, methods, base in self.paths:
            if pattern.fullmatch(path) and request.method.lower() in methods:
                return methods[request.method.lower()], base, where
        raise Drift(f"there is no {where}")


def x(specs: Path) -> OpenApi:
    return OpenApi([specs / "x" / "openapi.json"])


def mastodon(specs: Path) -> OpenApi:
    return OpenApi([specs / "mastodon" / "openapi.json"])


def discord(specs: Path) -> OpenApi:
    return OpenApi([specs / "discord" / "openapi.json"], lambda path: f"/api/v10{path}")


def matrix(specs: Path) -> OpenApi:
    """Each file names its base path; those of the media repository begin at the root."""
    names = (
        *("room_send", "redaction", "directory", "whoami", "message_pagination", "content-repo", "rooms"),
        *("relations", "sync", "account-data"),
    )
    files = [specs / "matrix" / "client-server" / f"{name}.yaml" for name in names]
    return OpenApi(files, _matrix_path)


def _matrix_path(path: str) -> str:
    """Relations are newer than the rest: they begin with v1."""
    version = "v1" if "/relations/" in path else "v3"
    return f"/_matrix{path}" if path.startswith("/media/") else f"/_matrix/client/{version}{path}"


def _pattern(path: str) -> re.Pattern[str]:
    """A state key may be empty, and is for what a room has once."""
    words = re.sub(r"\\\{(\w+)\\\}", lambda hit: "[^/]*" if hit[1] == "stateKey" else "[^/]+", re.escape(path))
    return re.compile(words)


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────


def _parameters(operation: Node, base: str, request: httpx.Request, where: str) -> None:
    places = [_deref(each, base) for each in operation.get("parameters", ())]
    known = {each["name"]: (each["schema"], home) for each, home in places if each["in"] == "query"}
    for each, _ in places:
        if each["in"] == "query" and each.get("required") and each["name"] not in request.url.params:
            raise Drift(f"{where}: {each['name']} is missing")
    for name, value in request.url.params.multi_items():
        schema, home = known.get(name.removesuffix("[]"), ({}, base))
        if not schema or (name.endswith("[]") and schema.get("type") != "array"):
            raise Drift(f"{where}: there is no parameter {name}")
        _check(schema, home, _typed(schema, value), f"{where}: {name}")


def _typed(schema: Node, value: str) -> Any:
    if schema.get("type") == "array":
        return value.split(",")
    return json.loads(value) if schema.get("type") in ("integer", "boolean", "number") else value


def _body(operation: Node, base: str, request: httpx.Request, where: str) -> None:
    if "requestBody" not in operation:
        if request.content:
            raise Drift(f"{where} takes no body")
        return
    asked, base = _deref(operation["requestBody"], base)
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    content = asked["content"]
    if kind not in content and "application/octet-stream" not in content:
        raise Drift(f"{where} takes no {kind}")
    if kind == "application/json":
        _fields(content[kind]["schema"], base, json.loads(request.content), where)
    elif kind == "multipart/form-data":
        parts = form(request.content, rest)
        if "payload_json" in parts:  # Discord's: the fields as JSON beside the files
            _fields(content[kind]["schema"], base, json.loads(parts.pop("payload_json")), where)
            parts = {}
        _fields(content[kind]["schema"], base, {name: value.decode("latin-1") for name, value in parts.items()}, where)


def _fields(schema: Node, base: str, value: Any, where: str) -> None:
    _check(schema, base, value, f"{where}: the body")
    known = set(_names(schema, base))
    if known and set(value) - known:
        raise Drift(f"{where}: there is no {', '.join(sorted(set(value) - known))}")


def _names(schema: Node, base: str) -> Iterator[str]:
    """The fields that any of the shapes has."""
    schema, base = _deref(schema, base)
    yield from (name.removesuffix("[]") for name in schema.get("properties", {}))  # as forms write a list
    for word in ("allOf", "anyOf"):
        for each in schema.get(word, ()):
            yield from _names(each, base)


def form(body: bytes, rest: str) -> dict[str, bytes]:
    """The fields of multipart/form-data by name; `rest` follows the media type in the header."""
    boundary = rest.partition("boundary=")[2].strip('" ').encode()
    found = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, data = part.strip(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]*)"', head)
        if name:
            found[name[1].decode()] = data
    return found


# ── documents ───────────────────────────────────────────────────────────────────────────────────────────────


def _check(schema: Node, base: str, value: Any, where: str) -> None:
    """What was sound stays so: tests send the same thing hundreds of times. A schema is part of a kept document."""
    question = (id(schema), base, json.dumps(value))
    if question in SOUND:
        return
    rooted = {"$ref": urljoin(base, schema["$ref"])} if "$ref" in schema else schema
    resolver = REGISTRY.resolver(base)
    validator = Draft202012Validator(rooted, registry=REGISTRY, _resolver=resolver)  # type: ignore[call-arg]
    error: ValidationError | None = next(validator.iter_errors(value), None)
    if error is not None:
        raise Drift(f"{where}: {error.json_path}: {error.message}")
    SOUND.add(question)


def _deref(node: Node, base: str) -> Place:
    while "$ref" in node:
        address, _, pointer = urljoin(base, node["$ref"]).partition("#")
        node, base = _load(address), address
        for name in filter(None, pointer.split("/")):
            node = node[unquote(name).replace("~1", "/").replace("~0", "~")]
    return node, base


@cache
def _load(address: str) -> Any:
    path = Path(unquote(address.removeprefix("file://")))
    text = path.read_text(encoding="utf-8")
    return _plain(json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.CSafeLoader))


def _plain(node: Any) -> Any:
    """Without examples, which hold references of their own, and with every `oneOf` as `anyOf`."""
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        "anyOf" if name == "oneOf" else name: _plain(each)
        for name, each in node.items()
        if name not in ("example", "examples") or (isinstance(each, Mapping) and "type" in each)
    }


def _retrieve(address: str) -> Resource[Any]:
    return DRAFT202012.create_resource(_load(address))


SOUND: set[tuple[int, str, str]] = set()
REGISTRY: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]
