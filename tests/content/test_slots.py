from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from cmflow.content import slots
from cmflow.model import Account, Pause, Plan, Rules, Slot

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 12, 2, 10, 0, tzinfo=PARIS)  # a Wednesday


def account(*at: tuple[int, int, int], gap: timedelta | None = None) -> Account:
    return Account("a", "x", slots=tuple(Slot(day, time(hour, minute)) for day, hour, minute in at), min_gap=gap)


def free(who: Account, *taken: datetime, now: datetime = NOW, gap: int = 30) -> datetime | None:
    plan = Plan("cmflow", "Europe/Paris", "en", (who,), rules=Rules(min_gap=timedelta(minutes=gap)))
    return slots.next_slot(who, plan, taken, now)


def paris(day: int, hour: int, minute: int = 0, month: int = 12, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("who", "at"),
    [
        (account((2, 9, 30)), paris(9, 9, 30)),
        (account((2, 10, 0)), paris(9, 10)),
        (account((2, 10, 1)), paris(2, 10, 1)),
        (account((2, 18, 0), (2, 12, 0)), paris(2, 12)),
        (account((0, 9, 0), (4, 17, 0)), paris(4, 17)),
        (account(), paris(3, 9, 30)),
    ],
)
def test_the_next_slot_after_now(who: Account, at: datetime) -> None:
    found = free(who)
    assert found == at
    assert found.tzinfo == PARIS


def test_without_slots_weekdays_will_do() -> None:
    assert free(account(), now=paris(4, 10)) == paris(7, 9, 30)


def test_what_is_taken_keeps_its_distance() -> None:
    who = account((2, 12, 0), (2, 12, 29), (2, 12, 30), gap=None)
    assert free(who, paris(2, 12)) == paris(2, 12, 30)
    assert free(who, datetime(2026, 12, 2, 11, 0, 30, tzinfo=UTC)) == paris(9, 12)
    assert free(account((2, 12, 0), gap=timedelta(hours=3)), paris(2, 14, 59)) == paris(9, 12)
    assert free(who, paris(2, 12), gap=0) == paris(2, 12, 29)


def test_where_everything_is_taken_there_is_none() -> None:
    every_week = [paris(2, 12) + timedelta(weeks=week) for week in range(54)]
    assert free(account((2, 12, 0)), *every_week) is None


def test_a_time_that_the_clocks_leave_out_or_bring_twice_is_no_slot() -> None:
    sunday = account((6, 2, 30))
    assert free(sunday, now=paris(27, 12, month=3)) == paris(5, 2, 30, month=4)
    assert free(sunday, now=paris(24, 12, month=10)) == paris(1, 2, 30, month=11)


def test_distance_is_what_passes_and_not_what_the_clocks_show() -> None:
    sunday = account((6, 3, 30), gap=timedelta(minutes=90))
    assert free(sunday, paris(29, 1, 30, month=3), now=paris(28, 12, month=3)) == paris(5, 3, 30, month=4)
    assert free(sunday, paris(25, 1, 30, month=10), now=paris(24, 12, month=10)) == paris(25, 3, 30, month=10)


def test_now_may_come_from_anywhere() -> None:
    tokyo = datetime(2026, 12, 2, 20, 59, tzinfo=timezone(timedelta(hours=9)))  # 12:59 in Paris
    assert free(account((2, 13, 0)), now=tokyo) == paris(2, 13)


def test_every_free_slot_but_those_of_a_pause() -> None:
    who = account((2, 12, 0))
    pauses = (Pause("rest", date(2026, 12, 9), date(2026, 12, 15)),)
    plan = Plan("cmflow", "Europe/Paris", "en", (who,), pauses=pauses, since=date(2026, 12, 3))
    found = slots.free_slots(who, plan, [paris(23, 12)], NOW, NOW + timedelta(weeks=5))
    assert list(found) == [paris(16, 12), paris(30, 12)]


def test_a_slot_at_the_last_moment_counts_and_one_after_it_does_not() -> None:
    who = account((2, 12, 0))
    plan = Plan("cmflow", "Europe/Paris", "en", (who,))
    until = paris(9, 12)
    assert list(slots.free_slots(who, plan, [], NOW, until)) == [paris(2, 12), until]
    assert list(slots.free_slots(who, plan, [], NOW, until - timedelta(seconds=1))) == [paris(2, 12)]
