"""Whether the inbox is read often enough: some networks delete after hours what was not read."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cmflow.model import Plan, Problem
from cmflow.problems.plural import counted
from cmflow.schedule.cron import Timetable

AHEAD = timedelta(days=14)  # every week of a schedule is alike but for the change of the clocks
MARGIN = timedelta(hours=1)  # by which GitHub starts a run late on a busy day


def problems(plan: Plan, runs: Timetable | None, now: datetime) -> Iterator[Problem]:
    """A problem per account that would lose messages; `runs` are those of the workflow, None where something else
    starts them."""
    if plan.inbox is None or runs is None:
        return
    from cmflow.netkit import network

    gap = longest_gap(runs, now)
    for account in plan.accounts:
        record = network.load(account.network)
        is_read = record.inbox is not None and (not plan.inbox.accounts or account.name in plan.inbox.accounts)
        if is_read and record.unread_hours and gap + MARGIN > timedelta(hours=record.unread_hours):
            hours = counted(round(gap.total_seconds() / 3600), "hour") if gap < AHEAD else "two weeks"
            message = (
                f"{record.title} keeps what was not read for {record.unread_hours} hours, and the runs of the inbox "
                f"are up to {hours} apart: messages to `{account.name}` would be lost."
            )
            hint = "Let it run more often, such as every hour: `cmflow schedule` writes the lines."
            yield Problem(plan.path, plan.inbox.line, "unread-lost", message, hint, account.name)


def longest_gap(runs: Timetable, now: datetime) -> timedelta:
    """The longest time between two runs in the next two weeks; two weeks where there is none."""
    longest, moment = timedelta(0), now
    while moment < now + AHEAD:
        following = runs.first_run(moment + timedelta(minutes=1)) or now + AHEAD
        longest = max(longest, following - moment)
        moment = following
    return min(longest, AHEAD)
