"""Rules for dates in the past or far in the future: often a mistake in the year."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cmflow.content.local_time import local
from cmflow.model import Delivery, Key, Plan, Planned, Problem, State
from cmflow.problems.plural import counted
from cmflow.schedule.waits import too_late

FAR = timedelta(days=548)  # 18 months
YEAR = timedelta(days=366)
SLIP = timedelta(days=30)  # a more recent date is hardly a mistake in the year


def dates(
    planned: Sequence[Planned],
    plan: Plan,
    deliveries: Mapping[Key, Delivery],
    now: datetime,
) -> Iterator[Problem]:
    """One finding per post and moment, for what no run has handled; also where a person posts by hand."""
    moments = defaultdict[tuple[str, datetime], list[str]](list)
    for item in planned:
        late = too_late(item, now)
        delivery = deliveries.get(Key(item.post, item.account))
        if (late or item.due > now + FAR) and _is_untouched(item, delivery):
            moments[item.path, item.due].append(item.account)
    for (path, due), names in moments.items():
        yield _past_date(path, due, names, plan, now) if due < now else _far_date(path, due, names, plan, now)


def _is_untouched(planned: Planned, delivery: Delivery | None) -> bool:
    """Nothing is published, and a missed delivery was given a new date."""
    if delivery is None:
        return True
    moved = delivery.state is State.MISSED and delivery.due != planned.due
    return (moved or delivery.state is State.SCHEDULED) and not delivery.receipts


def _past_date(path: str, due: datetime, names: Sequence[str], plan: Plan, now: datetime) -> Problem:
    age = now - due
    length = counted(age.days, "day") if age.days else counted(int(age.total_seconds() // 3600), "hour")
    message = f"{local(due, plan.zone)} was {length} ago: too late, it will not be published on {', '.join(names)}."
    suggestion = _other_year(due, plan, now) if age > SLIP else ""
    hint = f"Did you mean {suggestion}? " if suggestion else ""
    return Problem(path, 1, "date-past", message, f"{hint}Give it another date, or delete the post.")


def _other_year(due: datetime, plan: Plan, now: datetime) -> str:
    """The same day of this or the next year, if it is ahead."""
    for year in (now.year, now.year + 1):
        with suppress(ValueError):  # 29 February
            moment = due.astimezone(ZoneInfo(plan.zone)).replace(year=year)
            if now < moment <= now + YEAR:
                return local(moment, plan.zone)
    return ""


def _far_date(path: str, due: datetime, names: Sequence[str], plan: Plan, now: datetime) -> Problem:
    months = round((due - now).days / 30.44)
    message = f"{local(due, plan.zone)} is {months:,} months ahead ({', '.join(names)})."
    return Problem(path, 1, "date-far", message, "Correct the year, or leave it if that is intended.")
