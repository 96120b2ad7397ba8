"""Figures from a file that a network exported: which of our posts each row is about, before anything is saved."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import unquote, urlsplit

from cmflow.insights import exports
from cmflow.insights.exports import Export, Row, Unreadable
from cmflow.insights.metrics import catalogue
from cmflow.ledger import Ledger
from cmflow.metrics import store
from cmflow.metrics.due import slot
from cmflow.model import Delivery, Origin, Reading, Receipt, State
from cmflow.model.errors import SourceError
from cmflow.values import dataclass

LARGEST = 20 * 1024 * 1024  # bytes of a file
DATES = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
FEWEST, WORDS = 6, 40  # letters of a text that must be the same
SPREADSHEET = b"PK\x03\x04"
NEAR = timedelta(days=1)  # a file names days, in a zone of its own


@dataclass(frozen=True, slots=True)
class Match:
    """A row, and the post it is about with the readings it makes; or `reason`, why it is about none of ours."""

    row: Row
    account: str = ""
    post: str = ""
    readings: tuple[Reading, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    """What a file would add. `time` is when its figures were true."""

    export: Export
    time: datetime
    matches: tuple[Match, ...]

    @property
    def readings(self) -> tuple[Reading, ...]:
        return tuple(reading for match in self.matches for reading in match.readings)


@dataclass(frozen=True, slots=True)
class _Part:
    account: str
    post: str
    receipt: Receipt


def read(data: bytes, name: str) -> Export:
    """The export in a file's bytes; SourceError, a sentence with its name, where it is none."""
    hint = "Export it again as CSV, and import the file as it is."
    if data.startswith(SPREADSHEET):
        raise SourceError(f"{name} is a spreadsheet.", "Open it, and save it as CSV (UTF-8).")
    if len(data) > LARGEST:
        raise SourceError(f"{name} is larger than {LARGEST // 1024**2} MB.", hint)
    try:
        return exports.read(_text(data))
    except Unreadable as error:
        raise SourceError(f"{name} cannot be imported. {error}", hint) from None


def _text(data: bytes) -> str:
    """UTF-16 where the file says so, else UTF-8, else what Windows writes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def span(name: str) -> tuple[date | None, date | None]:
    """The first and the last day that a file's name says, as X writes them."""
    days = [day for text in DATES.findall(name) if (day := _day(text))]
    return (days[0] if len(days) > 1 else None), (days[-1] if days else None)


def prepare(
    export: Export,
    accounts: Iterable[str],
    deliveries: Iterable[Delivery],
    texts: Mapping[str, str],
    time: datetime,
    now: datetime,
    since: date | None = None,
) -> Import:
    """What the file would add to these accounts as of `time`. `texts` are what posts say, by their id; a post from
    before `since` is left out, since its first days are not in the file's numbers."""
    names = set(accounts)
    parts = [
        _Part(delivery.account, delivery.post, receipt)
        for delivery in deliveries
        if delivery.account in names and delivery.state is State.SENT
        for receipt in delivery.receipts
    ]
    match = _Matcher(parts, texts)
    return Import(export, time, tuple(_match(export, row, match, time, now, since) for row in export.rows))


def save(metrics: Ledger, plan: Import, clock: Callable[[], datetime]) -> str:
    """Write what the file adds; why it is on the local branch only, "" where it is not."""
    return store.save(metrics, plan.readings, clock)


def _match(export: Export, row: Row, match: "_Matcher", time: datetime, now: datetime, since: date | None) -> Match:
    if not row.figures:
        return Match(row, reason="it has no figures")
    parts = match.find(row)
    if len(parts) != 1:
        return Match(
            row, reason="it could match more than one post" if parts else "it matches no post that cmflow published"
        )
    (part,) = parts
    if since and part.receipt.time.date() < since:
        return Match(row, part.account, part.post, reason=f"it was published before the file begins, on {since}")
    if time < part.receipt.time:
        return Match(row, part.account, part.post, reason="it was published after the file was exported")
    age = time - part.receipt.time
    reading = Reading(
        *(part.account, export.format.network, "", None, time, slot(age), part.post, part.receipt.part),
        age=int(age.total_seconds()),
        source=Origin.IMPORT,
        entered=now,
    )
    rows = tuple(
        replace(reading, metric=name, value=value, common=catalogue.common(reading.network, name, time))
        for name, value in row.figures
    )
    return Match(row, part.account, part.post, rows)


class _Matcher:
    """Finds parts by their id, their address, or their day and first words."""

    def __init__(self, parts: Iterable[_Part], texts: Mapping[str, str]) -> None:
        self.parts = tuple(parts)
        self.texts = {post: _plain(text) for post, text in texts.items()}

    def find(self, row: Row) -> tuple[_Part, ...]:
        """The parts that may be meant: by its id one, by its text perhaps more."""
        named = [part for part in self.parts if row.id and row.id in _ids(part.receipt)]
        placed = named or [part for part in self.parts if row.url and _place(row.url) == _place(part.receipt.url)]
        words = _plain(row.text)[:WORDS]
        if placed or not row.day or len(words) < FEWEST:
            return tuple(placed)
        return tuple(part for part in self.parts if self._is_alike(part, words, row.day))

    def _is_alike(self, part: _Part, words: str, day: date) -> bool:
        """Only the first part of a thread has the words that a network shows of it."""
        is_near = abs(part.receipt.time.date() - day) <= NEAR
        return is_near and not part.receipt.part and words in self.texts.get(part.post, "")


def _ids(receipt: Receipt) -> tuple[str, ...]:
    """Some networks call a post by the number behind that of its page, or by the last part of a URN."""
    return receipt.id, re.split(r"[_:]", receipt.id)[-1]


def _place(url: str) -> tuple[str, str]:
    """An address without what does not matter; no address is never the same as another."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").replace("twitter.com", "x.com")
    query = parts.query if host.endswith(("youtube.com", "facebook.com")) else ""
    return host or url, f"{unquote(parts.path).rstrip('/')}?{query}"


def _plain(text: str) -> str:
    """Letters and digits alone: networks shorten links and change spaces."""
    return "".join(re.findall(r"\w+", re.sub(r"https?://\S+", "", text))).casefold()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
