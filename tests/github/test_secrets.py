"""Secrets of an environment: encrypted for the repository, so that only its jobs can read them."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from nacl.public import PrivateKey, SealedBox

from cmflow.github import secrets
from cmflow.github.client import Connection, open_connection
from cmflow.model.errors import NotAllowed

PLACE = "/repos/team/content/environments/publish"


@contextmanager
def vault(status: int = 201) -> Iterator[tuple[Connection, dict[str, str]]]:
    """GitHub as far as secrets go; what was written, decrypted."""
    key, written = PrivateKey.generate(), dict[str, str]()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            public = base64.b64encode(bytes(key.public_key)).decode()
            answers = {
                PLACE: {"name": "publish", "url": f"http://{self.headers['Host']}{PLACE}"},
                f"{PLACE}/secrets/public-key": {"key_id": "7", "key": public},
                f"{PLACE}/secrets/A": {"name": "A", "updated_at": "2026-12-01T12:00:00Z"},
            }
            self._send(200 if self.path in answers else 404, answers.get(self.path, {"message": "Not Found"}))

        def do_PUT(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if status == 201:
                sealed = base64.b64decode(body["encrypted_value"])
                written[self.path.rpartition("/")[2]] = SealedBox(key).decrypt(sealed).decode()
            self._send(status, {} if status == 201 else {"message": "Resource not accessible"})

        def _send(self, code: int, answer: object) -> None:
            data = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("localhost", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        address = f"http://localhost:{server.server_port}"
        yield open_connection(address, "t0ken", "team/content", "", lambda seconds: None, 0), written
        server.shutdown()


def test_a_secret_is_written_so_that_only_jobs_can_read_it() -> None:
    with vault() as (connection, written):
        secrets.write(connection, "publish", "CMFLOW_TEAM_REFRESH_TOKEN", "refresh-1")
    assert written == {"CMFLOW_TEAM_REFRESH_TOKEN": "refresh-1"}


def test_when_a_secret_was_written() -> None:
    with vault() as (connection, _):
        assert secrets.changed(connection, "publish", "A") == datetime(2026, 12, 1, 12, tzinfo=UTC)
        assert secrets.changed(connection, "publish", "B") is None


def test_a_token_that_may_not_is_told_what_it_needs() -> None:
    with vault(403) as (connection, written), pytest.raises(NotAllowed) as caught:
        secrets.write(connection, "publish", "A", "refresh-1")
    assert "write a secret of the environment in team/content (403)" in str(caught.value)
    assert "`permissions: secrets: write`" in caught.value.hint and written == {}
