"""A server of the Mastodon family on this computer, for tests of commands."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.loopback import serving

TOKEN = "a-secret-token"


class Server(BaseHTTPRequestHandler):
    """Answers one page per path, and 401 without the token; while `flooded`, it answers 429 to every request."""

    flooded = False

    def __init__(self, pages: Mapping[str, object], *arguments: Any) -> None:
        self.pages = pages
        super().__init__(*arguments)

    def do_GET(self) -> None:
        allowed = self.headers["Authorization"] == f"Bearer {TOKEN}"
        code = 429 if self.flooded else 200 if allowed else 401
        body = json.dumps(self.pages[self.path] if code == 200 else {"error": f"no: {TOKEN}"}).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def serve(pages: Mapping[str, object]) -> Iterator[str]:
    """The address of a server with these pages."""
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), partial(Server, pages))) as server:
        yield f"http://127.0.0.1:{server.server_port}"
