"""The pages of posts: printed while a post is examined, and again if something else about it changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from cmflow import website
from cmflow.insights import status
from cmflow.insights.status import Standing
from cmflow.model import Delivery, Entry, Key, Planned, Problem, Publication, Status
from cmflow.problems import is_error, sort
from cmflow.repository import loader
from cmflow.repository.content import Content
from cmflow.repository.publication_index import PublicationIndex
from cmflow.repository.sent_text import SentText, SentTexts, edited, ghosts
from cmflow.repository.workers import spread
from cmflow.values import dataclass
from cmflow.website.archive import EMPTY, Archive
from cmflow.website.board import NEED, state_of
from cmflow.website.build.fingerprint import fingerprint
from cmflow.website.build.folder import Folder
from cmflow.website.calendar import Calendar
from cmflow.website.places import PostContext, file_name
from cmflow.website.printer import Printer

if TYPE_CHECKING:
    from cmflow.insights.statistics import Measurement
    from cmflow.repository.examination import Examined

CHUNK = 25  # posts handed to a worker at a time
WORTH_WORKERS = 200


Waiting = Callable[[Sequence[Entry], Sequence[Planned]], Sequence[Planned]]


@dataclass(frozen=True, slots=True)
class Courses:
    """What was read of posts: `tokens` change with it, `course` gives the readings of one."""

    tokens: Mapping[Key, str] = field(default_factory=dict)
    course: Callable[[Delivery], Sequence[Measurement]] = lambda delivery: ()


class PostPage(NamedTuple):
    """A post as it is to be shown: its file, its name (equal names are equal pages), and what it is made of."""

    file: str
    name: str
    entry: Entry
    standings: Sequence[Standing]
    problems: Sequence[Problem]  # with other posts


@dataclass
class Posts:
    """Prints the pages of posts. Its calendar has no posts and no standings yet."""

    content: Content
    calendar: Calendar
    printer: Printer
    folder: Folder
    silent: Collection[str]
    ledger_accounts: tuple[str, ...]  # those that anything was sent to
    since: datetime
    sent_texts: SentTexts | None = None
    publications: PublicationIndex | None = None  # what was sent of posts that are as they were
    sent: Mapping[Key, SentText] = field(default_factory=dict)  # what was sent of posts that would look different now
    names_by_file: dict[str, str] = field(default_factory=dict)  # of the pages that were printed during examination
    names_by_path: dict[str, str] = field(default_factory=dict)  # the same, by the path of the post
    written: set[str] = field(default_factory=set)  # files that are new or changed
    courses: Courses = field(default_factory=Courses)

    def work(self, package: Sequence[tuple[Examined, bytes, Entry]]) -> list[str]:
        """Print posts as they will be if the rest of the calendar finds nothing wrong with them."""
        deliveries = self.calendar.deliveries
        pairs = [*edited((entry for _, _, entry in package), deliveries)] if self.sent_texts and deliveries else []
        kept = self.sent_texts.kept([delivery for _, delivery in pairs]) if self.sent_texts and pairs else {}
        unknown = {delivery.post for _, delivery in pairs if Key(delivery.post, delivery.account) not in kept}
        return ["" if row[2].id in unknown else self._work(*row, kept) for row in package]

    def _work(self, examined: Examined, data: bytes, entry: Entry, kept: Mapping[Key, tuple[str, Publication]]) -> str:
        """Print a post as it was sent; "" for one that cannot be read."""
        if examined.post is None:
            return ""
        keys = (Key(entry.id, account) for account in self.ledger_accounts)
        deliveries = {key: delivery for key in keys if (delivery := self.calendar.deliveries.get(key))}
        requests = tuple(loader.requests(entry, self.since))
        standings = status.standings(requests, deliveries, self.calendar.now, self.silent, self.calendar.plan.zone)
        context = self.context(entry, standings, ())
        written = self.print(examined, data, context, {key: text for key, (_, text) in kept.items()})
        return f"{int(written)} {self.name(entry, context, {key: name for key, (name, _) in kept.items()})}"

    def take(self, entry: Entry, result: str) -> None:
        if result:
            (written, name), file = result.split(" "), file_name(entry.id)
            self.names_by_file[file] = self.names_by_path[entry.path] = name
            if int(written):
                self.written.add(file)

    def calendar_of(self, entries: Sequence[Entry], waiting: Waiting, archive: Archive = EMPTY) -> Calendar:
        """The calendar with all its posts; `entries` are those that are not in the archive."""
        deliveries = self.calendar.deliveries
        between = loader.between(self.content, entries, deliveries)
        unreadable = self._find_sent(entries)
        planned = waiting(entries, loader.planned(self.content, entries, deliveries, between))
        rows = status.standings(planned, deliveries, self.calendar.now, self.silent, self.calendar.plan.zone)
        standings = {Key(row.post, row.account): row for row in rows}
        return replace(
            self.calendar,
            entries=[self._as_sent(entry) for entry in status.as_sent(entries, standings)],
            standings=standings,
            problems=website.problems_by_file(entries, self._shown(entries, between), unreadable),
            titles={key: text.title for key, text in self.sent.items()},
            archive=archive,
        )

    def _find_sent(self, entries: Sequence[Entry]) -> Sequence[Problem]:
        """Find what was sent of posts that would look different now; return what is wrong with it."""
        if self.sent_texts is None or not self.calendar.deliveries:
            return ()
        pairs = chain(edited(entries, self.calendar.deliveries), ghosts(entries, self.calendar.deliveries))
        found = self.sent_texts.find(pairs, self.content.source.blobs)
        self.sent = found.texts
        return found.problems

    def _shown(self, entries: Sequence[Entry], problems: Sequence[Problem]) -> Sequence[Problem]:
        """The problems without those of posts that look different only since the plan or a template did: their pages
        show what was sent, and there is nothing that anyone could do about it."""
        same = {key.post for key, text in self.sent.items() if text.is_same_file}
        same -= {key.post for key, text in self.sent.items() if not text.is_same_file}
        paths = {entry.path for entry in entries if entry.id in same}
        return [problem for problem in problems if problem.code != "delivered-edited" or problem.path not in paths]

    def _as_sent(self, entry: Entry) -> Entry:
        """With the first words of what was sent, where the post was edited since."""
        if not self.sent or not any(Key(entry.id, part.account) in self.sent for part in entry.planned):
            return entry
        pairs = ((part, self.sent.get(Key(entry.id, part.account))) for part in entry.planned)
        return replace(
            entry, planned=tuple(replace(part, excerpt=text.excerpt) if text else part for part, text in pairs)
        )

    def context(self, entry: Entry, standings: Sequence[Standing], problems: Sequence[Problem]) -> PostContext:
        stands = [(state_of(standing, self.calendar.now), standing) for standing in standings]
        if len(stands) > 1:
            stands.sort(key=_first)
        if entry.status is Status.DRAFT:
            state = "draft"
        elif stands:
            state = stands[0][0]
        else:
            state = "blocked" if any(map(is_error, entry.problems)) else "history" if entry.planned else "skipped"
        deliveries = {
            standing.account: delivery
            for _, standing in stands
            if (delivery := self._delivery(entry.id, standing.account))
        }
        history, approvals = self.calendar.history.get(entry.path, ()), self.calendar.approvals.get(entry.id, ())
        return PostContext(state, tuple(stands), deliveries, history, tuple(problems), tuple(approvals))

    def pages(self, calendar: Calendar) -> Iterator[PostPage]:
        """Yield the page of every post, and of every post that only the ledger knows."""
        standings = defaultdict[str, list[Standing]](list)
        for standing in calendar.standings.values():
            standings[standing.post].append(standing)
        ids = set[str]()
        for entry in calendar.entries:
            ids.add(entry.id)
            problems = calendar.problems.get(entry.path, ())
            shared = () if len(problems) == len(entry.problems) else tuple(set(problems) - set(entry.problems))
            yield self._page(entry, standings.get(entry.id, ()), sort(shared) if shared else ())
        for post in standings.keys() - ids:
            yield self._page(Entry("", post), standings[post], ())

    def _page(self, entry: Entry, standings: Sequence[Standing], problems: Sequence[Problem]) -> PostPage:
        if not (standings or problems) and (name := self.names_by_path.get(entry.path)):
            return PostPage(file_name(entry.id), name, entry, (), ())  # it was printed under that name
        context = self.context(entry, standings, problems)
        keys = [Key(entry.id, standing.account) for standing in standings] if self.sent else ()
        sent = {key: self.sent[key].name for key in keys if key in self.sent}
        return PostPage(file_name(entry.id), self.name(entry, context, sent), entry, standings, problems)

    def name(self, entry: Entry, context: PostContext, sent: Mapping[Key, str]) -> str:
        """Return the fingerprint of the page; `sent` are the names of what was sent."""
        parts = [
            *(entry.id, entry.path, self.content.source.blobs.get(entry.path, ""), context.state),
            *((self.publications.marks.get(entry.id, ""),) if self.publications else ()),
            *[blob for _, blob in entry.media],
            *[f"{change.commit} {change.pull}" for change in context.history],  # a commit may land later
            *(self._events(entry, context, sent) if context.standings or context.problems or context.approvals else ()),
        ]
        return fingerprint(parts)

    def _events(self, entry: Entry, context: PostContext, sent: Mapping[Key, str]) -> Iterator[str]:
        """What happened to the post, and what is said of it: nothing for most of the past."""
        for state, standing in context.standings:
            yield f"{state} {standing.account} {standing.due.timestamp()} {standing.note} {standing.url}"
        for account, delivery in context.deliveries.items():
            yield f"{account} {delivery.digest} {[receipt.url for receipt in delivery.receipts]}"
            yield f"{account} {sent.get(key := Key(entry.id, account))} {self.courses.tokens.get(key)}"
        for approval in context.approvals:
            yield f"{approval.by} {approval.time} {approval.pull} {approval.commit}"
        for problem in context.problems:
            yield f"{problem.code} {problem.account} {problem.line} {problem.message}"

    def print(self, examined: Examined, data: bytes, context: PostContext, sent: Mapping[Key, Publication]) -> bool:
        """Print one post, with what was `sent` of it; return whether its page changed."""
        post = examined.post
        if post is None:
            return False
        from cmflow.repository import examination
        from cmflow.website.post_page import page

        preview = examination.previewed(examined, self.calendar.plan, sent, context.deliveries)
        source = data.decode(errors="replace").replace("\r\n", "\n").removeprefix("\ufeff")
        html = page(preview, _front_matter(source), self._measured(context), self.printer, source)
        return self.folder.write(file_name(post.id), html)

    def reprint(self, stale: Sequence[PostPage]) -> None:
        """Print these pages."""
        by_path = {page.entry.path: (page.file, self._context(page)) for page in stale if page.entry.path}
        if self.publications:
            self.publications.fetch({page.entry.id for page in stale})

        def work(chunk: tuple[str, ...]) -> list[str]:
            from cmflow.repository import examination

            read = self.content.source.read(chunk)
            sent = self._sent([by_path[path][1] for path in chunk])
            examined = ((examination.survey(path, data, self.content, self.publications), data) for path, data in read)
            posts = ((*by_path[post.path], post, data) for post, data in examined)
            return [file for file, context, post, data in posts if self.print(post, data, context, sent)]

        self.written.update(*spread(work, by_path, CHUNK, WORTH_WORKERS))
        self.written.update(page.file for page in stale if not page.entry.path and self._print_missing(page))

    def _sent(self, contexts: Sequence[PostContext]) -> Mapping[Key, Publication]:
        """What was sent of the posts that would look different now."""
        rows = [row for context in contexts for row in context.deliveries.values()]
        edits = [row for row in rows if Key(row.post, row.account) in self.sent]
        return self.sent_texts.texts(edits) if self.sent_texts and edits else {}

    def _context(self, page: PostPage) -> PostContext:
        return self.context(page.entry, page.standings, page.problems)

    def _print_missing(self, page: PostPage) -> bool:
        from cmflow.repository import examination
        from cmflow.website.post_page import missing_page

        context = self._measured(self._context(page))
        sent = self._sent([context])
        shown = examination.remembered(page.entry.id, sent, context.deliveries, self.calendar.plan) if sent else None
        return self.folder.write(page.file, missing_page(page.entry.id, context, self.printer, shown))

    def _measured(self, context: PostContext) -> PostContext:
        """The context with what was read of the post: only of those that are printed."""
        if not self.courses.tokens:
            return context
        measured = [row for account, row in context.deliveries.items() if Key(row.post, account) in self.courses.tokens]
        now = self.calendar.now  # a clock that went wrong may have dated some ahead of it
        return replace(
            context,
            courses={row.account: [line for line in self.courses.course(row) if line.time <= now] for row in measured},
        )

    def _delivery(self, post: str, account: str) -> Delivery | None:
        return self.calendar.deliveries.get(Key(post, account))


def _first(stands: tuple[str, Standing]) -> tuple[int, datetime, str]:
    state, standing = stands
    return NEED[state], standing.due, standing.account


def _front_matter(source: str) -> str:
    """The text between the first two `---`, as written."""
    return source.split("\n---", 1)[0].removeprefix("---").strip("\n")
