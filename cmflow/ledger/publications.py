"""What was sent of a post, as its readers saw it: one file per post, with its accounts, apart from the deliveries.

The commit that records a delivery as sent holds it, too. What shows posts reads it; publishing, checks and the status
only ask whether a delivery without a file was sent once. A file that cannot be read stays as it is, and what it should
say is read from the repository instead.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import field
from typing import Any

from cmflow.ledger import codec, publication_rows, schema
from cmflow.ledger.publication_rows import Row
from cmflow.ledger.reader import Ledger
from cmflow.model import Key, Publication
from cmflow.values import dataclass

FEW = 200  # up to this many posts, git is asked for each file

Rows = dict[str, Row]  # by account


@dataclass(frozen=True, slots=True)
class Archive:
    """What was sent of some posts. `names` are the blob ids of the files, by post; `unreadable` posts have a file that
    cannot be read."""

    publications: Mapping[Key, Publication] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()


def names(ledger: Ledger, posts: Collection[str], commit: str | None = None) -> dict[str, str]:
    """The blob ids of the files of these posts, at that commit or the tip of the local branch."""
    commit = commit or ledger.repository.tip(ledger.branch)
    paths = {codec.publications_path(post): post for post in posts}
    below = paths if len(paths) <= FEW else (codec.PUBLICATIONS,)
    tree = ledger.repository.tree(commit, *below) if commit and paths else {}
    return {paths[path]: oid for path, (_, oid) in tree.items() if path in paths}


def read(ledger: Ledger, posts: Collection[str], commit: str | None = None) -> Archive:
    """What was sent of these posts, at that commit or the tip of the local branch."""
    oids = names(ledger, posts, commit)
    blobs = dict(ledger.repository.read({*oids.values()})) if oids else {}
    publications: dict[Key, Publication] = {}
    unreadable = []
    for post, oid in oids.items():
        try:
            publications.update((Key(post, item.variant.account), item) for item in decode(blobs[oid], post))
        except codec.Unreadable:
            unreadable.append(post)
    return Archive(publications, oids, frozenset(unreadable))


# ── contents ────────────────────────────────────────────────────────────────────────────────────────────────


def edit(post: str, rows: Iterable[Row]) -> Callable[[bytes | None], bytes | None]:
    """Return the change of the file of a post that adds these rows, each in the place of its account's earlier one.

    Without rows nothing is changed. What cannot be read stays as it is.
    """
    added = {str(row["account"]): row for row in rows}

    def change(old: bytes | None) -> bytes | None:
        known = {} if old is None else _rows(old, post)
        return old if known is None or not added else _encode(post, {**known, **added})

    return change


def decode(data: bytes, post: str) -> tuple[Publication, ...]:
    """The publications in a file of that post. Raises Unreadable, never anything else."""
    rows = _rows(data, post)
    if rows is None:
        raise codec.Unreadable("it is not what cmflow wrote of that post")
    try:
        return tuple(publication_rows.decode(post, row) for row in rows.values())
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise codec.Unreadable(f"a value is invalid: {error}") from error


def accounts(data: bytes, post: str) -> frozenset[str]:
    """The accounts to which that post was sent, by its file; none where it cannot be read."""
    return frozenset(_rows(data, post) or ())


def join(local: bytes, remote: bytes | None) -> bytes:
    """What both hold; of two texts of one account, the later one. What cannot be read gives way to what can."""
    if remote is None:
        return local
    post = _post(local)
    ours, theirs = _rows(local, post), _rows(remote, post)
    if ours is None or theirs is None:
        return remote if ours is None else local
    return _encode(post, {name: _later(ours.get(name), theirs.get(name)) for name in {**theirs, **ours}})


def rename(data: bytes, accounts: Mapping[str, str]) -> bytes:
    """The file with other names of accounts, old to new; unchanged where it cannot be read."""
    post = _post(data)
    rows = _rows(data, post)
    if rows is None or not rows.keys() & accounts.keys():
        return data
    renamed: Rows = {}
    for name, row in rows.items():
        new = accounts.get(name, name)
        renamed[new] = _later({**row, "account": new}, renamed.get(new))
    return _encode(post, renamed)


def _later(first: Row | None, second: Row | None) -> Row:
    rows = [row for row in (first, second) if row is not None]
    return max(rows, key=lambda row: (str(row.get("at")), json.dumps(row, sort_keys=True)))


def _encode(post: str, rows: Rows) -> bytes:
    """A line per account; the same rows are always the same bytes."""
    lines = ",\n".join(_line(rows[name]) for name in sorted(rows))
    return f'{{"version": {schema.VERSION}, "post": {_line(post)}, "publications": [\n{lines}\n]}}\n'.encode()


def _line(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, from a path that is not UTF-8: JSON can escape it
        return json.dumps(value)
    return text


def _rows(data: bytes, post: str) -> Rows | None:
    """The rows of a file, by account; None where cmflow would not have written it so."""
    try:
        record: dict[str, Any] = json.loads(data)
        rows = {row["account"]: row for row in record["publications"]}
        is_ours = record["version"] == schema.VERSION and record["post"] == post
        return rows if is_ours and all(isinstance(name, str) for name in rows) else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _post(data: bytes) -> str:
    try:
        return str(json.loads(data)["post"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
