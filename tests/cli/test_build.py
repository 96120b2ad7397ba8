"""`cmflow build`"""

import csv
import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cmflow import git, ledger
from cmflow.ledger import BRANCH, Ledger, approvals, codec, readings
from cmflow.metrics import store
from cmflow.model import Approval, Delivery, Key, Reading, Receipt, State
from tests.cli.conftest import PLAN, Place, Result

pytestmark = pytest.mark.slow  # real git


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
    assert result.err == (f"error: {place.root}/_site is a file, but must be a folder.\n  Rename it, or move it.\n")
    assert Path(place.root / "_site").read_text() == "a file"


@pytest.mark.parametrize("name", [".", "content", "content/posts/pages", ".git", ".github/x", "_site/../templates"])
def test_no_page_is_written_into_the_repository_s_own_folders(place: Place, name: str) -> None:
    before = sorted(place.root.rglob("*.html"))
    result = place.run("build", "--out", name)
    expected = "holds the repository's own files.\n  Name another folder: --out _site\n"
    assert (result.code, result.out, result.err.endswith(expected)) == (1, "", True)
    assert sorted(place.root.rglob("*.html")) == before


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
    assert result.err.startswith(
        "error: --address: `harbour.example` is not a web address. Write the whole address, from"
    )


def test_what_waits_for_an_approval_says_so(place: Place) -> None:
    plan = (place.root / "content/plan.md").read_text()
    place.write("content/plan.md", plan.replace("groups:", "approvals: {needed: 1}\ngroups:"))
    at = ("--at", "2026-05-31 12:00")
    place.run("build", *at)
    page = (place.root / "_site/posts/terrace.html").read_text()
    assert "not approved: no one has approved it" in page
    assert "Not approved, and due soon: 2 deliveries" in (place.root / "_site/index.html").read_text()
    assert place.run("build", *at).out.startswith("Nothing has changed.")
    place.run("build", "--rehearsal", *at)
    assert "not approved" not in (place.root / "_site/posts/terrace.html").read_text()


def test_what_was_approved_stands_on_the_page_of_the_post(place: Place) -> None:
    at = datetime(2026, 5, 30, 9, tzinfo=UTC)
    found = {"terrace": (Approval("ana", at, 12, "c" * 40, (), (("news", "other"),)),)}
    approvals.save(Ledger(git.discover(place.root)), found, at)
    place.run("build", "--at", "2026-05-31 12:00")
    (page,) = [each.read_text() for each in (place.root / "_site/posts").iterdir() if "terrace" in each.name]
    assert "approved an earlier version" in page


# ── what was sent, after its file was changed ───────────────────────────────────────────────────────────────

TIP = "---\ntitle: Tip {0}\ndate: {1}\naccounts: [practice]\n---\nTip {0}: {2}\n"


def sent_then_used_again(place: Place) -> tuple[str, str]:
    """A post that was sent, whose file then gets another date and text; the day it was sent, the day it says now."""
    now = datetime.now(UTC) - timedelta(minutes=5)
    place.write("content/posts/weekly.md", TIP.format("one", f"{now:%Y-%m-%d %H:%M}Z", "mind your ropes"))
    place.commit()
    assert "  sent     practice  weekly  " in place.run("publish").out
    [sent] = ledger.read(Ledger(git.discover(place.root))).deliveries[Key("weekly", "practice")].receipts
    later = now + timedelta(days=21)
    place.write("content/posts/weekly.md", TIP.format("two", f"{later:%Y-%m-%d %H:%M}Z", "mind your knots"))
    place.commit()
    paris = ZoneInfo("Europe/Paris")
    return f"{sent.time.astimezone(paris):%Y-%m-%d}", f"{later.astimezone(paris):%Y-%m-%d}"


def test_what_was_sent_stays_on_its_day_with_its_text(place: Place) -> None:
    day, later = sent_then_used_again(place)
    at = f"{datetime.now(UTC).isoformat(timespec='minutes')}"
    assert place.run("build", "--at", at).code == 0
    table = (place.root / "_site/calendar.csv").read_text(encoding="utf-8-sig")
    rows = {row["post"]: row for row in csv.DictReader(table.splitlines())}
    assert (rows["weekly"]["date"], rows["weekly"]["title"], rows["weekly"]["state"]) == (day, "Tip one", "sent")
    assert rows["weekly"]["text"] == "Tip one: mind your ropes"
    page = (place.root / "_site/posts/weekly.html").read_text()
    assert "mind your ropes" in page and "mind your knots" not in page
    agenda = (place.root / "_site/calendar.ics").read_text()
    starts = [datetime.fromisoformat(start) for start in re.findall(r"DTSTART:(\w+)", agenda)]
    days = [f"{start.astimezone(ZoneInfo('Europe/Paris')):%Y-%m-%d}" for start in starts]
    assert day in days and later not in days
    assert "Tip one" in agenda and "Tip two" not in agenda
    assert place.run("build", "--at", at).out == "Nothing has changed. Open _site/index.html\n"


