"""What Bluesky shows with a text: the card of a link with its picture, a gallery, a video with subtitles."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from cmflow.content.media.subtitles import written
from cmflow.model import Account, Card, Media, Subtitles
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled
from cmflow.netkit import http
from cmflow.netkit.atproto import Session
from cmflow.netkit.network import Access, Outgoing
from cmflow.netkit.upload import Upload
from cmflow.networks.bluesky import account, post
from cmflow.sandbox.fakes.bluesky import ME, PASSWORD, Bluesky, failed
from tests.content.media.test_subtitles import SUBRIP
from tests.networks import spec
from tests.networks.contract import PNG
from tests.networks.lexicons import Lexicons
from tests.networks.spec import Checked
from tests.networks.test_bluesky import message, mp4, part, picture, record

HOME = "https://pds.example.org"
LINK = "https://www.example.org/a?b"
NOW = 1_796_126_400.0


@pytest.fixture
def server() -> Bluesky:
    return Bluesky(home=HOME)


@pytest.fixture
def transport(server: Bluesky) -> Checked:
    return Checked(spec.of(Lexicons), server)


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def session(transport: Checked, pauses: list[float]) -> Session:
    plan = Account("team", "bluesky", options=(("handle", "cmflow.test"), ("service", "https://bsky.example.org")))
    access = Access(plan, (("app_password", PASSWORD),), pause=pauses.append, clock=lambda: NOW)
    return account.connect(http.client(transport), access)


# ── the card of a link ──────────────────────────────────────────────────────────────────────────────────────


def test_a_card_shows_title_sentence_and_picture(server: Bluesky, session: Session) -> None:
    card = Card("A page", "About it.\n", Media("content/media/card.png"))
    attached = (("content/media/card.png", Upload.of(PNG, "image/png")),)
    sent = replace(message(part("Hello"), link=LINK, card=card), attached=attached)
    external = record(session, server, sent)["embed"]["external"]
    thumb = external.pop("thumb")
    assert external == {"uri": LINK, "title": "A page", "description": "About it."}
    assert server.blobs[thumb["ref"]["$link"]] == ("image/png", PNG)


def test_a_card_without_a_title_names_the_host(server: Bluesky, session: Session) -> None:
    sent = message(part("Hello"), link=LINK, card=Card(description="About it."))
    external = record(session, server, sent)["embed"]["external"]
    assert external == {"uri": LINK, "title": "example.org", "description": "About it."}


# ── pictures ────────────────────────────────────────────────────────────────────────────────────────────────


def test_more_than_four_pictures_are_a_gallery(server: Bluesky, session: Session) -> None:
    media = tuple(Media(f"{number}.jpg", f"Picture {number}") for number in range(5))
    files = tuple(picture("JPEG") for _ in media)
    four = record(session, server, message(part("", media=media[:4]), files=files[:4]))
    five = record(session, server, message(part("", media=media), files=files, key="l"))
    assert (four["embed"]["$type"], len(four["embed"]["images"])) == ("app.bsky.embed.images", 4)
    items = five["embed"]["items"]
    assert five["embed"]["$type"] == "app.bsky.embed.gallery"
    assert [(item["$type"], item["alt"]) for item in items] == [
        ("app.bsky.embed.gallery#image", f"Picture {number}") for number in range(5)
    ]


# ── videos ──────────────────────────────────────────────────────────────────────────────────────────────────

FILM = Media("content/media/talk.mp4", "A talk", subtitles=(Subtitles("content/media/talk.fr.srt", "fr"),))


def film(**changes: Any) -> Outgoing:
    spoken = Upload.of(written(SUBRIP, "text/vtt"), "text/vtt")
    sent = message(part("Look", media=(FILM,)), files=(mp4(),), **changes)
    return replace(sent, attached=(("content/media/talk.fr.srt", spoken),))


def asked(transport: Checked) -> list[tuple[str, str, str]]:
    return [
        (request.method, request.url.host, request.url.path.removeprefix("/xrpc/")) for request in transport.requests
    ]


def test_a_video_is_made_ready_before_the_post(
    transport: Checked, server: Bluesky, session: Session, pauses: list[float]
) -> None:
    kept = record(session, server, film())
    assert asked(transport) == [
        ("POST", "bsky.example.org", "com.atproto.server.createSession"),
        ("POST", "bsky.example.org", "com.atproto.repo.uploadBlob"),
        ("GET", "bsky.example.org", "com.atproto.server.getServiceAuth"),
        ("POST", "video.bsky.app", "app.bsky.video.uploadVideo"),
        *[("GET", "video.bsky.app", "app.bsky.video.getJobStatus")] * 3,
        ("POST", "bsky.example.org", "com.atproto.repo.putRecord"),
    ]
    assert dict(transport.requests[2].url.params) == {
        "aud": "did:web:pds.example.org",
        "lxm": "com.atproto.repo.uploadBlob",
        "exp": str(int(NOW) + 1800),
    }
    upload = transport.requests[3]
    assert dict(upload.url.params) == {"did": ME, "name": "talk.mp4"}
    assert (upload.headers["content-length"], upload.content) == (str(len(mp4())), mp4())
    assert pauses == [1, 1, 2]
    (caption,) = kept["embed"].pop("captions")
    video = kept["embed"].pop("video")
    assert kept["embed"] == {
        "$type": "app.bsky.embed.video",
        "alt": "A talk",
        "aspectRatio": {"width": 640, "height": 360},
    }
    assert server.blobs[video["ref"]["$link"]] == ("video/mp4", b"made ready: " + mp4())
    assert (caption["lang"], server.blobs[caption["file"]["ref"]["$link"]]) == (
        "fr",
        ("text/vtt", written(SUBRIP, "text/vtt")),
    )


def test_no_token_of_the_account_goes_to_the_video_service(transport: Checked, session: Session) -> None:
    post.publish(session, film(), ())
    elsewhere = [request for request in transport.requests if request.url.host == "video.bsky.app"]
    assert [request.headers.get("authorization") for request in elsewhere] == ["Bearer service1", None, None, None]


def test_a_video_that_is_known_already_is_used_again(server: Bluesky, session: Session) -> None:
    first = record(session, server, film())
    again = record(session, server, film(key="l"))
    assert again["embed"] == first["embed"]


def test_from_a_server_on_this_machine_a_video_is_a_file(server: Bluesky, transport: Checked) -> None:
    server.home = "http://localhost:2583"
    plan = Account("team", "bluesky", options=(("handle", "cmflow.test"), ("service", "http://localhost:2583")))
    session = account.connect(http.client(transport), Access(plan, (("app_password", PASSWORD),)))
    video = record(session, server, film())["embed"]["video"]
    assert server.blobs[video["ref"]["$link"]] == ("video/mp4", mp4())


def test_a_large_video_is_read_from_the_disk_in_pieces(
    tmp_path: Path, transport: Checked, server: Bluesky, session: Session
) -> None:
    path = tmp_path / "talk.mp4"
    path.write_bytes(mp4())
    sent = message(part("", media=(Media("talk.mp4"),)))
    post.publish(session, replace(sent, files=(Upload(path, len(mp4()), "video/mp4"),)), ())
    assert transport.requests[2].headers["content-length"] == str(len(mp4()))


def job(**fields: Any) -> httpx.Response:
    return httpx.Response(200, json={"jobStatus": {"jobId": "j", "did": ME, **fields}})


@pytest.mark.parametrize(
    ("method", "answer", "kind", "message_"),
    [
        (
            "getJobStatus",
            job(state="JOB_STATE_FAILED", failureCode="validation_failure", message="Video too long"),
            Rejected,
            "Bluesky cannot use content/media/talk.mp4: Video too long",
        ),
        (
            "getJobStatus",
            job(state="JOB_STATE_FAILED", failureCode="generic_failure"),
            NotSent,
            "Bluesky cannot use content/media/talk.mp4.",
        ),
        (
            "uploadVideo",
            httpx.Response(200, json={"did": "", "error": "unconfirmed_email", "jobId": "", "state": ""}),
            Denied,
            "Bluesky cannot use content/media/talk.mp4: unconfirmed_email",
        ),
        ("uploadVideo", failed(429, "RateLimitExceeded"), Throttled, "Bluesky answers 429: RateLimitExceeded"),
        ("uploadVideo", failed(401, "AuthMissing", "bad token"), Denied, "Bluesky answers 401: bad token"),
        ("uploadVideo", httpx.Response(502), NotSent, "Bluesky has trouble (502)."),
        ("getServiceAuth", httpx.Response(200, json={}), NotSent, "Bluesky answers 200."),
        ("uploadVideo", httpx.Response(307, headers={"Location": "https://evil.example"}), Denied, "https://video"),
    ],
)
def test_a_video_that_is_not_ready_is_no_post(
    server: Bluesky, method: str, answer: httpx.Response, kind: type[DeliveryError], message_: str
) -> None:
    """The answers are the service's own, and not all as its lexicon says."""

    def service(request: httpx.Request) -> httpx.Response:
        return answer if request.url.path.endswith(f".{method}") else server(request)

    plan = Account("team", "bluesky", options=(("handle", "cmflow.test"),))
    access = Access(plan, (("app_password", PASSWORD),))
    session = account.connect(http.client(httpx.MockTransport(service)), access)
    with pytest.raises(kind, match=f"^{re.escape(message_)}") as caught:
        post.publish(session, film(), ())
    assert type(caught.value) is kind
    assert caught.value.hint
    assert server.records == {}


