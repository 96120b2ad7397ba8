"""Facebook: a strict Page in memory, held to Meta's description of its Graph API; and every kind of no."""

import json
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx
import pytest

from cmflow.model import Account, Media, Part, Receipt, Remote, Subtitles, Text, Variant
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import http, oauth
from cmflow.netkit.auth import Credentials, Grant, OAuth2
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.upload import Upload
from cmflow.networks.facebook import login, network, page, timeline, video
from cmflow.networks.facebook.page import Page
from cmflow.sandbox.fakes.facebook import APP, PAGE, PAGE_FIGURES, SECRET, TOKEN, Facebook, managed
from cmflow.sandbox.fakes.multipart import File, fields
from tests.content.media.test_media import FTYP, box, track
from tests.content.media.test_subtitles import SUBRIP
from tests.networks import contract, faults, graphapi, spec
from tests.networks.contract import NOON, PNG, Place

Handler = Callable[[httpx.Request], httpx.Response]
POSTS = f"https://www.facebook.com/{PAGE}/posts"
FIRST = f"{PAGE}_1000001"


def access(secret: str = TOKEN, **options: str) -> Access:
    return Access(Account("team", "facebook", options=tuple(options.items())), (("token", secret),))


def transport(handler: Handler) -> spec.Checked:
    return spec.Checked(spec.of(graphapi.GraphApi), handler)


def connected(handler: Handler, **options: str) -> Page:
    return page.connect(http.client(transport(handler)), access(**options))


class TestFacebook(
    contract.Publish, contract.Find, contract.Delete, contract.Verify, contract.Metrics, contract.Denies
):
    network = network
    figures: ClassVar = {
        "post_media_view": 120,
        "post_total_media_view_unique": 90,
        "post_clicks": 12,
        "post_reactions_by_type_total": 7,
        "post_clicks_by_type: link clicks": 7,
        "comments": 4,
        "shares": 0,
    }
    crowd: ClassVar = {"followers_count": 812, "fan_count": 790, **PAGE_FIGURES}

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
    with pytest.raises(Unsure, match="The post is published, but its first comment may be missing") as caught:
        page.publish(session, wanted, ())
    assert f"{POSTS}/1000001" in caught.value.hint
    with pytest.raises(Unsure, match="its first comment is missing"):
        timeline.find(session, wanted)
    server.comments[FIRST] = [{"message": "More", "from": {"id": PAGE}}]
    assert timeline.find(session, wanted) == Remote(FIRST, f"{POSTS}/1000001")


# ── videos ──────────────────────────────────────────────────────────────────────────────────────────────────


def film(width: int = 1280, height: int = 720, seconds: int = 12, size: int = 3 << 20) -> bytes:
    clock = box(b"mvhd", b"\0" * 12, struct.pack(">2I", 600, 600 * seconds), b"\0" * 80)
    return FTYP + box(b"moov", clock, track(width, height)) + box(b"mdat", bytes(range(256)) * (size >> 8))


LANDSCAPE, UPRIGHT = film(), film(1080, 1920)


def filmed(data: bytes = LANDSCAPE, text: str = "Look", **changes: Any) -> Outgoing:
    return message(text, "a.mp4", data=data, mime="video/mp4", **changes)


class TestFaultsOfVideos(TestFaults):
    def outgoing(self) -> Outgoing:
        return filmed()

    def makes(self, request: httpx.Request) -> bool:
        return b"finish" in request.content and request.method == "POST"


class TestFaultsOfReels(TestFaultsOfVideos):
    def outgoing(self) -> Outgoing:
        return filmed(UPRIGHT)


def test_a_video_goes_up_in_the_chunks_that_facebook_asks_for() -> None:
    server = Facebook()
    session = connected(server)
    remote = page.publish(session, filmed(), ())
    assert remote == Remote("1000001", f"https://www.facebook.com/{PAGE}/videos/1000001")
    assert (server.videos["1000001"].received, server.posts) == (LANDSCAPE, ["Look"])
    start, *transfers, finish = asked(session, f"/{PAGE}/videos")
    assert start == {"upload_phase": "start", "file_size": str(len(LANDSCAPE))}
    assert [int(each["start_offset"]) for each in transfers] == [0, 1 << 20, 2 << 20, 3 << 20]
    assert finish == {"upload_phase": "finish", "upload_session_id": "s1000001", "description": "Look"}


