"""One edition of the site: which pages must be printed anew, on every processor; the others stay as they are.

A post's page has a name made of everything that decides it: the post's blob and its media, where its deliveries stand,
what the calendar finds wrong with it, what git remembers. Where that is its name in the last edition, and the file is
there, nothing is done. A post that is examined anyway is printed at once, in the same process.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from itertools import chain
from typing import Protocol

from cmflow import network, pages, status
from cmflow.model import Change, Delivery, Entry, Problem, Status
from cmflow.pages.board import STATES, state_of
from cmflow.pages.calendar import Calendar, Key
from cmflow.pages.post import Around, file_name, gone, page
from cmflow.pages.printer import Printer
from cmflow.preview import Preview
from cmflow.problems import is_error, sort
from cmflow.site import entries
from cmflow.site.cache import Cache
from cmflow.site.content import Content
from cmflow.site.entries import Examined, Progress
from cmflow.site.workers import spread
from cmflow.status import Standing

CHUNK = 50  # posts handed to a worker at a time
WORTH_WORKERS = 200


class Folder(Protocol):
    """Where the pages go; paths start at the top of the site."""

    @property
    def name(self) -> str:
        """Tells this folder from others, in letters and digits."""
        ...

    def there(self, folder: str) -> Iterator[str]:
        """The files of a folder."""
        ...

    def write(self, path: str, text: str) -> bool:
        """Write a page; False where it says so already."""
        ...

    def remove(self, path: str) -> None:
        """Take away a page that an earlier edition has made."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """What an edition is made of, besides the content."""

    deliveries: Mapping[Key, Delivery]
    now: datetime
    templates: Mapping[str, str]
    last_run: datetime | None = None
    history: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    web: str = ""
    branch: str = "main"


def make(content: Content, given: Given, cache: Cache, folder: Folder, progress: Progress | None = None) -> int:
    """Bring the site up to date; how many files are new or changed. Raises `TemplateError`."""
    posts = _posts(content, given, folder)
    kept = entries.load(content, cache, progress, posts)
    calendar = posts.whole(kept)
    written = posts.written + sum(folder.write(name, text) for name, text in pages.build(calendar, given.templates))
    return written + _bring_up_to_date(posts, calendar, cache)


# ── the pages of posts ──────────────────────────────────────────────────────────────────────────────────────


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
    names: dict[str, str] = field(default_factory=dict)  # of what was printed while it was examined, by file
    written: int = 0

    def work(self, examined: Examined, data: bytes, entry: Entry) -> str:
        """Print a post as it will be if the rest of the calendar finds nothing wrong with it."""
        if examined.post is None:
            return ""
        known = {(entry.id, name): found for name in self.accounts if (found := self._delivery(entry.id, name))}
        asked = tuple(entries.asked(entry, self.since))
        standings = status.standings(asked, known, self.calendar.now, self.silent)
        around = self.around(entry, standings, ())
        written = self.print(examined, data, around)
        return f"{int(written)} {self.name(entry, around)}"

    def take(self, entry: Entry, result: str) -> None:
        if result:
            written, name = result.split(" ")
            self.names[file_name(entry.id)] = name
            self.written += int(written)

    def whole(self, kept: Sequence[Entry]) -> Calendar:
        """The calendar with all its posts."""
        plan, deliveries = self.calendar.plan, self.calendar.deliveries
        planned = entries.planned(self.content, kept, deliveries)
        found = status.standings(planned, deliveries, self.calendar.now, self.silent)
        return replace(
            self.calendar,
            entries=kept,
            standings={(each.post, each.account): each for each in found},
            problems=pages.found(kept, plan, deliveries),
        )

    def around(self, entry: Entry, standings: Sequence[Standing], problems: Sequence[Problem]) -> Around:
        stands = sorted(((state_of(each, self.calendar.now), each) for each in standings), key=_first)
        if entry.status is Status.DRAFT:
            state = "draft"
        elif stands:
            state = stands[0][0]
        else:
            state = "blocked" if any(map(is_error, entry.problems)) else "history" if entry.planned else "skipped"
        known = {each.account: found for _, each in stands if (found := self._delivery(entry.id, each.account))}
        return Around(state, tuple(stands), known, self.calendar.history.get(entry.path, ()), tuple(problems))

    def name(self, entry: Entry, around: Around) -> str:
        """Names the page: equal names are equal pages."""
        blobs = self.content.source.blobs
        said = [entry.id, entry.path, blobs.get(entry.path, ""), around.state]
        said += [blob for _, blob in entry.media]
        said += [f"{state} {each.account} {each.due} {each.note} {each.url}" for state, each in around.standings]
        for each in around.deliveries.values():
            said.append(f"{each.account} {each.attempt} {len(each.receipts)} {len(each.history)} {each.digest}")
        said += [change.commit for change in around.history]
        said += [f"{each.code} {each.account} {each.line} {each.message}" for each in around.problems]
        return blake2b("\n".join(said).encode(errors="surrogatepass"), digest_size=12).hexdigest()

    def print(self, examined: Examined, data: bytes, around: Around) -> bool:
        """Print one post; whether its page is another one than before."""
        post = examined.post
        if post is None:
            return False
        networks = {each.network: network.load(each.network) for each in examined.variants}
        preview = Preview(
            post,
            examined.variants,
            examined.problems,
            {name: each.title for name, each in networks.items()},
            {name: each.limits for name, each in networks.items()},
            self.calendar.plan.zone,
        )
        return self.folder.write(file_name(post.id), page(preview, _front_matter(data), around, self.printer))

    def _delivery(self, post: str, account: str) -> Delivery | None:
        return self.calendar.deliveries.get((post, account))


def _posts(content: Content, given: Given, folder: Folder) -> Posts:
    plan = content.sure_plan
    bare = Calendar(
        (),
        plan,
        given.deliveries,
        {},
        {},
        given.now,
        given.last_run,
        given.history,
        given.web,
        given.branch,
    )
    return Posts(
        content,
        bare,
        pages.press(bare, given.templates),
        folder,
        network.silent(plan.accounts),
        tuple({*(each.name for each in plan.accounts), *(account for _, account in given.deliveries)}),
        entries.start(plan),
    )


def _first(stands: tuple[str, Standing]) -> tuple[int, datetime, str]:
    state, standing = stands
    return STATES.index(state), standing.due, standing.account


def _front_matter(data: bytes) -> str:
    """What stands between the first two `---`, as it was written."""
    text = data.decode(errors="replace").replace("\r\n", "\n")
    return text.split("\n---", 1)[0].removeprefix("\ufeff").removeprefix("---").strip("\n")


# ── this edition and the last ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Wanted:
    """The page of a post: its file, its name, and what it is made of."""

    file: str
    name: str
    entry: Entry
    around: Around


def _bring_up_to_date(posts: Posts, calendar: Calendar, cache: Cache) -> int:
    """Print the pages that are not as they should be, and take away those of posts that are no more."""
    kept_as = f"edition-{posts.folder.name}"
    last = cache.load(kept_as)
    made_with = _made_with(posts)
    names = {**(last["pages"] if last.get("made with") == made_with else {}), **posts.names}
    there = set(posts.folder.there("posts"))
    wanted = tuple(_wanted(posts, calendar))
    stale = [each for each in wanted if each.file not in there or names.get(each.file) != each.name]
    now = {"made with": made_with, "pages": {each.file: each.name for each in wanted}}
    for file in there & set(last.get("pages", ())) - {each.file for each in wanted}:
        posts.folder.remove(file)
    written = sum(_print(posts, stale))
    if now != last:
        cache.save(kept_as, now)
    return written


def _made_with(posts: Posts) -> str:
    """Names what every page is made with, besides the post."""
    shared = (posts.content.fingerprint, posts.calendar.web, posts.calendar.branch)
    said = chain(shared, *sorted(posts.printer.templates.items()))
    return blake2b("\n".join(said).encode(), digest_size=12).hexdigest()


def _wanted(posts: Posts, calendar: Calendar) -> Iterator[Wanted]:
    """A page for each post that can be read, the first of those with one id; and for what only the ledger knows."""
    standings = defaultdict[str, list[Standing]](list)
    for each in calendar.standings.values():
        standings[each.post].append(each)
    seen = set[str]()
    for entry in calendar.entries:
        file = file_name(entry.id)
        if entry.date is None or file in seen:
            continue
        seen.add(file)
        found = calendar.problems.get(entry.path, ())
        others = () if len(found) == len(entry.problems) else tuple(set(found) - set(entry.problems))
        around = posts.around(entry, standings.get(entry.id, ()), sort(others))
        yield Wanted(file, posts.name(entry, around), entry, around)
    for post, known in standings.items():
        if file_name(post) not in seen:
            entry = Entry("", post)
            around = posts.around(entry, known, ())
            yield Wanted(file_name(post), posts.name(entry, around), entry, around)


def _print(posts: Posts, wanted: Sequence[Wanted]) -> Iterator[int]:
    """Print these pages; how many are other ones than before."""
    by_path = {each.entry.path: each.around for each in wanted if each.entry.path}

    def work(chunk: tuple[str, ...]) -> int:
        read = posts.content.source.read(chunk)
        examined = ((entries.examine(path, data, posts.content), data) for path, data in read)
        return sum(posts.print(each, data, by_path[each.path]) for each, data in examined)

    yield from spread(work, by_path, CHUNK, WORTH_WORKERS)
    for each in wanted:
        if not each.entry.path:
            yield posts.folder.write(each.file, gone(each.entry.id, each.around, posts.printer))
