"""The client of an API: where its credential goes, and what it makes of answers."""

from typing import Any

import httpx
import pytest

from cmflow.model import Account
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import http, rest
from cmflow.netkit.errors import LOOK, Advice
from cmflow.netkit.network import Access
from cmflow.netkit.rest import ApiClient

HOME, TOKEN = "https://api.example", "t0ken-of-ours"


class Server:
    """Answers one after the other, and keeps the requests."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers, self.requests = list(answers), list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        return self.answers.pop(0) if self.answers else httpx.Response(200, json={})

    def api(self, **settings: Any) -> ApiClient:
        return ApiClient(http.client(httpx.MockTransport(self)), "Example", HOME, TOKEN, **settings)


@pytest.mark.parametrize(
    ("scheme", "sent"),
    [("Bearer", f"Bearer {TOKEN}"), ("Bot", f"Bot {TOKEN}"), ("", None)],
    ids=["bearer", "bot", "no"],
)
def test_the_credential_goes_into_a_header_and_never_into_the_address(scheme: str, sent: str | None) -> None:
    server = Server()
    server.api(scheme=scheme, headers=(("LinkedIn-Version", "202611"),)).ask("GET", "/me", params={"fields": "id"})
    [request] = server.requests
    assert request.headers.get("Authorization") == sent
    assert request.headers["LinkedIn-Version"] == "202611"
    assert str(request.url) == f"{HOME}/me?fields=id"


@pytest.mark.parametrize(
    "url",
    [
        "https://files.example/upload/1",
        "https://api.example.evil.test/upload",
        "https://api.example:8443/upload",
        "http://127.0.0.1/upload",
    ],
)
def test_another_server_gets_the_file_and_no_credential(url: str) -> None:
    server = Server()
    server.api(headers=(("X-Key", TOKEN),)).ask("PUT", url, content=b"film")
    [request] = server.requests
    assert (str(request.url), request.content) == (url, b"film")
    assert TOKEN not in str(request.headers)


@pytest.mark.parametrize("url", [f"{HOME}/a", f"{HOME}:443/a", "https://API.example/a"])
def test_the_same_server_by_its_whole_address_gets_it(url: str) -> None:
    server = Server()
    server.api().ask("GET", url)
    assert server.requests[0].headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("url", ["http://files.example/a", "ftp://files.example/a", "https://u:p@files.example/a"])
def test_a_file_does_not_go_out_in_the_clear(url: str) -> None:
    server = Server()
    with pytest.raises(Denied, match="Example names an address that cmflow does not connect to"):
        server.api().ask("PUT", url, content=b"film")
    assert server.requests == []


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_no_redirect_is_followed(code: int) -> None:
    server = Server(httpx.Response(code, headers={"Location": "https://evil.test/"}))
    with pytest.raises(Denied) as caught:
        server.api().ask("GET", "/me")
    assert (len(server.requests), caught.value.hint) == (1, Advice().moved)


def refused(answer: httpx.Response) -> type[DeliveryError] | None:
    """Slack's way: 200, and the error in the body."""
    kinds: dict[str, type[DeliveryError]] = {"invalid_auth": Denied, "ratelimited": Throttled, "oops": Unsure}
    return kinds.get(rest.text(answer, "error"))


@pytest.mark.parametrize(
    ("name", "kind", "asking"),
    [("invalid_auth", Denied, Denied), ("ratelimited", Throttled, Throttled), ("oops", Unsure, NotSent)],
)
def test_a_network_may_say_it_in_the_body(name: str, kind: type[DeliveryError], asking: type[DeliveryError]) -> None:
    answers = [httpx.Response(200, json={"ok": False, "error": name}) for _ in range(2)]
    api = Server(*answers).api(judge=refused, advice=Advice(denied="Install the app again."))
    for do, wanted in ((api.write, kind), (api.ask, asking)):
        with pytest.raises(DeliveryError) as caught:
            do("POST", "/chat.postMessage", json={})
        assert type(caught.value) is wanted
        assert caught.value.hint == {Denied: "Install the app again.", Unsure: LOOK}.get(wanted, "cmflow will retry.")


def test_words_of_the_network_are_shown_without_the_token() -> None:
    graph = httpx.Response(400, json={"error": {"message": f"No, {TOKEN}!", "code": 100}})
    api = Server(graph, graph).api(message=lambda answer: answer.json()["error"]["message"])
    with pytest.raises(Rejected) as caught:
        api.write("POST", "/feed")
    assert (str(caught.value), caught.value.hint) == ("Example answers 400: No, …!", "Change the post.")
    assert TOKEN not in repr(api)


def test_pages_go_on_until_nothing_follows_or_it_is_enough() -> None:
    def following(answer: httpx.Response) -> dict[str, str]:
        cursor = rest.text(answer, "next")
        return {"cursor": cursor} if cursor else {}

    server = Server(*(httpx.Response(200, json={"next": name}) for name in ("b", "c", "")))
    pages = list(server.api().pages("/posts", {"limit": "2"}, following, most=9))
    assert [str(request.url.query, "ascii") for request in server.requests] == [
        "limit=2",
        "limit=2&cursor=b",
        "limit=2&cursor=c",
    ]
    assert len(pages) == 3
    server = Server(*(httpx.Response(200, json={"next": "on"}) for _ in range(9)))
    assert len(list(server.api().pages("/posts", {}, following, most=4))) == 4


@pytest.mark.parametrize(
    ("body", "seconds"),
    [({"retry_after": 1.5}, 1.5), ({"parameters": {"retry_after": 35}}, 35), ({"retry_after": "soon"}, None)],
)
def test_when_to_try_again_stands_in_the_body_of_some(body: dict[str, Any], seconds: float | None) -> None:
    answer = httpx.Response(429, json=body, headers={"Date": "Tue, 01 Dec 2026 12:00:00 GMT"})
    with pytest.raises(Throttled) as caught:
        Server(answer).api().write("POST", "/send")
    at, now = caught.value.retry_at, rest.date(answer)
    assert now and (at is None) == (seconds is None)
    assert at is None or (at - now).total_seconds() == seconds


def test_an_access_token_goes_before_what_it_was_made_of() -> None:
    secrets = (("client_id", "app"), ("refresh_token", "r"), ("access_token", "fresh"))
    api = rest.client(http.client(), Access(Account("team", "x"), secrets), "X", HOME)
    assert api.token == "fresh"
    with pytest.raises(Denied) as caught:
        rest.client(http.client(), Access(Account("team", "x")), "X", HOME)
    assert (str(caught.value), caught.value.hint) == ("team has no token.", "Set the secret CMFLOW_TEAM_TOKEN.")
