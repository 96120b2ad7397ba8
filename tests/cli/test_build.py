"""`cmflow build`"""

import json
from datetime import UTC, datetime
from pathlib import Path

from cmflow import git
from cmflow.ledger import Ledger, approvals
from cmflow.model import Approval
from tests.cli.conftest import Place, Result


def test_the_pages_are_made_and_only_what_changed_is_written(place: Place) -> None:
    first = place.run("build", "--at", "2026-06-01 12:00")
    assert (first.code, first.err) == (0, "")
    assert first.out.endswith(" files written. Open _site/index.html\n")
    assert "terrace" in (place.root / "_site/index.html").read_text().casefold()
    second = place.run("build", "--at", "2026-06-01 12:00")
    assert second == Result(0, "Nothing has changed. Open _site/index.html\n", "")


def test_somewhere_else(place: Place) -> None:
    out = place.root.parent / f"{place.root.name}-pages"
    assert place.run("build", "--out", str(out)).out.endswith(f"Open {out}/index.html\n")
    assert (out / "index.html").is_file()
    assert not list(out.rglob(".*"))


def test_the_rehearsal_has_its_own(place: Place) -> None:
    place.run("rehearse", "--at", "2026-06-01 12:00")
    place.run("build", "--at", "2026-06-01 12:00", "--out", "real")
    place.run("build", "--at", "2026-06-01 12:00", "--out", "played", "--rehearsal")
    pages = [
        "".join(path.read_text() for path in sorted((place.root / name).rglob("*.html"))) for name in ("real", "played")
    ]
    assert pages[0] != pages[1]


def test_a_file_where_the_folder_should_be(place: Place) -> None:
    place.write("_site", "a file")
    result = place.run("build")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        f"error: {place.root}/_site is a file; a folder must be there.\n  Rename it, or move it away.\n"
    )
    assert Path(place.root / "_site").read_text() == "a file"


def test_a_folder_where_a_page_should_be(place: Place) -> None:
    (place.root / "_site/index.html").mkdir(parents=True)
    result = place.run("build")
    assert result.code == 1
    assert "_site/index.html cannot be written: Is a directory.\n  Choose another folder: --out DIR\n" in result.err


def test_a_mistake_in_a_template_says_where(place: Place) -> None:
    place.write("templates/site/month.html.j2", "{% extends 'layout.html.j2' %}\n{% if %}")
    result = place.run("build")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        "error: templates/site/month.html.j2:2: Expected an expression, got 'end of statement block'.\n"
    )


# ── where it is public ──────────────────────────────────────────────────────────────────────────────────────


def addresses(place: Place, *options: str) -> tuple[str, str]:
    """The address of a post's page in calendar.json, and what the calendar for other programs leads to."""
    assert place.run("build", "--at", "2026-06-01 12:00", *options).err == ""
    (post,) = json.loads((place.root / "_site/calendar.json").read_text())["posts"]
    whole = (place.root / "_site/calendar.ics").read_text()
    return post["page"], next((line[4:] for line in whole.splitlines() if line.startswith("URL:")), "")


def test_nobody_knows_where(place: Place) -> None:
    assert addresses(place) == ("posts/terrace.html", "")


def test_the_plan_says_where_and_an_option_says_otherwise(place: Place) -> None:
    plan = (place.root / "content/plan.md").read_text()
    place.write("content/plan.md", plan.replace("late: 6h", "late: 6h\nsite: https://harbour.example/calendar/"))
    assert addresses(place) == ("https://harbour.example/calendar/posts/terrace.html",) * 2
    assert addresses(place, "--address", "http://127.0.0.1:8000") == ("http://127.0.0.1:8000/posts/terrace.html",) * 2


def test_an_address_that_is_none(place: Place) -> None:
    result = place.run("build", "--address", "harbour.example")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: --address: `harbour.example` is not a web address. Write all of it, from")


def test_what_waits_for_an_approval_says_so(place: Place) -> None:
    plan = (place.root / "content/plan.md").read_text()
    place.write("content/plan.md", plan.replace("groups:", "approvals: {needed: 1}\ngroups:"))
    at = ("--at", "2026-05-31 12:00")
    place.run("build", *at)
    page = (place.root / "_site/posts/terrace.html").read_text()
    assert "not approved: nobody has approved it" in page
    assert "Not approved, and due soon: 2 deliveries" in (place.root / "_site/index.html").read_text()
    assert place.run("build", *at).out.startswith("Nothing has changed.")
    place.run("build", "--rehearsal", *at)
    assert "not approved" not in (place.root / "_site/posts/terrace.html").read_text()


def test_what_was_approved_stands_on_the_page_of_the_post(place: Place) -> None:
    at = datetime(2026, 5, 30, 9, tzinfo=UTC)
    found = {"terrace": (Approval("ana", at, 12, "c" * 40, (), (("news", "other"),)),)}
    approvals.keep(Ledger(git.discover(place.root)), found, at)
    place.run("build", "--at", "2026-05-31 12:00")
    (page,) = [each.read_text() for each in (place.root / "_site/posts").iterdir() if "terrace" in each.name]
    assert "approved an earlier text" in page
