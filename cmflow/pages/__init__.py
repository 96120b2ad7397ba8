"""The calendar as web pages: the plan, held against what was really sent. Plain files that run nothing."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from cmflow.pages import data, sheets
from cmflow.pages.board import Board
from cmflow.pages.calendar import Calendar, found
from cmflow.pages.languages import language
from cmflow.pages.post import address
from cmflow.pages.printer import FOLDER, Printer

__all__ = ["Calendar", "address", "build", "found", "press"]

LISTED = 30  # deliveries that need a person, on the first page

Page = tuple[str, str]


def build(calendar: Calendar, templates: Mapping[str, str]) -> Iterator[Page]:
    """Every page but those of the posts as (path, content), one at a time. Raises `TemplateError`.

    `templates` by path (`templates/site/index.html.j2`).
    """
    board = Board(calendar)
    printer = press(calendar, templates, {"board": board, "listed": LISTED})
    for name in ("style.css", "calendar.js"):
        yield name, templates[f"{FOLDER}{name}"]
    yield sheets.first(board, printer)
    yield data.site(board, printer.words)
    for each in board.months:
        month = board.month(each)
        yield from data.month(board, month)
        yield from sheets.month(board, month, printer)


def press(calendar: Calendar, templates: Mapping[str, str], shared: Mapping[str, Any] | None = None) -> Printer:
    """What prints the pages of this calendar."""
    zone = ZoneInfo(calendar.plan.zone)
    given = {
        "plan": calendar.plan,
        "brand": calendar.plan.brand,
        "last_run": calendar.last_run and calendar.last_run.astimezone(zone),
        "web": calendar.web,
        "branch": calendar.branch,
        **(shared or {}),
    }
    return Printer(templates, language(calendar.plan.language), calendar.now.astimezone(zone), given)
