"""Bluesky on canned answers, each request and answer held to the lexicons; the real server is in tests/servers."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cmflow.model import Account, Contact, Form, Kind, Media, Number, Part, Receipt, Remote, Span, Text, Variant
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import atproto, http
from cmflow.netkit.atproto import Session
from cmflow.netkit.network import Access, Outgoing
from cmflow.netkit.upload import Upload
from cmflow.networks import bluesky
from cmflow.networks.bluesky import account, edit, post
from cmflow.sandbox.fakes.bluesky import ANA, HANDLE, ME, MOMENT, PASSWORD, Answer, Bluesky, cid, failed
from tests.networks import contract, faults, spec
from tests.networks.contract import NOON, PNG, Place
from tests.networks.lexicons import TID, Lexicons
from tests.networks.spec import Checked, Drift

ACCESS = Access(
    Account("team", "bluesky", options=(("handle", "@cmflow.test"), ("service", "http://localhost:2583"))),
    (("app_password", PASSWORD),),
)
WHO = {"did": ME, "handle": HANDLE}


@pytest.fixture
def server() -> Bluesky:
    return Bluesky()


@pytest.fixture
def transport(server: Bluesky) -> Checked:
    return Checked(spec.of(Lexicons), server)


@pytest.fixture
def session(transport: Checked) -> Session:
    return account.connect(http.client(transport), ACCESS)


class TestBluesky(
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
    network = bluesky.network
    contacts = (Contact.COMMENT, Contact.MENTION, Contact.QUOTE, Contact.DIRECT)
    edits = False
    figures: ClassVar[Mapping[str, Number | None]] = {
        "likeCount": 3,
        "repostCount": 0,
        "replyCount": 1,
        "quoteCount": None,
        "bookmarkCount": None,
    }
    crowd: ClassVar[Mapping[str, Number | None]] = {"followersCount": 812, "followsCount": 40, "postsCount": None}

    @pytest.fixture
    def place(self, server: Bluesky, transport: Checked) -> Place:
        return Place(ACCESS, lambda: server.posts, transport, alts=lambda: server.alts)

    @pytest.fixture
    def audience(self, server: Bluesky) -> Bluesky:
        self.server = server
        return server

    def hidden(self) -> list[str]:
        gates = [record for uri, record in self.server.records.items() if "/app.bsky.feed.threadgate/" in uri]
        uris = [uri for gate in gates for uri in gate["hiddenReplies"]]
        return [f"{uri} {cid(self.server.records[uri])}" for uri in uris]


class TestDirectMessages(contract.Inbox, contract.FindReply):
    network = bluesky.network
    contacts = (Contact.DIRECT,)
    edits = deletes = False

    @pytest.fixture
    def place(self, server: Bluesky, transport: Checked) -> Place:
        return Place(ACCESS, lambda: server.letters, transport)

    @pytest.fixture
    def audience(self, server: Bluesky) -> Bluesky:
        return server


class TestFaults(faults.Faults):
    network = bluesky.network
    access = ACCESS

    def fake(self) -> faults.Handler:
        return Bluesky()

    def makes(self, request: httpx.Request) -> bool:
        return request.url.path.endswith(".putRecord")


# ── whole requests ──────────────────────────────────────────────────────────────────────────────────────────


def part(text: str, *spans: Span, media: tuple[Media, ...] = ()) -> Part:
    return Part(Text(text, spans), Form(text, spans), media)


def message(*parts: Part, index: int = 0, files: tuple[bytes, ...] = (), key: str = "k", **changes: Any) -> Outgoing:
    return Outgoing(
        Variant("hello", "team", "bluesky", NOON, parts, **changes),
        index,
        key,
        NOON.timestamp(),
        tuple(Upload.of(file) for file in files),
    )


def asked(transport: Checked, method: str) -> list[Any]:
    return [json.loads(each.content) for each in transport.requests if each.url.path.endswith(f".{method}")]


def record(session: Session, server: Bluesky, message: Outgoing, *thread: Receipt) -> dict[str, Any]:
    """What the server keeps of it."""
    remote = post.publish(session, message, thread)
    return server.records[remote.id.partition(" ")[0]]


def test_a_post_is_one_request_after_one_sign_in(transport: Checked, server: Bluesky, session: Session) -> None:
    remote = post.publish(session, message(part("Hello"), language="en"), ())
    assert [(each.method, each.url.path) for each in transport.requests] == [
        ("POST", "/xrpc/com.atproto.server.createSession"),
        ("POST", "/xrpc/com.atproto.repo.putRecord"),
    ]
    record = {"$type": "app.bsky.feed.post", "text": "Hello", "langs": ["en"], "createdAt": MOMENT}
    rkey = post.rkey(message(part("Hello")))
    assert asked(transport, "putRecord") == [
        {"repo": ME, "collection": "app.bsky.feed.post", "rkey": rkey, "record": record}
    ]
    uri = f"at://{ME}/app.bsky.feed.post/{rkey}"
    assert remote == Remote(f"{uri} {cid(record)}", f"https://bsky.app/profile/{ME}/post/{rkey}")


def test_the_same_message_is_the_same_request_to_the_byte(transport: Checked, session: Session) -> None:
    both = message(part("Hi @ana.test", media=(Media("a.png", "A"),)), files=(PNG,), language="en")
    for _ in range(2):
        post.publish(session, both, ())
    sent = [each.content for each in transport.requests if each.url.path.endswith(".putRecord")]
    assert len(sent) == 2
    assert sent[0] == sent[1]


def test_what_is_linked_is_counted_in_bytes(server: Bluesky, session: Session) -> None:
    text = "é👩‍👩‍👧 here, @ana.test, @nobody.test, @Ana, example.org/x and #Füße $aapl"
    at = text.index("here")
    spans = (
        Span(at, at + 4, Kind.LINK, "https://example.org/?utm=1"),
        Span(text.index("@Ana"), text.index("@Ana") + 4, Kind.MENTION, "@ana.test"),
    )
    kept = record(session, server, message(part(text, *spans)))
    shown = [
        (
            text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(),
            *facet["features"],
        )
        for facet in kept["facets"]
    ]
    kind = "app.bsky.richtext.facet#"
    assert shown == [
        ("here", {"$type": f"{kind}link", "uri": "https://example.org/?utm=1"}),
        ("@ana.test", {"$type": f"{kind}mention", "did": ANA}),
        ("@Ana", {"$type": f"{kind}mention", "did": ANA}),
        ("example.org/x", {"$type": f"{kind}link", "uri": "https://example.org/x"}),
        ("#Füße", {"$type": f"{kind}tag", "tag": "Füße"}),
        ("$aapl", {"$type": f"{kind}tag", "tag": "$AAPL"}),
    ]


def test_what_we_mean_wins_over_what_would_be_found(server: Bluesky, session: Session) -> None:
    text = "example.org"
    kept = record(session, server, message(part(text, Span(0, 11, Kind.LINK, "https://example.org/?utm=1"))))
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/?utm=1"}
    assert kept["facets"] == [{"index": {"byteStart": 0, "byteEnd": 11}, "features": [link]}]


@pytest.mark.parametrize(
    ("span", "features"),
    [
        (Span(0, 3, Kind.MENTION, "Ana Ruiz"), None),
        (Span(0, 3, Kind.MENTION, "@did:plc:ana"), {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:ana"}),
        (Span(0, 3, Kind.TAG, "long" * 20), None),
        (Span(0, 3, Kind.TAG, "cats"), {"$type": "app.bsky.richtext.facet#tag", "tag": "cats"}),
        (Span(1, 1, Kind.LINK, "https://example.org"), None),
        (Span(0, 3, Kind.BOLD), None),
    ],
)
def test_who_cannot_be_told_stays_text(server: Bluesky, session: Session, span: Span, features: Any) -> None:
    kept = record(session, server, message(part("Ana", span)))
    assert kept.get("facets") == (
        [{"index": {"byteStart": 0, "byteEnd": 3}, "features": [features]}] if features else None
    )


def test_a_name_is_looked_up_once(transport: Checked, session: Session) -> None:
    for key in "ab":
        post.publish(session, message(part("@ana.test @Ana.test @nobody.test"), key=key), ())
    names = [each.url.params["handle"] for each in transport.requests if each.url.path.endswith("resolveHandle")]
    assert names == ["ana.test", "nobody.test"]


@given(st.text(st.sampled_from("aé👩‍ #@.$/:()\n" + "comhttps"), max_size=60))
def test_no_facet_is_ever_wrong(text: str) -> None:
    """The lexicons' check of facets fails this test where one leaves the text, cuts a character or meets another."""
    session = account.connect(http.client(Checked(spec.of(Lexicons), Bluesky())), ACCESS)
    post.publish(session, message(part(text)), ())


