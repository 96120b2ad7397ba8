"""Mastodon: a small instance that keeps its own list, held to the API's own description; and every kind of no."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.model import Account, Contact, Form, Media, Number, Part, Poll, Receipt, Remote, Text, Variant, Visibility
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import http, status_text
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.upload import Upload
from cmflow.networks.mastodon import call, edit, files, match, network, timeline
from cmflow.networks.mastodon import instance as description
from cmflow.networks.mastodon import post as posting
from cmflow.render.autolink import mastodon as linking
from cmflow.sandbox.fakes.mastodon import ACCOUNT, HOME, ME, STRANGER, TOKEN, Mastodon, attachment, status
from cmflow.schedule import waits
from tests.networks import contract, faults, openapi, spec
from tests.networks.contract import NOON, PNG, Place

SECRET = TOKEN
ACCESS = Access(Account("team", "mastodon", options=(("instance", HOME),)), (("token", SECRET),))
Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def instance() -> Mastodon:
    return Mastodon()


@pytest.fixture
def transport(instance: Mastodon, specs: Path) -> spec.Checked:
    return spec.Checked(openapi.mastodon(specs), instance)


@pytest.fixture
def api(transport: spec.Checked) -> ApiClient:
    return call.connect(http.client(transport), ACCESS)


class TestMastodon(
    contract.Publish,
    contract.Find,
    contract.Delete,
    contract.Describe,
    contract.Verify,
    contract.Metrics,
    contract.Denies,
    contract.Inbox,
    contract.FindReply,
):
    network = network
    contacts = (Contact.COMMENT, Contact.MENTION, Contact.QUOTE, Contact.DIRECT)
    greeting = "@ana@elsewhere.example"
    figures: ClassVar[Mapping[str, Number | None]] = {
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "quotes_count": None,
    }
    crowd: ClassVar[Mapping[str, Number | None]] = {"followers_count": 0, "following_count": 0, "statuses_count": 0}

    @pytest.fixture
    def place(self, instance: Mastodon, transport: spec.Checked) -> Place:
        return Place(ACCESS, lambda: instance.posts, transport, alts=lambda: instance.alts)

    @pytest.fixture
    def audience(self, instance: Mastodon) -> Mastodon:
        return instance


def part(words: str, *media: Media) -> Part:
    return Part(Text(words), Form(words), media)


def message(*words: str, index: int = 0, **changes: Any) -> Outgoing:
    parts = changes.pop("parts", None) or tuple(part(each) for each in words)
    data = changes.pop("data", PNG)
    fields = {"digest": "d" * 64, "language": "en"} | changes
    variant = Variant("hello", "team", "mastodon", NOON, parts, **fields)
    return Outgoing(variant, index, "key 1", NOON.timestamp(), (Upload.of(data),) * len(parts[index].media))


class TestFaults(faults.Faults):
    network = network
    access = ACCESS

    def fake(self) -> faults.Handler:
        return Mastodon()

    def makes(self, request: httpx.Request) -> bool:
        return request.method == "POST" and request.url.path == "/api/v1/statuses"


def body(request: httpx.Request) -> Any:
    return json.loads(request.content)


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_is_one_request(api: ApiClient, transport: spec.Checked) -> None:
    assert posting.publish(api, message("Hello"), ()) == Remote("101", f"{HOME}/@team/101")
    [request] = transport.requests
    assert str(request.url) == f"{HOME}/api/v1/statuses"
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert request.headers["idempotency-key"] == "key 1"
    assert body(request) == {"status": "Hello", "visibility": "public", "language": "en"}


def test_all_that_a_post_may_hold(api: ApiClient, transport: spec.Checked) -> None:
    full = message(
        "Which one?",
        language="fr",
        content_warning="Cats",
        visibility=Visibility.FOLLOWERS,
        poll=Poll(("Yes", "No"), timedelta(hours=2), True),
        reply_to="https://elsewhere.example/@ana/5",
        quote=f"{HOME}/@team/33",
    )
    posting.publish(api, full, ())
    assert body(transport.requests[-1]) == {
        "status": "Which one?",
        "visibility": "private",
        "language": "fr",
        "spoiler_text": "Cats",
        "sensitive": True,
        "poll": {"options": ["Yes", "No"], "expires_in": 7200, "multiple": True},
        "in_reply_to_id": "55",
        "quoted_status_id": "33",
    }


@pytest.mark.parametrize(
    ("visibility", "said"), [("public", "public"), ("unlisted", "unlisted"), ("private", "direct")]
)
def test_the_audience(api: ApiClient, transport: spec.Checked, visibility: str, said: str) -> None:
    posting.publish(api, message("Hello", visibility=Visibility(visibility)), ())
    assert body(transport.requests[0])["visibility"] == said


def test_later_parts_answer_the_one_before_and_hold_what_is_the_threads(
    api: ApiClient, transport: spec.Checked, instance: Mastodon
) -> None:
    instance.others = ("101",)
    second = message("One", "Two", index=1, content_warning="Cats", poll=Poll(("Yes", "No")), reply_to="x", quote="y")
    posting.publish(api, second, (Receipt(0, "101", "", NOON),))
    assert body(transport.requests[0]) == {
        "status": "Two",
        "visibility": "public",
        "language": "en",
        "spoiler_text": "Cats",
        "sensitive": True,
        "in_reply_to_id": "101",
    }


PICTURE = Media("content/media/a.png", "What it shows: “é”")


def test_a_picture_goes_up_with_its_alt_text(api: ApiClient, transport: spec.Checked) -> None:
    posting.publish(api, message(parts=(part("Look", PICTURE),)), ())
    upload, post = transport.requests
    assert upload.url.path == "/api/v2/media"
    sent = openapi.form(upload.content, upload.headers["content-type"])
    assert sent == {"file": PNG, "description": PICTURE.alt.encode()}
    assert b'filename="a.png"' in upload.content
    assert body(post) == {"status": "Look", "visibility": "public", "language": "en", "media_ids": ["22"]}


def test_the_server_looks_itself_at_a_file_we_do_not_know(api: ApiClient, transport: spec.Checked) -> None:
    posting.publish(api, message(parts=(part("Look", PICTURE),), data=b"?"), ())
    assert b"Content-Type: application/octet-stream" in transport.requests[0].content


def test_a_picture_may_stand_alone(api: ApiClient, transport: spec.Checked) -> None:
    posting.publish(api, message(parts=(part("", PICTURE),)), ())
    assert body(transport.requests[-1]) == {"visibility": "public", "language": "en", "media_ids": ["22"]}


def test_a_file_is_waited_for_within_bounds(api: ApiClient, instance: Mastodon) -> None:
    instance.busy = 5
    posting.publish(api, message(parts=(part("Look", PICTURE),)), ())
    assert (instance.looks, len(instance.statuses)) == (5, 1)
    instance.busy = 1_000
    with pytest.raises(NotSent, match=r"still processing content/media/a\.png"):
        posting.publish(api, message(parts=(part("Look", PICTURE),)), ())
    assert (instance.looks, len(instance.statuses)) == (5 + len(files.PAUSES), 1)


def test_the_pauses_between_looks_grow_within_half_a_claim(api: ApiClient, instance: Mastodon) -> None:
    pauses: list[float] = []
    instance.busy = 6
    posting.publish(replace(api, pause=pauses.append), message(parts=(part("Look", PICTURE),)), ())
    assert pauses == [1, 1, 2, 4, 8, 10]
    assert sum(files.PAUSES) < (waits.CLAIM / 2).total_seconds()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"reply_to": "some-post"}, "not the address of a post"),
        ({"reply_to": "https://elsewhere.example/nothing"}, "finds no post"),
        ({"quote": "some-post"}, "not the address of a post"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_sent(
    api: ApiClient, instance: Mastodon, changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(Rejected, match=why) as caught:
        posting.publish(api, message("Hello", **changes), ())
    assert caught.value.hint
    assert not instance.statuses


@pytest.mark.parametrize("version", [0, 6])
def test_a_server_that_would_drop_the_quote_gets_nothing(api: ApiClient, instance: Mastodon, version: int) -> None:
    instance.quotes = version
    with pytest.raises(Rejected, match="does not support quotes"):
        posting.publish(api, message("Look", quote=f"{HOME}/@team/33"), ())
    assert not instance.statuses


def test_verify_says_who_and_where(api: ApiClient) -> None:
    assert posting.verify(api).who == f"@team on {HOME}"


def test_a_delivery_settled_by_hand_is_deleted_by_its_address(api: ApiClient, transport: spec.Checked) -> None:
    posting.delete(api, Receipt(0, "", f"{HOME}/@team/33", NOON))
    assert transport.requests[0].url.path == "/api/v1/statuses/33"


# ── every kind of no ────────────────────────────────────────────────────────────────────────────────────────

DATE = {"Date": "Tue, 01 Dec 2026 12:00:00 GMT"}
REFUSALS: tuple[tuple[int, dict[str, Any], type[DeliveryError], str], ...] = (
    (401, {"json": {"error": "The access token is invalid"}}, Denied, "401: The access token is invalid"),
    (403, {"json": {"error": "This action is not allowed"}}, Denied, "403: This action is not allowed"),
    (400, {"text": "Bad token"}, Denied, "400"),
    (422, {}, Denied, "422"),
    (404, {"text": "<html>"}, Denied, "404"),
    (301, {"headers": {"Location": "https://new.example"}}, Denied, "301"),
    (404, {"json": {"error": "Record not found"}}, Rejected, "404: Record not found"),
    (413, {}, Rejected, "413"),
    (422, {"json": {"error": "Validation failed: Text is too long"}}, Rejected, "Text is too long"),
    (408, {}, NotSent, "408"),
    (429, {"json": {"error": "Too many requests"}}, Throttled, "429: Too many requests"),
)
LOST: tuple[tuple[int, dict[str, Any]], ...] = (
    (500, {}),
    (502, {"text": "<html>"}),
    (503, {"json": {"error": "Remote data could not be fetched"}}),
    (303, {"headers": {"Location": "/"}}),
    (200, {"text": "{"}),
    (200, {"json": []}),
    (200, {"json": {"id": None}}),
)


def answering(code: int, **rest: Any) -> ApiClient:
    return call.connect(http.client(httpx.MockTransport(lambda request: httpx.Response(code, **rest))), ACCESS)


@pytest.mark.parametrize(("code", "rest", "kind", "said"), REFUSALS)
def test_a_no_is_certain_and_says_what_to_do(
    code: int, rest: dict[str, Any], kind: type[DeliveryError], said: str
) -> None:
    with pytest.raises(NotSent, match=said) as caught:
        posting.publish(answering(code, **rest), message("Hello"), ())
    assert type(caught.value) is kind
    assert caught.value.hint


@pytest.mark.parametrize(("code", "rest"), LOST)
def test_what_may_have_been_taken_is_unsure(code: int, rest: dict[str, Any]) -> None:
    with pytest.raises(Unsure) as caught:
        posting.publish(answering(code, **rest), message("Hello"), ())
    assert caught.value.hint


@pytest.mark.parametrize(("code", "rest"), LOST)
def test_what_happens_before_the_post_is_certain(code: int, rest: dict[str, Any]) -> None:
    with pytest.raises(NotSent) as caught:
        posting.publish(answering(code, **rest), message(parts=(part("Look", PICTURE),)), ())
    assert caught.value.hint


def test_a_file_that_never_arrives_means_that_nothing_was_sent() -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("")

    api = call.connect(http.client(httpx.MockTransport(lost)), ACCESS)
    with pytest.raises(NotSent, match=r"cannot be reached \(ReadTimeout\)"):
        posting.publish(api, message(parts=(part("Look", PICTURE),)), ())
    with pytest.raises(Unsure, match=r"gave no clear answer \(ReadTimeout\)"):
        posting.publish(api, message("Hello"), ())


@pytest.mark.parametrize(
    ("headers", "at"),
    [
        (DATE | {"X-RateLimit-Reset": "2026-12-01T12:05:00.123456Z"}, datetime(2026, 12, 1, 12, 5, 0, 123456, UTC)),
        (DATE | {"X-RateLimit-Reset": "2026-12-01T12:05:00"}, NOON + timedelta(minutes=5)),
        (DATE | {"X-RateLimit-Reset": str(int(NOON.timestamp()) + 60)}, NOON + timedelta(minutes=1)),
        (DATE | {"X-RateLimit-Reset": str(int(NOON.timestamp()))}, None),
        (DATE | {"X-RateLimit-Reset": "2026-12-01T11:59:00Z", "Retry-After": "90"}, NOON + timedelta(seconds=90)),
        (DATE | {"X-RateLimit-Reset": "2126-12-01T11:59:00Z"}, NOON + timedelta(days=1)),
        (DATE | {"X-RateLimit-Reset": "300"}, NOON + timedelta(minutes=5)),
        (DATE | {"X-RateLimit-Reset": "9999-12-31T23:59:59-12:00"}, None),
        (DATE | {"X-RateLimit-Reset": "0001-01-01T00:00:00+14:00"}, None),
        (DATE | {"Retry-After": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"}, None),
        (DATE | {"Retry-After": "Fri, 31 Dec 9999 23:59:59 -1200"}, None),
        (DATE | {"Retry-After": "90"}, NOON + timedelta(seconds=90)),
        (DATE | {"Retry-After": "9999999999"}, NOON + timedelta(days=1)),
        (DATE | {"Retry-After": "Tue, 01 Dec 2026 12:01:00 GMT"}, NOON + timedelta(minutes=1)),
        (DATE | {"Retry-After": "soon", "X-RateLimit-Reset": "later"}, None),
        ({}, None),
    ],
)
def test_when_to_try_again(headers: dict[str, str], at: datetime | None) -> None:
    with pytest.raises(Throttled) as caught:
        posting.publish(answering(429, headers=headers), message("Hello"), ())
    assert caught.value.retry_at == at


@pytest.mark.parametrize(
    ("instance", "token", "said"),
    [
        ("", SECRET, "has no server in the plan"),
        ("social.example", SECRET, "begins with https://"),
        ("http://social.example", SECRET, "begins with https://"),
        ("https://user:pass@social.example", SECRET, "begins with https://"),
        ("https://social.example:x", SECRET, "begins with https://"),
        ("https://", SECRET, "begins with https://"),
        ("https://social example", SECRET, "begins with https://"),
        ("https://xn--zz.example", SECRET, "begins with https://"),
        ("https://soci\u200bal.example", SECRET, "begins with https://"),
        ("https://social.example:99999", SECRET, "begins with https://"),
        (HOME, "", "has no token"),
        (HOME, "  ", "has no token"),
        (HOME, "s3cr3t\nX-Evil: 1", "no token has"),
        (HOME, "s3cr3t-é", "no token has"),
    ],
)
def test_an_account_that_is_not_set_up_is_told_how(instance: str, token: str, said: str) -> None:
    access = Access(Account("my-team", "mastodon", options=(("instance", instance),)), (("token", token),))
    with pytest.raises(Denied, match=said) as caught:
        call.connect(http.client(httpx.MockTransport(lambda request: httpx.Response(500))), access)
    assert "CMFLOW_MY_TEAM_TOKEN" in caught.value.hint or "{instance: https://…}" in caught.value.hint
    assert "s3cr3t" not in f"{caught.value} {caught.value.hint}" and "pass" not in f"{caught.value}"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://social.example/", "https://social.example"),
        ("https://Social.example:8443/api?x#y", "https://social.example:8443/api"),
        ("https://münchen.example", "https://münchen.example"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_addresses_as_people_write_them(written: str, address: str) -> None:
    account = Account("team", "mastodon", options=(("instance", written),))
    assert call.connect(http.client(), replace(ACCESS, account=account)).address == address


def test_only_this_machine_is_spoken_to_in_the_clear() -> None:
    account = Account("team", "mastodon", options=(("instance", "http://127.0.0.1:3000/"),))
    api = call.connect(http.client(), replace(ACCESS, account=account, secrets=(("token", f" {SECRET}\n"),)))
    assert (api.address, api.token) == ("http://127.0.0.1:3000", SECRET)
    assert SECRET not in repr(api)


@pytest.mark.parametrize("code", [400, 401, 404, 422, 429, 500])
def test_no_error_holds_the_token(code: int) -> None:
    said = {"error": f"bad token {SECRET}\nreally", "error_description": SECRET}
    with pytest.raises(DeliveryError) as caught:
        posting.publish(answering(code, json=said), message("Hello"), ())
    assert SECRET not in f"{caught.value!r} {caught.value.hint}"


PAGE = "<html><title>Attention Required</title></html>"


@pytest.mark.parametrize("code", [400, 403, 404, 406])
@pytest.mark.parametrize("kind", ["text/html", "text/html; charset=UTF-8", "Text/HTML", "application/xhtml+xml"])
def test_a_page_for_people_is_a_firewall(code: int, kind: str) -> None:
    """It is a matter of this request, not of who we are."""
    with pytest.raises(Denied) as caught:
        posting.publish(answering(code, text=PAGE, headers={"Content-Type": kind}), message("/etc/passwd"), ())
    assert str(caught.value) == f"The server, or a firewall in front of it, refused this request ({code})."
    assert caught.value.hint == "Check the text for what looks like an attack, and the server's address."


def test_a_long_answer_is_cut() -> None:
    with pytest.raises(Rejected) as caught:
        posting.publish(answering(422, json={"error": "no " * 1000}), message("Hello"), ())
    assert len(str(caught.value)) < 250


# ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────


def found(instance: Mastodon, api: ApiClient, wanted: Outgoing, **changes: Any) -> str | None:
    """The id that `find` answers where the server holds one status; STRAY where it cannot tell what that is."""
    number = changes.pop("id", "200")
    source = changes.pop("source", "no source")
    content = changes.pop("content", None) or f"<p>{escape(wanted.part.form.body)}</p>"
    instance.statuses[number] = status(number, content, **changes)
    instance.sources[number] = source
    return look(api, wanted)


def look(api: ApiClient, wanted: Outgoing) -> str | None:
    try:
        remote = timeline.find(api, wanted)
    except Unsure:
        return STRAY
    return remote.id if remote else None


STRAY = "cannot tell"
SHOWN = (
    (
        "Read https://www.example.org/a/very/long/path?with=query&more=1 now",
        '<p>Read <a href="https://www.example.org/a/very/long/path?with=query&amp;more=1" target="_blank"'
        ' rel="nofollow noopener" translate="no"><span class="invisible">https://www.</span><span class="ellipsis">'
        'example.org/a/very/long/path?w</span><span class="invisible">ith=query&amp;more=1</span></a> now</p>',
    ),
    (
        "Thanks @ana@other.example and @bob!",
        '<p>Thanks <span class="h-card" translate="no"><a href="https://other.example/@ana" class="u-url mention">@'
        '<span>ana</span></a></span> and <span class="h-card" translate="no"><a href="https://social.example/@bob"'
        ' class="u-url mention">@<span>bob</span></a></span>!</p>',
    ),
    (
        "One\nTwo\n\nThree #python #日本語",
        '<p>One<br>Two</p><p>Three <a href="https://social.example/tags/python" class="mention hashtag" rel="tag">#'
        '<span>python</span></a> <a href="https://social.example/tags/x" class="mention hashtag" rel="tag">#'
        "<span>日本語</span></a></p>",
    ),
    (
        "a < b & c > d \"e\" 'f' 👩‍👩‍👧 :blobcat:",
        "<p>a &lt; b &amp; c &gt; d &quot;e&quot; &#39;f&#39; 👩‍👩‍👧 :blobcat:</p>",
    ),
    (
        "Hi :blobcat: https://example.org/a/long/one",  # an image for the emoji, a link cut for good
        'Hi <img class="emoji" alt=":blobcat:" src="x"/> <a href="https://example.org/a/long/one">example.org/a/lo…</a>',
    ),
    (
        "Look at this",  # Mastodon adds the quoted post's address for servers without quotes
        '<p class="quote-inline">RE: <a href="https://a.example/1"><span>a.example</span><br></a></p>'
        "<p>Look at this</p>",
    ),
    ("• One\n• Two", "<ul><li>• One</li><li>• Two</li></ul>"),
    ("See example.org", '<p>See <a href="https://example.org/">example.org</a></p>'),
    ("@nobody@gone.example hi", "<p>@nobody@gone.example hi</p>"),
    ("＃wide ①", "<p>#wide 1</p>"),
)


@pytest.mark.parametrize(("text", "html"), SHOWN)
def test_a_post_is_known_however_the_server_shows_it(instance: Mastodon, api: ApiClient, text: str, html: str) -> None:
    assert found(instance, api, message(text), content=html) == "200"


@pytest.mark.parametrize(("text", "html"), SHOWN)
def test_another_post_is_not_taken_for_it(instance: Mastodon, api: ApiClient, text: str, html: str) -> None:
    assert found(instance, api, message(f"{text} too"), content=html) == STRAY
    assert found(instance, api, message(f"{text[1:]}"), content=html) == STRAY


def test_where_the_html_differs_the_source_decides(instance: Mastodon, api: ApiClient) -> None:
    marked = "<p><em>Hello</em> world</p>"
    assert found(instance, api, message("*Hello* world"), content=marked) == STRAY
    assert found(instance, api, message("*Hello* world"), content=marked, source="*Hello*  world\r\n") == "200"


def test_the_source_of_quite_another_post_is_not_asked_for(
    instance: Mastodon, api: ApiClient, transport: spec.Checked
) -> None:
    assert found(instance, api, message("Good morning"), content="<p>Something else</p>") == STRAY
    assert not [each for each in transport.requests if each.url.path.endswith("/source")]


def test_the_same_name_on_another_server_is_another_person(instance: Mastodon, api: ApiClient) -> None:
    html = '<p>Hi <a href="https://b.example/@ana" class="u-url mention">@<span>ana</span></a></p>'
    mention = [{"id": "9", "username": "ana", "acct": "ana@b.example", "url": "https://b.example/@ana"}]
    assert found(instance, api, message("Hi @ana@a.example"), content=html, mentions=mention) == STRAY
    assert found(instance, api, message("Hi @ana@B.example"), content=html, mentions=mention) == "200"


def test_all_else_must_be_the_same(instance: Mastodon, api: ApiClient) -> None:
    picture = [attachment("22")]
    poll = {
        "id": "1",
        "expires_at": None,
        "expired": False,
        "multiple": False,
        "votes_count": 0,
        "emojis": [],
        "options": [{"title": "Yes", "votes_count": 0}, {"title": "No", "votes_count": 0}],
    }
    plain, pictured = message("Hello"), message(parts=(part("Hello", PICTURE),))
    warned, polled = message("Hello", content_warning="Cats & dogs"), message("Hello", poll=Poll(("Yes", "No")))
    assert [found(instance, api, each) for each in (plain, pictured, warned, polled)] == ["200", *[STRAY] * 3]
    assert found(instance, api, pictured, media_attachments=picture) == "200"
    assert found(instance, api, plain, media_attachments=picture) == STRAY
    assert found(instance, api, warned, spoiler_text="Cats &amp; dogs") == "200"
    assert found(instance, api, plain, spoiler_text="Cats") == STRAY
    assert found(instance, api, polled, poll=poll) == "200"
    assert found(instance, api, plain, poll=poll) == STRAY
    assert found(instance, api, plain, reblog=status("9", "<p>Hello</p>")) is None
    assert found(instance, api, plain, in_reply_to_id="9") == STRAY


def test_a_picture_without_words_is_known_by_its_mark(instance: Mastodon, api: ApiClient) -> None:
    wanted = message(parts=(part("", PICTURE),), content_warning="Cats")
    assert found(instance, api, wanted, content="<p>🖼</p>", media_attachments=[attachment("22")]) == "200"
    assert found(instance, api, wanted, content="<p>Words</p>", media_attachments=[attachment("22")]) == STRAY


def test_an_older_post_of_the_same_words_is_another_one(instance: Mastodon, api: ApiClient) -> None:
    assert found(instance, api, message("Hello"), created_at="2026-12-01T10:59:00.000Z") is None
    assert found(instance, api, message("Hello"), created_at="2026-12-01T11:01:00.000Z") == "200"


def test_the_oldest_since_the_intent_is_ours(instance: Mastodon, api: ApiClient) -> None:
    found(instance, api, message("Hello"), id="201")
    assert found(instance, api, message("Hello"), id="150") == "150"


def test_parts_of_the_same_words_are_told_apart_by_their_place(instance: Mastodon, api: ApiClient) -> None:
    words = ("Same", "Same", "Same")
    for number, before in (("201", None), ("202", "201")):
        instance.statuses[number] = status(number, "<p>Same</p>", in_reply_to_id=before)
    assert [look(api, message(*words, index=index)) for index in range(3)] == ["201", "202", STRAY]
    third = replace(message(*words, index=2), known=frozenset({"201", "https://social.example/@team/202"}))
    assert look(api, third) is None


def test_a_thread_below_another_post(instance: Mastodon, api: ApiClient) -> None:
    words, below = ("One", "Two"), "https://elsewhere.example/@ana/5"
    instance.statuses["201"] = status("201", "<p>One</p>", in_reply_to_id="55")
    instance.statuses["202"] = status("202", "<p>Two</p>", in_reply_to_id="201")
    assert [look(api, message(*words, index=index, reply_to=below)) for index in range(2)] == ["201", "202"]
    assert look(api, message("Zero", "One", index=1, reply_to=below)) == STRAY
    assert look(api, message("Two", reply_to=below)) == STRAY


def test_a_part_whose_thread_is_older_than_the_list(instance: Mastodon, api: ApiClient) -> None:
    instance.statuses["101"] = status("101", "<p>One</p>", created_at="2026-11-30T12:00:00.000Z")
    instance.statuses["201"] = status("201", "<p>Two</p>", in_reply_to_id="101")
    remote = timeline.find(api, message("One", "Two", index=1))
    assert remote and remote.id == "201"
    del instance.statuses["101"]
    instance.statuses["201"]["in_reply_to_id"] = "100"
    assert look(api, message("One", "Two", "Two", index=2)) == STRAY


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Food talk & <more>", "Food talk &amp;"),
        ("Spoiler: <Dune> part 2", "Spoiler:  part 2"),
        ("Spoiler: <Dune> part 2", "Spoiler: &lt;Dune&gt; part 2"),
        ("Spoiler: <Dune> part 2", "Spoiler: <Dune> part 2"),
        ("<Dune>", ""),
        ("a <b", "a"),
        ("I <3 you", "I &lt;3 you"),
        ("x < y > z", "x &lt; y &gt; z"),
        ("Food <!-- all of it --> talk", "Food talk"),
        ("Ｆood\u00a0 talk", "Food talk"),
    ],
)
def test_a_warning_is_known_however_the_server_keeps_it(
    instance: Mastodon, api: ApiClient, written: str, kept: str
) -> None:
    wanted = message("Hello", content_warning=written)
    assert found(instance, api, wanted, spoiler_text=kept) == "200"
    assert found(instance, api, wanted, spoiler_text=f"{kept} more") == STRAY


@pytest.mark.parametrize("visibility", list(Visibility))
@pytest.mark.parametrize("earlier", list(Visibility))
def test_not_there_is_an_answer_only_of_a_list_that_shows_such_posts(
    instance: Mastodon, api: ApiClient, visibility: Visibility, earlier: Visibility
) -> None:
    """To followers, or in private: many servers list nothing of that, even for who wrote it."""
    wanted = replace(message("Hello", visibility=visibility), known=frozenset({"150"}))
    is_public = visibility in (Visibility.PUBLIC, Visibility.UNLISTED)
    assert look(api, wanted) == (None if is_public else STRAY)
    audience = call.AUDIENCE[earlier]
    instance.statuses["150"] = status("150", "<p>x</p>", visibility=audience, created_at="2026-11-01T12:00:00.000Z")
    assert look(api, wanted) == (None if is_public or earlier is visibility else STRAY)
    assert look(api, replace(wanted, known=frozenset())) == (None if is_public else STRAY)


def test_such_a_post_is_looked_for_behind_many_others(instance: Mastodon, api: ApiClient) -> None:
    long_ago = "2026-11-01T12:00:00.000Z"
    wanted = replace(message("Hello", visibility=Visibility.PRIVATE), known=frozenset({"150"}))
    instance.statuses = {number: each | {"created_at": long_ago} for number, each in many(150).items()}
    instance.statuses["150"] = status("150", "<p>x</p>", visibility="direct", created_at=long_ago)
    assert look(api, wanted) is None
    instance.statuses = {number: each | {"created_at": long_ago} for number, each in many(300).items()}
    instance.statuses["150"] = status("150", "<p>x</p>", visibility="direct", created_at=long_ago)
    assert look(api, wanted) == STRAY


def test_not_there_is_an_answer_only_of_a_list_that_shows_answers(instance: Mastodon, api: ApiClient) -> None:
    """Some servers list none."""
    instance.statuses["201"] = status("201", "<p>One</p>")
    second = replace(message("One", "Two", index=1), known=frozenset({"201"}))
    with pytest.raises(Unsure) as caught:
        timeline.find(api, second)
    assert str(caught.value) == "Mastodon does not show it, and may not list answers at all."
    long_ago = "2026-11-01T12:00:00.000Z"
    instance.statuses["101"] = status("101", "<p>x</p>", in_reply_to_id="100", created_at=long_ago)
    assert look(api, second) == STRAY
    assert look(api, replace(second, known=frozenset({"201", "101"}))) is None
    below = replace(message("Three", reply_to=f"{HOME}/@team/999"), known=frozenset({"201"}))
    assert look(api, below) == STRAY
    assert look(api, replace(below, known=frozenset({"201", "101"}))) is None


def test_an_answer_is_looked_for_below_what_it_answers(instance: Mastodon, api: ApiClient) -> None:
    """Where the list shows no answers, those below the previous part decide."""
    instance.hides = True
    instance.statuses["201"] = status("201", "<p>One</p>")
    second = replace(message("One", "Two", index=1), known=frozenset({"201"}), below="201")
    other = ACCOUNT | {"id": "8"}
    instance.strangers = (status("202", "<p>Two</p>", in_reply_to_id="201", account=other),)
    assert look(api, second) is None
    instance.statuses["203"] = status("203", "<p>Two</p>", in_reply_to_id="201")
    assert look(api, second) == "203"
    below = replace(message("Two", reply_to=f"{HOME}/@team/201"), known=frozenset({"201"}))
    assert look(api, below) == "203"
    assert look(api, replace(below, known=frozenset({"201", "203"}))) is None
    gone = replace(second, below="404")
    assert look(api, gone) == STRAY


def test_a_list_without_anything_proves_nothing_where_something_is_out(instance: Mastodon, api: ApiClient) -> None:
    wanted = replace(message("Hello"), known=frozenset({"150", f"{HOME}/@team/150"}))
    with pytest.raises(Unsure) as caught:
        timeline.find(api, wanted)
    assert str(caught.value) == "Mastodon does not show it, and may not list posts at all."
    assert look(api, replace(wanted, known=frozenset({"https://other.example/@team/150"}))) is None
    instance.statuses["9"] = status("9", "<p>x</p>", created_at="2026-11-01T12:00:00.000Z")
    assert look(api, wanted) is None


def listing(*pages: list[dict[str, Any]], goes_on: bool = False) -> ApiClient:
    """A server that gives these pages of our posts, one after the other."""
    left = iter(pages)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/statuses"):
            link = {"Link": f'<{HOME}/next?max_id=1>; rel="next"'} if goes_on else {}
            return httpx.Response(200, json=next(left, []), headers=link)
        return httpx.Response(200, json=ME)

    return call.connect(http.client(httpx.MockTransport(answer)), ACCESS)


def test_what_is_pinned_does_not_end_the_list() -> None:
    """It comes first, however old it is."""
    pinned = status("5", "<p>Welcome</p>", created_at="2026-11-01T12:00:00.000Z")
    newest, ours = status("300", "<p>x</p>"), status("200", "<p>Hello</p>")
    wanted = replace(message("Hello"), known=frozenset({"300"}))
    assert look(listing([pinned, newest], [ours]), wanted) == "200"


def test_a_page_without_anything_does_not_end_a_list_that_goes_on() -> None:
    """Some servers leave out what is not asked for after they have cut the page."""
    assert look(listing([], goes_on=True), message("Hello")) == STRAY
    assert look(listing([]), message("Hello")) is None


def test_what_has_a_receipt_is_another_post(instance: Mastodon, api: ApiClient) -> None:
    """The same words an hour ago, or before they were published once more: by id, address, or what it is called."""
    wanted = message("Hello")
    for place in ("200", "https://social.example/@team/200", "https://social.example/users/team/statuses/200"):
        assert found(instance, api, replace(wanted, known=frozenset({place}))) is None
    found(instance, api, wanted, id="201")
    assert look(api, replace(wanted, known=frozenset({"200"}))) == "201"


def test_a_stranger_is_shown_to_a_person(instance: Mastodon, api: ApiClient) -> None:
    instance.statuses = many(5)
    with pytest.raises(Unsure) as caught:
        timeline.find(api, message("Hello"))
    assert str(caught.value) == (
        "Mastodon shows posts of this account that cmflow does not know: "
        "https://social.example/@team/300 https://social.example/@team/301 https://social.example/@team/302"
    )
    assert caught.value.hint == "See whether one of them is this post, then: cmflow settle"


@pytest.mark.parametrize("key", ["reply_to", "quote"])
def test_our_own_post_is_named_by_its_id(api: ApiClient, transport: spec.Checked, instance: Mastodon, key: str) -> None:
    """The ledger knows it: a server need not find its own address."""
    instance.others = ("01HQ3Z-7",)
    address = f"{HOME}/@team/posts/7/"
    changes: dict[str, Any] = {key: address}
    wanted = replace(message("Yes", **changes), ids=((address, "01HQ3Z-7"),))
    posting.publish(api, wanted, ())
    name = {"reply_to": "in_reply_to_id", "quote": "quoted_status_id"}[key]
    assert body(transport.requests[-1])[name] == "01HQ3Z-7"
    assert "/api/v2/search" not in [each.url.path for each in transport.requests]
    assert look(api, wanted) == "101"


def many(count: int) -> dict[str, dict[str, Any]]:
    return {str(300 + number): status(str(300 + number), f"<p>{number}</p>") for number in range(count)}


def test_it_is_found_behind_many_newer_ones(instance: Mastodon, api: ApiClient) -> None:
    instance.sources = dict.fromkeys(many(150), "")
    instance.statuses = many(150)
    assert found(instance, api, message("Hello")) == "200"


def test_where_there_are_too_many_nobody_says_no(instance: Mastodon, api: ApiClient) -> None:
    instance.statuses = many(timeline.PAGE * timeline.PAGES + 1)
    instance.sources = dict.fromkeys(instance.statuses, "")
    with pytest.raises(Unsure, match="too many"):
        timeline.find(api, message("Hello"))


@pytest.mark.parametrize("page", [{"error": "x"}, ["x"], [{"id": "1"}], [{"id": "1", "created_at": "x"}]])
def test_a_list_that_cannot_be_read_is_no_answer(page: object) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=ME if request.url.path.endswith("credentials") else page)

    with pytest.raises(NotSent, match="cannot be read"):
        timeline.find(call.connect(http.client(httpx.MockTransport(answer)), ACCESS), message("Hello"))


def test_a_server_that_is_something_else_is_said() -> None:
    with pytest.raises(NotSent, match="cannot be read"):
        posting.verify(answering(200, text="<html>"))


# ── every text, as Mastodon shows it ────────────────────────────────────────────────────────────────────────


def as_shown(text: str) -> str:
    """Links, mentions and hashtags with their markup, paragraphs and line breaks: what a server does with a text."""
    pieces, at = [], 0
    for entity in linking.find(text):
        pieces += [escape(text[at : entity.start]), markup(entity.kind, entity.text)]
        at = entity.end
    html = "".join([*pieces, escape(text[at:])])
    paragraphs = [each.replace("\n", "<br />") for each in html.strip().split("\n\n")]
    return "".join(f"<p>{each}</p>" for each in paragraphs)


def markup(kind: str, text: str) -> str:
    if kind == "url":
        return f'<a href="{escape(text)}"><span class="invisible">{escape(text[:8])}</span>{escape(text[8:])}</a>'
    mark, name = text[0], text[1:].partition("@")[0]
    return f'<a href="https://x.example/{name}" class="mention">{mark}<span>{name}</span></a>'


WORDS = st.sampled_from(
    [
        *(
            "Hello",
            "&",
            "<b>",
            "a<b",
            "👩‍👩‍👧",
            "日本語",
            "\n",
            "\n\n",
            "  ",
            "“é”",
            "e\u0301",
            "ﬁ",
            "1 < 2 > 0",
            "'",
            '"',
        ),
        *(
            "@ana@a.example",
            "@bob",
            "#python",
            "https://example.org/a?b=1&c=2#d",
            "http://example.org/(x)",
            "a@b.example",
        ),
        *("…", "...", "https://", "@", "#", ":blobcat:", "&amp;", "</p>", "\u200b", "٣"),
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)


@given(TEXTS)
def test_every_text_is_known_again(text: str) -> None:
    assert match.normalize(status_text.read(as_shown(text))) == match.normalize(text)


@given(TEXTS, TEXTS)
def test_two_texts_are_never_taken_for_one(one: str, other: str) -> None:
    def plain(text: str) -> str:
        return match.normalize(text)

    same = match.normalize(status_text.read(as_shown(one))) == plain(other)
    assert same == (plain(one) == plain(other))


# ── what a server allows ────────────────────────────────────────────────────────────────────────────────────


def test_the_numbers_of_the_server(api: ApiClient) -> None:
    assert description.numbers(api) == {
        "text": 500,
        "files": 4,
        "images": 4,
        "alt": 1_500,
        "image_bytes": 16 * 1024 * 1024,
        "image_pixels": 33_177_600,
        "video_bytes": 99 * 1024 * 1024,
        "poll_options": 4,
        "poll_option": 50,
        "poll_shortest": 5,
        "poll_longest": 43_829,
    }


@pytest.mark.parametrize(
    ("newer", "older", "expected"),
    [
        ((404, None), {"max_toot_chars": 5_000}, {"text": 5_000}),
        ((200, {"title": "GoToSocial"}), {"configuration": {"statuses": {"max_characters": 9}}}, {"text": 9}),
        ((404, None), {"configuration": {"statuses": {"max_characters": "many"}, "polls": [1]}}, {}),
        ((404, None), [1, 2], {}),
    ],
)
def test_servers_that_say_it_elsewhere_or_not_at_all(
    newer: tuple[int, Any], older: Any, expected: dict[str, int]
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        status, page = newer if request.url.path == "/api/v2/instance" else (200, older)
        return httpx.Response(status, json=page)

    api = call.connect(http.client(httpx.MockTransport(answer)), ACCESS)
    assert description.numbers(api) == expected


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"json": {"error": {"status": ["can't be blank", "is odd"]}}}, "status: can't be blank, is odd"),
        ({"json": {"errors": [{"detail": "Too long"}]}}, "detail: Too long"),
        ({"json": {"error": "Validation failed"}}, "Validation failed"),
    ],
)
def test_a_refusal_says_why_in_whatever_shape(answer: dict[str, Any], words: str) -> None:
    with pytest.raises(Rejected) as caught:
        posting.publish(answering(422, **answer), message("Hello"), ())
    assert (str(caught.value), caught.value.hint) == (f"Mastodon answers 422: {words}", "Change the post.")


def test_a_file_that_is_too_large_is_called_so() -> None:
    with pytest.raises(Rejected) as caught:
        posting.publish(answering(413), message("Hello"), ())
    assert (str(caught.value), caught.value.hint) == (
        "Mastodon answers 413.",
        "A file of the post is too large for this server: make it smaller.",
    )


@pytest.mark.parametrize("deep", [b"[" * 200_000, b'{"id":' * 100_000], ids=["lists", "objects"])
@pytest.mark.parametrize(("code", "kind"), [(200, Unsure), (422, Denied), (500, Unsure)])
def test_an_answer_nested_without_end_is_not_read(deep: bytes, code: int, kind: type[DeliveryError]) -> None:
    with pytest.raises(kind):
        posting.publish(answering(code, content=deep), message("Hello"), ())


@pytest.mark.parametrize(
    "odd",
    [
        *({"media_attachments": value} for value in (7, True, "x", [1], {"a": 1})),
        *({"poll": value} for value in ([1], 7, True, {"options": None}, {"options": [1]}, {"options": 7})),
    ],
    ids=str,
)
def test_an_odd_post_of_ours_is_not_taken_for_it(odd: dict[str, Any]) -> None:
    assert not match.is_alike(status("1", "<p>Hello</p>", **odd), message("Hello"))


# ── boosts, and what a token may do ─────────────────────────────────────────────────────────────────────────


def boost(**changes: Any) -> Outgoing:
    return message("", **({"repost": STRANGER} | changes))


def test_a_boost_is_made_once_found_and_taken_back(api: ApiClient, instance: Mastodon) -> None:
    assert timeline.find(api, boost()) is None
    first = posting.publish(api, boost(), ())
    assert posting.publish(api, boost(), ()) == first == timeline.find(api, boost())
    assert instance.statuses[first.id]["reblog"]["id"] == "55"
    posting.delete(api, Receipt(0, first.id, first.url, NOON))
    assert timeline.find(api, boost()) is None


def test_what_is_not_there_cannot_be_boosted(api: ApiClient, instance: Mastodon) -> None:
    with pytest.raises(Rejected, match=r"^The post to boost is not there\.$"):
        posting.publish(api, boost(repost=f"{HOME}/@team/404"), ())


def test_a_repost_with_words_is_a_quote(api: ApiClient, transport: spec.Checked) -> None:
    posting.publish(api, message("So true", repost=STRANGER), ())
    assert json.loads(transport.requests[-1].content)["quoted_status_id"] == "55"


def test_a_boost_that_the_list_does_not_show_is_unsure(api: ApiClient, instance: Mastodon) -> None:
    posting.publish(api, boost(), ())

    def blind(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[]) if request.url.path.endswith("/7/statuses") else instance(request)

    with pytest.raises(Unsure, match="says that the post is boosted, but does not list it"):
        timeline.find(call.connect(http.client(httpx.MockTransport(blind)), ACCESS), boost())


@pytest.mark.parametrize(
    ("scopes", "may"),
    [
        (
            ("read", "write"),
            ("read", "read:accounts", "read:notifications", "read:statuses", "write", "write:media", "write:statuses"),
        ),
        (("write:statuses", "write:media"), ("write:media", "write:statuses")),
        ((), ()),
    ],
)
def test_verify_says_what_the_token_may_do(
    api: ApiClient, instance: Mastodon, scopes: tuple[str, ...], may: tuple[str, ...]
) -> None:
    instance.scopes = scopes
    assert posting.verify(api) == Standing(f"@team on {HOME}", may)


def test_a_token_that_may_only_read_is_denied_before_the_day(api: ApiClient, instance: Mastodon) -> None:
    instance.scopes = ("read",)
    with pytest.raises(Denied, match=rf"^The token of @team on {HOME} may only read\.$") as caught:
        posting.verify(api)
    assert "Tick read and write" in caught.value.hint


def pictured(api: ApiClient, **changes: Any) -> Receipt:
    variant = message("Look", **changes).variant
    shown = replace(variant, parts=(part("Look", Media("a.png", "A cat"), Media("b.png", "A dog")),))
    remote = posting.publish(api, Outgoing(shown, 0, "k", NOON.timestamp(), (Upload.of(PNG),) * 2), ())
    return Receipt(0, remote.id, remote.url, NOON)


def test_an_edit_sends_all_that_is_to_stay(api: ApiClient, transport: spec.Checked) -> None:
    receipt = pictured(api, content_warning="Animals", language="fr")
    edit.describe(api, receipt, ("A cat", "Two dogs"))
    assert (transport.requests[-1].method, body(transport.requests[-1])) == (
        "PUT",
        {
            "status": "Look",
            "spoiler_text": "Animals",
            "sensitive": True,
            "language": "fr",
            "media_ids": ["22", "23"],
            "media_attributes": [{"id": "22", "description": "A cat"}, {"id": "23", "description": "Two dogs"}],
        },
    )


def test_what_a_person_corrected_on_the_network_stays(api: ApiClient, instance: Mastodon) -> None:
    receipt = pictured(api)
    instance.sources[receipt.id] = "Look at them"
    edit.describe(api, receipt, ("A cat", "Two dogs"))
    assert (instance.posts, instance.alts) == (["Look at them"], [["A cat", "Two dogs"]])


def test_an_edit_does_not_move_the_end_of_a_poll(api: ApiClient, instance: Mastodon) -> None:
    receipt = pictured(api, poll=Poll(("Yes", "No"), timedelta(days=1)))
    with pytest.raises(Rejected, match="when its poll ends"):
        edit.describe(api, receipt, ("A cat", "Two dogs"))
    assert instance.alts == [["A cat", "A dog"]]
