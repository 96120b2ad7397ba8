"""Play one schedule: runs that meet their faults, each in a process that can die, then runs until all is over."""

import os
import pickle
import shutil
import signal
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from cmflow import git, ledger, publish
from cmflow.ledger import Ledger, stops
from cmflow.model import Account, Delivery, Key, Planned, State
from cmflow.model.errors import CmflowError
from cmflow.netkit import http
from cmflow.netkit.network import Access
from cmflow.publish import Environment
from cmflow.schedule import stop
from tests.deliveries import NOON, Clock, clones, planned, repository, world
from tests.faults.paper import paper
from tests.faults.shore import TOKEN, Shore, Wire, network
from tests.faults.trap import Fault, Trap, Trapped

T = TypeVar("T")

PATIENCE = 60  # seconds after which a run that hangs is a fault of ours
ROUNDS = 60
STEP = timedelta(minutes=11)  # between two runs: longer than a claim
OVER = (State.SENT, State.SKIPPED, State.MISSED)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is to be sent, over what. `git`: real repositories instead of paper ones."""

    accounts: int = 1
    parts: int = 1
    keyed: bool = False
    lists: bool = False
    remote: bool = True
    git: bool = False
    shows: str = "whole"

    def __str__(self) -> str:
        kind = {(True, True): "keys and a list", (True, False): "keys", (False, True): "a list"}
        abilities = kind.get((self.keyed, self.lists), "neither keys nor a list")
        place = f"{'git' if self.git else 'paper'}, {'a remote' if self.remote else 'no remote'}"
        shows = "" if self.shows == "whole" else f" ({self.shows})"
        return f"{self.accounts} accounts × {self.parts} parts, {abilities}{shows}, {place}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """The faults of each run; who goes on afterwards: the same machine, or another one (with a remote)."""

    scenario: Scenario
    runs: tuple[tuple[Fault, ...], ...]
    elsewhere: bool = False

    def __str__(self) -> str:
        faults = " | ".join(", ".join(map(str, faults)) or "nothing" for faults in self.runs)
        return f"{self.scenario}{', another machine goes on' if self.elsewhere else ''}: {faults}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How it ended. All four must be empty: `misjudged` is a ledger that says something false of what is out."""

    doubled: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    misjudged: tuple[str, ...] = ()
    leaked: tuple[str, ...] = ()
    states: Counter[State] = field(default_factory=Counter)

    @property
    def bad(self) -> tuple[str, ...]:
        return (*self.doubled, *self.lost, *self.misjudged, *self.leaked)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a schedule is played: two machines, perhaps a remote, and the network."""

    folder: Path
    scenario: Scenario
    shore: Shore
    ledgers: tuple[Ledger, Ledger]

    @property
    def posts(self) -> list[Planned]:
        return [planned("hello", f"team-{number}", self.scenario.parts) for number in range(self.scenario.accounts)]

    def run(self, trap: Trap, clock: Clock, machine: int, name: str) -> publish.Summary:
        home = self.ledgers[machine]
        trapped = Ledger(_trapped(home.repository, trap, clock), home.branch, home.remote)
        posts = stop.mark(self.posts, stops.read(home), clock())
        return publish.run(posts, self.world(trap, clock, name), trapped)

    def world(self, trap: Trap, clock: Clock, name: str) -> Environment:
        net = network(self.shore)
        wire = Wire(self.shore, trap, clock)
        return world(net, clock, [], name, access=access, http=lambda: http.client(wire))

    def deliveries(self) -> dict[Key, Delivery]:
        """As everybody sees them in the end."""
        home = self.ledgers[1]
        ledger.sync(home, NOON)
        return dict(ledger.read(home).deliveries)


def _trapped(inner: git.Repository, trap: Trap, clock: Clock) -> Trapped:
    return Trapped(inner.root, inner.store, inner, trap, clock.sleep)


def access(account: str) -> Access:
    return Access(Account(account, "shore", options=(("server", "http://localhost"),)), (("token", TOKEN),))


@contextmanager
def stage(folder: Path, scenario: Scenario) -> Iterator[Stage]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield Stage(
            folder, scenario, Shore(folder, scenario.keyed, scenario.lists, scenario.shows), _ledgers(folder, scenario)
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ledgers(folder: Path, scenario: Scenario) -> tuple[Ledger, Ledger]:
    if scenario.git and scenario.remote:
        one, other = clones(folder, 2)
        return one, other
    if scenario.git:
        return (Ledger(repository(folder / "clone")),) * 2
    if scenario.remote:
        paper(folder / "origin")
        return Ledger(paper(folder / "one"), remote="origin"), Ledger(paper(folder / "other"), remote="origin")
    return (Ledger(paper(folder / "one")),) * 2


# ── playing ─────────────────────────────────────────────────────────────────────────────────────────────────


def play(schedule: Schedule, folder: Path) -> Verdict:
    with stage(folder, schedule.scenario) as here:
        for number, faults in enumerate(schedule.runs):
            machine = number % 2 if schedule.elsewhere else 0
            forked(folder, partial(_faulty, here, faults, number, machine))
        machine = len(schedule.runs) % 2 if schedule.elsewhere else 0
        return forked(folder, lambda: recovered(here, len(schedule.runs), machine)) or Verdict(lost=("recovery died",))


def seen(scenario: Scenario, folder: Path) -> Counter[str]:
    """How many steps of each kind a run has that meets no fault."""
    with stage(folder, scenario) as here:
        trap = Trap()
        here.run(trap, Clock(), 0, "run 1")
        return trap.seen


def _faulty(here: Stage, faults: tuple[Fault, ...], number: int, machine: int) -> None:
    clock = Clock(NOON + number * STEP)
    try:
        here.run(Trap(faults), clock, machine, f"run {number + 1}")
    except CmflowError:
        return


def recovered(here: Stage, number: int, machine: int) -> Verdict:
    """Run until nothing is open, then let the other machine come back."""
    clock = Clock(NOON + number * STEP)
    for _ in range(ROUNDS):
        here.run(Trap(), clock, machine, f"run {number + 1}")
        if all(_over(each) for each in here.deliveries().values()):
            break
        clock.now += STEP
        number += 1
    here.shore.arrive(NOON + timedelta(days=99))
    here.run(Trap(), clock, 1 - machine, "the other machine")
    return judge(here)


def _over(delivery: Delivery) -> bool:
    asks = delivery.state in (State.UNSURE, State.FAILED) and delivery.retry_at is None
    return delivery.state in OVER or asks


def forked(folder: Path, work: Callable[[], T]) -> T | None:
    """What `work` gives, done in a process of its own; None where it was killed. Its error is ours."""
    return fork(folder, work)()


def fork(folder: Path, work: Callable[[], T], seconds: int = PATIENCE) -> Callable[[], T | None]:
    """Start it; to be called for its result. `seconds` 0: it may take as long as it likes."""
    place = folder / "result"
    place.unlink(missing_ok=True)
    pid = os.fork()
    if pid == 0:
        signal.alarm(seconds)
        _child(place, work)
    return lambda: _waited(pid, place)


def _child(place: Path, work: Callable[[], T]) -> NoReturn:
    try:
        result: tuple[T | None, BaseException | None] = (work(), None)
    except BaseException as error:
        result = (None, error)
    place.write_bytes(pickle.dumps(result))
    os._exit(0)


def _waited(pid: int, place: Path) -> Any:
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        if os.WTERMSIG(status) != signal.SIGKILL:
            raise RuntimeError(f"a run ended with signal {os.WTERMSIG(status)}")
        return None
    value, error = pickle.loads(place.read_bytes())
    if error is not None:
        raise error
    return value


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────────


def judge(here: Stage) -> Verdict:
    """The network's own list against what the ledger says."""
    out = Counter((each["account"], each["text"]) for each in here.shore.posts())
    ids = defaultdict[tuple[str, str], set[str]](set)
    for each in here.shore.posts():
        ids[each["account"], each["text"]].add(each["id"])
    most = 2 if here.scenario.shows == "blind" else 1  # a list that lies is believed once
    known = here.deliveries()
    doubled, lost, misjudged = [], [], []
    for post in here.posts:
        delivery = known.get(Key(post.post, post.account))
        for part in range(post.parts):
            name = (post.account, f"{post.post} {part}")
            receipt = delivery.receipts[part].id if delivery and part < len(delivery.receipts) else ""
            if out[name] > most:
                doubled.append(f"{name} is out {out[name]} times")
            if receipt and receipt not in ids[name]:
                lost.append(f"{name} has the receipt {receipt}, the network has {sorted(ids[name])}")
            if not receipt and (wrong := _wrong(delivery, part, bool(out[name]))):
                misjudged.append(f"{name}: {wrong}")
    texts = [*(repr(each) for each in known.values())]
    leaked = [text for text in texts if TOKEN in text]
    states = Counter(each.state for each in known.values())
    return Verdict(tuple(doubled), tuple(lost), tuple(misjudged), tuple(leaked), states)


def _wrong(delivery: Delivery | None, part: int, out: bool) -> str:
    """What is wrong with a part that has no receipt; "" where the ledger tells the truth, and somebody is told."""
    if delivery is None:
        return "nobody ever heard of it"
    if out and not (delivery.state is State.UNSURE and part == len(delivery.receipts)):
        return f"it is out, and the ledger says {delivery.state}"
    if delivery.state not in (State.UNSURE, State.FAILED, State.MISSED):
        return f"it is not out, and the ledger says {delivery.state}"
    return ""
