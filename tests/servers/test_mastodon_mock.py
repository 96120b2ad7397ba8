"""Mastodon against a server that others wrote, with its faults; whatever happens, its own list is the judge."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cmflow import ledger, publish
from cmflow.ledger import Ledger
from cmflow.model import Delivery, Form, Key, Media, Part, Planned, Poll, Receipt, State, Text, Variant, Visibility
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit.network import Access, Outgoing
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.upload import Upload
from cmflow.networks.mastodon import call, edit, network, timeline
from cmflow.networks.mastodon import post as posting
from tests.deliveries import Clock, Crash, Trip, planned, repository, tripping, variant, world
from tests.networks.contract import NOON, PNG
from tests.servers.kills import KILLS, Storm
from tests.servers.mastodon_mock import Mock, mastodon_mock

pytestmark = pytest.mark.slow
SECOND = 5  # of the second run's moments, every fifth is a death


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    with mastodon_mock(tmp_path_factory.mktemp("mock")) as server:
        yield server


@pytest.fixture
def server(running: Mock) -> Iterator[Mock]:
    yield running
    running.well()


@pytest.fixture
def access(server: Mock) -> Access:
    return server.account()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60) as client:
        yield client


@pytest.fixture
def api(client: httpx.Client, access: Access) -> ApiClient:
    return call.connect(client, access)


def part(words: str, *media: Media) -> Part:
    return Part(Text(words), Form(words), media)


def message(*parts: Part, index: int = 0, key: str = "key", **changes: Any) -> Outgoing:
    sheet = Variant("hello", "team", "mastodon", NOON, parts, **({"language": "en"} | changes))
    return Outgoing(
        sheet, index, f"{key}{index}", datetime.now(UTC).timestamp(), (Upload.of(PNG),) * len(parts[index].media)
    )


WORDS = "Read **this** & <that>: https://example.org/?a=1&b=2 #python @ana@other.example\n\nTwo\nlines 👩‍👩‍👧"


def test_a_text_arrives_and_is_found(server: Mock, access: Access, api: ApiClient) -> None:
    sent = message(part(WORDS), content_warning="Cats", visibility=Visibility.UNLISTED)
    assert timeline.find(api, sent) is None
    remote = posting.publish(api, sent, ())
    [status] = server.statuses(access)
    assert (status["id"], status["url"]) == (remote.id, remote.url)
    assert (status["spoiler_text"], status["visibility"], status["sensitive"]) == ("Cats", "unlisted", True)
    assert timeline.find(api, sent) == remote
    another = message(part(f"{WORDS}!"), content_warning="Cats")
    with pytest.raises(Unsure, match="does not know"):
        timeline.find(api, another)
    assert timeline.find(api, replace(another, known=frozenset({remote.id}))) is None


def test_pictures_and_polls(server: Mock, access: Access, api: ApiClient) -> None:
    pictured = message(part("Look", Media("a.png", "A white point")))
    asked = message(part("Well?"), key="other", poll=Poll(("Yes", "No"), timedelta(hours=2)))
    remotes = [posting.publish(api, each, ()) for each in (pictured, asked)]
    look, poll = server.statuses(access)
    assert [each["description"] for each in look["media_attachments"]] == ["A white point"]
    assert [each["title"] for each in poll["poll"]["options"]] == ["Yes", "No"]
    assert [timeline.find(api, each) for each in (pictured, asked)] == remotes


def test_a_thread_of_the_same_words(server: Mock, access: Access, api: ApiClient) -> None:
    parts, thread = (part("Same"), part("Same"), part("Same")), tuple[Receipt, ...]()
    for index in range(3):
        known, below = frozenset(each.id for each in thread), thread[-1].id if thread else ""
        sent = replace(message(*parts, index=index), known=known, below=below)
        assert timeline.find(api, sent) is None
        remote = posting.publish(api, sent, thread)
        assert timeline.find(api, sent) == remote
        thread = (*thread, Receipt(index, remote.id, remote.url, NOON))
    before = [each["in_reply_to_id"] for each in server.statuses(access)]
    assert before == [None, thread[0].id, thread[1].id]


def test_deleting_and_verifying(server: Mock, access: Access, api: ApiClient) -> None:
    remote = posting.publish(api, message(part("Hello")), ())
    for _ in range(2):
        posting.delete(api, Receipt(0, remote.id, remote.url, NOON))
    assert server.posts(access) == []
    assert posting.verify(api).who.startswith("@user")


def test_a_server_that_cannot_change_alt_texts_is_said_to_be_one(server: Mock, access: Access, api: ApiClient) -> None:
    warned = message(part("Look", Media("content/a.png", "A white point")), content_warning="Points", language="fr")
    remote = posting.publish(api, warned, ())
    (before,) = server.statuses(access)
    with pytest.raises(Rejected, match="left the alt texts as they were"):
        edit.describe(api, Receipt(0, remote.id, remote.url, NOON), ("A point",))
    (after,) = server.statuses(access)
    for name in ("id", "content", "spoiler_text", "sensitive", "language", "visibility", "created_at"):
        assert after[name] == before[name]


FAULTS: tuple[tuple[dict[str, Any], type[DeliveryError]], ...] = (
    ({"type": "ratelimit"}, Throttled),
    ({"type": "malformed"}, Unsure),
    ({"type": "malformed", "truncate": False}, Unsure),
    ({"type": "status", "status": 500}, Unsure),
    ({"type": "status", "status": 503}, Unsure),
    ({"type": "status", "status": 401}, Denied),
    ({"type": "status", "status": 403}, Denied),
    ({"type": "status", "status": 422}, Rejected),
    ({"type": "status", "status": 413}, Rejected),
)


@pytest.mark.parametrize(("effect", "kind"), FAULTS)
def test_each_fault_is_what_it_is(
    server: Mock, api: ApiClient, effect: dict[str, Any], kind: type[DeliveryError]
) -> None:
    server.fail(**effect)
    with pytest.raises(DeliveryError) as caught:
        posting.publish(api, message(part("Hello")), ())
    assert type(caught.value) is kind
    if isinstance(caught.value, Throttled):
        assert caught.value.retry_at is not None
        assert timedelta(minutes=4) < caught.value.retry_at - datetime.now(UTC) < timedelta(minutes=6)


@pytest.mark.parametrize("effect", [{"type": "malformed"}, {"type": "status", "status": 502}, {"type": "timeout"}])
def test_a_fault_before_the_post_means_that_nothing_is_out(
    server: Mock, access: Access, api: ApiClient, client: httpx.Client, effect: dict[str, Any]
) -> None:
    server.fail(match={"path": "/api/v2/media"}, **effect)
    if effect["type"] == "timeout":
        client.timeout = httpx.Timeout(1.0)  # the server keeps us waiting for half a minute
    with pytest.raises(NotSent):
        posting.publish(api, message(part("Look", Media("a.png", "A white point"))), ())
    assert server.posts(access) == []


def test_a_wrong_token_is_denied(access: Access, client: httpx.Client) -> None:
    stranger = call.connect(client, replace(access, secrets=(("token", "nobody-knows-me"),)))
    for question in (posting.verify, lambda api: posting.publish(api, message(part("Hello")), ())):
        with pytest.raises(Denied) as caught:
            question(stranger)
        assert "nobody-knows" not in f"{caught.value} {caught.value.hint}"


# ── the whole protocol ──────────────────────────────────────────────────────────────────────────────────────


class Moments(httpx.BaseTransport):
    """The real server, with a moment before and after each request."""

    def __init__(self, moments: Callable[[str], None]) -> None:
        self.moments = moments
        self.inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.moments("before the request")
        answer = self.inner.handle_request(request)
        answer.read()
        self.moments("after the request")
        return answer

    def close(self) -> None:
        self.inner.close()


class Losing(httpx.BaseTransport):
    """Passes everything on to the real server, and loses its answer to the next posts."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.inner.handle_request(request)
        answer.read()
        if self.times and (request.method, request.url.path) == ("POST", "/api/v1/statuses"):
            self.times -= 1
            raise httpx.ReadTimeout("the answer is lost", request=request)
        return answer

    def close(self) -> None:
        self.inner.close()


