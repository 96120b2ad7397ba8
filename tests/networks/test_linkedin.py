"""LinkedIn: a strict server in memory, for a person and an organisation, held to schemas of its documentation."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx
import pytest

from cmflow.model import Account, Card, Media, Part, Poll, Receipt, Remote, Text, Variant, Visibility
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import http
from cmflow.netkit import network as networks
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.upload import Upload
from cmflow.networks import linkedin
from cmflow.networks.linkedin import files, post, timeline
from cmflow.networks.linkedin.call import LinkedIn
from cmflow.render import formats, markdown
from cmflow.sandbox.fakes import linkedin as fake
from tests.networks import contract, faults, spec
from tests.networks.contract import NOON, PNG, Place
from tests.networks.linkedin_schemas import Schemas

Handler = Callable[[httpx.Request], httpx.Response]
PAGE = "https://www.linkedin.com/feed/update"
FIRST = "urn:li:share:7001"
DATE = {"Date": "Tue, 01 Dec 2026 12:00:00 GMT"}


def access(**options: str) -> Access:
    return Access(Account("team", "linkedin", options=tuple(options.items())), (("token", fake.TOKEN),))


PERSON, ORGANISATION = access(), access(organization="1000001")


def transport(handler: Handler) -> spec.Checked:
    return spec.Checked(Schemas(), handler)


def session(handler: Handler, whom: Access = ORGANISATION) -> LinkedIn:
    return post.connect(http.client(transport(handler)), whom)


class TestOrganisation(
    contract.Publish, contract.Find, contract.Delete, contract.Verify, contract.Metrics, contract.Denies
):
    network = linkedin.network
    figures: ClassVar = {
        "impressionCount": 120,
        "uniqueImpressionsCount": 90,
        "clickCount": 12,
        "likeCount": 5,
        "commentCount": 4,
        "shareCount": 2,
    }
    crowd: ClassVar = {"networkSizes": 812}

    @pytest.fixture
    def server(self) -> fake.LinkedIn:
        return fake.LinkedIn(scopes=fake.PAGE_SCOPES)

    @pytest.fixture
    def place(self, server: fake.LinkedIn) -> Place:
        return Place(ORGANISATION, lambda: server.posts, transport(server))


class TestPerson(contract.Publish, contract.Delete, contract.Verify, contract.Denies):
    network = linkedin.network

    @pytest.fixture
    def place(self) -> Place:
        server = fake.LinkedIn(scopes=fake.MEMBER_SCOPES)
        return Place(PERSON, lambda: server.posts, transport(server))


class TestFaults(faults.Faults):
    network = linkedin.network
    access = ORGANISATION

    def fake(self) -> Handler:
        return fake.LinkedIn()

    def makes(self, request: httpx.Request) -> bool:
        return request.url.path == "/rest/posts"


class TestFaultsOfPerson(TestFaults):
    access = PERSON


def variant(*texts: str, media: tuple[Media, ...] = (), **changes: Any) -> Variant:
    parsed = [markdown.parse(text) for text in texts]
    parts = tuple(Part(text, formats.little(text), media if not index else ()) for index, text in enumerate(parsed))
    return Variant("hello", "team", "linkedin", NOON, parts, **{"digest": "d" * 64, "language": "en"} | changes)


def outgoing(*texts: str, index: int = 0, media: tuple[str, ...] = (), data: bytes = PNG, **changes: Any) -> Outgoing:
    own = {name: changes.pop(name) for name in ("known", "ids", "below") if name in changes}
    files = tuple(Upload.of(data) for _ in media)
    made = variant(*texts, media=tuple(Media(path, "What it shows") for path in media), **changes)
    return Outgoing(made, index, f"k{index}", NOON.timestamp(), files, **own)


def receipt(urn: str, url: str = "") -> Receipt:
    return Receipt(0, urn, url, NOON)


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_of_an_organisation() -> None:
    server = fake.LinkedIn()
    checked = transport(server)
    signed_in = post.connect(http.client(checked), ORGANISATION)
    assert post.publish(signed_in, outgoing("Harbour (new) #Opening_Night"), ()) == Remote(FIRST, f"{PAGE}/{FIRST}/")
    (request,) = checked.requests
    assert str(request.url) == "https://api.linkedin.com/rest/posts"
    headers = {name: request.headers[name] for name in ("authorization", "linkedin-version", "content-type")}
    assert headers == {
        "authorization": f"Bearer {fake.TOKEN}",
        "linkedin-version": "202610",
        "content-type": "application/json",
    }
    assert json.loads(request.content) == {
        "author": fake.ORGANISATION,
        "commentary": r"Harbour \(new\) {hashtag|\#|Opening\_Night}",
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }


def test_a_person_posts_to_connections() -> None:
    server = fake.LinkedIn(scopes=fake.MEMBER_SCOPES)
    post.publish(session(server, PERSON), outgoing("Hello", visibility=Visibility.FOLLOWERS), ())
    (made,) = server.all
    assert (made["author"], made["visibility"]) == (fake.PERSON, "CONNECTIONS")


def test_an_unlisted_post_is_shown_like_any_other() -> None:
    server = fake.LinkedIn()
    post.publish(session(server), outgoing("Hello", visibility=Visibility.UNLISTED), ())
    (made,) = server.all
    assert made["visibility"] == "PUBLIC"


def test_an_organisation_has_no_connections() -> None:
    reach = [networks.limits(whom.account).visibility for whom in (PERSON, ORGANISATION)]
    assert reach == [(Visibility.PUBLIC, Visibility.FOLLOWERS), (Visibility.PUBLIC,)]


@pytest.mark.parametrize("version", ["202611", ""])
def test_the_version_is_that_of_the_plan(version: str) -> None:
    checked = transport(fake.LinkedIn())
    whom = access(organization="urn:li:organization:1000001", version=version)
    post.publish(post.connect(http.client(checked), whom), outgoing("Hello"), ())
    assert checked.requests[-1].headers["linkedin-version"] == (version or "202610")


def test_a_picture_goes_up_with_our_token_and_its_alt_text() -> None:
    server = fake.LinkedIn()
    checked = transport(server)
    post.publish(post.connect(http.client(checked), ORGANISATION), outgoing("Look", media=("a.png",)), ())
    (made,) = server.all
    assert made["content"] == {"media": {"id": "urn:li:image:7001", "altText": "What it shows"}}
    assert server.uploads == {"urn:li:image:7001": PNG}
    upload = checked.requests[1]
    assert (upload.url.host, upload.headers["authorization"]) == ("www.linkedin.com", f"Bearer {fake.TOKEN}")
    assert upload.headers["content-type"] == "image/png"
    assert "linkedin-version" not in upload.headers


def test_several_pictures_stand_in_one_post() -> None:
    server = fake.LinkedIn()
    post.publish(session(server), outgoing("Look", media=("a.png", "b.jpg", "c.gif")), ())
    (made,) = server.all
    images = [{"id": f"urn:li:image:{number}", "altText": "What it shows"} for number in (7001, 7002, 7003)]
    assert made["content"] == {"multiImage": {"images": images}}


def test_no_token_goes_to_another_server() -> None:
    """However much LinkedIn's answer asks for it."""
    server, hosts = fake.LinkedIn(), list[tuple[str, bool]]()

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append((request.url.host, "authorization" in request.headers))
        if request.url.host == "cdn.example":
            return httpx.Response(201)
        if request.url.path == "/rest/images":
            value = {"uploadUrl": "https://cdn.example/take", "image": "urn:li:image:1"}
            return httpx.Response(200, json={"value": value})
        return server(request)

    with pytest.raises(Rejected, match="is not available"):
        post.publish(session(answer), outgoing("Look", media=("a.png",)), ())
    assert hosts == [("api.linkedin.com", True), ("cdn.example", False), ("api.linkedin.com", True)]


