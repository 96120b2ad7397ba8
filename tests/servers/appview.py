"""Bluesky as people see it: a PDS, the directory of identities, and the AppView that counts likes.

The packages are Bluesky's own (`@atproto/dev-env`); Debian and Ubuntu have the databases (postgresql, redis-server).
"""

import json
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from cmflow.model import Account
from cmflow.netkit.network import Access
from tests.servers import free_port, installed, needed
from tests.servers.pds import NODE, node, npm
from tests.servers.venvs import PATIENCE

DEV_ENV = "0.3.215"
PASSWORD = "abcd-efgh-ijkl-mnop"
SCRIPT = Path(__file__).with_suffix(".mjs")
PORTS = 20  # more than servers
USER = "nobody"  # PostgreSQL does not run as root


@dataclass(frozen=True)
class AppView:
    """Speaks with the process that runs the servers, a line per question and answer."""

    process: "subprocess.Popen[str]"
    url: str

    def account(self, name: str) -> Access:
        """A new person; what they do goes through `act`."""
        self.ask(verb="account", name=name, password=PASSWORD)
        options = (("handle", f"{name}.test"), ("service", self.url))
        return Access(Account(name, "bluesky", options=options), (("app_password", PASSWORD),))

    def act(self, name: str, verb: str, uri: str = "", cid: str = "", text: str = "") -> None:
        """`like`, `repost`, `reply`, `quote` a post, or `follow` its author; the AppView has counted it afterwards."""
        self.ask(verb=verb, name=name, uri=uri, cid=cid, text=text)

    def ask(self, **question: str) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline() or '{"error": "it ended"}')
        assert "error" not in answer, answer["error"]
        return answer


@pytest.fixture(scope="session")
def appview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppView]:
    needed()
    packages = installed(f"dev-env-{DEV_ENV}-node-{NODE}", install)
    home = tmp_path_factory.mktemp("appview")
    with ExitStack() as stack:
        database, memory = stack.enter_context(_postgres(home)), stack.enter_context(_redis(home))
        environment = {
            **os.environ,
            "DB_POSTGRES_URL": database,
            "REDIS_HOST": memory,
            "LOG_ENABLED": "false",
            "NODE_ENV": "test",
        }
        output = stack.enter_context((home / "output").open("w+"))
        process = stack.enter_context(
            subprocess.Popen(
                [str(node(packages)), str(SCRIPT), str(packages), *(str(free_port()) for _ in range(PORTS))],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
            )
        )
        stack.callback(process.kill)
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            process.wait()
            pytest.fail(f"The servers did not start: {(home / 'output').read_text()[-2000:]}")
        yield AppView(process, json.loads(line)["pds"])


def install(folder: Path) -> None:
    """First Node, then the packages with it: some of them are built for the Node that installs them."""
    if shutil.which("npm") is None:
        pytest.fail("These tests need npm (Debian: apt install npm). CMFLOW_SERVERS=0 leaves them out.")
    npm(folder / "node", f"node@{NODE}")
    headers = next((folder / "node").glob("**/include/node/common.gypi")).parents[2]
    path = os.pathsep.join([str(node(folder).parent), os.environ["PATH"]])
    npm(folder, f"@atproto/dev-env@{DEV_ENV}", PATH=path, npm_config_nodedir=str(headers))


# ── databases ───────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _postgres(home: Path) -> Iterator[str]:
    """An empty database on loopback, which forgets everything: its address."""
    data, port = home / "postgres", free_port()
    data.mkdir(mode=0o700)
    user, address = _unprivileged(home, data), ("-h", "127.0.0.1", "-p", str(port))
    quiet: dict[str, Any] = {"user": user, "cwd": data, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    words = (_program("initdb"), "-D", data, "-U", "cmflow", "-A", "trust", "--no-sync")
    subprocess.run(words, check=True, **quiet)
    loose = [part for name in ("fsync", "full_page_writes", "synchronous_commit") for part in ("-c", f"{name}=off")]
    with subprocess.Popen([_program("postgres"), "-D", data, *address, "-k", data, *loose], **quiet) as process:
        try:
            _await(lambda: not subprocess.run([_program("pg_isready"), *address], **quiet).returncode)
            subprocess.run([_program("createdb"), *address, "-U", "cmflow", "bsky"], check=True, **quiet)
            yield f"postgresql://cmflow@127.0.0.1:{port}/bsky"
        finally:
            process.send_signal(signal.SIGQUIT)


def _await(is_ready: Callable[[], bool]) -> None:
    began = monotonic()
    while not is_ready():
        assert monotonic() - began < PATIENCE, "the database did not start"
        sleep(0.1)


def _unprivileged(home: Path, data: Path) -> str | None:
    """Whom the database runs as: ourselves, unless we are root."""
    if os.getuid():
        return None
    person = pwd.getpwnam(USER)
    os.chown(data, person.pw_uid, person.pw_gid)
    for folder in (home, *home.parents):
        if folder.stat().st_uid == 0 and folder.stat().st_mode & 0o001 == 0:
            folder.chmod(folder.stat().st_mode | 0o011)
    return USER


@contextmanager
def _redis(home: Path) -> Iterator[str]:
    port = free_port()
    words = [_program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(home)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as process:
        try:
            yield f"127.0.0.1:{port}"
        finally:
            process.kill()


def _program(name: str) -> str:
    """The path of a program; Debian keeps those of PostgreSQL in a folder per version."""
    path = shutil.which(name) or next(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), "")
    if not path:
        pytest.fail(
            f"These tests need {name} (Debian: apt install postgresql redis-server). CMFLOW_SERVERS=0 skips them."
        )
    return path
