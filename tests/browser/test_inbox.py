"""The page of the inbox, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.harbour import Site

pytestmark = pytest.mark.slow


def test_the_navigation_leads_here(opened: Opener, site: Site) -> None:
    page = opened(site.out / "index.html")
    page.get_by_role("link", name="Inbox", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")


def test_without_a_script_it_is_whole(opened: Opener, site: Site) -> None:
    page = opened(site.out / "inbox.html", java_script_enabled=False)
    expect(page.get_by_role("table", name="By label").get_by_role("row", name="complaints")).to_be_visible()
    chart = page.get_by_role("img", name="Weeks: conversations")
    box = chart.bounding_box()
    assert box and box["width"] > 200 and box["height"] > 40
    expect(page.get_by_role("table", name="Weeks").get_by_role("row")).to_have_count(15)