def test_a_thread_names_its_first_post_and_the_one_above(server: Bluesky, session: Session) -> None:
    parts = (part("One"), part("Two"), part("Three"))
    thread: list[Receipt] = []
    for index in range(3):
        remote = post.publish(session, message(*parts, index=index, key=f"k{index}"), tuple(thread))
        thread.append(Receipt(index, remote.id, remote.url, NOON))
    first, second, third = server.records.values()
    one, two = ({"uri": each.id.split()[0], "cid": each.id.split()[1]} for each in thread[:2])
    assert [each.get("reply") for each in (first, second, third)] == [
        None,
        {"root": one, "parent": one},
        {"root": one, "parent": two},
    ]


def test_a_part_that_a_person_settled_is_looked_up_by_its_address(server: Bluesky, session: Session) -> None:
    remote = post.publish(session, message(part("One"), part("Two")), ())
    uri, _, one = remote.id.partition(" ")
    kept = record(
        session, server, message(part("One"), part("Two"), index=1, key="l"), Receipt(0, "", remote.url, NOON)
    )
    assert kept["reply"] == {"root": {"uri": uri, "cid": one}, "parent": {"uri": uri, "cid": one}}


# ── what is shown with the text ─────────────────────────────────────────────────────────────────────────────


def picture(kind: str, orientation: int = 1) -> bytes:
    made, data = Image.new("RGB", (40, 30)), BytesIO()
    exif = made.getexif()
    exif[274] = orientation
    made.save(data, kind, exif=exif)
    return data.getvalue()


