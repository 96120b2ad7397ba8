"""How far the notifications of an account were read: times and ids, as text."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cmflow.netkit.answers import moment
from cmflow.networks.mastodon.call import Status

OVERLAP = timedelta(minutes=2)  # a server's workers do not finish in the order in which they began
MOST = 200  # ids that are remembered


@dataclass(frozen=True, slots=True)
class Cursor:
    """All up to `floor` has been read. `top` is the newest time that was met, and becomes the next floor.

    `before` is the notification to go on before, "" to begin with the newest. `ids` are statuses from just before the
    floor, which are not given again.
    """

    floor: datetime
    top: datetime
    before: str = ""
    ids: tuple[str, ...] = ()

    @classmethod
    def read(cls, written: str, since: datetime) -> "Cursor":
        """What was written; the beginning where it is not readable."""
        try:
            value = json.loads(written) if written else {}
            floor, top = moment(value["floor"]), moment(value["top"])
            if floor and top:
                return cls(floor, top, str(value["before"]), tuple(map(str, value["ids"])))
        except (ValueError, KeyError, TypeError):
            pass
        return cls(since, since)

    @property
    def written(self) -> str:
        value = {
            "floor": self.floor.isoformat(),
            "top": self.top.isoformat(),
            "before": self.before,
            "ids": list(self.ids),
        }
        return json.dumps(value, separators=(",", ":"))

    def is_new(self, status: Status, time: datetime | None) -> bool:
        """Whether a status has not been given yet; one without a time is."""
        return (time is None or time >= self.floor - OVERLAP) and str(status.get("id")) not in self.ids

    def is_over(self, time: datetime | None) -> bool:
        """Whether that is from before, and all that is older too."""
        return time is not None and time < self.floor - OVERLAP

    def after(self, before: str, marks: Iterable[tuple[datetime, str]]) -> "Cursor":
        """Where to go on: before that notification, or, where there is none, with what is new by then.

        `marks` are the statuses that were met, and when the server had them.
        """
        latest = sorted(marks)
        top = max([self.top, *(time for time, _ in latest)])
        recent = [id for time, id in latest if time >= top - OVERLAP]
        ids = tuple(dict.fromkeys([*self.ids, *recent]))[-MOST:]
        return Cursor(self.floor if before else top, top, before, ids)
