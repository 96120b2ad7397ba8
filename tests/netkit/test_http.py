"""Every answer has an end: in bytes, packed or not, and on the clock, in its headers as in its body."""

import gzip
import itertools
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from cmflow.model.errors import SourceError
from cmflow.netkit import http

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class Body(httpx.SyncByteStream):
    """What a server sends piece by piece; `taken` counts them."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.taken = pieces, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.taken += 1
            yield piece


def answering(
    body: Body | bytes, headers: dict[str, str] | None = None, clock: http.Clock = lambda: 0.0
) -> httpx.Client:
    content = {"content": body} if isinstance(body, bytes) else {"stream": body}
    return http.client(httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, **content)), clock)


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [(gzip.compress, "gzip"), (gzip.compress, "X-Gzip"), (zlib.compress, "deflate"), (bytes, "identity"), (bytes, "")],
)
def test_an_answer_is_unpacked(packed: Callable[[bytes], bytes], encoding: str) -> None:
    answer = answering(packed(b'{"id": "7"}'), {"Content-Encoding": encoding}).get("https://a.example")
    assert (answer.json(), "Content-Encoding" in answer.headers) == ({"id": "7"}, False)


def test_an_answer_without_a_date_gets_one() -> None:
    assert (
        answering(b"", {"Date": "Tue, 01 Dec 2026 12:00:00 GMT"})
        .get("https://a.example")
        .headers["Date"]
        .endswith("12:00:00 GMT")
    )
    assert answering(b"").get("https://a.example").headers["Date"].endswith(" GMT")


def test_a_body_without_end_is_left() -> None:
    body = Body(itertools.repeat(b"x" * 65_536))
    with pytest.raises(http.AnswerTooLong):
        answering(body).get("https://a.example")
    assert body.taken == http.LARGEST // 65_536 + 1


def test_a_small_answer_that_unpacks_to_a_large_one_is_left() -> None:
    body = Body(iter([gzip.compress(bytes(http.LARGEST * 20))] * 2))
    with pytest.raises(http.AnswerTooLong):
        answering(body, {"Content-Encoding": "gzip"}).get("https://a.example")
    assert body.taken == 1


@pytest.mark.parametrize(
    ("data", "encoding"), [(b"no gzip", "gzip"), (b"{}", "br"), (gzip.compress(b"{}", mtime=0), "gzip, gzip")]
)
def test_what_cannot_be_unpacked_is_no_answer(data: bytes, encoding: str) -> None:
    with pytest.raises(httpx.DecodingError):
        answering(Body(iter([data])), {"Content-Encoding": encoding}).get("https://a.example")


def test_a_byte_now_and_then_is_no_answer() -> None:
    now = itertools.count(step=5)
    body = Body(itertools.repeat(b" "))
    with pytest.raises(httpx.ReadTimeout):
        answering(body, clock=lambda: float(next(now))).get("https://a.example")
    assert body.taken == http.LIMIT / 5


@contextmanager
def serving(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server of one connection, which says whatever `talk` does."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    talk(connection)
                except OSError:  # the client has had enough
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def ticking() -> http.Clock:
    """Each look at the clock is a second later."""
    now = itertools.count()
    return lambda: float(next(now))


def drip(piece: bytes) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(HEAD)
        while True:
            connection.sendall(piece)

    return talk


@pytest.mark.parametrize("piece", [b"X: y\r\n", b"\r\n1\r\nx"])
def test_headers_and_bodies_that_drip_end_with_their_request(piece: bytes) -> None:
    with (
        serving(drip(piece)) as address,
        http.client(clock=ticking(), limit=20.0) as client,
        pytest.raises(httpx.TransportError),
    ):
        client.get(address)


def test_a_request_is_not_written_for_ever() -> None:
    with (
        serving(drip(b"")) as address,
        http.client(clock=ticking(), limit=10.0) as client,
        pytest.raises(httpx.WriteTimeout),
    ):
        client.post(address, content=bytes(http.PIECE * 20))


def test_what_comes_in_time_is_read_as_it_is() -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")

    with serving(talk) as address, http.client() as client:
        assert client.get(address).json() == {}


def test_a_network_of_httpx_that_is_not_ours_is_as_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy from the environment goes the same way."""
    with serving(drip(b"X: y\r\n")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with http.client(clock=ticking(), limit=20.0) as client, pytest.raises(httpx.TransportError):
            client.get("http://social.example/")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "http://ana:hunter2@proxy:port"),
        ("https_proxy", "socks5://hunter2"),
        ("SSL_CERT_FILE", "/nowhere/hunter2"),
        ("SSL_CERT_FILE", __file__),
        ("SSLKEYLOGFILE", "/nowhere/hunter2"),
    ],
)
def test_settings_that_cannot_be_used_are_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    for other in http.SETTINGS:
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.lower(), raising=False)
    monkeypatch.setenv(name, value)
    with pytest.raises(SourceError, match=r"^The web cannot be reached with the current settings \(\w+\)\.$") as caught:
        http.client()
    assert caught.value.hint == f"Correct or unset one of these variables: {name.upper()}."
