"""The page of the plan, in a real browser."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.harbour import NOW, Site

pytestmark = pytest.mark.slow


def test_each_account_has_its_chart_and_the_numbers_behind_it(opened: Opener, site: Site) -> None:
    page = opened(site.out / "plan.html")
    cell = page.locator(".cell", has=page.get_by_role("heading", name="Harbour Café on Mastodon"))
    chart = cell.get_by_role("img")
    expect(chart).to_have_accessible_name(
        "Eight weeks back, eight ahead: In the week of 30 November, 2 of 4 posts were published."
    )
    box = chart.bounding_box()
    assert box and box["width"] > 200 and box["height"] > 40
    bars = chart.locator("rect.sent, rect.scheduled").all()
    assert bars and all((each.bounding_box() or {"height": 0})["height"] > 0 for each in bars)
    expect(cell.get_by_role("table")).to_be_hidden()
    cell.locator("summary").click()
    expect(cell.get_by_role("row")).to_have_count(17)
    expect(cell.locator("tr.this th")).to_have_text("7 December")


def test_a_free_slot_leads_to_a_new_post(opened: Opener, site: Site) -> None:
    page = opened(site.out / "plan.html")
    link = page.get_by_role("link", name="New post: toots, Monday, 14 December 2026 09:30")
    asked = urlsplit(link.get_attribute("href") or "")
    assert asked.netloc == "github.com"
    assert "date: 2026-12-14 09:30\naccounts: [toots]\n" in parse_qs(asked.query)["value"][0]


def test_the_words_at_the_top_lead_down_the_page(opened: Opener, site: Site) -> None:
    page = opened(site.out / "plan.html")
    page.get_by_role("link", name="Free slots").click()
    expect(page.get_by_role("heading", name="Free slots")).to_be_in_viewport()
    page.get_by_role("link", name="Calendar").click()
    page.get_by_role("link", name="Plan", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plan")


def test_it_says_how_old_it_is(opened: Opener, site: Site) -> None:
    page = opened(site.out / "plan.html")
    expect(page.locator("#notices")).to_be_empty()
    page.clock.set_fixed_time(NOW.replace(day=12))
    page.reload()
    expect(page.locator("#notices")).to_contain_text("This calendar was generated 3 days ago.")


def test_how_publishing_is_doing_stands_above_the_calendar(opened: Opener, site: Site) -> None:
    page = opened(site.out / "index.html", java_script_enabled=False)
    strip = page.get_by_role("region", name="How publishing is doing")
    expect(strip.get_by_role("listitem").first).to_contain_text(
        "Publishing works: the last sign of life is less than an hour old."
    )
    top = strip.bounding_box()
    assert top and top["y"] < 100


def test_in_french(opened: Opener, french: Site) -> None:
    page = opened(french.out / "plan.html")
    expect(page.get_by_role("heading", name="À surveiller")).to_be_visible()
