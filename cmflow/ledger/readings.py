"""Readings as JSON lines on a branch of their own, one file per account and month: `readings/<account>/2026-12.jsonl`.

There are no locks. A reading has a key (network, post, part, metric, age or day), and of two with the same key both
sides choose the same one, so that files are joined by putting them together, in any order and as often as one likes.
A line that this version of cmflow cannot read is left as it is.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

from cmflow.insights.metrics import catalogue
from cmflow.insights.metrics.catalogue import Of
from cmflow.ledger import codec
from cmflow.ledger.reader import Ledger
from cmflow.model import Number, Origin, Reading

BRANCH = "cmflow-metrics"
FOLDER = "readings"
RANKS = {Origin.IMPORT: 0, Origin.API: 1, Origin.HAND: 2}  # whose figure holds where two tell one
FIELDS = frozenset(("at", "slot", "network", "values", "post", "part", "age", "source", "entered", "mode"))

Key = tuple[str, str, int, str, str]  # network, post, part, metric, slot


class Month(NamedTuple):
    """What a file holds: its readings, and the lines that cannot be read."""

    readings: tuple[Reading, ...] = ()
    unreadable: tuple[str, ...] = ()


def path(account: str, time: datetime) -> str:
    """Where a reading of that time is stored."""
    return f"{FOLDER}/{codec.safe(account)}/{time.astimezone(UTC):%Y-%m}.jsonl"


def key(reading: Reading) -> Key:
    return reading.network, reading.post, reading.part, reading.metric, reading.slot


def read(ledger: Ledger, files: Mapping[str, str]) -> dict[str, Month]:
    """What these files hold on the local branch; `files` are the accounts by path. No file, no readings."""
    ids = _ids(ledger, tuple(files))
    blobs = dict(ledger.repository.read({*ids.values()}))
    return {path: decode(blobs[ids[path]], account) if path in ids else Month() for path, account in files.items()}


def _ids(ledger: Ledger, paths: tuple[str, ...]) -> dict[str, str]:
    tip = ledger.repository.tip(ledger.branch)
    files = ledger.repository.tree(tip, *paths) if tip and paths else {}
    return {path: oid for path, (_, oid) in files.items()}


# ── two of the same key ─────────────────────────────────────────────────────────────────────────────────────


def merge(*readings: Reading) -> tuple[Reading, ...]:
    """One reading of each key, whatever their order."""
    chosen: dict[Key, Reading] = {}
    for reading in readings:
        other = chosen.get(key(reading))
        chosen[key(reading)] = max(other, reading, key=_rank) if other else reading
    return tuple(chosen.values())


def _rank(reading: Reading) -> tuple[bool, bool, int, float, float, str]:
    """What happened beats what is simulated, a figure beats none, a person's the network's, and the correction what it
    corrects; of the network's own the earlier one is nearer to the age that it is for."""
    entered = reading.entered.timestamp() if reading.entered else 0.0
    tie = json.dumps([reading.value, reading.age, reading.mode])
    source = RANKS[reading.source]
    return not reading.mode, reading.value is not None, source, entered, -reading.time.timestamp(), tie


def join(local: bytes, remote: bytes | None) -> bytes:
    """One file that holds what both hold."""
    return local if remote is None else encode(_together(decode(remote), decode(local)))


def extend(data: bytes, readings: Iterable[Reading]) -> bytes:
    """The file with these readings of its account and month as well."""
    return encode(_together(decode(data), Month(tuple(readings))))


def _together(first: Month, second: Month) -> Month:
    lines = dict.fromkeys((*first.unreadable, *second.unreadable))
    return Month(merge(*first.readings, *second.readings), tuple(sorted(lines)))


# ── lines ───────────────────────────────────────────────────────────────────────────────────────────────────


def encode(month: Month) -> bytes:
    """One line for all figures that were read of a post, or of the account, at one time; the same readings are always
    the same bytes."""
    rows = sorted(month.readings, key=lambda reading: (*_line_order(reading), reading.metric))
    lines = [_line([*group]) for _, group in groupby(rows, key=_line_order)]
    return "".join(f"{line}\n" for line in (*lines, *month.unreadable)).encode("utf-8", "surrogateescape")


def decode(data: bytes, account: str = "") -> Month:
    """The readings of a file, each with the common name of its figure."""
    readings: list[Reading] = []
    unreadable: list[str] = []
    for line in data.decode("utf-8", "surrogateescape").split("\n"):
        try:
            readings += _readings(line, account) if line.strip() else ()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            unreadable.append(line)
    return Month(merge(*readings), tuple(unreadable))


def _line_order(reading: Reading) -> tuple[str, str, int, str, str, str, int, str, str]:
    entered = _text(reading.entered) if reading.entered else ""
    where = (_text(reading.time), reading.post, reading.part, reading.slot, reading.network)
    return *where, reading.source, -1 if reading.age is None else reading.age, entered, reading.mode


def _line(readings: list[Reading]) -> str:
    first = readings[0]
    fields = {
        "at": _text(first.time),
        "post": first.post,
        "part": first.part,
        "slot": first.slot,
        "age": first.age,
        "network": first.network,
        "source": "" if first.source is Origin.API else first.source.value,
        "entered": _text(first.entered) if first.entered else "",
        "mode": first.mode,
    }
    record: dict[str, Any] = {name: value for name, value in fields.items() if value not in ("", None) and value != 0}
    if first.age == 0:
        record["age"] = 0
    record["values"] = {reading.metric: reading.value for reading in readings}
    try:
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, from a path that is not UTF-8: JSON can escape it
        text = json.dumps(record, separators=(",", ":"))
    return text


def _readings(line: str, account: str) -> Iterator[Reading]:
    record = json.loads(line, parse_constant=_refuse)
    if record.keys() - FIELDS:
        raise ValueError("a newer cmflow wrote this line")
    time = _time(record["at"])
    entered, age = record.get("entered"), record.get("age")
    first = Reading(
        account,
        _string(record["network"]),
        "",
        None,
        time,
        _string(record["slot"]),
        post=_string(record.get("post", "")),
        part=_whole(record.get("part", 0)),
        age=None if age is None else _whole(age),
        source=Origin(record.get("source", "api")),
        entered=_time(entered) if entered else None,
        mode=_string(record.get("mode", "")),
    )
    for metric, value in record["values"].items():
        common = catalogue.common(first.network, metric, time, Of.POST if first.post else Of.ACCOUNT)
        yield replace(first, metric=metric, value=_number(value), common=common)


def _number(value: Any) -> Number | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise ValueError("not a number")


def _whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("not a whole number")


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("not text")


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a figure")


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None or not codec.FIRST < time.year < codec.LAST:
        raise ValueError("a time without a zone, or outside the years that cmflow accepts")
    return time.astimezone(UTC)
