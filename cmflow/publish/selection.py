"""Which posts a run is about: those behind the open deliveries, read whole and held against what they refer to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zlib import crc32

from cmflow import ledger
from cmflow.ledger import Ledger
from cmflow.model import Entry, Planned
from cmflow.site import due, entries
from cmflow.site.agenda import Open, Row
from cmflow.site.cache import Cache
from cmflow.site.content import Content
from cmflow.site.entries import Examined


@dataclass(frozen=True, slots=True)
class Selection:
    """The posts, read; and the deliveries that they ask for. `unread` are posts that cannot be read at all."""

    examined: tuple[Examined, ...]
    planned: tuple[Planned, ...]

    @property
    def unread(self) -> tuple[Examined, ...]:
        return tuple(each for each in self.examined if each.post is None)


def select(content: Content, state: Ledger, cache: Cache, found: Open, now: datetime) -> Selection:
    """The deliveries of the rows, held against each other, against what they refer to, and against what was sent.

    Two posts of one id are both held back: nobody can say which of them the ledger means. What can only be missed any
    more is not read.
    """
    gone = [row for row in found.rows if _is_too_late(row, now)]
    live = [row for row in found.rows if not _is_too_late(row, now)]
    examined = _examined({row.path for row in live}, content)
    kept = [entries.entry(each, content) for each in examined]
    others = _referred(kept, content, cache)
    wanted = {(row.post, row.account) for row in live}
    accounts = [account.name for account in content.sure_plan.accounts]
    keys = wanted | {(entry.id, account) for entry in others for account in accounts}
    planned = entries.planned(content, [*kept, *others], ledger.read(state, keys).deliveries)
    return Selection(
        examined,
        tuple(
            replace(each, blocked=True) if each.post in found.twice else each
            for each in (*(each for each in planned if (each.post, each.account) in wanted), *map(_unread, gone))
        ),
    )


def _is_too_late(row: Row, now: datetime) -> bool:
    return not row.begun and now.timestamp() > row.due + row.late


def shard(found: Open, number: int, of: int) -> Open:
    """The part of the work that is run `number` (from 1) of so many: whole accounts, always the same ones."""
    mine = tuple(row for row in found.rows if crc32(row.account.encode()) % of == number - 1)
    return found._replace(rows=mine)


def one(content: Content, path: str, account: str, at: datetime) -> Selection:
    """One post to one account, as if it were due then."""
    examined = _examined({path}, content)
    kept = [entries.entry(each, content) for each in examined]
    planned = (each for entry in kept for each in entry.planned if each.account == account)
    return Selection(examined, tuple(replace(each, due=at) for each in planned))


def _examined(paths: Collection[str], content: Content) -> tuple[Examined, ...]:
    return tuple(entries.examine(path, data, content) for path, data in content.source.read(sorted(paths)))


def _referred(kept: Sequence[Entry], content: Content, cache: Cache) -> list[Entry]:
    """The posts that these answer, quote or repeat, where they are not among them."""
    wanted = {target for entry in kept for _, target, _ in entry.refers} - {entry.id for entry in kept}
    known = due.paths(content, cache) if wanted else {}
    paths = {known[target] for target in wanted if target in known}
    return [entries.entry(each, content) for each in _examined(paths, content)]


def _unread(row: Row) -> Planned:
    at = datetime.fromtimestamp(row.due, UTC)
    return Planned(row.post, row.account, at, timedelta(seconds=row.late), digest="", path=row.path)
