"""A real Chromium, pages from disk and from loopback, and a watch over all that they do.

`CMFLOW_BROWSER` names the program; `CMFLOW_SERVERS=0` leaves these tests out; `CMFLOW_SCREENSHOTS` names a folder that
keeps the pictures.
"""

import functools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Route, expect, sync_playwright

from tests.browser.harbour import NOW, Site, empty, harbour
from tests.loopback import serving
from tests.servers import installed, needed
from tests.servers.pds import npm

# Read here, once: no test sees the variables of this machine (tests/conftest.py).
NAMED = os.environ.get("CMFLOW_BROWSER", "")
PICTURES = os.environ.get("CMFLOW_SCREENSHOTS", "")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--force-color-profile=srgb", "--font-render-hinting=none"),
)
AXE = "4.14.1"
PATIENCE = 60_000  # milliseconds: the machine may be busy
DESK, PHONE, WALL = (1280, 900), (360, 740), (2560, 1300)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    needed()
    program = NAMED or next(filter(None, map(shutil.which, PROGRAMS)), "")
    if not program:
        pytest.fail("These tests need Chromium (Debian: apt install chromium). CMFLOW_SERVERS=0 leaves them out.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The harbour's calendar, in English."""
    needed()
    return harbour(tmp_path_factory.mktemp("harbour"))


@pytest.fixture(scope="session")
def french(tmp_path_factory: pytest.TempPathFactory) -> Site:
    needed()
    return harbour(tmp_path_factory.mktemp("port"), "fr")


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A calendar with nothing in it."""
    needed()
    return empty(tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="session")
def axe() -> str:
    """The program that looks for what keeps people out."""
    needed()
    folder = installed(f"axe-core-{AXE}", lambda folder: npm(folder, f"axe-core@{AXE}"))
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on loopback, under a path, as GitHub Pages has it."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

        def translate_path(self, path: str) -> str:
            return super().translate_path(path.removeprefix("/posts-of-ours"))

    handler = functools.partial(Handler, directory=str(folder))
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}/posts-of-ours"


@pytest.fixture(scope="session")
def address(site: Site) -> Iterator[str]:
    """Where the harbour's calendar is, over HTTP."""
    with served(site.out) as found:
        yield found


@dataclass
class Watch:
    """What pages did that none should: said on the console, asked of others, opened as a dialog."""

    wrong: list[str] = field(default_factory=list)
    bytes: int = 0

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("dialog", self._dialog)
        page.on("popup", lambda popup: self.wrong.append(f"popup: {popup.url}"))

    def route(self, route: Route) -> None:
        """Everything that is not on this machine is refused, and remembered."""
        if route.request.url.startswith(("file://", "http://127.0.0.1:")):
            route.continue_()
        else:
            self.wrong.append(f"request: {route.request.url}")
            route.abort()

    def _dialog(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"console: {message.text}")


Opener = Callable[..., Page]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Whatever the test does, no page may have done anything wrong at its end."""
    watching = Watch()
    yield watching
    assert watching.wrong == []


@pytest.fixture
def opened(browser: Browser, watch: Watch) -> Iterator[Opener]:
    """Opens an address or a file in a window of its own, at the harbour's time."""
    contexts: list[BrowserContext] = []

    def call(where: str | Path, size: tuple[int, int] = DESK, **options: Any) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        given = {"viewport": viewport, "timezone_id": "America/New_York", "reduced_motion": "reduce"} | options
        context = browser.new_context(**cast(Any, given))
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.route("**/*", watch.route)
        page = context.new_page()
        page.clock.set_fixed_time(NOW)
        watch.over(page)
        page.goto(where.as_uri() if isinstance(where, Path) else where)
        if given.get("java_script_enabled", True) and page.locator("#app").count():
            page.locator("#app:not([hidden]), .plain.shown").first.wait_for()
            if page.locator("#app").is_visible():
                settle(page)
        return page

    yield call
    for context in contexts:
        context.close()


def settle(page: Page) -> None:
    """Wait until the view is there that the address asks for."""
    page.evaluate("new Promise(done => setTimeout(done, 20))")  # by then the script has heard of the address
    page.locator("#view:not([aria-busy]) > *").first.wait_for()


def at(base: str | Path, view: str = "month", date: str = "2026-12-09", **more: str) -> str:
    """The address of a view."""
    said = "&".join(f"{name}={value}" for name, value in {"view": view, "date": date, **more}.items())
    begin = (base / "index.html").as_uri() if isinstance(base, Path) else f"{base}/index.html"
    return f"{begin}#{said}"
