"""The fakes of all networks behind one loopback server, in a process of its own: their lists of posts are the judge.

Requests come to it by the name of their host. It loses them, or their answers, or refuses them, as often as it is told.
"""

import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from cmflow.model import Account
from cmflow.netkit.network import Access
from cmflow.sandbox.fakes import (
    bluesky,
    discord,
    facebook,
    linkedin,
    mastodon,
    matrix,
    slack,
    telegram,
    webhook,
    x,
    youtube,
)

TIME, HERE = "X-Time", "harbour"  # a header: the time of the run that asks; a host: the server itself
PIECE = 1 << 18
HOOK, PDS, MATRIX = "https://hooks.example/posts", "http://localhost:2583", "https://matrix.example"
FAULTS = ("lost", "answer lost", "late", "503", "503 but taken", "429", "cut off")
READING = ("lost", "503", "429", "cut off")


@dataclass(frozen=True)
class Berth:
    """A fake network: how it is made, by which hosts it is reached, and how it is told the time."""

    make: Callable[[], Any]
    hosts: tuple[str, ...]
    tell: Callable[[Any, datetime], None]


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]


def _set(name: str, value: Callable[[datetime], Any]) -> Callable[[Any, datetime], None]:
    return lambda fake, now: setattr(fake, name, value(now))


def _seconds(now: datetime) -> int:
    return int(now.timestamp())


def _same(now: datetime) -> datetime:
    return now


def _nothing(fake: Any, now: datetime) -> None:
    """Discord's times are not looked at."""


