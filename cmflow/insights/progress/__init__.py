"""Compare the plan with what was done and what is ahead. docs/plan.md explains the rules."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from cmflow.insights.progress.accounts import AccountProgress, Crowd, Silence, Week, account
from cmflow.insights.progress.costs import MonthCost, months
from cmflow.insights.progress.goals import GoalProgress, goal
from cmflow.insights.progress.subjects import CampaignProgress, PillarProgress, campaign, pillars
from cmflow.insights.progress.verdict import Judged, Verdict
from cmflow.insights.progress.window import running, window
from cmflow.insights.status import Standing, as_sent
from cmflow.model import Entry, Key, Plan
from cmflow.values import dataclass

__all__ = [
    "AccountProgress",
    "CampaignProgress",
    "Crowd",
    "GoalProgress",
    "Judged",
    "MonthCost",
    "PillarProgress",
    "Progress",
    "Silence",
    "Verdict",
    "Week",
    "assess",
    "months",
    "running",
]

Judgeable = AccountProgress | PillarProgress | CampaignProgress | GoalProgress | MonthCost


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything in the order of the plan, without campaigns that ended more than eight weeks ago."""

    now: datetime
    today: date
    accounts: tuple[AccountProgress, ...]
    pillars: tuple[PillarProgress, ...]
    campaigns: tuple[CampaignProgress, ...]
    goals: tuple[GoalProgress, ...]
    months: tuple[MonthCost, ...] = ()

    def parts(self) -> Iterator[tuple[str, Judgeable]]:
        """Everything that is judged, with its kind."""
        yield from (("account", account) for account in self.accounts)
        yield from (("pillar", pillar) for pillar in self.pillars)
        yield from (("campaign", campaign) for campaign in self.campaigns)
        yield from (("goal", goal) for goal in self.goals)
        yield from (("month", month) for month in self.months)

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """Every verdict is included."""
        counter = Counter(part.verdict for _, part in self.parts())
        return {verdict: counter[verdict] for verdict in Verdict}

    @property
    def calling(self) -> tuple[tuple[str, Judgeable], ...]:
        """What needs attention."""
        return tuple((kind, part) for kind, part in self.parts() if part.verdict and part.verdict.calls)


def assess(
    plan: Plan, entries: Iterable[Entry], standings: Iterable[Standing], now: datetime, reads: bool = False
) -> Progress:
    """Compare the plan with the posts (`entries`) and what happened to them (`standings`); `reads` as of `months`."""
    stands = tuple(standings)
    every = tuple(entries)
    placed = as_sent(every, {Key(stand.post, stand.account): stand for stand in stands})
    frame = window(plan, placed, stands, now)
    return Progress(
        now,
        frame.today,
        tuple(account(frame, entry) for entry in plan.accounts),
        pillars(frame),
        tuple(campaign(frame, entry) for entry in frame.campaigns),
        tuple(goal(entry, plan, frame.today) for entry in plan.goals),
        months(plan, every, stands, now, reads),
    )
