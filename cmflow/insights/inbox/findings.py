"""The inbox's figures as reasons, which become sentences: what a page, a report and an alarm say alike."""

from collections.abc import Iterator
from datetime import timedelta
from math import isinf

from cmflow.insights.inbox import Group, Interval, Listening
from cmflow.insights.sentences import Voice
from cmflow.insights.statistics.findings import day
from cmflow.model.reason import Reason, because


def head(listening: Listening) -> Reason:
    """Of which days the figures are."""
    since = day(listening.period.since, listening.zone)
    until = day(min(listening.period.until, listening.now) - timedelta(seconds=1), listening.zone)
    return because("inbox-head", since=since, until=until)


def simulated() -> Reason:
    return because("inbox-simulated")


def summary(listening: Listening, voice: Voice) -> Iterator[Reason]:
    """What to know first: how many there were, how soon they were answered, whether the aims are met, who waits."""
    if listening.total.all:
        yield counts(listening.total)
        yield from waits(listening.total, voice)
    else:
        yield because("inbox-none")
    yield from aims(listening, voice)
    yield from waiting(listening)
    if listening.new or listening.returning:
        yield because("inbox-people", new=listening.new, returning=listening.returning)


def counts(group: Group) -> Reason:
    return because(
        "inbox-counts",
        all=group.all,
        answered=group.answered,
        closed=group.closed,
        overdue=group.overdue,
        waiting=group.waiting,
    )


def waits(group: Group, voice: Voice) -> Iterator[Reason]:
    """How soon people get their first answer."""
    if group.few:
        yield because("inbox-few")
    elif group.usual is None:
        yield because("inbox-unanswered")
    else:
        yield _usual(group.usual, voice)
    if group.slow:
        yield because("inbox-slow", slow=duration(group.slow.middle, voice))


def _usual(usual: Interval, voice: Voice) -> Reason:
    middle, low = duration(usual.middle, voice), duration(usual.low, voice)
    if isinf(usual.high):
        return because("inbox-usual-least", usual=middle, low=low)
    return because("inbox-usual", usual=middle, low=low, high=duration(usual.high, voice))


def aims(listening: Listening, voice: Voice) -> Iterator[Reason]:
    """Whether the plan's aims are met, as far as so many conversations can tell."""
    usual, share = listening.total.usual, listening.total.share
    if listening.aim:
        hours = listening.aim.total_seconds() / 3600
        code = "inbox-aim" if usual is None or listening.total.few else _aim(usual.middle <= hours)
        yield because(code, aim=duration(hours, voice))
    if listening.share_aim is not None and share:
        least, most = round(share.low), round(share.high)
        figures = {"share": round(share.middle), "low": least, "high": most, "aim": listening.share_aim}
        yield because("inbox-share-below" if is_below(listening) else "inbox-share", **figures)


def _aim(is_met: bool) -> str:
    return "inbox-aim-met" if is_met else "inbox-aim-unmet"


def is_below(listening: Listening) -> bool:
    """Whether fewer are answered than the plan aims at, by more than chance."""
    share = listening.total.share
    return bool(listening.share_aim is not None and share and share.high < listening.share_aim)


def waiting(listening: Listening) -> Iterator[Reason]:
    """How many wait for an answer, and since when the oldest does."""
    if not listening.open:
        yield because("inbox-open-none")
        return
    oldest = listening.open[0].since or listening.now
    yield because("inbox-open", open=len(listening.open), at=oldest)
    if listening.overdue:
        yield because("inbox-overdue", overdue=len(listening.overdue))


def duration(hours: float, voice: Voice) -> str:
    """`25 min`, `3.5 h`, `40 h`"""
    if isinf(hours):
        return "∞"
    return f"{round(hours * 60)} min" if hours < 1 else f"{voice.decimal(round(hours, 1))} h"
