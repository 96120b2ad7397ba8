"""YouTube: a strict channel in memory, held to Google's discovery document; and every kind of no."""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from cmflow import lint, render
from cmflow.content.media import Facts
from cmflow.model import (
    Account,
    Media,
    Part,
    Plan,
    Poll,
    Post,
    Problem,
    Receipt,
    Remote,
    Subtitles,
    Text,
    Variant,
    Visibility,
)
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.model.limits import clashes
from cmflow.netkit import http
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.resumable import Gone
from cmflow.netkit.upload import Upload
from cmflow.networks.youtube import channel as channels
from cmflow.networks.youtube import narrow, network, uploads, video
from cmflow.networks.youtube.call import Channel, video_id
from cmflow.render import Templates, formats
from cmflow.sandbox.fakes import youtube as fake
from cmflow.sandbox.fakes.youtube import YouTube
from cmflow.sandbox.fakes.youtube_people import Refusal
from tests.content.media.test_subtitles import SUBRIP, WEBVTT
from tests.networks import contract, discovery, faults, spec
from tests.networks.contract import NOON, PNG, Place

Handler = Callable[[httpx.Request], httpx.Response]
FILM, PICTURE = Media("content/media/film.mp4"), Media("content/media/thumbnail.png", "What it shows")
FIRST = Remote("video000001", "https://www.youtube.com/watch?v=video000001")
BARE = Part(Text("x"), network.limits.form(Text("x")))
COMMENT = Part(Text("First <3"), formats.plain(Text("First <3")))
STEP = 256 * 1024


def access(**options: str) -> Access:
    return Access(Account("team", "youtube", options=tuple(options.items())), (("access_token", fake.TOKEN),))


def transport(handler: Handler) -> spec.Checked:
    return spec.Checked(spec.of(discovery.youtube), handler)


def connected(handler: Handler, **options: str) -> Channel:
    return channels.connect(http.client(transport(handler)), access(**options))


def message(text: str = "Watch this", *media: Media, data: bytes = PNG, key: str = "k", **changes: Any) -> Outgoing:
    part = Part(Text(text), network.limits.form(Text(text)), media or (FILM,))
    variant = Variant("hello", "team", "youtube", NOON, (part,), **({"title": "A film", "digest": "d" * 64} | changes))
    return Outgoing(variant, 0, key, NOON.timestamp(), (Upload.of(data),) * len(part.media))


@pytest.fixture
def server() -> YouTube:
    return YouTube()


class TestYouTube(contract.Publish, contract.Find, contract.Delete, contract.Verify, contract.Metrics, contract.Denies):
    network = network
    figures: ClassVar = {"viewCount": 120, "likeCount": 5, "commentCount": 4, **dict.fromkeys(fake.REPORT)}
    crowd: ClassVar = {"subscriberCount": 812, "viewCount": 40_300, "videoCount": 77}
    attached = (FILM,)

    @pytest.fixture
    def place(self, server: YouTube) -> Place:
        return Place(access(), lambda: server.posts, transport(server))


class TestFaults(faults.Faults):
    """The session does not tell how much it has: what happened to the last piece is all that is known."""

    network = network
    access = access()

    def fake(self) -> faults.Handler:
        return YouTube(mute=True)

    def makes(self, request: httpx.Request) -> bool:
        return request.method == "PUT" and not request.headers["Content-Range"].startswith("bytes */")

    def outgoing(self) -> Outgoing:
        return message()

    def clean(self, words: str) -> bool:
        """The address of the upload is as good as a secret."""
        return super().clean(words) and "session-1" not in words and "upload_id" not in words


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_video_with_all_that_is_said_of_it(server: YouTube) -> None:
    wanted = message("1 < 2 #film", tags=("film", "two words"), visibility=Visibility.UNLISTED)
    session = connected(server, category="28", made_for_kids="true")
    assert video.publish(session, wanted, ()) == FIRST
    shown = server.videos[FIRST.id]
    assert shown["snippet"] == {
        "title": "A film",
        "description": "1 ‹ 2 #film",
        "categoryId": "28",
        "tags": ["film", "two words"],
        "publishedAt": "2026-12-01T12:00:01Z",
        "channelId": fake.CHANNEL,
    }
    assert shown["status"] == {
        "privacyStatus": "unlisted",
        "selfDeclaredMadeForKids": True,
        "uploadStatus": "uploaded",
    }
    assert shown["data"] == PNG


