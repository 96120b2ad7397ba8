"""Signing in on an OAuth 2 server that others wrote: in the browser, and with refresh tokens that rotate.

Each job is a process of its own in a clone of its own, as on GitHub Actions: the new token is kept in a secret of the
environment, the claim is a push to a real git remote, and the server takes a second use of a token for a theft.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
import httpx
import pytest

from cmflow.model import Account
from cmflow.model.errors import Denied
from cmflow.netkit import http, network, oauth
from cmflow.netkit.auth import Credentials
from tests import ROOT
from tests.cli.conftest import LOAD, PLAN, Place, bare, run
from tests.github import vault as stand_in
from tests.github.vault import Vault
from tests.servers.oauth import OAuthServer, oauth_server

__all__ = ["bare", "run"]

pytestmark = pytest.mark.slow

APP = Credentials("the-app", "app-s3cret")
SHORT = Account("short", "x")
NAME = "CMFLOW_SHORT_REFRESH_TOKEN"
LATER = 660.0  # seconds: a claim of a run that died may be taken over


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OAuthServer]:
    with oauth_server(tmp_path_factory.mktemp("oauth")) as server:
        yield server


@pytest.fixture
def vault() -> Iterator[Vault]:
    with stand_in.running(Vault()) as vault:
        yield vault
    assert vault.drift == []


def connected(server: OAuthServer) -> str:
    """A person has let the app in: the first refresh token."""
    form = {"grant_type": "authorization_code", "code": "c0de", "client_id": APP.client_id}
    token: str = httpx.post(f"{server.url}/token", data=form).json()["refresh_token"]
    return token


# ── jobs ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Jobs:
    """Jobs of one repository, each on a machine of its own; `first` is the secret as `cmflow connect` set it."""

    folder: Path
    server: OAuthServer
    vault: Vault
    first: str
    started: int = 0
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        source = self.folder / "source"
        _git(self.folder, "init", "-q", "--bare", "-b", "main", "remote.git")
        _git(self.folder, "init", "-q", "-b", "main", "source")
        (source / "content").mkdir()
        (source / "content/plan.md").write_text(PLAN)
        _git(source, "add", "-A")
        _git(source, "commit", "-qm", "Plan")
        _git(source, "push", "-q", str(self.folder / "remote.git"), "main")

    @property
    def secret(self) -> str:
        """What a job that starts now gets."""
        return self.vault.values.get(NAME, self.first)

    def start(self, at: int = 0, ahead: float = 0) -> "subprocess.Popen[str]":
        self.started += 1
        root = self.folder / f"clone-{self.started}"
        _git(self.folder, "clone", "-q", "remote.git", root.name)
        job = {"root": str(root), "url": self.server.url, "folder": str(self.server.folder), "at": at, "ahead": ahead}
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("CMFLOW_", "GITHUB_"))},
            "CMFLOW_SHORT_CLIENT_ID": APP.client_id,
            "CMFLOW_SHORT_CLIENT_SECRET": APP.client_secret,
            NAME: self.secret,
            "CMFLOW_GITHUB_TOKEN": stand_in.TOKEN,
            "GITHUB_API_URL": self.vault.url,
            "GITHUB_REPOSITORY": "team/content",
            "GITHUB_ACTIONS": "true",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        words = [sys.executable, "-m", "tests.servers.renewer"]
        pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        process = subprocess.Popen(words, cwd=ROOT, env=environment, text=True, **pipes)
        assert process.stdin
        process.stdin.write(json.dumps(job))
        process.stdin.close()
        process.stdin = None
        return process

    def end(self, process: "subprocess.Popen[str]") -> tuple[list[str], dict[str, str]]:
        """The moments it went through, and its last word; none where it was killed."""
        out, err = process.communicate(timeout=120)
        *moments, last = [*out.splitlines(), ""] if process.returncode else out.splitlines()
        answer = json.loads(last) if last else {}
        self.said += [*moments, answer.get("says", ""), err]
        return moments, answer

    def job(self, at: int = 0, ahead: float = 0) -> tuple[list[str], dict[str, str]]:
        return self.end(self.start(at, ahead))

    def is_alive(self) -> bool:
        """Whether the network still takes what the environment keeps."""
        try:
            with http.client() as client:
                oauth.refresh(client, self.server.auth, SHORT, APP, self.secret)
        except Denied:
            return False
        return True

    def tells(self, *secrets: str) -> bool:
        """Whether one of these is in the ledger, or in what the jobs said."""
        ledger = _git(self.folder / "remote.git", "log", "-p", "--all")
        return any(secret in words for secret in secrets for words in (ledger, *self.said))


def _git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "protocol.file.allow=always")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    ended = subprocess.run(["git", *who, *words], cwd=folder, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_each_job_renews_the_token_and_keeps_the_next(tmp_path: Path, server: OAuthServer, vault: Vault) -> None:
    jobs = Jobs(tmp_path / "jobs", server, vault, connected(server))
    kept = [jobs.first]
    for number in range(3):
        _, answer = jobs.job(ahead=number * 7200.0)
        assert answer.keys() == {"access"}
        kept.append(jobs.secret)
        assert not jobs.tells(*kept, answer["access"], APP.client_secret, stand_in.TOKEN)
    assert len(set(kept)) == 4
    assert server.requests == ["authorization_code", *["refresh_token"] * 3]
    assert jobs.is_alive()


def test_a_job_that_is_killed_between_any_two_steps_loses_the_account_in_one_gap_only(
    tmp_path: Path, server: OAuthServer, vault: Vault
) -> None:
    moments, _ = Jobs(tmp_path / "calm", server, vault, connected(server)).job()
    lost = list[str]()
    for at, moment in enumerate(moments, 1):
        vault.written.clear()
        jobs = Jobs(tmp_path / f"{at}", server, vault, connected(server))
        passed, answer = jobs.job(at)
        assert (passed, answer) == (moments[:at], {}), moment
        _, answer = jobs.job(ahead=LATER)
        if "access" not in answer:
            assert answer["says"].endswith("Connect the account again: cmflow connect short"), (moment, answer)
            lost.append(moment)
        else:
            assert jobs.is_alive(), moment
        assert not jobs.tells(jobs.first, jobs.secret, APP.client_secret, stand_in.TOKEN)
    # Between the network's answer and the only copy of it that outlives the machine.
    start = moments.index("after the request")
    assert lost == moments[start : moments.index("after a secret is written", start)]


def test_two_jobs_at_once_use_the_token_once(tmp_path: Path, server: OAuthServer, vault: Vault) -> None:
    jobs = Jobs(tmp_path / "jobs", server, vault, connected(server))
    for round in range(4):
        processes = [jobs.start(ahead=round * 7200.0) for _ in range(2)]
        answers = [jobs.end(process)[1] for process in processes]
        assert sorted("access" in answer for answer in answers) == [False, True], answers
        assert [answer["error"] for answer in answers if "error" in answer] == ["NotSent"]
        assert server.requests.count("refresh_token") == round + 1
    assert jobs.is_alive()


def test_a_refresh_token_that_ended_asks_for_a_person(tmp_path: Path, server: OAuthServer, vault: Vault) -> None:
    jobs = Jobs(tmp_path / "jobs", server, vault, connected(server))
    server.next(expired=True)
    _, answer = jobs.job()
    assert answer == {
        "error": "Denied",
        "says": "The token server answers 400: invalid_grant The token is not good. "
        "Connect the account again: cmflow connect short",
    }
    assert not jobs.tells(jobs.first)


# ── in the browser ──────────────────────────────────────────────────────────────────────────────────────────


def test_connect_from_the_page_of_the_server_to_the_secret(
    bare: Place, server: OAuthServer, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With PKCE, which this server checks; and a run then gets an access token. It grants a scope of its own only."""
    record = replace(LOAD("x"), auth=server.auth, connect=None, verify=None)
    monkeypatch.setattr(network, "load", lambda name: record if name == "x" else LOAD(name))
    monkeypatch.setattr(click, "launch", lambda url: threading.Thread(target=server.allow, args=(url,)).start())
    for name, value in (
        ("CMFLOW_SHORT_CLIENT_ID", APP.client_id),
        ("CMFLOW_SHORT_CLIENT_SECRET", APP.client_secret),
        ("CMFLOW_GITHUB_TOKEN", stand_in.TOKEN),
        ("GITHUB_API_URL", vault.url),
        ("GITHUB_REPOSITORY", "team/content"),
    ):
        monkeypatch.setenv(name, value)
    result = bare.run("connect", "short", "--port", "0", "--github")
    granted = "Not granted: tweet.read, tweet.write, users.read. What needs that will be refused.\n"
    assert (result.code, result.err) == (0, granted)
    token = vault.values[NAME]
    assert token not in result.out
    with http.client() as client:
        assert oauth.refresh(client, server.auth, SHORT, APP, token).access_token.count(".") == 2
