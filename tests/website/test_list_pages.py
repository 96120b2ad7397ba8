import re
from dataclasses import replace

import pytest

from cmflow import website
from cmflow.model import Entry, Problem, Status
from cmflow.model.errors import TemplateError
from cmflow.website.list_pages import FULL
from tests.website.calendars import HOUR, PLAN, TEMPLATES, Outline, at, build, calendar, entry, sent, text


def months(page: str) -> list[str]:
    return re.findall(r'<section class="month" id="m([^"]*)"', page)


def test_an_empty_calendar_says_how_to_begin() -> None:
    made = build()
    assert {name for name in made if name.endswith(".html")} >= {"index.html"}
    assert not [name for name in made if name.startswith("20")]
    assert (
        "Nothing is planned yet. A post is a file in content/posts. This command creates the first one: "
        'cmflow new "Title of the post"'
    ) in text(made["index.html"])
    Outline(made["index.html"])


def test_the_pages_of_a_small_calendar() -> None:
    warned = entry(
        "b", at(9), ("x-en", "team"), problems=(Problem("content/posts/b.md", 3, "min-gap", "Too close.", "Move it."),)
    )
    broken = Entry("content/posts/c.md", "c", problems=(Problem("content/posts/c.md", 2, "bad-date", "No date."),))
    made = build(
        entry("a", at(1)), warned, broken, entry("d", at(5, month=1, year=2027)), ledger=(sent("a", at(1), "x-en"),)
    )
    assert [name for name in made if name.startswith("20")] == ["2026-12.html", "2027-01.html"]
    for name in made:
        if name.endswith(".html"):
            Outline(made[name])
    index = text(made["index.html"])
    for words in (
        "As of 2026-12-03 14:20 (Europe/Paris)",
        "Cannot be read yet 1",
        "content/posts/c.md bad-date No date.",
        "2026 December 2",
        "2027 January 1",
        "Tuesday, 1 December 2026 09:30 Title of a sent x-en",
        "09:30 Title of b scheduled 1 warning team, x-en",
    ):
        assert words in index, words
    december = made["2026-12.html"]
    assert '<a href="2027-01.html" rel="next">January 2027</a>' in december
    assert 'rel="prev"' not in december
    assert '<a href="2026-12.html" rel="prev">December 2026</a>' in made["2027-01.html"]


def test_states_are_counted_where_accounts_do_not_agree() -> None:
    made = build(entry("a", at(1), ("x-en", "team")), ledger=(sent("a", at(1), "team"),))
    assert "Title of a 1 missed 1 sent x-en, team" in text(made["2026-12.html"])


def test_what_needs_a_person_is_listed_up_to_a_number() -> None:
    entries = [entry(f"p{number}", at(1) + number * HOUR / 2) for number in range(website.LISTED + 2)]
    index = text(build(*entries)["index.html"])
    assert f"Needs attention {website.LISTED + 2} missed Title of p0 x-en 2026-12-01 09:30" in index
    assert "and 2 more; cmflow status lists them all" in index


def test_problems_between_posts_are_counted() -> None:
    assert text(build(entry("a", at(9)), entry("A", at(10)))["2026-12.html"]).count("1 error") == 2


def test_a_full_month_goes_on_on_further_pages() -> None:
    number = 3 * FULL // 400
    made = build(*(entry(f"p{each}", at(1 + each % 3) + each * HOUR / 600) for each in range(number)))
    sheets = [name for name in made if name.startswith("2026-12")]
    assert sheets == ["2026-12.html", *(f"2026-12-{each}.html" for each in range(2, len(sheets) + 1))]
    assert len(sheets) > 2
    assert sum(made[name].count('<a href="posts/') for name in sheets) == number
    assert max(len(made[name]) for name in sheets) < FULL + 12_000
    assert '<a href="2026-12.html" rel="prev">Earlier this month</a>' in made["2026-12-2.html"]
    assert '<a href="2026-12-3.html" rel="next">Later this month</a>' in made["2026-12-2.html"]
    assert 'rel="next"' not in made[sheets[-1]]
    assert '<a href="2026-12-2.html" rel="next">Later this month</a>' in made["index.html"]
    assert "Page 2" in text(made["2026-12-2.html"])


def test_the_first_page_lists_this_month_or_the_next_that_has_posts() -> None:
    made = build(entry("a", at(1, month=9)), entry("b", at(5, month=1, year=2027)), entry("c", at(5, month=2)))
    assert months(made["index.html"]) == ["2027-01"]


def test_the_last_month_is_listed_when_all_is_past() -> None:
    made = build(entry("a", at(1, month=9)), entry("b", at(1, month=10)))
    assert months(made["index.html"]) == ["2026-10"]


