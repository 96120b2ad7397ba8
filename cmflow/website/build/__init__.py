"""Builds the website: makes the pages that changed again, on every processor, and leaves the others as they are.

A post has a name made of everything that decides what is shown of it: its blob and its media, the state of its
deliveries, its problems in the calendar, its history in git. Where that is its name in the last edition, and its
page is there, nothing is done. The name of a month is made of those of its posts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack
from dataclasses import field
from datetime import datetime
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from cmflow import website
from cmflow.content.media import urls
from cmflow.model import Approval, Change, Delivery, Entry, Key, Plan, Stop
from cmflow.repository import loader
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from cmflow.repository.loader import Progress
from cmflow.repository.publication_index import PublicationIndex
from cmflow.repository.sent_text import SentTexts
from cmflow.repository.workers import together
from cmflow.values import dataclass
from cmflow.website.archive import EMPTY, Archive, YearMonth
from cmflow.website.board import page_name
from cmflow.website.build import archive as archives
from cmflow.website.build import front, memory, stamps, thumbs
from cmflow.website.build.assets import copy, tell
from cmflow.website.build.fingerprint import fingerprint
from cmflow.website.build.folder import Folder
from cmflow.website.build.posts import Courses, PostPage, Posts, Waiting
from cmflow.website.build.stamps import Manifest
from cmflow.website.calendar import Calendar
from cmflow.website.json_data import accounts

if TYPE_CHECKING:
    from cmflow.insights.inbox import Listening
    from cmflow.insights.statistics import Statistics

__all__ = ["NONE", "Courses", "Folder", "Inputs", "Measures", "make"]

NONE = Courses()  # nothing was read
FOLDERS = ("", "accounts", "data", "posts", "thumbs")
OWN = re.compile(
    r"\d{4}-\d\d(-\d+)?\.html|inbox\.html|accounts/[^/]+\.ics|data/[^/]+\.js|posts/[^/]+\.html|thumbs/[^/]+\.webp"
)
SITE = b'cmflow.take("site",'  # how data/site.js begins
CHUNK = 24  # thumbnails that one part makes: each process that makes any imports Pillow
WORTH_WORKERS = 7  # with fewer parts, starting processes takes longer than it saves

Part = Callable[[], tuple[int, Manifest]]  # makes a part of the site: how many files changed, what is remembered of it


@dataclass(frozen=True, slots=True)
class Measures:
    """What was read of posts and accounts: `name` changes with it, `assess` makes statistics of these posts.

    `courses` are those of the posts, for their own pages. `listen` gives the inbox's figures, None before any.
    `reads`: figures of posts are read.
    """

    name: str
    assess: Callable[[Plan, Sequence[Entry]], Statistics]
    courses: Courses = NONE
    listen: Callable[[Plan], Listening | None] = lambda plan: None
    reads: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a build reads besides the content; `address` is the public URL of the site, "" if it has none.

    `waiting` marks the deliveries that wait for an approval; `publications` are what was sent of posts that are as they
    were, `sent_texts` finds what was sent of those that were edited later; `settled` is when the plan or the templates
    last changed.
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
    waiting: Waiting = lambda entries, planned: planned
    publications: PublicationIndex | None = None
    sent_texts: SentTexts | None = None
    settled: datetime | None = None
    stop: Stop | None = None
    rehearsal: bool = False
    with_ends: Callable[[Plan], Plan] = lambda plan: plan  # what the ledger knows of tokens that end
    measures: Measures | None = None


class Edition(NamedTuple):
    """What the site is made from: its posts besides the archive, and the fingerprints of each month's posts, and of the
    months themselves; `save` keeps the posts in the cache."""

    site: website.Site
    pages: Sequence[PostPage]
    contents: Mapping[YearMonth, str]
    months: Mapping[YearMonth, str]
    save: Callable[[], None]


def make(content: Content, inputs: Inputs, cache: Cache, folder: Folder, progress: Progress | None = None) -> int:
    """Bring the site up to date; return the number of new or changed files. Raises `TemplateError`."""
    posts, files = _posts(content, inputs, folder), frozenset(chain.from_iterable(map(folder.files, FOLDERS)))
    shared, last = _made_with(posts), memory.load(cache, folder)
    memory.begin(cache, folder)
    before, copies = (last.files(), last.media) if last.shared else _left_over(files, folder)
    previous = last if last.shared == shared else memory.NOTHING
    archive = archives.unchanged(previous, content, posts.calendar, files) if stamps.is_plain(posts.printer) else EMPTY
    with ExitStack() as last_steps:
        edition = _edition(content, inputs, cache, progress, posts, archive, last_steps)
        if not archives.is_apart(edition.site, edition.months):
            edition.save()
            edition = _edition(content, inputs, cache, progress, posts, EMPTY, last_steps)
        files |= posts.written
        written, parts, feeds = _print(content, inputs, folder, posts, edition, previous.parts(), copies, files)
    following = archives.following(content, edition.site, edition.pages, edition.contents, parts["months"])
    now = memory.Remembered(shared, parts, following).apart()
    gone = (before - now.files()) & files
    _remove((file for file in gone if file.endswith(".html")), folder)
    folder.show()
    if feeds:  # people have their pages before programs have their feeds
        told, parts["feeds"] = feeds()
        written, now = written + told, memory.Remembered(shared, parts, following).apart()
    _remove((before - now.files()) & files, folder)
    folder.settle()
    memory.save(cache, folder, now, last)
    return written


def _edition(
    content: Content,
    inputs: Inputs,
    cache: Cache,
    progress: Progress | None,
    posts: Posts,
    archive: Archive,
    last_steps: ExitStack,
) -> Edition:
    """Read the posts that are not in the archive, and examine those that are new. They are saved as one of the
    `last_steps` at the latest, though a page cannot be made of them: the next build need not examine them again."""
    entries, save = loader.read(content, cache, progress, inputs.publications, posts, archive.paths)
    last_steps.callback(save)
    calendar = posts.calendar_of(entries, inputs.waiting, archive)
    pages, site = tuple(posts.pages(calendar)), website.site(calendar, inputs.templates)
    contents = _month_contents(site, pages)
    return Edition(site, pages, contents, _month_names(site, contents), save)


def _print(
    content: Content,
    inputs: Inputs,
    folder: Folder,
    posts: Posts,
    edition: Edition,
    previous: Manifest,
    media: Mapping[str, str],
    files: Set[str],
) -> tuple[int, dict[str, Any], Part | None]:
    """Make what is not as it was in the `previous` edition, besides the archive; return how many files are new or
    changed, what is to be remembered, and what makes the feeds later. `media` are the copies of the last edition."""
    site, pages, calendar = edition.site, edition.pages, edition.site.board.calendar
    singles = _singles(posts, pages, previous.get("posts", {}), files)
    months, stale_months = _months(site, edition.months, previous.get("months", {}), files)
    pictures = thumbs.needed(calendar.pictures, calendar.entries)
    last_feeds = previous.get("feeds", {})
    feeds: Part = partial(tell, calendar, inputs.address, _names(pages), last_feeds, files, folder)
    parts: Sequence[Part] = (
        *_thumbs(content, [item for item in pictures.items() if item[0] not in files], folder),
        *(partial(_month, site, *month, folder) for month in stale_months),
        lambda: _statistics(site, pages, inputs.measures, previous.get("statistics", {}), files, folder),
        lambda: front.plan(site, previous.get("plan", {}), files, folder),
        lambda: front.first(site, pages, previous.get("front", {}), files, folder),
        partial(_save, edition),
    )
    made, later = _run(parts, feeds, last_feeds)
    *others, (_, statistics), (_, plan), (_, first_pages), _, (_, told) = made
    copied, copies = copy(content, _media(calendar), media, folder)
    manifest = {
        "front": first_pages,
        "plan": plan,
        "months": dict(sorted(chain(months.items(), *(manifest.items() for _, manifest in others)))),
        "posts": singles,
        "statistics": statistics,
        "feeds": told,
        "media": copies,
        "thumbs": [*pictures],
    }
    return len(posts.written) + copied + sum(written for written, _ in made), manifest, later


def _run(parts: Sequence[Part], feeds: Part, last: Manifest) -> tuple[Sequence[tuple[int, Manifest]], Part | None]:
    """What the parts and then the feeds come to. With few parts, the feeds are as they were in the `last` edition, and
    what makes them is returned, too."""
    if len(parts) >= WORTH_WORKERS:
        return together((*parts, feeds), WORTH_WORKERS), None
    return [*together(parts, WORTH_WORKERS), (0, last)], feeds


def _save(edition: Edition) -> tuple[int, Manifest]:
    edition.save()
    return 0, {}


def _posts(content: Content, inputs: Inputs, folder: Folder) -> Posts:
    """Return the printer of post pages, with a calendar that is still empty: no post has been read yet."""
    plan = inputs.with_ends(content.sure_plan)
    moment = (inputs.now, inputs.last_run, inputs.history, inputs.web, inputs.branch)
    networks = dict(content.titles)
    bare = Calendar(
        *((), plan, inputs.deliveries, {}, {}, *moment, inputs.approvals, networks),
        settled=inputs.settled,
        stop=inputs.stop,
        pictures=thumbs.thumbed(content),
        rehearsal=inputs.rehearsal,
        reads=bool(inputs.measures and inputs.measures.reads),
    )
    return Posts(
        content,
        bare,
        website.press(bare, inputs.templates),
        folder,
        content.silent,
        tuple({key.account for key in inputs.deliveries}),
        plan.start(),
        inputs.sent_texts,
        publications=inputs.publications,
        courses=inputs.measures.courses if inputs.measures else NONE,
    )


def _names(pages: Sequence[PostPage]) -> Mapping[str, str]:
    """The names of the posts' pages by id; of two posts with one id, the first has the page."""
    return {page.entry.id: page.name for page in reversed(pages)}


