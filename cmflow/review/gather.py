"""What a branch touches, gathered from the content: each post as it will go out, and what is wrong because of it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cmflow.model import CONTENT, Entry, Problem
from cmflow.problems import is_error, merged
from cmflow.repository import destinations, diff, loader
from cmflow.repository.cache import Cache
from cmflow.repository.content import POSTS, Content
from cmflow.repository.diff import Changes
from cmflow.repository.loader import Deliveries, Examined
from cmflow.review import appearance
from cmflow.review.values import VERSION, Gone, Post, Review, Shown

DETAILED = 100  # posts that are shown whole
ENOUGH = 1_000_000  # characters of text, after which no further post is shown whole
POST_LIMIT = 10_000
PROBLEM_LIMIT = 3_000
GONE_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which pull request it is (0 where nobody says so), its newest commit, and what is to be held against what.

    `since` is the commit that was looked at last, "" for none; `then` opens the content as it was there, or else
    where the branch began.
    """

    pull: int
    head: str
    since: str
    changes: Changes
    then: Callable[[], Content]


def gather(content: Content, kept: Sequence[Entry], deliveries: Deliveries, asked: Asked, cache: Cache) -> Review:
    """The data of a review; `kept` are the entries of the whole calendar. The worst posts come first."""
    problems = merged(diff.problems(content, kept, deliveries, asked.changes, cache).problems)
    found = _worst_first(_touched(content, kept, asked.changes, cache), problems)
    gone = tuple(_gone(content, kept, asked.changes))
    errors = sum(map(is_error, problems))
    return Review(
        version=VERSION,
        pull=asked.pull,
        head=asked.head,
        since=asked.since,
        zone=content.sure_plan.zone if content.plan else "UTC",
        every=len(content.post_paths),
        errors=errors,
        warnings=len(problems) - errors,
        posts=tuple(_posts(content, found[:POST_LIMIT], asked)),
        posts_left_out=max(0, len(found) - POST_LIMIT),
        gone=gone[:GONE_LIMIT],
        problems=tuple(sorted(problems, key=_weight)[:PROBLEM_LIMIT]),
    )


def _weight(problem: Problem) -> tuple[bool, bool]:
    """Where a problem stands: whom secrets go to, errors, warnings."""
    return problem.code != destinations.CODE, not is_error(problem)


def _worst_first(found: Iterable[Entry], problems: Iterable[Problem]) -> list[Entry]:
    """Those with errors, those with warnings, the others; each in order of time."""
    bad = dict[str, int]()
    for problem in problems:
        bad[problem.path] = min(bad.get(problem.path, 2), 0 if is_error(problem) else 1)
    ever = datetime.max.replace(tzinfo=UTC)
    return sorted(found, key=lambda each: (bad.get(each.path, 2), each.date or ever, each.path))


# ── which posts ─────────────────────────────────────────────────────────────────────────────────────────────


def _touched(content: Content, kept: Sequence[Entry], touched: Changes, cache: Cache) -> list[Entry]:
    """The posts whose file or media were touched, and those that would go out otherwise than before."""
    near = {entry.path for entry in kept if _is_near(entry, touched.paths)}
    if touched.everywhere and content.plan:
        before = touched.base()
        old = {each.path: _going(each) for each in (loader.load(before, cache) if before.plan else ())}
        near |= {entry.path for entry in kept if old.get(entry.path, ()) != _going(entry)}
    return [entry for entry in kept if entry.path in near]


def _is_near(entry: Entry, paths: Collection[str]) -> bool:
    return entry.path in paths or any(path in paths for path, _ in entry.media)


def _going(entry: Entry) -> tuple[tuple[str, str, datetime], ...]:
    """What goes out on which account, and when. Where the account is, is told once for all its posts."""
    return tuple((each.account, each.digest[:CONTENT], each.due) for each in entry.planned)


def _gone(content: Content, kept: Sequence[Entry], touched: Changes) -> Iterator[Gone]:
    """The posts that are taken away, not those whose file only moved."""
    lost = sorted(path for path in touched.paths if _is_post(path) and path not in content.source.blobs)
    before = touched.base() if lost else content
    there = {each.id for each in kept}
    for each in _examined(before, [path for path in lost if path in before.post_paths]):
        if each.post is None:
            yield Gone(Path(each.path).stem, each.path, "", "", ())
        elif each.post.id not in there:
            post = each.post
            yield Gone(post.id, post.path, post.title, post.date.isoformat(), post.accounts)


def _is_post(path: str) -> bool:
    return path.startswith(POSTS) and path.endswith(".md")


def _examined(content: Content, paths: Sequence[str]) -> Iterator[Examined]:
    if content.plan:
        yield from (loader.examine(path, data, content) for path, data in content.source.read(paths))


# ── each of them ────────────────────────────────────────────────────────────────────────────────────────────


def _posts(content: Content, found: Sequence[Entry], asked: Asked) -> Iterator[Post]:
    """The first ones whole, until it is too much."""
    detailed = found[:DETAILED]
    then = _Then(asked) if detailed else None
    used = 0
    for examined, entry in zip(_examined(content, [each.path for each in detailed]), detailed, strict=True):
        if used > ENOUGH:
            yield _post(entry, asked, ())
            continue
        variants = tuple(_variants(examined, content, then)) if then else ()
        used += sum(map(appearance.size, variants))
        yield _post(entry, asked, variants, shown=True)
    yield from (_post(entry, asked, ()) for entry in found[DETAILED:])


def _post(entry: Entry, asked: Asked, variants: tuple[Shown, ...], shown: bool = False) -> Post:
    return Post(
        id=entry.id,
        path=entry.path,
        title=entry.title,
        status=entry.status.value if entry.date else "",
        at=entry.date.isoformat() if entry.date else "",
        new=entry.path in asked.changes.paths and entry.path not in asked.changes.base().source.blobs,
        accounts=tuple(each.account for each in entry.planned),
        shown=shown,
        variants=variants,
    )


def _variants(examined: Examined, content: Content, then: "_Then") -> Iterator[Shown]:
    if examined.post is None:
        return
    preview, before = loader.previewed(examined, content.sure_plan.zone), then.look(examined)
    for variant in preview.variants:
        yield appearance.shown(preview, variant, content, before.get(variant.account))


class _Then:
    """The posts as they were when they were looked at last, also those whose file had another name."""

    def __init__(self, asked: Asked) -> None:
        self.content = asked.then()
        blobs = self.content.source.blobs
        known = set(self.content.post_paths)
        lost = sorted(path for path in asked.changes.paths if path in known and _is_post(path))
        self.moved = {each.post.id: each for each in _examined(self.content, lost[:DETAILED]) if each.post}
        self.there = known & blobs.keys()

    def look(self, now: Examined) -> dict[str, tuple[str, ...]]:
        """How the post looked on each account."""
        if now.path in self.there:
            then = next(_examined(self.content, [now.path]), None)
        else:
            then = self.moved.get(now.post.id) if now.post else None
        if then is None or then.post is None:
            return {}
        preview = loader.previewed(then, self.content.sure_plan.zone)
        return {variant.account: appearance.lines(preview, variant, self.content) for variant in preview.variants}
