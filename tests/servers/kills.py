"""kill -9, at random, of real processes that publish; then everything must be there exactly once."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cmflow import git, ledger, publish
from cmflow.ledger import Ledger
from cmflow.model import Delivery, Key, State
from cmflow.netkit.network import Access
from cmflow.schedule.steps import ATTEMPTS, Finding
from tests import ROOT
from tests.deliveries import repository
from tests.servers.publisher import words

# How many, unless somebody asks for more; read here, before the tests hide this machine's variables.
KILLS = int(os.environ.get("CMFLOW_KILLS", "24"))
SEED = int(os.environ.get("CMFLOW_SEED", "1"))
STEP = 150  # seconds that the clock of a run is ahead of the last one's: longer than a claim where keys are kept
PARTS = 2


@dataclass
class Tally:
    kills: int = 0
    runs: int = 0
    found_open: int = 0  # deliveries that were begun and not ended when a process died
    found_out: int = 0  # those of them whose part was on the network, and its receipt nowhere
    posts: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    asked: int = 0  # parts that were asked for as often as a run may, and are not there: a person is asked
    notes: set[str] = field(default_factory=set)  # why, as the last run said it

    def __str__(self) -> str:
        return (
            f"{self.kills} kills in {self.runs} runs; {self.found_open} deliveries open at a kill, {self.found_out} of"
            f" them out; {self.posts} parts, {len(self.lost)} lost, {len(self.doubled)} doubled,"
            f" {self.asked} asked of a person, {len(self.unsettled)} not sent in the ledger"
            f" {sorted(self.notes) or ''}".rstrip()
        )


@dataclass
class Storm:
    """`step` is how far the clock of each run is ahead of the last one's; longer than the network's claim.

    Where posts are looked for by their time, the clocks must agree: `step` is 0, and `claim` the seconds that a claim
    holds instead.
    """

    folder: Path
    network: str
    step: int = STEP
    claim: int = 0
    due: datetime = field(default_factory=lambda: datetime.now(UTC))
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    tally: Tally = field(default_factory=Tally)
    posts: list[tuple[str, str, int]] = field(default_factory=list)
    accounts: dict[str, Access] = field(default_factory=dict)
    usual: float = 1.0  # seconds that a whole run takes

    def blow(self, kills: int, people: Callable[[], Access], shown: Callable[[Access], Counter[str]]) -> Tally:
        """Some rounds with two accounts, then others: servers count who signs in how often."""
        repository(self.folder / "remote.git", bare=True)
        while self.tally.kills < kills:
            self.posts, self.accounts = [], {f"{name}{self.tally.runs}": people() for name in "ab"}
            self.usual = self.whole()
            for _ in range(min(15, kills - self.tally.kills)):
                self.killed(shown)
            self.recover()
            if self.answer(shown):
                self.recover()
            self.judge(shown)
            print(self.tally, flush=True)  # a long storm that is ended early has said how it went so far
        return self.tally

    def more(self) -> None:
        number = self.tally.runs
        self.posts += [(f"{name}-{number}{each}", name, PARTS) for name in self.accounts for each in range(2)]

    def whole(self) -> float:
        self.more()
        with self.run() as process:
            began = time.monotonic()
            process.communicate()
            return time.monotonic() - began

    def killed(self, shown: Callable[[Access], Counter[str]]) -> None:
        """A new process with new posts on top of what is open dies somewhere on its way."""
        self.more()
        with self.run() as process:
            time.sleep(self.chance.uniform(0, self.usual))
            alive = process.poll() is None
            process.kill()
        self.tally.kills += alive
        self.usual *= 1.0 if alive else 0.7  # the machine was busy when that was measured
        there = sum((shown(access) for access in self.accounts.values()), Counter[str]())
        opened = [each for each in self.deliveries().values() if each.state is State.SENDING]
        self.tally.found_open += len(opened)
        self.tally.found_out += sum(words(each.post, len(each.receipts)) in there for each in opened)

    def recover(self) -> None:
        """Runs that nobody kills, until nothing is left to do."""
        for _ in range(6):
            time.sleep(self.claim)
            with self.run() as process:
                said, errors = process.communicate()
            assert process.returncode == 0, errors
            open_ = {note for state, note in json.loads(said).values() if state != State.SENT}
            if not open_:
                return
        self.tally.notes |= open_

    def answer(self, shown: Callable[[Access], Counter[str]]) -> int:
        """A person says "not sent" of each part that was asked for as often as a run may, and is truly not there."""
        self.tally.runs += 1
        home = Ledger(self.clone(), remote="origin")
        asked = [
            key
            for key, each in self.deliveries().items()
            if key.account in self.accounts and each.state is State.UNSURE and each.retry_at is None
            and each.attempt >= ATTEMPTS and not shown(self.accounts[key.account])[words(key.post, len(each.receipts))]
        ]  # fmt: skip
        for key in asked:
            publish.settle(home, key, Finding.NOT_SENT, "", "by hand", lambda: datetime.now(UTC), time.sleep)
        self.tally.asked += len(asked)
        if asked:
            self.tally.notes.clear()
        return len(asked)

    def judge(self, shown: Callable[[Access], Counter[str]]) -> None:
        sent = {key for key, each in self.deliveries().items() if each.state is State.SENT}
        self.tally.unsettled += [post for post, account, _ in self.posts if (post, account) not in sent]
        for name, access in self.accounts.items():
            there = shown(access)
            own = [(post, parts) for post, account, parts in self.posts if account == name]
            wanted = Counter(words(post, each) for post, parts in own for each in range(parts))
            self.tally.posts += wanted.total()
            self.tally.lost += (wanted - there).elements()
            self.tally.doubled += (there - wanted).elements()

    # ── processes ───────────────────────────────────────────────────────────────────────────────────────────

    def run(self) -> "subprocess.Popen[str]":
        """In a clone of its own, as in a workflow; it has begun when this returns."""
        self.tally.runs += 1
        job = {
            "root": str(self.clone().root),
            "network": self.network,
            "accounts": {
                name: [dict(each.account.options), dict(each.secrets)] for name, each in self.accounts.items()
            },
            "posts": self.posts,
            "due": self.due.isoformat(),
            "ahead": self.tally.runs * self.step,
            "claim": self.claim,
        }
        command = [sys.executable, "-m", "tests.servers.publisher"]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(job))
        process.stdin.close()
        process.stdin = None
        line = process.stdout.readline()
        assert line == "go\n", process.communicate()[1]
        return process

    def clone(self) -> git.Repository:
        made = repository(self.folder / f"clone {self.tally.runs}")
        subprocess.run(["git", "remote", "add", "origin", str(self.folder / "remote.git")], cwd=made.root, check=True)
        return made

    def deliveries(self) -> Mapping[Key, Delivery]:
        """As the remote has them: what a clone knows alone is gone with its machine."""
        remote = self.folder / "remote.git"
        return ledger.read(Ledger(git.Repository(remote, remote / "objects"))).deliveries
