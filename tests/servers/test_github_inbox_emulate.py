"""The inbox as issues, against a stand-in for GitHub that others wrote. It does not list a repository's comments."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cmflow import github
from cmflow.inbox.github import GitHubHelpdesk
from cmflow.inbox.helpdesk import Sheet
from cmflow.inbox.tracker import Tracker
from tests.inbox.contract import MARK, SHEET
from tests.inbox.letters import MESSAGE, NOON, SUBJECT, wording
from tests.servers.emulate import Emulated

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(emulate: Emulated, repository: str) -> GitHubHelpdesk:
    return connected(emulate, repository)


def connected(emulate: Emulated, repository: str, who: str = "team") -> GitHubHelpdesk:
    return GitHubHelpdesk(github.connect(emulate.url, f"token-of-{who}", repository, lambda _: None))


def test_a_conversation_is_opened_answered_and_closed(emulate: Emulated, repository: str, desk: GitHubHelpdesk) -> None:
    began = datetime.now(UTC) - timedelta(minutes=1)
    sheet = wording().sheet(replace(SUBJECT, assignees=("team", "nobody-here")), MESSAGE, NOON)
    id = desk.open(MARK, sheet)
    assert desk.find(MARK, began) == id
    note = desk.add(id, "m1", "A further message")
    emulate.ask("POST", f"/repos/{repository}/issues/{id}/comments", json={"body": "/reply Hello"})
    ticket = desk.read(id)
    assert ticket and [(one.mark, one.text) for one in ticket.notes] == [
        ("m1", "A further message"),
        ("", "/reply Hello"),
    ]
    assert (ticket.sheet.title, set(ticket.sheet.labels)) == (sheet.title, set(sheet.labels))
    assert ticket.sheet.body == sheet.body.strip("\n")
    desk.revise(note, "Changed")
    desk.edit(id, MARK, Sheet("Praise", "Thank you", ("inbox", "praise")))
    desk.close(id)
    [changed] = desk.changes(began)
    assert (changed.is_open, set(changed.sheet.labels)) == (False, {"inbox", "praise"})
    desk.reopen(id)
    desk.erase(note)
    desk.erase(note)
    ticket = desk.read(id)
    assert ticket and (ticket.is_open, [one.text for one in ticket.notes]) == (True, ["/reply Hello"])


def test_a_stranger_s_mark_is_none(emulate: Emulated, repository: str, desk: GitHubHelpdesk) -> None:
    id = desk.open(MARK, SHEET)
    connected(emulate, repository, "stranger").add(id, "m1", "I am cmflow")
    ticket = desk.read(id)
    assert ticket and [(note.mark, note.author) for note in ticket.notes] == [("", "stranger")]
    assert (desk.may_answer("team"), desk.may_answer("stranger")) == (True, False)
    assert (desk.read("999"), desk.is_public) == (None, True)


def test_another_team_gets_an_issue_and_closes_it(emulate: Emulated, repository: str) -> None:
    tracker = Tracker(github.connect(emulate.url, "token-of-team", repository, lambda _: None))
    began = datetime.now(UTC) - timedelta(minutes=1)
    number = tracker.open("r1", SHEET, began)
    assert tracker.open("r1", SHEET, began) == number
    assert tracker.join(number, "r2", "More") == tracker.join(number, "r2", "More")
    progress = tracker.progress(number)
    assert progress and progress.closed is None
    emulate.ask("PATCH", f"/repos/{repository}/issues/{number}", json={"state": "closed"})
    progress = tracker.progress(number)
    assert progress and progress.closed and progress.closed > began
