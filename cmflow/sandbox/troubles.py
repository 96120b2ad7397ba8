"""What can be made to go wrong in the sandbox, said as each network itself says it.

`refuse` and `throttle` answer the request that makes a post; `lose` lets it have its effect and gives no answer; `slow`
answers late; `expire` makes what the account signs in with void until it is connected anew.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

import httpx

from cmflow.values import dataclass

Kind = Literal["refuse", "throttle", "lose", "slow", "expire"]
KINDS: tuple[Kind, ...] = ("refuse", "throttle", "lose", "slow", "expire")
PAUSE = timedelta(minutes=2)  # until a network that throttles takes posts again
SLOW = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Trouble:
    """`times` is how many posts it hits; 0 for every one until it is taken away."""

    kind: Kind
    times: int = 1


class Lost(Exception):
    """The request had its effect, and no answer comes."""


# The request that makes a post, by network.
MAKES = {
    "bluesky": r"POST /xrpc/com\.atproto\.repo\.putRecord",
    "discord": r"POST /api/v10/(channels/\d+/messages|webhooks/.*)|POST /api/webhooks/.*",
    "facebook": r"POST /v26\.0/\d+/(feed|videos|video_reels)",
    "linkedin": r"POST /rest/(posts|socialActions/.*)",
    "mastodon": r"POST /api/v1/statuses",
    "matrix": r"PUT /_matrix/client/v3/rooms/.*/send/.*",
    "slack": r"POST /(api/(chat\.postMessage|files\.completeUploadExternal)|services/.*)",
    "telegram": r"POST /bot[^/]+/(send|forward)\w+",
    "webhook": r"POST .*",
    "x": r"POST /2/(tweets|users/\d+/retweets)",
    "youtube": r"POST /upload/youtube/v3/videos|PUT /upload/youtube/v3/videos",
}


def makes_post(network: str, request: httpx.Request) -> bool:
    """Whether this request makes a post: of a video, the last one of its upload."""
    if not re.fullmatch(MAKES[network], f"{request.method} {request.url.path}"):
        return False
    if network == "facebook" and request.url.path.endswith(("/videos", "/video_reels")):
        return b"finish" in request.content
    if network == "webhook":
        return b'"post.publish"' in request.content
    if network == "youtube" and request.method == "PUT":
        match = re.fullmatch(r"bytes \d+-(\d+)/(\d+)", request.headers.get("Content-Range", ""))
        return bool(match) and int(match[1]) + 1 == int(match[2]) if match else False
    return True


def opens_post(network: str, request: httpx.Request) -> bool:
    """Whether a network that takes no posts says so at this request: of a video, before its bytes are sent."""
    return makes_post(network, request) and (network, request.method) != ("youtube", "PUT")


def loses_post(network: str, request: httpx.Request) -> bool:
    """Whether the post is made once this request is answered."""
    return makes_post(network, request) and (network, request.method) != ("youtube", "POST")


# ── refusals ────────────────────────────────────────────────────────────────────────────────────────────────


def refusal(network: str) -> httpx.Response:
    """The network does not want this post, in its own words."""
    status, body = REFUSALS[network]
    return httpx.Response(status, json=body)


def expired(network: str) -> httpx.Response:
    """The network's own answer to expired credentials."""
    status, body = EXPIRED[network]
    return httpx.Response(status, json=body)


