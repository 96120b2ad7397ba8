"""Matrix: a small homeserver that keeps its transactions, held to the specification; and every kind of no."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from PIL import Image

from cmflow.model import Account, Contact, Form, Kind, Media, Part, Receipt, Remote, Span, Text, Variant
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import http
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.upload import Upload
from cmflow.networks.matrix import call, edit, network, post, room, timeline
from cmflow.networks.matrix.call import Matrix
from cmflow.networks.matrix.metrics import metrics
from cmflow.render import formats, markdown
from cmflow.sandbox.fakes.matrix import ALIAS, BASE, DATE, ROOM, TOKEN, USER
from cmflow.sandbox.fakes.matrix import Matrix as FakeMatrix
from tests.networks import contract, faults, openapi, spec
from tests.networks.contract import NOON, PNG, Place

SECRET, HOME = TOKEN, "https://matrix.example"
OTHER = "@other:matrix.example"
SHOWN = "https://matrix.to/#/%23team:matrix.example"


def access(**changes: str) -> Access:
    options = {"homeserver": HOME, "room": ALIAS} | {name: each for name, each in changes.items() if name != "token"}
    secrets = (("token", changes.get("token", SECRET)),)
    return Access(Account("team", "matrix", options=tuple(options.items())), secrets)


@pytest.fixture
def server() -> FakeMatrix:
    return FakeMatrix()


@pytest.fixture
def transport(server: FakeMatrix, specs: Path) -> spec.Checked:
    return spec.Checked(openapi.matrix(specs), server)


@pytest.fixture
def session(transport: spec.Checked) -> Matrix:
    return room.connect(http.client(transport), access())


class TestMatrix(
    contract.Publish,
    contract.Keyed,
    contract.Find,
    contract.Delete,
    contract.Describe,
    contract.Verify,
    contract.Metrics,
    contract.Denies,
    contract.Inbox,
    contract.FindReply,
    contract.Hide,
):
    network = network
    contacts = (Contact.COMMENT, Contact.MENTION, Contact.DIRECT)
    figures: ClassVar = {"m.annotation": 0, "m.thread": 0}
    crowd: ClassVar = {"joined_members": 2}

    @pytest.fixture
    def place(self, server: FakeMatrix, transport: spec.Checked) -> Place:
        return Place(access(), lambda: server.posts, transport, alts=lambda: server.alts)

    @pytest.fixture
    def audience(self, server: FakeMatrix) -> FakeMatrix:
        self.server = server
        return server

    def hidden(self) -> list[str]:
        redactions = [event for event in self.server.events if event["type"] == "m.room.redaction"]
        return list(dict.fromkeys(event["redacts"] for event in redactions if event["sender"] == USER))


class TestDirectMessages(contract.Inbox, contract.FindReply):
    network = network
    contacts = (Contact.DIRECT,)

    @pytest.fixture
    def place(self, server: FakeMatrix, transport: spec.Checked) -> Place:
        return Place(access(), lambda: server.posts, transport)

    @pytest.fixture
    def audience(self, server: FakeMatrix) -> FakeMatrix:
        return server


class TestFaults(faults.Faults):
    network = network
    access = access()

    def fake(self) -> faults.Handler:
        return FakeMatrix()

    def makes(self, request: httpx.Request) -> bool:
        return request.method == "PUT" and "/send/" in request.url.path


def part(words: str, *media: Media) -> Part:
    made = markdown.parse(words)
    return Part(made, formats.matrix(made), media)


def message(*words: str, index: int = 0, key: str = "key 1", **changes: Any) -> Outgoing:
    parts = changes.pop("parts", None) or tuple(part(each) for each in words)
    data = changes.pop("data", PNG)
    variant = Variant("hello", "team", "matrix", NOON, parts, **({"digest": "d" * 64} | changes))
    return Outgoing(variant, index, key, NOON.timestamp(), (Upload.of(data),) * len(parts[index].media))


def drawn(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, "png")
    return file.getvalue()


def receipts(*ids: str) -> tuple[Receipt, ...]:
    return tuple(Receipt(number, each, "", NOON) for number, each in enumerate(ids))


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_is_one_event(session: Matrix, transport: spec.Checked, server: FakeMatrix) -> None:
    assert post.publish(session, message("Hello"), ()) == Remote("$event1", f"{SHOWN}/$event1")
    whoami, alias, *_, request = transport.requests
    assert whoami.url.path == f"{BASE}/account/whoami"
    assert alias.url.raw_path.decode() == f"{BASE}/directory/room/%23team%3Amatrix.example"
    path = f"{BASE}/rooms/%21abc%3Amatrix.example/send/m.room.message/key%201"
    assert (request.method, request.url.raw_path.decode()) == ("PUT", path)
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert server.events[0]["content"] == {"msgtype": "m.text", "body": "Hello", "m.mentions": {}}


def test_formatted_text(session: Matrix, server: FakeMatrix) -> None:
    post.publish(session, message("Hello **all** <3"), ())
    assert server.events[0]["content"] == {
        "msgtype": "m.text",
        "body": "Hello all <3",
        "format": "org.matrix.custom.html",
        "formatted_body": "<p>Hello <strong>all</strong> &lt;3</p>",
        "m.mentions": {},
    }


def test_who_is_named_is_notified(session: Matrix, server: FakeMatrix) -> None:
    words = Text("Ana and @bob:b.example", (Span(0, 3, Kind.MENTION, "@ana:a.example"), Span(8, 22, Kind.LINK, "x")))
    post.publish(session, message(parts=(Part(words, Form("Ana and @bob:b.example")),)), ())
    assert server.events[0]["content"]["m.mentions"] == {"user_ids": ["@ana:a.example", "@bob:b.example"]}


def test_a_thread_hangs_below_its_first_part(session: Matrix, server: FakeMatrix) -> None:
    post.publish(session, message("One", "Two", "Three", index=2), receipts("$one", "$two"))
    assert server.events[0]["content"]["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$one",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$two"},
    }


@pytest.mark.parametrize(
    "place", ["$event:a.example", "https://matrix.to/#/!r:a.example/$event:a.example?via=a.example",
              "https://matrix.to/#/%21r%3Aa.example/%24event%3Aa.example"]
)  # fmt: skip
def test_an_answer_to_another_message(session: Matrix, server: FakeMatrix, place: str) -> None:
    post.publish(session, message("Yes", reply_to=place), ())
    related = server.events[0]["content"]["m.relates_to"]
    assert related == {"m.in_reply_to": {"event_id": "$event:a.example"}}


PICTURE = Media("content/media/a b.png", "What it shows")


def test_a_picture_with_words(session: Matrix, server: FakeMatrix) -> None:
    data = drawn(3, 2)
    post.publish(session, message(parts=(part("Look *here*", PICTURE),), data=data), ())
    [upload] = server.files
    assert (upload.content, upload.headers["content-type"]) == (data, "image/png")
    assert upload.url.params["filename"] == "a b.png"
    assert server.events[0]["content"] == {
        "msgtype": "m.image",
        "body": "Look here",
        "format": "org.matrix.custom.html",
        "formatted_body": "<p>Look <em>here</em></p>",
        "filename": "a b.png",
        "url": "mxc://matrix.example/file1",
        "info": {"mimetype": "image/png", "w": 3, "h": 2, "size": len(data)},
        "org.matrix.msc1767.alt_text": {"org.matrix.msc1767.text": [{"body": "What it shows"}]},
        "m.mentions": {},
    }


def test_each_of_several_pictures_is_an_event_of_the_room(session: Matrix, server: FakeMatrix) -> None:
    """Not of the thread, which people must open to see it; each is found as itself."""
    parts = (part("Look"), part("", PICTURE), part("", Media("content/media/c.png", "Another")))
    done = receipts("$look")
    for index in (1, 2):
        sent = message(parts=parts, index=index, key=f"key {index}", data=b"?", reply_to="$event:a.example")
        remote = post.publish(session, sent, done)
        assert post.publish(session, sent, done) == remote
        assert timeline.find(session, sent) == remote
        done = (*done, Receipt(index, remote.id, remote.url, NOON))
    shown = [(event["content"]["body"], event["content"]["msgtype"]) for event in server.events]
    assert shown == [("What it shows", "m.image"), ("Another", "m.image")]
    assert not any("m.relates_to" in event["content"] for event in server.events)


@pytest.mark.parametrize(("alt", "body"), [("What it shows", "What it shows"), ("", "a b.png")])
def test_a_picture_alone_says_what_it_shows(session: Matrix, server: FakeMatrix, alt: str, body: str) -> None:
    post.publish(session, message(parts=(part("", Media("content/a b.png", alt)),), data=b"?"), ())
    content = server.events[0]["content"]
    assert (content["body"], content["filename"]) == (body, "a b.png")
    assert content["info"] == {"mimetype": "application/octet-stream", "size": 1}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"quote": "$x"}, "no quotes"),
        ({"repost": "$x"}, "no quotes and no reposts"),
        ({"reply_to": "some-post"}, "not a message in a Matrix room"),
        ({"parts": (part("Look", PICTURE, PICTURE),)}, "holds one picture"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_sent(
    session: Matrix, server: FakeMatrix, changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(Rejected, match=why) as caught:
        post.publish(session, message("Hello", **changes), ())
    assert caught.value.hint
    assert not server.events


def test_deleting_is_a_redaction_of_its_own_transaction(session: Matrix, transport: spec.Checked) -> None:
    thread = post.publish(session, message("Hello"), ())
    post.delete(session, Receipt(0, "", thread.url, NOON))
    path = f"{BASE}/rooms/%21abc%3Amatrix.example/redact/%24event1/cmflow-delete-%24event1"
    assert transport.requests[-1].url.raw_path.decode() == path
    post.delete(session, Receipt(0, "$nothing", "", NOON))


def test_verify_says_who_and_where(session: Matrix) -> None:
    may = ("post", "upload files", "read comments", "read direct messages", "reply")
    assert room.verify(session) == Standing(f"{USER} in {ALIAS}", may)


@pytest.mark.parametrize(
    ("levels", "own", "needed"),
    [
        ({"events_default": 50}, 0, 50),
        ({"events_default": 0, "events": {"m.room.message": 100}, "users": {USER: 50}}, 50, 100),
        ({"events_default": 10, "users_default": 5, "users": {"@other:matrix.example": 100}}, 5, 10),
    ],
)
def test_who_may_not_write_is_told_before_the_day(
    server: FakeMatrix, session: Matrix, levels: dict[str, Any], own: int, needed: int
) -> None:
    server.states["m.room.power_levels"] = levels
    with pytest.raises(Denied) as caught:
        room.verify(session)
    assert str(caught.value) == f"{USER} in {ALIAS} has the power level {own}, and messages need {needed}."
    assert caught.value.hint == "Ask a moderator of the room to raise it."


def test_who_has_the_level_may_write(server: FakeMatrix, session: Matrix) -> None:
    server.states["m.room.power_levels"] = {"events_default": 50, "users": {USER: 50}}
    assert room.verify(session).may


def test_a_room_by_its_id_needs_no_look(transport: spec.Checked) -> None:
    session = room.connect(http.client(transport), access(room=ROOM))
    assert (session.room, session.shown, len(transport.requests)) == (ROOM, ROOM, 3)
    assert post.publish(session, message("Hello"), ()).url == "https://matrix.to/#/!abc:matrix.example/$event1"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"room": "#nobody:matrix.example"}, "no room #nobody:matrix.example"),
        ({"room": "team"}, "neither an id"),
        ({"room": ""}, "neither an id"),
        ({"homeserver": "matrix.example"}, "begins with https://"),
        ({"token": ""}, "has no token"),
        ({"token": "syt_s3cr3t_other"}, "401: M_UNKNOWN_TOKEN Unrecognised access token"),
    ],
)
def test_an_account_that_is_not_set_up_is_told_how(transport: spec.Checked, changes: dict[str, str], said: str) -> None:
    with pytest.raises(Denied, match=said) as caught:
        room.connect(http.client(transport), access(**changes))
    assert caught.value.hint
    assert "s3cr3t" not in f"{caught.value} {caught.value.hint}"


def test_an_address_that_is_no_homeserver() -> None:
    nothing = httpx.MockTransport(lambda request: httpx.Response(200, json={}))
    with pytest.raises(Denied, match="does not answer like a Matrix homeserver"):
        room.connect(http.client(nothing), access())


# ── every kind of no ────────────────────────────────────────────────────────────────────────────────────────


def no(code: str, **more: Any) -> dict[str, Any]:
    return {"json": {"errcode": code, "error": "Why."} | more}


REFUSALS: tuple[tuple[int, dict[str, Any], type[DeliveryError], str], ...] = (
    (401, no("M_UNKNOWN_TOKEN", soft_logout=True), Denied, "401: M_UNKNOWN_TOKEN Why."),
    (403, no("M_FORBIDDEN"), Denied, "403: M_FORBIDDEN Why."),
    (404, {"text": "<html>"}, Denied, "404"),
    (308, {"headers": {"Location": "https://new.example"}}, Denied, "308"),
    (400, no("M_BAD_JSON"), Rejected, "M_BAD_JSON"),
    (413, no("M_TOO_LARGE"), Rejected, "M_TOO_LARGE"),
    (429, no("M_LIMIT_EXCEEDED", retry_after_ms=2000), Throttled, "M_LIMIT_EXCEEDED"),
)
LOST: tuple[tuple[int, dict[str, Any]], ...] = (
    (500, no("M_UNKNOWN")),
    (502, {"text": "<html>"}),
    (504, {}),
    (200, {"text": "{"}),
    (200, {"json": {}}),
)


def answering(code: int, **rest: Any) -> Matrix:
    """A session whose server is well at first, and then answers this."""
    server = FakeMatrix()

    def answer(request: httpx.Request) -> httpx.Response:
        known = "whoami" in request.url.path or "directory" in request.url.path or "/state/" in request.url.path
        return server(request) if known else httpx.Response(code, **rest)

    return room.connect(http.client(httpx.MockTransport(answer)), access())


@pytest.mark.parametrize(("code", "rest", "kind", "said"), REFUSALS)
def test_a_no_is_certain_and_says_what_to_do(
    code: int, rest: dict[str, Any], kind: type[DeliveryError], said: str
) -> None:
    with pytest.raises(NotSent, match=said) as caught:
        post.publish(answering(code, **rest), message("Hello"), ())
    assert type(caught.value) is kind
    assert caught.value.hint


@pytest.mark.parametrize(("code", "rest"), LOST)
def test_what_may_have_been_taken_is_unsure(code: int, rest: dict[str, Any]) -> None:
    with pytest.raises(Unsure) as caught:
        post.publish(answering(code, **rest), message("Hello"), ())
    assert caught.value.hint


@pytest.mark.parametrize(("code", "rest"), LOST)
def test_what_happens_before_the_event_is_certain(code: int, rest: dict[str, Any]) -> None:
    with pytest.raises(NotSent) as caught:
        post.publish(answering(code, **rest), message(parts=(part("Look", PICTURE),)), ())
    assert caught.value.hint


def test_a_room_that_is_encrypted_or_replaced_takes_nothing(server: FakeMatrix, transport: spec.Checked) -> None:
    server.states["m.room.encryption"] = {"algorithm": "m.megolm.v1.aes-sha2"}
    with pytest.raises(Denied, match=r"^The room #team:matrix\.example is encrypted, and cmflow cannot encrypt\.$"):
        room.connect(http.client(transport), access())
    assert room.connect(http.client(transport), access(encrypted="plaintext")).room == ROOM
    server.states["m.room.tombstone"] = {"body": "Moved", "replacement_room": "!new:matrix.example"}
    with pytest.raises(Denied, match=r"^The room #team:matrix\.example was replaced by !new:matrix\.example\.$"):
        room.connect(http.client(transport), access(encrypted="plaintext"))


def test_who_is_not_in_the_room_is_told_to_join(transport: spec.Checked) -> None:
    with pytest.raises(Denied) as caught:
        room.connect(http.client(transport), access(room="!other:matrix.example"))
    assert (str(caught.value), caught.value.hint) == (
        f"Matrix answers 403: M_FORBIDDEN User {USER} not in room !other:matrix.example",
        f"{USER} may not read !other:matrix.example. {room.INVITE}",
    )


@pytest.mark.parametrize(("headers", "wait"), [({"Retry-After": "90"}, 90), ({}, 2), ({"Retry-After": "nonsense"}, 2)])
def test_when_to_try_again(headers: dict[str, str], wait: int) -> None:
    session = answering(429, headers=DATE | headers, **no("M_LIMIT_EXCEEDED", retry_after_ms=2000))
    with pytest.raises(Throttled) as caught:
        post.publish(session, message("Hello"), ())
    assert caught.value.retry_at == NOON + timedelta(seconds=wait)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 429, 500])
def test_no_error_holds_the_token(code: int) -> None:
    with pytest.raises(DeliveryError) as caught:
        post.publish(answering(code, json={"errcode": "M_X", "error": f"no {SECRET}"}), message("Hello"), ())
    assert SECRET not in f"{caught.value!r} {caught.value.hint}"


# ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_server_that_has_forgotten_is_asked_before_it_is_told_again(transport: spec.Checked) -> None:
    server = transport.handler
    assert isinstance(server, FakeMatrix)
    first = post.publish(room.connect(http.client(transport), access()), message("Hello"), ())
    server.forgets = True
    server.events[0]["unsigned"] = {}
    server.date = {"Date": "Wed, 02 Dec 2026 12:00:00 GMT"}
    next_day = room.connect(http.client(transport), access())
    assert post.publish(next_day, message("Hello"), ()) == first
    assert len(server.events) == 1
    post.publish(next_day, message("Other", key="key 2"), ())
    assert [event["content"]["body"] for event in server.events] == ["Hello", "Other"]


def test_the_transaction_decides_where_it_is_told(session: Matrix, server: FakeMatrix) -> None:
    server.add({"body": "Another text"}, transaction="key 1")
    assert timeline.find(session, message("Hello")) == Remote("$event1", f"{SHOWN}/$event1")
    post.publish(session, message("Hello", key="key 2"), ())
    assert timeline.find(session, message("Hello", key="key 3")) is None


PLAIN = {"msgtype": "m.text", "body": "Hello", "m.mentions": {}}
THREAD = {"m.relates_to": {"rel_type": "m.thread", "event_id": "$event1"}}
FILED = {"msgtype": "m.image", "filename": "a b.png", "url": "mxc://x/y", "info": {"size": 1}}
ALT = {"org.matrix.msc1767.alt_text": {"org.matrix.msc1767.text": [{"body": "What it shows"}]}}


@pytest.mark.parametrize(
    ("content", "changes", "wanted"),
    [
        (PLAIN, {}, message("Hello")),
        (PLAIN | THREAD, {}, message("Zero", "Hello", index=1)),
        (PLAIN | FILED | ALT, {}, message(parts=(part("Hello", PICTURE),))),
        (
            PLAIN | FILED | ALT | {"body": "What it shows"},
            {},
            message(parts=(part("Zero"), part("", PICTURE)), index=1),
        ),
        (PLAIN, {"age": 3_500}, message("Hello")),
    ],
)
def test_without_its_transaction_it_is_known_by_its_content(
    session: Matrix, server: FakeMatrix, content: dict[str, Any], changes: dict[str, Any], wanted: Outgoing
) -> None:
    server.add(content, **changes)
    found = timeline.find(session, wanted)
    assert found and found.id == "$event1"


@pytest.mark.parametrize(
    ("content", "changes", "wanted"),
    [
        (PLAIN | {"body": "Hello!"}, {}, message("Hello")),
        (PLAIN | THREAD, {}, message("Hello")),
        (PLAIN, {}, message("Zero", "Hello", index=1)),
        (PLAIN, {}, message(parts=(part("Hello", PICTURE),))),
        (PLAIN | FILED | ALT, {}, message("Hello")),
        (PLAIN, {"age": 3_700}, message("Hello")),
        (PLAIN, {"sender": "@other:matrix.example"}, message("Hello")),
        ({}, {}, message("Hello")),
    ],
)
def test_another_event_is_not_taken_for_it(
    session: Matrix, server: FakeMatrix, content: dict[str, Any], changes: dict[str, Any], wanted: Outgoing
) -> None:
    server.add(content, **changes)
    assert timeline.find(session, wanted) is None


def test_it_is_found_behind_many_others(session: Matrix, server: FakeMatrix) -> None:
    server.add(PLAIN)
    for number in range(450):
        server.add({"body": str(number)}, sender="@other:matrix.example")
    found = timeline.find(session, message("Hello"))
    assert found and found.id == "$event1"


def test_what_is_older_than_the_intent_is_not_gone_through(
    session: Matrix, server: FakeMatrix, transport: spec.Checked
) -> None:
    for _ in range(450):
        server.add(PLAIN, age=3_700)
    assert timeline.find(session, message("Hello")) is None
    assert len([each for each in transport.requests if each.url.path.endswith("/messages")]) == 1


def test_an_event_that_has_a_receipt_is_another_one(session: Matrix, server: FakeMatrix) -> None:
    """The same words within the hour; the server has forgotten both transactions."""
    server.forgets = True
    post.publish(session, message("Hello"), ())
    assert timeline.find(session, message("Hello", key="key 2")) == Remote("$event1", f"{SHOWN}/$event1")
    for place in ("$event1", f"{SHOWN}/$event1"):
        assert timeline.find(session, replace(message("Hello", key="key 2"), known=frozenset({place}))) is None


def test_where_there_are_too_many_nobody_says_no(session: Matrix, server: FakeMatrix) -> None:
    for number in range(call.PAGE * call.PAGES + 1):
        server.add({"body": str(number)})
    with pytest.raises(Unsure, match="too many"):
        timeline.find(session, message("Hello"))


@pytest.mark.parametrize("page", [[], {}, {"chunk": "x"}, {"chunk": ["x"]}])
def test_a_list_that_cannot_be_read_is_no_answer(page: object) -> None:
    with pytest.raises(NotSent, match="cannot be read"):
        timeline.find(answering(200, json=page), message("Hello"))


# ── figures ─────────────────────────────────────────────────────────────────────────────────────────────────


def related(event: str, kind: str) -> dict[str, Any]:
    return {"m.relates_to": {"rel_type": kind, "event_id": event, "key": "🎉"}}


def test_reactions_and_what_others_say_in_the_thread_are_counted(session: Matrix, server: FakeMatrix) -> None:
    event = server.add({"msgtype": "m.text", "body": "Hello"})
    for sender in (OTHER, "@third:matrix.example", USER):
        server.add(related(event, "m.annotation"), sender)
        server.add(related(event, "m.thread"), sender)
    assert metrics(session, receipts(event)) == ({"m.annotation": 2, "m.thread": 2},)


def test_many_reactions_are_counted_page_by_page(session: Matrix, server: FakeMatrix) -> None:
    event = server.add({"msgtype": "m.text", "body": "Hello"})
    for number in range(250):
        server.add(related(event, "m.annotation"), f"@p{number}:matrix.example")
    assert metrics(session, receipts(event)) == ({"m.annotation": 250, "m.thread": 0},)


def test_what_cannot_be_counted_is_not_told(session: Matrix, server: FakeMatrix) -> None:
    event = server.add({"msgtype": "m.text", "body": "Hello"})
    for number in range(2_001):
        server.add(related(event, "m.annotation"), f"@p{number}:matrix.example")
    assert metrics(session, receipts(event)) == ({"m.annotation": None, "m.thread": 0},)


def test_another_alt_text_is_an_event_in_the_place_of_the_first(
    session: Matrix, server: FakeMatrix, transport: spec.Checked
) -> None:
    words = part("A cat, at last", Media("content/media/cat.png", "A cat"))
    remote = post.publish(session, message(parts=(words,)), ())
    file = {"url": "mxc://matrix.example/file1", "info": {"mimetype": "image/png", "w": 1, "h": 1, "size": len(PNG)}}
    shown = {"msgtype": "m.image", "filename": "cat.png", **file}
    assert edit.describe(session, Receipt(0, remote.id, remote.url, NOON), ("A grey cat",)) == remote
    text = {"org.matrix.msc1767.alt_text": {"org.matrix.msc1767.text": [{"body": "A grey cat"}]}}
    described = {**shown, **text, "body": "A cat, at last", "m.mentions": {}}
    related = {"m.relates_to": {"rel_type": "m.replace", "event_id": remote.id}}
    copy = {**described, "body": "* A cat, at last"}
    assert json.loads(transport.requests[-1].content) == {**copy, **related, "m.new_content": described}


def test_an_alt_text_that_is_the_body_changes_both(session: Matrix, server: FakeMatrix) -> None:
    remote = post.publish(session, message(parts=(part("", Media("cat.png", "A cat")),)), ())
    for alt, words in (("A grey cat", "A grey cat"), ("", "cat.png"), ("Again", "Again")):
        edit.describe(session, Receipt(0, remote.id, remote.url, NOON), (alt,))
        assert server.events[-1]["content"]["m.new_content"]["body"] == words
    assert len(server.events) == 4


def test_words_without_a_picture_are_not_described(session: Matrix, server: FakeMatrix) -> None:
    remote = post.publish(session, message("Words alone"), ())
    with pytest.raises(Rejected, match="has 0 files, and there are alt texts for 1"):
        edit.describe(session, Receipt(0, remote.id, remote.url, NOON), ("What?",))
    assert len(server.events) == 1