@pytest.mark.parametrize(
    ("name", "mime"), [("a.mp4", "video/mp4"), ("a.MOV", "video/quicktime"), ("a.webm", "video/webm")]
)
def test_the_type_of_the_video_is_said(server: YouTube, name: str, mime: str) -> None:
    video.publish(connected(server), message("x", Media(name)), ())
    assert [submission.mime for submission in server.submissions.values()] == [mime]


@pytest.mark.parametrize(
    ("title", "text", "wanted"),
    [
        ("A film", "Text", "A film"),
        ("1 < 2 > 0", "Text", "1 ‹ 2 › 0"),
        ("", "\nThe first line\nand more", "The first line"),
        ("", "x" * 200, "x" * 100),
    ],
)
def test_the_title(server: YouTube, title: str, text: str, wanted: str) -> None:
    video.publish(connected(server), message(text, title=title), ())
    assert server.videos[FIRST.id]["snippet"]["title"] == wanted


def test_a_picture_is_the_thumbnail_and_the_playlist_gets_the_video(server: YouTube) -> None:
    remote = video.publish(connected(server, playlist=fake.PLAYLIST), message("Look", PICTURE, FILM), ())
    assert (server.videos[remote.id]["thumbnail"], server.playlist) == (PNG, [remote.id])


def test_the_first_comment_stands_below_the_video(server: YouTube) -> None:
    video.publish(connected(server), message(first_comment=COMMENT), ())
    assert server.comments == [(FIRST.id, "First <3")]


@pytest.mark.parametrize("method", ["thumbnails/set", "playlistItems", "commentThreads"])
def test_a_video_is_found_although_what_goes_with_it_is_refused(server: YouTube, method: str) -> None:
    session, wanted = connected(server, playlist=fake.PLAYLIST), message("Look", FILM, PICTURE, first_comment=COMMENT)
    server.fails[method] = Refusal(403, "forbidden", "You may not do that.")
    with pytest.raises(Unsure, match="You may not do that") as caught:
        video.publish(session, wanted, ())
    assert str(caught.value).startswith(f"{FIRST.url} is published")
    server.fails.clear()
    assert uploads.find(session, wanted) == FIRST


def test_a_project_without_audit_is_told_of() -> None:
    server = YouTube(is_audited=False)
    session = connected(server)
    with pytest.raises(Unsure, match="is private, and the post is public") as caught:
        video.publish(session, message(), ())
    assert "audited" in caught.value.hint
    assert uploads.find(session, message()) == FIRST
    assert video.publish(session, message("Mine", visibility=Visibility.PRIVATE), ()).id == "video000002"


def test_a_large_video_goes_up_in_pieces_and_little_memory(server: YouTube, tmp_path: Path) -> None:
    ranges: list[str] = []
    size = 5 * video.PIECE + 5

    def answer(request: httpx.Request) -> httpx.Response:
        """Counts the bytes of the pieces, and keeps none of them."""
        if request.method != "PUT":
            return server(request)
        assert isinstance(request.stream, httpx.SyncByteStream)
        length = sum(len(piece) for piece in request.stream)
        assert request.headers["Content-Length"] == str(length)
        ranges.append(request.headers["Content-Range"])
        end = int(ranges[-1].partition("-")[2].partition("/")[0])
        if end + 1 < size:
            return httpx.Response(308, headers={"Range": f"bytes=0-{end}"})
        return httpx.Response(200, json={"id": FIRST.id})

    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        file.truncate(size)
    session = channels.connect(http.client(Unread(answer)), access())
    tracemalloc.start()
    remote = video.publish(session, replace(message(), files=(Upload(path, size, "video/mp4"),)), ())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (remote, len(ranges)) == (FIRST, 6)
    assert ranges[-1] == f"bytes {size - 5}-{size - 1}/{size}"
    assert peak < 8_000_000, peak


