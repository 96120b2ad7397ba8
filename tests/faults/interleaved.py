"""Two runs at once, step by step: a baton says which of them may go on, so that every interleaving can be had again.

Both have the same clock, the same name and the same content to publish: what they write is as equal as it can be.
"""

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from cmflow.model.errors import CmflowError
from tests.deliveries import Clock
from tests.faults.play import Scenario, Stage, Verdict, forked, recovered, stage
from tests.faults.trap import Trap


@dataclass(frozen=True, slots=True)
class Dance:
    """`turns`: how many steps the first run takes, then the second, then the first again …; then both to their ends.

    `minutes` pass at every turn.
    """

    scenario: Scenario
    turns: tuple[int, ...]
    minutes: int = 0
    same_machine: bool = False

    def __str__(self) -> str:
        place = "one machine" if self.same_machine else "two machines"
        return f"{self.scenario}, {place}, turns {self.turns}, {self.minutes} minutes each"


@dataclass(slots=True)
class Baton:
    """Only the run that holds it moves. A run that has ended lets the other one go on."""

    turns: list[int]
    clock: Clock
    minutes: int
    holder: int = 0
    left: int = 0
    ended: set[int] = field(default_factory=set)
    change: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.left = self.turns.pop(0)

    def step(self, run: int) -> None:
        with self.change:
            self.change.wait_for(lambda: self.holder == run)
            self.left -= 1
            if self.left == 0:
                self._pass()
                self.change.wait_for(lambda: self.holder == run)

    def end(self, run: int) -> None:
        with self.change:
            self.change.wait_for(lambda: self.holder == run)
            self.ended.add(run)
            self.left, self.turns = 0, []
            self.holder = 1 - run
            self.change.notify_all()

    def begin(self, run: int) -> None:
        with self.change:
            self.change.wait_for(lambda: self.holder == run)

    def _pass(self) -> None:
        self.left = self.turns.pop(0) if self.turns else 0
        if 1 - self.holder not in self.ended:
            self.clock.sleep(self.minutes * 60)
            self.holder = 1 - self.holder
            self.change.notify_all()


def dances(number: int, seed: int) -> Iterator[Dance]:
    """All that switch twice in the smallest scenarios (as far as `number` goes), then longer ones at random."""
    dice = random.Random(seed)
    small = [
        Dance(Scenario(1, 1, keyed, lists, remote), turns, same_machine=not remote)
        for keyed, lists, remote in product((False, True), (False, True), (True, False))
        for turns in product(range(1, 17 if remote else 11), range(1, 17 if remote else 11))
    ]
    some = small if len(small) <= number // 2 else dice.sample(small, number // 2)
    yield from some
    for _ in range(number - len(some)):
        remote = dice.random() < 0.75
        scenario = Scenario(1, dice.choice((1, 2, 3)), dice.random() < 0.5, dice.random() < 0.5, remote)
        turns = tuple(dice.randint(1, 9) for _ in range(dice.choice((2, 3, 4, 6, 9))))
        minutes = dice.choice((0, 0, 1, 2)) if len(turns) < 4 else 0
        yield Dance(scenario, turns, minutes, same_machine=not remote or dice.random() < 0.3)


def play(dance: Dance, folder: Path) -> Verdict:
    with stage(folder, dance.scenario) as here:
        forked(folder, lambda: both(here, dance))
        return forked(folder, lambda: recovered(here, 1, 1)) or Verdict(lost=("recovery died",))


def both(here: Stage, dance: Dance, pause: Callable[[], None] = lambda: None) -> None:
    """`pause` is called before and after each step of either run."""
    clock = Clock()
    baton = Baton(list(dance.turns), clock, dance.minutes)
    threads = [threading.Thread(target=one, args=(here, baton, clock, run, dance, pause)) for run in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def one(here: Stage, baton: Baton, clock: Clock, run: int, dance: Dance, pause: Callable[[], None]) -> None:
    def step() -> None:
        pause()
        baton.step(run)

    baton.begin(run)
    try:
        here.run(Trap(pause=step), clock, 0 if dance.same_machine else run, "run 1")
    except CmflowError:
        pass
    finally:
        baton.end(run)
