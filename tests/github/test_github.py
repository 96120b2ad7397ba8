"""GitHub as cmflow uses it, against a small strict GitHub of our own."""

import contextlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cmflow import github
from cmflow.github import Annotation, Check, Comment, Comparison, Conclusion, GitHub, Issue, Level, Pull, PullReview
from cmflow.model.errors import GitHubError, Missing, NotAllowed, NotTaken, Unavailable
from tests.github import hub
from tests.github.hub import NOON, TEAM, Hub
from tests.servers import octokit

MARK = "cmflow-test"
WORKFLOW = ".github/workflows/preview.yml"


@pytest.fixture
def server() -> Iterator[Hub]:
    with hub.running() as server:
        yield server


@pytest.fixture
def here(server: Hub) -> GitHub:
    return connected(server)


def connected(server: Hub, token: str = "token-of-team", patience: float = 300) -> GitHub:
    return github.connect(server.url, token, TEAM, server.waits.append, WORKFLOW, patience)


def marked(body: str) -> str:
    return f"<!-- {MARK} -->\n{body}"


# ── who we are ──────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_asked_before_it_is_needed(server: Hub, here: GitHub) -> None:
    assert server.requests == []
    assert (here.login, here.login) == ("team", "team")
    assert server.requests == ["GET /user"]


def test_a_job_is_told_who_it_is_by_the_other_interface(server: Hub) -> None:
    assert connected(server, "token-of-job").login == "github-actions[bot]"
    assert server.requests == ["GET /user", "POST /graphql"]


def test_where_nobody_says_who_we_are_we_are_the_job(server: Hub) -> None:
    server.graphql = False
    assert connected(server, "token-of-job").login == "github-actions[bot]"


def test_the_address_of_an_enterprise_server_is_kept() -> None:
    with hub.running("/api/v3") as server:
        assert connected(server, "token-of-job").login == "github-actions[bot]"
        assert connected(server).sticky_comment(7, MARK, "Hello").startswith("http")
    assert server.requests[1] == "POST /graphql" or server.requests[1] == "POST /api/graphql"
    assert server.bodies(7) == [marked("Hello")]


@pytest.mark.parametrize(
    "address", ["", "api.github.com", "http://api.github.com", "https://", "https://me:pw@host", "https://[x"]
)
def test_a_token_travels_over_https_only(address: str) -> None:
    with pytest.raises(GitHubError, match=r"^GITHUB_API_URL must be a URL"):
        github.connect(address, "token", TEAM, lambda _: None)


@pytest.mark.parametrize("token", ["", " ", "a\nb", "é"])
def test_without_a_token_it_says_where_one_comes_from(token: str) -> None:
    with pytest.raises(GitHubError, match="No token") as caught:
        github.connect("https://api.github.com", token, TEAM, lambda _: None)
    assert caught.value.hint == "Pass one to the job: env: GITHUB_TOKEN: ${{ github.token }}"


@pytest.mark.parametrize("name", ["", "team", "team/", "/content", "a/b/c"])
def test_a_repository_has_an_owner_and_a_name(name: str) -> None:
    with pytest.raises(GitHubError, match="not a repository"):
        github.connect("https://api.github.com", "token", name, lambda _: None)


# ── comments ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sticky_comment_is_written_once_and_changed_in_place(server: Hub, here: GitHub) -> None:
    address = here.sticky_comment(7, MARK, "One")
    assert here.sticky_comment(7, MARK, "Two") == address == f"http://localhost/{TEAM}/pull/7#issuecomment-700"
    assert server.bodies(7) == [marked("Two")]
    before = len(server.requests)
    here.sticky_comment(7, MARK, "Two")
    assert server.requests[before:] == ["GET /repos/team/content/issues/7/comments"]
    assert here.comment(7, MARK) == Comment(700, "team", marked("Two"), address)


def test_what_others_wrote_is_never_touched_even_with_our_mark(server: Hub, here: GitHub) -> None:
    theirs = ("stranger", marked("I am cmflow")), ("team", f"> {marked('quoted')}"), ("", marked("gone"))
    for author, body in theirs:
        server.said(7, author, body)
    assert here.comment(7, MARK) is None
    here.sticky_comment(7, MARK, "Hello")
    assert server.bodies(7) == [*(body for _, body in theirs), marked("Hello")]


def test_several_of_ours_become_one(server: Hub, here: GitHub) -> None:
    for body in ("One", "Two", "Three"):
        server.said(7, "team", marked(body))
    here.sticky_comment(7, MARK, "Four")
    assert server.bodies(7) == [marked("Four")]
    assert server.waits == [1.0, 1.0]