# ── what breaks off ─────────────────────────────────────────────────────────────────────────────────────────


def test_it_goes_on_from_what_has_arrived(server: YouTube, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "PIECE", 2 * STEP)
    server.takes = STEP
    data = bytes(range(256)) * 3_000
    assert video.publish(connected(server), message(data=data), ()) == FIRST
    assert server.videos[FIRST.id]["data"] == data


@pytest.mark.parametrize("fault", [503, 500, httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ConnectError])
@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_piece_whose_answer_is_lost_makes_one_video(
    server: YouTube, monkeypatch: pytest.MonkeyPatch, fault: Any, taken: bool, place: int
) -> None:
    monkeypatch.setattr(video, "PIECE", STEP)
    flaky = Flaky(server, fault, taken, place)
    data = bytes(range(256)) * 3_000  # three pieces
    assert video.publish(connected(flaky), message(data=data), ()) == FIRST
    assert [each["data"] for each in server.videos.values()] == [data]


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_after_a_kill_there_is_never_a_second_video(
    server: YouTube, monkeypatch: pytest.MonkeyPatch, taken: bool, place: int
) -> None:
    monkeypatch.setattr(video, "PIECE", STEP)
    wanted = message(data=bytes(range(256)) * 3_000)
    with pytest.raises(KeyboardInterrupt):
        video.publish(connected(Flaky(server, KeyboardInterrupt, taken, place)), wanted, ())
    session = connected(server)  # the next run knows of no session
    remote = uploads.find(session, wanted)
    assert (remote is not None) == (taken and place == 3)
    assert (remote or video.publish(session, wanted, ())) == FIRST
    assert server.posts == ["Watch this"]


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_piece_that_arrives_after_the_question_is_not_refused_for_good(
    server: YouTube, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """Its request seemed lost, and was on its way: the same piece is then not the next one any more."""
    monkeypatch.setattr(video, "PIECE", STEP)
    late, pieces = list[httpx.Request](), list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        written = request.headers.get("Content-Range", "bytes */")
        if written.startswith("bytes */"):
            response = server(request)
            while late:
                server(late.pop())
            return response
        request.read()
        pieces.append(written)
        if len(pieces) == place:
            late.append(request)
            raise httpx.ReadTimeout("")
        return server(request)

    assert video.publish(connected(answer), message(data=bytes(range(256)) * 3_000), ()) == FIRST
    assert server.posts == ["Watch this"]
    assert len(pieces) == 4  # three, and the one that was refused


@pytest.mark.parametrize("status", [404, 410])
def test_a_session_that_is_gone_begins_anew_where_no_video_can_be(
    server: YouTube, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(video, "PIECE", STEP)
    for place, kind in ((1, Gone), (3, Unsure)):
        flaky = Flaky(server, status, False, place, every=True)
        with pytest.raises(kind) as caught:
            video.publish(connected(flaky), message(data=bytes(range(256)) * 3_000), ())
        assert type(caught.value) is kind
    assert server.posts == []


def test_a_run_that_ends_while_it_waits_does_not_take_a_lost_answer_for_a_no(server: YouTube) -> None:
    def ends(seconds: float) -> None:
        raise NotSent("The run ended.")

    flaky = Flaky(server, httpx.ReadTimeout, True, 1)
    session = channels.connect(http.client(transport(flaky)), replace(access(), pause=ends))
    with pytest.raises(Unsure):
        video.publish(session, message(), ())
    assert server.posts == ["Watch this"]


@pytest.mark.parametrize("address", ["", "https://evil.example/x?upload_id=1", "http://www.googleapis.com/x", "::"])
def test_a_video_goes_to_google_alone(server: YouTube, address: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.method != "PUT"
        posted = httpx.Response(200, headers={"Location": address} if address else {})
        return posted if request.method == "POST" else server(request)

    session = channels.connect(http.client(httpx.MockTransport(answer)), access())
    with pytest.raises(NotSent) as caught:
        video.publish(session, message(), ())
    assert "evil" not in str(caught.value)


# ── looking, deleting ───────────────────────────────────────────────────────────────────────────────────────


def test_a_video_is_found_by_title_and_description(server: YouTube) -> None:
    session, wanted = connected(server), message("One\n\nTwo")
    assert uploads.find(session, wanted) is None
    remote = video.publish(session, wanted, ())
    server.videos[remote.id]["snippet"]["description"] = "One\r\n\r\nTwo\r\n"
    assert uploads.find(session, wanted) == remote
    with pytest.raises(Unsure, match=FIRST.url.replace("?", r"\?")):
        uploads.find(session, message("One\n\nTwo", title="Another"))
    assert uploads.find(session, replace(message("Other"), known=frozenset({remote.url}))) is None
    assert uploads.find(session, replace(wanted, written=NOON.timestamp() + 86_400)) is None


def test_it_is_found_behind_many_and_nobody_says_no_behind_too_many(server: YouTube) -> None:
    session = connected(server)
    wanted = message()
    remote = video.publish(session, wanted, ())
    for number in range(60):
        video.publish(session, message(f"Film {number}"), ())
    assert uploads.find(session, wanted) == remote
    for number in range(500):
        server.publish({"snippet": {"title": "x", "description": str(number)}, "status": {}}, b"")
    with pytest.raises(Unsure, match="too many"):
        uploads.find(session, wanted)


LIST = {"kind": "youtube#playlistItemListResponse"}


@pytest.mark.parametrize(
    "body",
    [[], {}, {"items": []}, LIST | {"items": 7}, LIST | {"items": [{}]}, LIST | {"items": [{"snippet": {"title": 7}}]}],
)
def test_an_odd_list_is_no_answer(server: YouTube, body: Any) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=body) if "playlistItems" in request.url.path else server(request)

    session = channels.connect(http.client(httpx.MockTransport(answer)), access())
    with pytest.raises(NotSent):
        uploads.find(session, message())


def test_a_list_that_is_nowhere_is_no_answer_unless_youtube_says_so(server: YouTube) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, json={}) if "playlistItems" in request.url.path else server(request)

    with pytest.raises(NotSent):
        uploads.find(channels.connect(http.client(httpx.MockTransport(answer)), access()), message())


def test_a_video_that_a_person_settled_is_deleted_by_its_address(server: YouTube) -> None:
    session = connected(server)
    remote = video.publish(session, message(), ())
    video.delete(session, Receipt(0, "", f"https://youtu.be/{remote.id}?t=3", NOON))
    assert server.posts == []
    with pytest.raises(Rejected, match="not a video on YouTube"):
        video.delete(session, Receipt(0, "", "https://example.org/film", NOON))


@pytest.mark.parametrize(
    "address",
    [
        "video000001",
        "https://www.youtube.com/watch?v=video000001",
        "https://m.youtube.com/watch?list=PL1&v=video000001&t=3s",
        "https://youtube.com/shorts/video000001?feature=share",
        "https://youtu.be/video000001",
        "https://studio.youtube.com/video/video000001/edit",
    ],
)
def test_the_address_of_a_video(address: str) -> None:
    assert video_id(address) == "video000001"
    assert video_id(address.replace("video000001", "short")) == ""


# ── who we are ──────────────────────────────────────────────────────────────────────────────────────────────


def test_who_we_are_and_whether_long_videos_may_be_uploaded(server: YouTube) -> None:
    assert channels.verify(connected(server)) == Standing(
        "“Team” (@team) on YouTube", ("upload", "upload over 15 minutes")
    )
    server.long_uploads = "eligible"
    standing = channels.verify(connected(server))
    assert standing.may == ("upload",)
    assert "no videos over 15 minutes" in standing.who


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"channel": "UCother"}, "the plan says UCother"),
        ({"category": "Film"}, "not a number"),
        ({"made_for_kids": "perhaps"}, "neither true nor false"),
        ({"playlist": "PLother"}, "not one of its channel"),
        ({"playlist": "PLnowhere"}, "not one of its channel"),
    ],
)
def test_what_cannot_work_is_said_at_the_door(server: YouTube, options: dict[str, str], why: str) -> None:
    with pytest.raises(Denied, match=why) as caught:
        connected(server, **options)
    assert caught.value.hint


