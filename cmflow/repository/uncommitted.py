"""What is in the folder but not committed: it is not published, although its author may expect so."""

from collections.abc import Iterator, Mapping, Sequence

from cmflow.git import Repository
from cmflow.model import Entry, Key, Planned
from cmflow.problems.plural import counted
from cmflow.repository import source
from cmflow.repository.source import Source
from cmflow.repository.strays import POSTS

NAMED = 5  # files that are named


def sentences(unsaved: Mapping[str, bool], unpushed: str) -> Iterator[str]:
    """Warnings about files in the folder that publishing does not see."""
    fresh = sorted(path for path, is_known in unsaved.items() if not is_known)
    posts = [path for path in fresh if _is_post(path)]
    if fresh:
        more = len(fresh) - len(posts)
        subject = " and ".join([counted(len(posts), "post")] * bool(posts) + [counted(more, "other file")] * bool(more))
        are = "is" if len(fresh) == 1 else "are"
        pronoun, names = ("it" if len(fresh) == 1 else "them"), _named(posts or fresh)
        yield f"{subject} in the folder {are} not committed: publishing does not see {pronoun} ({names})."
    if changed := sorted(unsaved.keys() - set(fresh)):
        are = "is" if len(changed) == 1 else "are"
        subject = f"{counted(len(changed), 'file')} {are} changed and not committed"
        yield f"{subject}: publishing uses the committed version ({_named(changed)})."
    if unpushed:
        yield f"{unpushed}: publishing from there does not see it."


def unpublished(repository: Repository) -> Iterator[str]:
    """Yield the same, and which folders are repositories of their own, for a person who publishes by hand."""
    tree = repository.work_tree(*source.CONTENT)
    yield from (f"{module} is a repository of its own: nothing in it is published." for module in sorted(tree.modules))
    yield from sentences(tree.uncommitted, source.unpushed(tree))


def _is_post(path: str) -> bool:
    return path.startswith(POSTS) and path.endswith(".md")


def _named(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - NAMED:,} more" if len(paths) > NAMED else ""
    return f"{', '.join(paths[:NAMED])}{more}"


def reasons(folder: Source, entries: Sequence[Entry], planned: Sequence[Planned]) -> dict[Key, str]:
    """Why a run would not send a delivery that the folder asks for: its files are not committed."""
    fresh = {path for path, is_known in folder.unsaved.items() if not is_known}
    if not fresh:
        return {}
    missing = {entry.path: next((path for path, _ in entry.media if path in fresh), "") for entry in entries}
    result = {}
    for delivery in planned:
        file = delivery.path if delivery.path in fresh else missing.get(delivery.path, "")
        if file:
            result[Key(delivery.post, delivery.account)] = f"{file} is not committed: commit it, or it is not sent"
    return result
