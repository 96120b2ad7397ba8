"""`cmflow approvals`: the way of a post from a pull request to the network."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmflow.netkit import network
from tests.approving import Team
from tests.cli.conftest import PLAN, Place, Result, _silent
from tests.github import hub
from tests.repository.places import run as git

RULES = PLAN.replace("groups:", "approvals: {needed: 1}\ngroups:")
AT = ("--at", "2026-05-31 12:00")
HELLO = "content/posts/hello.md"
pytestmark = pytest.mark.slow  # real git, thousands of processes
PNG = "content/media/a.png"


def post(date: str = "2026-06-02 09:30", body: str = "Hello", more: str = "") -> str:
    return f"---\ntitle: Hello\ndate: {date}\naccounts: [news, practice]\n{more}---\n{body}\n"


@pytest.fixture
def team(tmp_path: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    with hub.running() as server:
        made = Team(tmp_path, server)
        made.start({"content/plan.md": RULES, ".gitignore": ".cmflow/\n"})
        monkeypatch.setattr(network, "load", _silent)
        for name, value in (
            ("API_URL", server.url),
            ("TOKEN", "token-of-job"),
            ("REPOSITORY", hub.TEAM),
            ("SERVER_URL", ""),
            ("RUN_ID", ""),
        ):
            monkeypatch.setenv(f"GITHUB_{name}", value)
        yield made


@pytest.fixture
def here(team: Team, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in a clone that has what the remote has."""

    def call(*words: str) -> Result:
        if not (team.folder / "here").exists():
            team.clone()
        monkeypatch.chdir(team.here.root)
        git(team.here.root, "pull", "-q")
        return run(*words)

    return call


def test_from_the_pull_request_to_the_network(team: Team, here: Callable[..., Result]) -> None:
    soon = f"{datetime.now(UTC) - timedelta(minutes=5):%Y-%m-%d %H:%M:%S}Z"
    team.propose(7, {HELLO: post(soon).replace("[news, practice]", "[practice]")})
    team.merge(7)
    held = here("publish")
    assert held.code == 4
    assert "  held     practice  hello  not approved: no one has approved it\n" in held.out
    assert "not approved: no one has approved it" in here("status").out
    assert "hold     practice  hello" in here("publish", "--dry-run").out
    team.approve(7, "ben")
    assert here("approvals", "--collect") == Result(0, "  hello: ben in #7\n1 post checked: 1 approval.\n", "")
    assert "send     practice  hello" in here("publish", "--dry-run").out
    sent = here("publish")
    assert (sent.code, "  sent     practice  hello" in sent.out) == (0, True)
    assert "\n  approved by ben in #7, " in here("log", "hello").out
    assert here("approvals", "--collect").out == "No upcoming delivery is waiting for an approval.\n"


def test_what_is_changed_is_not_published_again(team: Team, here: Callable[..., Result]) -> None:
    soon = f"{datetime.now(UTC) - timedelta(minutes=5):%Y-%m-%d %H:%M:%S}Z"
    only = post(soon).replace("[news, practice]", "[practice]")
    team.propose(7, {HELLO: only})
    team.approve(7, "ben")
    team.merge(7)
    here("approvals", "--collect")
    assert here("publish").code == 0
    team.change({HELLO: only.replace("Hello", "Bye")})
    result = here("publish", "--again", "hello", "practice")
    assert result == Result(
        1,
        "",
        f"error: {HELLO} is not approved: it changed after ben in #7 approved it, so it is not published again.\n"
        "  Have it approved, then: cmflow approvals --collect\n",
    )
    assert "hello on practice: sent" in here("log", "hello").out
    team.propose(9, {HELLO: only.replace("Hello", "Good bye")})
    team.approve(9, "ben")
    team.merge(9)
    assert here("approvals", "--collect").out == "  hello: ben in #9 and ben in #7\n1 post checked: 2 approvals.\n"
    assert here("publish", "--again", "hello", "practice").code == 0


def test_what_was_missed_may_be_approved_and_sent_after_all(team: Team, here: Callable[..., Result]) -> None:
    late = f"{datetime.now(UTC) - timedelta(hours=7):%Y-%m-%d %H:%M:%S}Z"
    team.propose(7, {HELLO: post(late).replace("[news, practice]", "[practice]")})
    team.merge(7)
    assert here("publish", "--first").code == 4
    team.approve(7, "ben")
    assert here("approvals", "--collect").out.startswith("  hello: ben in #7\n")
    assert here("publish", "--again", "hello", "practice").code == 0


