"""The templates that come with cmflow, by path: from the installed package, else from its source tree."""

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
    from importlib.resources import files

    inside = files("cmflow") / "templates"
    top = Path(str(inside)) if inside.is_dir() else Path(__file__).parents[2] / "templates"
    base = top.parent
    return {
        path.relative_to(base).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((base / folder).rglob("*"))
        if path.is_file()
    }
