"""The address on this machine that a browser comes back to after a person has let the app in (RFC 8252, 7.3)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

from cmflow.model.errors import Denied, SourceError

HOST, PORT, PATH = "127.0.0.1", 8917, "/callback"  # networks that want the whole address know it by this port
PAGE = b"<!doctype html><title>cmflow</title><p>You can close this page, and go back to the terminal."


def address(port: int) -> str:
    """The address that a browser comes back to on that port."""
    return f"http://{HOST}:{port}{PATH}"


class Callback(HTTPServer):
    """Waits for one request; whatever else a browser asks for meanwhile is not there."""

    returned: str = ""

    @property
    def address(self) -> str:
        return address(self.server_port)

    def wait(self, seconds: float) -> str:
        """The whole address that the browser came back to; Denied where none did in time."""
        end = time.monotonic() + seconds
        while not self.returned:
            self.timeout = end - time.monotonic()
            if self.timeout <= 0:
                raise Denied("The browser did not come back in time.", "Run the command again, or with --no-browser.")
            self.handle_request()
        return self.returned


class _Handler(BaseHTTPRequestHandler):
    server: Callback
    timeout = 10  # seconds for one request

    def do_GET(self) -> None:
        is_ours = urlsplit(self.path).path == PATH and not self.server.returned
        if is_ours:
            self.server.returned = f"http://{HOST}{self.path}"
        self.send_response(200 if is_ours else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE) if is_ours else 0))
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        if is_ours:
            self.wfile.write(PAGE)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the address holds the code."""


@contextmanager
def callback(port: int = PORT) -> Iterator[Callback]:
    """A server on this machine alone, as long as it is needed. SourceError where the port is in use."""
    try:
        server = Callback((HOST, port), _Handler)
    except OSError as error:
        hint = "Close what uses it, or choose another one: --port"
        raise SourceError(f"Port {port} of this machine cannot be used: {error.strerror}.", hint) from None
    with server:
        yield server