def run(home: Ledger, access: Access, clock: Clock, posts: list[Planned], transport: httpx.BaseTransport) -> Delivery:
    def client() -> httpx.Client:
        return httpx.Client(timeout=60, transport=transport)

    there = world(network, clock, [], access=lambda account: access, http=client, variant=variant)
    publish.run(posts, there, home)
    return ledger.read(home).deliveries[Key(posts[0].post, posts[0].account)]


@pytest.fixture
def home(tmp_path: Path) -> Ledger:
    return Ledger(repository(tmp_path))


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC))


def test_a_lost_answer_is_looked_for_and_sent_once(server: Mock, access: Access, home: Ledger, clock: Clock) -> None:
    posts, began = [planned(parts=2, due=clock.now)], clock.now
    lost = run(home, access, clock, posts, Losing(1))
    assert (lost.state, len(lost.receipts), server.posts(access)) == (State.UNSURE, 0, ["hello 0"])
    again = run(home, access, clock, posts, Losing(0))
    assert again == lost  # the answer may still be on its way
    clock.now = began + timedelta(minutes=11)
    found = run(home, access, clock, posts, Losing(0))
    assert (found.state, server.posts(access)) == (State.SENT, ["hello 0", "hello 1"])
    assert [each.id for each in found.receipts] == [each["id"] for each in server.statuses(access)]