def test_check_says_that_the_new_one_will_not_go_out(place: Place) -> None:
    day, later = sent_then_used_again(place)
    result = place.run("check")
    assert result.code == 1
    assert "content/posts/weekly.md:1: error sent-already: " in result.out
    assert f"It was sent to practice on {day}: it will not be published there again on {later}." in result.out


def shallow_page(place: Place) -> str:
    """The page of the post, built in a shallow clone: it does not have the commit that was published."""
    shallow = place.root.parent / f"{place.root.name}-shallow"
    place.git("clone", "-q", "--depth=1", f"file://{place.root}", str(shallow))
    place.git("-C", str(shallow), "fetch", "-q", "origin", "cmflow-state:cmflow-state")
    assert place.run("--root", str(shallow), "build").code == 0
    return (shallow / "_site/posts/weekly.html").read_text()


def test_the_ledger_knows_the_text_of_a_commit_that_is_not_here_any_more(place: Place) -> None:
    sent_then_used_again(place)
    page = shallow_page(place)
    assert "mind your ropes" in page and "mind your knots" not in page


def test_what_neither_the_ledger_nor_a_commit_knows_is_shown_as_it_is_now(place: Place) -> None:
    sent_then_used_again(place)
    forget(place, "weekly")
    page = shallow_page(place)
    assert "mind your knots" in page and "Changed since it was sent" in page


