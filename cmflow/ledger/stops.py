"""Stops in the ledger: one file, `stop.json`, beside the deliveries, that every claim is built on and looks at.

A file that cannot be read stops publishing: nobody can say that it may go on.
"""

import json
from datetime import UTC, datetime
from typing import Any

from cmflow.ledger.reader import Ledger
from cmflow.model import Confirmation, Stop, Stops

FILE = "stop.json"
VERSION = 1
UNREADABLE = Stops((Stop(datetime(1970, 1, 1, tzinfo=UTC), f"cmflow cannot read {FILE} of the ledger"),))


def read(ledger: Ledger, commit: str | None = None) -> Stops:
    """What the local branch says, or that commit of it."""
    commit = commit or ledger.repository.tip(ledger.branch)
    # A tree that git cannot read raises, and is not taken for "no stop".
    _, oid = ledger.repository.tree(commit, FILE).get(FILE, ("", "")) if commit else ("", "")
    return read_blob(ledger, oid)


def read_blob(ledger: Ledger, oid: str | None) -> Stops:
    """What that blob says; no stop where there is none."""
    return next((decode(data) for _, data in ledger.repository.read([oid])), Stops()) if oid else Stops()


def join(ours: bytes, theirs: bytes | None) -> bytes:
    """What both say: every stop of either, resumed where one of them says so, and every confirmation."""
    if theirs is None or ours == theirs:
        return ours
    mine, other = decode(ours), decode(theirs)
    if UNREADABLE in (mine, other):
        return theirs if mine == UNREADABLE else ours
    stops = {(stop.time, stop.run): stop for stop in (*mine.stops, *other.stops)}
    resumed = {(stop.time, stop.run): stop for stop in (*mine.stops, *other.stops) if stop.resumed}
    confirmations = dict.fromkeys((*mine.confirmations, *other.confirmations))
    every = sorted((stops | resumed).items(), key=lambda entry: entry[0])
    return encode(Stops(tuple(stop for _, stop in every), tuple(confirmations)))


# ── contents ────────────────────────────────────────────────────────────────────────────────────────────────


def encode(stops: Stops) -> bytes:
    """The same stops are always the same bytes. What is empty is left out."""
    record = {
        "version": VERSION,
        "stops": [_filled(_row(stop)) for stop in stops.stops],
        "confirmations": [
            {
                "post": confirmation.post,
                "account": confirmation.account,
                "due": _moment(confirmation.due),
                "at": _moment(confirmation.time),
            }
            for confirmation in stops.confirmations
        ],
    }
    return (json.dumps(_filled(record), indent=1) + "\n").encode()


def _row(stop: Stop) -> dict[str, object]:
    return {
        "at": _moment(stop.time),
        "reason": stop.reason,
        "by": stop.by,
        "run": stop.run,
        "resumed": _moment(stop.resumed) if stop.resumed else "",
        "resumed_by": stop.resumed_by,
        "resumed_run": stop.resumed_run,
    }


def _filled(record: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in record.items() if value or name in ("stops", "reason")}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def decode(data: bytes) -> Stops:
    """What a file says; `UNREADABLE` where it says it in another way than ours."""
    try:
        record = json.loads(data)
        json.dumps(record, ensure_ascii=False).encode()  # a ValueError where a text is none
        stops = tuple(map(_stop, record["stops"]))
        confirmations = tuple(map(_confirmation, record.get("confirmations", ())))
        found = Stops(stops, confirmations)
        return found if record["version"] == VERSION and encode(found) == data else UNREADABLE
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return UNREADABLE


def _stop(row: dict[str, Any]) -> Stop:
    resumed = datetime.fromisoformat(row["resumed"]) if "resumed" in row else None
    names = ("by", "run", "resumed_by", "resumed_run")
    texts = {name: str(row[name]) for name in names if name in row}
    return Stop(datetime.fromisoformat(row["at"]), str(row["reason"]), resumed=resumed, **texts)


def _confirmation(row: dict[str, Any]) -> Confirmation:
    due, at = datetime.fromisoformat(row["due"]), datetime.fromisoformat(row["at"])
    return Confirmation(str(row["post"]), str(row["account"]), due, at)
