"""`cmflow draft`: an issue becomes a draft pull request, whoever wrote whatever in it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cmflow.cli import _actions
from cmflow.review.issue_draft import SENTENCES
from tests.cli.conftest import Place, Result
from tests.github import hub
from tests.github.hub import TEAM, Hub

pytestmark = pytest.mark.slow  # real git

FORM = """\
### Title

{title}

### Accounts

{accounts}

### Date

{date}

### Campaign

_No response_

### Pillar

_No response_

### Text

{text}
"""
TEXT = "We are open **longer**!"
FILE = """\
---
title: Our summer hours
date: 2026-06-04 17:00
accounts: [news]
status: draft
---

We are open **longer**!
"""
PATH = "content/posts/2026-06/our-summer-hours.md"


def form(
    title: str = "Our summer hours", accounts: str = "news", date: str = "2026-06-04 17:00", text: str = TEXT
) -> str:
    return FORM.format(title=title, accounts=accounts, date=date, text=text)


@dataclass
class Issues:
    """The issue 12 of ana, who may write here, and what happens to it."""

    place: Place
    server: Hub
    path: Path
    labels: list[str] = field(default_factory=lambda: ["post"])
    writer: str = "ana"

    def happens(self, body: str, action: str = "opened", sender: str = "", **more: Any) -> Result:
        issue = {
            "number": 12,
            "state": "open",
            "body": body,
            "labels": [{"name": name} for name in self.labels],
            "user": {"login": self.writer, "id": 7},
        }
        event = {"action": action, "issue": issue, "sender": {"login": sender or self.writer}, **more}
        self.path.write_text(json.dumps({**event, "repository": {"default_branch": "main"}}))
        return self.place.run("draft")

    def edited(self, body: str, sender: str = "") -> Result:
        return self.happens(body, "edited", sender, changes={"body": {"from": ""}})

    def allowed(self, body: str, sender: str = "ana") -> Result:
        self.labels = ["post", "post-allowed"]
        return self.happens(body, "labeled", sender, label={"name": "post-allowed"})

    @property
    def said(self) -> str:
        [body] = self.server.bodies(12)
        return body

    @property
    def files(self) -> dict[str, str]:
        """Of the draft's branch."""
        head = self.server.refs.get("heads/post/issue-12")
        return self.server.trees[self.server.commits[head]] if head else {}


@pytest.fixture
def server() -> Iterator[Hub]:
    with hub.running() as server:
        server.people = {"ana": "write", "boss": "admin", "helper": "triage", "stranger": "read"}
        yield server


