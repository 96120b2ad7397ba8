"""Cron lines: when they start runs, and what those runs cover."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cmflow.schedule import cron
from cmflow.schedule.cron import Cron, Timetable

PARIS = ZoneInfo("Europe/Paris")


def line(text: str, zone: str = "") -> Cron:
    parsed = cron.parse(text, zone)
    assert parsed
    return parsed


def table(*texts: str, zone: str = "", minutes: int = 14) -> Timetable:
    return Timetable(tuple(line(text, zone) for text in texts), timedelta(minutes=minutes))


def paris(day: int, hour: int, minute: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("7,22,37,52 * * * *", tuple(hour * 60 + minute for hour in range(24) for minute in (7, 22, 37, 52))),
        ("*/20 9 * * *", (540, 560, 580)),
        ("5/20 9 * * *", (545, 565, 585)),
        ("17 7-9,12 * * *", (437, 497, 557, 737)),
        ("17 8-14/3 * * *", (497, 677, 857)),
    ],
)
def test_the_minutes_of_a_day(text: str, starts: tuple[int, ...]) -> None:
    assert line(text).starts == starts


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1 1 * * 1", [7, 14, 21, 28]),
        ("1 1 * * MON", [7, 14, 21, 28]),
        ("1 1 * * 7", [6, 13, 20, 27]),
        ("1 1 * * 0", [6, 13, 20, 27]),
        ("1 1 3 12 *", [3]),
        ("1 1 3 dec *", [3]),
        ("1 1 3 11 *", []),
        ("1 1 1-3 * fri", [1, 2, 3, 4, 11, 18, 25]),  # either is enough
    ],
)
def test_the_days_of_a_month(text: str, days: list[int]) -> None:
    assert [day for day in range(1, 32) if line(text).runs_on(date(2026, 12, day))] == days


@pytest.mark.parametrize(
    "text",
    ["", "@daily", "1 1 * *", "1 1 * * * *", "60 1 * * *", "1 24 * * *", "1 1 0 * *", "1 1 * 13 *", "1 1 * * 8",
     "x 1 * * *", "*/0 * * * *", "5-1 * * * *", "1, * * * *", "-1 * * * *", "* * * * mondays"],
)  # fmt: skip
def test_what_is_not_a_cron_line(text: str) -> None:
    assert cron.parse(text) is None


@pytest.mark.parametrize("zone", ["Europe/Pariss", "../x", "/etc/passwd"])
def test_what_is_not_a_zone(zone: str) -> None:
    assert cron.parse("1 1 * * *", zone) is None


def test_the_runs_of_an_average_month() -> None:
    assert line("7,22,37,52 * * * *").monthly(2027) == 2920
    assert round(line("17 9 * * 1").monthly(2027), 2) == 4.33
    assert line("17 9 3 12 *").monthly(2027) == 1 / 12


@pytest.mark.parametrize(
    ("moment", "covered"),
    [
        (paris(7, 9, 16), False),
        (paris(7, 9, 17), True),
        (paris(7, 9, 31), True),
        (paris(7, 9, 32), False),
        (paris(8, 9, 30), False),
        (datetime(2026, 12, 7, 8, 30, tzinfo=UTC), True),
        (paris(6, 9, 30, month=7), True),  # in summer, too
    ],
)
def test_a_run_covers_what_it_waits_for(moment: datetime, covered: bool) -> None:
    assert table("17 9 * * 1", zone="Europe/Paris").covers(moment) is covered


def test_a_run_before_midnight_covers_the_next_day() -> None:
    runs = table("52 23 * * 0")
    assert runs.covers(datetime(2026, 12, 7, 0, 5, tzinfo=UTC))
    assert not runs.covers(datetime(2026, 12, 8, 0, 5, tzinfo=UTC))


def test_quarters_of_an_hour_cover_everything() -> None:
    runs = table("7,22,37,52 * * * *")
    assert all(runs.covers(datetime(2026, 12, 1, tzinfo=UTC) + timedelta(minutes=minute)) for minute in range(3000))


def test_the_next_run() -> None:
    runs = table("37 */3 * * *", "17 9 * * 1", zone="Europe/Paris")
    assert runs.first_run(paris(7, 9, 17)) == paris(7, 9, 17)
    assert runs.first_run(paris(7, 9, 18)) == paris(7, 9, 37)
    assert runs.first_run(paris(7, 23, 0)) == paris(8, 0, 37)
    assert table("17 9 3 12 *").first_run(datetime(2026, 12, 4, tzinfo=UTC)) == datetime(2027, 12, 3, 9, 17, tzinfo=UTC)
    assert table("17 9 30 2 *").first_run(datetime(2026, 12, 4, tzinfo=UTC)) is None
    assert table().first_run(datetime(2026, 12, 4, tzinfo=UTC)) is None
