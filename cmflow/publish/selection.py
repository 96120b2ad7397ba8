"""The posts that a run works on: those behind the open deliveries, read and compared with what they refer to."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from cmflow import ledger
from cmflow.ledger import Ledger, stops
from cmflow.model import Delivery, Entry, Key, Plan, Planned, Problem, State, Stops, Variant
from cmflow.model.errors import NotPublished
from cmflow.problems import is_error
from cmflow.repository import due_index, examination, loader, removals, standings
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from cmflow.repository.due_cache import DueRow, Open
from cmflow.repository.examination import Examined
from cmflow.schedule import approval, stop, waits
from cmflow.values import dataclass

FEW = 50  # deliveries that are too late but read nevertheless
ADDRESSES = ("https://", "http://", "at://")


@dataclass(frozen=True, slots=True)
class Selection:
    """The posts, the deliveries that they ask for, and the errors that put some of them on hold.

    `unread` are posts that cannot be read at all: they are in no `planned`. `orphans` are deliveries that their post no
    longer asks for.
    """

    examined: tuple[Examined, ...]
    planned: tuple[Planned, ...]
    errors: tuple[Problem, ...] = ()
    orphans: tuple[Key, ...] = ()

    @property
    def unread(self) -> tuple[Examined, ...]:
        return tuple(post for post in self.examined if post.post is None)

    @property
    def is_blocked(self) -> bool:
        """Return whether an error keeps some of them from being sent."""
        return bool(self.unread) or any(planned.blocked for planned in self.planned)


def select(content: Content, state: Ledger, cache: Cache, due: Open, now: datetime) -> Selection:
    """The deliveries of the rows, compared with each other, with what they refer to, and with what was sent.

    Two posts with one id are both on hold: it is unknown which of them the ledger means. What can only be missed is not
    read, unless there is more to report about it.
    """
    plan, until = content.sure_plan, datetime.fromtimestamp(due.until, UTC)
    held = _held([row for row in due.rows if _is_too_late(row, now)], plan, stops.read(state), until)
    expired = [row for row in due.rows if _is_too_late(row, now) and row not in held]
    live = [row for row in due.rows if not _is_too_late(row, now) or row in held]
    if approval.asks(plan) and len(expired) <= FEW:
        expired, live = [], [*due.rows]  # was it late, or not approved?
    fresh = any(not row.begun for row in live)
    read = _read(content, state, cache, {row.path for row in live}, due.twice, fresh, until)
    keys = {Key(row.post, row.account) for row in live}
    selected = _only(read, [item for item in read.planned if Key(item.post, item.account) in keys])
    missed = removals.mark(map(_unread, expired), {}, state, cache, until)
    return replace(selected, planned=(*selected.planned, *missed), orphans=due.gone)


def select_one(
    content: Content, state: Ledger, cache: Cache, path: str, account: str, twice: Collection[str], time: datetime
) -> Selection:
    """One post to one account, as if it were due at that time; nothing is planned where the post does not go there."""
    read = _read(content, state, cache, {path}, twice, fresh=False, until=time)
    return _only(read, [replace(item, due=time, held="") for item in read.planned if item.account == account])


def shard(due: Open, number: int, of: int) -> Open:
    """The part of the work that is run `number` (from 1) of so many: whole accounts, always the same ones."""

    def is_ours(account: str) -> bool:
        return crc32(account.encode()) % of == number - 1

    rows = tuple(row for row in due.rows if is_ours(row.account))
    gone = tuple(key for key in due.gone if is_ours(key.account))
    return due._replace(rows=rows, gone=gone, key=f"{due.key}-{number}-{of}")


def _held(late: Sequence[DueRow], plan: Plan, history: Stops, until: datetime) -> frozenset[DueRow]:
    """What is late because it was on hold, or was confirmed since: it is not over."""
    zone, confirmed = (
        ZoneInfo(plan.zone),
        {Key(confirmation.post, confirmation.account) for confirmation in history.confirmations},
    )
    paused = (row for row in late if plan.pauses and plan.pause(datetime.fromtimestamp(row.due, zone).date()))
    stopped = (row for row in late if history.stops and stop.holding(_unread(row), history, until))
    return frozenset((*paused, *stopped, *(row for row in late if Key(row.post, row.account) in confirmed)))


def _is_too_late(row: DueRow, now: datetime) -> bool:
    return not row.begun and waits.is_late(now.timestamp(), row.due + row.late)


def _unread(row: DueRow) -> Planned:
    due = datetime.fromtimestamp(row.due, UTC)
    return Planned(row.post, row.account, due, timedelta(seconds=row.late), digest="", path=row.path)


def _only(read: Selection, planned: Sequence[Planned]) -> Selection:
    """Nothing but these deliveries, and what is wrong with them."""
    places = {(item.path, account) for item in planned for account in ("", item.account)}
    unread = {post.path for post in read.unread}
    errors = tuple(error for error in read.errors if (error.path, error.account) in places or error.path in unread)
    return replace(read, planned=tuple(planned), errors=errors)


def _read(
    content: Content, state: Ledger, cache: Cache, paths: Collection[str], twice: Collection[str], fresh: bool,
    until: datetime,
) -> Selection:  # fmt: skip
    """These posts with all that they plan. `fresh`: one of them may be new, or an old one under another id."""
    examined = _examined(paths, content)
    entries = [examination.entry(post, content) for post in examined]
    targets = {target for entry in entries for _, target, _ in entry.refers}
    all_entries = [*entries, *_targets(targets - {entry.id for entry in entries}, content, cache)]
    own = {entry.path for entry in entries}
    deliveries = _deliveries(content, state, cache, entries, targets, fresh)
    between = loader.between(content, all_entries, deliveries)
    planned = loader.planned(content, all_entries, deliveries, between)
    planned = standings.withhold(content.sure_plan, state, all_entries, planned, until)
    planned = tuple(item for item in planned if item.path in own)
    planned = removals.mark(planned, deliveries, state, cache, until, deepens=True)
    across = [problem for problem in between if problem.path in own]
    reported = {problem.path for problem in across if problem.code == "duplicate-id"}
    doubles = [_double(entry) for entry in entries if entry.id in twice and entry.path not in reported]
    errors = {*across, *doubles, *(problem for post in examined for problem in post.problems)}
    return Selection(
        examined,
        tuple(replace(item, blocked=item.blocked or item.post in twice) for item in planned),
        tuple(sorted(error for error in errors if is_error(error))),
    )


def _examined(paths: Collection[str], content: Content) -> tuple[Examined, ...]:
    return tuple(examination.examine(path, data, content) for path, data in content.source.read(sorted(paths)))


def _targets(targets: Collection[str], content: Content, cache: Cache) -> list[Entry]:
    """The posts that these answer, quote or repeat."""
    index = due_index.paths(content, cache) if targets else {}
    paths = {index[target] for target in targets if target in index}
    return [examination.entry(post, content) for post in _examined(paths, content)]


def _deliveries(
    content: Content, state: Ledger, cache: Cache, entries: Sequence[Entry], targets: Collection[str], fresh: bool
) -> dict[Key, Delivery]:
    """What the ledger holds about these posts, about what they refer to, and about posts that no longer exist.

    The last are needed to see that a post which seems new is an old one with another id, and so are accounts that are
    no longer in the plan.
    """
    accounts = [account.name for account in content.sure_plan.accounts]
    keys = {Key(post, account) for post in (*targets, *(entry.id for entry in entries)) for account in accounts}
    if fresh:
        present = due_index.ids(content, cache)
        ids = {entry.id for entry in entries}
        keys |= {
            key
            for key in ledger.names(state)
            if key.post not in present or key.post in ids or key.account not in accounts
        }
    return dict(ledger.read(state, keys).deliveries)


def _double(entry: Entry) -> Problem:
    message = f"More than one post has the id “{entry.id}”."
    return Problem(entry.path, 1, "duplicate-id", message, "Give one of them another `id:`. See: cmflow check")


def placed(variant: Variant, state: Ledger) -> Variant:
    """The variant with the addresses of our own posts that it answers, quotes or repeats, instead of their ids.

    A reply goes below the last part of a thread; a quote shows the first. Raises NotPublished where there is none yet.
    """
    return replace(
        variant,
        reply_to=_address(variant.reply_to, variant.account, state, -1),
        quote=_address(variant.quote, variant.account, state, 0),
        repost=_address(variant.repost, variant.account, state, 0),
    )


def _address(target: str, account: str, state: Ledger, part: int) -> str:
    if not target or target.startswith(ADDRESSES):
        return target
    key = Key(target, account)
    sent = ledger.read(state, [key]).deliveries.get(key)
    if sent is None or sent.state is not State.SENT or not sent.receipts:
        raise NotPublished(target, account)
    return sent.receipts[part].url or sent.receipts[part].id
