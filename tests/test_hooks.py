"""The hook for pre-commit: what it says is what pre-commit takes, and its command runs."""

import re
import shlex
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from cmflow.cli import COMMANDS
from cmflow.model.plan import PLAN_PATH
from cmflow.repository.content import POSTS, TEMPLATES
from tests import ROOT
from tests.cli.conftest import Place, bare, committed, place, run

__all__ = ["bare", "committed", "place", "run"]

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
TEXTS = ("id", "name", "entry", "description", "files", "exclude", "language_version", "minimum_pre_commit_version")
MANIFEST = {  # as pre-commit's documentation of a hook has it, for what ours may use
    "type": "array",
    "items": {
        "type": "object",
        "required": ["id", "name", "entry", "language"],
        "additionalProperties": False,
        "properties": {
            **{name: {"type": "string", "minLength": 1} for name in TEXTS},
            **{name: {"type": "boolean"} for name in ("always_run", "pass_filenames", "require_serial", "verbose")},
            **{name: {"type": "array", "items": {"type": "string"}} for name in ("args", "types", "stages")},
            "language": {"enum": ["python", "system"]},
        },
    },
}


def test_pre_commit_takes_it() -> None:
    Draft202012Validator(MANIFEST).validate(HOOKS)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_it_runs_for_what_decides_what_is_sent(hook: dict[str, Any]) -> None:
    for path in (PLAN_PATH, f"{POSTS}a.md", f"{TEMPLATES}networks/x.md.j2", "content/media/a.png"):
        assert re.search(hook["files"], path)
    assert not [
        path for path in ("README.md", "docs/content/a.md", "src/templates/a") if re.search(hook["files"], path)
    ]


@pytest.mark.parametrize("arguments", [(), ("--base", "HEAD")])
@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_its_command_runs(hook: dict[str, Any], arguments: tuple[str, ...], place: Place) -> None:
    program, *words = shlex.split(hook["entry"])
    assert (program, words[0] in COMMANDS) == ("cmflow", True)
    assert place.run(*words, *arguments).code == 0
    place.post("bad", acounts="[news]")
    place.git("add", "-A")
    assert place.run(*words, *arguments).code == 1
