"""What each month costs where networks charge for posts, compared with the budget."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from cmflow.insights.costs import CHARGED
from cmflow.insights.metrics.ages import AGES
from cmflow.insights.progress.verdict import Verdict
from cmflow.insights.status import Standing
from cmflow.model import Entry, Plan, Planned, State
from cmflow.model.money import Money
from cmflow.model.reason import Reason, because
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class MonthCost:
    """What a month costs in one currency: `sent` is what was sent, or may have been; `scheduled` will be; `reading` is
    what the figures of posts cost at most, 0 where none are read.

    Without a budget in that currency there is no verdict.
    """

    starts: date
    sent: Money
    scheduled: Money
    reading: Money
    verdict: Verdict | None
    reason: Reason

    @property
    def name(self) -> str:
        return f"{self.starts:%Y-%m}"

    @property
    def total(self) -> Money:
        return Money(self.sent.amount + self.scheduled.amount + self.reading.amount, self.sent.currency)


def months(
    plan: Plan, entries: Iterable[Entry], standings: Iterable[Standing], now: datetime, reads: bool = False
) -> tuple[MonthCost, ...]:
    """The months that cost something, from this one on. A post whose file was deleted is not counted.

    `reads`: figures of posts are read, which networks may charge for.
    """
    zone = ZoneInfo(plan.zone)
    items = {(item.post, item.account): item for entry in entries for item in entry.planned if item.cost}
    sums = defaultdict[tuple[date, str], defaultdict[str, Decimal]](_amounts)
    first = now.astimezone(zone).date().replace(day=1)
    for standing in standings if items else ():
        item, is_sent = items.get((standing.post, standing.account)), standing.state in CHARGED
        if item and (is_sent or standing.open or standing.state is State.SCHEDULED):
            for kind, day, cost in _charges(item, standing, is_sent, zone, reads):
                if day >= first:
                    sums[day.replace(day=1), cost.currency][kind] += cost.amount
    rows = sorted((month, currency) for (month, currency), amounts in sums.items() if any(amounts.values()))
    return tuple(_month(plan, *row, sums[row]) for row in rows)


def _amounts() -> defaultdict[str, Decimal]:
    return defaultdict(Decimal)


def _charges(
    item: Planned, standing: Standing, is_sent: bool, zone: ZoneInfo, reads: bool
) -> Iterator[tuple[str, date, Money]]:
    """What a delivery costs, on which days; its figures once per day in UTC, however often they are read on it."""
    if item.cost:
        yield "sent" if is_sent else "scheduled", standing.due.astimezone(zone).date(), item.cost
    if reads and item.reading:
        for day in sorted({(standing.due + age).astimezone(UTC).date() for age in AGES.values()}):
            yield "reading", day, item.reading


def _month(plan: Plan, starts: date, currency: str, amounts: Mapping[str, Decimal]) -> MonthCost:
    budget = plan.budget.money if plan.budget and plan.budget.money.currency == currency else None
    sent, scheduled, reading = (Money(amounts[kind], currency) for kind in ("sent", "scheduled", "reading"))
    bare = MonthCost(starts, sent, scheduled, reading, None, because("cost-open"))
    figures = {
        "sent": str(sent),
        "scheduled": str(scheduled),
        "total": str(bare.total),
        "budget": str(budget or ""),
        **({"reading": str(reading)} if reading.amount else {}),
    }
    if budget is None:
        return replace(bare, reason=_open(reading, figures))
    if bare.total.amount <= budget.amount:
        return replace(bare, verdict=Verdict.OnTrack, reason=_within(reading, figures))
    verdict = Verdict.Missed if sent.amount > budget.amount else Verdict.AtRisk
    return replace(bare, verdict=verdict, reason=_over(reading, figures))


def _open(reading: Money, figures: Mapping[str, str]) -> Reason:
    return because("cost-open-read", **figures) if reading.amount else because("cost-open", **figures)


def _within(reading: Money, figures: Mapping[str, str]) -> Reason:
    return because("cost-within-read", **figures) if reading.amount else because("cost-within", **figures)


def _over(reading: Money, figures: Mapping[str, str]) -> Reason:
    return because("cost-over-read", **figures) if reading.amount else because("cost-over", **figures)
