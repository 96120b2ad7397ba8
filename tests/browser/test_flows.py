"""What people do with the calendar: look, move, choose, search; with a mouse, keys, fingers, and without JavaScript."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Opener, Watch, at, settle
from tests.browser.harbour import FULL_DAY, LONG, NOW, Site

pytestmark = pytest.mark.slow


@pytest.fixture(params=["disk", "loopback"])
def base(request: pytest.FixtureRequest, site: Site, address: str) -> str:
    """The site's top: a folder on disk, or a path of a web server."""
    return site.out.as_uri() if request.param == "disk" else address


def data(site: Site, name: str) -> Any:
    text = (site.out / "data" / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(text[text.index(",") + 1 : text.rindex(")")])


def posts(site: Site) -> Iterator[dict[str, Any]]:
    """Every post of December, with names instead of numbers."""
    shared = data(site, "site")
    for post in data(site, "2026-12")["posts"]:
        lines = [(shared["accounts"][line[0]], shared["states"][line[1]][0]) for line in post.get("lines", [])]
        accounts, networks, states = (
            [name for (name, _, _), _ in lines],
            [network for (_, network, _), _ in lines],
            [state for _, state in lines],
        )
        yield post | {"account": accounts, "network": networks, "state": states or [shared["states"][post["state"]][0]]}


def shown(page: Page) -> list[str]:
    """The titles in the view, in order."""
    settle(page)
    return page.locator("#view a.post .title").all_text_contents()


def said(page: Page, key: str) -> list[str]:
    """What the address says of a key."""
    return parse_qs(urlsplit(page.url).fragment).get(key, [])


# ── views ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_views(base: str, opened: Opener, site: Site) -> None:
    page = opened(f"{base}/index.html")
    expect(page.locator("#period")).to_have_text("December 2026")
    expect(page.locator("td[data-day]")).to_have_count(31)
    expect(page.locator("td[aria-current=date]")).to_have_attribute("data-day", f"{NOW:%Y-%m-%d}")
    page.get_by_role("button", name="Week", exact=True).click()
    expect(page.locator("td[data-day]")).to_have_count(7)
    expect(page.locator("#period")).to_have_text("7–13 Dec 2026")
    page.get_by_role("button", name="List", exact=True).click()
    expect(page.locator(".agenda")).not_to_have_count(0)
    assert len(shown(page)) == len(list(posts(site)))
    page.get_by_role("button", name="Board", exact=True).click()
    expect(page.locator(".column h3 .state")).to_have_text(
        ["missed", "has errors", "due now", "scheduled", "sent", "draft"]
    )
    assert len(shown(page)) == len(list(posts(site)))
    assert said(page, "view") == ["board"]
    page.go_back()
    expect(page.locator(".agenda")).not_to_have_count(0)
    page.reload()
    settle(page)
    assert said(page, "view") == ["list"]
    expect(page.get_by_role("button", name="List", exact=True)).to_have_attribute("aria-pressed", "true")


def test_months(base: str, opened: Opener) -> None:
    page = opened(f"{base}/index.html")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator("#period")).to_have_text("January 2027")
    page.get_by_role("button", name="Previous", exact=True).click()
    page.get_by_role("button", name="Previous", exact=True).click()
    expect(page.locator("#period")).to_have_text("November 2026")
    page.get_by_role("button", name="Today", exact=True).click()
    expect(page.locator("#period")).to_have_text("December 2026")
    page.locator("#jump").fill("2027-02-03")
    expect(page.locator("#period")).to_have_text("February 2027")
    assert said(page, "date") == ["2027-02-03"]


def test_a_month_s_own_page_begins_with_that_month(base: str, opened: Opener) -> None:
    page = opened(f"{base}/2027-01.html")
    expect(page.locator("#period")).to_have_text("January 2027")
    expect(page.locator("#made")).to_contain_text("As of 2026-12-09 14:20")


def test_today_is_the_plan_s_and_not_the_reader_s(opened: Opener, site: Site) -> None:
    page = opened(site.out / "index.html", timezone_id="Pacific/Kiritimati")
    expect(page.locator("td[aria-current=date]")).to_have_attribute("data-day", "2026-12-09")


def test_a_calendar_played_ahead_begins_where_it_is_played(opened: Opener, site: Site) -> None:
    page = opened(site.out / "index.html")
    page.clock.set_fixed_time(NOW.replace(month=10))
    page.reload()
    settle(page)
    expect(page.locator("td[aria-current=date]")).to_have_attribute("data-day", "2026-12-09")
    expect(page.locator("#period")).to_have_text("December 2026")
    expect(page.locator("#notices")).to_be_empty()


