"""The one door to the networks: an HTTP client with our name, our patience and no surprises.

An answer has an end: so many bytes once unpacked, and so many seconds from the first byte sent to the last received,
however slowly they come. Both are errors of httpx, so the caller judges them as it judges a lost answer.
"""

import logging
import os
import time
import zlib
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from email.utils import formatdate
from typing import Any

import httpcore
import httpx

from cmflow import __version__
from cmflow.model.errors import SourceError

PATIENCE = httpx.Timeout(60.0, connect=15.0)  # seconds without a byte
LIMIT = 300.0  # seconds for a request and its answer: half of what a run keeps a delivery to itself (`schedule.CLAIM`)
LARGEST = 8 * 1024 * 1024  # bytes of an answer: a page of a hundred Matrix events of 64 KB is the largest that we need
PIECE = 65_536  # bytes written at once, so that a slow line is noticed
SETTINGS = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_DIR", "SSL_CERT_FILE", "SSLKEYLOGFILE")
SANDBOX = "CMFLOW_SANDBOX"
ENCODINGS = ("gzip", "x-gzip", "deflate")
PACKED = ("content-encoding", "content-length", "transfer-encoding")  # true of the bytes on the wire only

Clock = Callable[[], float]
Until = tuple[Clock, float]

_until: ContextVar[Until | None] = ContextVar("until", default=None)  # of this thread's request


def _silent(record: logging.LogRecord) -> bool:
    """Nothing is logged of a request: httpx would write its URL, and there are networks that want a secret there."""
    return False


class AnswerTooLong(httpx.ReadError):
    """The answer has more bytes than any answer we need."""


class Closed(httpx.BaseTransport):
    """Lets nothing out: of a rehearsal, or of a terminal that is turned to a sandbox."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.UnsupportedProtocol("nothing leaves this machine", request=request)


class Client(httpx.Client):
    """A client that reads each answer as far as it makes sense. `limit`: seconds per request by `clock`."""

    def __init__(self, clock: Clock, limit: float, **settings: Any) -> None:
        super().__init__(**settings)
        self._clock, self._limit = clock, limit
        for transport in (self._transport, *self._mounts.values()):
            pool = getattr(transport, "_pool", None)
            if pool:  # httpx offers no other way to the bytes of the headers
                pool._network_backend = _Network(pool._network_backend)

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        token = _until.set((self._clock, self._clock() + self._limit))
        try:
            return _complete(super().send(request, **options | {"stream": True}))
        finally:
            _until.reset(token)


def client(
    transport: httpx.BaseTransport | None = None, clock: Clock = time.monotonic, limit: float = LIMIT
) -> httpx.Client:
    """A client for many threads. It follows no redirect: a POST must arrive where it was sent.

    Where the environment names a sandbox, one without a `transport` of its own reaches nothing.
    SourceError where the environment names a proxy or certificates that cannot be used.
    """
    logging.getLogger("httpx").addFilter(_silent)
    try:
        return Client(
            clock,
            limit,
            timeout=PATIENCE,
            headers={"User-Agent": f"cmflow/{__version__}", "Accept-Encoding": "gzip"},
            follow_redirects=False,
            transport=transport or (Closed() if os.environ.get(SANDBOX) else None),
        )
    except (httpx.InvalidURL, ImportError, OSError, ValueError) as error:  # its words may hold a proxy's password
        names = [name for name in SETTINGS if os.environ.get(name) or os.environ.get(name.lower())]
        message = f"The web cannot be reached with the current settings ({type(error).__name__})."
        raise SourceError(message, f"Correct or unset one of these variables: {', '.join(names)}.") from None


def _complete(answer: httpx.Response) -> httpx.Response:
    """The answer with all its bytes, unpacked; and with the time it came at where the server does not say it, as
    RFC 9110, 6.6.1 asks for."""
    try:
        assert isinstance(answer.stream, httpx.SyncByteStream)
        data = _unpacked(answer.stream, answer.headers.get("Content-Encoding", "").strip().lower())
    finally:
        answer.close()
    headers = httpx.Headers([pair for pair in answer.headers.raw if pair[0].decode("latin-1").lower() not in PACKED])
    headers.setdefault("Date", formatdate(usegmt=True))
    return httpx.Response(
        answer.status_code, headers=headers, content=data, request=answer.request, extensions=answer.extensions
    )


def _unpacked(stream: Iterable[bytes], encoding: str) -> bytes:
    """Never more in memory than the largest answer and one piece."""
    if encoding not in ("", "identity", *ENCODINGS):
        raise httpx.DecodingError(f"an answer in {encoding[:20]!r}, which was not asked for")
    opener = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding in ENCODINGS else None
    data = bytearray()
    for piece in stream:
        _remaining(None)
        try:
            data += opener.decompress(piece, LARGEST + 1 - len(data)) if opener else piece
        except zlib.error as error:
            raise httpx.DecodingError(str(error)) from None
        if len(data) > LARGEST:
            raise AnswerTooLong(f"more than {LARGEST:,} bytes")
    return bytes(data)


def _remaining(timeout: float | None, late: type[Exception] = httpx.ReadTimeout) -> float | None:
    """What is left of `timeout` in the time of this thread's request; an error where nothing is."""
    until = _until.get()
    if until is None:
        return timeout
    clock, end = until
    remaining = end - clock()
    if remaining <= 0:
        raise late("the request took too long")
    return remaining if timeout is None else min(remaining, timeout)


class _Network(httpcore.NetworkBackend):
    """Connections of which each read and write ends with its request."""

    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self.inner = inner

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *options: Any, **more: Any) -> "_Stream":
        remaining = _remaining(timeout, httpcore.ConnectTimeout)
        return _Stream(self.inner.connect_tcp(host, port, remaining, *options, **more))


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self.inner = inner
        self.close, self.get_extra_info = inner.close, inner.get_extra_info  # type: ignore[method-assign]

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, _remaining(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), PIECE):
            self.inner.write(buffer[start : start + PIECE], _remaining(timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> "_Stream":
        remaining = _remaining(timeout, httpcore.ConnectTimeout)
        return _Stream(self.inner.start_tls(ssl_context, server_hostname, remaining))
