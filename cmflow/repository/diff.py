"""What a branch changes in a content repository, and the problems that come of it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cmflow import lint
from cmflow.model import Entry, Problem
from cmflow.problems import sort
from cmflow.repository import destinations, loader
from cmflow.repository.cache import Cache
from cmflow.repository.content import PLAN, TEMPLATES, Content
from cmflow.repository.loader import Deliveries


@dataclass(frozen=True, slots=True)
class Changes:
    """The files that were touched, gone ones too; `before` opens the content as it was.

    `now` is the time by which their dates are judged, None for not at all.
    """

    paths: frozenset[str]
    before: Callable[[], Content]
    now: datetime | None = None

    @property
    def everywhere(self) -> bool:
        """Whether any post may look different: the plan or a template was touched."""
        return any(path == PLAN or path.startswith(TEMPLATES) for path in self.paths)


@dataclass(frozen=True, slots=True)
class Found:
    """The problems to tell, sorted, and how many posts were looked at for them."""

    problems: tuple[Problem, ...]
    posts: int


def problems(content: Content, kept: Sequence[Entry], deliveries: Deliveries, changes: Changes, cache: Cache) -> Found:
    """Every problem of what was touched, and every other one that was not there before.

    The whole calendar is held against itself: a post that was not touched may collide with one that was.
    """
    near = changes.paths | {entry.path for entry in kept if any(path in changes.paths for path, _ in entry.media)}
    touched = dates(content, kept, deliveries, changes.now, changes.paths)
    dated = tuple(each for each in touched if each.path in changes.paths)
    if changes.everywhere:
        found = _anywhere(content, kept, deliveries, near, changes.before(), cache)
        return Found(sort((*found, *dated)), len(kept))
    own = [problem for problem in content.problems if problem.path in near]
    posts = [entry for entry in kept if entry.path in near]
    between = lint.calendar(kept, content.plan, deliveries) if content.plan else ()
    others = [each for each in between if each.path not in near]
    if others:
        old = [*(entry for entry in kept if entry.path not in near), *_gone(content, changes)]
        before = _marks(lint.calendar(old, content.sure_plan, deliveries))
        others = [other for other in others if _mark(other) not in before]
    told = (*dated, *own, *_own(posts), *(each for each in between if each.path in near), *others)
    return Found(sort(told), len(posts))


def dates(
    content: Content, kept: Sequence[Entry], deliveries: Deliveries, now: datetime | None, fresh: Collection[str] = ()
) -> tuple[Problem, ...]:
    """What is to be said of the dates of the posts that are ready. What is dated before the plan's `since` is history,
    but for `fresh` files: nobody writes a post for the past.
    """
    plan = content.plan
    if plan is None or now is None:
        return ()
    since, ever = loader.start(plan), datetime.min.replace(tzinfo=UTC)
    planned = [each for entry in kept for each in loader.asked(entry, ever if entry.path in fresh else since)]
    return tuple(lint.dates(planned, plan, deliveries, now))


def _anywhere(
    content: Content,
    kept: Sequence[Entry],
    deliveries: Deliveries,
    near: Collection[str],
    before: Content,
    cache: Cache,
) -> tuple[Problem, ...]:
    """The same where every post had to be looked at again, with the plan and the templates of both."""
    old = loader.load(before, cache) if before.plan else ()
    there = {entry.path for entry in kept}
    still = [entry for entry in old if entry.path not in near or entry.path not in there]
    known = _marks(loader.problems(before, still, deliveries))
    every = loader.problems(content, kept, deliveries)
    elsewhere = destinations.problems(before.plan, content.plan) if content.plan and PLAN in near else ()
    return sort((*elsewhere, *(each for each in every if each.path in near or _mark(each) not in known)))


def _own(posts: Iterable[Entry]) -> Iterator[Problem]:
    return (problem for entry in posts for problem in entry.problems)


def _gone(content: Content, changes: Changes) -> Iterator[Entry]:
    """The posts that are there no more, as they were: what answers them has a problem now."""
    lost = [path for path in changes.paths if path.endswith(".md") and path not in content.source.blobs]
    before = changes.before() if lost else content
    wanted = sorted(set(lost) & set(before.post_paths))
    for path, data in before.source.read(wanted):
        yield loader.entry(loader.examine(path, data, before), before)


Mark = tuple[str, int, str, str, str]


def _mark(problem: Problem) -> Mark:
    """What makes it the same problem; the hint may name what else there is to choose from."""
    return problem.path, problem.line, problem.code, problem.message, problem.account


def _marks(found: Iterable[Problem]) -> frozenset[Mark]:
    return frozenset(map(_mark, found))