def test_an_upright_short_video_is_a_reel() -> None:
    server = Facebook()
    session = connected(server)
    remote = page.publish(session, filmed(UPRIGHT), ())
    assert remote == Remote("1000001", "https://www.facebook.com/reel/1000001")
    assert (server.videos["1000001"].received, server.posts) == (UPRIGHT, ["Look"])
    start, finish = asked(session, f"/{PAGE}/video_reels")
    assert start == {"upload_phase": "start"}
    assert finish == {
        "upload_phase": "finish",
        "video_id": "1000001",
        "video_state": "PUBLISHED",
        "description": "Look",
    }


@pytest.mark.parametrize(
    ("data", "reel"),
    [
        (film(1080, 1920, 3), True),
        (film(1080, 1920, 90), True),
        (film(540, 960), True),
        (film(1080, 1920, 2), False),
        (film(1080, 1920, 91), False),
        (film(360, 640), False),
        (film(1080, 1350), False),
        (film(1920, 1080), False),
    ],
)
def test_what_is_a_reel(data: bytes, reel: bool) -> None:
    assert video.is_reel(Upload.of(data, "video/mp4")) is reel


def test_an_account_may_want_no_reels() -> None:
    session = connected(Facebook(), reels="no")
    assert page.publish(session, filmed(UPRIGHT), ()).url.endswith("/videos/1000001")


@pytest.mark.parametrize(
    ("data", "breaks", "arrives"),
    [
        (LANDSCAPE, 2, 0),
        (LANDSCAPE, 2, 1 << 20),
        (UPRIGHT, 1, 0),
        (UPRIGHT, 1, 1_000_000),
        (UPRIGHT, 1, len(UPRIGHT)),
    ],
)
def test_an_upload_goes_on_where_it_broke_off(data: bytes, breaks: int, arrives: int) -> None:
    """The request with bytes of that number breaks, after so many bytes of it have arrived."""
    server, pauses, uploads = Facebook(), list[float](), list[httpx.Request]()

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.host == "rupload.facebook.com" or b"transfer" in request.content[:500]:
            uploads.append(request)
            if len(uploads) == breaks:
                film = server.videos["1000001"]
                film.size, film.received = len(data), data[: len(film.received) + arrives]
                raise httpx.ReadTimeout("too slow")
        return server(request)

    session = page.connect(http.client(transport(handle)), replace(access(), pause=pauses.append))
    page.publish(session, filmed(data), ())
    assert server.videos["1000001"].received == data
    assert server.posts == ["Look"]
    assert pauses == [1.0]


def test_an_upload_that_does_not_arrive_is_not_sent() -> None:
    server = Facebook()

    def handle(request: httpx.Request) -> httpx.Response:
        if b"transfer" in request.content[:500]:
            raise httpx.ReadTimeout("too slow")
        return server(request)

    with pytest.raises(NotSent):
        page.publish(connected(handle), filmed(), ())
    assert server.posts == []


