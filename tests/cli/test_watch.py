"""`cmflow watch`: what needs somebody, in one issue that is kept up to date."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmflow.cli import _actions
from cmflow.git import discover
from cmflow.insights.concerns import ADVICE
from cmflow.ledger import Ledger, heartbeat
from cmflow.publish import tokens
from tests.cli.conftest import Place, Result
from tests.github import hub
from tests.github.hub import TEAM, Hub

pytestmark = pytest.mark.slow  # real git

NEEDED = """\
This issue is updated once a day and closed automatically when there are no more problems. Checked {now} (Europe/Paris).

### 🔴 Overdue by more than an hour: 1 delivery, `late` on `practice`, {due}.

The next run sends them, unless it is too late by then. If none does, check the workflow Publish.

- `late` on `practice`, {due}: `overdue: the next run sends it`

"""


@pytest.fixture
def server() -> Iterator[Hub]:
    with hub.running() as server:
        yield server


@pytest.fixture
def quiet(place: Place) -> Place:
    """Nothing is due, and a run was here an hour ago."""
    (place.root / "content/posts/terrace.md").unlink()
    place.commit()
    heartbeat.mark(Ledger(discover(place.root)), "run 1", datetime.now(UTC) - timedelta(hours=1))
    return place


@pytest.fixture
def job(quiet: Place, server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    surroundings = {
        "GITHUB_REPOSITORY": TEAM,
        "GITHUB_TOKEN": "token-of-job",
        "GITHUB_API_URL": server.url,
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(_actions, "wall_sleep", server.waits.append)
    return quiet


def test_all_is_well(quiet: Place) -> None:
    assert quiet.run("watch") == Result(0, "No problems.\n", "")


def test_something_is_overdue(quiet: Place) -> None:
    quiet.soon("late", minutes=-90)
    quiet.commit()
    quiet.soon("later", minutes=-80)
    quiet.commit()
    result = quiet.run("watch")
    assert (result.code, result.err) == (4, "")
    first, second = result.out.splitlines()
    assert re.fullmatch(
        r"to do   Overdue by more than an hour: 2 deliveries, starting with late on practice, [-\d]+ [:\d]+\.", first
    )
    advice = "The next run sends them, unless it is too late by then. If none does, check the workflow Publish."
    assert second == f"        {advice}"


def test_what_there_is_time_for_does_not_fail(quiet: Place) -> None:
    plan = quiet.root / "content/plan.md"
    plan.write_text(plan.read_text().replace("network: outbox", "network: outbox\n    token_ends: 2026-06-10"))
    assert quiet.run("watch", "--at", "2026-05-01 12:00").code == 0
    assert quiet.run("watch", "--at", "2026-05-01 12:00").out == "No problems.\n"
    soon = quiet.run("watch", "--at", "2026-06-01 12:00")
    assert (soon.code, soon.out.splitlines()[0]) == (
        0,
        "note    The token of practice expires on 2026-06-10, in 9 days: create a new one before then.",
    )
    late = quiet.run("watch", "--at", "2026-06-11 12:00")
    assert (late.code, late.out[:32]) == (4, "to do   The token of practice ex")


def test_an_end_that_came_with_the_token_is_said_without_anybody_typing_it(quiet: Place) -> None:
    ledger = Ledger(discover(quiet.root))
    ends = datetime(2026, 6, 10, 12, tzinfo=UTC)
    tokens.set_end(ledger, "practice", "t0ken", ends, "connect", lambda: datetime.now(UTC))
    soon = quiet.run("watch", "--at", "2026-06-01 12:00")
    assert (
        soon.out.splitlines()[0]
        == "note    The token of practice expires on 2026-06-10, in 9 days: create a new one before then."
    )


def test_no_run_for_days(quiet: Place) -> None:
    later = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d %H:%M}+00:00"
    result = quiet.run("watch", "--at", later)
    assert (result.code, result.out.startswith("to do   The last sign of life of a publishing run is 3 days")) == (
        4,
        True,
    )


def test_without_git(bare: Place) -> None:
    (bare.root / "content/posts/terrace.md").unlink()
    result = bare.run("watch")
    assert (result.code, result.out.splitlines()) == (
        4,
        [
            f"to do   cmflow publish refuses to start. {bare.root} is not inside a git repository.",
            "        Nothing is sent until this is done.",
            "        - Change to your content repository, or create one with `git init`.",
        ],
    )


def test_the_remote_cannot_be_asked(quiet: Place) -> None:
    quiet.git("remote", "add", "origin", str(quiet.root / "nowhere"))
    result = quiet.run("watch")
    assert (result.code, result.out.splitlines()) == (
        4,
        [
            "to do   Could not fetch from the remote.",
            "        Read git's error and run this again: what is shown may be out of date.",
            "        - There is no such remote.",
        ],
    )
    assert quiet.run("watch", "--offline").code == 0


# ── the issue ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_issue_is_opened_kept_and_closed(job: Place, server: Hub) -> None:
    job.soon("late", minutes=-90)
    job.commit()
    result = job.run("watch")
    assert (result.code, result.out.splitlines()[-1]) == (4, f"Updated the issue http://localhost/{TEAM}/issues/1")
    [issue] = server.issues.values()
    assert issue["title"] == "Publishing needs a person: 1 thing to do"
    now, due = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d", issue["body"])[:2]
    assert issue["body"] == "<!-- cmflow-watch -->\n" + NEEDED.format(now=now, due=due)
    job.soon("other", minutes=-90)
    job.commit()
    job.run("watch")
    assert "Overdue by more than an hour: 2 deliveries" in issue["body"]
    for path in job.root.glob("content/posts/*.md"):
        path.unlink()
    assert job.run("watch") == Result(0, "No problems.\nClosed issue 1.\n", "")
    assert (issue["state"], "**No problems.**" in issue["body"], len(server.issues)) == ("closed", True, 1)
    assert job.run("watch") == Result(0, "No problems.\n", "")


def test_what_there_is_time_for_has_another_title(job: Place, server: Hub) -> None:
    plan = job.root / "content/plan.md"
    ends = f"{datetime.now(UTC) + timedelta(days=5):%Y-%m-%d}"
    plan.write_text(plan.read_text().replace("network: outbox", f"network: outbox\n    token_ends: {ends}"))
    assert job.run("watch").code == 0
    assert server.issues[1]["title"] == "Publishing: 1 thing to look at soon"
    assert f"### 🟡 The token of `practice` expires on {ends}, in " in server.issues[1]["body"]


def test_hostile_words_call_nobody_and_are_cut(job: Place, server: Hub) -> None:
    for number in range(20):
        job.soon(f"p{number}", minutes=-90)
    branch = "refs/heads/cmflow-state"
    blob = job.root / "blob"
    blob.write_text("@team #1 {")
    made = job.git("hash-object", "-w", str(blob)).strip()
    blob.unlink()
    index = {"GIT_INDEX_FILE": str(job.root / ".git/other")}
    _git(job, index, "read-tree", branch)
    _git(job, index, "update-index", "--add", "--cacheinfo", f"100644,{made},deliveries/aa/@team/x.json")
    tree = _git(job, index, "write-tree").strip()
    job.git("update-ref", branch, job.git("commit-tree", tree, "-p", branch, "-m", "x").strip())
    assert job.run("watch").code == 4
    body = server.issues[1]["body"]
    assert "- and 8 more: `cmflow status --all`\n" in body
    assert "1 file of the ledger cannot be read" in body
    outside = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", body)
    assert not re.search("@team|#\\d|<b>", outside)


def _git(place: Place, more: dict[str, str], *words: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in more.items():
            patch.setenv(name, value)
        return place.git(*words)


def test_without_permission_the_page_of_the_run_says_it(job: Place, server: Hub, tmp_path: Path) -> None:
    job.soon("late", minutes=-90)
    job.commit()
    server.trouble(f"POST /repos/{TEAM}/issues", 403, "Resource not accessible by integration")
    result = job.run("watch")
    assert result.code == 4
    assert (
        "GitHub does not allow cmflow to write an issue" in result.err and "`permissions: issues: write`" in result.err
    )
    assert "### 🔴 Overdue" in (tmp_path / "summary.md").read_text()


def test_issues_may_be_switched_off(job: Place, server: Hub, tmp_path: Path) -> None:
    server.trouble(f"GET /repos/{TEAM}/issues", 410, "Issues are disabled for this repo")
    result = job.run("watch")
    assert (result.code, "does not accept this (410)" in result.err) == (0, True)
    assert "**No problems.**" in (tmp_path / "summary.md").read_text()


def test_github_cannot_be_asked(job: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    job.soon("late", minutes=-90)
    job.commit()
    result = job.run("watch")
    assert (result.code, "No token for GitHub is set." in result.err) == (1, True)
    assert "### 🔴 Overdue" in (tmp_path / "summary.md").read_text()


def test_every_kind_of_trouble_says_what_to_do() -> None:
    assert {"run", "overdue", "failed", "unsure", "missed", "held", "blocked", "token"} <= set(ADVICE)


def test_what_waits_for_an_approval(place: Place) -> None:
    plan = (place.root / "content/plan.md").read_text()
    place.write("content/plan.md", plan.replace("groups:", "approvals: {needed: 1}\ngroups:"))
    place.soon("hello", minutes=24 * 60)
    result = place.run("watch")
    assert result.code == 4
    assert "Not approved, and due soon: 1 delivery, hello on practice" in result.out
    assert "cmflow approvals shows whose approval they wait for; without it they will be missed." in result.out
