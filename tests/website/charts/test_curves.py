import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cmflow.insights.statistics import Growth, Period, Point
from cmflow.website.charts import curves
from cmflow.website.charts.curves import HEIGHT, LIFE_HEIGHT, LIFE_WIDTH, WIDTH, Curve

START = datetime(2026, 9, 1, tzinfo=UTC)
PERIOD = Period(START, START + timedelta(days=80))
OLD, NEW = (("followers_count", None),), (("followers", START.date()),)
DAY = timedelta(days=1)


def point(day: float, value: float, kind: tuple[tuple[str, object], ...] = OLD) -> Point:
    return Point(START + day * DAY, value, kind, round(day * 86_400))  # type: ignore[arg-type]


def growth(*segments: tuple[Point, ...], **more: object) -> Growth:
    return Growth("toots", "mastodon", segments, **more)  # type: ignore[arg-type]


def test_a_line_through_the_followers_with_a_mark_for_each_post() -> None:
    rows = growth((point(0, 100), point(40, 150), point(80, 200)))
    posts = [START + 20 * DAY, START + 20 * DAY, START - DAY, START + 60 * DAY]
    assert curves.growth(rows, PERIOD, posts) == Curve(
        WIDTH, HEIGHT, 100, 200, 90, 6, lines=("M0 90L160 48L320 6",), marks=(80, 240)
    )


def test_a_time_without_readings_is_bridged_and_a_new_meaning_cuts_the_line() -> None:
    first = (point(0, 0), point(20, 50), point(40, 100))
    rows = growth(
        first,
        (point(60, 20, NEW),),
        breaks=(START + 60 * DAY,),
        gaps=((START + 20 * DAY, START + 40 * DAY), (START + 40 * DAY, START + 60 * DAY)),
    )
    drawn = curves.growth(rows, PERIOD, ())
    assert drawn == Curve(
        WIDTH,
        HEIGHT,
        0,
        100,
        90,
        6,
        lines=("M0 90L80 48",),
        bridges=("M80 48L160 6",),
        dots=((160, 6), (240, 73.2)),
        breaks=(240,),
    )


def test_followers_that_stay_the_same_are_a_line_in_the_middle() -> None:
    drawn = curves.growth(growth((point(0, 7), point(80, 7))), PERIOD, ())
    assert drawn and (drawn.lines, drawn.floor, drawn.ceiling) == (("M0 48L320 48",), 48, 48)


def test_nothing_read_nothing_drawn() -> None:
    assert curves.growth(growth(), PERIOD, ()) is None
    assert curves.life((), 3 * DAY) is None
    assert curves.life((point(0, 5),), 3 * DAY) is None


def test_a_life_starts_from_nothing_and_is_marked_at_the_age_that_is_compared() -> None:
    drawn = curves.life((point(1 / 24, 5), point(3, 10), point(90, 10)), 3 * DAY)
    assert drawn == Curve(LIFE_WIDTH, LIFE_HEIGHT, 0, 10, 21, 3, lines=("M10.5 12L56.4 3L93 3",), marks=(56.4,))


def test_a_life_is_cut_where_the_figure_began_to_mean_something_else() -> None:
    drawn = curves.life((point(1, 5), point(3, 10, NEW), point(7, 10, NEW)), 3 * DAY)
    assert drawn and (drawn.dots, len(drawn.lines), drawn.breaks) == (((44.6, 12.0),), 1, (56.4,))


NUMBERS = st.floats(0, 1e9)
POINTS = st.lists(st.builds(point, st.floats(0.001, 400), NUMBERS), min_size=1, max_size=12)


@given(POINTS)
def test_nothing_leaves_the_drawing(points: list[Point]) -> None:
    ordered = tuple(sorted(points, key=lambda point: point.age))
    drawn = curves.life(ordered, 3 * DAY)
    assert drawn
    places = [*drawn.dots, *(place for line in drawn.lines for place in _places(line))]
    assert all(0 <= left <= LIFE_WIDTH and 0 <= top <= LIFE_HEIGHT for left, top in places)


def _places(path: str) -> list[tuple[float, float]]:
    pairs = (pair.split() for pair in re.split("[ML]", path) if pair)
    return [(float(left), float(top)) for left, top in pairs]
