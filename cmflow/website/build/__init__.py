"""One edition of the site: which pages must be made anew, on every processor; the others stay as they are.

A post has a name made of everything that decides what is shown of it: its blob and its media, where its deliveries
stand, what the calendar finds wrong with it, what git remembers. Where that is its name in the last edition, and its
page is there, nothing is done. The name of a month is made of those of its posts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from cmflow import website
from cmflow.model import Approval, Change, Delivery, Plan, Stop
from cmflow.netkit import network
from cmflow.repository import loader
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from cmflow.repository.loader import Progress
from cmflow.repository.sent_text import SentTexts
from cmflow.repository.workers import spread
from cmflow.website.board import YearMonth, page_name
from cmflow.website.build.assets import copy, tell
from cmflow.website.build.fingerprint import named
from cmflow.website.build.folder import Folder
from cmflow.website.build.posts import Posts, Waiting, Wanted
from cmflow.website.build.thumbs import thumbed, thumbnails
from cmflow.website.calendar import Calendar, Key
from cmflow.website.json_data import accounts

__all__ = ["Folder", "Given", "make"]

FOLDERS = ("", "accounts", "data", "posts", "thumbs")
MANY_MONTHS = 4  # are worth workers


@dataclass(frozen=True, slots=True)
class Given:
    """What an edition is made of, besides the content; `address` is where the site is public, "" for nowhere.

    `waiting` says of deliveries whose approval they wait for; `past` shows what was sent of posts that were edited
    since; `settled` is when the plan or the templates last changed.
    """

    deliveries: Mapping[Key, Delivery]
    now: datetime
    templates: Mapping[str, str]
    last_run: datetime | None = None
    history: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    web: str = ""
    branch: str = "main"
    address: str = ""
    approvals: Mapping[str, Sequence[Approval]] = field(default_factory=dict)
    waiting: Waiting = lambda kept, planned: planned
    past: SentTexts | None = None
    settled: datetime | None = None
    stop: Stop | None = None
    rehearsal: bool = False
    with_ends: Callable[[Plan], Plan] = lambda plan: plan  # what the ledger knows of tokens that end


def make(content: Content, given: Given, cache: Cache, folder: Folder, progress: Progress | None = None) -> int:
    """Bring the site up to date; how many files are new or changed. Raises `TemplateError`."""
    posts = _posts(content, given, folder)
    kept = loader.load(content, cache, progress, posts)
    calendar = posts.whole(kept, given.waiting)
    wanted = tuple(posts.wanted(calendar))
    site = website.site(calendar, given.templates)

    kept_as, made_with = f"edition-{folder.name}", _made_with(posts)
    last = cache.load(kept_as)
    before = last if last.get("made with") == made_with else {}
    there = frozenset(chain.from_iterable(map(folder.there, FOLDERS)))
    front_written, front = _front(site, folder)
    months_written, months = _months(site, wanted, before.get("months", {}), there, folder)
    singles = _singles(posts, wanted, before.get("posts", {}), there)
    names = {each.entry.id: each.name for each in wanted}
    told, feeds = tell(calendar, given.address, names, before.get("feeds", {}), there, folder)
    copied, media = copy(content, kept, last.get("media", {}), folder)
    drawn, thumbs = thumbnails(content, kept, there, folder)
    now = {
        "made with": made_with,
        "front": front,
        "months": months,
        "posts": singles,
        "feeds": feeds,
        "media": media,
        "thumbs": thumbs,
    }
    for path in sorted(_files(last) - _files(now) & there):
        folder.remove(path)
    if now != last:
        cache.save(kept_as, now)
    return len(posts.written) + front_written + months_written + told + copied + drawn


def _posts(content: Content, given: Given, folder: Folder) -> Posts:
    """What prints the posts; it knows a calendar without any, for they are still to be read."""
    plan = given.with_ends(content.sure_plan)
    known = (given.now, given.last_run, given.history, given.web, given.branch)
    networks = {account.network: network.load(account.network).title for account in plan.accounts}
    bare = Calendar(
        *((), plan, given.deliveries, {}, {}, *known, given.approvals, networks),
        settled=given.settled,
        stop=given.stop,
        pictures=thumbed(content),
        rehearsal=given.rehearsal,
    )
    return Posts(
        content,
        bare,
        website.press(bare, given.templates),
        folder,
        network.silent(plan.accounts),
        tuple({*(account.name for account in plan.accounts), *(account for _, account in given.deliveries)}),
        loader.start(plan),
        given.past,
    )


def _made_with(posts: Posts) -> str:
    """Names what every page is made with, besides the posts."""
    shared = (posts.content.fingerprint, posts.calendar.web, posts.calendar.branch)
    return named(chain(shared, *sorted(posts.printer.templates.items())))


# ── the parts of the site: how many files are new or changed, and what is to be remembered of them ───────────


def _front(site: website.Site, folder: Folder) -> tuple[int, list[str]]:
    """What is made of the whole calendar: made each time, and written where it says something else."""
    written = {path: folder.write(path, text) for path, text in site.front()}
    return sum(written.values()), sorted(written)


def _months(
    site: website.Site, wanted: Iterable[Wanted], before: Mapping[str, Any], there: Set[str], folder: Folder
) -> tuple[int, Mapping[str, Any]]:
    """Of each month, its name and its files."""
    months = {page_name(*month): (month, name) for month, name in _month_names(site, wanted)}
    kept = {page: before[page] for page, (_, name) in months.items() if before.get(page, ("", ()))[0] == name}
    fresh = {page: made for page, made in kept.items() if there >= {*made[1]}}

    def work(stale: tuple[YearMonth, ...]) -> list[tuple[str, list[str], int]]:
        return [_month(site, month, folder) for month in stale]

    stale = [month for page, (month, _) in months.items() if page not in fresh]
    made = [each for found in spread(work, stale, 1, MANY_MONTHS) for each in found]
    now = {**fresh, **{page: [months[page][1], files] for page, files, _ in made}}
    return sum(written for *_, written in made), dict(sorted(now.items()))


def _month(site: website.Site, month: YearMonth, folder: Folder) -> tuple[str, list[str], int]:
    written = {path: folder.write(path, text) for path, text in site.month(month)}
    return page_name(*month), sorted(written), sum(written.values())


def _month_names(site: website.Site, wanted: Iterable[Wanted]) -> Iterator[tuple[YearMonth, str]]:
    """A month leads to the one before and the one after, and counts its accounts as all of them do."""
    names = {each.entry.path or each.entry.id: each.name for each in wanted}
    known = ["\t".join(account) for account in accounts(site.board)]
    around = [None, *site.board.months, None]
    for number, (month, found) in enumerate(site.board.months.items(), 1):
        near = (str(around[number - 1]), str(around[number + 1]))
        yield month, named((*known, *near, *(f"{day} {names[post.path or post.id]}" for day, post in found)))


def _singles(posts: Posts, wanted: Sequence[Wanted], before: Mapping[str, str], there: Set[str]) -> Mapping[str, str]:
    """A page for each post that can be read, the first of those with one id; and for what only the ledger knows."""
    first = {each.file: each for each in reversed(wanted) if each.entry.date or not each.entry.path}
    names = {**before, **posts.names}
    stale = [each for each in first.values() if each.file not in there or names.get(each.file) != each.name]
    posts.reprint(stale)
    return {file: each.name for file, each in sorted(first.items())}


def _files(edition: Mapping[str, Any]) -> set[str]:
    """Every file of an edition."""
    months = edition.get("months", {}).values()
    pages = {*edition.get("front", ()), *edition.get("posts", ()), *chain.from_iterable(files for _, files in months)}
    return pages | {*edition.get("feeds", {}).get("files", ()), *edition.get("thumbs", ())}
