"""Which posts a run is about: those behind the open deliveries, read whole and held against what they refer to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from cmflow import ledger
from cmflow.ledger import Ledger, approvals, stops
from cmflow.ledger.codec import Key
from cmflow.model import Delivery, Entry, Plan, Planned, Problem, State, Stops, Variant
from cmflow.model.errors import NotSent
from cmflow.problems import is_error
from cmflow.repository import due_index, loader
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from cmflow.repository.due_cache import DueRow, Open
from cmflow.repository.loader import Examined
from cmflow.schedule import approval, stop, waits

FEW = 50  # deliveries that are too late and are read all the same
ADDRESSES = ("https://", "http://", "at://")


@dataclass(frozen=True, slots=True)
class Selection:
    """The posts, read; the deliveries that they ask for; the errors that keep some of them back.

    `unread` are posts that cannot be read at all: they are in no `planned`. `gone` are deliveries whose post asks for
    them no more.
    """

    examined: tuple[Examined, ...]
    planned: tuple[Planned, ...]
    errors: tuple[Problem, ...] = ()
    gone: tuple[Key, ...] = ()

    @property
    def unread(self) -> tuple[Examined, ...]:
        return tuple(each for each in self.examined if each.post is None)


def select(content: Content, state: Ledger, cache: Cache, found: Open, now: datetime) -> Selection:
    """The deliveries of the rows, held against each other, against what they refer to, and against what was sent.

    Two posts of one id are both on hold: nobody can say which of them the ledger means. What can only be missed any
    more is not read, unless there is more to say of it than that.
    """
    plan, until = content.sure_plan, datetime.fromtimestamp(found.until, UTC)
    held = _held([row for row in found.rows if _is_too_late(row, now)], plan, stops.read(state), until)
    gone = [row for row in found.rows if _is_too_late(row, now) and row not in held]
    live = [row for row in found.rows if not _is_too_late(row, now) or row in held]
    if approval.asks(plan) and len(gone) <= FEW:
        gone, live = [], [*found.rows]  # was it late, or not approved?
    fresh = any(not row.begun for row in live)
    read = _read(content, state, cache, {row.path for row in live}, found.twice, fresh, until)
    wanted = {(row.post, row.account) for row in live}
    due_now = _only(read, [each for each in read.planned if (each.post, each.account) in wanted])
    return replace(due_now, planned=(*due_now.planned, *map(_unread, gone)), gone=found.gone)


def one(
    content: Content, state: Ledger, cache: Cache, path: str, account: str, twice: Collection[str], at: datetime
) -> Selection:
    """One post to one account, as if it were due then; nothing is planned where the post does not go there."""
    read = _read(content, state, cache, {path}, twice, fresh=False, until=at)
    return _only(read, [replace(each, due=at, held="") for each in read.planned if each.account == account])


def shard(found: Open, number: int, of: int) -> Open:
    """The part of the work that is run `number` (from 1) of so many: whole accounts, always the same ones."""

    def is_ours(account: str) -> bool:
        return crc32(account.encode()) % of == number - 1

    rows = tuple(row for row in found.rows if is_ours(row.account))
    gone = tuple(key for key in found.gone if is_ours(key[1]))
    return found._replace(rows=rows, gone=gone, key=f"{found.key}-{number}-{of}")


def _held(late: Sequence[DueRow], plan: Plan, known: Stops, until: datetime) -> frozenset[DueRow]:
    """What is late because it was on hold, or was confirmed since: it is not over."""
    zone, confirmed = (
        ZoneInfo(plan.zone),
        {(confirmation.post, confirmation.account) for confirmation in known.confirmations},
    )
    paused = (row for row in late if plan.pauses and plan.pause(datetime.fromtimestamp(row.due, zone).date()))
    stopped = (row for row in late if known.stops and stop.holding(_unread(row), known, until))
    return frozenset((*paused, *stopped, *(row for row in late if (row.post, row.account) in confirmed)))


def _is_too_late(row: DueRow, now: datetime) -> bool:
    return not row.begun and waits.is_late(now.timestamp(), row.due + row.late)


def _unread(row: DueRow) -> Planned:
    at = datetime.fromtimestamp(row.due, UTC)
    return Planned(row.post, row.account, at, timedelta(seconds=row.late), digest="", path=row.path)


def _only(read: Selection, planned: Sequence[Planned]) -> Selection:
    """Nothing but these deliveries, and what is wrong with them."""
    places = {(each.path, account) for each in planned for account in ("", each.account)}
    unread = {each.path for each in read.unread}
    errors = tuple(error for error in read.errors if (error.path, error.account) in places or error.path in unread)
    return replace(read, planned=tuple(planned), errors=errors)


def _read(
    content: Content, state: Ledger, cache: Cache, paths: Collection[str], twice: Collection[str], fresh: bool,
    until: datetime,
) -> Selection:  # fmt: skip
    """These posts with all that they plan. `fresh`: one of them may be new, or an old one under another id."""
    examined = _examined(paths, content)
    kept = [loader.entry(each, content) for each in examined]
    targets = {target for entry in kept for _, target, _ in entry.refers}
    all_entries = [*kept, *_others(targets - {entry.id for entry in kept}, content, cache)]
    deliveries = _deliveries(content, state, cache, kept, targets, fresh)
    between = loader.between(content, all_entries, deliveries)
    planned = loader.planned(content, all_entries, deliveries, between)
    planned = waiting(content.sure_plan, state, all_entries, planned, until)
    own = {entry.path for entry in kept}
    across = [each for each in between if each.path in own]
    told = {each.path for each in across if each.code == "duplicate-id"}
    doubles = [_double(entry) for entry in kept if entry.id in twice and entry.path not in told]
    errors = {*across, *doubles, *(problem for one in examined for problem in one.problems)}
    return Selection(
        examined,
        tuple(replace(each, blocked=each.blocked or each.post in twice) for each in planned if each.path in own),
        tuple(sorted(error for error in errors if is_error(error))),
    )


def waiting(
    plan: Plan, state: Ledger, kept: Sequence[Entry], planned: Sequence[Planned], until: datetime
) -> tuple[Planned, ...]:
    """The deliveries, each with the stop that holds it, and with whose approval it waits for, where the plan asks.

    A stop that lasts holds what is due up to `until`.
    """
    planned = stop.mark(planned, stops.read(state), until)
    if not approval.asks(plan):
        return planned
    campaigns = {entry.id: entry.campaign for entry in kept}
    return approval.mark(planned, campaigns, plan, approvals.read(state, {each.post for each in planned}))


def _examined(paths: Collection[str], content: Content) -> tuple[Examined, ...]:
    return tuple(loader.examine(path, data, content) for path, data in content.source.read(sorted(paths)))


def _others(targets: Collection[str], content: Content, cache: Cache) -> list[Entry]:
    """The posts that these answer, quote or repeat."""
    known = due_index.paths(content, cache) if targets else {}
    paths = {known[target] for target in targets if target in known}
    return [loader.entry(each, content) for each in _examined(paths, content)]


def _deliveries(
    content: Content, state: Ledger, cache: Cache, kept: Sequence[Entry], targets: Collection[str], fresh: bool
) -> dict[Key, Delivery]:
    """What the ledger holds of these posts, of what they refer to, and of posts that are there no more.

    The last are needed to see that a post which seems new is an old one that was given another id, and so are accounts
    that the plan has no more.
    """
    accounts = [account.name for account in content.sure_plan.accounts]
    keys = {(post, account) for post in (*targets, *(entry.id for entry in kept)) for account in accounts}
    if fresh:
        there = due_index.ids(content, cache)
        ids = {entry.id for entry in kept}
        keys |= {key for key in ledger.names(state) if key[0] not in there or key[0] in ids or key[1] not in accounts}
    return dict(ledger.read(state, keys).deliveries)


def _double(entry: Entry) -> Problem:
    message = f"More than one post has the id “{entry.id}”."
    return Problem(entry.path, 1, "duplicate-id", message, "Give one of them another `id:`. See: cmflow check")


def placed(variant: Variant, state: Ledger) -> Variant:
    """The variant with the addresses of our own posts that it answers, quotes or repeats, instead of their ids.

    An answer goes below the last part of a thread; the first is the one to quote. NotSent: not out there yet.
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
    sent = ledger.read(state, [(target, account)]).deliveries.get((target, account))
    if sent is None or sent.state is not State.SENT or not sent.receipts:
        raise NotSent(f"{target} is not out on {account} yet, and this post refers to it.", "It waits until then.")
    return sent.receipts[part].url or sent.receipts[part].id
