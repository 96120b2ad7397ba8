"""What `cmflow approvals` shows."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest

from cmflow.cli._output import widest
from cmflow.content.local_time import local
from cmflow.model import Plan
from cmflow.problems import safe_line
from cmflow.problems.plural import counted
from cmflow.review import upcoming
from cmflow.schedule import approval
from cmflow.schedule.approval import ApprovalRow


def lines(rows: Sequence[ApprovalRow], total: Sequence[ApprovalRow], plan: Plan, now: datetime) -> Iterator[str]:
    """Yield a line per delivery. A reason that several rows share is printed once, below the last of them."""
    number = sum(map(upcoming.is_lacking, total))
    summary = f"{number:,} of {counted(len(total), 'delivery')} upcoming not approved" if total else "nothing upcoming"
    note = "" if approval.asks(plan) or not total else " The plan requires none."
    yield f"{safe_line(plan.brand)}, {local(now, plan.zone)} {plan.zone}: {summary}.{note}"
    if rows:
        yield ""
    accounts = widest(row.planned.account for row in rows)
    for row, successor in zip_longest(rows, rows[1:]):
        planned, reason = row.planned, approval.sentence(row)
        yield f"  {local(planned.due, plan.zone)}  {planned.account:<{accounts}}  {planned.post}"
        if successor is None or (successor.planned.post, approval.sentence(successor)) != (planned.post, reason):
            yield f"    {safe_line(reason)}"