@pytest.mark.parametrize("channel", [fake.CHANNEL, "@team", "@Team"])
def test_the_channel_that_the_plan_names(server: YouTube, channel: str) -> None:
    assert connected(server, channel=channel).id == fake.CHANNEL


@pytest.mark.parametrize("change", [{"channels": 0}, {"is_linked": False}])
def test_an_account_without_a_channel(change: dict[str, Any]) -> None:
    with pytest.raises(Denied, match="This Google account has no YouTube channel") as caught:
        connected(YouTube(**change))
    assert "create_channel" in caught.value.hint


def test_a_token_that_is_not_known(server: YouTube) -> None:
    server.token = "ya29.other"
    with pytest.raises(Denied, match=r"Invalid Credentials \(authError\)") as caught:
        connected(server)
    assert "cmflow connect" in caught.value.hint


# ── what check says ─────────────────────────────────────────────────────────────────────────────────────────


def checked(**changes: Any) -> tuple[Problem, ...]:
    """What check finds in a post for YouTube."""
    fields = {"title": "A film", "media": (FILM,)} | changes
    post = Post("a", "content/posts/a.md", date=NOON, accounts=("team",), body=fields.pop("body", "Text"), **fields)
    account = access().account
    plan = Plan("cmflow", "Europe/Paris", "en", (account,))
    film, picture = Facts("video", "video/mp4", 640, 360, 1, 9_000, 61.5), Facts("image", "image/png", 9, 9, 1, 1_000)
    facts: dict[str, Facts | str] = {media.path: picture if "png" in media.path else film for media in post.media}
    templates = Templates({"templates/networks/post.md.j2": "{{ text }}"})
    variant = render.variant(post, account, plan, network.limits, templates, {})
    return lint.variant(post, variant, account, plan, network.limits, facts)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"media": (FILM, PICTURE)}, []),
        ({"visibility": Visibility.UNLISTED}, []),
        ({"media": ()}, ["media-needed"]),
        ({"media": (PICTURE,)}, ["media-needed"]),
        ({"media": (FILM, Media("b.mp4"))}, ["media-too-many"]),
        ({"media": (FILM, PICTURE, Media("b.png", "x"))}, ["media-too-many"]),
        ({"title": ""}, ["title-needed"]),
        ({"title": "x" * 101}, ["title-too-long"]),
        ({"body": "é" * 2_501}, ["text-too-long"]),
        ({"body": "One\n\n---\n\nTwo"}, ["thread-joined"]),
        ({"poll": Poll(("Yes", "No"))}, ["not-supported"]),
        ({"quote": FIRST.url}, ["cannot-refer"]),
        ({"repost": FIRST.url}, ["cannot-refer"]),
        ({"reply_to": FIRST.url}, ["cannot-refer"]),
        ({"visibility": Visibility.FOLLOWERS}, ["would-be-public"]),
    ],
)
def test_check_says_what_youtube_cannot(changes: dict[str, Any], codes: list[str]) -> None:
    assert [problem.code for problem in checked(**changes)] == codes


