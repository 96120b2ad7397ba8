"""A stop in the middle of a run: what is out keeps its receipt, and nothing more is asked for."""

from datetime import timedelta
from pathlib import Path

import pytest

from cmflow import ledger, publish
from cmflow.ledger import Ledger
from cmflow.model import Key, Planned, State
from cmflow.publish import stop
from cmflow.publish.job import Outcome
from cmflow.schedule import Do
from tests.deliveries import NOON, Clock, Fake, clones, planned, world

pytestmark = pytest.mark.slow  # real git

WHY = "not sent: Publishing has been stopped since 2026-12-01 12:00 UTC: a storm."


def halting(home: Ledger, number: int, moment: str = "after the request") -> Fake:
    """A network in front of which a person stops publishing, at that request."""
    fake = Fake()

    def pull(now: str) -> None:
        if (fake.requests, now) == (number, moment):
            stop.stop(home, "a storm", "", "", lambda: NOON)

    fake.moments = pull
    return fake


def run(home: Ledger, fake: Fake, posts: list[Planned], **window: int) -> publish.Summary:
    clock, said = Clock(), list[Outcome]()
    return publish.run(posts, world(fake.network(), clock, said), home, timedelta(**window))


@pytest.mark.parametrize("moment", ["before the request", "after the request"])
def test_the_next_part_of_a_thread_is_not_asked_for(tmp_path: Path, moment: str) -> None:
    one, other = clones(tmp_path, 2)
    fake = halting(other, 2, moment)
    summary = run(one, fake, [planned(parts=3)])
    assert fake.texts == [("team", "hello 0"), ("team", "hello 1")]
    delivery = ledger.read(one).deliveries[Key("hello", "team")]
    assert (delivery.state, [each.id for each in delivery.receipts]) == (State.SCHEDULED, ["1", "2"])
    assert [(each.note, each.person) for each in summary.outcomes] == [(WHY, True)]
    assert summary.stopped.startswith("Publishing has been stopped since")


def test_the_next_post_is_not_asked_for(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    fake = halting(other, 1)
    summary = run(one, fake, [planned("one"), planned("two"), planned("three")])
    assert fake.texts == [("team", "one 0")]
    assert {each.post: each.state for each in summary.outcomes} == {
        "one": "sent",
        "two": "scheduled",
        "three": "scheduled",
    }
    assert {post for post, _ in ledger.read(one).deliveries} == {"one"}


def test_what_a_run_waits_for_is_not_sent(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    fake = halting(other, 1)
    soon = planned("soon", due=NOON + timedelta(minutes=9))
    summary = run(one, fake, [planned("now"), soon], minutes=14)
    assert (fake.texts, summary.outcomes[-1].note) == ([("team", "now 0")], WHY)


def test_a_run_that_begins_while_it_is_stopped_asks_for_nothing(tmp_path: Path) -> None:
    """Even of what nobody has marked as held."""
    one, other = clones(tmp_path, 2)
    stop.stop(other, "a storm", "", "", lambda: NOON)
    fake = Fake(keyed=True)
    summary = run(one, fake, [planned()])
    assert (fake.requests, [each.did for each in summary.outcomes]) == (0, [Do.SEND])
    assert ledger.read(one).deliveries == {}


def test_the_other_accounts_stop_too(tmp_path: Path) -> None:
    one, other = clones(tmp_path, 2)
    fake, when = Fake(), list[int]()

    def pull(now: str) -> None:
        if now == "after the request" and not when:
            when.append(0)
            stop.stop(other, "a storm", "", "", lambda: NOON)
            when[0] = fake.requests

    fake.moments = pull
    run(one, fake, [planned(f"post {number}", account) for account in ("a", "b", "c") for number in range(9)])
    assert fake.requests - when[0] <= 2  # at most one for each of the others was claimed before, and not asked for yet
