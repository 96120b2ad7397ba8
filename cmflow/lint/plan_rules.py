"""Rules for plan targets that the calendar does not meet: at most one warning per account, and one per month."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cmflow.content.local_time import as_text
from cmflow.insights.progress import AccountProgress, MonthCost, Progress, Silence, Week
from cmflow.model import Plan, Problem
from cmflow.model.money import Money
from cmflow.problems.plural import counted

SOON = timedelta(days=14)  # how far ahead a silence must begin to be told
OFFERED = 2  # free slots named


def targets(plan: Plan, measured: Progress) -> tuple[Problem, ...]:
    """Weeks that fall short of the plan, this one or the next, otherwise a long silence that is near; and months that
    cost more than the budget."""
    accounts = (account for account in measured.accounts if account.per_week)
    targets = (problem for account in accounts for problem in _account(plan, account, measured.today))
    return (*targets, *over_budget(plan, measured.months))


def over_budget(plan: Plan, months: Iterable[MonthCost]) -> Iterator[Problem]:
    """The months, this one and those to come, that cost more than the plan allows."""
    for month in months:
        if plan.budget and month.verdict and month.verdict.calls:
            budget, total = plan.budget, month.total
            more = Money(total.amount - budget.money.amount, total.currency)
            message = f"{month.name} would cost {total}, {more} more than the budget: {month.sent} of it is sent."
            hint = "Remove links from posts that do not need them, move or remove posts, or change `budget`."
            yield Problem(plan.path, budget.line, "over-budget", message, hint)


def _account(plan: Plan, account: AccountProgress, today: date) -> Iterator[Problem]:
    short = [week for week in account.coming[:2] if week.short]
    silent = [silence for silence in account.silences if today <= silence.ends and silence.starts <= today + SOON]
    entry = plan.account(account.name)
    line, zone = entry.line if entry else 1, ZoneInfo(plan.zone)
    if short:
        message = f"The plan asks for {account.per_week} a week: {_weeks(short)}."
        free = [slot for slot in account.free if any(_is_in(slot, week, zone) for week in short)]
        yield Problem(plan.path, line, "week-short", message, _hint(free), account.name)
    elif silent:
        message = f"{_silence(silent[0])}; the plan asks for {counted(account.per_week, 'post')} a week."
        free = [slot for slot in account.free if silent[0].starts < slot.astimezone(zone).date() < silent[0].ends]
        yield Problem(plan.path, line, "long-silence", message, _hint(free), account.name)


def _is_in(time: datetime, week: Week, zone: ZoneInfo) -> bool:
    return week.starts <= time.astimezone(zone).date() < week.starts + timedelta(days=7)


def _weeks(short: list[Week]) -> str:
    """`the week of 2026-11-30 has 1 of 2 posts (1 draft), that of 2026-12-07 has 0 of 2 posts`"""
    phrases = []
    for number, week in enumerate(short):
        name = "that" if number else "the week"
        extras = [counted(week.drafts, "draft")] if week.drafts else []
        extras += [f"{week.held:,} on hold"] if week.held else []
        note = f" ({', '.join(extras)})" if extras else ""
        phrases.append(f"{name} of {week.starts} has {week.filled} of {counted(week.planned, 'post')}{note}")
    return ", ".join(phrases)


def _silence(silence: Silence) -> str:
    return f"Nothing is published for {counted(silence.days, 'day')} between {silence.starts} and {silence.ends}"


def _hint(free: Sequence[datetime]) -> str:
    """What to do: a post at a usual time that is still free in those days, where there is one."""
    times = ", ".join(map(as_text, free[:OFFERED]))
    first = f"Free: {times}. " if times else ""
    return f"{first}Write a post, change `per_week`, or name the days as one of the `pauses`."
