import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.content import destinations
from cmflow.netkit import rest

CLEAR = "`instance` is an address that begins with http://: the account's secret would be sent in the clear."
PASSWORD = "`instance` holds a user name or a password: nothing is sent to such an address."
PART = "`instance` is not the whole address of a server."
NONE = "`instance` is not the address of a server."


@pytest.mark.parametrize(
    "value",
    (
        "https://social.example",
        "HTTPS://Social.example:8443/path",
        "https://bücher.example",
        "https://xn--bcher-kva.example",
        "https://[::1]:3000",
        "http://localhost:3000",
        "http://127.0.0.1",
        "wss://one.example wss://two.example/",
    ),
)
def test_a_server(value: str) -> None:
    assert destinations.server("instance", value, True) is None


@pytest.mark.parametrize(
    ("value", "message"),
    (
        ("social.example", PART),
        ("social.example:443", PART),
        ("https:/social.example", PART),
        ("@news@social.example", PART),
        ("https://social.example two.example", PART),
        ("ftp://social.example", NONE),
        ("https://", NONE),
        ("https://[::1", NONE),
        ("https://%73ocial.example", NONE),
        ("https://social.example:99999", NONE),
        ("http://social.example", CLEAR),
        ("HTTP://localhost.example", CLEAR),
        ("http://localhost@social.example", CLEAR),
        ("http://[::1", CLEAR),
        ("ws://social.example", CLEAR),
        ("https://user:hunter2@social.example", PASSWORD),
        ("https://social.example@other.example/x", PASSWORD),
    ),
)
def test_no_server(value: str, message: str) -> None:
    wrong = destinations.server("instance", value, True)
    assert wrong is not None
    assert wrong[0] == message
    assert "hunter2" not in "".join(wrong)


@given(st.from_regex(r"\A(?:https|http|ftp)?:?/{0,2}[a-z@:%\[\].0-9/ ?#é-]{0,25}\Z"))
def test_what_passes_can_be_spoken_to(value: str) -> None:
    if value.strip() and destinations.server("instance", value, True) is None:
        assert all(rest.clean(word) for word in value.split())


def test_an_option_that_names_no_server_is_asked_for_nothing_but_to_be_safe() -> None:
    assert destinations.server("handle", "a.example.org", False) is None
    assert destinations.server("page", "http://a.example", False) == (
        CLEAR.replace("instance", "page"),
        "Write https:// instead.",
    )
