"""What a run would do now, without doing it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from cmflow import ledger
from cmflow.ledger import Ledger, loss
from cmflow.model import Key, Problem
from cmflow.model.errors import CmflowError, LedgerError
from cmflow.netkit import network
from cmflow.publish import keys, plan_run, preparation, selection
from cmflow.publish.job import Environment, acts
from cmflow.publish.selection import Selection
from cmflow.repository.cache import Cache
from cmflow.repository.content import Content
from cmflow.repository.due_cache import Open
from cmflow.repository.examination import Examined
from cmflow.schedule import Action, Do
from cmflow.values import dataclass


@dataclass(frozen=True, slots=True)
class DryRun:
    """The posts selected, the action for each delivery, and the files of the ledger that cannot be read.

    `start` is why a run would not start, `refusals` why it would request none of these deliveries; None and nothing
    where it would.
    """

    selection: Selection
    actions: tuple[Action, ...]
    problems: tuple[Problem, ...]
    start: LedgerError | None = None
    refusals: Mapping[Key, CmflowError] = field(default_factory=dict)

    @property
    def needs_person(self) -> bool:
        """Return whether something is held or missed, or a run would not start."""
        held = any(action.do in (Do.HOLD, Do.MISS) for action in self.actions)
        refused = any(map(preparation.needs_person, self.refusals.values()))
        return held or refused or bool(self.selection.unread or self.problems or self.start)


def dry_run(
    content: Content, state: Ledger, cache: Cache, due: Open, now: datetime, window: timedelta = timedelta(0),
    open_world: Callable[[Iterable[Examined]], Environment] | None = None,
) -> DryRun:  # fmt: skip
    """Select, read and decide as a run does. `open_world` is what the run would have around these posts; without it,
    nothing is known of why it would refuse."""
    chosen = selection.select(content, state, cache, due, now)
    snapshot = ledger.read(state, keys(chosen.planned, chosen.orphans))
    networks = {account.name: account.network for account in content.sure_plan.accounts}
    actions = plan_run(chosen.planned, snapshot, lambda name: network.load(networks[name]), now, window)
    if open_world is None:
        return DryRun(chosen, actions, snapshot.problems)
    world = open_world(chosen.examined)
    automatic = [planned for planned in chosen.planned if planned.account not in content.silent]
    start = loss.refused_start(state, automatic, world.clock())
    refusals = _refusals([action for action in actions if acts(action, now + window)], world, start)
    return DryRun(chosen, actions, snapshot.problems, start, refusals)


def _refusals(acting: Sequence[Action], world: Environment, start: LedgerError | None) -> dict[Key, CmflowError]:
    refusals: dict[Key, CmflowError] = {}
    earlier: set[Key] = set()
    for action in acting:
        key = Key(action.post, action.account)
        if error := start or preparation.refusal(world, action, earlier):
            refusals[key] = error
        else:
            earlier.add(key)
    return refusals
