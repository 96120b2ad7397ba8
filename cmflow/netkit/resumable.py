"""Uploads in pieces that go on where they broke off: pure steps over a client, with one piece's window in memory."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from cmflow.model.errors import Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit.errors import RETRY
from cmflow.netkit.journal import Journal
from cmflow.netkit.upload import Upload
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

    from cmflow.netkit.rest import ApiClient

CONTINUES = (206, 308)
RANGE = re.compile(r"bytes[= ]0-([0-9]{1,18})(?:/.*)?")
TRIES = 4  # failures in a row without a byte of progress
PAUSES = (1.0, 4.0, 15.0)  # seconds before a server is asked how much arrived


class Gone(NotSent):
    """The server does not know the upload any more."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`length` bytes of a file from `start` on, read when they are sent."""

    upload: Upload
    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length

    @property
    def is_last(self) -> bool:
        return self.end >= self.upload.size

    @property
    def headers(self) -> dict[str, str]:
        """For a request whose body is the piece: HTTP's own way to say which bytes of how many these are."""
        return {
            "Content-Length": str(self.length),
            "Content-Range": f"bytes {self.start}-{self.end - 1}/{self.upload.size}",
            "Content-Type": self.upload.mime or "application/octet-stream",
        }

    def content(self) -> Iterator[bytes]:
        return self.upload.chunks(self.start, self.length)

    def read(self) -> bytes:
        return b"".join(self.content())


@dataclass(frozen=True, slots=True)
class Progress:
    """How many bytes a server has; `answer` is what it said with the last of them."""

    arrived: int
    answer: "httpx.Response | None" = None


def send(
    upload: Upload,
    size: int,
    put: Callable[[Piece], Progress],
    ask: Callable[[], Progress],
    pause: Callable[[float], None],
    journal: Journal | None = None,
    arrived: int = 0,
) -> Progress:
    """Send a file in pieces of `size` bytes; where a piece did not arrive, go on from what the server has.

    `arrived` bytes are there already. The `journal` is told before each piece.
    `put` sends one piece, `ask` says how much has arrived. Raises what `put` raised last where nothing more arrives,
    and at once where the network refuses (`Denied`, `Rejected`, `Throttled`); but what was `Unsure` once stays so.
    """
    progress, failures, doubt = Progress(arrived), 0, None
    while True:
        piece = Piece(upload, progress.arrived, min(size, upload.size - progress.arrived))
        if journal:
            journal.advance(piece.start)
        try:
            following = put(piece)
        except (NotSent, Unsure) as error:
            doubt = error if isinstance(error, Unsure) else doubt  # such a request may still arrive, later
            if isinstance(error, Denied | Rejected | Throttled) or failures + 1 >= TRIES:
                raise (doubt or error) from None
            following = _progress_of(ask, doubt or error, partial(pause, PAUSES[failures]))
        if following.arrived >= upload.size:
            return following
        if following.arrived < progress.arrived:
            raise doubt or NotSent("The server has lost a part of the file.", RETRY)
        failures = 0 if following.arrived > progress.arrived else failures + 1
        if failures >= TRIES:
            raise doubt or NotSent("The server takes no more of the file.", RETRY)
        progress = following


def _progress_of(ask: Callable[[], Progress], error: NotSent | Unsure, wait: Callable[[], None]) -> Progress:
    """How much arrived; where that cannot be told, or not waited for, and the last piece may have made the post, it
    stays unsure."""
    try:
        wait()
        return ask()
    except NotSent:
        if isinstance(error, Unsure):
            raise error from None
        raise


def put_range(api: "ApiClient", url: str, piece: Piece) -> Progress:
    """Send a piece as Google and TikTok take it: PUT with a Content-Range, answered by 308 or 206 until the last."""
    do = api.write if piece.is_last else api.ask
    answer = do("PUT", url, fine=CONTINUES, headers=piece.headers, content=piece.content())
    return _ranged(answer, piece.upload.size, piece.end)


def ask_range(api: "ApiClient", url: str, size: int) -> Progress:
    """How much has arrived of a file that `put_range` sends."""
    headers = {"Content-Length": "0", "Content-Range": f"bytes */{size}"}
    return _ranged(api.ask("PUT", url, fine=CONTINUES, headers=headers), size, 0)


def _ranged(answer: "httpx.Response", size: int, end: int) -> Progress:
    """`Range: bytes=0-41` says that 42 bytes are there; without it none is, of a server that says so with 308."""
    if answer.status_code not in CONTINUES:
        return Progress(size, answer)
    match = RANGE.fullmatch(answer.headers.get("Range", "").strip())
    arrived = int(match[1]) + 1 if match else (end if answer.status_code == 206 else 0)
    return Progress(min(arrived, size), answer)
