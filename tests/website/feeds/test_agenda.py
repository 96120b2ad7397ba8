"""What feeds tell: which posts, in which order, and when they last changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cmflow.model import Change, Delivery, Event, Receipt, State, Status
from cmflow.website import feeds
from cmflow.website.feeds.agenda import BACK, FORWARD, MOST, NEVER, SENT, Agenda, collect, web
from tests import ROOT
from tests.website.calendars import HOUR, NOW, PLAN, at, calendar, entry, sent

DAY = timedelta(days=1)


def ids(made: Agenda) -> Sequence[str]:
    return [card.id for card in made.cards]


def test_every_file_there_is() -> None:
    assert [path for path, _ in feeds.files(feeds.collect(calendar(), ""))] == [
        "calendar.ics",
        "accounts/x-en.ics",
        "accounts/team.ics",
        "calendar.json",
        "calendar.csv",
        "sent.rss",
    ]


def test_the_page_about_feeds_says_how_far_they_reach() -> None:
    page = " ".join((ROOT / "docs/feeds.md").read_text("utf-8").split())
    assert f"the {BACK.days} days before today and the year after it" in page
    assert f"more than {MOST:,} posts, only the nearest {MOST:,}." in page
    assert f"the {SENT} posts published last" in page
    assert timedelta(days=365) == FORWARD


def test_nothing_says_when_it_was_made() -> None:
    posts = entry("a", at(9)), entry("b", at(10), status=Status.DRAFT)
    made, later = (tuple(feeds.files(feeds.collect(calendar(*posts, now=now), ""))) for now in (NOW, NOW + HOUR))
    assert made == later


def test_what_lies_near_in_the_order_of_its_times() -> None:
    edges = {"too old": -91, "old": -90, "now": 0, "far": 364, "too far": 366}
    posts = [entry(name, NOW + days * DAY) for name, days in reversed(edges.items())]
    assert ids(collect(calendar(*posts), "")) == ["old", "now", "far"]


def test_the_nearest_of_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmflow.website.feeds.agenda.MOST", 2)
    posts = [entry(str(days), NOW + days * DAY) for days in (-3, -1, 2, 4)]
    assert ids(collect(calendar(*posts), "")) == ["-1", "2"]


def test_a_post_without_a_date_has_no_place() -> None:
    assert ids(collect(calendar(entry("a", at(9), date=None, planned=())), "")) == []


def test_a_post_that_goes_nowhere_stands_at_its_date() -> None:
    (card,) = collect(calendar(entry("a", at(9), planned=())), "").cards
    assert (card.time, card.lines) == (at(9), ())


def test_of_two_with_one_id_only_the_first() -> None:
    posts = entry("a", at(9)), replace(entry("a", at(10)), path="content/posts/z.md")
    assert [card.time for card in collect(calendar(*posts), "").cards] == [at(9)]


def test_a_post_that_is_gone_is_told_by_the_ledger() -> None:
    made = collect(calendar(ledger=(sent("near", at(1)), sent("long ago", at(1, year=2024)))), "")
    assert ids(made) == ["near"]
    assert not list(made.media(made.cards[0]))


def test_where_a_post_is_shown() -> None:
    public, nowhere = (collect(calendar(entry("a b", at(9))), address) for address in ("https://c.example/x/", ""))
    (card,) = public.cards
    assert public.page(card) == public.link(card) == "https://c.example/x/posts/a%20b.html"
    assert (nowhere.page(card), nowhere.link(card)) == ("", "posts/a%20b.html")


def test_media_that_are_there_and_are_shown() -> None:
    media = (("content/media/a.png", "blob"), ("content/media/b.svg", "blob"), ("content/media/c.png", ""))
    made = collect(calendar(entry("a", at(9), media=media)), "")
    assert [*made.media(made.cards[0])] == ["content/media/a.png"]


def test_when_anything_last_happened() -> None:
    post = entry("a", at(9), ("x-en", "team"))
    event = Event(at(9, 9), State.FAILED)
    ledger = Delivery("a", "x-en", State.FAILED, at(9), history=(Event(at(9, 7), State.SENDING), event))
    changes = (Change(at(8), "Ana", "Newer", "2"), Change(at(7), "Ana", "Older", "1"))
    made = collect(calendar(post, ledger=(ledger,), history={post.path: changes}), "")
    (card,) = made.cards
    by_account = {line.account: line for line in card.lines}
    assert made.changed(card, card.lines) == (event.time, 4)
    assert made.changed(card, (by_account["team"],)) == (at(8), 2)
    settled = collect(calendar(post, history={post.path: changes}, settled=at(8, 20)), "")
    assert settled.changed(card, card.lines) == (at(8, 20), 2)
    bare = collect(calendar(post), "")
    assert bare.changed(bare.cards[0], bare.cards[0].lines) == (NEVER, 0)


def test_what_was_sent_last_comes_first_and_no_more_than_so_much() -> None:
    many = tuple(sent(f"{number:03}", NOW - number * HOUR) for number in range(SENT + 20))
    waiting = (Delivery("w", "x-en", State.SENDING, at(1)), Delivery("n", "x-en", State.SENT, at(1)))
    made = collect(calendar(ledger=(*many, *waiting)), "").sent
    assert [delivery.post for delivery, _ in made] == [f"{number:03}" for number in range(SENT)]


def test_the_moment_that_counts_is_that_of_the_first_part() -> None:
    parts = (Receipt(0, "1", "", at(1)), Receipt(1, "2", "", at(2)))
    thread = replace(sent("a", at(1)), receipts=parts)
    ((_, receipt),) = collect(calendar(ledger=(thread,)), "").sent
    assert receipt == parts[0]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_days_are_those_of_the_plan(zone: str) -> None:
    made = collect(calendar(plan=replace(PLAN, zone=zone)), "")
    assert (made.start.hour, made.start.minute) == (0, 0)
    assert made.start <= NOW - 89 * DAY
    assert made.start.astimezone(UTC) > datetime(2026, 9, 3, tzinfo=UTC)


def test_an_address_a_browser_opens() -> None:
    assert [web(url) for url in ("https://a.example", "javascript:alert(1)", "at://did:x/1", "")] == [
        "https://a.example",
        "",
        "",
        "",
    ]
