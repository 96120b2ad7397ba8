"""A real Matrix homeserver: Synapse, with a database of its own for each session of tests."""

import hashlib
import hmac
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from cmflow.model import Account
from cmflow.netkit.network import Access
from tests.servers import free_port, needed
from tests.servers.venvs import running, venv

VERSION = "1.163.2"
SHARED = "for tests only"
PLENTY = {"per_second": 10_000, "burst_count": 10_000}
LOGGING = {"version": 1, "root": {"level": "WARNING", "handlers": []}}


@dataclass(frozen=True)
class Synapse:
    url: str
    admin: str  # a token
    numbers: Iterator[int]

    def account(self, alias: bool = True) -> Access:
        """Somebody new with a room of their own."""
        name = f"somebody{next(self.numbers)}"
        token = register(self.url, name)
        made = self.ask("POST", "/_matrix/client/v3/createRoom", token, json={"room_alias_name": name})
        room = f"#{name}:localhost" if alias else made["room_id"]
        options = (("homeserver", self.url), ("room", room))
        return Access(Account("team", "matrix", options=options), (("token", token),))

    def slow(self, access: Access) -> None:
        """From now on one message is too much."""
        user = f"@{access.account.option('room').strip('#')}"
        path = f"/_synapse/admin/v1/users/{quote(user, safe='')}/override_ratelimit"
        self.ask("POST", path, self.admin, json={"messages_per_second": 1, "burst_count": 1})

    def events(self, access: Access) -> list[dict[str, Any]]:
        """Every message that is there, the oldest first."""
        token, room = dict(access.secrets)["token"], quote(self.room(access), safe="")
        query = {"dir": "f", "limit": "1000", "filter": json.dumps({"types": ["m.room.message"]})}
        found: list[dict[str, Any]] = []
        while True:
            page = self.ask("GET", f"/_matrix/client/v3/rooms/{room}/messages", token, params=query)
            found += page["chunk"]
            if "end" not in page:
                return found
            query["from"] = page["end"]

    def posts(self, access: Access) -> list[str]:
        return [each["content"]["body"] for each in self.events(access) if each["content"]]

    def room(self, access: Access) -> str:
        room, token = access.account.option("room"), dict(access.secrets)["token"]
        path = f"/_matrix/client/v3/directory/room/{quote(room, safe='')}"
        return room if room.startswith("!") else str(self.ask("GET", path, token)["room_id"])

    def ask(self, verb: str, path: str, token: str, **rest: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.request(verb, f"{self.url}{path}", headers=headers, timeout=60, **rest)
        assert answer.is_success, answer.text
        return answer.json()


@contextmanager
def synapse(home: Path) -> Iterator[Synapse]:
    needed()
    programs, port = venv("matrix-synapse", VERSION), free_port()
    config, url = home / "homeserver.yaml", f"http://127.0.0.1:{port}"
    config.write_text(json.dumps(settings(home, port)))  # JSON is YAML
    (home / "log.yaml").write_text(json.dumps(LOGGING))
    words = [str(programs / "python"), "-m", "synapse.app.homeserver", "-c", str(config)]
    subprocess.run([*words, "--generate-keys"], cwd=home, capture_output=True, check=True)
    with running(words, home, f"{url}/health"):
        yield Synapse(url, register(url, "admin", admin=True), count(1))


def settings(home: Path, port: int) -> dict[str, Any]:
    listener = {"port": port, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [{"names": ["client"]}]}
    return {
        "server_name": "localhost",
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": {"database": str(home / "homeserver.db")}},
        "log_config": str(home / "log.yaml"),
        "media_store_path": str(home / "media"),
        "signing_key_path": str(home / "signing.key"),
        "registration_shared_secret": SHARED,
        "macaroon_secret_key": SHARED,
        "form_secret": SHARED,
        "report_stats": False,
        "trusted_key_servers": [],
        "rc_message": PLENTY,
        "rc_registration": PLENTY,
        "rc_room_creation": PLENTY,
        "rc_joins": {"local": PLENTY, "remote": PLENTY},
        "rc_media_create": PLENTY,
    }


def register(url: str, name: str, admin: bool = False) -> str:
    """A token, by the secret that the server shares with us."""
    path = f"{url}/_synapse/admin/v1/register"
    nonce = httpx.get(path).json()["nonce"]
    words = (nonce, name, "password", "admin" if admin else "notadmin")
    seal = hmac.digest(SHARED.encode(), "\0".join(words).encode(), hashlib.sha1).hex()
    who = {"nonce": nonce, "username": name, "password": "password", "admin": admin, "mac": seal}
    answer = httpx.post(path, json=who, timeout=60)
    assert answer.is_success, answer.text
    return str(answer.json()["access_token"])