def test_a_comment_among_hundreds_is_found(server: Hub, here: GitHub) -> None:
    for number in range(150):
        server.said(7, "reviewer", str(number))
    server.said(7, "team", marked("Ours"))
    here.sticky_comment(7, MARK, "New")
    assert (len(server.bodies(7)), server.bodies(7)[-1]) == (151, marked("New"))


def test_where_nothing_is_to_be_said_nothing_is_begun(server: Hub, here: GitHub) -> None:
    assert here.sticky_comment(7, MARK, "Nothing", create=False) == ""
    here.sticky_comment(7, MARK, "Something")
    assert here.sticky_comment(7, MARK, "Nothing", create=False) != ""
    assert server.bodies(7) == [marked("Nothing")]


# ── check runs ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_check_run_takes_its_annotations_by_fifties(server: Hub, here: GitHub) -> None:
    marks = tuple(Annotation("a.md", line, Level.WARNING, "code", "Say it") for line in range(1, 121))
    check = Check("cmflow", Conclusion.FAILURE, "2 problems", "Mend them", marks, "https://example.org/run")
    assert here.check_run("abc", check) == f"http://localhost/{TEAM}/runs/1"
    [run] = server.runs
    assert [each["start_line"] for each in run["output"].pop("annotations")] == list(range(1, 121))
    wanted = {"name": "cmflow", "head_sha": "abc", "status": "completed", "conclusion": "failure"}
    output = {"title": "2 problems", "summary": "Mend them"}
    assert {name: run[name] for name in wanted} == wanted
    assert (run["output"], run["details_url"], len(server.requests)) == (output, "https://example.org/run", 3)


def test_a_check_run_without_annotations_is_one_request(server: Hub, here: GitHub) -> None:
    here.check_run("abc", Check("cmflow", Conclusion.SUCCESS, "Fine", "Nothing to do"))
    assert (server.requests, "details_url" in server.runs[0]) == (["POST /repos/team/content/check-runs"], False)


# ── pull requests ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_pull_request_as_values(server: Hub, here: GitHub) -> None:
    server.pull(7, "abc", repository="fork/content")
    server.pull(8, "abd", repository=None, state="closed", merged_at=NOON, draft=None, user=None)
    address = f"http://localhost/{TEAM}/pull"
    seven = Pull(7, "A post", "writer", "main", "post", "abc", "fork/content", open=True, url=f"{address}/7")
    assert here.pull(7) == seven
    eight = Pull(8, "A post", "", "main", "post", "abd", "", False, False, True, "f00d", f"{address}/8")
    assert here.pull(8) == eight
    server.of_commit["abc"] = [7, 8]
    assert here.pulls_of("abc") == (seven, eight)
    assert (here.pulls_from("fork", "post"), here.pulls_from("team", "post")) == ((seven,), ())


def test_reviews_say_who_said_what_of_which_commit(server: Hub, here: GitHub) -> None:
    server.reviewed(7, "ana", "APPROVED", "abc")
    server.reviewed(7, "ben", "CHANGES_REQUESTED", "abd", "NONE")
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    ana, ben = (
        PullReview("ana", "APPROVED", "abc", at, "MEMBER"),
        PullReview("ben", "CHANGES_REQUESTED", "abd", at, "NONE"),
    )
    assert here.reviews(7) == (ana, ben)


def test_what_somebody_may_do(server: Hub, here: GitHub) -> None:
    server.people["ana"] = "write"
    assert (here.permission("ana"), here.permission("stranger")) == ("write", "none")


def test_changed_files_say_whether_they_are_all(server: Hub, here: GitHub) -> None:
    server.changed = ["a.md"]
    assert here.changed_files("main", "team:post/a") == Comparison(("a.md",), True)
    server.changed = [f"{number}.md" for number in range(400)]
    found = here.changed_files("main", "post")
    assert (len(found.paths), found.complete) == (300, False)


def test_a_draft_is_one_commit_and_one_proposal(server: Hub, here: GitHub) -> None:
    server.trees["t0"] = {"plan.md": "plan"}
    files = {"content/posts/a.md": "# A", "content/posts/b.md": "# B"}
    made = here.draft_pull("post/a", files, "Add a", "By hand")
    assert (made.number, made.head, made.draft, made.title, made.author) == (1, "post/a", True, "Add a", "team")
    assert server.trees[server.commits[made.head_sha]] == {"plan.md": "plan", **files}
    again = here.draft_pull("post/a", {"content/posts/a.md": "# Better"}, "Add a", "By hand")
    assert (again.number, len(server.commits), len(server.pulls)) == (1, 3, 1)
    assert server.trees[server.commits[server.refs["heads/post/a"]]]["content/posts/a.md"] == "# Better"
    assert server.refs["heads/main"] == "c0"


