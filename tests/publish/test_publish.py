"""The protocol, against a network that keeps its own list of posts: that list is the judge."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cmflow import git, ledger, model, publish
from cmflow.ledger import Ledger, codec
from cmflow.model import Delivery, Key, Planned, Receipt, Remote, State
from cmflow.model.errors import CmflowError, Denied, GitError, LedgerError, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import network
from cmflow.netkit.errors import RETRY
from cmflow.netkit.upload import Upload
from cmflow.publish import selection
from cmflow.publish import stop as stopping
from cmflow.publish.job import Outcome
from cmflow.schedule import Do, steps, waits
from cmflow.schedule.causes import Cause, sentence
from cmflow.schedule.steps import Finding
from tests.deliveries import (
    NOON,
    Clock,
    Crash,
    Fake,
    Trip,
    clones,
    papers,
    part,
    planned,
    repository,
    tripping,
    variant,
    world,
)
from tests.faults.paper import paper


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said() -> list[Outcome]:
    return []


@pytest.fixture
def home(tmp_path: Path) -> Ledger:
    return Ledger(paper(tmp_path / "home"))


def one(home: Ledger, post: str = "hello", account: str = "team") -> Delivery:
    return ledger.read(home).deliveries[Key(post, account)]


# ── the usual day ───────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_due_is_sent_once(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    posts = [planned("one"), planned("two", "press", parts=3), planned("later", due=NOON + timedelta(days=1))]
    summary = publish.run(posts, world(fake.network(), clock, said), home)
    assert fake.texts == [("press", "two 0"), ("press", "two 1"), ("press", "two 2"), ("team", "one 0")]
    assert {each.post: each.state for each in summary.outcomes} == {"one": "sent", "two": "sent", "later": "scheduled"}
    assert summary.counts == {State.SENT: 2, State.SCHEDULED: 1}
    again = publish.run(posts, world(fake.network(), clock, []), home)
    assert len(fake.posts) == 4
    assert not [each for each in again.outcomes if each.sent]
    assert said == list(summary.outcomes)


def test_the_ledger_tells_the_whole_story(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    publish.run([planned(parts=2)], world(Fake().network(), clock, said), home)
    delivery = one(home)
    assert replace(delivery, history=()) == Delivery(
        "hello",
        "team",
        State.SENT,
        NOON,
        "content/posts/hello.md",
        run="run 1",
        commit="c" * 40,
        digest="digest of hello",
        parts=2,
        receipts=(
            Receipt(0, "1", "https://fake.example/1", NOON),
            Receipt(1, "2", "https://fake.example/2", NOON),
        ),
    )
    assert [(event.state.value, event.note) for event in delivery.history] == [
        ("sending", "part 1 of 2"),
        ("scheduled", "part 1 of 2"),
        ("sending", "part 2 of 2"),
        ("sent", ""),
    ]


def test_a_run_waits_for_what_is_due_within_its_window(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    posts = [planned("soon", due=NOON + timedelta(minutes=9)), planned("later", due=NOON + timedelta(minutes=16))]
    publish.run(posts, world(fake.network(), clock, said), home, timedelta(minutes=14))
    assert fake.texts == [("team", "soon 0")]
    assert clock.now == NOON + timedelta(minutes=9)


def test_too_late_is_missed_and_said(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    clock.now += timedelta(hours=7)
    publish.run([planned()], world(fake.network(), clock, said), home)
    assert (fake.posts, one(home).state) == ([], State.MISSED)
    assert said == [Outcome("hello", "team", State.MISSED, Do.MISS, "too late", person=True)]


def test_what_is_edited_after_it_was_sent_is_reported(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    publish.run([planned()], world(fake.network(), clock, []), home)
    publish.run([planned(digest="another")], world(fake.network(), clock, said), home)
    assert len(fake.posts) == 1
    assert [(each.edited, each.note) for each in said] == [(True, "sent; edited since then, and not sent again")]


def test_on_a_preview_only_network_a_person_posts_until_it_is_too_late(
    home: Ledger, clock: Clock, said: list[Outcome]
) -> None:
    preview = replace(Fake().network(), connect=None, publish=None)
    publish.run([planned()], world(preview, clock, said), home)
    assert ledger.read(home).commit is None
    clock.now += timedelta(hours=7)
    publish.run([planned()], world(preview, clock, said), home)
    publish.run([planned()], world(preview, clock, said), home)
    why = sentence(Cause.LATE_BY_HAND)
    assert said == [
        Outcome("hello", "team", State.SCHEDULED, Do.BY_HAND, "to be posted by hand"),
        Outcome("hello", "team", State.MISSED, Do.MISS, why, person=True),
        Outcome("hello", "team", State.MISSED, Do.NOTHING, "missed"),
    ]


def test_a_post_with_problems_is_held(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    publish.run([planned(blocked=True)], world(Fake().network(), clock, said), home)
    assert said == [Outcome("hello", "team", State.SCHEDULED, Do.HOLD, "the post has errors", person=True)]


def test_a_corrupt_file_stops_that_delivery_only(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    path = codec.path("bad", "team")
    home.repository.commit_files(home.branch, {path: b"{"}, "spoil", None, NOON)
    summary = publish.run([planned("bad"), planned("good")], world(fake.network(), clock, said), home)
    assert fake.texts == [("team", "good 0")]
    assert [each.code for each in summary.problems] == ["ledger-unreadable"]
    assert {each.post: each.note for each in said}["bad"] == sentence(Cause.UNREADABLE)


# ── a post that answers another one ─────────────────────────────────────────────────────────────────────────


def ask_and_answer(home: Ledger, clock: Clock, said: list[Outcome], fake: Fake) -> None:
    """Run with a question, and a post due a minute later that refers to it."""

    def placed(item: Planned) -> model.Variant:
        written = variant(item)
        return selection.placed(replace(written, reply_to="question") if item.post == "answer" else written, home)

    posts = [planned("question"), planned("answer", due=NOON + timedelta(minutes=1))]
    publish.run(posts, world(fake.network(), clock, said, variant=placed), home, timedelta(minutes=10))


def test_an_answer_is_sent_in_the_run_of_its_question(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    ask_and_answer(home, clock, said, fake)
    assert [text for _, text, _ in fake.posts] == ["question 0", "answer 0"]


@pytest.mark.parametrize("error", [Rejected("No."), NotSent("It is down."), Unsure("No answer.")])
def test_an_answer_is_not_sent_where_its_question_may_not_be_published(
    error: CmflowError, home: Ledger, clock: Clock, said: list[Outcome]
) -> None:
    def refuse(moment: str) -> None:
        if moment == "after the request":
            raise error

    fake = Fake(moments=refuse)
    ask_and_answer(home, clock, said, fake)
    wait = "question is not published on team yet, and this post refers to it. It waits until then."
    assert [text for _, text, _ in fake.posts] == ["question 0"]
    assert (said[-1].post, said[-1].state, said[-1].note) == ("answer", State.SCHEDULED, wait)


def test_a_stop_after_the_question_holds_its_answer(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()

    def stop(moment: str) -> None:
        if moment == "after the request":
            stopping.stop(home, "A crisis", "Ana", "run 2", clock)

    fake.moments = stop
    ask_and_answer(home, clock, said, fake)
    assert [text for _, text, _ in fake.posts] == ["question 0"]
    assert (one(home, "question").state, said[-1].state) == (State.SENT, State.SCHEDULED)


# ── what goes wrong ─────────────────────────────────────────────────────────────────────────────────────────


def failing(error: Exception, fake: Fake, takes: bool = False) -> network.Network[str]:
    """The fake, but the first request ends in an error; it may have been taken all the same."""
    left = [error]

    def publish(account: str, message: network.Outgoing, thread: tuple[Receipt, ...]) -> Remote:
        if not left or takes:
            remote = fake.publish(account, message, thread)
        if left:
            raise left.pop()
        return remote

    return replace(fake.network(), publish=publish)


def test_not_sent_is_tried_again_when_the_network_says(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    later = NOON + timedelta(minutes=3)
    net = failing(Throttled("Too much.", "Wait.", later), fake)
    publish.run([planned()], world(net, clock, said), home)
    assert (one(home).state, one(home).retry_at, one(home).error) == (State.FAILED, later, "Too much. Wait.")
    publish.run([planned()], world(net, clock, said), home)
    assert fake.posts == []
    clock.now = later
    publish.run([planned()], world(net, clock, said), home)
    assert len(fake.posts) == 1
    assert [each.state for each in said] == [State.FAILED, State.FAILED, State.SENT]


LAST = (
    "The next attempt would come too late. Give it a new date, or send it by hand and report that: "
    "cmflow settle POST ACCOUNT --sent URL."
)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Throttled("Too much.", RETRY, NOON + timedelta(days=1)), f"Too much. {LAST}"),
        (Throttled("Too much.", "Wait.", NOON + timedelta(days=1)), f"Too much. Wait. {LAST}"),
        (Throttled("Too much.", RETRY, NOON + timedelta(hours=6, minutes=1)), f"Too much. {LAST}"),
    ],
)
def test_what_may_be_tried_again_only_when_it_is_too_late_needs_a_person(
    home: Ledger, clock: Clock, said: list[Outcome], error: Throttled, words: str
) -> None:
    fake = Fake()
    net = failing(error, fake)
    publish.run([planned()], world(net, clock, said), home)
    publish.run([planned()], world(net, clock, said), home)
    assert [(each.state, each.note, each.person, each.until) for each in said] == [
        (State.FAILED, words, True, None)
    ] * 2
    clock.now = error.retry_at or NOON
    publish.run([planned()], world(net, clock, said), home)
    assert (said[-1].state, said[-1].note) == (State.MISSED, words)
    moved = planned(due=clock.now)
    publish.run([moved], world(net, clock, said), home)
    assert (said[-1].state, len(fake.posts)) == (State.SENT, 1)


def test_what_may_be_tried_again_in_the_last_minute_is(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    net = failing(Throttled("Too much.", RETRY, NOON + timedelta(hours=6)), Fake())
    publish.run([planned()], world(net, clock, said), home)
    assert [(each.note, each.person, each.until) for each in said] == [
        (f"Too much. {RETRY}", False, NOON + timedelta(hours=6))
    ]


def test_rejected_is_tried_again_only_once_it_is_edited(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    net = failing(Rejected("No such mention."), fake)
    for digest in ("digest of hello", "digest of hello", "better"):
        clock.now += timedelta(minutes=30)
        publish.run([planned(digest=digest)], world(net, clock, said), home)
    assert [(each.state, each.person) for each in said] == [
        (State.FAILED, True),
        (State.FAILED, True),
        (State.SENT, False),
    ]


OUTAGES = (NotSent("Not now."), Throttled("Too much."), Denied("The token is over."), httpx.ConnectError(""))


@pytest.mark.parametrize("error", OUTAGES)
@pytest.mark.parametrize("where", ["connect", "publish"])
def test_an_outage_is_no_try_and_ends_when_it_is_over(
    home: Ledger, clock: Clock, said: list[Outcome], error: Exception, where: str
) -> None:
    """Two hours of trouble, a run every quarter of an hour; wherever it comes from, the next run tries again."""
    fake = Fake()
    net = failing_at(where, error, fake)
    for _ in range(8):
        publish.run([planned()], world(net, clock, said), home)
        clock.now += timedelta(minutes=15)
    publish.run([planned()], world(fake.network(), clock, said), home)
    assert (fake.texts, one(home).state, one(home).attempt) == ([("team", "hello 0")], State.SENT, 0)


@pytest.mark.parametrize("error", OUTAGES)
@pytest.mark.parametrize("where", ["connect", "publish"])
def test_an_outage_that_does_not_end_is_missed(
    home: Ledger, clock: Clock, said: list[Outcome], error: Exception, where: str
) -> None:
    net = failing_at(where, error, Fake())
    for _ in range(30):
        publish.run([planned()], world(net, clock, said), home)
        clock.now += timedelta(minutes=15)
    assert (one(home).state, said[-5].did, said[-4].did) == (State.MISSED, Do.MISS, Do.NOTHING)


def test_a_request_with_a_key_is_repeated_until_it_is_too_late(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake(keyed=True)
    net = replace(fake.network(), publish=_raising(Unsure("No clear answer.")))
    for _ in range(20):
        publish.run([planned()], world(net, clock, said), home)
        clock.now += timedelta(minutes=17)
    assert (one(home).state, one(home).attempt) == (State.UNSURE, 20)
    publish.run([planned()], world(fake.network(), clock, said), home)
    assert (fake.texts, one(home).state) == ([("team", "hello 0")], State.SENT)


def failing_at(where: str, error: Exception, fake: Fake) -> network.Network[str]:
    changes: dict[str, Any] = {where: _raising(error)}
    return replace(fake.network(), **changes)


def _raising(error: Exception) -> Callable[..., Any]:
    def ask(*words: object) -> Any:
        raise error

    return ask


@pytest.mark.parametrize("error", [Unsure("No answer."), httpx.ReadTimeout(""), httpx.RemoteProtocolError("")])
@pytest.mark.parametrize("takes", [True, False])
@pytest.mark.parametrize(("keyed", "finds"), [(True, False), (False, True), (True, True)])
def test_no_answer_is_resolved_by_the_next_run(
    home: Ledger, clock: Clock, said: list[Outcome], error: Exception, takes: bool, keyed: bool, finds: bool
) -> None:
    fake = Fake(keyed, finds)
    net = failing(error, fake, takes)
    publish.run([planned(parts=2)], world(net, clock, said), home)
    assert (one(home).state, said[0].person) == (State.UNSURE, False)
    clock.now += timedelta(minutes=11)
    publish.run([planned(parts=2)], world(net, clock, said, "run 2"), home)
    assert (one(home).state, fake.texts) == (State.SENT, [("team", "hello 0"), ("team", "hello 1")])


@pytest.mark.parametrize(("shown", "taken", "asked"), [(1, True, 1), (2, True, 2), (3, False, 2)])
def test_it_is_looked_for_twice_with_a_pause_before_it_is_sent_again(
    home: Ledger, clock: Clock, said: list[Outcome], shown: int, taken: bool, asked: int
) -> None:
    """The network's list shows what is there from the so-manieth question on."""
    fake, looks = Fake(finds=True), list[datetime]()
    net = failing(Unsure("No answer."), fake, taken)

    def find(account: str, message: network.Outgoing) -> Remote | None:
        looks.append(clock())
        return fake.find(account, message) if len(looks) >= shown else None

    publish.run([planned()], world(net, clock, said), home)
    clock.now += waits.CLAIM
    publish.run([planned()], world(replace(net, find=find), clock, said), home)
    assert one(home).state is State.SENT
    assert (len(looks), fake.requests) == (asked, 1)
    assert looks[-1] - looks[0] == timedelta(seconds=5) * (asked - 1)


