"""How far a list was read that begins with the newest: times and ids, as text.

Lists are read back until one is older than what was read before. That needs no id that can be compared, loses nothing
that comes in meanwhile, and works where a server puts what comes late a little further down.
"""

import json
from collections.abc import Iterable
from dataclasses import field
from datetime import datetime, timedelta

from cmflow.netkit.answers import moment
from cmflow.values import dataclass

OVERLAP = timedelta(minutes=2)  # a server's workers do not finish in the order in which they began
MOST = 400  # ids that are remembered


@dataclass(frozen=True, slots=True)
class Cursor:
    """All up to `floor` has been read. `top` is the newest time that was met, and becomes the next floor.

    `before` is where to go on, "" to begin with the newest. `ids` are messages from just before the floor, which are
    not given again. `extra` is how far something else was read, in words of the network's own. `overlap` is by how much
    a message may come later than its time.
    """

    floor: datetime
    top: datetime
    before: str = ""
    ids: tuple[str, ...] = ()
    extra: str = ""
    overlap: timedelta = field(default=OVERLAP, compare=False)

    @classmethod
    def read(cls, written: str, since: datetime, overlap: timedelta = OVERLAP) -> "Cursor":
        """What was written; the beginning where it is not readable."""
        try:
            value = json.loads(written) if written else {}
            floor, top = moment(value["floor"]), moment(value["top"])
            if floor and top:
                ids = tuple(map(str, value["ids"]))
                return cls(floor, top, str(value["before"]), ids, str(value["extra"]), overlap)
        except (ValueError, KeyError, TypeError):
            pass
        return cls(since, since, overlap=overlap)

    @property
    def written(self) -> str:
        value = {
            "floor": self.floor.isoformat(),
            "top": self.top.isoformat(),
            "before": self.before,
            "ids": list(self.ids),
            "extra": self.extra,
        }
        return json.dumps(value, separators=(",", ":"))

    def is_new(self, id: str, time: datetime | None) -> bool:
        """Whether a message has not been given yet; one without a time is."""
        return (time is None or time >= self.floor - self.overlap) and id not in self.ids

    def is_over(self, time: datetime | None) -> bool:
        """Whether that is from before, and all that is older too."""
        return time is not None and time < self.floor - self.overlap

    def after(self, before: str, marks: Iterable[tuple[datetime, str]], extra: str = "") -> "Cursor":
        """Where to go on: there, or, where there is nothing more, with what is new by then.

        `marks` are the messages that were met, and when the server had them.
        """
        latest = sorted(marks)
        top = max([self.top, *(time for time, _ in latest)])
        recent = [id for time, id in latest if time >= top - self.overlap]
        ids = tuple(dict.fromkeys([*self.ids, *recent]))[-MOST:]
        return Cursor(self.floor if before else top, top, before, ids, extra, self.overlap)
