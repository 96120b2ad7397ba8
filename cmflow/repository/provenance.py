"""Where this cmflow comes from: the action that workflows are to use, at its exact commit.

The name is the user's own, from the remote of their clone or from what they say. There is no other: anyone who holds a
name that cmflow made up could run code where the secrets are.
"""

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from cmflow import __version__, git
from cmflow.git.addresses import name_on_github
from cmflow.model.errors import GitError
from cmflow.values import dataclass

_PINNED = re.compile(r"([\w-][\w.-]*/[\w.-]+(?:/[\w.-]+)*)@([0-9a-f]{40})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Action:
    """What `uses:` names: a repository on GitHub, and the commit. `unpublished`: its remote does not have it yet."""

    name: str
    commit: str
    unpublished: bool = False

    def __str__(self) -> str:
        return f"{self.name}@{self.commit} # v{__version__}"


def pinned(text: str) -> Action | None:
    """Return the action that OWNER/NAME@COMMIT names; None where it names none, or not by its exact commit."""
    match = _PINNED.fullmatch(text)
    return Action(match[1], match[2]) if match else None


def own() -> Action | None:
    """Return the action of the clone or the repository that this cmflow comes from, where that is known."""
    return cloned(Path(__file__).parents[2]) or _installed()


def _installed() -> Action | None:
    """The action where pip installed cmflow from a git repository or from a clone (PEP 610)."""
    try:
        origin: dict[str, Any] = json.loads(distribution("cmflow").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return None
    match origin:
        case {"url": str(address), "vcs_info": {"commit_id": str(commit)}}:
            name = name_on_github(address)
            return Action(name, commit) if _PINNED.fullmatch(f"{name}@{commit}") else None
        case {"url": str(address), "dir_info": {}} if address.startswith("file:"):
            return cloned(Path(unquote(urlsplit(address).path)))
    return None


def cloned(clone: Path) -> Action | None:
    """The action that the clone of cmflow in that folder is, where it has a remote on GitHub."""
    if not (clone / "action.yml").is_file():
        return None
    try:
        repository = git.discover(clone)
        remotes = repository.remotes()
        remote = "origin" if "origin" in remotes or len(remotes) != 1 else remotes[0]
        name, commit = name_on_github(repository.address(remote)), repository.resolve("HEAD")
        if not name or not commit or repository.root.resolve() != clone.resolve():
            return None
        tips = (repository.resolve(f"refs/remotes/{remote}/{branch}") for branch in ("HEAD", repository.branch()))
        return Action(name, commit, not any(tip and repository.is_ancestor(commit, tip) for tip in tips))
    except GitError:
        return None
