"""What a conversation means for figures: when it began, when it was first answered, and whether it waits for us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from cmflow.insights.inbox.business_hours import BusinessHours
from cmflow.model import Conversation, Label, Trace
from cmflow.values import dataclass

ZERO = timedelta(0)
Answers = Mapping[tuple[str, str], datetime]  # by account and note: when an answer was published


class Fate(StrEnum):
    """What came of a conversation."""

    ANSWERED = "answered"
    CLOSED = "closed"  # a person ended it without an answer
    OVERDUE = "overdue"  # it waits for longer than the aim
    WAITING = "waiting"  # there is still time to answer


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation in figures. `label` is one that cmflow knows, "" for others: people may write names into those.

    `wait` are business hours until the first answer, or until now. `since` is the time of the first message behind our
    last answer, None where none waits, and `delay` are the business hours since then. `until` is when the network
    takes no answer any more. `author` is a hash.
    """

    account: str
    label: str
    campaign: str
    ticket: str
    began: datetime
    author: str
    fate: Fate
    wait: timedelta
    since: datetime | None = None
    delay: timedelta = ZERO
    until: datetime | None = None


def cases(
    conversations: Iterable[Conversation], answers: Answers, hours: BusinessHours, aim: timedelta, now: datetime
) -> Iterator[Case]:
    """One per conversation that counts: not spam, not in quarantine, not deleted by its author before an answer."""
    for conversation in conversations:
        people = [trace for trace in conversation.traces if not trace.ours and trace.time <= now]
        if people and not conversation.quarantined and Label.SPAM not in conversation.labels:
            case = _case(conversation, people, answers, hours, aim, now)
            if case:
                yield case


def _case(
    conversation: Conversation,
    people: list[Trace],
    answers: Answers,
    hours: BusinessHours,
    aim: timedelta,
    now: datetime,
) -> Case | None:
    first = min(people, key=lambda trace: trace.time)
    ours = sorted(time for time in _ours(conversation, answers) if first.time <= time <= now)
    remaining = [trace for trace in people if trace.deleted is None]
    if not (ours or remaining):
        return None
    waiting = [trace for trace in remaining if not (ours and trace.time <= ours[-1])]
    is_closed = conversation.closed is not None and conversation.closed <= now
    open_traces = [] if is_closed else waiting
    since = min((trace.time for trace in open_traces), default=None)
    wait = hours.between(first.time, ours[0] if ours else now)
    return Case(
        conversation.account,
        next((label.value for label in Label if label in conversation.labels), ""),
        conversation.campaign,
        conversation.ticket,
        first.time,
        first.author,
        _fate(bool(ours), is_closed, wait > aim),
        wait,
        since,
        hours.between(since, now) if since else ZERO,
        min((trace.until for trace in open_traces if trace.until and trace.until > now), default=None),
    )


def _ours(conversation: Conversation, answers: Answers) -> Iterator[datetime]:
    """When we wrote: as the network shows it, or as the receipt of an answer has it."""
    yield from (trace.time for trace in conversation.traces if trace.ours)
    notes = ((conversation.account, note) for note in conversation.commands)
    yield from (answers[note] for note in notes if note in answers)


def _fate(is_answered: bool, is_closed: bool, is_late: bool) -> Fate:
    if is_answered:
        return Fate.ANSWERED
    if is_closed:
        return Fate.CLOSED
    return Fate.OVERDUE if is_late else Fate.WAITING
