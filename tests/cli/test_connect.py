"""`cmflow connect`"""

import json
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import click
import httpx
import pytest

from cmflow.cli import _tokens
from cmflow.cli._context import open_context
from cmflow.model import Account
from cmflow.model.errors import Denied, NotSent
from cmflow.netkit import network
from cmflow.netkit.auth import AppPassword, OAuth2
from cmflow.netkit.network import Access, Network, Standing
from cmflow.publish.accounts import Accounts
from cmflow.repository import token_files
from tests.cli.conftest import LOAD, PLAN, Place
from tests.github import vault as stand_in
from tests.github.vault import Vault
from tests.netkit import oauth_server
from tests.netkit.oauth_server import APP, TokenServer

pytestmark = pytest.mark.slow  # real git


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TokenServer]:
    """X as our own server would have it."""
    with oauth_server.running() as server:
        steps = ("Create an app.", "Copy its ID and secret.")
        auth = replace(server.auth, page="https://x.example/apps", steps=steps)
        record = replace(LOAD("x"), auth=auth, connect=None, verify=None)
        monkeypatch.setattr(network, "load", lambda name: record if name == "x" else LOAD(name))
        yield server


def browser(server: TokenServer, monkeypatch: pytest.MonkeyPatch, **changes: str) -> list[str]:
    """Opens what is launched and lets the app in; what it opened."""
    opened = list[str]()

    def visit(url: str) -> int:
        opened.append(url)
        fields = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        server.codes["c0de"] = fields["code_challenge"]
        query = {"code": "c0de", "state": fields["state"], **changes}
        threading.Thread(target=lambda: httpx.get(fields["redirect_uri"], params=query)).start()
        return 0

    monkeypatch.setattr(click, "launch", visit)
    return opened


def app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMFLOW_SHORT_CLIENT_ID", APP.client_id)
    monkeypatch.setenv("CMFLOW_SHORT_CLIENT_SECRET", APP.client_secret)