def test_check_names_the_audiences_that_there_are() -> None:
    (problem,) = checked(visibility=Visibility.FOLLOWERS)
    assert problem.message == (
        "The post is for “followers” only, and this network can show it as public, unlisted, private only."
    )


# ── every kind of no ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (message("x", PICTURE), "has no video"),
        (replace(message(), variant=replace(message().variant, parts=(BARE,)), files=()), "has no video"),
        (message("x", FILM, Media("b.mp4")), "has one file"),
        (message("x", FILM, PICTURE, Media("b.png")), "has one file"),
        (message("x", FILM, Media("a.gif")), "has one file"),
        (message(data=b""), "film.mp4 is empty"),
        (message("", title=""), "no title"),
        (message(visibility=Visibility.FOLLOWERS), "followers only"),
        (
            message(visibility=Visibility.PRIVATE, first_comment=COMMENT),
            "a first comment together with private visibility",
        ),
        (message(reply_to=FIRST.url), "cannot answer"),
        (message(quote=FIRST.url), "cannot answer"),
        (message(repost=FIRST.url), "cannot answer"),
    ],
)
def test_what_cannot_be_published_is_said_before_anything_is_sent(server: YouTube, wrong: Outgoing, why: str) -> None:
    with pytest.raises(Rejected, match=why) as caught:
        video.publish(connected(server), wrong, ())
    assert caught.value.hint
    assert server.submissions == {}


