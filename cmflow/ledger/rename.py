"""An account that has another name: what the ledger holds under the old one is written down under the new one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from cmflow.ledger import Ledger, codec, names, read
from cmflow.ledger.change import Change, commit


def rename(ledger: Ledger, accounts: Mapping[str, str], at: datetime) -> int:
    """Move the deliveries of each account, old name to new, in one commit; how many there were.

    Raises GitError where the remote cannot be reached.
    """

    def change(tip: str | None) -> Change[int]:
        old = {key for key in names(ledger) if key[1] in accounts}
        who = ", ".join(f"{before} is {after}" for before, after in sorted(accounts.items()))
        moves = {key: (key[0], accounts[key[1]]) for key in old}
        return len(old), _changes(ledger, moves) if old else {}, f"Rename an account: {who}"

    return commit(ledger, change, lambda: at)


def _changes(ledger: Ledger, moves: Mapping[codec.Key, codec.Key]) -> dict[str, bytes | None]:
    """What cannot be read stays where it is."""
    known = read(ledger, {*moves, *moves.values()}).deliveries
    changes: dict[str, bytes | None] = {}
    for old, new in moves.items():
        if old in known:
            moved = replace(known[old], account=new[1])
            kept = codec.merge(moved, known[new]) if new in known else moved
            changes |= {codec.path(*old): None, codec.path(*new): codec.encode(kept)}
    return changes
