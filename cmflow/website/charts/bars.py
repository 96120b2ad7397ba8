"""Bar charts as SVG rectangles, since the pages may not have inline styles."""

from collections.abc import Iterator, Sequence

from cmflow.insights.progress import Week
from cmflow.values import dataclass

STEP, BAR, HEIGHT = 18, 12, 60  # units of the drawing
STACK = ("sent", "scheduled", "held", "drafts", "lost")  # from the ground up


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `kind` is its class."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """`boxes` from the ground up, `lines` for what the plan asks for; `now` is where this week starts."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Box, ...]
    now: float


def weeks(items: Sequence[Week], count: int) -> Chart:
    """A bar for each week; the first `count` of them are over."""
    top = max((max(week.planned, sum(_heights(week))) for week in items), default=0) or 1
    unit = (HEIGHT - 4) / top
    boxes = tuple(box for number, week in enumerate(items) for box in _bar(week, number * STEP, unit))
    lines = (
        Box("asked", number * STEP, round(HEIGHT - week.planned * unit, 2), STEP, 0)
        for number, week in enumerate(items)
        if week.planned
    )
    return Chart(len(items) * STEP, HEIGHT, boxes, tuple(lines), count * STEP)


def stacks(items: Sequence[Sequence[tuple[str, int]]]) -> Chart:
    """A bar for each item, which is (kind, number) from the ground up."""
    top = max((sum(number for _, number in item) for item in items), default=0) or 1
    unit = (HEIGHT - 4) / top
    boxes = tuple(box for number, item in enumerate(items) for box in _stack(item, number * STEP, unit))
    return Chart(len(items) * STEP, HEIGHT, boxes, (), len(items) * STEP)


def _heights(week: Week) -> tuple[int, ...]:
    return (week.sent, week.scheduled, week.held, week.drafts, week.missed + week.failed + week.unsure)


def _bar(week: Week, x: int, unit: float) -> Iterator[Box]:
    return _stack(tuple(zip(STACK, _heights(week), strict=True)), x, unit)


def _stack(item: Sequence[tuple[str, int]], x: int, unit: float) -> Iterator[Box]:
    ground = float(HEIGHT)
    for kind, number in item:
        if number:
            height = number * unit
            ground -= height
            yield Box(kind, x + (STEP - BAR) / 2, round(ground, 2), BAR, round(max(height - 1, height / 2), 2))
