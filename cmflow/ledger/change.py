"""A change to the ledger by a person or a command: complete or not at all, however many runs write at the same time."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from cmflow.ledger import Ledger, sync
from cmflow.ledger.branches import TRIES
from cmflow.model.errors import GitError, LostRace

T = TypeVar("T")
Change = tuple[T, Mapping[str, bytes | None], str]  # the answer, files by path (None: delete it), the commit message


def commit(ledger: Ledger, change: Callable[[str | None], Change[T]], clock: Callable[[], datetime]) -> T:
    """Write the files that `change` returns for the tip, on the remote first where there is one; return its answer.

    It is called again whenever another run was quicker; without files there is nothing to write. Raises GitError where
    the remote cannot be reached, LostRace where other runs are always quicker.
    """
    repository = ledger.repository
    for _ in range(TRIES):
        tip = sync(ledger, clock())
        answer, files, message = change(tip)
        if not files:
            return answer
        oid = repository.make_commit(files, message, tip, clock())
        try:
            _push(ledger, oid)
            repository.move(f"refs/heads/{ledger.branch}", oid, tip)
        except LostRace:
            continue
        return answer
    raise LostRace(f"Other runs kept moving {ledger.branch}.", "Run again.")


def _push(ledger: Ledger, oid: str) -> None:
    """Push; where the answer is lost, only the remote can tell whether the commit is there."""
    if not ledger.remote:
        return
    try:
        ledger.repository.push(ledger.remote, oid, ledger.branch)
    except GitError:
        if ledger.repository.fetch(ledger.remote, ledger.branch) != oid:
            raise
