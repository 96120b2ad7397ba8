"""`cmflow publish --again POST ACCOUNT`"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cmflow import ledger, publish
from cmflow.git import discover
from cmflow.ledger import Ledger
from cmflow.model import Delivery, Key, Planned, State
from cmflow.netkit import network
from cmflow.netkit.auth import Token
from cmflow.schedule import steps
from tests.cli.conftest import PLAN, Place, Result

pytestmark = pytest.mark.slow  # real git and processes, hundreds of times


@pytest.fixture
def sent(place: Place) -> Place:
    """One post, sent to the folder account."""
    (place.root / "content/posts/terrace.md").unlink()
    place.soon("hello", body="One")
    place.commit()
    assert place.run("publish").code == 0
    return place


def again(place: Place, post: str = "hello", account: str = "practice") -> Result:
    return place.run("publish", "--again", post, account)


def delivery(place: Place) -> Delivery:
    return ledger.read(Ledger(discover(place.root))).deliveries[Key("hello", "practice")]


def edit(place: Place, old: str, new: str) -> None:
    file = place.root / "content/posts/hello.md"
    file.write_text(file.read_text().replace(old, new))
    place.commit()


def test_what_was_sent_and_edited_goes_out_once_more_as_it_is_now(sent: Place) -> None:
    before = delivery(sent)
    edit(sent, "One", "Two")
    assert "hello" not in sent.run("publish").out
    result = again(sent)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("  sent     practice  hello  /")
    assert (sent.root / ".cmflow/outbox/hello/practice.1.again2.txt").read_text().endswith("Two\n")
    after = delivery(sent)
    assert (after.state, len(after.receipts)) == (State.SENT, 1)
    assert (after.digest == before.digest, after.commit == before.commit) == (False, False)
    assert after.history[: len(before.history)] == before.history
    assert after.history[len(before.history)].note == (
        f"to be published again by hand; it was at {before.receipts[0].url}"
    )
    assert sent.run("publish").out == "Nothing is due. Nothing is scheduled after that.\n"


def test_its_file_serves_as_well_and_so_does_what_was_missed(sent: Place) -> None:
    sent.soon("late", minutes=-60 * 9)
    sent.commit()
    assert sent.run("publish").code == 4
    assert again(sent, "content/posts/late.md").code == 0
    assert len(sent.outbox) == 2


def test_who_was_interrupted_after_saying_so_says_it_again(sent: Place) -> None:
    home, now = Ledger(discover(sent.root)), datetime.now(UTC)
    publish.republish(home, Key("hello", "practice"), "run 1", lambda: now, lambda _: None)
    sent.soon("hello", minutes=-60 * 24 * 700, body="One")  # long ago: no run would send it
    sent.commit()
    assert again(sent).code == 0
    assert delivery(sent).state is State.SENT


def test_a_post_that_never_went_out_waits_for_its_time(sent: Place) -> None:
    sent.soon("new", minutes=60)
    sent.commit()
    assert again(sent, "new") == Result(
        1,
        "",
        "error: The delivery of new to practice has not been sent: there is nothing to publish again.\n"
        "  cmflow publish sends what is due; cmflow settle records what happened to an unsure one.\n",
    )


@pytest.mark.parametrize("state", [State.SENDING, State.UNSURE, State.SCHEDULED])
def test_what_may_be_out_or_is_to_be_sent_is_not_begun_again(sent: Place, state: State) -> None:
    home, now = Ledger(discover(sent.root)), datetime.now(UTC)
    planned = Planned("hello", "practice", now, timedelta(hours=6), "digest")
    asked = steps.begin(None, planned, "digest", 1, "run 1", "c", now)
    writer, _ = ledger.open_writer(home, lambda: now, lambda _: None)
    wanted = {
        State.SENDING: asked,
        State.UNSURE: steps.mark_unsure(asked, "No answer came.", None, "run 1", now),
        State.SCHEDULED: steps.release(asked, "the run ended", "run 1", now),
    }[state]
    assert writer.claim(delivery(sent), wanted)
    result = again(sent)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"error: The delivery of hello to practice is {state}: there is nothing to publish")
    assert delivery(sent) == wanted


def test_what_the_ledger_holds_and_nobody_can_read_is_left_alone(sent: Place) -> None:
    home = Ledger(discover(sent.root))
    place = ledger.codec.path("hello", "practice")
    home.repository.commit_files(home.branch, {place: b"{"}, "x", home.repository.tip(home.branch), datetime.now(UTC))
    assert again(sent).err == (
        "error: The ledger's file for hello to practice cannot be read.\n  cmflow status says which.\n"
    )


def refused(place: Place, post: str = "hello", account: str = "practice") -> str:
    """What is said; the ledger is as it was."""
    before = place.git("rev-parse", "cmflow-state")
    result = again(place, post, account)
    assert (result.code, result.out) == (1, "")
    assert place.git("rev-parse", "cmflow-state") == before
    return result.err


def test_errors_in_the_post(sent: Place) -> None:
    edit(sent, "title:", "campaign: winter\ntitle:")
    said = refused(sent)
    assert said.startswith("content/posts/hello.md:2: error unknown-campaign: ")
    assert said.endswith(
        "error: content/posts/hello.md has errors, so it is not published again.\n  Fix them, commit, and try again.\n"
    )
    edit(sent, "title:", "title")
    assert "error: content/posts/hello.md has errors" in refused(sent, "content/posts/hello.md")


def test_two_posts_of_its_id(sent: Place) -> None:
    sent.soon("twin", id="hello", body="Another")
    sent.commit()
    assert "error duplicate-id: More than one post has the id “hello”." in refused(sent, "content/posts/hello.md")


def test_a_draft_and_a_post_that_does_not_go_there(sent: Place) -> None:
    sent.write("content/plan.md", PLAN.replace("  practice:", "  other: {network: outbox}\n  practice:"))
    sent.commit()
    told = "is a draft, or does not go to"
    assert f"error: content/posts/hello.md {told} other.\n" in refused(sent, account="other")
    edit(sent, "title:", "status: draft\ntitle:")
    assert f"error: content/posts/hello.md {told} practice.\n" in refused(sent)


def test_a_post_that_is_history_by_now(sent: Place) -> None:
    sent.write("content/plan.md", PLAN.replace("late: 6h", "late: 6h\nsince: 2199-01-01"))
    sent.commit()
    assert refused(sent) == (
        "error: content/posts/hello.md is dated before the plan's `since`, so it is not published again.\n"
        "  Give it a later date, commit, and try again.\n"
    )


def test_names_that_are_not_there(sent: Place) -> None:
    assert refused(sent, account="practise") == (
        "error: The plan has no account 'practise'.\n  Did you mean 'practice'?\n"
    )
    assert refused(sent, "helo") == "error: There is no post 'helo'.\n  Did you mean 'hello'?\n"


def test_where_cmflow_cannot_publish(sent: Place) -> None:
    sent.soon("by-hand", accounts="[news]")
    sent.commit()
    assert sent.run("settle", "by-hand", "news", "--sent", "https://social.example/1").code == 0
    assert refused(sent, "by-hand", "news").startswith("error: cmflow cannot publish to Mastodon yet.\n")


def test_a_missing_secret(sent: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = replace(network.load("outbox"), auth=Token())
    monkeypatch.setattr(network, "load", lambda name: guarded)
    assert refused(sent).startswith("error: practice needs its token: CMFLOW_PRACTICE_TOKEN is not set.\n")


@pytest.mark.parametrize("words", [["--dry-run"], ["--wait", "5m"], ["--shard", "1/2"]])
def test_it_stands_alone(sent: Place, words: list[str]) -> None:
    assert sent.run("publish", "--again", "hello", "practice", *words) == Result(
        2,
        "",
        "error: --again publishes one post on one account, now: leave out --dry-run, --wait and --shard.\n"
        "  See: cmflow publish --help\n",
    )
