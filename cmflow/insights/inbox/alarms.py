"""What `cmflow watch` says of the inbox: who waits for too long, and what soon cannot be answered any more."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from cmflow.content.local_time import local
from cmflow.insights.concerns import Concern
from cmflow.insights.inbox import Case, Listening, findings
from cmflow.insights.sentences import voice
from cmflow.model.reason import because

SOON = timedelta(hours=4)  # before the end of the time in which a network takes answers


def alarms(listening: Listening) -> Iterator[Concern]:
    """The concerns of the inbox: those by which people do not get an answer need a person."""
    now, zone = listening.now, listening.zone
    ending = sorted((case.until, case) for case in listening.open if case.until and case.until - now <= SOON)
    if ending:
        details = tuple(f"{_named(case)}: until {local(until, zone)}" for until, case in ending)
        reason = because("inbox-until", number=len(ending), at=ending[0][0])
        yield Concern("inbox-until", True, reason, details=details)
    if listening.overdue:
        reason = because("inbox-overdue", overdue=len(listening.overdue))
        yield Concern("inbox-overdue", True, reason, details=tuple(_waits(listening.overdue, zone)))
    if findings.is_below(listening):
        [reason] = (one for one in findings.aims(listening, voice("en", zone)) if one.code == "inbox-share-below")
        yield Concern("inbox-share", False, reason)


def _waits(cases: Iterable[Case], zone: str) -> Iterator[str]:
    for case in cases:
        hours = findings.duration(case.delay.total_seconds() / 3600, voice("en", zone))
        yield f"{_named(case)}: {hours}, since {_local(case.since, zone)}"


def _named(case: Case) -> str:
    return f"{case.account}, ticket {case.ticket}" if case.ticket else case.account


def _local(time: datetime | None, zone: str) -> str:
    return local(time, zone) if time else ""
