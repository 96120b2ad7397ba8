import html
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cmflow import pages, status
from cmflow.model import Account, Delivery, Entry, Plan, Planned, Problem, Receipt, State, Status
from cmflow.pages.board import STATES, Board
from cmflow.pages.calendar import Calendar, found
from cmflow.pages.languages import ENGLISH, FRENCH, language
from cmflow.template import TemplateError

TEMPLATES = {
    f"templates/site/{path.name}": path.read_text(encoding="utf-8")
    for path in (Path(__file__).parent.parent / "templates" / "site").iterdir()
}
NOW = datetime(2026, 12, 3, 13, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAN = Plan("Our <brand>", "Europe/Paris", "en", (Account("x-en", "x"), Account("team", "mastodon")))


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


def build(*entries: Entry, ledger: tuple[Delivery, ...] = (), plan: Plan = PLAN, now: datetime = NOW) -> dict[str, str]:
    return dict(pages.build(calendar(entries, ledger, plan, now), TEMPLATES))


def calendar(
    entries: tuple[Entry, ...], ledger: tuple[Delivery, ...], plan: Plan = PLAN, now: datetime = NOW, **more: Any
) -> Calendar:
    deliveries = keyed(ledger)
    zone = ZoneInfo(plan.zone)
    planned = [
        each
        for entry in entries
        if entry.status is Status.READY
        for each in entry.planned
        if plan.since is None or each.due.astimezone(zone).date() >= plan.since
    ]
    standings = {(each.post, each.account): each for each in status.standings(planned, deliveries, now)}
    return Calendar(entries, plan, deliveries, standings, found(entries, plan, deliveries), now, **more)


def keyed(ledger: tuple[Delivery, ...]) -> dict[tuple[str, str], Delivery]:
    return {(each.post, each.account): each for each in ledger}


class Outline(HTMLParser):
    """Checks that elements nest, and keeps what a test asks about."""

    VOID = ("meta", "link", "br", "img")

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


# ── what is shown ───────────────────────────────────────────────────────────────────────────────────────────


def board(*entries: Entry, ledger: tuple[Delivery, ...] = (), plan: Plan = PLAN) -> Board:
    return Board(replace(calendar(entries, ledger, plan), problems={}))


def states(made: Board) -> dict[str, list[tuple[str, str]]]:
    """Each card of all months: its accounts and their states."""
    cards = (card for month in made.months for day in made.month(month).days for card in day.cards)
    return {card.id: [(line.account, line.state) for line in card.lines] for card in cards}


def test_every_state_there_is() -> None:
    ready = {
        "sent": at(1),
        "missed": at(2),
        "due": NOW - HOUR,
        "scheduled": at(9),
        "failed": at(1, 9),
        "unsure": at(1, 10),
        "sending": at(3, 12),
        "skipped": at(1, 11),
    }
    entries = [entry(name, due) for name, due in ready.items()]
    blocked = entry("blocked", at(10))
    entries.append(replace(blocked, planned=(replace(blocked.planned[0], blocked=True),)))
    entries += [entry("draft", at(11), status=Status.DRAFT), entry("history", at(1, month=11))]
    known = ("sent", "failed", "unsure", "sending", "skipped")
    ledger = tuple(Delivery(name, "x-en", State(name), ready[name]) for name in known)
    made = board(*entries, ledger=ledger, plan=replace(PLAN, since=date(2026, 11, 2)))
    assert states(made) == {state: [("x-en", state)] for state in STATES}
    assert made.counts == dict.fromkeys(STATES[:-1], 1)
    assert sorted(each.post for each in made.needing) == ["blocked", "failed", "missed", "unsure"]


def test_a_post_with_several_times_stands_on_each_of_its_days() -> None:
    post = entry("a", at(9), ("x-en", "team"))
    moved = replace(post.planned[1], due=at(9, 22, month=12))
    made = board(replace(post, planned=(post.planned[0], replace(moved, due=at(31, 23)))))
    assert list(made.months) == [(2026, 12), (2027, 1)]  # half past midnight in Paris
    days = {
        (day.date, card.at.hour, card.lines[0].account)
        for m in made.months
        for day in made.month(m).days
        for card in day.cards
    }
    assert days == {(date(2026, 12, 9), 9, "x-en"), (date(2027, 1, 1), 0, "team")}


def test_a_post_that_is_gone_is_still_shown() -> None:
    made = board(ledger=(sent("old", at(2), url="javascript:alert(1)"),))
    (card,) = (card for day in made.month((2026, 12)).days for card in day.cards)
    assert (card.title, card.path, card.lines[0].state, card.lines[0].url) == ("old", "", "sent", "")
    assert "This post is no longer in the content" in build(ledger=(sent("old", at(2)),))["index.html"]


def test_a_post_that_nobody_shows() -> None:
    bare = replace(entry("a", at(9)), planned=())
    wrong = replace(bare, problems=(Problem(bare.path, 1, "empty-text", "Empty."),))
    shown = [board(each).month((2026, 12)).days[8].cards[0] for each in (bare, replace(bare, status=Status.DRAFT))]
    shown.append(
        Board(replace(calendar((wrong,), ()), problems={wrong.path: wrong.problems})).month((2026, 12)).days[8].cards[0]
    )
    assert [card.state for card in shown] == ["skipped", "draft", "blocked"]


# ── the pages ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_calendar_says_how_to_begin() -> None:
    made = build()
    assert list(made) == ["style.css", "index.html"]
    assert "Nothing is planned yet. A first post: cmflow new" in text(made["index.html"])
    Outline(made["index.html"])


def test_the_pages_of_a_small_calendar() -> None:
    warned = entry(
        "b", at(9), ("x-en", "team"), problems=(Problem("content/posts/b.md", 3, "min-gap", "Too close.", "Move it."),)
    )
    broken = Entry("content/posts/c.md", "c", problems=(Problem("content/posts/c.md", 2, "bad-date", "No date."),))
    made = build(entry("a", at(1)), warned, broken, entry("d", at(5, month=1, year=2027)), ledger=(sent("a", at(1)),))
    assert list(made) == ["style.css", "index.html", "2026-12.html", "2027-01.html"]
    for name in list(made)[1:]:
        Outline(made[name])
    index = text(made["index.html"])
    for words in (
        "As of 2026-12-03 14:20 (Europe/Paris)",
        "3 scheduled 1 sent",
        "Cannot be read yet 1",
        "content/posts/c.md bad-date No date.",
        "December 2026 2 posts",
        "09:30 sent Title of a x-en",
        "09:30 scheduled Title of b 1 warning team, x-en",
        "min-gap Too close. Move it.",
        "January 2027 1 post",
    ):
        assert words in index, words
    assert '<a href="https://x.example/1" rel="noopener noreferrer">x.example ↗</a>' in made["index.html"]
    assert "← " not in text(made["2026-12.html"])
    assert '<a href="2027-01.html" rel="next">January 2027</a>' in made["2026-12.html"]


def test_what_needs_a_person_is_listed_up_to_a_number() -> None:
    entries = [entry(f"p{number}", at(1) + number * timedelta(minutes=40)) for number in range(pages.LISTED + 2)]
    index = text(build(*entries)["index.html"])
    assert f"Needs a person {pages.LISTED + 2} missed Title of p0 x-en 2026-12-01 09:30 was not sent in time" in index
    assert "and 2 more; cmflow status lists them all" in index


def test_problems_between_posts_are_counted() -> None:
    first, second = entry("a", at(9)), entry("A", at(10))
    assert text(build(first, second)["2026-12.html"]).count("1 error") == 2


def test_the_first_page_ends_with_the_month_that_fills_it() -> None:
    entries = [entry(f"n{number}", at(1, month=11) + number * HOUR) for number in range(3)]
    entries += [entry(f"d{number}", at(4) + number * HOUR) for number in range(pages.ENOUGH)]
    entries.append(entry("later", at(5, month=1, year=2027)))
    made = build(*entries)
    assert list(made)[2:] == ["2026-11.html", "2026-12.html", "2027-01.html"]
    assert re.findall(r'<section class="month" id="m([^"]*)"', made["index.html"]) == ["2026-12"]
    assert '<a href="2026-11.html" title="3 posts">November <span class="count">3</span></a>' in made["index.html"]


def test_the_last_month_is_shown_when_all_is_past() -> None:
    made = build(entry("a", at(1, month=9)), entry("b", at(1, month=10)))
    assert re.findall(r'<section class="month" id="m([^"]*)"', made["index.html"]) == ["2026-10"]


def test_french() -> None:
    draft = entry("a", at(9), status=Status.DRAFT)
    index = build(draft, plan=replace(PLAN, language="fr-CA"))["index.html"]
    assert '<html lang="fr">' in index
    for words in ("Calendrier", "décembre 2026 1 message", "mercredi 9 décembre", "09:30 brouillon Title of a"):
        assert words in text(index), words


def test_languages_have_the_same_words() -> None:
    assert (ENGLISH.words.keys(), ENGLISH.one.keys()) == (FRENCH.words.keys(), FRENCH.one.keys())
    assert set(ENGLISH.states) == set(FRENCH.states) == set(STATES)
    assert [language(code).code for code in ("en", "fr", "FR-be", "de", "")] == ["en", "fr", "fr", "en", "en"]
    assert [FRENCH.word("posts", number) for number in (0, 1, 2)] == ["0 message", "1 message", "2 messages"]


# ── nothing a post says does anything ───────────────────────────────────────────────────────────────────────

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}{% include 'x' %}</h4></style>&amp;"


