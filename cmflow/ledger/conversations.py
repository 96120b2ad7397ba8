"""Conversations on a branch of their own, one file each: ids, times and hashes, never a text nor a name of a person.

    conversations/<account>/<shard>/<name>.json    a conversation
    cursors/<account>.json                         where the account's inbox is read from
    lease.json                                     which run is at work, and until when

Answers are deliveries, and are on the same branch as all deliveries do (`codec`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from cmflow.ledger import codec
from cmflow.ledger.reader import Ledger
from cmflow.model import Contact, Conversation, Relay, Trace, Visibility

BRANCH = "cmflow-inbox"
FOLDER, CURSORS, LEASE = "conversations", "cursors", "lease.json"
VERSION = 1
NAME = 24  # hexadecimal digits: no two conversations have the same
HELPDESK = "@helpdesk"  # the cursor of the helpdesk, which is not an account: their names have no such sign

Item = TypeVar("Item")


class Cursor(NamedTuple):
    """Where an inbox is read from, and when it was read last."""

    text: str
    time: datetime


class Lease(NamedTuple):
    """A run is at work until that time; others keep away."""

    run: str
    until: datetime


class Inbox(NamedTuple):
    """All that the branch holds. `unreadable` are the files that this cmflow cannot read: they stay as they are."""

    conversations: tuple[Conversation, ...] = ()
    cursors: Mapping[str, Cursor] = {}
    unreadable: tuple[str, ...] = ()


def name(account: str, id: str) -> str:
    """What names a conversation in marks and files; the network's id cannot be read from it."""
    return sha256(f"{account}\0{id}".encode("utf-8", "surrogatepass")).hexdigest()[:NAME]


