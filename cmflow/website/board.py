"""What the calendar shows: each post on its days, each account in its state. Made a month at a time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cmflow.content.media import urls
from cmflow.insights import progress
from cmflow.insights.progress import Progress
from cmflow.insights.status import BY_HAND, Standing
from cmflow.model import Entry, Planned, Problem, State, Status
from cmflow.problems import is_error
from cmflow.website.calendar import Calendar
from cmflow.website.post_page import address

STATES = (
    *("failed", "unsure", "missed", "blocked", "held", "unapproved", "by_hand", "sending", "due"),
    *("scheduled", "sent", "skipped", "draft", "history"),
)  # what most needs a person first
NEED = {state: number for number, state in enumerate(STATES)}

YearMonth = tuple[int, int]


class Line(NamedTuple):
    """One account of a post on a day. `url` is where it can be seen; http(s) or nothing."""

    account: str
    state: str
    at: datetime
    url: str = ""
    note: str = ""


class Card(NamedTuple):
    """A post on a day; `lines` are sorted by what needs a person, `page` is where all of it is shown.

    Cards and lines are tuples because there are hundreds of thousands of them.
    """

    id: str
    title: str
    page: str
    at: datetime
    state: str
    lines: tuple[Line, ...]
    language: str = ""
    is_draft: bool = False
    is_gone: bool = False
    errors: int = 0
    warnings: int = 0
    campaign: str = ""
    pillar: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    excerpt: str = ""
    picture: str = ""
    media: int = 0


class Day(NamedTuple):
    date: date
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """Every day of it; `posts` is how many posts go out."""

    year: int
    number: int
    days: tuple[Day, ...]
    posts: int

    @property
    def name(self) -> str:
        return page_name(self.year, self.number)


@dataclass(frozen=True)
class Board:
    """All there is to show."""

    calendar: Calendar

    @property
    def entries(self) -> Sequence[Entry]:
        return self.calendar.entries

    @property
    def now(self) -> datetime:
        return self.calendar.now

    @cached_property
    def standings(self) -> Mapping[tuple[str, str], Standing]:
        return self.calendar.standings

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.calendar.plan.zone)

    @cached_property
    def months(self) -> Mapping[YearMonth, Sequence[tuple[date, Entry]]]:
        """The posts of each month, with their days, in the order of the months; a post may have several days."""
        found = defaultdict[YearMonth, list[tuple[date, Entry]]](list)
        for entry in (*self.entries, *self._gone()):
            for day in sorted({self._day(at) for at in _times(entry)}):
                found[day.year, day.month].append((day, entry))
        return dict(sorted(found.items()))

    @cached_property
    def years(self) -> Sequence[tuple[int, Sequence[tuple[int, str, int]]]]:
        """Each year with its months: number, page, and how many posts."""
        months = [(year, (month, page_name(year, month), len(found))) for (year, month), found in self.months.items()]
        return [(year, [month for _, month in group]) for year, group in groupby(months, key=itemgetter(0))]

    def month(self, month: YearMonth) -> Month:
        by_day = defaultdict[date, list[Card]](list)
        for day, entry in self.months[month]:
            by_day[day].append(self._card(entry, day))
        days = (Day(day, tuple(sorted(by_day[day], key=lambda card: (card.at, card.id)))) for day in _days(*month))
        return Month(*month, tuple(days), len(self.months[month]))

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many deliveries are in each state, and how many posts are drafts."""
        found = Counter(state_of(standing, self.now) for standing in self.standings.values())
        found["draft"] = sum(entry.status is Status.DRAFT and entry.date is not None for entry in self.entries)
        return {state: found[state] for state in STATES if found[state]}

    @cached_property
    def needing(self) -> Sequence[Standing]:
        return [standing for standing in self.standings.values() if standing.person]

    @cached_property
    def by_hand(self) -> Sequence[Standing]:
        return [standing for standing in self.standings.values() if standing.by_hand]

    @cached_property
    def progress(self) -> Progress:
        return progress.measure(self.calendar.plan, self.entries, self.standings.values(), self.now)

    @cached_property
    def titles(self) -> Mapping[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def named(self) -> Set[str]:
        """The accounts that posts or the ledger name, whether the plan still has them or not."""
        return {
            *(planned.account for entry in self.entries for planned in entry.planned),
            *(account for _, account in self.calendar.deliveries),
        }

    def unreadable(self) -> Iterator[tuple[Entry, Sequence[Problem]]]:
        return ((entry, self.calendar.problems.get(entry.path, ())) for entry in self.entries if entry.date is None)

    def _gone(self) -> Iterator[Entry]:
        """Posts that were delivered and are no longer there."""
        found = defaultdict[str, list[Planned]](list)
        for (post, account), sent in self.calendar.deliveries.items():
            if post not in self.titles:
                standing = self.standings.get((post, account))
                found[post].append(
                    Planned(post, account, standing.due if standing else sent.due, timedelta(), sent.digest)
                )
        for post, planned in found.items():
            yield Entry("", post, post, planned[0].due, Status.READY, planned=tuple(planned))

    def _card(self, entry: Entry, day: date) -> Card:
        lines = [self._line(entry, each) for each in entry.planned]
        there = tuple(sorted((line for line in lines if line.at.date() == day), key=_first))
        at = min((line.at for line in there), default=None) or self._local(entry.date or self.now)
        problems = self.calendar.problems.get(entry.path, ()) if entry.path else ()
        errors = sum(map(is_error, problems))
        is_draft = entry.status is Status.DRAFT
        history = self.calendar.history.get(entry.path)
        return Card(
            entry.id,
            self._title(entry, there),
            address(entry.id),
            at,
            there[0].state if there else "draft" if is_draft else "blocked" if errors else "skipped",
            there,
            entry.language,
            is_draft,
            not entry.path,
            errors,
            len(problems) - errors,
            entry.campaign,
            entry.pillar,
            history[-1].author if history else "",
            entry.tags,
            next((each.excerpt for each in entry.planned if each.excerpt and self._day(each.due) == day), ""),
            self._picture(entry),
            len(entry.media),
        )

    def _title(self, entry: Entry, lines: Sequence[Line]) -> str:
        """The post's title; where all that stands on the day was sent before it was edited, the one that was sent."""
        before = {self.calendar.titles.get((entry.id, line.account), "") for line in lines}
        return before.pop() if len(before) == 1 and "" not in before else entry.title or entry.id

    def _picture(self, entry: Entry) -> str:
        """The small copy of its first picture."""
        return next((urls.thumb(blob) for path, blob in entry.media if path in self.calendar.pictures), "")

    def _line(self, entry: Entry, planned: Planned) -> Line:
        standing = self.calendar.standings.get((planned.post, planned.account))
        at = self._local(planned.due)
        if standing is None:
            return Line(planned.account, "history" if entry.status is Status.READY else "draft", at)
        url = standing.url if standing.url.startswith(("https://", "http://")) else ""
        return Line(planned.account, state_of(standing, self.now), at, url, standing.note)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def _day(self, at: datetime) -> date:
        return self._local(at).date()


def state_of(standing: Standing, now: datetime) -> str:
    """What the pages call where a delivery stands."""
    if standing.state is not State.SCHEDULED:
        return standing.state.value
    for word, is_so in (("unapproved", standing.unapproved), ("held", standing.held), (BY_HAND, standing.by_hand)):
        if is_so:
            return word
    return "blocked" if standing.person else "due" if standing.due <= now else "scheduled"


def page_name(year: int, month: int) -> str:
    return f"{year:04}-{month:02}"


def _first(line: Line) -> tuple[int, datetime, str]:
    return NEED[line.state], line.at, line.account


def _times(entry: Entry) -> Iterable[datetime]:
    """When it goes out; a post that no account shows stands where it is dated."""
    return [planned.due for planned in entry.planned] or ([entry.date] if entry.date else [])


def _days(year: int, month: int) -> Iterator[date]:
    day = date(year, month, 1)
    while day.month == month:
        yield day
        day += timedelta(days=1)
