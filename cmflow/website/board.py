"""What the calendar shows: each post on its days, each account with its state; made one month at a time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
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
from cmflow.model import Entry, Key, Planned, Problem, State, Status
from cmflow.problems import is_error
from cmflow.values import dataclass
from cmflow.website.archive import YearMonth
from cmflow.website.calendar import Calendar
from cmflow.website.places import address

STATES = (
    *("failed", "unsure", "missed", "blocked", "held", "unapproved", "by_hand", "sending", "due"),
    *("scheduled", "sent", "skipped", "draft", "history"),
)  # most urgent first
NEED = {state: number for number, state in enumerate(STATES)}


class CardLine(NamedTuple):
    """One account of a post on a day. `url` is the published post's, http(s) or ""."""

    account: str
    state: str
    time: datetime
    url: str = ""
    note: str = ""


class Card(NamedTuple):
    """A post on a day; `lines` are sorted most urgent first, `page` is the post's own page.

    Cards and lines are tuples because there are hundreds of thousands of them.
    """

    id: str
    title: str
    page: str
    time: datetime
    state: str
    lines: tuple[CardLine, ...]
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
    """Every day of a month; `posts` is the number of posts."""

    year: int
    number: int
    days: tuple[Day, ...]
    posts: int

    @property
    def name(self) -> str:
        return page_name(self.year, self.number)


