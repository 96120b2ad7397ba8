"""Which remote holds the ledger: it is the lock between runs, so of several it is never guessed."""

from collections.abc import Sequence

from cmflow.git import Repository
from cmflow.ledger.reader import BRANCH
from cmflow.model.errors import UnclearRemote


def remote(repository: Repository) -> str:
    """Return `origin`, else the only remote, else the one that this branch follows; "" where there is none.

    Raises UnclearRemote where it is not known.
    """
    remotes = repository.remotes()
    if "origin" in remotes or len(remotes) < 2:
        return "origin" if "origin" in remotes else "".join(remotes)
    follows, _ = repository.upstream()
    if follows in remotes:
        return follows
    raise UnclearRemote(
        f"There are {len(remotes)} remotes ({', '.join(remotes)}): cmflow cannot tell which one holds the ledger.",
        _cure(repository, remotes),
    )


def _cure(repository: Repository, remotes: Sequence[str]) -> str:
    """What to do, in commands to paste; for the remote that has a ledger, where this clone knows one."""
    known = (name for name in remotes if repository.resolve(f"refs/remotes/{name}/{BRANCH}"))
    name, branch = next(known, remotes[0]), repository.branch()
    rename = f"name that one `origin`: git remote rename {name} origin"
    if not branch:
        return f"Check out a branch that follows one of them. Or, if it is {name}, {rename}"
    follow = f"git fetch {name} && git branch --set-upstream-to={name}/{branch}"
    return f"If it is {name}, let {branch} follow it: {follow}. Or {rename}"
