"""plan.html, and the strip above the calendar."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cmflow.content.frontmatter import read
from cmflow.model import Account, Campaign, Entry, Goal, Pause, Pillar, Plan, Slot
from cmflow.website.plan_page import LIMIT, new, prose
from tests.insights.progress.year import NOW, Post, day
from tests.website.calendars import Outline, build, text

TEAM = Account(
    "team",
    "mastodon",
    "Our team",
    audience="Guests",
    tone="Warm",
    per_week=2,
    slots=(Slot(0, time(9)), Slot(3, time(9))),
)
PLAN = Plan(
    "Harbour <Café>",
    "Europe/Paris",
    "en",
    (TEAM, Account("free", "x")),
    pillars=(Pillar("menu", 60, "What we cook"), Pillar("people", 40)),
    campaigns=(
        Campaign("winter", day(1), day(18), "A full terrace"),
        Campaign("always", None, None),
        Campaign("from", day(3), None),
    ),
    pauses=(Pause("holidays", day(19), date(2027, 1, 3)),),
    goals=(
        Goal("team", "followers", 300, date(2027, 3, 31), readings=((date(2026, 11, 1), 1100), (day(1), 1140))),
        Goal("team", "replies", 60, date(2027, 3, 31)),
        Goal("free", "clicks", 0, date(2027, 3, 31), readings=((day(1), 0),)),
    ),
    since=date(2026, 11, 30),
    prose="# Why\n\nBecause. <script>alert(1)</script>\n",
)
POSTS = (
    Post("a", day(1), "sent", pillar="menu", campaign="winter"),
    Post("b", day(3), pillar="menu", campaign="winter"),
    Post("c", day(9), "draft", pillar="people"),
    Post("d", day(1), "failed"),
    *(Post(f"x{hour}", day(8), at=time(hour)) for hour in (9, 12, 15)),
)


def made(*posts: Post, plan: Plan = PLAN, **more: Any) -> dict[str, str]:
    entries: tuple[Entry, ...] = tuple(each.entry for each in posts)
    ledger = tuple(delivery for post in posts for delivery in post.deliveries.values())
    return build(*entries, ledger=ledger, plan=plan, now=NOW, **more)


def page(*posts: Post, plan: Plan = PLAN, **more: Any) -> str:
    return made(*posts, plan=plan, **more)["plan.html"]


def section(found: str, name: str) -> str:
    """The words of one section."""
    return text(found.partition(f'<section aria-labelledby="{name}">')[2].partition("</section>")[0])


def test_everything_at_once() -> None:
    found = page(*POSTS)
    Outline(found)
    words = text(found)
    assert "Plan 4 On track 3 At risk 2 Hit" in words
    assert "As of 2026-12-02 10:00 (Europe/Paris)" in words
    goals = section(found, "goals")
    assert "team: followers Hit 1,140 / 300 by 31 March 2027" in goals
    assert "team: replies At risk – / 60 by 31 March 2027 No reading has been recorded yet." in goals
    assert "Readings day number 1 November 1,100 1 December 1,140" in goals
    assert section(found, "pillars").startswith(
        "Pillars of the posts, last four weeks and ahead menu On track 67% the plan asks for 60%"
    )
    assert "winter On track 1 December to 18 December Day 2 of 18: 1 sent, 1 to come, 0 drafts. A full terrace" in (
        section(found, "campaigns")
    )
    assert "always At risk no dates It is running and has no posts." in section(found, "campaigns")
    assert "from At risk 3 December It starts in 1 day and has no posts." in section(found, "campaigns")
    assert section(found, "pauses") == "Pauses holidays 19 December to 3 January 2027"
    assert section(found, "in-words") == "The plan in full Why Because."


def test_an_account() -> None:
    found = section(page(*POSTS), "accounts")
    for words in (
        "Our team On track team · 2 a week",
        "5 October this week 18 January 2027",
        "This week and next have 5 posts; the plan asks for 4.",
        "For Guests Tone Warm Usual times Monday 09:00, Thursday 09:00",
        "Crowded days 3 posts on 8 December",
        "Week of planned sent scheduled drafts lost",
        "30 November 2 1 1 0 1 7 December 2 0 3 1 0",
        "free free · no number set",
        "The plan sets no number of posts per week.",
    ):
        assert words in found, words


def test_many_crowded_days_are_counted() -> None:
    posts = [Post(f"p{n}-{hour}", day(n), at=time(hour)) for n in range(3, 9) for hour in (9, 12, 15)]
    found = section(page(*posts), "accounts")
    assert "3 posts on 6 December and 2 more" in found


def test_what_is_said_of_several_things_is_said_once() -> None:
    accounts = tuple(Account(name, "x", per_week=1) for name in ("a", "b", "c"))
    found = page(plan=replace(PLAN, accounts=accounts, goals=(), campaigns=(), pillars=()))
    assert "a, b, c account The week of 30 November has 0 of 1 post." in text(found)


def test_all_is_well() -> None:
    found = page(plan=Plan("Harbour", "Europe/Paris", "en", (Account("free", "x"),)))
    Outline(found)
    assert "Worth a look Everything the plan asks for is on track." in text(found)
    assert "Free slots No usual time is free in the next four weeks." in text(found)
    for name in ("goals", "pillars", "campaigns", "pauses", "in-words"):
        assert f'aria-labelledby="{name}"' not in found


def test_it_holds_no_style_and_no_script_of_its_own() -> None:
    found = page(*POSTS, web="https://github.com/harbour/posts")
    assert re.findall(r"<script[^>]*>", found) == ['<script src="calendar.js" defer>']
    assert "alert(1)" not in found
    assert " style=" not in found and "<style" not in found
    assert "Harbour &lt;Café&gt;" in found


def test_in_french() -> None:
    found = text(page(*POSTS, plan=replace(PLAN, language="fr-FR")))
    assert "À surveiller" in found
    assert "1 140 / 300 au plus tard 31 mars 2027" in found
    assert "Jour 2 sur 18 : 1 publiée, 1 à venir, 0 brouillon." in found


# ── free slots ──────────────────────────────────────────────────────────────────────────────────────────────


def test_free_slots_by_day() -> None:
    found = page(*POSTS)
    assert section(found, "free") == (
        "Free slots Usual times in the next four weeks that no post has taken."
        " Monday, 7 December 2026 09:00 team Thursday, 10 December 2026 09:00 team"
        " Monday, 14 December 2026 09:00 team Thursday, 17 December 2026 09:00 team"
    )
    assert "New post" not in found


def test_more_slots_than_are_shown() -> None:
    slots = tuple(Slot(weekday, time(hour)) for weekday in range(7) for hour in (9, 18))
    found = section(page(plan=replace(PLAN, accounts=(replace(TEAM, slots=slots),), pauses=())), "free")
    assert found.endswith("and 16 more")
    assert found.count(" team") == LIMIT


def test_a_post_for_a_free_slot_is_begun_on_github() -> None:
    found = page(*POSTS, web="https://github.com/harbour/posts", branch="main")
    links = re.findall(r'<a href="(https://github[^"]*)"[^>]*aria-label="([^"]*)"', found)
    assert len(links) == 4
    url, label = links[0]
    asked = urlsplit(url.replace("&amp;", "&"))
    assert label == "New post: team, Monday, 7 December 2026 09:00"
    assert (asked.netloc, asked.path) == ("github.com", "/harbour/posts/new/main")
    query = parse_qs(asked.query)
    assert query["filename"] == ["content/posts/2026-12/2026-12-07-team.md"]
    sheet = read(query["value"][0].encode(), "post.md")
    assert {name: field.value for name, field in sheet.fields.items()} == {
        "title": "",
        "date": "2026-12-07 09:00",
        "accounts": sheet.fields["accounts"].value,
        "status": "draft",
    }


def test_where_nobody_knows_the_repository_there_is_no_link() -> None:
    assert new("", "main", NOW, "team") == new("javascript:alert(1)", "main", NOW, "team") == ""


# ── the plan in words ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("# Why\n\nBecause.", "<h3>Why</h3>\n<p>Because.</p>"),
        ("- *one*\n- **two**", "<ul>\n<li><em>one</em></li>\n<li><strong>two</strong></li>\n</ul>"),
        (
            "[us](https://h.example)",
            '<p><a href="https://h.example" rel="noopener noreferrer">us</a></p>',
        ),
        ("[no](javascript:alert(1))", '<p><a rel="noopener noreferrer">no</a></p>'),
        ('<img src=x onerror="alert(1)">', "<p></p>"),
        ('<p style="color: red" onclick="alert(1)" id="main">x</p>', "<p>x</p>"),
        ("<iframe src=https://evil.example></iframe>", ""),
    ],
)
def test_prose_is_only_words_and_links(written: str, shown: str) -> None:
    assert prose(written).strip() == shown


# ── how publishing is doing ─────────────────────────────────────────────────────────────────────────────────


def test_the_strip_above_the_calendar() -> None:
    late = Post("late", day(1), "failed")
    ends = replace(TEAM, token_ends=day(10))
    found = made(late, POSTS[1], plan=replace(PLAN, accounts=(ends,)), last_run=datetime(2026, 12, 2, 7, 0, tzinfo=UTC))
    strip = found["index.html"].partition('<section class="health')[2].partition("</section>")[0]
    assert strip.startswith(' is-alarm" id="health" aria-label="How publishing is doing">')
    assert text("<" + strip.partition("<")[2]) == (
        "fine Publishing works: the last sign of life is 2 hours old."
        " fine Next: b on team, 3 December, 09:00."
        " to do Failed: 1 delivery, late on team, 1 December, 09:00."
        " note The token of team expires on 10 December, in 8 days: create a new one before then."
    )


def test_every_page_leads_to_the_plan() -> None:
    found = made(*POSTS)
    for name in (each for each in found if each.endswith(".html")):
        assert '<a href="plan.html"' in found[name], name
    assert '<a href="plan.html" aria-current="page">' in found["plan.html"]
