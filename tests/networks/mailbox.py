"""What goes wrong where an inbox is read, and where an answer is sent: a field of an odd shape, a request that fails.

spoiler = Spoiler(place.transport, spoil)
while spoiler.turn():           # one field of one answer after another
    network.inbox(...)
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from cmflow.model import Message
from cmflow.model.errors import DeliveryError, Denied, NotSent, Throttled, Unsure
from cmflow.netkit import mail
from cmflow.netkit.rest import PREPARES

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Spoil:
    name: str
    value: Callable[[], Any]


def _deep() -> Any:
    value: Any = []
    for _ in range(200):
        value = [value]
    return value


MISSING = object()
SPOILS = (
    Spoil("missing", lambda: MISSING),
    Spoil("null", lambda: None),
    Spoil("a number", lambda: 17),
    Spoil("a mad date", lambda: "9999-12-31T23:59:59-14:00"),
    Spoil("half a character", lambda: "\ud83d"),
    Spoil("60,000 characters", lambda: "x" * 60_000),
    Spoil("a list", lambda: [[]]),
    Spoil("an object", lambda: {"a": None}),
    Spoil("deep", _deep),
)


class Spoiler(httpx.BaseTransport):
    """Spoils one field of the first object of a list, each in turn; `place` says which it is.

    A question that was asked before is answered from memory: nobody writes in the meantime.
    """

    def __init__(self, transport: httpx.BaseTransport, spoil: Spoil) -> None:
        self.transport, self.spoil = transport, spoil
        self.remaining: list[tuple[str, Path]] | None = None
        self.met: dict[tuple[str, Path], None] = {}
        self.place: tuple[str, Path] | None = None
        self.is_begun = False
        self.memory: dict[tuple[str, str, bytes], tuple[httpx.Response, str]] = {}

    def turn(self) -> bool:
        """Go on to the next field; False after the last. The first turn spoils nothing: it learns which there are."""
        if not self.is_begun:
            self.is_begun = True
            return True
        assert self.met, "there is no field to spoil"
        self.remaining = list(self.met) if self.remaining is None else self.remaining
        self.place = self.remaining.pop(0) if self.remaining else None
        return self.place is not None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        question = (request.method, str(request.url), request.read())
        if question not in self.memory:
            answer = self.transport.handle_request(request)
            self.memory[question] = answer, answer.read().decode()
        answer, text = self.memory[question]
        try:
            body = _opened(json.loads(text))
        except ValueError:
            return answer
        for path in list(_fields(body)):
            where = (request.url.path, path)
            if self.remaining is None:
                self.met[where] = None
            elif where == self.place:
                _set(body, path, self.spoil.value())
        return httpx.Response(answer.status_code, content=json.dumps(_closed(body)).encode())


BATCH = "batch"


def _opened(body: Any) -> Any:
    """The answers of a batch, which are JSON in JSON, as objects by their number."""
    is_batch = isinstance(body, list) and body and all(isinstance(one, dict) and "body" in one for one in body)
    return {BATCH: {str(n): json.loads(one["body"]) for n, one in enumerate(body)}} if is_batch else body


def _closed(body: Any) -> Any:
    is_batch = isinstance(body, dict) and BATCH in body
    return [{"code": 200, "body": json.dumps(one)} for one in body[BATCH].values()] if is_batch else body


def _fields(value: Any, path: Path = (), is_listed: bool = False) -> Iterator[Path]:
    """The fields of the last object of each list, and of what is in it: people wrote it first or last."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if is_listed:
                yield (*path, name)
            yield from _fields(inner, (*path, name), is_listed)
    elif isinstance(value, list) and value and (is_listed or len(value) > 1):
        yield from _fields(value[-1], (*path, len(value) - 1), is_listed=True)


def _set(body: Any, path: Path, value: Any) -> None:
    for name in path[:-1]:
        body = body[name]
    if value is MISSING:
        del body[path[-1]]
    else:
        body[path[-1]] = value


def are_sound(messages: Iterable[Message]) -> bool:
    """Whether each can be shown and kept."""
    for message in messages:
        author = message.author
        texts = (message.text, message.url, message.language, author.name, author.handle, author.url, *message.files)
        ids = (message.id, message.conversation, author.id, message.above, message.post)
        for text in (*texts, *ids):
            text.encode()  # no half of a character
        assert all(ids[:3]) and all(len(id) <= mail.LONGEST_ID for id in ids)
        assert all(len(text) <= mail.LONGEST for text in texts) and message.time.tzinfo
    return True


@dataclass(frozen=True)
class Fault:
    """What happens to a request, and what that means. `taken`: the network has done what it asked for."""

    name: str
    happening: Callable[[], httpx.Response | type[httpx.HTTPError]]
    means: type[DeliveryError]
    taken: bool = False


PAGE = httpx.Response(502, text="<!doctype html>", headers={"Content-Type": "text/html"})
FAULTS = (
    Fault("refused", lambda: httpx.ConnectError, NotSent),
    Fault("timeout", lambda: httpx.ReadTimeout, NotSent),
    Fault("401", lambda: httpx.Response(401, json={"error": "invalid token"}), Denied),
    Fault("429", lambda: httpx.Response(429, json={"error": "slowly"}), Throttled),
    Fault("500", lambda: httpx.Response(500), NotSent),
    Fault("a page of the proxy", lambda: PAGE, NotSent),
    Fault("an answer that is a page", lambda: httpx.Response(200, text="<!doctype html>"), NotSent),
    Fault("an empty answer", lambda: httpx.Response(200), NotSent),
    Fault("an answer of another shape", lambda: httpx.Response(200, json=[[1]]), NotSent),
)
WRITES = (
    Fault("refused", lambda: httpx.ConnectError, NotSent),
    Fault("timeout before sending", lambda: httpx.ConnectTimeout, NotSent),
    Fault("timeout after sending", lambda: httpx.ReadTimeout, Unsure, taken=True),
    Fault("connection lost", lambda: httpx.RemoteProtocolError, Unsure, taken=True),
    Fault("500", lambda: httpx.Response(500), Unsure),
    Fault("503 but taken", lambda: httpx.Response(503), Unsure, taken=True),
    Fault("a page of the proxy", lambda: PAGE, Unsure),
    Fault("too large", lambda: httpx.Response(413), NotSent),
    Fault("an answer without id", lambda: httpx.Response(200, json={}), Unsure),
    Fault("an empty answer", lambda: httpx.Response(200), Unsure),
    Fault("an answer of another shape", lambda: httpx.Response(200, json=[[1]]), Unsure),
)


class Trip(httpx.BaseTransport):
    """Lets one request fail, each in turn; `place` says which. With `writes`, it is the first that publishes."""

    def __init__(self, transport: httpx.BaseTransport, fault: Fault, writes: bool = False) -> None:
        self.transport, self.fault, self.writes = transport, fault, writes
        self.number, self.count = -1, 1
        self.place = ""

    def turn(self) -> bool:
        """Go on to the next request; False after the last."""
        self.number += 1
        is_more = self.number < self.count
        self.count = 0
        return is_more

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if self.writes and (request.method == "GET" or request.extensions.get(PREPARES)):
            return self.transport.handle_request(request)
        number, self.count = self.count, self.count + 1
        if number != self.number:
            return self.transport.handle_request(request)
        self.place = f"{request.method} {request.url.path}"
        if self.fault.taken:
            self.transport.handle_request(request)
        happening = self.fault.happening()
        if isinstance(happening, httpx.Response):
            return happening
        raise happening("the address is https://x.example")