def test_what_was_never_approved_is_missed_and_why_is_in_the_ledger(team: Team, here: Callable[..., Result]) -> None:
    late = f"{datetime.now(UTC) - timedelta(hours=7):%Y-%m-%d %H:%M:%S}Z"
    team.change({HELLO: post(late).replace("[news, practice]", "[practice]")})
    result = here("publish", "--first")
    why = "too late: not approved in time: no one has approved it"
    assert (result.code, f"  missed   practice  hello  {why}\n" in result.out) == (4, True)
    assert why in here("log", "hello").out


def test_everything_ahead_that_lacks_something(team: Team, here: Callable[..., Result]) -> None:
    team.change({"content/posts/direct.md": post("2026-06-03 09:30", "Straight")})
    team.propose(7, {HELLO: post(), "content/posts/fine.md": post("2026-06-04 09:30", "Fine")})
    team.approve(7, "ben")
    team.merge(7, "squash")
    team.propose(8, {"content/posts/own.md": post("2026-06-05 09:30", "Own")}, author="eva")
    team.approve(8, "eva")
    team.merge(8)
    team.propose(9, {"content/posts/unseen.md": post("2026-06-06 09:30", "Unseen")})
    team.merge(9)
    team.change({HELLO: post(body="Changed")})
    assert here("approvals", "--collect", *AT) == Result(
        0, "  hello: ben in #7\n  fine: ben in #7\n  own: eva in #8\n5 posts checked: 3 approvals.\n", ""
    )
    result = here("approvals", *AT)
    assert result == Result(
        4,
        """\
Harbour Café, 2026-05-31 12:00 Europe/Paris: 8 of 10 deliveries upcoming not approved.

  2026-06-02 09:30  news      hello
  2026-06-02 09:30  practice  hello
    it changed after ben in #7 approved it: the post
  2026-06-03 09:30  news      direct
  2026-06-03 09:30  practice  direct
    no one has approved it: it came to main without a pull request
  2026-06-05 09:30  news      own
  2026-06-05 09:30  practice  own
    eva in #8 approved it but may have written it; someone else must approve it
  2026-06-06 09:30  news      unseen
  2026-06-06 09:30  practice  unseen
    no one has approved it: it came to main with #9
""",
        "",
    )
    assert "  2026-06-04 09:30  practice  fine\n    ben in #7 approved it\n" in here("approvals", "--all", *AT).out


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({HELLO: post("2026-06-09 19:00", more="pillar: menu\n")}, ""),
        ({HELLO: post(body="Bye")}, "the post"),
        ({"templates/networks/post.md.j2": "{{ text }} 👋\n"}, "the templates"),
        ({"content/plan.md": RULES.replace("language: en", "language: fr")}, "the plan"),
    ],
)
def test_what_changes_after_the_approval(
    team: Team, here: Callable[..., Result], change: dict[str, str], why: str
) -> None:
    team.propose(7, {HELLO: post()})
    team.approve(7, "ben")
    team.merge(7)
    here("approvals", "--collect", *AT)
    assert here("approvals", *AT).code == 0
    team.change(change)
    result = here("approvals", *AT)
    assert result.code == (4 if why else 0)
    assert (f"it changed after ben in #7 approved it: {why}\n" in result.out) == bool(why)


def test_an_approval_may_be_taken_back(team: Team, here: Callable[..., Result]) -> None:
    team.propose(7, {HELLO: post()})
    team.approve(7, "ben")
    team.merge(7)
    here("approvals", "--collect", *AT)
    team.approve(7, "ben", "CHANGES_REQUESTED")
    assert here("approvals", "--collect", *AT).out == "No upcoming delivery is waiting for an approval.\n"
    soon = ("--at", "2026-06-01 12:00")
    assert here("approvals", "--collect", *soon).out == "  hello: nobody\n1 post checked: 0 approvals.\n"
    assert here("approvals", *soon).code == 4


