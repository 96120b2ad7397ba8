"""A runner for our workflows: it does what GitHub's own does, with bash for the steps and folders for the rest.

    run = runner.play("check.yml", "pull_request", event)
    assert run.conclusion == "success"

Actions of others are played by small ones here: a checkout is one of `origin`, artifacts and caches are folders.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from tests import ROOT
from tests.workflows.expressions import Functions, condition, filled


@dataclass(frozen=True)
class Step:
    """What became of a step: success, failure, skipped, or forgiven where it may fail."""

    name: str
    outcome: str
    out: str = ""
    err: str = ""


@dataclass
class Run:
    """A workflow that was played; no jobs where it was not started at all."""

    number: int
    jobs: dict[str, list[Step]] = field(default_factory=dict)
    summary: str = ""
    event: Mapping[str, Any] = field(default_factory=dict)

    @property
    def conclusion(self) -> str:
        outcomes = {step.outcome for steps in self.jobs.values() for step in steps}
        return "failure" if "failure" in outcomes else "success" if outcomes - {"skipped"} else "skipped"

    def step(self, name: str) -> Step:
        [found] = [step for steps in self.jobs.values() for step in steps if step.name == name]
        return found

    @property
    def told(self) -> str:
        """All that its steps printed."""
        return "".join(step.out + step.err for steps in self.jobs.values() for step in steps)


@dataclass
class Runner:
    """`origin` is the repository on the server; `allow` is told the rights that a job's token has."""

    home: Path
    origin: Path
    url: str
    repository: str = "team/content"
    token: str = "token-of-job"
    allow: Callable[[Mapping[str, str]], None] = lambda _: None
    secrets: Mapping[str, str] = field(default_factory=dict)
    runs: int = 0

    def play(
        self, workflow: str, name: str, event: Mapping[str, Any], *, ref: str = "refs/heads/main", base: str = ""
    ) -> Run:
        """Play the workflow of that file, as main has it, because of an event."""
        self.runs += 1
        run = Run(self.runs, event=event)
        content = yaml.safe_load(self.git("show", f"main:.github/workflows/{workflow}"))
        if not starts(content[True], name, event):
            return run
        github = {
            "event_name": name,
            "event": event,
            "ref": ref,
            "base_ref": base,
            "sha": self.git("rev-parse", ref).strip(),
            "workflow": content["name"],
            "run_id": run.number,
            "token": self.token,
            "repository": self.repository,
        }
        for job_name, job in content["jobs"].items():
            before = [step.outcome for each in _needs(job) for step in run.jobs[each]]
            well = bool(not before or ("failure" not in before and set(before) != {"skipped"}))
            self.allow(job["permissions"])
            run.jobs[job_name] = list(_Job(self, run, github, job, workflow, job_name).played(well))
        return run

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.origin, capture_output=True, text=True, check=True)
        return done.stdout


