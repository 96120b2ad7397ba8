"""Publish what is due: decide, write down the intent, ask the network, write down the receipt.

Accounts go side by side, the parts of a thread in order. Whatever happens between two steps, the ledger knows enough
for the next run: an intent without a receipt means "perhaps out", and is never answered with a blind second request.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from cmflow import ledger as ledgers
from cmflow import schedule
from cmflow.ledger import Ledger
from cmflow.ledger.codec import Key
from cmflow.model import Delivery, Planned, Problem, State
from cmflow.model.errors import LedgerError
from cmflow.netkit.network import Network
from cmflow.publish.job import Environment, Job, Outcome
from cmflow.publish.outcome import stands, written_off
from cmflow.publish.unpublish import deleter, unpublish
from cmflow.publish.worker import TAKEN, AccountWorker
from cmflow.schedule import Ability, Action, steps
from cmflow.schedule.steps import Finding

__all__ = ["Environment", "Outcome", "Summary", "ability", "deleter", "republish", "run", "settle", "unpublish"]

AGAIN = (State.SENT, State.MISSED, State.FAILED, State.SKIPPED)  # what a person may have published once more
CUT_SHORT = "What was being sent may be out, and the ledger says so: the next run finds out."
LANES = 32  # accounts that are served at the same time


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run went. `unpushed`: why receipts are on the local branch only; `stopped`: why the run ended early;
    `bugs`: what nobody foresaw in the answers of networks, of which the outcomes say what it means for each post."""

    outcomes: tuple[Outcome, ...]
    problems: tuple[Problem, ...] = ()
    unpushed: str = ""
    stopped: str = ""
    bugs: tuple[Exception, ...] = ()

    @property
    def counts(self) -> dict[State, int]:
        return dict(Counter(outcome.state for outcome in self.outcomes))


def run(
    planned: Sequence[Planned],
    env: Environment,
    ledger: Ledger,
    window: timedelta = timedelta(0),
    gone: Collection[Key] = (),
    seen: str | None = None,
) -> Summary:
    """Do what is due now or within `window`; an outcome for every planned delivery.

    `gone` are deliveries that no post asks for any more: those that a person must look at have an outcome too. `seen`
    is the commit of the ledger that `planned` was held against: what was written since is not overlooked.
    Raises GitError where the ledger cannot be had at all: then nothing was sent.
    """
    keys = {*((each.post, each.account) for each in planned), *gone}
    abilities = {account: ability(env.network(account)) for account in {each.account for each in planned}}
    with ThreadPoolExecutor(1, "client") as aside:
        client = aside.submit(env.http)  # to read the certificates takes as long as to fetch the ledger
        writer, snapshot = ledgers.open_writer(ledger, env.clock, env.sleep, keys, seen, env.accounts)
    end = env.clock() + window
    actions = schedule.decide(planned, snapshot.deliveries, env.clock(), window, abilities, snapshot.unreadable)
    begun = frozenset(key for key, each in snapshot.deliveries.items() if each.state in schedule.OPEN)
    job = Job(env, writer, client.result(), end, abilities, begun)
    try:
        _write_off(job, [action for action in actions if not job.acts(action)])
        _act(job, [action for action in actions if job.acts(action)])
    finally:
        job.close()
    return Summary(tuple(job.outcomes), snapshot.problems, writer.unpushed, job.stopped, tuple(job.bugs))


def ability(network: Network[Any]) -> Ability:
    return Ability(network.connect is not None and network.publish is not None, network.keyed, network.find is not None)


def settle(
    ledger: Ledger, key: Key, finding: Finding, url: str, run: str, clock: Callable[[], datetime],
    sleep: Callable[[float], None], planned: Planned | None = None,
) -> Delivery:  # fmt: skip
    """Write down what a person found out about a delivery that nobody else can judge.

    `planned` lets it be one that no run has begun: posted by hand, or to be left out.
    """
    writer, snapshot = ledgers.open_writer(ledger, clock, sleep, [key])
    before = snapshot.one(key)
    if before and finding is Finding.NOT_SENT and (until := schedule.busy_until(before, clock())):
        when = f"{until.astimezone(UTC):%H:%M} UTC"
        raise LedgerError(f"A run may be sending {key[0]} to {key[1]} at this moment.", f"Look again at {when}.")
    if before is None and planned is None:
        raise LedgerError(f"The ledger knows no delivery of {key[0]} to {key[1]}.", "See them all: cmflow status")
    after = steps.settle(before or _unbegun(planned), finding, url, run, clock())
    if not writer.claim(before, after):
        raise LedgerError(f"A run is at work on {key[0]} to {key[1]}.", "Wait a minute, look at cmflow status again.")
    return after


