"""The feeds the first page leads to."""

from dataclasses import replace

from cmflow.website import feed_links, feeds
from cmflow.website.languages import language
from tests.website.calendars import PLAN, Outline, at, build, calendar, entry


def test_each_by_the_name_people_know() -> None:
    assert feed_links.feeds(PLAN, language("en")) == (
        ("calendar.ics", "The whole calendar"),
        ("accounts/x-en.ics", "x-en"),
        ("accounts/team.ics", "Our team"),
        ("sent.rss", "Published posts (RSS)"),
        ("calendar.csv", "Table (CSV)"),
    )


def test_the_first_page_leads_to_feeds_that_are_there() -> None:
    made = {path for path, _ in feeds.files(feeds.collect(calendar(), ""))}
    page = build(entry("a", at(9)), plan=replace(PLAN, language="fr"))["index.html"]
    links = [str(given.get("href")) for tag, given in Outline(page).tags if tag == "a"]
    assert [link for link in links if link in made] == [file for file, _ in feed_links.feeds(PLAN, language("fr"))]
    found = {given["href"]: given["type"] for tag, given in Outline(page).tags if given.get("rel") == "alternate"}
    assert found == {"calendar.ics": "text/calendar", "sent.rss": "application/rss+xml"}
