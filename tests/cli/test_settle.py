"""`cmflow settle`"""

from datetime import UTC, datetime, timedelta

import pytest

from cmflow import ledger
from cmflow.git import discover
from cmflow.ledger import Ledger, codec
from cmflow.model import Key, Planned, State
from cmflow.schedule import steps
from tests.cli.conftest import Place, Result

URL = "https://social.example/1"


def state(place: Place, post: str = "terrace", account: str = "news") -> tuple[str, tuple[str, ...]]:
    delivery = ledger.read(Ledger(discover(place.root))).deliveries[Key(post, account)]
    return delivery.state, tuple(each.url for each in delivery.receipts)


@pytest.mark.parametrize("name", ["terrace", "content/posts/terrace.md", "./content/posts/terrace.md"])
def test_what_was_posted_by_hand(place: Place, name: str) -> None:
    assert place.run("settle", name, "news", "--sent", URL) == Result(0, "terrace on news is sent now.\n", "")
    assert state(place) == ("sent", (URL,))
    assert place.run("settle", "terrace", "news", "--not-sent") == Result(
        1, "", "error: terrace to news was already sent.\n  There is nothing to settle. See: cmflow status --all\n"
    )


def test_what_shall_not_go_out(place: Place) -> None:
    assert place.run("settle", "terrace", "news", "--skip").out == "terrace on news is skipped now.\n"
    assert state(place) == ("skipped", ())


@pytest.fixture
def unsure(place: Place) -> Place:
    """No answer came for the terrace on news."""
    now = datetime.now(UTC)
    asked = steps.begin(
        None, Planned("terrace", "news", now, timedelta(hours=6), "digest"), "digest", 1, "run 1", "c", now
    )
    writer, _ = ledger.open_writer(Ledger(discover(place.root)), lambda: now, lambda _: None)
    writer.record(steps.mark_unsure(asked, "No answer came.", None, "run 1", now))
    return place


def test_what_nobody_could_tell(unsure: Place) -> None:
    assert state(unsure) == (State.UNSURE, ())
    assert unsure.run("settle", "terrace", "news", "--not-sent").out == "terrace on news is scheduled now.\n"
    assert state(unsure) == (State.SCHEDULED, ())


def test_what_only_the_ledger_knows(unsure: Place) -> None:
    (unsure.root / "content/posts/terrace.md").unlink()
    assert unsure.run("settle", "terrace", "news", "--not-sent").code == 0
    unsure.write("content/plan.md", "broken")
    assert unsure.run("settle", "terrace", "news", "--skip").code == 0
    assert unsure.run("settle", "terrace", "short", "--skip").err.startswith("error: The plan cannot be used.")


@pytest.mark.parametrize("has_post", [True, False])
def test_what_the_ledger_cannot_tell(unsure: Place, has_post: bool) -> None:
    repository = discover(unsure.root)
    path, tip = codec.path("terrace", "news"), repository.tip(ledger.BRANCH)
    repository.commit_files(ledger.BRANCH, {path: b"{ spoilt"}, "Spoil", tip, datetime.now(UTC))
    if not has_post:
        (unsure.root / "content/posts/terrace.md").unlink()
    sentence = "The ledger's file for terrace to news cannot be read."
    assert unsure.run("settle", "terrace", "news", "--sent", URL) == Result(
        1, "", f"error: {sentence}\n  cmflow status says which.\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Choose one of --sent URL, --not-sent, --skip."),
        (["--skip", "--not-sent"], "Choose one of --sent URL, --not-sent, --skip."),
        (["--sent", ""], "--sent: '' is not an address that starts with https://."),
        (["--sent", "yes"], "--sent: 'yes' is not an address that starts with https://."),
    ],
)
def test_one_thing_must_be_said(place: Place, words: list[str], said: str) -> None:
    assert place.run("settle", "terrace", "news", *words) == Result(
        2, "", f"error: {said}\n  See: cmflow settle --help\n"
    )


def test_names_that_are_not_there(place: Place) -> None:
    assert place.run("settle", "terrac", "news", "--skip") == Result(
        1, "", "error: No post 'terrac' is planned or was sent.\n  Did you mean 'terrace'?\n"
    )
    assert place.run("settle", "terrace", "practice", "--skip") == Result(
        1, "", "error: terrace does not go to 'practice'.\n  There are: news, short.\n"
    )


def test_without_git(bare: Place) -> None:
    assert bare.run("settle", "terrace", "news", "--skip").err.startswith(f"error: {bare.root} is not inside a git")
