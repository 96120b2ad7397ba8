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
        *(
            (["--sent", url], f"--sent: {url!r} is not an address that starts with https://.")
            for url in (
                "yes",
                "javascript:alert(1)",
                "https://",
                "https://[::1/",
                "https://social.example:99999/1",
                "https://ana:secret@social.example/1",
                "https://social.example/1 and more",
                "https://social.example/\x1b[31m1",
                "https://soc\u202eial.example/1",
                "https://social.example/\u202e1",
                "https://social.example/1\n::error::1",
            )
        ),
    ],
)
def test_one_thing_must_be_said(place: Place, words: list[str], said: str) -> None:
    assert place.run("settle", "terrace", "news", *words) == Result(
        2, "", f"error: {said}\n  See: cmflow settle --help\n"
    )


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://www.linkedin.com/feed/update/urn:li:share:7/", "LinkedIn"),
        ("https://bsky.app/profile/a.example/post/3k", "Bluesky"),
        ("https://M.YouTube.com./watch?v=1", "YouTube"),
    ],
)
def test_an_address_of_another_network_is_a_slip(place: Place, url: str, title: str) -> None:
    """It could not be taken back."""
    said = f"error: --sent: {url!r} is an address on {title}, and short is on X.\n  See: cmflow settle --help\n"
    assert place.run("settle", "terrace", "short", "--sent", url) == Result(2, "", said)


@pytest.mark.parametrize(
    "url", ["https://x.com/a/status/1", "https://mobile.twitter.com/a/status/1", "https://a.example"]
)
def test_an_address_of_the_network_itself_or_an_unknown_one(place: Place, url: str) -> None:
    assert place.run("settle", "terrace", "short", "--sent", url).code == 0
    assert state(place, account="short") == ("sent", (url,))


def test_an_address_may_be_anywhere_where_the_network_is(place: Place) -> None:
    """Where it may not, an address of a network that does not federate is a slip."""
    url = "https://x.com/a/status/1"
    said = f"error: --sent: {url!r} is an address on X, and news is on Mastodon.\n  See: cmflow settle --help\n"
    assert place.run("settle", "terrace", "news", "--sent", url) == Result(2, "", said)
    assert place.run("settle", "terrace", "news", "--sent", "https://www.threads.net/@a/post/1").code == 0


def test_names_that_are_not_there(place: Place) -> None:
    assert place.run("settle", "terrac", "news", "--skip") == Result(
        1, "", "error: No post 'terrac' is planned or was sent.\n  Did you mean 'terrace'?\n"
    )
    assert place.run("settle", "terrace", "practice", "--skip") == Result(
        1, "", "error: terrace does not go to 'practice'.\n  There are: news, short.\n"
    )


def test_without_git(bare: Place) -> None:
    assert bare.run("settle", "terrace", "news", "--skip").err.startswith(f"error: {bare.root} is not inside a git")
