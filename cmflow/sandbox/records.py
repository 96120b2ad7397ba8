"""What the sandbox remembers of what arrived and of what was asked, as values."""

from collections.abc import Mapping
from datetime import datetime

from cmflow.sandbox.arrivals import Arrival
from cmflow.sandbox.cast import Actor
from cmflow.sandbox.troubles import Trouble
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that arrived: a number for the whole sandbox, the account, when it came, and when it was deleted."""

    number: int
    account: str
    time: datetime
    arrival: Arrival
    deleted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request, without any secret."""

    time: datetime
    account: str
    method: str
    address: str
    status: int  # 0: no answer


@dataclass(frozen=True, slots=True)
class Scene:
    """The sandbox at one moment. `troubles` are by account, those of all accounts under ""."""

    version: int
    actors: tuple[Actor, ...]
    records: tuple[Record, ...]
    calls: tuple[Call, ...]
    troubles: Mapping[str, Trouble]
