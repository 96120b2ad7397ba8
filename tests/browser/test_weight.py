"""How much the first page loads, however many posts there are."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

from cmflow import website
from cmflow.model import Entry
from tests.browser.conftest import Opener, served, settle
from tests.browser.harbour import NOW
from tests.website.calendars import PLAN, TEMPLATES, calendar, entry

pytestmark = pytest.mark.slow

POSTS = 10_000
LIGHT = 200_000  # bytes
FIRST = NOW.replace(day=1, hour=0, minute=0)


def posts(days: int) -> list[Entry]:
    """As many posts, spread over that many days from the first of the month."""
    step = timedelta(days=days) / POSTS
    accounts = tuple(each.name for each in PLAN.accounts)
    titles = ("Soup of the day, with chestnuts and a little thyme", "Fog over the pier", "صباح الخير من الميناء")
    return [
        entry(f"2026/post-{number:05}", FIRST + number * step, accounts, title=f"{titles[number % 3]}, {number}")
        for number in range(POSTS)
    ]


@pytest.mark.parametrize("days", [31, 365], ids=["in a month", "in a year"])
def test_the_month_opens_light(
    days: int, tmp_path: Path, opened: Opener, record_property: Callable[[str, object], None]
) -> None:
    for path, text in website.every_page(calendar(*posts(days), now=NOW), TEMPLATES):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    with served(tmp_path) as address:
        page = opened("about:blank")
        loaded: dict[str, int] = {}
        page.on("response", lambda response: loaded.update({response.url: weight(response)}))
        page.goto(f"{address}/index.html")
        page.locator("#app").wait_for()
        settle(page)
        expect(page.locator("td[data-day]")).to_have_count(31)
        page.wait_for_load_state("networkidle")
        total = sum(loaded.values())
        assert {url.rpartition("/")[2] for url in loaded} == {
            *("index.html", "style.css", "calendar.js", "site.js", "2026-12.js")
        }
        assert total < LIGHT, loaded
        record_property("told", f"the first of {POSTS:,} posts in {days} days: {total:,} bytes in {len(loaded)} files")
        busiest(page)


def weight(response: Response) -> int:
    return len(response.body())


def busiest(page: Page) -> None:
    """A day can still be seen whole, a piece at a time."""
    page.locator("td[data-day='2026-12-15'] .more").click()
    settle(page)
    expect(page.locator("#result")).to_contain_text("posts, Tuesday, 15 December 2026")
    shown = page.locator("#view a.post")
    before = shown.count()
    assert before <= 200
    if page.get_by_role("button", name="Show more").count():
        page.get_by_role("button", name="Show more").click()
        assert shown.count() > before
