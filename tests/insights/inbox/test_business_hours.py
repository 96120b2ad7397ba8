"""Business hours between two moments, as a slow count by minutes has them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cmflow.insights.inbox.business_hours import BusinessHours
from cmflow.model import Inbox
from tests.examples import examples

PARIS = ZoneInfo("Europe/Paris")
OFFICE = Inbox(
    hours=(*((day, time(9), time(17, 30)) for day in range(4)), (4, time(9), time(12)), (4, time(13), time(16))),
    holidays=(date(2026, 12, 25), date(2026, 12, 28)),
)
NIGHT = Inbox(hours=tuple((day, time(1), time(4)) for day in range(7)))
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)


def hours(inbox: Inbox) -> BusinessHours:
    return BusinessHours(inbox, "Europe/Paris", START, END)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "end", "worked"),
    [
        ("2026-12-01 10:00", "2026-12-01 10:30", 0.5),
        ("2026-12-01 06:00", "2026-12-01 09:30", 0.5),
        ("2026-12-01 17:00", "2026-12-02 09:30", 1.0),
        ("2026-12-04 11:00", "2026-12-04 14:00", 2.0),  # over lunch
        ("2026-12-04 15:00", "2026-12-07 10:00", 2.0),  # over a weekend
        ("2026-12-05 10:00", "2026-12-06 20:00", 0.0),
        ("2026-12-24 17:00", "2026-12-29 09:15", 0.75),  # over holidays
        ("2026-12-02 10:00", "2026-12-01 10:00", 0.0),  # clocks of networks differ
    ],
)
def test_office_hours(start: str, end: str, worked: float) -> None:
    assert hours(OFFICE).between(at(start), at(end)) == timedelta(hours=worked)


def test_without_hours_all_count() -> None:
    assert hours(Inbox()).between(at("2026-12-05 10:00"), at("2026-12-07 10:00")) == timedelta(days=2)
    assert hours(Inbox()).end(at("2026-12-05 10:00"), timedelta(hours=4)) == at("2026-12-05 14:00")


def test_a_night_in_which_the_clocks_change() -> None:
    assert hours(NIGHT).between(at("2026-03-29 00:00"), at("2026-03-29 12:00")) == timedelta(hours=2)
    assert hours(NIGHT).between(at("2026-10-25 00:00"), at("2026-10-25 12:00")) == timedelta(hours=4)


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-12-01 10:00", 4.0, "2026-12-01 14:00"),
        ("2026-12-04 15:00", 4.0, "2026-12-07 12:00"),
        ("2026-12-24 17:00", 1.0, "2026-12-29 09:30"),
        ("2026-12-05 03:00", 0.5, "2026-12-07 09:30"),
    ],
)
def test_when_an_aim_ends(start: str, length: float, end: str) -> None:
    assert hours(OFFICE).end(at(start), timedelta(hours=length)) == at(end)


def test_an_aim_that_never_ends() -> None:
    holidays = tuple(date(2026, 1, 1) + timedelta(days=number) for number in range(1_500))
    closed = Inbox(hours=OFFICE.hours, holidays=holidays)
    assert hours(closed).end(START, timedelta(hours=1)) is None


@examples(40)
@given(st.sampled_from([OFFICE, NIGHT]), st.integers(0, 390 * 48), st.integers(0, 12 * 48))
@example(OFFICE, 18_545, 576)  # over the end of the year, and as long as can be
def test_as_a_count_by_half_hours_has_it(inbox: Inbox, first: int, length: int) -> None:
    step = timedelta(minutes=30)
    start = START + first * step
    moments = (start + number * step for number in range(length))
    local = (moment.astimezone(PARIS) for moment in moments)
    counted = sum(
        any(day == moment.weekday() and opens <= moment.time() < closes for day, opens, closes in inbox.hours)
        and moment.date() not in inbox.holidays
        for moment in local
    )
    assert hours(inbox).between(start, start + length * step) == counted * step
