"""Stateful stand-ins for GitHub, Slack and Google, written by others: they remember what they are told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers import free_port, installed, needed
from tests.servers.pds import NODE, node, npm
from tests.servers.venvs import running

VERSION = "0.12.2"
PEOPLE = ("team", "reviewer", "stranger")
TOKENS = {f"token-of-{name}": {"login": name, "scopes": ["repo", "user"]} for name in PEOPLE}


@dataclass(frozen=True)
class Emulated:
    url: str
    numbers: Iterator[int]

    def repository(self) -> str:
        """A new repository of the team, with a first commit on main."""
        name = f"content-{next(self.numbers)}"
        self.ask("POST", "/user/repos", json={"name": name, "auto_init": True})
        return f"team/{name}"

    def ask(self, verb: str, path: str, who: str = "team", **rest: Any) -> Any:
        headers = {"Authorization": f"Bearer token-of-{who}"}
        answer = httpx.request(verb, f"{self.url}{path}", headers=headers, timeout=60, **rest)
        assert answer.is_success, f"{verb} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


@contextmanager
def emulated(home: Path) -> Iterator[Emulated]:
    people = [{"login": name, "name": name.title(), "email": f"{name}@example.org"} for name in PEOPLE]
    with service("github", {"users": people, "repos": []}, home, "/users/team") as url:
        yield Emulated(url, count(1))


@contextmanager
def service(name: str, seed: dict[str, Any], home: Path, alive: str) -> Iterator[str]:
    """The address of one service that begins with `seed`, from when it answers at the path `alive`."""
    needed()
    packages, port = installed(f"emulate-{VERSION}-node-{NODE}", _install), free_port()
    (home / "seed.json").write_text(json.dumps({"tokens": TOKENS, name: seed}))
    script = packages / "node_modules" / "emulate" / "dist" / "index.js"
    words = [node(packages), script, "start", "--service", name, "--port", port, "--seed", home / "seed.json"]
    url = f"http://localhost:{port}"
    with running([str(word) for word in words], home, f"{url}{alive}"):
        yield url


class Detour(httpx.BaseTransport):
    """Leads what is meant for a network's hosts to a server of this machine, and nothing else anywhere."""

    def __init__(self, hosts: dict[str, str]) -> None:
        self.hosts, self.inner = hosts, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        place = httpx.URL(self.hosts[request.url.host])
        request.url = request.url.copy_with(scheme=place.scheme, host=place.host, port=place.port)
        request.headers["Host"] = place.netloc.decode()
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


def _install(folder: Path) -> None:
    npm(folder / "node", f"node@{NODE}")
    npm(folder, f"emulate@{VERSION}")


@pytest.fixture(scope="module")
def emulate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    with emulated(tmp_path_factory.mktemp("emulate")) as server:
        yield server


@pytest.fixture
def repository(emulate: Emulated) -> str:
    """The name of a repository of its own for each test."""
    return emulate.repository()
