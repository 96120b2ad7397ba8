"""Readings on their branch: appended and joined by key, however many runs write at the same time."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby

from cmflow.ledger import Ledger, change, readings, retired
from cmflow.metrics.due import SPAN
from cmflow.model import Reading
from cmflow.model.errors import GitError, LedgerError
from cmflow.problems.plural import counted

Clock = Callable[[], datetime]


def recent(ledger: Ledger, accounts: Iterable[str], now: datetime) -> tuple[Reading, ...]:
    """The readings here that may still say what is read already: of this month and the one or two before."""
    months = {f"{time:%Y-%m}": time for time in (now, now - SPAN / 2, now - SPAN)}.values()
    files = {readings.path(account, time): account for account in accounts for time in months}
    return tuple(reading for month in readings.read(ledger, files).values() for reading in month.readings)


def save(
    ledger: Ledger, rows: Iterable[Reading], clock: Clock, retirements: Mapping[str, Collection[str]] | None = None
) -> str:
    """Write readings, and the figures that networks have retired, in one commit.

    Returns why they are on the local branch only, "" where they are not.

    Raises GitError or LedgerError where they cannot be written at all.
    """
    write = partial(_change, ledger, tuple(rows), retirements or {}, clock())
    try:
        change.commit(ledger, write, clock)
    except (GitError, LedgerError) as error:
        if not ledger.remote:
            raise
        change.commit(replace(ledger, remote=""), write, clock)
        return str(error)
    return ""


def _change(
    ledger: Ledger,
    rows: tuple[Reading, ...],
    retirements: Mapping[str, Collection[str]],
    now: datetime,
    tip: str | None,
) -> change.Change[None]:
    repository = ledger.repository
    files = {path: [*group] for path, group in _by_file(rows)}
    names = {retired.path(network): metrics for network, metrics in retirements.items()}
    tree = repository.tree(tip, *files, *names) if tip and (files or names) else {}
    blobs = dict(repository.read(oid for _, oid in tree.values()))
    current = {path: blobs[oid] for path, (_, oid) in tree.items()}
    updated: dict[str, bytes | None] = {
        path: readings.extend(current.get(path, b""), group) for path, group in files.items()
    }
    updated |= {path: retired.extend(current.get(path, b""), metrics, now) for path, metrics in names.items()}
    changes = {path: data for path, data in updated.items() if data != current.get(path, b"")}
    return None, changes, f"Add {counted(len(rows), 'figure')}"


def _by_file(rows: Iterable[Reading]) -> Iterator[tuple[str, Iterator[Reading]]]:
    def path(reading: Reading) -> str:
        return readings.path(reading.account, reading.time)

    return groupby(sorted(rows, key=path), key=path)
