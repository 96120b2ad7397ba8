"""A small content repository with a ledger and readings, of which each trial damages one file."""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cmflow import git
from cmflow.ledger import BRANCH, approvals, codec, heartbeat, publication_rows, publications, readings, stops
from cmflow.model import (
    Approval,
    Confirmation,
    Delivery,
    Event,
    Form,
    Kind,
    Media,
    Part,
    Publication,
    Reading,
    Receipt,
    Span,
    State,
    Stop,
    Stops,
    Text,
    Variant,
)
from tests import ROOT
from tests.repository.places import run

NOW = datetime(2026, 12, 3, 12, tzinfo=UTC)
PLAN = "content/plan.md"
TRIALS = tuple(f"content/posts/{name}.md" for name in ("trial", "second", "third", "fourth"))
TRIAL = TRIALS[0]
STATES = {
    ("cmflow-is-here", "mastodon-en"): State.SENT,
    ("cmflow-is-here", "bluesky"): State.UNSURE,
    ("cmflow-is-here", "linkedin"): State.FAILED,
    ("trial", "mastodon-en"): State.SENDING,
    ("trial", "bluesky"): State.SENT,
    ("once-more", "mastodon-en"): State.SCHEDULED,
    ("counting", "x-en"): State.MISSED,
}
POSTS = sorted(ROOT.glob("content/posts/**/*.md"))
TEMPLATES = sorted(ROOT.glob("templates/networks/*.j2"))
PAGES = sorted(ROOT.glob("templates/site/*.j2"))
MEDIA = sorted(ROOT.glob("content/media/*.*"))
ALWAYS = ("cmflow-is-here", "once-more", "counting")


@dataclass(frozen=True)
class World:
    """A repository at `root`; `files` is what it holds when it is whole, `ledgers` the same of the other branches."""

    root: Path
    repository: git.Repository
    files: Mapping[str, bytes]
    ledgers: Mapping[str, Mapping[str, bytes]]
    tips: Mapping[str, str]

    def write(self, files: Mapping[str, bytes]) -> None:
        for path, data in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_bytes(data)

    def commit(self, branch: str, files: Mapping[str, bytes]) -> None:
        self.repository.commit_files(branch, dict(files), "Damage", self.tips[branch], NOW)

    def restore(self, paths: Iterable[str]) -> None:
        """Make it whole again: the files, and the tips of the branches."""
        for path in paths:
            if path in self.files:
                self.write({path: self.files[path]})
            else:
                (self.root / path).unlink(missing_ok=True)
        for branch, tip in self.tips.items():
            if self.repository.tip(branch) != tip:
                run(self.root, "update-ref", f"refs/heads/{branch}", tip)


def world(root: Path) -> World:
    """A whole one, in this folder."""
    files = dict(_content())
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    run(root, "init", "-q", "-b", "main", "--template=")
    run(root, "add", "-A")
    run(root, "commit", "-q", "-m", "Content")
    repository = git.Repository(root, root / ".git/objects")
    head = repository.head()
    ledgers = {BRANCH: dict(_state(head)), readings.BRANCH: dict(_readings())}
    for branch, ledger in ledgers.items():
        repository.commit_files(branch, dict(ledger), "Ledger", None, NOW)
    tips = {branch: repository.tip(branch) or "" for branch in ("main", *ledgers)}
    return World(root, repository, files, ledgers, tips)


def _content() -> Iterator[tuple[str, bytes]]:
    yield PLAN, (ROOT / PLAN).read_bytes()
    for place, name in zip(TRIALS, ("never-sent-twice", "for-whom", "what-is-missing", "one-posts-way"), strict=True):
        yield place, (ROOT / f"content/posts/2026-12/{name}.md").read_bytes()
    yield ".gitignore", b".cmflow/\n_site/\n"
    for path in (*POSTS, *MEDIA, *TEMPLATES):
        if path.suffix != ".md" or path.stem in ALWAYS:
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def _state(head: str) -> Iterator[tuple[str, bytes]]:
    for (post, account), state in STATES.items():
        sent = (Receipt(0, "1001", "https://social.example.org/@cmflow/1001", NOW),) if state is State.SENT else ()
        history = (Event(NOW, State.SENDING, "run 1"), Event(NOW + timedelta(seconds=2), state, "run 1", "A note"))
        due = NOW - timedelta(days=2)
        delivery = Delivery(post, account, state, due, TRIAL, run="run 1", commit=head, digest="0" * 64)
        delivery = replace(delivery, receipts=sent, history=history)
        yield codec.path(post, account), codec.encode(delivery)
    ben = Approval("ben", NOW - timedelta(days=3), 7, head, ("ana",), (("mastodon-en", "0" * 64),))
    yield codec.approvals_path("trial"), approvals.encode("trial", (ben,))
    words = Text("One post, two parts", (Span(0, 3, Kind.BOLD),))
    part = Part(words, Form(words.chars, words.spans), (Media("content/media/a.png", "A picture"),), 19, 300)
    text = Publication.of(Variant("trial", "bluesky", "bluesky", NOW, (part,), digest="0" * 64), "Trial", TRIAL, {})
    rows = [publication_rows.encode(text, "0" * 64, NOW)]
    yield codec.publications_path("trial"), publications.edit("trial", rows)(None) or b""
    stop = Stop(NOW - timedelta(days=4), "A storm", "ana", "run 1", NOW - timedelta(days=3), "ben", "run 2")
    confirmed = Confirmation("trial", "mastodon-en", NOW, NOW + timedelta(days=1))
    yield stops.FILE, stops.encode(Stops((stop,), (confirmed,)))
    sign = {"version": 1, "at": NOW.isoformat(), "run": "run 1", "held": {"trial/linkedin": "no secret"}}
    yield heartbeat.FILE, json.dumps(sign).encode()


def _readings() -> Iterator[tuple[str, bytes]]:
    for account, post, metrics in (
        ("mastodon-en", "cmflow-is-here", ("favourites_count", "reblogs_count", "replies_count")),
        ("bluesky", "trial", ("likeCount", "repostCount")),
    ):
        rows = tuple(
            Reading(
                account, account.split("-")[0], metric, 7 + number, NOW + timedelta(hours=number), slot, post, age=3600
            )
            for number, slot in enumerate(("1h", "3h", "6h"))
            for metric in metrics
        )
        yield readings.path(account, NOW), readings.encode(readings.Month(rows))


def temporary(parent: Path) -> World:
    """A whole one, in a new folder of that folder."""
    root = parent / "world"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    return world(root)
