"""Where the repository is on GitHub, for links that people follow to read and edit there."""

import os
from typing import NamedTuple

from cmflow import git
from cmflow.git.addresses import name_on_github


class Web(NamedTuple):
    """`address` like https://github.com/owner/name, "" if unknown; `branch` is the one people edit."""

    address: str
    branch: str


def web(repository: git.Repository | None) -> Web:
    """What GitHub Actions says, else what the remote `origin` and the branch checked out say."""
    server, name = os.environ.get("GITHUB_SERVER_URL", ""), os.environ.get("GITHUB_REPOSITORY", "")
    if server and name:
        return Web(f"{server}/{name}", _branch())
    if repository is None:
        return Web("", "main")
    name = name_on_github(repository.address("origin"))
    return Web(f"https://github.com/{name}" if name else "", repository.branch() or "main")


def _branch() -> str:
    """The branch a pull request goes to, else the one the run is of."""
    of = os.environ.get("GITHUB_REF_NAME", "") if os.environ.get("GITHUB_REF", "").startswith("refs/heads/") else ""
    return os.environ.get("GITHUB_BASE_REF", "") or of or "main"
