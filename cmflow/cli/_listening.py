"""The inbox's figures, for the commands that show them: none where the plan has no inbox, or nothing was read yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cmflow.cli._context import Context
from cmflow.ledger import conversations
from cmflow.model import Plan

if TYPE_CHECKING:
    from cmflow.insights.inbox import Listening
    from cmflow.insights.statistics import Period


def tip(context: Context, plan: Plan | None) -> str:
    """The commit of the inbox's branch, "" where there is none."""
    if plan is None or plan.inbox is None or context.repository is None:
        return ""
    return context.repository.tip(context.branch(conversations.BRANCH)) or ""


def figures(
    context: Context, plan: Plan, period: Period, now: datetime, accounts: Sequence[str] = ()
) -> Listening | None:
    if not tip(context, plan):
        return None
    from cmflow.inbox.figures import listening

    return listening(context.local_ledger(conversations.BRANCH), plan, period, now, accounts)


def news(context: Context, plan: Plan) -> str:
    """Fetch the inbox's branch; return why that could not be done, "" where it could."""
    return context.news(conversations.BRANCH) if plan.inbox else ""


def simulated(plan: Plan, period: Period, now: datetime) -> Listening | None:
    """What a rehearsal shows."""
    if plan.inbox is None:
        return None
    from cmflow.insights import inbox
    from cmflow.insights.inbox.simulation import simulate

    return inbox.assess(simulate(plan, now), plan, period, now, simulated=True)