def test_pictures_carry_their_words_and_shape(transport: Checked, server: Bluesky, session: Session) -> None:
    media = (Media("a.png", "A cat"), Media("b.jpg"), Media("c.jpg", "Upright"))
    files = (PNG, picture("JPEG"), picture("JPEG", 6))
    kept = record(session, server, message(part("Look", media=media), files=files))
    uploads = [each for each in transport.requests if each.url.path.endswith("uploadBlob")]
    assert [(each.headers["content-type"], each.content) for each in uploads] == list(
        zip(("image/png", "image/jpeg", "image/jpeg"), files, strict=True)
    )

    def blob(data: bytes, mime: str) -> dict[str, Any]:
        link = f"bafkrei{sha256(data).hexdigest()}"
        return {"$type": "blob", "ref": {"$link": link}, "mimeType": mime, "size": len(data)}

    assert kept["embed"] == {
        "$type": "app.bsky.embed.images",
        "images": [
            {"image": blob(PNG, "image/png"), "alt": "A cat", "aspectRatio": {"width": 1, "height": 1}},
            {"image": blob(files[1], "image/jpeg"), "alt": "", "aspectRatio": {"width": 40, "height": 30}},
            {"image": blob(files[2], "image/jpeg"), "alt": "Upright", "aspectRatio": {"width": 30, "height": 40}},
        ],
    }


def test_a_video_goes_alone(server: Bluesky, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    film = mp4()
    kept = record(session, server, message(part("", media=(Media("a.mp4", "A film"),)), files=(film,)))
    assert kept["embed"]["$type"] == "app.bsky.embed.video"
    assert (kept["embed"]["alt"], kept["embed"]["aspectRatio"]) == ("A film", {"width": 640, "height": 360})
    both = message(part("", media=(Media("a.mp4"), Media("b.png"))), files=(film, PNG))
    with pytest.raises(Rejected, match=r"^Bluesky does not accept a post with a video together with a picture"):
        post.publish(session, both, ())


def mp4() -> bytes:
    def box(name: bytes, *content: bytes) -> bytes:
        data = b"".join(content)
        return (8 + len(data)).to_bytes(4) + name + data

    header = box(b"mvhd", bytes(12), (1000).to_bytes(4), (5000).to_bytes(4), bytes(80))
    track = box(b"tkhd", bytes(4), bytes(72), (640 << 16).to_bytes(4), (360 << 16).to_bytes(4))
    kind = box(b"mdia", box(b"hdlr", bytes(8), b"vide", bytes(12)))
    return box(b"ftyp", b"isom", bytes(4)) + box(b"moov", header, box(b"trak", track, kind)) + box(b"mdat", bytes(16))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "a.png cannot be sent. It is empty."),
        (b"BM", "a.png cannot be sent. It is a BMP picture: export it as PNG."),
        (PNG + bytes(2_000_000), "a.png has 2,000,069 bytes; Bluesky takes 2,000,000."),
        (mp4().replace(b"isom", b"qt  ", 1), "Bluesky does not take a.png: it is video/quicktime."),
    ],
)
def test_a_file_nobody_takes_is_said_before_it_is_sent(
    transport: Checked, session: Session, data: bytes, said: str
) -> None:
    wrong = message(part("Look", media=(Media("b.png"), Media("a.png"))), files=(PNG, data))
    with pytest.raises(Rejected, match=f"^{re.escape(said)}$"):
        post.publish(session, wrong, ())
    assert len(transport.requests) == 1


CARD = {
    "$type": "app.bsky.embed.external",
    "external": {"uri": "https://www.example.org/a?b", "title": "example.org", "description": ""},
}


def test_a_link_is_a_card_where_it_is_shown(server: Bluesky, session: Session) -> None:
    link = "https://www.example.org/a?b"
    parts = (part("One"), part(link, Span(0, len(link), Kind.LINK, link)))
    first = record(session, server, message(*parts, link=link))
    last = record(session, server, message(*parts, index=1, key="l", link=link))
    assert (first.get("embed"), last["embed"]) == (None, CARD)


