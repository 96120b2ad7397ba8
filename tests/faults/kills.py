"""kill -9, at random, of runs that publish to every network at once; and what becomes of each post.

Every delivery ends as sent exactly once, or a person is asked. Answers are lost before and after their effect, two runs
publish at once, a person stops publishing in the middle.
"""

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import cmflow.netkit.journal
import cmflow.networks.facebook.video
import cmflow.networks.x.files
import cmflow.networks.youtube.video
from cmflow import ledger, publish
from cmflow.git import Repository
from cmflow.ledger import Ledger, stops
from cmflow.model import Delivery, Key, Media, Part, Planned, Publication, State, Text, Variant
from cmflow.model.errors import CmflowError
from cmflow.netkit import http, network
from cmflow.netkit.journal import Vault
from cmflow.netkit.upload import Upload
from cmflow.publish import Environment
from cmflow.publish import stop as stopping
from cmflow.repository.upload_files import UploadFiles
from cmflow.schedule import stop
from tests.content.media.test_media import FTYP, box, track
from tests.deliveries import NOON, repository
from tests.faults.harbour import ACCOUNTS, PIECE, Way, control, open_harbour
from tests.faults.paper import paper
from tests.networks.contract import PNG

ROUND = 10  # kills, until everything is brought to its end and judged
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
STEP = timedelta(minutes=11)  # between two runs: longer than a claim
LATE = timedelta(days=30)
SHARE = 0.06  # of the requests come to grief
RECOVERIES = (*[STEP] * 4, *[timedelta(hours=1)] * 4, *[timedelta(hours=7)] * 6)
FILMED = ("facebook", "x", "youtube", "linkedin", "linkedin-page")
PICTURED = ("facebook", "x", "linkedin", "linkedin-page", "telegram", "discord", "slack", "mastodon", "bluesky")
PLACES = {"linkedin-page": "linkedin", "discord-hook": "discord", "slack-hook": "slack"}


