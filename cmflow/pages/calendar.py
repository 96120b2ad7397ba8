"""What the pages are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cmflow.model import Change, Delivery, Entry, Plan


@dataclass(frozen=True, slots=True)
class Calendar:
    """The content, what became of it, and when. `history` is by the path of a post, newest first.

    `web` is the repository's address on GitHub (https://github.com/owner/name), "" where nobody knows it; `branch` the
    one that people edit there.
    """

    entries: tuple[Entry, ...]
    plan: Plan
    deliveries: Mapping[tuple[str, str], Delivery]
    now: datetime
    last_run: datetime | None = None
    history: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    web: str = ""
    branch: str = "main"