def test_a_link_that_nobody_shows_is_a_card_at_once(server: Bluesky, session: Session) -> None:
    link = "https://www.example.org/a?b"
    plain = record(session, server, message(part("One"), part("Two"), link=link))
    titled = record(session, server, message(part("One"), key="l", link=link, title="A title"))
    assert plain["embed"] == CARD
    assert titled["embed"]["external"]["title"] == "A title"


def test_beside_pictures_there_is_no_card(server: Bluesky, session: Session) -> None:
    shown = message(part("One", media=(Media("a.png"),)), files=(PNG,), link="https://example.org")
    assert record(session, server, shown)["embed"]["$type"] == "app.bsky.embed.images"


THEIRS = f"at://{ANA}/app.bsky.feed.post/3jzfcijpj2z2a"
TOP = {"uri": f"at://{ANA}/app.bsky.feed.post/3jzfcijpj2z22", "cid": "bafyreitop"}


@pytest.fixture
def theirs(server: Bluesky) -> dict[str, str]:
    """A post of somebody else, in the middle of a thread."""
    reply = {"root": TOP, "parent": TOP}
    server.records[THEIRS] = {"$type": "app.bsky.feed.post", "text": "Theirs", "reply": reply, "createdAt": MOMENT}
    return {"uri": THEIRS, "cid": cid(server.records[THEIRS])}


ADDRESSES = (
    THEIRS,
    "https://bsky.app/profile/ana.test/post/3jzfcijpj2z2a",
    "at://ana.test/app.bsky.feed.post/3jzfcijpj2z2a",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_quote_stands_beside_the_pictures(
    server: Bluesky, session: Session, theirs: dict[str, str], address: str
) -> None:
    alone = record(session, server, message(part("So true"), quote=address))
    shown = message(part("So true", media=(Media("a.png"),)), files=(PNG,), quote=address, key="l")
    beside = record(session, server, shown)
    again = record(session, server, message(part("So true"), repost=address, key="m"))
    quoted = {"$type": "app.bsky.embed.record", "record": theirs}
    assert alone["embed"] == again["embed"] == quoted
    assert beside["embed"]["$type"] == "app.bsky.embed.recordWithMedia"
    assert beside["embed"]["record"] == quoted
    assert beside["embed"]["media"]["$type"] == "app.bsky.embed.images"


def test_only_the_first_part_quotes(server: Bluesky, session: Session, theirs: dict[str, str]) -> None:
    first = post.publish(session, message(part("One"), part("Two"), quote=THEIRS), ())
    second = message(part("One"), part("Two"), index=1, key="l", quote=THEIRS)
    assert "embed" not in record(session, server, second, Receipt(0, first.id, first.url, NOON))


def test_what_is_quoted_from_elsewhere_is_a_card(server: Bluesky, session: Session) -> None:
    kept = record(session, server, message(part("So true"), quote="https://www.example.org/a?b"))
    assert kept["embed"] == CARD


def test_what_is_quoted_from_elsewhere_is_never_dropped(server: Bluesky, session: Session) -> None:
    shown = message(part("So true", media=(Media("a.png"),)), files=(PNG,), quote="https://example.org")
    with pytest.raises(Rejected, match="is not a post on Bluesky"):
        post.publish(session, shown, ())
    assert server.records == {}


def test_a_repost_has_no_words(transport: Checked, server: Bluesky, session: Session, theirs: dict[str, str]) -> None:
    again = message(part(""), repost=THEIRS)
    remote = post.publish(session, again, ())
    kept = {"$type": "app.bsky.feed.repost", "subject": theirs, "createdAt": MOMENT}
    assert asked(transport, "putRecord")[0]["record"] == kept
    uri = f"at://{ME}/app.bsky.feed.repost/{post.rkey(again)}"
    assert remote == Remote(f"{uri} {cid(kept)}") == post.find(session, again)
    post.delete(session, Receipt(0, remote.id, remote.url, NOON))
    assert post.find(session, again) is None


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_reply_joins_the_thread_it_answers(
    server: Bluesky, session: Session, theirs: dict[str, str], address: str
) -> None:
    parts = (part("One"), part("Two"))
    first = post.publish(session, message(*parts, reply_to=address), ())
    own = {"uri": first.id.split()[0], "cid": first.id.split()[1]}
    assert server.records[own["uri"]]["reply"] == {"root": TOP, "parent": theirs}
    second = message(*parts, index=1, key="l", reply_to=address)
    kept = record(session, server, second, Receipt(0, first.id, first.url, NOON))
    assert kept["reply"] == {"root": TOP, "parent": own}


def test_a_reply_to_what_began_a_thread(server: Bluesky, session: Session) -> None:
    server.records[THEIRS] = {"$type": "app.bsky.feed.post", "text": "Theirs", "createdAt": MOMENT}
    theirs = {"uri": THEIRS, "cid": cid(server.records[THEIRS])}
    assert record(session, server, message(part("Yes"), reply_to=THEIRS))["reply"] == {"root": theirs, "parent": theirs}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (THEIRS, f"{THEIRS} is not there."),
        ("never-twice", "“never-twice” is not a post on Bluesky."),
        ("https://social.example/@ana/1", "“https://social.example/@ana/1” is not a post on Bluesky."),
    ],
)
def test_a_reply_to_nothing_is_not_sent(server: Bluesky, session: Session, address: str, said: str) -> None:
    with pytest.raises(Rejected, match=f"^{re.escape(said)}$") as caught:
        post.publish(session, message(part("Yes"), reply_to=address), ())
    assert caught.value.hint
    assert server.records == {}