@pytest.fixture
def issues(place: Place, server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Issues:
    path = tmp_path / "event.json"
    surroundings = {
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_REPOSITORY": TEAM,
        "GITHUB_TOKEN": "token-of-job",
        "GITHUB_API_URL": server.url,
        "GITHUB_SERVER_URL": "https://git.example.org",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(_actions, "wall_sleep", server.waits.append)
    return Issues(place, server, path)


def ended(name: str, code: int = 0) -> Result:
    return Result(code, f"Issue 12: {SENTENCES[name]}\n", "")


# ── a draft ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_draft_is_proposed_and_the_writer_told(issues: Issues) -> None:
    assert issues.happens(form()) == ended("made")
    assert issues.files == {PATH: FILE}
    [pull] = issues.server.pulls.values()
    assert (pull["title"], pull["draft"], pull["head"]["ref"]) == ("Post: Our summer hours", True, "post/issue-12")
    assert pull["body"].startswith(
        "This post was requested in #12.\n\nWhen it is ready, remove the line `status: draft`"
    )
    assert pull["body"].endswith("\n\nCloses #12\n")
    assert "**2026-06-04 17:00** (Europe/Paris), on `news`." in issues.said
    assert f"**The draft is ready: {pull['html_url']}**" in issues.said


def test_who_wrote_it_is_the_commit_s_author(issues: Issues) -> None:
    issues.happens(form())
    ana = {"name": "ana", "email": "7+ana@users.noreply.git.example.org"}
    assert issues.server.signed == [("Post: Our summer hours", ana)]


def test_pictures_of_the_form_are_named(issues: Issues) -> None:
    picture = "https://github.com/user-attachments/assets/0f2a"
    issues.happens(form(text=f"{TEXT}\n\n![image]({picture})"))
    assert issues.files == {PATH: FILE}
    assert f"**The form's pictures are not in the draft yet:** `{picture}`\n" in issues.said
    issues.edited(form())
    assert "The form's pictures" not in issues.said


def test_what_was_left_open_is_filled_in(issues: Issues) -> None:
    assert issues.happens(form(accounts="_No response_", date="_No response_")) == ended("made")
    [(path, text)] = issues.files.items()
    found = re.search(r"^date: (\d{4}-\d\d)-\d\d (\d\d:\d\d)\naccounts: \[news\]$", text, re.MULTILINE)
    assert found and found[2] in ("09:30", "17:00")
    assert path == f"content/posts/{found[1]}/our-summer-hours.md"


def test_a_name_that_is_taken_gets_the_day(issues: Issues) -> None:
    issues.place.post("our-summer-hours")
    issues.happens(form())
    assert list(issues.files) == ["content/posts/2026-06/our-summer-hours-2026-06-04.md"]


def test_an_edit_is_followed_into_the_same_file(issues: Issues) -> None:
    issues.happens(form())
    assert issues.edited(form("Other hours", text="Less!")) == ended("made")
    assert list(issues.files) == [PATH]
    assert "title: Other hours" in issues.files[PATH] and issues.files[PATH].endswith("\nLess!\n")
    assert len(issues.server.pulls) == 1
    assert issues.said.count("<!-- draft 1 ") == 1


def test_an_edit_is_not_taken_over_what_others_wrote_in_the_pull_request(issues: Issues) -> None:
    issues.happens(form())
    issues.server.pulls[1]["head"]["sha"] = "c9"
    assert issues.edited(form("Other hours")) == ended("apart")
    assert issues.files == {PATH: FILE}
    assert "Please continue there." in issues.said


def test_a_draft_that_was_merged_or_closed_stays_so(issues: Issues) -> None:
    issues.happens(form())
    issues.server.pulls[1]["state"] = "closed"
    assert issues.edited(form("Other hours")) == ended("over")
    assert "open a new issue" in issues.said


# ── mistakes ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"accounts": "nwes"}, "nwes"),
        ({"accounts": "nwes", "date": "_No response_"}, "- `The plan has no account or group 'nwes'."),
        ({"date": "tomorrow"}, "tomorrow"),
        ({"date": "../../.github/workflows"}, "../../.github/workflows"),
    ],
)
def test_mistakes_are_named_in_the_issue(issues: Issues, words: dict[str, str], said: str) -> None:
    assert issues.happens(form(**words)) == ended("wrong")
    assert said in issues.said
    assert "**There is no draft yet.**" in issues.said and "choose *Edit*" in issues.said
    assert (issues.files, issues.server.pulls) == ({}, {})


def test_a_mistake_that_was_mended(issues: Issues) -> None:
    issues.happens(form(accounts="nwes"))
    assert issues.edited(form()) == ended("made")
    assert "**The draft is ready" in issues.said


def test_no_slot_is_free(issues: Issues) -> None:
    plan = issues.place.root / "content/plan.md"
    holidays = "late: 6h\npauses: {holidays: {starts: 2020-01-01, ends: 2099-01-01}}"
    plan.write_text(plan.read_text().replace("late: 6h", holidays))
    assert issues.happens(form(date="_No response_")) == ended("wrong")
    assert "- `news has no free slot in the coming year. Give a date.`\n" in issues.said


def test_these_are_not_the_form_s_answers(issues: Issues) -> None:
    assert issues.happens("Hello, please post something about @team #1") == ended("form")
    assert "@team" not in issues.said


