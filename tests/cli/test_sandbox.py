"""`cmflow sandbox`, and every other command in a terminal that is turned to it by CMFLOW_SANDBOX."""

import html
import json
import os
import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import httpx
import pytest

from cmflow.cli import sandbox as command
from cmflow.netkit import http, network, oauth
from cmflow.netkit.auth import OAuth2
from cmflow.sandbox.door import served
from cmflow.sandbox.server import Server
from cmflow.sandbox.stage import trouble
from tests.cli.conftest import Place
from tests.cli.harbour import harbour, server
from tests.networks.contract import PNG
from tests.sandbox import play

pytestmark = pytest.mark.slow  # real git, servers and uploads

__all__ = ["harbour", "server"]  # fixtures

TEXTS = tuple(name for name in play.NETWORKS if name != "youtube")
TOKEN = "syt_a_real_token_of_a_person"


def arrivals(server: Server) -> list[tuple[str, str]]:
    return [(record["account"], record["text"]) for record in httpx.get(f"{server.address}/api/arrivals").json()]


# ── publishing ──────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_due_arrives_on_every_network(harbour: Place, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in play.NETWORKS:  # as in a shell from which one really publishes
        for secret in ("TOKEN", "APP_PASSWORD", "WEBHOOK_URL", "SECRET", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
            monkeypatch.setenv(f"CMFLOW_{name.upper()}_{secret}", TOKEN)
    harbour.soon("morning", body="Good morning", accounts=f"[{', '.join(TEXTS)}, practice]")
    harbour.commit()
    result = harbour.run("publish")
    assert result.code == 0, result.out + result.err
    assert f"{len(TEXTS) + 1} deliveries sent." in result.out
    assert f"Sandbox {server.address}: nothing leaves this machine" in result.err
    assert sorted(arrivals(server)) == sorted((name, "Good morning") for name in TEXTS)
    assert TOKEN not in repr(server.stage.scene()) + result.out + result.err
    assert "cmflow-state" not in harbour.git("branch", "--list")
    assert "cmflow-sandbox" in harbour.git("branch", "--list")
    again = harbour.run("publish")
    assert again.out.startswith("Nothing is due.")
    assert "sent" in harbour.run("log", "morning").out


def test_what_real_accounts_are_refused_does_not_matter(harbour: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMFLOW_MASTODON_HOST", "elsewhere.example")
    harbour.write(".cmflow/outbox", "not a folder")
    harbour.soon("morning", body="Good morning", accounts="[mastodon, practice]")
    harbour.commit()
    assert json.loads(harbour.run("check", "--format", "json").out)["refused"] == []
    assert harbour.run("status").code == 0
    assert harbour.run("publish").out.endswith("2 deliveries sent.\nNothing is scheduled after that.\n")


def test_the_real_ledger_and_its_remote_are_left_alone(harbour: Place, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    harbour.git("init", "-q", "--bare", str(remote))
    harbour.git("remote", "add", "origin", str(remote))
    harbour.soon("morning", body="Good morning", accounts="[mastodon]")
    harbour.commit()
    assert harbour.run("publish").code == 0
    assert harbour.run("stop", "--reason", "Wait").code == 0
    assert harbour.git("ls-remote", "origin") == ""
    assert harbour.git("for-each-ref", "--format=%(refname)", "refs/cmflow") == ""


def test_a_lost_answer_is_found_and_nothing_is_sent_twice(harbour: Place, server: Server) -> None:
    harbour.soon("morning", body="Good morning", accounts="[mastodon, x, facebook]")
    harbour.commit()
    server.stage.disturb("", trouble("lose", 3))
    assert harbour.run("publish").code == 4
    assert harbour.run("publish").code in (0, 4)
    assert sorted(arrivals(server)) == [(name, "Good morning") for name in ("facebook", "mastodon", "x")]


def test_what_has_expired_says_so_and_connects_again(harbour: Place, server: Server) -> None:
    harbour.soon("morning", body="Good morning", accounts="[linkedin]")
    harbour.commit()
    harbour.run("accounts", "verify", "linkedin")
    httpx.post(f"{server.address}/api/troubles", json={"trouble": "expire", "times": 0})
    result = harbour.run("publish")
    assert result.code == 4
    assert "cmflow connect linkedin" in result.out + result.err or "token" in result.out


def test_unpublished_is_deleted_there(harbour: Place, server: Server) -> None:
    harbour.soon("morning", body="Good morning", accounts="[mastodon]")
    harbour.commit()
    harbour.run("publish")
    assert harbour.run("unpublish", "morning", "mastodon").code == 0
    assert [record["deleted"] is None for record in httpx.get(f"{server.address}/api/arrivals").json()] == [False]


def test_accounts_need_no_secret(harbour: Place) -> None:
    result = harbour.run("accounts")
    assert "not set" not in result.out
    verified = harbour.run("accounts", "verify", *play.NETWORKS)
    assert verified.code == 0, verified.out


def test_nothing_reaches_a_real_service(harbour: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with http.client() as client, pytest.raises(httpx.UnsupportedProtocol, match="nothing leaves this machine"):
        client.get("https://example.org")
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_REPOSITORY", "a/b")
    for words in (("connect", "mastodon", "--github"), ("watch",)):
        result = harbour.run(*words)
        assert result.code == 1
        assert "is not done in a sandbox." in result.err
        assert TOKEN not in result.err


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1:1", "http://example.org:80", "http://127.0.0.1", "http://a:b@127.0.0.1:1", "ftp://localhost:1",
     "http://127.0.0.1:1/path", "http://127.0.0.1:99999", "x"],
)  # fmt: skip
def test_a_sandbox_is_on_this_machine(harbour: Place, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("CMFLOW_SANDBOX", address)
    result = harbour.run("accounts", "verify", "mastodon")
    assert result.code == 1
    assert "error: CMFLOW_SANDBOX is not the address of a sandbox on this machine." in result.err
    assert "cmflow sandbox" in result.err


def test_where_no_sandbox_answers_nothing_is_sent(harbour: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMFLOW_SANDBOX", "http://127.0.0.1:9")
    result = harbour.run("accounts", "verify", "mastodon")
    assert result.code == 1
    assert "error: No sandbox answers at http://127.0.0.1:9, which CMFLOW_SANDBOX names." in result.err


# ── signing in ──────────────────────────────────────────────────────────────────────────────────────────────


class Person:
    """Reads the developer page, types what it shows, and presses the button in the browser."""

    def __init__(self, server: Server, monkeypatch: pytest.MonkeyPatch, answer: str = "allow") -> None:
        self.server, self.answer, self.pages = server, answer, list[str]()
        self.values: dict[str, str] = {}
        monkeypatch.setattr(click, "prompt", self.type)
        monkeypatch.setattr(click, "launch", self.browse)
        self.echo = click.echo
        monkeypatch.setattr(click, "echo", self.read)

    def read(self, message: object = "", **rest: Any) -> None:
        self.echo(message, **rest)
        for address in re.findall(rf"^Open ({self.server.address}\S+)", str(message)):
            page = httpx.get(address)
            assert page.status_code == 200, page.text
            self.pages.append(page.text)
            pairs = re.findall(r'<dt>(.*?)</dt><dd class="code">(.*?)</dd>', page.text)
            self.values |= {name: html.unescape(value) for name, value in pairs}

    def type(self, label: str, **rest: bool) -> str:
        return self.values[label.lower()]

    def browse(self, address: str) -> int:
        page = httpx.get(address)
        assert page.status_code == 200, page.text
        self.pages.append(page.text)
        [action] = re.findall(r'<form method="post" action="([^"]*)">', page.text)
        target = httpx.URL(address).join(html.unescape(action))
        back = httpx.post(target, data={"answer": self.answer})
        assert back.status_code == 303
        threading.Thread(target=lambda: httpx.get(back.headers["location"])).start()
        return 0


@pytest.mark.parametrize("name", play.NETWORKS)
def test_a_person_connects_every_network(
    harbour: Place, server: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"CMFLOW_{name.upper()}_TOKEN", TOKEN)
    person = Person(server, monkeypatch)
    result = harbour.run("connect", name, "--port", "0")
    assert result.code == 0, result.out + result.err
    assert "Signed in: " in result.out
    assert result.out.splitlines()[-1].startswith((f"{name} is connected to the sandbox", "Valid until"))
    assert person.pages
    assert TOKEN not in result.out + repr(server.stage.scene())
    assert harbour.run("accounts", "verify", name).code == 0


def test_who_does_not_allow_it_is_not_connected(
    harbour: Place, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    Person(server, monkeypatch, answer="deny")
    result = harbour.run("connect", "x", "--port", "0")
    assert result.code == 1
    assert "The network did not grant access: access_denied" in result.err


def test_connecting_ends_what_had_expired(harbour: Place, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    harbour.run("accounts", "verify", "x")
    server.stage.disturb("x", trouble("expire", 0))
    assert harbour.run("accounts", "verify", "x").code == 4
    Person(server, monkeypatch)
    assert harbour.run("connect", "x", "--port", "0").code == 0
    assert harbour.run("accounts", "verify", "x").code == 0


def test_a_network_that_is_not_there_is_said(harbour: Place) -> None:
    result = harbour.run("connect", "insta")
    assert result.code == 1
    assert "error: cmflow does not publish to Instagram yet" in result.err


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"client_id": "9"}, "No app here has this client_id"),
        ({"redirect_uri": "https://evil.example/"}, "The redirect_uri is not an address of this machine."),
        ({"state": ""}, "a state"),
        ({"scope": "tweet.read space.read"}, "The app may not ask for: space.read."),
        ({"code_challenge": ""}, "no code_challenge with the method S256 (PKCE)"),
        ({"code_challenge_method": "plain"}, "no code_challenge with the method S256 (PKCE)"),
    ],
)
def test_a_wrong_sign_in_is_told_what_is_wrong(
    harbour: Place, server: Server, changes: dict[str, str], sentence: str
) -> None:
    page, query = _authorise(server)
    answer = httpx.get(page, params=query | changes)
    assert answer.status_code == 400
    assert html.escape(sentence, quote=False) in answer.text


def _authorise(server: Server) -> tuple[str, dict[str, str]]:
    account = play.account("x")
    [way] = network.load("x").ways
    assert isinstance(way, OAuth2)
    door = served(server.address)
    values = door.secrets(account)
    query = {
        "response_type": "code",
        "client_id": values["client_id"],
        "redirect_uri": "http://127.0.0.1:8917/callback",
        "scope": " ".join(way.scopes),
        "state": "s",
        "code_challenge": oauth.challenge("v" * 43),
        "code_challenge_method": "S256",
    }
    return door.page(account, way.authorise_url), query


def test_a_code_is_good_once_and_for_its_verifier_only(harbour: Place, server: Server) -> None:
    page, query = _authorise(server)
    door, account = served(server.address), play.account("x")
    values = door.secrets(account)
    token = door.page(account, "https://api.x.com/2/oauth2/token")

    def exchange(code: str, **changes: str) -> httpx.Response:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": query["redirect_uri"]}
        form |= {"code_verifier": "v" * 43} | changes
        return httpx.post(token, data=form, auth=(values["client_id"], values["client_secret"]))

    def code() -> str:
        back = httpx.post(httpx.URL(page, params=query), data={"answer": "allow"})
        return httpx.URL(back.headers["location"]).params["code"]

    first = code()
    granted = exchange(first)
    assert granted.status_code == 200
    assert exchange(first).json()["error"] == "invalid_grant"
    assert exchange(code(), code_verifier="w" * 43).json()["error"] == "invalid_grant"
    assert exchange(code(), redirect_uri="http://127.0.0.1:1/").json()["error"] == "invalid_grant"
    refresh = {"grant_type": "refresh_token", "refresh_token": granted.json()["refresh_token"]}
    app = (values["client_id"], values["client_secret"])
    assert httpx.post(token, data=refresh, auth=(app[0], "wrong")).json()["error"] == "invalid_client"
    renewed = httpx.post(token, data=refresh, auth=app)
    assert renewed.json()["refresh_token"] != refresh["refresh_token"]
    assert httpx.post(token, data=refresh, auth=app).json()["error"] == "invalid_grant"


# ── rehearsals ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rehearsal_against_fakes_shows_what_arrived(harbour: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CMFLOW_SANDBOX")
    harbour.write("content/media/a.png", PNG)
    harbour.post(
        "morning", "Good <b>morning</b>", date="2026-06-01 09:30", accounts=f"[{', '.join(TEXTS)}, practice]",
        media="[{file: content/media/a.png, alt: One white pixel}]",
    )  # fmt: skip
    for _ in range(2):
        result = harbour.run("rehearse", "--at", "2026-06-01 12:00", "--against", "fakes")
        assert result.code == 0, result.out
        assert f"{len(TEXTS) + 1} deliveries sent to strict fakes of the networks" in result.out
    page = (harbour.root / ".cmflow/rehearsal/arrived/index.html").read_text("utf-8")
    assert page.count("Good &lt;b&gt;morning") + page.count("&lt;b&gt;morning") >= len(TEXTS)
    assert "<b>morning" not in page
    assert "<script" not in page and "<form" not in page
    for name in re.findall(r'src="([^"]+)"', page):
        assert (harbour.root / ".cmflow/rehearsal/arrived" / name).read_bytes()
    assert "Open what arrived: .cmflow/rehearsal/arrived/index.html" in result.out


def test_a_rehearsal_in_a_sandbox_goes_there(harbour: Place, server: Server) -> None:
    harbour.post("morning", "Good morning", date="2026-06-01 09:30", accounts=f"[{', '.join(TEXTS)}]")
    result = harbour.run("rehearse", "--at", "2026-06-01 12:00")
    assert result.code == 0, result.out
    assert f"{len(TEXTS)} deliveries sent to the sandbox: {server.address}/" in result.out
    times = {record.time for record in server.stage.scene().records}
    assert {time.astimezone(UTC).date() for time in times} == {datetime(2026, 6, 1).date()}
    assert "cmflow-sandbox-rehearsal" in harbour.git("branch", "--list")
    assert harbour.run("rehearse", "--against", "fakes").code == 2


# ── the server ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_serves_until_it_is_interrupted(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses: list[str] = []

    def interrupted(server: Server) -> None:
        addresses.append(server.address)
        assert server.stage.scene().troubles[""].kind == "slow"
        raise KeyboardInterrupt

    monkeypatch.setattr(Server, "serve_forever", interrupted)
    monkeypatch.setattr(click, "launch", addresses.append)
    result = bare.run("sandbox", "--port", "0", "--trouble", "slow", "--open", "--folder", "kept")
    assert result.code == 0
    assert addresses == [addresses[1] + "/", addresses[1]]
    assert f"export CMFLOW_SANDBOX={addresses[1]}" in result.out
    assert result.out.endswith("Ended.\nWhat arrived: kept/index.html\n")
    assert (bare.root / "kept/index.html").is_file()
    assert command.command.name == "command"


def test_a_folder_of_other_files_is_left_alone(bare: Place) -> None:
    result = bare.run("sandbox", "--port", "0", "--folder", ".")
    assert (result.code, result.err) == (
        1,
        "error: . holds other files.\n  Name a folder that is empty or does not exist yet.\n",
    )


def test_a_port_that_is_taken_is_said(bare: Place, server: Server) -> None:
    result = bare.run("sandbox", "--port", str(server.server_port))
    assert result.code == 1
    assert f"127.0.0.1:{server.server_port} cannot be served" in result.err


def test_the_page_is_for_this_machine_and_this_page_alone(server: Server) -> None:
    assert httpx.get(server.address, headers={"Host": "evil.example"}).status_code == 421
    form = {"trouble": "slow", "account": "", "times": "0"}
    elsewhere = httpx.post(f"{server.address}/api/troubles", data=form, headers={"Origin": "https://evil.example"})
    assert elsewhere.status_code == 403
    assert server.stage.scene().troubles == {}
    own = httpx.post(f"{server.address}/api/troubles", data=form, headers={"Origin": server.address})
    assert (own.status_code, own.headers["location"]) == (303, "/")
    page = httpx.get(server.address)
    assert "Every account: Answer late" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    curl = {"Content-Type": "application/x-www-form-urlencoded"}
    httpx.post(f"{server.address}/api/troubles", content='{"trouble": "lose", "times": 2}', headers=curl)
    assert httpx.get(f"{server.address}/api/troubles").json() == {"*": {"trouble": "lose", "times": 2}}
    httpx.post(f"{server.address}/api/troubles", data={"trouble": "", "account": ""})
    assert httpx.get(f"{server.address}/api/troubles").json() == {}


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"trouble": "rain"}', b'{"trouble": "slow", "account": "nobody"}',
                                  b'{"trouble": "slow", "times": "often"}'])  # fmt: skip
