"""X: against a strict server in memory, held to X's own description; and every kind of no."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import httpx
import pytest

from cmflow.content.media.subtitles import SRT, VTT
from cmflow.model import Account, Contact, Media, Part, Poll, Receipt, Remote, Subtitles, Text, Variant
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.model.money import Money
from cmflow.netkit import http
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.upload import Upload
from cmflow.networks import x
from cmflow.networks.x import files as uploads
from cmflow.networks.x import post as posting
from cmflow.networks.x import timeline
from cmflow.networks.x.call import X as Session
from cmflow.render import cost
from cmflow.sandbox.fakes.x import TOKEN, X
from tests.content.media.test_subtitles import SUBRIP, WEBVTT
from tests.networks import contract, faults, openapi, spec
from tests.networks.contract import NOON, PNG, Place

ACCESS = Access(Account("team", "x"), (("access_token", TOKEN),))
Handler = Callable[[httpx.Request], httpx.Response]


def transport(handler: Handler) -> spec.Checked:
    return spec.Checked(spec.of(openapi.x), handler)


def connected(handler: Handler, access: Access = ACCESS) -> Session:
    return posting.connect(http.client(transport(handler)), access)


class TestX(
    contract.Publish,
    contract.Find,
    contract.Delete,
    contract.Verify,
    contract.Metrics,
    contract.Denies,
    contract.Inbox,
    contract.FindReply,
    contract.Hide,
):
    network = x.network
    contacts = (Contact.COMMENT, Contact.MENTION, Contact.QUOTE, Contact.DIRECT)
    edits = False  # of these is a test of its own: the time of an edited post is that of the edit
    figures: ClassVar = {
        "impression_count": 120,
        "like_count": 5,
        "reply_count": 4,
        "retweet_count": 2,
        "quote_count": 1,
        "bookmark_count": 3,
        "url_link_clicks": 9,
        "user_profile_clicks": 6,
    }
    crowd: ClassVar = {"followers_count": 812, "following_count": 40, "tweet_count": 990, "listed_count": 7}

    @pytest.fixture
    def server(self) -> X:
        return X()

    @pytest.fixture
    def place(self, server: X) -> Place:
        return Place(replace(ACCESS, clock=NOON.timestamp), lambda: server.posts, transport(server))

    @pytest.fixture
    def audience(self, server: X) -> X:
        self.people = server
        return server

    def hidden(self) -> list[str]:
        return self.people.hidden


class TestDirectMessages(contract.Inbox, contract.FindReply):
    network = x.network
    contacts = (Contact.DIRECT,)
    edits = deletes = False

    @pytest.fixture
    def audience(self) -> X:
        return X()

    @pytest.fixture
    def place(self, audience: X) -> Place:
        def own() -> list[str]:
            return [letter["text"] for letter in audience.letters if letter["sender_id"] == audience.user["id"]]

        return Place(ACCESS, own, transport(audience))


class TestFaults(faults.Faults):
    network = x.network
    access = ACCESS

    def fake(self) -> Handler:
        return X()

    def makes(self, request: httpx.Request) -> bool:
        return request.url.path == "/2/tweets"


def variant(*texts: str, media: tuple[Media, ...] = (), **changes: Any) -> Variant:
    parts = tuple(
        Part(Text(text), x.network.limits.form(Text(text)), media if not index else ())
        for index, text in enumerate(texts)
    )
    return Variant("hello", "team", "x", NOON, parts, **{"digest": "d" * 64, "language": "en"} | changes)


def outgoing(post: Variant, index: int = 0, files: tuple[Upload, ...] = (), **changes: Any) -> Outgoing:
    return Outgoing(post, index, f"k{index}", NOON.timestamp(), files, **changes)


def test_a_picture_goes_up_in_one_request_with_its_alt_text() -> None:
    server = X()
    post = variant("Look", media=(Media("content/media/a.png", "What it shows"),))
    remote = posting.publish(connected(server), outgoing(post, files=(Upload.of(PNG, "image/png"),)), ())
    assert remote == Remote("1002", "https://x.com/team/status/1002")
    (media,) = server.tweets["1002"]["media"]
    assert (media.mime, media.data, media.alt) == ("image/png", PNG, "What it shows")


def test_a_video_goes_up_in_segments_and_is_waited_for() -> None:
    server, pauses = X(processing=3), list[float]()
    video = bytes(range(256)) * 20_000  # 5.1 MB: two segments
    post = variant("Watch", media=(Media("content/media/a.mp4"),))
    session = connected(server, replace(ACCESS, pause=pauses.append))
    posting.publish(session, outgoing(post, files=(Upload.of(video, "video/mp4"),)), ())
    (media,) = server.media.values()
    assert (media.data, sorted(media.segments), pauses) == (video, [0, 1], [1, 2, 4])


def test_a_video_that_x_cannot_use_is_refused_before_the_post() -> None:
    server = X(fails=True)
    post = variant("Watch", media=(Media("content/media/a.mp4"),))
    with pytest.raises(Rejected, match=r"X cannot use content/media/a\.mp4\."):
        posting.publish(connected(server), outgoing(post, files=(Upload.of(b"mp4", "video/mp4"),)), ())
    assert server.posts == []


@pytest.mark.parametrize("path", ["/finalize", "/2/media/upload"])
def test_an_answer_that_is_cut_off_does_not_make_a_video_ready(path: str) -> None:
    server = X(processing=2)

    def answer(request: httpx.Request) -> httpx.Response:
        response = server(request)
        is_asked = request.url.path.endswith(path) and (request.method == "GET" or path == "/finalize")
        return httpx.Response(200, content=response.content[:9]) if is_asked else response

    session = posting.connect(http.client(httpx.MockTransport(answer)), ACCESS)
    message = outgoing(variant("Watch", media=(Media("content/media/a.mp4"),)), files=(Upload.of(b"mp4", "video/mp4"),))
    with pytest.raises(NotSent, match="cannot be read"):
        posting.publish(session, message, ())
    assert server.posts == []


def test_a_video_that_is_never_ready_is_not_sent() -> None:
    server, pauses = X(processing=10_000), list[float]()
    post = variant("Watch", media=(Media("content/media/a.mp4"),))
    with pytest.raises(NotSent, match=r"X is still processing content/media/a\.mp4\."):
        posting.publish(
            connected(server, replace(ACCESS, pause=pauses.append)),
            outgoing(post, files=(Upload.of(b"mp4", "video/mp4"),)),
            (),
        )
    assert (server.posts, sum(pauses)) == ([], sum(uploads.PAUSES))


def test_a_thread_a_poll_a_reply_and_a_quote() -> None:
    server = X()
    session = connected(server)
    poll = Poll(("Yes", "No"), timedelta(days=2))
    first = posting.publish(session, outgoing(variant("One", "Two", poll=poll)), ())
    receipt = Receipt(0, first.id, first.url, NOON)
    posting.publish(session, outgoing(variant("One", "Two", poll=poll), 1), (receipt,))
    posting.publish(session, outgoing(variant("An answer", reply_to="https://twitter.com/a/status/900?s=20")), ())
    posting.publish(session, outgoing(variant("See this", quote="https://x.com/a/status/901")), ())
    shown = [(tweet["written"], tweet["poll"], tweet["referenced_tweets"]) for tweet in server.tweets.values()]
    assert shown == [
        ("One", {"options": ["Yes", "No"], "duration_minutes": 2_880}, []),
        ("Two", None, [{"type": "replied_to", "id": first.id}]),
        ("An answer", None, [{"type": "replied_to", "id": "900"}]),
        ("See this", None, [{"type": "quoted", "id": "901"}]),
    ]


def test_a_repost_and_how_it_is_taken_back() -> None:
    server = X()
    session = connected(server)
    post = outgoing(variant("", repost="https://x.com/a/status/900"))
    remote = posting.publish(session, post, ())
    assert (posting.publish(session, post, ()), server.reposts, server.posts) == (remote, ["900"], [])
    with pytest.raises(Unsure):
        timeline.find(session, post)
    posting.delete(session, Receipt(0, remote.id, remote.url, NOON))
    assert server.reposts == []


@pytest.mark.parametrize("address", ["https://example.org/status/1", "900x", "https://x.com/team"])
def test_an_address_that_is_no_post(address: str) -> None:
    server = X()
    with pytest.raises(Rejected, match="is not the address of a post on X"):
        posting.publish(connected(server), outgoing(variant("Hello", quote=address)), ())
    assert server.posts == []


@pytest.mark.parametrize(
    "text",
    [
        "Read https://example.org/a?b=1&c=2 and example.com, <b> & more",
        "e\u0301 is é, 5 > 3 && 2 < 4",
        "https://example.org",
        "Only words",
    ],
)
@pytest.mark.parametrize("files", [(), (Upload.of(PNG, "image/png"),)])
def test_what_is_there_is_found_whatever_x_makes_of_links(text: str, files: tuple[Upload, ...]) -> None:
    server = X()
    session = connected(server)
    media = (Media("content/media/a.png"),) if files else ()
    post = outgoing(variant(text, media=media), files=files)
    assert timeline.find(session, post) is None
    remote = posting.publish(session, post, ())
    assert timeline.find(session, post) == remote


def test_a_post_that_nobody_knows_is_a_question_and_one_with_a_receipt_is_none() -> None:
    server = X()
    session = connected(server)
    remote = posting.publish(session, outgoing(variant("By hand")), ())
    with pytest.raises(Unsure, match=f"X shows posts of this account that cmflow does not know: {remote.url}"):
        timeline.find(session, outgoing(variant("Hello")))
    assert timeline.find(session, outgoing(variant("Hello"), known=frozenset({remote.id}))) is None


def test_too_many_posts_to_look_through_cannot_tell() -> None:
    server = X()
    session = connected(server)
    for number in range(timeline.PAGE * timeline.PAGES + 1):
        posting.publish(session, outgoing(variant(f"Number {number}")), ())
    with pytest.raises(Unsure, match="too many posts"):
        timeline.find(session, outgoing(variant("Hello"), known=frozenset(server.tweets)))


def test_a_part_is_found_below_its_own_thread_only() -> None:
    server = X()
    session = connected(server)
    other = posting.publish(session, outgoing(variant("Another thread")), ())
    below = posting.publish(session, outgoing(variant("One", "Two"), 1), (Receipt(0, other.id, other.url, NOON),))
    known = frozenset({other.id})
    assert timeline.find(session, outgoing(variant("One", "Two"), 1, known=known, below=other.id)) == below
    with pytest.raises(Unsure):
        timeline.find(session, outgoing(variant("One", "Two"), 1, known=known, below="900"))


@pytest.mark.parametrize("scopes", [(), ("users.read", "tweet.write", "tweet.read")])
def test_who_we_are_and_what_x_said_that_we_may_do(scopes: tuple[str, ...]) -> None:
    session = connected(X(), replace(ACCESS, scopes=scopes))
    assert posting.verify(session) == Standing("@team on X", tuple(sorted(scopes)))


def test_a_token_that_may_only_read_is_denied_before_the_day() -> None:
    with pytest.raises(Denied, match=r"The token of @team on X may only tweet\.read, users\.read") as caught:
        posting.verify(connected(X(), replace(ACCESS, scopes=("users.read", "tweet.read"))))
    assert caught.value.hint == "Let the app “Read and write” in X's developer portal, then: cmflow connect ACCOUNT"


@pytest.mark.parametrize("handle", ["team", "@Team"])
def test_the_account_that_the_plan_names(handle: str) -> None:
    access = replace(ACCESS, account=Account("team", "x", options=(("handle", handle),)))
    assert connected(X(), access).username == "team"


def test_a_token_of_another_account_is_denied_before_anything_is_sent() -> None:
    access = replace(ACCESS, account=Account("team", "x", options=(("handle", "harbour"),)))
    with pytest.raises(Denied, match="The token of team is for @team, and the plan says @harbour"):
        connected(X(), access)


@pytest.mark.parametrize(
    ("text", "amount"), [("Hello", "0.015"), ("See https://example.org", "0.20"), ("See example.org", "0.20")]
)
def test_what_a_part_costs(text: str, amount: str) -> None:
    price = cost.price(x.network.limits, variant(text).parts[0])
    assert price and price.money == Money(Decimal(amount), "USD")


# ── no ──────────────────────────────────────────────────────────────────────────────────────────────────────


def failing(server: X, answer: httpx.Response | Exception, after: bool = False) -> Handler:
    """The server, but for posts: they are answered so; with `after`, once they are published."""

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/2/tweets":
            return server(request)
        if after:
            server(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handler


def problem(code: int, detail: str, **headers: str) -> httpx.Response:
    body = {"type": "about:blank", "title": "No", "detail": detail, "status": code}
    return httpx.Response(code, json=body, headers={"Date": "Tue, 01 Dec 2026 12:00:00 GMT", **headers})


NOES: list[tuple[httpx.Response | Exception, type[DeliveryError], str]] = [
    (problem(403, "You are not allowed to create a Tweet with duplicate content."), Rejected, "duplicate content"),
    (problem(403, "Your client app is not configured with the appropriate oauth1 app permissions"), Rejected, "403"),
    (problem(401, "Unauthorized"), Denied, "401"),
    (problem(429, "Too Many Requests"), Throttled, "429"),
    (problem(503, "Service Unavailable"), Unsure, "503"),
    (httpx.ConnectTimeout("slow"), NotSent, "cannot be reached"),
    (httpx.ReadTimeout("slow"), Unsure, "no clear answer"),
    (httpx.Response(201, json={"data": {}}), Unsure, "cannot be read"),
    (httpx.Response(201, html="<p>Hello</p>"), Unsure, "cannot be read"),
    (httpx.Response(302, headers={"Location": "https://evil.example/"}), Denied, "302"),
]


@pytest.mark.parametrize(("answer", "error", "words"), NOES)
def test_every_no_says_what_it_means(
    answer: httpx.Response | Exception, error: type[DeliveryError], words: str
) -> None:
    session = posting.connect(http.client(httpx.MockTransport(failing(X(), answer))), ACCESS)
    with pytest.raises(error, match=words) as caught:
        posting.publish(session, outgoing(variant("Hello")), ())
    assert type(caught.value) is error
    assert TOKEN not in f"{caught.value} {caught.value.hint}"


def test_x_says_when_to_come_back() -> None:
    reset = datetime(2026, 12, 1, 12, 10, tzinfo=UTC)
    headers = {
        "x-rate-limit-limit": "100",
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": f"{reset.timestamp():.0f}",
    }
    session = posting.connect(
        http.client(httpx.MockTransport(failing(X(), problem(429, "Too Many Requests", **headers)))), ACCESS
    )
    with pytest.raises(Throttled) as caught:
        posting.publish(session, outgoing(variant("Hello")), ())
    assert caught.value.retry_at == reset


def test_a_post_whose_answer_was_lost_is_found() -> None:
    server = X()
    session = posting.connect(
        http.client(httpx.MockTransport(failing(server, httpx.ReadTimeout("slow"), after=True))), ACCESS
    )
    post = outgoing(variant("Hello"))
    with pytest.raises(Unsure):
        posting.publish(session, post, ())
    assert timeline.find(session, post) == Remote("1001", "https://x.com/team/status/1001")


# ── subtitles ───────────────────────────────────────────────────────────────────────────────────────────────


def test_subtitles_belong_to_their_video_by_language() -> None:
    server = X()
    spoken = (Subtitles("a.srt", "en"), Subtitles("a.fr.vtt", "fr-CA"))
    post = variant("Watch", media=(Media("content/media/a.mp4", subtitles=spoken),))
    attached = (("a.srt", Upload.of(SUBRIP, SRT)), ("a.fr.vtt", Upload.of(WEBVTT, VTT)))
    message = outgoing(post, files=(Upload.of(PNG, "video/mp4"),), attached=attached)
    posting.publish(connected(server), message, ())
    (tweet,) = server.tweets.values()
    (film,) = tweet["media"]
    assert film.subtitles == {"EN": ("English", SUBRIP), "FR": ("French (Canada)", WEBVTT)}


def test_subtitles_of_a_file_that_is_no_video_are_not_sent() -> None:
    """A picture may be called .mp4: `check` says that its subtitles are not sent."""
    server = X()
    picture = Media("content/media/a.mp4", "A picture", subtitles=(Subtitles("a.srt", "en"),))
    attached = (("a.srt", Upload.of(SUBRIP, SRT)),)
    message = outgoing(variant("Look", media=(picture,)), files=(Upload.of(PNG, "image/png"),), attached=attached)
    posting.publish(connected(server), message, ())
    (tweet,) = server.tweets.values()
    assert [(file.mime, file.subtitles) for file in tweet["media"]] == [("image/png", {})]


def test_subtitles_that_are_refused_mean_that_nothing_is_sent() -> None:
    server = X()

    def refusing(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/2/media/subtitles":
            return server(request)
        body = {"type": "about:blank", "title": "Invalid Request", "status": 400, "detail": "No subtitles."}
        return httpx.Response(400, json=body)

    post = variant("Watch", media=(Media("content/media/a.mp4", subtitles=(Subtitles("a.srt", "en"),)),))
    message = outgoing(post, files=(Upload.of(PNG, "video/mp4"),), attached=(("a.srt", Upload.of(SUBRIP, SRT)),))
    with pytest.raises(Rejected, match="No subtitles"):
        posting.publish(connected(refusing), message, ())
    assert server.tweets == {}


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("unsupported-authentication", "It is the token of an app, which posts for no one: cmflow connect ACCOUNT"),
        ("oauth1-permissions", "Let the app “Read and write” in X's developer portal, then: cmflow connect ACCOUNT"),
        ("client-forbidden", "Let the app “Read and write” in X's developer portal, then: cmflow connect ACCOUNT"),
    ],
)
def test_a_token_of_the_wrong_kind_is_denied_at_once(kind: str, hint: str) -> None:
    body = {"title": "No", "detail": "Forbidden here.", "status": 403, "type": f"https://api.x.com/2/problems/{kind}"}
    client = http.client(httpx.MockTransport(lambda request: httpx.Response(403, json=body)))
    with pytest.raises(Denied) as caught:
        posting.connect(client, ACCESS)
    assert (str(caught.value), caught.value.hint) == ("X answers 403: Forbidden here.", hint)
