"""A run of the inbox with issues on GitHub: whichever answer of GitHub is lost, all is there, and each of it once."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cmflow import github
from cmflow.inbox.github import GitHubHelpdesk
from cmflow.inbox.marks import note_mark
from cmflow.inbox.office import Tally
from cmflow.inbox.run import run
from cmflow.ledger import Ledger, conversations
from cmflow.model.errors import GitHubError, NotAllowed, Unavailable
from tests.faults.paper import paper
from tests.github import hub
from tests.github.hub import TEAM, Hub
from tests.inbox.test_wording import TRICKS
from tests.inbox.town import BEN, Week
from tests.review import gfm

pytestmark = pytest.mark.slow  # days with git and a server

ANSWER = ("m3", "@ana@example.org Hello Ana")


def work(week: Week, server: Hub, ledger: Ledger, minutes: int = 15) -> Tally:
    """The next run, as the job on GitHub does it."""
    week.clock.time += timedelta(minutes=minutes)
    server.now = f"{week.clock.time:%Y-%m-%dT%H:%M:%SZ}"
    desk = GitHubHelpdesk(github.connect(server.url, "token-of-job", TEAM, lambda _: None))
    return run(week.office(helpdesk=desk), ("team",), ledger)


def town() -> Week:
    week = Week()
    week.town.write("Hello")
    week.town.write("And me", author=BEN)
    week.town.write("More", id="m3", conversation="m1")
    return week


def notes(server: Hub, number: int, begin: str) -> list[str]:
    marks = [note_mark(body) for body in server.bodies(number)]
    return [text for mark, text in marks if mark.startswith(begin)]


def story(week: Week, server: Hub, ledger: Ledger) -> None:
    """Hear three messages, answer one, label, close, and hear one more."""
    work(week, server, ledger)
    if not any(note["user"]["login"] == "leo" for all in server.comments.values() for note in all):
        server.said(1, "leo", "/reply Hello Ana")
        server.said(2, "leo", "/done")
    work(week, server, ledger)
    if "m4" not in week.town.messages:
        week.town.write("One more thing", id="m4", conversation="m2", author=BEN)
    work(week, server, ledger)


def is_lost(lost: int, folder: Path) -> bool:
    """Whether there is such a write; whatever becomes of its answer, all is there at the end, and each of it once."""
    week, ledger = town(), Ledger(paper(folder / "ledger"), conversations.BRANCH)
    with hub.running() as server:
        server.people, server.lost = {"leo": "write"}, lost
        with suppress(GitHubError):
            story(week, server, ledger)
        if server.writes < lost:
            return False
        work(week, server, ledger, minutes=45)
        story(week, server, ledger)
        assert week.town.answers == [ANSWER], lost
        assert [*server.issues] == [1, 2], lost
        assert [len(notes(server, number, "cmflow-message")) for number in (1, 2)] == [2, 2], lost
        assert [("Answered" in text) for text in notes(server, 1, "cmflow-answer")] == [True], lost
        assert [issue["state"] for issue in server.issues.values()] == ["open", "open"], lost
    return True


@pytest.mark.parametrize("lost", [5, 11])
def test_an_answer_of_github_that_is_lost_loses_nothing_else(lost: int, tmp_path: Path) -> None:
    assert is_lost(lost, tmp_path)


def test_whichever_answer_of_github_is_lost_everything_is_written_once(tmp_path: Path) -> None:
    lost = 1
    while is_lost(lost, tmp_path / f"{lost}"):
        lost += 1
    assert lost > 10


def test_a_ticket_that_was_closed_unread_is_opened_again(tmp_path: Path) -> None:
    """A person closes it on GitHub's page while the next message is on its way."""
    week, ledger = Week(), Ledger(paper(tmp_path / "ledger"), conversations.BRANCH)
    week.town.write("Hello")
    with hub.running() as server:
        work(week, server, ledger)
        server.change(1, state="closed")
        week.town.write("And another thing", id="m2", conversation="m1")
        work(week, server, ledger)
        assert server.issues[1]["state"] == "open"
        [conversation] = conversations.read(ledger).conversations
        assert conversation.closed is None


def test_a_stranger_s_words_are_in_comments_alone_and_do_nothing(tmp_path: Path) -> None:
    week, ledger = Week(), Ledger(paper(tmp_path / "ledger"), conversations.BRANCH)
    hostile = " ".join(TRICKS)
    week.town.write(hostile, author=replace(BEN, name=hostile, handle=hostile), url=f"https://a.example/{hostile}")
    with hub.running() as server:
        work(week, server, ledger)
        issue: dict[str, Any] = server.issues[1]
        [comment] = server.bodies(1)
        assert "@everyone" not in f"{issue['title']} {issue['body']}" and "@everyone" in comment
        for text in (issue["body"], comment):
            assert gfm.linked(text) == []
        work(week, server, ledger, minutes=60 * 24 * 91)
        assert "@everyone" not in "".join(server.bodies(1)) and issue["state"] == "closed"


