"""Gather what a branch changes: each post as it will be published, and the problems it causes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cmflow.insights import costs
from cmflow.model import Entry, Problem
from cmflow.model.money import total, written
from cmflow.problems import is_error, merged
from cmflow.repository import destinations, diff, examination
from cmflow.repository.content import POSTS, Content
from cmflow.repository.diff import Changes, Load
from cmflow.repository.examination import Examined
from cmflow.repository.loader import Deliveries
from cmflow.review import appearance
from cmflow.review.values import VERSION, AccountCost, DeletedPost, PostView, Review, VariantView
from cmflow.values import dataclass

DETAILED = 100  # posts that are shown in full
ENOUGH = 1_000_000  # characters of text, after which no further post is shown in full
POST_LIMIT = 10_000
PROBLEM_LIMIT = 3_000
GONE_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Scope:
    """The pull request (0 if unknown), its newest commit, and what to compare with what.

    `since` is the last reviewed commit, "" for none; `former` opens its content, or else that of the commit where the
    branch started.
    """

    pull: int
    head: str
    since: str
    changes: Changes
    former: Callable[[], Content]


def gather(content: Content, entries: Sequence[Entry], deliveries: Deliveries, scope: Scope, load: Load) -> Review:
    """The data of a review; `entries` are those of the whole calendar. The worst posts come first."""
    changed = diff.touched(content, entries, scope.changes, load)
    problems = merged(diff.problems(content, entries, deliveries, scope.changes, load).problems)
    posts = _worst_first(changed, problems)
    charged = costs.by_account(costs.unsent(changed, deliveries, scope.changes.now or datetime.min.replace(tzinfo=UTC)))
    deleted = tuple(_deleted(content, entries, scope.changes))
    errors = sum(map(is_error, problems))
    return Review(
        version=VERSION,
        pull=scope.pull,
        head=scope.head,
        since=scope.since,
        zone=content.sure_plan.zone if content.plan else "UTC",
        every=len(content.post_paths),
        errors=errors,
        warnings=len(problems) - errors,
        posts=tuple(_posts(content, posts[:POST_LIMIT], scope)),
        posts_left_out=max(0, len(posts) - POST_LIMIT),
        gone=deleted[:GONE_LIMIT],
        problems=tuple(sorted(problems, key=_weight)[:PROBLEM_LIMIT]),
        costs=tuple(AccountCost(item.account, str(item.cost)) for item in charged),
        total=written(total(item.cost for item in charged)),
    )


def _weight(problem: Problem) -> tuple[bool, bool]:
    """The sort key of a problem: destinations of secrets, errors, warnings."""
    return problem.code != destinations.CODE, not is_error(problem)


def _worst_first(entries: Iterable[Entry], problems: Iterable[Problem]) -> list[Entry]:
    """Posts with errors, then with warnings, then the others; each in order of time."""
    bad = dict[str, int]()
    for problem in problems:
        bad[problem.path] = min(bad.get(problem.path, 2), 0 if is_error(problem) else 1)
    ever = datetime.max.replace(tzinfo=UTC)
    return sorted(entries, key=lambda entry: (bad.get(entry.path, 2), entry.date or ever, entry.path))


# ── which posts ─────────────────────────────────────────────────────────────────────────────────────────────


def _deleted(content: Content, entries: Sequence[Entry], changes: Changes) -> Iterator[DeletedPost]:
    """The deleted posts, without those whose file only moved."""
    missing = sorted(path for path in changes.paths if _is_post(path) and path not in content.source.blobs)
    base = changes.base() if missing else content
    ids = {entry.id for entry in entries}
    for examined in _examined(base, [path for path in missing if path in base.post_paths]):
        if examined.post is None:
            yield DeletedPost(Path(examined.path).stem, examined.path, "", "", ())
        elif examined.post.id not in ids:
            post = examined.post
            yield DeletedPost(post.id, post.path, post.title, post.date.isoformat(), post.accounts)


def _is_post(path: str) -> bool:
    return path.startswith(POSTS) and path.endswith(".md")


def _examined(content: Content, paths: Sequence[str]) -> Iterator[Examined]:
    if content.plan:
        yield from (examination.examine(path, data, content) for path, data in content.source.read(paths))


# ── each of them ────────────────────────────────────────────────────────────────────────────────────────────


def _posts(content: Content, entries: Sequence[Entry], scope: Scope) -> Iterator[PostView]:
    """The posts, the first ones in full until the texts are too long."""
    detailed = entries[:DETAILED]
    last = _LastReview(scope) if detailed else None
    used = 0
    for examined, entry in zip(_examined(content, [entry.path for entry in detailed]), detailed, strict=True):
        if used > ENOUGH:
            yield _post(entry, scope, ())
            continue
        variants = tuple(_variants(examined, content, last)) if last else ()
        used += sum(map(appearance.size, variants))
        yield _post(entry, scope, variants, shown=True)
    yield from (_post(entry, scope, ()) for entry in entries[DETAILED:])


def _post(entry: Entry, scope: Scope, variants: tuple[VariantView, ...], shown: bool = False) -> PostView:
    return PostView(
        id=entry.id,
        path=entry.path,
        title=entry.title,
        status=entry.status.value if entry.date else "",
        at=entry.date.isoformat() if entry.date else "",
        new=entry.path in scope.changes.paths and entry.path not in scope.changes.base().source.blobs,
        accounts=tuple(planned.account for planned in entry.planned),
        shown=shown,
        variants=variants,
    )


def _variants(examined: Examined, content: Content, last: "_LastReview") -> Iterator[VariantView]:
    if examined.post is None:
        return
    preview, former = examination.previewed(examined, content.sure_plan), last.look(examined)
    for variant in preview.variants:
        yield appearance.view(preview, variant, content, former.get(variant.account))


class _LastReview:
    """The posts as of the last review, including those whose file had another name."""

    def __init__(self, scope: Scope) -> None:
        self.content = scope.former()
        blobs = self.content.source.blobs
        paths = set(self.content.post_paths)
        changed = sorted(path for path in scope.changes.paths if path in paths and _is_post(path))
        self.moved = {
            examined.post.id: examined for examined in _examined(self.content, changed[:DETAILED]) if examined.post
        }
        self.paths = paths & blobs.keys()

    def look(self, now: Examined) -> dict[str, tuple[str, ...]]:
        """The lines of the post on each account, as of the last review."""
        if now.path in self.paths:
            former = next(_examined(self.content, [now.path]), None)
        else:
            former = self.moved.get(now.post.id) if now.post else None
        if former is None or former.post is None:
            return {}
        preview = examination.previewed(former, self.content.sure_plan)
        return {variant.account: appearance.lines(preview, variant, self.content) for variant in preview.variants}
