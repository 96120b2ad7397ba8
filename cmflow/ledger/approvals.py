"""Approvals in the ledger: one file per post that was approved on GitHub, so that no run has to ask there."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cmflow.ledger import Ledger, codec, loss
from cmflow.ledger.change import Change, commit
from cmflow.model import Approval

VERSION = 1
FEW = 200  # up to this many posts, git is asked for each file


def read(ledger: Ledger, posts: Collection[str]) -> dict[str, tuple[Approval, ...]]:
    """The approvals of these posts on the local branch. A file that cannot be read approves nothing."""
    commit = ledger.repository.tip(ledger.branch)
    paths = {post: codec.approvals_path(post) for post in posts}
    below = paths.values() if len(paths) <= FEW else (codec.APPROVALS,)
    files = ledger.repository.tree(commit, *below) if commit and paths else {}
    oids = {post: files[path][1] for post, path in paths.items() if path in files}
    blobs = dict(ledger.repository.read(set(oids.values()))) if oids else {}
    return {post: decode(blobs[oid], post) for post, oid in oids.items()}


def read_all(ledger: Ledger) -> dict[str, tuple[Approval, ...]]:
    """The approvals of every post on the local branch."""
    commit = ledger.repository.tip(ledger.branch)
    files = ledger.repository.tree(commit, codec.APPROVALS) if commit else {}
    blobs = dict(ledger.repository.read({oid for _, oid in files.values()})) if files else {}
    named = ((path, _post(blobs[oid]), blobs[oid]) for path, (_, oid) in files.items())
    return {post: decode(data, post) for path, post, data in named if post and codec.approvals_path(post) == path}


def save(ledger: Ledger, approvals: Mapping[str, Sequence[Approval]], time: datetime) -> tuple[str, ...]:
    """Save exactly these approvals of these posts, on the remote too where there is one; return the posts that changed.

    Raises GitError where the remote cannot be reached, LedgerError where the ledger was deleted.
    """

    def change(tip: str | None) -> Change[tuple[str, ...]]:
        loss.refuse_loss(ledger)
        records = read(ledger, approvals)
        changes = {
            post: tuple(entries) for post, entries in approvals.items() if tuple(entries) != records.get(post, ())
        }
        files = {
            codec.approvals_path(post): encode(post, entries) if entries else None for post, entries in changes.items()
        }
        return tuple(changes), files, _message(changes) if changes else ""

    return commit(ledger, change, lambda: time)


def _message(approvals: Mapping[str, Sequence[Approval]]) -> str:
    first = next(iter(approvals))
    return f"Approvals of {first}" + (f" and {len(approvals) - 1} more" if len(approvals) > 1 else "")


# ── contents ────────────────────────────────────────────────────────────────────────────────────────────────


def encode(post: str, approvals: Sequence[Approval]) -> bytes:
    """The same approvals are always the same bytes."""
    record = {"version": VERSION, "post": post, "approvals": [_row(approval) for approval in approvals]}
    return (json.dumps(record, indent=1) + "\n").encode()


def _row(approval: Approval) -> dict[str, object]:
    return {
        "by": approval.by,
        "at": approval.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "pull": approval.pull,
        "commit": approval.commit,
        "authors": list(approval.authors),
        "digests": dict(approval.digests),
    }


def decode(data: bytes, post: str) -> tuple[Approval, ...]:
    """The approvals in a file of that post; none where cmflow would not have written it so."""
    try:
        record = json.loads(data)
        json.dumps(record, ensure_ascii=False).encode()  # a ValueError where a text is not valid Unicode
        if record["version"] != VERSION or record["post"] != post:
            return ()
        approvals = tuple(map(_approval, record["approvals"]))
        return approvals if encode(post, approvals) == data else ()
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return ()


def _post(data: bytes) -> str:
    """The post that a file is about; "" where it does not say, or what it says cannot be the name of a file."""
    try:
        post = json.loads(data)["post"]
        return post if codec.approvals_path(post) else ""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""


def _approval(row: dict[str, Any]) -> Approval:
    time = datetime.fromisoformat(row["at"])
    names, digests = tuple(row["authors"]), tuple(row["digests"].items())
    return Approval(str(row["by"]), time, int(row["pull"]), str(row["commit"]), names, digests)
