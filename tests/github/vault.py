"""GitHub as far as secrets of environments go: strict, and each request is compared with GitHub's own description."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from nacl.public import PrivateKey, SealedBox

from tests.loopback import serving
from tests.networks.spec import Drift
from tests.servers import octokit

TOKEN = "github_pat_0f_the_team"
HOME = "/repos/team/content/environments"


@dataclass
class Vault:
    """`written` holds what was sent, decrypted, and when. Without `writes` the token may read and not write; without
    `sees` the repository's environments do not exist for it."""

    key: PrivateKey = field(default_factory=PrivateKey.generate)
    environment: str = "publish"
    writes: bool = True
    sees: bool = True
    written: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def values(self) -> dict[str, str]:
        return {name: value for name, (value, _) in self.written.items()}

    def answer(self, request: httpx.Request) -> tuple[int, Any]:
        self.requests.append(f"{request.method} {request.url.path}")
        try:
            octokit.check(request)
        except Drift as error:
            self.drift.append(str(error))
        if request.headers.get("Authorization") not in (f"Bearer {TOKEN}", f"token {TOKEN}"):
            return 401, {"message": "Bad credentials"}
        place = re.fullmatch(rf"{HOME}/([^/]+)(?:/secrets/([^/]+))?", request.url.path)
        if not self.sees or not place or place[1] != self.environment:
            return 404, {"message": "Not Found"}
        if place[2] is None:
            return 200, {"name": self.environment, "url": f"{self.url}{HOME}/{self.environment}"}
        if request.method == "PUT":
            return self._put(place[2], json.loads(request.content))
        if place[2] == "public-key":
            return 200, {"key_id": "7", "key": base64.b64encode(bytes(self.key.public_key)).decode()}
        if place[2] not in self.written:
            return 404, {"message": "Not Found"}
        _, time = self.written[place[2]]
        return 200, {"name": place[2], "created_at": f"{time:%FT%TZ}", "updated_at": f"{time:%FT%TZ}"}

    def _put(self, name: str, body: dict[str, str]) -> tuple[int, Any]:
        if not self.writes:
            return 403, {"message": "Resource not accessible by personal access token"}
        if body["key_id"] != "7":
            return 422, {"message": "The key is not the current one."}
        value = SealedBox(self.key).decrypt(base64.b64decode(body["encrypted_value"])).decode()
        code = 204 if name in self.written else 201
        self.written[name] = (value, datetime.now(UTC))
        return code, None if code == 204 else {}


@contextmanager
def running(vault: Vault) -> Iterator[Vault]:
    gate = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            request = httpx.Request(
                self.command, f"{vault.url}{self.path}", headers=dict(self.headers), content=self.rfile.read(length)
            )
            with gate:
                code, answer = vault.answer(request)
            data = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_PUT = do_GET

        def log_message(self, format: str, *args: object) -> None:
            return

    with serving(ThreadingHTTPServer(("localhost", 0), Handler)) as server:
        vault.url = f"http://localhost:{server.server_port}"
        yield vault
