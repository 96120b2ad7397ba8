"""What months cost, and the budget."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from cmflow.insights import progress, sentences, status
from cmflow.insights.progress import MonthCost, Verdict, answer, table
from cmflow.insights.status import Standing
from cmflow.lint import plan_rules
from cmflow.model import Account, Budget, Entry, Plan, Problem
from cmflow.model.money import Money
from tests.insights.progress.year import NOW, PLAN, Post, day, standings

ACCOUNTS = (Account("short", "x"), Account("news", "mastodon"))
WHOLE = replace(PLAN, accounts=ACCOUNTS, since=None)


def dollars(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def priced(post: Post, cost: str | Money) -> Entry:
    money = dollars(cost) if isinstance(cost, str) else cost
    entry = post.entry
    planned = tuple(replace(item, cost=money if item.account == "short" else None) for item in entry.planned)
    return replace(entry, planned=planned)


POSTS = {
    Post("before", day(28, 11), "sent", ("short",)): "0.20",
    Post("sent", day(1), "sent", ("short", "news")): "0.20",
    Post("perhaps", day(1), "unsure", ("short",)): "0.015",
    Post("missed", day(1), "missed", ("short",)): "0.20",
    Post("soon", day(4), "", ("short", "news")): "0.045",
    Post("held", day(5), "held", ("short",)): "0.20",
    Post("draft", day(6), "draft", ("short",)): "0.20",
    Post("later", day(7, 1, 2027), "", ("short",)): "0.20",
}


def months(plan: Plan = WHOLE) -> tuple[MonthCost, ...]:
    entries = [priced(post, cost) for post, cost in POSTS.items()]
    return progress.assess(plan, entries, standings(plan, POSTS), NOW).months


def budget(amount: str, currency: str = "USD") -> Plan:
    return replace(WHOLE, budget=Budget(Money(Decimal(amount), currency), 7))


def test_what_was_sent_and_what_will_be_in_months_of_the_plans_zone() -> None:
    assert [(month.name, str(month.sent), str(month.scheduled), month.verdict) for month in months()] == [
        ("2026-12", "0.215 USD", "0.245 USD", None),
        ("2027-01", "0.00 USD", "0.20 USD", None),
    ]


def test_a_month_that_begins_at_midnight_of_the_zone() -> None:
    late = Post("late", day(31), "", ("short",))
    eve = replace(late.entry, planned=(replace(late.entry.planned[0], due=late.due + timedelta(hours=15)),))
    entry = replace(eve, planned=(replace(eve.planned[0], cost=dollars("0.20")),))
    plan = replace(WHOLE, zone="Asia/Tokyo")
    [month] = progress.assess(plan, [entry], _standings(entry), NOW).months
    assert month.name == "2027-01"


def _standings(entry: Entry) -> tuple[Standing, ...]:
    return status.standings(entry.planned, {}, NOW)


def test_within_the_budget_over_it_and_already_over_it() -> None:
    assert [month.verdict for month in months(budget("0.46"))] == [Verdict.OnTrack, Verdict.OnTrack]
    assert [month.verdict for month in months(budget("0.45"))] == [Verdict.AtRisk, Verdict.OnTrack]
    assert [month.verdict for month in months(budget("0.20"))] == [Verdict.Missed, Verdict.OnTrack]
    assert [month.verdict for month in months(budget("0.01", "EUR"))] == [None, None]


def test_two_currencies_are_two_rows() -> None:
    one = priced(Post("one", day(4), "", ("short",)), "0.20")
    two = priced(Post("two", day(4), "", ("short",)), Money(Decimal("0.10"), "EUR"))
    measured = progress.assess(budget("1"), [one, two], _standings(one) + _standings(two), NOW)
    assert [(str(month.total), month.verdict) for month in measured.months] == [
        ("0.10 EUR", None),
        ("0.20 USD", Verdict.OnTrack),
    ]


def test_where_nothing_is_charged_there_are_no_months() -> None:
    assert progress.assess(WHOLE, [Post("a", day(4)).entry], (), NOW).months == ()


def test_figures_are_charged_once_per_day_in_the_months_in_which_they_are_read() -> None:
    """Read after 1, 3 and 6 hours, 1, 3, 7, 14, 30, 60 and 90 days; a post of 28 November is read in December, too."""
    entries = [
        replace(
            priced(post, "0.20"),
            planned=tuple(replace(item, cost=dollars("0.20"), reading=dollars("0.005")) for item in post.entry.planned),
        )
        for post in (Post("before", day(28, 11), "sent", ("short",)), Post("soon", day(4), "", ("short",)))
    ]
    plan = budget("1")
    posts = {Post("before", day(28, 11), "sent", ("short",)): "", Post("soon", day(4), "", ("short",)): ""}
    rows = progress.assess(plan, entries, standings(plan, posts), NOW, reads=True).months
    assert [(month.name, str(month.scheduled), str(month.reading), str(month.total)) for month in rows] == [
        ("2026-12", "0.20 USD", "0.045 USD", "0.245 USD"),  # 4 days of the first, 5 of the second
        ("2027-01", "0.00 USD", "0.01 USD", "0.01 USD"),
        ("2027-02", "0.00 USD", "0.01 USD", "0.01 USD"),
        ("2027-03", "0.00 USD", "0.005 USD", "0.005 USD"),
    ]
    assert rows[0].reason.code == "cost-within-read"
    assert all(not month.reading.amount for month in progress.assess(plan, entries, standings(plan, posts), NOW).months)


def test_a_warning_for_each_month_over_budget() -> None:
    found = tuple(plan_rules.over_budget(budget("0.45"), months(budget("0.45"))))
    message = "2026-12 would cost 0.46 USD, 0.01 USD more than the budget: 0.215 USD of it is sent."
    hint = "Remove links from posts that do not need them, move or remove posts, or change `budget`."
    assert found == (Problem("content/plan.md", 7, "over-budget", message, hint),)
    assert tuple(plan_rules.over_budget(budget("1"), months(budget("1")))) == ()


def test_the_table_and_the_document_say_it() -> None:
    plan = budget("0.45")
    entries = [priced(post, cost) for post, cost in POSTS.items()]
    measured = progress.assess(plan, entries, standings(plan, POSTS), NOW)
    lines = list(table.lines(measured, plan, sentences.voice("en", plan.zone)))
    at = lines.index("\nCosts per month")
    assert lines[at + 1 : at + 4] == [
        "  At risk   2026-12  0.46 USD, over the budget of 0.45 USD: 0.215 USD spent,",
        "                     0.245 USD to come.",
        "  On track  2027-01  0.20 USD of 0.45 USD: 0.00 USD spent, 0.20 USD to come.",
    ]
    document: dict[str, Any] = answer.as_dict(measured, sentences.voice("en", plan.zone).say)
    assert document["months"][0] == {
        "month": "2026-12",
        "verdict": "AtRisk",
        "reason": "cost-over",
        "why": "0.46 USD, over the budget of 0.45 USD: 0.215 USD spent, 0.245 USD to come.",
        "sent": "0.215 USD",
        "scheduled": "0.245 USD",
        "reading": "0.00 USD",
        "total": "0.46 USD",
    }
    assert ("month", measured.months[0]) in measured.calling
