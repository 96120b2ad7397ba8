"""Rename an account: what the ledger holds under the old name is moved to the new one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from cmflow.ledger import Ledger, codec, names, read
from cmflow.ledger.change import Change, commit
from cmflow.model import Key


def rename(ledger: Ledger, accounts: Mapping[str, str], time: datetime) -> int:
    """Move the deliveries of each account, old name to new, in one commit; return how many there were.

    Raises GitError where the remote cannot be reached.
    """

    def change(tip: str | None) -> Change[int]:
        keys = {key for key in names(ledger) if key.account in accounts}
        renames = ", ".join(f"{old} is {new}" for old, new in sorted(accounts.items()))
        moves = {key: key._replace(account=accounts[key.account]) for key in keys}
        return len(keys), _changes(ledger, moves) if keys else {}, f"Rename an account: {renames}"

    return commit(ledger, change, lambda: time)


def _changes(ledger: Ledger, moves: Mapping[Key, Key]) -> dict[str, bytes | None]:
    """What cannot be read stays where it is."""
    deliveries = read(ledger, {*moves, *moves.values()}).deliveries
    changes: dict[str, bytes | None] = {}
    for old, new in moves.items():
        if old in deliveries:
            moved = replace(deliveries[old], account=new[1])
            merged = codec.merge(moved, deliveries[new]) if new in deliveries else moved
            changes |= {codec.path(*old): None, codec.path(*new): codec.encode(merged)}
    return changes
