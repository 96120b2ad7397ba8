"""Large files: an upload goes on after a kill, keeps its claim for as long as it takes, and never makes two posts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cmflow import ledger, publish
from cmflow.ledger import Ledger
from cmflow.model import Account, Delivery, Form, Key, Media, Part, Planned, State, Text, Variant
from cmflow.netkit import http, journal, network
from cmflow.netkit.journal import Vault
from cmflow.netkit.network import Access
from cmflow.netkit.upload import Upload
from cmflow.networks.facebook import video as facebook_video
from cmflow.networks.x import files as x_files
from cmflow.networks.youtube import video as youtube_video
from cmflow.publish import stop as stopping
from cmflow.sandbox.fakes import facebook, linkedin, x, youtube
from cmflow.schedule import waits
from tests.deliveries import Clock, Crash, planned, world
from tests.faults.paper import paper
from tests.networks.test_facebook import film

PIECE = 1 << 18
FILM, REEL = film(size=5 * PIECE - 900), film(1080, 1920, size=5 * PIECE - 900)


@dataclass(frozen=True)
class Way:
    """How a network takes a video. `pieces`: the requests that carry its bytes; `parts` of them make the whole."""

    network: str
    access: Access
    fake: Callable[[], Any]
    data: Callable[[Any], list[bytes]]
    is_piece: Callable[[httpx.Request], bool]
    parts: int = 5
    film: bytes = FILM
    is_private: bool = False

    def __str__(self) -> str:
        return f"{self.network}{' reel' if self.film is REEL else ''}"


def way(name: str, secret: str, token: str, **options: str) -> Access:
    return Access(Account("team", name, options=tuple(options.items())), ((secret, token),))


WAYS = (
    Way(
        "x",
        way("x", "access_token", x.TOKEN),
        lambda: x.X(processing=1),
        lambda server: [media.data for tweet in server.tweets.values() for media in tweet["media"]],
        lambda request: request.url.path.endswith("/append"),
    ),
    Way(
        "youtube",
        way("youtube", "access_token", youtube.TOKEN),
        youtube.YouTube,
        lambda server: [video["data"] for video in server.videos.values()],
        lambda request: request.method == "PUT" and request.headers["Content-Length"] != "0",
        is_private=True,
    ),
    Way(
        "linkedin",
        way("linkedin", "token", linkedin.TOKEN, organization="1000001"),
        lambda: linkedin.LinkedIn(processing=1),
        lambda server: [server.uploads[post["content"]["media"]["id"]] for post in server.all],
        lambda request: request.method == "PUT",
        is_private=True,
    ),
    Way(
        "facebook",
        way("facebook", "token", facebook.TOKEN),
        lambda: facebook.Facebook(chunk=PIECE),
        lambda server: [video.received for video in server.videos.values() if video.text is not None],
        lambda request: b"video_file_chunk" in request.content,
    ),
    Way(
        "facebook",
        way("facebook", "token", facebook.TOKEN),
        lambda: facebook.Facebook(chunk=PIECE),
        lambda server: [video.received for video in server.videos.values() if video.text is not None],
        lambda request: request.url.host == "rupload.facebook.com",
        parts=1,
        film=REEL,
    ),
)


@dataclass
class Drawer(Vault):
    """Keeps texts in memory."""

    texts: dict[str, str] = field(default_factory=dict)

    def load(self, name: str) -> str:
        return self.texts.get(name, "")

    def save(self, name: str, text: str) -> None:
        self.texts[name] = text


@dataclass
class Stage:
    """A network, a ledger, and runs over them. `before` and `after` are called around each request."""

    way: Way
    home: Ledger
    clock: Clock = field(default_factory=Clock)
    vault: Vault = field(default_factory=Drawer)
    server: Any = None
    seconds: int = 61  # that each request takes: the claim is renewed before the next one
    pieces: int = 0
    requests: list[httpx.Request] = field(default_factory=list)
    before: Callable[[httpx.Request], None] = lambda request: None
    after: Callable[[httpx.Request], None] = lambda request: None

    def __post_init__(self) -> None:
        self.server = self.way.fake()

    def answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.before(request)
        self.requests.append(request)
        self.pieces += self.way.is_piece(request)
        answer: httpx.Response = self.server(request)
        self.clock.sleep(self.seconds)
        self.after(request)
        return answer

    def run(self, name: str = "run 1", clock: Clock | None = None, **changes: Any) -> publish.Summary:
        upload = Upload.of(self.way.film, "video/mp4")
        fields: dict[str, Any] = {
            "variant": self.variant,
            "media": lambda account, path: upload,
            "access": lambda account: self.way.access,
            "http": lambda: http.client(httpx.MockTransport(self.answer)),
            "vault": self.vault,
        }
        env = world(network.load(self.way.network), clock or self.clock, [], name, **(fields | changes))
        return publish.run([planned()], env, self.home)

    def variant(self, item: Planned) -> Variant:
        part = Part(Text("Look"), Form("Look"), (Media("film.mp4"),))
        return Variant(item.post, item.account, self.way.network, item.due, (part,), title="Look", digest=item.digest)

    @property
    def delivery(self) -> Delivery:
        return ledger.read(self.home).deliveries[Key("hello", "team")]

    def recover(self) -> None:
        """Runs that nothing happens to, each after the claim of the one before."""
        self.before = self.after = lambda request: None
        for number in range(8):
            self.clock.sleep(waits.CLAIM.total_seconds() + 60)
            self.run(f"run {number + 2}")
            if self.delivery.state is State.SENT:
                return


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a megabyte are large, and go up in five pieces."""
    monkeypatch.setattr(journal, "LEAST", PIECE)
    monkeypatch.setattr(youtube_video, "PIECE", PIECE)
    monkeypatch.setattr(x_files, "SEGMENT", PIECE)
    monkeypatch.setattr(linkedin, "PIECE", PIECE)
    monkeypatch.setattr(facebook_video, "PROBE", PIECE)


