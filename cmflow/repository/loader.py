"""Every post of a content repository as a calendar entry: those that changed are examined, the others are cached.

What examines a post is imported only where one changed: it is most of cmflow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from functools import cache as once
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from cmflow import collector, lint
from cmflow.lint import calendar_rules
from cmflow.model import Delivery, Entry, Key, Planned, Problem, Status
from cmflow.problems import is_error, sort
from cmflow.repository import codec, past_accounts, similar
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from cmflow.repository.spelling import aliases
from cmflow.repository.workers import spread

if TYPE_CHECKING:
    from cmflow.repository.examination import Examined
    from cmflow.repository.publication_index import PublicationIndex

CHUNK, MOST = 25, 50  # posts per work package: few, so that no processor waits long for the last; of many posts, more
WORTH_WORKERS = 400  # with fewer posts, starting processes takes longer than it saves

Progress = Callable[[int, int], None]
Deliveries = Mapping[Key, Delivery]


def between(content: Content, entries: Sequence[Entry], deliveries: Deliveries) -> tuple[Problem, ...]:
    """The problems between posts, and between posts and earlier deliveries."""
    plan, source = content.sure_plan, content.source
    places = past_accounts.places(source.repository, plan, entries, deliveries)
    orphans = calendar_rules.orphans(entries, deliveries)
    resembled = similar.resembled(source, similar.fresh(entries, deliveries), orphans) if orphans else {}
    return lint.calendar(entries, plan, deliveries, places, resembled)


def problems(
    content: Content, entries: Sequence[Entry], deliveries: Deliveries, collisions: Sequence[Problem] | None = None
) -> tuple[Problem, ...]:
    """Every problem: of the plan and the files, of each post, and between posts; sorted.

    `collisions` is the result of `between`, if the caller has it.
    """
    if collisions is None:
        collisions = between(content, entries, deliveries) if content.plan else ()
    return sort((*content.problems, *(problem for entry in entries for problem in entry.problems), *collisions))


def planned(
    content: Content, entries: Sequence[Entry], deliveries: Deliveries, collisions: Sequence[Problem] | None = None
) -> tuple[Planned, ...]:
    """Every delivery that ready posts ask for, dated since cmflow took over; blocked by any error.

    `collisions` is the result of `between`, if the caller has it.
    """
    plan = content.sure_plan
    collisions = between(content, entries, deliveries) if collisions is None else collisions
    blocked = {(problem.path, problem.account) for problem in collisions if is_error(problem)}
    since = plan.start()
    return tuple(
        replace(delivery, blocked=True)
        if blocked and ((entry.path, "") in blocked or (entry.path, delivery.account) in blocked)
        else delivery
        for entry in entries
        for delivery in requests(entry, since)
    )


def requests(entry: Entry, since: datetime) -> Sequence[Planned]:
    """The deliveries that one post asks for, regardless of other posts."""
    return [planned for planned in entry.planned if planned.due >= since] if entry.status is Status.READY else ()


# ── all of them ─────────────────────────────────────────────────────────────────────────────────────────────


class PostTask(Protocol):
    """Additional work on each examined post: in the process that examined it, then with the result in the first."""

    def work(self, package: Sequence[tuple[Examined, bytes, Entry]]) -> list[str]:
        """Called in the process that examined these posts."""
        ...

    def take(self, entry: Entry, result: str) -> None:
        """Called in the first process with the result of `work`."""
        ...


class _NoTask:
    """No additional work."""

    def work(self, package: Sequence[tuple[Examined, bytes, Entry]]) -> list[str]:
        return [""] * len(package)

    def take(self, entry: Entry, result: str) -> None:
        return


_NO_TASK = _NoTask()


def load(
    content: Content, cache: Cache, progress: Progress | None = None, sent: PublicationIndex | None = None
) -> tuple[Entry, ...]:
    """An entry per post, in the order of paths; cached ones are not examined again. They show what was `sent`."""
    entries, save = read(content, cache, progress, sent)
    save()
    return entries


def read(
    content: Content,
    cache: Cache,
    progress: Progress | None,
    sent: PublicationIndex | None,
    task: PostTask = _NO_TASK,
    besides: Set[str] = frozenset(),
) -> tuple[tuple[Entry, ...], Callable[[], None]]:
    """The same without the posts at these paths (`besides`), and what saves them in the cache, once, at any time."""
    paths, blobs = content.post_paths, _blobs(content)
    key, marks = (f"{content.fingerprint}s", sent.marks) if sent else (content.fingerprint, codec.NONE)
    cached = codec.Entries(cache, key, marks)  # apart from entries that do not show what was sent
    with collector.pause():
        entries = {path: cached.get(path, blobs) for path in paths if path not in besides}
    missing = [path for path, entry in entries.items() if entry is None]
    if sent and missing:
        sent.fetch(sent.marks.keys() - {entry.id for entry in entries.values() if entry})
    fresh_entries = dict[str, Entry]()
    for number, (fresh, result) in enumerate(_examine_all(missing, content, task, sent), 1):
        fresh_entries[fresh.path] = fresh
        task.take(fresh, result)
        if progress:
            progress(number, len(missing))
    lasting = [entry for entry in fresh_entries.values() if _lasts(entry, content)]
    save = once(partial(cached.keep, paths, blobs, lasting))
    return tuple(entry or fresh_entries[path] for path, entry in entries.items()), save


def _lasts(entry: Entry, content: Content) -> bool:
    """Whether the entry is worth caching: not the failure of a post that a filter could not provide, such as git-crypt
    without its key. The key may come, and git's bytes are the same then."""
    return bool(entry.title) or entry.path not in content.source.filtered


def _blobs(content: Content) -> Mapping[str, str]:
    """The blob id of each path, and of each other spelling of it."""
    stored = aliases(content.source)
    if not stored and not content.odd:
        return content.source.blobs
    blobs = {**content.source.blobs, **content.odd}
    return {**{name: blobs[path] for name, path in stored.items() if path in blobs}, **blobs}


def _examine_all(
    paths: Sequence[str], content: Content, task: PostTask, sent: PublicationIndex | None
) -> Iterator[tuple[Entry, str]]:
    if not paths:
        return
    from cmflow.repository import examination

    def one(path: str, data: bytes) -> tuple[Examined, bytes, Entry]:
        examined = examination.survey(path, data, content, sent)
        return examined, data, examination.entry(examined, content)

    def work(chunk: tuple[str, ...]) -> bytes | codec.Results:
        package = [one(path, data) for path, data in content.source.read(chunk)]
        return codec.packed([(row[2], result) for row, result in zip(package, task.work(package), strict=True)])

    # One post makes this process import and compile what all workers need, which are copies of it: the last, which is
    # the newest in most repositories, and to be rendered. It may be plain text, which needs no Markdown.
    if len(paths) > WORTH_WORKERS:
        from cmflow.render.markdown import blocks  # noqa: F401
    *others, last = paths
    chunk = max(CHUNK, min(MOST, len(paths) // 200))
    for results in chain((work((last,)),), spread(work, others, chunk, WORTH_WORKERS)):
        yield from codec.unpacked(results)
