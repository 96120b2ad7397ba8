"""The pages of the whole calendar: made again where anything that they show has changed."""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import replace
from datetime import datetime
from itertools import chain

from cmflow import website
from cmflow.website import json_data, list_pages, plan_page
from cmflow.website.build import stamps
from cmflow.website.build.fingerprint import fingerprint
from cmflow.website.build.folder import Folder
from cmflow.website.build.posts import PostPage
from cmflow.website.build.stamps import Manifest

NEVER = datetime.min  # instead of the time of what is otherwise the same


def first(
    site: website.Site, pages: Sequence[PostPage], previous: Manifest, files: Set[str], folder: Folder
) -> tuple[int, Manifest]:
    """Bring the first page up to date, and what all months share; return how many files are new or changed, and what is
    to be remembered of them."""
    sources = chain(_common(site), _first(site, pages))
    return _fresh(sources, site, site.front, previous, files, folder)


def plan(site: website.Site, previous: Manifest, files: Set[str], folder: Folder) -> tuple[int, Manifest]:
    """The same for the page of the plan."""
    return _fresh(_common(site), site, site.plan, previous, files, folder)


def _fresh(
    sources: Iterable[str],
    site: website.Site,
    make: Callable[[], Iterator[website.Page]],
    previous: Manifest,
    files: Set[str],
    folder: Folder,
) -> tuple[int, Manifest]:
    name = fingerprint(sources)
    made = [*(stamps.on_time(name, site.printer, previous, files, folder) or make())]
    written = sum(folder.write(path, text) for path, text in made)
    return written, stamps.remembered(name, made, site.printer)


def _common(site: website.Site) -> Iterator[str]:
    """What both depend on, besides what all pages depend on and the time when they are made."""
    board, calendar = site.board, site.board.calendar
    today = board.now.astimezone(board.zone).date()
    yield from map(repr, (calendar.plan, calendar.last_run, calendar.stop, calendar.rehearsal, today))
    yield repr(replace(board.progress, now=NEVER))


def _first(site: website.Site, pages: Sequence[PostPage]) -> Iterator[str]:
    """What the first page depends on: of the posts only those that it names."""
    board = site.board
    names = {page.entry.path or page.entry.id: page.name for page in pages}
    titles = {page.entry.id: page.name for page in pages}
    month = list_pages.upcoming(board)
    yield from (f"{day} {names[entry.path or entry.id]}" for day, entry in (board.months[month] if month else ()))
    yield from (f"{standing.account} {titles[standing.post]}" for standing in (*board.needing, *board.by_hand))
    yield from (names[entry.path] for entry, _ in board.unreadable())
    yield repr(plan_page.strip(board.calendar, site.printer.language).health)
    yield repr((len(board.needing), sorted(board.named), board.counts, board.years, json_data.values(board)))