def test_a_post_that_is_gone_still_has_its_place() -> None:
    assert "old sent x-en" in text(build(ledger=(sent("old", at(2)),))["2026-12.html"])


def test_french() -> None:
    draft = entry("a", at(9), status=Status.DRAFT)
    index = build(draft, plan=replace(PLAN, language="fr-CA"))["index.html"]
    assert '<html lang="fr" dir="ltr">' in index
    for words in ("Calendrier", "décembre 2026", "mercredi 9 décembre", "09:30 Title of a brouillon"):
        assert words in text(index), words


def test_the_last_publishing_run_stands_on_the_first_page() -> None:
    assert "last publishing run: 2026-12-03" in build(entry("one", at(4)), last_run=at(3))["index.html"]
    assert "last publishing run" not in build(entry("one", at(4)))["index.html"]


# ── nothing a post says does anything ───────────────────────────────────────────────────────────────────────

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7331**3 }}{% include 'x' %}</h4></style>&amp;"


def test_hostile_text_is_only_text() -> None:
    post = entry("a", at(1, 5), ("x-en", HOSTILE), title=HOSTILE, id=HOSTILE, language=HOSTILE, path=HOSTILE)
    post = replace(
        post,
        planned=tuple(replace(each, excerpt=HOSTILE, post=HOSTILE) for each in post.planned),
        problems=(Problem(HOSTILE, 1, "bad-value", HOSTILE, HOSTILE, HOSTILE),),
    )
    failed = replace(sent(HOSTILE, at(1, 5), HOSTILE, f"https://{HOSTILE}"), error=HOSTILE)
    broken = Entry(HOSTILE + "b", HOSTILE + "b", problems=(Problem(HOSTILE + "b", 1, "bad-date", HOSTILE),))
    made = build(post, broken, ledger=(failed,), plan=replace(PLAN, brand=HOSTILE))
    plain = build(entry("a", at(1)), Entry("c.md", "c", problems=(Problem("c.md", 1, "bad-date", "No."),)))
    known = {tag for page in plain.values() if "<html" in page for tag, _ in Outline(page).tags}
    for name in ("index.html", "2026-12.html"):
        tags = Outline(made[name]).tags
        assert {tag for tag, _ in tags} <= known
        assert not [attribute for _, attributes in tags for attribute in attributes if attribute.startswith("on")]
        assert "&lt;script&gt;alert(1)" in made[name]
        assert "393994045691" not in text(made[name])


def test_a_page_loads_nothing_but_its_own_style_sheet_and_script() -> None:
    made = build(entry("a", at(9)))
    tags = Outline(made["index.html"]).tags
    links = [each for tag, each in tags if tag == "link" and each["rel"] != "alternate"]  # those only lead somewhere
    assert [each["href"] for each in links] == ["style.css"]
    assert [dict(each) for tag, each in tags if tag == "script"] == [{"src": "calendar.js", "defer": None}]
    assert not [tag for tag, each in tags if "style" in each]
    (policy,) = (each["content"] for tag, each in tags if each.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self' file:; style-src 'self' file:;")
    assert not re.search(r"url\(|@import", made["style.css"])
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", made["calendar.js"])


# ── templates ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("a\n{% if %}", 2, "Expected an expression, got 'end of statement block'."),
        ("{{ nobody }}", 1, "The template cannot be filled in: 'nobody' is undefined."),
        ("{% include 'gone.j2' %}", 1, "The template cannot be filled in: gone.j2."),
        ("{{ ''.__class__.__mro__ }}", 1, "The template cannot be filled in: access to attribute"),
        ("\n{{ 1 / 0 }}", 2, "The template cannot be filled in: division by zero."),
        ("\n\n{{ words.word('nothing like it') }}", 3, "The template cannot be filled in: 'nothing like it'."),
        ("{{ 'a' + 1 }}", 1, "The template cannot be filled in: can only concatenate str"),
    ],
)
def test_a_mistake_in_a_template_is_a_sentence(source: str, line: int, message: str) -> None:
    templates = {**TEMPLATES, "templates/site/index.html.j2": source}
    with pytest.raises(TemplateError) as caught:
        list(website.every_page(calendar(), templates))
    assert (caught.value.path, caught.value.line) == ("templates/site/index.html.j2", line)
    assert caught.value.message.startswith(message)


def test_a_mistake_in_a_part_of_a_template_is_told_where_it_is() -> None:
    templates = {**TEMPLATES, "templates/site/layout.html.j2": "<html>\n\n{{ nobody }}"}
    with pytest.raises(TemplateError) as caught:
        list(website.every_page(calendar(), templates))
    assert (caught.value.path, caught.value.line) == ("templates/site/layout.html.j2", 3)
