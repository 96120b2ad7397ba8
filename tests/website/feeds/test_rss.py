"""sent.rss, as an XML parser that is not ours reads it."""

from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from cmflow.model import Delivery, Entry, Receipt, State
from cmflow.website.feeds import rss
from cmflow.website.feeds.agenda import collect
from tests.website.calendars import HOUR, PLAN, at, calendar, entry, sent

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "</title><script>alert(1)</script>]]>&amp;<!-- \x00\x1b\ufffe\ud800 \"'"


def channel(*entries: Entry, address: str = "https://c.example/cal", **more: Any) -> ElementTree.Element:
    ((path, text),) = rss.files(collect(calendar(*entries, **more), address))
    assert path == "sent.rss"
    root = ElementTree.fromstring(text.encode())
    assert (root.tag, root.attrib, [each.tag for each in root]) == ("rss", {"version": "2.0"}, ["channel"])
    return root[0]


def said(element: ElementTree.Element) -> dict[str, str | None]:
    return {each.tag: each.text for each in element}


def test_what_was_sent_newest_first() -> None:
    post = entry("a", at(1), campaign="launch", tags=("git",))
    ledger = (sent("a", at(1), url="https://x.example/1"), sent("b", at(2), url="https://x.example/2"))
    made = channel(post, entry("b", at(2)), ledger=ledger)
    head = said(made)
    assert head.pop("item") is None
    assert head == {
        "title": "Our <brand>",
        "link": "https://c.example/cal/",
        "description": "Our <brand>: sent",
        "language": "en",
        "lastBuildDate": "Wed, 02 Dec 2026 08:30:00 GMT",
        f"{ATOM}link": None,
    }
    newest, oldest = made.findall("item")
    assert said(newest)["title"] == "Title of b (x-en)"
    assert said(oldest) == {
        "title": "Title of a (x-en)",
        "link": "https://x.example/1",
        "description": "Text of a",
        "category": "git",
        "guid": "https://x.example/1",
        "pubDate": "Tue, 01 Dec 2026 08:30:00 GMT",
    }
    assert [each.text for each in oldest.findall("category")] == ["x-en", "launch", "git"]
    assert parsedate_to_datetime(said(oldest)["pubDate"] or "") == at(1)
    (link,) = made.findall(f"{ATOM}link")
    assert link.attrib == {
        "href": "https://c.example/cal/sent.rss",
        "rel": "self",
        "type": "application/rss+xml",
    }


def test_only_what_is_out() -> None:
    ledger = tuple(Delivery(state, "x-en", state, at(2)) for state in State)
    post = entry("draft", at(9))
    made = channel(post, ledger=ledger)
    assert made.findall("item") == []
    assert made.find("lastBuildDate") is None


def test_where_a_network_gives_no_address() -> None:
    receipt = Receipt(0, "17", "", at(1))
    known = replace(sent("a", at(1)), receipts=(receipt,))
    (item,) = channel(entry("a", at(1)), ledger=(known,)).findall("item")
    guid = item.find("guid")
    assert guid is not None and (guid.attrib, guid.text) == ({"isPermaLink": "false"}, "a/x-en/17")
    assert said(item)["link"] == "https://c.example/cal/posts/a.html"
    nameless = replace(known, receipts=(replace(receipt, id="", url="javascript:alert(1)"),))
    (item,) = channel(ledger=(nameless,), address="").findall("item")
    assert said(item) == {
        "title": "a (x-en)",
        "category": "x-en",
        "guid": "a/x-en/2026-12-01T08:30:00+00:00",
        "pubDate": "Tue, 01 Dec 2026 08:30:00 GMT",
    }


def test_without_a_public_site() -> None:
    assert said(channel(address="", web="https://github.com/a/b"))["link"] == "https://github.com/a/b"
    made = channel(address="")
    assert (said(made)["link"], made.findall(f"{ATOM}link")) == ("about:blank", [])


def test_an_item_keeps_its_name() -> None:
    """Whatever is changed afterwards: a reader shows it once."""
    before = channel(entry("a", at(1)), ledger=(sent("a", at(1)),))
    after = channel(entry("a", at(5), title="Other", campaign="c"), ledger=(sent("a", at(1)),), now=at(20))
    assert [said(each.findall("item")[0])["guid"] for each in (before, after)] == ["https://x.example/1"] * 2


def test_hostile_words() -> None:
    post = entry("a", at(1), title=HOSTILE, campaign=HOSTILE)
    post = replace(post, planned=(replace(post.planned[0], excerpt=HOSTILE),))
    ledger = (sent("a", at(1), url='https://x.example/?a="><script>&b=\x00'),)
    made = channel(post, ledger=ledger, plan=replace(PLAN, brand=HOSTILE), address='https://c.example/"<&')
    shown = "</title><script>alert(1)</script>]]>&amp;<!--  \"'"
    (item,) = made.findall("item")
    assert said(item)["title"] == f"{shown} (x-en)"
    assert said(item)["link"] == 'https://x.example/?a="><script>&b='
    assert said(made)["title"] == shown
    assert {each.tag for each in made.iter()} <= {
        *("channel", "title", "link", "description", "language", "lastBuildDate", f"{ATOM}link"),
        *("item", "category", "guid", "pubDate"),
    }


@given(st.text(max_size=50))
def test_it_is_xml_whatever_is_written(title: str) -> None:
    assert channel(entry("a", at(1) - HOUR, title=title or "x"), ledger=(sent("a", at(1)),)).findall("item")