def test_what_never_arrived_is_sent_after_two_looks(server: Mock, access: Access, home: Ledger, clock: Clock) -> None:
    posts = [planned(due=clock.now)]
    server.fail(type="status", status=502)
    assert run(home, access, clock, posts, Losing(0)).state is State.UNSURE
    clock.now += timedelta(minutes=11)
    ended = run(home, access, clock, posts, Losing(0))
    assert (ended.state, server.posts(access)) == (State.SENT, ["hello 0"])
    assert "looked twice: not on the network" in " ".join(event.note for event in ended.history)


def test_too_much_waits_for_as_long_as_it_is_told(server: Mock, access: Access, home: Ledger, clock: Clock) -> None:
    posts = [planned(due=clock.now)]
    server.fail(type="ratelimit")
    refused = run(home, access, clock, posts, Losing(0))
    assert refused.state is State.FAILED and refused.retry_at is not None
    clock.now = refused.retry_at + timedelta(seconds=1)
    assert run(home, access, clock, posts, Losing(0)).state is State.SENT
    assert server.posts(access) == ["hello 0"]


def test_every_answer_lost_and_still_once_each(
    server: Mock, access: Access, home: Ledger, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    posts = [planned(f"post-{number}", parts=3, due=clock.now) for number in range(5)]
    transport, runs = Losing(15), 0
    while runs < 9 and {each.state for each in ledger.read(home).deliveries.values()} != {State.SENT}:
        run(home, access, clock, posts, transport)
        clock.now += timedelta(minutes=11)
        runs += 1
    there = sorted(server.posts(access))
    with capsys.disabled():
        print(f"\nMastodon: {15 - transport.times} answers lost over {runs} runs; {len(there)} parts are there")
    assert there == sorted(f"post-{number} {part}" for number in range(5) for part in range(3))
    assert (transport.times, runs) == (0, 4)


def test_a_crash_at_every_step_and_still_once_each(
    server: Mock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The run dies at one moment, the next one at another (writes, commits, requests), the third one lives."""
    trip, tried, looked = Trip(), 0, 0
    died(server, tmp_path / "whole", trip)
    for first in range(1, trip.seen + 1):
        for second in range(1, trip.seen + 1, SECOND):
            history = died(server, tmp_path / f"{first}-{second}", Trip(first), Trip(second))
            looked += any(note.startswith("looked for it") for note in history)
            tried += 1
    with capsys.disabled():
        print(f"\nMastodon: {tried} ways to die twice; 0 parts lost, 0 doubled; {looked} times it was not there")


def died(server: Mock, folder: Path, *trips: Trip) -> list[str]:
    """Judge what a server shows after runs that die, and one that does not; the notes of the delivery's history."""
    folder.mkdir()
    home, clock, access = Ledger(repository(folder)), Clock(datetime.now(UTC)), server.account()
    posts = [planned(parts=2, due=clock.now)]
    for trip in trips:
        with suppress(Crash):
            run(tripping(home, trip), access, clock, posts, Moments(trip))
        clock.now += timedelta(minutes=11)
    ended = run(home, access, clock, posts, Moments(lambda moment: None))
    assert (ended.state, server.posts(access)) == (State.SENT, ["hello 0", "hello 1"]), trips
    assert [each.id for each in ended.receipts] == [each["id"] for each in server.statuses(access)]
    return [event.note for event in ended.history]


def test_whoever_is_killed_each_post_is_there_once(
    server: Mock, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Real processes, a ledger with a remote, kill -9 at random; no key to rely on: what is open is looked for."""
    tally = Storm(tmp_path, "mastodon", step=0, claim=4).blow(
        KILLS, server.account, lambda access: Counter(server.posts(access))
    )
    record_property("told", f"Mastodon: {tally}")
    assert (tally.lost, tally.doubled, tally.unsettled) == ([], [], [])
    assert tally.kills >= KILLS
