"""Which remote holds the ledger: it is the lock between runs, so of several it is never guessed."""

from cmflow.git import Repository
from cmflow.model.errors import GitError


def remote(repository: Repository) -> str:
    """Return `origin`, else the only remote, else the one that this branch follows; "" where there is none.

    Raises GitError where it is not known.
    """
    remotes = repository.remotes()
    if "origin" in remotes or len(remotes) < 2:
        return "origin" if "origin" in remotes else "".join(remotes)
    follows, _ = repository.upstream()
    if follows in remotes:
        return follows
    branch = repository.branch()
    follow = f"Set which one {branch} follows: git branch --set-upstream-to={remotes[0]}/{branch}"
    raise GitError(
        f"There are {len(remotes)} remotes ({', '.join(remotes)}): cmflow cannot tell which one holds the ledger.",
        f"{follow if branch else 'Check out a branch that follows one of them'}, or name one `origin`.",
    )
