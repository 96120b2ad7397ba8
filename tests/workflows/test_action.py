"""The action's own step: what it is given becomes the words of one command, whatever is in them."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tests import ROOT

ECHO = '#!/usr/bin/env bash\nprintf "<%s>" "$@"\nprintf "%s" "${GITHUB_TOKEN:-none}" > token\nexit 4\n'


@pytest.fixture
def step() -> str:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    [found] = [each["run"] for each in action["runs"]["steps"] if each["name"] == "Run"]
    return str(found)


def run(step: str, folder: Path, command: str, arguments: str = "") -> subprocess.CompletedProcess[str]:
    program = folder / "cmflow/bin/cmflow"
    program.parent.mkdir(parents=True)
    program.write_text(ECHO)
    program.chmod(0o755)
    given = {
        "PATH": os.environ["PATH"],
        "RUNNER_TEMP": str(folder),
        "GITHUB_OUTPUT": str(folder / "output"),
        "COMMAND": command,
        "ARGUMENTS": arguments,
        "GITHUB_TOKEN": "t",
    }
    words = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step]
    return subprocess.run(words, env=given, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("command", "arguments", "words"),
    [
        ("check", "", "<check>"),
        ("publish\n  --wait 14m\n", "", "<publish><--wait><14m>"),
        ("  check\t", "content/posts/a b.md\n\n*.md\n", "<check><content/posts/a b.md><*.md>"),
        ("check $(touch mark) `touch mark` ; touch mark", "", "<check><$(touch><mark)><`touch><mark`><;><touch><mark>"),
        ("check", '$(touch mark)"; touch mark\n::set-output', '<check><$(touch mark)"; touch mark><::set-output>'),
    ],
)
def test_what_is_given_is_words_and_nothing_else(
    step: str, tmp_path: Path, command: str, arguments: str, words: str
) -> None:
    ended = run(step, tmp_path, command, arguments)
    assert (ended.returncode, ended.stdout, ended.stderr) == (4, words, "")
    assert (tmp_path / "output").read_text() == "exit-code=4\n"
    assert (tmp_path / "token").read_text() == "t"
    assert not (tmp_path / "mark").exists()
