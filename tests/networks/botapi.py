"""Telegram's Bot API as its machine-readable description tells it: methods and types, required or not."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from cmflow.sandbox.fakes.multipart import File, fields
from tests.networks.spec import Drift

PLAIN: Mapping[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
    "True": (bool,),
}


class BotApi:
    def __init__(self, specs: Path) -> None:
        self.document = _load(specs / "telegram" / "api.json")

    def request(self, request: httpx.Request) -> None:
        method = self._method(request)
        values = {name: _read(value) for name, value in fields(request).items()}
        described = {each["name"]: each for each in method["fields"]} if "fields" in method else {}
        attachments = {name for name, value in values.items() if isinstance(value, File)} - set(described)
        self._fields(described, {k: v for k, v in values.items() if k not in attachments}, method["name"])

    def answer(self, request: httpx.Request, answer: httpx.Response) -> None:
        if not answer.headers.get("content-type", "").startswith("application/json"):
            return
        body = answer.json()
        if body.get("ok") is True:
            self._any(self._method(request)["returns"], body["result"], "the answer")
        elif "parameters" in body:
            self._any(["ResponseParameters"], body["parameters"], "the answer")

    def _method(self, request: httpx.Request) -> Mapping[str, Any]:
        name = request.url.path.rpartition("/")[2]
        if name not in self.document["methods"]:
            raise Drift(f"there is no method {name}")
        method: Mapping[str, Any] = self.document["methods"][name]
        return method

    def _fields(self, described: Mapping[str, Any], values: Mapping[str, Any], where: str) -> None:
        for name, field in described.items():
            if field["required"] and name not in values:
                raise Drift(f"{where}: {name} is missing")
        for name, value in values.items():
            if name not in described:
                raise Drift(f"{where}: there is no {name}")
            self._any(described[name]["types"], value, f"{where}.{name}")

    def _any(self, types: list[str], value: Any, where: str) -> None:
        """Whether the value is of one of the types."""
        problems = []
        for name in types:
            try:
                self._one(name, value, where)
            except Drift as drift:
                problems.append(str(drift))
            else:
                return
        raise Drift("; ".join(problems))

    def _one(self, name: str, value: Any, where: str) -> None:
        if name.startswith("Array of "):
            if not isinstance(value, list):
                raise Drift(f"{where} is no list")
            for item in value:
                self._one(name.removeprefix("Array of "), item, where)
        elif name in PLAIN:
            if not isinstance(value, PLAIN[name]) or (isinstance(value, bool) and bool not in PLAIN[name]):
                raise Drift(f"{where}: {value!r} is no {name}")
        elif name == "InputFile":
            if not isinstance(value, File):
                raise Drift(f"{where} is no file")
        else:
            self._object(name, value, where)

    def _object(self, name: str, value: Any, where: str) -> None:
        kind = self.document["types"][name]
        if "subtypes" in kind:
            self._any(kind["subtypes"], value, where)
        elif not isinstance(value, Mapping):
            raise Drift(f"{where} is no {name}")
        else:
            self._fields({each["name"]: each for each in kind.get("fields", ())}, value, where)


@cache
def _load(file: Path) -> Any:
    return json.loads(file.read_bytes())


def _read(value: Any) -> Any:
    """In a form, everything but a plain text is JSON."""
    if isinstance(value, str):
        try:
            return json.loads(value) if value[:1] in '[{-0123456789"tf' and value else value
        except ValueError:
            return value
    return value
