"""Every workflow, ours and those `cmflow init` hands out: valid, pinned, and with no more rights than it needs."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import click
import pytest
import yaml

from cmflow import __version__
from cmflow.cli import group
from cmflow.content import new_post
from cmflow.content.new_post import Draft
from tests import ROOT
from tests.servers import installed, needed
from tests.servers.pds import npm
from tests.workflows import ACTION, FOLDER, HANDED_OUT, PARSER, handed_out

pytestmark = pytest.mark.slow  # each workflow of a repository that is made anew

TOOLS = Path(sys.executable).parent
OURS = sorted(ROOT.glob(".github/workflows/*.yml"))
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
OWN = "./ # zizmor: ignore[self-repository] not every server knows the newer way to say it"
UNTRUSTED = re.compile(r"\$\{\{")
FILES = {
    "dependabot.yml": "vendor.dependabot",
    "ISSUE_TEMPLATE/post.yml": "vendor.github-issue-forms",
    "ISSUE_TEMPLATE/config.yml": "vendor.github-issue-config",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `cmflow init` writes, as a folder."""
    made = tmp_path_factory.mktemp("made")
    for path, text in handed_out().items():
        (made / path).parent.mkdir(parents=True, exist_ok=True)
        (made / path).write_text(text, "utf-8")
    return made


@pytest.fixture(params=[*OURS, *HANDED_OUT], ids=lambda each: each if isinstance(each, str) else f"ours/{each.name}")
def workflow(request: pytest.FixtureRequest, folder: Path) -> Path:
    path = folder / request.param  # an absolute path stays what it is
    assert isinstance(path, Path)
    return path


def jobs(path: Path) -> dict[str, Any]:
    found = yaml.safe_load(path.read_text("utf-8"))["jobs"]
    assert isinstance(found, dict)
    return found


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in jobs(path).values():
        yield from job["steps"]


def fits(schema: str, *paths: Path) -> None:
    words = [str(TOOLS / "check-jsonschema"), "--builtin-schema", schema, *map(str, paths)]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_they_fit_the_schema_of_workflows(folder: Path) -> None:
    fits("vendor.github-workflows", *OURS, *(folder / path for path in HANDED_OUT))


def test_the_action_fits_the_schema_of_actions() -> None:
    fits("vendor.github-actions", ROOT / "action.yml")


@pytest.mark.parametrize("name", FILES)
def test_other_files_for_github_fit_theirs(folder: Path, name: str) -> None:
    fits(FILES[name], folder / ".github" / name)


def test_an_auditor_finds_nothing(folder: Path, tmp_path: Path) -> None:
    """All that zizmor knows, also what it tells only those who ask for the strictest."""
    for name, source in (("handed-out", folder), ("ours", ROOT)):
        shutil.copytree(source / ".github", tmp_path / name / ".github")
    shutil.copy(ROOT / "action.yml", tmp_path / "ours")
    words: list[str | Path] = [TOOLS / "zizmor", "--offline", "--no-progress", "--persona", "auditor", tmp_path]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "No findings to report" in ended.stdout + ended.stderr


def test_every_action_is_pinned_to_a_commit_and_says_its_version(workflow: Path) -> None:
    lines = (line.strip().removeprefix("- ") for line in workflow.read_text("utf-8").splitlines())
    uses = [line for line in lines if line.startswith("uses: ") and line != f"uses: {OWN}"]
    assert uses
    assert not [line for line in uses if not PINNED.fullmatch(line)]


def test_the_action_pins_its_own() -> None:
    uses = [line.strip() for line in (ROOT / "action.yml").read_text("utf-8").splitlines() if "uses: actions" in line]
    assert len(uses) == 2
    assert not [line for line in uses if not PINNED.fullmatch(line)]


def test_it_has_no_rights_but_those_a_job_asks_for_and_ends(workflow: Path) -> None:
    content = yaml.safe_load(workflow.read_text("utf-8"))
    assert content["permissions"] == {}
    assert all("permissions" in job and "timeout-minutes" in job for job in content["jobs"].values())


def test_no_command_is_put_together_from_what_others_wrote(workflow: Path) -> None:
    assert not [step["run"] for step in steps(workflow) if UNTRUSTED.search(step.get("run", ""))]
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    assert not [step["run"] for step in action["runs"]["steps"] if UNTRUSTED.search(step.get("run", ""))]


