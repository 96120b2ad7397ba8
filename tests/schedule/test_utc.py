"""Lines in UTC: they start the same runs, all year round."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cmflow.model import Account, Plan, Slot
from cmflow.schedule import timetable
from cmflow.schedule.cron import Timetable
from cmflow.schedule.timetable import CronLine
from cmflow.schedule.utc import in_utc
from tests.examples import examples

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=14)


def converted(text: str, zone: str = "Europe/Paris") -> list[str]:
    return [line.cron for line in in_utc([CronLine(text, zone, "x")], NOW)]


@pytest.mark.parametrize(
    ("text", "zone", "lines"),
    [
        ("17 9 * * 1", "Europe/Paris", ["17 8 * 1-3,10-12 1", "17 7 * 3-10 1"]),
        ("17 9 * * 1", "Asia/Tokyo", ["17 0 * * 1"]),
        ("17 8,9 * * 1-5", "Asia/Tokyo", ["17 23 * * 0-4", "17 0 * * 1-5"]),
        ("17 20 * * 6", "America/New_York", ["17 1 * 1-3,11,12 0", "17 0 * 3-11 0"]),
        ("7,22,37,52 7-9 * * *", "Asia/Kolkata", ["37,52 1-3 * * *", "7,22 2-4 * * *"]),
        ("37 */3 * * *", "", ["37 0,3,6,9,12,15,18,21 * * *"]),
        ("37 * * * *", "Asia/Tokyo", ["37 15-23 * * *", "37 0-14 * * *"]),
        ("2 0 3 12 *", "Europe/Paris", ["2 23 2 12 *"]),
    ],
)
def test_a_line_in_utc(text: str, zone: str, lines: list[str]) -> None:
    assert converted(text, zone) == lines


SLOTS = st.builds(Slot, st.integers(0, 6), st.builds(time, st.integers(0, 23), st.integers(0, 59)))
ZONES = st.sampled_from(
    [
        "Europe/Paris",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "America/Asuncion",
    ]
)


@example(Slot(6, time(5)), "Australia/Lord_Howe")  # 2029-04-01 there: the night's change is in March in UTC
@examples(12)
@given(SLOTS, ZONES)
def test_every_slot_is_covered_all_year_round(slot: Slot, zone: str) -> None:
    """For three years, each week."""
    plan = Plan("cmflow", zone, "en", (Account("a", "outbox", slots=(slot,)),))
    lines = in_utc(timetable.of_plan(plan, ["a"], WINDOW), NOW)
    assert {line.zone for line in lines} == {""}
    runs = Timetable(tuple(line.parsed() for line in lines), WINDOW)
    for week in range(150):
        day = (datetime(2026, 11, 30) + timedelta(weeks=week, days=slot.weekday)).date()
        moment = datetime.combine(day, slot.clock, ZoneInfo(zone))
        if moment.astimezone(UTC).astimezone(ZoneInfo(zone)) == moment and _is_steady(moment):
            assert runs.covers(moment), moment


def _is_steady(moment: datetime) -> bool:
    """Whether no clock changes within the hours before."""
    return (moment.astimezone(UTC) - timedelta(hours=3)).astimezone(moment.tzinfo).utcoffset() == moment.utcoffset()
