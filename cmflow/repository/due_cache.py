"""The open deliveries of the coming days, as last computed: if nothing changed since, nothing needs to be read.

Apart from the search itself (`due_index`), which takes far longer to import than this takes to answer.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from cmflow.model import Key
from cmflow.repository.cache import Cache, code_digest

MARGIN = timedelta(days=2)  # search this much further, so that the next runs find the result in the cache


class DueRow(NamedTuple):
    """One delivery that a post asks for: when it is due (seconds since 1970), and how late it may be (seconds).

    `begun`: it is in the ledger and not finished.
    """

    due: float
    late: float
    post: str
    account: str
    path: str
    begun: bool = False

    @property
    def delivery(self) -> Key:
        """Return what names it in the ledger."""
        return Key(self.post, self.account)


class Open(NamedTuple):
    """The unfinished deliveries: the rows due until `until`, or begun; and the next due date after it (None: none).

    `twice` are the ids that several posts have: it is unknown which of them the ledger means. `gone` are the deliveries
    that no post asks for any more, although part of them may be published. `unread` are the posts that cannot be read.
    `zone` is the plan's.
    `key` is a digest of everything that was searched.
    """

    rows: tuple[DueRow, ...]
    until: float
    then: float | None
    twice: frozenset[str] = frozenset()
    zone: str = "UTC"
    key: str = ""
    gone: tuple[Key, ...] = ()
    unread: tuple[str, ...] = ()


def upto(until: datetime, trees: tuple[str, ...], cache: Cache, search: Callable[[datetime], Open]) -> Open:
    """The deliveries open until then; `search` is called only if the cache has no result for these trees."""
    key = sha256(" ".join((code_digest(), *trees)).encode()).hexdigest()[:16]
    end = until.timestamp()
    stored = cache.load(f"agenda-{key}")
    if not stored or stored["until"] < end:
        result = search(until + MARGIN)
        stored = {
            "rows": result.rows,
            "until": result.until,
            "then": result.then,
            "twice": sorted(result.twice),
            "zone": result.zone,
            "gone": result.gone,
            "unread": result.unread,
        }
        if not result.unread:  # a filter, such as git-crypt without its key, may be why: the trees do not tell
            cache.save(f"agenda-{key}", stored)
    rows = [DueRow(*row) for row in stored["rows"]]
    next_due = next((row.due for row in rows if end < row.due <= stored["until"]), stored["then"])
    waiting = tuple(row for row in rows if row.due <= end or row.begun)
    orphans = tuple(Key(post, account) for post, account in stored["gone"])
    return Open(
        waiting, end, next_due, frozenset(stored["twice"]), stored["zone"], key, orphans, tuple(stored["unread"])
    )
