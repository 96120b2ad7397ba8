"""Slack's Web API as its methods are described: arguments, required or not, their types, and the errors there are."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from cmflow.sandbox.fakes.multipart import fields
from tests.networks.spec import Drift

PATTERNS = {"boolean": ("true", "false")}


class SlackApi:
    """Requests to other hosts (uploads, webhooks) are not described."""

    def __init__(self, specs: Path) -> None:
        self.folder = specs / "slack"

    def request(self, request: httpx.Request) -> None:
        if request.url.host != "slack.com":
            return
        method, asked = self._method(request), fields(request)
        if not request.headers.get("authorization", "").startswith("Bearer "):
            raise Drift(f"{request.url.path}: there is no token")
        for name, described in method["args"].items():
            if described["required"] and name not in asked:
                raise Drift(f"{request.url.path}: {name} is missing")
        for name, value in asked.items():
            if name not in method["args"]:
                raise Drift(f"{request.url.path}: there is no {name}")
            _check(method["args"][name].get("type", "string"), value, f"{request.url.path}: {name}")

    def answer(self, request: httpx.Request, answer: httpx.Response) -> None:
        if request.url.host != "slack.com" or not answer.headers.get("content-type", "").startswith("application/json"):
            return
        code = answer.json().get("error")
        known = {*self._method(request)["errors"], *_load(self.folder / "common_errors.json"), "channel_not_found"}
        if code and code not in known | {"not_in_channel", "is_archived"}:  # said by all methods of a channel
            raise Drift(f"{request.url.path} never answers {code}")

    def _method(self, request: httpx.Request) -> Any:
        file = self.folder / "methods" / f"{request.url.path.removeprefix('/api/')}.json"
        if not file.is_file():
            raise Drift(f"there is no {request.url.path}")
        return _load(file)


def _check(kind: str, value: Any, where: str) -> None:
    if kind in ("integer", "number") and not str(value).isdecimal():
        raise Drift(f"{where}: {value!r} is no number")
    if kind == "boolean" and value not in PATTERNS["boolean"]:
        raise Drift(f"{where}: {value!r} is neither true nor false")
    if kind == "array" and not isinstance(json.loads(value), list):
        raise Drift(f"{where}: {value!r} is no list")


@cache
def _load(file: Path) -> Any:
    return json.loads(file.read_bytes())
