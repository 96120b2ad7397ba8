"""Publish what is due: decide, record the intent, ask the network, record the receipt.

Accounts are served in parallel, the parts of a thread in order. Whatever happens between two steps, the ledger knows
enough for the next run: an intent without a receipt means "may be published", and never causes a blind second request.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from threading import Event
from typing import Any

from cmflow import ledger as ledgers
from cmflow import schedule
from cmflow.insights.status import NEEDS_PERSON
from cmflow.ledger import Ledger, Snapshot
from cmflow.model import Delivery, Key, Planned, Problem, Publication, State
from cmflow.model.errors import LedgerError
from cmflow.netkit.network import Network
from cmflow.publish.job import Environment, Job, Outcome
from cmflow.publish.outcome import outcome_of, write_off
from cmflow.publish.unpublish import deleter, unpublish
from cmflow.publish.worker import OVERTAKEN, AccountWorker
from cmflow.schedule import Ability, Action, Do, steps
from cmflow.schedule.steps import Finding
from cmflow.values import dataclass

__all__ = [
    "Environment",
    "Outcome",
    "Summary",
    "abilities",
    "ability",
    "deleter",
    "keys",
    "plan_run",
    "republish",
    "run",
    "settle",
    "unpublish",
]

REPUBLISHABLE = (State.SENT, State.MISSED, State.FAILED, State.SKIPPED)  # what a person may publish again
CUT_SHORT = "What was being sent may have been published; the ledger says so, and the next run will check."
LANES = 32  # accounts served at the same time
HEARING = 0.5  # seconds after which Ctrl-C is heard at the latest


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of a run. `unpushed`: why receipts are only on the local branch; `stopped`: why the run ended early;
    `bugs`: unexpected errors in the answers of networks; the outcomes say what they mean for each post."""

    outcomes: tuple[Outcome, ...]
    problems: tuple[Problem, ...] = ()
    unpushed: str = ""
    stopped: str = ""
    bugs: tuple[Exception, ...] = ()

    @property
    def counts(self) -> dict[State, int]:
        return dict(Counter(outcome.state for outcome in self.outcomes))

    @property
    def needs_person(self) -> bool:
        """Return whether something is held, failed or unsure, or the run itself ended early."""
        held = any(item.person or item.did is Do.HOLD or item.state in NEEDS_PERSON for item in self.outcomes)
        return held or bool(self.problems or self.stopped)

    def held(self) -> dict[Key, str]:
        """Return why deliveries are on hold that the ledger knows nothing of: a secret is missing, a server is down."""
        return {
            Key(item.post, item.account): item.note
            for item in self.outcomes
            if item.state is State.SCHEDULED and item.person and item.note and item.did is not Do.HOLD
        }


def run(
    planned: Sequence[Planned],
    env: Environment,
    ledger: Ledger,
    window: timedelta = timedelta(0),
    orphans: Collection[Key] = (),
    seen_commit: str | None = None,
) -> Summary:
    """Do what is due now or within `window`; report an outcome for every planned delivery.

    `orphans` are deliveries that no post asks for any more: those that need a person have an outcome too.
    `seen_commit` is the commit of the ledger that `planned` was compared with: later changes are not overlooked.
    Raises GitError where the ledger is not available at all: then nothing was sent.
    """
    with ThreadPoolExecutor(1, "client") as aside:
        client = aside.submit(env.http)  # reading the certificates takes as long as fetching the ledger
        writer, snapshot = ledgers.open_writer(
            ledger, env.clock, env.sleep, keys(planned, orphans), seen_commit, env.accounts
        )
    end = env.clock() + window
    actions = plan_run(planned, snapshot, env.network, env.clock(), window)
    begun = frozenset(key for key, delivery in snapshot.deliveries.items() if delivery.state in schedule.OPEN)
    job = Job(env, writer, client.result(), end, abilities(planned, env.network), begun)
    try:
        _write_off(job, [action for action in actions if not job.acts(action)])
        _act(job, [action for action in actions if job.acts(action)])
    finally:
        job.close()
    return Summary(tuple(job.outcomes), snapshot.problems, writer.unpushed, job.stopped, tuple(job.bugs))


def keys(planned: Iterable[Planned], orphans: Iterable[Key] = ()) -> frozenset[Key]:
    """The deliveries that a run reads from the ledger."""
    return frozenset((*(Key(item.post, item.account) for item in planned), *orphans))


def plan_run(
    planned: Sequence[Planned],
    snapshot: Snapshot,
    network: Callable[[str], Network[Any]],
    now: datetime,
    window: timedelta = timedelta(0),
) -> tuple[Action, ...]:
    """Decide what a run does now: the same for a real run and a dry run. `network` takes the name of an account."""
    able = abilities(planned, network)
    return schedule.decide(planned, snapshot.deliveries, now, window, able, snapshot.unreadable)


def abilities(planned: Iterable[Planned], network: Callable[[str], Network[Any]]) -> dict[str, Ability]:
    """What the networks of these deliveries can do, by account."""
    return {account: ability(network(account)) for account in {item.account for item in planned}}


def ability(network: Network[Any]) -> Ability:
    """What a network can do, as far as it matters to the schedule."""
    return Ability(network.connect is not None and network.publish is not None, network.keyed, network.find is not None)