def test_a_video_that_stays_in_the_making_is_not_sent(server: Bluesky, session: Session, pauses: list[float]) -> None:
    server.jobs = {}
    original = server.job

    def making(name: str) -> dict[str, Any]:
        return {**original(name), "state": "JOB_STATE_ENCODING", "blob": None}

    def service(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("getJobStatus"):
            return server(request)
        status = {key: value for key, value in making(request.url.params["jobId"]).items() if value is not None}
        return httpx.Response(200, json={"jobStatus": status})

    session.http = http.client(httpx.MockTransport(service))
    with pytest.raises(NotSent, match=r"^Bluesky is still processing content/media/talk\.mp4\.$"):
        post.publish(session, film(), ())
    assert sum(pauses) == 280
    assert server.records == {}


def test_the_token_of_the_service_is_never_shown(server: Bluesky, session: Session) -> None:
    def service(request: httpx.Request) -> httpx.Response:
        if request.url.host == "video.bsky.app":
            return failed(400, "InvalidRequest", f"what is {json.dumps(request.headers['authorization'])}?")
        return server(request)

    session.http = http.client(httpx.MockTransport(service))
    with pytest.raises(Rejected, match=r"^Bluesky answers 400: what is \"Bearer …\"\?$"):
        post.publish(session, film(), ())
