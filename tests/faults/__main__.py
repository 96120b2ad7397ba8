"""`python -m tests.faults [--schedules N] [--seed S]`: try so many schedules, say what became of the posts.

`python -m tests.faults kills [--networks all] [--runs N] [--seed S]` kills runs over the fakes of all networks.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import httpx  # noqa: F401 (once, before the runs are forked)

from cmflow.model import State
from tests.faults import halts, interleaved, kills, schedules
from tests.faults.play import Scenario, Schedule, Verdict, fork, play, seen

WORKERS = 2
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # a killed process leaves what it wrote there as well


@dataclass
class Report:
    tried: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    states: Counter[State] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)

    def note(self, kind: str, name: str, verdict: Verdict) -> None:
        self.tried[kind] += 1
        self.states += verdict.states
        for what in ("doubled", "lost", "misjudged", "leaked"):
            self.found[what] += len(getattr(verdict, what))
        self.bad += [f"{name}: {each}" for each in verdict.bad]

    def __add__(self, other: "Report") -> "Report":
        return Report(
            self.tried + other.tried, self.found + other.found, self.states + other.states, self.bad + other.bad
        )

    def lines(self) -> Iterator[str]:
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in sorted(self.tried.items()))
        yield f"{self.tried.total():,} schedules tried ({kinds})."
        yield f"Posts doubled: {self.found['doubled']}. Posts lost: {self.found['lost']}."
        yield f"False words in the ledger: {self.found['misjudged']}. Secrets shown: {self.found['leaked']}."
        yield "Deliveries in the end: " + ", ".join(f"{number:,} {state}" for state, number in self.states.items())
        yield from self.bad[:20]


def steps(folder: Path) -> schedules.Seen:
    @cache
    def counted(scenario: Scenario) -> Counter[str]:
        return seen(scenario, folder)

    return counted


def share(number: int, seed: int, folder: Path, worker: int) -> Report:
    """What one of the workers does: every so-manieth schedule."""
    report = Report()
    for count, schedule in enumerate(schedules.chosen(number, seed, steps(folder))):
        if count % WORKERS == worker:
            report.note(kind(schedule), str(schedule), play(schedule, folder))
    for count, dance in enumerate(interleaved.dances(number // 3, seed)):
        if count % WORKERS == worker:
            report.note("of two runs interleaved", str(dance), interleaved.play(dance, folder))
    for count, halt in enumerate(halts.halts(number // 3, seed)):
        if count % WORKERS == worker:
            report.note("with a stop", str(halt), halts.play(halt, folder))
    return report


def kind(schedule: Schedule) -> str:
    many = "of one fault" if sum(map(len, schedule.runs)) == 1 else "of several faults"
    return f"{many}{' on git' if schedule.scenario.git else ''}"


def tried(number: int, seed: int, folder: Path) -> Report:
    """All of it, by two workers."""
    places = [folder / f"worker {worker}" for worker in range(WORKERS)]
    for place in places:
        place.mkdir(parents=True)
    works = [partial(share, number, seed, place / "stage", worker) for worker, place in enumerate(places)]
    waiting = [fork(place, work, 0) for place, work in zip(places, works, strict=True)]
    reports = [each() for each in waiting]
    return sum((each for each in reports if each), Report())


def main(arguments: Sequence[str] | None = None) -> int:
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["kills"]:
        return kills.main(words[1:])
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Let runs die, and count the posts.")
    parser.add_argument("--schedules", type=int, default=int(os.environ.get("CMFLOW_FAULTS", "600")))
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cmflow-faults-", dir=MEMORY) as folder:
        report = tried(given.schedules, given.seed, Path(folder))
    print(*report.lines(), f"{time.monotonic() - began:.0f} seconds.", sep="\n")
    return 1 if report.bad else 0


if __name__ == "__main__":
    sys.exit(main())