def test_what_it_cannot_read_it_says(server: Server, body: bytes) -> None:
    answer = httpx.post(f"{server.address}/api/troubles", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith((".", "used."))


def test_what_is_not_there(server: Server) -> None:
    for path in ("/nothing", "/files/9/0/x", "/accounts/nobody", "/at/nobody/https/x.com/"):
        assert httpx.get(f"{server.address}{path}").status_code == 404
    assert httpx.get(f"{server.address}/api").json() == {"sandbox": "cmflow"}
    assert httpx.head(f"{server.address}/").text == ""


def test_hostile_words_and_files_do_nothing(harbour: Place, server: Server) -> None:
    door, account = served(server.address), play.account("mastodon")
    token = door.secrets(account)["token"]
    evil = '<script>alert(1)</script> "><img src=x onerror=alert(1)> {{ 7 * 7 }}'
    with httpx.Client(transport=door.transport(account), headers={"Authorization": f"Bearer {token}"}) as client:
        file = {"file": ('"><script>.png', b"<script>alert(1)</script>", "image/png")}
        upload = client.post("https://social.example.org/api/v2/media", files=file, data={"description": evil})
        body = {"status": evil, "media_ids": [upload.json()["id"]], "spoiler_text": evil}
        assert client.post("https://social.example.org/api/v1/statuses", json=body).status_code == 200
    page = httpx.get(server.address).text
    assert "<script>alert" not in page and "<img src=x" not in page
    assert html.escape(evil) in page or "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    file_answer = httpx.get(f"{server.address}/files/1/0/file")
    assert file_answer.headers["content-type"] == "image/png"
    assert file_answer.headers["x-content-type-options"] == "nosniff"
    assert os.linesep not in file_answer.headers["content-security-policy"]


def test_an_account_page_gives_new_secrets(server: Server) -> None:
    door, account = served(server.address), play.account("webhook")
    address, secrets = door.page(account, ""), door.secrets(account)
    assert html.escape(secrets["secret"]) in httpx.get(address).text
    assert httpx.post(address).status_code == 303
    assert door.secrets(account) != secrets
