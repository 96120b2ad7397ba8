"""Which schedules there are: every single fault in every scenario, then pairs, within one run and in two, at random."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from tests.faults.play import Scenario, Schedule
from tests.faults.trap import FAULTS, Fault

Seen = Callable[[Scenario], Counter[str]]

LISTS = ("rewritten", "filtered", "blind")
ON_GIT = 30  # of so many schedules, one is played on git itself


def scenarios(git: bool) -> Iterator[Scenario]:
    """1–3 accounts × 1–3 parts × every kind of network × with and without a remote; and lists that lie."""
    for accounts, parts, keyed, lists, remote in product(
        (1, 2, 3), (1, 2, 3), (False, True), (False, True), (True, False)
    ):
        yield Scenario(accounts, parts, keyed, lists, remote, git)
    for parts, shows, remote in product((1, 2), LISTS, (True, False)):
        yield Scenario(1, parts, False, True, remote, git, shows)


def faults(seen: Mapping[str, int]) -> Iterator[Fault]:
    """Everything that can go wrong with one step of such a run."""
    for step, number in sorted(seen.items()):
        yield from (Fault(step, each + 1, what) for each in range(number) for what in FAULTS[step])


def singles(scenario: Scenario, seen: Seen) -> Iterator[Schedule]:
    """One fault; where there is a remote, the same machine goes on, and another one."""
    for fault in faults(seen(scenario)):
        yield Schedule(scenario, ((fault,),))
        if scenario.remote:
            yield Schedule(scenario, ((fault,),), elsewhere=True)


def pairs(seen: Seen, dice: random.Random, every: Sequence[Scenario]) -> Iterator[Schedule]:
    """Two to four faults in one to three runs, for ever. A later run looks as well as sends."""
    while True:
        scenario = dice.choice(every)
        first = list(faults(seen(scenario)))
        later = list(faults(seen(scenario) | Counter({"list": 4, "fetch": 2 * scenario.remote})))
        runs = [
            tuple(sorted(dice.sample(first if number == 0 else later, dice.choice((1, 1, 2)))))
            for number in range(dice.choice((1, 2, 2, 3)))
        ]
        yield Schedule(scenario, tuple(runs), elsewhere=scenario.remote and dice.random() < 0.5)


def chosen(number: int, seed: int, seen: Seen) -> Iterator[Schedule]:
    """So many, half of them single faults (all of them, where `number` is large enough), spread evenly; the same every
    time. One in some is played on git itself."""
    dice = random.Random(seed)
    every = [schedule for scenario in scenarios(git=False) for schedule in singles(scenario, seen)]
    some = every if len(every) <= number // 2 else dice.sample(every, number // 2)
    rest = pairs(seen, dice, list(scenarios(git=False)))
    for count in range(number):
        schedule = some[count] if count < len(some) else next(rest)
        yield on_git(schedule) if count % ON_GIT == 0 else schedule


def on_git(schedule: Schedule) -> Schedule:
    was = schedule.scenario
    return Schedule(replace(was, git=True), schedule.runs, schedule.elsewhere)
