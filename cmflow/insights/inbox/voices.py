"""How many people write, for the first time or again: by the hashes of authors, never by name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime

from cmflow.model import Conversation, Label
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class Voices:
    """When each message of a person was written, oldest first, by whom, and when they wrote for the first time."""

    times: tuple[datetime, ...]
    authors: tuple[str, ...]
    first_times: dict[str, datetime]

    def between(self, since: datetime, until: datetime) -> tuple[int, int]:
        """How many people wrote in that time: for the first time, and again."""
        start, end = bisect_left(self.times, since), bisect_left(self.times, until)
        people = {*self.authors[start:end]}
        new = sum(self.first_times[author] >= since for author in people)
        return new, len(people) - new


def voices(conversations: Iterable[Conversation], now: datetime) -> Voices:
    """Those who write; spam and what waits in quarantine do not count."""
    messages = sorted(
        (trace.time, trace.author)
        for conversation in conversations
        if not conversation.quarantined and Label.SPAM not in conversation.labels
        for trace in conversation.traces
        if not trace.ours and trace.author and trace.time <= now
    )
    first_times: dict[str, datetime] = {}
    for time, author in messages:
        first_times.setdefault(author, time)
    return Voices(tuple(time for time, _ in messages), tuple(author for _, author in messages), first_times)
