"""The ledger: what git remembers of every delivery, on a branch of its own.

One writer at a time moves the branch forward, by a compare-and-swap: a push that must be a fast-forward where there
is a remote, the move of the local branch where there is none. A writer that loses reads what the other one wrote and
decides again.
"""

from cmflow.ledger.branches import join, sync
from cmflow.ledger.reader import BRANCH, REHEARSAL, Ledger, Snapshot, blobs, names, places, read, read_at
from cmflow.ledger.writer import Writer, open_writer

__all__ = [
    "BRANCH",
    "REHEARSAL",
    "Ledger",
    "Snapshot",
    "Writer",
    "blobs",
    "join",
    "names",
    "open_writer",
    "places",
    "read",
    "read_at",
    "sync",
]