@pytest.fixture(params=WAYS, ids=str)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Stage:
    return Stage(request.param, Ledger(paper(tmp_path / "home")))


def stages(way: Way, folder: Path) -> Iterator[Stage]:
    """One for each request that a run makes, before which it dies, and one for each after which it dies."""
    whole = Stage(way, Ledger(paper(folder / "whole" / "home")))
    whole.run()
    assert (whole.delivery.state, way.data(whole.server)) == (State.SENT, [way.film])
    for place in range(len(whole.requests)):
        for moment in ("before", "after"):
            one = Stage(way, Ledger(paper(folder / f"{place} {moment}" / "home")))
            setattr(one, moment, dying(one, place, moment))
            yield one


def is_unseen(stage: Stage, death: str) -> bool:
    """Facebook lists a video once it has processed it: that one does not come is no proof that it will not."""
    films = stage.server.videos.values() if stage.way.network == "facebook" else ()
    return death.startswith("before") and any(film.size == len(film.received) and film.text is None for film in films)


def dying(stage: Stage, place: int, moment: str) -> Callable[[httpx.Request], None]:
    def die(request: httpx.Request) -> None:
        if len(stage.requests) == place + (moment == "after"):
            raise Crash(f"{moment} {request.method} {request.url}")

    return die


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_an_upload_that_is_killed_anywhere_goes_on_and_makes_one_post(way: Way, tmp_path: Path) -> None:
    for one in stages(way, tmp_path):
        with pytest.raises(Crash) as death:
            one.run()
        one.recover()
        if is_unseen(one, str(death.value)):
            assert (one.delivery.state, one.delivery.retry_at, one.server.posts) == (State.UNSURE, None, [])
            continue
        assert (one.delivery.state, one.server.posts) == (State.SENT, ["Look"]), death.value
        assert one.way.data(one.server) == [way.film], death.value
        assert one.pieces <= way.parts + 1, death.value  # the one that died may go again


@pytest.mark.slow
@pytest.mark.parametrize("way", [way for way in WAYS if way.is_private], ids=str)
def test_on_another_machine_a_private_upload_begins_anew(way: Way, tmp_path: Path) -> None:
    for one in stages(way, tmp_path):
        one.vault = Vault()
        with pytest.raises(Crash) as death:
            one.run()
        one.recover()
        assert (one.delivery.state, one.server.posts) == (State.SENT, ["Look"]), death.value
        assert one.way.data(one.server) == [way.film], death.value


def test_no_ledger_holds_what_lets_anybody_write_to_an_upload(stage: Stage) -> None:
    stage.run()
    words = "".join(file.read_text() for file in stage.home.repository.store.iterdir())  # every version of every file
    assert '"transfer"' in words
    for secret in ("upload_id", "dms-uploads", "session-1", stage.way.access.token):
        assert secret not in words


def test_an_upload_longer_than_a_claim_keeps_it_from_a_second_run(stage: Stage) -> None:
    """Four minutes for each piece: the second run comes by at each of them, and finds the delivery taken."""
    states = list[State]()

    def slow(request: httpx.Request) -> None:
        stage.clock.sleep(240)
        if stage.way.is_piece(request):
            after, stage.after = stage.after, lambda request: None
            summary = stage.run("run 2", Clock(stage.clock.now))
            states.extend(outcome.state for outcome in summary.outcomes)
            stage.after = after

    stage.after = slow
    stage.run()
    assert states == [State.SENDING] * stage.way.parts
    assert (stage.delivery.state, stage.server.posts) == (State.SENT, ["Look"])
    assert stage.pieces == stage.way.parts
    assert [event.state for event in stage.delivery.history][-1] is State.SENT