def test_what_a_fork_starts_reads_and_no_more(folder: Path) -> None:
    """A fork may change these files in its pull request: nothing here may be worth it."""
    for path in [*OURS, *(folder / each for each in HANDED_OUT)]:
        content = yaml.safe_load(path.read_text("utf-8"))
        started = content[True]  # YAML reads `on` as true
        assert "pull_request_target" not in started
        if "pull_request" in started:
            rights = {right for job in content["jobs"].values() for right in job["permissions"].values()}
            assert rights == {"read"}
            assert "secrets." not in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("publish.yml", "Publish what is due"),
        ("unpublish.yml", "Delete it there"),
        ("metrics.yml", "Read figures"),
        ("inbox.yml", "Read and answer"),
    ],
)
def test_the_secrets_are_for_one_step(folder: Path, name: str, step: str) -> None:
    """Only where somebody takes the # away, and then neither for the job nor for what installs."""
    text = (folder / ".github/workflows" / name).read_text("utf-8")
    line = next(each for each in text.splitlines() if "secrets." in each)
    assert line.strip() == "# CMFLOW_NEWS_TOKEN: ${{ secrets.CMFLOW_NEWS_TOKEN }}"
    assert text.index(f"- name: {step}") < text.index(line) < text.rindex("run: ")


def test_a_preview_checks_out_nothing_of_the_pull_request(folder: Path) -> None:
    found = list(steps(folder / ".github/workflows/preview.yml"))
    checkouts = [step["with"] for step in found if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts == [{"ref": "main", "persist-credentials": False}]


def test_ours_are_those_that_are_handed_out() -> None:
    templates = ROOT / "templates/init/.github/workflows"
    for name in ("check.yml", "preview.yml", "pages.yml", "draft.yml"):
        expected = (templates / name).read_text("utf-8").replace('"@action@"', OWN)
        assert (ROOT / ".github/workflows" / name).read_text("utf-8") == expected


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A folder as a pull request may have it: modules that are called like those of Python and pip."""
    folder = tmp_path / "planted"
    for name in ("json", "re", "sys", "venv", "pip/__init__", "pip/__main__", "ensurepip", "sitecustomize", "site"):
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("import os; os.write(2, b'PLANTED'); open('planted', 'w').close()\n")
    return folder


def test_what_a_pull_request_brings_along_is_not_run(planted: Path, tmp_path: Path) -> None:
    path = ROOT / "templates/init/.github/workflows/check.yml"
    [script] = [step["run"] for step in steps(path) if step["name"] == "Find the commit that was reviewed last"]
    given = {
        "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_API_URL": "file:///nowhere",
        "GITHUB_REPOSITORY": "team/content",
        "GH_TOKEN": "t",
        "PULL": "1",
        "AUTHOR": "ana",
    }
    ended = subprocess.run(["bash", "-e", "-c", script], env=given, cwd=planted, capture_output=True, text=True)
    assert (ended.returncode, (tmp_path / "output").read_text()) == (0, "commit=\n"), ended.stderr
    assert "PLANTED" not in ended.stderr and not (planted / "planted").exists()


def test_every_python_that_is_run_looks_only_at_its_own() -> None:
    """`python -`, `-c` and `-m` would look first into the folder where they are run."""
    files = [ROOT / "action.yml", ROOT / ".pre-commit-hooks.yaml", *OURS]
    texts = {**{str(path): path.read_text("utf-8") for path in files}, **handed_out()}
    for path, text in texts.items():
        lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
        runs = [rest for line in lines for rest in re.findall(r"\bpython3?[\"']? +(-.*)", line)]
        assert not [rest for rest in runs if not rest.startswith("-I ")], path


def test_the_action_is_named_once() -> None:
    """Whoever keeps cmflow elsewhere changes one line, or says `cmflow init --action`."""
    assert not [path for path, text in handed_out("@ELSEWHERE@").items() if ACTION.partition("@")[0] in text]


def test_every_command_that_is_run_is_there(workflow: Path) -> None:
    for run in (str(step.get("run", "")) for step in steps(workflow)):
        for name, rest in re.findall(r"^ *(?:if .*then )?cmflow ([a-z]+)(.*)$", run, re.MULTILINE):
            command = group.get_command(click.Context(group), name)
            assert command, name
            known = {option for each in command.params for option in each.opts}
            assert set(re.findall(r"--[a-z-]+", rest)) <= known


@pytest.mark.parametrize("path", HANDED_OUT)
def test_the_rights_are_those_that_the_docs_explain(folder: Path, path: str) -> None:
    page = (ROOT / "docs/running.md").read_text("utf-8")
    [row] = [line for line in page.splitlines() if line.startswith(f"| `{Path(path).name}` |")]
    rights = {f"{name}: {level}" for job in jobs(folder / path).values() for name, level in job["permissions"].items()}
    assert set(re.findall(r"`([a-z-]+: (?:read|write))`", row)) == rights


def test_ours_publish_nothing() -> None:
    """This repository's posts are an example, for accounts that are not ours."""
    text = (ROOT / ".github/workflows/publish.yml").read_text("utf-8")
    assert [step["run"] for step in steps(ROOT / ".github/workflows/publish.yml") if "run" in step] == [
        "cmflow rehearse"
    ]
    assert "secrets." not in text and "write" not in text


def test_the_form_is_here_too() -> None:
    name = ".github/ISSUE_TEMPLATE/post.yml"
    assert (ROOT / name).read_text("utf-8") == (ROOT / FOLDER / name).read_text("utf-8")


def test_the_readme_leads_to_githubs_editor_with_a_post_begun() -> None:
    [link] = re.findall(r"\((\.\./\.\./new/main\?[^)]+)\)", (ROOT / FOLDER / "README.md").read_text("utf-8"))
    said = parse_qs(urlsplit(link).query)
    assert said["filename"] == ["content/posts/new-post.md"]
    begun = new_post.source(Draft("New post", "YYYY-MM-DD HH:MM", ("practice",)))
    assert said["value"] == [begun.replace('"', "")]


UV = """#!/bin/sh
case " $* " in *" --no-config --no-cache "*) ;; *) exit 9 ;; esac
exec "{pip}" -I -m pip --python "${{12}}" install --quiet --no-compile "$6" "$7" "$8" "$9" "${{10}}"
"""


@pytest.mark.slow
@pytest.mark.parametrize("program", ["pip", "uv"])
def test_the_action_installs_itself_once(tmp_path: Path, planted: Path, program: str) -> None:
    """Each file by its hash, and with nothing of the folder where it runs. uv is one that does what pip does."""
    needed()
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    [install] = [step["run"] for step in action["runs"]["steps"] if step["name"] == "Install cmflow"]
    paths = {"RUNNER_TEMP": tmp_path, "GITHUB_ACTION_PATH": ROOT, "GITHUB_PATH": tmp_path / "path"}
    surroundings = {**os.environ, **{name: str(path) for name, path in paths.items()}}
    if program == "uv":
        fake = tmp_path / "programs/uv"
        fake.parent.mkdir()
        fake.write_text(UV.format(pip=sys.executable))
        fake.chmod(0o755)
        surroundings["PATH"] = f"{fake.parent}{os.pathsep}{os.environ['PATH']}"
    for _ in range(2):
        words = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", install]
        ended = subprocess.run(words, env=surroundings, cwd=planted, capture_output=True, text=True)
        assert "PLANTED" not in ended.stderr and not (planted / "planted").exists()
        assert ended.stdout.endswith(f"cmflow {__version__}\n"), ended.stderr
    assert (tmp_path / "path").read_text() == f"{tmp_path}/cmflow/bin\n" * 2
    words = [sys.executable, "-I", "-m", "pip", "--python", str(tmp_path / "cmflow/bin/python"), "freeze"]
    frozen = subprocess.run(words, capture_output=True, text=True, check=True)
    exact = {line.lower() for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()}
    lines = {line.lower() for line in frozen.stdout.splitlines() if "==" in line}
    assert "click==8.5.1" in lines and lines <= exact


@pytest.mark.slow
def test_githubs_own_parser_reads_them(folder: Path) -> None:
    needed()
    packages = installed(f"workflow-parser-{PARSER}", lambda to: npm(to, f"@actions/workflow-parser@{PARSER}"))
    paths = [*OURS, *(folder / each for each in HANDED_OUT), ROOT / "action.yml"]
    words = ["node", Path(__file__).with_name("parse.mjs"), packages, *paths]
    ended = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert [each["errors"] for each in found] == [[]] * len(paths)
    assert all(each["jobs"] or each["path"].endswith("action.yml") for each in found)