def republish(
    ledger: Ledger, key: Key, run: str, clock: Callable[[], datetime], sleep: Callable[[float], None]
) -> Delivery:  # fmt: skip
    """Write down that a person wants a delivery out once more, though it was sent, missed or refused.

    Who has said so already, and was interrupted before it went out, may say it again.
    """
    writer, snapshot = ledgers.open_writer(ledger, clock, sleep, [key])
    before = snapshot.one(key)
    if before is None or not _may_go_again(before):
        how = f"is {before.state}" if before else "has not been sent"
        hint = "cmflow publish sends what is due; cmflow settle says what became of what nobody knows."
        raise LedgerError(f"The delivery of {key[0]} to {key[1]} {how}: there is nothing to publish again.", hint)
    after = steps.renew(before, run, clock())
    if not writer.claim(before, after):
        raise LedgerError(f"A run is at work on {key[0]} to {key[1]}.", "Wait a minute, look at cmflow status again.")
    return after


def _may_go_again(delivery: Delivery) -> bool:
    """`scheduled` without a digest is what a person has said something about."""
    asked = delivery.state is State.SCHEDULED and not delivery.digest and not delivery.receipts
    return asked or delivery.state in AGAIN


def _unbegun(planned: Planned | None) -> Delivery:
    assert planned is not None
    where = (planned.post, planned.account)
    return Delivery(*where, State.SCHEDULED, planned.due, planned.path, digest=planned.digest, parts=planned.parts)


def _write_off(job: Job, actions: Iterable[Action]) -> None:
    """Write down what is missed, and what nobody can tell, in one commit; say how the rest stands."""
    now = job.env.clock()
    abilities = {each.account: job.abilities.get(each.account, Ability()) for each in actions}
    steps = [(each, written_off(each, abilities[each.account], job.env.run, now)) for each in actions]
    writes = [(action.delivery, after) for action, after in steps if after]
    kept = iter(job.writer.claims(writes) if writes else ())
    for action, after in steps:
        taken = after is not None and not next(kept)
        job.say(stands(action, action.delivery if taken else after or action.delivery, TAKEN if taken else ""))


def _act(job: Job, actions: Sequence[Action]) -> None:
    """Each account in a thread of its own. Ctrl-C lets every thread finish the request it is in, then ends; a second
    one does not wait for them."""
    lanes = [list(lane) for _, lane in groupby(sorted(actions, key=_turn), key=_account)]
    if not lanes:
        return
    job.writer.expect(lane[0].account for lane in lanes[:LANES])
    with ThreadPoolExecutor(min(len(lanes), LANES), "account") as pool:
        futures = [pool.submit(_lane, job, lane) for lane in lanes]
        try:
            bugs = [bug for future in futures if (bug := _bug(future))]
        except KeyboardInterrupt:
            job.stop.set()
            _finish(futures)
            raise
    if bugs:
        raise bugs[0]


def _lane(job: Job, actions: Sequence[Action]) -> None:
    account = actions[0].account
    AccountWorker(job, account, job.env.network(account)).serve(actions)


def _finish(futures: Collection[Future[None]]) -> None:
    try:
        wait(futures)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(CUT_SHORT) from None


def _turn(action: Action) -> tuple[str, float, bool]:
    """First what need not wait; of that, what was not tried before: a post that is refused holds no other up."""
    was_refused = action.delivery is not None and action.delivery.state is State.FAILED
    return action.account, action.until.timestamp() if action.until else 0.0, was_refused


def _account(action: Action) -> str:
    return action.account


def _bug(future: Future[None]) -> BaseException | None:
    return future.exception()
