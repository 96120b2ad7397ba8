"""What the ledger knows to be on a network, as a look for a post needs it."""

from pathlib import Path

import pytest

from cmflow.ledger import Ledger, codec
from cmflow.model import Delivery, Receipt, State
from cmflow.publish.receipts import ReceiptIndex
from cmflow.schedule import steps
from tests.deliveries import NOON
from tests.faults.paper import paper


def delivery(post: str, account: str, *places: tuple[str, str]) -> Delivery:
    receipts = tuple(Receipt(part, id, url, NOON) for part, (id, url) in enumerate(places))
    return Delivery(post, account, State.SENT, NOON, parts=len(receipts), receipts=receipts)


HOME, OTHER = "https://social.example/@team", "https://other.example/@team"
ONE = delivery("one", "team", ("112", f"{HOME}/112"))
SAME = delivery("two", "press", ("113", f"{HOME}/113"))
ELSEWHERE = delivery("one", "club", ("114", f"{OTHER}/114"))
NAMELESS = delivery("one", "channel", ("115", ""))
BACK = steps.take_back(delivery("old", "team", ("90", f"{HOME}/90")), "run 1", NOON)
GONE = steps.take_back(delivery("old", "channel", ("91", "")), "run 1", NOON)


@pytest.fixture
def index(tmp_path: Path) -> ReceiptIndex:
    home = Ledger(paper(tmp_path / "home"))
    files: dict[str, bytes | None] = {
        codec.path(one.post, one.account): codec.encode(one) for one in (ONE, SAME, ELSEWHERE, NAMELESS, BACK, GONE)
    }
    home.repository.commit_files(home.branch, files, "All", None, NOON)
    return ReceiptIndex(home)


def test_the_id_of_a_post_elsewhere_is_another_post_here(index: ReceiptIndex) -> None:
    """A Mastodon server counts as a Telegram channel does: an id says nothing without its host."""
    addresses = {f"{HOME}/112", f"{HOME}/113", f"{HOME}/90", f"{OTHER}/114"}
    assert index.places("team") == addresses | {"112", "113"}
    assert index.places("club") == addresses | {"114"}
    assert index.places("channel") == addresses | {"115", "91"}
    assert index.places("new") == addresses


def test_the_ids_of_what_a_post_refers_to_are_of_its_own_account(index: ReceiptIndex) -> None:
    assert index.ids("team", [f"{HOME}/112", f"{HOME}/113"]) == ((f"{HOME}/112", "112"),)
