"""The calendar as web pages: the plan, held against what was really sent. Plain files that run nothing."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from cmflow.pages.board import Board, Month, YearMonth
from cmflow.pages.calendar import Calendar, found
from cmflow.pages.languages import language
from cmflow.pages.post import address
from cmflow.pages.printer import FOLDER, Printer

__all__ = ["Calendar", "address", "build", "found", "press"]

ENOUGH = 150  # posts on the first page; it ends with the month that reaches it
LISTED = 30  # deliveries that need a person, on the first page

Page = tuple[str, str]


def build(calendar: Calendar, templates: Mapping[str, str]) -> Iterator[Page]:
    """Every page but those of the posts as (path, content), one at a time. Raises `TemplateError`.

    `templates` by path (`templates/site/index.html.j2`).
    """
    board = Board(calendar)
    printer = press(calendar, templates, {"board": board, "listed": LISTED})
    months = list(board.months)
    yield "style.css", templates[f"{FOLDER}style.css"]
    yield "index.html", printer.page("index.html.j2", months=_upcoming(board), here="")
    for before, month, after in zip([None, *months], months, [*months[1:], None], strict=False):
        made = board.month(month)
        around = {"before": before, "after": after}
        yield f"{made.name}.html", printer.page("month.html.j2", month=made, here=made.name, **around)


def press(calendar: Calendar, templates: Mapping[str, str], shared: Mapping[str, Any] | None = None) -> Printer:
    """What prints the pages of this calendar."""
    zone = ZoneInfo(calendar.plan.zone)
    given = {
        "plan": calendar.plan,
        "last_run": calendar.last_run and calendar.last_run.astimezone(zone),
        "web": calendar.web,
        "branch": calendar.branch,
        **(shared or {}),
    }
    return Printer(templates, language(calendar.plan.language), calendar.now.astimezone(zone), given)


def _upcoming(board: Board) -> Iterator[Month]:
    """The months from now on, as many as a first page can hold; the last month where nothing is to come."""
    today = board.now.astimezone(board.zone)
    months: list[YearMonth] = [month for month in board.months if month >= (today.year, today.month)]
    shown = 0
    for month in months or list(board.months)[-1:]:
        if shown >= ENOUGH:
            return
        made = board.month(month)
        shown += made.posts
        yield made