def test_a_video_goes_up_in_pieces_without_our_token_and_is_waited_for() -> None:
    server, pauses = fake.LinkedIn(processing=3), list[float]()
    checked = transport(server)
    film = bytes(range(256)) * 20_000  # 5.1 MB: two pieces
    signed_in = post.connect(http.client(checked), replace(ORGANISATION, pause=pauses.append))
    post.publish(signed_in, outgoing("Watch", media=("a.mp4",), data=film), ())
    (made,) = server.all
    assert made["content"] == {"media": {"id": "urn:li:video:7001"}}
    assert server.uploads == {"urn:li:video:7001": film}
    uploads = [request for request in checked.requests if request.url.host == "www.linkedin.com"]
    assert [len(request.content) for request in uploads] == [fake.PIECE, len(film) - fake.PIECE]
    assert not any("authorization" in request.headers for request in uploads)
    assert pauses == [1, 2, 4]


def test_a_person_may_not_ask_for_a_video_and_posts_it() -> None:
    server = fake.LinkedIn(scopes=fake.MEMBER_SCOPES)
    server.ready.add("urn:li:video:7001")
    post.publish(session(server, PERSON), outgoing("Watch", media=("a.mp4",)), ())
    assert server.posts == ["Watch"]


def test_a_video_that_linkedin_cannot_use_is_refused_before_the_post() -> None:
    server = fake.LinkedIn(fails=True)
    with pytest.raises(Rejected, match=r"LinkedIn cannot use a\.mp4\."):
        post.publish(session(server), outgoing("Watch", media=("a.mp4",)), ())
    assert server.posts == []


