"""The workflows of `cmflow init`, played from the first pull request to the calendar, as each of them would be run.

Every job has the rights that its workflow asks for, and no more: what they do not allow, GitHub's stand-in refuses.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmflow import git
from cmflow.cli import main
from cmflow.ledger import Ledger
from cmflow.publish import tokens
from tests.github import hub
from tests.github.hub import TEAM, Hub
from tests.servers.emulate import emulated
from tests.workflows.payloads import payload, schedule
from tests.workflows.runner import Run, Runner

pytestmark = pytest.mark.slow

POST = "---\ntitle: {title}\ndate: {date}\naccounts: [practice]\n---\n\n{text}\n"
SPOKEN = ("checks", "issues", "pull-requests")  # what the other rights are for is not asked of GitHub's API
HOSTILE = 'A "quoted" $(touch {mark}) `touch {mark}`\n::set-output name=x::y\n::error::forged'


@dataclass
class Team:
    """A content repository on a server, a clone in which its people write, and its workflows."""

    clone: Path
    runner: Runner
    server: Hub

    def git(self, *words: str) -> str:
        who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org")
        done = subprocess.run(["git", *who, *words], cwd=self.clone, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, name: str, text: str = "We are open.", due: datetime | None = None, title: str = "") -> str:
        at = due or (datetime.now(UTC) + timedelta(days=30)).replace(hour=9, minute=30)
        path = f"content/posts/{name}.md"
        (self.clone / path).write_text(POST.format(title=title or name, date=f"{at:%Y-%m-%d %H:%M}", text=text))
        return path

    def commit(self, branch: str = "main") -> str:
        self.git("add", "-A")
        self.git("commit", "-qm", "Write")
        self.git("push", "-q", "origin", f"HEAD:{branch}")
        return self.git("rev-parse", "HEAD")

    def proposed(self, branch: str = "post", fork: str = "", **changes: Any) -> dict[str, Any]:
        """The event of a pull request, of what is in the clone; `fork` is the repository it comes from."""
        head, number = self.commit(f"refs/pull/7/{'head' if fork else 'merge'}"), 7
        self.git("push", "-q", "-f", "origin", "HEAD:refs/pull/7/merge")
        self.server.pull(number, head, head=branch, repository=fork or TEAM)
        self.server.changed = self.git("diff", "--name-only", "origin/main...HEAD").splitlines()
        where = {"ref": branch, "sha": head, "repo": {"full_name": fork or TEAM, "fork": bool(fork)}}
        pull = {"head": where, "base": {"ref": "main"}, "number": number, "user": {"login": "writer"}, **changes}
        return payload("pull_request", "opened", number=number, pull_request=pull)

    def checked(self, event: dict[str, Any]) -> Run:
        return self.runner.play("check.yml", "pull_request", event, ref="refs/pull/7/merge", base="main")

    def previewed(self, check: Run, event: dict[str, Any], name: str = "pull_request") -> Run:
        head = event["pull_request"]["head"]
        ended = {
            "id": check.number,
            "name": "Check",
            "event": name,
            "conclusion": check.conclusion,
            "head_branch": head["ref"],
            "head_sha": head["sha"],
            "head_repository": {"full_name": head["repo"]["full_name"]},
            "html_url": f"https://github.com/{TEAM}/actions/runs/{check.number}",
        }
        return self.runner.play("preview.yml", "workflow_run", payload("workflow_run", "completed", workflow_run=ended))

    def pushed(self, workflow: str) -> Run:
        return self.runner.play(workflow, "push", payload("push", ref="refs/heads/main", after=self.commit()))

    def scheduled(self, workflow: str) -> Run:
        return self.runner.play(workflow, "schedule", schedule("7,22,37,52 * * * *"))

    @property
    def needless(self) -> set[tuple[str, str]]:
        """The rights that the last job had to speak with GitHub, and did not use."""
        rights = {(name, level) for name, level in (self.server.rights or {}).items() if name in SPOKEN}
        return rights - self.server.used

    @property
    def sent(self) -> set[str]:
        """What the ledger on the server says is out."""
        try:
            files = self.runner.git("ls-tree", "-r", "--name-only", "cmflow-state", "deliveries").split()
        except subprocess.CalledProcessError:
            return set()
        found = [json.loads(self.runner.git("show", f"cmflow-state:{file}")) for file in files]
        return {each["post"] for each in found if each["state"] == "sent"}


@pytest.fixture
def server() -> Iterator[Hub]:
    with hub.running() as server:
        yield server


@pytest.fixture
def team(tmp_path: Path, server: Hub, monkeypatch: pytest.MonkeyPatch) -> Team:
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    origin, clone = tmp_path / "origin.git", tmp_path / "clone"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", origin], check=True)
    subprocess.run(["git", "config", "uploadpack.allowAnySHA1InWant", "true"], cwd=origin, check=True)

    def allow(rights: Any) -> None:
        server.rights = rights
        server.used.clear()

    runner = Runner(tmp_path / "runner", origin, server.url, allow=allow)
    made = Team(clone, runner, server)
    with pytest.raises(SystemExit):
        main(
            ["init", str(clone), "--timezone", "UTC", "--action", f"our-team/cmflow@{'0' * 40}"]
        )  # the runner takes this checkout
    plan = clone / "content/plan.md"  # the team has been here for a while
    plan.write_text(re.sub("(?m)^since: .{10}", "since: 2026-01-01", plan.read_text("utf-8")), "utf-8")
    made.git("init", "-q", "-b", "main")
    made.git("remote", "add", "origin", str(origin))
    made.commit()
    made.git("fetch", "-q")
    return made


# ── a pull request ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_pull_request_is_checked_and_shown(team: Team) -> None:
    team.write("summer", "Our summer hours")
    event = team.proposed()
    check = team.checked(event)
    assert check.conclusion == "success", check.told
    assert "Our summer hours" in check.summary
    assert team.needless == set()
    team.server.reviewed(7, "reviewer", "APPROVED", event["pull_request"]["head"]["sha"])
    preview = team.previewed(check, event)
    assert preview.conclusion == "success", preview.told
    assert team.needless == set()
    [comment] = team.server.bodies(7)
    assert "Our summer hours" in comment
    [run] = team.server.runs
    assert (run["conclusion"], run["head_sha"]) == ("success", event["pull_request"]["head"]["sha"])
    assert {path.name for path in (team.runner.home / "artifacts/1").iterdir()} == {"review", "calendar"}
    assert (team.runner.home / "artifacts/1/calendar/index.html").is_file()
    team.previewed(check, event)
    assert len(team.server.bodies(7)) == 1


def test_a_mistake_is_red_marked_and_shown(team: Team) -> None:
    path = team.write("summer")
    (team.clone / path).write_text((team.clone / path).read_text().replace("practice", "practise"))
    event = team.proposed()
    check = team.checked(event)
    assert check.conclusion == "failure"
    told = check.step("Check and write down what is to be reviewed")
    assert f"::error file={path},line=4,title=" in told.out
    assert check.step("Check all posts").outcome == "skipped"
    assert team.previewed(check, event).conclusion == "success"
    assert "practise" in team.server.bodies(7)[0]
    assert team.server.runs[0]["conclusion"] == "failure"


def test_what_was_reviewed_last_is_what_it_is_compared_with(team: Team) -> None:
    path = team.write("summer", "The first text")
    team.server.reviewed(7, "writer", "COMMENTED", "0" * 40)
    team.server.reviewed(7, "reviewer", "CHANGES_REQUESTED", team.proposed()["pull_request"]["head"]["sha"])
    (team.clone / path).write_text((team.clone / path).read_text().replace("first", "second"))
    check = team.checked(team.proposed())
    assert check.conclusion == "success", check.told
    review = json.loads((team.runner.home / "artifacts/1/review/review.json").read_text())
    assert review["since"] == team.server.reviews[7][1]["commit_id"]


def test_main_is_checked_too(team: Team) -> None:
    team.write("summer")
    run = team.pushed("check.yml")
    assert run.conclusion == "success", run.told
    assert "2 posts checked: no problems." in run.step("Check all posts").out
    assert not (team.runner.home / "artifacts").exists()


# ── a fork ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hostile_fork_does_nothing_but_lie(team: Team, tmp_path: Path) -> None:
    """It changes a workflow, a template that would read the environment, and puts commands wherever it can."""
    mark = tmp_path / "mark"
    words = HOSTILE.format(mark=mark)
    (team.clone / "templates/networks/post.md.j2").write_text(
        "{{ ''.__class__.__mro__ }}{{ self._TemplateReference__context }}{{ text }}"
    )
    (team.clone / ".github/workflows/check.yml").write_text("on: pull_request_target\njobs: {}\n")
    (team.clone / ".github/workflows/preview.yml").unlink()
    (team.clone / "content/media").mkdir(exist_ok=True)
    (team.clone / "content/media/a.png").symlink_to("/etc/passwd")
    title = json.dumps(words)
    team.write("evil", words + "\n@team #1 " + "@" * 60_000, title=title)
    branch = 'x";touch${IFS}' + str(mark) + ';"$(id)`id`'
    event = team.proposed(branch, fork="mallory/content", title=words, body=words)
    check = team.checked(event)
    assert not mark.exists()
    assert not [line for line in check.told.splitlines() if re.match("::(?!error |warning )", line)]
    assert "::error::forged" not in check.told.splitlines()
    preview = team.previewed(check, event)
    assert not mark.exists()
    assert "root:" not in check.told + check.summary + preview.told + "".join(team.server.bodies(7))
    assert "token-of-job" not in check.told + check.summary + preview.told + "".join(team.server.bodies(7))
    for comment in team.server.bodies(7):
        assert ".github/workflows/check.yml" in comment  # the reviewer is told that the review may be changed too


def test_an_artifact_that_lies_is_not_believed(team: Team) -> None:
    team.write("summer")
    event = team.proposed(fork="mallory/content")
    check = team.checked(event)
    team.server.pull(8, "f" * 40, head="other")
    file = team.runner.home / "artifacts/1/review/review.json"
    data = json.loads(file.read_text())
    for lie in ({**data, "pull": 8}, {**data, "head": "f" * 40}, "::set-output name=x::y\n$(id)", None):
        file.unlink()
        if lie is None:
            file.symlink_to("/etc/passwd")
        else:
            file.write_text(lie if isinstance(lie, str) else json.dumps(lie))
        preview = team.previewed(check, event)
        assert preview.conclusion == "failure"
        assert (team.server.bodies(7), team.server.bodies(8), team.server.runs) == ([], [], [])
        assert "root:" not in preview.told and "\n::set-output" not in preview.told


def test_a_push_is_not_previewed(team: Team) -> None:
    team.write("summer")
    event = team.proposed()
    assert team.previewed(team.checked(event), event, "push").conclusion == "skipped"


# ── publishing ──────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_due_goes_out_once_and_into_the_calendar(team: Team) -> None:
    team.write("now", due=datetime.now(UTC) - timedelta(minutes=5))
    run = team.pushed("publish.yml")
    assert run.conclusion == "success", run.told
    assert team.sent == {"now"}
    again = team.scheduled("publish.yml")
    assert (again.conclusion, team.sent) == ("success", {"now"})
    assert "Nothing is due." in again.step("Publish what is due").out
    inputs = {"wait": "1m", "dry-run": False, "again-post": "now", "again-account": "practice"}
    once_more = team.runner.play("publish.yml", "workflow_dispatch", payload("workflow_dispatch", inputs=inputs))
    assert once_more.conclusion == "success", once_more.told
    pages = team.runner.play("pages.yml", "workflow_run", _published())
    assert pages.conclusion == "success", pages.told
    site = team.runner.home / f"artifacts/{pages.number}/github-pages"
    assert 'class="post is-sent"' in (site / "posts/now.html").read_text()


@pytest.mark.parametrize("by_hand", [False, True])
def test_what_is_out_is_taken_back(team: Team, by_hand: bool) -> None:
    team.write("now", due=datetime.now(UTC) - timedelta(minutes=5))
    assert team.pushed("publish.yml").conclusion == "success"
    inputs = {"post": "now", "account": "practice", "by-hand": by_hand}
    run = team.runner.play("unpublish.yml", "workflow_dispatch", payload("workflow_dispatch", inputs=inputs))
    assert run.conclusion == "success", run.told
    assert "now is no longer on practice. It was at" in run.step("Delete it there").out
    assert "Nothing is due." in team.scheduled("publish.yml").step("Publish what is due").out
    again = team.runner.play("unpublish.yml", "workflow_dispatch", payload("workflow_dispatch", inputs=inputs))
    assert again.conclusion == "failure"
    assert "Nothing of now is published on practice." in again.told


OUTCOMES = {
    "it is published": ("sent", "https://www.threads.net/@team/post/1"),
    "leave it out": ("skipped", ""),
    "it is not published, and the next run may try": ("scheduled", ""),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_was_posted_by_hand_is_said_without_a_terminal(team: Team, outcome: str) -> None:
    """No run is red while it waits; what is typed into the form is never part of a command."""
    plan = team.clone / "content/plan.md"
    plan.write_text(plan.read_text().replace("accounts:\n", "accounts:\n  company: {network: threads}\n", 1))
    path = team.clone / team.write("now", due=datetime.now(UTC) - timedelta(minutes=5))
    path.write_text(path.read_text().replace("practice", "company"))
    published = team.pushed("publish.yml")
    assert published.conclusion == "success", published.told
    assert "To post by hand\n  company  now  https://www.threads.net/" in published.step("Publish what is due").out
    state, address = OUTCOMES[outcome]
    inputs = {"post": "now", "account": "company", "outcome": outcome, "address": address}
    run = team.runner.play("settle.yml", "workflow_dispatch", payload("workflow_dispatch", inputs=inputs))
    assert run.conclusion == "success", run.told
    assert f"now on company is {state} now." in run.step("Write it down").out
    assert ("To post by hand" in team.scheduled("publish.yml").told) is (state == "scheduled")


def test_what_somebody_types_into_the_form_is_no_command(team: Team) -> None:
    team.write("now", due=datetime.now(UTC) + timedelta(days=1))
    team.commit()
    typed = '"; touch hacked; echo "$(touch hacked)'
    for inputs in (
        {"post": typed, "account": "practice", "outcome": "leave it out", "address": ""},
        {"post": "now", "account": typed, "outcome": "leave it out", "address": ""},
        {"post": "now", "account": "practice", "outcome": "it is published", "address": typed},
        {"post": "now", "account": "practice", "outcome": "it is published", "address": ""},
        {"post": "--skip", "account": "--skip", "outcome": "it is published", "address": "--skip"},
    ):
        run = team.runner.play("settle.yml", "workflow_dispatch", payload("workflow_dispatch", inputs=inputs))
        assert run.conclusion == "failure"
        assert not [*team.runner.home.rglob("hacked")]


def test_a_stop_from_the_page_of_actions_or_by_a_label(team: Team, tmp_path: Path) -> None:
    """Only a person resumes: to take the label away starts nothing."""
    mark = tmp_path / "mark"
    words = HOSTILE.format(mark=mark)
    label = {"label": {"name": "stop-publishing"}}
    stopped = team.runner.play("stop.yml", "issues", issued("labeled", words, words, "ana", "ana", **label))
    assert (stopped.conclusion, mark.exists()) == ("success", False), stopped.told
    assert "issue #12 was given the label stop-publishing" in stopped.step("Stop publishing").out
    team.write("now", due=datetime.now(UTC) - timedelta(minutes=5))
    assert (team.pushed("publish.yml").conclusion, team.sent) == ("failure", set())
    assert team.runner.play("stop.yml", "issues", issued("labeled", "x", "x", "ana", "ana")).conclusion == "skipped"
    assert team.runner.play("stop.yml", "issues", payload("issues", "unlabeled")).jobs == {}
    inputs = {"send": "", "all": False}
    resumed = team.runner.play("resume.yml", "workflow_dispatch", payload("workflow_dispatch", inputs=inputs))
    assert resumed.conclusion == "failure", resumed.told  # something is on hold
    assert "Publishing is resumed." in resumed.step("Resume publishing").out
    assert (team.scheduled("publish.yml").conclusion, team.sent) == ("failure", set())
    inputs = {"send": " now  now ", "all": False}
    confirmed = team.runner.play("resume.yml", "workflow_dispatch", payload("workflow_dispatch", inputs=inputs))
    assert confirmed.conclusion == "success", confirmed.told
    assert (team.scheduled("publish.yml").conclusion, team.sent) == ("success", {"now"})


@pytest.mark.parametrize(("given", "said"), [("", "no reason was given"), ("$(touch x) `x` 'x' \"x\"", "$(touch x)")])
def test_a_stop_by_hand_says_why(team: Team, given: str, said: str) -> None:
    event = payload("workflow_dispatch", inputs={"reason": given})
    stopped = team.runner.play("stop.yml", "workflow_dispatch", event)
    assert (stopped.conclusion, said in stopped.step("Stop publishing").out) == ("success", True), stopped.told
    inputs = {"send": "* --all", "all": True}
    resumed = team.runner.play("resume.yml", "workflow_dispatch", payload("workflow_dispatch", inputs=inputs))
    assert resumed.step("Resume publishing").out == "Publishing is resumed.\n"


def test_a_dry_run_sends_nothing(team: Team) -> None:
    team.write("now", due=datetime.now(UTC) - timedelta(minutes=5))
    team.commit()
    inputs = {"wait": "1m", "dry-run": True, "again-post": "", "again-account": ""}
    run = team.runner.play("publish.yml", "workflow_dispatch", payload("workflow_dispatch", inputs=inputs))
    assert (run.conclusion, team.sent) == ("success", set()), run.told
    assert "now" in run.told


def test_a_ledger_that_was_deleted_is_begun_anew_only_by_a_person(team: Team) -> None:
    team.write("old", due=datetime.now(UTC) - timedelta(minutes=9))
    assert team.pushed("publish.yml").conclusion == "success"
    team.git("push", "-q", "origin", "--delete", "cmflow-state")
    (team.clone / "content/posts/old.md").unlink()
    team.write("now", due=datetime.now(UTC) - timedelta(minutes=5))
    refused = team.pushed("publish.yml")
    assert (refused.conclusion, team.sent) == ("failure", set()), refused.told
    assert "begin a new one" in refused.told
    inputs = {"wait": "1m", "dry-run": False, "again-post": "", "again-account": "", "first": True}
    run = team.runner.play("publish.yml", "workflow_dispatch", payload("workflow_dispatch", inputs=inputs))
    assert (run.conclusion, team.sent) == ("success", {"now"}), run.told


def test_what_the_plan_wants_approved_goes_out_once_it_is(team: Team) -> None:
    plan = team.clone / "content/plan.md"
    plan.write_text(plan.read_text().replace("---\n", "---\napprovals: {needed: 1}\n", 1))
    team.commit()
    team.git("checkout", "-q", "-b", "post")
    team.write("now", due=datetime.now(UTC) - timedelta(minutes=5))
    head = team.proposed()["pull_request"]["head"]["sha"]
    team.git("checkout", "-q", "main")
    team.git("merge", "-q", "--no-ff", "post", "-m", "Merge pull request #7 from team/post")
    team.git("push", "-q", "origin", "main")
    team.server.pulls[7] |= {"state": "closed", "merged_at": "2026-11-20T12:00:00Z"}
    team.server.written[7] = [(head, "writer")]
    team.server.people = {"boss": "admin", "writer": "write"}
    team.server.reviewed(7, "writer", "APPROVED", head)
    waits = team.scheduled("publish.yml")
    assert team.sent == set(), waits.told
    team.server.reviewed(7, "boss", "APPROVED", head)
    run = team.scheduled("publish.yml")
    assert run.step("Remember who approved what").outcome == "success", run.told
    assert team.sent == {"now"}, run.told
    assert team.needless == set()


def _published(conclusion: str = "success") -> dict[str, Any]:
    ended = {"id": 1, "name": "Publish", "event": "schedule", "conclusion": conclusion, "head_branch": "main"}
    return payload("workflow_run", "completed", workflow_run=ended)


def test_only_the_pages_that_changed_are_made_again(team: Team) -> None:
    for number in range(20):
        team.write(f"post-{number}", due=datetime.now(UTC) + timedelta(days=number + 2))
    first = team.pushed("pages.yml")
    assert first.conclusion == "success", first.told
    team.write("post-3", "Another text", due=datetime.now(UTC) + timedelta(days=5))
    second = team.pushed("pages.yml")
    made = [int(re.match(r"\d+", run.step("Build the calendar").out)[0]) for run in (first, second)]  # type: ignore[index]
    assert made[0] > 25 and made[1] < 16, made
    site = team.runner.home / f"artifacts/{second.number}/github-pages"
    assert "Another text" in (site / "posts/post-3.html").read_text()
    assert len(list((site / "posts").iterdir())) == 21


def test_without_pages_no_calendar_is_put_there(team: Team) -> None:
    event = payload("push", ref="refs/heads/main")
    event["repository"]["has_pages"] = False
    assert team.runner.play("pages.yml", "push", event).conclusion == "skipped"
    assert team.runner.play("pages.yml", "workflow_run", _published("skipped")).conclusion == "skipped"


# ── the daily look ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_daily_look_keeps_an_issue(team: Team) -> None:
    team.write("old", due=datetime.now(UTC) - timedelta(days=2))
    team.commit()
    run = team.scheduled("watch.yml")
    assert run.conclusion == "failure"
    assert team.needless == set()
    [issue] = team.server.issues.values()
    assert "`old` on `practice`" in issue["body"]
    (team.clone / "content/posts/old.md").unlink()
    team.commit()
    team.scheduled("publish.yml")
    run = team.scheduled("watch.yml")
    assert run.conclusion == "success", run.told
    assert issue["state"] == "closed"


def test_the_daily_look_tells_of_a_token_that_ends(team: Team) -> None:
    """Without a secret: `connect`, or a run that signed in, has written it down."""
    team.write("later", due=datetime.now(UTC) + timedelta(days=2))
    team.commit()
    team.scheduled("publish.yml")
    ends = datetime.now(UTC) + timedelta(days=5)
    ledger = Ledger(git.discover(team.clone), remote="origin")
    tokens.set_end(ledger, "practice", "t0ken", ends, "cmflow connect", lambda: datetime.now(UTC))
    run = team.scheduled("watch.yml")
    assert run.conclusion == "success", run.told
    [issue] = team.server.issues.values()
    assert re.search(r"The token of `practice` expires on \d{4}-\d\d-\d\d, in \d days", issue["body"])
    assert "`cmflow connect practice`" in issue["body"]


# ── the form ────────────────────────────────────────────────────────────────────────────────────────────────

FORM = "### Title\n\n{title}\n\n### Accounts\n\npractice\n\n### Date\n\n2027-01-04 09:30\n\n### Text\n\n{text}\n"


def issued(action: str, title: str, text: str, writer: str, sender: str, **more: Any) -> dict[str, Any]:
    labels = [{"name": "post"}, *([more["label"]] if "label" in more else [])]
    body = FORM.format(title=title, text=text)
    issue = {"number": 12, "state": "open", "title": title, "body": body, "labels": labels, "user": {"login": writer}}
    return payload("issues", action, issue=issue, sender={"login": sender}, **more)


def test_the_form_becomes_a_draft(team: Team, tmp_path: Path) -> None:
    team.server.people = {"ana": "write", "mallory": "read"}
    mark = tmp_path / "mark"
    words = HOSTILE.format(mark=mark)
    stranger = team.runner.play("draft.yml", "issues", issued("opened", words, words, "mallory", "mallory"))
    assert (stranger.conclusion, team.server.pulls) == ("success", {}), stranger.told
    assert "A team member has to look" in team.server.bodies(12)[0]
    label = {"label": {"name": "post-allowed"}}
    run = team.runner.play("draft.yml", "issues", issued("labeled", "x", words, "mallory", "ana", **label))
    assert (run.conclusion, mark.exists()) == ("success", False), run.told
    assert team.needless == set()
    [pull] = team.server.pulls.values()
    assert (pull["draft"], pull["head"]["ref"]) == (True, "post/issue-12")
    assert list(team.server.trees[team.server.commits[pull["head"]["sha"]]]) == ["content/posts/2027-01/x.md"]
    assert not [line for line in run.told.splitlines() if line.startswith("::")]


def test_another_label_starts_nothing(team: Team) -> None:
    event = issued("labeled", "x", "x", "ana", "ana", label={"name": "bug"})
    assert team.runner.play("draft.yml", "issues", event).conclusion == "skipped"
    assert team.runner.play("draft.yml", "issues", payload("issues", "unlabeled")).jobs == {}


# ── another GitHub ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_against_a_stand_in_that_others_wrote(team: Team, tmp_path: Path) -> None:
    with emulated(tmp_path) as emulate:
        repository = emulate.repository()
        there = f"/repos/{repository}"
        runner = Runner(tmp_path / "other", team.runner.origin, emulate.url, repository, "token-of-team")
        issue = emulate.ask("POST", f"{there}/issues", json={"title": "x", "body": "x"})["number"]
        asked = issued("opened", "Our hours", "We are open.", "team", "team")
        asked["issue"]["number"] = issue
        run = runner.play("draft.yml", "issues", asked)
        assert run.conclusion == "success", run.told
        [pull] = emulate.ask("GET", f"{there}/pulls")
        assert (pull["draft"], pull["title"], pull["head"]["ref"]) == (True, "Post: Our hours", f"post/issue-{issue}")
        [comment] = emulate.ask("GET", f"{there}/issues/{issue}/comments")
        assert pull["html_url"] in comment["body"]
        team.write("old", due=datetime.now(UTC) - timedelta(days=2))
        team.commit()
        looked = runner.play("watch.yml", "schedule", schedule("41 6 * * *"))
        assert looked.conclusion == "failure"
        [found] = [each for each in emulate.ask("GET", f"{there}/issues") if "old" in (each["body"] or "")]
        assert found["title"].startswith("Publishing needs a person")
