"""Which folder a command works in, and which git repository that is."""

import os
from pathlib import Path

from cmflow import git
from cmflow.model.errors import GitError, SourceError
from cmflow.model.plan import PLAN_PATH


def top_folder(root: str | None) -> Path:
    """Return the content repository that --root names, else the nearest upwards. Raises SourceError for none."""
    return Path(root).absolute() if root else _nearest(_working_folder())


def short(path: Path) -> str:
    """Return the path from here, where it lies below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _nearest(folder: Path) -> Path:
    """The nearest folder upwards that has a plan, of whatever kind: the check says what is wrong with it."""
    for parent in (folder, *folder.parents):
        if os.path.lexists(parent / PLAN_PATH):
            return parent
    raise SourceError(
        f"No {PLAN_PATH} in {folder} or its parents.",
        "Change to a content repository, name one with --root DIR, or create one: cmflow init DIR",
    )


def own_repository(root: Path) -> git.Repository | None:
    """Return the git repository whose top that folder is; None where there is none, or another one around it."""
    try:
        repository = git.discover(root)
    except GitError:
        return None
    return repository if repository.root.resolve() == root.resolve() else None


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise SourceError("The current folder no longer exists.", "Change to your content repository.") from None
