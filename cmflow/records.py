"""One delivery as the text of one file: what stands in the ledger, read as strictly as it is written."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from cmflow.model import Delivery, Event, Receipt, State

VERSION = 1
FOLDER = "deliveries"

Key = tuple[str, str]  # post, account


class Unreadable(ValueError):
    """A file of the ledger that is not a delivery, as a sentence."""


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────


def place(post: str, account: str) -> str:
    """Where the delivery stands. The shard keeps folders small: a commit rewrites each folder above a file."""
    return f"{FOLDER}/{_shard(post)}/{_safe(post)}/{_safe(account)}.json"


def key(path: str) -> Key | None:
    """The delivery that stands at `path`; None for a file that cmflow did not put there."""
    words = path.split("/")
    if len(words) != 4 or words[0] != FOLDER or not words[3].endswith(".json"):
        return None
    post, account = words[2], words[3][:-5]
    if _plain(post) and _plain(account):
        return (post, account) if words[1] == _shard(post) else None
    post, account = unquote(post, errors="surrogateescape"), unquote(account, errors="surrogateescape")
    return (post, account) if place(post, account) == path else None


_plain = re.compile(r"\w[\w.-]*").fullmatch


def _shard(post: str) -> str:
    return hashlib.sha1(post.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()[:2]


def _safe(name: str) -> str:
    """A name that git takes as a file on every system: no path, no dot in front, nothing that looks like `.git`."""
    return re.sub(r"^[.]|[%/\\~:\x00-\x1f\x7f\ud800-\udfff]", lambda hit: _percent(hit[0]), name)


def _percent(char: str) -> str:
    return "%2E" if char == "." else "%7E" if char == "~" else quote(char, safe="", errors="surrogateescape")


# ── contents ────────────────────────────────────────────────────────────────────────────────────────────────


def encode(delivery: Delivery) -> bytes:
    """JSON for people and programs; the same delivery is always the same bytes."""
    record = {
        "version": VERSION,
        "post": delivery.post,
        "account": delivery.account,
        "state": delivery.state.value,
        "due": _moment(delivery.due),
        "path": delivery.path,
        "commit": delivery.commit,
        "digest": delivery.digest,
        "run": delivery.run,
        "attempt": delivery.attempt,
        "key": delivery.key,
        "written": _moment(delivery.written),
        "parts": delivery.parts,
        "receipts": [{"part": r.part, "id": r.id, "url": r.url, "at": _moment(r.at)} for r in delivery.receipts],
        "error": delivery.error,
        "retry_at": _moment(delivery.retry_at),
        "history": [
            {"at": _moment(e.at), "state": e.state.value, "run": e.run, "note": e.note} for e in delivery.history
        ],
    }
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, from a path that is not UTF-8: JSON can escape it
        return (json.dumps(record, indent=1) + "\n").encode()


def decode(data: bytes) -> Delivery:
    """Raises Unreadable, never anything else."""
    try:
        record = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable("it is not JSON") from error
    if not isinstance(record, dict) or type(record.get("version")) is not int:
        raise Unreadable("it is not a delivery: it has no version")
    if record["version"] != VERSION:
        raise Unreadable(f"it has version {record['version']}, and this cmflow reads version {VERSION}")
    try:
        return _delivery(record)
    except KeyError as error:
        raise Unreadable(f"it lacks `{error.args[0]}`") from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Unreadable(f"a value in it makes no sense: {error}") from error


def _delivery(record: dict[str, Any]) -> Delivery:
    words = tuple(record[name] for name in ("post", "account", "path", "run", "commit", "digest", "key", "error"))
    post, account, path, run, commit, digest, key, error = words
    attempt, parts = record["attempt"], record["parts"]
    receipts = tuple([_receipt(each) for each in record["receipts"]])
    if {*map(type, words)} != {str} or type(attempt) is not int or type(parts) is not int:
        raise TypeError("text and numbers are mixed up")
    if attempt < 0 or len(receipts) > parts or [each.part for each in receipts] != [*range(len(receipts))]:
        raise ValueError("the receipts do not fit the parts")
    return Delivery(
        post,
        account,
        State(record["state"]),
        _read_moment(record["due"]),
        path,
        attempt,
        run,
        commit,
        digest,
        key,
        parts,
        receipts,
        error,
        _read_moment(record["retry_at"]) if record["retry_at"] is not None else None,
        tuple([_event(each) for each in record["history"]]),
        _read_moment(record["written"]) if record["written"] is not None else None,
    )


def _receipt(record: dict[str, Any]) -> Receipt:
    part, id, url = record["part"], record["id"], record["url"]
    if type(part) is not int or type(id) is not str or type(url) is not str:
        raise TypeError("text and numbers are mixed up in a receipt")
    return Receipt(part, id, url, _read_moment(record["at"]))


def _event(record: dict[str, Any]) -> Event:
    run, note = record["run"], record["note"]
    if type(run) is not str or type(note) is not str:
        raise TypeError("text and numbers are mixed up in the history")
    return Event(_read_moment(record["at"]), State(record["state"]), run, note)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read_moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return at


# ── two accounts of one delivery ────────────────────────────────────────────────────────────────────────────

_FURTHER = (
    State.SCHEDULED,
    State.MISSED,
    State.FAILED,
    State.SENDING,
    State.UNSURE,
    State.SKIPPED,
    State.SENT,
)


def further(one: Delivery, other: Delivery) -> Delivery:
    """What is known when two runs wrote of the same delivery: the one that got further, and both histories.

    A receipt is proof and beats everything; else the state that is harder to come back from.
    """
    if one == other:
        return one
    best, rest = sorted((one, other), key=_reach, reverse=True)
    events = (*best.history, *(event for event in rest.history if event not in best.history))
    ordered = tuple(sorted(events, key=lambda event: event.at))
    return replace(best, history=ordered)


def _reach(delivery: Delivery) -> tuple[int, int, bytes]:
    return len(delivery.receipts), _FURTHER.index(delivery.state), encode(delivery)
