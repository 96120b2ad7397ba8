"""Entries and media facts as stored in the cache, and as sent between processes.

Entries are stored by month, and a month is decoded when one of its posts is asked for: of a large calendar few are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple
from functools import cache as once
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cmflow.content.media import Facts
from cmflow.model import Entry, Planned
from cmflow.repository.cache import Cache

if TYPE_CHECKING:
    from msgspec.json import Decoder

# What entries and deliveries have in common with each other, or often with those of other posts. No dates: the same
# moment in two zones is equal, and looks different.
ALIKE = {
    Entry: ("path", "id", "language", "pillar", "campaign"),
    Planned: ("post", "path", "account", "late", "text_digest", "excerpt", "language", "traits"),
}

Results = list[tuple[Entry, str]]
Rows = dict[str, tuple[str, str, Entry]]  # by path: the post's blob id, what was sent of it, and its entry
Places = dict[str, tuple[str, str]]  # by path: the post's blob id and the month of its entry
NONE: Mapping[str, str] = MappingProxyType({})
PLACES, NO_DATE = "places", "undated"


class Entries:
    """The entries cached under a key."""

    def __init__(self, cache: Cache, key: str, marks: Mapping[str, str] = NONE) -> None:
        """`marks` of a `PublicationIndex`, for entries that show what was sent."""
        self._cache, self._folder, self._marks = cache, f"entries-{key}", marks
        self._places = cache.decoded(self._name(PLACES), _places) or {}
        self._months: dict[str, Rows] = {}

    def get(self, path: str, blobs: Mapping[str, str]) -> Entry | None:
        """The cached entry of a post, if it is still valid: the post and its media are unchanged."""
        blob, month = self._places.get(path, ("", ""))
        row = self._rows(month).get(path) if blob and blobs[path] == blob else None
        if row is None or row[:2] != (blob, self._marks.get(row[2].id, "")):
            return None
        return row[2] if all(blobs.get(name, "") == digest for name, digest in row[2].media) else None

    def keep(self, paths: Collection[str], blobs: Mapping[str, str], entries: Sequence[Entry]) -> None:
        """Save new entries and those of the other `paths`; drop the rest."""
        fresh = {entry.path: (blobs[entry.path], _month(entry)) for entry in entries}
        stale = {path for path in self._places.keys() - set(paths) | fresh.keys() if path in self._places}
        if not fresh and not stale:
            return
        months = {*(month for _, month in fresh.values()), *(self._places[path][1] for path in stale)}
        rows = {month: {path: row for path, row in self._rows(month).items() if path not in stale} for month in months}
        for entry in entries:
            blob, month = fresh[entry.path]
            rows[month][entry.path] = blob, self._marks.get(entry.id, ""), entry
        for month, entries_of_month in rows.items():
            self._save(month, entries_of_month)
        places = {path: place for path, place in self._places.items() if path not in stale} | fresh
        self._save(PLACES, places)

    def _rows(self, month: str) -> Rows:
        if month not in self._months:
            self._months[month] = self._cache.decoded(self._name(month), _rows) or {}
        return self._months[month]

    def _save(self, part: str, rows: Rows | Places) -> None:
        self._cache.put(self._name(part), _body(rows))
        self._cache.remember(self._name(part), rows)

    def _name(self, part: str) -> str:
        return f"{self._folder}/{part}"


def _month(entry: Entry) -> str:
    return f"{entry.date.year}{entry.date.month:02}" if entry.date else NO_DATE


def packed(results: Results) -> bytes | Results:
    """The results in a fifth of pickle's space and time; unchanged if one cannot be written as UTF-8."""
    from msgspec.json import encode

    try:
        return encode(results)
    except UnicodeEncodeError:
        return results


def unpacked(data: bytes | Results) -> Results:
    """The results that were `packed`; what is equal in them is one object, which halves their memory."""
    if not isinstance(data, bytes):
        return data
    results, values = _results_decoder().decode(data), dict[Any, Any]()
    for entry, _ in results:
        for item in (entry, *entry.planned):
            for name in ALIKE[type(item)]:
                value = getattr(item, name)
                object.__setattr__(item, name, values.setdefault(value, value))
    return results


def facts(cache: Cache) -> dict[str, Facts | str]:
    """The cached facts: blob id → what the media file is, or why it cannot be used."""
    rows = cache.load("media").items()
    return {blob: row if isinstance(row, str) else Facts(*row) for blob, row in rows}


def keep_facts(cache: Cache, facts: Mapping[str, Facts | str]) -> None:
    cache.save("media", {blob: row if isinstance(row, str) else astuple(row) for blob, row in facts.items()})


def _places(body: bytes) -> Places:
    from msgspec.json import Decoder

    return Decoder(Places).decode(body)


def _rows(body: bytes) -> Rows:
    return _rows_decoder().decode(body)


def _body(rows: Rows | Places) -> bytes:
    """The rows as JSON, without those that cannot be written as UTF-8 (file names): those are examined each time."""
    from msgspec.json import encode

    try:
        return encode(rows)
    except UnicodeEncodeError:
        return encode({path: row for path, row in rows.items() if is_text((path, row))})


def is_text(value: object) -> bool:
    """Return whether JSON can hold the value: the name of a file need not be UTF-8."""
    from msgspec.json import encode

    try:
        encode(value)
    except UnicodeEncodeError:
        return False
    return True


@once
def _rows_decoder() -> Decoder[Rows]:
    from msgspec.json import Decoder

    return Decoder(Rows)


@once
def _results_decoder() -> Decoder[Results]:
    from msgspec.json import Decoder

    return Decoder(Results)
