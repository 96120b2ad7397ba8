"""What the folder and the commit have differently: the commit is published, although the author may not expect it."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from cmflow.git import Repository, worktree
from cmflow.model import Entry, Key, Planned
from cmflow.problems.plural import counted
from cmflow.repository import source
from cmflow.repository.source import Source
from cmflow.repository.strays import POSTS

NAMED = 5  # files that are named
WATCH = "git update-index --no-assume-unchanged FILE, or --no-skip-worktree"


def sentences(
    unsaved: Mapping[str, bool], missing: Collection[str], unpushed: str, unwatched: Collection[str]
) -> Iterator[str]:
    """Warnings about what publishing sees otherwise than the folder has it: files that are only saved, or deleted.

    `unwatched` are the unsaved ones that git was told to ignore.
    """
    fresh = sorted(path for path, is_known in unsaved.items() if not is_known)
    if fresh:
        what, are, pronoun, names = _phrases(fresh)
        yield f"{what} in the folder {are} not committed: publishing does not see {pronoun} ({names})."
    if missing:
        what, are, pronoun, names = _phrases(sorted(missing))
        yield f"{what} {are} not in the folder but still committed: publishing uses {pronoun} ({names})."
    if changed := sorted(unsaved.keys() - set(fresh)):
        are = "is" if len(changed) == 1 else "are"
        subject = f"{counted(len(changed), 'file')} {are} changed and not committed"
        yield f"{subject}: publishing uses the committed version ({_named(changed)})."
    if unwatched:
        yield f"git was told to ignore changes to {_named(sorted(unwatched))}. To undo that: {WATCH}"
    if unpushed:
        yield f"{unpushed}: publishing from there does not see it."


def unpublished(repository: Repository) -> Iterator[str]:
    """Yield the same, and which folders are repositories of their own, for a person who publishes by hand."""
    tree = worktree.look(repository, *source.CONTENT)
    yield from (f"{module} is a repository of its own: nothing in it is published." for module in sorted(tree.modules))
    yield from sentences(
        tree.uncommitted, source.missing(repository.root, tree), source.unpushed(tree), source.unwatched(tree)
    )


def _phrases(paths: Sequence[str]) -> tuple[str, str, str, str]:
    """`1 post and 2 other files`, `are`, `them`, and the names of the posts, or of the files where no post is."""
    posts = [path for path in paths if _is_post(path)]
    more = len(paths) - len(posts)
    subject = " and ".join([counted(len(posts), "post")] * bool(posts) + [counted(more, "other file")] * bool(more))
    are, pronoun = ("is", "it") if len(paths) == 1 else ("are", "them")
    return subject, are, pronoun, _named(posts or paths)


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
