"""Small calendars, and the pages made of them."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

from cmflow import lint, website
from cmflow.insights import status
from cmflow.model import Account, Delivery, Entry, Key, Plan, Planned, Receipt, State, Status
from cmflow.website.board import Board
from cmflow.website.calendar import Calendar, problems_by_file
from tests import ROOT

SITE = ROOT / "templates" / "site"
TEMPLATES = {f"templates/site/{path.name}": path.read_text(encoding="utf-8") for path in SITE.iterdir()}
NOW = datetime(2026, 12, 3, 13, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAN = Plan("Our <brand>", "Europe/Paris", "en", (Account("x-en", "x"), Account("team", "mastodon", "Our team")))


def at(day: int, hour: int = 8, month: int = 12, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, 30, tzinfo=UTC)


def entry(name: str, due: datetime, accounts: tuple[str, ...] = ("x-en",), **changes: Any) -> Entry:
    planned = tuple(
        Planned(name, account, due, 6 * HOUR, f"digest {name}", f"text {name} {account}", 1, f"Text of {name}")
        for account in accounts
    )
    made = Entry(f"content/posts/{name}.md", name, f"Title of {name}", due, Status.READY, planned=planned)
    return replace(made, **changes)


def sent(name: str, due: datetime, account: str = "x-en", url: str = "https://x.example/1") -> Delivery:
    receipts = (Receipt(0, "1", url, due),)
    return Delivery(name, account, State.SENT, due, digest=f"digest {name}", receipts=receipts)


def calendar(
    *entries: Entry,
    ledger: tuple[Delivery, ...] = (),
    plan: Plan = PLAN,
    now: datetime = NOW,
    silent: tuple[str, ...] = (),
    **more: Any,
) -> Calendar:
    deliveries = {Key(each.post, each.account): each for each in ledger}
    zone = ZoneInfo(plan.zone)
    planned = [
        each
        for entry in entries
        if entry.status is Status.READY
        for each in entry.planned
        if plan.since is None or each.due.astimezone(zone).date() >= plan.since
    ]
    stands = status.standings(planned, deliveries, now, silent)
    standings = {Key(each.post, each.account): each for each in stands}
    return Calendar(
        entries,
        plan,
        deliveries,
        standings,
        problems_by_file(entries, lint.calendar(entries, plan, deliveries)),
        now,
        **more,
    )


def board(*entries: Entry, **more: Any) -> Board:
    """Without the problems between posts, which have tests of their own."""
    return Board(replace(calendar(*entries, **more), problems={}))


def build(*entries: Entry, **more: Any) -> dict[str, str]:
    return dict(website.every_page(calendar(*entries, **more), TEMPLATES))


def data(made: Mapping[str, str], name: str) -> Any:
    """What a file of data hands to calendar.js."""
    text = made[f"data/{name}.js"]
    begin, end = f'cmflow.take("{name}",', ")\n"
    assert text.startswith(begin) and text.endswith(end)
    return json.loads(text[len(begin) : -len(end)])


class Outline(HTMLParser):
    """Checks that elements nest, and keeps what a test asks about."""

    VOID = ("meta", "link", "br", "img", "input")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
