from dataclasses import astuple
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cmflow.insights.progress import Week
from cmflow.website.charts.bars import HEIGHT, STEP, Box, Chart, weeks

MONDAY = date(2026, 11, 30)


def test_a_bar_for_each_week_and_a_line_for_what_the_plan_asks() -> None:
    made = weeks([Week(MONDAY, 0), Week(MONDAY, 2, sent=1, scheduled=2, missed=1)], 1)
    assert made == Chart(
        36,
        60,
        (
            Box("sent", 21.0, 46.0, 12, 13.0),
            Box("scheduled", 21.0, 18.0, 12, 27.0),
            Box("lost", 21.0, 4.0, 12, 13.0),
        ),
        (Box("asked", 18, 32.0, 18, 0),),
        18,
    )


def test_weeks_without_anything() -> None:
    assert weeks([Week(MONDAY, 0)], 0) == Chart(18, 60, (), (), 0)
    assert weeks([], 0) == Chart(0, 60, (), (), 0)


NUMBERS = st.integers(0, 40)
WEEKS = st.builds(Week, st.just(MONDAY), *[NUMBERS] * 8)


@given(st.lists(WEEKS, max_size=16))
def test_nothing_leaves_the_drawing_and_bars_stand_in_their_week(found: list[Week]) -> None:
    made = weeks(found, 0)
    for box in (*made.boxes, *made.lines):
        _, x, y, width, height = astuple(box)
        assert 0 <= x <= x + width <= made.width
        assert 0 <= y <= y + height <= HEIGHT
        assert x // STEP == (x + width - 1) // STEP
