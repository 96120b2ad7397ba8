"""Google's discovery documents as a description for `spec.Checked`: methods, parameters, bodies, answers.

A request may hold no parameter and no field that the document does not name. The pieces of a resumable upload go to an
address that the server gives: they are not described.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from tests.networks.spec import Drift

Node = Mapping[str, Any]
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}
TRUTH = ("true", "false")
BESIDE = ("uploadType",)  # parameters that the document has for every method


class Discovery:
    """Several documents of one company: no two have the same path, or a schema of the same name that differs."""

    def __init__(self, *files: Path) -> None:
        documents = [_load(file) for file in files]
        self.schemas = {name: schema for document in documents for name, schema in document["schemas"].items()}
        self.methods = [method for document in documents for method in _methods(document["resources"])]

    def request(self, request: httpx.Request) -> None:
        if _is_piece(request):
            return
        method, where = self._method(request)
        if not re.fullmatch(r"Bearer \S+", request.headers.get("authorization", "")):
            raise Drift(f"{where}: there is no token")
        _parameters(method["parameters"], request, where)
        if "request" in method:
            self._check(method["request"], json.loads(_metadata(request)), f"{where}: the body")
        elif request.content and "mediaUpload" not in method:
            raise Drift(f"{where} takes no body")

    def answer(self, request: httpx.Request, answer: httpx.Response) -> None:
        """Only what a list or a new thing says; errors stand in no document."""
        is_session = "Location" in answer.headers
        if not answer.is_success or is_session or not answer.content or _is_piece(request):
            return
        method, where = self._method(request)
        if "response" not in method:
            raise Drift(f"{where} answers nothing")
        self._check(method["response"], answer.json(), f"{where}: the answer")

    def _method(self, request: httpx.Request) -> tuple[Node, str]:
        where = f"{request.method} {request.url.path}"
        for method in self.methods:
            protocols = method.get("mediaUpload", {}).get("protocols", {})
            paths = ["/" + method["path"], *(each["path"] for each in protocols.values())]
            if request.method == method["httpMethod"] and request.url.path in paths:
                return method, where
        raise Drift(f"there is no {where}")

    def _check(self, schema: Node, value: Any, where: str) -> None:
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"]]
        kind = TYPES.get(schema.get("type", "any"), object)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Drift(f"{where}: {value!r} is no {schema['type']}")
        if "enum" in schema and value not in schema["enum"]:
            raise Drift(f"{where}: {value!r} is none of {schema['enum']}")
        for each in value if isinstance(value, list) else ():
            self._check(schema["items"], each, where)
        for name, each in value.items() if isinstance(value, dict) and "properties" in schema else ():
            if name not in schema["properties"]:
                raise Drift(f"{where}: there is no {name}")
            self._check(schema["properties"][name], each, f"{where}: {name}")


def youtube(specs: Path) -> Discovery:
    return Discovery(specs / "youtube" / "youtube.v3.json", specs / "youtube" / "youtubeAnalytics.v2.json")


def _is_piece(request: httpx.Request) -> bool:
    return "upload_id" in request.url.params


def _methods(resources: Node) -> list[Node]:
    found: list[Node] = []
    for resource in resources.values():
        found += [*resource.get("methods", {}).values(), *_methods(resource.get("resources", {}))]
    return found


def _parameters(known: Node, request: httpx.Request, where: str) -> None:
    asked = request.url.params
    for name, parameter in known.items():
        if parameter.get("required") and name not in asked:
            raise Drift(f"{where}: {name} is missing")
    for name, value in asked.multi_items():
        if name in BESIDE:
            continue
        if name not in known:
            raise Drift(f"{where}: there is no parameter {name}")
        if known[name]["type"] == "boolean" and value not in TRUTH:
            raise Drift(f"{where}: {name} is neither true nor false")
        if known[name]["type"] == "integer" and not value.isdecimal():
            raise Drift(f"{where}: {name} is no number")


def _metadata(request: httpx.Request) -> bytes:
    """The JSON of a request; of one that sends a file along, its first part (multipart/related)."""
    kind, _, boundary = request.headers.get("content-type", "").partition("; boundary=")
    if kind != "multipart/related":
        return request.content
    return request.content.split(f"--{boundary}".encode())[1].partition(b"\r\n\r\n")[2]


@cache
def _load(file: Path) -> Any:
    return json.loads(file.read_bytes())
