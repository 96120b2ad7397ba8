"""The plan against what was really done and what is really ahead. The rules are told in docs/plan.md."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cmflow.insights.progress.accounts import AccountProgress, Crowd, Silence, Week, account
from cmflow.insights.progress.goals import GoalProgress, goal
from cmflow.insights.progress.subjects import CampaignProgress, PillarProgress, campaign, pillars
from cmflow.insights.progress.verdict import Judged, Verdict
from cmflow.insights.progress.window import window
from cmflow.insights.status import Standing, as_sent
from cmflow.model import Entry, Plan

__all__ = [
    "AccountProgress",
    "CampaignProgress",
    "Crowd",
    "GoalProgress",
    "Judged",
    "PillarProgress",
    "Progress",
    "Silence",
    "Verdict",
    "Week",
    "measure",
]

Judgeable = AccountProgress | PillarProgress | CampaignProgress | GoalProgress


@dataclass(frozen=True, slots=True)
class Progress:
    """Each in the order of the plan; campaigns that were over for two months are left out."""

    now: datetime
    today: date
    accounts: tuple[AccountProgress, ...]
    pillars: tuple[PillarProgress, ...]
    campaigns: tuple[CampaignProgress, ...]
    goals: tuple[GoalProgress, ...]

    def parts(self) -> Iterator[tuple[str, Judgeable]]:
        """Everything that is judged, with what it is."""
        yield from (("account", account) for account in self.accounts)
        yield from (("pillar", pillar) for pillar in self.pillars)
        yield from (("campaign", campaign) for campaign in self.campaigns)
        yield from (("goal", goal) for goal in self.goals)

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """None left out."""
        found = Counter(each.verdict for _, each in self.parts())
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def calling(self) -> tuple[tuple[str, Judgeable], ...]:
        """What somebody should look at."""
        return tuple((kind, each) for kind, each in self.parts() if each.verdict and each.verdict.calls)


def measure(plan: Plan, entries: Iterable[Entry], standings: Iterable[Standing], now: datetime) -> Progress:
    """Hold the plan against the posts there are (`entries`) and what became of them (`standings`)."""
    stands = tuple(standings)
    placed = as_sent(tuple(entries), {(stand.post, stand.account): stand for stand in stands})
    around = window(plan, placed, stands, now)
    return Progress(
        now,
        around.today,
        tuple(account(around, each) for each in plan.accounts),
        pillars(around),
        tuple(campaign(around, each) for each in around.campaigns),
        tuple(goal(each, plan, around.today) for each in plan.goals),
    )
