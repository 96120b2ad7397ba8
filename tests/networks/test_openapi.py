"""The description must find what it is there to find."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.networks import openapi
from tests.networks.openapi import OpenApi
from tests.networks.spec import Drift

TOKEN = {"Authorization": "Bearer x"}
STATUSES, MEDIA = "https://a.example/api/v1/statuses", "https://a.example/api/v2/media"
ROOM = "https://a.example/_matrix/client/v3/rooms/%21a%3Ab"
UPLOAD = "https://a.example/_matrix/media/v3/upload"


@pytest.fixture(scope="module")
def mastodon(specs: Path) -> OpenApi:
    return openapi.mastodon(specs)


@pytest.fixture(scope="module")
def matrix(specs: Path) -> OpenApi:
    return openapi.matrix(specs)


def asked(method: str, url: str, **rest: Any) -> httpx.Request:
    return httpx.Request(method, url, **({"headers": TOKEN} | rest))


GOOD: tuple[tuple[str, httpx.Request], ...] = (
    ("mastodon", asked("POST", STATUSES, json={"status": "Hi", "visibility": "public"})),
    ("mastodon", asked("POST", STATUSES, json={"status": "Hi", "media_ids": ["1"]})),
    ("mastodon", asked("POST", MEDIA, files={"file": b"x"}, data={"description": "y"})),
    ("mastodon", asked("GET", "https://a.example/api/v1/accounts/1/statuses?limit=40&exclude_reblogs=true")),
    ("matrix", asked("GET", f"{ROOM}/messages?dir=b&limit=3")),
    ("matrix", asked("PUT", f"{ROOM}/send/m.room.message/1", json={"body": "Hi"})),
    ("matrix", asked("POST", f"{UPLOAD}?filename=a", content=b"x")),
)
BAD: tuple[tuple[str, httpx.Request, str], ...] = (
    ("mastodon", asked("POST", STATUSES, json={"visibility": "public"}), "not valid"),
    ("mastodon", asked("POST", STATUSES, json={"status": "Hi", "visibility": "publi"}), "not valid"),
    ("mastodon", asked("POST", STATUSES, json={"status": "Hi", "spoiler": "x"}), "there is no spoiler"),
    ("mastodon", asked("POST", STATUSES, json={"status": "Hi"}, headers={}), "no token"),
    ("mastodon", asked("POST", STATUSES, content=b"Hi"), "takes no"),
    ("mastodon", asked("POST", MEDIA, files={"picture": b"x"}), "'file' is a required property"),
    ("mastodon", asked("GET", "https://a.example/api/v1/accounts/1/statuses?limit=x"), "Expecting value"),
    ("mastodon", asked("GET", "https://a.example/api/v1/accounts/1/statuses?since=1"), "no parameter since"),
    ("mastodon", asked("PATCH", STATUSES), "there is no PATCH"),
    ("mastodon", asked("GET", "https://a.example/api/v1/accounts/verify_credentials", content=b"x"), "takes no body"),
    ("matrix", asked("GET", f"{ROOM}/messages"), "dir is missing"),
    ("matrix", asked("GET", f"{ROOM}/messages?dir=x"), "not one of"),
    ("matrix", asked("PUT", f"{ROOM}/redact/$a/1", json={"reason": 1}), "not of type"),
)
ANSWERS: tuple[tuple[str, httpx.Request, int, Any, str], ...] = (
    ("mastodon", asked("POST", STATUSES, json={"status": "Hi"}), 200, {"id": "1"}, "not valid"),
    ("mastodon", asked("POST", STATUSES, json={"status": "Hi"}), 422, {"message": "x"}, "'error' is a required"),
    ("mastodon", asked("POST", STATUSES, json={"status": "Hi"}), 201, {}, "never answers 201"),
    ("matrix", asked("PUT", f"{ROOM}/send/m.room.message/1", json={}), 200, {"event_id": "a"}, "does not match"),
    ("matrix", asked("POST", UPLOAD, content=b"x"), 429, {"error": "x"}, "'errcode' is a required"),
)


@pytest.mark.parametrize(("name", "request_"), GOOD)
def test_what_is_right_passes(name: str, request_: httpx.Request, mastodon: OpenApi, matrix: OpenApi) -> None:
    request_.read()
    {"mastodon": mastodon, "matrix": matrix}[name].request(request_)


@pytest.mark.parametrize(("name", "request_", "why"), BAD)
def test_what_is_wrong_is_found(
    name: str, request_: httpx.Request, why: str, mastodon: OpenApi, matrix: OpenApi
) -> None:
    with pytest.raises((Drift, ValueError), match=why):
        request_.read()
        {"mastodon": mastodon, "matrix": matrix}[name].request(request_)


@pytest.mark.parametrize(("name", "request_", "code", "body", "why"), ANSWERS)
def test_an_answer_that_never_comes_is_found(
    name: str, request_: httpx.Request, code: int, body: Any, why: str, mastodon: OpenApi, matrix: OpenApi
) -> None:
    with pytest.raises(Drift, match=why):
        {"mastodon": mastodon, "matrix": matrix}[name].answer(request_, httpx.Response(code, json=body))


def test_what_breaks_on_the_way_is_nobodys_contract(mastodon: OpenApi) -> None:
    mastodon.answer(asked("POST", STATUSES, json={"status": "Hi"}), httpx.Response(502, text="<html>"))
