"""The ledger as it was last read, in the cache: only files that changed since are read from git.

For what shows the ledger. What decides to send, to settle or to delete reads git itself (`cmflow.ledger.read`): the
seal of a file in the cache is not secret, and a delivery that an attacker removed from it would be sent twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache as once
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from cmflow import collector
from cmflow.ledger import Ledger, Snapshot, codec, reader
from cmflow.model import Delivery, Key
from cmflow.model.errors import GitError
from cmflow.repository.cache import Cache
from cmflow.repository.codec import is_text

if TYPE_CHECKING:
    from msgspec.json import Decoder

    from cmflow.repository.columns import Columns

Files = Mapping[str, tuple[str, str]]  # path → mode, blob id
Rows = dict[str, tuple[str, Delivery]]  # path → blob id, and what is in it


class Limits(NamedTuple):
    """A ledger is cached from `least` files on, and again once so `many` have changed."""

    least: int = reader.MANY
    many: int = 200  # saving everything takes longer than reading fewer of them


class Stored(NamedTuple):
    """The deliveries of one tree of the ledger, in its order.

    `paths` and `blobs` have a line for each delivery. Files that are unreadable, or whose delivery JSON cannot hold,
    are left out, and read each time; `is_whole`: there are none.
    """

    tree: str
    is_whole: bool
    paths: str
    blobs: str
    deliveries: Sequence[Delivery]

    def rows(self) -> Rows:
        """The deliveries by path."""
        rows = zip(self.blobs.split("\n")[:-1], self.deliveries, strict=True)
        return dict(zip(self.paths.split("\n")[:-1], rows, strict=True))


class Difference(NamedTuple):
    """The files to read, and the paths of those and of the deleted ones."""

    files: Files
    paths: Collection[str]


LIMITS = Limits()
NOTHING = Stored("", False, "", "", ())


def read(ledger: Ledger, cache: Cache, limits: Limits = LIMITS) -> Snapshot:
    """The same as `cmflow.ledger.read`, without reading again what has not changed."""
    commit = ledger.repository.tip(ledger.branch)
    if commit is None:
        return Snapshot(None, {})
    return ledger.repository.once(f"ledger {ledger.branch} {commit}", lambda: _read(ledger, commit, cache, limits))


def _read(ledger: Ledger, commit: str, cache: Cache, limits: Limits) -> Snapshot:
    name = f"ledger-{quote(ledger.branch, safe='')}"
    stored = cache.decoded(name, _decode) or NOTHING
    tree = _tree(ledger, commit) if stored.tree else ""
    if stored.is_whole and stored.tree == tree:
        return Snapshot(commit, _by_key(stored.deliveries))
    rows = stored.rows()
    files, changed = _few(ledger, commit, stored, tree, limits.many) or _all(ledger, commit, rows)
    fresh = reader.read_files(ledger, commit, files)
    old, new = {path: row for path, row in rows.items() if path not in changed}, _new(fresh, files)
    enough = limits.many if stored.tree else limits.least
    if len(changed) >= enough and (tree := tree or _tree(ledger, commit)) not in ("", stored.tree):
        fit = {path: row for path, row in new.items() if _fits(row[1])}
        _save(cache, name, tree, _sorted(old | fit), is_whole=len(fit) == len(files))
    deliveries = [delivery for _, delivery in _sorted(old | new).values()]
    return Snapshot(commit, _by_key(deliveries), fresh.problems, fresh.unreadable)


def _few(ledger: Ledger, commit: str, stored: Stored, tree: str, many: int) -> Difference | None:
    """How the files differ from the stored ones; None where git cannot tell, or many do."""
    if not stored.is_whole:
        return None
    try:
        changed = [f"{codec.FOLDER}/{path}" for path in ledger.repository.changed(stored.tree, tree)]
    except GitError:  # git has deleted the old tree, or this clone never had it
        return None
    return Difference(ledger.repository.tree(commit, *changed), {*changed}) if 0 < len(changed) < many else None


def _all(ledger: Ledger, commit: str, rows: Rows) -> Difference:
    """The same from a comparison of all files with the rows."""
    files = ledger.repository.tree(commit, codec.FOLDER)
    fresh = {path: file for path, file in files.items() if path not in rows or rows[path][0] != file[1]}
    return Difference(fresh, {*fresh, *(rows.keys() - files.keys())})


def _new(fresh: Snapshot, files: Files) -> Rows:
    paths = {codec.path(*key): delivery for key, delivery in fresh.deliveries.items()}
    return {path: (files[path][1], delivery) for path, delivery in paths.items()}


def _sorted(rows: Rows) -> Rows:
    """In the order of git, which is that of bytes; the path of a delivery is UTF-8, and so that of its characters."""
    return dict(sorted(rows.items()))


def _by_key(deliveries: Iterable[Delivery]) -> dict[Key, Delivery]:
    return {Key(delivery.post, delivery.account): delivery for delivery in deliveries}


def _tree(ledger: Ledger, commit: str) -> str:
    """The id of the tree of all deliveries, which names each of their bytes; "" where there are none."""
    (tree,) = ledger.repository.objects(f"{commit}:{codec.FOLDER}")
    return tree


# ── as JSON ─────────────────────────────────────────────────────────────────────────────────────────────────


def _save(cache: Cache, name: str, tree: str, rows: Rows, is_whole: bool) -> None:
    from msgspec.json import encode

    from cmflow.repository.columns import columns

    blobs, deliveries = [blob for blob, _ in rows.values()], [delivery for _, delivery in rows.values()]
    stored = Stored(tree, is_whole, _lines(rows), _lines(blobs), deliveries)
    cache.put(name, encode((*stored[:-1], columns(deliveries))))
    cache.remember(name, stored)


def _lines(words: Iterable[str]) -> str:
    return "".join(f"{word}\n" for word in words)


def _fits(delivery: Delivery) -> bool:
    """Whether JSON holds it exactly: times of UTC, and no bytes of a file name that are not UTF-8."""
    return is_text(delivery) and all(time is None or time.tzinfo is UTC for time in _times(delivery))


def _times(delivery: Delivery) -> Iterator[datetime | None]:
    yield from (delivery.due, delivery.written, delivery.retry_at)
    yield from (receipt.time for receipt in delivery.receipts)
    yield from (event.time for event in delivery.history)
    if delivery.transfer:
        yield from (delivery.transfer.time, delivery.transfer.requested)


def _decode(body: bytes) -> Stored:
    from cmflow.repository.columns import deliveries

    with collector.pause():
        tree, is_whole, paths, blobs, columns = _decoder().decode(body)
        return Stored(tree, is_whole, paths, blobs, deliveries(columns))


@once
def _decoder() -> Decoder[tuple[str, bool, str, str, Columns]]:
    from msgspec.json import Decoder

    from cmflow.repository.columns import Columns

    return Decoder(tuple[str, bool, str, str, Columns])
