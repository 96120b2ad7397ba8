"""The files of an account's readings by month, and what they say of the posts of one month.

A post is read for three months, so what is known of those of a month is decided by the files of that month and of the
three that follow. Their blob ids are its key: what is made of months that are over stays as it is.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from hashlib import sha256

from cmflow.insights.statistics.results import published
from cmflow.ledger import Ledger, lines
from cmflow.ledger.lines import Line
from cmflow.metrics.outline import month
from cmflow.model import Delivery, State
from cmflow.values import dataclass

MONTHS = 4  # whose files decide what is known of the posts of one


@dataclass(slots=True)
class Shelf:
    """One account. `files` are blob ids by month, `months` its posts by the month in which they were published."""

    book: Ledger
    account: str
    files: Mapping[str, str]
    months: Mapping[str, list[str]]
    decoded: dict[str, list[Line]] = field(default_factory=dict)

    def oids(self, start: str) -> list[str]:
        """The files that decide what is known of the posts of that month."""
        return [self.files[name] for name in _following(start) if name in self.files]

    def key(self, start: str) -> str:
        """Equal keys are equal posts with equal readings."""
        files = [self.files.get(name, "") for name in _following(start)]
        parts = "\n".join((*files, *self.months[start]))
        return sha256(parts.encode(errors="surrogatepass")).hexdigest()[:16]

    def read(self, oids: Iterable[str]) -> None:
        """Read these files into `decoded`, unless they are there."""
        missing = [oid for oid in dict.fromkeys(oids) if oid not in self.decoded]
        if missing:
            self.decoded.update((oid, lines.decode(data)) for oid, data in self.book.repository.read(missing))

    def tracks(self, start: str) -> dict[str, list[Line]]:
        """The readings of the first part of each post of that month, from files that are read already."""
        tracks: dict[str, list[Line]] = {post: [] for post in self.months[start]}
        for oid in self.oids(start):
            for line in self.decoded[oid]:
                if not line.part and line.post in tracks:
                    tracks[line.post].append(line)
        return tracks


def shelves(book: Ledger, accounts: Collection[str], deliveries: Iterable[Delivery]) -> list[Shelf]:
    """One per account, with those of the deliveries that were sent."""
    months: dict[str, dict[str, list[str]]] = {account: {} for account in accounts}
    for delivery in deliveries:
        if delivery.state is State.SENT and delivery.account in months:
            months[delivery.account].setdefault(month(published(delivery)), []).append(delivery.post)
    for groups in months.values():
        for posts in groups.values():
            posts.sort()
    files = lines.files(book, accounts)
    return [Shelf(book, account, files[account], months[account]) for account in accounts]


def _following(start: str) -> list[str]:
    """The month, and those after it whose readings count."""
    year, number = int(start[:4]), int(start[5:]) - 1
    return [f"{year + place // 12:04}-{place % 12 + 1:02}" for place in range(number, number + MONTHS)]
