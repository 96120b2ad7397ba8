"""Which comments start the inbox at once: those of the team that are commands, on the issues of conversations."""

from typing import Any

import pytest
import yaml

from tests.workflows import handed_out
from tests.workflows.expressions import condition

TEXT = handed_out()[".github/workflows/inbox.yml"]
JOB: dict[str, Any] = yaml.safe_load(TEXT)["jobs"]["inbox"]
LABELS = [{"name": "complaint"}, {"name": "inbox"}]


def starts(name: str, event: dict[str, Any]) -> bool:
    return condition(JOB["if"], {"github": {"event_name": name, "event": event}}, {"success": lambda: True})


@pytest.mark.parametrize(
    ("body", "author", "issue", "expected"),
    [
        ("/reply Thank you", "OWNER", {"labels": LABELS}, True),
        ("/reply Thank you", "MEMBER", {"labels": LABELS}, True),
        ("/done", "COLLABORATOR", {"labels": LABELS}, True),
        ("/reply Send me money", "NONE", {"labels": LABELS}, False),
        ("/reply Send me money", "CONTRIBUTOR", {"labels": LABELS}, False),
        ("I shall /reply later", "OWNER", {"labels": LABELS}, False),
        ("/reply Thank you", "OWNER", {"labels": [{"name": "inbox-zero"}]}, False),
        ("/reply Thank you", "OWNER", {"labels": LABELS, "pull_request": {"url": "x"}}, False),
    ],
)
def test_a_comment_starts_it_where_it_is_a_command_of_the_team(
    body: str, author: str, issue: dict[str, Any], expected: bool
) -> None:
    assert (
        starts("issue_comment", {"comment": {"body": body, "author_association": author}, "issue": issue}) is expected
    )


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch"])
def test_the_schedule_and_a_person_start_it(name: str) -> None:
    assert starts(name, {})


def test_a_comment_that_is_not_for_it_takes_no_run_s_place() -> None:
    content = yaml.safe_load(TEXT)
    assert ("concurrency" in content, JOB["concurrency"]) == (False, {"group": "inbox", "cancel-in-progress": False})


def test_no_text_of_a_comment_is_in_a_command_or_in_a_variable() -> None:
    steps = [{name: value for name, value in step.items() if name in ("run", "env", "with")} for step in JOB["steps"]]
    assert "github.event" not in str(steps)
    assert [step["run"] for step in steps if "run" in step] == ["cmflow inbox"]
    assert JOB["permissions"] == {"contents": "write", "issues": "write", "pull-requests": "write"}