def test_hostile_text_is_only_text() -> None:
    post = entry("a", NOW - 9 * HOUR, ("x-en", HOSTILE), title=HOSTILE, id=HOSTILE, language=HOSTILE, path=HOSTILE)
    post = replace(
        post,
        planned=tuple(replace(each, excerpt=HOSTILE, post=HOSTILE) for each in post.planned),
        problems=(Problem(HOSTILE, 1, "bad-value", HOSTILE, HOSTILE, HOSTILE),),
    )
    failed = Delivery(
        HOSTILE, HOSTILE, State.FAILED, NOW, error=HOSTILE, receipts=(Receipt(0, "1", f"https://{HOSTILE}", NOW),)
    )
    broken = Entry(HOSTILE + "b", HOSTILE + "b", problems=(Problem(HOSTILE + "b", 1, "bad-date", HOSTILE),))
    made = build(post, broken, ledger=(failed,), plan=replace(PLAN, brand=HOSTILE))
    plain = build(entry("a", NOW))
    safe = {tag for page in plain.values() for tag, _ in Outline(page).tags} | {"strong", "section", "a"}
    for name in ("index.html", "2026-12.html"):
        tags = Outline(made[name]).tags
        assert {tag for tag, _ in tags} <= safe
        assert not [attribute for _, attributes in tags for attribute in attributes if attribute.startswith("on")]
        assert HOSTILE in html.unescape(made[name])
        assert "49" not in text(made[name])


