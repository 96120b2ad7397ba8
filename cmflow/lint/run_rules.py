"""Rules for posts that are due when no run of the publishing workflow starts: they would be late."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from cmflow.content.local_time import local
from cmflow.model import Delivery, Key, Plan, Planned, Problem, State
from cmflow.problems.plural import counted
from cmflow.schedule.cron import Timetable
from cmflow.schedule.timetable import AHEAD

WORKFLOW = ".github/workflows/publish.yml"
TOLERATED = timedelta(minutes=15)  # GitHub starts runs as late as that
MANY = 5  # posts reported one by one
HINT = "Run `cmflow schedule` and commit the workflow, or date it at one of the plan's `slots`."


def between_runs(
    planned: Iterable[Planned], plan: Plan, deliveries: Mapping[Key, Delivery], now: datetime, runs: Timetable
) -> Iterator[Problem]:
    """One finding per post and moment, of those that get runs of their own from `cmflow schedule`."""
    moments = defaultdict[tuple[str, datetime], list[str]](list)
    for item in planned:
        if now < item.due <= now + AHEAD and not runs.covers(item.due) and _is_open(item, deliveries):
            moments[item.path, item.due].append(item.account)
    for (path, due), names in moments.items():
        start = runs.first_run(due)
        if start is None or start - due > TOLERATED:
            listed = ", ".join(names)
            message = f"No run publishes at {local(due, plan.zone)} ({listed}): {_later(due, start)}."
            yield Problem(path, 1, "between-runs", message, HINT)


def merged_runs(problems: Sequence[Problem]) -> Sequence[Problem]:
    """The findings; where there are many, one for all of them, of the workflow."""
    if len(problems) <= MANY:
        return problems
    number = counted(len({problem.path for problem in problems}), "post")
    message = f"No run starts when {number} are due: they would be published late."
    return (Problem(WORKFLOW, 1, "between-runs", message, "Run `cmflow schedule` and commit the workflow."),)


def _is_open(planned: Planned, deliveries: Mapping[Key, Delivery]) -> bool:
    sent = deliveries.get(Key(planned.post, planned.account))
    return sent is None or sent.state in (State.SCHEDULED, State.FAILED, State.MISSED)


def _later(due: datetime, start: datetime | None) -> str:
    if start is None:
        return "no other one starts, either"
    minutes = (start - due) // timedelta(minutes=1)
    hours, minutes = divmod(minutes, 60)
    return f"the next one starts {f'{hours} h ' if hours else ''}{minutes} min later"
