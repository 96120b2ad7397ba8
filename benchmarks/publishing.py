"""Publishing, against what the networks alone would take: each account's own requests, one after the other.

The networks are a server on this machine that takes 150 to 400 ms for each answer; the ledger has a remote beside it.
"""

import json
import multiprocessing
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks import measure
from benchmarks.commands import Made
from benchmarks.measure import Figure
from cmflow import git, publish
from cmflow.ledger import Ledger
from cmflow.model import Account, Form, Part, Planned, Publication, Receipt, Remote, State, Text, Variant
from cmflow.model.limits import Limits
from cmflow.netkit import http, rest
from cmflow.netkit.network import Access, Network, Outgoing
from cmflow.netkit.upload import Upload
from cmflow.publish import Environment, Outcome

NETWORKS = 12
QUICKEST, SLOWEST = 0.150, 0.400  # seconds an answer takes
POSTS = 50
DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)


def patience(account: str) -> float:
    """How long the network of that account takes to answer."""
    return QUICKEST + (SLOWEST - QUICKEST) * int(account.rpartition("-")[2]) / (NETWORKS - 1)


# ── the networks ────────────────────────────────────────────────────────────────────────────────────────────


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        post = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(patience(post["account"]))
        body = json.dumps({"id": post["key"], "url": f"https://example.org/{post['key']}"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def serve(told: Connection) -> None:
    with Server(("127.0.0.1", 0), Handler) as server:
        told.send(server.server_address[1])
        server.serve_forever()


@contextmanager
def served() -> Iterator[str]:
    """The address of the server, which has a process to itself."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()


def send(api: rest.ApiClient, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    post = {"account": message.variant.account, "text": message.part.form.body, "key": message.key}
    found: dict[str, str] = rest.document(api.write("POST", "/posts", json=post))
    return Remote(found["id"], found["url"])


NETWORK: Network[rest.ApiClient] = Network(
    name="loopback",
    title="Loopback",
    docs="",
    limits=Limits(text=(), form=lambda text: Form(text.chars), find=lambda body: ()),
    connect=lambda http, access: rest.client(http, access, "Loopback", rest.address(access, "server")),
    publish=send,
)


# ── the world ───────────────────────────────────────────────────────────────────────────────────────────────


def planned(post: int, account: int) -> Planned:
    return Planned(f"post-{post}", f"account-{account}", DUE, timedelta(hours=6), f"digest of {post}")


def variant(each: Planned) -> Variant:
    words = f"{each.post} for {each.account}"
    return Variant(each.post, each.account, "loopback", DUE, (Part(Text(words), Form(words)),), digest=each.digest)


def world(address: str) -> Environment:
    def access(account: str) -> Access:
        return Access(Account(account, "loopback", options=(("server", address),)), (("token", "a-token"),))

    began = time.monotonic()
    nothing: Callable[[Outcome], None] = lambda outcome: None  # noqa: E731
    return Environment(
        variant=variant,
        media=lambda account, path: Upload.of(b""),
        network=lambda account: NETWORK,
        access=access,
        http=http.client,
        clock=lambda: DUE + timedelta(seconds=time.monotonic() - began),
        sleep=time.sleep,
        report=nothing,
        run="https://example.org/runs/1",
        commit="c" * 40,
        publication=lambda variant: Publication.of(variant, "A title", "post.md", {}),
    )


@contextmanager
def ledger(remote: bool) -> Iterator[Ledger]:
    """A new one, with a remote beside it."""
    with tempfile.TemporaryDirectory(prefix="cmflow-bench-") as folder:
        root = Path(folder)
        init = ["git", "init", "--quiet", "--template="]
        subprocess.run([*init, str(root / "clone")], check=True)
        if remote:
            subprocess.run([*init, "--bare", str(root / "remote")], check=True)
            subprocess.run(["git", "remote", "add", "origin", str(root / "remote")], cwd=root / "clone", check=True)
        yield Ledger(git.discover(root / "clone"), remote="origin" if remote else "")


# ── the figures ─────────────────────────────────────────────────────────────────────────────────────────────


def publishing(made: Made, posts: int, repeat: int) -> Iterator[Figure]:
    """One post, then many, each to twelve networks; the many once with a remote and once without."""
    with served() as address:
        ones = sorted(taken(1, address, remote=True) for _ in range(repeat))
        one, slowest = ones[len(ones) // 2], patience(f"account-{NETWORKS - 1}")
        yield measure.ratio(f"one post to {NETWORKS} networks", one, slowest, 1.5, "the slowest network")
        for remote in (True, False):
            place = "a remote" if remote else "no remote"
            floor = POSTS * slowest
            name = f"{POSTS} posts to {NETWORKS} networks, {place}"
            yield measure.ratio(name, taken(POSTS, address, remote), floor, 1.3, "the slowest account's requests")


def taken(posts: int, address: str, remote: bool) -> float:
    """Seconds for so many posts, each to every network."""
    due = [planned(post, account) for post in range(posts) for account in range(NETWORKS)]
    with ledger(remote) as book:
        began = time.perf_counter()
        summary = publish.run(due, world(address), book)
        seconds = time.perf_counter() - began
    if summary.counts != {State.SENT: len(due)}:
        raise SystemExit(f"not all was sent: {summary.counts}")
    return seconds
