import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import cmflow.networks
from cmflow.model import Account, Form, Part, Text, Variant
from cmflow.netkit import network
from cmflow.netkit.network import Network, Outgoing
from tests import ROOT
from tests.deliveries import NOON


def test_the_networks_are_the_files_of_the_folder() -> None:
    """Or folders of short files."""
    folder = Path(cmflow.networks.__path__[0])
    homes = [*folder.glob("*.py"), *(file.parent for file in folder.glob("*/__init__.py"))]
    assert network.names() == tuple(sorted(home.stem for home in homes if home.stem != "__init__"))


@pytest.mark.parametrize("name", network.names())
def test_a_network_is_called_like_its_file(name: str) -> None:
    found = network.load(name)
    assert isinstance(found, Network)
    assert found.name == name
    assert network.load(name) is found
    assert found.limits.text, "what it takes at most is what check and preview stand on"
    assert (found.connect is None) == (found.publish is None and found.inbox is None), "one signs in first"
    assert all(option.doc for option in found.options)


@pytest.mark.parametrize("name", ["discord", "slack"])
def test_a_webhook_can_do_less_than_a_bot(name: str) -> None:
    bot = network.limits(Account("bot", name, options=(("channel", "1"),)))
    hook = network.limits(Account("hook", name))
    assert replace(bot, address=None) == replace(network.load(name).limits, address=None)
    assert (bot.refers, hook.refers) == (("reply_to",), ())
    assert hook.files is not None
    assert hook.files.value == (10 if name == "discord" else 0)


def test_an_account_that_is_posted_to_by_hand_needs_no_options() -> None:
    """They are for programs: who pastes a text needs to know no number of a page."""
    by_hand = [record for name in network.names() if (record := network.load(name)).publish is None]
    assert [(record.name, option.name) for record in by_hand for option in record.options if option.required] == []


def test_accounts_are_silent_where_cmflow_cannot_publish_yet() -> None:
    preview_only = next(name for name in network.names() if network.load(name).publish is None)
    accounts = (Account("quiet", preview_only), Account("tape", "outbox"))
    assert network.silent(accounts) == ("quiet",)


def test_a_message_knows_its_part() -> None:
    parts = tuple(Part(Text(words), Form(words)) for words in ("one", "two"))
    message = Outgoing(Variant("post", "a", "x", NOON, parts), 1, "key", NOON.timestamp())
    assert message.part == parts[1]


def test_an_access_does_not_show_its_secrets() -> None:
    access = network.Access(Account("news", "mastodon"), (("token", "s3cret"),))
    assert "s3cret" not in repr(access)


@pytest.mark.slow  # starts another Python
def test_a_record_is_loaded_without_its_adapter() -> None:
    """Every check loads the records of a plan's networks, and needs their limits alone."""
    code = (
        "import sys\nfrom cmflow.netkit import network\n"
        "for name in network.names(): network.load(name)\n"
        "print(*sorted(name for name in sys.modules if name.count('.') == 3 and name.startswith('cmflow.networks.')))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["cmflow.networks.linkedin.facts", "cmflow.networks.outbox.fault"]
