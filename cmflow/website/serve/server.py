"""A folder over HTTP, for the browsers of this machine only, which are told when it has changed.

It does not answer other machines: it listens on loopback, and requires a `Host` of its own, so that a page from
elsewhere whose name was made to lead here (DNS rebinding) reads nothing. Only files below the folder are given out, by
the types in `TYPES`; no listing, nothing hidden, no link out of it.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from threading import Condition
from typing import IO, Any, ClassVar
from urllib.parse import unquote, urlsplit

from cmflow.values import dataclass

HOST = "127.0.0.1"
IDLE = 15.0  # seconds after which a browser is told that nothing has changed, to see whether it is still there
PIECE = 64 * 1024  # bytes
TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".ics": "text/calendar; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
}
PLAIN = "text/plain; charset=utf-8"
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

# A page in the background does not listen: a browser has six connections to one server, for all its windows.
RELOAD = """\
"use strict";
(() => {
  const version = document.currentScript.dataset.version;
  let events = null;
  const listen = () => {
    if (document.hidden) {
      if (events) events.close();
      events = null;
    } else if (!events) {
      events = new EventSource("/events");
      events.onmessage = (event) => {
        if (event.data !== version) location.reload();
      };
    }
  };
  document.addEventListener("visibilitychange", listen);
  listen();
})();
"""
_POLICY = re.compile(rb'(http-equiv="Content-Security-Policy" content=")')
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@dataclass
class Site:
    """What is served. `version` names its current state; `begun` tells one time of serving from another."""

    folder: Path
    begun: str
    number: int = 0
    over: bool = False
    changed: Condition = field(default_factory=Condition)

    @property
    def version(self) -> str:
        return f"{self.begun}-{self.number}"

    def renew(self) -> None:
        """Tell every page that there is a newer one."""
        with self.changed:
            self.number += 1
            self.changed.notify_all()

    def end(self) -> None:
        """Release all that wait."""
        with self.changed:
            self.over = True
            self.changed.notify_all()

    def wait(self, version: str, seconds: float = IDLE) -> str:
        """The version, once it is another than that or so much time has gone by; "" at the end."""
        with self.changed:
            self.changed.wait_for(lambda: self.over or self.version != version, seconds)
            return "" if self.over else self.version

    def find(self, path: str) -> Path | None:
        """The file that is meant, if it may be given out."""
        names = (path[1:] or "index.html").split("/")
        if any(name.startswith(".") or not name or {"\\", "\0"} & {*name} for name in names):
            return None
        try:
            file = self.folder.joinpath(*names).resolve(strict=True)
        except OSError:
            return None
        return file if file.is_relative_to(self.folder.resolve()) and file.is_file() else None

    def page(self, data: bytes) -> bytes:
        """The page, which may hear from us, and asks for the script that does."""
        script = f'<script src="/reload.js" data-version="{self.version}" defer></script>\n</head>'
        return _POLICY.sub(rb"\1connect-src 'self'; ", data, count=1).replace(b"</head>", script.encode(), 1)


class Server(ThreadingHTTPServer):
    """Serves a site at a port of this machine; 0 is any that is free. Raises OSError where it is taken."""

    def __init__(self, site: Site, port: int) -> None:
        self.site = site
        super().__init__((HOST, port), Handler)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_port}/"

    @property
    def hosts(self) -> tuple[str, ...]:
        return f"{HOST}:{self.server_port}", f"localhost:{self.server_port}"

    def server_bind(self) -> None:
        """Without asking the network what this machine is called, which may take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is none."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "cmflow", ""
    timeout = 60.0
    has_body: ClassVar[Mapping[str, bool]] = {"GET": True, "HEAD": False}

    def log_message(self, format: str, *args: Any) -> None:
        """The terminal is for what is built."""

    def do_GET(self) -> None:
        site = self.server.site
        hosts = [host.lower() for host in self.headers.get_all("Host", [])]
        if hosts not in [[host] for host in self.server.hosts]:
            self._say(HTTPStatus.MISDIRECTED_REQUEST, f"This calendar is served at {self.server.address} only.\n")
            return
        path = unquote(urlsplit(self.path).path)
        if path == "/events":
            self._events(site)
        elif path == "/reload.js":
            self._send(HTTPStatus.OK, TYPES[".js"], RELOAD.encode())
        elif file := site.find(path):
            self._file(site, file)
        else:
            self._say(HTTPStatus.NOT_FOUND, "There is no such page. See the terminal for the state of the calendar.\n")

    do_HEAD = do_GET

    def _file(self, site: Site, file: Path) -> None:
        form = TYPES.get(file.suffix.lower(), "application/octet-stream")
        if file.suffix == ".html":
            self._send(HTTPStatus.OK, form, site.page(file.read_bytes()))
            return
        with file.open("rb") as data:
            size = file.stat().st_size
            range_match = _RANGE.fullmatch(self.headers.get("Range", ""))
            start, end = _piece(range_match, size) if range_match else (0, size)
            if start >= end and range_match:
                self._head(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, PLAIN, 0, f"bytes */{size}")
                return
            status = HTTPStatus.PARTIAL_CONTENT if range_match else HTTPStatus.OK
            self._head(status, form, end - start, f"bytes {start}-{end - 1}/{size}" if range_match else "")
            for piece in _read(data, start, end) if self.has_body[self.command] else ():
                self.wfile.write(piece)

    def _events(self, site: Site) -> None:
        """Tell the version, and each one after it."""
        self.close_connection = True
        self._head(HTTPStatus.OK, "text/event-stream", None)
        version = ""
        while self.has_body[self.command] and (now := site.wait(version)):
            self.wfile.write(f"data: {now}\n\n".encode() if now != version else b":\n\n")
            version = now

    def _say(self, status: HTTPStatus, text: str) -> None:
        self._send(status, PLAIN, text.encode())

    def _send(self, status: HTTPStatus, form: str, data: bytes) -> None:
        self._head(status, form, len(data))
        if self.has_body[self.command]:
            self.wfile.write(data)

    def _head(self, status: HTTPStatus, form: str, length: int | None, part: str = "") -> None:
        """The status and headers; a body without a length ends with the connection."""
        self.send_response(status)
        long = {"Connection": "close"} if length is None else {"Content-Length": str(length), "Accept-Ranges": "bytes"}
        for name, value in {"Content-Type": form, **long, **HEADERS}.items():
            self.send_header(name, value)
        if part:
            self.send_header("Content-Range", part)
        self.end_headers()


def _piece(range_match: re.Match[str], size: int) -> tuple[int, int]:
    """The first byte of a range, and the one after its last; no bytes where there are none."""
    first, last = range_match[1], range_match[2]
    if first:
        return int(first), min(int(last) + 1, size) if last else size
    return max(size - int(last), 0) if last else size, size


def _read(data: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    data.seek(start)
    while start < end and (piece := data.read(min(PIECE, end - start))):
        yield piece
        start += len(piece)
