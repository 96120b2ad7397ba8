"""What the inboxes of networks have in common: a cursor in JSON, and what is given of what a network lists.

A network lists what is new by time, and more than once: what lies within an hour before the latest message is listed
again, since a message may show later than its own time says. The cursor knows the ids of those that were given.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cmflow.ledger.conversations import fingerprint
from cmflow.model import Message, Trace
from cmflow.netkit import mail
from cmflow.netkit.answers import EPOCH, moment
from cmflow.netkit.network import Inquiry, Mail
from cmflow.values import dataclass

MARGIN = timedelta(hours=1)  # a message may show later than its own time says
AHEAD = timedelta(days=1)  # a time further ahead of the server's clock is none
MOST = 500  # ids that a cursor knows


@dataclass(slots=True)
class Bag:
    """The messages of one inquiry, each once, as they come in.

    `since` is from when on they are given, `start` the time that the cursor had, `newest` the latest time of one.
    `backlog` is what an earlier answer did not hold, in the adapter's own way; nothing at the beginning of a round.
    `known` are the ids of those that were given, with their seconds since 1970; `watched` are looked at again. `now` is
    the server's clock, `present` the ids of all that was listed, `broken` counts what could not be read.
    """

    title: str
    since: datetime
    start: datetime
    newest: datetime
    backlog: Any = None
    known: dict[str, float] = field(default_factory=dict)
    watched: Mapping[str, Trace] = field(default_factory=dict)
    now: datetime | None = None
    messages: dict[str, Message] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    deleted: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    broken: int = 0

    def add(self, entries: Iterable[Any], read: Callable[[Any], Message | None]) -> None:
        """Those that `read` makes of the entries; None where one is not a message to us."""
        for entry in entries:
            try:
                message = read(entry)
            except mail.ODD:
                self.broken += 1
            else:
                if message is not None:
                    self._put(message)

    def _put(self, message: Message) -> None:
        """Give a message that is new, or another than it was when it was read."""
        self.present.add(message.id)
        trace = self.watched.get(message.id)
        if trace is not None:
            if trace.text != fingerprint(message.text):
                self.messages[message.id] = replace(message, edited=message.edited or self.now or self.newest)
        elif message.id not in self.known and not self.is_older(message.edited or message.time):
            self.messages[message.id] = message

    def is_older(self, time: datetime | None) -> bool:
        return time is not None and time < self.since

    def mail(self, backlog: Any = None, **more: Any) -> Mail:
        """All of them, oldest first, and where the next inquiry begins: with the `backlog`, or at the latest message.

        What lies ahead of the server's clock does not count there. `more` are further fields of the cursor.
        """
        messages = sorted(self.messages.values(), key=lambda message: (message.time, message.id))
        times = [message.time for message in messages if self.now is None or message.time <= self.now + AHEAD]
        newest = max([self.newest, *times])
        state = {"since": self.start, "newest": newest} if backlog else {"since": max(self.start, newest - MARGIN)}
        state = {name: time.replace(microsecond=0) for name, time in state.items()}
        known = self.known | {message.id: message.time.timestamp() for message in messages}
        ids = {id: int(time) for id, time in known.items() if time >= state["since"].timestamp()}
        latest = dict(sorted(ids.items(), key=lambda pair: pair[1])[-MOST:])
        text = cursor(**{name: time.isoformat() for name, time in state.items()}, backlog=backlog, ids=latest, **more)
        deleted = tuple(id for id in dict.fromkeys(self.deleted) if id not in self.present)
        gaps = (*dict.fromkeys(self.gaps), *mail.unreadable(self.title, self.broken))
        return Mail(tuple(messages), text, deleted, gaps, bool(backlog))


def begin(title: str, inquiry: Inquiry) -> Bag:
    state = position(inquiry.cursor)
    since = moment(state.get("since")) or inquiry.since
    ids = state.get("ids")
    return Bag(
        title,
        since,
        since,
        moment(state.get("newest")) or since,
        state.get("backlog"),
        {str(id): float(time) for id, time in ids.items() if isinstance(time, int)} if isinstance(ids, dict) else {},
        {trace.id: trace for trace in inquiry.watched},
    )


def position(cursor: str) -> Mapping[str, Any]:
    """What a cursor holds; nothing where it cannot be read, as on the first time."""
    try:
        value = json.loads(cursor or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def cursor(**position: Any) -> str:
    """The position as text, without what is empty."""
    filled = {name: value for name, value in position.items() if value}
    return json.dumps(filled, separators=(",", ":"), sort_keys=True)


# ── fields of a message; ValueError where one is not what it should be ──────────────────────────────────────


def time(value: Any) -> datetime:
    """ISO 8601."""
    result = moment(value)
    if result is None:
        raise ValueError("not a time")
    return result


def unix(value: Any) -> datetime:
    """Seconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not EPOCH < value < 4 * EPOCH:
        raise ValueError("not a time")
    return datetime.fromtimestamp(value, UTC)


def inside(value: Any, *path: str) -> Any:
    """What is in an object of objects; None where it is not there."""
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def entries(value: Any) -> list[Any]:
    """A list; an empty one for anything else."""
    return value if isinstance(value, list) else []
