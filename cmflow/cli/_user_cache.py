"""What is kept of cmflow itself for all repositories of a user: its templates compiled, the names of days and months.

In the user's own cache folder, never in one that a repository or a run brings.
"""

import os
import sys
from pathlib import Path

from cmflow.model import templates
from cmflow.repository.cache import Cache


def use_templates(root: Path) -> None:
    """Keep the templates that come with cmflow compiled, unless the user has no folder for that outside of `root`.

    A run in CI keeps nothing: what a cache restores must not run.
    """
    folder = _own(root)
    if folder is None:
        templates.use()
        return
    from cmflow.repository.compiled import Compiled

    templates.use(Compiled(folder / "templates"))


def use_names(root: Path, fallback: Cache) -> None:
    """Keep the names of days and months there; in `fallback` where there is no such folder, and in CI."""
    from cmflow.repository.compiled import is_made
    from cmflow.website.languages.names import keep_names

    folder = _own(root)
    keep_names(Cache(folder / "names") if folder and is_made(folder / "names") else fallback)


def _own(root: Path) -> Path | None:
    """The folder; None where there is none outside of `root`, and in CI."""
    folder = None if os.environ.get("CI") else _folder()
    return None if folder is None or _is_inside(folder, root) else folder / "cmflow"


def _folder() -> Path | None:
    """The folder for caches of this user, by the custom of the system; None where there is none."""
    name = "LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME"
    if (own := os.environ.get(name)) and Path(own).is_absolute():
        return Path(own)
    try:
        home = Path.home()
    except RuntimeError:  # no such user
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache")


def _is_inside(folder: Path, root: Path) -> bool:
    return folder.resolve().is_relative_to(root.resolve())
