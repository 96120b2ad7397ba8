"""What posts had at the age that is asked about, cached by the month in which they were published.

Months that are over are never read again (see `shelves`). Readings of the accounts themselves are cached by the file
that they are in.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec

from cmflow.insights.statistics import FIGURES, Question, Sample, series
from cmflow.insights.statistics.series import Kind
from cmflow.ledger import Ledger
from cmflow.ledger.lines import Line
from cmflow.metrics import shelves
from cmflow.metrics.outline import month
from cmflow.metrics.shelves import Shelf
from cmflow.model import Delivery, Key
from cmflow.repository.cache import Cache
from cmflow.values import dataclass

OLDEST = timedelta(days=30)  # the age up to which the following months hold all readings that count
FIRST = datetime.min.replace(tzinfo=UTC)


class _Posts(msgspec.Struct, array_like=True):
    """The posts of an account and month. `latest` is the time of the last reading that counts."""

    key: str
    latest: datetime
    posts: list[str]
    values: list[float | None]
    kinds: list[Kind]
    places: list[int]  # in `kinds`
    flags: list[int]  # 1: read, 2: told


class _File(msgspec.Struct, array_like=True):
    """A file: the readings of the account itself, and whether any in it never happened."""

    lines: list[Line]
    simulated: bool


class _Book(msgspec.Struct):
    """What is cached, each piece as JSON: by account and month, and by the blob ids of files."""

    months: dict[str, msgspec.Raw] = {}
    files: dict[str, msgspec.Raw] = {}


@dataclass(frozen=True, slots=True)
class Readings:
    """`lines` by account: those of the account itself, and of the posts whose whole course is wanted."""

    samples: Mapping[Key, Sample]
    lines: Mapping[str, list[Line]]
    simulated: bool


def able(question: Question) -> bool:
    """Whether the age is one at which posts can be cached by months."""
    return question.age <= OLDEST


def read(
    book: Ledger,
    cache: Cache,
    question: Question,
    accounts: Collection[str],
    deliveries: Iterable[Delivery],
    whole: Collection[str],
    now: datetime,
) -> Readings:
    """What the branch here knows of these deliveries and accounts; of the posts `whole` also every reading."""
    name = f"samples-{question.figure.replace(' ', '-')}-{question.age // timedelta(minutes=1)}"
    body = cache.body(name)
    cached = msgspec.json.decode(body, type=_Book) if body else _Book()
    desks = [_Desk(shelf, cached, question, now) for shelf in shelves.shelves(book, accounts, deliveries)]
    samples: dict[Key, Sample] = {}
    rows: dict[str, list[Line]] = {}
    for desk in desks:
        samples.update(desk.samples())
        rows[desk.shelf.account] = [*desk.own(), *desk.courses(whole)]
        desk.shelf.decoded.clear()
    if any(desk.fresh for desk in desks):
        current = {oid for desk in desks for oid in desk.shelf.files.values()}
        cached.files = {oid: raw for oid, raw in cached.files.items() if oid in current}
        cache.put(name, msgspec.json.encode(cached))
    return Readings(samples, rows, any(desk.simulated for desk in desks))


@dataclass(slots=True)
class _Desk:
    """Where the files of an account become samples."""

    shelf: Shelf
    cached: _Book
    question: Question
    now: datetime
    fresh: bool = False
    simulated: bool = False

    def samples(self) -> Iterator[tuple[Key, Sample]]:
        """What each post had at the age of the question."""
        rows = {start: self._cached(start) for start in self.shelf.months}
        self.shelf.read(oid for start, row in rows.items() if row is None for oid in self.shelf.oids(start))
        for start, row in rows.items():
            yield from self._samples(row or self._sampled(start))

    def own(self) -> Iterator[Line]:
        """The readings of the account itself."""
        since, until = month(self.question.period.previous.since), month(self.question.period.until)
        oids = [oid for name, oid in self.shelf.files.items() if since <= name <= until]
        self.shelf.read(oid for oid in oids if oid not in self.cached.files)
        for oid in oids:
            raw = self.cached.files.get(oid)
            file = msgspec.json.decode(raw, type=_File) if raw else self._filed(oid)
            self.simulated |= file.simulated
            yield from file.lines

    def courses(self, whole: Collection[str]) -> Iterator[Line]:
        """Every reading of those of the account's posts that are among `whole`."""
        months = self.shelf.months
        starts = [start for start, posts in months.items() if any(post in whole for post in posts)]
        posts = {post for start in starts for post in months[start] if post in whole}
        oids = [*dict.fromkeys(oid for start in starts for oid in self.shelf.oids(start))]
        self.shelf.read(oids)
        return (line for oid in oids for line in self.shelf.decoded[oid] if line.post in posts)

    def _cached(self, start: str) -> _Posts | None:
        raw = self.cached.months.get(f"{self.shelf.account} {start}")
        row = msgspec.json.decode(raw, type=_Posts) if raw else None
        return row if row and row.key == self.shelf.key(start) and row.latest <= self.now else None

    def _sampled(self, start: str) -> _Posts:
        """Cached unless a reading is dated ahead of now."""
        tracks = self.shelf.tracks(start)
        names, age = FIGURES[self.question.figure], self.question.age
        latest = max((line.time for track in tracks.values() for line in track), default=FIRST)
        for post, track in tracks.items() if latest > self.now else ():
            tracks[post] = [line for line in track if line.time <= self.now]
        samples = {post: series.figure_at(track, names, age) for post, track in tracks.items()}
        row = _posts(self.shelf.key(start), latest, samples)
        if latest <= self.now:
            self._put(self.cached.months, f"{self.shelf.account} {start}", row)
        return row

    def _samples(self, row: _Posts) -> Iterator[tuple[Key, Sample]]:
        for post, value, place, flag in zip(row.posts, row.values, row.places, row.flags, strict=True):
            yield Key(post, self.shelf.account), Sample(value, row.kinds[place], bool(flag & 1), bool(flag & 2))

    def _filed(self, oid: str) -> _File:
        rows = self.shelf.decoded[oid]
        file = _File([line for line in rows if not line.post], any(line.mode for line in rows))
        self._put(self.cached.files, oid, file)
        return file

    def _put(self, shelf: dict[str, msgspec.Raw], name: str, value: _Posts | _File) -> None:
        with suppress(UnicodeEncodeError):  # a post whose name is not UTF-8: it is read each time
            shelf[name] = msgspec.Raw(msgspec.json.encode(value))
            self.fresh = True


def _posts(key: str, latest: datetime, samples: Mapping[str, Sample]) -> _Posts:
    kinds: dict[Kind, int] = {}
    places = [kinds.setdefault(sample.kind, len(kinds)) for sample in samples.values()]
    flags = [sample.is_read + 2 * sample.is_told for sample in samples.values()]
    return _Posts(key, latest, [*samples], [sample.value for sample in samples.values()], [*kinds], places, flags)
