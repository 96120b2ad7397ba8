"""How the pages look: at every width, light and dark, on paper, and to those who see or move otherwise."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, PICTURES, WALL, Opener, at
from tests.browser.harbour import FULL_DAY, Site

pytestmark = pytest.mark.slow

VIEWS = {
    "month": ("month", "2026-12-09"),
    "week": ("week", "2026-12-09"),
    "list": ("list", "2026-12-09"),
    "board": ("board", "2026-12-09"),
    "full-day": ("day", FULL_DAY),
    "long-title": ("week", "2026-12-17"),
    "full-week": ("week", FULL_DAY),
}
Scheme = Literal["light", "dark"]
PAGES = (
    *VIEWS,
    "nothing-here",
    "search",
    "post",
    "pictures",
    "too-long",
    "figures",
    "plan",
    "statistics",
    "inbox",
    "empty",
    "plain",
)
SIZES = (PHONE, DESK, WALL)
GROUNDS: Mapping[Scheme, str] = {"light": "rgb(246, 245, 242)", "dark": "rgb(20, 23, 27)"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def where(name: str, site: Site, bare: Site) -> str:
    """The address of a page."""
    if name in VIEWS:
        view, date = VIEWS[name]
        return at(site.out, view, date)
    if name == "search":
        return at(site.out, q="fog")
    if name == "nothing-here":
        return at(site.out, "month", "2027-09-01")
    files = {
        "post": site.out / "posts" / "thread.html",
        "pictures": site.out / "posts" / "p2.html",
        "figures": site.out / "posts" / "p0.html",
        "too-long": site.out / "posts" / "too-long.html",
        "plan": site.out / "plan.html",
        "statistics": site.out / "statistics.html",
        "inbox": site.out / "inbox.html",
        "empty": bare.out / "index.html",
        "plain": site.out / "2026-12.html",
    }
    return files[name].as_uri()


def looked_at(name: str, opened: Opener, site: Site, bare: Site, size: tuple[int, int], **options: Any) -> Page:
    page = opened(where(name, site, bare), size, java_script_enabled=name != "plain", **options)
    for each in page.locator("img").all():  # those further down load when they are seen
        each.scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, 0)")
    return page


def keep(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_window(name: str, opened: Opener, site: Site, bare: Site) -> None:
    """Down to 320 pixels, the narrowest there is for WCAG: 640 at twice the size."""
    page = looked_at(name, opened, site, bare, DESK)
    for scheme, ground in GROUNDS.items():
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground
        for width, height in (*SIZES, (320, 640), (800, 600), (1100, 800)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if (width, height) in SIZES:
                keep(page, f"{name}-{width}-{scheme}")


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name: str, opened: Opener, axe: str, site: Site, bare: Site) -> None:
    page = opened(where(name, site, bare), bypass_csp=True)
    if name == "plain":
        page.evaluate("for (const each of ['app', 'plain']) document.getElementById(each).hidden = each === 'app'")
    if name in VIEWS:
        page.locator("#filters").click()
    for each in page.locator("summary:visible").all():
        each.click()
    page.evaluate(axe)
    for (width, height), scheme in ((DESK, "light"), (DESK, "dark"), (PHONE, "light")):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=cast(Any, scheme))
        # Nothing may lie half under a bar: the one at the foot of a phone, or the weekdays at the top of a wide window.
        page.evaluate("bottom => scrollTo(0, bottom ? document.body.scrollHeight : 0)", (width, height) == PHONE)
        assert complaints(page) == []


def complaints(page: Page) -> list[str]:
    """What axe says against the page."""
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, preload: false})", RULES)
    assert len(found["passes"]) > 10
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def test_axe_finds_nothing_in_the_list_of_keys(opened: Opener, axe: str, site: Site) -> None:
    page = opened(at(site.out), bypass_csp=True)
    page.keyboard.press("?")
    page.evaluate(axe)
    assert complaints(page) == []
    keep(page, "keys-1280-light")


@pytest.mark.parametrize("name", ["month", "week", "list", "post", "figures", "plan", "statistics", "inbox"])
def test_on_paper(name: str, opened: Opener, site: Site, bare: Site) -> None:
    """Dark or light, paper is white; what can be clicked and nothing else is not printed."""
    page = looked_at(name, opened, site, bare, DESK, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for hidden in ("#search", "#filters", ".views", ".moves", ".sections", "#new"):
        expect(page.locator(hidden).first).to_be_hidden()
    if name in VIEWS:
        expect(page.locator("#view a.post").first).to_be_visible()
    made = page.pdf(prefer_css_page_size=True)
    assert made.startswith(b"%PDF")
    if PICTURES:
        (Path(PICTURES) / f"{name}-print.pdf").write_bytes(made)


def test_what_has_the_focus_is_seen(opened: Opener, site: Site) -> None:
    page = opened(at(site.out, "month", "2026-12-09"))
    for _ in range(14):
        page.keyboard.press("Tab")
        width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert width == "3px", page.evaluate("document.activeElement.outerHTML")


def test_states_are_told_apart_without_colour(opened: Opener, site: Site) -> None:
    """Each has a sign of its own, and its word is there for those who hear the page."""
    page = opened(at(site.out, "month", "2026-12-09"), forced_colors="active")
    signs = page.locator("#legend .mark").evaluate_all(
        "all => all.map(each => getComputedStyle(each, '::before').content.split(' / ')[0])"
    )
    assert len(set(signs)) == len(signs) == 6
    expect(page.locator("td[data-day='2026-12-02'] a.post")).to_contain_text(", missed")


def test_what_is_touched_is_large_enough(opened: Opener, site: Site) -> None:
    page = opened(at(site.out, "list"), PHONE, has_touch=True, is_mobile=True)
    page.locator("#filters").click()
    for each in page.locator("#bar button:visible, #bar input:visible, #legend button, #new").all():
        box = each.bounding_box()
        assert box is not None and box["height"] >= 28 and box["width"] >= 24


@pytest.mark.parametrize("width", [320, PHONE[0], 390])
@pytest.mark.parametrize("file", ["index.html", "plan.html", "statistics.html", "inbox.html"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_are_named_in_one_row_on_a_phone(
    language: str, file: str, width: int, opened: Opener, site: Site, french: Site
) -> None:
    page = opened((site if language == "en" else french).out / file, (width, 740))
    boxes = [link.bounding_box() for link in page.locator(".sections a").all()]
    assert len({box["y"] for box in boxes if box}) == 1
    assert len(boxes) == 4
    assert all(box and box["height"] >= 24 and 0 <= box["x"] <= width - box["width"] for box in boxes)