def test_what_a_shallow_clone_lacked_is_shown_once_it_was_fetched(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent, and when the plan last changed."""
    sent_then_used_again(place)
    forget(place, "weekly")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2027-01-01T12:00:00Z")
    place.git("commit", "-q", "--allow-empty", "-m", "Later")
    shallow_page(place)
    shallow = place.root.parent / f"{place.root.name}-shallow"
    place.git("-C", str(shallow), "fetch", "-q", "--unshallow")
    sites = []
    for folder in ("_site", "_site", "other"):
        assert place.run("--root", str(shallow), "build", "--out", folder, "--at", "2026-12-01 12:00").code == 0
        sites.append({name: (shallow / folder / name).read_text() for name in ("posts/weekly.html", "calendar.ics")})
        shutil.rmtree(shallow / ".cmflow") if len(sites) == 2 else None
    assert "mind your ropes" in sites[0]["posts/weekly.html"]
    assert sites[1] == sites[2]


def forget(place: Place, post: str, data: bytes | None = None) -> None:
    """The ledger is from before what was sent was kept; or its file was damaged."""
    repository, files = git.discover(place.root), {codec.publications_path(post): data}
    repository.commit_files(BRANCH, files, "Forget", repository.tip(BRANCH), datetime.now(UTC))


OWN_TEMPLATE = "templates/networks/post.md.j2", "{{ text }} Forever!\n"


def looks(place: Place) -> tuple[str, bytes]:
    """What the page of the post says below “as it was sent”, and the whole page."""
    assert place.run("build", "--at", "2027-06-01 12:00").code == 0
    page = (place.root / "_site/posts/weekly.html").read_bytes()
    return page.decode(), page


def sent_in_whole(place: Place) -> None:
    (place.root / "content/posts/terrace.md").unlink()
    now = datetime.now(UTC) - timedelta(minutes=5)
    place.write("content/posts/weekly.md", TIP.format("one", f"{now:%Y-%m-%d %H:%M}Z", "mind your **ropes**"))
    place.commit()
    assert "  sent     practice  weekly  " in place.run("publish").out


@pytest.mark.parametrize(
    ("path", "text"), [OWN_TEMPLATE, ("content/plan.md", PLAN.replace("outbox", "outbox\n    tags: [late]"))]
)
def test_a_change_of_templates_or_plan_leaves_the_page_of_what_was_sent_as_it_is(
    place: Place, path: str, text: str
) -> None:
    sent_in_whole(place)
    before = looks(place)[1]
    assert b"As it was sent" in before
    place.write(path, text)
    place.commit()
    assert "delivered-edited" not in place.run("check").out  # there is nothing that anyone could do about it
    assert looks(place)[1] == before


def test_what_was_sent_before_the_plan_says_cmflow_took_over_is_still_what_was_sent(place: Place) -> None:
    sent_in_whole(place)
    before = looks(place)[0]
    place.write("content/plan.md", PLAN.replace("late: 6h", "late: 6h\nsince: 2027-05-01"))
    place.write(*OWN_TEMPLATE)
    place.commit()
    page, shown = looks(place)[0], 'mind your <span class="bold">ropes</span>'
    assert "As it was sent" in page and "As written" not in page and shown in page and shown in before
    assert "delivered-edited" not in place.run("check").out


def test_a_ledger_that_does_not_keep_it_yet_shows_what_its_commit_renders(place: Place) -> None:
    sent_in_whole(place)
    forget(place, "weekly")
    before = looks(place)[1]
    place.write(*OWN_TEMPLATE)
    place.commit()
    assert looks(place)[1] == before


@pytest.mark.parametrize("data", [b"{", b'{"version": 2, "post": "weekly", "publications": []}'])
def test_a_damaged_file_is_said_and_its_commit_is_shown(place: Place, data: bytes) -> None:
    sent_then_used_again(place)
    forget(place, "weekly", data)
    page = looks(place)[0]
    assert "mind your ropes" in page and "mind your knots" not in page
    assert "sent-text-unreadable" in page
    assert "The ledger&#39;s file of what was sent of weekly cannot be read: what its commit renders is shown." in page
    assert place.run("publish").code == 0


def test_what_was_unpublished_is_still_shown_as_it_was_sent(place: Place) -> None:
    sent_then_used_again(place)
    assert place.run("unpublish", "weekly", "practice").code == 0
    page = looks(place)[0]
    assert "mind your ropes" in page and "mind your knots" not in page and "As it was sent" in page
    forget(place, "weekly")
    assert looks(place)[0] == page


def test_what_was_sent_of_a_post_that_was_deleted_is_still_shown(place: Place) -> None:
    sent_then_used_again(place)
    (place.root / "content/posts/weekly.md").unlink()
    place.commit()
    page = looks(place)[0]
    assert "Tip one" in page and "mind your ropes" in page and "As it was sent" in page
    assert place.run("build", "--at", "2027-06-01 12:00").out == "Nothing has changed. Open _site/index.html\n"
    forget(place, "weekly")
    assert looks(place)[0] == page


def test_a_reading_changes_the_page_of_its_post_and_no_other(place: Place) -> None:
    time = datetime(2026, 6, 1, 8, tzinfo=UTC)
    state, book = Ledger(git.discover(place.root)), Ledger(git.discover(place.root), readings.BRANCH)
    for name in ("one", "two"):
        place.post(name, date="2026-06-01 10:00" if name == "one" else "2026-06-01 11:00")
    place.commit()
    writer = ledger.open_writer(state, lambda: time, lambda seconds: None)[0]
    for name in ("one", "two"):
        writer.record(Delivery(name, "news", State.SENT, time, receipts=(Receipt(0, name, "", time),), digest="x"))
    writer.close()

    def learn(post: str, likes: int, hours: int) -> None:
        moment = time + timedelta(hours=hours)
        row = Reading("news", "mastodon", "favourites_count", likes, moment, f"{hours}h", post, age=hours * 3600)
        store.save(book, [row], lambda: moment)

    def build() -> dict[str, int]:
        assert place.run("build", "--at", "2026-06-03 12:00").code == 0
        return {path.name: path.stat().st_mtime_ns for path in (place.root / "_site" / "posts").glob("*.html")}

    learn("one", 3, 1)
    learn("two", 4, 1)
    first = build()
    assert build() == first
    learn("one", 17, 6)
    second = build()
    assert [name for name in second if second[name] != first[name]] == ["one.html"]
    assert "<strong>17</strong>" in (place.root / "_site" / "posts" / "one.html").read_text()
    learn("two", 999, 24 * 400)  # by a clock that was ahead
    build()
    assert not re.search(r"\b999\b", (place.root / "_site" / "posts" / "two.html").read_text())
    shutil.rmtree(place.root / "_site")
    shutil.rmtree(place.root / ".cmflow" / "cache")
    build()
    assert "<strong>17</strong>" in (place.root / "_site" / "posts" / "one.html").read_text()
    assert "<strong>4</strong>" in (place.root / "_site" / "posts" / "two.html").read_text()
