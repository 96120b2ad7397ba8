"""What is built and installed: the wheel holds what cmflow needs away from this repository, and every pin is there."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

import cmflow
from tests import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NAME = re.compile(r"[A-Za-z0-9._-]+")


def tracked(folder: str) -> set[str]:
    """The files of a folder that are part of the project, as git knows them."""
    listed = subprocess.run(["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True)
    return {path for path in listed.stdout.splitlines() if (ROOT / path).is_file()}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return next(folder.glob("*.whl"))


@pytest.mark.slow  # starts another Python
def test_the_wheel_holds_the_package_and_the_templates(wheel: Path) -> None:
    held = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert tracked("cmflow") <= held
    assert {f"cmflow/{path}" for path in tracked("templates")} <= held
    assert {name.split("/")[0] for name in held} == {"cmflow"}


@pytest.mark.slow  # starts another Python
def test_the_wheel_says_that_it_is_typed_and_brings_its_license(wheel: Path) -> None:
    held = ZipFile(wheel).namelist()
    assert "cmflow/py.typed" in held
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in held)


@pytest.mark.slow  # starts another Python
def test_an_installed_wheel_works_away_from_the_repository(wheel: Path, tmp_path: Path) -> None:
    where, site = tmp_path / "team", tmp_path / "site"
    ZipFile(wheel).extractall(site)
    start = f"import sys; sys.path.insert(0, {str(site)!r}); from cmflow.cli import main; main()"
    for arguments in (["init", str(where)], ["--root", str(where), "check"]):
        ended = subprocess.run(
            [sys.executable, "-c", start, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (where / "content/plan.md").is_file()


def test_the_version_is_said_once() -> None:
    assert PROJECT["project"]["version"] == cmflow.__version__ == version("cmflow")


def test_every_dependency_has_its_exact_version_in_the_constraints() -> None:
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
    asked = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    names = {found[0].lower() for each in asked if (found := NAME.match(each))}
    assert names <= {name.lower() for name in pinned}


def test_what_the_action_installs_has_the_versions_of_the_constraints_and_a_hash() -> None:
    """After a change of them: `python docs/hashes.py`."""
    text = (ROOT / "requirements.txt").read_text("utf-8").replace(" \\\n", "")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==\S+( +--hash=sha256:[0-9a-f]{64})+", line) for line in lines)
    exact = (ROOT / "constraints.txt").read_text("utf-8").lower().splitlines()
    assert {line.split()[0].lower() for line in lines} <= set(exact)
    asked = PROJECT["project"]["dependencies"]
    names = {found[0].lower() for each in asked if (found := NAME.match(each))}
    assert names <= {line.partition("==")[0].lower() for line in lines}


def test_the_build_uses_the_version_that_the_tests_use() -> None:
    assert PROJECT["build-system"]["requires"][0] in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
