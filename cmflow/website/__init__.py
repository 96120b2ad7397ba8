"""The calendar as web pages: the plan compared with what was really sent. Static files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cmflow.model.templates import SITE
from cmflow.values import dataclass
from cmflow.website import feed_links, json_data, list_pages, marks, plan_page
from cmflow.website.archive import YearMonth
from cmflow.website.board import Board
from cmflow.website.calendar import Calendar, problems_by_file
from cmflow.website.languages import language
from cmflow.website.places import address
from cmflow.website.printer import Printer

if TYPE_CHECKING:
    from cmflow.insights.inbox import Listening
    from cmflow.insights.statistics import Statistics

__all__ = ["Calendar", "address", "every_page", "press", "problems_by_file", "site"]

LISTED = 30  # deliveries that need attention, listed on the first page
SECTIONS = (  # the navigation of every page: file and word
    ("index.html", "calendar"),
    ("plan.html", "plan"),
    ("statistics.html", "statistics"),
    ("inbox.html", "inbox"),  # where the plan has one
)

Page = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Site:
    """Every page except those of posts, made on demand, as (path, content)."""

    board: Board
    printer: Printer

    def front(self) -> Iterator[Page]:
        """The first page, and what all months share. Raises `TemplateError`, as `month` does."""
        for name in ("style.css", "calendar.js", "post.js"):
            yield name, self.printer.templates[f"{SITE}{name}"]
        yield list_pages.first(self.board, self.printer, plan_page.strip(self.board.calendar, self.printer.language))
        yield json_data.site(self.board, self.printer.language)

    def plan(self) -> Iterator[Page]:
        """The page of the plan. Raises `TemplateError`."""
        yield plan_page.page(self.board.calendar, self.board.progress, self.printer)

    def statistics(self, statistics: Statistics) -> Page:
        """How accounts grow, and what worked."""
        from cmflow.website import statistics_page

        calendar = self.board.calendar
        standing_posts = {key.post for key in calendar.standings}
        posts = frozenset(entry.id for entry in self.board.entries) | standing_posts | calendar.archive.ids
        return statistics_page.page(statistics, self.board.calendar.plan, posts, self.printer)

    def inbox(self, listening: Listening | None) -> Page:
        """How soon people get an answer."""
        from cmflow.website import inbox_page

        return inbox_page.page(listening, self.board.calendar.plan, self.printer)

    def month(self, month: YearMonth) -> Iterator[Page]:
        """A month as data for calendar.js, and as lists."""
        page = self.board.month(month)
        yield from json_data.month(self.board, page)
        yield json_data.texts(self.board, page)
        yield from list_pages.month(self.board, page, self.printer)


def site(calendar: Calendar, templates: Mapping[str, str]) -> Site:
    """The site of this calendar; `templates` by path (`templates/site/index.html.j2`)."""
    board = Board(calendar)
    feeds = feed_links.feeds(calendar.plan, language(calendar.plan.language))
    return Site(board, press(calendar, templates, {"board": board, "listed": LISTED, "feeds": feeds}))


def every_page(calendar: Calendar, templates: Mapping[str, str]) -> Iterator[Page]:
    """Every page except those of posts as (path, content), one at a time. Raises `TemplateError`."""
    pages = site(calendar, templates)
    yield from (*pages.front(), *pages.plan())
    for month in pages.board.months:
        yield from pages.month(month)


def press(calendar: Calendar, templates: Mapping[str, str], shared: Mapping[str, Any] | None = None) -> Printer:
    """The printer for the pages of this calendar."""
    zone, voice = ZoneInfo(calendar.plan.zone), language(calendar.plan.language)
    context = {
        "plan": calendar.plan,
        "brand": calendar.plan.brand,
        "last_run": calendar.last_run and calendar.last_run.astimezone(zone),
        "web": calendar.web,
        "branch": calendar.branch,
        "sections": tuple(
            (file, voice.word(name)) for file, name in SECTIONS if name != "inbox" or calendar.plan.inbox
        ),
        "here": "",
        "marks": marks.MARKS,
        "other_mark": marks.DEFAULT,
        **(shared or {}),
    }
    return Printer(templates, voice, calendar.now.astimezone(zone), context)
