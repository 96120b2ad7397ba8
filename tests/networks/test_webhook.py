"""The webhook: our own contract, its schema, the example in its docs, and a receiver that keeps it."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from cmflow.model import Account, Media, Part, Poll, Receipt, Remote, Variant, Visibility
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import http
from cmflow.netkit.errors import LOOK
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.upload import Upload
from cmflow.networks.webhook import network, post, signature
from cmflow.networks.webhook.receiver import Receiver, connect, verify
from cmflow.render import formats, markdown
from cmflow.sandbox.fakes.webhook import SECRET, Webhook
from tests import ROOT
from tests.networks import contract, faults
from tests.networks.contract import NOON, PNG, Place

URL = "https://example.org/hooks/posts"
OTHER = "whsec_" + base64.b64encode(b"another" * 5).decode()
SCHEMA = json.loads((ROOT / "docs" / "schema" / "webhook.schema.json").read_text("utf-8"))
DATE = {"Date": "Tue, 01 Dec 2026 12:00:00 GMT"}


def access(secret: str = SECRET, url: str = URL) -> Access:
    account = Account("blog", "webhook", options=(("url", url),))
    return Access(account, (("secret", secret),), clock=NOON.timestamp)


class Checked(httpx.BaseTransport):
    """Every request keeps the schema of the contract."""

    def __init__(self, receiver: Webhook) -> None:
        self.receiver = receiver
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        Draft202012Validator(SCHEMA).validate(json.loads(request.read()))
        self.requests.append(request)
        return self.receiver(request)


@pytest.fixture
def fake() -> Webhook:
    return Webhook()


@pytest.fixture
def transport(fake: Webhook) -> Checked:
    return Checked(fake)


@pytest.fixture
def receiver(transport: Checked) -> Receiver:
    return connect(http.client(transport), access())


class TestWebhook(contract.Publish, contract.Keyed, contract.Delete, contract.Verify, contract.Denies):
    network = network

    @pytest.fixture
    def place(self, fake: Webhook, transport: Checked) -> Place:
        return Place(access(), lambda: fake.posts, transport)


class TestFaults(faults.Faults):
    network = network
    access = access()

    def fake(self) -> faults.Handler:
        return Webhook()

    def makes(self, request: httpx.Request) -> bool:
        return True

    @pytest.mark.parametrize("row", faults.ODD, ids=lambda row: row.name)
    def test_an_answer_that_does_not_tell_is_no_receipt(self, row: faults.Row) -> None:
        """Any 2xx is a receipt by contract, but for a page that is no receiver's."""
        if row.name == "an answer that is a page":
            with pytest.raises(Unsure, match="web page"):
                self.publish(row.happening())
        else:
            assert self.publish(row.happening()) == Remote(signature.identity("post.publish", "k0"))


def message(*texts: str, media: tuple[str, ...] = (), index: int = 0, data: bytes = PNG, **changes: Any) -> Outgoing:
    parsed = [markdown.parse(text) for text in texts]
    parts = [Part(text, formats.markdown(text)) for text in parsed]
    parts[0] = replace(parts[0], media=tuple(Media(f"content/media/{name}", "What it shows") for name in media))
    variant = Variant("hello", "blog", "webhook", NOON, tuple(parts), **({"digest": "d" * 64} | changes))
    return Outgoing(variant, index, "key", NOON.timestamp(), (Upload.of(data),) * len(media))


def receipt(number: str, url: str = "") -> Receipt:
    return Receipt(0, number, url, NOON)


def body(request: httpx.Request) -> Any:
    return json.loads(request.content)


# ── what is sent ────────────────────────────────────────────────────────────────────────────────────────────


