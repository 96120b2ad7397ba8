"""Entries and media facts as the cache keeps them, and as they travel between processes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple
from functools import cache as once
from typing import TYPE_CHECKING

from cmflow.content.media import Facts
from cmflow.model import Entry
from cmflow.repository.cache import Cache

if TYPE_CHECKING:
    from msgspec.json import Decoder

MANY, FEW = 1_000, 20  # to save so many entries takes longer than to examine so few once more

Kept = dict[str, tuple[str, Entry]]  # by path: the post's blob id, and what came of it
Results = list[tuple[Entry, str]]


class Entries:
    """The entries kept under a key."""

    def __init__(self, cache: Cache, key: str) -> None:
        self._cache, self._name = cache, f"entries-{key}"
        body = cache.body(self._name)
        self._kept: Kept = _kept().decode(body) if body else {}

    def get(self, path: str, blobs: Mapping[str, str]) -> Entry | None:
        """What is kept of a post, if it still says the truth: the same post, and the same media where it looks."""
        blob, entry = self._kept.get(path, ("", None))
        if entry is None or blobs[path] != blob or any(blobs.get(each, "") != seen for each, seen in entry.media):
            return None
        return entry

    def keep(self, paths: Collection[str], blobs: Mapping[str, str], made: Iterable[Entry]) -> None:
        """Keep what was made, besides what is kept of the other `paths`; forget the rest."""
        fresh = {entry.path: (blobs[entry.path], entry) for entry in made}
        gone = len(self._kept.keys() - set(paths))
        if len(fresh) + gone > (FEW if len(paths) > MANY else 0):
            self._kept = {path: found for path in paths if (found := fresh.get(path) or self._kept.get(path))}
            self._cache.put(self._name, _body(self._kept))


def packed(results: Results) -> bytes | Results:
    """In a fifth of the space and time that pickle needs; as they are where one cannot be written as UTF-8."""
    from msgspec.json import encode

    try:
        return encode(results)
    except UnicodeEncodeError:
        return results


def unpacked(found: bytes | Results) -> Results:
    """What was `packed`."""
    return _results().decode(found) if isinstance(found, bytes) else found


def facts(cache: Cache) -> dict[str, Facts | str]:
    """Blob id → what the media file is, or why it cannot be used."""
    found = cache.load("media").items()
    return {blob: row if isinstance(row, str) else Facts(*row) for blob, row in found}


def keep_facts(cache: Cache, found: Mapping[str, Facts | str]) -> None:
    cache.save("media", {blob: row if isinstance(row, str) else astuple(row) for blob, row in found.items()})


def _body(kept: Kept) -> bytes:
    """Without what cannot be written as UTF-8, as the name of a file may be: that is examined each time."""
    from msgspec.json import encode

    try:
        return encode(kept)
    except UnicodeEncodeError:
        return encode({path: each for path, each in kept.items() if isinstance(packed([(each[1], path)]), bytes)})


@once
def _kept() -> Decoder[Kept]:
    from msgspec.json import Decoder

    return Decoder(Kept)


@once
def _results() -> Decoder[Results]:
    from msgspec.json import Decoder

    return Decoder(Results)
