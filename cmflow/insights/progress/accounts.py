"""Each account's weeks compared with the number in the plan, its free slots, silences and crowded days."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from cmflow.content import slots
from cmflow.insights.progress.verdict import Judged, Verdict
from cmflow.insights.progress.window import DRAFT, LIVE, SCHEDULED, SENT, WEEK, WEEKS_PAST, Counts, Window
from cmflow.model import Account
from cmflow.model.reason import Reason, because
from cmflow.values import dataclass

FREE = WEEK * 4  # how far ahead free slots are listed
LATELY = WEEK * 2  # earlier silences and crowded days are not worth mentioning
CROWD = 2  # posts per day that are never too many, however few the plan asks for
LEAST = 3  # days; a shorter gap is not a silence, however many posts the plan asks for


@dataclass(frozen=True, slots=True)
class Week:
    """`planned` is what the plan asks for; the rest is counted. `held`: on hold by an error, or to be posted by hand.

    A week that is partly a pause asks for its part of the number, rounded down; that in which cmflow took over asks
    for nothing.
    """

    starts: date
    planned: int
    sent: int = 0
    scheduled: int = 0
    held: int = 0
    drafts: int = 0
    missed: int = 0
    failed: int = 0
    unsure: int = 0

    @property
    def filled(self) -> int:
        """Published, or certain to be."""
        return self.sent + self.scheduled

    @property
    def short(self) -> int:
        return max(0, self.planned - self.filled)


@dataclass(frozen=True, slots=True)
class Silence:
    """From one post to the next (or to today), and how many days between them the plan asks for posts."""

    starts: date
    ends: date
    days: int


@dataclass(frozen=True, slots=True)
class Crowd:
    day: date
    posts: int


@dataclass(frozen=True, slots=True)
class AccountProgress:
    """`weeks`: eight past ones, then this one and seven more. `silences` and `crowds` are those of the last two weeks
    and the weeks ahead.

    Without a number of posts per week in the plan there is no verdict.
    """

    name: str
    per_week: int
    weeks: tuple[Week, ...]
    free: tuple[datetime, ...]
    silences: tuple[Silence, ...]
    crowds: tuple[Crowd, ...]
    verdict: Verdict | None
    reason: Reason

    @property
    def finished(self) -> tuple[Week, ...]:
        return self.weeks[:WEEKS_PAST]

    @property
    def coming(self) -> tuple[Week, ...]:
        """This week first."""
        return self.weeks[WEEKS_PAST:]

    @property
    def longest(self) -> Silence | None:
        return max(self.silences, key=lambda silence: silence.days, default=None)


def account(window: Window, account: Account) -> AccountProgress:
    counts = window.counts.get(account.name, {})
    weeks = tuple(_weeks(window, account, counts))
    judged = judge(weeks[WEEKS_PAST - 1 :]) if account.per_week else None
    return AccountProgress(
        account.name,
        account.per_week,
        weeks,
        tuple(_free(window, account)),
        tuple(_silences(window, account, counts)),
        tuple(_crowds(window, account, counts)),
        judged.verdict if judged else None,
        judged.reason if judged else because("week-free"),
    )


def judge(weeks: Sequence[Week]) -> Judged:
    """Return the first verdict that fits. `weeks`: the last one that is over, this one, and those to come."""
    last, current, following = weeks[:3]
    for week in (current, following):
        if week.short:
            code = "week-short-drafts" if week.drafts else "week-short"
            have, target = week.filled, week.planned
            return Judged(Verdict.AtRisk, because(code, have=have, wanted=target, week=week.starts, drafts=week.drafts))
    if last.sent < last.planned:
        return Judged(Verdict.Missed, because("week-missed", have=last.sent, wanted=last.planned, week=last.starts))
    if not current.planned and not following.planned:
        return Judged(Verdict.OnTrack, because("week-none"))
    if current.sent >= current.planned > 0:
        return Judged(Verdict.Hit, because("week-done", have=current.sent, wanted=current.planned))
    have, target = current.filled + following.filled, current.planned + following.planned
    return Judged(Verdict.OnTrack, because("week-full", have=have, wanted=target))


def _weeks(window: Window, account: Account, counts: Counts) -> Iterator[Week]:
    weeks = defaultdict[date, Counter[str]](Counter)
    for (day, kind), number in counts.items():
        weeks[day - timedelta(days=day.weekday())]["drafts" if kind == DRAFT else kind] += number
    for monday in window.mondays:
        is_first = window.plan.since is not None and monday < window.plan.since < monday + WEEK
        asking = 0 if is_first else sum(window.plan.asks(monday + timedelta(days=day)) for day in range(7))
        yield Week(monday, account.per_week * asking // 7, **weeks[monday])


def _free(window: Window, account: Account) -> Iterator[datetime]:
    if account.slots:
        times = window.busy.get(account.name, ())
        yield from slots.free_slots(account, window.plan, times, window.now, window.now + FREE)


def _silences(window: Window, account: Account, counts: Counts) -> Iterator[Silence]:
    """The silences longer than twice the usual interval between posts."""
    days = sorted({day for day, kind in counts if kind in (SENT, SCHEDULED)})
    if not account.per_week or not days:
        return
    usual = max(LEAST, -(-14 // account.per_week))
    for previous, following in pairwise([*days, *([window.today] if days[-1] < window.today else [])]):
        between = (previous + timedelta(days=n) for n in range(1, (following - previous).days))
        quiet = sum(map(window.plan.asks, between))
        if quiet > usual and following > window.today - LATELY:
            yield Silence(previous, following, quiet)


def _crowds(window: Window, account: Account, counts: Counts) -> Iterator[Crowd]:
    """The days with more than three times the posts per day that the plan asks for."""
    enough = max(CROWD, -(-3 * account.per_week // 7))
    days = Counter[date]()
    for (day, kind), number in counts.items():
        days[day] += number if kind in LIVE else 0
    for day, posts in sorted(days.items()):
        if posts > enough and day > window.today - LATELY:
            yield Crowd(day, posts)
