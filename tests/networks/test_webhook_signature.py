"""A receiver as others write one: a server of its own, which verifies with the library of Standard Webhooks."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cmflow.model import Account, Receipt, Remote
from cmflow.model.errors import Denied
from cmflow.netkit import http
from cmflow.netkit.network import Access
from cmflow.networks.webhook import post, signature
from cmflow.networks.webhook.receiver import Receiver as Session
from cmflow.networks.webhook.receiver import connect, verify
from cmflow.sandbox.fakes.webhook import SECRET
from tests.loopback import serving
from tests.networks.test_webhook import message

standardwebhooks = pytest.importorskip("standardwebhooks", reason="make installs it: pip install standardwebhooks")

OTHER = "whsec_" + base64.b64encode(b"another" * 5).decode()


class Receiver(ThreadingHTTPServer):
    """Takes each event once, as docs/webhook.md asks."""

    def __init__(self, secret: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.webhook = standardwebhooks.Webhook(secret)
        self.events: dict[str, Any] = {}
        self.refused = 0


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = self.server.webhook.verify(body, dict(self.headers))
        except standardwebhooks.WebhookVerificationError:
            self.server.refused += 1
            self._answer(401, {})
            return
        number = self.headers["webhook-id"]
        is_known = number in self.server.events
        self.server.events.setdefault(number, event)
        self._answer(409 if is_known else 201, {"id": number[:8]})

    def _answer(self, code: int, answer: dict[str, str]) -> None:
        data = json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving(Receiver(SECRET)) as receiver:
        yield receiver


def connected(receiver: Receiver, secret: str = SECRET, late: float = 0) -> Session:
    url = f"http://127.0.0.1:{receiver.server_port}/hooks/posts"
    account = Account("blog", "webhook", options=(("url", url),))
    now = datetime.now(UTC).timestamp() - late
    return connect(http.client(), Access(account, (("secret", secret),), clock=lambda: now))


def test_posts_pings_and_deletions_are_verified_by_the_library_of_others(receiver: Receiver) -> None:
    session = connected(receiver)
    assert verify(session).may == ("post.publish", "post.delete")
    text = "Bonjour à tous ☀️"
    number = signature.identity("post.publish", "key")
    for _ in range(2):  # the second time the receiver says 409: it has the event
        assert post.publish(session, message(text, media=("a.png",)), ()) == Remote(number[:8])
    post.delete(session, Receipt(0, number[:8], "", datetime.now(UTC)))
    ping, publication, deletion = receiver.events.values()
    assert [event["type"] for event in (ping, publication, deletion)] == ["ping", "post.publish", "post.delete"]
    assert (publication["data"]["text"], deletion["data"]["id"], receiver.refused) == (text, number[:8], 0)


def test_while_a_secret_is_changed_both_are_right(receiver: Receiver) -> None:
    verify(connected(receiver, f"{OTHER} {SECRET}"))
    assert (len(receiver.events), receiver.refused) == (1, 0)


@pytest.mark.parametrize(("secret", "late"), [(OTHER, 0.0), (SECRET, 400.0)], ids=["secret", "clock"])
def test_another_secret_and_an_old_request_are_refused(receiver: Receiver, secret: str, late: float) -> None:
    with pytest.raises(Denied):
        verify(connected(receiver, secret, late))
    assert (receiver.events, receiver.refused) == ({}, 1)
