"""One delivery as the text of one file of the ledger, read as strictly as it is written."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

from cmflow.ledger import schema
from cmflow.model import Delivery, Event, Key, Receipt, State, Transfer

FIRST, LAST = 1, 9999  # years; within them, any zone and any wait can be added
FOLDER, APPROVALS, PUBLICATIONS = "deliveries", "approvals", "publications"


class Unreadable(ValueError):
    """A file of the ledger that is not a delivery, as a sentence."""


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────


def path(post: str, account: str) -> str:
    """The path of a delivery. The shard keeps folders small: a commit rewrites every folder above a file."""
    return f"{FOLDER}/{_shard(post)}/{safe(post)}/{safe(account)}.json"


def approvals_path(post: str) -> str:
    """The path of the approvals of a post."""
    return f"{APPROVALS}/{_shard(post)}/{safe(post)}.json"


def publications_path(post: str) -> str:
    """The path of what was sent of a post."""
    return f"{PUBLICATIONS}/{_shard(post)}/{safe(post)}.json"


def key(location: str) -> Key | None:
    """The delivery stored at `location`; None for a file that cmflow did not write."""
    steps = location.split("/")
    if len(steps) != 4 or steps[0] != FOLDER or not steps[3].endswith(".json"):
        return None
    post, account = steps[2], steps[3][:-5]
    if _plain(post) and _plain(account):
        return Key(post, account) if steps[1] == _shard(post) else None
    post, account = unquote(post, errors="surrogateescape"), unquote(account, errors="surrogateescape")
    return Key(post, account) if path(post, account) == location else None


_plain = re.compile(r"\w[\w.-]*").fullmatch


@lru_cache(maxsize=4096)
def _shard(post: str) -> str:
    return hashlib.sha1(post.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()[:2]


@lru_cache(maxsize=4096)
def safe(name: str) -> str:
    """A name that git takes as a file on every system: no path, no dot in front, nothing that looks like `.git`."""
    if _plain(name):
        return name
    return re.sub(r"^[.]|[%/\\~:\x00-\x1f\x7f\ud800-\udfff]", lambda hit: _percent(hit[0]), name)


def _percent(char: str) -> str:
    return "%2E" if char == "." else "%7E" if char == "~" else quote(char, safe="", errors="surrogateescape")


# ── contents ────────────────────────────────────────────────────────────────────────────────────────────────


def encode(delivery: Delivery) -> bytes:
    """JSON for people and programs; the same delivery is always the same bytes. Empty values are left out."""
    record = {
        "version": schema.VERSION,
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
        "receipts": [{"part": r.part, "id": r.id, "url": r.url, "at": _moment(r.time)} for r in delivery.receipts],
        "error": delivery.error,
        "retry_at": _moment(delivery.retry_at),
        "history": [_line(event, delivery.run) for event in delivery.history],
        "transfer": _upload(delivery.transfer),
        "described": delivery.described,
    }
    filled = {name: value for name, value in record.items() if value not in ("", None, [])}
    text = json.dumps(filled, ensure_ascii=False, indent=1) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, from a path that is not UTF-8: JSON can escape it
        return (json.dumps(filled, indent=1) + "\n").encode()


def _line(event: Event, run: str) -> dict[str, object]:
    """An event of the delivery's own run does not repeat the run."""
    line: dict[str, object] = {"at": _moment(event.time), "state": event.state.value}
    words = {"note": event.note} if event.note else {}
    places = {"places": [*event.places]} if event.places else {}
    return line | ({} if event.run == run else {"run": event.run}) | words | places


def _upload(transfer: Transfer | None) -> dict[str, object] | None:
    if transfer is None:
        return None
    requested = {"requested": _moment(transfer.requested)} if transfer.requested else {}
    began = _moment(transfer.time)
    return {"id": transfer.id, "file": transfer.file, "at": began, "arrived": transfer.arrived, **requested}