def test_a_full_day(base: str, opened: Opener) -> None:
    page = opened(at(base))
    cell = page.locator(f"td[data-day='{FULL_DAY}']")
    expect(cell.locator("a.post")).to_have_count(4)
    cell.get_by_text("+27 more").click()
    expect(page.locator("#period")).to_have_text("Tuesday, 15 December 2026")
    assert len(shown(page)) == 31
    page.get_by_role("link", name="Back to the month").click()
    expect(page.locator("td[data-day]")).to_have_count(31)


def test_a_post_leads_to_its_page_and_back(base: str, opened: Opener) -> None:
    page = opened(at(base, "week", "2026-12-17"))
    page.locator("a.post", has_text="The whole story").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LONG)
    expect(page.locator(".variant")).to_have_count(4)
    page.go_back()
    settle(page)
    assert said(page, "date") == ["2026-12-17"]


def test_a_sent_post_leads_to_where_it_can_be_seen(opened: Opener, site: Site) -> None:
    page = opened(at(site.out, "list", "2026-12-01"))
    link = page.locator(".agenda[data-day='2026-12-01'] a.account").first
    assert re.fullmatch(r"https://\w+\.example/@harbour/p11", link.get_attribute("href") or "")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_where_nothing_is_planned(opened: Opener, site: Site) -> None:
    page = opened(at(site.out, "list", "2027-09-01"))
    expect(page.locator(".empty")).to_contain_text("Nothing is planned in September 2027.")
    page.get_by_role("link", name="Go to the last posts, in February 2027").click()
    expect(page.locator("#period")).to_have_text("February 2027")


def test_an_empty_calendar(opened: Opener, bare: Site) -> None:
    page = opened(bare.out / "index.html")
    expect(page.locator(".empty")).to_contain_text("This command creates the first one:")
    for view in ("Week", "List", "Board"):
        page.get_by_role("button", name=view, exact=True).click()
        expect(page.locator(".empty")).to_be_visible()
    expect(page.locator("#new")).to_be_hidden()


# ── filters and search ──────────────────────────────────────────────────────────────────────────────────────


def test_filters_together_stay_in_the_address(base: str, opened: Opener, site: Site) -> None:
    page = opened(at(base, "list"))
    page.locator("#filters").click()
    page.get_by_label("sky", exact=True).check()
    page.get_by_label("toots", exact=True).check()
    page.get_by_label("harbour", exact=True).check()
    page.locator("#legend").get_by_role("button", name=re.compile("^scheduled")).click()
    wanted = [
        post["title"]
        for post in posts(site)
        if post.get("pillar") == "harbour"
        and any(
            name in ("sky", "toots") and state == "scheduled"
            for name, state in zip(post["account"], post["state"], strict=False)
        )
    ]
    assert wanted and shown(page) == wanted
    expect(page.locator("#result")).to_have_text(f"{len(wanted)} of {len(list(posts(site)))} posts, December 2026")
    assert (said(page, "account"), said(page, "pillar"), said(page, "state")) == (
        ["sky", "toots"],
        ["harbour"],
        ["scheduled"],
    )
    page.reload()
    assert shown(page) == wanted
    page.locator("#filters").click()
    expect(page.get_by_label("sky", exact=True)).to_be_checked()
    page.go_back()
    assert len(shown(page)) > len(wanted)
    page.get_by_role("button", name="Remove: Pillar: harbour").click()
    page.get_by_role("button", name="Clear all").click()
    assert len(shown(page)) == len(list(posts(site)))
    assert said(page, "account") == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("account", "crew"),
        ("network", "facebook"),
        ("campaign", "winter"),
        ("campaign", ""),
        ("pillar", "people"),
        ("language", "ar"),
        ("author", "Ada Marin"),
        ("author", "Bo Lind"),
        ("state", "draft"),
        ("state", "missed"),
    ],
)
def test_each_filter(key: str, value: str, opened: Opener, site: Site) -> None:
    def has(post: dict[str, Any]) -> bool:
        found = post.get(key, "")
        return value in found if isinstance(found, list) else value == found

    wanted = [post["title"] for post in posts(site) if has(post)]
    assert 0 < len(wanted) < len(list(posts(site)))
    page = opened(at(site.out, "list", **{key: value}))
    assert shown(page) == wanted


