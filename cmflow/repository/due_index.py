"""What is due: computed for 100,000 posts without reading files that git knows to be unchanged.

The due times of a post are cached by its blob; the open deliveries of the coming days (`agenda`) by the trees that
were searched. Deleting the cache costs time, never correctness.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cmflow import ledger, schedule
from cmflow.content import dates, posts
from cmflow.content.keys import BadValue
from cmflow.content.scan import glance
from cmflow.ledger import Ledger, codec
from cmflow.ledger.codec import path as ledger_path
from cmflow.model import Delivery, Key, Plan, State, Status
from cmflow.repository import examination, unread
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from cmflow.repository.due_cache import DueRow, Open
from cmflow.repository.workers import spread

CHUNK = 2_000  # posts per work package
WORTH_WORKERS = 4_000
LONG = timedelta(days=30)
OVER = (State.SENT, State.SKIPPED)

Rows = Sequence[tuple[float, float, str]]  # due, late, account
PostRow = tuple[str, str, Rows | None]  # blob id of the post, its id, its rows; None where they cannot be read


def still_open(content: Content, state: Ledger, cache: Cache, now: datetime, until: datetime) -> Open:
    """Every unfinished delivery that is due until then, or begun, by time.

    The ledger's file of a delivery due long ago is read once: only unfinished ones are open.
    """
    posts, places = _post_rows(content, cache), ledger.places(state)
    since, recent, end = content.sure_plan.start().timestamp(), (now - LONG).timestamp(), until.timestamp()
    orphans = set(places)
    rows = list(_rows(posts, places, orphans, since))
    old = {row.delivery for row in rows if row.begun and row.due + row.late < recent}
    unfinished = _unfinished({*orphans, *(ledger_path(*key) for key in old)}, state, cache)
    open_rows = [row for row in rows if row.delivery not in old or row.delivery in unfinished]
    begun = ledger.read(state, [row.delivery for row in open_rows if row.begun]).deliveries
    waiting = sorted(row for row in open_rows if not _over(row, begun.get(row.delivery)))
    return Open(
        rows=tuple(row for row in waiting if row.due <= end or row.begun),
        until=end,
        then=next((row.due for row in waiting if row.due > end), None),
        twice=_twice(posts),
        zone=content.sure_plan.zone,
        gone=tuple(sorted(unfinished - old)),
        unread=_unread(content, state, posts),
    )


def _unread(content: Content, state: Ledger, posts: Mapping[str, PostRow]) -> tuple[str, ...]:
    unreadable = [path for path, (_, _, rows) in posts.items() if rows is None]
    return unread.paths(content, unreadable, {key.post for key in ledger.names(state)}) if unreadable else ()


def paths(content: Content, cache: Cache) -> Mapping[str, str]:
    """The path of each post, by id."""
    return {post: path for path, (_, post, _) in _post_rows(content, cache).items() if post}


def ids(content: Content, cache: Cache) -> frozenset[str]:
    """The id of every post, including drafts; for one that cannot be read, from its file name."""
    return frozenset(post or posts.identity(path) for path, (_, post, _) in _post_rows(content, cache).items())


def _over(row: DueRow, delivery: Delivery | None) -> bool:
    """Whether a delivery is finished; a missed one is not if its post has a new date."""
    if delivery is None:
        return False
    return delivery.state in OVER or (delivery.state is State.MISSED and delivery.due.timestamp() == row.due)


def _twice(posts: Mapping[str, PostRow]) -> frozenset[str]:
    """The ids of several posts, including drafts, ignoring case: what `check` calls a duplicate id."""
    ids = [post for _, post, _ in posts.values() if post]
    claims = Counter(post.casefold() for post in ids)
    return frozenset(post for post in ids if claims[post.casefold()] > 1) if len(claims) < len(ids) else frozenset()


def _unfinished(names: Collection[str], state: Ledger, cache: Cache) -> frozenset[Key]:
    """The unfinished deliveries of these files. Finished ones are cached by blob, and not read again."""
    if not names:
        return frozenset()
    finished: dict[str, str] = cache.load("over")
    blobs = {name: oid for name, oid in ledger.blobs(state).items() if name in names}
    fresh = {key for name, oid in blobs.items() if finished.get(name) != oid and (key := codec.key(name))}
    deliveries = ledger.read(state, fresh).deliveries if fresh else {}
    over = {ledger_path(*key) for key, delivery in deliveries.items() if delivery.state in (*OVER, State.MISSED)}
    if over:
        cache.save("over", {name: oid for name, oid in blobs.items() if name in over or finished.get(name) == oid})
    return frozenset(key for key, delivery in deliveries.items() if schedule.is_unfinished(delivery))


# ── when each post is due ───────────────────────────────────────────────────────────────────────────────────


def _rows(posts: Mapping[str, PostRow], places: Collection[str], orphans: set[str], since: float) -> Iterator[DueRow]:
    """Every delivery that posts ask for since then; those in the ledger are begun, and removed from `orphans`."""
    for path, (_, post, rows) in posts.items():
        for due, late, account in rows or ():
            if due >= since:
                name = ledger_path(post, account)
                begun = name in places
                if begun:
                    orphans.discard(name)
                yield DueRow(due, late, post, account, path, begun)


def _post_rows(content: Content, cache: Cache) -> Mapping[str, PostRow]:
    """The rows of each post by path; a post whose blob is cached is not read again."""
    blobs, key = content.source.blobs, content.plan_digest
    cached: dict[str, PostRow] = cache.load(f"rows-{key}")
    paths = content.post_paths
    missing = [path for path in paths if path not in cached or cached[path][0] != blobs[path]]
    fresh = _look(missing, content)
    posts = {path: fresh.get(path) or cached[path] for path in paths}
    if missing or len(posts) != len(cached):
        filtered = content.source.filtered
        cache.save(
            f"rows-{key}", {path: row for path, row in posts.items() if row[2] is not None or path not in filtered}
        )
    return posts


def _look(paths: Sequence[str], content: Content) -> dict[str, PostRow]:
    plan, blobs = content.sure_plan, content.source.blobs
    home, groups, late = (
        ZoneInfo(plan.zone),
        dict(plan.groups),
        {account.name: plan.lateness(account).total_seconds() for account in plan.accounts},
    )

    def work(chunk: tuple[str, ...]) -> list[tuple[str, PostRow]]:
        return [(path, (blobs[path], *read(path, data))) for path, data in content.source.read(chunk)]

    def read(path: str, data: bytes) -> tuple[str, Rows | None]:
        scan = glance(data)
        if scan is None:
            return _in_full(path, data, plan)
        try:
            due = _timestamp(scan.date, home)
        except BadValue:  # such a post has an error and is not sent
            return "", None
        names = dict.fromkeys(name for account in scan.accounts for name in groups.get(account, (account,)))
        rows = tuple((due, late[name], name) for name in names if name in late)
        return scan.id or posts.identity(path), () if scan.draft else rows or None

    return {path: row for chunk in spread(work, paths, CHUNK, WORTH_WORKERS) for path, row in chunk}


def _timestamp(date: str, home: ZoneInfo) -> float:
    """The result of `dates.moment` for a plain date, ten times as fast if no clock change is near."""
    try:
        early = datetime.fromisoformat(date).replace(tzinfo=home)
    except ValueError:
        return dates.moment(date, home).timestamp()
    if early.utcoffset() != early.replace(fold=1).utcoffset():
        return dates.moment(date, home).timestamp()
    return early.timestamp()


def _in_full(path: str, data: bytes, plan: Plan) -> tuple[str, Rows | None]:
    post, _ = posts.parse(data, path, plan)
    if post is None:
        return "", None
    rows = []
    for account in examination.accounts(post, plan) if post.status is Status.READY else ():
        override = post.override(account)
        date = (override and override.date) or post.date
        late = plan.lateness(account, post.late).total_seconds()
        rows.append((date.timestamp(), late, account.name))
    return post.id, tuple(rows)
