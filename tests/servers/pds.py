"""A real Bluesky server with the directory of identities it needs: the official packages, on a Node of its own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from cmflow.model import Account
from cmflow.netkit.network import Access
from tests.servers import free_port, installed, needed

NODE = "22.23.3"
PDS, PLC = "0.5.35", "0.0.1"
PASSWORD = "abcd-efgh-ijkl-mnop"
JWT_SECRET = "for tests only"
SCRIPT = Path(__file__).with_suffix(".mjs")


@dataclass(frozen=True)
class Pds:
    url: str
    numbers: Iterator[int]

    def account(self) -> Access:
        """Somebody new. A server lets each sign in 30 times in five minutes."""
        handle = f"somebody{next(self.numbers)}.test"
        who = {"handle": handle, "email": f"{handle}@example.org", "password": PASSWORD}
        self.ask("POST", "server.createAccount", json=who)
        options = (("handle", handle), ("service", self.url))
        return Access(Account("team", "bluesky", options=options), (("app_password", PASSWORD),))

    def records(self, access: Access, collection: str = "app.bsky.feed.post") -> list[dict[str, Any]]:
        """Everything that is there, the oldest first: each with its `uri`, `cid` and `value`."""
        found: list[dict[str, Any]] = []
        asked = {"repo": access.account.option("handle"), "collection": collection, "limit": 100, "reverse": "true"}
        while page := self.ask("GET", "repo.listRecords", params=asked)["records"]:
            found += page
            asked["cursor"] = page[-1]["uri"].rpartition("/")[2]
        return found

    def posts(self, access: Access) -> list[str]:
        return [each["value"]["text"] for each in self.records(access)]

    def ask(self, verb: str, method: str, **rest: Any) -> Any:
        answer = httpx.request(verb, f"{self.url}/xrpc/com.atproto.{method}", timeout=60, **rest)
        assert answer.is_success, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    with running(tmp_path_factory.mktemp("pds")) as server:
        yield server


@contextmanager
def running(data: Path, limits: bool = True) -> Iterator[Pds]:
    """A server with its data in that folder. With `limits` it takes 1,000 uploads a day from one address."""
    needed()
    packages = installed(f"pds-{PDS}-plc-{PLC}-node-{NODE}", install)
    for folder in ("blobs", "uploads"):
        (data / folder).mkdir(parents=True)
    port = free_port()
    words = (node(packages), SCRIPT, packages, data, port, free_port(), JWT_SECRET, str(limits).lower())
    with (data / "said").open("w+") as said, subprocess.Popen(
        [str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stdin is not None
        if process.stdout.readline() != "ready\n":
            process.wait()
            pytest.fail(f"The server did not start: {(data / 'said').read_text()}")
        yield Pds(f"http://localhost:{port}", count(1))
        process.stdin.close()


def install(folder: Path) -> None:
    """First Node, then the packages with it: one of them is built for the Node that installs it."""
    if shutil.which("npm") is None:
        pytest.fail("These tests need npm (Debian: apt install npm). CMFLOW_SERVERS=0 leaves them out.")
    npm(folder / "node", f"node@{NODE}")
    headers = next((folder / "node").glob("**/include/node/common.gypi")).parents[2]
    path = os.pathsep.join([str(node(folder).parent), os.environ["PATH"]])
    npm(folder, f"@atproto/pds@{PDS}", f"@did-plc/server@{PLC}", PATH=path, npm_config_nodedir=str(headers))


def node(packages: Path) -> Path:
    return packages / "node" / "node_modules" / "node" / "bin" / "node"


def npm(folder: Path, *packages: str, **environment: str) -> None:
    folder.mkdir(exist_ok=True)
    words = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", *packages]
    ended = subprocess.run(words, env={**os.environ, **environment}, capture_output=True, text=True)
    if ended.returncode:
        pytest.fail(f"npm could not install {' '.join(packages)}:\n{ended.stderr[-2000:]}")
