"""Entries and media facts as stored in the cache, and as sent between processes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple
from functools import cache as once
from typing import TYPE_CHECKING, Any

from cmflow import collector
from cmflow.content.media import Facts
from cmflow.model import Entry, Planned
from cmflow.repository.cache import Cache

if TYPE_CHECKING:
    from msgspec.json import Decoder

MANY, FEW = 1_000, 20  # saving many entries takes longer than examining a few again

# What entries and deliveries have in common with each other, or often with those of other posts. No dates: the same
# moment in two zones is equal, and looks different.
ALIKE = {
    Entry: ("path", "id", "language", "pillar", "campaign"),
    Planned: ("post", "path", "account", "late", "text_digest", "excerpt", "language", "traits"),
}

Rows = dict[str, tuple[str, Entry]]  # by path: the post's blob id and its entry
Results = list[tuple[Entry, str]]


class Entries:
    """The entries cached under a key."""

    def __init__(self, cache: Cache, key: str) -> None:
        self._cache, self._name = cache, f"entries-{key}"
        self._rows: Rows = cache.decoded(self._name, _rows) or {}

    def get(self, path: str, blobs: Mapping[str, str]) -> Entry | None:
        """The cached entry of a post, if it is still valid: the post and its media are unchanged."""
        blob, entry = self._rows.get(path, ("", None))
        if entry is None or blobs[path] != blob or any(blobs.get(name, "") != digest for name, digest in entry.media):
            return None
        return entry

    def keep(self, paths: Collection[str], blobs: Mapping[str, str], entries: Iterable[Entry]) -> None:
        """Save new entries and those of the other `paths`; drop the rest."""
        fresh = {entry.path: (blobs[entry.path], entry) for entry in entries}
        stale = len(self._rows.keys() - set(paths))
        if len(fresh) + stale > (FEW if len(paths) > MANY else 0):
            self._rows = {path: row for path in paths if (row := fresh.get(path) or self._rows.get(path))}
            self._cache.put(self._name, _body(self._rows))
            self._cache.remember(self._name, self._rows)
        elif fresh:
            self._cache.remember(self._name, {**self._rows, **fresh})


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


def _rows(body: bytes) -> Rows:
    with collector.pause():
        return _rows_decoder().decode(body)


def _body(rows: Rows) -> bytes:
    """The rows as JSON, without those that cannot be written as UTF-8 (file names): those are examined each time."""
    from msgspec.json import encode

    try:
        return encode(rows)
    except UnicodeEncodeError:
        return encode({path: row for path, row in rows.items() if isinstance(packed([(row[1], path)]), bytes)})


@once
def _rows_decoder() -> Decoder[Rows]:
    from msgspec.json import Decoder

    return Decoder(Rows)


@once
def _results_decoder() -> Decoder[Results]:
    from msgspec.json import Decoder

    return Decoder(Results)
