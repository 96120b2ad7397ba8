"""A mention on a Mastodon server becomes an issue, a comment on it the answer there: each step played as a job."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.inbox.test_run_github import notes
from tests.servers.mastodon_mock import Mock, mastodon_mock
from tests.workflows.payloads import payload
from tests.workflows.test_played import Team, server, team  # noqa: F401

pytestmark = pytest.mark.slow

PLAN = "content/plan.md"
WORKFLOW = ".github/workflows/inbox.yml"
ACCOUNT = 'accounts:\n  team:\n    network: mastodon\n    options: {{instance: "{url}"}}\n'
HOSTILE = "@{handle} Where is my order? $(touch {mark}) `touch {mark}`\n::error::forged"


def handle(mock: Mock, token: str) -> str:
    headers = {"Authorization": f"Bearer {token}"}
    found: dict[str, Any] = httpx.get(f"{mock.url}/api/v1/accounts/verify_credentials", headers=headers).json()
    return str(found["acct"])


def say(mock: Mock, token: str, text: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.post(f"{mock.url}/api/v1/statuses", headers=headers, data={"status": text}).is_success


def prepared(team: Team, mock: Mock, token: str) -> None:  # noqa: F811
    """An account on the server, and its secret in the workflow."""
    plan, workflow = team.clone / PLAN, team.clone / WORKFLOW
    text = plan.read_text("utf-8")
    plan.write_text(text.replace("accounts:\n", ACCOUNT.format(url=mock.url), 1), "utf-8")
    example = "# CMFLOW_NEWS_TOKEN: ${{ secrets.CMFLOW_NEWS_TOKEN }}"
    source = workflow.read_text("utf-8")
    assert example in source
    workflow.write_text(source.replace(example, example[2:].replace("NEWS", "TEAM"), 1), "utf-8")
    team.runner.secrets = {"CMFLOW_TEAM_TOKEN": token}
    team.commit()


def commented(team: Team, author: str, association: str, body: str) -> dict[str, Any]:  # noqa: F811
    team.server.now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    team.server.said(1, author, body)
    comment = {"body": body, "author_association": association, "user": {"login": author}}
    issue = {"number": 1, "labels": team.server.issues[1]["labels"]}
    event = payload("issue_comment", "created", comment=comment, issue=issue)
    event["issue"].pop("pull_request", None)
    return event


def test_a_mention_is_heard_answered_and_its_answer_is_read(team: Team, tmp_path: Path) -> None:  # noqa: F811
    team.server.people = {"leo": "write", "eve": "read"}
    team.server.now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    (tmp_path / "mock").mkdir()
    with mastodon_mock(tmp_path / "mock") as mock:
        access, person = mock.account(), dict(mock.account().secrets)["token"]
        token = dict(access.secrets)["token"]
        prepared(team, mock, token)
        mark = tmp_path / "mark"
        say(mock, person, HOSTILE.format(handle=handle(mock, token), mark=mark))
        heard = team.scheduled("inbox.yml")
        assert heard.conclusion == "success", heard.told
        assert len(team.server.issues) == 1, heard.told
        [message] = notes(team.server, 1, "cmflow-message")
        assert "Where is my order?" in message and "::error::forged" not in heard.told

        stranger = team.runner.play("inbox.yml", "issue_comment", commented(team, "eve", "NONE", "/reply Send money"))
        assert stranger.conclusion == "skipped"
        event = commented(team, "leo", "MEMBER", f"/reply On its way! $(touch {mark})")
        answered = team.runner.play("inbox.yml", "issue_comment", event)
        assert answered.conclusion == "success", answered.told
        posts = " ".join(mock.posts(access))
        assert posts.count("On its way!") == 1 and "Send money" not in posts
        assert len(notes(team.server, 1, "cmflow-answer")) == 1
        again = team.scheduled("inbox.yml")
        assert again.conclusion == "success", again.told
        assert " ".join(mock.posts(access)).count("On its way!") == 1
        assert len(team.server.issues) == 1 and not mark.exists()
    assert "Where is my order" not in team.runner.git("log", "-p", "cmflow-inbox")