def _made_with(posts: Posts) -> str:
    """Return a fingerprint of everything that all pages depend on, besides the posts."""
    shared = (posts.content.fingerprint, posts.calendar.web, posts.calendar.branch)
    return fingerprint(chain(shared, *sorted(posts.printer.templates.items())))


# ── the parts of the site ───────────────────────────────────────────────────────────────────────────────────


def _thumbs(content: Content, pictures: Sequence[tuple[str, str]], folder: Folder) -> Iterator[Part]:
    for start in range(0, len(pictures), CHUNK):
        yield partial(thumbs.make, content, dict(pictures[start : start + CHUNK]), folder)


def _months(
    site: website.Site, all_names: Mapping[YearMonth, str], previous: Mapping[str, Any], files: Set[str]
) -> tuple[Mapping[str, Any], Sequence[tuple[YearMonth, str]]]:
    """What is remembered of the months that are as they were, and the others with their names; without the archive."""
    names = {month: all_names[month] for month in site.board.months}
    records = {month: previous.get(page_name(*month), ("", ())) for month in names}
    fresh = {month for month, (name, own) in records.items() if name == names[month] and files >= {*own}}
    return (
        {page_name(*month): records[month] for month in fresh},
        [(month, name) for month, name in names.items() if month not in fresh],
    )


