"""The page of statistics, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.harbour import Site

pytestmark = pytest.mark.slow


def test_growth_is_drawn_and_its_readings_are_behind_it(opened: Opener, site: Site) -> None:
    page = opened(site.out / "statistics.html")
    cell = page.locator(".cell", has=page.get_by_role("heading", name="Harbour Café on Mastodon"))
    chart = cell.get_by_role("img", name="Followers of Harbour Café on Mastodon. 378 followers on 8 December")
    box = chart.bounding_box()
    assert box and box["width"] > 200 and box["height"] > 40
    expect(chart.locator("path.bridge")).to_have_count(1)
    expect(cell.get_by_role("table")).to_be_hidden()
    cell.locator("summary").click()
    expect(cell.get_by_role("row")).to_have_count(35)


def test_without_a_script_it_is_whole(opened: Opener, site: Site) -> None:
    page = opened(site.out / "statistics.html", java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Statistics")
    expect(page.get_by_role("row", name="Who baked this?").first).to_be_visible()
    expect(page.locator("svg.life").first).to_be_visible()


def test_a_post_leads_to_its_page(opened: Opener, site: Site) -> None:
    page = opened(site.out / "statistics.html")
    page.locator("table.posts a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/posts/" in page.url


def test_the_navigation_leads_here(opened: Opener, site: Site) -> None:
    page = opened(site.out / "index.html")
    page.get_by_role("link", name="Statistics", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Statistics")