def test_a_page_loads_nothing_but_its_style_sheet() -> None:
    made = build(entry("a", at(9)))
    tags = Outline(made["index.html"]).tags
    assert [dict(attributes).get("href") for tag, attributes in tags if tag == "link"] == ["style.css"]
    assert not [tag for tag, attributes in tags if tag == "script" or "src" in attributes or "style" in attributes]
    policy = "default-src 'none'; style-src 'self' file:; base-uri 'none'; form-action 'none'"
    assert policy in [attributes.get("content") for tag, attributes in tags if tag == "meta"]
    assert "url(" not in made["style.css"]
    assert "@import" not in made["style.css"]


# ── templates ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("a\n{% if %}", 2, "Expected an expression, got 'end of statement block'."),
        ("{{ nobody }}", 1, "The template cannot be filled in: 'nobody' is undefined."),
        ("{% include 'gone.j2' %}", 1, "The template cannot be filled in: gone.j2."),
        ("{{ ''.__class__.__mro__ }}", 1, "The template cannot be filled in: access to attribute"),
    ],
)
def test_a_mistake_in_a_template_is_a_sentence(source: str, line: int, message: str) -> None:
    templates = {**TEMPLATES, "templates/site/index.html.j2": source}
    with pytest.raises(TemplateError) as caught:
        list(pages.build(calendar((), ()), templates))
    assert (caught.value.path, caught.value.line) == ("templates/site/index.html.j2", line)
    assert caught.value.message.startswith(message)


def test_the_last_publishing_run_stands_on_every_page() -> None:
    made = dict(pages.build(calendar((entry("one", at(4)),), (), last_run=at(3)), TEMPLATES))
    assert all("last publishing run: 2026-12-03" in page for name, page in made.items() if name.endswith(".html"))
    assert "last publishing run" not in build(entry("one", at(4)))["index.html"]