def test_no_answer_from_a_network_that_cannot_tell_needs_a_person(
    home: Ledger, clock: Clock, said: list[Outcome]
) -> None:
    fake = Fake()
    net = failing(httpx.ReadTimeout("https://fake.example/secret"), fake, takes=True)
    for _ in range(3):
        publish.run([planned()], world(net, clock, said), home)
        clock.now += timedelta(hours=1)
    assert len(fake.posts) == 1
    assert [(each.state, each.person) for each in said] == [(State.UNSURE, True)] * 3
    assert "secret" not in repr(one(home))
    publish.settle(home, Key("hello", "team"), Finding.SENT, "https://fake.example/1", "me", clock, clock.sleep)
    publish.run([planned()], world(net, clock, said), home)
    assert (said[-1].state, said[-1].urls) == (State.SENT, ("https://fake.example/1",))


def test_no_to_a_repeated_request_says_nothing_of_the_first(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake(keyed=True)
    errors: list[Exception] = [NotSent("Not now."), Unsure("No answer.")]

    def publish_(account: str, message: network.Outgoing, thread: tuple[Receipt, ...]) -> Remote:
        remote = fake.publish(account, message, thread) if len(errors) != 1 else Remote("")
        if errors:
            raise errors.pop()
        return remote

    net = replace(fake.network(), publish=publish_)
    for state in (State.UNSURE, State.UNSURE, State.SENT):
        publish.run([planned()], world(net, clock, said), home)
        assert one(home).state == state
        clock.now += timedelta(minutes=20)
    assert len(fake.posts) == 1


def test_a_network_out_of_reach_was_not_asked(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    net = failing(httpx.ConnectError(""), Fake())
    publish.run([planned()], world(net, clock, said), home)
    assert (one(home).state, one(home).error) == (
        State.FAILED,
        "Fake cannot be reached (ConnectError). cmflow will retry.",
    )


def test_looking_may_fail_too(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    def find(account: str, message: network.Outgoing) -> Remote | None:
        raise NotSent("The list is not to be had.")

    net = replace(failing(Unsure("No answer."), Fake()), find=find)
    publish.run([planned()], world(net, clock, said), home)
    clock.now += timedelta(hours=1)
    publish.run([planned()], world(net, clock, said), home)
    assert (said[-1].state, said[-1].note) == (State.UNSURE, "The list is not to be had.")
    assert one(home).retry_at == clock.now + timedelta(minutes=7, seconds=30)


@pytest.mark.parametrize("error", [NotSent("500."), Denied("401."), Throttled("429."), httpx.ConnectError("")])
@pytest.mark.parametrize("where", ["connect", "find", "variant", "media"])
def test_what_was_begun_is_unsure_where_it_cannot_be_looked_for(
    home: Ledger, clock: Clock, said: list[Outcome], error: Exception, where: str
) -> None:
    """A run was killed after its claim, and nobody can look: `sending` does not last, however long it takes."""
    begun = steps.begin(None, planned(), planned().digest, 1, "run 1", "c" * 40, NOON)
    ledger.open_writer(home, clock, clock.sleep)[0].record(begun)
    changes: dict[str, Any] = {where: _raising(error if isinstance(error, CmflowError) else NotSent("No."))}
    is_net = where in ("connect", "find")
    net = failing_at(where, error, Fake(finds=True)) if is_net else Fake(finds=True).network()
    posts = [planned()]
    if where == "media":
        changes["variant"] = lambda each: replace(variant(each), parts=(part("hello 0", "a.png"),))
    for length in (timedelta(minutes=11), timedelta(hours=7), timedelta(days=2), timedelta(days=20)):
        clock.now = NOON + length
        publish.run(posts, world(net, clock, said, **({} if is_net else changes)), home)
        assert (said[-1].state, one(home).state) == (State.UNSURE, State.UNSURE)
        assert one(home).retry_at
    assert len(one(home).history) == 5


def test_a_look_that_can_never_tell_asks_a_person(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    why = Unsure("Fake lists too many posts of ours.", "Look yourself: cmflow settle")
    net = replace(failing(Unsure("No answer."), Fake()), find=_raising(why))
    publish.run([planned()], world(net, clock, said), home)
    for _ in range(3):
        clock.now += timedelta(minutes=15)
        publish.run([planned()], world(net, clock, said), home)
    assert (one(home).state, one(home).retry_at, len(one(home).history)) == (State.UNSURE, None, 3)
    words = "it may have been published, and the network could not confirm it: Fake lists too many posts of ours."
    assert [(each.did, each.person, each.note) for each in said[2:]] == [
        (Do.HOLD, True, f"{words} Look yourself: cmflow settle")
    ] * 2


def test_what_cannot_be_told_while_another_post_is_open_is_looked_at_again(
    home: Ledger, clock: Clock, said: list[Outcome]
) -> None:
    """A stranger in the list may be the other post, which is found after it."""
    fake = Fake(finds=True)
    posts = [planned("lost", due=NOON - timedelta(minutes=1)), planned("taken")]
    begun = [steps.begin(None, each, each.digest, 1, "run 1", "c" * 40, NOON) for each in posts]
    ledger.open_writer(home, clock, clock.sleep)[0].record(*begun)
    fake.posts.append(("team", "taken 0", begun[1].key))

    def find(account: str, message: network.Outgoing) -> Remote | None:
        remote = fake.find(account, message)
        if remote is None and "1" not in message.known:
            raise Unsure("There is another post.")
        return remote

    net = replace(fake.network(), find=find)
    for minutes in (11, 11):
        clock.now += timedelta(minutes=minutes)
        publish.run(posts, world(net, clock, said), home)
    assert fake.texts == [("team", "lost 0"), ("team", "taken 0")]
    assert [(each.post, each.state) for each in said] == [
        ("lost", State.UNSURE),
        ("taken", State.SENT),
        ("taken", State.SENT),
        ("lost", State.SENT),
    ]


@pytest.mark.parametrize("is_mine", [False, True])
def test_no_look_is_the_last_while_another_delivery_is_open(
    home: Ledger, clock: Clock, said: list[Outcome], is_mine: bool
) -> None:
    """The other one is at another run, which may be dead, or was left open by this very run a moment ago."""
    lost, other = planned("lost"), planned("other", due=NOON - timedelta(minutes=1))
    writer = ledger.open_writer(home, clock, clock.sleep)[0]
    writer.record(steps.begin(None, lost, lost.digest, 1, "run 1", "c" * 40, NOON))
    clock.now = NOON + timedelta(minutes=11)
    if not is_mine:
        writer.record(steps.begin(None, other, other.digest, 1, "run 2", "c" * 40, clock.now))
    net = replace(failing(Unsure("No answer."), Fake()), find=_raising(Unsure("There is another post.")))
    publish.run([lost, other], world(net, clock, said), home)
    held = one(home, "lost")
    assert (held.state, held.error, held.retry_at is None) == (State.UNSURE, "There is another post.", False)
    assert one(home, "other").state is (State.UNSURE if is_mine else State.SENDING)
    clock.now = NOON + timedelta(hours=7)  # hours later nobody waits for the other one any more
    publish.run([replace(lost, late=timedelta(days=1)), other], world(net, clock, said), home)
    assert one(home, "lost").retry_at is None


def test_a_post_of_this_account_is_named_by_its_id_whoever_wrote_its_address(
    home: Ledger, clock: Clock, said: list[Outcome]
) -> None:
    """The same address on another server is another number there."""
    fake, asked = Fake(), list[tuple[str, network.Outgoing]]()
    publish.run([planned("first", parts=2)], world(fake.network(), clock, []), home)

    def publish_(account: str, message: network.Outgoing, thread: tuple[Receipt, ...]) -> Remote:
        asked.append((account, message))
        return fake.publish(account, message, thread)

    refers: Callable[[Planned], object] = lambda each: replace(  # noqa: E731
        variant(each), reply_to="https://fake.example/2", quote="https://elsewhere.example/1"
    )
    net = replace(fake.network(), publish=publish_)
    publish.run([planned("yes"), planned("yes", "other")], world(net, clock, said, variant=refers), home)
    assert sorted((account, message.ids) for account, message in asked) == [
        ("other", ()),
        ("team", (("https://fake.example/2", "2"),)),
    ]


def test_where_looking_is_blind_it_goes_out_twice_at_the_most(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    """Every answer is lost after the network took the post, and its list never shows it."""
    fake = Fake()

    def publish_(account: str, message: network.Outgoing, thread: tuple[Receipt, ...]) -> Remote:
        fake.publish(account, message, thread)
        raise httpx.ReadTimeout("")

    net = replace(fake.network(), publish=publish_, find=lambda account, message: None)
    for _ in range(20):
        publish.run([planned()], world(net, clock, said), home)
        clock.now += timedelta(minutes=11)
    assert (len(fake.posts), one(home).state, one(home).retry_at) == (2, State.UNSURE, None)
    assert said[-1].person


def test_a_claim_of_a_clock_that_was_wrong_is_not_waited_for(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake(finds=True)
    begun = steps.begin(None, planned(), planned().digest, 1, "run 1", "c" * 40, NOON + timedelta(days=200))
    ledger.open_writer(home, clock, clock.sleep)[0].record(begun)
    publish.run([planned()], world(fake.network(), clock, said), home)
    assert (said[0].state, said[0].person, one(home).retry_at) == (State.UNSURE, True, NOON + waits.CLAIM)
    clock.now += waits.CLAIM
    publish.run([planned()], world(fake.network(), clock, said), home)
    assert (fake.texts, one(home).state) == ([("team", "hello 0")], State.SENT)


def test_who_looks_is_told_what_has_a_receipt(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    """All accounts count, and what a person has taken back, or wants out again."""
    fake = Fake(finds=True)
    posts = [planned(name, account) for name in ("one", "two") for account in ("team", "other")]
    publish.run(posts, world(fake.network(), clock, []), home)
    publish.republish(home, Key("two", "other"), "me", clock, clock.sleep)
    known: list[frozenset[str]] = []

    def find(account: str, message: network.Outgoing) -> Remote | None:
        known.append(message.known)
        return None

    net = replace(failing(Unsure("No answer."), fake), find=find)
    publish.run([planned("three")], world(net, clock, said), home)
    clock.now += waits.CLAIM
    publish.run([planned("three")], world(net, clock, said), home)
    addresses = {f"https://fake.example/{number}" for number in "1234"}
    assert [{each for each in places if "/" in each} for places in known] == [addresses] * 2


def test_one_account_that_fails_leaves_the_others_alone(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    posts = [planned("one", "bad"), planned("two", "bad"), planned("one", "team")]

    def access(account: str) -> network.Access:
        if account == "bad":
            raise Denied("No secret for bad.", "Set CMFLOW_BAD_TOKEN.")
        return world(fake.network(), clock, []).access(account)

    publish.run(posts, world(fake.network(), clock, said, access=access), home)
    assert fake.texts == [("team", "one 0")]
    notes = sorted((each.account, each.state.value, each.note, each.person) for each in said)
    assert notes[:2] == [("bad", "scheduled", "No secret for bad. Set CMFLOW_BAD_TOKEN.", True)] * 2


def test_a_denied_account_is_not_asked_for_each_post(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    net = replace(fake.network(), publish=_raising(Denied("The token is over.")))
    publish.run([planned("one"), planned("two"), planned("three")], world(net, clock, said), home)
    assert [each.note for each in said] == ["The token is over."] * 2 + ["not tried: The token is over."]
    assert [each.state for each in said] == [State.FAILED, State.FAILED, State.SCHEDULED]


def test_who_may_not_sign_in_is_not_asked_for_each_post(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    asked: list[str] = []

    def connect(http: httpx.Client, access: network.Access) -> str:
        asked.append(access.account.name)
        raise Denied("The password is wrong.")

    net = replace(Fake().network(), connect=connect)
    publish.run([planned("one"), planned("two")], world(net, clock, said), home)
    assert [each.note for each in said] == ["The password is wrong.", "not tried: The password is wrong."]
    assert asked == ["team"]


def test_a_post_that_is_denied_holds_no_other_up(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    """A firewall refuses two posts for their words; the others of the account go out in the next run at the latest."""
    fake = Fake()

    def publish_(account: str, message: network.Outgoing, thread: tuple[Receipt, ...]) -> Remote:
        if message.variant.post in ("bad", "evil"):
            raise Denied("A firewall refused it.")
        return fake.publish(account, message, thread)

    net = replace(fake.network(), publish=publish_)
    posts = [
        planned(name, due=NOON + number * timedelta(seconds=1)) for number, name in enumerate(("bad", "evil", "c", "d"))
    ]
    clock.now += timedelta(minutes=10)
    publish.run(posts[::2], world(net, clock, said), home)
    assert [(each.post, each.state) for each in said] == [("bad", State.FAILED), ("c", State.SENT)]
    clock.now += timedelta(minutes=15)
    said.clear()
    publish.run(posts, world(net, clock, said), home)
    assert [(each.post, each.state) for each in said[1:]] == [
        ("evil", State.FAILED),
        ("d", State.SENT),
        ("bad", State.FAILED),
    ]


def test_what_waits_for_its_next_try_holds_no_other_up(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    later = NOON + timedelta(minutes=9)
    publish.run([planned("one")], world(failing(NotSent("Not now.", "", later), fake), clock, said), home)
    posts = [planned("one"), planned("two", due=NOON + timedelta(minutes=3))]
    taken: list[tuple[str, datetime]] = []

    def publish_(account: str, message: network.Outgoing, thread: tuple[Receipt, ...]) -> Remote:
        taken.append((message.variant.post, clock()))
        return fake.publish(account, message, thread)

    publish.run(posts, world(replace(fake.network(), publish=publish_), clock, said), home, timedelta(minutes=14))
    assert taken == [("two", NOON + timedelta(minutes=3)), ("one", later)]


def test_what_changed_while_the_run_began_is_left_for_the_next(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    changed: Callable[[Planned], object] = lambda each: replace(variant(each), digest="newer")  # noqa: E731
    publish.run([planned()], world(fake.network(), clock, said, variant=changed), home)
    assert (fake.posts, said[0].state) == ([], State.SCHEDULED)
    assert said[0].note.startswith("It was changed while this run started.")


def test_media_that_is_gone_holds_the_post(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    def media(account: str, path: str) -> Upload:
        raise CmflowError(f"{path} is gone.")

    def pictured(each: Planned) -> object:
        from tests.deliveries import part

        return replace(variant(each), parts=(part("look", "a.png"),))

    publish.run([planned()], world(Fake().network(), clock, said, media=media, variant=pictured), home)
    assert [each.note for each in said] == ["a.png is gone."]


def test_an_odd_answer_ends_nothing_and_is_seen(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake, bug = Fake(), ZeroDivisionError()
    nets = {"bad": failing(bug, Fake()), "team": fake.network()}
    posts = [planned("one", "bad"), planned("two", "bad"), planned("one", "team")]
    summary = publish.run(posts, world(fake.network(), clock, said, network=nets.__getitem__), home)
    assert summary.bugs == (bug,)
    assert sorted((each.post, each.account, each.state) for each in said) == [
        ("one", "bad", State.UNSURE),
        ("one", "team", State.SENT),
        ("two", "bad", State.SENT),
    ]
    assert one(home, "one", "bad").error == (
        "cmflow could not understand the response from Fake (ZeroDivisionError): a bug in cmflow. "
        "It may have been published; check before retrying."
    )


def test_an_odd_answer_before_the_claim_sends_nothing(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    def connect(http: httpx.Client, access: network.Access) -> str:
        raise RecursionError

    fake = Fake()
    summary = publish.run([planned()], world(replace(fake.network(), connect=connect), clock, said), home)
    assert (len(summary.bugs), fake.posts, ledger.read(home).deliveries) == (1, [], {})
    assert [each.note for each in said] == [
        "cmflow could not understand the response from Fake (RecursionError): a bug in cmflow. cmflow will retry."
    ]


@pytest.mark.parametrize("name", ["x" * 3_000_000, "half \ud800"])
def test_an_id_that_cannot_be_kept_is_no_receipt(home: Ledger, clock: Clock, said: list[Outcome], name: str) -> None:
    net = replace(Fake().network(), publish=lambda account, message, thread: Remote(name, "https://a.example/1"))
    publish.run([planned()], world(net, clock, said), home)
    assert (one(home).state, one(home).receipts, one(home).error) == (
        State.UNSURE,
        (),
        "Fake gave the post an id that cannot be recorded. It may have been published; check before retrying.",
    )


def test_no_secret_and_no_half_character_is_kept_of_a_receipt(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    secret = "s3cr3t-t0ken"
    remote = Remote(f"id-{secret}", f"https://a.example/\ud800?{secret}")
    net = replace(Fake().network(), publish=lambda account, message, thread: remote)
    access = network.Access(model.Account("team", "fake"), (("token", secret),))
    publish.run([planned()], world(net, clock, said, access=lambda account: access), home)
    assert [(each.id, each.url) for each in one(home).receipts] == [("id-…", "https://a.example/??…")]


def test_a_network_that_is_not_ready_is_waited_for(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake, began = Fake(), clock.now

    def publish_(access: network.Access, message: network.Outgoing, thread: tuple[Receipt, ...]) -> Remote:
        access.pause(90)
        return fake.publish("team", message, thread)

    net: network.Network[Any] = fake.network()
    net = replace(net, connect=lambda http, access: access, publish=publish_)
    publish.run([planned()], world(net, clock, said), home)
    assert (clock.now - began, one(home).state) == (timedelta(seconds=90), State.SENT)


def test_a_network_that_is_never_ready_is_left_in_time(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    began = clock.now

    def publish_(access: network.Access, message: network.Outgoing, thread: tuple[Receipt, ...]) -> Remote:
        while True:
            access.pause(60)

    net: network.Network[Any] = Fake().network()
    net = replace(net, connect=lambda http, access: access, publish=publish_)
    publish.run([planned()], world(net, clock, said), home)
    assert (clock.now - began, one(home).state, one(home).error) == (
        waits.CLAIM / 2,
        State.FAILED,
        "Fake was still processing its files when this run could not wait any longer. cmflow will retry.",
    )


def test_a_thread_goes_on_where_it_stopped(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    errors: list[Exception | None] = [None, None, NotSent("Not now.")]

    def publish_(account: str, message: network.Outgoing, thread: tuple[Receipt, ...]) -> Remote:
        error = errors.pop() if len(errors) > 1 and message.index == 1 else None
        if error:
            raise error
        return fake.publish(account, message, thread)

    net = replace(fake.network(), publish=publish_)
    publish.run([planned(parts=3)], world(net, clock, said), home)
    assert (one(home).state, len(one(home).receipts)) == (State.FAILED, 1)
    clock.now += timedelta(minutes=5)
    publish.run([planned(parts=3)], world(net, clock, said), home)
    assert fake.texts == [("team", "hello 0"), ("team", "hello 1"), ("team", "hello 2")]


def test_a_thread_that_was_edited_half_way_needs_a_person(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    half = steps.begin(None, planned(parts=2), "old", 2, "run 0", "", NOON)
    half = steps.receive(half, Remote("1"), "run 0", NOON)
    writer, _ = ledger.open_writer(home, clock, clock.sleep)
    writer.record(half)
    publish.run([planned(parts=2)], world(Fake().network(), clock, said), home)
    assert [(each.did, each.note) for each in said] == [
        (Do.HOLD, "some parts are published, and the post has been edited since")
    ]
    publish.settle(home, Key("hello", "team"), Finding.NOT_SENT, "", "me", clock, clock.sleep)
    publish.run([planned(parts=2)], world(Fake().network(), clock, said), home)
    assert (said[-1].state, len(one(home).receipts)) == (State.SENT, 2)


def test_a_thread_that_became_shorter_than_what_is_out_is_held(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    half = steps.begin(None, planned(parts=2), "digest of hello", 2, "run 0", "", NOON)
    writer, _ = ledger.open_writer(home, clock, clock.sleep)
    writer.record(steps.receive(half, Remote("1"), "run 0", NOON))
    publish.run([planned(parts=1)], world(Fake().network(), clock, said), home)
    assert said[0].note.startswith("It now has fewer parts")


def test_a_person_may_skip_what_is_open_and_only_what_is_known(home: Ledger, clock: Clock) -> None:
    publish.run([planned()], world(failing(Unsure("No answer."), Fake()), clock, []), home)
    settled = publish.settle(home, Key("hello", "team"), Finding.SKIP, "", "me", clock, clock.sleep)
    assert settled == one(home)
    assert settled.state is State.SKIPPED
    with pytest.raises(LedgerError, match="has no delivery of hullo to team"):
        publish.settle(home, Key("hullo", "team"), Finding.SKIP, "", "me", clock, clock.sleep)


@pytest.mark.parametrize(("seconds", "sent"), [(29, ["one 0", "two 0"]), (30, ["one 0"])])
def test_what_comes_late_in_a_long_run_is_read_again(
    home: Ledger, clock: Clock, said: list[Outcome], seconds: int, sent: list[str]
) -> None:
    """The first takes long, and somebody withdraws the second meanwhile."""
    fake, asked = Fake(), list[datetime]()
    after_request(fake, lambda: clock.sleep(seconds))

    def changed(paths: Collection[str], since: datetime) -> bool:
        asked.append(since)
        return "content/posts/two.md" in paths

    posts = [planned("one"), planned("two", due=NOON)]
    publish.run(posts, world(fake.network(), clock, said, changed=changed), home)
    assert [text for _, text in fake.texts] == sent
    assert asked == ([] if seconds < 30 else [NOON])


def test_nobody_can_say_that_it_is_not_sent_while_a_run_may_be_sending_it(home: Ledger, clock: Clock) -> None:
    begun = steps.begin(None, planned(), "digest of hello", 1, "run 0", "", NOON)
    ledger.open_writer(home, clock, clock.sleep)[0].record(begun)
    settle = (home, Key("hello", "team"), Finding.NOT_SENT, "", "me", clock, clock.sleep)
    clock.now = NOON + waits.CLAIM - timedelta(seconds=1)
    with pytest.raises(LedgerError) as caught:
        publish.settle(*settle)
    assert str(caught.value) == "A run may be sending hello to team right now."
    assert caught.value.hint == "Check again at 12:10 UTC."
    assert one(home) == begun
    clock.now = NOON + waits.CLAIM
    assert publish.settle(*settle).state is State.SCHEDULED


def test_a_person_may_settle_what_no_run_has_begun(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    url = "https://fake.example/by-hand"
    publish.settle(home, Key("hello", "team"), Finding.SENT, url, "me", clock, clock.sleep, planned(parts=2))
    settled = one(home)
    assert (settled.state, settled.path, settled.parts) == (State.SENT, "content/posts/hello.md", 2)
    assert [each.url for each in settled.receipts] == [url, url]
    fake = Fake()
    publish.run([planned(parts=2)], world(fake.network(), clock, said), home)
    assert (fake.posts, said[0].note) == ([], "sent")


def test_what_cannot_be_read_cannot_be_settled(home: Ledger, clock: Clock) -> None:
    home.repository.commit_files(home.branch, {codec.path("hello", "team"): b"{"}, "spoil", None, NOON)
    with pytest.raises(LedgerError, match="cannot be read"):
        publish.settle(home, Key("hello", "team"), Finding.SKIP, "", "me", clock, clock.sleep, planned())


# ── two runs ────────────────────────────────────────────────────────────────────────────────────────────────


def test_another_runs_claim_is_left_alone_until_it_is_over(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    writer, _ = ledger.open_writer(home, clock, clock.sleep)
    writer.record(steps.begin(None, planned(), "digest of hello", 1, "run 0", "", NOON))
    publish.run([planned()], world(Fake().network(), clock, said), home)
    clock.now += waits.CLAIM
    publish.run([planned()], world(Fake().network(), clock, said), home)
    assert [(each.did, each.state) for each in said] == [(Do.WAIT, State.SENDING), (Do.HOLD, State.UNSURE)]


def test_two_publishers_on_one_remote_send_everything_once(tmp_path: Path, clock: Clock) -> None:
    fake = Fake()
    posts = [planned(f"post {number}", f"team-{number % 3}") for number in range(6)]
    homes = clones(tmp_path, 2)
    threads = [
        threading.Thread(target=publish.run, args=(posts, world(fake.network(), clock, [], home.remote), home))
        for home in homes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(text for _, text, _ in fake.posts) == {f"post {number} 0": 1 for number in range(6)}
    assert publish.run(posts, world(fake.network(), clock, []), homes[0]).counts == {State.SENT: 6}


def test_nothing_is_sent_where_the_remote_cannot_be_reached(tmp_path: Path, clock: Clock) -> None:
    fake = Fake()
    (home,) = clones(tmp_path, 1)
    (tmp_path / "remote.git").rename(tmp_path / "gone")
    with pytest.raises(GitError, match="There is no such remote"):
        publish.run([planned()], world(fake.network(), clock, []), home)
    assert fake.posts == []


def test_a_receipt_that_cannot_be_pushed_waits_for_the_next_run(
    tmp_path: Path, clock: Clock, said: list[Outcome]
) -> None:
    remote = tmp_path / "remote.git"
    fake = Fake(moments=lambda moment: _away(remote, moment))
    first, second = clones(tmp_path, 2)
    posts = [planned("one"), planned("two")]
    summary = publish.run(posts, world(fake.network(), clock, said), first)
    assert summary.unpushed == "There is no such remote."
    assert summary.stopped == "There is no such remote. Check the address: git remote -v"
    assert [(each.post, each.state, each.sent) for each in said] == [
        ("one", State.SENT, True),
        ("two", State.SCHEDULED, False),
    ]
    (tmp_path / "away").rename(remote)
    fake.moments = lambda moment: None
    publish.run(posts, world(fake.network(), clock, said), first)
    publish.run(posts, world(fake.network(), clock, said), second)
    assert fake.texts == [("team", "one 0"), ("team", "two 0")]


def _away(remote: Path, moment: str) -> None:
    if moment == "after the request":
        remote.rename(remote.with_name("away"))


# ── while a request is on its way ───────────────────────────────────────────────────────────────────────────


def after_request(fake: Fake, act: Callable[[], object]) -> None:
    """Let something happen once, right after the network took the first part."""
    left = [act]

    def moment(name: str) -> None:
        if left and name == "after the request":
            left.pop()()

    fake.moments = moment


def test_a_second_ctrl_c_does_not_say_that_nothing_is_half_written(
    home: Ledger, clock: Clock, said: list[Outcome]
) -> None:
    """The request is on its way, and nobody waits for its answer."""
    fake, is_over, times = Fake(), threading.Event(), list[int]()

    def handler(number: int, frame: object) -> None:
        times.append(number)
        if len(times) == 2:
            is_over.set()
        else:
            threading.Timer(0, os.kill, (os.getpid(), signal.SIGINT)).start()
        raise KeyboardInterrupt

    def interrupt() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        assert is_over.wait(30)

    before = signal.signal(signal.SIGINT, handler)
    after_request(fake, interrupt)
    with pytest.raises(KeyboardInterrupt) as caught:
        publish.run([planned("one")], world(fake.network(), clock, said), home)
    signal.signal(signal.SIGINT, before)
    assert caught.value.args in ((publish.CUT_SHORT,), ())  # the second may come before the first is caught
    assert len(fake.posts) == 1


def test_ctrl_c_lets_the_request_end_and_writes_down_its_receipt(
    home: Ledger, clock: Clock, said: list[Outcome]
) -> None:
    fake, heard = Fake(), threading.Event()

    def handler(number: int, frame: object) -> None:
        heard.set()
        raise KeyboardInterrupt

    def interrupt() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        assert heard.wait(30)

    before = signal.signal(signal.SIGINT, handler)
    after_request(fake, interrupt)
    with pytest.raises(KeyboardInterrupt):
        publish.run([planned("one"), planned("two", parts=2)], world(fake.network(), clock, said), home)
    signal.signal(signal.SIGINT, before)
    assert {key[0]: each.state for key, each in ledger.read(home).deliveries.items()} == {"one": "sent"}
    assert [each.note for each in said] == ["", "not tried: the run ended first"]


def test_where_no_further_thread_can_be_started_the_others_send(
    home: Ledger, clock: Clock, said: list[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    def start(self: threading.Thread) -> None:
        if self.name.startswith("account"):
            if started:
                raise RuntimeError("can't start new thread")
            started.append(self.name)
        actual(self)

    fake, actual = Fake(), threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", start)
    with pytest.raises(RuntimeError):
        publish.run([planned(account="one"), planned(account="two")], world(fake.network(), clock, said), home)
    assert ledger.read(home).deliveries[Key("hello", "one")].state is State.SENT


def test_a_claim_that_became_old_is_given_back(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()

    def slow(moment: str) -> None:
        clock.now += waits.CLAIM / 2 if moment == "after the move" else timedelta(0)

    publish.run([planned()], world(fake.network(), clock, said), tripping(home, slow))
    assert (fake.posts, one(home).state, one(home).attempt) == ([], State.SCHEDULED, 0)
    publish.run([planned()], world(fake.network(), clock, said), home)
    assert (len(fake.posts), one(home).state) == (1, State.SENT)


def test_a_thread_stops_where_its_next_intent_cannot_be_pushed(
    tmp_path: Path, clock: Clock, said: list[Outcome]
) -> None:
    (home,) = clones(tmp_path, 1)
    fake, remote = Fake(), tmp_path / "remote.git"
    after_request(fake, lambda: remote.rename(tmp_path / "away"))
    summary = publish.run([planned(parts=2)], world(fake.network(), clock, said), home)
    assert (one(home).state, len(one(home).receipts), summary.stopped) == (
        State.SCHEDULED,
        1,
        "There is no such remote. Check the address: git remote -v",
    )
    (tmp_path / "away").rename(remote)
    publish.run([planned(parts=2)], world(fake.network(), clock, said), home)
    assert (one(home).state, fake.texts) == (State.SENT, [("team", "hello 0"), ("team", "hello 1")])


def test_a_person_who_settles_meanwhile_ends_the_thread(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()
    settle = (home, Key("hello", "team"), Finding.SKIP, "", "me", clock, clock.sleep)
    after_request(fake, lambda: publish.settle(*settle))
    publish.run([planned(parts=2)], world(fake.network(), clock, said), home)
    assert len(fake.posts) == 1
    assert [receipt.id for receipt in one(home).receipts] == ["1"]
    assert said[0].note == "another run, or a person, has taken it over"


def test_a_receipt_that_cannot_be_written_is_at_least_said(tmp_path: Path, clock: Clock, said: list[Outcome]) -> None:
    home, fake = Ledger(repository(tmp_path)), Fake()
    lock = home.repository.store.parent / "refs/heads/cmflow-state.lock"
    after_request(fake, lock.touch)
    summary = publish.run([planned()], world(fake.network(), clock, said), home)
    assert summary.stopped.startswith(
        "hello to team is sent (https://fake.example/1), but that could not be recorded: Another git process"
    )
    lock.unlink()
    clock.now += timedelta(hours=1)
    publish.run([planned()], world(fake.network(), clock, said), home)
    assert (one(home).state, len(fake.posts)) == (State.UNSURE, 1)


def test_a_delivery_that_somebody_else_took_first_is_left_to_them(
    home: Ledger, clock: Clock, said: list[Outcome]
) -> None:
    fake = Fake()

    def taken(each: Planned) -> object:
        ledger.open_writer(home, clock, clock.sleep)[0].record(
            steps.begin(None, each, each.digest, 1, "run 0", "", NOON)
        )
        return variant(each)

    publish.run([planned()], world(fake.network(), clock, said, variant=taken), home)
    assert (fake.posts, [each.note for each in said]) == ([], ["another run, or a person, has taken it over"])


def test_what_becomes_late_while_others_are_sent_is_missed(home: Ledger, clock: Clock, said: list[Outcome]) -> None:
    fake = Fake()

    def night() -> None:
        clock.now += timedelta(hours=7)

    after_request(fake, night)
    publish.run([planned("one"), planned("two")], world(fake.network(), clock, said), home)
    assert [(each.post, each.state) for each in said] == [("one", State.SENT), ("two", State.MISSED)]


# ── a crash at every step ───────────────────────────────────────────────────────────────────────────────────


def one_git(folder: Path, count: int) -> Sequence[Ledger]:
    return [Ledger(repository(folder))] * count


def one_paper(folder: Path, count: int) -> Sequence[Ledger]:
    return [Ledger(paper(folder / "home"))] * count


Machines = Callable[[Path, int], Sequence[Ledger]]  # several with a remote, or one


@pytest.mark.parametrize(
    ("machines", "parts", "keyed", "finds"),
    [
        pytest.param(one_git, 2, False, False, marks=pytest.mark.slow),
        (one_paper, 1, True, False),
        pytest.param(clones, 1, False, True, marks=pytest.mark.slow),
        (papers, 2, False, False),
        (papers, 3, True, False),
        (papers, 3, False, True),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_whenever_a_run_dies_nothing_is_sent_twice_or_lost(
    tmp_path: Path, machines: Machines, parts: int, keyed: bool, finds: bool
) -> None:
    trip = Trip()
    whole = Fake(keyed, finds)
    _judge(_crashed(machines(tmp_path / "whole", 2), parts, whole, trip), whole, parts)
    assert trip.seen > 6
    for at in range(1, trip.seen + 1):
        fake = Fake(keyed, finds)
        _judge(_crashed(machines(tmp_path / str(at), 2), parts, fake, Trip(at)), fake, parts)


def _crashed(homes: Sequence[Ledger], parts: int, fake: Fake, trip: Trip) -> Delivery:
    """A run that dies at a moment, then the next ones: on another machine where there is a remote."""
    clock = Clock()
    fake.moments = trip
    posts = [planned(parts=parts)]
    with suppress(Crash):
        publish.run(posts, world(fake.network(), clock, []), tripping(homes[0], trip))
    fake.moments = lambda moment: None
    for number in (2, 3):
        clock.now += waits.CLAIM
        publish.run(posts, world(fake.network(), clock, [], f"run {number}"), homes[1])
    return one(homes[1])


def _judge(delivery: Delivery, fake: Fake, parts: int) -> None:
    counts = Counter(fake.texts)
    assert set(counts.values()) <= {1}, "sent twice"
    assert len(delivery.receipts) <= len(counts), "a receipt for nothing"
    if fake.keyed or fake.finds:
        assert (delivery.state, len(counts)) == (State.SENT, parts)
    else:
        assert delivery.state is State.UNSURE or (delivery.state, len(counts)) == (State.SENT, parts)


# ── few pushes ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_receipt_is_pushed_with_the_next_claim(tmp_path: Path, clock: Clock, said: list[Outcome]) -> None:
    moments: list[str] = []
    (home,) = clones(tmp_path, 1)
    posts = [planned("one"), planned("two"), planned("three")]
    fake = Fake(moments=moments.append)
    publish.run(posts, world(fake.network(), clock, said), tripping(home, moments.append))
    told = [moment for moment in moments if moment in ("before the push", "before the request")]
    assert told == ["before the push", "before the request"] * 3 + ["before the push"]
    assert [(each.post, each.state) for each in said] == [(post.post, State.SENT) for post in posts]


def test_access_that_cannot_be_had_is_asked_for_once_a_run(tmp_path: Path, clock: Clock, said: list[Outcome]) -> None:
    """It may renew a token, and a network that has refused that once is not asked again for every post."""
    asked = list[str]()

    def access(account: str) -> network.Access:
        asked.append(account)
        raise Denied("The token server refuses.")

    fake = Fake()
    posts = [planned(post) for post in ("one", "two", "three")]
    publish.run(posts, world(fake.network(), clock, said, access=access), Ledger(paper(tmp_path / "home")))
    assert asked == ["team"]
    assert [outcome.note for outcome in said] == ["The token server refuses."] * 3


def test_the_first_claims_of_all_accounts_share_a_push(
    tmp_path: Path, clock: Clock, said: list[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger.writer, "TOGETHER", 600.0)  # the run ends, so who does not claim is not waited for
    moments: list[str] = []
    (home,) = clones(tmp_path, 1)
    later = NOON + timedelta(minutes=2)
    posts = [*(planned(account=f"team-{number}") for number in range(8)), planned(account="later", due=later)]
    posts.append(planned(account="unknown"))

    def access(account: str) -> network.Access:
        if account == "unknown":
            raise Denied("The secret TOKEN is not set.")
        return world(fake.network(), clock, said).access(account)

    def sleep(seconds: float) -> None:
        assert asked.wait(600)
        clock.sleep(seconds)

    def moment(name: str) -> None:
        moments.append(name)
        asked.set()

    asked = threading.Event()
    fake = Fake(moments=moment)
    around = world(fake.network(), clock, said, access=access, sleep=sleep)
    publish.run(posts, around, tripping(home, moments.append), timedelta(minutes=5))
    told = [moment for moment in moments if moment in ("before the push", "before the request")]
    assert told[:2] == ["before the push", "before the request"]
    claim = str(home.repository.log("--reverse", "--format=%s", home.branch), "utf-8").splitlines()[0]
    assert claim.endswith(": sending and 7 more")
    assert Counter(outcome.state for outcome in said) == {State.SENT: 9, State.SCHEDULED: 1}


def test_the_client_is_opened_while_the_ledger_is_fetched(
    tmp_path: Path, clock: Clock, said: list[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home,) = clones(tmp_path, 1)
    both = threading.Barrier(2, timeout=60)  # each waits for the other: one after the other they never meet
    fetch, around = git.Repository.fetch, world(Fake().network(), clock, said)

    def fetched(repository: git.Repository, remote: str, branch: str) -> str | None:
        both.wait()
        return fetch(repository, remote, branch)

    def client() -> httpx.Client:
        both.wait()
        return around.http()

    monkeypatch.setattr(git.Repository, "fetch", fetched)
    assert publish.run([planned()], replace(around, http=client), home).counts == {State.SENT: 1}


def test_who_takes_long_to_be_ready_is_not_waited_for(
    tmp_path: Path, clock: Clock, said: list[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger.writer, "TOGETHER", 0.001)
    (home,) = clones(tmp_path, 1)
    sent = threading.Event()

    def access(account: str) -> network.Access:
        if account == "slow":
            assert sent.wait(600)  # ready only once the other one is out
        return world(fake.network(), clock, said).access(account)

    fake = Fake(moments=lambda moment: sent.set() if moment == "after the request" else None)
    publish.run(
        [planned(account="quick"), planned(account="slow")], world(fake.network(), clock, said, access=access), home
    )
    assert fake.texts == [("quick", "hello 0"), ("slow", "hello 0")]


def test_a_receipt_is_written_before_the_run_waits_for_the_next_post(
    home: Ledger, clock: Clock, said: list[Outcome]
) -> None:
    seen: list[State] = []

    def sleep(seconds: float) -> None:
        seen.append(one(home, "one").state)
        clock.sleep(seconds)

    posts = [planned("one"), planned("two", due=NOON + timedelta(seconds=2))]
    publish.run(posts, world(Fake().network(), clock, said, sleep=sleep), home, timedelta(minutes=1))
    assert (seen, [each.state for each in said]) == ([State.SENT] * 2, [State.SENT] * 2)


def test_a_receipt_that_cannot_be_written_with_the_next_claim_is_said(
    tmp_path: Path, clock: Clock, said: list[Outcome]
) -> None:
    home = Ledger(repository(tmp_path))
    lock = home.repository.store.parent / "refs/heads/cmflow-state.lock"
    fake = Fake()
    after_request(fake, lock.touch)
    publish.run([planned("one"), planned("two")], world(fake.network(), clock, said), home)
    assert [(each.post, each.state, each.person) for each in said] == [
        ("one", State.SENT, True),
        ("two", State.SCHEDULED, True),
    ]
    assert "could not be recorded: Another git process" in said[0].note
    assert "https://fake.example/1" in said[0].note
    assert len(fake.posts) == 1


@pytest.mark.parametrize(
    ("error", "person"),
    [
        (Denied("The password is wrong."), True),
        (Throttled("Too many sign-ins."), False),
        (NotSent("The network cannot be reached."), False),
    ],
)
def test_what_passes_by_itself_at_the_door_needs_nobody(
    home: Ledger, clock: Clock, said: list[Outcome], error: NotSent, person: bool
) -> None:
    def refuse(http: object, access: object) -> str:
        raise error

    closed = replace(Fake().network(), connect=refuse)
    publish.run([planned()], world(closed, clock, said), home)
    assert [(each.state, each.person) for each in said] == [(State.SCHEDULED, person)]
    assert ledger.read(home).deliveries == {}


def test_files_that_took_long_are_posted_once_where_no_other_run_has_it(
    home: Ledger, clock: Clock, said: list[Outcome]
) -> None:
    """The claim is renewed before the next request: had another run taken the delivery over, that would be refused."""
    fake, slow = Fake(finds=True), [True]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/files" and slow:
            clock.now += waits.CLAIM * slow.pop()
        return httpx.Response(200)

    client = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://localhost")

    def publish_(account: str, message: network.Outgoing, thread: tuple[Receipt, ...]) -> Remote:
        client.post("/files")
        client.get("/files")
        client.post("/posts")
        return fake.publish(account, message, thread)

    net = replace(fake.network(), publish=publish_)
    publish.run([planned()], world(net, clock, said, http=lambda: client), home)
    assert (len(fake.posts), one(home).state) == (1, State.SENT)
    clock.now += waits.CLAIM
    client = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://localhost")
    publish.run([planned()], world(net, clock, said, http=lambda: client), home)
    assert (len(fake.posts), one(home).state) == (1, State.SENT)
