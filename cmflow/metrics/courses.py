"""How each post fared, reading by reading, for its own page; and a token that changes with it.

Tokens are cached by months: after a run of metrics, only posts of which something was read are looked at again. Where
neither branch has moved, nothing is imported that reads.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import cache as once
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from cmflow.ledger import Ledger, Snapshot
from cmflow.model import Delivery, Key
from cmflow.repository.cache import Cache

if TYPE_CHECKING:
    from cmflow.ledger.lines import Line
    from cmflow.metrics.shelves import Shelf

NAME = "courses"
OPEN = 64  # months of accounts that are in memory at the same time

Tokens = dict[str, tuple[str, dict[str, str]]]  # by account and month: its key, and the token of each post
Reader = Callable[[Delivery], "list[Line]"]


class _Book(msgspec.Struct):
    """What is cached; `key` names the commits of both branches."""

    key: str = ""
    months: Tokens = {}


def courses(book: Ledger, cache: Cache, accounts: Collection[str], snapshot: Snapshot) -> tuple[dict[Key, str], Reader]:
    """The tokens of the deliveries of which something was read, and what gives the readings of one."""
    body = cache.body(NAME)
    cached = msgspec.json.decode(body, type=_Book) if body else _Book()
    key = f"{book.repository.tip(book.branch)} {snapshot.commit} {' '.join(sorted(accounts))}"

    @once
    def shelves() -> Mapping[str, Shelf]:
        from cmflow.metrics import shelves

        return {shelf.account: shelf for shelf in shelves.shelves(book, accounts, snapshot.deliveries.values())}

    if cached.key != key:
        months = cached.months
        cached = _Book(key, {name: row for shelf in shelves().values() for name, row in _tokens(shelf, months).items()})
        with suppress(UnicodeEncodeError):  # a post whose name is not UTF-8: all are looked at each time
            cache.put(NAME, msgspec.json.encode(cached))
    tokens = {
        Key(post, place.rpartition(" ")[0]): token
        for place, (_, posts) in cached.months.items()
        for post, token in posts.items()
    }
    return tokens, _reader(shelves)


def _tokens(shelf: Shelf, cached: Tokens) -> Tokens:
    """By account and month; only files that have something new are read."""
    places = {f"{shelf.account} {start}": start for start in shelf.months}
    keys = {place: shelf.key(start) for place, start in places.items()}
    rows = {place: row for place, key in keys.items() if (row := cached.get(place)) and row[0] == key}
    stale = [place for place in places if place not in rows]
    shelf.read(oid for place in stale for oid in shelf.oids(places[place]))
    for place in stale:
        tracks = shelf.tracks(places[place])
        rows[place] = keys[place], {post: _token(track) for post, track in tracks.items() if track}
    shelf.decoded.clear()
    return rows


def _token(track: list[Line]) -> str:
    return blake2b(msgspec.json.encode(track), digest_size=6).hexdigest()


def _reader(shelves: Callable[[], Mapping[str, Shelf]]) -> Reader:
    @lru_cache(maxsize=OPEN)
    def tracks(account: str, start: str) -> dict[str, list[Line]]:
        shelf = shelves()[account]
        shelf.read(shelf.oids(start))
        rows = shelf.tracks(start)
        shelf.decoded.clear()
        return rows

    def course(delivery: Delivery) -> list[Line]:
        from cmflow.insights.statistics.results import published
        from cmflow.metrics.outline import month

        shelf, start = shelves().get(delivery.account), month(published(delivery))
        return tracks(delivery.account, start).get(delivery.post, []) if shelf and start in shelf.months else []

    return course
