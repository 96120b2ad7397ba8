"""The calendar as web pages: the plan, held against what was really sent. Plain files that run nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from cmflow.website import feed_links, json_data, list_pages, marks, plan_page
from cmflow.website.board import Board, YearMonth
from cmflow.website.calendar import Calendar, found
from cmflow.website.languages import language
from cmflow.website.post_page import address
from cmflow.website.printer import FOLDER, Printer

__all__ = ["Calendar", "address", "every_page", "found", "press", "site"]

LISTED = 30  # deliveries that need a person, on the first page
SECTIONS = (("index.html", "calendar"), ("plan.html", "plan"))  # what every page leads to, with the word for it

Page = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Site:
    """Every page but those of the posts, each part made when it is asked for, as (path, content)."""

    board: Board
    printer: Printer

    def front(self) -> Iterator[Page]:
        """What is made of the whole calendar. Raises `TemplateError`, as `month` does."""
        for name in ("style.css", "calendar.js", "post.js"):
            yield name, self.printer.templates[f"{FOLDER}{name}"]
        yield list_pages.first(self.board, self.printer, plan_page.strip(self.board.calendar, self.printer.words))
        yield plan_page.page(self.board.calendar, self.board.progress, self.printer)
        yield json_data.site(self.board, self.printer.words)

    def month(self, month: YearMonth) -> Iterator[Page]:
        """A month for calendar.js, and as lists."""
        made = self.board.month(month)
        yield from json_data.month(self.board, made)
        yield json_data.texts(self.board, made)
        yield from list_pages.month(self.board, made, self.printer)


def site(calendar: Calendar, templates: Mapping[str, str]) -> Site:
    """The site of this calendar; `templates` by path (`templates/site/index.html.j2`)."""
    board = Board(calendar)
    feeds = feed_links.feeds(calendar.plan, language(calendar.plan.language))
    return Site(board, press(calendar, templates, {"board": board, "listed": LISTED, "feeds": feeds}))


def every_page(calendar: Calendar, templates: Mapping[str, str]) -> Iterator[Page]:
    """Every page but those of the posts as (path, content), one at a time. Raises `TemplateError`."""
    made = site(calendar, templates)
    yield from made.front()
    for month in made.board.months:
        yield from made.month(month)


def press(calendar: Calendar, templates: Mapping[str, str], shared: Mapping[str, Any] | None = None) -> Printer:
    """What prints the pages of this calendar."""
    zone, words = ZoneInfo(calendar.plan.zone), language(calendar.plan.language)
    given = {
        "plan": calendar.plan,
        "brand": calendar.plan.brand,
        "last_run": calendar.last_run and calendar.last_run.astimezone(zone),
        "web": calendar.web,
        "branch": calendar.branch,
        "sections": tuple((file, words.word(name)) for file, name in SECTIONS),
        "here": "",
        "marks": marks.MARKS,
        "other_mark": marks.OTHER,
        **(shared or {}),
    }
    return Printer(templates, words, calendar.now.astimezone(zone), given)
