"""A change of the ledger by a person or a command: whole, or not at all, however many runs write at the same time."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from cmflow.ledger import TRIES, Ledger, sync
from cmflow.model.errors import GitError, LostRace

T = TypeVar("T")
Change = tuple[T, Mapping[str, bytes | None], str]  # the answer, files by path (None: to be deleted), the message


def commit(ledger: Ledger, change: Callable[[str | None], Change[T]], clock: Callable[[], datetime]) -> T:
    """Write what `change` makes of the ledger's tip, on the remote first where there is one; its answer.

    It is asked again whenever another run was quicker; without files there is nothing to write. Raises GitError where
    the remote cannot be reached, LostRace where others are always quicker.
    """
    repository = ledger.repository
    for _ in range(TRIES):
        tip = sync(ledger, clock())
        answer, files, message = change(tip)
        if not files:
            return answer
        made = repository.make_commit(files, message, tip, clock())
        try:
            _push(ledger, made)
            repository.move(f"refs/heads/{ledger.branch}", made, tip)
        except LostRace:
            continue
        return answer
    raise LostRace(f"Other runs kept moving {ledger.branch}.", "Run again.")


def _push(ledger: Ledger, made: str) -> None:
    """Push; where the answer is lost, only the remote can tell whether the commit is there."""
    if not ledger.remote:
        return
    try:
        ledger.repository.push(ledger.remote, made, ledger.branch)
    except GitError:
        if ledger.repository.fetch(ledger.remote, ledger.branch) != made:
            raise
