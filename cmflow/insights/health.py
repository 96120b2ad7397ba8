"""Whether publishing does what it should: what stands on top of the calendar, and what the daily look tells."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from cmflow.insights.status import HOUR, Standing
from cmflow.model import Plan, State, Stop
from cmflow.model.reason import Reason, because

SILENT, DEAD = timedelta(hours=8), timedelta(days=1)  # runs leave a sign of life every three hours
LATELY = timedelta(days=7)
SOON = timedelta(days=7)
ENDS_SOON = 14  # days before a token ends


class Level(StrEnum):
    FINE = "fine"
    NOTICE = "notice"  # know it
    ALARM = "alarm"  # do something


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to know. `found` are the deliveries that it counts, the first ones first."""

    name: str
    level: Level
    why: Reason
    found: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """After a stop, the last run and what is next, whatever they are; the others only where there is something."""

    lines: tuple[Line, ...]

    @property
    def level(self) -> Level:
        """The worst of them."""
        return max((line.level for line in self.lines), key=list(Level).index, default=Level.FINE)

    def line(self, name: str) -> Line | None:
        return next((line for line in self.lines if line.name == name), None)


def look(
    standings: Iterable[Standing],
    plan: Plan,
    now: datetime,
    last_run: datetime | None,
    stop: Stop | None = None,
    rehearsal: bool = False,
) -> Health:
    """`last_run`: when a run left its last sign of life, None before the first; a rehearsal has none to wait for.

    `stop` keeps everything back.
    """
    known = tuple(standings)
    every = tuple(each for each in known if each.open or each.person or each.by_hand)
    ahead = tuple(each for each in every if each.open and each.due > now)
    begun = any(each.due <= now for each in known)
    idle = because("run-rehearsal") if rehearsal else None if begun else because("run-not-yet")
    run = Line("run", Level.FINE, idle) if idle and not last_run else _run(every, now, last_run)
    stopped = (Line("stop", Level.ALARM, because("stopped", reason=stop.reason, at=stop.time)),) if stop else ()
    following = _next(ahead, Level.NOTICE if last_run or begun else Level.FINE)
    return Health((*stopped, run, following, *_trouble(every, now), *tokens(plan, now)))


def _run(every: Sequence[Standing], now: datetime, last_run: datetime | None) -> Line:
    """A silence is an alarm where something waits for the next run, or where it has lasted a day."""
    waiting = any(each.open and each.due <= now for each in every)
    if last_run is None:
        return Line("run", Level.ALARM if waiting else Level.NOTICE, because("run-never"))
    silence = now - last_run
    hours = max(0, int(silence.total_seconds() // 3600))
    if silence <= SILENT:
        return Line("run", Level.FINE, because("run-fresh" if hours else "run-now", hours=hours))
    level = Level.ALARM if waiting or silence > DEAD else Level.NOTICE
    return Line("run", level, because(_stale(hours), hours=hours, days=hours // 24))


def _stale(hours: int) -> str:
    return "run-stale-days" if hours >= 48 else "run-stale"


def _next(ahead: Sequence[Standing], empty: Level) -> Line:
    if not ahead:
        return Line("next", empty, because("next-none"))
    first = min(ahead, key=lambda each: each.due)
    why = because("next", post=first.post, account=first.account, at=first.due)
    return Line("next", Level.FINE, why, (first,))


def _trouble(every: Sequence[Standing], now: datetime) -> Iterator[Line]:
    """What should have gone out and did not, or will not go out as it stands."""
    needing = [each for each in every if each.person]
    kept = [each for each in needing if each.state is State.SCHEDULED and not each.unapproved]
    lines = (
        ("overdue", Level.ALARM, [each for each in every if each.open and each.due < now - HOUR]),
        ("failed", Level.ALARM, [each for each in needing if each.state is State.FAILED]),
        ("unsure", Level.ALARM, [each for each in needing if each.state in (State.UNSURE, State.SENDING)]),
        ("missed", Level.ALARM, [each for each in _state(needing, State.MISSED) if each.due >= now - LATELY]),
        ("missed-before", Level.NOTICE, [each for each in _state(needing, State.MISSED) if each.due < now - LATELY]),
        ("unapproved", Level.ALARM, [each for each in needing if each.unapproved]),
        ("by-hand", Level.NOTICE, [each for each in every if each.by_hand]),
        ("held", Level.ALARM, [each for each in kept if each.due <= now]),
        ("blocked", Level.ALARM, [each for each in kept if now < each.due <= now + SOON]),
        ("blocked-later", Level.NOTICE, [each for each in kept if each.due > now + SOON]),
    )
    for name, level, found in lines:
        if found:
            yield Line(name, level, _counted(name, found), tuple(found))


def _state(found: Iterable[Standing], state: State) -> Iterator[Standing]:
    return (each for each in found if each.state is state)


def _counted(name: str, found: Sequence[Standing]) -> Reason:
    first = min(found, key=lambda each: each.due)
    return because(name, number=len(found), post=first.post, account=first.account, at=first.due)


def tokens(plan: Plan, now: datetime) -> Iterator[Line]:
    """The tokens that ended, or end within two weeks, the first to end first."""
    today = now.astimezone(ZoneInfo(plan.zone)).date()
    ending = sorted((each.token_ends, each.name) for each in plan.accounts if each.token_ends)
    for ends, account in ending:
        if (ends - today).days <= ENDS_SOON:
            yield _token(account, ends, today)


def _token(account: str, ends: date, today: date) -> Line:
    if ends < today:
        return Line(f"token-{account}", Level.ALARM, because("token-ended", account=account, day=ends))
    why = because("token-ends", account=account, day=ends, left=(ends - today).days)
    return Line(f"token-{account}", Level.NOTICE, why)