def test_networks_are_called_by_their_titles(opened: Opener, site: Site) -> None:
    page = opened(at(site.out, "list", network="facebook"))
    expect(page.locator("#chosen li").first).to_have_text("network: Facebook", ignore_case=True)
    page.get_by_role("button", name="Filter").click()
    found = page.locator("#choices label.choice", has=page.locator("input[name=network]"))
    titles = ["Mastodon", "Bluesky", "X", "Threads", "Facebook", "Instagram", "LinkedIn", "Telegram", "Slack"]
    expect(found).to_have_text(titles)


def test_filters_narrow_every_view(opened: Opener, site: Site) -> None:
    for view, number in (("month", 4), ("week", 1), ("board", 4), ("list", 4)):
        page = opened(at(site.out, view, "2026-12-17", account="work"))
        wanted = [post for post in posts(site) if "work" in post["account"]]
        assert len(shown(page)) <= len(wanted)
        assert shown(page), (view, number)


def test_nothing_matches(opened: Opener, site: Site) -> None:
    page = opened(at(site.out, "month", account="work", state="missed"))
    expect(page.locator(".empty")).to_contain_text("No post in December 2026 matches the filters.")
    page.locator(".empty").get_by_role("button", name="Clear all").click()
    expect(page.locator("td[data-day]")).to_have_count(31)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("fog PIER", "Fog over the pier"),
        ("صباح", "صباح الخير"),
        ("garlic", "A recipe to take home"),
        ("#winter thyme", "Soup of the day"),
        ("1987", LONG),
    ],
)
def test_search_looks_at_all_months(words: str, title: str, base: str, opened: Opener) -> None:
    page = opened(f"{base}/index.html")
    page.locator("#search").fill(words)
    page.wait_for_url(re.compile("q="))
    assert set(shown(page)) == {title}
    page.reload()
    assert set(shown(page)) == {title}
    expect(page.locator("#search")).to_have_value(words)
    page.locator("#search").press("Escape")
    expect(page.locator("td[data-day]")).to_have_count(31)


def test_search_finds_nothing(opened: Opener, site: Site) -> None:
    page = opened(at(site.out, q="submarine"))
    expect(page.locator(".empty")).to_contain_text("No results for “submarine”.")


# ── keys and fingers ────────────────────────────────────────────────────────────────────────────────────────


def test_keys_of_one_letter(base: str, opened: Opener) -> None:
    page = opened(at(base, "month", "2027-02-01"))
    for key, view in (("w", "week"), ("l", "list"), ("b", "board"), ("m", "month")):
        page.keyboard.press(key)
        page.wait_for_url(re.compile(f"view={view}"))
        settle(page)
    page.keyboard.press("t")
    expect(page.locator("#period")).to_have_text("December 2026")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("twelve")  # letters are letters here
    assert said(page, "view") == ["month"]
    page.keyboard.press("Escape")
    page.locator("#period").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("w")
    assert said(page, "view") == ["month"]


def test_arrows_go_from_day_to_day(base: str, opened: Opener) -> None:
    page = opened(at(base, "month", "2026-12-09"))
    page.locator("td[data-day='2026-12-09']").focus()

    def after(key: str) -> str:
        page.keyboard.press(key)
        settle(page)
        return page.locator("td[data-day]:focus").get_attribute("data-day") or ""

    moves = ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "Home", "End", "PageDown", "PageUp")
    days = ("10", "17", "16", "09", "07", "13")
    assert [after(key) for key in moves] == [*(f"2026-12-{day}" for day in days), "2027-01-13", "2026-12-13"]
    page.keyboard.press("ArrowDown")
    assert said(page, "date") == ["2026-12-20"]
    assert after("ArrowUp") == "2026-12-13"
    page.keyboard.press("Enter")
    expect(page.locator("#period")).to_have_text("Sunday, 13 December 2026")
    page.keyboard.press("Escape")
    expect(page.locator("td[data-day='2026-12-13']")).to_be_focused()


def test_tab_reaches_the_posts_of_the_day(opened: Opener, site: Site) -> None:
    page = opened(at(site.out, "month", "2026-12-09"))
    page.locator("td[data-day='2026-12-09']").focus()
    page.keyboard.press("Tab")
    expect(page.locator("td[data-day='2026-12-09'] a.post").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("td[data-day='2026-12-09'] a.post").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("td[data-day='2026-12-09']")).to_be_focused()


