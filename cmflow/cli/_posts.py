"""Posts by the names that people give them: a file, from here or from the top of the repository, or an id."""

from pathlib import Path

from cmflow.cli._context import Opened
from cmflow.cli._output import meant
from cmflow.model.errors import SourceError
from cmflow.repository.content import Content


def post_path(here: Opened, content: Content, name: str) -> str:
    """The post's file; SourceError where there is no such post."""
    from_here = Path(name).absolute()
    inside = from_here.relative_to(here.root).as_posix() if from_here.is_relative_to(here.root) else name
    for path in (name, inside):
        if path in content.post_paths:
            return path
    stems = {Path(path).stem: path for path in content.post_paths}
    ids = {entry.id: entry.path for entry in here.entries(content)} if content.plan else {}
    found = ids.get(name) or stems.get(name)
    if found is None:
        hint = meant(Path(name).stem, [*ids, *stems]) if ids or stems else "There are no posts yet: cmflow new"
        raise SourceError(f"There is no post {name!r}.", brief(hint))
    return found


def brief(hint: str) -> str:
    """The hint, unless it lists more posts than anybody reads."""
    return hint if len(hint) <= 100 else "Name its file, or its id: the name of the file without .md"