BERTHS: Mapping[str, Berth] = {
    "facebook": Berth(
        lambda: facebook.Facebook(chunk=PIECE, processing=1),
        ("graph.facebook.com", "rupload.facebook.com"),
        _set("created", lambda now: now.strftime("%Y-%m-%dT%H:%M:%S+0000")),
    ),
    "x": Berth(
        lambda: x.X(processing=1), ("api.x.com",), _set("created", lambda now: now.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    ),
    "youtube": Berth(lambda: youtube.YouTube(quota=10**9), ("www.googleapis.com",), _set("now", _same)),
    "linkedin": Berth(
        lambda: linkedin.LinkedIn(processing=1),
        ("api.linkedin.com", "www.linkedin.com"),
        _set("created", lambda now: _seconds(now) * 1000),
    ),
    "telegram": Berth(telegram.Telegram, ("api.telegram.org",), _set("date", _seconds)),
    "discord": Berth(discord.Discord, ("discord.com",), _nothing),
    "slack": Berth(slack.Slack, ("slack.com", "files.slack.com", "hooks.slack.com"), _set("start", _seconds)),
    "webhook": Berth(webhook.Webhook, (_host(HOOK),), _set("clock", lambda now: now.timestamp)),
    "mastodon": Berth(mastodon.Mastodon, (_host(mastodon.HOME),), _set("now", _same)),
    "bluesky": Berth(bluesky.Bluesky, (_host(PDS),), _nothing),
    "matrix": Berth(matrix.Matrix, (_host(MATRIX),), _set("now", _same)),
}


def access(name: str, network: str, secret: str, value: str, **options: str) -> tuple[str, Access]:
    return name, Access(Account(name, network, options=tuple(options.items())), ((secret, value),))


# Every account by the name that `--networks` knows; the text of its posts says it.
ACCOUNTS: Mapping[str, Access] = dict(
    (
        access("facebook", "facebook", "token", facebook.TOKEN),
        access("x", "x", "access_token", x.TOKEN),
        access("youtube", "youtube", "access_token", youtube.TOKEN),
        access("linkedin", "linkedin", "token", linkedin.TOKEN),
        access("linkedin-page", "linkedin", "token", linkedin.TOKEN, organization="1000001"),
        access("telegram", "telegram", "token", telegram.TOKEN, chat="@teamnews"),
        access("discord", "discord", "token", discord.TOKEN, channel=discord.CHANNEL),
        access("discord-hook", "discord", "webhook_url", discord.HOOK_URL),
        access("slack", "slack", "token", slack.TOKEN, channel=slack.CHANNEL),
        access("slack-hook", "slack", "webhook_url", slack.HOOK_URL),
        access("webhook", "webhook", "secret", webhook.SECRET, url=HOOK),
        access("mastodon", "mastodon", "token", mastodon.TOKEN, instance=mastodon.HOME),
        access("bluesky", "bluesky", "app_password", bluesky.PASSWORD, handle=bluesky.HANDLE, service=PDS),
        access("matrix", "matrix", "token", matrix.TOKEN, homeserver=MATRIX, room=matrix.ALIAS),
    )
)


@dataclass
class Harbour:
    """`share`: of so many requests, one comes to grief."""

    seed: int
    share: float = 0.0
    fakes: dict[str, Any] = field(default_factory=dict)
    chance: random.Random = field(init=False)
    busy: int = 0
    gate: threading.Condition = field(default_factory=threading.Condition)
    turns: dict[str, threading.Lock] = field(default_factory=lambda: {name: threading.Lock() for name in BERTHS})

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def control(self, path: str) -> httpx.Response:
        """`/reset`, `/share/0.1`, `/posts`; each once everything that was on its way has arrived, besides itself."""
        with self.gate:
            if not self.gate.wait_for(lambda: self.busy == 1, 30):
                raise TimeoutError(f"{self.busy - 1} requests have no end")
        word, _, value = path.strip("/").partition("/")
        if word == "reset":
            self.fakes = {name: berth.make() for name, berth in BERTHS.items()}
        elif word == "share":
            self.share = float(value)
        return httpx.Response(200, json={name: fake.posts for name, fake in self.fakes.items()})

    def take(self, request: httpx.Request) -> httpx.Response:
        """What the network answers, and the request's effect there."""
        name = next(name for name, berth in BERTHS.items() if request.url.netloc.decode() in berth.hosts)
        now = datetime.fromisoformat(request.headers.pop(TIME))
        with self.turns[name]:
            BERTHS[name].tell(self.fakes[name], now)
            answer: httpx.Response = self.fakes[name](request)
        answer.headers["Date"] = now.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return answer

    def fault(self, request: httpx.Request) -> str:
        if self.chance.random() >= self.share:
            return ""
        return self.chance.choice(READING if request.method == "GET" else FAULTS)

    def answer(self, request: httpx.Request) -> httpx.Response | None:
        """The answer as it comes back; None where it never does."""
        what, date = self.fault(request), {"Date": _date(request)}
        if what in ("503", "429"):
            return httpx.Response(int(what), headers=date | {"Retry-After": "180"})
        if what == "lost":
            return None
        if what == "late":
            self._later(request)
            return None
        answer = self.take(request)
        if what == "answer lost":
            return None
        if what == "503 but taken":
            return httpx.Response(503, headers=date)
        if what == "cut off":
            return httpx.Response(answer.status_code, headers=date, content=answer.content[:9])
        return answer

    def _later(self, request: httpx.Request) -> None:
        """It is still on its way, and arrives when nobody waits for it."""
        self.count(1)

        def arrive() -> None:
            time.sleep(0.2)
            with suppress(Exception):
                self.take(request)
            self.count(-1)

        threading.Thread(target=arrive, daemon=True).start()

    def count(self, change: int) -> None:
        with self.gate:
            self.busy += change
            self.gate.notify_all()


def _date(request: httpx.Request) -> str:
    return datetime.fromisoformat(request.headers[TIME]).astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")


def handler(harbour: Harbour) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def serve(self) -> None:
            host = self.headers["Host"]
            if host == HERE:
                return self.say(harbour.control(self.path))
            try:
                body = self.body()
                scheme = "http" if host.startswith("localhost") else "https"
                request = httpx.Request(
                    self.command, f"{scheme}://{host}{self.path}", headers=list(self.headers.items()), content=body
                )
                answer = harbour.answer(request)
            except ConnectionError:  # the run died while it sent it
                return None
            return self.say(answer) if answer else None

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = serve

        def body(self) -> bytes:
            length = int(self.headers.get("Content-Length") or 0)
            data = self.rfile.read(length)
            if len(data) < length:
                raise ConnectionError
            return data

        def say(self, answer: httpx.Response) -> None:
            with suppress(ConnectionError):
                self.send_response_only(answer.status_code)
                for name, value in answer.headers.multi_items():
                    if name.lower() not in ("content-length", "transfer-encoding", "content-encoding"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing."""

    return Handler


class Server(ThreadingHTTPServer):
    """One request per connection, on its way from the moment that it is accepted: the run may be dead before it is
    read."""

    request_queue_size = 128
    daemon_threads = True

    def __init__(self, harbour: Harbour) -> None:
        self.harbour = harbour
        super().__init__(("127.0.0.1", 0), handler(harbour))

    def process_request(self, request: Any, client_address: Any) -> None:
        self.harbour.count(1)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.harbour.count(-1)

    def handle_error(self, *of: object) -> None:
        """A run that was killed closes its connections."""


def open_harbour(seed: int) -> tuple[int, int]:
    """Start it in a process of its own; its port, and its process."""
    linkedin.PIECE = PIECE
    server = Server(Harbour(seed))
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        server.serve_forever()
        os._exit(0)
    port: int = server.server_address[1]
    server.socket.close()
    return port, pid


def control(port: int, path: str) -> dict[str, list[str]]:
    """What every network has, in its own words."""
    answer = httpx.get(f"http://127.0.0.1:{port}/{path}", headers={"Host": HERE}, timeout=60, trust_env=False)
    return json.loads(answer.content)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Way(httpx.BaseTransport):
    """From a run to the harbour: over a real connection, whatever the host."""

    port: int
    clock: Callable[[], datetime]
    inner: httpx.HTTPTransport = field(default_factory=lambda: httpx.HTTPTransport(trust_env=False))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        headers = [*request.headers.raw, (TIME.encode(), self.clock().isoformat().encode())]
        assert isinstance(request.stream, httpx.SyncByteStream)
        return self.inner.handle_request(
            httpx.Request(request.method, url, headers=headers, stream=request.stream, extensions=request.extensions)
        )
