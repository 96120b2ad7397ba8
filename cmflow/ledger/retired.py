"""Figures that a network tells no more, one file per network: `retired/facebook.jsonl`, a line per figure.

They are remembered so that they are said once, and asked for no more: one of them refuses a whole request. After some
months they are asked for again, since a network may have been wrong.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from cmflow.ledger.reader import Ledger

FOLDER = "retired"
SPAN = timedelta(days=90)


def path(network: str) -> str:
    return f"{FOLDER}/{network}.jsonl"


def read(ledger: Ledger, networks: Iterable[str], now: datetime) -> dict[str, frozenset[str]]:
    """The figures that each of these networks has retired, by its own names."""
    files = {path(network): network for network in networks}
    tip = ledger.repository.tip(ledger.branch)
    tree = ledger.repository.tree(tip, *files) if tip and files else {}
    blobs = dict(ledger.repository.read({oid for _, oid in tree.values()}))
    return {
        files[name]: frozenset(metric for metric, day in _decode(blobs[oid]).items() if now.date() - day < SPAN)
        for name, (_, oid) in tree.items()
    }


def extend(data: bytes, metrics: Iterable[str], now: datetime) -> bytes:
    """The file with these figures, as of now."""
    return _encode({**_decode(data), **dict.fromkeys(metrics, now.date())})


def join(local: bytes, remote: bytes | None) -> bytes:
    """What both hold, with the later day of each figure."""
    ours, theirs = _decode(local), _decode(remote or b"")
    return _encode({name: max(day, theirs.get(name, day)) for name, day in {**theirs, **ours}.items()})


def _encode(days: dict[str, date]) -> bytes:
    rows = ({"metric": name, "since": day.isoformat()} for name, day in sorted(days.items()))
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows).encode()


def _decode(data: bytes) -> dict[str, date]:
    """A line that cannot be read says nothing: the figure is asked for again."""
    days: dict[str, date] = {}
    for line in data.decode(errors="replace").splitlines():
        try:
            row = json.loads(line)
            days[str(row["metric"])] = date.fromisoformat(row["since"])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return days
