"""A stateful stand-in for GitHub, written by others: it agrees with nobody, and remembers what it is told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx

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
    needed()
    packages, port = installed(f"emulate-{VERSION}-node-{NODE}", _install), free_port()
    people = [{"login": name, "name": name.title(), "email": f"{name}@example.org"} for name in PEOPLE]
    seed = {"tokens": TOKENS, "github": {"users": people, "repos": []}}
    (home / "seed.json").write_text(json.dumps(seed))
    script = packages / "node_modules" / "emulate" / "dist" / "index.js"
    words = [node(packages), script, "start", "--service", "github", "--port", port, "--seed", home / "seed.json"]
    url = f"http://localhost:{port}"
    with running([str(word) for word in words], home, f"{url}/users/team"):
        yield Emulated(url, count(1))


def _install(folder: Path) -> None:
    npm(folder / "node", f"node@{NODE}")
    npm(folder, f"emulate@{VERSION}")
