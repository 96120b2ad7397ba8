"""A room, and how its events are named: in paths, by addresses, and by ids."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from cmflow.model import Remote
from cmflow.model.errors import Rejected
from cmflow.netkit.rest import ApiClient
from cmflow.values import dataclass

CLIENT = "/_matrix/client/v3"
MESSAGE = "m.room.message"  # the kind of an event that is a message
PAGE, PAGES = 100, 20  # events looked through
PLACED = re.compile(r"(?:https://matrix\.to/#/[^/]+/)?(\$[^/?]+)(?:\?.*)?")
Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A room, and who we are in it. `shown` is how the plan writes the room; `now` the server's time at sign-in."""

    api: ApiClient
    room: str
    shown: str
    user: str
    now: datetime | None

    @property
    def path(self) -> str:
        """The path of the room."""
        return f"{CLIENT}/rooms/{segment(self.room)}"

    def remote(self, event: str) -> Remote:
        """An event of the room, with the address where people see it."""
        address = f"https://matrix.to/#/{quote(self.shown, safe='!:')}/{quote(event, safe='$:')}"
        return Remote(event, address)


def event_id(address: str) -> str:
    match = PLACED.fullmatch(unquote(address))
    if not match:
        reason = f"“{address}” is not a message in a Matrix room."
        raise Rejected(reason, "Write its link (https://matrix.to/#/…/$…) or its event id ($…).")
    return match[1]


def segment(value: str) -> str:
    return quote(value, safe="", errors="replace")
