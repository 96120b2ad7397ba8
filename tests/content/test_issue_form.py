"""Of what happens to issues, only what somebody wants to post is heard."""

from typing import Any

import pytest

from cmflow.content import issue_form
from cmflow.content.issue_form import Memory, Wish

EVENT: dict[str, Any] = {
    "action": "opened",
    "issue": {
        "number": 12,
        "state": "open",
        "body": "Hello",
        "labels": [{"name": "post"}],
        "user": {"login": "ana", "id": 7},
    },
    "sender": {"login": "ben"},
    "repository": {"default_branch": "trunk"},
}
HEARD = Wish(12, "Hello", "ben", "ana", 7, "trunk")


def changed(**more: Any) -> dict[str, Any]:
    issue = {**EVENT["issue"], **more.pop("issue", {})}
    return {**EVENT, "issue": issue, **more}


@pytest.mark.parametrize(
    "event",
    [
        EVENT,
        changed(action="edited", changes={"body": {"from": "H"}}),
        changed(action="labeled", label={"name": "post-allowed"}),
        changed(action="reopened"),
    ],
)
def test_a_wish(event: dict[str, Any]) -> None:
    assert issue_form.read_event(event) == HEARD
    assert HEARD.branch == "post/issue-12"


@pytest.mark.parametrize(
    "event",
    [
        {},
        changed(issue={"labels": []}),
        changed(issue={"labels": None}),
        changed(issue={"state": "closed"}),
        changed(issue={"pull_request": {}}),
        changed(action="edited", changes={"title": {"from": "T"}}),
        changed(action="edited"),
        changed(action="labeled", label={"name": "bug"}),
        changed(action="labeled"),
        changed(action="labeled", label="post-allowed"),
        changed(action="edited", changes=["body"]),
        changed(issue={"number": "12"}),
        changed(issue={"number": True}),
        changed(issue={"number": -1}),
        changed(issue={"labels": True}),
        changed(issue={"labels": ["post", [], {"name": ["post"]}]}),
        {**EVENT, "issue": [1]},
    ],
)
def test_no_concern_of_ours(event: dict[str, Any]) -> None:
    assert issue_form.read_event(event) is None


def test_what_may_be_missing() -> None:
    bare = {"issue": {"number": 1, "state": "open", "body": None, "labels": [{"name": "post"}], "user": None}}
    assert issue_form.read_event(bare) == Wish(1, "", "")


def test_what_has_another_shape_is_not_there() -> None:
    odd = changed(issue={"user": ["ana"], "body": 3}, sender="ben", repository={"default_branch": {}})
    assert issue_form.read_event(odd) == Wish(12, "", "")
    half = changed(issue={"user": {"login": 3, "id": "7"}, "body": "H\ud800i"})
    assert issue_form.read_event(half) == Wish(12, "H?i", "ben", base="trunk")


@pytest.mark.parametrize("login", ["../ana", "a/b", "-a", "a" * 40, "ana\nCo-authored-by: x", ""])
def test_what_is_no_login(login: str) -> None:
    found = issue_form.read_event(changed(sender={"login": login}, issue={"user": {"login": login, "id": 7}}))
    assert found and (found.sender, found.writer, issue_form.author(found, "github.com")) == ("", "", None)


def test_who_wrote_it() -> None:
    assert issue_form.author(HEARD, "git.example.org") == ("ana", "7+ana@users.noreply.git.example.org")


def test_what_is_remembered() -> None:
    kept = Memory(3, "0123456789" * 4, "content/posts/2026-06/été.md")
    top = "<!-- cmflow-draft -->\n"
    assert (
        issue_form.read_memory(f"{top}{kept}\n\nHello")
        == issue_form.read_memory(f"{top}{kept}".replace("\n", "\r\n"))
        == kept
    )
    assert issue_form.read_memory(f"Hello\n{top}{kept}") is None
    assert issue_form.read_memory(f"{top}{kept}".replace(".md", ".md\n.yml")) is None
    assert issue_form.read_memory(f"{top}Hello") is None