@pytest.mark.parametrize(
    ("warning", "label"),
    [("Nudity", "nudity"), ("graphic media", "graphic-media"), ("Flashing pictures", ""), ("", "")],
)
def test_a_warning_is_a_label_where_there_is_one(server: Bluesky, session: Session, warning: str, label: str) -> None:
    kept = record(session, server, message(part("Look"), content_warning=warning))
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": label}]}
    assert kept.get("labels") == (labels if label else None)


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────

moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def key(words: str, at: datetime) -> str:
    return post.rkey(Outgoing(message(part("")).variant, 0, words, at.timestamp()))


@given(st.text(), moments)
def test_every_name_is_a_tid(words: str, at: datetime) -> None:
    assert re.fullmatch(TID, key(words, at))


@given(st.text(), st.text(), moments, st.timedeltas(timedelta(milliseconds=2), timedelta(days=999)))
def test_names_are_in_the_order_of_time(one: str, two: str, at: datetime, later: timedelta) -> None:
    assert key(one, at) < key(two, at + later)


def test_keys_of_the_same_moment_have_names_of_their_own() -> None:
    names = {key(str(number), NOON) for number in range(100)}
    assert len(names) == 100


def test_a_name_tells_its_moment() -> None:
    number = sum(
        "234567abcdefghijklmnopqrstuvwxyz".index(each) << 5 * place for place, each in enumerate(key("k", NOON)[::-1])
    )
    assert datetime.fromtimestamp((number >> 10) // 1_000 / 1_000, UTC) == NOON


def test_the_vectors_of_names(vectors: Path) -> None:
    """Our pattern for a TID agrees with Bluesky's own cases."""
    cases = json.loads((vectors / "atproto_tid.json").read_bytes())["cases"]
    assert [bool(re.fullmatch(TID, each["tid"])) for each in cases] == [each["valid"] for each in cases]


# ── every "no" ──────────────────────────────────────────────────────────────────────────────────────────────

RESET = datetime(2026, 12, 1, 12, 5, tzinfo=UTC)
THROTTLED = failed(
    429,
    "RateLimitExceeded",
    "Rate Limit Exceeded",
    date="Tue, 01 Dec 2026 12:00:00 GMT",
    **{"ratelimit-reset": str(int(RESET.timestamp()))},
)
TOO_LONG = "Invalid app.bsky.feed.post record: grapheme too big (maximum 300, got 301) at $.record.text"
BROKEN = httpx.Response(200, text="<html>")


def no_answer(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout(PASSWORD)


# answer → what it means of the request that writes, of one before it, of signing in; what is said
NOES: list[tuple[Answer, type[DeliveryError], type[DeliveryError], type[DeliveryError], str]] = [
    (failed(400, "InvalidRequest", TOO_LONG), Rejected, Rejected, Denied, TOO_LONG),
    (failed(400, "InvalidToken", "Bad token"), Denied, Denied, Denied, "Bluesky answers 400: Bad token"),
    (failed(401, "AuthMissing"), Denied, Denied, Denied, "Bluesky answers 401: AuthMissing"),
    (failed(403, "Forbidden", ""), Denied, Denied, Denied, "Bluesky answers 403: Forbidden"),
    (failed(400, "AccountTakedown", "Gone."), Denied, Denied, Denied, "Bluesky answers 400: Gone."),
    (httpx.Response(413), Rejected, Rejected, Rejected, "Bluesky answers 413."),
    (failed(501, "MethodNotImplemented"), Denied, Denied, Denied, "http://localhost:2583 is not a Bluesky server."),
    (httpx.Response(404, text="Not here"), Denied, Denied, Denied, "http://localhost:2583 is not a Bluesky server."),
    (
        httpx.Response(302, headers={"location": "https://example.org"}),
        Denied,
        Denied,
        Denied,
        "http://localhost:2583 is not a Bluesky server.",
    ),
    (THROTTLED, Throttled, Throttled, Throttled, "Bluesky answers 429: Rate Limit Exceeded"),
    (failed(500, "InternalServerError"), Unsure, NotSent, NotSent, ""),
    (failed(502, "UpstreamFailure"), Unsure, NotSent, NotSent, ""),
    (httpx.Response(408), NotSent, NotSent, NotSent, "Bluesky answers 408."),
    (httpx.Response(503, text="Maintenance"), Unsure, NotSent, NotSent, ""),
]


@pytest.mark.parametrize(("answer", "writing", "before", "entering", "said"), NOES)
@pytest.mark.parametrize("method", ["putRecord", "uploadBlob", "createSession"])
def test_every_no_means_what_it_means_where_it_comes(
    server: Bluesky,
    transport: Checked,
    answer: Answer,
    writing: type[DeliveryError],
    before: type[DeliveryError],
    entering: type[DeliveryError],
    said: str,
    method: str,
) -> None:
    server.next[method] = [answer]
    wanted = {"putRecord": writing, "uploadBlob": before, "createSession": entering}[method]
    with pytest.raises(DeliveryError) as caught:
        session = account.connect(http.client(transport), ACCESS)
        post.publish(session, message(part("Look", media=(Media("a.png"),)), files=(PNG,)), ())
    assert type(caught.value) is wanted
    assert str(caught.value).endswith(said)
    assert caught.value.hint
    assert server.records == {}


def test_too_much_says_when_it_may_go_on(server: Bluesky, session: Session) -> None:
    server.next["putRecord"] = [THROTTLED, failed(429, "RateLimitExceeded", **{"ratelimit-reset": "soon"})]
    for wanted in (RESET, None):
        with pytest.raises(Throttled) as caught:
            post.publish(session, message(part("Hello")), ())
        assert caught.value.retry_at == wanted


@pytest.mark.parametrize("body", ["<html>", "[]", '{"uri": 1}', '{"uri": "at://", "cid": {}}', "[" * 99_999])
def test_an_answer_nobody_can_read_is_none(session: Session, body: str) -> None:
    """Past the lexicons, on purpose."""
    session.http = http.client(httpx.MockTransport(lambda request: httpx.Response(200, text=body)))
    with pytest.raises(Unsure):
        post.publish(session, message(part("Hello")), ())
    with pytest.raises(NotSent):
        post.find(session, message(part("Hello")))
    with pytest.raises(NotSent):
        post.publish(session, message(part("Look", media=(Media("a.png"),)), files=(PNG,)), ())


@pytest.mark.parametrize(
    ("error", "meaning"),
    [(httpx.ReadTimeout, Unsure), (httpx.ConnectError, NotSent), (httpx.RemoteProtocolError, Unsure)],
)
def test_no_answer_means_perhaps_where_there_was_a_connection(
    server: Bluesky, session: Session, error: type[httpx.TransportError], meaning: type[DeliveryError]
) -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        raise error(PASSWORD)

    server.next = {"putRecord": [lost], "uploadBlob": [lost]}
    with pytest.raises(meaning):
        post.publish(session, message(part("Hello")), ())
    with pytest.raises(NotSent) as caught:
        post.publish(session, message(part("Look", media=(Media("a.png"),)), files=(PNG,)), ())
    assert str(caught.value) == f"Bluesky cannot be reached ({error.__name__})."
    assert caught.value.__cause__ is None


def test_a_token_that_expires_is_renewed_once(transport: Checked, server: Bluesky, session: Session) -> None:
    expired = failed(400, "ExpiredToken", "Token has expired")
    server.next["putRecord"] = [expired]
    post.publish(session, message(part("Hello")), ())
    assert server.posts == ["Hello"]
    assert [each.headers.get("authorization") for each in transport.requests] == [
        None,
        "Bearer access1",
        "Bearer refresh1",
        "Bearer access2",
    ]
    server.next["putRecord"] = [expired, expired]
    with pytest.raises(Denied, match="Token has expired"):
        post.publish(session, message(part("Hello")), ())


def test_a_session_that_cannot_be_renewed_is_denied(server: Bluesky, session: Session) -> None:
    expired = failed(400, "ExpiredToken", "Token has been revoked")
    server.next = {"putRecord": [expired], "refreshSession": [expired]}
    with pytest.raises(Denied, match="Token has been revoked"):
        post.publish(session, message(part("Hello")), ())


def test_an_account_that_is_switched_off_is_denied(server: Bluesky, transport: Checked) -> None:
    off = {"accessJwt": "a", "refreshJwt": "r", **WHO, "active": False, "status": "deactivated"}
    server.next["createSession"] = [httpx.Response(200, json=off)]
    with pytest.raises(Denied, match=r"^The account is deactivated\.$"):
        account.connect(http.client(transport), ACCESS)


@pytest.mark.parametrize(
    ("options", "password", "said"),
    [
        ((), PASSWORD, "team has no handle."),
        ((("handle", "cmflow.test"),), "", "team has no app password."),
        (
            (("handle", "cmflow.test"), ("service", "http://example.org")),
            PASSWORD,
            "The account's service is not an https:// address.",
        ),
        (
            (("handle", "cmflow.test"), ("service", "https://user:word@example.org")),
            PASSWORD,
            "The account's service is not an https:// address.",
        ),
    ],
)
def test_without_all_of_it_nobody_is_asked(
    transport: Checked, options: tuple[tuple[str, str], ...], password: str, said: str
) -> None:
    access = Access(Account("team", "bluesky", options=options), (("app_password", password),))
    with pytest.raises(Denied, match=f"^{re.escape(said)}$") as caught:
        account.connect(http.client(transport), access)
    assert caught.value.hint
    assert transport.requests == []


def test_bluesky_itself_is_asked_where_no_service_is_given() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "bsky.social"
        return Bluesky().tokens()

    access = Access(Account("team", "bluesky", options=(("handle", "cmflow.test"),)), (("app_password", PASSWORD),))
    session = account.connect(http.client(httpx.MockTransport(answer)), access)
    assert (session.did, session.handle) == (ME, "cmflow.test")


def test_no_secret_is_told(server: Bluesky, transport: Checked) -> None:
    """A server may repeat whatever it was sent."""
    secrets = (PASSWORD, "access1", "refresh1")
    server.next["createSession"] = [failed(401, "AuthenticationRequired", f"not {PASSWORD}\nfor you")]
    with pytest.raises(Denied, match="Bluesky answers 401: not … for you"):
        account.connect(http.client(transport), ACCESS)
    session = account.connect(http.client(transport), ACCESS)
    server.next["putRecord"] = [failed(400, "InvalidRequest", f"{' '.join(secrets)} {'x' * 999}")]
    with pytest.raises(Rejected) as caught:
        post.publish(session, message(part("Hello")), ())
    told = f"{caught.value} {caught.value.hint} {session!r}"
    assert not [secret for secret in secrets if secret in told]
    assert len(str(caught.value)) < 400
    assert not [each.url for each in transport.requests if PASSWORD in str(each.url)]


def test_who_we_are_is_asked_of_the_server(transport: Checked, session: Session) -> None:
    assert account.verify(session).who == f"@cmflow.test ({ME}) on http://localhost:2583"


@pytest.mark.parametrize("id", [True, False])
def test_a_post_is_deleted_by_its_id_or_its_address(server: Bluesky, session: Session, id: bool) -> None:
    remote = post.publish(session, message(part("Hello")), ())
    post.delete(session, Receipt(0, remote.id if id else "", remote.url, NOON))
    assert server.records == {}


# ── the lexicons as a judge ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("record", "changes", "said"),
    [
        ({"text": "x" * 301}, {}, "record.text: 301 is more than 300"),
        ({"text": "👩‍👩‍👧" * 170}, {}, "record.text: 3060 is more than 3000"),
        ({"txt": "x", "text": ""}, {}, "record: there is no txt"),
        ({}, {}, "record: text is missing"),
        ({"text": 1}, {}, "record.text: 1 is no str"),
        ({"text": "", "createdAt": "2026-12-01 12:00"}, {}, "record.createdAt: '2026-12-01 12:00' is not as it should"),
        ({"text": "", "embed": {"$type": "app.bsky.embed.none"}}, {}, "record.embed: $type is app.bsky.embed.none"),
        ({"text": "", "langs": ["en"] * 4}, {}, "record.langs: 4 is more than 3"),
        ({"text": ""}, {"rkey": "hello"}, "rkey: 'hello' is not as it should be"),
        ({"text": ""}, {"swap": True}, "com.atproto.repo.putRecord: there is no swap"),
        (
            {"text": "é", "facets": [{"index": {"byteStart": 0, "byteEnd": 3}, "features": []}]},
            {},
            "facets: 0–3 lies outside the text or on another one",
        ),
    ],
)
def test_the_judge_sees_what_is_wrong(specs: Path, record: dict[str, Any], changes: dict[str, Any], said: str) -> None:
    full = {"$type": "app.bsky.feed.post", "createdAt": MOMENT, **record}
    body = {"repo": ME, "collection": "app.bsky.feed.post", "rkey": "3jzfcijpj2z2a", "record": full, **changes}
    client = httpx.Client(transport=Checked(Lexicons(specs), Bluesky()), headers={"Authorization": "Bearer a"})
    with pytest.raises(Drift, match=re.escape(said)):
        client.post("http://localhost/xrpc/com.atproto.repo.putRecord", json=body)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (failed(400, "NoSuchError"), "com.atproto.server.getSession never answers NoSuchError"),
        (httpx.Response(200, json={"did": ME}), "com.atproto.server.getSession: the answer: handle is missing"),
    ],
)
def test_the_judge_knows_what_a_server_answers(
    specs: Path, server: Bluesky, session: Session, answer: httpx.Response, said: str
) -> None:
    server.next["getSession"] = [answer]
    with pytest.raises(Drift, match=said):
        account.verify(session)