def _moment(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def decode(data: bytes) -> Delivery:
    """Raises Unreadable, never anything else."""
    try:
        text = data.decode()
        record, end = _read(text)
        if text[end:].strip():
            raise Unreadable("it goes on after its end")
    except (ValueError, RecursionError) as error:
        raise Unreadable("it is not JSON") from error
    if type(record) is not dict or type(record.get("version")) is not int:
        raise Unreadable("it is not a delivery: it has no version")
    if record["version"] != schema.VERSION:
        raise Unreadable(f"it has version {record['version']}; this cmflow reads version {schema.VERSION}")
    try:
        _refuse_unknown(record, schema.DELIVERY)
        return _delivery(record, record.get)
    except KeyError as error:
        raise Unreadable(f"{error} is missing or unknown") from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Unreadable(f"a value is invalid: {error}") from error


_read = json.JSONDecoder().raw_decode
_STATES = {state.value: state for state in State}


def _delivery(record: dict[str, Any], get: Callable[[str, Any], Any]) -> Delivery:
    run = get("run", "")
    receipts = tuple([Receipt(r["part"], r["id"], r["url"], moment(r["at"])) for r in get("receipts", ())])
    history = tuple([_event(line, run) for line in get("history", ())])
    retry_at, written = get("retry_at", None), get("written", None)
    delivery = Delivery(
        record["post"],
        record["account"],
        _STATES[record["state"]],
        moment(record["due"]),
        get("path", ""),
        record["attempt"],
        run,
        get("commit", ""),
        get("digest", ""),
        get("key", ""),
        record["parts"],
        receipts,
        get("error", ""),
        None if retry_at is None else moment(retry_at),
        history,
        None if written is None else moment(written),
        _transfer(get("transfer", None)),
        get("described", ""),
    )
    _check(delivery)
    return delivery


def _event(line: dict[str, Any], run: str) -> Event:
    note, places = line.get("note", ""), line.get("places", ())
    if type(note) is not str or type(places) not in (list, tuple):
        raise TypeError("`note` must be text, and `places` a list")
    addresses = tuple(places) or former_places(note)
    return Event(moment(line["at"]), _STATES[line["state"]], line.get("run", run), note, addresses)


def former_places(note: str) -> tuple[str, ...]:
    """Return the addresses in a note from before 2026-11-29, when they were only in its words; nothing in a newer one.

    A note was cut after 500 characters: the last address may be incomplete.
    """
    _, by_hand, addresses = note.partition("by hand; it was out at ")
    return tuple(addresses.split()) if by_hand else ()


def _transfer(record: dict[str, Any] | None) -> Transfer | None:
    if record is None:
        return None
    requested = record.get("requested")
    return Transfer(
        record["id"],
        record["file"],
        moment(record["at"]),
        record["arrived"],
        None if requested is None else moment(requested),
    )


def _refuse_unknown(record: dict[str, Any], expected: tuple[schema.Field, ...]) -> None:
    """Raise ValueError for a field that this cmflow would lose when it writes the file again."""
    fields = {field.name: field for field in expected}
    for name, value in record.items():
        if name not in fields:
            raise ValueError(f"{name!r} is not a field")
        if fields[name].shape is schema.Shape.OBJECT:
            _refuse_unknown(value or {}, fields[name].items)
            continue
        for item in value if fields[name].items else ():
            _refuse_unknown(item, fields[name].items)


def _check(d: Delivery) -> None:
    """Check what JSON cannot. Joining is the quickest way to see that all are text; what is sent or linked must be
    whole characters, while a path may belong to a file whose name is not UTF-8."""
    "".join((d.post, d.account, d.path)).encode("utf-8", "surrogateescape")
    "".join((d.error,))
    if not (d.post and d.account):
        raise ValueError("it has no post or no account")
    "".join((d.run, d.commit, d.digest, d.key, d.described)).encode()
    for event in d.history:
        "".join((event.run, event.note))
        "".join((event.run, *event.places)).encode()
    if d.transfer:
        "".join((d.transfer.id, d.transfer.file)).encode()
        if type(d.transfer.arrived) is not int or d.transfer.arrived < 0:
            raise TypeError("`arrived` must be a whole number, 0 or more")
    for count, receipt in enumerate(d.receipts):
        "".join((receipt.id, receipt.url)).encode()
        if type(receipt.part) is not int or receipt.part != count or count >= d.parts:
            raise ValueError("the receipts do not fit the parts")
    if type(d.attempt) is not int or type(d.parts) is not int or d.attempt < 0 or d.parts < 0:
        raise TypeError("`attempt` and `parts` must be whole numbers, 0 or more")


def moment(text: str, read: Callable[[str], datetime] = datetime.fromisoformat) -> datetime:
    """Read a time of the ledger. Raises ValueError for what cannot be one."""
    time = read(text)
    if time.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    if not FIRST < time.year < LAST:
        raise ValueError(f"{text} is not a valid time")
    return time


# ── two versions of one delivery ────────────────────────────────────────────────────────────────────────────

_RANKS = (
    State.SCHEDULED,
    State.MISSED,
    State.FAILED,
    State.SENDING,
    State.UNSURE,
    State.SKIPPED,
    State.SENT,
)


def merge(first: Delivery, second: Delivery) -> Delivery:
    """Merge two versions of the same delivery: the one that got further, with both histories.

    A receipt is proof and comes first; then the state that is harder to return from.
    """
    if first == second:
        return first
    latest, other = sorted((first, second), key=_reach, reverse=True)
    events = (*latest.history, *(event for event in other.history if event not in latest.history))
    ordered = tuple(sorted(events, key=lambda event: event.time))
    return replace(latest, history=ordered)


def is_ahead(first: Delivery, second: Delivery) -> bool:
    """Whether the first says of more that it is or may be published, or that a person skipped it."""
    is_settled = first.receipts or first.state in (State.SENDING, State.UNSURE, State.SENT, State.SKIPPED)
    return bool(is_settled) and _reach(first)[:2] > _reach(second)[:2]


def _reach(delivery: Delivery) -> tuple[int, int, bool, bytes]:
    may_be_published = delivery.transfer is None or delivery.transfer.requested is not None
    return len(delivery.receipts), _RANKS.index(delivery.state), may_be_published, encode(delivery)
