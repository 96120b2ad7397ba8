"""The cron lines that a plan needs."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.model import Account, Plan, Rules, Slot
from cmflow.schedule import timetable
from cmflow.schedule.cron import Timetable
from cmflow.schedule.timetable import CronLine

WINDOW = timedelta(minutes=14)
LATE = "what is late, or comes unforeseen"
HOURS = (time(8), time(20))
A = ["a"]


def slot(weekday: int, hour: int, minute: int) -> Slot:
    return Slot(weekday, time(hour, minute))


def account(
    *slots: Slot, name: str = "a", late: timedelta | None = None, hours: tuple[time, time] | None = None
) -> Account:
    return Account(name, "outbox", slots=slots, late=late, hours=hours)


def plan(*accounts: Account, zone: str = "Europe/Paris", hours: tuple[time, time] | None = None, late: int = 6) -> Plan:
    return Plan("cmflow", zone, "en", accounts, rules=Rules(hours=hours), late=timedelta(hours=late))


def lines(plan: Plan, window: timedelta = WINDOW) -> list[tuple[str, str]]:
    names = [account.name for account in plan.accounts]
    return [(line.cron, line.note) for line in timetable.of_plan(plan, names, window)]


def test_a_run_before_each_slot_and_a_few_for_what_is_late() -> None:
    week = plan(account(slot(0, 9, 30), slot(3, 17, 0)), account(slot(0, 9, 30), slot(4, 9, 30), name="b"))
    assert lines(week) == [
        ("17 9 * * 1,5", "before 09:30"),
        ("47 16 * * 4", "before 17:00"),
        ("37 */3 * * *", LATE),
    ]


def test_the_lines_are_in_the_zone_of_the_plan() -> None:
    assert {line.zone for line in timetable.of_plan(plan(account()), ["a"], WINDOW)} == {"Europe/Paris"}
    assert {line.zone for line in timetable.of_plan(plan(account(), zone="UTC"), ["a"], WINDOW)} == {""}


def test_an_account_without_slots_has_the_usual_ones() -> None:
    assert lines(plan(account())) == [("17 9 * * 1-5", "before 09:30"), ("37 */3 * * *", LATE)]


def test_an_account_with_hours_and_no_slots_has_all_of_them() -> None:
    quarters = ("7,22,37,52 7-19 * * *", "the hours 08:00-20:00")
    assert lines(plan(account(), hours=HOURS)) == [quarters, ("37 */3 * * *", LATE)]
    assert lines(plan(account(hours=HOURS))) == [quarters, ("37 */3 * * *", LATE)]
    assert lines(plan(account(slot(0, 9, 30)), hours=HOURS))[0] == ("17 9 * * 1", "before 09:30")
    assert lines(plan(account(), hours=(time(22), time(2))))[0][0] == "7,22,37,52 0,1,21-23 * * *"


def test_times_on_the_same_days_are_one_line() -> None:
    daily = [slot(day, hour, 0) for day in range(7) for hour in (8, 12, 18)]
    assert lines(plan(account(*daily)))[0] == ("47 7,11,17 * * *", "before 08:00, 12:00, 18:00")


@pytest.mark.parametrize(
    ("zone", "time", "cron"),
    [
        ("Europe/Paris", (9, 13), "1 9 * * 1"),  # not at the full hour
        ("Asia/Kolkata", (9, 43), "31 9 * * 1"),  # nor at that of UTC
        ("Asia/Kathmandu", (9, 58), "46 9 * * 1"),
        ("Europe/Paris", (0, 5), "52 23 * * 0"),
    ],
)
def test_no_run_starts_at_the_full_hour(zone: str, time: tuple[int, int], cron: str) -> None:
    assert lines(plan(account(slot(0, *time)), zone=zone))[0][0] == cron


def test_one_run_is_enough_for_slots_that_follow_each_other() -> None:
    assert lines(plan(account(slot(0, 9, 30)), account(slot(0, 9, 31), name="b")))[0] == ("17 9 * * 1", "before 09:30")


def test_a_run_that_waits_for_less_starts_later() -> None:
    assert lines(plan(account(slot(0, 9, 30))), timedelta(minutes=6))[0][0] == "25 9 * * 1"
    assert lines(plan(account(slot(0, 9, 30))), timedelta(0))[0][0] == "30 9 * * 1"


@pytest.mark.parametrize(("late", "step"), [(48, 6), (12, 6), (9, 4), (8, 4), (6, 3), (1, 3)])
def test_two_runs_fall_into_the_time_that_the_plan_allows(late: int, step: int) -> None:
    assert lines(plan(account(slot(0, 9, 30)), late=late))[-1] == (f"37 */{step} * * *", LATE)


@pytest.mark.parametrize(
    ("late", "crons"),
    [(30, ["45 9 * * 1"]), (60, ["1 10 * * 1"]), (120, ["37 10 * * 1"]), (240, ["37 11 * * 1"]), (360, [])],
)
def test_an_account_that_allows_less_has_runs_of_its_own(late: int, crons: list[str]) -> None:
    own = plan(account(slot(0, 9, 30), late=timedelta(minutes=late)))
    assert [cron for cron, note in lines(own) if note == "what is late by then"] == crons


# ── posts at other times ────────────────────────────────────────────────────────────────────────────────────


def of_posts(*moments: tuple[int, int, int]) -> list[tuple[str, str]]:
    week = plan(account(slot(0, 9, 30)))
    covered = Timetable(tuple(line.parsed() for line in timetable.of_plan(week, ["a"], WINDOW)), WINDOW)
    zone = ZoneInfo("Europe/Paris")
    dates = [datetime(2026, 12, *moment, tzinfo=zone).astimezone(UTC) for moment in moments]
    return [(line.cron, line.note) for line in timetable.of_posts(week, dates, WINDOW, covered)]


def test_a_post_at_another_time_has_a_run_of_its_own() -> None:
    assert of_posts((7, 9, 30), (3, 11, 15), (1, 0, 5)) == [
        ("52 23 30 11 *", "for posts 2026-12-01 00:05"),
        ("2 11 3 12 *", "for posts 2026-12-03 11:15"),
    ]


def test_a_time_that_is_often_used_has_a_weekly_run() -> None:
    assert of_posts((3, 11, 15), (10, 11, 15), (11, 11, 15)) == [("2 11 * * 4,5", "for posts 11:15")]


def test_many_times_have_every_quarter_of_their_hours() -> None:
    moments = [(day, 10 + day % 2, 1 + day) for day in range(1, 30)]
    assert of_posts(*moments) == [("7,22,37,52 9-11 * * *", "for posts at many times")]


SLOTS = st.builds(slot, st.integers(0, 6), st.integers(0, 23), st.integers(0, 59))
ZONES = st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
MOMENTS = st.datetimes(datetime(2026, 12, 1), datetime(2027, 2, 20), timezones=st.just(UTC))


@given(st.lists(SLOTS, max_size=8), ZONES, st.lists(MOMENTS, max_size=40))
def test_every_slot_and_every_post_is_covered(slots: list[Slot], zone: str, moments: list[datetime]) -> None:
    week = plan(account(*slots), zone=zone)
    own = timetable.of_plan(week, ["a"], WINDOW)
    covered = Timetable(tuple(line.parsed() for line in own), WINDOW)
    monday = datetime(2027, 1, 4, tzinfo=ZoneInfo(zone))
    for taken in week.accounts[0].usual_slots:
        day = (monday + timedelta(days=taken.weekday)).date()
        assert covered.covers(datetime.combine(day, taken.clock, ZoneInfo(zone)))
    extra = timetable.of_posts(week, moments, WINDOW, covered)
    assert all(line.is_for_posts for line in extra) and not any(line.is_for_posts for line in own)
    both = Timetable(tuple(line.parsed() for line in (*own, *extra)), WINDOW)
    assert [moment for moment in moments if not both.covers(moment)] == []


# ── figures and messages ────────────────────────────────────────────────────────────────────────────────────


def test_figures_are_read_after_each_slot_and_daily() -> None:
    week = plan(account(slot(0, 9, 30), slot(3, 23, 55)))
    assert timetable.of_metrics(week, ["a"]) == (
        CronLine("53 0,9 * * *", "Europe/Paris", "figures"),
        CronLine("53 1,3,6 * * 5", "Europe/Paris", "figures"),
        CronLine("53 10,12,15 * * 1", "Europe/Paris", "figures"),
    )


def test_figures_of_posts_at_any_hour_are_read_hourly() -> None:
    hourly = (CronLine("53 * * * *", "Europe/Paris", "posts at any hour"),)
    assert timetable.of_metrics(plan(account(), hours=HOURS), ["a"]) == hourly
    assert timetable.of_metrics(plan(account()), []) == hourly


def test_messages_are_read_in_the_hours_of_the_plan() -> None:
    assert timetable.of_inbox(plan(account(), hours=HOURS), A) == (
        CronLine("43 8-20 * * *", "Europe/Paris", "messages"),
    )
    assert timetable.of_inbox(plan(account(), hours=(time(20), time(2))), A)[0].cron == "43 0-2,20-23 * * *"
    assert timetable.of_inbox(plan(account()), A)[0].cron == "43 7-21 * * *"
    daily = (CronLine("43 8 * * *", "Europe/Paris", "no account has an inbox yet"),)
    assert timetable.of_inbox(plan(account()), []) == daily
