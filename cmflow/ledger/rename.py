"""Rename an account: what the ledger holds under the old name is moved to the new one."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from cmflow.ledger import Ledger, codec, names, publications, read
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
        changes = {**_changes(ledger, moves), **_texts(ledger, keys, accounts)} if keys else {}
        return len(keys), changes, f"Rename an account: {renames}"

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


def _texts(ledger: Ledger, keys: Collection[Key], accounts: Mapping[str, str]) -> dict[str, bytes | None]:
    """What was sent, under the new names."""
    oids = publications.names(ledger, {key.post for key in keys})
    blobs = dict(ledger.repository.read({*oids.values()})) if oids else {}
    return {codec.publications_path(post): publications.rename(blobs[oid], accounts) for post, oid in oids.items()}
