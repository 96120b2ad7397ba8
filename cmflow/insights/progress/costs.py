"""What each month costs where networks charge for posts, compared with the budget."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from cmflow.insights.costs import CHARGED
from cmflow.insights.progress.verdict import Verdict
from cmflow.insights.status import Standing
from cmflow.model import Entry, Plan, State
from cmflow.model.money import Money
from cmflow.model.reason import Reason, because


@dataclass(frozen=True, slots=True)
class MonthCost:
    """What a month costs in one currency: `sent` is what was sent, or may have been; `scheduled` will be.

    Without a budget in that currency there is no verdict.
    """

    starts: date
    sent: Money
    scheduled: Money
    verdict: Verdict | None
    reason: Reason

    @property
    def name(self) -> str:
        return f"{self.starts:%Y-%m}"

    @property
    def total(self) -> Money:
        return Money(self.sent.amount + self.scheduled.amount, self.sent.currency)


def months(plan: Plan, entries: Iterable[Entry], standings: Iterable[Standing], now: datetime) -> tuple[MonthCost, ...]:
    """The months that cost something, from this one on. A post whose file was deleted is not counted."""
    zone = ZoneInfo(plan.zone)
    prices = {(item.post, item.account): item.cost for entry in entries for item in entry.planned if item.cost}
    sums = defaultdict[tuple[date, str, bool], Decimal](Decimal)
    if prices:
        first = now.astimezone(zone).date().replace(day=1)
        for standing in standings:
            cost, is_sent = prices.get((standing.post, standing.account)), standing.state in CHARGED
            if cost and (is_sent or standing.open or standing.state is State.SCHEDULED):
                month = standing.due.astimezone(zone).date().replace(day=1)
                sums[month, cost.currency, is_sent] += cost.amount if month >= first else Decimal(0)
    rows = sorted({(month, currency) for (month, currency, _), amount in sums.items() if amount})
    return tuple(_month(plan, *row, sums[*row, True], sums[*row, False]) for row in rows)


def _month(plan: Plan, starts: date, currency: str, sent: Decimal, scheduled: Decimal) -> MonthCost:
    budget = plan.budget.money if plan.budget and plan.budget.money.currency == currency else None
    spent, planned, both = Money(sent, currency), Money(scheduled, currency), Money(sent + scheduled, currency)
    figures = {"sent": str(spent), "scheduled": str(planned), "total": str(both), "budget": str(budget or "")}
    if budget is None:
        return MonthCost(starts, spent, planned, None, because("cost-open", **figures))
    if both.amount <= budget.amount:
        return MonthCost(starts, spent, planned, Verdict.OnTrack, because("cost-within", **figures))
    verdict = Verdict.Missed if sent > budget.amount else Verdict.AtRisk
    return MonthCost(starts, spent, planned, verdict, because("cost-over", **figures))
