"""Google's sign-in for YouTube, by a stand-in that others wrote: from the page where a person picks an account."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

import click
import httpx
import pytest

from cmflow.cli._context import open_context
from cmflow.model import Account
from cmflow.model.errors import Denied
from cmflow.netkit import http, network, oauth
from cmflow.netkit.auth import Credentials, OAuth2
from tests.cli.conftest import LOAD, PLAN, Place, bare, run
from tests.servers import free_port
from tests.servers.emulate import service

__all__ = ["bare", "run"]

pytestmark = pytest.mark.slow

APP = Credentials("cmflow.apps.googleusercontent.com", "GOCSPX-s3cret")
TEAM = Account("short", "youtube")


@dataclass(frozen=True)
class Google:
    url: str
    port: int

    @property
    def auth(self) -> OAuth2:
        """YouTube's own record, but for the addresses."""
        own = LOAD("youtube").auth
        assert isinstance(own, OAuth2)
        return replace(own, authorise_url=f"{self.url}/o/oauth2/v2/auth", token_url=f"{self.url}/oauth2/token")

    def allow(self, page: str) -> None:
        """A person opens the page, and picks the account."""
        form = httpx.get(page, timeout=30).text
        fields = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
        chosen = {name: unescape(value) for name, value in fields}
        httpx.post(f"{self.url}/o/oauth2/v2/auth/callback", data=chosen, follow_redirects=True, timeout=30)

    def who(self, token: str) -> httpx.Response:
        return httpx.get(f"{self.url}/oauth2/v2/userinfo", headers={"Authorization": f"Bearer {token}"}, timeout=30)


@pytest.fixture
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Google]:
    port = free_port()
    client = {
        "client_id": APP.client_id,
        "client_secret": APP.client_secret,
        "name": "cmflow",
        "redirect_uris": [f"http://127.0.0.1:{port}/callback"],
    }
    seed = {"users": [{"email": "ana@example.org", "name": "Ana Ruiz"}], "oauth_clients": [client]}
    home = tmp_path_factory.mktemp("google")
    with service("google", seed, home, "/.well-known/openid-configuration") as url:
        yield Google(url, port)


@pytest.fixture
def place(bare: Place, google: Google, monkeypatch: pytest.MonkeyPatch) -> Place:
    bare.write("content/plan.md", PLAN.replace("network: x\n", "network: youtube\n"))
    record = replace(LOAD("youtube"), auth=google.auth, connect=None, verify=None)
    monkeypatch.setattr(network, "load", lambda name: record if name == "youtube" else LOAD(name))
    monkeypatch.setattr(click, "launch", lambda url: threading.Thread(target=google.allow, args=(url,)).start())
    monkeypatch.setenv("CMFLOW_SHORT_CLIENT_ID", APP.client_id)
    monkeypatch.setenv("CMFLOW_SHORT_CLIENT_SECRET", APP.client_secret)
    return bare


def test_connect_and_a_run_that_renews(place: Place, google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    from cmflow.cli import _environment

    result = place.run("connect", "short", "--port", str(google.port), "--show")
    assert (result.code, result.err) == (0, "")
    found: Any = re.search(r"CMFLOW_SHORT_REFRESH_TOKEN=(google_refresh_\S+)", result.out)
    monkeypatch.setenv("CMFLOW_SHORT_REFRESH_TOKEN", found[1])
    context = open_context(str(place.root))
    tokens = [_environment.accounts(context, context.folder).access("short").token for _ in range(2)]
    assert len(set(tokens)) == 2, "Google's refresh tokens do not rotate: each run makes an access token of its own"
    for token in tokens:
        assert google.who(token).json()["email"] == "ana@example.org"


def test_what_google_refuses(google: Google) -> None:
    with http.client() as client:
        with pytest.raises(Denied, match="The refresh token is invalid") as caught:
            oauth.refresh(client, google.auth, TEAM, APP, "google_refresh_of_another")
        assert caught.value.hint == "Connect the account again: cmflow connect short"
        assert "google_refresh" not in str(caught.value)
        with pytest.raises(Denied, match="The client_secret is incorrect"):
            oauth.refresh(client, google.auth, TEAM, Credentials(APP.client_id, "wrong"), "google_refresh_of_another")


def test_a_redirect_address_that_the_app_does_not_allow(google: Google) -> None:
    url = oauth.authorise_url(google.auth, TEAM, APP, "http://127.0.0.1:1/callback", "state", "v" * 48)
    answer = httpx.get(url)
    assert (answer.status_code, "Redirect URI mismatch" in answer.text) == (400, True)