def test_a_ticket_that_was_deleted_ends_its_conversation_and_one_without_our_label_does_not(tmp_path: Path) -> None:
    week, ledger = town(), Ledger(paper(tmp_path / "ledger"), conversations.BRANCH)
    with hub.running() as server:
        work(week, server, ledger)
        server.deleted.add(1)
        server.change(2, labels=[])
        assert [work(week, server, ledger).ended for _ in range(2)] == [1, 0]
        closed = {one.ticket: one.closed is not None for one in conversations.read(ledger).conversations}
        assert closed == {"1": True, "2": False}


def test_a_ticket_that_was_transferred_is_opened_anew(tmp_path: Path) -> None:
    week, ledger = Week(), Ledger(paper(tmp_path / "ledger"), conversations.BRANCH)
    week.town.write("Hello")
    with hub.running() as server:
        work(week, server, ledger)
        server.moved[1] = "team/elsewhere"
        written = len(server.bodies(1))
        week.town.write("More", id="m2", conversation="m1")
        work(week, server, ledger)
        assert [*server.issues] == [1, 2] and len(server.bodies(1)) == written
        assert len(notes(server, 2, "cmflow-message")) >= 1


@pytest.mark.parametrize("trouble", [(403, "You have exceeded a secondary rate limit."), (502, "Bad Gateway")])
def test_a_run_that_github_stops_is_taken_up_by_the_next(tmp_path: Path, trouble: tuple[int, str]) -> None:
    week, ledger = town(), Ledger(paper(tmp_path / "ledger"), conversations.BRANCH)
    with hub.running() as server:
        server.trouble(f"POST /repos/{TEAM}/issues/1/comments", *trouble, times=9, retry_after="9000")
        with suppress(GitHubError):
            work(week, server, ledger)
        server.troubles.clear()
        work(week, server, ledger)
        assert [len(notes(server, number, "cmflow-message")) for number in (1, 2)] == [2, 1]


def test_a_command_that_github_s_trouble_stopped_is_carried_out_by_the_next_run(tmp_path: Path) -> None:
    """Nobody has to write it again, nor reads that it was refused."""
    week, ledger = town(), Ledger(paper(tmp_path / "ledger"), conversations.BRANCH)
    with hub.running() as server:
        server.people = {"leo": "write"}
        work(week, server, ledger)
        server.said(2, "leo", "/done")
        server.trouble(f"PATCH /repos/{TEAM}/issues/2", 502)
        with pytest.raises(Unavailable):
            work(week, server, ledger)
        assert notes(server, 2, "cmflow-answer") == []
        work(week, server, ledger, minutes=60 * 24)
        assert server.issues[2]["state"] == "closed"


def test_a_locked_issue_stops_no_other_conversation(tmp_path: Path) -> None:
    week, ledger = town(), Ledger(paper(tmp_path / "ledger"), conversations.BRANCH)
    with hub.running() as server:
        work(week, server, ledger)
        server.locked.add(1)
        week.town.write("To the locked one", id="m4", conversation="m1")
        week.town.write("To the other", id="m5", conversation="m2", author=BEN)
        tally = work(week, server, ledger)
        assert [len(notes(server, number, "cmflow-message")) for number in (1, 2)] == [2, 2]
        [failure] = tally.failures
        assert tally.person and failure.startswith("ticket 1: GitHub does not allow cmflow to write an issue")
        server.locked.clear()
        work(week, server, ledger)
        assert [len(notes(server, number, "cmflow-message")) for number in (1, 2)] == [3, 2]


def test_a_command_on_a_locked_issue_is_carried_out_once(tmp_path: Path) -> None:
    week, ledger = town(), Ledger(paper(tmp_path / "ledger"), conversations.BRANCH)
    with hub.running() as server:
        server.people = {"leo": "write"}
        work(week, server, ledger)
        server.said(1, "leo", "/reply Hello Ana")
        server.said(2, "leo", "/done")
        server.locked.add(1)
        tally = work(week, server, ledger)
        assert (week.town.answers, server.issues[2]["state"]) == ([ANSWER], "closed")
        assert tally.person and [failure[:9] for failure in tally.failures] == ["ticket 1:"]
        assert work(week, server, ledger).failures == [] and week.town.answers == [ANSWER]


def test_where_no_issue_can_be_written_nothing_counts_as_heard(tmp_path: Path) -> None:
    week, ledger = town(), Ledger(paper(tmp_path / "ledger"), conversations.BRANCH)
    with hub.running() as server:
        server.rights = {"issues": "read", "contents": "write"}
        with pytest.raises(NotAllowed, match="does not allow cmflow to write an issue"):
            work(week, server, ledger)
        server.rights = {"issues": "write", "contents": "write"}
        work(week, server, ledger)
        assert [len(notes(server, number, "cmflow-message")) for number in (1, 2)] == [2, 1]


def test_five_thousand_strangers_are_few_requests(tmp_path: Path) -> None:
    week, ledger = Week(), Ledger(paper(tmp_path / "ledger"), conversations.BRANCH)
    week.town.page = 5_000
    for number in range(5_000):
        week.town.write("Buy", author=replace(BEN, id=f"{number}"), id=f"m{number}")
    with hub.running() as server:
        work(week, server, ledger)
        assert len(server.issues) <= 21
        assert len(server.requests) < 200, len(server.requests)