def test_campaigns_may_need_more_and_the_rest_nothing(team: Team, here: Callable[..., Result]) -> None:
    team.change({"content/plan.md": PLAN.replace("summer: {", "summer: {approvals: 2, ")})
    summer = post(more="campaign: summer\n")
    team.propose(7, {HELLO: summer, "content/posts/other.md": post("2026-06-03 09:30", "Other")})
    team.approve(7, "ben")
    team.merge(7)
    here("approvals", "--collect", *AT)
    result = here("approvals", *AT)
    assert "2 of 2 deliveries upcoming not approved" in result.out
    assert "ben in #7 approved it, 1 more approval needed" in result.out
    team.approve(7, "eva")
    here("approvals", "--collect", *AT)
    assert here("approvals", *AT) == Result(
        0, "Harbour Café, 2026-05-31 12:00 Europe/Paris: 0 of 2 deliveries upcoming not approved.\n", ""
    )


def test_without_rules_one_approval_is_looked_for(team: Team, here: Callable[..., Result]) -> None:
    team.change({"content/plan.md": PLAN, HELLO: post()})
    assert (here("approvals", *AT).code, here("publish", "--dry-run", *AT).code) == (0, 0)
    assert "upcoming not approved. The plan requires none.\n" in here("approvals", *AT).out
    assert "not approved" not in here("status", *AT).out


def test_for_programs(team: Team, here: Callable[..., Result]) -> None:
    head = team.propose(7, {HELLO: post().replace("[news, practice]", "[practice]")})
    team.approve(7, "ben")
    team.merge(7)
    here("approvals", "--collect", *AT)
    team.change({HELLO: post(body="Bye").replace("[news, practice]", "[practice]")})
    assert json.loads(here("approvals", "--format", "json", *AT).out) == {
        "at": "2026-05-31T12:00:00+02:00",
        "deliveries": [
            {
                "post": "hello",
                "account": "practice",
                "path": HELLO,
                "due": "2026-06-02T09:30:00+02:00",
                "stand": "changed",
                "needed": 1,
                "missing": 1,
                "approved_by": [],
                "own": [],
                "older": [{"by": "ben", "at": "2026-11-20T12:00:00+00:00", "pull": 7, "commit": head}],
                "changed": ["the post"],
                "pulls": [7],
                "note": "it changed after ben in #7 approved it: the post",
            }
        ],
    }


def test_another_machine_knows_from_the_ledger(team: Team, here: Callable[..., Result], tmp_path: Path) -> None:
    team.propose(7, {HELLO: post()})
    team.approve(7, "ben")
    team.merge(7, "squash")
    here("approvals", "--collect", *AT)
    (team.folder / "here").rename(tmp_path / "gone")
    asked = len(team.hub.requests)
    assert here("approvals", *AT).code == 0
    team.change({HELLO: post(body="Bye")})
    assert "it changed after ben in #7 approved it\n" in here("approvals", *AT).out
    assert len(team.hub.requests) == asked


def test_a_shallow_clone_fetches_what_it_needs(team: Team, here: Callable[..., Result]) -> None:
    team.propose(7, {HELLO: post()})
    team.approve(7, "ben")
    team.merge(7, "squash")
    team.change({"content/posts/other.md": post("2026-06-03 09:30", "Other")})
    team.clone("--depth=1")
    assert "no one has approved it\n" in here("approvals", *AT).out  # where it came from nobody knows
    assert here("approvals", "--collect", *AT).out.startswith("  hello: ben in #7\n")
    assert not team.here.shallow()


def test_what_github_does_not_tell_is_said(team: Team, here: Callable[..., Result]) -> None:
    team.change({HELLO: post()}, "Hello (#5)")
    result = here("approvals", "--collect", *AT)
    assert (result.code, result.out) == (0, "1 post checked: 0 approvals.\n")
    assert result.err.startswith("Cannot read #5 as a pull request. ")


def test_without_a_token(team: Team, here: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    team.change({HELLO: post()})
    monkeypatch.delenv("GITHUB_TOKEN")
    monkeypatch.delenv("GH_TOKEN", raising=False)
    assert here("approvals", "--collect", *AT).err.startswith("error: No token for GitHub is set.\n")


def test_a_remote_that_is_gone_is_said(team: Team, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(team.clone().root)
    (team.folder / "remote.git").rename(team.folder / "away")
    assert run("approvals", *AT).err.startswith("Could not fetch from the remote; showing the last known state: ")
    assert run("approvals", "--offline", *AT).err == ""


def test_nothing_ahead(place: Place) -> None:
    result = place.run("approvals", "--at", "2026-12-01 12:00")
    assert result == Result(0, "Harbour Café, 2026-12-01 12:00 Europe/Paris: nothing upcoming.\n", "")