@pytest.mark.parametrize(
    ("status", "reason", "kind", "hint"),
    [
        (401, "authError", Denied, "cmflow connect"),
        (401, "youtubeSignupRequired", Denied, "create_channel"),
        (403, "forbidden", Denied, "youtube.upload"),
        (403, "insufficientPermissions", Denied, "youtube.upload"),
        (403, "accessNotConfigured", Denied, "Enable"),
        (400, "invalidCategoryId", Denied, "`category`"),
        (400, "invalidTitle", Rejected, "`title:`"),
        (400, "invalidDescription", Rejected, "text"),
        (400, "invalidTags", Rejected, "`tags:`"),
        (400, "aNewOne", Rejected, "Change the post."),
        (403, "aNewOne", Denied, "cmflow connect"),
        (500, "backendError", NotSent, "will retry"),
    ],
)
def test_a_refusal_says_whom_it_concerns(
    server: YouTube, status: int, reason: str, kind: type[DeliveryError], hint: str
) -> None:
    session = connected(server)
    server.fails["videos"] = Refusal(status, reason)
    with pytest.raises(kind) as caught:
        video.publish(session, message(), ())
    assert type(caught.value) is kind
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("now", "reason", "at"),
    [
        (datetime(2026, 12, 1, 12, tzinfo=UTC), "quotaExceeded", datetime(2026, 12, 2, 8, tzinfo=UTC)),
        (datetime(2026, 12, 1, 7, tzinfo=UTC), "quotaExceeded", datetime(2026, 12, 1, 8, tzinfo=UTC)),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), "dailyLimitExceeded", datetime(2026, 7, 2, 7, tzinfo=UTC)),
        (datetime(2026, 12, 1, 12, tzinfo=UTC), "uploadLimitExceeded", datetime(2026, 12, 2, 12, tzinfo=UTC)),
        (datetime(2026, 12, 1, 12, tzinfo=UTC), "rateLimitExceeded", None),
    ],
)
def test_too_much_says_when_to_try_again(server: YouTube, now: datetime, reason: str, at: datetime | None) -> None:
    session, server.now = connected(server), now
    server.fails["videos"] = Refusal(403, reason)
    with pytest.raises(Throttled) as caught:
        video.publish(session, message(), ())
    assert caught.value.retry_at == at


def test_the_quota_of_a_day_ends(server: YouTube) -> None:
    session, server.quota = connected(server), 60
    video.publish(session, message(), ())
    with pytest.raises(Throttled, match="quotaExceeded") as caught:
        video.publish(session, message("Another"), ())
    assert caught.value.retry_at == NOON + timedelta(hours=20)


def test_the_newer_form_of_a_refusal_is_understood(server: YouTube) -> None:
    error = {
        "code": 403,
        "message": "Request had insufficient authentication scopes.",
        "errors": [{"domain": "global", "reason": "forbidden", "message": "Insufficient Permission"}],
        "status": "PERMISSION_DENIED",
        "details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "domain": "googleapis.com"}],
    }
    with pytest.raises(Denied, match="insufficient authentication scopes") as caught:
        connected(lambda request: httpx.Response(403, json={"error": error}))
    assert "youtube.force-ssl" in caught.value.hint