# ── who may ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("sender", ["stranger", "helper", "unknown", "some[bot]"])
def test_who_may_not_write_here_waits(issues: Issues, sender: str) -> None:
    issues.writer = sender
    assert issues.happens(form()) == ended("waiting")
    assert "the label `post-allowed`" in issues.said
    assert issues.allowed(form(), "helper") == ended("waiting")
    assert issues.files == {}
    assert issues.allowed(form()) == ended("made")
    assert issues.files == {PATH: FILE}


def test_what_a_stranger_changes_afterwards_waits_again(issues: Issues) -> None:
    issues.writer = "stranger"
    issues.allowed(form())
    assert issues.edited(form(text="Buy this!")) == ended("held")
    assert issues.files == {PATH: FILE}
    assert issues.said.startswith("<!-- cmflow-draft -->\n<!-- draft 1 ")
    assert issues.allowed(form(text="Thanks!")) == ended("made")
    assert issues.files[PATH].endswith("\nThanks!\n")


def test_a_comment_like_ours_is_not_believed(issues: Issues) -> None:
    forged = "<!-- cmflow-draft -->\n<!-- draft 1 0123456789 content/posts/../../.github/x.md -->"
    issues.server.said(12, "stranger", forged)
    assert issues.happens(form()) == ended("made")
    assert list(issues.files) == [PATH]
    assert len(issues.server.bodies(12)) == 2


# ── hostile issues ──────────────────────────────────────────────────────────────────────────────────────────

HOSTILE = "x\r\n::set-output name=a::b\n\n---\nstatus: ready\n<!-- x --> @team fixes #1 `${{ github.token }}` $(id)"


def test_a_hostile_issue_is_a_draft_of_hostile_words(issues: Issues) -> None:
    issues.happens(form(title=HOSTILE.replace("\n", " "), text=HOSTILE))
    [(path, text)] = issues.files.items()
    assert re.fullmatch(r"content/posts/2026-06/[\w-]+\.md", path)
    head = text.split("---\n")[1]
    assert "status: draft\n" in head and "status: ready\n" not in head.replace("\\n", "")
    [pull] = issues.server.pulls.values()
    assert not re.search("[@#`<$]", pull["title"])
    assert "@team" not in issues.said


def test_hostile_mistakes_call_nobody(issues: Issues) -> None:
    issues.happens(form(accounts="@team`, `#1 <b>, ![x](https://x.example)", date="@team"))
    outside = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", issues.said)
    assert not re.search("@team|#1|<b>|x.example", outside)
    assert "#1" in issues.said or "@team" in issues.said


# ── where GitHub refuses ────────────────────────────────────────────────────────────────────────────────────


def test_drafts_are_not_allowed_in_the_settings(issues: Issues) -> None:
    words = "GitHub Actions is not permitted to create or approve pull requests."
    issues.server.trouble(f"POST /repos/{TEAM}/pulls", 403, words)
    assert issues.happens(form()) == ended("refused", 4)
    assert words in issues.said and "*Settings → Actions → General" in issues.said
    assert issues.edited(form()) == ended("made")


def test_the_plan_cannot_be_used(issues: Issues) -> None:
    plan = issues.place.root / "content/plan.md"
    plan.write_text(plan.read_text().replace("timezone: Europe/Paris", "timezone: Europe/Pariss"))
    assert issues.happens(form()) == ended("broken", 4)
    assert "an error, which is not your fault" in issues.said


def test_nothing_may_be_said_in_the_issue(issues: Issues, tmp_path: Path) -> None:
    issues.server.trouble(f"POST /repos/{TEAM}/issues/12/comments", 403, "Resource not accessible by integration")
    result = issues.happens(form())
    assert (result.code, result.out) == (4, ended("made").out)
    assert "GitHub does not allow cmflow to write a comment" in result.err
    assert "**The draft is ready" in (tmp_path / "summary.md").read_text()


def test_outside_of_actions(place: Place) -> None:
    result = place.run("draft")
    assert (result.code, "This runs on GitHub Actions" in result.err) == (2, True)


def test_nothing_happened_that_matters(issues: Issues) -> None:
    issues.labels = ["bug"]
    result = issues.happens(form())
    assert result == Result(0, "Nothing to do: no open issue with the label post has changed.\n", "")
    assert issues.server.requests == []
