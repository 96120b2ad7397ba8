"""Facebook: a strict Page in memory, held to Meta's description of its Graph API; and every kind of no."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from cmflow.model import Account, Media, Part, Receipt, Remote, Text, Variant
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import http
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.upload import Upload
from cmflow.networks.facebook import network, page, timeline
from cmflow.networks.facebook.page import Page
from tests.networks import contract, faults, graphapi, spec
from tests.networks.contract import NOON, PNG, Place
from tests.networks.fakes.facebook import PAGE, TOKEN, Facebook
from tests.networks.fakes.multipart import File, fields

Handler = Callable[[httpx.Request], httpx.Response]
POSTS = f"https://www.facebook.com/{PAGE}/posts"
FIRST = f"{PAGE}_1000001"


def access(secret: str = TOKEN, **options: str) -> Access:
    return Access(Account("team", "facebook", options=tuple(options.items())), (("token", secret),))


def transport(handler: Handler) -> spec.Checked:
    return spec.Checked(spec.of(graphapi.GraphApi), handler)


def connected(handler: Handler, **options: str) -> Page:
    return page.connect(http.client(transport(handler)), access(**options))


class TestFacebook(contract.Publish, contract.Find, contract.Delete, contract.Verify, contract.Denies):
    network = network

    @pytest.fixture
    def server(self) -> Facebook:
        return Facebook()

    @pytest.fixture
    def place(self, server: Facebook) -> Place:
        return Place(access(), lambda: server.posts, transport(server))


class TestFaults(faults.Faults):
    network = network
    access = access()

    def fake(self) -> Handler:
        return Facebook()

    def makes(self, request: httpx.Request) -> bool:
        return request.url.path.endswith("/feed")


class TestFaultsOfPictures(TestFaults):
    def outgoing(self) -> Outgoing:
        return message("Look", "a.png")


def message(text: str, *names: str, data: bytes = PNG, mime: str = "", **changes: Any) -> Outgoing:
    media = tuple(Media(f"content/media/{name}", "What it shows") for name in names)
    part = Part(Text(text), network.limits.form(Text(text)), media)
    around = {name: changes.pop(name) for name in ("known", "key") if name in changes}
    variant = Variant("hello", "team", "facebook", NOON, (part,), **({"digest": "d" * 64} | changes))
    return replace(Outgoing(variant, 0, "k", NOON.timestamp(), (Upload.of(data, mime),) * len(names)), **around)


def comment(text: str) -> Part:
    return Part(Text(text), network.limits.form(Text(text)))


def receipt(number: str, url: str = "") -> Receipt:
    return Receipt(0, number, url, NOON)


def asked(session: Page, path: str) -> list[dict[str, Any]]:
    """The fields of each request to a path."""
    checked = session.graph.client.http._transport
    assert isinstance(checked, spec.Checked)
    return [fields(request) for request in checked.requests if request.url.path == f"/v26.0{path}"]


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_with_a_link() -> None:
    session = connected(Facebook())
    remote = page.publish(session, message("Hello **all**", link="https://example.org/a"), ())
    assert remote == Remote(FIRST, f"{POSTS}/1000001")
    assert asked(session, f"/{PAGE}/feed") == [
        {"message": "Hello **all**", "link": "https://example.org/a", "published": "true"}
    ]


def test_one_picture_and_several_are_published_by_one_small_request() -> None:
    server = Facebook()
    session = connected(server)
    page.publish(session, message("One", "a.png"), ())
    page.publish(session, message("Two", "a.png", "b.jpg"), ())
    assert asked(session, f"/{PAGE}/photos")[2] == {
        "published": "false",
        "alt_text_custom": "What it shows",
        "source": File("picture.jpeg", "image/jpeg", PNG),
    }
    one, two = asked(session, f"/{PAGE}/feed")
    assert json.loads(one["attached_media"]) == [{"media_fbid": "1000001"}]
    assert json.loads(two["attached_media"]) == [{"media_fbid": "1000003"}, {"media_fbid": "1000004"}]
    assert [photo["alt"] for photo in server.photos.values()] == ["What it shows"] * 3


def test_the_link_of_a_post_with_pictures_stays_in_its_text() -> None:
    session = connected(Facebook())
    page.publish(session, message("Look", "a.png", link="https://example.org/a"), ())
    assert "link" not in asked(session, f"/{PAGE}/feed")[0]


def test_the_first_comment_follows_its_post() -> None:
    server = Facebook()
    page.publish(connected(server), message("Hello", first_comment=comment("More: https://example.org")), ())
    assert [one["message"] for one in server.comments[FIRST]] == ["More: https://example.org"]


@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(400, json={"error": {"code": 200}})])
def test_a_first_comment_that_fails_does_not_repeat_the_post(answer: httpx.Response) -> None:
    server = Facebook()

    def handle(request: httpx.Request) -> httpx.Response:
        return answer if request.url.path.endswith("/comments") and request.method == "POST" else server(request)

    wanted, session = message("Hello", first_comment=comment("More")), connected(handle)
    with pytest.raises(Unsure, match="The post is published, its first comment perhaps not") as caught:
        page.publish(session, wanted, ())
    assert f"{POSTS}/1000001" in caught.value.hint
    with pytest.raises(Unsure, match="its first comment is not there"):
        timeline.find(session, wanted)
    server.comments[FIRST] = [{"message": "More", "from": {"id": PAGE}}]
    assert timeline.find(session, wanted) == Remote(FIRST, f"{POSTS}/1000001")


# ── looking and deleting ────────────────────────────────────────────────────────────────────────────────────


def test_a_post_is_found_by_words_and_files() -> None:
    session = connected(Facebook())
    page.publish(session, message("", "a.png"), ())
    remote = page.publish(session, message("", "a.png", "b.png"), ())
    assert timeline.find(session, message("", "a.png", "b.png")) == remote


def test_what_has_a_receipt_is_another_post() -> None:
    session = connected(Facebook())
    remote = page.publish(session, message("Hello"), ())
    for name in (remote.id, remote.url, f"https://www.facebook.com/{FIRST}"):
        assert timeline.find(session, message("Hello", known=frozenset((name,)))) is None


def test_posts_that_nobody_knows_leave_it_open() -> None:
    session = connected(Facebook())
    page.publish(session, message("Something else"), ())
    with pytest.raises(Unsure, match=f"does not know: {POSTS}/1000001") as caught:
        timeline.find(session, message("Hello"))
    assert "cmflow settle" in caught.value.hint


def test_it_is_found_behind_many_and_nobody_says_no_behind_too_many() -> None:
    server = Facebook()
    session = connected(server)
    remote = page.publish(session, message("Hello"), ())
    for number in range(300):
        server._story(str(number), [])
    assert timeline.find(session, message("Hello")) == remote
    for number in range(300):
        server._story(str(number), [])
    with pytest.raises(Unsure, match="too many"):
        timeline.find(session, message("Hello"))


def test_what_is_older_than_the_intent_is_not_it() -> None:
    server = Facebook()
    session = connected(server)
    page.publish(session, message("Hello"), ())
    server.stories[FIRST]["created_time"] = "2026-12-01T11:00:00+0000"
    assert timeline.find(session, message("Hello")) is None


@pytest.mark.parametrize(
    "url",
    [
        f"{POSTS}/1000001",
        "https://www.facebook.com/our.page/posts/hello-world/1000001/",
        f"https://www.facebook.com/permalink.php?story_fbid=1000001&id={PAGE}",
    ],
)
def test_a_post_that_a_person_settled_is_deleted_by_its_address(url: str) -> None:
    server = Facebook()
    session = connected(server)
    page.publish(session, message("Hello"), ())
    page.delete(session, receipt("", url))
    assert server.posts == []
    page.delete(session, receipt(FIRST))


def test_an_address_without_a_number_cannot_be_deleted() -> None:
    with pytest.raises(Rejected, match="names no post by its number"):
        page.delete(connected(Facebook()), receipt("", "https://www.facebook.com/our.page/posts/pfbid02abc"))


# ── who we are ──────────────────────────────────────────────────────────────────────────────────────────────


def test_who_we_are_what_we_may_and_until_when() -> None:
    server = Facebook(expires=1_800_000_000)
    until = datetime.fromtimestamp(1_800_000_000, UTC)
    assert page.verify(connected(server, page=PAGE)) == Standing("“Our Page” on Facebook", server.scopes, until)
    server = Facebook(scopes=("pages_manage_posts", "pages_read_engagement"))
    assert page.verify(connected(server)) == Standing(
        "“Our Page” on Facebook, without pages_manage_engagement", server.scopes
    )
    with pytest.raises(Denied, match="the permission pages_manage_posts is missing"):
        page.verify(connected(Facebook(scopes=("pages_read_engagement",))))


@pytest.mark.parametrize("answer", [httpx.Response(400, json={"error": {"code": 100}}), httpx.Response(200, json={})])
def test_a_token_that_tells_nothing_of_itself_is_fine(answer: httpx.Response) -> None:
    server = Facebook()

    def handle(request: httpx.Request) -> httpx.Response:
        return answer if request.url.path.endswith("/debug_token") else server(request)

    assert page.verify(connected(handle)) == Standing("“Our Page” on Facebook")


@pytest.mark.parametrize(
    ("server", "options", "why"),
    [
        (Facebook(is_person=True), {}, "is of a person, not of a Page"),
        (Facebook(), {"page": "104857600999999"}, f"is for the Page “Our Page” \\({PAGE}\\), and the plan says"),
        (Facebook(), {"page": "our.page"}, "is not a number"),
        (Facebook(token="another"), {}, "Invalid OAuth access token"),
    ],
)
def test_a_wrong_account_is_told_at_the_door(server: Facebook, options: dict[str, str], why: str) -> None:
    with pytest.raises(Denied, match=why) as caught:
        connected(server, **options)
    assert caught.value.hint
    assert TOKEN not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (message("Look", "a.png", data=b""), "is empty: it has 0 bytes"),
        (message("Yes", quote="https://www.facebook.com/x/posts/1"), "cannot answer, quote or share"),
        (message("Yes", reply_to="https://www.facebook.com/x/posts/1"), "cannot answer, quote or share"),
        (message("Look", "a.mp4", "b.mp4"), "a post of its own"),
    ],
)
def test_what_cannot_be_published_is_said_before_anything_is_sent(wrong: Outgoing, why: str) -> None:
    server = Facebook()
    with pytest.raises(Rejected, match=why) as caught:
        page.publish(connected(server), wrong, ())
    assert caught.value.hint
    assert (server.stories, server.photos, server.videos) == ({}, {}, {})


# ── every kind of no ────────────────────────────────────────────────────────────────────────────────────────


def refusing(answer: httpx.Response) -> Page:
    """A Page that lets us in, and answers every other request like this."""
    server = Facebook()
    return connected(lambda request: server(request) if request.url.path.endswith("/me") else answer)


@pytest.mark.parametrize(
    ("code", "writing", "reading"),
    [
        (190, Denied, Denied),
        (10, Denied, Denied),
        (200, Denied, Denied),
        (368, Denied, Denied),
        (506, Rejected, Rejected),
        (100, Rejected, Rejected),
        (1609005, Rejected, Rejected),
        (1, Unsure, NotSent),
        (2, Unsure, NotSent),
        *((code, Throttled, Throttled) for code in (4, 17, 32, 341, 613, 80_001)),
    ],
)
def test_a_code_says_whom_it_concerns(code: int, writing: type[DeliveryError], reading: type[DeliveryError]) -> None:
    error = {"message": "No", "type": "OAuthException", "code": code, "error_user_msg": "Not like this"}
    session = refusing(httpx.Response(500 if code < 3 else 400, json={"error": error}))
    tries: tuple[tuple[Callable[[], object], type[DeliveryError]], ...] = (
        (lambda: page.publish(session, message("Hello"), ()), writing),
        (lambda: timeline.find(session, message("Hello")), reading),
    )
    for attempt, kind in tries:
        with pytest.raises(kind) as caught:
            attempt()
        assert type(caught.value) is kind
        assert str(caught.value) == f"Facebook answers: Not like this ({code})"
        assert caught.value.hint


def test_a_transient_error_of_any_code_is_unsure() -> None:
    error = {"message": "Try later", "code": 9999, "error_subcode": 7, "is_transient": True}
    with pytest.raises(Unsure) as caught:
        page.publish(refusing(httpx.Response(500, json={"error": error})), message("Hello"), ())
    assert str(caught.value) == "Facebook answers: Try later (9999/7)"


@pytest.mark.parametrize(
    ("usage", "minutes"),
    [
        (
            {PAGE: [{"type": "pages", "estimated_time_to_regain_access": 19}, {"estimated_time_to_regain_access": 5}]},
            19,
        ),
        ({PAGE: [{"estimated_time_to_regain_access": 99_999}]}, 1440),
        ({PAGE: [{"estimated_time_to_regain_access": 0}]}, None),
        ({PAGE: "odd"}, None),
        ([], None),
    ],
)
def test_too_much_says_when_to_try_again(usage: Any, minutes: int | None) -> None:
    headers = {"Date": "Tue, 01 Dec 2026 12:00:00 GMT", "X-Business-Use-Case-Usage": json.dumps(usage)}
    busy = httpx.Response(400, json={"error": {"message": "Too many", "code": 32}}, headers=headers)
    with pytest.raises(Throttled) as caught:
        page.publish(refusing(busy), message("Hello"), ())
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert caught.value.retry_at == (noon + timedelta(minutes=minutes) if minutes else None)


@pytest.mark.parametrize(
    "answer", [httpx.Response(500), httpx.Response(200, text="<html>"), httpx.Response(200, json=[7])]
)
def test_what_makes_no_post_is_never_unsure(answer: httpx.Response) -> None:
    session = refusing(answer)
    for ask in (page.verify, lambda one: timeline.find(one, message("x")), lambda one: page.delete(one, receipt("7"))):
        with pytest.raises(NotSent):
            ask(session)
    with pytest.raises(NotSent):
        page.publish(session, message("Look", "a.png"), ())
