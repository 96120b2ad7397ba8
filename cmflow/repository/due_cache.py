"""What is open in the coming days, as it was found last: where nothing changed since, nothing needs to be read.

Kept apart from the search itself (`due`), which takes far longer to import than this takes to answer.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from cmflow.repository.cache import Cache, code_digest

AHEAD = timedelta(days=2)  # looked up this far ahead, so that the next runs find it ready


class Row(NamedTuple):
    """One delivery that a post asks for: when, and how late it may still go out; seconds since 1970, seconds.

    `begun`: the ledger knows it, and it is not over.
    """

    due: float
    late: float
    post: str
    account: str
    path: str
    begun: bool = False


class Open(NamedTuple):
    """What is not over: the rows due until `until`, or begun; and the first due date after it (None: nothing comes).

    `twice` are the ids that more than one post claims: nobody can say which of them the ledger means. `gone` are the
    deliveries that no post asks for any more though something of them may be out: post, account.
    `zone` is the plan's. `key` names all that it was found in.
    """

    rows: tuple[Row, ...]
    until: float
    then: float | None
    twice: frozenset[str] = frozenset()
    zone: str = "UTC"
    key: str = ""
    gone: tuple[tuple[str, str], ...] = ()


def upto(until: datetime, trees: tuple[str, ...], cache: Cache, search: Callable[[datetime], Open]) -> Open:
    """What is open until then; `search` is asked only where nothing is kept for these trees, or not far enough."""
    key = sha256(" ".join((code_digest(), *trees)).encode()).hexdigest()[:16]
    end = until.timestamp()
    kept = cache.load(f"agenda-{key}")
    if not kept or kept["until"] < end:
        found = search(until + AHEAD)
        kept = {
            "rows": found.rows,
            "until": found.until,
            "then": found.then,
            "twice": sorted(found.twice),
            "zone": found.zone,
            "gone": found.gone,
        }
        cache.save(f"agenda-{key}", kept)
    rows = [Row(*row) for row in kept["rows"]]
    then = next((row.due for row in rows if end < row.due <= kept["until"]), kept["then"])
    wanted = tuple(row for row in rows if row.due <= end or row.begun)
    gone = tuple((post, account) for post, account in kept["gone"])
    return Open(wanted, end, then, frozenset(kept["twice"]), kept["zone"], key, gone)