@dataclass(frozen=True)
class Board:
    """Everything that the pages show."""

    calendar: Calendar

    @property
    def entries(self) -> Sequence[Entry]:
        return self.calendar.entries

    @property
    def now(self) -> datetime:
        return self.calendar.now

    @cached_property
    def standings(self) -> Mapping[Key, Standing]:
        return self.calendar.standings

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.calendar.plan.zone)

    @cached_property
    def months(self) -> Mapping[YearMonth, Sequence[tuple[date, Entry]]]:
        """The posts of each month, with their days, in the order of the months; a post may have several days. Without
        those of the archive."""
        months = defaultdict[YearMonth, list[tuple[date, Entry]]](list)
        for entry in (*self.entries, *self.ghosts()):
            for day in sorted({self._day(time) for time in {*_times(entry)}}):
                months[day.year, day.month].append((day, entry))
        return dict(sorted(months.items()))

    @cached_property
    def sizes(self) -> Mapping[YearMonth, int]:
        """The number of posts of every month, in the order of the months."""
        posts = {month: record.size for month, record in self.calendar.archive.months.items()}
        return dict(sorted((posts | {month: len(posts) for month, posts in self.months.items()}).items()))

    @cached_property
    def years(self) -> Sequence[tuple[int, Sequence[tuple[int, str, int]]]]:
        """Each year with its months: number, page, and number of posts."""
        months = [(year, (month, page_name(year, month), posts)) for (year, month), posts in self.sizes.items()]
        return [(year, [month for _, month in group]) for year, group in groupby(months, key=itemgetter(0))]

    def month(self, month: YearMonth) -> Month:
        by_day = defaultdict[date, list[Card]](list)
        for day, entry in self.months[month]:
            by_day[day].append(self._card(entry, day))
        days = (Day(day, tuple(sorted(by_day[day], key=lambda card: (card.time, card.id)))) for day in _days(*month))
        return Month(*month, tuple(days), len(self.months[month]))

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """The number of deliveries in each state, and of drafts."""
        counts = Counter(state_of(standing, self.now) for standing in self.standings.values())
        drafts = sum(entry.status is Status.DRAFT and entry.date is not None for entry in self.entries)
        counts["draft"] = drafts + self.calendar.archive.drafts
        return {state: counts[state] for state in STATES if counts[state]}

    @cached_property
    def needing(self) -> Sequence[Standing]:
        return [standing for standing in self.standings.values() if standing.person]

    @cached_property
    def by_hand(self) -> Sequence[Standing]:
        return [standing for standing in self.standings.values() if standing.by_hand]

    @cached_property
    def progress(self) -> Progress:
        return progress.assess(self.calendar.plan, self.entries, self.standings.values(), self.now, self.calendar.reads)

    @cached_property
    def titles(self) -> Mapping[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def named(self) -> Set[str]:
        """The accounts in posts or the ledger, whether they are still in the plan or not."""
        return {
            *(planned.account for entry in self.entries for planned in entry.planned),
            *(key.account for key in self.calendar.deliveries),
            *self.calendar.archive.values("accounts"),
        }

    def unreadable(self) -> Iterator[tuple[Entry, Sequence[Problem]]]:
        return ((entry, self.calendar.problems.get(entry.path, ())) for entry in self.entries if entry.date is None)

    def ghosts(self) -> Iterator[Entry]:
        """Posts that were delivered and have been deleted."""
        planned_by_post = defaultdict[str, list[Planned]](list)
        for key, sent in self.calendar.deliveries.items():
            if key.post not in self.titles:
                standing = self.standings.get(key)
                planned_by_post[key.post].append(
                    Planned(*key, standing.due if standing else sent.due, timedelta(), sent.digest)
                )
        for post, planned in planned_by_post.items():
            yield Entry("", post, post, planned[0].due, Status.READY, planned=tuple(planned))

    def _card(self, entry: Entry, day: date) -> Card:
        pairs = [(planned, self._line(entry, planned)) for planned in entry.planned]
        lines_of_day = tuple(sorted([line for _, line in pairs if line.time.date() == day], key=_first))
        time = min((line.time for line in lines_of_day), default=None) or self._local(entry.date or self.now)
        problems = self.calendar.problems.get(entry.path, ()) if entry.path else ()
        errors = sum(map(is_error, problems))
        is_draft = entry.status is Status.DRAFT
        history = self.calendar.history.get(entry.path)
        return Card(
            entry.id,
            self._title(entry, lines_of_day),
            address(entry.id),
            time,
            lines_of_day[0].state if lines_of_day else "draft" if is_draft else "blocked" if errors else "skipped",
            lines_of_day,
            entry.language,
            is_draft,
            not entry.path,
            errors,
            len(problems) - errors,
            entry.campaign,
            entry.pillar,
            history[-1].author if history else "",
            entry.tags,
            next((item.excerpt for item, line in pairs if item.excerpt and line.time.date() == day), ""),
            self._picture(entry),
            len(entry.media),
        )

    def _title(self, entry: Entry, lines: Sequence[CardLine]) -> str:
        """The post's title; the one that was sent, if the post was edited after all deliveries of the day."""
        if not self.calendar.titles:
            return entry.title or entry.id
        titles = {self.calendar.titles.get(Key(entry.id, line.account), "") for line in lines}
        return titles.pop() if len(titles) == 1 and "" not in titles else entry.title or entry.id

    def _picture(self, entry: Entry) -> str:
        """The thumbnail of its first picture."""
        return next((urls.thumb(blob) for path, blob in entry.media if path in self.calendar.pictures), "")

    def _line(self, entry: Entry, planned: Planned) -> CardLine:
        standing = self.calendar.standings.get(Key(planned.post, planned.account))
        time = self._local(planned.due)
        if standing is None:
            return CardLine(planned.account, "history" if entry.status is Status.READY else "draft", time)
        url = standing.url if standing.url.startswith(("https://", "http://")) else ""
        return CardLine(planned.account, state_of(standing, self.now), time, url, standing.note)

    def _local(self, time: datetime) -> datetime:
        return time.astimezone(self.zone)

    def _day(self, time: datetime) -> date:
        return self._local(time).date()


def state_of(standing: Standing, now: datetime) -> str:
    """The pages' name for a delivery's state."""
    if standing.state is not State.SCHEDULED:
        return standing.state.value
    for word, is_so in (("unapproved", standing.unapproved), ("held", standing.held), (BY_HAND, standing.by_hand)):
        if is_so:
            return word
    return "blocked" if standing.person else "due" if standing.due <= now else "scheduled"


def page_name(year: int, month: int) -> str:
    return f"{year:04}-{month:02}"


def _first(line: CardLine) -> tuple[int, datetime, str]:
    return NEED[line.state], line.time, line.account


def _times(entry: Entry) -> Iterable[datetime]:
    """When a post is due; a post without accounts is shown on its date."""
    return [planned.due for planned in entry.planned] or ([entry.date] if entry.date else [])


def _days(year: int, month: int) -> Iterator[date]:
    day = date(year, month, 1)
    while day.month == month:
        yield day
        day += timedelta(days=1)