def voice(network: str, author: str) -> str:
    """Who wrote a message, as git keeps it: the same for the same author of a network, and no name."""
    return sha256(f"cmflow voice\0{network}\0{author}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def fingerprint(text: str) -> str:
    """What a text was, as git keeps it: enough to see that it was edited."""
    return sha256(f"cmflow text\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def path(conversation: Conversation) -> str:
    stem = name(conversation.account, conversation.id)
    return f"{FOLDER}/{codec.safe(conversation.account)}/{stem[:2]}/{stem}.json"


def cursor_path(account: str) -> str:
    return f"{CURSORS}/{codec.safe(account)}.json"


def read(ledger: Ledger) -> Inbox:
    """What the local branch holds; nothing where there is none."""
    tip = ledger.repository.tip(ledger.branch)
    files = ledger.repository.tree(tip, FOLDER, CURSORS) if tip else {}
    blobs = dict(ledger.repository.read({oid for _, oid in files.values()}))
    conversations: list[Conversation] = []
    cursors: dict[str, Cursor] = {}
    unreadable: list[str] = []
    for location, (_, oid) in sorted(files.items()):
        try:
            if location.startswith(f"{CURSORS}/"):
                account, cursor = _cursor(blobs[oid])
                cursors[account] = cursor
            else:
                conversations.append(decode(blobs[oid]))
        except codec.Unreadable:
            unreadable.append(location)
    return Inbox(tuple(conversations), cursors, tuple(unreadable))


def files(conversations: Iterable[Conversation]) -> dict[str, bytes | None]:
    """The files of these conversations, for a commit."""
    return {path(conversation): encode(conversation) for conversation in conversations}


# ── two versions of one file ────────────────────────────────────────────────────────────────────────────────


def join(location: str, ours: bytes, theirs: bytes | None) -> bytes:
    """One file that knows what both know. What cannot be read gives way to what can."""
    if theirs is None or ours == theirs:
        return ours
    if not location.startswith(f"{FOLDER}/"):
        return max(ours, theirs, key=_time_of)
    try:
        mine = decode(ours)
    except codec.Unreadable:
        return theirs
    try:
        return encode(merge(mine, decode(theirs)))
    except codec.Unreadable:
        return ours


def merge(first: Conversation, second: Conversation) -> Conversation:
    """What both know of a conversation. A person's labels beat cmflow's; a ticket that one of them knows is known.

    Where only one has removed its texts, they are removed once more: the other may have heard a new one since.
    """
    by_person = first if first.manual else second
    return replace(
        first,
        traces=_ordered(_merged(first.traces, second.traces, lambda trace: trace.id, _merge_traces)),
        ticket=min(filter(None, (first.ticket, second.ticket)), default=""),
        opened=_first(first.opened, second.opened),
        labels=by_person.labels if by_person.manual else max(first.labels, second.labels),
        manual=by_person.manual,
        urgent=first.urgent or second.urgent,
        campaign=first.campaign or second.campaign,
        commands=tuple(sorted({*first.commands, *second.commands})),
        relays=_merged(first.relays, second.relays, lambda relay: (relay.repository, relay.number), _merge_relays),
        closed=_last(first.closed, second.closed),
        purged=_last(first.purged, second.purged) if first.purged and second.purged else None,
        quarantined=first.quarantined and second.quarantined,
    )


def _merged(first: tuple[Item, ...], second: tuple[Item, ...], key: Any, merge: Any) -> tuple[Item, ...]:
    items = {key(item): item for item in first}
    for item in second:
        items[key(item)] = merge(items[key(item)], item) if key(item) in items else item
    return tuple(items.values())


def _merge_traces(first: Trace, second: Trace) -> Trace:
    later = max(first, second, key=lambda trace: (_seconds(trace.edited), trace.text))
    return replace(
        later,
        note=min(filter(None, (first.note, second.note)), default=""),
        deleted=_first(first.deleted, second.deleted),
    )


def _merge_relays(first: Relay, second: Relay) -> Relay:
    return replace(first, time=min(first.time, second.time), closed=_first(first.closed, second.closed))


def _ordered(traces: Iterable[Trace]) -> tuple[Trace, ...]:
    return tuple(sorted(traces, key=lambda trace: (trace.time, trace.id)))


def _first(*times: datetime | None) -> datetime | None:
    return min((time for time in times if time), default=None)


def _last(*times: datetime | None) -> datetime | None:
    return max((time for time in times if time), default=None)


def _seconds(time: datetime | None) -> float:
    return time.timestamp() if time else 0.0


def _time_of(data: bytes) -> tuple[str, bytes]:
    """Of two cursors, or leases, the later one holds."""
    try:
        record = json.loads(data)
        return str(record.get("at") or record.get("until")), data
    except (ValueError, AttributeError, RecursionError):
        return "", data


# ── contents ────────────────────────────────────────────────────────────────────────────────────────────────


def encode(conversation: Conversation) -> bytes:
    """The same conversation is always the same bytes. Empty values are left out."""
    record = {
        "version": VERSION,
        "account": conversation.account,
        "network": conversation.network,
        "id": conversation.id,
        "ticket": conversation.ticket,
        "opened": _text(conversation.opened),
        "labels": list(conversation.labels),
        "manual": conversation.manual,
        "urgent": conversation.urgent,
        "campaign": conversation.campaign,
        "closed": _text(conversation.closed),
        "purged": _text(conversation.purged),
        "quarantined": conversation.quarantined,
        "messages": [_row(trace) for trace in _ordered(conversation.traces)],
        "commands": list(conversation.commands),
        "relays": [
            _filled(
                repository=relay.repository,
                number=relay.number,
                at=_text(relay.time),
                closed=_text(relay.closed),
            )
            for relay in conversation.relays
        ],
    }
    return (json.dumps(_filled(**record), indent=1) + "\n").encode()


def _row(trace: Trace) -> dict[str, Any]:
    return _filled(
        id=trace.id,
        contact=trace.contact.value,
        at=_text(trace.time),
        author=trace.author,
        text=trace.text,
        above=trace.above,
        post=trace.post,
        ours=trace.ours,
        visibility="" if trace.visibility is Visibility.PUBLIC else trace.visibility.value,
        until=_text(trace.until),
        edited=_text(trace.edited),
        note=trace.note,
        deleted=_text(trace.deleted),
    )


def _filled(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None, False, [])}


def decode(data: bytes) -> Conversation:
    """Raises Unreadable, never anything else, for what cmflow would not have written so."""
    try:
        conversation = _conversation(json.loads(data))
        is_exact = encode(conversation) == data
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise codec.Unreadable(f"it is not a conversation: {error}") from error
    if not is_exact:
        raise codec.Unreadable("this version of cmflow does not know all that is in it")
    return conversation


def _conversation(record: dict[str, Any]) -> Conversation:
    if record["version"] != VERSION:
        raise ValueError(f"it has version {record['version']}")
    return Conversation(
        _word(record["account"]),
        _word(record["network"]),
        _word(record["id"]),
        tuple(map(_trace, record.get("messages", ()))),
        _word(record.get("ticket", "")),
        _when(record.get("opened")),
        tuple(map(_word, record.get("labels", ()))),
        record.get("manual", False) is True,
        record.get("urgent", False) is True,
        _word(record.get("campaign", "")),
        tuple(map(_word, record.get("commands", ()))),
        tuple(map(_relay, record.get("relays", ()))),
        _when(record.get("closed")),
        _when(record.get("purged")),
        record.get("quarantined", False) is True,
    )


def _trace(row: dict[str, Any]) -> Trace:
    return Trace(
        _word(row.get("id", "")),  # none of an answer of which a person said that it arrived
        Contact(row["contact"]),
        _time(row["at"]),
        _word(row.get("author", "")),
        _word(row.get("text", "")),
        _word(row.get("above", "")),
        _word(row.get("post", "")),
        row.get("ours", False) is True,
        Visibility(row.get("visibility", "public")),
        _when(row.get("until")),
        _when(row.get("edited")),
        _word(row.get("note", "")),
        _when(row.get("deleted")),
    )


def _relay(row: dict[str, Any]) -> Relay:
    return Relay(_word(row["repository"]), int(row["number"]), _time(row["at"]), _when(row.get("closed")))


def _word(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise TypeError("not text")


def _text(time: datetime | None) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if time else ""


def _when(text: str | None) -> datetime | None:
    return None if text is None else _time(text)


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None or not codec.FIRST < time.year < codec.LAST:
        raise ValueError("a time without a zone, or outside the years that cmflow accepts")
    return time.astimezone(UTC)


def encode_cursor(account: str, cursor: Cursor) -> bytes:
    record = {"account": account, "cursor": cursor.text, "at": _text(cursor.time)}
    return (json.dumps(record, indent=1) + "\n").encode()


def _cursor(data: bytes) -> tuple[str, Cursor]:
    try:
        record = json.loads(data)
        return _word(record["account"]), Cursor(_word(record["cursor"]), _time(record["at"]))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise codec.Unreadable(f"it is not a cursor: {error}") from error


def encode_lease(lease: Lease) -> bytes:
    return (json.dumps({"run": lease.run, "until": _text(lease.until)}, indent=1) + "\n").encode()


def lease(ledger: Ledger, tip: str | None) -> Lease | None:
    """The lease at that commit; None where there is none, or it cannot be read."""
    files = ledger.repository.tree(tip, LEASE) if tip else {}
    for data in dict(ledger.repository.read({oid for _, oid in files.values()})).values():
        try:
            record = json.loads(data)
            return Lease(_word(record["run"]), _time(record["until"]))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            return None
    return None
