"""A stateful server that speaks Mastodon's API and fails when told to: written by others, so it agrees with nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from cmflow.model import Account
from cmflow.netkit.network import Access
from tests.servers import free_port, needed
from tests.servers.venvs import running, venv

VERSION = "0.6.1"
PEOPLE = 300
POST = {"methods": ["POST"], "path": "/api/v1/statuses"}


@dataclass(frozen=True)
class Mock:
    url: str
    numbers: Iterator[int]

    def account(self) -> Access:
        number = next(self.numbers)
        return Access(
            Account("team", "mastodon", options=(("instance", self.url),)), (("token", f"token-of-{number}"),)
        )

    def fail(self, times: int = 1, match: dict[str, Any] = POST, **effect: Any) -> None:
        """The next requests of that kind go wrong: `type` is status, ratelimit, malformed, timeout."""
        rule = {"match": match, "effect": effect, "count": times}
        assert httpx.post(f"{self.url}/api/v1/_mock/faults", json=rule).is_success

    def well(self) -> None:
        assert httpx.delete(f"{self.url}/api/v1/_mock/faults").is_success

    def statuses(self, access: Access) -> list[dict[str, Any]]:
        """Everything of that account, the oldest first."""
        headers = {"Authorization": f"Bearer {dict(access.secrets)['token']}"}
        with httpx.Client(base_url=f"{self.url}/api/v1/accounts", headers=headers, timeout=60) as client:
            me = client.get("/verify_credentials").json()["id"]
            found: list[dict[str, Any]] = []
            page: list[dict[str, Any]] = [{}]
            while page:
                before = {"max_id": found[-1]["id"]} if found else {}
                page = client.get(f"/{me}/statuses", params={"limit": 40, **before}).json()
                found += page
        return sorted(found, key=lambda each: int(each["id"]))

    def posts(self, access: Access) -> list[str]:
        return [each["content"].removeprefix("<p>").removesuffix("</p>") for each in self.statuses(access)]


@contextmanager
def mastodon_mock(home: Path) -> Iterator[Mock]:
    needed()
    programs, port = venv("mastodon_mock", VERSION), free_port()
    people = [
        f'[[seed.accounts]]\nusername = "user{number}"\naccess_token = "token-of-{number}"\n'
        for number in range(1, PEOPLE + 1)
    ]
    (home / "mock.toml").write_text(f'[server]\nhost = "127.0.0.1"\nport = {port}\n' + "".join(people))
    words = [str(programs / "mastodon_mock"), "serve", "--config", str(home / "mock.toml"), "--in-memory"]
    url = f"http://127.0.0.1:{port}"
    with running(words, home, f"{url}/api/v2/instance"):
        yield Mock(url, count(1))