def film() -> bytes:
    """Three pieces; wide, so that it is no reel."""
    clock = box(b"mvhd", b"\0" * 12, (600).to_bytes(4, "big") + (7200).to_bytes(4, "big"), b"\0" * 80)
    return FTYP + box(b"moov", clock, track(1280, 720)) + box(b"mdat", bytes(2 * PIECE + PIECE // 2))


FILES = {"film.mp4": Upload.of(film(), "video/mp4"), "point.png": Upload.of(PNG, "image/png")}


def words(post: str, account: str, part: int) -> str:
    """What a part says: on the network it is known by that."""
    return f"{post} on {account} part {part + 1}"


def variant(item: Planned) -> Variant:
    """Every third post has a video or a picture, where the network takes one."""
    account, number = ACCOUNTS[item.account].account, int(item.post.rpartition(" ")[2])
    kind = "film.mp4" if item.account == "youtube" or (number % 3 == 0 and item.account in FILMED) else ""
    kind = kind or ("point.png" if number % 3 == 1 and item.account in PICTURED else "")
    media, limits = (Media(kind, "" if kind == "film.mp4" else "A point"),) if kind else (), network.limits(account)
    texts = [Text(words(item.post, item.account, part)) for part in range(item.parts)]
    parts = tuple(Part(text, limits.form(text), () if place else media) for place, text in enumerate(texts))
    title = f"{item.post}" if item.account == "youtube" else ""
    return Variant(item.post, item.account, account.network, item.due, parts, title, digest=item.digest)


@dataclass
class Tally:
    kills: int = 0
    runs: int = 0
    stops: int = 0
    open: int = 0  # deliveries that were begun and not ended when a run died
    outcomes: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)
    doubled: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def lines(self) -> Iterator[str]:
        yield f"{self.kills:,} kills in {self.runs:,} runs, {self.stops:,} stops."
        yield f"{self.open:,} deliveries were begun and not ended when a run was killed."
        yield f"{self.outcomes.total():,} deliveries: " + ", ".join(
            f"{number:,} {what}" for what, number in self.outcomes.most_common()
        )
        yield f"Posts doubled: {self.doubled}. Otherwise wrong: {len(self.bad) - self.doubled}."
        yield "A person is asked: " + (", ".join(f"{n} × {name}" for name, n in sorted(self.asked.items())) or "never")
        yield from (f"  {number} × {reason}" for reason, number in sorted(self.reasons.items()))
        yield from self.bad[:20]


@dataclass
class Clock:
    """Real time, as if it were a day in December, and further ahead with every run. Sleeping takes no time."""

    ahead: timedelta
    began: float = field(default_factory=time.monotonic)
    gate: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> datetime:
        return NOON + self.ahead + timedelta(seconds=time.monotonic() - self.began)

    def sleep(self, seconds: float) -> None:
        with self.gate:
            self.ahead += timedelta(seconds=seconds)


@dataclass
class Storm:
    names: Sequence[str]
    folder: Path
    port: int
    chance: random.Random
    tally: Tally = field(default_factory=Tally)
    now: timedelta = timedelta(0)
    posts: list[Planned] = field(default_factory=list)
    home: Path = Path()
    is_git: bool = False
    keeps: bool = True  # runs are on one machine, which keeps what lets anybody write to an upload
    usual: float = 1.5

    def blow(self, kills: int) -> Tally:
        rounds = 0
        while self.tally.kills < kills:
            rounds += 1
            self.home, self.is_git, self.keeps = self.folder / f"round {rounds}", rounds % 10 == 0, rounds % 2 == 0
            self.posts, self.now = [], timedelta(0)
            self._remote()
            control(self.port, "reset")
            control(self.port, f"share/{SHARE}")
            end = min(self.tally.kills + ROUND, kills)
            while self.tally.kills < end:
                self.killed()
            control(self.port, f"share/{SHARE if rounds % 3 == 0 else 0}")
            self.recover()
            self.judge()
        return self.tally

    # ── what happens ────────────────────────────────────────────────────────────────────────────────────────

    def more(self) -> None:
        """A new post for each account."""
        number = len(self.posts)
        for place, name in enumerate(self.names):
            parts = 2 if network.limits(ACCOUNTS[name].account).thread and number % 4 == 0 else 1
            post = f"post {number + place}"
            due = NOON + self.now
            self.posts.append(Planned(post, name, due, LATE, f"d{post}", parts=parts, path=f"{post}.md"))

    def killed(self) -> None:
        """A run with new posts on top of what is open dies somewhere on its way; perhaps another one is at it, too."""
        self.more()
        self.now += STEP
        control(self.port, "posts")  # what the last run had on its way has arrived
        pids = [self.run() for _ in range(self.chance.choice((1, 1, 2)))]
        is_stopped = self.chance.random() < 0.1
        time.sleep(self.chance.uniform(0, self.usual))
        if is_stopped:
            self.stop()
        alive = sum(kill(pid) for pid in pids)
        self.tally.kills += alive
        self.usual = min(4.0, self.usual * 1.05) if alive == len(pids) else max(0.5, self.usual * 0.9)
        self.tally.open += sum(each.state is State.SENDING for each in self.deliveries().values())
        if is_stopped:
            self.stopped()

    def stop(self) -> None:
        self.tally.stops += 1
        stopping.stop(self.clone(), "a storm", "ana", "by hand", Clock(self.now))

    def stopped(self) -> None:
        """While it is stopped a run begins nothing; then a person resumes, and confirms everything."""
        before = control(self.port, "posts")
        self.now += STEP
        os.waitpid(self.run(), 0)
        if control(self.port, "posts") != before:
            self.tally.bad.append("something was published after the stop")
        stopping.resume(self.clone(), self.posts, "ana", "by hand", Clock(self.now))
        self.now += timedelta(minutes=1)  # what comes next is due after the stop

    def recover(self) -> None:
        """Runs that nobody kills, until nothing is left to do."""
        for pause in RECOVERIES:
            self.now += pause
            control(self.port, "posts")  # what was on its way has arrived
            os.waitpid(self.run(), 0)
            known = self.deliveries()
            if all((delivery := known.get(Key(*key(item)))) and is_over(delivery) for item in self.posts):
                return

    def judge(self) -> None:
        known, shown = self.deliveries(), control(self.port, "posts")
        for item in self.posts:
            delivery = known.get(Key(*key(item)))
            counts = [
                shown[PLACES.get(item.account, item.account)].count(words(item.post, item.account, part))
                for part in range(item.parts)
            ]
            doubled = sum(count > 1 for count in counts)
            self.tally.doubled += doubled
            wrong = f"is out {counts} times" if doubled else misjudged(delivery, counts)
            if wrong:
                self.tally.bad.append(f"{item.post} to {item.account}: {wrong} ({story(delivery)})")
            state = delivery.state if delivery else "unknown"
            self.tally.outcomes[str(state)] += 1
            if state in (State.UNSURE, State.FAILED):
                self.tally.asked[item.account] += 1
                self.tally.reasons[f"{item.account}: {told(delivery)}"] += 1

    # ── the world ───────────────────────────────────────────────────────────────────────────────────────────

    def _remote(self) -> None:
        self.home.mkdir(parents=True)
        if self.is_git:
            repository(self.home / "origin", bare=True)
        else:
            paper(self.home / "origin")

    def clone(self) -> Ledger:
        """As in a workflow, each run has its own."""
        self.tally.runs += 1
        place = self.home / f"clone {self.tally.runs}"
        if not self.is_git:
            return Ledger(paper(place), remote="origin")
        made = repository(place)
        subprocess.run(["git", "remote", "add", "origin", str(self.home / "origin")], cwd=made.root, check=True)
        return Ledger(made, remote="origin")

    def deliveries(self) -> dict[Key, Delivery]:
        """As the remote has them: what a clone knows alone is gone with its machine."""
        remote = self.home / "origin"
        there = Repository(remote, remote / "objects") if self.is_git else paper(remote)
        return dict(ledger.read(Ledger(there)).deliveries)

    def run(self) -> int:
        """Start a run, and return its process."""
        home = self.clone()
        pid = os.fork()
        if pid == 0:
            try:
                self._publish(home, f"run {self.tally.runs}")
            except CmflowError:
                pass
            except BaseException as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            finally:
                os._exit(0)
        return pid

    def _publish(self, home: Ledger, name: str) -> None:
        clock = Clock(self.now)
        world = Environment(
            variant=variant,
            media=lambda account, path: FILES[path],
            network=lambda account: network.load(ACCOUNTS[account].account.network),
            access=lambda account: replace(ACCOUNTS[account], clock=lambda: clock().timestamp()),
            http=lambda: http.client(Way(self.port, clock)),
            clock=clock,
            sleep=clock.sleep,
            report=lambda outcome: None,
            run=name,
            commit="c" * 40,
            publication=lambda variant: Publication.of(variant, "A title", "post.md", {}),
            vault=UploadFiles(self.home) if self.keeps else Vault(),
        )
        ledger.sync(home, clock())
        publish.run(stop.mark(self.posts, stops.read(home), clock()), world, home)


def key(item: Planned) -> tuple[str, str]:
    return item.post, item.account


def is_over(delivery: Delivery) -> bool:
    """It is sent, or a person is asked."""
    asks = delivery.state in (State.UNSURE, State.FAILED) and delivery.retry_at is None
    return delivery.state is State.SENT or asks


def misjudged(delivery: Delivery | None, counts: Sequence[int]) -> str:
    """What the ledger says that is false, or a delivery that nobody is told of; "" where all is well."""
    if delivery is None:
        return "is in no ledger"
    receipts = len(delivery.receipts)
    if not all(counts[:receipts]):
        return f"has {receipts} receipts and is out {counts} times"
    if not is_over(delivery):
        return f"stays {delivery.state}"
    if delivery.state is State.FAILED and any(counts[receipts:]):
        return "is said to have failed, and is out"
    return "" if not any(counts[receipts + 1 :]) else "is further than the ledger knows"


def told(delivery: Delivery | None) -> str:
    """Why a person is asked, without what is different each time."""
    return re.sub(r"\S*\d\S*", "…", delivery.error if delivery else "")[:120]


def story(delivery: Delivery | None) -> str:
    return " → ".join(f"{event.state} {event.note}".strip() for event in delivery.history) if delivery else ""


def kill(pid: int) -> bool:
    """Kill it with all that it does; False where it had ended by itself."""
    ended, _ = os.waitpid(pid, os.WNOHANG)
    if not ended:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return not ended


def storm(names: Sequence[str], kills: int, seed: int) -> Tally:
    cmflow.netkit.journal.LEAST = PIECE
    cmflow.networks.youtube.video.PIECE = cmflow.networks.x.files.SEGMENT = PIECE
    cmflow.networks.facebook.video.PROBE = PIECE
    for name in names:
        record = network.load(ACCOUNTS[name].account.network)
        assert record.publish is not None
    port, pid = open_harbour(seed)
    try:
        with tempfile.TemporaryDirectory(prefix="cmflow-kills-", dir=MEMORY) as folder:
            blowing = Storm(names, Path(folder), port, random.Random(seed))
            with suppress(KeyboardInterrupt):  # who ends it early sees how it went so far
                blowing.blow(kills)
            return blowing.tally
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults kills", description=__doc__)
    parser.add_argument("--networks", default="all", help=f"all, or some of: {', '.join(ACCOUNTS)}")
    parser.add_argument("--runs", type=int, default=100, help="how many runs to kill")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    names = tuple(ACCOUNTS) if given.networks == "all" else tuple(given.networks.split(","))
    began = time.monotonic()
    tally = storm(names, given.runs, given.seed)
    print(*tally.lines(), f"{time.monotonic() - began:.0f} seconds.", sep="\n")
    return 1 if tally.bad else 0