def _graph(code: int, message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Afake", **more}}


def _problem(status: int, title: str, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def _google(code: int, reason: str, message: str, domain: str = "youtube") -> dict[str, Any]:
    errors = [{"message": message, "domain": domain, "reason": reason}]
    return {"error": {"code": code, "message": message, "errors": errors}}


REFUSALS: dict[str, tuple[int, dict[str, Any]]] = {
    "bluesky": (400, {"error": "InvalidRequest", "message": "The sandbox was told to refuse this record"}),
    "discord": (400, {"code": 50035, "message": "Invalid Form Body (the sandbox was told to refuse it)"}),
    "facebook": (400, _graph(100, "(#100) The sandbox was told to refuse this post")),
    "linkedin": (422, {"status": 422, "code": "INVALID_CONTENT", "message": "The sandbox was told to refuse this"}),
    "mastodon": (422, {"error": "Validation failed: the sandbox was told to refuse this status"}),
    "matrix": (400, {"errcode": "M_BAD_JSON", "error": "The sandbox was told to refuse this event"}),
    "slack": (200, {"ok": False, "error": "restricted_action"}),
    "telegram": (400, {"ok": False, "error_code": 400, "description": "Bad Request: the sandbox was told to refuse"}),
    "webhook": (422, {"error": "The sandbox was told to refuse this post."}),
    "x": (403, _problem(403, "Forbidden", "The sandbox was told to refuse this post.")),
    "youtube": (400, _google(400, "invalidDescription", "The sandbox was told to refuse this video.")),
}
EXPIRED: dict[str, tuple[int, dict[str, Any]]] = {
    "bluesky": (400, {"error": "ExpiredToken", "message": "Token has expired"}),
    "discord": (401, {"code": 0, "message": "401: Unauthorized"}),
    "facebook": (401, _graph(190, "Error validating access token: Session has expired", error_subcode=463)),
    "linkedin": (401, {"status": 401, "code": "EXPIRED_ACCESS_TOKEN", "message": "The token has expired"}),
    "mastodon": (401, {"error": "The access token is invalid"}),
    "matrix": (401, {"errcode": "M_UNKNOWN_TOKEN", "error": "Access token has expired", "soft_logout": True}),
    "slack": (200, {"ok": False, "error": "token_expired"}),
    "telegram": (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}),
    "webhook": (401, {"error": "The signature is not right."}),
    "x": (401, _problem(401, "Unauthorized", "Unauthorized")),
    "youtube": (401, _google(401, "authError", "Invalid Credentials", "global")),
}


# ── rate limits ─────────────────────────────────────────────────────────────────────────────────────────────


def throttled(network: str, now: datetime) -> httpx.Response:
    """Too many posts: come back in `PAUSE`, said where this network says it."""
    return THROTTLED.get(network, _retry_after)(network, now)


def _retry_after(network: str, now: datetime) -> httpx.Response:
    bodies: dict[str, dict[str, Any]] = {
        "slack": {"ok": False, "error": "ratelimited"},
        "matrix": {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": _left() * 1_000},
    }
    body = bodies.get(network, {"error": "Too many requests"})
    return httpx.Response(429, json=body, headers={"Retry-After": str(_left())})


def _left() -> int:
    return int(PAUSE.total_seconds())


def _epoch(now: datetime) -> str:
    return str(int((now + PAUSE).timestamp()))


def _bluesky(network: str, now: datetime) -> httpx.Response:
    headers = {"ratelimit-limit": "1666", "ratelimit-remaining": "0", "ratelimit-reset": _epoch(now)}
    return httpx.Response(429, json={"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, headers=headers)


def _discord(network: str, now: datetime) -> httpx.Response:
    headers = {"Retry-After": str(_left()), "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": f"{_left()}.0"}
    body = {"message": "You are being rate limited.", "retry_after": float(_left()), "global": False}
    return httpx.Response(429, json=body, headers=headers)


def _facebook(network: str, now: datetime) -> httpx.Response:
    usage = {"call_count": 100, "total_cputime": 25, "total_time": 25, "type": "pages"}
    usage["estimated_time_to_regain_access"] = _left() // 60
    headers = {"X-Business-Use-Case-Usage": json.dumps({"1": [usage]})}
    return httpx.Response(403, json=_graph(32, "(#32) Page request limit reached"), headers=headers)


def _linkedin(network: str, now: datetime) -> httpx.Response:
    message = "Resource level throttle limit for calls to this resource is reached."
    return httpx.Response(429, json={"status": 429, "code": "TOO_MANY_REQUESTS", "message": message})


def _mastodon(network: str, now: datetime) -> httpx.Response:
    reset = (now + PAUSE).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
    return httpx.Response(429, json={"error": "Too many requests"}, headers=headers)


def _telegram(network: str, now: datetime) -> httpx.Response:
    body = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {_left()}"}
    return httpx.Response(429, json=body | {"parameters": {"retry_after": _left()}})


def _x(network: str, now: datetime) -> httpx.Response:
    headers = {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "0", "x-rate-limit-reset": _epoch(now)}
    return httpx.Response(429, json=_problem(429, "Too Many Requests", "Too Many Requests"), headers=headers)


def _youtube(network: str, now: datetime) -> httpx.Response:
    message = "The request cannot be completed because you have exceeded your quota."
    return httpx.Response(403, json=_google(403, "quotaExceeded", message, "youtube.quota"))


THROTTLED: dict[str, Callable[[str, datetime], httpx.Response]] = {
    "bluesky": _bluesky,
    "discord": _discord,
    "facebook": _facebook,
    "linkedin": _linkedin,
    "mastodon": _mastodon,
    "telegram": _telegram,
    "x": _x,
    "youtube": _youtube,
}
