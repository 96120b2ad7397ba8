"""Whether publishing works: shown at the top of the calendar, and monitored by `cmflow watch`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from cmflow.insights.status import HOUR, Standing
from cmflow.model import Plan, State, Stop
from cmflow.model.reason import Reason, because
from cmflow.values import dataclass

SILENT, DEAD = timedelta(hours=8), timedelta(days=1)  # runs leave a sign of life every three hours
LATELY = timedelta(days=7)
SOON = timedelta(days=7)
ENDS_SOON = 14  # days before a token ends


class Level(StrEnum):
    FINE = "fine"
    NOTICE = "notice"  # know it
    ALARM = "alarm"  # do something


@dataclass(frozen=True, slots=True)
class HealthLine:
    """One thing to know. `standings` are the deliveries that it counts."""

    name: str
    level: Level
    reason: Reason
    standings: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """A stop, if any, the last run and what is next; other lines only where there is something to report."""

    lines: tuple[HealthLine, ...]

    @property
    def level(self) -> Level:
        """The worst of them."""
        return max((line.level for line in self.lines), key=list(Level).index, default=Level.FINE)

    def line(self, name: str) -> HealthLine | None:
        return next((line for line in self.lines if line.name == name), None)


def look(
    standings: Iterable[Standing],
    plan: Plan,
    now: datetime,
    last_run: datetime | None,
    stop: Stop | None = None,
    rehearsal: bool = False,
) -> Health:
    """Judge how publishing is doing.

    `last_run`: the last sign of life of a run, None before the first; a rehearsal has none. `stop` holds everything.
    """
    standings = tuple(standings)
    pending = tuple(standing for standing in standings if standing.open or standing.person or standing.by_hand)
    upcoming = tuple(standing for standing in pending if standing.open and standing.due > now)
    has_begun = any(standing.due <= now for standing in standings)
    idle = because("run-rehearsal") if rehearsal else None if has_begun else because("run-not-yet")
    run = HealthLine("run", Level.FINE, idle) if idle and not last_run else _run(pending, now, last_run)
    stopped = (HealthLine("stop", Level.ALARM, because("stopped", reason=stop.reason, at=stop.time)),) if stop else ()
    following = _next(upcoming, Level.NOTICE if last_run or has_begun else Level.FINE)
    return Health((*stopped, run, following, *_trouble(pending, now), *tokens(plan, now)))


def _run(pending: Sequence[Standing], now: datetime, last_run: datetime | None) -> HealthLine:
    """Silence is an alarm where something waits for the next run, or after a day."""
    waiting = any(standing.open and standing.due <= now for standing in pending)
    if last_run is None:
        return HealthLine("run", Level.ALARM if waiting else Level.NOTICE, because("run-never"))
    silence = now - last_run
    hours = max(0, int(silence.total_seconds() // 3600))
    if silence <= SILENT:
        return HealthLine("run", Level.FINE, because("run-fresh" if hours else "run-now", hours=hours))
    level = Level.ALARM if waiting or silence > DEAD else Level.NOTICE
    return HealthLine("run", level, because(_stale(hours), hours=hours, days=hours // 24))


def _stale(hours: int) -> str:
    return "run-stale-days" if hours >= 48 else "run-stale"


def _next(upcoming: Sequence[Standing], empty: Level) -> HealthLine:
    if not upcoming:
        return HealthLine("next", empty, because("next-none"))
    first = min(upcoming, key=lambda standing: standing.due)
    reason = because("next", post=first.post, account=first.account, at=first.due)
    return HealthLine("next", Level.FINE, reason, (first,))


def _trouble(pending: Sequence[Standing], now: datetime) -> Iterator[HealthLine]:
    """What should have been published and was not, or will not be unless someone acts."""
    urgent = [standing for standing in pending if standing.person]
    blocked = [standing for standing in urgent if standing.state is State.SCHEDULED and not standing.unapproved]
    lines = (
        ("overdue", Level.ALARM, [standing for standing in pending if standing.open and standing.due < now - HOUR]),
        ("failed", Level.ALARM, [standing for standing in urgent if standing.state is State.FAILED]),
        ("unsure", Level.ALARM, [standing for standing in urgent if standing.state in (State.UNSURE, State.SENDING)]),
        (
            "missed",
            Level.ALARM,
            [standing for standing in _state(urgent, State.MISSED) if standing.due >= now - LATELY],
        ),
        (
            "missed-before",
            Level.NOTICE,
            [standing for standing in _state(urgent, State.MISSED) if standing.due < now - LATELY],
        ),
        ("unapproved", Level.ALARM, [standing for standing in urgent if standing.unapproved]),
        ("by-hand", Level.NOTICE, [standing for standing in pending if standing.by_hand]),
        ("held", Level.ALARM, [standing for standing in blocked if standing.due <= now]),
        ("blocked", Level.ALARM, [standing for standing in blocked if now < standing.due <= now + SOON]),
        ("blocked-later", Level.NOTICE, [standing for standing in blocked if standing.due > now + SOON]),
    )
    for name, level, standings in lines:
        if standings:
            yield HealthLine(name, level, _counted(name, standings), tuple(standings))


def _state(standings: Iterable[Standing], state: State) -> Iterator[Standing]:
    return (standing for standing in standings if standing.state is state)


def _counted(name: str, standings: Sequence[Standing]) -> Reason:
    first = min(standings, key=lambda standing: standing.due)
    return because(name, number=len(standings), post=first.post, account=first.account, at=first.due)


def tokens(plan: Plan, now: datetime) -> Iterator[HealthLine]:
    """The tokens that have ended or end within two weeks, by date."""
    today = now.astimezone(ZoneInfo(plan.zone)).date()
    ending = sorted((account.token_ends, account.name) for account in plan.accounts if account.token_ends)
    for ends, account in ending:
        if (ends - today).days <= ENDS_SOON:
            yield _token(account, ends, today)


def _token(account: str, ends: date, today: date) -> HealthLine:
    if ends < today:
        return HealthLine(f"token-{account}", Level.ALARM, because("token-ended", account=account, day=ends))
    reason = because("token-ends", account=account, day=ends, left=(ends - today).days)
    return HealthLine(f"token-{account}", Level.NOTICE, reason)
