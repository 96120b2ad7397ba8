"""The pages of posts: printed where a post is examined anyway, and again where something else about it has changed."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from cmflow import website
from cmflow.insights import status
from cmflow.insights.status import Standing
from cmflow.model import Delivery, Entry, Planned, Problem, Status, Variant
from cmflow.problems import is_error, sort
from cmflow.repository import loader
from cmflow.repository.content import Content
from cmflow.repository.loader import Examined
from cmflow.repository.sent_text import SentText, SentTexts, edited
from cmflow.repository.workers import spread
from cmflow.website.board import NEED, state_of
from cmflow.website.build.fingerprint import named
from cmflow.website.build.folder import Folder
from cmflow.website.calendar import Calendar, Key
from cmflow.website.post_page import Around, file_name, gone, page
from cmflow.website.printer import Printer

CHUNK = 50  # posts handed to a worker at a time
WORTH_WORKERS = 200


Waiting = Callable[[Sequence[Entry], Sequence[Planned]], Sequence[Planned]]


class Wanted(NamedTuple):
    """A post as it is to be shown: its file, its name (equal names are equal pages), and what it is made of."""

    file: str
    name: str
    entry: Entry
    standings: Sequence[Standing]
    problems: Sequence[Problem]  # with other posts


@dataclass
class Posts:
    """Prints the pages of posts. Its calendar knows no post yet, nor where anything stands."""

    content: Content
    calendar: Calendar
    printer: Printer
    folder: Folder
    silent: Collection[str]
    accounts: tuple[str, ...]  # of the plan, and those that only the ledger knows
    since: datetime
    past: SentTexts | None = None
    sent: Mapping[Key, SentText] = field(default_factory=dict)  # what was sent of posts that were edited since
    names: dict[str, str] = field(default_factory=dict)  # of what was printed while it was examined, by file
    written: set[str] = field(default_factory=set)  # files that are new or changed

    def work(self, examined: Examined, data: bytes, entry: Entry) -> str:
        """Print a post as it will be if the rest of the calendar finds nothing wrong with it."""
        if examined.post is None:
            return ""
        known = {(entry.id, name): found for name in self.accounts if (found := self._delivery(entry.id, name))}
        asked = tuple(loader.requests(entry, self.since))
        standings = status.standings(asked, known, self.calendar.now, self.silent, self.calendar.plan.zone)
        around = self.around(entry, standings, ())
        written = self.print(examined, data, around)
        return f"{int(written)} {self.name(entry, around)}"

    def take(self, entry: Entry, result: str) -> None:
        if result:
            written, name = result.split(" ")
            self.names[file_name(entry.id)] = name
            if int(written):
                self.written.add(file_name(entry.id))

    def whole(self, kept: Sequence[Entry], waiting: Waiting) -> Calendar:
        """The calendar with all its posts."""
        deliveries = self.calendar.deliveries
        between = loader.between(self.content, kept, deliveries)
        planned = waiting(kept, loader.planned(self.content, kept, deliveries, between))
        found = status.standings(planned, deliveries, self.calendar.now, self.silent, self.calendar.plan.zone)
        standings = {(each.post, each.account): each for each in found}
        if self.past:
            self.sent = self.past.find(edited(kept, deliveries), self.content.source.blobs)
        return replace(
            self.calendar,
            entries=[self._as_sent(entry) for entry in status.as_sent(kept, standings)],
            standings=standings,
            problems=website.problems_by_file(kept, between),
            titles={key: each.title for key, each in self.sent.items()},
        )

    def _as_sent(self, entry: Entry) -> Entry:
        """With the first words of what was sent, where the post was edited since."""
        if not self.sent or not any((entry.id, each.account) in self.sent for each in entry.planned):
            return entry
        found = ((each, self.sent.get((entry.id, each.account))) for each in entry.planned)
        return replace(
            entry, planned=tuple(replace(each, excerpt=known.excerpt) if known else each for each, known in found)
        )

    def around(self, entry: Entry, standings: Sequence[Standing], problems: Sequence[Problem]) -> Around:
        stands = [(state_of(standing, self.calendar.now), standing) for standing in standings]
        if len(stands) > 1:
            stands.sort(key=_first)
        if entry.status is Status.DRAFT:
            state = "draft"
        elif stands:
            state = stands[0][0]
        else:
            state = "blocked" if any(map(is_error, entry.problems)) else "history" if entry.planned else "skipped"
        known = {each.account: found for _, each in stands if (found := self._delivery(entry.id, each.account))}
        history, approvals = self.calendar.history.get(entry.path, ()), self.calendar.approvals.get(entry.id, ())
        return Around(state, tuple(stands), known, history, tuple(problems), tuple(approvals))

    def wanted(self, calendar: Calendar) -> Iterator[Wanted]:
        """What every post is made of now, and what only the ledger knows."""
        standings = defaultdict[str, list[Standing]](list)
        for standing in calendar.standings.values():
            standings[standing.post].append(standing)
        ids = set[str]()
        for entry in calendar.entries:
            ids.add(entry.id)
            found = calendar.problems.get(entry.path, ())
            others = () if len(found) == len(entry.problems) else tuple(set(found) - set(entry.problems))
            yield self._wanted(entry, standings.get(entry.id, ()), sort(others))
        for post in standings.keys() - ids:
            yield self._wanted(Entry("", post), standings[post], ())

    def _wanted(self, entry: Entry, standings: Sequence[Standing], problems: Sequence[Problem]) -> Wanted:
        around = self.around(entry, standings, problems)
        return Wanted(file_name(entry.id), self.name(entry, around), entry, standings, problems)

    def name(self, entry: Entry, around: Around) -> str:
        """Names the page: equal names are equal pages."""
        said = [
            *(entry.id, entry.path, self.content.source.blobs.get(entry.path, ""), around.state),
            *[blob for _, blob in entry.media],
            *[
                f"{state} {each.account} {each.due.timestamp()} {each.note} {each.url}"
                for state, each in around.standings
            ],
            *[
                f"{delivery} {known.commit}"
                for delivery in around.deliveries
                if (known := self.sent.get((entry.id, delivery)))
            ],
            *[change.commit for change in around.history],
            *[f"{approval.by} {approval.time} {approval.pull} {approval.commit}" for approval in around.approvals],
            *[f"{problem.code} {problem.account} {problem.line} {problem.message}" for problem in around.problems],
        ]
        return named(said)

    def print(self, examined: Examined, data: bytes, around: Around) -> bool:
        """Print one post; whether its page is another one than before."""
        post = examined.post
        if post is None:
            return False
        shown = replace(examined, variants=tuple(map(self._variant, examined.variants)))
        preview = loader.previewed(shown, self.calendar.plan)
        source = data.decode(errors="replace").replace("\r\n", "\n").removeprefix("\ufeff")
        made = page(preview, _front_matter(source), around, self.printer, source)
        return self.folder.write(file_name(post.id), made)

    def _variant(self, variant: Variant) -> Variant:
        """As it was sent, where the post was edited since; else as it is."""
        known = self.sent.get((variant.post, variant.account))
        return (known and self.past and self.past.variant(known, variant.account)) or variant

    def reprint(self, stale: Sequence[Wanted]) -> None:
        """Print these pages."""
        by_path = {each.entry.path: (each.file, self._around(each)) for each in stale if each.entry.path}

        def work(chunk: tuple[str, ...]) -> list[str]:
            read = self.content.source.read(chunk)
            examined = ((loader.examine(path, data, self.content), data) for path, data in read)
            made = ((*by_path[each.path], each, data) for each, data in examined)
            return [file for file, around, each, data in made if self.print(each, data, around)]

        self.written.update(*spread(work, by_path, CHUNK, WORTH_WORKERS))
        self.written.update(each.file for each in stale if not each.entry.path and self._print_gone(each))

    def _around(self, wanted: Wanted) -> Around:
        return self.around(wanted.entry, wanted.standings, wanted.problems)

    def _print_gone(self, wanted: Wanted) -> bool:
        return self.folder.write(wanted.file, gone(wanted.entry.id, self._around(wanted), self.printer))

    def _delivery(self, post: str, account: str) -> Delivery | None:
        return self.calendar.deliveries.get((post, account))


def _first(stands: tuple[str, Standing]) -> tuple[int, datetime, str]:
    state, standing = stands
    return NEED[state], standing.due, standing.account


def _front_matter(source: str) -> str:
    """What stands between the first two `---`, as it was written."""
    return source.split("\n---", 1)[0].removeprefix("---").strip("\n")
