"""The pages of the whole calendar: made again where anything that they show has changed."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from datetime import datetime

from cmflow import website
from cmflow.website import json_data, plan_page
from cmflow.website.build import stamps
from cmflow.website.build.fingerprint import fingerprint
from cmflow.website.build.folder import Folder
from cmflow.website.build.posts import PostPage
from cmflow.website.build.stamps import Manifest

NEVER = datetime.min  # instead of the time of what is otherwise the same


def front(
    site: website.Site, pages: Sequence[PostPage], previous: Manifest, files: Set[str], folder: Folder
) -> tuple[int, Manifest]:
    """Bring the pages up to date; return how many are new or changed, and what is to be remembered of them."""
    name = fingerprint(_sources(site, pages))
    made = [*(stamps.on_time(name, site.printer, previous, files, folder) or site.front())]
    written = sum(folder.write(path, text) for path, text in made)
    return written, stamps.remembered(name, made, site.printer)


def _sources(site: website.Site, pages: Sequence[PostPage]) -> Iterator[str]:
    """Everything that these pages depend on, besides what all pages depend on and the time when they are made."""
    board, calendar = site.board, site.board.calendar
    today = board.now.astimezone(board.zone).date()
    yield from (page.name for page in pages)
    yield from map(repr, (calendar.plan, calendar.last_run, calendar.stop, calendar.rehearsal, today))
    yield from (repr(plan_page.strip(calendar, site.printer.language).health), repr(replace(board.progress, now=NEVER)))
    yield from (f"{standing.post} {standing.account}" for standing in (*board.needing, *board.by_hand))
    yield repr((len(board.needing), json_data.authors(board), sorted(board.named), *board.ghosts()))
