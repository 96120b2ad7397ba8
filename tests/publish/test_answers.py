"""What a network answers, as it is shown: without secrets, and with the name of the account."""

import pytest

from cmflow.model import Account
from cmflow.model.errors import Denied, Rejected
from cmflow.netkit import network
from cmflow.netkit.network import Access
from cmflow.publish.answers import ask

ACCESS = Access(Account("team", "x"), (("token", "s3cr3t-t0ken"),))


def test_a_hint_names_the_account() -> None:
    def denied() -> None:
        raise Denied("Not with s3cr3t-t0ken.", "Sign in again: cmflow connect ACCOUNT")

    with pytest.raises(Denied) as caught:
        ask(network.load("x"), ACCESS, denied)
    assert (str(caught.value), caught.value.hint) == ("Not with ….", "Sign in again: cmflow connect team")


@pytest.mark.parametrize(
    ("message", "hint", "full"),
    [
        (
            "Mastodon answers 404: no such post",
            "Change the post.",
            "Mastodon answers 404: no such post. Change the post.",
        ),
        ("It was refused.", "Look.", "It was refused. Look."),
        ("Why?", "Look.", "Why? Look."),
        ("no such post", "", "no such post"),
    ],
)
def test_a_servers_words_end_before_what_to_do(message: str, hint: str, full: str) -> None:
    assert Rejected(message, hint).in_full == full
