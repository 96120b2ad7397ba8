"""What was read of a post, on its own page."""

from datetime import UTC, datetime, timedelta

import pytest

from cmflow.insights import sentences
from cmflow.model import Account, Plan
from cmflow.website import press
from cmflow.website.calendar import Calendar
from cmflow.website.places import PostContext
from cmflow.website.post_figures import FiguresCard, cards
from cmflow.website.post_page import missing_page
from tests.insights.statistics.histories import Line
from tests.website.calendars import TEMPLATES, Outline, text

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
VOICE = sentences.voice("en", "Europe/Paris")
HOSTILE = '<img src=x onerror="alert(1)">'


def line(hours: float, network: str = "mastodon", sent: datetime = NOW, **values: int | None) -> Line:
    age = timedelta(hours=hours)
    slot = f"{hours:g}h" if hours < 24 else f"{age.days}d"
    return Line(sent + age, slot, network, values, "post", age=int(age.total_seconds()))


def card(*lines: Line) -> FiguresCard:
    (result,) = cards({"news": lines, "sky": ()}, VOICE)
    return result


def test_each_figure_has_its_newest_value_its_line_and_all_its_readings() -> None:
    result = card(
        line(1, favourites_count=2, replies_count=0, reblogs_count=None),
        line(6.1, favourites_count=9, replies_count=1, reblogs_count=None),
        line(73, favourites_count=1200, replies_count=1, reblogs_count=None),
    )
    assert [(row.name, row.value, row.age) for row in result.rows] == [
        ("reactions", "1,200", "3 days"),
        ("comments", "1", "3 days"),
    ]
    assert result.readings == (("1 hour", ("2", "0")), ("6 hours", ("9", "1")), ("3 days", ("1,200", "1")))
    assert all(row.curve and len(row.curve.lines) == 1 and not row.curve.breaks for row in result.rows)
    assert (result.notes, result.simulated) == ((), "")


def test_what_a_network_does_not_report_is_absent_and_never_0() -> None:
    result = card(line(1, favourites_count=None), line(24, favourites_count=4))
    assert result.readings == (("1 day", ("4",)),)
    assert result.rows[0].curve is None  # a single reading is no line
    assert card(line(1, favourites_count=None)).rows == ()


def test_a_false_zero_is_left_out() -> None:
    result = card(line(1, favourites_count=5), line(24, favourites_count=0), line(72, favourites_count=8))
    assert result.readings == (("1 hour", ("5",)), ("3 days", ("8",)))


def test_a_change_of_meaning_is_drawn_and_said() -> None:
    sent = datetime(2026, 8, 20, 12, tzinfo=UTC)
    result = card(*(line(hours, "youtube", sent, viewCount=hours, likeCount=1) for hours in (1, 24, 72, 168, 336)))
    views = next(row for row in result.rows if row.name == "views")
    assert views.curve and len(views.curve.lines) == 2 and len(views.curve.breaks) == 1
    assert result.notes == (
        "Dashed line: from here on, the network counts something else as views. Do not compare figures before it with "
        "those after it.",
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_on_the_page(language: str) -> None:
    plan = Plan("Harbour Café", "Europe/Paris", language, (Account("news", "mastodon"),))
    printer = press(Calendar((), plan, {}, {}, {}, NOW), TEMPLATES)
    lines = [line(1, favourites_count=2, replies_count=1), line(24, favourites_count=1200, replies_count=None)]
    context = PostContext("sent", courses={HOSTILE: lines, "quiet": [line(1, favourites_count=None)]})
    html = missing_page("post", context, printer)
    Outline(html)
    section = html[html.index('<section class="figures"') :]
    section = section[: section.index("</section>")]
    assert "<img" not in section and "<script" not in section and " style=" not in section
    assert section.count("<table") == 2 and section.count("<caption") == 2
    assert section.count('<svg class="life"') == 1 and section.count('aria-hidden="true"') == 1
    words = text(section)
    if language == "en":
        assert "reactions 1,200 after 1 day comments 1 after 1 hour" in words
        assert "Age reactions comments 1 hour 2 1 1 day 1,200 –" in words
        assert "The network reports no figures of this post." in words
    else:
        assert "après 1 jour" in words and "Tous les relevés" in words


def test_without_readings_there_is_no_section() -> None:
    plan = Plan("Harbour Café", "Europe/Paris", "en", ())
    printer = press(Calendar((), plan, {}, {}, {}, NOW), TEMPLATES)
    assert "figures" not in missing_page("post", PostContext("sent"), printer)