def test_an_account_that_has_moved_names_its_new_server(server: Bluesky) -> None:
    home = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": "https://new.example/"}
    answer = {
        "did": "did:plc:me23456723456723456723",
        "handle": "cmflow.test",
        "accessJwt": "a",
        "refreshJwt": "r",
        "active": False,
        "status": "deactivated",
        "didDoc": {"id": "did:plc:me23456723456723456723", "service": [{"id": "#other"}, home]},
    }
    client = http.client(httpx.MockTransport(lambda request: httpx.Response(200, json=answer)))
    with pytest.raises(Denied) as caught:
        atproto.signed_in(client, "https://bsky.social", "cmflow.test", PASSWORD, ACCESS)
    assert str(caught.value) == "The account has moved to https://new.example."
    assert "`service: https://new.example`" in caught.value.hint


def test_who_is_not_let_in_learns_of_handles() -> None:
    client = http.client(httpx.MockTransport(lambda request: failed(401, "AuthenticationRequired", "Invalid")))
    with pytest.raises(Denied) as caught:
        atproto.signed_in(client, "https://bsky.social", "old.test", PASSWORD, ACCESS)
    assert "another handle" in caught.value.hint


def test_many_posts_are_one_question_and_a_repost_is_in_none(
    transport: Checked, server: Bluesky, session: Session, theirs: dict[str, str]
) -> None:
    receipts = tuple(
        Receipt(0, sent.id, sent.url, NOON)
        for sent in (post.publish(session, message(part(words), key=words), ()) for words in ("one", "two"))
    )
    repost = Receipt(0, f"at://{ME}/app.bsky.feed.repost/3l3qpjwxyzz2z bafyreia", "", NOON)
    figures = account.metrics(session, (*receipts, repost))
    assert [each["likeCount"] for each in figures] == [3, 3, None]
    (question,) = [request for request in transport.requests if request.url.path.endswith("getPosts")]
    assert question.url.params.get_list("uris") == [receipt.id.partition(" ")[0] for receipt in receipts]