# ── servers that fail ───────────────────────────────────────────────────────────────────────────────────────


class Flaky:
    """What happens to one piece (the first is 1), or with `every` to all after it: `taken`, the server has it."""

    def __init__(self, server: YouTube, fault: Any, taken: bool, place: int, every: bool = False) -> None:
        self.server, self.fault, self.taken, self.place, self.every = server, fault, taken, place, every
        self.pieces, self.is_over = 0, False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method != "PUT":
            return self.server(request)
        self.pieces += not request.headers["Content-Range"].startswith("bytes */")
        if self.pieces < self.place or self.is_over:
            return self.server(request)
        self.is_over = not self.every
        if self.taken and self.fault is not httpx.ConnectError:
            self.server(request)
        if isinstance(self.fault, int):
            return httpx.Response(self.fault)
        raise self.fault("")


class Unread(httpx.BaseTransport):
    """A transport that leaves it to the handler to read what is sent."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.handler(request)


# ── subtitles, and a video that becomes public later ────────────────────────────────────────────────────────

SPOKEN = Media("content/media/film.mp4", subtitles=(Subtitles("a.srt", "en"), Subtitles("a.fr.vtt", "fr")))
ATTACHED = (("a.srt", Upload.of(SUBRIP)), ("a.fr.vtt", Upload.of(WEBVTT)))


def test_each_language_is_a_track_of_its_own(server: YouTube) -> None:
    assert video.publish(connected(server), replace(message("Look", SPOKEN), attached=ATTACHED), ()) == FIRST
    assert server.captions == {(FIRST.id, "en"): SUBRIP, (FIRST.id, "fr"): WEBVTT}


def test_a_track_that_is_refused_does_not_hide_the_video(server: YouTube) -> None:
    server.fails["captions"] = Refusal(409, "captionExists", "The video has such a track.", "youtube.caption")
    with pytest.raises(Unsure) as caught:
        video.publish(connected(server), replace(message("Look", SPOKEN), attached=ATTACHED), ())
    assert str(caught.value) == (
        f"{FIRST.url} is published, but not everything that goes with it. "
        "YouTube answers 409: The video has such a track. (captionExists)"
    )


@pytest.mark.parametrize(
    ("visibility", "status"),
    [
        (Visibility.PUBLIC, {"privacyStatus": "private", "publishAt": "2026-12-01T12:30:00Z"}),
        (Visibility.UNLISTED, {"privacyStatus": "unlisted"}),
    ],
)
def test_a_public_video_may_become_public_later(
    server: YouTube, visibility: Visibility, status: dict[str, str]
) -> None:
    client = http.client(transport(server))
    session = channels.connect(client, replace(access(public_after="30"), clock=NOON.timestamp))
    assert video.publish(session, message(visibility=visibility), ()) == FIRST
    kept = {"selfDeclaredMadeForKids": False, "uploadStatus": "uploaded", **status}
    assert server.videos[FIRST.id]["status"] == kept


@pytest.mark.parametrize("written", ["soon", "-5", "99999", "1.5"])
def test_when_it_becomes_public_is_a_number_of_minutes(server: YouTube, written: str) -> None:
    with pytest.raises(Denied, match=r"^`public_after` of team is not a number of minutes, 1,440 at most\.$"):
        connected(server, public_after=written)


def test_who_waits_has_no_first_comment_and_check_says_so(server: YouTube) -> None:
    with pytest.raises(
        Rejected, match=r"^YouTube does not accept a post with a video together with a first comment\.$"
    ):
        video.publish(connected(server, public_after="30"), message(first_comment=COMMENT), ())
    assert server.videos == {}
    limits = narrow(access(public_after="30").account, network.limits)
    assert [(clash.first, clash.second) for clash in clashes(limits, {"video": 1, "comment": 1})] == [
        ("video", "comment")
    ]
