"""calendar.csv: one row per delivery, and nothing that a spreadsheet runs."""

import csv
import re
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.model import Change, Entry, Status
from cmflow.website.feeds import csv as feed
from cmflow.website.feeds.agenda import collect
from tests import ROOT
from tests.website.calendars import at, calendar, entry, sent


def text(*entries: Entry, address: str = "https://c.example", **more: Any) -> str:
    ((path, made),) = feed.files(collect(calendar(*entries, **more), address))
    assert path == "calendar.csv"
    return made


def rows(*entries: Entry, **more: Any) -> list[dict[str, str]]:
    made = text(*entries, **more)
    assert made.startswith(feed.MARK)
    return list(csv.DictReader(StringIO(made.removeprefix(feed.MARK), newline=""), strict=True))


def test_a_row_a_delivery() -> None:
    post = entry("a", at(1), ("x-en", "team"), campaign="launch", pillar="trust", language="fr", tags=("git", "b"))
    first = Change(at(1), "Ana", "Write it", "1")
    found = rows(post, ledger=(sent("a", at(1)),), history={post.path: (first,)})
    same = {
        "date": "2026-12-01",
        "time": "09:30",
        "post": "a",
        "title": "Title of a",
        "campaign": "launch",
        "pillar": "trust",
        "language": "fr",
        "author": "Ana",
        "tags": "git b",
        "text": "Text of a",
        "page": "https://c.example/posts/a.html",
    }
    assert found == [
        {**same, "account": "team", "network": "mastodon", "state": "missed", "url": ""},
        {**same, "account": "x-en", "network": "x", "state": "sent", "url": "https://x.example/1"},
    ]
    assert list(found[0]) == list(feed.COLUMNS)


def test_each_column_is_described() -> None:
    page = (ROOT / "docs/feeds.md").read_text("utf-8")
    table = page[page.index("| column |") :]
    described = [
        name for cell in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", cell)
    ]
    assert sorted(described) == sorted(feed.COLUMNS)


def test_a_post_that_no_account_shows_has_a_row() -> None:
    (row,) = rows(entry("a", at(9), planned=(), status=Status.DRAFT), address="")
    assert (row["account"], row["state"], row["time"], row["page"]) == ("", "draft", "09:30", "posts/a.html")


def test_an_account_that_the_plan_has_no_more() -> None:
    (row,) = rows(ledger=(sent("gone", at(1), "old"),))
    assert (row["account"], row["network"], row["state"]) == ("old", "", "sent")


def test_lines_end_as_they_must() -> None:
    assert text().count("\r\n") == 1
    assert text(entry("a", at(9), title='a "b", c')).endswith("\r\n")


@pytest.mark.parametrize(
    "written, shown",
    [
        ('=HYPERLINK("https://evil.example")', '\'=HYPERLINK("https://evil.example")'),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("  =1", "'  =1"),
        ('"=1', "'\"=1"),
        ("\t=1", "'\t'=1"),
        ("\nx", "'\nx"),
        ("a;=1", "a;'=1"),
        ('a; "=1', "a; \"'=1"),
        ("a\r\n=1", "a\n'=1"),
        ("a\r=1", "a\n'=1"),
        ("\x00=1", "'=1"),
        ("a\x00b\x1bc\ud800d", "abcd"),
        ("a = b; c", "a = b; c"),
        ("2 + 2 - 1", "2 + 2 - 1"),
        ("hello@example.org", "hello@example.org"),
        ("", ""),
        ("Café ☕ 日本", "Café ☕ 日本"),
        (" x", " x"),
    ],
)
def test_a_cell_holds_no_formula(written: str, shown: str) -> None:
    assert feed.cell(written) == shown


RUN = re.compile(r'[\s"]*[=+\-@＝＋－＠]')


@given(st.text("=+-@;,\t\r\n\"' aé\x00＝", max_size=12))
def test_whatever_stands_there(title: str) -> None:
    """Cut at commas or at semicolons, at lines or at tabs: no piece begins as a formula does."""
    post = replace(entry("a", at(9)), title=title, campaign=title)
    made = text(post).removeprefix(feed.MARK)
    (row,) = rows(post)
    assert not RUN.match(row["title"])
    assert not [piece for piece in re.split(r"[;\t\r\n]", row["title"]) if RUN.match(piece)]
    assert not [piece for line in made.splitlines() for piece in line.split(";") if RUN.match(piece)]
