"""A receiver of webhooks that keeps the contract of docs/webhook.md: signatures, and each event once."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import field
from typing import Any

import httpx

from cmflow.values import dataclass

SECRET = "whsec_ZmFrZS1mYWtlLWZha2UtZmFrZS1mYWtlLWZha2U="
TOLERANCE = 300  # seconds


@dataclass
class Webhook:
    """`events` by their `webhook-id`, in the order they came; `named`: whether it answers what it calls them."""

    secret: str = SECRET
    clock: Callable[[], float] = lambda: 1796126400.0
    named: bool = True
    events: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def published(self) -> dict[str, dict[str, Any]]:
        """The data of each post that was not deleted, by the id of its event."""
        deleted = {event["data"]["id"] for event in self.events.values() if event["type"] == "post.delete"}
        events = {number: event["data"] for number, event in self.events.items() if event["type"] == "post.publish"}
        return {number: data for number, data in events.items() if not {number, self.name(number)} & deleted}

    @property
    def posts(self) -> list[str]:
        return [data["text"] for data in self.published.values()]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        if request.method != "POST" or not self.is_signed(request, body):
            return httpx.Response(401, json={"error": "The signature is not right."})
        event = json.loads(body)
        if event["data"].get("version") != 1:
            return httpx.Response(400, json={"error": "Version 1 is what I know."})
        if event["type"] == "ping":
            return httpx.Response(204)
        number = request.headers["webhook-id"]
        self.events.setdefault(number, event)
        if event["type"] == "post.delete" or not self.named:
            return httpx.Response(202)
        return httpx.Response(201, json={"id": self.name(number), "url": f"https://example.org/{self.name(number)}"})

    def name(self, number: str) -> str:
        return str(list(self.events).index(number) + 1)

    def is_signed(self, request: httpx.Request, body: bytes) -> bool:
        number, time = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
        if not time.isdecimal() or abs(self.clock() - int(time)) > TOLERANCE:
            return False
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        digest = hmac.new(key, f"{number}.{time}.".encode() + body, hashlib.sha256).digest()
        right = "v1," + base64.b64encode(digest).decode()
        return any(
            hmac.compare_digest(right, signature) for signature in request.headers.get("webhook-signature", "").split()
        )
