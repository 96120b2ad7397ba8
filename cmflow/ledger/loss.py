"""Refuse to lose the ledger: its branch is one click away from deletion, and then everything looks unsent.

The first run leaves a mark on a ref that is neither a branch nor a tag: no page of a forge offers to delete it, and
it needs no clone. Where the mark exists and the branch does not, nothing is sent until a person has decided. Both are
gone where a repository was moved without them: then posts that were due long ago tell that a ledger may be missing.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from cmflow.ledger.reader import BRANCH, Ledger
from cmflow.model import Planned
from cmflow.model.errors import GitError, LedgerError, LostRace
from cmflow.schedule.waits import too_late

REF = "refs/cmflow/ledger"
GONE = (
    f"The ledger is gone: the branch {BRANCH} was deleted. Nothing is sent until it is restored: what was sent before "
    "would be published again."
)
SIGN = "last-run.json"  # the sign of life of a run: whatever has the mark once had this file


def mark(ledger: Ledger, commit: str) -> None:
    """Leave the mark, at any commit of the ledger: it never moves. A remote may refuse such a ref."""
    repository = ledger.repository
    if ledger.branch == BRANCH and repository.resolve(REF) is None:
        with suppress(LostRace, GitError):
            if ledger.remote:
                repository.push(ledger.remote, commit, REF)
            repository.move(REF, commit, None)


def is_lost(ledger: Ledger) -> bool:
    """Whether this clone knows the mark, but has no ledger, without asking the remote."""
    repository = ledger.repository
    if _is_here(ledger):
        return False
    marks = (REF, f"refs/remotes/{ledger.remote}/{REF}") if ledger.remote else (REF,)
    return any(map(repository.resolve, marks))


def refuse_loss(ledger: Ledger) -> None:
    """Raise LedgerError where the ledger existed but is gone, except perhaps for a stop that was written since.

    Call it once the branch is in line with the remote's.
    """
    repository, remote = ledger.repository, ledger.remote
    if _is_here(ledger):
        return
    if not (repository.resolve(REF) or (remote and repository.fetch(remote, REF))):
        return
    command = f"git push {remote} {BRANCH}" if remote else f"git branch {BRANCH} COMMIT"
    raise LedgerError(
        GONE,
        f"Restore it, on the remote's pages or from the clone that published last: {command}. If nothing that is due "
        "has been sent: cmflow publish --first, or “begin a new one” in the workflow Publish",
    )


def refuse_late_start(ledger: Ledger, planned: Iterable[Planned], now: datetime) -> None:
    """Raise LedgerError where no run has ever been, although posts were due that are too late to be published now."""
    if _is_here(ledger):
        return
    late = sorted((item for item in planned if too_late(item, now)), key=lambda item: (item.due, item.post))
    if late:
        raise LedgerError(
            f"There is no ledger, although posts were due before, the first on {late[0].due:%Y-%m-%d}: {late[0].post}. "
            "If some have been published, others would be published again.",
            f"If the ledger is elsewhere, push its branch {BRANCH} to this repository. If nothing that is due now has "
            "been sent: cmflow publish --first, or “begin a new one” in the workflow Publish",
        )


def refused_start(state: Ledger, automatic: Iterable[Planned], now: datetime) -> LedgerError | None:
    """Return why a run would not start, as far as the remote can be asked; `automatic` is what it would publish."""
    try:
        refuse_loss(state)
        refuse_late_start(state, automatic, now)
    except LedgerError as error:
        return error
    except GitError:
        return None
    return None


def _is_here(ledger: Ledger) -> bool:
    """Whether a run has been here; rehearsals have ledgers of their own, and nothing to lose."""
    return ledger.branch != BRANCH or any(ledger.repository.objects(f"refs/heads/{BRANCH}:{SIGN}"))
