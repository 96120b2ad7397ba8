"""What of the archive of the last edition is as it was, and what the next one may leave alone.

History is in no rule between posts, in no run and in no figure of the plan, so a month of it depends on its own files,
on the plan and on the templates; on the rest of the calendar only through what is looked at here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from cmflow import website
from cmflow.insights.progress import running
from cmflow.lint.calendar_rules import folded
from cmflow.model import Entry, Status
from cmflow.repository.codec import is_text
from cmflow.repository.content import Content
from cmflow.website.archive import Archive, ArchivedMonth, YearMonth
from cmflow.website.board import page_name
from cmflow.website.build import thumbs
from cmflow.website.build.fingerprint import fingerprint
from cmflow.website.build.memory import Remembered
from cmflow.website.build.posts import PostPage
from cmflow.website.calendar import Calendar
from cmflow.website.places import file_name

RECENT = timedelta(days=100)  # more than feeds, rules and the plan's progress look back
SHARED = ("campaign", "pillar", "language")


def unchanged(previous: Remembered, content: Content, bare: Calendar, files: Set[str]) -> Archive:
    """The months that are long over and as they were: their posts and media, what git knows of them, their pages.

    The last month of all stays open: the first page may show it.
    """
    recent, busy = _recent(bare), running(bare.plan, bare.now)
    last = max(previous.parts().get("months", ()), default="")
    return Archive(
        {
            month: record
            for month, record in previous.archive.months.items()
            if month < recent
            and page_name(*month) != last
            and record.source == _source(record.paths, content, bare)
            and record.media.items() <= content.source.blobs.items()
            and files >= {*record.pages, *record.sheets, *record.thumbs}
            and busy.isdisjoint(record.campaigns)
        }
    )


def is_apart(site: website.Site, names: Mapping[YearMonth, str]) -> bool:
    """Return whether the months of the calendar's archive can stay as they are: no other post is in one, has the id of
    one of its posts or refers to it, neither the ledger nor an approval knows one, and the months' fingerprints
    (`names`) are what they were."""
    calendar, archive = site.board.calendar, site.board.calendar.archive
    if not archive.months:
        return True
    return (
        archive.months.keys().isdisjoint(site.board.months)
        and archive.ids.isdisjoint(_named(calendar))
        and {*map(folded, archive.ids)}.isdisjoint(folded(entry.id) for entry in calendar.entries)
        and all(record.edition == names[month] for month, record in archive.months.items())
    )


def following(
    content: Content,
    site: website.Site,
    pages: Sequence[PostPage],
    contents: Mapping[YearMonth, str],
    editions: Mapping[str, Sequence[Any]],
) -> Archive:
    """The archive for the next edition: that of this one, and the months in which all posts are history and apart.

    `contents` are the fingerprints of the months' posts, `editions` those of the months, each with its files.
    """
    calendar, recent = site.board.calendar, _recent(site.board.calendar)
    apart, names = _Apart(content, site), {page.entry.path: page.name for page in pages}
    months = dict(calendar.archive.months)
    for month, posts in site.board.months.items():
        if month < recent and all(apart.has(entry) for _, entry in posts):
            edition, files = editions[page_name(*month)]
            record = _record(posts, content, calendar, names, contents[month], edition, files)
            if is_text(record):
                months[month] = record
    return Archive(dict(sorted(months.items())))


def _record(
    posts: Sequence[tuple[date, Entry]],
    content: Content,
    calendar: Calendar,
    names: Mapping[str, str],
    contents: str,
    edition: str,
    files: Sequence[str],
) -> ArchivedMonth:
    """What is remembered of a month; `names` are the fingerprints of its posts' pages, by path."""
    entries = {entry.path: entry for _, entry in posts}
    return ArchivedMonth(
        len(posts),
        sum(entry.status is Status.DRAFT for entry in entries.values()),
        _source(entries, content, calendar),
        contents,
        edition,
        tuple(entries),
        tuple(entry.id for entry in entries.values()),
        tuple(file_name(entry.id) for entry in entries.values()),
        tuple(names[path] for path in entries),
        tuple(files),
        dict(chain.from_iterable(entry.media for entry in entries.values())),
        thumbs.needed(calendar.pictures, entries.values()),
        _values(planned.account for entry in entries.values() for planned in entry.planned),
        *(_values(getattr(entry, name) for entry in entries.values()) for name in SHARED),
    )


def _recent(calendar: Calendar) -> YearMonth:
    """The first month that is not long over."""
    time = (calendar.now - RECENT).astimezone(ZoneInfo(calendar.plan.zone))
    return time.year, time.month


class _Apart:
    """Tells which posts are history, and apart from all others."""

    def __init__(self, content: Content, site: website.Site) -> None:
        calendar, months = site.board.calendar, site.board.months.values()
        self.blobs, self.odd = content.source.blobs, content.odd
        self.problems, self.since = calendar.problems, calendar.plan.start()
        self.named = _named(calendar)
        self.months = Counter(path for posts in months for path in {entry.path for _, entry in posts})

    def has(self, entry: Entry) -> bool:
        return (
            all(planned.due < self.since for planned in entry.planned)
            and entry.date is not None
            and entry.date < self.since
            and self.months[entry.path] == 1
            and not (entry.refers or entry.id in self.named)
            and len(self.problems.get(entry.path, ())) == len(entry.problems)
            and all(blob and self.blobs.get(path) == blob for path, blob in entry.media)
            and entry.path in self.blobs
            and (not self.odd or self.odd.keys().isdisjoint((entry.path, *(path for path, _ in entry.media))))
        )


def _named(calendar: Calendar) -> Set[str]:
    """The posts that others refer to, or that the ledger or an approval knows."""
    references = (reference for entry in calendar.entries for _, reference, _ in entry.refers)
    return {*references, *calendar.approvals, *(key.post for key in calendar.deliveries)}


def _source(paths: Iterable[str], content: Content, calendar: Calendar) -> str:
    """A fingerprint of the posts' bytes and of what git knows of them: the newest commit, how it landed, and how many
    there are."""
    blobs, history = content.source.blobs, calendar.history
    changes = ((path, history.get(path, ())) for path in paths)
    return fingerprint(
        f"{blobs.get(path)} {known[0].commit} {known[0].pull} {len(known)}" if known else f"{blobs.get(path)}"
        for path, known in changes
    )


def _values(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*values} - {""}))
