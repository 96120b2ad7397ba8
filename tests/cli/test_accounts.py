"""`cmflow accounts`"""

import pytest

from cmflow.netkit import network
from tests.cli.conftest import LOAD, PLAN, Place, Result
from tests.cli.fediverse import TOKEN, serve

# It takes long posts.
PAGES = {
    "/api/v1/accounts/verify_credentials": {"id": "1", "acct": "harbour"},
    "/api/v1/apps/verify_credentials": {"id": "3", "name": "cmflow", "scopes": ["write", "read:statuses"]},
    "/api/v2/instance": {"configuration": {"statuses": {"max_characters": 5_000, "max_media_attachments": 6}}},
}

MAY = "may: post and reply, upload files; may not read comments: lacks read:notifications"


@pytest.fixture(autouse=True)
def networks(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The networks as they are: in the other tests of commands they publish nothing."""
    monkeypatch.setattr(network, "load", LOAD)
    bare.write("content/plan.md", PLAN.replace("network: x\n", "network: threads\n"))


def test_the_accounts_and_what_is_missing(bare: Place) -> None:
    assert bare.run("accounts") == Result(
        0,
        "  news      Mastodon  publishes; also: find, delete, verify; "
        "not set: CMFLOW_NEWS_TOKEN (cmflow connect news)\n"
        "  short     Threads   by hand: cmflow checks and previews its posts, but does not publish there\n"
        "  practice  Outbox    publishes; also: find, delete, verify\n",
        "",
    )


def test_an_account_that_is_only_read_says_what_it_needs(bare: Place) -> None:
    bare.write("content/plan.md", PLAN.replace("network: x\n", "network: devto\n"))
    assert bare.run("accounts").out.splitlines()[1] == (
        "  short     dev.to    by hand: cmflow checks and previews its posts, but does not publish there; reads what "
        "people write; not set: CMFLOW_SHORT_API_KEY (cmflow connect short)"
    )


def test_who_an_account_is_and_what_its_server_allows(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMFLOW_NEWS_TOKEN", TOKEN)
    with serve(PAGES) as address:
        bare.write("content/plan.md", PLAN.replace("https://social.example", address))
        assert bare.run("accounts", "verify", "news") == Result(
            0,
            f"  news  @harbour on {address}; {MAY}\n"
            "        Its server has different limits. Add to news in content/plan.md:\n"
            "        limits: {files: 6, images: 6, text: 5000}\n",
            "",
        )
        limits = "    limits: {files: 6, images: 6, text: 5000}\n"
        plan = PLAN.replace("    network: mastodon\n", f"    network: mastodon\n{limits}")
        bare.write("content/plan.md", plan.replace("https://social.example", address))
        assert bare.run("accounts", "verify", "news") == Result(0, f"  news  @harbour on {address}; {MAY}\n", "")


def test_a_long_post_for_a_server_that_takes_it(bare: Place) -> None:
    bare.post("long", "a" * 899)
    assert "text-too-long (news)" in bare.run("check").out
    plan = PLAN.replace("    network: mastodon\n", "    network: mastodon\n    limits: {text: 5000}\n")
    bare.write("content/plan.md", plan)
    assert "text-too-long" not in bare.run("check").out
    assert "909 of 5,000 characters" in bare.run("preview", "long").out


def test_an_account_that_cannot_sign_in(bare: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(PAGES) as address:
        bare.write("content/plan.md", PLAN.replace("https://social.example", address))
        missing = bare.run("accounts", "verify", "news")
        assert missing.code == 4
        assert "CMFLOW_NEWS_TOKEN is not set" in missing.out
        monkeypatch.setenv("CMFLOW_NEWS_TOKEN", "another-token")
        refused = bare.run("accounts", "verify", "news")
    assert refused.code == 4
    assert "  news  Mastodon answers 401" in refused.out and "Check its token" in refused.out


def test_all_that_can_be_verified(bare: Place) -> None:
    result = bare.run("accounts", "verify")
    assert result.code == 4
    assert [line.split()[0] for line in result.out.splitlines()] == ["news", "practice"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("short", "error: cmflow cannot sign in to any of these accounts.\n  See: cmflow accounts\n"),
        ("nwes", "error: The plan has no account 'nwes'.\n  Did you mean 'news'?\n"),
    ],
)
def test_accounts_that_cannot_be_verified(bare: Place, name: str, message: str) -> None:
    assert bare.run("accounts", "verify", name) == Result(1, "", message)
