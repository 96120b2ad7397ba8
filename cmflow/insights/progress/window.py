"""The part of the calendar that the plan is compared with: the deliveries of some weeks, and the posts of campaigns."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from cmflow.insights.status import Standing
from cmflow.model import Campaign, Entry, Plan, Planned, State, Status
from cmflow.values import dataclass

WEEKS_PAST, WEEKS_COMING = 8, 8  # weeks; the current one is the first of those to come
WEEK = timedelta(weeks=1)
BACK = WEEK * 4  # pillars: this far back, and everything ahead in these weeks
SENT, SCHEDULED, HELD, DRAFT, MISSED, FAILED, UNSURE = KINDS = (
    *("sent", "scheduled", "held", "draft"),
    *("missed", "failed", "unsure"),
)
LIVE = frozenset((SENT, SCHEDULED, HELD, DRAFT))  # published, or intended to be
UNSENT = frozenset((MISSED, FAILED, UNSURE))

_KINDS: Mapping[State, str] = {
    State.SENT: SENT,
    State.FAILED: FAILED,
    State.UNSURE: UNSURE,
    State.MISSED: MISSED,
    State.SENDING: UNSURE,  # its post was deleted
}


Counts = Mapping[tuple[date, str], int]  # of each day and kind


@dataclass(frozen=True)
class Window:
    """The weeks around now, which start on Mondays of the plan's zone."""

    plan: Plan
    now: datetime
    campaigns: tuple[Campaign, ...] = ()  # those that are not long over
    counts: Mapping[str, Counts] = field(default_factory=dict)  # deliveries, and those of drafts, by account
    busy: Mapping[str, Sequence[datetime]] = field(default_factory=dict)  # times that are not free, by account
    pillars: Mapping[str, str] = field(default_factory=dict)  # by post: of those since `lately`
    members: Mapping[str, Mapping[str, Collection[str]]] = field(default_factory=dict)  # campaign → post → kinds

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.plan.zone)

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def monday(self) -> date:
        return self.today - timedelta(days=self.today.weekday())

    @property
    def lately(self) -> date:
        """The day from which the posts of a pillar count."""
        return self.monday - BACK

    @property
    def mondays(self) -> tuple[date, ...]:
        return tuple(self.monday + WEEK * week for week in range(-WEEKS_PAST, WEEKS_COMING))


def window(plan: Plan, entries: Iterable[Entry], standings: Iterable[Standing], now: datetime) -> Window:
    """Go once over the entries and once over the standings, and keep what lies in these weeks.

    Written for 100,000 posts: they are counted rather than kept, and each moment is brought into the zone once.
    """
    bare = Window(plan, now)
    campaigns = _campaigns(bare)
    reader = _Reader(bare, running(plan, now))
    for entry in entries:
        reader.entry(entry)
    for standing in standings:
        reader.standing(standing)
    reader.end_reading()
    return Window(plan, now, campaigns, reader.counts, reader.busy, reader.pillars, reader.members)


def running(plan: Plan, now: datetime) -> frozenset[str]:
    """The campaigns whose posts count whatever their date, because they have an end, and it is not long ago."""
    return frozenset(campaign.name for campaign in _campaigns(Window(plan, now)) if campaign.ends)


def _campaigns(bare: Window) -> tuple[Campaign, ...]:
    """The campaigns that are not long over."""
    first = bare.mondays[0]
    return tuple(campaign for campaign in bare.plan.campaigns if campaign.ends is None or campaign.ends >= first)


class _Reader:
    """Collects what has been read so far."""

    def __init__(self, bare: Window, endings: frozenset[str]) -> None:
        """`endings` as `running` gives them."""
        self.zone, self.endings = bare.zone, endings
        self.low, self.high = bare.mondays[0], bare.monday + WEEK * WEEKS_COMING
        # The same as moments: thousands of posts are older, and need no day.
        self.begin, self.end = (
            datetime.combine(day, time(), self.zone).astimezone(UTC) for day in (self.low, self.high)
        )
        self.since = bare.plan.since or date.min
        self.days = dict[datetime, date]()
        self.lately, self.today = bare.lately, bare.today
        self.horizon = (
            self.today - max((bare.plan.gap(account.name) for account in bare.plan.accounts), default=WEEK) - WEEK
        )
        self.named = frozenset(campaign.name for campaign in bare.plan.campaigns)
        self.counts = defaultdict[str, Counter[tuple[date, str]]](Counter)
        self.busy = defaultdict[str, list[datetime]](list)
        self.about = dict[str, str]()  # the pillar of each post
        self.pillars = dict[str, str]()
        self.campaigns = dict[str, str]()  # by post
        self.own = dict[tuple[str, str], tuple[datetime, str]]()  # what has no standing, by post and account
        self.members = defaultdict[str, dict[str, set[str]]](lambda: defaultdict(set))

    def entry(self, entry: Entry) -> None:
        inside = [item for item in entry.planned if self.begin <= item.due < self.end]
        if not inside and entry.campaign not in self.endings:
            return
        if entry.pillar and inside:
            self.about[entry.id] = entry.pillar
        if entry.campaign in self.endings or (inside and entry.campaign in self.named):
            self.campaigns[entry.id] = entry.campaign
        for planned, kind in self._own(entry, inside):
            self.own[planned.post, planned.account] = planned.due, kind

    def _own(self, entry: Entry, inside: Iterable[Planned]) -> Iterator[tuple[Planned, str]]:
        """The deliveries without a standing: drafts, and what was published before cmflow took over."""
        is_draft = entry.status is Status.DRAFT
        for planned in entry.planned if entry.campaign in self.endings else inside:
            is_history = self._day(planned.due) < self.since
            if is_draft != is_history:
                yield planned, DRAFT if is_draft else SENT

    def standing(self, standing: Standing) -> None:
        self.own.pop((standing.post, standing.account), None)  # sent before the post became a draft, or history
        if standing.post in self.campaigns or self.low <= self._day(standing.due) < self.high:
            kind = _kind(standing)
            if kind:
                self._take(standing.post, standing.account, standing.due, kind)

    def end_reading(self) -> None:
        for (post, account), (due, kind) in self.own.items():
            self._take(post, account, due, kind)

    def _take(self, post: str, account: str, due: datetime, kind: str) -> None:
        campaign, day = self.campaigns.get(post), self._day(due)
        if campaign:
            self.members[campaign][post].add(kind)
        if not self.low <= day < self.high:
            return
        self.counts[account][day, kind] += 1
        if kind in LIVE:
            if day >= self.horizon:
                self.busy[account].append(due)
            if day >= self.lately and post in self.about:
                self.pillars[post] = self.about[post]

    def _day(self, due: datetime) -> date:
        day = self.days.get(due)
        if day is None:
            day = self.days[due] = due.astimezone(self.zone).date()
        return day


def _kind(standing: Standing) -> str:
    """The kind; "" for what is not to be published, and was not."""
    if standing.open:
        return SCHEDULED
    if standing.state is State.SCHEDULED:
        return HELD if standing.person or standing.by_hand else ""
    return _KINDS.get(standing.state, "")
