"""What GitHub Actions tells a job: who it is, what happened, and where it may leave a summary."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmflow.cli import _sandbox
from cmflow.cli._clock import wall_clock, wall_sleep
from cmflow.model.errors import GitHubError
from cmflow.repository.files import beginning

if TYPE_CHECKING:
    from cmflow.github import GitHub

API = "https://api.github.com"
LONGEST = 1_000_000  # bytes of a summary: GitHub shows none over 1 MiB
LARGEST = 32_000_000  # bytes of an event; GitHub's own limit is 25 MB


def hub() -> GitHub:
    """This job's repository on GitHub. GitHubError where the environment does not say it, or holds no token."""
    from cmflow import github

    _sandbox.refuse("Reading or writing on GitHub")
    token = os.environ.get("GITHUB_TOKEN") or os.environ.get("GH_TOKEN", "")
    address = os.environ.get("GITHUB_API_URL") or API
    return github.connect(address, token, os.environ.get("GITHUB_REPOSITORY", ""), wall_sleep, workflow())


def run_name() -> str:
    """The address of this run on GitHub Actions, else the machine's time."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (os.environ.get(name, "") for name in names)
    if run:
        return f"{server}/{repository}/actions/runs/{run}"
    return f"by hand, {wall_clock():%Y-%m-%d %H:%M:%S} UTC"


def actor() -> str:
    """Who started this run, where GitHub says so; else ""."""
    return os.environ.get("GITHUB_ACTOR", "")


def workflow() -> str:
    """`.github/workflows/preview.yml`: the file of the job that runs; "" outside of one."""
    repository, ref = os.environ.get("GITHUB_REPOSITORY", ""), os.environ.get("GITHUB_WORKFLOW_REF", "")
    return ref.partition("@")[0].removeprefix(f"{repository}/")


def event() -> dict[str, Any]:
    """What started this job, in GitHub's own words; {} outside of one."""
    name = os.environ.get("GITHUB_EVENT_PATH", "")
    if not name:
        return {}
    path = Path(name)
    try:
        data = beginning(path, LARGEST)
        value = json.loads(data) if len(data) <= LARGEST else None
    except (OSError, ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise GitHubError(
            f"{path} is not a GitHub event.", "Do not set GITHUB_EVENT_PATH yourself: GitHub Actions does."
        )
    return value


def summarise(markdown: str) -> bool:
    """Show it on the page of this run; False outside of one, or where it would be too long."""
    name, data = os.environ.get("GITHUB_STEP_SUMMARY", ""), f"{markdown}\n".encode(errors="backslashreplace")
    if not name or len(data) > LONGEST:
        return False
    try:
        with Path(name).open("ab") as file:
            file.write(data)
    except OSError as error:
        hint = "Do not set GITHUB_STEP_SUMMARY yourself: GitHub Actions does."
        raise GitHubError(f"The summary cannot be written to {name}: {error.strerror}.", hint) from None
    return True
