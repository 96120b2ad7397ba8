"""Posts and deliveries by month, cached: of years, statistics read only the months that they are asked about.

What is cached is what statistics compare, without texts. Posts are cached under all that decides them, deliveries under
the ledger's commit: of a newer one, only what has changed since is read.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from cmflow import ledger
from cmflow.insights.statistics.results import published
from cmflow.ledger import Ledger, codec
from cmflow.model import Delivery, Entry, Key
from cmflow.model.errors import GitError
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content

NEVER, EVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 1, tzinfo=UTC)

Months = dict[str, list[Any]]


class _Book(msgspec.Struct):
    """What is cached: under which name, and each month as JSON, so that the others need not be decoded."""

    key: str = ""
    months: dict[str, msgspec.Raw] = {}


def deliveries(state: Ledger, cache: Cache, since: datetime, until: datetime) -> dict[Key, Delivery]:
    """What the local branch knows of the deliveries of these months, published or due."""
    commit = state.repository.tip(state.branch)
    if commit is None:
        return {}
    name = f"deliveries-{state.branch}"
    book = _book(cache, name)
    if book.key == commit:
        rows = _decoded(book, list[Delivery], since, until)
    else:
        months = _by_month((delivery, (published(delivery),)) for delivery in _current(state, commit, book))
        _keep(cache, name, commit, months)
        rows = _chosen(months, since, until)
    return {Key(row.post, row.account): row for row in rows}


def entries(
    content: Content,
    cache: Cache,
    load: Callable[[], Sequence[Entry]],
    since: datetime,
    until: datetime,
    posts: Collection[str],
) -> tuple[Entry, ...]:
    """These `posts` and those that are due in these months, in the order of paths; `load` reads all, if one changed."""
    key = _digest(content)
    book = _book(cache, f"outline-{key}")
    if book.key == key:
        rows = {entry.path: entry for entry in _decoded(book, list[Entry], since, until)}
        if set(posts) - {entry.id for entry in rows.values()}:  # posts with another date today, or without a file
            rows |= {entry.path: entry for entry in _decoded(book, list[Entry]) if entry.id in posts}
    else:
        every = [*map(_slim_entry, load())]
        months = _by_month((entry, _times(entry)) for entry in every)
        _keep(cache, f"outline-{key}", key, months)
        rows = {entry.path: entry for entry in every if entry.id in posts}
        rows |= {entry.path: entry for entry in _chosen(months, since, until)}
    return tuple(rows[path] for path in sorted(rows))


def _times(entry: Entry) -> tuple[datetime, ...]:
    times = (*(item.due for item in entry.planned), *((entry.date,) if entry.date else ()))
    return times or (NEVER,)


def _digest(content: Content) -> str:
    """Identifies all that decides every entry: the plan, the templates, each post and each media file."""
    digest = sha256(content.fingerprint.encode())
    for part in (content.source.blobs, content.odd):
        digest.update("\0".join(f"{path}\t{value}" for path, value in part.items()).encode(errors="surrogatepass"))
    return digest.hexdigest()[:16]


def _current(state: Ledger, commit: str, book: _Book) -> Iterable[Delivery]:
    """Every delivery at this commit: all are read where it is unknown how the cached one differs."""
    try:
        changes = state.repository.changed(book.key, commit) if book.key else None
    except GitError:  # a commit that git has thrown away since
        changes = None
    if changes is None:
        return map(_slim, ledger.read(state).deliveries.values())
    keys = {key for path in changes if (key := codec.key(path))}
    rows = {Key(row.post, row.account): row for row in _decoded(book, list[Delivery])}
    fresh = ledger.read(state, keys).deliveries if keys else {}
    return (*(row for key, row in rows.items() if key not in keys), *map(_slim, fresh.values()))


def _slim(delivery: Delivery) -> Delivery:
    receipts = tuple(replace(receipt, id="", url="") for receipt in delivery.receipts[:1])
    return Delivery(
        *(delivery.post, delivery.account, delivery.state, delivery.due),
        digest=delivery.digest,
        receipts=receipts,
        described=delivery.described,
    )


def _slim_entry(entry: Entry) -> Entry:
    planned = tuple(replace(item, excerpt="", text_digest="", path="") for item in entry.planned)
    return replace(entry, tags=(), media=(), refers=(), problems=(), text="", planned=planned)


# ── months ──────────────────────────────────────────────────────────────────────────────────────────────────


def month(time: datetime) -> str:
    """`2026-12`; four digits of the year on every system, so that months can be compared as text."""
    local = time.astimezone(UTC)
    return f"{local.year:04}-{local.month:02}"


def _by_month(rows: Iterable[tuple[Any, Iterable[datetime]]]) -> Months:
    """Each row under the month of each of its times."""
    months: Months = {}
    for row, times in rows:
        for name in sorted({*map(month, times)}):
            months.setdefault(name, []).append(row)
    return months


def _chosen(months: Mapping[str, Sequence[Any]], since: datetime, until: datetime) -> list[Any]:
    return [row for name, rows in months.items() if month(since) <= name <= month(until) for row in rows]


def _decoded(book: _Book, kind: Any, since: datetime = NEVER, until: datetime = EVER) -> list[Any]:
    """The rows of the months from `since` to `until`."""
    names = [name for name in book.months if month(since) <= name <= month(until)]
    decoder = msgspec.json.Decoder(kind)
    return [row for name in names for row in decoder.decode(book.months[name])]


def _book(cache: Cache, name: str) -> _Book:
    body = cache.body(name)
    return msgspec.json.decode(body, type=_Book) if body else _Book()


def _keep(cache: Cache, name: str, key: str, months: Mapping[str, Sequence[Any]]) -> None:
    """Cache the months, unless the name of a file cannot be written as UTF-8: those are read each time."""
    with suppress(UnicodeEncodeError):
        raw = {name: msgspec.Raw(msgspec.json.encode(rows)) for name, rows in months.items()}
        cache.put(name, msgspec.json.encode(_Book(key, raw)))
