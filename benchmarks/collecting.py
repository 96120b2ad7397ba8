"""A run of `cmflow metrics` after years: twenty accounts with three posts a day each, every post read ten times.

The networks answer at once: what is measured is git and cmflow. The run works as on GitHub, in a shallow clone.
"""

import json
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx

from benchmarks import corpus, measure
from benchmarks.commands import Made
from benchmarks.figures import AGES, METRICS
from benchmarks.measure import Figure
from cmflow import git
from cmflow.ledger import BRANCH, Ledger, codec, readings
from cmflow.metrics import agenda as agendas
from cmflow.metrics.agenda import Agenda
from cmflow.metrics.collect import Sources, Summary, collect
from cmflow.model import Account, Delivery, Event, Receipt, State
from cmflow.netkit import http, network
from cmflow.netkit.network import Access, Figures, Network

NOW = datetime(2026, 12, 1, 5, 30, tzinfo=UTC)
ACCOUNTS = {f"account-{number:02}": ("mastodon", "bluesky")[number % 2] for number in range(20)}
DAILY = (8, 12, 17)  # hours of the posts
RUNS = 24  # hours whose runs are played
DUE = 60  # parts that a run reads


def collecting(made: Made, posts: int, repeat: int) -> Iterator[Figure]:
    """Three years at 65,700 posts; `posts` is how many there are in all."""
    days = max(100, posts // (len(ACCOUNTS) * len(DAILY)))
    origin = made.folder / f"collecting-{days}"
    if not origin.exists():
        _make(origin, days)
    count, size = _lines(origin), _packed(origin)
    yield Figure(f"the branch of readings as it is: {count:,} lines, {len(_files(origin)):,} files", _megabytes(size))
    seconds, received = _clone(origin, made.folder / f"collecting-{days}-clone")
    yield Figure("what a shallow clone fetches of it", f"{_megabytes(received)}, {measure.in_words(seconds)}")
    run = _Run(made.folder / f"collecting-{days}-clone")
    taken = measure.times(lambda: run(NOW), 1)
    yield measure.at_most(f"a run that reads {run.read} due posts, with all of its git", taken, 10)
    yield Figure("of the time, what is due", measure.in_words(measure.times(lambda: run.agenda(NOW), repeat)))
    yield Figure("months read, of all", f"{run.months(NOW)} of {len(_files(origin)):,}")
    growth = _growth(run, origin)
    yield Figure("the branch grows by", f"{_megabytes(growth)} a day, {_megabytes(growth * 365)} a year")


# ── three years ─────────────────────────────────────────────────────────────────────────────────────────────


def _make(folder: Path, days: int) -> None:
    """A bare repository in which everything is sent, with every reading that was due before the last day."""
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", folder], check=True)
    corpus.fast_import(folder, corpus.stream("main", iter([("content/plan.md", b"---\n---\n")]), "Plan"))
    deliveries = list(_deliveries(days))
    files = ((codec.path(each.post, each.account), codec.encode(each)) for each in deliveries)
    corpus.fast_import(folder, corpus.stream(BRANCH, files, "What was sent"))
    corpus.fast_import(folder, corpus.stream(readings.BRANCH, _months(deliveries), "Readings"))


def _deliveries(days: int) -> Iterator[Delivery]:
    start = NOW.replace(hour=0, minute=0) - timedelta(days=days)
    for day in range(days):
        for hour in DAILY:
            due = start + timedelta(days=day, hours=hour)
            for account in ACCOUNTS:
                post = f"{due:%Y-%m-%d}-{hour}-{account}"
                receipt = Receipt(0, f"{due:%Y%m%d%H}", f"https://{account}.example/{post}", due)
                history = (Event(due, State.SENT, "1"),)
                yield Delivery(post, account, State.SENT, due, receipts=(receipt,), history=history)


def _months(deliveries: list[Delivery]) -> Iterator[tuple[str, bytes]]:
    """Every age that has begun a day before the end; the last day is left to the runs."""
    random, files = Random(7), defaultdict[str, list[str]](list)
    for delivery in deliveries:
        first, total = delivery.receipts[0].time, random.lognormvariate(3, 0.6)
        names = METRICS[ACCOUNTS[delivery.account]]
        for hours in AGES:
            moment = first + timedelta(hours=hours, seconds=random.randrange(3000))
            if moment < NOW - timedelta(days=1):
                share = total * (hours / AGES[-1]) ** 0.2
                row = {
                    "at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                    "post": delivery.post,
                    "slot": f"{hours}h" if hours < 24 else f"{hours // 24}d",
                    "age": int((moment - first).total_seconds()),
                    "network": ACCOUNTS[delivery.account],
                    "values": {name: round(share / place) for place, name in enumerate(names, 1)},
                }
                files[readings.path(delivery.account, moment)].append(json.dumps(row, separators=(",", ":")) + "\n")
    yield from ((path, "".join(sorted(rows)).encode()) for path, rows in sorted(files.items()))


def _files(folder: Path) -> list[str]:
    return _git(folder, "ls-tree", "-r", "--name-only", readings.BRANCH).splitlines()


def _lines(folder: Path) -> int:
    ids = _git(folder, "ls-tree", "-r", "--object-only", readings.BRANCH)
    blobs = subprocess.run(["git", "cat-file", "--batch"], cwd=folder, input=ids, capture_output=True, text=True)
    return sum(line.startswith("{") for line in blobs.stdout.splitlines())


def _packed(folder: Path) -> int:
    """Bytes of all that the branch holds, with its history, in one pack."""
    command = ["git", "pack-objects", "--revs", "--stdout", "--quiet"]
    pack = subprocess.run(command, cwd=folder, input=f"{readings.BRANCH}\n".encode(), capture_output=True, check=True)
    return len(pack.stdout)


# ── a run ───────────────────────────────────────────────────────────────────────────────────────────────────


def _clone(origin: Path, folder: Path) -> tuple[float, int]:
    """As actions/checkout does: main alone, one commit deep; then the branch of readings: seconds, bytes."""
    subprocess.run(["rm", "-rf", folder], check=True)
    address = origin.absolute().as_uri()
    subprocess.run(["git", "clone", "--quiet", "--depth=1", "--branch=main", address, folder], check=True)
    repository = git.discover(folder)
    small = _stored(folder)
    began = time.perf_counter()
    repository.fetch("origin", readings.BRANCH)
    seconds, size = time.perf_counter() - began, _stored(folder) - small
    repository.fetch("origin", BRANCH)
    for branch in (BRANCH, readings.BRANCH):
        _git(folder, "branch", "--quiet", branch, f"origin/{branch}")
    return seconds, size


class _Run:
    """Runs in one clone. Each reads the `DUE` most urgent posts."""

    def __init__(self, folder: Path) -> None:
        self.state = Ledger(git.discover(folder), BRANCH, "origin")
        self.store = replace(self.state, branch=readings.BRANCH)
        self.networks = {name: _fake(kind) for name, kind in ACCOUNTS.items()}
        self.read = 0

    def agenda(self, now: datetime) -> Agenda:
        return agendas.agenda(self.state, self.store, self.networks, now)

    def __call__(self, now: datetime) -> Summary:
        agenda = self.agenda(now)
        agenda = replace(agenda, posts=agenda.posts[:DUE])
        self.read = len(agenda.posts)
        sources = Sources(
            self.networks.__getitem__,
            lambda name: Access(Account(name, ACCOUNTS[name]), (("token", "t"),)),
            lambda: http.client(httpx.MockTransport(lambda request: httpx.Response(500))),
            lambda: now,
        )
        return collect(agenda, sources, self.store)

    def months(self, now: datetime) -> int:
        """Files that say what has been read already: of this month, and of one or two before."""
        paths = {
            readings.path(name, time) for name in ACCOUNTS for time in (now, now - timedelta(15), now - timedelta(30))
        }
        return len(paths & {*_files(self.state.repository.root)})


def _fake(kind: str) -> Network[Any]:
    """A network that answers at once."""
    figures: Figures = dict.fromkeys(METRICS[kind], 7)

    def posts(session: object, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
        return (figures,) * len(receipts)

    record: Network[Any] = network.load(kind)
    return replace(
        record,
        connect=lambda client, access: access,
        metrics=posts,
        account_metrics=lambda session: {"followersCount": 812},
        batch=25,
    )


def _growth(run: _Run, origin: Path) -> int:
    """Bytes that a day of hourly runs adds, once git has packed them."""
    before = _packed(origin)
    for hour in range(1, RUNS + 1):
        run(NOW + timedelta(hours=hour))
    return _packed(origin) - before


def _stored(folder: Path) -> int:
    return sum(file.stat().st_size for file in (folder / ".git" / "objects").rglob("*") if file.is_file())


def _git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
