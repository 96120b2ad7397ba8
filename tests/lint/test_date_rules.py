"""Dates that are over, or far ahead."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cmflow.lint import date_rules
from cmflow.model import Account, Delivery, Key, Plan, Planned, Problem, Receipt, State

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
PLAN = Plan("cmflow", "Europe/Paris", "en", (Account("m", "mastodon"), Account("x", "x")))
PATH = "content/posts/a.md"
HOUR = timedelta(hours=1)


def planned(due: datetime, account: str = "m") -> Planned:
    return Planned("a", account, due, 6 * HOUR, "digest", path=PATH)


def said(due: datetime, *known: Delivery) -> list[tuple[str, str, str]]:
    deliveries = {Key(each.post, each.account): each for each in known}
    return [(each.code, each.message, each.hint) for each in date_rules.dates([planned(due)], PLAN, deliveries, NOW)]


OTHERWISE = "Give it another date, or delete the post."


@pytest.mark.parametrize(
    ("due", "message", "hint"),
    [
        ((2026, 1, 5, 9), "2026-01-05 10:00 was 328 days ago", f"Did you mean 2027-01-05 10:00? {OTHERWISE}"),
        ((2025, 12, 18, 9), "2025-12-18 10:00 was 346 days ago", f"Did you mean 2026-12-18 10:00? {OTHERWISE}"),
        ((2024, 2, 29, 9), "2024-02-29 10:00 was 1,004 days ago", OTHERWISE),
        ((2026, 11, 20, 9), "2026-11-20 10:00 was 9 days ago", OTHERWISE),
        ((2026, 11, 29, 2), "2026-11-29 03:00 was 7 hours ago", OTHERWISE),
    ],
)
def test_a_date_that_is_over(due: tuple[int, ...], message: str, hint: str) -> None:
    assert said(datetime(*due, tzinfo=UTC)) == [  # type: ignore[misc, arg-type]
        ("date-past", f"{message}: too late, it will not be published on m.", hint)
    ]


@pytest.mark.parametrize(
    "due", [NOW, NOW - 6 * HOUR, NOW + HOUR, NOW + timedelta(days=548)], ids=["now", "late", "soon", "next year"]
)
def test_a_date_that_may_be_meant(due: datetime) -> None:
    assert said(due) == []


def test_a_date_that_is_far_ahead() -> None:
    hint = "Correct the year, or leave it if that is intended."
    assert said(datetime(2066, 12, 24, 9, tzinfo=UTC)) == [
        ("date-far", "2066-12-24 10:00 is 481 months ahead (m).", hint)
    ]


@pytest.mark.parametrize(
    ("state", "moved", "told"),
    [
        (State.SENT, False, False),
        (State.SENT, True, False),
        (State.SKIPPED, False, False),
        (State.FAILED, False, False),
        (State.MISSED, False, False),  # a run has said so
        (State.MISSED, True, True),
        (State.SCHEDULED, False, True),
    ],
)
def test_what_the_ledger_has_dealt_with_is_not_told_again(state: State, moved: bool, told: bool) -> None:
    due = NOW - timedelta(days=10)
    known = Delivery("a", "m", state, due - HOUR if moved else due)
    assert bool(said(due, known)) is told
    if state is State.SCHEDULED:
        assert said(due, replace(known, receipts=(Receipt(0, "1", "", NOW),))) == []


def test_one_finding_for_all_accounts() -> None:
    """Those too that are posted to by hand: nobody would be asked to."""
    due = NOW - timedelta(days=10)
    both = [planned(due), planned(due, "x")]
    message = "2026-11-19 10:00 was 10 days ago: too late, it will not be published on "
    assert list(date_rules.dates(both, PLAN, {}, NOW)) == [Problem(PATH, 1, "date-past", f"{message}m, x.", OTHERWISE)]
