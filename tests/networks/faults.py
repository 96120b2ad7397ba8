"""What goes wrong between us and a network, one table for all of them.

class TestFaults(faults.Faults):
    network = telegram.network
    access = ACCESS
    def fake(self): return Telegram()            # what answers everything before
    def makes(self, request): ...                # whether that request makes the post
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx
import pytest

from cmflow.model.errors import DeliveryError, Denied, NotSent, Unsure
from cmflow.netkit import http
from cmflow.netkit.network import Access, Network, Outgoing
from cmflow.netkit.rest import PREPARES
from tests.networks.contract import NOON, Contract

Handler = Callable[[httpx.Request], httpx.Response]
Happening = httpx.Response | type[httpx.HTTPError]


@dataclass(frozen=True)
class Row:
    """What happens to the request that makes the post, and what that means. `taken`: the network has it."""

    name: str
    happening: Callable[[], Happening]
    means: type[DeliveryError]
    taken: bool = False


PAGE = "<!doctype html><title>Attention</title>"
PAGED = {"Content-Type": "text/html; charset=utf-8"}
ELSEWHERE = {"Location": "https://evil.example/take?it"}
ROWS = (
    Row("refused", lambda: httpx.ConnectError, NotSent),
    Row("timeout before sending", lambda: httpx.ConnectTimeout, NotSent),
    Row("timeout after sending", lambda: httpx.ReadTimeout, Unsure, taken=True),
    Row("timeout on the way", lambda: httpx.WriteTimeout, Unsure),
    Row("connection lost", lambda: httpx.RemoteProtocolError, Unsure, taken=True),
    Row("500", lambda: httpx.Response(500), Unsure),
    Row("503 but taken", lambda: httpx.Response(503), Unsure, taken=True),
    Row("a page of the proxy", lambda: httpx.Response(502, text=PAGE, headers=PAGED), Unsure),
    Row("a page of a firewall", lambda: httpx.Response(403, text=PAGE, headers=PAGED), Denied),
    Row("redirect to another host", lambda: httpx.Response(307, headers=ELSEWHERE), Denied),
    Row("too large", lambda: httpx.Response(413), NotSent),
)
ODD = (
    Row("an answer that is a page", lambda: httpx.Response(200, text=PAGE, headers=PAGED), Unsure),
    Row("an answer without id", lambda: httpx.Response(200, json={}), Unsure),
    Row("an empty answer", lambda: httpx.Response(200), Unsure),
    Row("an answer of another shape", lambda: httpx.Response(200, json=[[1]]), Unsure),
)


class Faults(Contract):
    network: ClassVar[Network[Any]]
    access: ClassVar[Access]

    def fake(self) -> Handler:
        raise NotImplementedError

    def makes(self, request: httpx.Request) -> bool:
        raise NotImplementedError

    def outgoing(self) -> Outgoing:
        return Outgoing(self.variant("Hello"), 0, "k0", NOON.timestamp())

    def publish(self, *happenings: Happening, requests: list[httpx.Request] | None = None) -> Any:
        """Publish, while the requests that make the post come to these ends; the fake answers the others."""
        fake, remaining = self.fake(), list(happenings)

        def answer(request: httpx.Request) -> httpx.Response:
            request.read()
            (requests if requests is not None else []).append(request)
            if not (self.makes(request) and remaining):
                return fake(request)
            happening = remaining.pop(0)
            if isinstance(happening, httpx.Response):
                return happening
            raise happening("the address is https://x.example")

        assert self.network.connect is not None and self.network.publish is not None
        session = self.network.connect(http.client(httpx.MockTransport(answer)), self.access)
        assert self.clean(repr(session))
        return self.network.publish(session, self.outgoing(), ())

    def clean(self, words: str) -> bool:
        """No secret, whole or as a part of an address."""
        values = [value for _, value in self.access.secrets]
        return not any(value in words or value.rpartition("/")[2] in words for value in values)

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
    def test_what_goes_wrong_is_told_for_what_it_is(self, row: Row, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        requests: list[httpx.Request] = []
        with pytest.raises(DeliveryError) as caught:
            self.publish(row.happening(), requests=requests)
        assert isinstance(caught.value, row.means), caught.value
        assert self.clean(f"{caught.value} {caught.value.hint} {caplog.text}")
        assert not [request for request in requests if request.url.host == "evil.example"]
        assert len([request for request in requests if self.makes(request)]) == 1

    @pytest.mark.parametrize("row", ODD, ids=lambda row: row.name)
    def test_an_answer_that_does_not_tell_is_no_receipt(self, row: Row) -> None:
        with pytest.raises(row.means) as caught:
            self.publish(row.happening())
        assert self.clean(f"{caught.value} {caught.value.hint}")

    def test_every_request_before_the_post_says_that_it_only_prepares(self) -> None:
        """A run that dies before the others is certain that nothing is published."""
        requests: list[httpx.Request] = []
        self.publish(requests=requests)
        changes = [request for request in requests if request.method != "GET"]
        first = next(place for place, request in enumerate(changes) if self.makes(request))
        assert [bool(request.extensions.get(PREPARES)) for request in changes[: first + 1]] == [True] * first + [False]

    def test_a_post_leaves_no_secret_behind(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        remote = self.publish()
        assert self.clean(f"{remote} {caplog.text}")
