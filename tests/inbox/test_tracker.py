"""A conversation is handed to another team once, and their answer is the issue that they close."""

from collections.abc import Iterator

import pytest

from cmflow import github
from cmflow.inbox import marks
from cmflow.inbox.github import token
from cmflow.inbox.helpdesk import Sheet
from cmflow.inbox.tracker import RELAY_TOKEN, Progress, Tracker
from cmflow.model.errors import GitHubError
from tests.github import hub
from tests.github.hub import TEAM, Hub
from tests.inbox.letters import NOON

SHEET = Sheet("Complaint from Facebook", "A message is for you.")
LATER = "2026-12-01T12:00:00Z"


@pytest.fixture
def server() -> Iterator[Hub]:
    with hub.running() as server:
        server.now = f"{NOON:%Y-%m-%dT%H:%M:%SZ}"
        yield server


@pytest.fixture
def tracker(server: Hub) -> Tracker:
    return connected(server)


def connected(server: Hub, token: str = "token-of-team") -> Tracker:
    return Tracker(github.connect(server.url, token, TEAM, server.waits.append, variable=RELAY_TOKEN))


def test_an_issue_is_opened_once(server: Hub, tracker: Tracker) -> None:
    connected(server, "token-of-job").open("r1", SHEET, NOON)  # another account of the same repository
    assert [tracker.open("r1", SHEET, NOON) for _ in range(2)] == [2, 2]
    assert (server.issues[2]["title"], server.issues[2]["body"]) == (SHEET.title, marks.note("r1", SHEET.body))
    assert (server.issues[2]["labels"], server.labels) == ([], {})
    assert tracker.open("r2", SHEET, NOON) == 3


def test_an_issue_that_they_have_is_joined_once(server: Hub, tracker: Tracker) -> None:
    number = tracker.open("r1", SHEET, NOON)
    server.said(number, "leo", marks.note("r2", "I am cmflow"))
    addresses = {tracker.join(number, "r2", "One more message") for _ in range(2)}
    assert addresses == {f"http://localhost/{TEAM}/pull/1#issuecomment-101"}
    assert server.bodies(number)[1:] == [marks.note("r2", "One more message")]


def test_an_issue_that_is_not_there_cannot_be_joined(server: Hub, tracker: Tracker) -> None:
    with pytest.raises(GitHubError) as caught:
        tracker.join(9, "r2", "x")
    assert str(caught.value) == "There is no issue 9 in team/content."
    tracker.open("r1", SHEET, NOON)
    server.moved[1] = "team/elsewhere"
    with pytest.raises(GitHubError, match="There is no issue 1 in"):
        connected(server).join(1, "r2", "x")


def test_they_say_that_they_are_done_by_closing_it(server: Hub, tracker: Tracker) -> None:
    number = tracker.open("r1", SHEET, NOON)
    url = f"http://localhost/{TEAM}/issues/1"
    assert tracker.progress(number) == Progress(url, None)
    server.now = LATER
    server.change(number, state="closed")
    progress = tracker.progress(number)
    assert progress and (progress.url, f"{progress.closed:%Y-%m-%dT%H:%M:%SZ}") == (url, LATER)
    server.moved[1] = "team/elsewhere"
    assert tracker.progress(number) == progress
    server.deleted.add(1)
    server.moved.clear()
    assert tracker.progress(number) is None


def test_it_says_who_can_read_there_and_which_token_is_needed(server: Hub, tracker: Tracker) -> None:
    server.private = False
    assert tracker.is_public
    with pytest.raises(GitHubError) as caught:
        token("team/product", TEAM, {"GITHUB_TOKEN": "a", "CMFLOW_INBOX_TOKEN": "b"}, RELAY_TOKEN)
    assert caught.value.hint.endswith("env: CMFLOW_RELAY_TOKEN: ${{ secrets.CMFLOW_RELAY_TOKEN }}")
    server.trouble(f"POST /repos/{TEAM}/issues", 403, "No")
    with pytest.raises(GitHubError) as caught:
        tracker.open("r1", SHEET, NOON)
    assert caught.value.hint == "Give the token in CMFLOW_RELAY_TOKEN the permission `issues: write` for team/content."