def test_reposts_alone_are_not_asked_about(transport: Checked, session: Session) -> None:
    repost = Receipt(0, f"at://{ME}/app.bsky.feed.repost/3l3qpjwxyzz2z bafyreia", "", NOON)
    assert account.metrics(session, (repost,)) == (dict.fromkeys(account.POST_FIGURES),)
    assert not [request for request in transport.requests if request.url.path.endswith("getPosts")]


def described(session: Session, *files: bytes) -> Receipt:
    items = tuple(Media(f"{number}.png", f"Picture {number}") for number in range(len(files)))
    remote = post.publish(session, message(part("Look", media=items), files=files), ())
    return Receipt(0, remote.id, remote.url, NOON)


@pytest.mark.parametrize("count", [1, 5])
def test_only_the_alt_texts_of_a_record_are_changed(
    count: int, transport: Checked, server: Bluesky, session: Session
) -> None:
    receipt = described(session, *[picture("png")] * count)
    ((uri, record),) = server.records.items()
    alts = tuple(f"Another {number}" for number in range(count))
    remote = edit.describe(session, receipt, alts)
    asked_for = asked(transport, "putRecord")[-1]
    _, _, cid = receipt.id.partition(" ")
    assert asked_for == {
        "repo": server.did,
        "collection": "app.bsky.feed.post",
        "rkey": uri.rpartition("/")[2],
        "record": json.loads(json.dumps(record).replace("Picture", "Another")),
        "swapRecord": cid,
    }
    assert remote.id.partition(" ")[0] == uri
    assert remote.id.partition(" ")[2] not in ("", cid)


