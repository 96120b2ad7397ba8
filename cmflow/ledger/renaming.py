"""An account that has another name: what the ledger holds under the old one is written down under the new one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from cmflow.errors import LostRace
from cmflow.ledger import TRIES, Ledger, names, read, records, sync


def rename(ledger: Ledger, accounts: Mapping[str, str], at: datetime) -> int:
    """Move the deliveries of each account, old name to new, in one commit; how many there were.

    Raises GitError where the remote cannot be reached.
    """
    repository = ledger.repository
    for _ in range(TRIES):
        tip = sync(ledger, at)
        old = {key for key in names(ledger) if key[1] in accounts}
        if not old:
            return 0
        changes = _changes(ledger, {key: (key[0], accounts[key[1]]) for key in old})
        who = ", ".join(f"{before} is {after}" for before, after in sorted(accounts.items()))
        commit = repository.make_commit(changes, f"Rename an account: {who}", tip, at)
        try:
            if ledger.remote:
                repository.push(ledger.remote, commit, ledger.branch)
            repository.move(f"refs/heads/{ledger.branch}", commit, tip)
        except LostRace:
            continue
        return len(old)
    raise LostRace(f"Other runs kept moving {ledger.branch}.", "Run again.")


def _changes(ledger: Ledger, moves: Mapping[records.Key, records.Key]) -> dict[str, bytes | None]:
    """What cannot be read stays where it is."""
    known = read(ledger, {*moves, *moves.values()}).deliveries
    changes: dict[str, bytes | None] = {}
    for old, new in moves.items():
        if old in known:
            moved = replace(known[old], account=new[1])
            kept = records.further(moved, known[new]) if new in known else moved
            changes |= {records.place(*old): None, records.place(*new): records.encode(kept)}
    return changes
