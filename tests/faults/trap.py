"""Where things go wrong: every commit, move, push, fetch and request of a run passes here, and may meet a fault."""

import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import field, replace
from datetime import datetime, timedelta
from pathlib import Path

from cmflow.git import Repository
from cmflow.git.objects import Patch
from cmflow.model.errors import GitError, LostRace
from cmflow.values import dataclass

LATE = timedelta(minutes=3)  # how long a request may be on its way after the run that made it has died
SLOW = timedelta(minutes=4)  # how long a push may take

# What can go wrong with each kind of step. A step "dies" with the whole process: SIGKILL.
FAULTS: Mapping[str, tuple[str, ...]] = {
    "commit": ("dies before", "dies after", "disk full"),
    "move": ("dies before", "dies after", "locked"),
    "fetch": ("dies before", "dies after", "out of reach"),
    "push": ("dies before", "dies after", "dies, lands later", "refused", "out of reach", "answer lost", "slow"),
    "post": (
        "dies before",
        "dies after",
        "dies, arrives later",
        "request lost",
        "answer lost",
        "arrives later",
        "cut off",
        "unreachable",
        "429",
        "429 without a date",
        "503",
        "503 but taken",
        "422",
        "401",
    ),
    "list": ("dies before", "dies after", "answer lost", "unreachable", "429", "503"),
}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """The `number`th step of that kind (from 1) in a run goes wrong in this way."""

    step: str
    number: int
    what: str

    def __str__(self) -> str:
        return f"{self.step} {self.number} {self.what}"


@dataclass(slots=True)
class Trap:
    """The faults of one run. `seen` counts its steps; `pause` is called before and after each of them."""

    faults: tuple[Fault, ...] = ()
    pause: Callable[[], None] = lambda: None
    seen: Counter[str] = field(default_factory=Counter)
    gate: threading.Lock = field(default_factory=threading.Lock)

    def meet(self, step: str) -> str:
        """What goes wrong with this step; "" nearly always."""
        with self.gate:
            self.seen[step] += 1
            number = self.seen[step]
        return next((each.what for each in self.faults if (each.step, each.number) == (step, number)), "")

    @contextmanager
    def around(self, step: str) -> Iterator[str]:
        self.pause()
        what = self.meet(step)
        if what == "dies before":
            die()
        yield what
        if what == "dies after":
            die()
        self.pause()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    signal.pause()  # not one more step, however slowly the signal comes


@dataclass(frozen=True, slots=True)
class Trapped(Repository):
    """A repository whose every write goes through the trap. `slow` lets time pass."""

    inner: Repository
    trap: Trap
    slow: Callable[[float], None]

    def resolve(self, rev: str) -> str | None:
        return self.inner.resolve(rev)

    def is_ancestor(self, older: str, newer: str) -> bool:
        return self.inner.is_ancestor(older, newer)

    def merge_base(self, one: str, other: str) -> str | None:
        return self.inner.merge_base(one, other)

    def tree(self, rev: str, *paths: str) -> Mapping[str, tuple[str, str]]:
        return self.inner.tree(rev, *paths)

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        return self.inner.read(oids)

    def log(self, *arguments: str) -> bytes:
        return self.inner.log(*arguments)

    def changed(self, older: str | None, newer: str) -> dict[str, str | None]:
        return self.inner.changed(older, newer)

    def make_commit(
        self, changes: Mapping[str, Patch], message: str, parent: str | None, time: datetime, merged: str = ""
    ) -> str:
        with self.trap.around("commit") as what:
            if what == "disk full":
                raise GitError("The disk is full.", "Free some space and run again; incomplete files are ignored.")
            return self.inner.make_commit(changes, message, parent, time, merged)

    def move(self, ref: str, new: str, old: str | None) -> None:
        with self.trap.around("move") as what:
            if what == "locked":
                raise GitError("Another git process is using this repository, or was killed while using it.")
            self.inner.move(ref, new, old)

    def fetch(self, remote: str, branch: str) -> str | None:
        with self.trap.around("fetch") as what:
            if what == "out of reach":
                raise GitError("The remote cannot be reached.")
            return self.inner.fetch(remote, branch)

    def push(self, remote: str, oid: str, branch: str) -> None:
        with self.trap.around("push") as what:
            if what == "slow":
                self.slow(SLOW.total_seconds())
            if what == "dies, lands later":
                self._later.write_text(json.dumps([str(self.inner.root), str(self.inner.store), remote, oid, branch]))
                die()
            if what in ("refused", "out of reach"):
                raise GitError("The remote refused the push: a hook or a rule there declined it.")
            self.land()
            self.inner.push(remote, oid, branch)
            if what == "answer lost":
                raise GitError("The remote cannot be reached.")

    def land(self) -> None:
        """What a dead run's git was still pushing arrives: between what another one has read and what it pushes."""
        if self._later.exists():
            root, store, *words = json.loads(self._later.read_text())
            self._later.unlink(missing_ok=True)
            with suppress(GitError, LostRace):
                replace(self.inner, root=Path(root), store=Path(store)).push(*words)

    @property
    def _later(self) -> Path:
        return self.root.parent / "push on its way"