def test_the_first_tab_skips_to_the_content(opened: Opener, site: Site) -> None:
    page = opened(site.out / "index.html")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    expect(page.locator("td[data-day]")).to_have_count(31)


def swipe(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    fingers = page.context.new_cdp_session(page)
    for kind, points in (("touchStart", [start]), ("touchMove", [end]), ("touchEnd", [])):
        touched = [{"x": x, "y": y} for x, y in points]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})


def test_fingers(base: str, opened: Opener) -> None:
    page = opened(at(base), PHONE, has_touch=True, is_mobile=True)
    place = page.locator("#view").bounding_box()
    assert place is not None
    y = int(place["y"]) + 60
    swipe(page, (300, y), (60, y + 10))
    expect(page.locator("#period")).to_have_text("January 2027")
    swipe(page, (60, y), (300, y + 10))
    expect(page.locator("#period")).to_have_text("December 2026")
    swipe(page, (200, y), (190, y - 300))
    expect(page.locator("#period")).to_have_text("December 2026")
    page.locator("td[data-day='2026-12-09'] .number").tap()
    expect(page.locator("#period")).to_have_text("Wednesday, 9 December 2026")


# ── without JavaScript, old, broken, French ─────────────────────────────────────────────────────────────────


def test_without_javascript_every_post_is_listed(base: str, opened: Opener, site: Site) -> None:
    page = opened(f"{base}/index.html", java_script_enabled=False)
    expect(page.locator("#app")).to_be_hidden()
    expect(page.locator("#plain")).to_be_visible()
    assert page.locator("#plain .posts a").count() == len(list(posts(site)))
    found = 0
    months = page.locator(".months a")
    files = [months.nth(number).get_attribute("href") for number in range(months.count())]
    for file in files:
        page.goto(f"{base}/{file}")
        found += page.locator("#plain .posts a").count()
    assert files == ["2026-11.html", "2026-12.html", "2027-01.html", "2027-02.html"]
    assert found == len(list((site.out / "posts").iterdir()))
    page.goto(f"{base}/posts/thread.html")
    expect(page.locator(".variant")).to_have_count(4)


def test_a_calendar_that_is_old_says_so(opened: Opener, site: Site) -> None:
    page = opened(site.out / "index.html")
    expect(page.locator("#notices")).to_be_empty()
    page.clock.set_fixed_time(NOW.replace(day=12))
    page.reload()
    settle(page)
    expect(page.locator("#notices")).to_contain_text("This calendar was generated 3 days ago.")


def test_an_open_page_sees_that_there_is_a_newer_calendar(address: str, opened: Opener, site: Site) -> None:
    page = opened(f"{address}/index.html")
    newer = (site.out / "data" / "site.js").read_text(encoding="utf-8").replace("T14:20", "T15:00")
    page.route("**/data/site.js?*", lambda route: route.fulfill(body=newer, content_type="text/javascript"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#notices")).to_contain_text("A newer calendar is available.")


def test_data_that_do_not_come(address: str, opened: Opener, watch: Watch) -> None:
    page = opened(f"{address}/index.html")
    page.route("**/data/2027-01.js", lambda route: route.abort())
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator(".empty[role=alert]")).to_contain_text("A part of the calendar could not be loaded.")
    page.unroute("**/data/2027-01.js")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("td[data-day]")).to_have_count(31)
    assert [each for each in watch.wrong if "net::ERR_FAILED" not in each] == []
    watch.wrong.clear()


def test_no_data_at_all_leaves_the_plain_lists(browser_folder: Path, opened: Opener, watch: Watch) -> None:
    page = opened(browser_folder / "index.html")
    expect(page.locator("#plain .posts a").first).to_be_visible()
    assert all("ERR_FILE_NOT_FOUND" in each for each in watch.wrong)
    watch.wrong.clear()


@pytest.fixture
def browser_folder(tmp_path: Path, site: Site) -> Path:
    """The first page with its style and script, and nothing else."""
    for name in ("index.html", "calendar.js", "style.css"):
        (tmp_path / name).write_bytes((site.out / name).read_bytes())
    return tmp_path


