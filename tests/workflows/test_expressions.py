"""Our reading of GitHub's expressions is GitHub's own, for all that our workflows say."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.servers import installed, needed
from tests.servers.pds import npm
from tests.workflows import PARSER, handed_out
from tests.workflows.expressions import Functions, condition, filled, value

WELL: Functions = {"success": lambda: True, "failure": lambda: False, "hashFiles": lambda *_: "0"}
POST, INBOX = {"name": "POST"}, {"name": "inbox"}
CONTEXTS: list[dict[str, Any]] = [
    {
        "github": {
            "event_name": name,
            "base_ref": "main",
            "workflow": "Check",
            "ref": "refs/heads/main",
            "run_id": 7,
            "token": "t",
            "event": event,
        },
        "inputs": inputs,
        "runner": {"os": "Linux", "temp": "/t"},
        "steps": {"last": {"outputs": {"commit": "abc"}}, "ledger": {"outputs": {}}},
    }
    for name, event, inputs in (
        ("push", {"repository": {"has_pages": True}}, {}),
        ("pull_request", {"number": 7, "pull_request": {"user": {"login": "ana"}}}, {}),
        ("workflow_dispatch", {}, {"again-post": "a", "again-account": "b", "wait": "1m", "dry-run": True}),
        ("workflow_run", {"workflow_run": {"event": "pull_request", "conclusion": "failure"}}, {}),
        ("workflow_run", {"repository": {"has_pages": True}, "workflow_run": {"conclusion": "skipped"}}, {}),
        ("issues", {"action": "labeled", "label": {"name": "Post-Allowed"}, "issue": {"labels": [POST]}}, {}),
        ("issues", {"action": "opened", "issue": {"number": 12, "labels": []}}, {}),
        (
            "issue_comment",
            {"comment": {"body": "/done", "author_association": "MEMBER"}, "issue": {"labels": [INBOX]}},
            {},
        ),
        (
            "issue_comment",
            {"comment": {"body": "/done", "author_association": "NONE"}, "issue": {"labels": [INBOX]}},
            {},
        ),
        ("issue_comment", {"comment": {"body": "Hi"}, "issue": {"labels": [INBOX], "pull_request": {"url": "x"}}}, {}),
    )
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("'a''b' == 'A''B'", True),
        ("!cancelled() && (github.event_name == 'push' || false)", True),
        ("github.event.nothing.at.all", None),
        ("github.event['repository'].has_pages", True),
        ("contains('Hello', 'ell') && contains(github.event.labels.*.name, 'x')", False),
        ("inputs.wait || '14m'", "14m"),
        ("format('{0}-{1}', 1, 'x') != '1-x'", False),
    ],
)
def test_an_expression(text: str, found: object) -> None:
    assert value(text, CONTEXTS[0], WELL) == found


def test_text_with_expressions_and_conditions() -> None:
    assert filled("a${{ github.event.x }}b${{ github.run_id }}${{ true }}", CONTEXTS[0], WELL) == "ab7true"
    assert filled(["as it is"], CONTEXTS[0], WELL) == ["as it is"]
    assert condition("${{ github.run_id == 7 }}", CONTEXTS[0], WELL)
    assert not condition("github.run_id == 7", CONTEXTS[0], {**WELL, "success": lambda: False})
    assert condition("always()", CONTEXTS[0], {**WELL, "success": lambda: False})


def test_what_it_does_not_know_is_said() -> None:
    with pytest.raises(AssertionError, match="not understood"):
        value("1 > 2", CONTEXTS[0], WELL)


@pytest.mark.slow
def test_github_reads_them_alike() -> None:
    needed()
    packages = installed(f"workflow-parser-{PARSER}", lambda to: npm(to, f"@actions/workflow-parser@{PARSER}"))
    texts = {expression for text in handed_out().values() for expression in re.findall(r"\$\{\{(.*?)\}\}", text)}
    texts |= {re.sub(r"\s+", " ", each) for text in handed_out().values() for each in re.findall(IF, text)}
    asked = [(text, context) for text in sorted(texts) if "secrets." not in text for context in CONTEXTS]
    words = ["node", Path(__file__).with_name("evaluate.mjs"), packages]
    ended = subprocess.run(
        [str(word) for word in words], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    ours = [value(text, context, WELL) for text, context in asked]
    assert len(asked) > 100
    assert ours == json.loads(ended.stdout)


IF = re.compile(r"\bif: (?:>-\n)?((?!\$)(?:.*(?:&&|\|\|)\n)*.*)$", re.MULTILINE)