def settle(
    ledger: Ledger, key: Key, finding: Finding, url: str, run: str, clock: Callable[[], datetime],
    sleep: Callable[[float], None], planned: Planned | None = None, publication: Publication | None = None,
) -> Delivery:  # fmt: skip
    """Record what a person found out about a delivery that cmflow cannot judge.

    With `planned` it may be one that no run has begun: posted by hand, or to be skipped. `publication` is what was
    sent, if it was.
    """
    writer, snapshot = ledgers.open_writer(ledger, clock, sleep, [key])
    writer.publish(publication)
    previous = snapshot.one(key)
    if previous and finding is Finding.NOT_SENT and (until := schedule.busy_until(previous, clock())):
        when = f"{until.astimezone(UTC):%H:%M} UTC"
        raise LedgerError(f"A run may be sending {key.post} to {key.account} right now.", f"Check again at {when}.")
    if previous is None and planned is None:
        raise LedgerError(f"The ledger has no delivery of {key.post} to {key.account}.", "List them all: cmflow status")
    known = previous or _unbegun(planned)
    if publication and not known.digest:  # it was to be sent anew when a person posted it
        known = replace(known, digest=publication.variant.digest)
    delivery = steps.settle(known, finding, url, run, clock())
    if not writer.claim(previous, delivery):
        raise LedgerError(
            f"Another run is publishing {key.post} to {key.account}.", "Wait a minute, then check cmflow status."
        )
    return delivery


def republish(
    ledger: Ledger, key: Key, run: str, clock: Callable[[], datetime], sleep: Callable[[float], None]
) -> Delivery:  # fmt: skip
    """Record that a person wants a delivery published again, though it was sent, missed or rejected.

    It may be recorded again where an earlier request was interrupted before it was published.
    """
    writer, snapshot = ledgers.open_writer(ledger, clock, sleep, [key])
    previous = snapshot.one(key)
    if previous is None or not _is_republishable(previous):
        how = f"is {previous.state}" if previous else "has not been sent"
        hint = "cmflow publish sends what is due; cmflow settle records what happened to an unsure one."
        message = f"The delivery of {key.post} to {key.account} {how}: there is nothing to publish again."
        raise LedgerError(message, hint)
    delivery = steps.renew(previous, run, clock())
    if not writer.claim(previous, delivery):
        raise LedgerError(
            f"Another run is publishing {key.post} to {key.account}.", "Wait a minute, then check cmflow status."
        )
    return delivery


def _is_republishable(delivery: Delivery) -> bool:
    """`scheduled` without a digest: a person has settled it, or asked for it again."""
    is_requested = delivery.state is State.SCHEDULED and not delivery.digest and not delivery.receipts
    return is_requested or delivery.state in REPUBLISHABLE


def _unbegun(planned: Planned | None) -> Delivery:
    assert planned is not None
    post, account = planned.post, planned.account
    return Delivery(
        post, account, State.SCHEDULED, planned.due, planned.path, digest=planned.digest, parts=planned.parts
    )


def _write_off(job: Job, actions: Iterable[Action]) -> None:
    """Record in one commit what is missed or cannot be told; report all of these actions."""
    now = job.env.clock()
    able = {action.account: job.abilities.get(action.account, Ability()) for action in actions}
    changes = [(action, write_off(action, able[action.account], job.env.run, now)) for action in actions]
    writes = [(action.delivery, change) for action, change in changes if change]
    claims = iter(job.writer.claims(writes) if writes else ())
    for action, change in changes:
        is_taken = change is not None and not next(claims)
        delivery = action.delivery if is_taken else change or action.delivery
        job.say(outcome_of(action, delivery, OVERTAKEN if is_taken else ""))


def _act(job: Job, actions: Sequence[Action]) -> None:
    """Serve each account in a thread of its own. Ctrl-C lets every thread finish its current request; a second one
    does not wait for them."""
    lanes = [list(lane) for _, lane in groupby(sorted(actions, key=_turn), key=_account)]
    if not lanes:
        return
    job.writer.expect(lane[0].account for lane in lanes[:LANES])
    futures: list[Future[None]] = []
    begun = Event()  # a pool does not wait for a thread during whose start Ctrl-C came: none may have sent anything yet
    with ThreadPoolExecutor(min(len(lanes), LANES), "account") as pool:
        try:
            futures += [pool.submit(_lane, job, lane, begun) for lane in lanes]
            begun.set()
            while wait(futures, HEARING).not_done:  # a signal just before a wait does not end it
                pass
            bugs = [bug for future in futures if (bug := _bug(future))]
        except KeyboardInterrupt:
            job.stop.set()
            begun.set()
            _finish(futures)
            raise
        finally:
            begun.set()  # also where the machine starts no further thread: the others send what there is
    if bugs:
        raise bugs[0]


def _lane(job: Job, actions: Sequence[Action], begun: Event) -> None:
    begun.wait()
    account = actions[0].account
    AccountWorker(job, account, job.env.network(account)).serve(actions)


def _finish(futures: Collection[Future[None]]) -> None:
    try:
        wait(futures)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(CUT_SHORT) from None


def _turn(action: Action) -> tuple[str, float, bool]:
    """First what need not wait; of that, what was not tried before: a rejected post delays no other."""
    was_refused = action.delivery is not None and action.delivery.state is State.FAILED
    return action.account, action.until.timestamp() if action.until else 0.0, was_refused


def _account(action: Action) -> str:
    return action.account


def _bug(future: Future[None]) -> BaseException | None:
    return future.exception()
