"""How the inbox is doing: how soon people get an answer, who waits, and whether the plan's aims are met.

`assess` makes `Listening` of conversations, which have ids, times and hashes only: no page made from it can have a
text, or a name of a person. People are counted, never judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cmflow.insights.inbox.business_hours import BusinessHours
from cmflow.insights.inbox.cases import Answers, Case, Fate, cases
from cmflow.insights.inbox.groups import Group, group, groups
from cmflow.insights.inbox.voices import Voices, voices
from cmflow.insights.statistics import Interval, Period
from cmflow.model import Conversation, Inbox, Plan
from cmflow.values import dataclass

__all__ = ["Answers", "Case", "Fate", "Group", "Interval", "Listening", "Week", "assess"]

PATIENCE = timedelta(days=1)  # without an aim, what waits for longer than that many business hours is overdue
UNLIMITED = timedelta(days=3)  # and where the plan has no business hours


@dataclass(frozen=True, slots=True)
class Week:
    """A week from its first day: its conversations, and people who wrote for the first time, or again."""

    starts: date
    figures: Group
    new: int
    returning: int


@dataclass(frozen=True, slots=True)
class Listening:
    """Figures of the conversations that began in a period; `open` are all that wait for an answer now, oldest first.

    `new` and `returning` are people who wrote in the period, for the first time or not. `aim` and `share_aim` are the
    plan's, None where it has none; `patience` is the wait after which a conversation is overdue. `hours`: waits are
    business hours.
    """

    period: Period
    now: datetime
    zone: str
    total: Group
    labels: tuple[Group, ...] = ()
    accounts: tuple[Group, ...] = ()
    campaigns: tuple[Group, ...] = ()
    weeks: tuple[Week, ...] = ()
    open: tuple[Case, ...] = ()
    new: int = 0
    returning: int = 0
    aim: timedelta | None = None
    share_aim: int | None = None
    patience: timedelta = PATIENCE
    hours: bool = True
    simulated: bool = False

    @property
    def overdue(self) -> tuple[Case, ...]:
        """Those that wait for longer than they should, for a first answer or another one."""
        return tuple(case for case in self.open if case.delay > self.patience)


def assess(
    conversations: Sequence[Conversation],
    plan: Plan,
    period: Period,
    now: datetime,
    answers: Answers | None = None,
    accounts: Sequence[str] = (),
    simulated: bool = False,
) -> Listening:
    """Figures of these accounts, none given: of all. `answers` are the receipts of what was answered with cmflow."""
    inbox = plan.inbox or Inbox()
    patience = inbox.first_answer or (PATIENCE if inbox.hours else UNLIMITED)
    conversations = [one for one in conversations if one.traces and (not accounts or one.account in accounts)]
    since = min((one.time for one in conversations), default=now)
    hours = BusinessHours(inbox, plan.zone, min(since, now), now)
    everything = sorted(cases(conversations, answers or {}, hours, patience, now), key=lambda case: case.began)
    rows = [case for case in everything if period.has(case.began)]
    people, weeks = voices(conversations, now), _weeks(rows, plan.zone)
    new, returning = people.between(period.since, period.until)
    return Listening(
        period,
        now,
        plan.zone,
        group("", rows),
        groups((case for case in rows if case.label), lambda case: case.label),
        groups(rows, lambda case: case.account),
        groups((case for case in rows if case.campaign), lambda case: case.campaign),
        tuple(_week(starts, weeks[starts], people, plan.zone) for starts in weeks),
        tuple(sorted((case for case in everything if case.since), key=lambda case: case.since or now)),
        new,
        returning,
        inbox.first_answer,
        inbox.answered,
        patience,
        bool(inbox.hours),
        simulated,
    )


# ── weeks ───────────────────────────────────────────────────────────────────────────────────────────────────


def _weeks(rows: Iterable[Case], zone: str) -> dict[date, list[Case]]:
    """The conversations by the Monday of their week; weeks between without any are there."""
    weeks = defaultdict[date, list[Case]](list)
    for case in rows:
        day = case.began.astimezone(ZoneInfo(zone)).date()
        weeks[day - timedelta(days=day.weekday())].append(case)
    if not weeks:
        return {}
    count = (max(weeks) - min(weeks)).days // 7
    mondays = [min(weeks) + timedelta(days=7 * number) for number in range(count + 1)]
    return {monday: weeks.get(monday, []) for monday in mondays}


def _week(starts: date, rows: list[Case], people: Voices, zone: str) -> Week:
    monday = datetime(starts.year, starts.month, starts.day, tzinfo=ZoneInfo(zone))
    return Week(starts, group("", rows), *people.between(monday, monday + timedelta(days=7)))
