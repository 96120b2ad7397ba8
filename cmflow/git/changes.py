"""What a branch changes: everything between the commit where it was forked and the current folder."""

from contextlib import suppress
from datetime import datetime

from cmflow.git import Repository
from cmflow.model.errors import GitError

QUIET = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
FETCH_ALL = "In a workflow, give actions/checkout `fetch-depth: 0`; elsewhere run: git fetch --unshallow"


def fork(repository: Repository, ref: str) -> str:
    """The commit where HEAD was forked from `ref`: a local branch, else a remote's branch, a tag or a commit.

    Raises GitError if there is no such ref or no common commit.
    """
    tip = next(filter(None, map(repository.resolve, (ref, *_remote_names(repository, ref)))), None)
    if tip is None:
        raise _absent(repository, ref)
    base = repository.merge_base(tip, repository.head())
    if base is None and repository.shallow():
        raise GitError(f"This clone is too shallow to tell where HEAD was forked from {ref!r}.", FETCH_ALL)
    if base is None:
        raise GitError(f"HEAD and {ref!r} have no commit in common.", "Name the branch that HEAD was started from.")
    return base


def _remote_names(repository: Repository, ref: str) -> tuple[str, ...]:
    return tuple(f"refs/remotes/{remote}/{ref}" for remote in repository.remotes())


def _absent(repository: Repository, ref: str) -> GitError:
    message = f"There is no branch or commit {ref!r}."
    if repository.shallow():
        return GitError(f"{message} The clone is shallow: it has only the newest commits.", FETCH_ALL)
    remotes = repository.remotes()
    return GitError(
        message, f"Fetch it first: git fetch {remotes[0]}" if remotes else "List the branches: git branch --all"
    )


def changed_files(repository: Repository, commit: str, *paths: str) -> dict[str, bool]:
    """The files below `paths` in which the folder differs from `commit`, and whether each still exists.

    A renamed file counts as two: one deleted, one added. Files that git ignores are included.
    """
    options = ("diff", "--name-status", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules")
    output = repository._ask(*options, "--end-of-options", commit, "--", *paths)
    fields = output.decode("utf-8", "surrogateescape").split("\0")
    files = {path: status != "D" for status, path in zip(fields[::2], fields[1::2], strict=False)}
    fresh = repository._ask("ls-files", "--others", "-z", "--full-name", "--", *paths)
    return files | dict.fromkeys(fresh.decode("utf-8", "surrogateescape").split("\0")[:-1], True)


def fetch(repository: Repository, remote: str, commit: str) -> None:
    """Fetch the commit from the remote unless it is in this clone. Raises GitError if it cannot be fetched."""
    if repository.resolve(commit):
        return
    depth = ("--depth=1",) if repository.shallow() else ()
    repository._ask("fetch", *QUIET, *depth, "--end-of-options", remote, commit)


def deepen(repository: Repository, remote: str) -> None:
    """Fetch the whole history of HEAD, if the clone is shallow."""
    if repository.shallow():
        repository._ask("fetch", *QUIET, "--unshallow", "--end-of-options", remote, repository.head())


def deepen_since(repository: Repository, remote: str, branch: str, time: datetime) -> None:
    """Fetch what was committed to the remote's branch since then, if the clone is shallow; the rest stays away.

    Nothing is raised: a remote may know no such request, or nothing as new.
    """
    if repository.shallow():
        with suppress(GitError):
            ref = f"+refs/heads/{branch}:refs/remotes/{remote}/{branch}"
            since = f"--shallow-since={int(time.timestamp())}"
            repository._ask("fetch", *QUIET, since, "--end-of-options", remote, ref)
