"""The sandbox's pages in a real browser: at every width, light and dark, for everyone, and by themselves up to date."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser, expect

from cmflow.model import Media
from cmflow.netkit import network
from cmflow.netkit.auth import OAuth2
from cmflow.sandbox.door import Served, served
from cmflow.sandbox.server import Server
from cmflow.sandbox.stage import Stage, trouble
from tests import ROOT
from tests.browser.conftest import DESK, PHONE, WALL, Opener
from tests.browser.test_looks import RULES, keep
from tests.loopback import serving
from tests.sandbox import play
from tests.servers import needed

pytestmark = pytest.mark.slow

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script> {{ 7 * 7 }} **Hello** مرحبا"
NAMES = ("mastodon", "x", "youtube", "facebook")
PAGES = ("arrived", "nothing", "developer", "authorise", "account")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    needed()
    stage = play.stage()
    with running(stage) as found:
        for name in NAMES:
            play.Company(served(found.address), play.account(name)).publish(f"{EVIL} on {name}")
        stage.disturb("x-en", trouble("throttle", 3))
        yield found


def running(stage: Stage) -> AbstractContextManager[Server]:
    """A server as long as it is needed. A page asks it for what is new: close it before it ends."""
    return serving(Server(stage, 0))


def where(name: str, server: Server) -> str:
    door, account = served(server.address), play.account("x")
    [way] = network.load("x").ways
    assert isinstance(way, OAuth2)
    query = {"response_type": "code", "client_id": door.secrets(account)["client_id"], "state": "s"}
    query |= {"redirect_uri": f"{server.address}/api", "scope": " ".join(way.scopes)}
    query |= {"code_challenge": "x", "code_challenge_method": "S256"}
    return {
        "arrived": server.address,
        "nothing": f"{server.address}/",
        "developer": door.page(play.account("mastodon"), "https://social.example.org/settings/applications/new"),
        "authorise": f"{door.page(account, way.authorise_url)}?{urlencode(query)}",
        "account": door.page(play.account("webhook"), ""),
    }[name]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_window(name: str, server: Server, opened: Opener) -> None:
    with (
        running(play.stage()) as empty,
        closing(opened(where(name, empty if name == "nothing" else server))) as page,
    ):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width, height in (DESK, PHONE, WALL, (320, 640)):
                page.set_viewport_size({"width": width, "height": height})
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                keep(page, f"sandbox-{name}-{width}-{scheme}")


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name: str, server: Server, opened: Opener, axe: str) -> None:
    with (
        running(play.stage()) as empty,
        closing(opened(where(name, empty if name == "nothing" else server), bypass_csp=True)) as page,
    ):
        page.evaluate(axe)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


def test_hostile_words_are_words(server: Server, opened: Opener) -> None:
    page = opened(server.address)
    for name in NAMES:
        words = EVIL.replace("<", "‹").replace(">", "›") if name == "youtube" else EVIL  # it takes no angle brackets
        expect(page.get_by_text(f"{words} on {name}")).to_be_visible()


def test_what_arrives_shows_by_itself(opened: Opener) -> None:
    stage = play.stage()
    with running(stage) as server, closing(opened(server.address)) as page:
        expect(page.get_by_text("Nothing has arrived yet")).to_be_visible()
        door = served(server.address)
        play.Company(door, play.account("mastodon")).publish("Good morning", Media("content/media/a.png", "A pixel"))
        expect(page.get_by_text("Good morning")).to_be_visible()
        expect(page.get_by_text("Alt text: A pixel")).to_be_visible()


def test_a_trouble_is_chosen_and_taken_away(opened: Opener) -> None:
    stage = play.stage()
    with running(stage) as server:
        door: Served = served(server.address)
        door.secrets(play.account("x"))
        page = opened(server.address)
        page.get_by_label("What").select_option(label="Too many posts: rate limit")
        page.get_by_label("Where").select_option("x-en")
        page.get_by_label("How often").select_option(label="Until I take it away")
        page.get_by_role("button", name="Do it").click()
        expect(page.get_by_text("x-en: Too many posts: rate limit")).to_be_visible()
        assert httpx.get(f"{server.address}/api/troubles").json() == {"x-en": {"trouble": "throttle", "times": 0}}
        page.get_by_role("button", name="Take it all away").click()
        expect(page.get_by_text("x-en: Too many posts")).to_have_count(0)
        assert stage.scene().troubles == {}
        page.close()


def test_a_person_of_the_audience_writes(opened: Opener) -> None:
    stage = play.stage()
    with running(stage) as server:
        door: Served = served(server.address)
        door.secrets(play.account("facebook"))
        page = opened(server.address)
        page.get_by_label("Your name").fill("<b>dora</b>")
        page.locator("select[name=contact]").select_option(label="Direct message")
        page.locator("textarea[name=text]").fill("When do you open? <script>alert(1)</script>")
        page.get_by_role("button", name="Write").click()
        expect(page.get_by_role("heading", name="Write as one of their audience")).to_be_visible()
        [messages] = stage.actors["facebook-en"].fake.threads.values()
        assert [message["message"] for message in messages] == ["When do you open? <script>alert(1)</script>"]
        page.close()


def test_the_video_of_the_launch_plays(browser: Browser) -> None:
    """Made by docs/video.py, without any codec: what a browser decodes is what was drawn."""
    page = browser.new_page()  # no page of ours: their policy keeps a blob from playing
    page.set_content("<video id=film muted></video>")
    data = (ROOT / "content/media/launch.mp4").read_bytes()
    facts = page.evaluate(
        """async bytes => {
            const film = document.getElementById("film");
            const event = name => new Promise((done, fail) => {
                film.addEventListener(name, done, {once: true});
                film.addEventListener("error", () => fail(film.error.message), {once: true});
            });
            const loaded = event("loadeddata");
            film.src = URL.createObjectURL(new Blob([new Uint8Array(bytes)], {type: "video/mp4"}));
            await loaded;
            const sought = event("seeked");
            film.currentTime = 4.5;
            await sought;
            const canvas = document.createElement("canvas");
            [canvas.width, canvas.height] = [film.videoWidth, film.videoHeight];
            const paint = canvas.getContext("2d");
            paint.drawImage(film, 0, 0);
            const at = (x, y) => [...paint.getImageData(x, y, 1, 1).data].slice(0, 3);
            return [film.duration, canvas.width, canvas.height, at(5, 5), at(300, 130), at(430, 200)];
        }""",
        list(data),
    )
    page.close()
    assert facts[:3] == [5, 480, 272]
    for shown, drawn in zip(facts[3:], ((0x14, 0x21, 0x3D), (0xF2, 0x6B, 0x5E), (0x9C, 0xC5, 0x6B)), strict=True):
        assert all(abs(one - other) < 8 for one, other in zip(shown, drawn, strict=True)), (shown, drawn)
