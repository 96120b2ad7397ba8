"""`cmflow report`"""

from collections.abc import Iterator

import pytest

from cmflow.cli import _actions
from tests.cli.conftest import Place
from tests.github import hub
from tests.github.hub import TEAM, Hub
from tests.website.calendars import Outline, text

AT = ("--at", "2026-12-08 12:00", "--offline")


@pytest.fixture
def server() -> Iterator[Hub]:
    with hub.running() as server:
        yield server


def test_it_prints_markdown_about_the_last_week(place: Place) -> None:
    result = place.run("report", *AT)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("# Report for the week of 30 November\n\n`Harbour Café`, 30 November to 6 December.\n")
    assert "## Published (0)\n\nNothing was published.\n" in result.out


def test_the_last_month(place: Place) -> None:
    assert place.run("report", "--month", *AT).out.startswith("# Report for 2026-11\n")


def test_a_page_to_print_needs_nothing_but_its_folder(place: Place) -> None:
    result = place.run("report", "--page", "out", *AT)
    assert (result.code, result.out, result.err) == (0, "Open out/report.html\n", "")
    assert sorted(path.name for path in (place.root / "out").iterdir()) == ["report.html", "style.css"]
    page = (place.root / "out" / "report.html").read_text("utf-8")
    assert "Report for the week of 30 November" in text(page)
    assert [attributes.get("href") for tag, attributes in Outline(page).tags if tag in ("a", "link")] == [
        *("style.css", "#main")
    ]


def test_an_account_that_is_not_in_the_plan(place: Place) -> None:
    result = place.run("report", "-a", "new", *AT)
    assert (result.code, result.out) == (1, "")
    assert "The plan has no account 'new'." in result.err


def test_on_github_it_is_one_issue_per_week(place: Place, server: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    surroundings = {"GITHUB_REPOSITORY": TEAM, "GITHUB_TOKEN": "token-of-job", "GITHUB_API_URL": server.url}
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(_actions, "wall_sleep", server.waits.append)
    first = place.run("report", "--issue", *AT)
    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("Updated the issue ")
    assert place.run("report", "--issue", *AT).out == first.out
    following = place.run("report", "--issue", "--at", "2026-12-15 12:00", "--offline")
    assert following.out != first.out