def test_a_video_that_is_never_ready_is_not_sent() -> None:
    server, pauses = fake.LinkedIn(processing=10_000), list[float]()
    with pytest.raises(NotSent, match=r"LinkedIn is still processing a\.mp4\."):
        signed_in = session(server, replace(ORGANISATION, pause=pauses.append))
        post.publish(signed_in, outgoing("Watch", media=("a.mp4",)), ())
    assert (server.posts, sum(pauses)) == ([], sum(files.PAUSES))


def test_a_link_is_shown_as_a_card() -> None:
    server = fake.LinkedIn()
    post.publish(session(server), outgoing("Read", link="https://example.org/a?b=1"), ())
    (made,) = server.all
    assert made["content"] == {"article": {"source": "https://example.org/a?b=1", "title": "example.org"}}


def test_a_card_shows_title_sentence_and_picture() -> None:
    server = fake.LinkedIn()
    card = Card("A page", "About it.", Media("content/media/card.png"))
    attached = (("content/media/card.png", Upload.of(PNG, "image/png")),)
    wanted = replace(outgoing("Read", link="https://example.org/a", card=card), attached=attached)
    post.publish(session(server), wanted, ())
    (made,) = server.all
    article = made["content"]["article"]
    picture = article.pop("thumbnail")
    assert article == {"source": "https://example.org/a", "title": "A page", "description": "About it."}
    assert server.uploads[picture] == PNG


def test_a_document_is_waited_for_and_has_a_title() -> None:
    server, pauses = fake.LinkedIn(processing=2), list[float]()
    signed_in = session(server, replace(ORGANISATION, pause=pauses.append))
    post.publish(signed_in, outgoing("Read this", media=("content/media/report.pdf",), data=b"%PDF-1.7"), ())
    (made,) = server.all
    assert made["content"]["media"]["title"] == "What it shows"
    assert server.uploads[made["content"]["media"]["id"]] == b"%PDF-1.7"
    assert pauses == [1, 2]


def test_a_document_that_linkedin_cannot_use_is_refused_before_the_post() -> None:
    server = fake.LinkedIn(fails=True)
    with pytest.raises(Rejected, match=r"LinkedIn cannot use report\.pdf\.") as caught:
        post.publish(session(server), outgoing("Read this", media=("report.pdf",)), ())
    assert (server.posts, caught.value.hint) == ([], "Save it as PDF with 300 pages at most, and try again.")


@pytest.mark.parametrize(
    ("days", "duration"),
    [(1, "ONE_DAY"), (2, "THREE_DAYS"), (3, "THREE_DAYS"), (5, "SEVEN_DAYS"), (14, "FOURTEEN_DAYS")],
)
def test_a_poll_has_its_question_apart(days: int, duration: str) -> None:
    server = fake.LinkedIn()
    poll = Poll(("Yes", "No"), timedelta(days=days))
    wanted = outgoing("Hello (all)\n\nShall we?\n\n#go", poll=poll)
    remote = post.publish(session(server), wanted, ())
    (made,) = server.all
    assert made["commentary"] == "Hello \\(all\\)\n\n{hashtag|\\#|go}"
    options = [{"text": "Yes"}, {"text": "No"}]
    settings = {"duration": duration}
    assert made["content"] == {"poll": {"question": "Shall we?", "options": options, "settings": settings}}
    assert timeline.find(session(server), wanted) == remote


