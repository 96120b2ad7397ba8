"""The content of the feeds: the posts near today by day, and the posts sent last."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from heapq import nlargest, nsmallest
from itertools import chain
from zoneinfo import ZoneInfo

from cmflow.content.media.urls import shows
from cmflow.model import Account, Delivery, Entry, Key, Receipt, State
from cmflow.values import dataclass
from cmflow.website.board import Board, Card, CardLine
from cmflow.website.calendar import Calendar
from cmflow.website.languages import language

BACK, FORWARD = timedelta(days=90), timedelta(days=365)
MOST = 5_000  # posts
SENT = 100  # receipts
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

File = tuple[str, str]


@dataclass(frozen=True)
class Agenda:
    """`near` has the posts that are told; `sent` are the latest published deliveries, newest first."""

    calendar: Calendar
    near: Calendar
    sent: tuple[tuple[Delivery, Receipt], ...]
    states: Mapping[str, str]  # in the plan's language
    address: str
    start: datetime
    end: datetime

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """The posts that are told, in the order of their times."""
        board, start, end = Board(self.near), self.start.date(), self.end.date()
        days = chain.from_iterable(board.month(month).days for month in board.months)
        cards = (card for day in days if start <= day.date < end for card in day.cards)
        return tuple(sorted(cards, key=lambda card: (card.time, card.id)))

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """The same by id."""
        return {entry.id: entry for entry in self.near.entries}

    @property
    def accounts(self) -> Sequence[Account]:
        return self.calendar.plan.accounts

    def page(self, card: Card) -> str:
        """The web address where all of the post is shown, "" where the site is not public."""
        return f"{self.address}/{card.page}" if self.address else ""

    def link(self, card: Card) -> str:
        """The same; where the site is not public, from the top of the site."""
        return self.page(card) or card.page

    def media(self, card: Card) -> Iterator[str]:
        """The pictures and videos of the post that are there and are shown."""
        entry = self.entries.get(card.id)
        return (path for path, blob in (entry.media if entry else ()) if blob and shows(path))

    def changed(self, card: Card, lines: Iterable[CardLine]) -> tuple[datetime, int]:
        """When anything last happened to these deliveries, to the post, or to what decides how it comes out (the
        beginning of time where nothing did); and how often something happened to the first two."""
        deliveries = [self.calendar.deliveries.get(Key(card.id, line.account)) for line in lines]
        steps = [delivery.history[-1].time for delivery in deliveries if delivery and delivery.history]
        entry = self.entries.get(card.id)
        written = self.calendar.history.get(entry.path, ()) if entry else ()
        settled = self.calendar.settled or NEVER
        last = max([settled, *steps, *(change.time for change in written)])
        return last, len(written) + sum(len(delivery.history) for delivery in deliveries if delivery)


def collect(calendar: Calendar, address: str) -> Agenda:
    """Return the posts near the calendar's moment; `address` is the public URL of the site, "" if it has none."""
    midnight = calendar.now.astimezone(ZoneInfo(calendar.plan.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = midnight - BACK, midnight + FORWARD
    states, near = language(calendar.plan.language).states, _between(calendar, start, end)
    return Agenda(calendar, near, _sent(calendar), states, address.rstrip("/"), start, end)


def _between(calendar: Calendar, start: datetime, end: datetime) -> Calendar:
    """The calendar of the posts, and of what the ledger alone remembers, between two moments."""
    by_id = {entry.id: entry for entry in reversed(calendar.entries)}  # of two with one id, the first has the page
    entries = [entry for entry in by_id.values() if _is_between(entry, start, end)]
    if len(entries) > MOST:
        entries = nsmallest(MOST, entries, key=lambda entry: min(abs(time - calendar.now) for time in _times(entry)))
    ids = {entry.id for entry in entries}
    deliveries = {
        key: delivery
        for key, delivery in calendar.deliveries.items()
        if key.post in ids or (key.post not in by_id and start <= delivery.due < end)
    }
    return replace(calendar, entries=entries, deliveries=deliveries)


def _is_between(entry: Entry, start: datetime, end: datetime) -> bool:
    for planned in entry.planned:
        if start <= planned.due < end:
            return True
    return not entry.planned and entry.date is not None and start <= entry.date < end


def _times(entry: Entry) -> Sequence[datetime]:
    return [planned.due for planned in entry.planned] or ([entry.date] if entry.date else [])


def _sent(calendar: Calendar) -> tuple[tuple[Delivery, Receipt], ...]:
    sent = (
        (delivery, delivery.receipts[0])
        for delivery in calendar.deliveries.values()
        if delivery.state is State.SENT and delivery.receipts
    )
    return tuple(nlargest(SENT, sent, key=lambda pair: (pair[1].time, pair[0].post, pair[0].account)))


def web(url: str) -> str:
    """The address where it is one that a browser opens."""
    return url if url.startswith(("https://", "http://")) else ""