def test_french(opened: Opener, french: Site) -> None:
    page = opened(french.out / "index.html", locale="fr-FR")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("#period")).to_have_text("décembre 2026")
    expect(page.locator(".grid th").first).to_have_text("lun.")
    expect(page.locator("#result")).to_contain_text("publications")
    page.get_by_role("button", name="Semaine", exact=True).click()
    expect(page.locator("td[aria-current=date] .number")).to_have_attribute(
        "aria-label", "mercredi 9 décembre 2026, aujourd’hui, 2 publications"
    )
    page.locator("#filters").click()
    expect(page.locator("#choices legend").first).to_have_text("Compte")


def test_text_that_is_written_from_right_to_left(opened: Opener, site: Site) -> None:
    page = opened(at(site.out, "list", "2026-12-10"))
    title = page.locator(".title", has_text="صباح الخير")
    assert title.evaluate("each => getComputedStyle(each).direction") == "rtl"
    assert title.get_attribute("lang") == "ar"
    page.goto((site.out / "posts" / "arabic.html").as_uri())
    text = page.locator(".variant .text").first
    assert text.evaluate("each => getComputedStyle(each).direction") == "rtl"
    assert page.locator("html").evaluate("each => getComputedStyle(each).direction") == "ltr"


# ── beginning and mending posts ─────────────────────────────────────────────────────────────────────────────


def test_where_posts_are_begun_and_mended(opened: Opener, site: Site) -> None:
    page = opened(at(site.out, "month", "2026-12-13"))
    begin = page.get_by_role("link", name="New post", exact=True)
    href = begin.get_attribute("href") or ""
    assert href.startswith("https://github.com/harbour/posts/new/main")
    assert "date: 2026-12-13 09:00" in unquote(href)
    free = page.locator("td[data-day='2026-12-20'] a.new")
    expect(free).to_have_attribute("aria-label", "New post on Sunday, 20 December 2026")
    assert "date: 2026-12-20 09:00" in unquote(free.get_attribute("href") or "")
    expect(page.locator("td[data-day='2026-12-05'] a.new")).to_have_count(0)  # it is over
    page.locator(".needing summary", has_text="Cannot be read yet").click()
    page.locator(".needing summary", has_text="Needs attention").click()
    edit = page.locator(".needing").get_by_role("link", name="Edit on GitHub")
    expect(edit).to_have_attribute("href", "https://github.com/harbour/posts/edit/main/content/posts/no-date.md")
    page.locator(".needing").get_by_role("link", name="Too long for X").click()
    expect(page.get_by_role("link", name="Edit or move on GitHub")).to_have_attribute(
        "href", "https://github.com/harbour/posts/edit/main/content/posts/too-long.md"
    )


# ── posting by hand ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_copies_what_is_posted_by_hand(opened: Opener, address: str) -> None:
    """Each part by its button, and the description of a picture; the button says that it did."""
    page = opened(f"{address}/posts/thread.html", permissions=["clipboard-read", "clipboard-write"])
    by_hand = page.locator(".variant.on-threads")
    copies = by_hand.get_by_role("button", name="Copy the text")
    expect(copies).to_have_count(3)
    for number, expected in enumerate(("First the chairs.", "Then the tables.", "Then the sun, we hope. #terrace")):
        copies.nth(number).click()
        expect(by_hand.get_by_role("button", name="Copied")).to_have_count(1)
        assert page.evaluate("navigator.clipboard.readText()").startswith(expected)
        page.clock.run_for(2_000)
        expect(copies).to_have_count(3)
    by_hand.get_by_role("button", name="Copy the alt text").first.click()
    assert page.evaluate("navigator.clipboard.readText()") == "Grey water, a grey pier, one red boat"
    expect(by_hand.get_by_role("link", name="Download")).to_have_count(2)
    expect(page.locator(".variant.on-mastodon").get_by_role("button")).to_have_count(0)
    expect(by_hand.get_by_role("link", name="Post on Threads ↗")).to_have_attribute(
        "href", "https://www.threads.net/intent/post"
    )


def test_without_scripts_there_are_no_buttons_and_the_text_can_be_selected(opened: Opener, site: Site) -> None:
    page = opened(site.out / "posts/thread.html", java_script_enabled=False)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.locator(".variant.on-threads .text").first).to_have_text("First the chairs.")


# ── what each view shows of a post ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("view", ["month", "week", "list", "board"])
def test_pictures_and_marks_stand_in_every_view(view: str, base: str, opened: Opener) -> None:
    page = opened(f"{base}/index.html#view={view}&date=2026-12-14")
    post = page.locator("#view :is(a.post, li.row)", has_text="How a terrace is built")
    picture = post.locator("img.thumb")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("all => all.every(each => each.complete)", arg=[picture.element_handle()])
    assert picture.evaluate("each => [each.naturalWidth, each.naturalHeight]") == [320, 180]
    marks = post.locator("svg.network-mark use").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert sorted(marks) == ["#mark-bluesky", "#mark-mastodon", "#mark-threads", "#mark-x"]


