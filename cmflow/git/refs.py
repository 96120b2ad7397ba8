"""Where branches are, as git lists them: one question instead of one for each."""

import re
from typing import NamedTuple

FOLDERS = ("refs/heads/", "refs/cmflow/")
LIST = ("for-each-ref", "--format=%(HEAD) %(objectname) %(refname)", *FOLDERS)

_EXPRESSION = re.compile(r"[~^:]|@\{")  # `refs/heads/main~1` is more than the name of a ref


class Refs(NamedTuple):
    """The commit of each ref of `FOLDERS`, and the one that is checked out, "" for none: HEAD is detached, or the
    branch has no commit yet."""

    commits: dict[str, str]
    head: str


def read(listed: str) -> Refs:
    """Decode what `LIST` prints."""
    commits, head = dict[str, str](), ""
    for line in filter(None, listed.split("\n")):  # not `splitlines`: a name may hold what that takes for a line's end
        commit, ref = line[2:].split(" ", 1)
        commits[ref] = commit
        head = ref if line[0] == "*" else head
    return Refs(commits, head)


def is_listed(rev: str) -> bool:
    """Return whether it is the name of a ref that `LIST` has, if it is there at all."""
    return rev.startswith(FOLDERS) and not _EXPRESSION.search(rev)


def is_odd(name: str) -> bool:
    """Whether git takes no such name of an object as an argument: names come from the ledger too."""
    return "\0" in name or name.startswith("-")


def full(branch: str) -> str:
    """The name of a branch as a ref; a ref stays as it is."""
    return branch if branch.startswith("refs/") else f"refs/heads/{branch}"
