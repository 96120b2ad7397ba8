"""The sandbox over HTTP, for this machine only: its page, its API, and every network below `/at/ACCOUNT/`.

    /                                      what arrived, and what is to go wrong
    /api                                   what this is
    /api/accounts                          POST an account: its secrets, and where its pages are
    /api/arrivals                          what arrived, as JSON, the oldest first
    /api/troubles                          GET, or POST trouble, account, times
    /api/audience                          POST account, author, text, contact: a person writes to an account
    /accounts/ACCOUNT                      what an account signs in with
    /files/RECORD/PLACE/NAME               a picture or video
    /at/ACCOUNT/https/HOST/PATH            what the account's network answers at https://HOST/PATH

It listens on loopback and requires a `Host` of its own, so that no page from elsewhere reads it by a name that was made
to lead here; a form of another site changes nothing, since its `Origin` is another.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from cmflow.model import Contact
from cmflow.model.errors import CmflowError, SourceError
from cmflow.sandbox.door import TIME
from cmflow.sandbox.pages import PICTURES, VIDEOS
from cmflow.sandbox.records import Record
from cmflow.sandbox.stage import Stage, account_of, trouble
from cmflow.sandbox.troubles import Lost

HOST, PORT = "127.0.0.1", 8920
HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SAFE = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
HOPS = ("connection", "content-length", "date", "server", "transfer-encoding")
AT = re.compile(r"/at/([^/]+)/(https?)/([^/]+)(/.*)?")
FILE = re.compile(r"/files/(\d{1,9})/(\d{1,3})/[^/]*")


class Server(ThreadingHTTPServer):
    """Serves a stage at a port of this machine; 0 is any that is free. Raises SourceError where it is taken."""

    daemon_threads = True

    def __init__(self, stage: Stage, port: int = PORT) -> None:
        self.stage = stage
        try:
            super().__init__((HOST, port), Handler)
        except OSError as error:
            message = f"{HOST}:{port} cannot be served: {error.strerror}."
            raise SourceError(message, "Choose another port: --port N, or 0 for any free one.") from error

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        return f"{HOST}:{self.server_port}", f"localhost:{self.server_port}"

    def server_bind(self) -> None:
        """Without asking the network what this machine is called, which may take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is none."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "cmflow", ""
    timeout = 120.0

    def log_message(self, format: str, *args: Any) -> None:
        """The terminal is for what a person needs; the page lists the requests."""

    def handle_one(self) -> None:
        """Answer one request, whatever its method."""
        body = self._body()
        if body is None:
            return
        if [host.lower() for host in self.headers.get_all("Host", [])] not in [[host] for host in self.server.hosts]:
            self._send(421, TEXT, f"The sandbox is at {self.server.address} only.\n".encode())
            return
        if match := AT.fullmatch(self.path.partition("?")[0]):
            self._network(match, body)
            return
        origin = self.headers.get("Origin", "")
        if origin not in ("", *(f"http://{host}" for host in self.server.hosts)):
            self._send(403, TEXT, b"This page is not the sandbox's.\n")
            return
        try:
            self._own(urlsplit(self.path).path, body)
        except CmflowError as error:
            self._json(400, {"error": error.in_full})

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = handle_one

    def _body(self) -> bytes | None:
        """What was sent, in pieces or whole; None where that is not told, and the answer was given."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            pieces = []
            while size := int(self.rfile.readline(99).partition(b";")[0] or b"0", 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline(9)
            self.rfile.readline(9)
            return b"".join(pieces)
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal():
            self._send(400, TEXT, b"How long is it?\n")
            return None
        return self.rfile.read(int(length))

    # ── networks ────────────────────────────────────────────────────────────────────────────────────────────

    def _network(self, match: re.Match[str], body: bytes) -> None:
        account, scheme, host, rest = match.groups()
        stage = self.server.stage
        if account not in stage.actors:
            self._send(404, TEXT, b"The sandbox does not know this account yet.\n")
            return
        query = self.path.partition("?")[2]
        url = httpx.URL(f"{scheme}://{host}").copy_with(
            raw_path=(rest or "/").encode() + (b"?" + query.encode() if query else b"")
        )
        headers = [(name, value) for name, value in self.headers.items() if name.lower() not in ("host", *HOPS)]
        time = self.headers.get(TIME)
        try:
            request = httpx.Request(self.command, url, headers=headers, content=body)
            answer = stage.answer(account, request, datetime.fromisoformat(time) if time else None)
        except Lost:
            self.close_connection = True
            self.connection.close()
            return
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOPS}
        is_page = kept.get("content-type", "").startswith("text/html")
        self._send(
            answer.status_code, "", answer.content, {**kept, **(_guards() if is_page else {})}, answer.headers["Date"]
        )

    # ── our own pages ───────────────────────────────────────────────────────────────────────────────────────

    def _own(self, path: str, body: bytes) -> None:
        stage = self.server.stage
        if match := FILE.fullmatch(path):
            self._file(int(match[1]), int(match[2]))
            return
        if path.startswith("/accounts/"):
            self._account(path.removeprefix("/accounts/"))
            return
        answers: dict[tuple[str, str], Callable[[], None]] = {
            ("GET", "/"): self._page,
            ("GET", "/api"): lambda: self._json(200, {"sandbox": "cmflow"}),
            ("GET", "/api/version"): lambda: self._send(200, TEXT, str(stage.version).encode()),
            ("GET", "/api/arrivals"): lambda: self._json(200, [_record(record) for record in stage.scene().records]),
            ("GET", "/api/troubles"): lambda: self._json(200, _troubles(stage)),
            ("POST", "/api/accounts"): lambda: self._enrol(body),
            ("POST", "/api/troubles"): lambda: self._disturb(body),
            ("POST", "/api/audience"): lambda: self._hear(body),
            ("GET", "/favicon.ico"): lambda: self._send(204, TEXT, b""),
            ("GET", "/style.css"): lambda: self._send(200, "text/css; charset=utf-8", stage.pages.style().encode()),
            ("GET", "/reload.js"): lambda: self._send(200, "text/javascript", stage.pages.script().encode()),
        }
        answer = answers.get(("GET" if self.command == "HEAD" else self.command, path))
        if answer is None:
            self._send(404, TEXT, b"There is no such page in the sandbox.\n")
        else:
            answer()

    def _page(self) -> None:
        def address(record: int, place: int) -> str:
            return f"/files/{record}/{place}/file"

        command = f'export CMFLOW_SANDBOX={self.server.address}\ncmflow rehearse --at "2026-12-01 12:00"'
        page = self.server.stage.pages.arrived(self.server.stage.scene(), address, live=True, command=command)
        self._send(200, HTML, page.encode())

    def _account(self, name: str) -> None:
        """What an account signs in with; pressing the button makes it anew."""
        actor = self.server.stage.actors.get(name)
        if actor is None:
            self._send(404, TEXT, b"The sandbox does not know this account yet.\n")
        elif self.command == "POST":
            self.server.stage.renew(name)
            self._send(303, TEXT, b"", {"Location": self.path})
        else:
            self._send(200, HTML, self.server.stage.pages.developer(actor).encode())

    def _file(self, record: int, place: int) -> None:
        """Only pictures and videos are shown; anything else is bytes."""
        file = self.server.stage.file(record, place)
        if file is None:
            self._send(404, TEXT, b"There is no such file.\n")
        else:
            mime = file[0] if file[0] in (*PICTURES, *VIDEOS) else "application/octet-stream"
            self._send(200, mime, file[1])

    def _enrol(self, body: bytes) -> None:
        actor = self.server.stage.enrol(account_of(_document(body)))
        secrets = actor.secrets | ({"access_token": actor.access_token} if actor.access_token else {})
        self._json(200, {"secrets": secrets})

    def _disturb(self, body: bytes) -> None:
        """From the page's form, or as JSON: `{"trouble": "lose", "account": "x-en", "times": 1}`; "" ends it all."""
        is_form, fields = _fields(body)
        kind, account, times = (
            str(fields.get(name, usual)) for name, usual in (("trouble", ""), ("account", ""), ("times", 1))
        )
        if account and account not in self.server.stage.actors:
            raise SourceError(
                f"The sandbox knows no account {account!r} yet.", "It knows only accounts that have been used."
            )
        if times and not times.isdecimal():
            raise SourceError("The number of times to go wrong is not a number.")
        self.server.stage.disturb(account, trouble(kind, int(times or 1)) if kind else None)
        if is_form:
            self._send(303, TEXT, b"", {"Location": "/"})
        else:
            self._json(200, _troubles(self.server.stage))

    def _hear(self, body: bytes) -> None:
        """From a form, or as JSON: `{"account": "x-en", "author": "ana", "text": "Hi", "contact": "direct"}`."""
        is_form, fields = _fields(body)
        account, text = str(fields.get("account", "")), str(fields.get("text", "")).strip()
        author, contact = str(fields.get("author", "")).strip() or "ana", str(fields.get("contact", "comment"))
        if contact not in [*Contact] or not text:
            raise SourceError("A person writes something, as one of these:", ", ".join(Contact))
        id = self.server.stage.hear(account, text, author, Contact(contact))
        if is_form:
            self._send(303, TEXT, b"", {"Location": "/"})
        else:
            self._json(200, {"id": id})

    # ── sending ─────────────────────────────────────────────────────────────────────────────────────────────

    def _json(self, status: int, document: object) -> None:
        self._send(status, "application/json", json.dumps(document, ensure_ascii=False, indent=1).encode())

    def _send(self, status: int, form: str, data: bytes, more: dict[str, str] | None = None, date: str = "") -> None:
        self.send_response_only(status)
        own = {"Content-Type": form, **_guards()} if form else {}
        for name, value in {
            **own,
            **(more or {}),
            "Date": date or self.date_time_string(),
            "Content-Length": str(len(data)),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


def _guards() -> dict[str, str]:
    return {**SAFE, "Content-Security-Policy": POLICY}


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise SourceError("The request is not a JSON object.")
    return document


def _fields(body: bytes) -> tuple[bool, dict[str, Any]]:
    """Whether it is a form, and its fields; else those of a JSON object."""
    is_form = not body.lstrip().startswith((b"{", b"["))  # `curl -d` calls whatever it sends a form
    return is_form, dict(parse_qsl(body.decode(), keep_blank_values=True)) if is_form else _document(body)


def _troubles(stage: Stage) -> dict[str, dict[str, object]]:
    return {name or "*": {"trouble": kept.kind, "times": kept.times} for name, kept in stage.troubles.items()}


def _record(record: Record) -> dict[str, object]:
    arrival = record.arrival
    return {
        "number": record.number,
        "account": record.account,
        "time": record.time.isoformat(),
        "deleted": record.deleted.isoformat() if record.deleted else None,
        "kind": arrival.kind,
        "id": arrival.id,
        "below": arrival.below,
        "title": arrival.title,
        "text": arrival.text,
        "options": list(arrival.options),
        "notes": list(arrival.notes),
        "files": [
            {"name": file.name, "type": file.mime, "bytes": len(file.data), "alt": file.alt, "role": file.role}
            for file in arrival.files
        ],
    }
