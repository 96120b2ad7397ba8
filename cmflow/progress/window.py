"""What of the whole calendar the plan is held against: the deliveries of some weeks, and the posts of campaigns."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cmflow.model import Campaign, Entry, Plan, Planned, State, Status
from cmflow.status import Standing

BEFORE, AFTER = 8, 8  # weeks; the running one is the first of those that come
WEEK = timedelta(weeks=1)
SENT, SCHEDULED, HELD, DRAFT, MISSED, FAILED, UNSURE = KINDS = (
    *("sent", "scheduled", "held", "draft"),
    *("missed", "failed", "unsure"),
)
LIVE = frozenset((SENT, SCHEDULED, HELD, DRAFT))  # it is out, or somebody means it to be
LOST = frozenset((MISSED, FAILED, UNSURE))

_KINDS: Mapping[State, str] = {
    State.SENT: SENT,
    State.FAILED: FAILED,
    State.UNSURE: UNSURE,
    State.MISSED: MISSED,
    State.SENDING: UNSURE,  # its post is gone
}


class Booked(NamedTuple):
    """One delivery, or a draft's: `kind` is one of `KINDS`, `day` is local."""

    post: str
    account: str
    at: datetime
    day: date
    kind: str


@dataclass(frozen=True)
class Window:
    """The weeks around now, which start on Mondays of the plan's zone."""

    plan: Plan
    now: datetime
    campaigns: tuple[Campaign, ...] = ()  # those that are not long over
    booked: Mapping[str, Sequence[Booked]] = field(default_factory=dict)  # by account, in order of time
    pillars: Mapping[str, str] = field(default_factory=dict)  # by post
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
    def mondays(self) -> tuple[date, ...]:
        return tuple(self.monday + WEEK * week for week in range(-BEFORE, AFTER))

    def start(self, day: date) -> datetime:
        """When that day begins."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


def window(plan: Plan, entries: Iterable[Entry], standings: Iterable[Standing], now: datetime) -> Window:
    """Goes once over the entries and once over the standings, and keeps what lies in these weeks."""
    bare = Window(plan, now)
    campaigns = tuple(each for each in plan.campaigns if each.ends is None or each.ends >= bare.mondays[0])
    reader = _Reader(bare, frozenset(each.name for each in campaigns if each.ends))
    for entry in entries:
        reader.entry(entry)
    for standing in standings:
        reader.standing(standing)
    for row in reader.booked.values():
        row.sort(key=lambda each: (each.at, each.post))
    return Window(plan, now, campaigns, reader.booked, reader.pillars, reader.members)


class _Reader:
    """Collects; holds what was seen so far."""

    def __init__(self, bare: Window, whole: frozenset[str]) -> None:
        """`whole`: the campaigns whose posts count wherever they lie, as those end at some time."""
        self.zone, self.whole = bare.zone, whole
        self.low, self.high = bare.start(bare.mondays[0]), bare.start(bare.monday + WEEK * AFTER)
        self.since = bare.start(bare.plan.since) if bare.plan.since else None
        self.named = frozenset(each.name for each in bare.plan.campaigns)
        self.booked = defaultdict[str, list[Booked]](list)
        self.pillars = dict[str, str]()
        self.campaigns = dict[str, str]()  # by post
        self.members = defaultdict[str, dict[str, set[str]]](lambda: defaultdict(set))

    def entry(self, entry: Entry) -> None:
        inside = [each for each in entry.planned if self.low <= each.due < self.high]
        if entry.pillar and inside:
            self.pillars[entry.id] = entry.pillar
        if entry.campaign in self.whole or (inside and entry.campaign in self.named):
            self.campaigns[entry.id] = entry.campaign
        for planned, kind in self._own(entry, inside):
            self._take(planned.post, planned.account, planned.due, kind)

    def _own(self, entry: Entry, inside: Iterable[Planned]) -> Iterator[tuple[Planned, str]]:
        """What no standing tells of: drafts, and what went out before cmflow took over."""
        is_draft = entry.status is Status.DRAFT
        for planned in entry.planned if entry.campaign in self.whole else inside:
            is_history = self.since is not None and planned.due < self.since
            if is_draft != is_history:
                yield planned, DRAFT if is_draft else SENT

    def standing(self, standing: Standing) -> None:
        if self.low <= standing.due < self.high or standing.post in self.campaigns:
            kind = _kind(standing)
            if kind:
                self._take(standing.post, standing.account, standing.due, kind)

    def _take(self, post: str, account: str, due: datetime, kind: str) -> None:
        campaign = self.campaigns.get(post)
        if campaign:
            self.members[campaign][post].add(kind)
        if self.low <= due < self.high:
            day = due.astimezone(self.zone).date()
            self.booked[account].append(Booked(post, account, due.astimezone(UTC), day, kind))


def _kind(standing: Standing) -> str:
    """ "" for what is not to go out, and did not."""
    if standing.open:
        return SCHEDULED
    if standing.state is State.SCHEDULED:
        return HELD if standing.person else ""
    return _KINDS.get(standing.state, "")
