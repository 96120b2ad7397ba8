"""What a person gets wrong when an account is set up: a sentence that says what to do, and nothing is published."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cmflow.model.errors import Denied
from cmflow.netkit import http
from tests.sandbox import play

WRONG_KINDS = (
    ("bluesky", "the-password-of-the-account", "Create an app password in Bluesky"),
    ("discord", "abcdefghijklmnopqrstuvwxyz012345", "Copy it from the developer portal: Bot, Reset Token."),
    ("facebook", "EAAtokenofaperson", "Connect the account again: cmflow connect facebook-en"),
    ("linkedin", "the-client-secret", "Sign in again: cmflow connect linkedin-en"),
    ("mastodon", "the-client-secret", "or get a new one: cmflow connect mastodon-en"),
    ("matrix", "the-password-of-the-account", "or get a new one: cmflow connect matrix-en"),
    ("slack", "xoxp-1-2-3", "It is a user's token. Copy the “Bot User OAuth Token”"),
    ("slack", "https://hooks.slack.com/services/T0/B0/x", "Copy the “Bot User OAuth Token”"),
    ("telegram", "AAHonlythesecondhalf", "Copy it from @BotFather: /mybots, API Token."),
    ("webhook", "hunter2hunter2", "Make one: `openssl rand -base64 32`, with whsec_ before it"),
    ("x", "AAAAbearertokenoftheapp", "then: cmflow connect"),
    ("youtube", "AIzaanapikey", "tick every permission: cmflow connect"),
)
NOT_ADMIN = {-1001234567890: {"status": "member"}}
CONDITIONS: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("facebook", {"is_person": True}, "belongs to a person, not to a Page", "Write the Page's number in the plan"),
    ("facebook", {"scopes": ("pages_show_list",)}, "pages_manage_posts", "cmflow connect facebook-en"),
    ("linkedin", {"scopes": ("openid", "profile")}, "Not enough permissions", "add its product"),
    ("linkedin", {"role": ""}, "no role|permissions must be used", "role|product|page"),
    ("youtube", {"channels": 0}, "has no YouTube channel", "Make a channel"),
    ("youtube", {"is_linked": False}, "has no YouTube channel", "Make a channel"),
    ("slack", {"is_member": False}, "not in|not_in_channel", "/invite"),
    ("discord", {"is_member": False}, "Missing Access", "Invite the bot to the server."),
    ("discord", {"allow": 0}, "may not send|Missing Permissions", "Give the bot's role the permissions"),
    ("telegram", {"rights": NOT_ADMIN}, "may not post|administrator", "as an administrator"),
)


@pytest.mark.parametrize(("name", "token", "hint"), WRONG_KINDS)
def test_a_token_of_the_wrong_kind(name: str, token: str, hint: str) -> None:
    stage, company = play.inside(name)
    names = dict(company.access.secrets)
    access = replace(company.access, secrets=tuple((secret, token) for secret in names))
    with pytest.raises(Denied) as caught:
        company.record.verify(company.record.connect(http.client(), access))
    assert hint in caught.value.hint
    assert token not in f"{caught.value} {caught.value.hint}"
    assert stage.scene().records == ()


@pytest.mark.parametrize(("name", "condition", "sentence", "hint"), CONDITIONS)
@pytest.mark.parametrize("deed", ["verify", "publish"])
def test_an_account_that_may_not_publish(
    name: str, condition: dict[str, Any], sentence: str, hint: str, deed: str
) -> None:
    """An app without review, a profile, a channel without rights, an organisation without a role."""
    stage, company = play.inside(name)
    fake = stage.enrol(company.account).fake
    for attribute, value in condition.items():
        setattr(fake, attribute, value)
    acts: dict[str, Callable[[], object]] = {
        "verify": lambda: company.record.verify(company.connect()),
        "publish": lambda: company.publish("Good morning"),
    }
    with pytest.raises(Denied, match=sentence) as caught:
        acts[deed]()
    assert any(part in caught.value.hint for part in hint.split("|")), caught.value.hint
    assert stage.scene().records == ()
