"""GitHub as cmflow uses it, against a stand-in that others wrote, and GitHub's own description of its API."""

import pytest

from cmflow import github
from cmflow.github import Annotation, Check, Comparison, Conclusion, GitHub, Level
from cmflow.model.errors import NotAllowed
from tests.servers import octokit
from tests.servers.emulate import Emulated

pytestmark = pytest.mark.slow

MARK = "cmflow-test"
FILES = {"content/posts/hello.md": "# Hello\n"}


@pytest.fixture
def here(emulate: Emulated, repository: str) -> GitHub:
    return connected(emulate, repository)


def connected(emulate: Emulated, repository: str, who: str = "team") -> GitHub:
    return github.connect(emulate.url, f"token-of-{who}", repository, lambda _: None)


def test_a_draft_is_proposed_reviewed_and_merged(emulate: Emulated, repository: str, here: GitHub) -> None:
    made = here.draft_pull("hello", FILES, "Say hello", "By hand")
    assert (made.title, made.author, made.head, made.head_repository) == ("Say hello", "team", "hello", repository)
    assert (made.open, made.draft, made.merged) == (True, True, False)
    assert here.pull(made.number) == made
    assert here.pulls_from("team", "hello") == (made,)
    assert here.changed_files("main", "hello").paths == tuple(FILES)
    review = {"event": "APPROVE", "commit_id": made.head_sha}
    emulate.ask("POST", f"/repos/{repository}/pulls/{made.number}/reviews", "reviewer", json=review)
    [said] = here.reviews(made.number)
    assert (said.author, said.state, said.commit) == ("reviewer", "APPROVED", made.head_sha)
    emulate.ask("PATCH", f"/repos/{repository}/pulls/{made.number}", json={"draft": False})
    emulate.ask("PUT", f"/repos/{repository}/pulls/{made.number}/merge", json={})
    merged = here.pull(made.number)
    assert (merged.open, merged.merged, bool(merged.merge_commit)) == (False, True, True)


def test_one_comment_of_ours_whoever_else_writes(emulate: Emulated, repository: str, here: GitHub) -> None:
    number = here.draft_pull("hello", FILES, "Say hello", "").number
    connected(emulate, repository, "stranger").sticky_comment(number, MARK, "I am cmflow")
    address = here.sticky_comment(number, MARK, "One")
    assert here.sticky_comment(number, MARK, "Two @team #1 " + "é" * 60_000) == address
    said = emulate.ask("GET", f"/repos/{repository}/issues/{number}/comments")
    assert [(each["user"]["login"], each["body"][:35]) for each in said] == [
        ("stranger", f"<!-- {MARK} -->\nI am cmflow"),
        ("team", f"<!-- {MARK} -->\nTwo @team #1 é"[:35]),
    ]
    again = {"body": f"<!-- {MARK} -->\nThree"}
    emulate.ask("POST", f"/repos/{repository}/issues/{number}/comments", json=again)
    here.sticky_comment(number, MARK, "Four")
    assert len(emulate.ask("GET", f"/repos/{repository}/issues/{number}/comments")) == 2


def test_a_check_run_with_many_annotations(emulate: Emulated, repository: str, here: GitHub) -> None:
    made = here.draft_pull("hello", FILES, "Say hello", "")
    marks = tuple(Annotation("a.md", line, Level.FAILURE, "code", "Mend it") for line in range(1, 121))
    here.check_run(made.head_sha, Check("cmflow", Conclusion.FAILURE, "Problems", "**Mend** them", marks))
    [run] = emulate.ask("GET", f"/repos/{repository}/commits/{made.head_sha}/check-runs")["check_runs"]
    assert (run["name"], run["conclusion"], run["output"]["title"]) == ("cmflow", "failure", "Problems")


def test_an_issue_is_opened_kept_and_closed(emulate: Emulated, repository: str, here: GitHub) -> None:
    first = here.sticky_issue(MARK, "1 overdue", "Look")
    assert here.sticky_issue(MARK, "2 overdue", "Look again").number == first.number
    assert (here.issue(first.number).title, here.issue(first.number).open) == ("2 overdue", True)
    assert here.close_issue(MARK, "All is well") == (first.number,)
    assert not here.issue(first.number).open


def test_who_may_do_what(here: GitHub) -> None:
    assert (here.login, here.permission("team")) == ("team", "admin")


def test_what_is_not_there_is_not_allowed(emulate: Emulated, here: GitHub) -> None:
    with pytest.raises(NotAllowed, match="read pull requests"):
        here.pull(404)
    with pytest.raises(NotAllowed, match="write a comment"):
        connected(emulate, "team/nothing").sticky_comment(1, MARK, "Hello")


def test_github_s_own_description_is_kept_for_the_quick_tests() -> None:
    assert octokit.fetch().is_file() and octokit.is_kept()


def test_what_approvals_are_made_of(emulate: Emulated, repository: str, here: GitHub) -> None:
    made = here.draft_pull("hello", FILES, "Say hello", "")
    assert made.head_sha in here.authors(made.number)  # it counts the first commit of main as well
    assert here.changed_files(here.base(made.number), made.head_sha) == Comparison(tuple(FILES), True)
    review = {"event": "APPROVE", "commit_id": made.head_sha}
    emulate.ask("POST", f"/repos/{repository}/pulls/{made.number}/reviews", "reviewer", json=review)
    assert [(each.author, each.state, each.commit) for each in here.reviews(made.number)] == [
        ("reviewer", "APPROVED", made.head_sha)
    ]
