"""Uploads in pieces against a server that loses some of them, and how much memory a large file takes."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from cmflow.model.errors import DeliveryError, Denied, NotSent, Unsure
from cmflow.netkit import http, resumable
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.resumable import Progress
from cmflow.netkit.upload import Upload
from tests.loopback import serving

FILM = bytes(range(256)) * 10
URL = "https://files.example/session/1"


class Google:
    """Takes pieces; `faults` names what happens to each PUT with bytes: "" fine, "lost" it or "deaf" its answer."""

    def __init__(self, *faults: str) -> None:
        self.data, self.faults, self.ranges = b"", list(faults), list[str]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        piece, written = request.read(), request.headers["Content-Range"]
        self.ranges.append(written)
        assert request.headers["Content-Length"] == str(len(piece))
        assert "Transfer-Encoding" not in request.headers and "Authorization" not in request.headers
        fault = self.faults.pop(0) if piece and self.faults else ""
        if fault == "lost":
            raise httpx.ReadTimeout("")
        if fault == "no":
            return httpx.Response(403)
        if piece:
            start, _, _ = written.removeprefix("bytes ").partition("-")
            assert int(start) == len(self.data)
            self.data += piece[:100] if fault == "half" else piece
        if fault in ("deaf", "half"):
            raise httpx.RemoteProtocolError("")
        if len(self.data) == len(FILM):
            return httpx.Response(201, json={"id": "video"})
        return httpx.Response(308, headers={"Range": f"bytes=0-{len(self.data) - 1}"} if self.data else {})


def sent(server: Google, size: int = 1024) -> tuple[Progress, list[float]]:
    api = ApiClient(http.client(httpx.MockTransport(server)), "Example", "https://api.example", "t0ken")
    upload, pauses = Upload.of(FILM, "video/mp4"), list[float]()
    progress = resumable.send(
        upload,
        size,
        lambda piece: resumable.put_range(api, URL, piece),
        lambda: resumable.ask_range(api, URL, upload.size),
        pauses.append,
    )
    return progress, pauses


def test_every_piece_says_which_bytes_it_is() -> None:
    server = Google()
    progress, pauses = sent(server)
    assert progress.answer is not None and progress.answer.json() == {"id": "video"}
    assert server.ranges == ["bytes 0-1023/2560", "bytes 1024-2047/2560", "bytes 2048-2559/2560"]
    assert (server.data, pauses) == (FILM, [])


@pytest.mark.parametrize("fault", ["lost", "deaf", "half"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_it_goes_on_from_what_has_arrived(fault: str, place: int) -> None:
    server = Google(*[""] * place, fault)
    progress, pauses = sent(server)
    assert progress.answer is not None and progress.answer.json() == {"id": "video"}
    assert (server.data, pauses) == (FILM, [1.0])
    assert "bytes */2560" in server.ranges


def test_after_some_failures_without_progress_it_ends() -> None:
    server = Google(*["lost"] * 9)
    with pytest.raises(NotSent, match="cannot be reached"):
        sent(server)
    assert server.data == b"" and len(server.faults) == 5


def test_what_was_unsure_once_stays_so() -> None:
    """The last piece was sent, and its answer lost; then the server cannot be reached, refuses, or nobody waits."""

    class Silent(Google):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            if len(self.ranges) == 4:  # after the question that followed the lost piece
                raise httpx.ConnectError("")
            return super().__call__(request)

    with pytest.raises(Unsure):
        sent(Silent("", "", "lost"))
    with pytest.raises(Unsure):
        sent(Google("", "", "lost", "no"))


def test_failures_with_progress_between_them_do_not_add_up() -> None:
    server = Google(*["half"] * 20)
    sent(server)
    assert server.data == FILM


def test_a_refusal_ends_it_at_once() -> None:
    server = Google("", "no")
    with pytest.raises(Denied):
        sent(server)
    assert len(server.ranges) == 2


def test_a_last_piece_without_an_answer_may_have_made_the_post() -> None:
    def put(piece: resumable.Piece) -> Progress:
        raise Unsure("No answer.")

    def ask() -> Progress:
        raise NotSent("Not reached.")

    with pytest.raises(Unsure):
        resumable.send(Upload.of(FILM), 4096, put, ask, lambda seconds: None)


@pytest.mark.parametrize(
    ("arrived", "kind"), [([100, 50], NotSent), ([100] * 9, NotSent)], ids=["fewer than before", "never more"]
)
def test_a_server_that_keeps_nothing_is_left(arrived: list[int], kind: type[DeliveryError]) -> None:
    answers = iter(arrived)
    with pytest.raises(kind, match="The server"):
        resumable.send(
            Upload.of(FILM), 1024, lambda piece: Progress(next(answers)), lambda: Progress(0), lambda seconds: None
        )


class Sink(BaseHTTPRequestHandler):
    """Counts what it is sent, and keeps none of it."""

    def do_PUT(self) -> None:
        left = int(self.headers["Content-Length"])
        while left:
            left -= len(self.rfile.read(min(left, 1 << 20)))
        _, _, size = self.headers["Content-Range"].partition("/")
        _, _, end = self.headers["Content-Range"].partition("/")[0].partition("-")
        is_last = int(end) + 1 == int(size)
        self.send_response(201 if is_last else 308)
        if not is_last:
            self.send_header("Range", f"bytes=0-{end}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def sink() -> Iterator[str]:
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Sink)) as server:
        yield f"http://127.0.0.1:{server.server_port}"


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(256 << 20)  # a hole: no disk is used
    upload = Upload(film, film.stat().st_size, "video/mp4")
    with sink() as address:
        api = ApiClient(http.client(), "Sink", address, "t0ken")
        tracemalloc.start()
        progress = resumable.send(
            upload,
            64 << 20,
            lambda piece: resumable.put_range(api, "/film", piece),
            lambda: Progress(0),
            lambda seconds: None,
        )
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert progress.arrived == upload.size
    assert peak < 16 << 20, f"{peak:,} bytes"


def test_a_file_on_disk_and_in_memory_read_the_same(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(FILM)
    for upload in (Upload.of(FILM), Upload(tmp_path / "film", len(FILM))):
        assert upload.read() == FILM == b"".join(upload.chunks())
        assert b"".join(upload.chunks(100, 50)) == FILM[100:150]
        assert b"".join(upload.chunks(2_500, 999)) == FILM[2_500:]
        with upload.open() as file:
            assert file.read(3) == FILM[:3]
