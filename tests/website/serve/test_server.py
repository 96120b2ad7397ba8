"""What a browser on this machine is given, and what others are not."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from cmflow.website.serve.server import RELOAD, Server, Site
from tests.loopback import serving

PAGE = (
    '<!doctype html><head><meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    "</head><body>A page that says </head></body>"
)
FILES: dict[str, str | bytes] = {
    "index.html": PAGE,
    "posts/a b.html": PAGE,
    "bare.html": "no head",
    "style.css": "p {}",
    "calendar.js": "1",
    "calendar.ics": "BEGIN:VCALENDAR\r\n",
    "media/clip.mp4": bytes(range(256)),
    "media/UP.PNG": b"png",
    "odd.bin": b"?",
    "empty.mp4": b"",
    ".secret": "hidden",
    ".next/index.html": "half made",
}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    folder = tmp_path / "site"
    for name, data in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
    (tmp_path / "outside.html").write_text("outside")
    (folder / "link.html").symlink_to(tmp_path / "outside.html")
    (folder / "within.html").symlink_to(folder / "index.html")
    return Site(folder, "begun")


@pytest.fixture
def server(site: Site) -> Iterator[Server]:
    with serving(Server(site, 0), site.end) as made:
        yield made


Ask = Callable[..., HTTPResponse]


@pytest.fixture
def ask(server: Server) -> Iterator[Ask]:
    """Asks for a path exactly as it is written; the answer is still to be read."""
    lines: list[HTTPConnection] = []

    def call(path: str, method: str = "GET", hosts: Sequence[str] | None = None, **headers: str) -> HTTPResponse:
        lines.append(line := HTTPConnection("127.0.0.1", server.server_port, timeout=60))
        line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        named = [("Host", each) for each in ([f"127.0.0.1:{server.server_port}"] if hosts is None else hosts)]
        for name, value in [*named, ("Connection", "close"), *headers.items()]:
            line.putheader(name, value)
        line.endheaders()
        answers.append(answer := line.getresponse())
        return answer

    answers: list[HTTPResponse] = []
    yield call
    for answer in answers:
        answer.close()
    for line in lines:
        line.close()


def got(ask: Ask, path: str, **headers: Any) -> tuple[int, str, bytes]:
    answer = ask(path, **headers)
    return answer.status, answer.headers["Content-Type"], answer.read()


@pytest.mark.parametrize(
    "path, form, data",
    [
        ("/style.css", "text/css; charset=utf-8", b"p {}"),
        ("/style.css?1#x", "text/css; charset=utf-8", b"p {}"),
        ("/calendar.js", "text/javascript; charset=utf-8", b"1"),
        ("/calendar.ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR\r\n"),
        ("/media/UP.PNG", "image/png", b"png"),
        ("/odd.bin", "application/octet-stream", b"?"),
        ("/empty.mp4", "video/mp4", b""),
        ("/bare.html", "text/html; charset=utf-8", b"no head"),
    ],
)
def test_a_file_by_its_type(ask: Ask, path: str, form: str, data: bytes) -> None:
    assert got(ask, path) == (200, form, data)


@pytest.mark.parametrize("path", ["/", "/index.html", "/posts/a%20b.html", "/within.html"])
def test_a_page_may_hear_that_there_is_a_newer_one(ask: Ask, path: str) -> None:
    assert got(ask, path) == (
        200,
        "text/html; charset=utf-8",
        PAGE.replace("default-src", "connect-src 'self'; default-src")
        .replace("</head>", '<script src="/reload.js" data-version="begun-0" defer></script>\n</head>', 1)
        .encode(),
    )


@pytest.mark.parametrize(
    "path",
    [
        *("/gone.html", "/posts", "/posts/", "/media/", "/posts//a", "/index.html/", "/./index.html", "/x" * 5000),
        *("/../outside.html", "/posts/../../outside.html", "/%2e%2e/outside.html", "/..%2foutside.html"),
        *("/..%5coutside.html", "/posts\\a.html", "/link.html", "/.secret", "/.next/index.html", "/index.html%00"),
        *("/%ff", "/posts%2f..%2f..%2foutside.html", "/" + "a" * 300),
    ],
)
def test_nothing_else_is_given_out(ask: Ask, path: str) -> None:
    assert got(ask, path) == (
        404,
        "text/plain; charset=utf-8",
        b"There is no such page. See the terminal for the state of the calendar.\n",
    )


@pytest.mark.parametrize("path", ["/", "/style.css", "/gone", "/events", "/reload.js"])
def test_every_answer_keeps_to_itself(ask: Ask, path: str) -> None:
    answer = ask(path, "HEAD")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Python" not in answer.headers["Server"]
    assert answer.read() == b""


# ── who is answered ─────────────────────────────────────────────────────────────────────────────────────────


def test_it_listens_to_this_machine_only(server: Server) -> None:
    assert server.socket.getsockname() == ("127.0.0.1", server.server_port)
    assert server.address == f"http://127.0.0.1:{server.server_port}/"


@pytest.mark.parametrize("host", ["127.0.0.1:{}", "localhost:{}", "LocalHost:{}"])
def test_by_its_names(server: Server, ask: Ask, host: str) -> None:
    assert got(ask, "/style.css", hosts=[host.format(server.server_port)])[0] == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{}", "127.0.0.1", "localhost", "127.0.0.1:1", ""],
)
@pytest.mark.parametrize("path", ["/", "/events", "/reload.js", "/gone"])
def test_a_page_from_elsewhere_reads_nothing(server: Server, ask: Ask, host: str, path: str) -> None:
    status, _, data = got(ask, path, hosts=[host.format(server.server_port)])
    assert (status, data) == (421, f"This calendar is served at {server.address} only.\n".encode())


def test_whoever_names_no_host_or_two(server: Server, ask: Ask) -> None:
    assert ask("/", hosts=[]).status == 421
    assert ask("/", hosts=[f"127.0.0.1:{server.server_port}", "evil.example"]).status == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_can_be_changed(ask: Ask, method: str) -> None:
    assert ask("/index.html", method).status == 501


# ── parts of a file ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "asked, part, data",
    [
        ("bytes=0-9", "bytes 0-9/256", bytes(range(10))),
        ("bytes=250-", "bytes 250-255/256", bytes(range(250, 256))),
        ("bytes=250-999", "bytes 250-255/256", bytes(range(250, 256))),
        ("bytes=-2", "bytes 254-255/256", bytes((254, 255))),
        ("bytes=-999", "bytes 0-255/256", bytes(range(256))),
    ],
)
def test_a_video_is_given_in_pieces(ask: Ask, asked: str, part: str, data: bytes) -> None:
    answer = ask("/media/clip.mp4", Range=asked)
    assert (answer.status, answer.headers["Content-Range"], answer.read()) == (206, part, data)


@pytest.mark.parametrize("asked", ["bytes=256-", "bytes=9-8", "bytes=-0", "bytes=-"])
def test_a_piece_that_is_not_there(ask: Ask, asked: str) -> None:
    answer = ask("/media/clip.mp4", Range=asked)
    assert (answer.status, answer.headers["Content-Range"], answer.read()) == (416, "bytes */256", b"")


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,3-4", "lines=1-2", "nonsense", f"bytes={'9' * 5000}-", f"bytes=-{'9' * 5000}", "bytes=0-" + "1" * 5000],
)
def test_a_range_that_nobody_understands_is_all_of_it(ask: Ask, asked: str) -> None:
    answer = ask("/media/clip.mp4", Range=asked)
    assert (answer.status, len(answer.read())) == (200, 256)


def test_several_answers_on_one_line(server: Server) -> None:
    line = HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    for path in ("/style.css", "/gone", "/media/clip.mp4", "/"):
        line.request("GET", path)
        line.getresponse().read()
    line.close()


# ── news ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_script_that_listens(ask: Ask) -> None:
    assert got(ask, "/reload.js") == (200, "text/javascript; charset=utf-8", RELOAD.encode())
    assert not re.search(r"innerHTML|eval|https?:", RELOAD)


def test_a_browser_is_told_of_each_newer_site(ask: Ask, site: Site) -> None:
    answer = ask("/events")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream")
    assert [answer.readline(), answer.readline()] == [b"data: begun-0\n", b"\n"]
    site.renew()
    assert [answer.readline(), answer.readline()] == [b"data: begun-1\n", b"\n"]
    assert b'data-version="begun-1"' in got(ask, "/")[2]
    site.end()
    assert answer.read() == b""


def test_a_sign_of_life_where_nothing_changes(site: Site) -> None:
    assert site.wait("begun-0", 0) == "begun-0"
    assert site.wait("another", 1000) == "begun-0"
    site.end()
    assert site.wait("begun-0", 1000) == ""


def test_a_browser_that_goes_away_is_no_error(
    server: Server, ask: Ask, site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cmflow.website.serve.server.IDLE", 0.01)
    monkeypatch.setattr(Site.wait, "__defaults__", (0.01,))
    gone = threading.Event()
    finish = server.shutdown_request

    def finished(request: object) -> None:
        finish(request)  # type: ignore[arg-type]
        gone.set()

    monkeypatch.setattr(server, "shutdown_request", finished)
    answer = ask("/events")
    assert answer.readline() and answer.readline()
    assert answer.readline() == b":\n"
    answer.close()
    assert gone.wait(60)
    assert capsys.readouterr() == ("", "")


def test_a_bug_is_not_kept_quiet(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError("a bug")
    except ValueError:
        server.handle_error(None, ("127.0.0.1", 1))
    assert "ValueError: a bug" in capsys.readouterr().err


def test_a_port_that_is_taken(server: Server, site: Site) -> None:
    with pytest.raises(OSError, match="in use"):
        Server(site, server.server_port)
