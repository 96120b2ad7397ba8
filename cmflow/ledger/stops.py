"""Stops in the ledger: one file, `stop.json`, beside the deliveries; every claim is built on it and checks it.

A file that cannot be read stops publishing: there is no telling whether it may go on.
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
    """The stops on the local branch, or at that commit of it."""
    commit = commit or ledger.repository.tip(ledger.branch)
    # A tree that git cannot read raises, and is not taken for "no stop".
    _, oid = ledger.repository.tree(commit, FILE).get(FILE, ("", "")) if commit else ("", "")
    return read_blob(ledger, oid)


def read_blob(ledger: Ledger, oid: str | None) -> Stops:
    """The stops in that blob; none where there is no blob."""
    return next((decode(data) for _, data in ledger.repository.read([oid])), Stops()) if oid else Stops()


def join(local: bytes, remote: bytes | None) -> bytes:
    """Join two files: every stop of either, resumed where one of them says so, and every confirmation."""
    if remote is None or local == remote:
        return local
    first, second = decode(local), decode(remote)
    if UNREADABLE in (first, second):
        return remote if first == UNREADABLE else local
    stops = {(stop.time, stop.run): stop for stop in (*first.stops, *second.stops)}
    resumed = {(stop.time, stop.run): stop for stop in (*first.stops, *second.stops) if stop.resumed}
    confirmations = dict.fromkeys((*first.confirmations, *second.confirmations))
    every = sorted((stops | resumed).items(), key=lambda entry: entry[0])
    return encode(Stops(tuple(stop for _, stop in every), tuple(confirmations)))


# ── contents ────────────────────────────────────────────────────────────────────────────────────────────────


def encode(stops: Stops) -> bytes:
    """The same stops are always the same bytes. Empty values are left out."""
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


def _moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def decode(data: bytes) -> Stops:
    """The content of a file; `UNREADABLE` where cmflow would not have written it so."""
    try:
        record = json.loads(data)
        json.dumps(record, ensure_ascii=False).encode()  # a ValueError where a text is not valid Unicode
        stops = tuple(map(_stop, record["stops"]))
        confirmations = tuple(map(_confirmation, record.get("confirmations", ())))
        history = Stops(stops, confirmations)
        return history if record["version"] == VERSION and encode(history) == data else UNREADABLE
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return UNREADABLE


def _stop(row: dict[str, Any]) -> Stop:
    resumed = datetime.fromisoformat(row["resumed"]) if "resumed" in row else None
    names = ("by", "run", "resumed_by", "resumed_run")
    texts = {name: str(row[name]) for name in names if name in row}
    return Stop(datetime.fromisoformat(row["at"]), str(row["reason"]), resumed=resumed, **texts)


def _confirmation(row: dict[str, Any]) -> Confirmation:
    due, time = datetime.fromisoformat(row["due"]), datetime.fromisoformat(row["at"])
    return Confirmation(str(row["post"]), str(row["account"]), due, time)