def test_all_that_a_post_may_hold(receiver: Receiver, transport: Checked) -> None:
    full = message(
        "Hello **all**",
        media=("a.png",),
        title="The title",
        tags=("one", "two"),
        link="https://example.org/a",
        language="en",
        content_warning="Cats",
        visibility=Visibility.UNLISTED,
        reply_to="https://example.org/1",
        poll=Poll(("Yes", "No"), timedelta(hours=2), multiple=True),
    )
    assert post.publish(receiver, full, (receipt("7"),)) == Remote("1", "https://example.org/1")
    [request] = transport.requests
    assert (request.method, str(request.url), request.headers["content-type"]) == ("POST", URL, "application/json")
    assert "authorization" not in request.headers
    assert body(request) == {
        "type": "post.publish",
        "timestamp": "2026-12-01T12:00:00Z",
        "data": {
            "version": 1,
            "account": "blog",
            "post": "hello",
            "part": 1,
            "parts": 1,
            "previous": ["7"],
            "title": "The title",
            "text": "Hello **all**",
            "language": "en",
            "link": "https://example.org/a",
            "tags": ["one", "two"],
            "content_warning": "Cats",
            "visibility": "unlisted",
            "reply_to": "https://example.org/1",
            "quote": "",
            "repost": "",
            "poll": {"options": ["Yes", "No"], "seconds": 7_200, "multiple": True},
            "media": [
                {
                    "name": "a.png",
                    "type": "image/png",
                    "alt": "What it shows",
                    "sha256": hashlib.sha256(PNG).hexdigest(),
                    "data": base64.b64encode(PNG).decode(),
                }
            ],
        },
    }


def test_the_same_event_has_the_same_id_and_body_whenever_it_is_sent(transport: Checked) -> None:
    times = iter((NOON.timestamp(), NOON.timestamp() + 3_600))
    transport.receiver.clock = lambda: NOON.timestamp() - 86_400
    receiver = connect(http.client(transport), replace(access(), clock=lambda: next(times)))
    for _ in range(2):
        with pytest.raises(Denied):  # the receiver's clock is elsewhere: the requests are what counts
            post.publish(receiver, message("Hello"), ())
    first, second = transport.requests
    assert first.content == second.content
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert (first.headers["webhook-timestamp"], second.headers["webhook-timestamp"]) == ("1796126400", "1796130000")


def test_two_secrets_sign_while_one_is_being_changed(fake: Webhook, transport: Checked) -> None:
    receiver = connect(http.client(transport), access(f"{OTHER} {SECRET}"))
    post.publish(receiver, message("One"), ())
    fake.secret = OTHER
    post.publish(receiver, replace(message("Two"), key="other"), ())
    assert fake.posts == ["One", "Two"]