def test_a_person_lets_the_app_in(bare: Place, server: TokenServer, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = browser(server, monkeypatch)
    app(monkeypatch)
    result = bare.run("connect", "short", "--port", "0")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[:3] == ["Open https://x.example/apps", "  1. Create an app.", "  2. Copy its ID and secret."]
    assert re.fullmatch(r"The app must allow this redirect address: http://127.0.0.1:[0-9]+/callback", lines[3])
    names = ("CMFLOW_SHORT_CLIENT_ID", "CMFLOW_SHORT_CLIENT_SECRET", "CMFLOW_SHORT_REFRESH_TOKEN")
    assert lines[-9:] == [
        "Its secrets:",
        *(f"  {name}" for name in names),
        "To see them, run this again with --show; to write them on GitHub, with --github.",
        "A job on GitHub gets them with these lines, under `env:` of the step that publishes (publish.yml):",
        *(f"  {name}: ${{{{ secrets.{name} }}}}" for name in names),
    ]
    assert len(opened) == 1
    for value in (APP.client_secret, server.current, "access-1"):
        assert value not in result.out


def test_the_secrets_are_shown_to_who_asks(bare: Place, server: TokenServer, monkeypatch: pytest.MonkeyPatch) -> None:
    browser(server, monkeypatch)
    app(monkeypatch)
    result = bare.run("connect", "short", "--port", "0", "--show")
    assert "  CMFLOW_SHORT_REFRESH_TOKEN=refresh-1" in result.out.splitlines()


def test_an_answer_to_another_sign_in_is_refused(
    bare: Place, server: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser(server, monkeypatch, state="forged")
    app(monkeypatch)
    result = bare.run("connect", "short", "--port", "0")
    assert result.code == 1
    assert "The answer does not belong to this sign-in." in result.err
    assert server.requests == []


def test_without_a_browser_the_address_is_pasted(
    bare: Place, server: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    app(monkeypatch)
    urls = list[str]()
    echo = click.echo

    def said(message: str = "", **rest: Any) -> None:
        urls.extend(re.findall(r"Open (http://\S+)", message))
        echo(message, **rest)

    def paste(text: str, **rest: bool) -> str:
        fields = {name: values[0] for name, values in parse_qs(urlsplit(urls[-1]).query).items()}
        server.codes["c0de"] = fields["code_challenge"]
        return f"{fields['redirect_uri']}?code=c0de&state={fields['state']}"

    monkeypatch.setattr(click, "echo", said)
    monkeypatch.setattr(click, "prompt", paste)
    assert bare.run("connect", "short", "--no-browser", "--port", "0").code == 0
    assert server.requests == ["authorization_code"]


def test_an_app_password_is_typed_and_not_shown(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    auth = AppPassword(page="https://bsky.example/passwords", steps=("Add one.",))
    monkeypatch.setattr(network, "load", lambda name: replace(LOAD("x"), auth=auth, connect=None, verify=None))
    asked = list[tuple[str, object]]()

    def prompt(text: str, **rest: object) -> str:
        asked.append((text, rest["hide_input"]))
        return "abcd-efgh-ijkl-mnop"

    monkeypatch.setattr(click, "prompt", prompt)
    result = bare.run("connect", "short")
    assert (result.code, asked) == (0, [("App password", True)])
    assert "  CMFLOW_SHORT_APP_PASSWORD\n" in result.out and "efgh" not in result.out


def test_without_the_right_to_write_secrets_nobody_is_asked_for_anything(bare: Place, server: TokenServer) -> None:
    result = bare.run("connect", "short", "--github")
    assert (result.code, result.out) == (1, "")
    assert "No token with permission to write secrets is set." in result.err and "CMFLOW_GITHUB_TOKEN" in result.err


def test_a_network_that_cmflow_does_not_publish_to_takes_nobodys_time(bare: Place) -> None:
    bare.write("content/plan.md", PLAN.replace("network: x\n", "network: threads\n"))
    result = bare.run("connect", "short")
    assert (result.code, result.out, result.err) == (
        1,
        "",
        "error: cmflow does not publish to Threads yet: there is nothing to connect.\n"
        "  Its posts are published by hand: cmflow preview shows what to paste there.\n",
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("", "an incoming webhook; with `channel` in the plan, as a bot"),
        ("options: {channel: C1}", "a bot, because the plan gives it `channel`"),
    ],
)
def test_of_several_ways_the_plan_chooses(
    bare: Place, monkeypatch: pytest.MonkeyPatch, options: str, said: str
) -> None:
    slack = replace(LOAD("slack"), connect=None, verify=None)
    monkeypatch.setattr(network, "load", lambda name: slack if name == "slack" else LOAD(name))
    monkeypatch.setattr(click, "prompt", lambda text, **rest: "xoxb-1")
    bare.write("content/plan.md", PLAN.replace("network: x\n", f"network: slack\n    {options}\n"))
    result = bare.run("connect", "short")
    assert (result.code, result.out.splitlines()[0]) == (0, f"short signs in to Slack as {said}.")


@pytest.mark.parametrize(
    ("name", "said"), [("nwes", "The plan has no account 'nwes'."), ("practice", "Outbox needs no sign-in.")]
)
def test_what_cannot_be_connected(bare: Place, name: str, said: str) -> None:
    result = bare.run("connect", name)
    assert result.code == 1
    assert said in result.err


# ── secrets of GitHub ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def vault(bare: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    with stand_in.running(Vault()) as vault:
        monkeypatch.setenv("CMFLOW_GITHUB_TOKEN", stand_in.TOKEN)
        monkeypatch.setenv("GITHUB_API_URL", vault.url)
        monkeypatch.setenv("GITHUB_REPOSITORY", "team/content")
        yield vault
    assert vault.drift == []


def test_the_secrets_are_written_into_the_environment_of_the_workflow(
    bare: Place, server: TokenServer, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser(server, monkeypatch)
    app(monkeypatch)
    result = bare.run("connect", "short", "--port", "0", "--github")
    assert (result.code, result.err) == (0, "")
    values = vault.values
    assert len(values.pop("CMFLOW_SHORT_TOKEN_CHECK")) == 8, "written first, to see whether it can be"
    assert values == {
        "CMFLOW_SHORT_CLIENT_ID": APP.client_id,
        "CMFLOW_SHORT_CLIENT_SECRET": APP.client_secret,
        "CMFLOW_SHORT_REFRESH_TOKEN": "refresh-1",
    }
    for value in (APP.client_secret, "refresh-1", "access-1", stand_in.TOKEN):
        assert value not in result.out


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        (
            {"writes": False},
            "GitHub does not allow cmflow to write a secret of the environment in team/content (403): "
            "Resource not accessible by personal access token",
            _tokens.NEEDS,
        ),
        (
            {"environment": "production"},
            "team/content has no environment “publish”, or the token may not see it.",
            f"Create it on GitHub: Settings, Environments, New environment, publish. {_tokens.NEEDS}",
        ),
    ],
    ids=["rights", "environment"],
)
def test_what_keeps_the_secrets_from_being_written_is_said_first(
    bare: Place, server: TokenServer, vault: Vault, changes: dict[str, Any], message: str, hint: str
) -> None:
    for name, value in changes.items():
        setattr(vault, name, value)
    result = bare.run("connect", "short", "--github")
    assert (result.code, result.out, result.err) == (1, "", f"error: {message}\n  {hint}\n")
    assert (vault.values, server.requests) == ({}, [])


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("GITHUB_REPOSITORY", "", "error: '' is not a repository.\n  Set GITHUB_REPOSITORY to owner/name.\n"),
        ("CMFLOW_GITHUB_TOKEN", "another", "error: GitHub rejected the token (401): Bad credentials\n"),
    ],
)
def test_what_is_wrong_with_the_surroundings(
    bare: Place, server: TokenServer, vault: Vault, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    result = bare.run("connect", "short", "--github")
    assert (result.code, result.out, result.err.startswith(said)) == (1, "", True)


# ── tokens of this machine ──────────────────────────────────────────────────────────────────────────────────


def access(place: Place) -> Access:
    context = open_context(str(place.root))
    plan = context.folder.sure_plan

    def renew(account: Account, access: Access) -> Access:
        return _tokens.renewed(context, account, access)

    return Accounts(plan, place.root, os.environ, renew=renew).access("short")


def test_a_run_gets_an_access_token_and_keeps_the_next_refresh_token(
    place: Place, server: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment keeps saying what it said; the file knows better."""
    app(monkeypatch)
    monkeypatch.setenv("CMFLOW_SHORT_REFRESH_TOKEN", "refresh-0")
    assert access(place).token == "access-1"
    file = place.root / token_files.FOLDER / "short.json"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert access(place).token == "access-1", "it is good for two hours"
    file.write_text(file.read_text().replace("access-1", ""))
    assert access(place).token == "access-2"
    assert not server.revoked


def test_on_actions_nothing_is_renewed_without_a_token_that_may_write_secrets(
    place: Place, server: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    app(monkeypatch)
    monkeypatch.setenv("CMFLOW_SHORT_REFRESH_TOKEN", "refresh-0")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    with pytest.raises(Denied) as caught:
        access(place)
    assert str(caught.value) == "No token with permission to write secrets is set."
    assert caught.value.hint == _tokens.NEEDS
    assert server.requests == []


def test_git_never_sees_the_folder_of_tokens(tmp_path: Path) -> None:
    token_files.write(tmp_path, "team", token_files.TokenFile("r"))
    assert token_files.read(tmp_path, "team") == token_files.TokenFile("r")
    assert (tmp_path / token_files.FOLDER / ".gitignore").read_text() == "*\n"
    for broken in ("", "[]", '{"refresh_token": "r", "until": "2026-12-01T12:00:00"}'):
        (tmp_path / token_files.FOLDER / "team.json").write_text(broken)
        assert token_files.read(tmp_path, "team") is None


# ── until when ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Page:
    """A network whose tokens last for 60 days; it says until when where it knows (`until`), and counts questions."""

    auth: OAuth2
    until: datetime | None = None
    broken: bool = False
    asked: int = 0

    @property
    def record(self) -> Network[Any]:
        auth = replace(self.auth, keeps="token", rotates=False, lifetime=timedelta(days=60))
        return replace(LOAD("x"), auth=auth, connect=lambda http, access: access.token, verify=self.verify)

    def verify(self, session: str) -> Standing:
        self.asked += 1
        if self.broken:
            raise NotSent("The network does not answer.")
        return Standing("@team on X", ("tweet.write",), self.until)


@pytest.fixture
def page(server: TokenServer, monkeypatch: pytest.MonkeyPatch) -> Page:
    page = Page(server.auth)
    monkeypatch.setattr(network, "load", lambda name: page.record if name == "x" else LOAD(name))
    return page


def days(place: Place) -> int | None:
    """How many days are left, as `watch` and the calendar know it."""
    context = open_context(str(place.root))
    account = context.with_ends(context.folder.sure_plan).account("short")
    assert account
    return (account.token_ends - datetime.now(UTC).date()).days if account.token_ends else None


def test_connect_remembers_until_when_and_verify_says_it(
    place: Place, server: TokenServer, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser(server, monkeypatch)
    app(monkeypatch)
    server.answers = [(200, b'{"access_token": "long", "expires_in": 5184000}')]
    began = datetime.now(UTC)
    result = place.run("connect", "short", "--port", "0")
    assert result.code == 0
    ends = {f"{time + timedelta(days=60):%Y-%m-%d}" for time in (began, datetime.now(UTC))}  # midnight may pass
    [end] = re.findall("Valid until (.*); cmflow watch and the calendar will remind you two weeks before", result.out)
    assert end in ends
    assert days(place) in (59, 60, 61)  # the day of the plan's zone
    monkeypatch.setenv("CMFLOW_SHORT_TOKEN", "long")
    verified = place.run("accounts", "verify", "short").out
    assert re.fullmatch(
        r"  short  @team on X; may: post and reply; may not upload files: lacks media\.write; "
        r"may not read figures and mentions: lacks tweet\.read, users\.read; until \d{4}-\d\d-\d\d\n",
        verified,
    )
    assert page.asked == 2, "nothing was left to be learnt"


def test_a_network_in_trouble_does_not_cost_what_a_person_got(
    place: Place, server: TokenServer, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser(server, monkeypatch)
    app(monkeypatch)
    page.broken = True
    result = place.run("connect", "short", "--port", "0", "--show")
    assert (result.code, "  CMFLOW_SHORT_TOKEN=access-1" in result.out.splitlines()) == (0, True)
    assert result.err == (
        "This cannot be checked now: The network does not answer. Later: cmflow accounts verify short\n"
    )


def test_a_run_learns_until_when_a_secret_is_good_that_was_saved_by_hand(
    place: Place, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMFLOW_SHORT_TOKEN", "by-hand")
    page.until = datetime.now(UTC) + timedelta(days=9)
    for _ in range(2):
        assert access(place).token == "by-hand"
    assert (days(place) in (8, 9, 10), page.asked) == (True, 1)
    monkeypatch.setenv("CMFLOW_SHORT_TOKEN", "another")
    page.until = None
    assert access(place).token == "another"
    assert (days(place) in (59, 60, 61), page.asked) == (True, 2), "at the latest"
    assert "another" not in place.git("log", "-p", "cmflow-state")


def test_a_run_that_cannot_learn_it_goes_on(place: Place, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMFLOW_SHORT_TOKEN", "by-hand")
    page.broken = True
    assert (access(place).token, days(place)) == ("by-hand", None)
    page.broken = False
    assert access(place).token == "by-hand"
    assert days(place) in (59, 60, 61)


def test_what_a_person_did_not_allow_is_said(bare: Place, server: TokenServer, monkeypatch: pytest.MonkeyPatch) -> None:
    browser(server, monkeypatch)
    app(monkeypatch)
    grant = {"access_token": "access-1", "refresh_token": "refresh-1", "scope": server.auth.scopes[0]}
    server.answers.append((200, json.dumps(grant).encode()))
    result = bare.run("connect", "short", "--port", "0")
    (missing,) = server.auth.scopes[1:-1]
    assert (result.code, result.err) == (0, f"Not granted: {missing}. What needs that will be refused.\n")
