"""What the calendar shows: each post on its days, each account in its state. Made a month at a time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from cmflow.model import Entry, Planned, Problem, State, Status
from cmflow.pages.calendar import Calendar
from cmflow.problems import is_error
from cmflow.status import Standing

STATES = (
    *("failed", "unsure", "missed", "blocked", "sending", "due"),
    *("scheduled", "sent", "skipped", "draft", "history"),
)  # what most needs a person first

YearMonth = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One account of a post on a day. `url` is where it can be seen; http(s) or nothing."""

    account: str
    state: str
    at: datetime
    url: str = ""
    note: str = ""
    excerpt: str = ""

    @property
    def place(self) -> str:
        """The host that shows it."""
        return self.url.split("/")[2] if self.url else ""


@dataclass(frozen=True, slots=True)
class Card:
    """A post on a day; `lines` are sorted by what needs a person, `path` is "" for a post that is gone."""

    id: str
    title: str
    path: str
    language: str
    at: datetime
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    is_draft: bool = False

    @property
    def state(self) -> str:
        return (
            self.lines[0].state if self.lines else "draft" if self.is_draft else "blocked" if self.errors else "skipped"
        )

    @property
    def states(self) -> tuple[tuple[str, int], ...]:
        return tuple(Counter(line.state for line in self.lines).items())

    @property
    def errors(self) -> int:
        return sum(map(is_error, self.problems))

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors


@dataclass(frozen=True, slots=True)
class Day:
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
        found = Counter(state_of(each, self.now) for each in self.standings.values())
        found["draft"] = sum(entry.status is Status.DRAFT and entry.date is not None for entry in self.entries)
        return {state: found[state] for state in STATES if found[state]}

    @cached_property
    def needing(self) -> Sequence[Standing]:
        return [each for each in self.standings.values() if each.person]

    @cached_property
    def titles(self) -> Mapping[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    def unreadable(self) -> Iterator[tuple[Entry, Sequence[Problem]]]:
        return ((entry, self.calendar.problems.get(entry.path, ())) for entry in self.entries if entry.date is None)

    def _gone(self) -> Iterator[Entry]:
        """Posts that were delivered and are no longer there."""
        for (post, account), sent in self.calendar.deliveries.items():
            if post not in self.titles:
                planned = Planned(post, account, sent.due, timedelta(), sent.digest)
                yield Entry("", post, post, sent.due, Status.READY, planned=(planned,))

    def _card(self, entry: Entry, day: date) -> Card:
        planned = [each for each in entry.planned if self._day(each.due) == day]
        lines = sorted((self._line(entry, each) for each in planned), key=_first)
        at = min((line.at for line in lines), default=entry.date or self.now)
        problems = tuple(self.calendar.problems.get(entry.path, ())) if entry.path else ()
        is_draft = entry.status is Status.DRAFT
        title = entry.title or entry.id
        return Card(entry.id, title, entry.path, entry.language, self._local(at), tuple(lines), problems, is_draft)

    def _line(self, entry: Entry, planned: Planned) -> Line:
        standing = self.standings.get((planned.post, planned.account))
        at = self._local(planned.due)
        if standing is None:
            state = "history" if entry.status is Status.READY else "draft"
            return Line(planned.account, state, at, excerpt=planned.excerpt)
        url = standing.url if standing.url.startswith(("https://", "http://")) else ""
        return Line(planned.account, state_of(standing, self.now), at, url, standing.note, planned.excerpt)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def _day(self, at: datetime) -> date:
        return self._local(at).date()


def state_of(standing: Standing, now: datetime) -> str:
    """What the pages call where a delivery stands."""
    if standing.state is not State.SCHEDULED:
        return standing.state.value
    return "blocked" if standing.person else "due" if standing.due <= now else "scheduled"


def page_name(year: int, month: int) -> str:
    return f"{year:04}-{month:02}"


def _first(line: Line) -> tuple[int, datetime, str]:
    return STATES.index(line.state), line.at, line.account


def _times(entry: Entry) -> Iterable[datetime]:
    """When it goes out; a post that no account shows stands where it is dated."""
    return [planned.due for planned in entry.planned] or ([entry.date] if entry.date else [])


def _days(year: int, month: int) -> Iterator[date]:
    day = date(year, month, 1)
    while day.month == month:
        yield day
        day += timedelta(days=1)
