"""What a run would do now, without doing it."""

from datetime import datetime, timedelta

from cmflow import ledger
from cmflow.ledger import Ledger
from cmflow.model import Problem
from cmflow.netkit import network
from cmflow.publish import keys, plan_run, selection
from cmflow.publish.selection import Selection
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from cmflow.repository.due_cache import Open
from cmflow.schedule import Action
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class DryRun:
    """The posts selected, the action for each delivery, and the files of the ledger that cannot be read."""

    selection: Selection
    actions: tuple[Action, ...]
    problems: tuple[Problem, ...]


def dry_run(
    content: Content, state: Ledger, cache: Cache, due: Open, now: datetime, window: timedelta = timedelta(0)
) -> DryRun:
    """Select, read and decide as a run does."""
    chosen = selection.select(content, state, cache, due, now)
    snapshot = ledger.read(state, keys(chosen.planned, chosen.orphans))
    networks = {account.name: account.network for account in content.sure_plan.accounts}
    actions = plan_run(chosen.planned, snapshot, lambda name: network.load(networks[name]), now, window)
    return DryRun(chosen, actions, snapshot.problems)