def _statistics(
    site: website.Site,
    post_pages: Iterable[PostPage],
    measures: Measures | None,
    previous: Mapping[str, Any],
    files_there: Set[str],
    folder: Folder,
) -> tuple[int, Manifest]:
    """Make the pages of statistics and of the inbox if what they are made from has changed; of the posts, those in the
    ledger are."""
    if measures is None:
        return 0, {}
    delivered = {key.post for key in site.board.calendar.deliveries}
    names = (f"{page.entry.id} {page.name}" for page in post_pages if page.entry.id in delivered)
    name = fingerprint((measures.name, *names))
    page = stamps.on_time(name, site.printer, previous, files_there, folder)
    pages = [*(page or _measured(site, measures))]
    return sum(folder.write(path, text) for path, text in pages), stamps.remembered(name, pages, site.printer)


def _measured(site: website.Site, measures: Measures) -> Iterator[tuple[str, str]]:
    calendar = site.board.calendar
    yield site.statistics(measures.assess(calendar.plan, calendar.entries))
    if calendar.plan.inbox:
        yield site.inbox(measures.listen(calendar.plan))


def _month(site: website.Site, month: YearMonth, name: str, folder: Folder) -> tuple[int, Manifest]:
    written = {path: folder.write(path, text) for path, text in site.month(month)}
    return sum(written.values()), {page_name(*month): [name, sorted(written)]}


def _month_contents(site: website.Site, pages: Iterable[PostPage]) -> Mapping[YearMonth, str]:
    """A fingerprint of the posts of each month."""
    names = {page.entry.path or page.entry.id: page.name for page in pages}
    contents = {
        month: fingerprint(f"{day} {names[post.path or post.id]}" for day, post in posts)
        for month, posts in site.board.months.items()
    }
    return {**{month: record.contents for month, record in site.board.calendar.archive.months.items()}, **contents}


def _month_names(site: website.Site, contents: Mapping[YearMonth, str]) -> Mapping[YearMonth, str]:
    """A fingerprint of each month, which covers its posts, its neighbours and the list of accounts."""
    columns = ["\t".join(account) for account in accounts(site.board)]
    months = [None, *site.board.sizes, None]
    return {
        month: fingerprint((*columns, str(months[number - 1]), str(months[number + 1]), contents[month]))
        for number, month in enumerate(site.board.sizes, 1)
    }


def _singles(
    posts: Posts, pages: Sequence[PostPage], previous: Mapping[str, str], files: Set[str]
) -> Mapping[str, str]:
    """Print one page per readable post (the first if several share an id) and per post that only the ledger knows."""
    first = {page.file: page for page in reversed(pages) if page.entry.date or not page.entry.path}
    names = {**previous, **posts.names_by_file}
    stale = [page for page in first.values() if page.file not in files or names.get(page.file) != page.name]
    posts.reprint(stale)
    return {file: page.name for file, page in first.items()}


def _remove(paths: Iterable[str], folder: Folder) -> None:
    for path in sorted(paths):
        folder.remove(path)


def _left_over(files: Set[str], folder: Folder) -> tuple[Set[str], Mapping[str, str]]:
    """The files of an edition that is not known, and its copies of media: the cache was deleted or is that of another
    version, or the build was killed. A post that was deleted since must not stay on the site, nor its pictures."""
    if not folder.read("data/site.js").startswith(SITE):
        return set(), {}
    copies = filter(urls.shows, chain.from_iterable(map(folder.tree, (urls.MEDIA, urls.FILES))))
    return set(filter(OWN.fullmatch, files)), dict.fromkeys(copies, "")


def _media(calendar: Calendar) -> Iterator[str]:
    """The media of all posts."""
    yield from (path for entry in calendar.entries for path, blob in entry.media if blob)
    yield from calendar.archive.values("media")