def test_campaigns_pauses_and_free_slots_in_the_month(opened: Opener, site: Site) -> None:
    page = opened(at(site.out, "month", "2026-12-09"))
    named = page.locator(".band.begins").evaluate_all(
        "all => all.map(each => [each.closest('td').dataset.day, each.textContent])"
    )
    assert named == [
        *(["2026-12-01", "winter"], ["2026-12-07", "winter"], ["2026-12-14", "winter"], ["2026-12-21", "winter"]),
        *(["2026-12-24", "holidays"], ["2026-12-28", "winter"]),
    ]
    free = page.locator("td[data-day='2026-12-16'] .slot")
    expect(free).to_have_count(1)
    expect(free).to_have_attribute("title", "Free slot at 09:30: toots")
    href = unquote(free.get_attribute("href") or "")
    assert "date: 2026-12-16 09:30" in href and "accounts: [toots]" in href
    expect(page.locator("td[data-day='2026-12-25'] .slot")).to_have_count(0)
    page = opened(at(site.out, "month", "2026-12-09", account="sky"))
    expect(page.locator("td[data-day='2026-12-16'] .slot")).to_have_count(0)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("facebook live", "Live from the harbour, 08:40"),  # the title of a network
        ("boats can hear", "Fog over the pier"),  # beyond the first line
        ("too-long", "Too long for X"),  # an id
        ("red boat", "Fog over the pier"),  # what a picture shows
        ("hope terrace", "How a terrace is built"),  # the last part of a thread
    ],
)
def test_search_knows_all_that_a_post_says(words: str, title: str, opened: Opener, site: Site) -> None:
    page = opened(at(site.out))
    page.locator("#search").fill(words)
    page.wait_for_url(re.compile("q="))
    assert title in shown(page)


def test_where_nothing_says_so_a_filter_is_offered(opened: Opener, site: Site) -> None:
    page = opened(at(site.out))
    page.locator("#search").fill("misse")
    page.wait_for_url(re.compile("q="))
    page.get_by_role("button", name="State: missed").click()
    settle(page)
    assert shown(page) == ["A recipe to take home"]


@pytest.mark.parametrize(
    ("language", "title"), [("en", "30 Nov – 6 Dec 2026"), ("fr", "30 nov. – 6 déc. 2026")], ids=["en", "fr"]
)
def test_the_title_of_a_week(language: str, title: str, opened: Opener, site: Site, french: Site) -> None:
    page = opened(at((site if language == "en" else french).out, "week", "2026-12-03"))
    expect(page.locator("#period")).to_have_text(title)


def test_a_phone_begins_with_posts(opened: Opener, site: Site) -> None:
    """Whatever there is to choose lies behind one button; what there is to do is one line."""
    page = opened(at(site.out, "list", "2026-12-09"), PHONE)
    first = page.locator("#view .row").first.bounding_box()
    assert first and first["y"] <= 150
    expect(page.locator(".calls")).to_be_visible()
    for hidden in ("#search", "#jump", "#legend", "#today"):
        expect(page.locator(hidden)).to_be_hidden()
    page.locator("#filters").click()
    for hidden in ("#search", "#jump", "#legend", "#today"):
        expect(page.locator(hidden)).to_be_visible()


def test_a_month_on_a_phone_says_how_many_posts_a_day_has(opened: Opener, site: Site) -> None:
    page = opened(at(site.out, "month", FULL_DAY), PHONE)
    expect(page.locator(f"td[data-day='{FULL_DAY}'] .dots")).to_have_text(re.compile("3[01]"))


@pytest.mark.parametrize("day", ["9999-12-31", "0000-01-01", "1899-12-31", "2900-01-01", "2026-02-30"])
@pytest.mark.parametrize("view", ["month", "week", "list", "board"])
def test_an_address_of_no_sane_day_shows_today(address: str, opened: Opener, day: str, view: str) -> None:
    page = opened(f"{address}/index.html#date={day}&view={view}")
    usual = opened(f"{address}/index.html#view={view}")
    expect(page.locator("#period")).to_have_text(usual.locator("#period").inner_text())
