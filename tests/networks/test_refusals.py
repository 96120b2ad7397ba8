"""What each network says in its own words when it refuses a post: one table over all of them.

The rows are the answers that their documentation shows (read 2026-11-22); `faults.py` has what happens on the way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from cmflow.model import Account, Media, Part, Text, Variant
from cmflow.model.errors import DeliveryError, Denied, Rejected, Throttled
from cmflow.netkit import http
from cmflow.netkit.network import Access, Outgoing, load, names
from cmflow.netkit.upload import Upload
from cmflow.sandbox.fakes import (
    bluesky,
    discord,
    facebook,
    linkedin,
    mastodon,
    matrix,
    slack,
    telegram,
    webhook,
    x,
    youtube,
)
from tests.networks.contract import NOON, PNG

NOW = {"Date": "Tue, 01 Dec 2026 12:00:00 GMT"}
SOON = timedelta(minutes=5)
RESET = str(int((NOON + SOON).timestamp()))
Refusals = Mapping[str, tuple[httpx.Response, type[DeliveryError]]]


@dataclass(frozen=True)
class Case:
    """`retry`: the answer that says "too often" also says when to try again."""

    fake: Callable[[], Callable[[httpx.Request], httpx.Response]]
    options: Mapping[str, str]
    secrets: Mapping[str, str]
    makes: Callable[[httpx.Request], bool]
    refusals: Refusals
    retry: datetime | None = NOON + SOON
    media: tuple[Media, ...] = ()


def at(path: str, method: str = "POST") -> Callable[[httpx.Request], bool]:
    return lambda request: request.method == method and path in request.url.path


def answer(status: int, body: Any, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=body, headers=NOW | named)


def graph(code: int, message: str, status: int = 400, **headers: str) -> httpx.Response:
    return answer(status, {"error": {"message": message, "type": "OAuthException", "code": code}}, **headers)


def google(status: int, reason: str) -> httpx.Response:
    errors = [{"domain": "youtube", "reason": reason, "message": reason}]
    return answer(status, {"error": {"code": status, "message": reason, "errors": errors}})


def problem(status: int, detail: str, **headers: str) -> httpx.Response:
    return answer(status, {"detail": detail, "type": "about:blank", "title": "No", "status": status}, **headers)


BUSY = '{"1":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":5}]}'
CASES: dict[str, Case] = {
    "bluesky": Case(
        bluesky.Bluesky,
        {"handle": "cmflow.test", "service": "http://localhost:2583"},
        {"app_password": bluesky.PASSWORD},
        at("putRecord"),
        {
            "too often": (answer(429, {"error": "RateLimitExceeded"}, RateLimit_Reset=RESET), Throttled),
            "bad token": (answer(400, {"error": "InvalidToken", "message": "Token could not be verified"}), Denied),
            "too long": (answer(400, {"error": "InvalidRequest", "message": "Record/text is too long"}), Rejected),
        },
    ),
    "discord": Case(
        discord.Discord,
        {"channel": discord.CHANNEL},
        {"token": discord.TOKEN},
        at("/messages"),
        {
            "too often": (answer(429, {"message": "Slow", "retry_after": 300.0, "global": False}), Throttled),
            "bad token": (answer(401, {"message": "401: Unauthorized", "code": 0}), Denied),
            "too long": (answer(400, {"message": "Invalid Form Body", "code": 50035}), Rejected),
        },
    ),
    "facebook": Case(
        facebook.Facebook,
        {},
        {"token": facebook.TOKEN},
        at("/feed"),
        {
            "too often": (graph(32, "Page request limit reached", X_Business_Use_Case_Usage=BUSY), Throttled),
            "bad token": (graph(190, "Error validating access token", 401), Denied),
            "duplicate": (graph(506, "Duplicate status message"), Rejected),
            "too long": (graph(100, "Invalid parameter"), Rejected),
        },
    ),
    "linkedin": Case(
        linkedin.LinkedIn,
        {"organization": linkedin.ORGANISATION.rpartition(":")[2]},
        {"token": linkedin.TOKEN},
        at("/rest/posts"),
        {
            "too often": (answer(429, {"status": 429, "message": "Throttled"}), Throttled),
            "bad token": (answer(401, {"status": 401, "code": "REVOKED_ACCESS_TOKEN", "message": "revoked"}), Denied),
            "too long": (answer(400, {"status": 400, "code": "FIELD_LENGTH_TOO_LONG", "message": "long"}), Rejected),
        },
        retry=datetime(2026, 12, 2, tzinfo=UTC),  # its limits begin anew at midnight
    ),
    "mastodon": Case(
        mastodon.Mastodon,
        {"instance": mastodon.HOME},
        {"token": mastodon.TOKEN},
        at("/api/v1/statuses"),
        {
            "too often": (
                answer(429, {"error": "Too many requests"}, X_RateLimit_Reset=(NOON + SOON).isoformat()),
                Throttled,
            ),
            "bad token": (answer(401, {"error": "The access token is invalid"}), Denied),
            "too long": (answer(422, {"error": "Validation failed: Text character limit of 500 exceeded"}), Rejected),
        },
    ),
    "matrix": Case(
        matrix.Matrix,
        {"homeserver": "https://matrix.example", "room": matrix.ALIAS},
        {"token": matrix.TOKEN},
        at("/send/", "PUT"),
        {
            "too often": (answer(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 300_000}), Throttled),
            "bad token": (answer(401, {"errcode": "M_UNKNOWN_TOKEN", "error": "Unrecognised token"}), Denied),
            "too long": (answer(413, {"errcode": "M_TOO_LARGE", "error": "event too large"}), Rejected),
        },
    ),
    "slack": Case(
        slack.Slack,
        {"channel": slack.CHANNEL},
        {"token": slack.TOKEN},
        at("/chat.postMessage"),
        {
            "too often": (answer(429, {"ok": False, "error": "ratelimited"}, Retry_After="300"), Throttled),
            "bad token": (answer(200, {"ok": False, "error": "token_expired"}), Denied),
            "too long": (answer(200, {"ok": False, "error": "msg_too_long"}), Rejected),
        },
    ),
    "telegram": Case(
        telegram.Telegram,
        {"chat": "@teamnews"},
        {"token": telegram.TOKEN},
        at("/sendMessage"),
        {
            "too often": (
                answer(429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 300}}),
                Throttled,
            ),
            "bad token": (answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"}), Denied),
            "too long": (
                answer(400, {"ok": False, "error_code": 400, "description": "Bad Request: message is too long"}),
                Rejected,
            ),
        },
    ),
    "webhook": Case(
        webhook.Webhook,
        {"url": "https://hooks.example/cmflow"},
        {"secret": webhook.SECRET},
        lambda request: True,
        {
            "too often": (answer(429, {}, Retry_After="300"), Throttled),
            "bad token": (answer(401, {"error": "bad signature"}), Denied),
            "too long": (answer(422, {"error": "text is too long"}), Rejected),
        },
    ),
    "x": Case(
        x.X,
        {},
        {"access_token": x.TOKEN},
        at("/2/tweets"),
        {
            "too often": (problem(429, "Too Many Requests", x_rate_limit_reset=RESET), Throttled),
            "bad token": (problem(401, "Unauthorized"), Denied),
            "duplicate": (problem(403, "You are not allowed to create a Tweet with duplicate content."), Rejected),
            "too long": (problem(400, "The Tweet contains too much text."), Rejected),
        },
    ),
    "youtube": Case(
        lambda: youtube.YouTube(mute=True),
        {},
        {"access_token": youtube.TOKEN},
        at("/upload/youtube/v3/videos", "PUT"),
        {
            "too often": (google(403, "quotaExceeded"), Throttled),
            "bad token": (google(401, "authError"), Denied),
            "too long": (google(400, "invalidDescription"), Rejected),
        },
        retry=datetime(2026, 12, 2, 8, tzinfo=UTC),  # midnight in California
        media=(Media("content/media/film.mp4"),),
    ),
}
ROWS = [(name, row) for name, case in CASES.items() for row in case.refusals]


def test_every_network_that_publishes_is_in_the_table() -> None:
    assert {name for name in names() if load(name).publish} - {"outbox"} == set(CASES)
    assert all({"too often", "bad token", "too long"} <= set(case.refusals) for case in CASES.values())


@pytest.mark.parametrize(("name", "row"), ROWS, ids=lambda value: str(value))
def test_what_a_network_refuses_is_not_sent(name: str, row: str) -> None:
    case, record = CASES[name], load(name)
    refusal, kind = case.refusals[row]
    fake = case.fake()
    handler = lambda request: refusal if case.makes(request) else fake(request)  # noqa: E731
    access = Access(Account("team", name, options=tuple(case.options.items())), tuple(case.secrets.items()))
    part = Part(Text("Hello"), record.limits.form(Text("Hello")), case.media)
    variant = Variant("hello", "team", name, NOON, (part,), title="A title", digest="d" * 64, language="en")
    outgoing = Outgoing(variant, 0, "k0", NOON.timestamp(), (Upload.of(PNG),) * len(case.media))
    assert record.connect and record.publish
    session = record.connect(http.client(httpx.MockTransport(handler)), access)
    with pytest.raises(kind) as caught:
        record.publish(session, outgoing, ())
    assert type(caught.value) is kind
    assert caught.value.hint
    assert not any(secret in f"{caught.value} {caught.value.hint}" for secret in case.secrets.values())
    if isinstance(caught.value, Throttled):
        assert caught.value.retry_at == case.retry
