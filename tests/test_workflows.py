"""Every workflow, ours and those `cmflow init` hands out: valid, pinned, and with no more rights than it needs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
TOOLS = Path(sys.executable).parent
WORKFLOWS = sorted([*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob("templates/**/.github/workflows/*.yml")])
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


@pytest.fixture(params=WORKFLOWS, ids=lambda path: str(path.relative_to(ROOT)))
def workflow(request: pytest.FixtureRequest) -> Path:
    path = request.param
    assert isinstance(path, Path)
    return path


def test_it_fits_the_schema_of_workflows(workflow: Path) -> None:
    command: list[str | Path] = [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_an_auditor_finds_nothing_in_it(workflow: Path) -> None:
    command: list[str | Path] = [TOOLS / "zizmor", "--offline", "--no-progress", workflow]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_action_is_pinned_to_a_commit_and_says_its_version(workflow: Path) -> None:
    uses = [line.strip().removeprefix("- ") for line in workflow.read_text("utf-8").splitlines() if "uses: " in line]
    assert uses
    assert not [line for line in uses if not PINNED.fullmatch(line)]


def test_it_has_no_rights_but_those_a_job_asks_for_and_ends(workflow: Path) -> None:
    content = yaml.safe_load(workflow.read_text("utf-8"))
    assert content["permissions"] == {}
    assert all("permissions" in job and "timeout-minutes" in job for job in content["jobs"].values())
