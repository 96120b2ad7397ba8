"""A clock that goes on only when it is told to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.inbox.letters import NOON


@dataclass
class Clock:
    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **step: float) -> None:
        self.time += timedelta(**step)
