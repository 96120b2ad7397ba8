"""An OAuth 2 server that others wrote (npm oauth2-mock-server), told by hooks to rotate refresh tokens."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from cmflow.netkit.auth import OAuth2
from tests.servers import free_port, installed, needed
from tests.servers.pds import NODE, node, npm
from tests.servers.venvs import running

VERSION = "8.2.3"
SCRIPT = Path(__file__).with_name("oauth.mjs")
SCOPES = ("tweet.read", "tweet.write", "users.read", "offline.access")


@dataclass(frozen=True)
class OAuthServer:
    url: str
    folder: Path

    @property
    def auth(self) -> OAuth2:
        """As X's record has it, but for the addresses."""
        return OAuth2(f"{self.url}/authorize", f"{self.url}/token", SCOPES, basic=True, rotates=True)

    @property
    def requests(self) -> list[str]:
        """The grant type of each token request so far."""
        file = self.folder / "requests"
        return file.read_text().split() if file.exists() else []

    def next(self, **changes: Any) -> None:
        """What the next answer is to be: its `status`, fields of its `body`, or that the token has `expired`."""
        (self.folder / "next.json").write_text(json.dumps(changes))

    def allow(self, url: str) -> httpx.Response:
        """A person opens the page; this server lets everybody in, and leads back to the callback."""
        return httpx.get(url, follow_redirects=True, timeout=30)


@contextmanager
def oauth_server(home: Path) -> Iterator[OAuthServer]:
    needed()
    packages, port = installed(f"oauth2-mock-server-{VERSION}-node-{NODE}", _install), free_port()
    words = [node(packages), SCRIPT, packages, port, home]
    url = f"http://127.0.0.1:{port}"
    with running([str(word) for word in words], home, f"{url}/jwks"):
        yield OAuthServer(url, home)


def _install(folder: Path) -> None:
    npm(folder / "node", f"node@{NODE}")
    npm(folder, f"oauth2-mock-server@{VERSION}")
