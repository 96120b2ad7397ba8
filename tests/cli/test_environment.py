import os
from pathlib import Path

import pytest

from cmflow.cli._context import open_context
from cmflow.model import Account
from cmflow.model.errors import CmflowError, Denied
from cmflow.netkit import network
from cmflow.netkit.network import Access
from cmflow.publish.accounts import Accounts, secrets
from tests.cli.conftest import Place


def test_accounts_as_the_plan_has_them_and_in_a_rehearsal(place: Place) -> None:
    plan = open_context(str(place.root)).folder.sure_plan
    real, played = Accounts(plan, place.root, os.environ), Accounts(plan, place.root, os.environ, place.root / "play")
    practice, news = real.account("practice"), real.account("news")
    assert real.access("practice") == Access(practice, (), str(place.root / ".cmflow/outbox"))
    assert played.access("news") == Access(news, folder=str(place.root / "play/news"))
    assert (real.network("news").name, played.network("news").name) == ("mastodon", "outbox")
    assert real.network("practice") == network.load("outbox")
    with pytest.raises(CmflowError, match="The plan no longer has an account gone"):
        real.access("gone")


@pytest.mark.parametrize("allowed", ["social.example", "SOCIAL.example", "other.example, social.example"])
def test_secrets_go_to_the_host_that_the_environment_names(
    place: Place, monkeypatch: pytest.MonkeyPatch, allowed: str
) -> None:
    accounts = Accounts(open_context(str(place.root)).folder.sure_plan, place.root, os.environ)
    monkeypatch.setenv("CMFLOW_NEWS_TOKEN", "t0ken")
    monkeypatch.setenv("CMFLOW_NEWS_HOST", allowed)
    assert accounts.access("news").secrets == (("token", "t0ken"),)


@pytest.mark.parametrize(
    ("name", "allowed", "host"),
    [
        ("news", "social.example.attacker.test", "social.example"),
        ("news", "social.example:8443", "social.example"),
        ("short", "social.example", "the network's own server"),
    ],
)
def test_secrets_go_to_no_other_host(
    place: Place, monkeypatch: pytest.MonkeyPatch, name: str, allowed: str, host: str
) -> None:
    """Also where the account was moved to another network: that has a server of its own."""
    accounts = Accounts(open_context(str(place.root)).folder.sure_plan, place.root, os.environ)
    variable = f"CMFLOW_{name.upper()}_HOST"
    monkeypatch.setenv(variable, allowed)
    with pytest.raises(CmflowError) as caught:
        accounts.access(name)
    assert str(caught.value) == f"{name} would send its secrets to {host}, and {variable} does not allow that."
    assert caught.value.hint == f"If that server is right, add it to {variable}, or unset that variable."


def test_a_secret_that_all_ways_to_sign_in_need_is_named_once() -> None:
    with pytest.raises(Denied) as caught:
        secrets(Account("company", "linkedin"), {})
    assert str(caught.value) == "company needs its token: CMFLOW_COMPANY_TOKEN is not set."


def test_an_outbox_does_not_lead_out_of_the_repository(place: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside: Path = tmp_path_factory.mktemp("outside")
    (place.root / ".cmflow").mkdir(exist_ok=True)
    (place.root / ".cmflow/outbox").symlink_to(outside)
    accounts = Accounts(open_context(str(place.root)).folder.sure_plan, place.root, os.environ)
    with pytest.raises(CmflowError) as caught:
        accounts.access("practice")
    folder = place.root / ".cmflow/outbox"
    assert str(caught.value) == f"The outbox of practice is outside the repository, at {folder}."
