"""`cmflow describe POST [ACCOUNT]`"""

import json
from dataclasses import replace
from typing import Any

import pytest

from cmflow import ledger
from cmflow.git import discover
from cmflow.ledger import Ledger
from cmflow.model import Delivery, Key, State
from cmflow.netkit import network
from cmflow.netkit.auth import Token
from tests.cli.conftest import LOAD, Place, Result
from tests.networks.contract import PNG

pytestmark = pytest.mark.slow  # real git and processes

FIRST, SECOND = "Chairs on a terrace", "Red chairs on an empty terrace"


def write(place: Place, alt: str = FIRST, body: str = "Open again", **keys: str) -> None:
    """The post, sent five minutes ago, with a picture in its first part."""
    media = {"media": f"[{{file: content/media/a.png, alt: {json.dumps(alt)}}}]"}
    if (place.root / "content/posts/hello.md").exists():
        head = (place.root / "content/posts/hello.md").read_text().split("---")[1]
        keys = {"date": next(line[6:] for line in head.splitlines() if line.startswith("date:"))} | keys
    place.soon("hello", -5, body, **(media | keys))
    place.commit()


@pytest.fixture
def sent(place: Place) -> Place:
    """A post with a picture, sent to the folder account."""
    (place.root / "content/posts/terrace.md").unlink()
    place.write("content/media/a.png", PNG)
    write(place)
    assert place.run("publish").code == 0
    return place


def delivery(place: Place, account: str = "practice") -> Delivery:
    return ledger.read(Ledger(discover(place.root))).deliveries[Key("hello", account)]


def shown(place: Place) -> list[list[str]]:
    sheets: list[dict[str, Any]] = [
        json.loads(path.read_bytes()) for path in sorted(place.root.glob(".cmflow/outbox/**/*.json"))
    ]
    return [[file["alt"] for file in sheet["media"]] for sheet in sheets]


def done(place: Place) -> str:
    return f"hello on practice has the alt texts of its file now: {delivery(place).receipts[0].url}\n"


def test_an_alt_text_that_was_edited_is_changed_there_too(sent: Place) -> None:
    before = delivery(sent)
    write(sent, SECOND)
    assert "If only its alt texts changed: cmflow describe hello\n" in sent.run("check").out
    assert sent.run("describe", "hello") == Result(0, done(sent), "")
    assert shown(sent) == [[SECOND]]
    after = delivery(sent)
    assert (after.state, after.digest, after.receipts) == (State.SENT, before.digest, before.receipts)
    assert [event.note for event in after.history[len(before.history) :]] == ["alt texts changed by hand"]
    assert "delivered-edited" not in sent.run("check").out
    assert "alt texts changed by hand" in sent.run("log", "hello").out
    assert sent.run("describe", "hello").out == "Nothing to change: hello looks as it was published.\n"
    assert sent.run("publish").out == "Nothing is due. Nothing is scheduled after that.\n"


def test_going_back_is_a_change_as_well(sent: Place) -> None:
    for alt in (SECOND, FIRST):
        write(sent, alt)
        assert sent.run("describe", "hello", "practice").code == 0
        assert shown(sent) == [[alt]]
    assert delivery(sent).described == delivery(sent).digest


def test_other_edits_are_not_published_and_still_reported(sent: Place) -> None:
    text = (sent.root / sent.outbox[0]).read_text()
    write(sent, SECOND, body="Open for ever")
    assert sent.run("describe", "content/posts/hello.md").code == 0
    assert shown(sent) == [[SECOND]]
    assert (sent.root / sent.outbox[0]).read_text() == text.replace(FIRST, SECOND)
    assert "delivered-edited" in sent.run("check").out


def test_a_dry_run_changes_nothing(sent: Place) -> None:
    write(sent, SECOND)
    before = sent.git("rev-parse", "cmflow-state")
    said = f"hello on practice:\n  content/media/a.png: {SECOND}\nDry run: nothing was changed.\n"
    assert sent.run("describe", "hello", "--dry-run") == Result(0, said, "")
    assert (shown(sent), sent.git("rev-parse", "cmflow-state")) == ([[FIRST]], before)


def test_what_was_changed_by_hand_is_only_written_down(sent: Place) -> None:
    write(sent, SECOND)
    assert sent.run("describe", "hello", "practice", "--by-hand") == Result(0, done(sent), "")
    assert shown(sent) == [[FIRST]]
    assert "delivered-edited" not in sent.run("check").out


def refused(place: Place, *words: str) -> str:
    before = place.git("rev-parse", "cmflow-state")
    result = place.run("describe", *(words or ("hello", "practice")))
    assert (result.code, result.out) == (1, "")
    assert (shown(place), place.git("rev-parse", "cmflow-state")) == ([[FIRST]], before)
    return result.err


def test_other_files_are_refused(sent: Place) -> None:
    sent.write("content/media/a.png", PNG + b"\0")
    write(sent, SECOND)
    assert refused(sent) == (
        "error: hello on practice has other files than its file has now.\n"
        "  To publish it again, as it is now: cmflow publish --again hello practice\n"
    )


def test_another_number_of_parts_is_refused(sent: Place) -> None:
    write(sent, SECOND, body="One\n\n---\n\nTwo")
    assert refused(sent).startswith("error: hello on practice has 1 part, and its file has 2 now.\n")


def test_a_post_with_errors_is_refused(sent: Place) -> None:
    write(sent, "", language="xx-nonsense-1")
    assert refused(sent) == (
        "error: content/posts/hello.md has errors, so nothing is changed on practice.\n"
        "  Fix them, commit, and try again.\n"
    )


def test_a_draft_is_refused(sent: Place) -> None:
    write(sent, SECOND, status="draft")
    assert refused(sent).startswith("error: content/posts/hello.md is a draft, or does not go to practice.\n")


def test_while_publishing_is_stopped_nothing_is_changed(sent: Place) -> None:
    write(sent, SECOND)
    assert sent.run("stop").code == 0
    assert refused(sent) == (
        "error: Publishing is stopped, so nothing was changed.\n  Resume it first: cmflow resume\n"
    )


def test_a_network_that_cannot_edit(sent: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    write(sent, SECOND)
    monkeypatch.setattr(network, "load", lambda name: replace(LOAD("outbox"), describe=None))
    assert refused(sent, "hello") == (
        "error: cmflow cannot change alt texts on Outbox.\n"
        "  Change them there, then record that: cmflow describe hello practice --by-hand\n"
    )


def test_a_missing_secret(sent: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    write(sent, SECOND)
    monkeypatch.setattr(network, "load", lambda name: replace(LOAD("outbox"), auth=Token()))
    assert refused(sent).startswith("error: practice needs its token: CMFLOW_PRACTICE_TOKEN")


def test_names_that_are_not_there(sent: Place) -> None:
    assert refused(sent, "helo", "practice") == "error: The ledger has no post 'helo'.\n  Did you mean 'hello'?\n"
    assert refused(sent, "helo") == "error: There is no post 'helo'.\n  Did you mean 'hello'?\n"


def test_a_post_that_was_never_sent(sent: Place) -> None:
    sent.soon("later", minutes=60)
    sent.commit()
    assert refused(sent, "later") == (
        "error: content/posts/later.md is not published anywhere.\n  What is sent when: cmflow status\n"
    )


def test_a_change_that_is_shown_is_not_recorded(sent: Place) -> None:
    result = sent.run("describe", "hello", "--dry-run", "--by-hand")
    assert (result.code, "--by-hand records a change" in result.err) == (2, True)