def test_the_picture_beside_a_quote_and_a_video_are_described(
    server: Bluesky, session: Session, theirs: dict[str, str]
) -> None:
    items = (Media("a.png", "A cat"),)
    quote = message(part("Look", media=items), files=(picture("png"),), quote=theirs["uri"])
    film = message(part("See", media=(Media("a.mp4", "A film"),)), files=(mp4(),), key="film")
    for outgoing, alt in ((quote, "A dog"), (film, "A short film")):
        remote = post.publish(session, outgoing, ())
        edit.describe(session, Receipt(0, remote.id, remote.url, NOON), (alt,))
    embeds = [record["embed"] for record in server.records.values() if "embed" in record]
    assert [embeds[0]["media"]["images"][0]["alt"], embeds[1]["alt"]] == ["A dog", "A short film"]


def test_a_record_that_was_changed_meanwhile_is_left_alone(server: Bluesky, session: Session) -> None:
    receipt = described(session, picture("png"))

    def quicker(request: httpx.Request) -> httpx.Response:
        server.records = {uri: {**record, "text": "Edited"} for uri, record in server.records.items()}
        return server(request)

    server.next["putRecord"] = [quicker]
    with pytest.raises(Rejected, match="Record was at another CID"):
        edit.describe(session, receipt, ("Another",))
    assert server.alts == [["Picture 0"]]
