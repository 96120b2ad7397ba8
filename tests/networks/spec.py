"""Holds fakes to the truth: every request and every canned answer against the network's own description.

    transport = spec.Checked(spec.of(Lexicons), answer)   # answer: what the network would say to a request
    session = network.connect(http.client(transport), access)
    transport.requests                                    # what was asked, in order

A description raises `Drift` for what the real network would not know: such a test fails, whoever of both is wrong.
Where the folder of descriptions is not there, the same tests run without them.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import httpx

from tests import ROOT

FOLDER = Path(os.environ.get("CMFLOW_SPECS", ROOT.parent / "shared" / "specs"))


class Drift(AssertionError):
    """The test and the network's own description do not agree."""


class Description(Protocol):
    """What a network says of itself. `request` and `answer` have been read whole."""

    def request(self, request: httpx.Request) -> None: ...

    def answer(self, request: httpx.Request, answer: httpx.Response) -> None: ...


class Undescribed:
    def request(self, request: httpx.Request) -> None:
        pass

    def answer(self, request: httpx.Request, answer: httpx.Response) -> None:
        pass


def of(read: Callable[[Path], Description]) -> Description:
    return read(FOLDER) if FOLDER.is_dir() else Undescribed()


class Checked(httpx.BaseTransport):
    def __init__(self, description: Description, handler: Callable[[httpx.Request], httpx.Response]) -> None:
        self.description = description
        self.handler = handler
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        self.description.request(request)
        answer = self.handler(request)
        answer.read()
        self.description.answer(request, answer)
        return answer