@pytest.mark.parametrize(
    ("address", "ids"),
    [
        (f"{PAGE}/urn:li:share:900/", ()),
        (f"{PAGE}/urn%3Ali%3Ashare%3A900", ()),
        ("https://www.linkedin.com/posts/harbour_opening-share-900-aBcd?utm_source=share", ()),
        ("https://de.linkedin.com/posts/harbour-share-900", ()),
        ("own", (("own", "urn:li:share:900"),)),
    ],
)
def test_a_post_that_is_shared_again(address: str, ids: tuple[tuple[str, str], ...]) -> None:
    server = fake.LinkedIn()
    post.publish(session(server), outgoing("", repost=address, ids=ids), ())
    post.publish(session(server), outgoing("See this", quote=address, ids=ids), ())
    shared = [(made["commentary"], made["reshareContext"]) for made in server.all]
    assert shared == [("", {"parent": "urn:li:share:900"}), ("See this", {"parent": "urn:li:share:900"})]


def test_what_follows_a_post_is_a_comment() -> None:
    server = fake.LinkedIn()
    signed_in = session(server)
    first = post.publish(signed_in, outgoing("One"), ())
    below = post.publish(signed_in, outgoing("One", "Two", index=1), (receipt(first.id),))
    urn = f"urn:li:comment:({FIRST},7002)"
    assert below == Remote(urn, f"{PAGE}/{FIRST}/?commentUrn=urn%3Ali%3Acomment%3A%28urn%3Ali%3Ashare%3A7001%2C7002%29")
    assert server.shown[urn]["message"] == {"text": "Two"}
    post.delete(signed_in, receipt("", below.url))
    assert server.posts == ["One"]
    post.delete(signed_in, receipt("", below.url))


def first_comment(text: str) -> Part:
    return Part(Text(text), formats.plain(Text(text)))


def test_the_first_comment_follows_its_post() -> None:
    server = fake.LinkedIn()
    wanted = outgoing("Hello (all)", first_comment=first_comment("More (at): https://example.org/a_b"))
    remote = post.publish(session(server), wanted, ())
    assert server.posts == [r"Hello \(all\)", "More (at): https://example.org/a_b"]
    assert (remote.id, timeline.find(session(server), wanted)) == (FIRST, remote)


def test_a_first_comment_that_is_too_long_is_said_before_anything_is_sent() -> None:
    server = fake.LinkedIn()
    with pytest.raises(Rejected, match=r"1,251 characters; LinkedIn takes 1,250\."):
        post.publish(session(server), outgoing("Hello", first_comment=first_comment("x" * 1_251)), ())
    assert server.posts == []


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(500), httpx.Response(403, json={"message": "no"}), httpx.Response(201), httpx.Response(429)],
)
def test_a_first_comment_that_fails_does_not_repeat_the_post(answer: httpx.Response) -> None:
    server = fake.LinkedIn()

    def handle(request: httpx.Request) -> httpx.Response:
        is_comment = request.url.path.endswith("/comments") and request.method == "POST"
        return answer if is_comment else server(request)

    wanted = outgoing("Hello", first_comment=first_comment("More"))
    signed_in = post.connect(http.client(httpx.MockTransport(handle)), ORGANISATION)
    with pytest.raises(Unsure, match=f"{PAGE}/{FIRST}/ is published, but its first comment may be missing") as caught:
        post.publish(signed_in, wanted, ())
    assert "cmflow settle" in caught.value.hint
    with pytest.raises(Unsure, match="its first comment is missing"):
        timeline.find(signed_in, wanted)
    post.publish(session(server), outgoing("Hello", "More", index=1), (receipt(FIRST),))
    assert timeline.find(signed_in, wanted) == Remote(FIRST, f"{PAGE}/{FIRST}/")


