"""Who can write to the cache can change what is shown, and nothing of what is sent."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from msgspec.json import encode

from cmflow import ledger
from cmflow.git import discover
from cmflow.ledger import Ledger, codec
from cmflow.model import Delivery, Key, State
from cmflow.repository.cache import Cache
from cmflow.repository.columns import columns
from tests.cli.conftest import Place

pytestmark = pytest.mark.slow  # real git

SENT = Key("opening", "practice")


@pytest.fixture
def opened(place: Place) -> Place:
    return place.with_one("opening")


def tamper(place: Place, deliveries: Sequence[Delivery]) -> None:
    """Put a file with a good seal into the cache: the ledger as it is now holds these deliveries."""
    (tree,) = discover(place.root).objects("refs/heads/cmflow-state:deliveries")
    paths = "".join(f"{codec.path(delivery.post, delivery.account)}\n" for delivery in deliveries)
    body = encode((tree, True, paths, f"{'0' * 40}\n" * len(deliveries), columns(deliveries)))
    Cache(place.root / ".cmflow/cache").put("ledger-cmflow-state", body)


def sent(place: Place) -> Delivery:
    return ledger.read(Ledger(discover(place.root))).deliveries[SENT]


def test_what_was_sent_is_not_sent_again(opened: Place) -> None:
    tamper(opened, [])
    shown = opened.run("status", "--all", "--offline").out
    assert "opening" in shown and " sent" not in shown
    for words in (("publish", "--dry-run"), ("publish",), ("publish", "--shard", "1/1")):
        assert (opened.run(*words).code, len(opened.outbox)) == (0, 1)
    tamper(opened, [replace(sent(opened), state=State.SCHEDULED, receipts=(), history=())])
    assert "scheduled" in opened.run("status", "--all", "--offline").out
    assert (opened.run("publish").code, len(opened.outbox)) == (0, 1)


def test_what_is_due_is_sent_although_the_cache_says_that_it_was(opened: Place) -> None:
    opened.soon("closing")
    opened.commit()
    tamper(opened, [sent(opened), replace(sent(opened), post="closing")])
    assert "closing" not in opened.run("status", "--offline").out
    assert opened.run("publish").code == 0
    assert len(opened.outbox) == 2


def test_a_person_settles_and_deletes_what_is_in_git(opened: Place) -> None:
    tamper(opened, [])
    assert opened.run("settle", "opening", "practice", "--not-sent").err == (
        "error: opening to practice was already sent.\n  There is nothing to settle. See: cmflow status --all\n"
    )
    assert opened.run("unpublish", "opening", "practice", "--by-hand").code == 0
    assert sent(opened).state == State.SKIPPED
