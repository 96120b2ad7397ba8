"""`cmflow comment`: what a stranger's data may make of a job that can write."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from cmflow.model import Problem
from cmflow.review.values import Review, as_dict
from tests.cli.conftest import Place, Result
from tests.github import hub
from tests.github.hub import TEAM, Hub
from tests.review import gfm
from tests.review.samples import ERROR, FULL, HEAD, NOTHING, POST, SHOWN, WARNING
from tests.review.samples import review as review_of

RUN = f"https://github.com/{TEAM}/actions/runs/42"
PLAIN = review_of(POST)


@dataclass
class Job:
    """The job that comments, on a GitHub of our own."""

    place: Place
    hub: Hub
    monkeypatch: pytest.MonkeyPatch

    def run(self, review: Review | bytes, **event: Any) -> Result:
        data = review if isinstance(review, bytes) else json.dumps(as_dict(review)).encode()
        self.place.write(".cmflow/review.json", data)
        run = {
            "event": "pull_request",
            "head_sha": HEAD,
            "head_branch": "post",
            "head_repository": {"full_name": TEAM},
            "html_url": RUN,
        }
        told = {"workflow_run": run | event, "repository": {"default_branch": "main"}}
        self.place.write(".cmflow/event.json", json.dumps(told))
        return self.place.run("comment", ".cmflow/review.json")

    @property
    def said(self) -> str:
        [body] = self.hub.bodies(7)
        return body

    @property
    def summary(self) -> str:
        path = self.place.root / ".cmflow/summary.md"
        return path.read_text("utf-8") if path.exists() else ""

    @property
    def written(self) -> list[str]:
        """The requests that change something."""
        return [each for each in self.hub.requests if not each.startswith("GET ") and "graphql" not in each]


@pytest.fixture
def job(bare: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    with hub.running() as server:
        server.pull(7, HEAD)
        server.changed = ["content/posts/terrace.md", "README.md"]
        for name, value in {
            "GITHUB_TOKEN": "token-of-job",
            "GITHUB_API_URL": server.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": TEAM,
            "GITHUB_EVENT_PATH": str(bare.root / ".cmflow/event.json"),
            "GITHUB_STEP_SUMMARY": str(bare.root / ".cmflow/summary.md"),
            "GITHUB_WORKFLOW_REF": f"{TEAM}/.github/workflows/preview.yml@refs/heads/main",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("cmflow.cli._actions.wall_sleep", server.waits.append)
        yield Job(bare, server, monkeypatch)


def test_one_comment_that_is_kept_up_to_date_and_a_check(job: Job) -> None:
    first = job.run(PLAIN)
    comment = f"http://localhost/{TEAM}/pull/7#issuecomment-700"
    assert first == Result(0, f"Written: comment {comment}\nWritten: check run http://localhost/{TEAM}/runs/1\n", "")
    assert job.said.startswith("<!-- cmflow-review -->\n### 1 post to review: no problems\n")
    assert "\n### 1 post to review: no problems\n" in job.said
    assert f"[`content/posts/terrace.md`](https://github.com/{TEAM}/blob/{HEAD}/content/posts/terrace.md)" in job.said
    assert f"[The whole calendar with these posts]({RUN}#artifacts)" in job.said
    again = job.run(review_of(POST, problems=(ERROR, WARNING)))
    assert again.out.startswith(f"Written: comment {comment}\n")
    assert "\n### 1 post to review: 1 error, 1 warning\n" in job.said
    assert [(each["head_sha"], each["name"], each["conclusion"]) for each in job.hub.runs] == [
        (HEAD, "cmflow", "success"),
        (HEAD, "cmflow", "failure"),
    ]
    assert job.hub.runs[1]["details_url"] == RUN
    assert (job.summary, job.hub.drifts) == ("", [])


def test_nothing_is_said_where_nothing_is_changed(job: Job) -> None:
    assert job.run(NOTHING).out.startswith("No comment is needed.\nWritten: check run ")
    assert job.hub.bodies(7) == []
    job.run(PLAIN)
    job.run(NOTHING)
    assert "This pull request changes nothing that is published." in job.said


def test_of_a_fork(job: Job) -> None:
    job.hub.pull(7, HEAD, repository="stranger/content")
    job.hub.pull(8, HEAD, head="post")  # the same commit, of a branch here
    result = job.run(PLAIN, head_repository={"full_name": "stranger/content"})
    assert result.code == 0
    assert f"(https://github.com/stranger/content/blob/{HEAD}/content/posts/terrace.md)" in job.said
    assert job.hub.bodies(8) == []


# ── whose data it is ────────────────────────────────────────────────────────────────────────────────────────


def test_data_that_claims_another_pull_request(job: Job) -> None:
    job.hub.pull(8, "f" * 40, head="other")
    assert job.run(replace(PLAIN, pull=8)) == Result(
        1,
        "",
        "error: The review's pull request, 8, does not match the one that GitHub reports.\n  Nothing was written. "
        "The data may have been tampered with: check which workflows the pull request changes.\n",
    )
    assert job.written == []


@pytest.mark.parametrize("repository", [TEAM, "stranger/content"])
def test_data_of_another_commit(job: Job, repository: str) -> None:
    result = job.run(replace(PLAIN, head="f" * 40), head_repository={"full_name": repository})
    assert result.err.startswith("error: The review's commit does not match the run that made it.\n")
    assert (result.code, job.hub.requests) == (1, [])


@pytest.mark.parametrize(
    "more",
    [{"head_sha": "f" * 40}, {"state": "closed"}, {"repository": "stranger/content"}, {"repository": None}],
)
def test_a_pull_request_that_has_moved_on(job: Job, more: dict[str, Any]) -> None:
    job.hub.pull(7, **{"head_sha": HEAD, **more})
    result = job.run(PLAIN)
    assert result == Result(0, "No open pull request has this commit as its last: nothing was written.\n", "")
    assert job.written == []


def test_one_branch_proposed_twice(job: Job) -> None:
    """To main, and to another branch: the same run made the data of both, and each is confirmed by GitHub."""
    job.hub.pull(9, HEAD)
    job.run(replace(PLAIN, pull=9))
    assert (len(job.hub.bodies(9)), job.hub.bodies(7)) == (1, [])


@pytest.mark.parametrize(
    "event",
    [{"event": "push"}, {"head_sha": None}, {"head_repository": None}, {"html_url": None}, {"head_branch": 1}],
)
def test_a_job_that_something_else_has_started(job: Job, event: dict[str, Any]) -> None:
    result = job.run(PLAIN, **event)
    assert result.err.startswith("error: This job was not started by a pull request's check.\n")
    assert (result.code, job.hub.requests) == (1, [])


@pytest.mark.parametrize(
    "paths",
    [[".github/workflows/check.yml"], ["action.yml"], ["cmflow/render/__init__.py"], ["content"], [".cmflow/cache/a"]],
)
def test_a_fork_that_changes_how_the_data_is_made(job: Job, paths: list[str]) -> None:
    """Its check may run whatever it likes, and say whatever it likes: so it is not believed."""
    job.hub.changed = [*paths, "content/posts/terrace.md"]
    job.run(PLAIN)
    assert f"> This pull request also changes `{paths[0]}`. Such files can affect how this comment is made" in job.said


def test_more_files_than_github_names(job: Job) -> None:
    job.hub.changed = [f"content/posts/{number}.md" for number in range(10_000)]
    job.run(NOTHING)
    assert "GitHub does not list every file" in job.said


def test_a_commit_that_github_does_not_show(job: Job) -> None:
    job.hub.trouble(r"GET .*/compare/.*", 404)
    job.run(PLAIN)
    assert "GitHub does not list every file" in job.said


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"version": 1}', b"[" * 100_000, b"x" * 11_000_000])
def test_data_that_is_none(job: Job, data: bytes) -> None:
    result = job.run(data)
    assert result.err.startswith("error: This review cannot be shown: ")
    assert (result.code, job.hub.requests) == (1, [])


def test_a_file_that_leads_elsewhere(job: Job) -> None:
    job.run(PLAIN)
    job.place.write(".cmflow/real.json", json.dumps(as_dict(PLAIN)))
    link = job.place.root / ".cmflow/link.json"
    link.symlink_to(job.place.root / ".cmflow/real.json")
    for name in (".cmflow/link.json", ".cmflow/nowhere.json"):
        result = job.place.run("comment", name)
        assert (result.code, result.err.split("\n")[0]) == (1, f"error: {name} is not a file.")


# ── what a stranger writes ──────────────────────────────────────────────────────────────────────────────────

WORDS = "\n::set-output name=a::b\n@team #1 </details> <!-- cmflow-review --> \x1b[31m \u202e\ud800"


def test_words_that_do_nothing(job: Job) -> None:
    hostile = replace(ERROR, message=WORDS, hint=WORDS, path=WORDS, account=WORDS, line=10**9)
    result = job.run(review_of(replace(POST, title=WORDS, path=WORDS), problems=(hostile,) * 30))
    assert (result.code, result.out.count("\n"), "::" in result.out) == (0, 2, False)
    summary = job.hub.runs[0]["output"]["summary"]
    assert (gfm.linked(job.said), gfm.linked(summary)) == ([], [])
    for each in job.hub.runs[0]["output"]["annotations"]:
        assert not {"\x1b", "\u202e", "\ud800"} & set(each["title"] + each["message"] + each["path"])
        assert each["start_line"] == 1_000_000


def test_a_summary_that_fits(job: Job) -> None:
    long = "\u202e" * 300
    problems = tuple(replace(ERROR, message=long, hint=long, path=long, line=line) for line in range(40))
    assert job.run(review_of(POST, problems=problems)).code == 0
    summary = job.hub.runs[0]["output"]["summary"]
    assert 50_000 < len(summary) < 65_000
    assert "more problems, each annotated on its line." in summary
    assert gfm.linked(summary) == []


def test_every_problem_is_marked_once(job: Job) -> None:
    """The job that found them has marked ten errors and ten warnings by itself."""
    problems = tuple(replace(ERROR, line=line) for line in range(1, 131))
    problems += tuple(replace(WARNING, line=line) for line in range(1, 13))
    job.run(review_of(POST, problems=problems))
    [run] = job.hub.runs
    marks = run["output"]["annotations"]
    assert [(each["start_line"], each["annotation_level"]) for each in marks] == [
        *((line, "failure") for line in range(11, 131)),
        (11, "warning"),
        (12, "warning"),
    ]
    assert marks[0]["title"] == "unknown-campaign"
    assert marks[-1]["title"] == "min-gap (news)"
    assert marks[0]["message"] == "`sumer` is none.\nDid you mean `summer`?"
    assert [each for each in job.hub.requests if "check-runs" in each] == [
        f"POST /repos/{TEAM}/check-runs",
        f"PATCH /repos/{TEAM}/check-runs/1",
        f"PATCH /repos/{TEAM}/check-runs/1",
    ]
    assert "And 102 more problems, each annotated on its line." in run["output"]["summary"]


# ── what may not be written ─────────────────────────────────────────────────────────────────────────────────


def test_without_the_right_to_comment_the_text_is_on_the_page_of_the_run(job: Job) -> None:
    job.hub.trouble(r"POST .*/comments", 403, "Resource not accessible by integration")
    result = job.run(FULL)
    assert result.code == 0
    assert "give the job `permissions: pull-requests: write`" in result.err
    assert result.out == f"Written: check run http://localhost/{TEAM}/runs/1\n"
    assert job.summary.startswith("### 1 post to review, 1 post deleted: 1 error, 1 warning\n")


def test_without_the_right_to_write_checks(job: Job) -> None:
    job.hub.trouble(r"POST .*/check-runs", 403, "Resource not accessible by integration")
    result = job.run(PLAIN)
    assert (result.code, len(job.hub.bodies(7)), job.summary) == (0, 1, "")
    assert "give the job `permissions: checks: write`" in result.err


def test_where_github_has_trouble(job: Job) -> None:
    job.hub.trouble(r"POST .*/comments", 500, times=9)
    result = job.run(PLAIN)
    assert result.code == 1
    assert result.err.startswith("GitHub has trouble (500): cmflow could not write a comment on the pull request.\n")
    assert job.summary.startswith("### 1 post to review")


def test_it_waits_where_it_is_asked_to(job: Job) -> None:
    job.hub.trouble(r"POST .*/comments", 403, "You have exceeded a secondary rate limit", retry_after="20")
    assert job.run(PLAIN).code == 0
    assert 20.0 in job.hub.waits


def test_the_templates_of_main_decide_how_it_looks(job: Job) -> None:
    job.place.write("templates/github/comment.md.j2", "Look: {{ posts[0].title }}")
    job.run(review_of(replace(POST, title="@team", variants=(replace(SHOWN, account="a"),))))
    assert job.said.endswith("-->\nLook: `@team`")


def test_a_change_of_where_secrets_go_needs_a_comment(job: Job) -> None:
    """Also where no post is touched: whoever merges must have been told."""
    moved = Problem(
        "content/plan.md", 7, "new-destination", "The secrets of `news` would go to `https://x`.", "Read.", "news"
    )
    assert job.run(review_of(problems=(moved,), errors=0, warnings=1)).code == 0
    assert "#### 🔑 Where secrets would be sent" in job.said
    assert "The secrets of `news` would go to `https://x`." in job.said
