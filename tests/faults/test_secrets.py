"""A secret is planted in every place where an error could carry it; wherever words come out, it is not there."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from click.testing import CliRunner

from cmflow import git, ledger, publish
from cmflow.cli import group
from cmflow.cli._exit import bug
from cmflow.ledger import Ledger
from cmflow.model import Account, Receipt, Remote
from cmflow.model.errors import CmflowError, Denied, GitError, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import network
from cmflow.netkit.network import Access
from cmflow.publish import Outcome
from tests.deliveries import NOON, Clock, Fake, planned, repository, world
from tests.loopback import serving

SECRET = "s3cr+t/of=\"ours'&ü%"
PLAIN = "syt_c29tZW9uZQ_aPlainMatrixToken_0"
LEAKS = (f"Bearer {SECRET}", f"https://x.example/bot{quote(SECRET, safe='')}/send", f"?token={PLAIN}", repr(SECRET))
REQUEST = httpx.Request("POST", f"https://x.example/hook/{quote(SECRET, safe='')}", headers={"X-Key": PLAIN})


def chained(error: CmflowError) -> CmflowError:
    error.__cause__ = ValueError(SECRET)
    return error


ERRORS: list[Exception] = [
    *(kind(" ".join(LEAKS), " ".join(LEAKS)) for kind in (NotSent, Denied, Rejected, Throttled, Unsure, CmflowError)),
    chained(Unsure(f"No answer to {LEAKS[0]}.")),
    *(kind(" ".join(LEAKS), request=REQUEST) for kind in (httpx.ConnectError, httpx.ReadTimeout, httpx.ProxyError)),
    httpx.TooManyRedirects(LEAKS[1], request=REQUEST),
]


def clean(*words: object) -> bool:
    forms = (SECRET, quote(SECRET), quote(SECRET, safe=""), repr(SECRET)[1:-1], PLAIN)
    return not [form for form in forms if form in "\n".join(map(str, words))]


def access(account: str) -> Access:
    return Access(Account(account, "fake"), (("token", SECRET), ("other", PLAIN)))


def everything(home: Ledger) -> str:
    """All that the ledger ever held, and how git shows it."""
    return subprocess.run(
        ["git", "log", "-p", "--all"], cwd=home.repository.root, capture_output=True, text=True, check=True
    ).stdout


PLACES = [("publish", error) for error in ERRORS] + [(where, ERRORS[0]) for where in ("connect", "find")]


@pytest.mark.slow
@pytest.mark.parametrize(("where", "error"), PLACES, ids=lambda each: str(type(each).__name__))
def test_no_error_carries_a_secret_into_ledger_or_sentence(tmp_path: Path, where: str, error: Exception) -> None:
    home, clock, said = Ledger(repository(tmp_path)), Clock(), list[Outcome]()

    def broken(*_: object) -> Any:
        raise copy(error)

    net = Fake(finds=True).network()
    if where == "find":
        net = replace(net, publish=failing(httpx.ReadTimeout(SECRET)), find=broken)
    else:
        net = replace(net, connect=broken) if where == "connect" else replace(net, publish=broken)
    for _ in range(2):
        summary = publish.run([planned(), planned("two")], world(net, clock, said, access=access), home)
        clock.now += timedelta(minutes=11)
    assert clean(summary, said, ledger.read(home), everything(home) if ledger.read(home).commit else "")
    assert said


def failing(error: Exception) -> Callable[[str, network.Outgoing, tuple[Receipt, ...]], Remote]:
    def publish(account: str, message: network.Outgoing, thread: tuple[Receipt, ...]) -> Remote:
        raise error

    return publish


def test_an_address_that_holds_the_secret_is_not_written_down(tmp_path: Path) -> None:
    home, said = Ledger(repository(tmp_path)), list[Outcome]()
    net = replace(Fake().network(), publish=lambda *_: Remote("1", f"https://x.example/{quote(SECRET, safe='')}/1"))
    publish.run([planned()], world(net, Clock(), said, access=access), home)
    assert said[0].urls == ("https://x.example/…/1",)
    assert clean(everything(home))


def test_a_bug_tells_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMFLOW_TEAM_TOKEN", SECRET)
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise ZeroDivisionError(repr(SECRET)) from error
    except ZeroDivisionError as error:
        said = bug(error)
    file = Path(said.split()[-1])
    assert clean(said, file.read_text())
    file.unlink()


@pytest.mark.parametrize(
    "url", ["http://me:{}@127.0.0.1:9/x.git", "http://127.0.0.1:9/{}/x.git?token={}", "nope://{}@x/"]
)
def test_a_remote_with_credentials_in_its_address(tmp_path: Path, url: str) -> None:
    home = repository(tmp_path)
    secret = "h1dden@pw"
    subprocess.run(["git", "remote", "add", "origin", url.replace("{}", secret)], cwd=home.root, check=True)
    commit = home.make_commit({"a": b"1"}, "One", None, NOON)
    with pytest.raises(GitError) as fetched:
        home.fetch("origin", "state")
    with pytest.raises(GitError) as pushed:
        home.push("origin", commit, "state")
    for error in (fetched.value, pushed.value):
        assert "h1dden" not in f"{error} {error.hint}"
    said = f"fatal: what is {url.replace('{}', secret)} supposed to be"
    assert "h1dden" not in str(git.program.error(home.root, said))


# ── the whole command ───────────────────────────────────────────────────────────────────────────────────────


class Parrot(BaseHTTPRequestHandler):
    """A server that says back all it was told."""

    def do_POST(self) -> None:
        told = f"{self.headers} {self.path} {self.rfile.read(int(self.headers.get('Content-Length') or 0)).decode()}"
        body = ('{"error": ' + json.dumps(" ".join(told.split())[-600:]) + "}").encode()
        self.send_response(422)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""


@pytest.fixture
def parrot() -> Iterator[str]:
    with serving(HTTPServer(("127.0.0.1", 0), Parrot)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}"


PLAN = "---\nbrand: B\ntimezone: UTC\naccounts:\n  team:\n    network: mastodon\n    options: {instance: SERVER}\n---\n"
POST = "---\ntitle: Hello\ndate: DATE\naccounts: [team]\nlate: 9000d\n---\nHello there.\n"


@pytest.mark.slow
def test_nothing_that_the_commands_say_or_keep_holds_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parrot: str
) -> None:
    token = "aTokenNobodyKnows123"
    monkeypatch.setenv("CMFLOW_TEAM_TOKEN", token)
    (tmp_path / "content/posts").mkdir(parents=True)
    (tmp_path / "content/plan.md").write_text(PLAN.replace("SERVER", parrot))
    (tmp_path / "content/posts/hello.md").write_text(POST.replace("DATE", "2025-01-01 12:00"))
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-qm", "A"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    said = ""
    for arguments in (["publish"], ["status", "--all"], ["status", "--format", "json"], ["build"], ["publish"]):
        with suppress(CmflowError):
            said += CliRunner().invoke(group, ["--root", str(tmp_path), *arguments]).output
    assert "422" in said
    history = subprocess.run(["git", "log", "-p", "--all"], cwd=tmp_path, capture_output=True, text=True).stdout
    kept = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert token not in said + history
    assert not [data for data in kept if token.encode() in data]
