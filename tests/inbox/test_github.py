"""The inbox as issues: what both helpdesks do, and what only GitHub can bring about."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow import github
from cmflow.inbox import marks
from cmflow.inbox.github import GitHubHelpdesk, token
from cmflow.inbox.helpdesk import Sheet
from cmflow.model.errors import GitHubError, NotAllowed
from tests.github import hub
from tests.github.hub import TEAM, Hub
from tests.inbox.clock import Clock
from tests.inbox.contract import MARK, ONE_DESK, SHEET, TEXTS, HelpdeskContract, People, any_text_comes_back
from tests.inbox.letters import NOON

ISSUE = f"/repos/{TEAM}/issues/1"


class HubClock(Clock):
    """The server's clock goes with the test's."""

    server: Hub

    def forward(self, **step: float) -> None:
        super().forward(**step)
        self.server.now = f"{self.time:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def server() -> Iterator[Hub]:
    with hub.running() as server:
        server.people = {"leo": "write", "team": "admin", "eve": "read", "mia": "maintain"}
        yield server


@pytest.fixture
def clock(server: Hub) -> Clock:
    clock = HubClock()
    clock.server = server
    clock.forward()
    return clock


@pytest.fixture
def desk(server: Hub, clock: Clock) -> GitHubHelpdesk:
    return connected(server)


def connected(server: Hub, token: str = "token-of-team") -> GitHubHelpdesk:
    return GitHubHelpdesk(github.connect(server.url, token, TEAM, server.waits.append))


@pytest.fixture
def people(server: Hub) -> People:
    return People(
        lambda ticket, author, text: server.said(int(ticket), author, text),
        lambda ticket, labels: void(server.change(int(ticket), labels=list(labels))),
        lambda ticket, title: void(server.change(int(ticket), title=title)),
        lambda ticket, text: void(
            server.change(int(ticket), body=f"{server.issues[int(ticket)]['body']}\r\n\r\n{text}")
        ),
        lambda ticket: server.deleted.add(int(ticket)),
    )


def void(_: object) -> None:
    pass


class TestGitHub(HelpdeskContract):
    pass


@given(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS))
@ONE_DESK
def test_any_text_comes_back(desk: GitHubHelpdesk, people: People, texts: tuple[str, str, str, str]) -> None:
    any_text_comes_back(desk, people, texts)


# ── what is written ─────────────────────────────────────────────────────────────────────────────────────────


def test_an_issue_is_opened_with_its_labels_and_people(server: Hub, desk: GitHubHelpdesk) -> None:
    server.labels = {"Inbox": "123456"}
    desk.open(MARK, Sheet("T", "B", (*SHEET.labels, "urgent"), ("leo", "nobody-here")))
    issue = server.issues[1]
    assert issue["assignees"] == [{"login": "leo"}]
    assert [label["name"] for label in issue["labels"]] == ["Inbox", "complaint", "account: bakery", "urgent"]
    assert server.labels == {
        "Inbox": "123456",
        "complaint": "d93f0b",
        "account: bakery": "bfd4f2",
        "urgent": "b60205",
    }
    ticket = desk.read("1")
    assert ticket and ticket.sheet.labels == ("inbox", "complaint", "account: bakery", "urgent")
    assert issue["body"] == marks.body(MARK, Sheet("T", "B"))
    before = len(server.requests)
    desk.edit("1", MARK, Sheet("T", "B", (*SHEET.labels, "urgent")))
    assert [line for line in server.requests[before:] if not line.startswith("GET ")] == []
    before = len(server.requests)
    desk.open("other", Sheet("T", "B", SHEET.labels, ("leo",)))
    assert server.requests[before:] == [f"POST /repos/{TEAM}/issues"]


def test_a_label_that_another_run_has_just_created_is_there(server: Hub, desk: GitHubHelpdesk) -> None:
    assert desk.hub.issues.labels == set()
    server.labels["inbox"] = "123456"
    assert desk.open(MARK, Sheet("T", "B", ("inbox",))) == "1"


def test_a_title_is_never_too_long(server: Hub, desk: GitHubHelpdesk) -> None:
    desk.open(MARK, Sheet("x" * 300, "B"))
    assert server.issues[1]["title"] == "x" * 256


def test_nothing_is_written_where_nothing_changes(server: Hub, desk: GitHubHelpdesk) -> None:
    id = desk.open(MARK, SHEET)
    server.change(1, body=server.issues[1]["body"].replace("\n", "\r\n"))
    before = len(server.requests)
    desk.edit(id, MARK, SHEET)
    assert server.requests[before:] == [f"GET {ISSUE}"]


def test_one_request_asks_for_all_notes(server: Hub, desk: GitHubHelpdesk) -> None:
    ids = [desk.open(f"m{number}", SHEET) for number in range(3)]
    for id in ids:
        server.said(int(id), "leo", "/done")
    before = len(server.requests)
    assert len(desk.news(NOON, ids)) == 3
    assert server.requests[before:] == [f"GET /repos/{TEAM}/issues/comments", "GET /user"]
    assert desk.news(NOON, ()) == ()


def test_one_request_asks_for_all_changes(server: Hub, desk: GitHubHelpdesk) -> None:
    ids = [desk.open(f"m{number}", SHEET) for number in range(3)]
    before = len(server.requests)
    assert {ticket.id for ticket in desk.changes(NOON)} == {*ids}
    assert desk.find("m1", NOON) == ids[1]
    assert server.requests[before:] == [f"GET /repos/{TEAM}/issues", "GET /user", f"GET /repos/{TEAM}/issues"]


def test_a_note_that_was_edited_is_news(server: Hub, desk: GitHubHelpdesk, clock: Clock) -> None:
    id = desk.open(MARK, SHEET)
    server.said(1, "leo", "/repyl x")
    clock.forward(hours=1)
    assert desk.news(clock.time, [id]) == ()
    server.comments[1][0] |= {"body": "/reply x", "updated_at": server.now}
    assert [note.text for note in desk.news(clock.time, [id])] == ["/reply x"]


# ── marks ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mark_that_somebody_else_wrote_is_none(server: Hub, desk: GitHubHelpdesk) -> None:
    stranger = connected(server, "token-of-job")
    stranger.open(MARK, SHEET)
    assert desk.find(MARK, NOON) is None and desk.changes(NOON) == ()
    id = desk.open("other", SHEET)
    server.said(int(id), "eve", marks.note("m1", "I am cmflow"))
    ticket = desk.read(id)
    assert ticket and [note.mark for note in ticket.notes] == [""]
    assert [note.author for note in desk.news(NOON, [id])] == ["eve"]


def test_a_note_of_our_own_account_without_a_mark_is_a_person_s(server: Hub, desk: GitHubHelpdesk) -> None:
    id = desk.open(MARK, SHEET)
    server.said(1, "team", "/reply x")
    assert [(note.author, note.mark) for note in desk.news(NOON, [id])] == [("team", "")]


def test_a_pull_request_or_another_issue_is_no_ticket(server: Hub, desk: GitHubHelpdesk) -> None:
    desk.open(MARK, SHEET)
    server.issues[1] |= {"html_url": f"http://localhost/{TEAM}/pull/1", "pull_request": {"url": "http://localhost"}}
    assert (desk.find(MARK, NOON), desk.changes(NOON)) == (None, ())
    server.issues[1] |= {"html_url": f"http://localhost/{TEAM}/issues/1", "body": None}
    assert (desk.find(MARK, NOON), desk.changes(NOON)) == (None, ())


# ── what people and GitHub do to issues ─────────────────────────────────────────────────────────────────────


def test_an_issue_that_was_transferred_is_not_followed(server: Hub, desk: GitHubHelpdesk) -> None:
    """Nothing that strangers wrote is ever written into another repository, which may be public."""
    id = desk.open(MARK, SHEET)
    note = desk.add(id, "m1", "x")
    server.moved[1] = "team/elsewhere"
    server.requests.clear()
    for act in (desk.close, desk.reopen):
        connected(server).edit(id, MARK, Sheet("New", "New"))
        act_on = getattr(connected(server), act.__name__)
        act_on(id)
    fresh = connected(server)
    assert fresh.read(id) is None
    with pytest.raises(GitHubError, match=r"^There is no ticket 1 any more\.$") as caught:
        fresh.add(id, "m2", "y")
    assert "moved to another repository than team/content" in caught.value.hint
    assert note.id and not [line for line in server.requests if not line.startswith("GET ")]


def test_a_repository_that_was_moved_is_not_followed(server: Hub) -> None:
    """It may be public where it is now, and belong to others."""
    moved = GitHubHelpdesk(github.connect(server.url, "token-of-team", "team/old", server.waits.append))
    for act in (lambda: moved.open(MARK, Sheet("T", "B")), lambda: moved.is_public, lambda: moved.changes(NOON)):
        with pytest.raises(GitHubError) as caught:
            act()
        assert str(caught.value) == "The repository team/old has been renamed or moved: GitHub leads to team/content."
    assert server.issues == {}


def test_the_case_of_a_repository_s_name_does_not_matter(server: Hub) -> None:
    desk = GitHubHelpdesk(github.connect(server.url, "token-of-team", TEAM, server.waits.append))
    desk.hub.issues.connection.repository = "Team/Content"
    server.former = "Team/Content"
    assert desk.is_public is False


def test_a_server_of_one_s_own(clock: Clock) -> None:
    with hub.running("/api/v3") as server:
        desk = connected(server)
        id = desk.open(MARK, SHEET)
        assert desk.add(id, "m1", "x").ticket == id
        assert desk.read(id)


def test_issues_that_are_switched_off_are_said(server: Hub, desk: GitHubHelpdesk) -> None:
    id = desk.open(MARK, SHEET)
    server.has_issues = False
    fresh = connected(server)
    for act in (
        lambda: fresh.open("other", Sheet("T", "B")),
        lambda: fresh.read(id),
        lambda: fresh.news(NOON, [id]),
        lambda: fresh.changes(NOON),
        lambda: fresh.find(MARK, NOON),
        lambda: fresh.add(id, "m1", "x"),
        lambda: desk.read(id),
    ):
        with pytest.raises(GitHubError, match=r"^Issues are switched off in team/content\.$") as caught:
            act()
        assert caught.value.hint == "Switch them on: Settings → General → Features → Issues."


def test_a_repository_that_we_may_not_see_is_no_empty_inbox(server: Hub, desk: GitHubHelpdesk) -> None:
    """Else a token without rights would look as if every ticket had been deleted."""
    id = desk.open(MARK, SHEET)
    fresh = connected(server)
    server.trouble(f"GET {ISSUE}", 404, "Not Found")
    server.trouble(f"GET /repos/{TEAM}", 404, "Not Found")
    with pytest.raises(GitHubError, match="did not find what cmflow needs to read the repository"):
        fresh.read(id)


def test_a_locked_issue_is_said(server: Hub, desk: GitHubHelpdesk) -> None:
    id = desk.open(MARK, SHEET)
    server.locked.add(1)
    with pytest.raises(NotAllowed, match="Unable to create comment because issue is locked") as caught:
        desk.add(id, "m1", "x")
    assert caught.value.hint == "Unlock the conversation of the issue, or give the token write access."


def test_a_secondary_limit_is_waited_for(server: Hub, desk: GitHubHelpdesk) -> None:
    server.trouble(f"POST /repos/{TEAM}/issues", 403, "You have exceeded a secondary rate limit.", retry_after="7")
    assert desk.open(MARK, Sheet("T", "B", (), ())) == "1"
    assert 7.0 in server.waits and len(server.issues) == 1


def test_what_was_written_although_no_answer_came_is_found(server: Hub, desk: GitHubHelpdesk) -> None:
    desk.open(MARK, SHEET)
    server.trouble(f"POST /repos/{TEAM}/issues", 502)
    with pytest.raises(GitHubError, match="has trouble"):
        desk.open("other", SHEET)
    assert (desk.find("other", NOON), desk.find(MARK, NOON)) == (None, "1")
    connected(server).open("other", SHEET)  # it was done, and only the answer did not come
    assert desk.find("other", NOON) == "2"


# ── people and tokens ───────────────────────────────────────────────────────────────────────────────────────


def test_only_people_with_write_access_may_answer_and_are_asked_for_once(server: Hub, desk: GitHubHelpdesk) -> None:
    who = ("leo", "team", "mia", "eve", "stranger", "", "leo", "eve")
    assert [desk.may_answer(login) for login in who] == [True, True, True, False, False, False, True, False]
    assert len(server.requests) == 5
    server.trouble(r"GET .*/collaborators/some-bot/permission", 404, "some-bot is not a user")
    assert not desk.may_answer("some-bot")


def test_a_repository_that_anybody_can_read_says_so(server: Hub, desk: GitHubHelpdesk) -> None:
    assert (desk.is_public, desk.is_public) == (False, False)
    server.private = False
    assert (desk.is_public, connected(server).is_public) == (False, True)
    assert server.requests.count(f"GET /repos/{TEAM}") == 2


def test_another_repository_needs_a_token_of_its_own(server: Hub) -> None:
    home = {"GITHUB_TOKEN": "a"}
    assert token("Team/content", TEAM, home) == ("a", "GITHUB_TOKEN")
    assert token(TEAM, TEAM, {"GH_TOKEN": "b"}) == ("b", "GITHUB_TOKEN")
    assert token("team/inbox", TEAM, home | {"CMFLOW_INBOX_TOKEN": "c"}) == ("c", "CMFLOW_INBOX_TOKEN")
    with pytest.raises(GitHubError) as caught:
        token("team/inbox", TEAM, home | {"CMFLOW_INBOX_TOKEN": " "})
    assert (str(caught.value), caught.value.hint) == (
        "This job's own token may do nothing in another repository: team/inbox.",
        "Make a token that may read and write its issues, and pass it to the job:"
        " env: CMFLOW_INBOX_TOKEN: ${{ secrets.CMFLOW_INBOX_TOKEN }}",
    )


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (401, "Pass a valid token to the job: env: CMFLOW_INBOX_TOKEN: ${{ secrets.CMFLOW_INBOX_TOKEN }}"),
        (403, "Give the token in CMFLOW_INBOX_TOKEN the permission `issues: write` for team/content."),
    ],
)
def test_a_token_of_its_own_is_named_where_it_is_refused(server: Hub, status: int, hint: str) -> None:
    desk = GitHubHelpdesk(
        github.connect(server.url, "token-of-team", TEAM, server.waits.append, variable="CMFLOW_INBOX_TOKEN")
    )
    server.trouble(f"POST /repos/{TEAM}/issues", status, "No")
    with pytest.raises(GitHubError) as caught:
        desk.open(MARK, Sheet("T", "B"))
    assert caught.value.hint == hint


def test_a_job_s_own_token_is_enough(server: Hub, clock: Clock) -> None:
    server.rights = {"issues": "write", "contents": "write"}
    desk = connected(server, "token-of-job")
    id = desk.open(MARK, SHEET)
    note = desk.add(id, "m1", "x")
    desk.revise(note, "y")
    desk.edit(id, MARK, Sheet("New", "B", SHEET.labels))
    assert (desk.find(MARK, NOON), desk.may_answer("leo")) == (id, True)
    assert [one.id for one in desk.changes(clock.time - timedelta(hours=1))] == [id]
    desk.erase(note)
    desk.close(id)