def test_an_upload_whose_claim_is_lost_makes_no_post(stage: Stage) -> None:
    """The machine sleeps for a quarter of an hour in the first piece; another one takes over, and publishes."""
    happened = list[str]()

    def sleep(request: httpx.Request) -> None:
        if stage.way.is_piece(request) and not happened:
            happened.append("asleep")
            stage.clock.sleep(900)
            stage.after = lambda request: None
            stage.run("run 2", Clock(stage.clock.now))
            happened.append(f"{stage.delivery.state} {len(stage.requests)}")

    stage.after = sleep
    (outcome,) = stage.run().outcomes
    assert stage.server.posts == ["Look"]
    assert happened == ["asleep", f"sent {len(stage.requests)}"]  # no request since
    assert outcome.note == "another run, or a person, has taken it over"


def test_a_stop_ends_an_upload_before_the_post(stage: Stage) -> None:
    def stop(request: httpx.Request) -> None:
        tip = stage.home.repository.resolve(f"refs/heads/{stage.home.branch}") or ""
        if stage.way.is_piece(request) and not stage.home.repository.paths(tip, "stop.json"):
            stopping.stop(stage.home, "a storm", "ana", "by hand", stage.clock)

    stage.before = stop
    summary = stage.run()
    assert stage.server.posts == []
    assert "Publishing has been stopped" in stage.delivery.error
    assert stage.delivery.state is State.FAILED
    assert "Publishing has been stopped" in summary.stopped


def test_an_upload_that_ended_by_itself_begins_anew(stage: Stage) -> None:
    stage.before = dying(stage, 0, "never")
    crashes = iter([True])

    def die(request: httpx.Request) -> None:
        if stage.way.is_piece(request) and next(crashes, False):
            raise Crash

    stage.after = die
    with pytest.raises(Crash):
        stage.run()
    forgotten = stage.server
    stage.server = stage.way.fake()  # it knows nothing of the upload
    stage.recover()
    assert (stage.delivery.state, stage.server.posts, forgotten.posts) == (State.SENT, ["Look"], [])
    assert stage.way.data(stage.server) == [stage.way.film]


def test_other_bytes_or_days_later_it_begins_anew(stage: Stage) -> None:
    known = journal.Journal(clock=stage.clock)
    one, other = Upload.of(FILM, "video/mp4"), Upload.of(FILM[:-1] + b"x", "video/mp4")
    known.begin(one, "7")
    assert known.transfer is not None
    assert known.resume(one, 20) == known.transfer
    assert known.resume(other, 20) is None
    assert known.resume(one, 20, private=True) is None
    stage.clock.now += timedelta(hours=20)
    assert known.resume(one, 20) is None


def test_an_upload_of_a_post_that_was_withdrawn_is_released(stage: Stage) -> None:
    stage.after = dying(stage, 1, "after")
    with pytest.raises(Crash):
        stage.run()
    assert stage.delivery.state is State.SENDING
    stage.clock.sleep(900)
    env = world(network.load(stage.way.network), stage.clock, [], "run 2")
    publish.run([], env, stage.home, orphans=[Key("hello", "team")])
    assert (stage.delivery.state, stage.server.posts) == (State.SCHEDULED, [])


def test_many_kills_in_an_upload_ask_no_person(stage: Stage) -> None:
    """Only a request for the post itself counts as an attempt."""
    if stage.way.parts == 1:
        pytest.skip("one piece")
    for number in range(4):
        stage.after = dying(stage, len(stage.requests) + 3, "never")
        stage.before = killing(stage)
        with pytest.raises(Crash):
            stage.run(f"kill {number}")
        stage.clock.sleep(900)
    assert stage.delivery.attempt == 1
    stage.recover()
    assert (stage.delivery.state, stage.server.posts) == (State.SENT, ["Look"])


def killing(stage: Stage) -> Callable[[httpx.Request], None]:
    """Dies before the second piece of a run."""
    pieces = stage.pieces

    def die(request: httpx.Request) -> None:
        if stage.way.is_piece(request) and stage.pieces > pieces:
            raise Crash

    return die


def test_a_small_file_costs_no_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LEAST", 8 << 20)
    one = Stage(WAYS[0], Ledger(paper(tmp_path / "home")), seconds=1)
    one.run()
    assert [event.state for event in one.delivery.history] == [State.SENDING, State.SENT]
