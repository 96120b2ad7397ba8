"""A person stops publishing at every step of a run, or of two runs at once, with and without a fault besides.

The rule: once the stop is written down no request is begun, except those whose claims were written down before it.
"""

import random
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import product
from pathlib import Path

from cmflow import git, ledger
from cmflow.ledger import Ledger
from cmflow.model import State
from cmflow.model.errors import CmflowError
from cmflow.publish import stop as stopping
from tests.deliveries import NOON, Clock
from tests.faults.interleaved import Dance, both
from tests.faults.paper import Paper
from tests.faults.play import Scenario, Stage, Verdict, forked, recovered, stage
from tests.faults.trap import FAULTS, Fault, Trap

LATER = NOON + timedelta(hours=7)  # too late for what was due at noon, if there had been no stop
STEPS = 40  # more than any run here has


@dataclass(frozen=True, slots=True)
class Halt:
    """The stop is written before step `at` of the run (`dance` None), or of two runs that take turns."""

    scenario: Scenario
    at: int
    faults: tuple[Fault, ...] = ()
    turns: tuple[int, ...] = ()

    def __str__(self) -> str:
        faults = ", ".join(map(str, self.faults)) or "no fault"
        turns = f", two runs with turns {self.turns}" if self.turns else ""
        return f"{self.scenario}, a stop before step {self.at}, {faults}{turns}"


@dataclass(slots=True)
class Person:
    """Stops publishing at that step, from another machine; notes which requests were begun before."""

    here: Stage
    at: int
    steps: int = 0
    gate: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> None:
        with self.gate:
            self.steps += 1
            if self.steps == self.at:
                self.stop()

    def stop(self) -> None:
        (self.here.folder / "before").write_text("\n".join(self.here.shore.begun()))
        stopping.stop(self.here.ledgers[1], "a storm", "ana", "by hand", lambda: NOON)


def halts(number: int, seed: int) -> Iterator[Halt]:
    """Every step of one run in the smallest scenarios (as far as `number` goes), then all else at random."""
    dice = random.Random(seed)
    small = [
        Halt(Scenario(1, parts, keyed, lists, remote), at)
        for parts, keyed, lists, remote, at in product(
            (1, 3), (False, True), (False, True), (True, False), range(1, 30)
        )
    ]
    some = small if len(small) <= number // 2 else dice.sample(small, number // 2)
    yield from some
    for count in range(number - len(some)):
        keyed, lists, remote = (dice.random() < 0.5 for _ in range(3))
        scenario = Scenario(dice.choice((1, 2, 3)), dice.choice((1, 2, 3)), keyed, lists, remote)
        scenario = replace(scenario, git=count % 20 == 0)
        step = dice.choice([*FAULTS])
        fault = Fault(step, dice.randint(1, 4), dice.choice(FAULTS[step]))
        turns = tuple(dice.randint(1, 9) for _ in range(dice.choice((2, 4, 6)))) if dice.random() < 0.5 else ()
        if turns:
            scenario = replace(scenario, accounts=1)
        yield Halt(scenario, dice.randint(1, STEPS), () if turns or dice.random() < 0.3 else (fault,), turns)


def play(halt: Halt, folder: Path) -> Verdict:
    """Play it; what was begun in spite of the stop is `doubled`, for it must never be."""
    with stage(folder, halt.scenario) as here:
        forked(folder, lambda: _run(here, halt))
        begun = forked(folder, lambda: _stopped(here)) or ("the run after the stop died",)
        after = forked(folder, lambda: _resumed(here)) or ("the run after resuming died",)
        ended = forked(folder, lambda: _confirmed(here)) or Verdict(lost=("recovery died",))
        return replace(ended, doubled=(*ended.doubled, *begun[1:], *after[1:]))


def _run(here: Stage, halt: Halt) -> None:
    person = Person(here, halt.at)
    try:
        if halt.turns:
            both(here, Dance(halt.scenario, halt.turns, same_machine=not halt.scenario.remote), person)
        else:
            here.run(Trap(halt.faults, pause=person), Clock(), 0, "run 1")
    except CmflowError:
        return


def _stopped(here: Stage) -> tuple[str, ...]:
    """Publish while it is stopped: nothing may be begun that was not claimed before, and nothing be missed."""
    if not (here.folder / "before").exists():
        Person(here, 0).stop()
    before = (here.folder / "before").read_text().splitlines()
    claimed = _claimed(here.ledgers[1])
    _both_machines(here, Clock(LATER), "while it is stopped")
    bad = [f"{key} was begun after the stop" for key in here.shore.begun()[len(before) :] if key not in claimed]
    return ("", *bad, *_missed(here))


def _resumed(here: Stage) -> tuple[str, ...]:
    """Resume: what was due meanwhile does not go out by itself."""
    before = here.shore.begun()
    stopping.resume(here.ledgers[1], (), "ana", "by hand", lambda: LATER)
    _both_machines(here, Clock(LATER + timedelta(minutes=20)), "after it was resumed")
    fresh = here.shore.begun()[len(before) :]
    return ("", *(f"{key} was begun though nobody confirmed it" for key in fresh), *_missed(here))


def _confirmed(here: Stage) -> Verdict:
    """Confirm everything: it goes out, once."""
    stopping.resume(here.ledgers[1], here.posts, "ana", "by hand", lambda: LATER + timedelta(hours=1))
    for home in here.ledgers:
        ledger.sync(home, NOON)
    return recovered(here, 60, 0)


def _both_machines(here: Stage, clock: Clock, name: str) -> None:
    """As `cmflow publish` does: in line with the remote, then publish."""
    for machine, home in enumerate(here.ledgers):
        ledger.sync(home, NOON)
        here.run(Trap(), clock, machine, name)


def _missed(here: Stage) -> Iterator[str]:
    return (f"{each.account} is missed" for each in here.deliveries().values() if each.state is State.MISSED)


def _claimed(home: Ledger) -> frozenset[str]:
    """The keys of the requests that were written down, and not answered, when the stop was."""
    ledger.sync(home, NOON)
    deliveries = ledger.read_at(home, _stop_commit(home)).deliveries.values()
    return frozenset(each.key for each in deliveries if each.state is State.SENDING)


def _stop_commit(home: Ledger) -> str:
    repository, tip = home.repository, home.repository.tip(home.branch)
    if isinstance(repository, Paper):
        commits = repository._history(tip)
        return next(each for each in commits if repository._commit(each)["message"].startswith("Stop publishing"))
    assert isinstance(repository, git.Repository)
    words = ["git", "log", "--format=%H", "--grep=^Stop publishing", "-1", str(tip)]
    return subprocess.run(words, cwd=repository.root, check=True, capture_output=True, text=True).stdout.strip()
