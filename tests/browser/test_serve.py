"""`cmflow serve` in a real browser: what is saved shows by itself, where the reader is, and nothing complains."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from cmflow.cli.serve import Desk
from cmflow.website.serve.server import Server, Site
from tests.browser.conftest import Opener
from tests.loopback import serving
from tests.repository.places import PLAN, PNG, path, post, write
from tests.servers import needed

pytestmark = pytest.mark.slow

POST = {
    path("one"): post(more="media: [content/media/one.png]\n", body="The terrace is open"),
    "content/media/one.png": PNG,
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    needed()
    write(tmp_path, {"content/plan.md": PLAN, **POST})
    site = Site(tmp_path / "_site", "begun")
    with serving(Server(site, 0), site.end) as server:
        made = Desk(tmp_path, server, lambda: datetime(2026, 11, 30, 12, tzinfo=UTC))
        made.build()
        yield made


def test_a_page_shows_what_was_saved(desk: Desk, opened: Opener) -> None:
    page = opened(f"{desk.server.address}posts/one.html#here")
    expect(page.get_by_text("The terrace is open")).to_be_visible()
    expect(page.locator("figure img")).to_have_js_property("naturalWidth", 1)
    for text in ("The garden is open", "The cellar is open"):
        write(desk.root, {path("one"): post(body=text)})
        desk.build()
        expect(page.get_by_text(text)).to_be_visible()
    assert page.url.endswith("/posts/one.html#here")


def test_the_calendar_keeps_what_was_chosen(desk: Desk, opened: Opener) -> None:
    page = opened(f"{desk.server.address}#view=list")
    expect(page.locator("#view").get_by_text("T", exact=True).first).to_be_visible()
    before = page.url
    write(desk.root, {path("two"): post("2026-12-02 09:30").replace("title: T", "title: The second")})
    desk.build()
    expect(page.locator("#view").get_by_text("The second").first).to_be_visible()
    assert page.url == before


def test_a_mistake_leaves_the_page_alone(desk: Desk, opened: Opener) -> None:
    page = opened(f"{desk.server.address}posts/one.html")
    page.evaluate("document.title = 'not loaded again'")
    write(desk.root, {"templates/site/index.html.j2": "{% if %}", path("one"): post(body="Other")})
    desk.build()
    page.wait_for_timeout(300)
    assert page.title() == "not loaded again"
    expect(page.get_by_text("The terrace is open")).to_be_visible()
