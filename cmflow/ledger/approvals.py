"""Approvals in the ledger: a file for each post that somebody approved on GitHub, so that no run has to ask there."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cmflow.ledger import Ledger, codec, loss
from cmflow.ledger.change import Change, commit
from cmflow.model import Approval

VERSION = 1
FEW = 200  # posts that git is asked for one by one


def read(ledger: Ledger, posts: Collection[str]) -> dict[str, tuple[Approval, ...]]:
    """What the local branch knows of these posts. A file that cannot be read approves nothing: it is made anew."""
    commit = ledger.repository.tip(ledger.branch)
    places = {post: codec.approvals_path(post) for post in posts}
    below = places.values() if len(places) <= FEW else (codec.APPROVALS,)
    files = ledger.repository.tree(commit, *below) if commit and places else {}
    wanted = {post: files[path][1] for post, path in places.items() if path in files}
    blobs = dict(ledger.repository.read(set(wanted.values()))) if wanted else {}
    return {post: decode(blobs[oid], post) for post, oid in wanted.items()}


def read_all(ledger: Ledger) -> dict[str, tuple[Approval, ...]]:
    """What the local branch knows, of every post."""
    commit = ledger.repository.tip(ledger.branch)
    files = ledger.repository.tree(commit, codec.APPROVALS) if commit else {}
    blobs = dict(ledger.repository.read({oid for _, oid in files.values()})) if files else {}
    named = ((path, _post(blobs[oid]), blobs[oid]) for path, (_, oid) in files.items())
    return {post: decode(data, post) for path, post, data in named if post and codec.approvals_path(post) == path}


def save(ledger: Ledger, found: Mapping[str, Sequence[Approval]], at: datetime) -> tuple[str, ...]:
    """Remember exactly these approvals of these posts, on the remote too where there is one; the posts that changed.

    Raises GitError where the remote cannot be reached, LedgerError where the ledger was deleted.
    """

    def change(tip: str | None) -> Change[tuple[str, ...]]:
        loss.refuse_loss(ledger)
        known = read(ledger, found)
        fresh = {post: tuple(each) for post, each in found.items() if tuple(each) != known.get(post, ())}
        files = {codec.approvals_path(post): encode(post, each) if each else None for post, each in fresh.items()}
        return tuple(fresh), files, _message(fresh) if fresh else ""

    return commit(ledger, change, lambda: at)


def _message(found: Mapping[str, Sequence[Approval]]) -> str:
    first = next(iter(found))
    return f"Approvals of {first}" + (f" and {len(found) - 1} more" if len(found) > 1 else "")


# ── contents ────────────────────────────────────────────────────────────────────────────────────────────────


def encode(post: str, found: Sequence[Approval]) -> bytes:
    """The same approvals are always the same bytes."""
    record = {"version": VERSION, "post": post, "approvals": [_row(each) for each in found]}
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
    """What a file says of that post; nothing where it says it in another way than ours."""
    try:
        record = json.loads(data)
        if record["version"] != VERSION or record["post"] != post:
            return ()
        found = tuple(map(_approval, record["approvals"]))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return ()
    return found if encode(post, found) == data else ()


def _post(data: bytes) -> str:
    """The post that a file speaks of; "" where it does not say."""
    try:
        post = json.loads(data)["post"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return post if isinstance(post, str) else ""


def _approval(row: dict[str, Any]) -> Approval:
    at = datetime.fromisoformat(row["at"])
    names, digests = tuple(row["authors"]), tuple(row["digests"].items())
    return Approval(str(row["by"]), at, int(row["pull"]), str(row["commit"]), names, digests)
