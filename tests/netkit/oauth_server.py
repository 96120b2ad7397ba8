"""A token server on loopback, as strict as they come: a refresh token that is used twice ends the whole family."""

import json
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from cmflow.netkit.auth import Credentials, OAuth2
from cmflow.netkit.oauth import challenge
from tests.loopback import serving

APP = Credentials("app", "app-s3cret")
SCOPES = ("tweet.read", "tweet.write", "offline.access")


@dataclass
class TokenServer:
    """`codes`: the challenge that each was given out for. `current` is the one refresh token that is good."""

    url: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    current: str = "refresh-0"
    number: int = 0
    spent: set[str] = field(default_factory=set)
    revoked: bool = False
    requests: list[str] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)  # instead of the server's own, one per request
    clock: Callable[[], float] = time.time  # of its answers' Date, from which a token's end is counted
    gate: threading.Lock = field(default_factory=threading.Lock)

    @property
    def auth(self) -> OAuth2:
        return OAuth2(f"{self.url}/authorize", f"{self.url}/token", SCOPES, basic=True, rotates=True)

    def answer(self, form: dict[str, str]) -> tuple[int, bytes]:
        with self.gate:
            self.requests.append(form["grant_type"])
            if self.answers:
                return self.answers.pop(0)
            if form["grant_type"] == "authorization_code":
                return self._exchanged(form)
            return self._refreshed(form.get("refresh_token", ""))

    def _exchanged(self, form: dict[str, str]) -> tuple[int, bytes]:
        wanted = self.codes.pop(form.get("code", ""), None)
        if wanted is None or wanted != challenge(form.get("code_verifier", "")):
            return self._no("invalid_grant", "The code is not good.")
        return self._grant()

    def _refreshed(self, token: str) -> tuple[int, bytes]:
        if token in self.spent:
            self.revoked = True
        if self.revoked or token != self.current:
            return self._no("invalid_grant", f"Token {token} is not good.")
        self.spent.add(token)
        return self._grant()

    def _grant(self) -> tuple[int, bytes]:
        self.number += 1
        self.current = f"refresh-{self.number}"
        fields = {"access_token": f"access-{self.number}", "refresh_token": self.current, "expires_in": 7200}
        return 200, json.dumps({**fields, "token_type": "bearer", "scope": " ".join(SCOPES[:2])}).encode()

    def _no(self, error: str, words: str) -> tuple[int, bytes]:
        return 400, json.dumps({"error": error, "error_description": words}).encode()


@contextmanager
def running() -> Iterator[TokenServer]:
    state = TokenServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            form = {name: values[0] for name, values in parse_qs(data.decode()).items()}
            user = b64decode(self.headers.get("Authorization", "Basic ").removeprefix("Basic ")).decode()
            is_app = user == f"{APP.client_id}:{APP.client_secret}" and "client_secret" not in form
            code, body = state.answer(form) if is_app else state._no("invalid_client", user)
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate(state.clock(), usegmt=True)

        def log_message(self, format: str, *args: object) -> None:
            return

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        yield state
