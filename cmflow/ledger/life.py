"""When the last run was: a sign of life in the ledger, beside the deliveries, for `status --alarm` to look at."""

import json
from contextlib import suppress
from datetime import datetime, timedelta

from cmflow.errors import GitError, LedgerError
from cmflow.ledger import Ledger, begun

PLACE = "last-run.json"
EVERY = timedelta(hours=3)

Life = tuple[datetime, str]  # when, and the name of the run


def last(ledger: Ledger) -> Life | None:
    """When a run was last marked, and its name; None where none was, or nobody can read it."""
    (oid,) = ledger.repository.objects(f"refs/heads/{ledger.branch}:{PLACE}")
    for _, data in ledger.repository.read([oid]) if oid else ():
        with suppress(ValueError, KeyError, TypeError):
            found = json.loads(data)
            at = datetime.fromisoformat(found["at"])
            return (at, str(found["run"])) if at.tzinfo else None
    return None


def mark(ledger: Ledger, run: str, at: datetime, first: bool = False) -> None:
    """Write down that a run was here, unless one was so a short while ago.

    It costs a commit, so it is done every few hours. Who loses a race leaves it to the one who won. Where it cannot be
    written at all the run goes on: somebody will be told by `status --alarm`. A ledger that was deleted is begun anew
    only where this is said to be the `first`.
    """
    before = last(ledger)
    if before and abs(at - before[0]) < EVERY:  # of a clock that went wrong, a mark may lie in the future
        return
    text = json.dumps({"version": 1, "at": at.isoformat(), "run": run}, indent=2, ensure_ascii=False)
    repository, tip = ledger.repository, ledger.repository.tip(ledger.branch)
    with suppress(LedgerError, GitError):
        if not first:
            begun.refuse_loss(ledger)
        commit = repository.make_commit({PLACE: f"{text}\n".encode()}, "A run was here", tip, at)
        if ledger.remote:
            repository.push(ledger.remote, commit, ledger.branch)
        repository.move(f"refs/heads/{ledger.branch}", commit, tip)
        begun.mark(ledger, commit)
