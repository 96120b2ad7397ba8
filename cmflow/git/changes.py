"""What a branch changes: all that lies between the commit where it left another one, and the folder as it stands."""

from cmflow.git import Repository
from cmflow.model.errors import GitError

QUIETLY = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
WHOLE = "In a workflow give actions/checkout `fetch-depth: 0`; elsewhere run: git fetch --unshallow"


def fork(repository: Repository, ref: str) -> str:
    """The commit where HEAD left `ref`: a branch here, else the remote's of that name, a tag or a commit."""
    other = next(filter(None, map(repository.resolve, (ref, *_remote_names(repository, ref)))), None)
    if other is None:
        raise _absent(repository, ref)
    base = repository.merge_base(other, repository.head())
    if base is None and repository.shallow():
        raise GitError(f"This clone is too shallow to tell where HEAD left {ref!r}.", WHOLE)
    if base is None:
        raise GitError(f"HEAD and {ref!r} have no commit in common.", "Name the branch that HEAD was begun from.")
    return base


def _remote_names(repository: Repository, ref: str) -> tuple[str, ...]:
    return tuple(f"refs/remotes/{remote}/{ref}" for remote in repository.remotes())


def _absent(repository: Repository, ref: str) -> GitError:
    message = f"There is no branch or commit {ref!r} here."
    if repository.shallow():
        return GitError(f"{message} The clone is shallow: it holds only the newest commits.", WHOLE)
    known = repository.remotes()
    return GitError(message, f"Fetch it first: git fetch {known[0]}" if known else "Look at: git branch --all")


def touched(repository: Repository, commit: str, *paths: str) -> dict[str, bool]:
    """The files below `paths` in which the folder differs from `commit`, and whether each is still there.

    A renamed file is two: one that is gone, and one that came. What git ignores counts as well.
    """
    words = ("diff", "--name-status", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules")
    said = repository._ask(*words, "--end-of-options", commit, "--", *paths)
    fields = said.decode("utf-8", "surrogateescape").split("\0")
    found = {path: status != "D" for status, path in zip(fields[::2], fields[1::2], strict=False)}
    fresh = repository._ask("ls-files", "--others", "-z", "--full-name", "--", *paths)
    return found | dict.fromkeys(fresh.decode("utf-8", "surrogateescape").split("\0")[:-1], True)


def bring(repository: Repository, remote: str, commit: str) -> None:
    """Have that commit here, asked of the remote by its id where it is not. Raises GitError where it cannot be had."""
    if repository.resolve(commit):
        return
    depth = ("--depth=1",) if repository.shallow() else ()
    repository._ask("fetch", *QUIETLY, *depth, "--end-of-options", remote, commit)


def whole(repository: Repository, remote: str) -> None:
    """Have all that HEAD stands on: where the clone is shallow, the rest is asked of the remote."""
    if repository.shallow():
        repository._ask("fetch", *QUIETLY, "--unshallow", "--end-of-options", remote, repository.head())
