"""OAuth 2 against a token server on loopback: what is asked for, what is understood, and what is never said."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from cmflow.model import Account
from cmflow.model.errors import DeliveryError, Denied, NotSent, Throttled, Unsure
from cmflow.netkit import http, loopback, network, oauth
from cmflow.netkit.auth import Credentials, Grant, OAuth2
from tests.netkit import oauth_server
from tests.netkit.oauth_server import APP, SCOPES, TokenServer

TEAM = Account("team", "x")
REDIRECT = "http://127.0.0.1:8917/callback"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with oauth_server.running() as server:
        yield server


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with http.client() as client:
        yield client


def test_the_challenge_is_that_of_the_standard() -> None:
    assert oauth.challenge(VERIFIER) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_page_to_open_says_all_that_the_standard_asks_for_and_no_secret() -> None:
    auth = OAuth2("https://x.example/authorize", "", ("a", "b.write"), parameters=(("access_type", "offline"),))
    url = oauth.authorise_url(auth, TEAM, APP, REDIRECT, "st4te", VERIFIER)
    assert url.startswith("https://x.example/authorize?")
    assert {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()} == {
        "response_type": "code",
        "client_id": "app",
        "redirect_uri": REDIRECT,
        "scope": "a b.write",
        "state": "st4te",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
        "access_type": "offline",
    }
    assert APP.client_secret not in url and VERIFIER not in url


def test_some_networks_have_their_own_names_and_no_pkce() -> None:
    auth = OAuth2("https://t.example/a", "", ("a", "b"), separator=",", pkce=False, client_id="client_key")
    fields = parse_qs(urlsplit(oauth.authorise_url(auth, TEAM, APP, REDIRECT, "s", "")).query)
    assert (fields["client_key"], fields["scope"]) == (["app"], ["a,b"])
    assert "code_challenge" not in fields and "client_id" not in fields


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (f"{REDIRECT}?code=c&state=other", "does not belong to this sign-in"),
        (f"{REDIRECT}?code=c", "does not belong to this sign-in"),
        (f"{REDIRECT}?error=access_denied&state=s", "did not grant access: access_denied"),
        (f"{REDIRECT}?state=s", "holds no code"),
        ("", "does not belong to this sign-in"),
    ],
)
def test_only_an_answer_to_this_sign_in_counts(returned: str, said: str) -> None:
    assert oauth.code(f" {REDIRECT}?code=c0de&state=s\n", "s") == "c0de"
    with pytest.raises(Denied, match=said):
        oauth.code(returned, "s")


def test_an_address_may_hold_options_of_the_account() -> None:
    home = replace(TEAM, options=(("instance", "https://social.example/"),))
    assert oauth.filled("{instance}/oauth/token", home) == "https://social.example/oauth/token"
    with pytest.raises(Denied, match="has no instance in the plan"):
        oauth.filled("{instance}/oauth/token", TEAM)
    with pytest.raises(Denied, match="a server that cmflow does not connect to"):
        oauth.filled("{instance}/oauth/token", replace(TEAM, options=(("instance", "http://social.example"),)))


def test_a_code_for_tokens_and_a_refresh_token_for_the_next(server: TokenServer, client: httpx.Client) -> None:
    server.codes["c0de"] = oauth.challenge(VERIFIER)
    grant = oauth.exchange(client, server.auth, TEAM, APP, "c0de", REDIRECT, VERIFIER)
    assert (grant.access_token, grant.refresh_token, grant.scopes) == ("access-1", "refresh-1", SCOPES[:2])
    assert grant.until and abs(grant.until - datetime.now(UTC) - timedelta(hours=2)) < timedelta(minutes=1)
    following = oauth.refresh(client, server.auth, TEAM, APP, grant.refresh_token)
    assert (following.access_token, following.refresh_token) == ("access-2", "refresh-2")


def test_a_code_is_worth_nothing_without_its_verifier(server: TokenServer, client: httpx.Client) -> None:
    server.codes["c0de"] = oauth.challenge(VERIFIER)
    with pytest.raises(Denied, match="The code is not good"):
        oauth.exchange(client, server.auth, TEAM, APP, "c0de", REDIRECT, "another verifier")


def test_a_used_token_is_refused_without_being_told(server: TokenServer, client: httpx.Client) -> None:
    oauth.refresh(client, server.auth, TEAM, APP, "refresh-0")
    with pytest.raises(Denied) as caught:
        oauth.refresh(client, server.auth, TEAM, APP, "refresh-0")
    assert str(caught.value) == "The token server answers 400: invalid_grant Token … is not good."
    assert caught.value.hint == "Connect the account again: cmflow connect team"
    assert server.revoked


def test_a_wrong_app_is_refused(server: TokenServer, client: httpx.Client) -> None:
    with pytest.raises(Denied, match="invalid_client"):
        oauth.refresh(client, server.auth, TEAM, Credentials("app", "wr0ng"), "refresh-0")


@pytest.mark.parametrize(
    ("code", "body", "kind"),
    [
        (429, b"", Throttled),
        (408, b"", NotSent),
        (401, b"", Denied),
        (400, b"{}", Denied),
        (200, b'{"ok": false, "error": "invalid_refresh_token"}', Denied),
        (200, b"<html>", Unsure),
        (200, b'{"access_token": ""}', Unsure),
        (500, b"", Unsure),
        (503, b"", Unsure),
    ],
)
def test_what_an_answer_means_for_the_token(
    server: TokenServer, client: httpx.Client, code: int, body: bytes, kind: type[DeliveryError]
) -> None:
    server.answers = [(code, body)]
    with pytest.raises(DeliveryError) as caught:
        oauth.refresh(client, server.auth, TEAM, APP, "refresh-0")
    assert type(caught.value) is kind


def test_without_an_answer_nobody_knows_unless_there_was_no_connection() -> None:
    def lost(error: type[httpx.TransportError]) -> httpx.Client:
        def answer(request: httpx.Request) -> httpx.Response:
            raise error("")

        return http.client(httpx.MockTransport(answer))

    auth = OAuth2("", "https://x.example/token", ())
    for error, kind in ((httpx.ReadTimeout, Unsure), (httpx.ConnectError, NotSent)):
        with pytest.raises(DeliveryError) as caught:
            oauth.refresh(lost(error), auth, TEAM, APP, "r")
        assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("fields", "until", "refresh_until"),
    [
        ({}, None, None),
        ({"expires_in": 3600}, NOON + timedelta(hours=1), None),
        ({"expires_in": "3600"}, NOON + timedelta(hours=1), None),
        ({"expires_in": -1}, None, None),
        ({"expires_in": 10**30}, None, None),
        ({"expires_in": 10**10}, NOON + timedelta(days=3650), None),
        ({"refresh_token_expires_in": 86400}, None, NOON + timedelta(days=1)),
        ({"refresh_expires_in": 86400}, None, NOON + timedelta(days=1)),
    ],
)
def test_when_tokens_end(fields: dict[str, object], until: datetime | None, refresh_until: datetime | None) -> None:
    body = json.dumps({"access_token": "a", **fields})
    answer = httpx.Response(200, text=body, headers={"Date": "Tue, 01 Dec 2026 12:00:00 GMT"})
    assert oauth.decode(answer, ("asked",)) == Grant("a", "", until, refresh_until, ("asked",))


def test_what_the_account_keeps_ends_when_the_network_says_or_as_long_as_it_usually_lives() -> None:
    short = OAuth2("", "", (), keeps="token", lifetime=timedelta(days=60))
    assert oauth.ends(short, Grant("a", until=NOON), NOON) == NOON
    assert oauth.ends(short, Grant("a"), NOON) == NOON + timedelta(days=60)
    assert oauth.ends(OAuth2("", "", ()), Grant("a", "r", until=NOON), NOON) is None


def test_no_grant_shows_its_tokens() -> None:
    assert "s3cret" not in repr(Grant("s3cret", "s3cret")) + repr(APP)


@pytest.mark.parametrize("name", network.names())
def test_every_network_that_has_oauth_can_be_connected(name: str) -> None:
    for way in network.load(name).ways:
        if isinstance(way, OAuth2):
            assert way.page and way.steps and way.scopes
            options = tuple((option.name, option.example) for option in network.load(name).options)
            account = Account("team", name, options=options)
            assert oauth.filled(way.token_url, account).startswith("https://")
            assert oauth.authorise_url(way, account, APP, REDIRECT, "s", VERIFIER).startswith("https://")


def test_the_browser_comes_back_once() -> None:
    with loopback.callback(0) as server:
        import threading

        codes = list[int]()

        def browse() -> None:
            with httpx.Client() as browser:
                for path in ("/favicon.ico", "/callback?code=c&state=s"):
                    codes.append(browser.get(f"http://127.0.0.1:{server.server_port}{path}").status_code)

        thread = threading.Thread(target=browse)
        thread.start()
        returned = server.wait(60)
        thread.join()
    assert (oauth.code(returned, "s"), codes) == ("c", [404, 200])


def test_a_browser_that_does_not_come_back_is_not_waited_for_longer() -> None:
    with loopback.callback(0) as server, pytest.raises(Denied, match="did not come back in time"):
        server.wait(0.05)
