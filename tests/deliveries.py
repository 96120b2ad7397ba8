"""A small world to publish in: a clock that stands still, variants, a network that keeps its own list of posts."""

import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from cmflow import git, model
from cmflow.git.objects import Patch
from cmflow.ledger import Ledger
from cmflow.model import Planned, Publication, Remote, Variant, limits
from cmflow.netkit import http, network
from cmflow.netkit.upload import Upload
from cmflow.publish import Environment
from cmflow.publish.job import Outcome
from cmflow.values import dataclass
from tests.faults.paper import Paper, paper

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
LIMITS = limits.Limits(text=(), form=lambda text: model.Form(text.chars), find=lambda body: ())


class Crash(BaseException):
    """The process ends here, as far as cmflow can tell."""


@dataclass
class Clock:
    """It moves only while a run sleeps, and never back: many threads of a run do so at the same time."""

    now: datetime = NOON
    gate: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self.gate:
            self.now += timedelta(seconds=seconds)


def part(words: str, *media: str) -> model.Part:
    return model.Part(model.Text(words), model.Form(words), tuple(model.Media(path, "A picture") for path in media))


def planned(post: str = "hello", account: str = "team", parts: int = 1, **changes: Any) -> Planned:
    fields: dict[str, Any] = {"due": NOON, "late": timedelta(hours=6), "digest": f"digest of {post}", "parts": parts}
    return Planned(post, account, **(fields | {"path": f"content/posts/{post}.md"} | changes))


def variant(each: Planned) -> Variant:
    parts = tuple(part(f"{each.post} {number}") for number in range(each.parts))
    return Variant(each.post, each.account, "fake", each.due, parts, digest=each.digest)


@dataclass
class Fake:
    """A network with its own memory. `moments` is called before and after each post is taken."""

    keyed: bool = False
    finds: bool = False
    posts: list[tuple[str, str, str]] = field(default_factory=list)  # account, text, key
    moments: Callable[[str], None] = lambda moment: None
    requests: int = 0

    def publish(self, account: str, message: network.Outgoing, thread: tuple[model.Receipt, ...]) -> Remote:
        assert len(thread) == message.index
        self.requests += 1
        self.moments("before the request")
        post = (account, message.part.form.body, message.key)
        if not (self.keyed and post in self.posts):
            self.posts.append(post)
        self.moments("after the request")
        return self.remote(post)

    def find(self, account: str, message: network.Outgoing) -> Remote | None:
        post = (account, message.part.form.body, message.key)
        return self.remote(post) if post in self.posts else None

    def remote(self, post: tuple[str, str, str]) -> Remote:
        number = self.posts.index(post) + 1
        return Remote(str(number), f"https://fake.example/{number}")

    @property
    def texts(self) -> list[tuple[str, str]]:
        return sorted((account, text) for account, text, _ in self.posts)

    def network(self) -> network.Network[str]:
        return network.Network(
            name="fake",
            title="Fake",
            docs="",
            limits=LIMITS,
            keyed=self.keyed,
            connect=lambda http, access: access.account.name,
            publish=self.publish,
            find=self.find if self.finds else None,
        )


def world(
    fake: network.Network[Any], clock: Clock, said: list[Outcome], run: str = "run 1", **changes: Any
) -> Environment:
    fields: dict[str, Any] = {
        "variant": variant,
        "media": lambda account, path: Upload.of(b"media"),
        "network": lambda account: fake,
        "access": lambda account: network.Access(model.Account(account, fake.name)),
        "http": lambda: http.client(httpx.MockTransport(lambda request: httpx.Response(500))),
        "clock": clock,
        "sleep": clock.sleep,
        "report": said.append,
        "run": run,
        "commit": "c" * 40,
        "publication": lambda variant: Publication.of(
            variant, f"Title of {variant.post}", f"content/posts/{variant.post}.md", {}
        ),
    }
    return Environment(**(fields | changes))


def repository(folder: Path, bare: bool = False) -> git.Repository:
    subprocess.run(["git", "init", "-q", "--template=", *(["--bare"] if bare else []), str(folder)], check=True)
    return git.Repository(folder, folder / ("objects" if bare else ".git/objects"))


def clones(folder: Path, count: int, branch: str = "cmflow-state") -> Sequence[Ledger]:
    """A bare remote, and ledgers in that many clones of it."""
    remote = repository(folder / "remote.git", bare=True)
    ledgers = []
    for number in range(count):
        clone = repository(folder / f"clone {number}")
        subprocess.run(["git", "remote", "add", "origin", str(remote.root)], cwd=clone.root, check=True)
        ledgers.append(Ledger(clone, branch, "origin"))
    return ledgers


def papers(folder: Path, count: int, branch: str = "cmflow-state") -> Sequence[Ledger]:
    """The same on paper."""
    paper(folder / "origin")
    return [Ledger(paper(folder / f"clone {number}"), branch, "origin") for number in range(count)]


@dataclass
class Trip:
    """Counts the moments of a run; at number `at` the process dies, and stays dead."""

    at: int = 1_000_000
    seen: int = 0

    def __call__(self, moment: str) -> None:
        self.seen += 1
        if self.seen >= self.at:
            raise Crash(moment)


class Moments(git.Repository):
    """Every write has a moment before and after it. Stands before the repository that writes."""

    __slots__ = ()
    moments: Callable[[str], None]

    def make_commit(
        self, changes: Mapping[str, Patch], message: str, parent: str | None, time: datetime, merged: str = ""
    ) -> str:
        self.moments("before the commit")
        return super().make_commit(changes, message, parent, time, merged)

    def move(self, ref: str, new: str, old: str | None) -> None:
        self.moments("before the move")
        super().move(ref, new, old)
        self.moments("after the move")

    def push(self, remote: str, oid: str, branch: str) -> None:
        self.moments("before the push")
        super().push(remote, oid, branch)
        self.moments("after the push")


@dataclass(frozen=True, slots=True)
class Tripping(Moments):
    moments: Callable[[str], None] = lambda moment: None


@dataclass(frozen=True, slots=True)
class TrippingPaper(Moments, Paper):
    moments: Callable[[str], None] = lambda moment: None


def tripping(ledger: Ledger, moments: Callable[[str], None]) -> Ledger:
    inner = ledger.repository
    kind = TrippingPaper if isinstance(inner, Paper) else Tripping
    return Ledger(kind(inner.root, inner.store, moments), ledger.branch, ledger.remote)
