import pytest

from cmflow.content import plan, secrets
from cmflow.content.plan import NetworkFacts
from cmflow.model import Plan, Problem

NETWORKS = {"telegram": NetworkFacts(("chat", "token")), "x": NetworkFacts()}
HEAD = "brand: cmflow\ntimezone: UTC\naccounts:\n  tg-en:\n    network: telegram\n    options: {chat: '@cmflow'}\n"


def parse(extra: str, prose: str = "") -> tuple[Plan | None, tuple[Problem, ...]]:
    return plan.parse(f"---\n{HEAD}{extra}\n---\n{prose}".encode(), "content/plan.md", NETWORKS)


SECRETS = (
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "a1B2" * 9,
    "xoxb-" + "1234567890-abcdef",
    "https://hooks.slack.com/services/" + "T000/B000/abcDEF",
    "https://discord.com/api/webhooks/" + "123/" + "abcdefghijklmnopqrstu",
    "123456789:" + "AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr",
    "nsec1" + "q" * 58,
    "syt_" + "Y21mbG93_abc",
    "AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
    "EAA" + "Bcd1" * 10,
    "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxIn0xx" + ".abc",
    "abcd-" + "efgh-ijkl-mn12",
    "Zk3" * 15,
    "0f" * 20,
)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_value_that_looks_like_a_secret_is_taken_out_and_never_shown(secret: str) -> None:
    found, wrong = parse(f"    title: '{secret}'\n    per_week: '{secret}'\n    slots: ['{secret}']")
    assert found
    assert [(each.line, each.code, each.account) for each in wrong] == [
        (8, "secret-in-plan", "tg-en"),
        (9, "secret-in-plan", "tg-en"),
        (10, "secret-in-plan", "tg-en"),
    ]
    assert secret not in repr((found, wrong))
    found, wrong = (
        parse(f"{secret.replace(':', '')}: a") if " " not in secret and "//" not in secret else parse("", secret)
    )
    assert secret not in repr((found, wrong))


@pytest.mark.parametrize(
    "name", ("token", "bot_token", "access-token", "Password", "client_secret", "api_key", "apikey")
)
def test_a_key_named_like_a_secret_does_not_belong_in_the_plan(name: str) -> None:
    found, (wrong,) = parse(f"    {name}: hunter2")
    assert found
    variable = "CMFLOW_TG_EN_" + name.upper().replace("-", "_")
    assert wrong == Problem(
        "content/plan.md",
        8,
        "secret-in-plan",
        f"`{name}` would hold a secret.",
        f"Remove it and revoke it on the network: git keeps it. Store the new one as a secret named `{variable}`.",
        "tg-en",
    )


def test_a_secret_among_the_options_is_not_called_an_unknown_option_too() -> None:
    found, wrong = parse("  x-en: {network: x, options: {token: hunter2}}")
    assert found
    assert [each.code for each in wrong] == ["secret-in-plan"]
    assert found.accounts[1].options == ()


def test_a_secret_in_the_prose_is_found_and_struck_out() -> None:
    found, (wrong,) = parse("", f"Our way.\n\nLog in with {SECRETS[0]}!")
    assert found
    assert (wrong.line, wrong.code) == (12, "secret-in-plan")
    assert found.prose == "Our way.\n\nLog in with …!"


@pytest.mark.parametrize(
    "value",
    (
        "https://social.example",
        "!AbCdEfGhIjKlMnOpQr:matrix.example",
        "C024BE91L",
        "UCBR8-60-B28hp2BmDPdntcQ",
        "-1001234567890",
        "did:plc:z72i7hdynmk6r22z27h6tvur",
        "npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6",
        "urn:li:organization:12345678",
        "Engineers who run communities, and who want to be told exactly what went out where and when",
    ),
)
def test_public_ids_and_prose_are_not_secrets(value: str) -> None:
    found, wrong = parse(f'    title: "{value}"')
    assert found
    assert (found.accounts[0].title, wrong) == (value, ())


def test_names_of_accounts_and_people_may_sound_like_secrets() -> None:
    found, wrong = parse("  secret: {network: x}\npeople: {token: {name: Token}}\ngroups: {secret-token: [tg-en]}")
    assert found
    assert wrong == ()
    assert [account.name for account in found.accounts] == ["tg-en", "secret"]


def test_the_variable_of_a_secret() -> None:
    assert secrets.variable("mastodon-en", "token") == "CMFLOW_MASTODON_EN_TOKEN"