# ── issues ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sticky_issue_is_opened_kept_and_closed(server: Hub, here: GitHub) -> None:
    first = here.sticky_issue(MARK, "1 overdue", "Look", ["cmflow"])
    assert first == Issue(1, "1 overdue", marked("Look"), f"http://localhost/{TEAM}/issues/1", True)
    assert server.issues[1]["labels"] == [{"name": "cmflow"}]
    assert here.sticky_issue(MARK, "2 overdue", "Look again").title == "2 overdue"
    assert here.sticky_issue(MARK, "2 overdue", "Look again").number == 1
    assert here.close_issue(MARK, "All is well") == (1,)
    assert here.issue(1) == Issue(1, "2 overdue", marked("All is well"), first.url, False)
    assert server.issues[1]["state_reason"] == "completed"
    assert here.close_issue(MARK, "All is well") == ()
    assert here.sticky_issue(MARK, "1 overdue", "Look").number == 2


def test_issues_of_others_are_left_alone_and_several_of_ours_become_one(server: Hub, here: GitHub) -> None:
    stranger = connected(server, "token-of-job")
    stranger.sticky_issue(MARK, "Mine", "I am cmflow")
    one = here.sticky_issue(MARK, "One", "One")
    server.issues[3] = {**server.issues[one.number], "number": 3, "url": f"{server.url}/repos/{TEAM}/issues/3"}
    here.sticky_issue(MARK, "Two", "Two")
    assert [(each["title"], each["state"]) for each in server.issues.values()] == [
        ("Mine", "open"),
        ("Two", "open"),
        ("One", "closed"),
    ]
    assert here.close_issue(MARK, "Two") == (one.number,)
    assert server.issues[1]["state"] == "open"


# ── refusals ────────────────────────────────────────────────────────────────────────────────────────────────

COMMENTS = "GET /repos/team/content/issues/7/comments"
SAYING = "POST /repos/team/content/issues/7/comments"
TEN_LATER = str(int(datetime(2026, 11, 22, 12, 0, 10, tzinfo=UTC).timestamp()))
LIMIT: Any = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": TEN_LATER}


def test_a_secondary_limit_is_waited_for_as_long_as_it_says(server: Hub, here: GitHub) -> None:
    server.trouble(SAYING, 403, "You have exceeded a secondary rate limit.", retry_after="7")
    server.trouble(SAYING, 403, "You have exceeded a secondary rate limit.")
    server.trouble(SAYING, 429, "Slow down", retry_after="soon")
    here.sticky_comment(7, MARK, "Hello")
    assert (server.waits, server.bodies(7)) == ([7.0, 60.0, 60.0], [marked("Hello")])


def test_the_limit_of_the_hour_is_waited_for_by_the_server_s_own_clock(server: Hub, here: GitHub) -> None:
    server.trouble(COMMENTS, 403, "API rate limit exceeded for installation.", **LIMIT)
    assert here.comment(7, MARK) is None
    assert server.waits == [11.0]


def test_where_it_would_take_too_long_it_says_until_when(server: Hub) -> None:
    server.trouble(COMMENTS, 403, "API rate limit exceeded.", **LIMIT)
    with pytest.raises(GitHubError) as caught:
        connected(server, patience=5).comment(7, MARK)
    assert str(caught.value) == (
        "GitHub's rate limit is reached: wait until 2026-11-22 12:00 UTC before cmflow can write a comment on"
        " the pull request: API rate limit exceeded."
    )
    assert (server.waits, caught.value.hint) == ([], "Run the job again after that.")


def test_without_a_clock_it_says_for_how_long(server: Hub) -> None:
    server.trouble(COMMENTS, 429, "Slow down", retry_after="3600", date="today")
    with pytest.raises(GitHubError, match="wait for 60 min before"):
        connected(server).comment(7, MARK)


def test_patience_ends(server: Hub, here: GitHub) -> None:
    server.trouble(COMMENTS, 429, "Slow down", times=9, retry_after="100")
    with pytest.raises(GitHubError, match="rate limit is reached"):
        here.comment(7, MARK)
    assert server.waits == [100.0, 100.0, 100.0]


@pytest.mark.parametrize(
    ("status", "kind", "sentence", "hint"),
    [
        (401, GitHubError, "GitHub rejected the token (401): Bad credentials", "Pass a valid token to the job"),
        (
            403,
            NotAllowed,
            "GitHub does not allow cmflow to write a comment on the pull request in team/content (403): Bad",
            "In .github/workflows/preview.yml, give the job `permissions: pull-requests: write`",
        ),
        (
            404,
            Missing,
            "GitHub did not find what cmflow needs to write a comment",
            "It does not exist, or the token",
        ),
        (
            410,
            Missing,
            "team/content does not accept this (410): Bad credentials",
            "Enable the feature in the repository's settings.",
        ),
        (422, NotTaken, "GitHub rejected the request to write a comment on the pull request (422)", "Run"),
        (502, Unavailable, "GitHub has trouble (502): cmflow could not write a comment", "Run the job again."),
    ],
)
def test_a_refusal_says_what_to_do(
    server: Hub, here: GitHub, status: int, kind: type[GitHubError], sentence: str, hint: str
) -> None:
    server.trouble(SAYING, status, "Bad credentials")
    with pytest.raises(kind, match=re.escape(sentence)) as caught:
        here.sticky_comment(7, MARK, "Hello")
    assert caught.value.hint.startswith(hint)
    assert (type(caught.value), server.waits, server.bodies(7)) == (kind, [], [])


