"""The templates that come with cmflow, by path: from the installed package, else from its source tree."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path


def templates(folder: str) -> dict[str, str]:
    """Return the text of every file below `folder`, such as `templates/site`."""
    return dict(_read(folder))


@cache
def texts() -> frozenset[str]:
    """Every text that comes with cmflow."""
    return frozenset(_read("templates").values())


@cache
def _read(folder: str) -> dict[str, str]:
    package = Path(__file__).parents[1]
    base = package if (package / "templates").is_dir() else package.parent
    return {path: (base / path).read_text(encoding="utf-8") for path in sorted(_files(base, folder))}


def _files(base: Path, folder: str) -> Iterator[str]:
    """Every file below a folder: every command asks, so `rglob` is too slow."""
    for top, _, names in os.walk(base / folder):
        inside = top.removeprefix(f"{base}{os.sep}").replace(os.sep, "/")
        yield from (f"{inside}/{name}" for name in names)