def test_a_post_that_a_person_settled_is_deleted_by_its_address() -> None:
    server = fake.LinkedIn()
    signed_in = session(server)
    remote = post.publish(signed_in, outgoing("Hello"), ())
    post.delete(signed_in, receipt("", remote.url))
    assert server.shown == {}


# ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    ["Hello", "Hello (all) #Opening_Night *yes*", "a_b {c} | <d> ~e\\f", "[here](https://example.org/a_b)", "#1st #go"],
)
def test_a_post_is_found_by_what_it_shows(text: str) -> None:
    server = fake.LinkedIn()
    remote = post.publish(session(server), outgoing(text), ())
    assert timeline.find(session(server), outgoing(text)) == remote
    made = server.shown[remote.id]
    made["commentary"] = made["commentary"].replace("{hashtag|\\#|", "{hashtag|#|") + " "
    assert timeline.find(session(server), outgoing(text)) == remote
    assert timeline.find(session(server), outgoing("Else", known=frozenset([remote.id]))) is None
    assert timeline.find(session(server), outgoing(text, known=frozenset([remote.url]))) is None


@pytest.mark.parametrize(
    "wanted",
    [
        outgoing("Hello", media=("a.png",)),
        outgoing("Hello", media=("a.png", "b.png")),
        outgoing("Hello", quote=f"{PAGE}/urn:li:share:900/"),
    ],
)
def test_the_same_words_with_other_things_are_another_post(wanted: Outgoing) -> None:
    server = fake.LinkedIn()
    remote = post.publish(session(server), wanted, ())
    assert timeline.find(session(server), wanted) == remote
    with pytest.raises(Unsure, match=f"that cmflow does not know: {remote.url}") as caught:
        timeline.find(session(server), outgoing("Hello"))
    assert "cmflow settle" in caught.value.hint


def test_what_is_older_than_the_intent_is_not_it() -> None:
    server = fake.LinkedIn(created=fake.NOON - 3_600_000)
    post.publish(session(server), outgoing("Hello"), ())
    assert timeline.find(session(server), outgoing("Hello")) is None


def test_it_is_found_behind_many_and_nobody_says_no_behind_too_many() -> None:
    server = fake.LinkedIn()
    remote = post.publish(session(server), outgoing("Hello"), ())
    other = server.shown[remote.id] | {"commentary": "x"}
    server.shown |= {f"urn:li:share:{n}": other | {"id": f"urn:li:share:{n}"} for n in range(100)}
    assert timeline.find(session(server), outgoing("Hello")) == remote
    server.shown |= {f"urn:li:share:{n}": other | {"id": f"urn:li:share:{n}"} for n in range(100, 400)}
    with pytest.raises(Unsure, match="too many"):
        timeline.find(session(server), outgoing("Hello"))


def test_who_may_not_read_cannot_tell() -> None:
    server = fake.LinkedIn(scopes=("w_organization_social",))
    remote = post.publish(session(server), outgoing("Hello"), ())
    with pytest.raises(Unsure, match="does not let us read the posts") as caught:
        timeline.find(session(server), outgoing("Hello"))
    assert "r_organization_social" in caught.value.hint
    with pytest.raises(Unsure, match="does not let us read the comments"):
        timeline.find(session(server), outgoing("Hello", "Two", index=1, below=remote.id))


def test_nobody_lists_the_posts_of_a_person() -> None:
    with pytest.raises(Unsure, match="does not list the posts of a person") as caught:
        timeline.find(session(fake.LinkedIn(), PERSON), outgoing("Hello"))
    assert "cmflow settle" in caught.value.hint


def test_a_comment_is_looked_for_below_its_post() -> None:
    server = fake.LinkedIn()
    signed_in = session(server)
    first = post.publish(signed_in, outgoing("One"), ())
    second = outgoing("One", "Two", index=1, below=first.id)
    assert timeline.find(signed_in, second) is None
    remote = post.publish(signed_in, second, (receipt(first.id),))
    assert timeline.find(signed_in, second) == remote
    with pytest.raises(Unsure, match="none has exactly these words"):
        timeline.find(signed_in, outgoing("One", "Three", index=1, below=first.id))
    with pytest.raises(Unsure, match="which post the comment would be below"):
        timeline.find(signed_in, outgoing("One", "Two", index=1))