def test_the_token_goes_to_no_other_server() -> None:
    server, hosts = Facebook(), list[str]()

    def handle(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        body = {"video_id": "1", "upload_url": "https://rupload.facebook.com.evil.example/1"}
        return httpx.Response(200, json=body) if request.url.path.endswith("/video_reels") else server(request)

    with pytest.raises(Denied, match="does not connect to"):
        page.publish(connected(handle), filmed(UPRIGHT), ())
    assert set(hosts) == {"graph.facebook.com"}


def test_processing_is_waited_for_within_bounds() -> None:
    pauses: list[float] = []
    for server in (Facebook(processing=2), Facebook(processing=99)):
        session = page.connect(http.client(transport(server)), replace(access(), pause=pauses.append))
        assert page.publish(session, filmed(), ()).id == "1000001"
    assert pauses == [1, 2, *video.PAUSES]
    with pytest.raises(Rejected, match="cannot use the video"):
        page.publish(connected(Facebook(fails=True)), filmed(), ())


def test_a_video_is_found_and_is_never_said_not_to_be_there() -> None:
    server = Facebook()
    session = connected(server)
    with pytest.raises(Unsure, match="may still be processing"):
        timeline.find(session, filmed())
    remote = page.publish(session, filmed(), ())
    assert timeline.find(session, filmed()) == remote
    page.delete(session, receipt("", remote.url))
    reel = page.publish(session, filmed(UPRIGHT), ())
    assert timeline.find(session, filmed(UPRIGHT)) == reel
    page.delete(session, receipt("", reel.url))
    assert server.posts == []


def test_the_first_comment_of_a_video() -> None:
    server = Facebook()
    session, wanted = connected(server), filmed(first_comment=comment("More"))
    remote = page.publish(session, wanted, ())
    assert [one["message"] for one in server.comments[remote.id]] == ["More"]
    assert timeline.find(session, wanted) == remote


# ── signing in ──────────────────────────────────────────────────────────────────────────────────────────────


def signed_in(server: Facebook, **options: str) -> Grant:
    app = Credentials(APP, SECRET)
    account = Account("team", "facebook", options=tuple(options.items()))
    assert isinstance(network.auth, OAuth2)
    return oauth.exchange(http.client(transport(server)), network.auth, account, app, "c0de", "http://127.0.0.1/", "")


OTHER = "104857600999999"


def test_a_code_becomes_the_token_of_the_page() -> None:
    assert isinstance(network.auth, OAuth2)
    assert signed_in(Facebook()) == Grant(TOKEN, scopes=network.auth.scopes)
    many = [managed(str(104857600200000 + number)) for number in range(150)]
    assert signed_in(Facebook(managed=[*many, managed(PAGE)]), page=PAGE).access_token == TOKEN


@pytest.mark.parametrize(
    ("pages", "options", "why", "hint"),
    [
        ([], {}, "shows no Page that you manage", "cmflow connect team"),
        ([managed(PAGE), managed(OTHER)], {}, "has no page in the plan", f"{PAGE} (Page 456), {OTHER} (Page 999)"),
        ([managed(PAGE)], {"page": OTHER}, f"do not manage the Page {OTHER}", f"You manage: {PAGE} (Page 456)"),
        ([managed(PAGE, tasks=["ANALYZE"])], {}, "may not publish on the Page “Page 456”", "full control"),
        ([managed(PAGE, access_token=None)], {}, "did not return the Page's token", "cmflow connect team"),
    ],
)
def test_a_sign_in_that_leads_to_no_page(
    pages: list[dict[str, Any]], options: dict[str, str], why: str, hint: str
) -> None:
    with pytest.raises(Denied, match=why) as caught:
        signed_in(Facebook(managed=pages), **options)
    assert hint in caught.value.hint
    assert "EAA" not in f"{caught.value} {caught.value.hint}"


def test_the_secret_of_the_app_is_in_no_error() -> None:
    app, server = Credentials(APP, "wr0ngwr0ngwr0ng"), Facebook()
    with pytest.raises(DeliveryError) as caught:
        login.exchange(http.client(transport(server)), Account("team", "facebook"), app, Grant("x"))
    assert "wr0ng" not in f"{caught.value} {caught.value.hint}"


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
    with pytest.raises(Rejected, match="is not the number of a post"):
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
        (Facebook(is_person=True), {}, "belongs to a person, not to a Page"),
        (Facebook(), {"page": "104857600999999"}, f"is for the Page “Our Page” \\({PAGE}\\), and the plan says"),
        (Facebook(), {"page": "our.page"}, "is not the number of a Page"),
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


def test_a_run_that_ends_while_a_video_is_processed_has_published_it() -> None:
    """Facebook has taken it: that the run cannot wait any longer is no reason to send it again."""

    def ends(seconds: float) -> None:
        raise NotSent("The run ended.")

    server = Facebook(processing=5)
    session = page.connect(http.client(transport(server)), replace(access(), pause=ends))
    assert page.publish(session, filmed(), ()).id == "1000001"
    assert server.posts == ["Look"]


# ── subtitles ───────────────────────────────────────────────────────────────────────────────────────────────


def spoken() -> Outgoing:
    film = filmed()
    (media,) = film.part.media
    subtitles = (Subtitles("a.srt", "en"), Subtitles("a.fr.srt", "fr-CA"))
    part = replace(film.part, media=(replace(media, subtitles=subtitles),))
    attached = (("a.srt", Upload.of(SUBRIP)), ("a.fr.srt", Upload.of(SUBRIP)))
    return replace(film, variant=replace(film.variant, parts=(part,)), attached=attached)


def test_subtitles_have_their_language_in_the_name() -> None:
    server = Facebook()
    page.publish(connected(server), spoken(), ())
    (film,) = server.videos.values()
    assert film.captions == {"en_US": SUBRIP, "fr_CA": SUBRIP}


def test_subtitles_that_are_refused_do_not_hide_the_video() -> None:
    server = Facebook()

    def refusing(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/captions"):
            return server(request)
        error = {"message": "Invalid caption file", "type": "OAuthException", "code": 386, "fbtrace_id": "A"}
        return httpx.Response(400, json={"error": error})

    with pytest.raises(Unsure, match=r"^https://\S+ is published, but without its subtitles in en\. ") as caught:
        page.publish(connected(refusing), spoken(), ())
    assert caught.value.hint == "Add them in Meta Business Suite."
