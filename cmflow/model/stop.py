"""Stops: when nothing was published, why, and what a person wants sent all the same."""

from dataclasses import field
from datetime import datetime

from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """From `time` on nothing is published, until a person resumes; `resumed` is None for as long as it lasts.

    `by` is who stopped it, "" where that is unknown; `run` names the run, or the machine's time.
    """

    time: datetime
    reason: str
    by: str = ""
    run: str = ""
    resumed: datetime | None = None
    resumed_by: str = ""
    resumed_run: str = ""

    @property
    def sentence(self) -> str:
        author = f" by {self.by}" if self.by else ""
        return f"Publishing has been stopped since {self.time:%Y-%m-%d %H:%M} UTC{author}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person wants this delivery sent, though it was due then and publishing was stopped."""

    post: str
    account: str
    due: datetime
    time: datetime


@dataclass(frozen=True, slots=True)
class Stops:
    """Every stop, oldest first, and every confirmation."""

    stops: tuple[Stop, ...] = field(default=())
    confirmations: tuple[Confirmation, ...] = field(default=())

    @property
    def current(self) -> Stop | None:
        """The stop that lasts; None where publishing may go on."""
        return next((stop for stop in self.stops if stop.resumed is None), None)