def test_reading_is_tried_again_where_the_server_has_trouble(server: Hub, here: GitHub) -> None:
    server.trouble(COMMENTS, 502, times=3)
    assert here.comment(7, MARK) is None
    assert server.waits == [1.0, 2.0, 3.0]
    server.trouble(COMMENTS, 500, times=4)
    with pytest.raises(GitHubError, match="has trouble"):
        here.comment(7, MARK)


def test_a_server_that_is_not_there_is_said(server: Hub) -> None:
    here = github.connect("http://localhost:1/api/v3", "secret-token", TEAM, server.waits.append)
    with pytest.raises(GitHubError, match=r"^GitHub \(localhost:1\) cannot be reached \(ConnectionError\)") as caught:
        here.pull(7)
    assert server.waits == [1.0, 2.0, 3.0]
    with pytest.raises(GitHubError, match="cmflow could not write a check run"):
        here.check_run("abc", Check("cmflow", Conclusion.SUCCESS, "Fine", ""))
    assert "secret-token" not in f"{caught.value} {caught.value.hint} {here!r}"


@pytest.mark.parametrize("body", [{}, {"a": "b"}, 3, ["x"], [[]], [{"body": 3}], [{"user": "ana", "body": "x"}]])
@pytest.mark.parametrize(
    "ask",
    [
        lambda hub: hub.comment(7, MARK),
        lambda hub: hub.sticky_issue(MARK, "Title", "Body"),
        lambda hub: hub.pulls_from("team", "work"),
        lambda hub: hub.issue(3),
        lambda hub: hub.changed_files("main", "abc"),
        lambda hub: hub.authors(7),
    ],
)
def test_an_answer_of_another_shape_is_a_sentence(
    server: Hub, here: GitHub, ask: Callable[[GitHub], object], body: object
) -> None:
    server.troubles += [("GET /repos.*", hub.Answer(200, body))] * 9
    with contextlib.suppress(GitHubError):  # some of them PyGithub takes for an answer, and some for a refusal
        ask(here)


def test_what_answers_in_the_place_of_github_is_said(server: Hub, here: GitHub) -> None:
    server.troubles += [("GET /repos.*", hub.Answer(200, {"a": "b"}))]
    with pytest.raises(GitHubError, match=r"^The response is not in GitHub's format: ") as caught:
        here.comment(7, MARK)
    assert caught.value.hint == "Check GITHUB_API_URL: is it a GitHub API?"


def test_the_token_is_in_no_sentence(server: Hub, here: GitHub) -> None:
    server.trouble(COMMENTS, 422, "No: token-of-team\n is " + "bad " * 90)
    with pytest.raises(GitHubError) as caught:
        here.comment(7, MARK)
    assert str(caught.value).startswith(
        "GitHub rejected the request to write a comment on the pull request (422): No: … is bad bad"
    )
    assert "token-of-team" not in f"{caught.value} {here!r}" and len(str(caught.value)) < 300


def test_what_github_objects_to_is_said(server: Hub, here: GitHub) -> None:
    with pytest.raises(GitHubError, match=r"\(422\): Validation Failed Body is too long$"):
        here.sticky_comment(7, MARK, "x" * 70_000)


def test_a_request_that_github_would_not_know_fails_the_test() -> None:
    if not octokit.is_kept():
        pytest.skip("GitHub's description is not kept here; the slow tests fetch it")
    with pytest.raises(AssertionError, match="priority"), hub.running() as server:
        line = connected(server).connection
        line.client.requester.requestJson("POST", f"/repos/{TEAM}/issues", input={"title": "x", "priority": 1})


def test_who_wrote_the_commits_of_a_pull_request(server: Hub, here: GitHub) -> None:
    server.pull(7, "b" * 40)
    server.written[7] = [("a" * 40, "ana"), ("b" * 40, "")]
    assert here.authors(7) == {"a" * 40: "ana", "b" * 40: ""}


def test_where_a_pull_request_began(server: Hub, here: GitHub) -> None:
    server.pull(7, "b" * 40)
    assert here.base(7) == "c0"
