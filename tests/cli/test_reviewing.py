"""A pull request from its first commit to its approval, as a contributor, a reviewer and a stranger would play it.

On a GitHub that others wrote, and which remembers. Unlike GitHub it does not show a fork's commits in comparisons, so
what a fork has changed is not known there; and a pull request keeps the commit it was opened with.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from cmflow import github
from tests.cli.conftest import Place, Result
from tests.review import gfm
from tests.servers.emulate import Emulated, emulated

pytestmark = pytest.mark.slow

NAME = "content/posts/new.md"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    with emulated(tmp_path_factory.mktemp("emulate")) as server:
        yield server


@dataclass
class Play:
    """A repository on the server, and its clone in which the jobs run."""

    server: Emulated
    repository: str
    place: Place
    monkeypatch: pytest.MonkeyPatch

    def propose(self, who: str, home: str, files: dict[str, str], branch: str) -> Any:
        """Somebody writes files on a branch of `home` and proposes them; the clone has them checked out."""
        owner = home.partition("/")[0]
        tip = self.server.ask("GET", f"/repos/{home}/git/ref/heads/main", who)["object"]["sha"]
        ref = {"ref": f"refs/heads/{branch}", "sha": tip}
        self.server.ask("POST", f"/repos/{home}/git/refs", who, json=ref)
        self.place.git("switch", "-q", "-C", branch, "main")
        for path, text in files.items():
            packed = base64.b64encode(text.encode()).decode()
            change = {"message": "Write", "content": packed, "branch": branch}
            self.server.ask("PUT", f"/repos/{home}/contents/{path}", who, json=change)
            self.place.write(path, text)
        self.place.commit()
        pull = {"title": "A post @team #1", "head": f"{owner}:{branch}", "base": "main", "body": ""}
        return self.server.ask("POST", f"/repos/{self.repository}/pulls", who, json=pull)

    def check(self, pull: Any, *words: str) -> Result:
        """The job that anybody may start: no token, no secret."""
        self.monkeypatch.delenv("GITHUB_TOKEN", raising=False)
        self.event({"number": pull["number"], "pull_request": {"head": {"sha": pull["head"]["sha"]}}})
        return self.place.run(
            "review", "--at", "2026-06-01 12:00", "--base", "main", "--out", ".cmflow/review.json", *words
        )

    def preview(self, pull: Any) -> Result:
        """The job that may write, on main."""
        self.place.git("switch", "-q", "main")
        self.monkeypatch.setenv("GITHUB_TOKEN", "token-of-team")
        head = pull["head"]
        run = {
            "event": "pull_request",
            "head_sha": head["sha"],
            "head_branch": head["ref"],
            "head_repository": {"full_name": head["repo"]["full_name"]},
            "html_url": f"{self.server.url}/{self.repository}/actions/runs/1",
        }
        self.event({"workflow_run": run, "repository": {"default_branch": "main"}})
        return self.place.run("comment", ".cmflow/review.json")

    def event(self, told: dict[str, Any]) -> None:
        self.place.write(".cmflow/event.json", json.dumps(told))

    def comments(self, pull: Any) -> list[str]:
        found = self.server.ask("GET", f"/repos/{self.repository}/issues/{pull['number']}/comments")
        return [each["body"] for each in found]

    def checks(self, pull: Any) -> list[tuple[str, str]]:
        path = f"/repos/{self.repository}/commits/{pull['head']['sha']}/check-runs"
        return [(each["conclusion"], each["output"]["title"]) for each in self.server.ask("GET", path)["check_runs"]]


@pytest.fixture
def play(server: Emulated, place: Place, monkeypatch: pytest.MonkeyPatch) -> Play:
    repository = server.repository()
    for name, value in {
        "GITHUB_API_URL": server.url,
        "GITHUB_REPOSITORY": repository,
        "GITHUB_EVENT_PATH": str(place.root / ".cmflow/event.json"),
        "GITHUB_STEP_SUMMARY": str(place.root / ".cmflow/summary.md"),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("cmflow.cli._actions.wall_sleep", lambda _: None)
    return Play(server, repository, place, monkeypatch)


def post(body: str, **keys: str) -> str:
    head = {"title": "New", "date": "2026-06-08 09:30", "accounts": "[news]"} | keys
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in head.items()) + f"---\n{body}\n"


def test_a_post_is_proposed_mended_and_approved(play: Play) -> None:
    pull = play.propose("team", play.repository, {NAME: post("Hello @team, see #1", campaign="sumer")}, "post")
    assert play.check(pull).code == 1
    assert play.preview(pull).code == 0
    [said] = play.comments(pull)
    assert "### 1 post to review: 1 error" in said
    assert gfm.linked(said) == []
    assert play.checks(pull) == [("failure", "1 post to review: 1 error, 1 warning")]

    play.place.git("switch", "-q", "post")
    last = play.place.git("rev-parse", "HEAD").strip()
    play.place.write(NAME, post("Hello @team, see you", campaign="summer"))
    assert play.check(pull, "--since", last).code == 0
    play.place.commit()
    assert play.preview(pull).code == 0
    [said] = play.comments(pull)
    assert "### 1 post to review: 1 warning" in said
    assert "-Hello @team, see #1\n+Hello @team, see you\n" in said
    assert play.checks(pull)[0] == ("success", "1 post to review: 1 warning")

    review = {"event": "APPROVE", "commit_id": pull["head"]["sha"]}
    play.server.ask("POST", f"/repos/{play.repository}/pulls/{pull['number']}/reviews", "reviewer", json=review)
    [approval] = github.connect(play.server.url, "token-of-team", play.repository, print).reviews(pull["number"])
    assert (approval.author, approval.state, approval.commit) == ("reviewer", "APPROVED", pull["head"]["sha"])


def test_a_stranger_proposes_from_a_fork(play: Play) -> None:
    fork = play.server.ask("POST", f"/repos/{play.repository}/forks", "stranger", json={})["full_name"]
    pull = play.propose("stranger", fork, {NAME: post("From outside")}, "post")
    assert play.check(pull).code == 0
    assert play.preview(pull).code == 0
    [said] = play.comments(pull)
    assert "<code>From outside</code>" in said
    assert "An approval does not count for the texts shown here." in said


def test_a_stranger_says_that_it_is_another_pull_request(play: Play) -> None:
    victim = play.propose("team", play.repository, {NAME: post("Ours")}, "ours")
    fork = play.server.ask("POST", f"/repos/{play.repository}/forks", "stranger", json={})["full_name"]
    pull = play.propose("stranger", fork, {NAME: post("Theirs")}, "theirs")
    play.check(pull)
    data = json.loads((play.place.root / ".cmflow/review.json").read_text())
    play.place.write(".cmflow/review.json", json.dumps(data | {"pull": victim["number"]}))
    assert play.preview(pull).err.startswith(f"error: The review's pull request, {victim['number']}, does not match")
    assert (play.comments(victim), play.comments(pull)) == ([], [])


def test_a_workflow_is_changed_beside_the_post(play: Play) -> None:
    files = {NAME: post("Ours"), ".github/workflows/check.yml": "on: pull_request\n"}
    pull = play.propose("team", play.repository, files, "workflow")
    play.check(pull)
    assert play.preview(pull).code == 0
    [said] = play.comments(pull)
    assert "> This pull request also changes `.github/workflows/check.yml`. " in said
    assert "An approval does not count for the texts shown here." in said
