"""`cmflow unpublish POST ACCOUNT`"""

from dataclasses import replace

import pytest

from cmflow import ledger
from cmflow.git import discover
from cmflow.ledger import Ledger, codec
from cmflow.model import Delivery, Key, State
from cmflow.netkit import network
from cmflow.netkit.auth import Token
from tests.cli.conftest import LOAD, Place, Result

pytestmark = pytest.mark.slow  # real git and processes


@pytest.fixture
def sent(place: Place) -> Place:
    """A thread of two parts, sent to the folder account."""
    (place.root / "content/posts/terrace.md").unlink()
    place.soon("hello", body="One\n\n---\n\nTwo")
    place.commit()
    assert place.run("publish").code == 0
    return place


def delivery(place: Place, account: str = "practice") -> Delivery:
    return ledger.read(Ledger(discover(place.root))).deliveries[Key("hello", account)]


def again(place: Place) -> str:
    return "To publish it again, corrected and committed: cmflow publish --again hello practice\n"


def test_what_is_out_is_deleted_and_remembered(sent: Place) -> None:
    before = delivery(sent)
    assert (len(before.receipts), len(sent.outbox)) == (2, 2)
    places = " ".join(receipt.url for receipt in before.receipts)
    assert sent.run("unpublish", "hello", "practice") == Result(
        0, f"hello is no longer on practice. It was at {places}\n{again(sent)}", ""
    )
    assert sent.outbox == []
    after = delivery(sent)
    assert (after.state, after.receipts, after.key, after.digest) == (State.SKIPPED, (), "", "")
    assert after.history[:-1] == before.history
    assert after.history[-1].note == f"unpublished by hand; it was at {places}"
    assert sent.run("publish").out == "Nothing is due. Nothing is scheduled after that.\n"
    assert f"unpublished by hand; it was at {places}" in sent.run("log", "hello").out


def test_it_may_go_out_again_and_be_taken_back_again(sent: Place) -> None:
    for _ in range(2):
        assert sent.run("unpublish", "content/posts/hello.md", "practice").code == 0
        assert sent.outbox == []
        assert sent.run("publish", "--again", "hello", "practice").code == 0
        assert (delivery(sent).state, len(sent.outbox)) == (State.SENT, 2)


def test_a_post_that_is_there_no_more_can_be_taken_back(sent: Place) -> None:
    (sent.root / "content/posts/hello.md").unlink()
    sent.commit()
    assert sent.run("unpublish", "hello", "practice").code == 0
    assert (sent.outbox, delivery(sent).state) == ([], State.SKIPPED)


def test_what_was_deleted_by_hand_is_only_written_down(sent: Place) -> None:
    assert sent.run("unpublish", "hello", "practice", "--by-hand").code == 0
    assert (len(sent.outbox), delivery(sent).state) == (2, State.SKIPPED)


def test_signs_that_no_terminal_should_get_are_spelled_out(sent: Place) -> None:
    """The address is the network's own."""
    repository = discover(sent.root)
    odd = replace(delivery(sent).receipts[0], url="https://social.example/\x1b[31m\u202e1")
    file = codec.encode(replace(delivery(sent), parts=1, receipts=(odd,)))
    path, tip = codec.path("hello", "practice"), repository.tip("cmflow-state")
    repository.commit_files("cmflow-state", {path: file}, "Test", tip, odd.time)
    out = sent.run("unpublish", "hello", "practice", "--by-hand").out
    assert out.startswith("hello is no longer on practice. It was at https://social.example/\\x1b[31m\\u202e1\n")


def refused(place: Place, *words: str) -> str:
    before = place.git("rev-parse", "cmflow-state")
    result = place.run("unpublish", *words)
    assert (result.code, result.out) == (1, "")
    assert (len(place.outbox), place.git("rev-parse", "cmflow-state")) == (2, before)
    return result.err


def test_names_that_are_not_there(sent: Place) -> None:
    assert refused(sent, "helo", "practice") == ("error: The ledger has no post 'helo'.\n  Did you mean 'hello'?\n")
    assert refused(sent, "hello", "practise") == (
        "error: hello was never sent to 'practise'.\n  Did you mean 'practice'?\n"
    )


def test_an_account_that_the_plan_has_no_more(sent: Place) -> None:
    plan = (sent.root / "content/plan.md").read_text().replace("  practice:\n", "  other:\n")
    sent.write("content/plan.md", plan)
    sent.commit()
    assert refused(sent, "hello", "practice").startswith("error: The plan no longer has an account practice.\n")
    assert sent.run("unpublish", "hello", "practice", "--by-hand").code == 0


def test_a_network_that_cannot_delete(sent: Place) -> None:
    sent.soon("hello", accounts="[practice, news]", body="One\n\n---\n\nTwo")
    sent.commit()
    assert sent.run("settle", "hello", "news", "--sent", "https://social.example/1").code == 0
    assert refused(sent, "hello", "news") == (
        "error: cmflow cannot delete on Mastodon.\n"
        "  Delete it there, then record that: cmflow unpublish hello news --by-hand\n"
    )
    assert sent.run("unpublish", "hello", "news", "--by-hand").out.startswith(
        "hello is no longer on news. It was at https://social.example/1\n"
    )
    assert delivery(sent, "news").state is State.SKIPPED


def test_of_a_thread_that_was_settled_by_one_address_the_rest_is_asked_about(place: Place) -> None:
    (place.root / "content/posts/terrace.md").unlink()
    place.soon("hello", minutes=60, body="One\n\n---\n\nTwo")
    place.commit()
    assert place.run("settle", "hello", "practice", "--sent", "https://outbox.example/1").code == 0
    result = place.run("unpublish", "hello", "practice")
    assert (result.code, result.err) == (4, "")
    assert result.out.endswith("recorded with one address: check whether other parts of it are still there.\n")


def test_a_missing_secret(sent: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "load", lambda name: replace(LOAD("outbox"), auth=Token()))
    assert refused(sent, "hello", "practice").startswith("error: practice needs its token: CMFLOW_PRACTICE_TOKEN")


def test_what_was_taken_back_is_not_out(sent: Place) -> None:
    assert sent.run("unpublish", "hello", "practice").code == 0
    assert sent.run("unpublish", "hello", "practice") == Result(
        1, "", "error: Nothing of hello is published on practice.\n  Its history: cmflow log hello\n"
    )