def _needs(job: Mapping[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else list(needs)


def starts(on: Mapping[str, Any], name: str, event: Mapping[str, Any]) -> bool:
    """Whether the event starts the workflow. Paths are not looked at."""
    if name not in on:
        return False
    wanted = on[name] if isinstance(on[name], dict) else {}
    if "types" in wanted and event["action"] not in wanted["types"]:
        return False
    if name == "workflow_run":
        ended = event["workflow_run"]
        branches = wanted.get("branches", [ended["head_branch"]])
        return ended["name"] in wanted["workflows"] and ended["head_branch"] in branches
    return name != "push" or event["ref"].removeprefix("refs/heads/") in wanted.get("branches", [])


@dataclass
class _Job:
    runner: Runner
    run: Run
    github: dict[str, Any]
    job: Mapping[str, Any]
    workflow: str
    name: str
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)
    failed: bool = False

    def __post_init__(self) -> None:
        self.home = self.runner.home / f"{self.run.number}-{self.name}"
        self.temp, self.workspace = self.home / "temp", self.home / "workspace"
        for folder in (self.temp / "cmflow/bin", self.workspace, self.home / "files"):
            folder.mkdir(parents=True)
        for program in ("cmflow", "python"):  # installed already: that takes half a minute, and is tested by itself
            (self.temp / "cmflow/bin" / program).symlink_to(Path(sys.executable).with_name(program))
        (self.temp / "cmflow/installed").touch()
        (self.home / "event.json").write_text(json.dumps(self.run.event), "utf-8")

    def played(self, well: bool) -> Iterator[Step]:
        wanted = self.job.get("if", "success()")
        if not well or not condition(wanted, self.context(), self.functions()):
            yield from (Step(step.get("name", ""), "skipped") for step in self.job["steps"])
            return
        for step in self.job["steps"]:
            yield from self.step(step, self.context())
        if not self.failed:
            for act in self.after:
                act()

    def step(self, step: Mapping[str, Any], context: Mapping[str, Any]) -> Iterator[Step]:
        name = step.get("name", "")
        if not condition(step.get("if", "success()"), context, self.functions()):
            yield Step(name, "skipped")
            return
        if "run" in step:
            made = self.bash(name, step, context)
            if made.outcome == "failure" and step.get("continue-on-error"):
                made = replace(made, outcome="forgiven")
            yield made
            self.failed |= made.outcome == "failure"
        else:
            given = {key: filled(value, context, self.functions()) for key, value in step.get("with", {}).items()}
            yield from self.used(name, step["uses"], given)

    def bash(self, name: str, step: Mapping[str, Any], context: Mapping[str, Any]) -> Step:
        number = len(list(self.temp.glob("*.sh")))
        script, files = self.temp / f"{number}.sh", {each: self.home / "files" / f"{number}-{each}" for each in FILES}
        script.write_text(filled(step["run"], context, self.functions()), "utf-8")
        for file in files.values():
            file.touch()
        own = {key: _environment(value, context, self.functions()) for key, value in step.get("env", {}).items()}
        shell = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"] if "shell" in step else ["bash", "-e"]
        folder = self.workspace / str(filled(step.get("working-directory", "."), context, self.functions()))
        ended = subprocess.run(
            [*shell, script],
            cwd=folder,
            env={**self.environment(), **{f"GITHUB_{key}": str(file) for key, file in files.items()}, **own},
            capture_output=True,
            text=True,
        )
        self.path = [*files["PATH"].read_text().split(), *self.path]
        self.run.summary += files["STEP_SUMMARY"].read_text("utf-8")
        if "id" in step:
            self.outputs[step["id"]] = dict(_pairs(files["OUTPUT"].read_text("utf-8")))
        return Step(name, "failure" if ended.returncode else "success", ended.stdout, ended.stderr)

    def environment(self) -> dict[str, str]:
        """Nothing of this machine but where programs are."""
        return {
            "PATH": os.pathsep.join([*self.path, os.environ["PATH"]]),
            "HOME": str(self.home),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.runner.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": self.runner.repository,
            "GITHUB_EVENT_NAME": self.github["event_name"],
            "GITHUB_EVENT_PATH": str(self.home / "event.json"),
            "GITHUB_REF": self.github["ref"],
            "GITHUB_REF_NAME": self.github["ref"].removeprefix("refs/heads/").removeprefix("refs/"),
            "GITHUB_BASE_REF": self.github["base_ref"],
            "GITHUB_SHA": self.github["sha"],
            "GITHUB_RUN_ID": str(self.run.number),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_WORKFLOW_REF": f"{self.runner.repository}/.github/workflows/{self.workflow}@refs/heads/main",
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_OS": "Linux",
        }

    def context(self, **more: Any) -> dict[str, Any]:
        steps = {name: {"outputs": outputs} for name, outputs in self.outputs.items()}
        inputs = self.run.event.get("inputs") or {}
        return {
            "github": self.github,
            "steps": steps,
            "inputs": inputs,
            "secrets": self.runner.secrets,
            "runner": {"os": "Linux", "temp": str(self.temp)},
            **more,
        }

    def functions(self) -> Functions:
        return {
            "success": lambda: not self.failed,
            "failure": lambda: self.failed,
            "hashFiles": lambda *patterns: _hashed(self.workspace, patterns),
        }

    # ── actions ─────────────────────────────────────────────────────────────────────────────────────────────

    def used(self, name: str, uses: str, given: Mapping[str, Any]) -> Iterator[Step]:
        action = uses.partition("@")[0]
        if action in ("./", "our-team/cmflow"):
            yield from self.composite(given)
            return
        if problem := ACTIONS[action](self, given):
            self.failed = True
        yield Step(name, "failure" if problem else "success", err=problem or "")

    def composite(self, given: Mapping[str, Any]) -> Iterator[Step]:
        """Our own action, from action.yml."""
        action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
        inputs = {name: given.get(name, each.get("default", "")) for name, each in action["inputs"].items()}
        for step in action["runs"]["steps"]:
            yield from self.step(step, self.context(inputs=inputs))

    def checkout(self, given: Mapping[str, Any]) -> str:
        wanted = str(given.get("ref") or self.github["ref"])
        full = wanted if wanted.startswith("refs/") else f"refs/heads/{wanted}"
        git = ["git", "-C", str(self.workspace), "-c", "init.defaultBranch=main", "-c", "advice.detachedHead=false"]
        depth = [] if str(given.get("fetch-depth")) == "0" else ["--depth=1"]
        branches = ["+refs/heads/*:refs/remotes/origin/*"] if not depth else []
        local = full.removeprefix("refs/heads/") if full.startswith("refs/heads/") else ""
        commands: list[list[str]] = [
            ["init", "-q"],
            ["remote", "add", "origin", self.runner.origin.as_uri()],
            ["fetch", "-q", "--no-tags", *depth, "origin", *branches, f"+{full}:refs/remotes/origin/{local or 'pull'}"],
            ["checkout", "-q", *(["-B", local] if local else ["--detach"]), f"refs/remotes/origin/{local or 'pull'}"],
        ]
        if given.get("persist-credentials") is not True:  # without credentials nothing can be pushed
            commands.append(["remote", "set-url", "--push", "origin", "file:///nowhere"])
        for words in commands:
            ended = subprocess.run([*git, *words], capture_output=True, text=True)
            if ended.returncode:
                return ended.stderr
        return ""

    def cache(self, given: Mapping[str, Any]) -> str:
        key, paths, store = str(given["key"]), given["path"].split(), self.runner.home / "caches"
        known = sorted(store.glob("*"), key=lambda each: each.stat().st_mtime_ns, reverse=True)
        wanted = [key, *str(given.get("restore-keys", "")).split()]
        found = next((each for prefix in wanted for each in known if each.name.startswith(prefix)), None)
        if found:
            for path in paths:
                if (found / path).exists():
                    shutil.copytree(found / path, self.workspace / path, dirs_exist_ok=True)

        def save() -> None:
            for path in paths:
                if (self.workspace / path).exists():
                    shutil.copytree(self.workspace / path, store / key / path, dirs_exist_ok=True)

        if not found or found.name != key:
            self.after.append(save)
        return ""

    def upload(self, given: Mapping[str, Any]) -> str:
        source, name = self.workspace / given["path"], given.get("name", "github-pages")
        to = self.runner.home / "artifacts" / str(self.run.number) / name
        if source.is_dir():
            shutil.copytree(source, to)
        elif source.is_file():
            to.mkdir(parents=True)
            shutil.copy(source, to)
        elif given.get("if-no-files-found") != "ignore":
            return f"{source} is not there"
        return ""

    def download(self, given: Mapping[str, Any]) -> str:
        source = self.runner.home / "artifacts" / str(given["run-id"]) / given["name"]
        if not source.is_dir():
            return "Artifact not found"
        shutil.copytree(source, given["path"], symlinks=True)
        return ""


FILES = ("OUTPUT", "PATH", "STEP_SUMMARY", "ENV")
ACTIONS: Mapping[str, Callable[[_Job, Mapping[str, Any]], str]] = {
    "actions/checkout": _Job.checkout,
    "actions/cache": _Job.cache,
    "actions/upload-artifact": _Job.upload,
    "actions/download-artifact": _Job.download,
    "actions/upload-pages-artifact": _Job.upload,
    "actions/setup-python": lambda job, given: "",
    "actions/deploy-pages": lambda job, given: "",
}


def _environment(value: Any, context: Mapping[str, Any], functions: Functions) -> str:
    found = filled(value, context, functions)
    return str(found).lower() if isinstance(found, bool) else str(found)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, _, value = line.partition("=")
        yield name, value


def _hashed(folder: Path, patterns: tuple[str, ...]) -> str:
    files = sorted({each for pattern in patterns for each in folder.glob(pattern) if each.is_file()})
    return sha256(b"".join(sha256(each.read_bytes()).digest() for each in files)).hexdigest()[:16]