def test_a_signature_of_the_standards_own_example() -> None:
    """https://github.com/standard-webhooks/standard-webhooks, the specification's example, read 2026-11-22."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signature.headers((key,), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_example_of_the_docs_reads_what_is_sent(receiver: Receiver, transport: Checked) -> None:
    page = (ROOT / "docs" / "webhook.md").read_text("utf-8")
    [code] = re.findall(r"```python\n(.*?)```", page, re.S)
    names: dict[str, Any] = {}
    exec(code, names)
    post.publish(receiver, message("Hello"), ())
    [request] = transport.requests
    event, now = names["event"], NOON.timestamp()
    assert event(SECRET, request.headers, request.content, now)["data"]["text"] == "Hello"
    for secret, content, moment in (
        (OTHER, request.content, now),
        (SECRET, b"{}", now),
        (SECRET, request.content, now + 301),
    ):
        with pytest.raises(ValueError, match=r"too old|not right"):
            event(secret, request.headers, content, moment)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_a_receiver_need_not_say_what_it_calls_a_post(receiver: Receiver, fake: Webhook) -> None:
    fake.named = False
    remote = post.publish(receiver, message("Hello"), ())
    assert remote == Remote(signature.identity("post.publish", "key"))
    post.delete(receiver, receipt(remote.id))
    assert fake.posts == []


def test_an_address_keeps_its_query(transport: Checked) -> None:
    receiver = connect(http.client(transport), access(url=f"{URL}?to=blog"))
    post.publish(receiver, message("Hello"), ())
    assert str(transport.requests[0].url) == f"{URL}?to=blog"


def test_who_we_are(receiver: Receiver, fake: Webhook, transport: Checked) -> None:
    assert verify(receiver) == Standing("the receiver at example.org", ("post.publish", "post.delete"))
    assert (body(transport.requests[0])["type"], fake.events) == ("ping", {})
    fake.secret = OTHER
    with pytest.raises(Denied, match="The signature is not right") as caught:
        verify(receiver)
    assert caught.value.hint == "Check that the receiver knows the signing secret of this account."


@pytest.mark.parametrize(
    ("secret", "url", "why"),
    [
        ("", URL, "has no secret"),
        ("xoxb-1-2-abc", URL, "does not begin with whsec_"),
        ("whsec_***", URL, "not written in base64"),
        ("whsec_YWJj", URL, "has 3 bytes; it needs 24 to 64"),
        (SECRET, "example.org/hooks", "begins with https://"),
        (SECRET, "http://example.org/hooks", "begins with https://"),
        (SECRET, "", "begins with https://"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_sent(transport: Checked, secret: str, url: str, why: str) -> None:
    with pytest.raises(Denied, match=why) as caught:
        connect(http.client(transport), access(secret, url))
    assert caught.value.hint
    assert not secret or secret not in f"{caught.value} {caught.value.hint}"
    assert transport.requests == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (message("Look", media=("a.png",), data=b""), r"content/media/a\.png is empty: it has 0 bytes\."),
        (
            message("Look", media=("a.png",) * 3, data=b"x" * 9_000_000),
            "27,000,000 bytes together; 25,000,000 are accepted",
        ),
    ],
)
def test_what_cannot_be_published_is_said_before_anything_is_sent(
    receiver: Receiver, transport: Checked, wrong: Outgoing, why: str
) -> None:
    with pytest.raises(Rejected, match=why):
        post.publish(receiver, wrong, ())
    assert transport.requests == []


# ── what it answers ─────────────────────────────────────────────────────────────────────────────────────────


def answering(status: int, **rest: Any) -> Receiver:
    headers = DATE | rest.pop("headers", {})
    answer = httpx.Response(status, headers=headers, **rest)
    return connect(http.client(httpx.MockTransport(lambda request: answer)), access())


@pytest.mark.parametrize(
    ("status", "kind", "hint"),
    [
        (410, Denied, "Take blog out of the plan, or correct its `url`."),
        (401, Denied, "Check that the receiver knows the signing secret of this account."),
        (404, Denied, "Nothing is there: correct `url` in the plan."),
        (422, Rejected, "The receiver does not take this post: change it, or the receiver."),
        (503, Unsure, LOOK),
    ],
)
def test_each_answer_has_its_meaning(status: int, kind: type[DeliveryError], hint: str) -> None:
    content = {"json": {"error": "No."}} if status == 422 else {}
    with pytest.raises(kind) as caught:
        post.publish(answering(status, **content), message("Hello"), ())
    assert (type(caught.value), caught.value.hint) == (kind, hint)


def test_what_was_taken_before_is_taken() -> None:
    assert post.publish(answering(409), message("Hello"), ()) == Remote(signature.identity("post.publish", "key"))
    post.delete(answering(404), receipt("7"))


def test_too_much_says_when_to_try_again() -> None:
    with pytest.raises(Throttled) as caught:
        post.publish(answering(429, headers={"Retry-After": "60"}), message("Hello"), ())
    assert caught.value.retry_at == datetime(2026, 12, 1, 12, 1, tzinfo=UTC)


def test_an_address_of_another_kind_is_not_kept() -> None:
    assert post.publish(answering(200, json={"id": 7, "url": "javascript:x"}), message("Hello"), ()) == Remote("7")


def test_what_makes_no_post_is_never_unsure() -> None:
    with pytest.raises(NotSent):
        verify(answering(500))
    with pytest.raises(NotSent):
        post.delete(answering(500), receipt("7"))
