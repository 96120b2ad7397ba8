"""Whether there was a ledger before: its branch is one click away from being deleted, and then everything looks unsent.

The first run leaves a mark on a ref that is neither a branch nor a tag: no page of a forge offers to delete it, and
it asks for no clone. Where the mark stands and the branch does not, nothing is sent until a person has said what is
so.
"""

from contextlib import suppress

from cmflow.ledger.reader import BRANCH, Ledger
from cmflow.model.errors import GitError, LedgerError, LostRace

REF = "refs/cmflow/ledger"
SIGN = "last-run.json"  # the sign of life of a run: whatever has the mark had this file before


def mark(ledger: Ledger, commit: str) -> None:
    """Leave the mark, at any commit of the ledger: it never moves. What takes no such ref is as safe as it was."""
    repository = ledger.repository
    if ledger.branch == BRANCH and repository.resolve(REF) is None:
        with suppress(LostRace, GitError):
            if ledger.remote:
                repository.push(ledger.remote, commit, REF)
            repository.move(REF, commit, None)


def refuse_loss(ledger: Ledger) -> None:
    """LedgerError where there is no ledger, though there was one, or no more of it than a stop that was written since.

    To be asked once it is in line with the remote's.
    """
    repository, remote = ledger.repository, ledger.remote
    if ledger.branch != BRANCH or any(repository.objects(f"refs/heads/{BRANCH}:{SIGN}")):
        return
    if not (repository.resolve(REF) or (remote and repository.fetch(remote, REF))):
        return
    where = f"git push {remote} {BRANCH}" if remote else f"git branch {BRANCH} COMMIT"
    raise LedgerError(
        f"The ledger is gone: the branch {BRANCH} was here, and is deleted. What was sent before would go out again.",
        f"Restore it, on the remote's pages or from the clone that published last: {where}. If nothing that is due "
        "was sent: cmflow publish --first, or “begin a new one” in the workflow Publish",
    )