# ── who we are ──────────────────────────────────────────────────────────────────────────────────────────────


def test_who_we_are_and_what_we_may_do() -> None:
    server = fake.LinkedIn()
    assert post.verify(session(server, PERSON)) == Standing(
        "Team Person on LinkedIn (it does not tell what the token may do)"
    )
    assert post.verify(session(server)) == Standing("Harbour Lights on LinkedIn", ("ADMINISTRATOR",))
    server.role = "CONTENT_ADMINISTRATOR"
    assert post.verify(session(server)).may == ("CONTENT_ADMINISTRATOR",)


@pytest.mark.parametrize(("role", "held"), [("", ""), ("ANALYST", r" It has: ANALYST\.")])
def test_who_has_no_role_is_told(role: str, held: str) -> None:
    why = rf"no role that may post for Harbour Lights on LinkedIn\.{held}$"
    with pytest.raises(Denied, match=why) as caught:
        post.verify(session(fake.LinkedIn(role=role)))
    assert "content admin" in caught.value.hint


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"organization": "harbour-lights"}, "not the number of an organisation"),
        ({"organization": "urn:li:person:7"}, "not the number of an organisation"),
        ({"version": "2026-10"}, "not a version of LinkedIn's API"),
        ({"version": "202613"}, "not a version of LinkedIn's API"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_sent(options: dict[str, str], why: str) -> None:
    checked = transport(fake.LinkedIn())
    with pytest.raises(Denied, match=why) as caught:
        post.connect(http.client(checked), access(**options))
    assert caught.value.hint
    assert checked.requests == []


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (outgoing("Look", media=("a.png",), data=b""), r"a\.png is empty: it has 0 bytes\."),
        (outgoing("Look", media=("a.mp4", "b.png")), "not accept a post with a video together with a picture"),
        (outgoing("Look", media=("a.pdf", "b.png")), "not accept a post with a document together with a picture"),
        (outgoing("Look", media=("a.pdf", "b.pdf")), "has one document"),
        (outgoing("Look", media=("a.mp4", "b.mp4")), "has one video"),
        (outgoing("Yes", reply_to=f"{PAGE}/{FIRST}/"), "does not answer posts"),
        (outgoing("Yes", quote="https://example.org/7"), "not the address of a post on LinkedIn"),
        (outgoing("Yes", repost=f"{PAGE}/urn:li:activity:7/"), "names an activity"),
        (outgoing("Yes", quote=f"{PAGE}/{FIRST}/", media=("a.png",)), "cannot have pictures"),
        (outgoing("Yes?", poll=Poll(("a", "b"), multiple=True)), "allows only one choice"),
        (outgoing("Yes?", poll=Poll(("a", "b")), media=("a.png",)), "A poll on LinkedIn has no pictures"),
    ],
)
def test_what_cannot_be_published_is_said_before_anything_is_sent(wanted: Outgoing, why: str) -> None:
    checked = transport(fake.LinkedIn())
    signed_in = post.connect(http.client(checked), ORGANISATION)
    with pytest.raises(Rejected, match=why) as caught:
        post.publish(signed_in, wanted, ())
    assert caught.value.hint
    assert checked.requests == []


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (outgoing("One", "x" * 1_251, index=1), r"1,251 characters; LinkedIn takes 1,250\."),
        (replace(outgoing("One", media=("a.png",)), index=0), "no pictures into comments"),
    ],
)
def test_what_no_comment_can_hold(wanted: Outgoing, why: str) -> None:
    with pytest.raises(Rejected, match=why):
        post.publish(session(fake.LinkedIn()), wanted, (receipt(FIRST),))


# ── every kind of no ────────────────────────────────────────────────────────────────────────────────────────


def refusing(status: int, headers: dict[str, str] | None = None, **body: Any) -> LinkedIn:
    answer = httpx.Response(status, json={"status": status, **body} if body else None, headers=headers)
    return post.connect(http.client(httpx.MockTransport(lambda request: answer)), ORGANISATION)


