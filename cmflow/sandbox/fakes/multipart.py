"""What a request carries, whether it comes as JSON, as a form or as multipart/form-data."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import httpx

from cmflow.values import dataclass


@dataclass(frozen=True)
class File:
    name: str
    mime: str
    data: bytes


def fields(request: httpx.Request) -> dict[str, Any]:
    """The fields by name: JSON values, texts, or a `File` each."""
    request.read()
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    if kind == "application/json":
        body = json.loads(request.content)
        assert isinstance(body, dict)
        return body
    if kind == "multipart/form-data":
        return dict(_part(part) for part in _parts(request.content, rest))
    return dict(parse_qsl(request.content.decode(), keep_blank_values=True))


def _parts(body: bytes, rest: str) -> list[bytes]:
    boundary = rest.partition("boundary=")[2].strip('" ').encode()
    return [part.removeprefix(b"\r\n").removesuffix(b"\r\n") for part in body.split(b"--" + boundary)[1:-1]]


def _part(part: bytes) -> tuple[str, str | File]:
    head, _, data = part.partition(b"\r\n\r\n")
    headers = _headers(head.decode())
    described = headers["content-disposition"]
    name, file = re.search(r'[; ]name="([^"]*)"', described), re.search(r'filename="([^"]*)"', described)
    assert name, described
    if file is None:
        return name[1], data.decode()
    return name[1], File(file[1], headers.get("content-type", "application/octet-stream"), data)


def _headers(head: str) -> Mapping[str, str]:
    pairs = (line.partition(":") for line in head.split("\r\n") if line)
    return {name.lower(): value.strip() for name, _, value in pairs}
