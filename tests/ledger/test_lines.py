"""Lines are read as `readings` reads them, only faster."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cmflow.ledger import lines, readings
from cmflow.ledger.readings import Month
from cmflow.model import Reading
from tests.ledger.test_readings import CROWD, GOLDEN, HAND, LIKES, QUOTES


def test_a_line_has_all_figures_of_one_moment() -> None:
    first, second, third = lines.decode(GOLDEN.encode())
    assert (first.post, first.slot, first.values) == ("", "2026-12-01", {"followersCount": 812})
    assert (second.post, second.age, second.values) == ("hello", 3641, {"likeCount": 3, "quoteCount": None})
    assert (third.source, third.entered) == ("hand", datetime(2026, 12, 1, 13, tzinfo=UTC))
    assert second.time == LIKES.time


def test_what_cannot_be_read_is_left_out() -> None:
    odd = '{"at":"2026-12-01T12:00:00Z","slot":"1h","network":"x","values":{},"newer":1}\n'
    rows = lines.decode((odd + GOLDEN + 'nonsense\n{"at":"2026-12-01T12:00:00"}\n').encode())
    assert [row.slot for row in rows] == ["2026-12-01", "1h", "1h"]


@given(st.permutations([LIKES, QUOTES, CROWD, HAND]), st.integers(0, 4))
def test_both_ways_of_reading_tell_the_same(rows: list[Reading], number: int) -> None:
    data = readings.encode(Month(tuple(rows[:number])))
    pairs = {(reading.metric, reading.value, reading.time) for reading in readings.decode(data).readings}
    assert pairs == {(name, value, row.time) for row in lines.decode(data) for name, value in row.values.items()}