@pytest.mark.parametrize(
    ("status", "code", "kind", "words", "hint"),
    [
        (401, "EXPIRED_ACCESS_TOKEN", Denied, "LinkedIn answers 401: Why", "cmflow connect team"),
        (403, "ACCESS_DENIED", Denied, "LinkedIn answers 403: Why", "w_organization_social"),
        (426, "NONEXISTENT_VERSION", Denied, "no longer supports version 202610", "YYYYMM"),
        (400, "NONEXISTENT_VERSION", Denied, "no longer supports version 202610", "YYYYMM"),
        (422, "INVALID_CONTENT", Rejected, "LinkedIn answers 422: Why", "Change the post."),
        (400, "FIELD_LENGTH_TOO_LONG", Rejected, "LinkedIn answers 400: Why", "Change the post."),
        (500, "INTERNAL_SERVER_ERROR", Unsure, "has trouble (500)", "It may have been published"),
        (504, "GATEWAY_TIMEOUT", Unsure, "has trouble (504)", "It may have been published"),
    ],
)
def test_a_refusal_says_whom_it_concerns(
    status: int, code: str, kind: type[DeliveryError], words: str, hint: str
) -> None:
    with pytest.raises(kind) as caught:
        post.publish(refusing(status, code=code, message="Why"), outgoing("Hello"), ())
    assert type(caught.value) is kind
    assert words in str(caught.value)
    assert hint in caught.value.hint


def test_the_same_post_again_is_refused_and_named() -> None:
    server = fake.LinkedIn()
    signed_in = session(server)
    post.publish(signed_in, outgoing("Hello"), ())
    with pytest.raises(Rejected) as caught:
        post.publish(signed_in, outgoing("Hello"), ())
    assert str(caught.value) == f"LinkedIn has the same post already: {FIRST}."
    assert caught.value.hint == (
        f"If this is the post: cmflow settle POST team --sent {PAGE}/{FIRST}/ Else change its text."
    )
    assert server.posts == ["Hello"]


@pytest.mark.parametrize(
    ("headers", "at"),
    [(DATE, datetime(2026, 12, 2, tzinfo=UTC)), (DATE | {"Retry-After": "60"}, NOON + timedelta(minutes=1))],
)
def test_too_many_posts_wait_until_midnight(headers: dict[str, str], at: datetime) -> None:
    busy = refusing(429, headers, message="Resource level throttle APPLICATION DAY limit reached")
    with pytest.raises(Throttled) as caught:
        post.publish(busy, outgoing("Hello"), ())
    assert caught.value.retry_at == at


@pytest.mark.parametrize("answer", [{}, {"elements": 7}, {"elements": [{"id": "urn:li:share:1"}]}])
def test_a_list_that_cannot_be_read_is_looked_at_again(answer: dict[str, Any]) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=answer)

    broken = post.connect(http.client(httpx.MockTransport(handle)), ORGANISATION)
    with pytest.raises(NotSent, match="cannot be read"):
        timeline.find(broken, outgoing("Hello"))


@pytest.mark.parametrize("status", [500, 401, 429])
def test_what_makes_no_post_is_never_unsure(status: int) -> None:
    for ask in (post.verify, lambda one: timeline.find(one, outgoing("x"))):
        with pytest.raises(NotSent):
            ask(refusing(status, message="no"))


def test_an_answer_without_pieces_uploads_nothing() -> None:
    value = {"video": "urn:li:video:1", "uploadToken": "", "uploadInstructions": []}
    broken = httpx.MockTransport(lambda request: httpx.Response(200, json={"value": value}))
    with pytest.raises(NotSent, match="cannot be read"):
        post.publish(post.connect(http.client(broken), ORGANISATION), outgoing("Watch", media=("a.mp4",)), ())


def test_the_text_that_people_see_of_little_text() -> None:
    assert timeline.words(r"a \(b\) {hashtag|\#|c\_d} @[Ana \[x\]](urn:li:person:1)  e") == "a (b) #c_d Ana [x] e"
    assert timeline.words(formats.little(Text("#a_b (c) 50% @x")).body) == "#a_b (c) 50% @x"
