"""statistics.html"""

from dataclasses import replace
from datetime import timedelta

import pytest

from cmflow.insights import statistics
from cmflow.insights.statistics import Question, Source
from cmflow.model import Plan
from cmflow.website import press, statistics_page
from cmflow.website.calendar import Calendar
from tests.insights.statistics.histories import NOW, QUESTION, START, World, simulated
from tests.website.calendars import TEMPLATES, Outline, text

HOSTILE = '<script>alert("x")</script>'


def page(source: Source, question: Question = QUESTION, posts: frozenset[str] = frozenset()) -> str:
    answer = statistics.assess(source, question, NOW)
    printer = press(Calendar((), source.plan, {}, {}, {}, NOW), TEMPLATES)
    name, html = statistics_page.page(answer, source.plan, posts, printer)
    assert name == "statistics.html"
    return html


@pytest.fixture(scope="module")
def world() -> World:
    """Posts about the menu do better; the followers of one account are read but for a week."""
    world = simulated(1, 1.7)
    for day in range(90):
        if not 40 < day < 47:
            world.count(START + timedelta(days=day, hours=3), followers_count=1200 + 2 * day)
    for name in ("post-0", "post-6"):
        world.entries[name] = replace(world.entries[name], expects=(("likes", 40),))
    return world


@pytest.fixture(scope="module")
def full(world: World) -> str:
    return page(world.source, posts=frozenset(("post-0",)))


def test_what_differs_by_more_than_chance_comes_first(full: str) -> None:
    short = text(full[full.index('id="look"') : full.index('id="growth"')])
    assert "better Pillar: menu 1.5 times the others (1.3 to 1.8), 40 posts." in short
    assert "10 comparisons made" in short


def test_each_chart_has_a_name_and_its_numbers_in_a_table(full: str) -> None:
    section = full[full.index('id="growth"') : full.index('id="usual"')]
    assert 'role="img" aria-label="Followers of news. 1,378 followers on' in section
    assert section.count("<tr>") - 1 == 84  # a row for each day that was read
    assert 'class="bridge"' in section
    assert 'class="break"' not in section
    assert "Fewer than two readings of its followers." in text(section)


def test_each_account_has_its_weeks_drawn_and_in_a_table(full: str) -> None:
    section = full[full.index('id="usual"') : full.index('id="worked"')]
    assert section.count('<svg class="life"') == 2
    assert "Week by week week from news sky 31 August" in text(section)


def test_a_chart_says_what_its_top_and_bottom_and_its_ends_are(full: str) -> None:
    section = text(full[full.index('id="growth"') : full.index('id="usual"')])
    assert "1,378 1,200 31 August 29 November Readings" in section


def test_levels_are_told_in_words_beside_their_interval(full: str) -> None:
    section = full[full.index('id="worked"') : full.index('id="when"')]
    assert "menu 1.5 times the others (1.3 to 1.8), 40 posts." in text(section)
    assert section.count('<svg class="span"') == section.count("<tr ")
    assert "Weekday No visible difference." in text(section)


def test_the_week_says_how_many_posts_each_cell_stands_on(full: str) -> None:
    section = text(full[full.index('id="when"') : full.index('id="posts"')])
    assert "04-08" not in section  # nothing was published then
    assert "Thursday 1.2× 13 posts 4 posts 4 posts 3 posts" in section


def test_only_a_post_with_a_page_is_a_link(full: str) -> None:
    assert '<a href="posts/post-0.html" dir="auto">post-0</a>' in full
    assert "posts/post-150.html" not in full


def test_forecasts_and_their_authors(full: str) -> None:
    section = text(full[full.index('id="forecasts"') :])
    assert "Ana 1 of 1 forecast held, 1 open." in section
    assert "post-6 Unknown: 40 likes expected, and there is no reading. post-0 Met: 118 of 40 likes." in section


def test_elements_nest_and_nothing_is_fetched_or_scripted(full: str) -> None:
    tags = Outline(full).tags
    assert [attributes for tag, attributes in tags if tag == "script"] == []
    assert not any("style" in attributes for _, attributes in tags)
    assert [a["href"] for tag, a in tags if tag == "link"] == ["style.css"]


def test_what_is_simulated_says_so_and_what_happened_does_not(world: World, full: str) -> None:
    lines = {account: [replace(row, mode="simulated") for row in rows] for account, rows in world.lines.items()}
    note = '<p class="simulated" role="note">SIMULATED: this contains invented figures.</p>'
    assert note in page(replace(world.source, lines=lines))
    assert note not in full


def test_a_page_before_anything_was_measured_says_how_to_begin(world: World) -> None:
    html = page(replace(world.source, lines={}))
    assert "Nothing has been measured yet. cmflow metrics reads the figures of posts and accounts" in text(html)
    assert "<svg" not in html


def test_noise_is_called_no_difference() -> None:
    assert "No difference so far that is more than chance." in text(page(simulated(5).source))


def test_names_of_people_and_posts_are_text(world: World) -> None:
    entries = tuple(replace(entry, title=HOSTILE, pillar=HOSTILE) for entry in world.entries.values())
    html = page(replace(world.source, entries=entries, authors={"p.md": HOSTILE}))
    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;alert(&#34;x&#34;)") > 20


def test_in_french(world: World) -> None:
    plan: Plan = replace(world.plan, language="fr")
    shown = text(page(replace(world.source, plan=plan)))
    assert "mieux Pilier : menu 1,5 fois les autres (1,3 à 1,8), 40 publications." in shown
    assert "post-0 Atteint : 118 sur 40 (mentions J’aime)." in shown
