"""Conversations as files: the same bytes for the same values, two versions joined, and nothing of anybody's words."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow.ledger import Ledger, change, codec, conversations
from cmflow.ledger.conversations import Cursor, Lease
from cmflow.model import Contact, Conversation, Relay, Trace, Visibility
from tests.faults.paper import paper

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)

words = st.text(st.characters(exclude_categories=()), max_size=12)
times = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)).map(
    lambda time: time.replace(microsecond=0)
)
maybe = st.none() | times
traces = st.builds(
    Trace,
    id=words.filter(bool),
    contact=st.sampled_from(Contact),
    time=times,
    author=words,
    text=words,
    above=words,
    post=words,
    ours=st.booleans(),
    visibility=st.sampled_from(Visibility),
    until=maybe,
    edited=maybe,
    note=words,
    deleted=maybe,
)
relays = st.builds(Relay, repository=words.filter(bool), number=st.integers(1, 9_999), time=times, closed=maybe)


def _in_order(conversation: Conversation) -> Conversation:
    return conversations.decode(conversations.encode(conversation))


some = st.builds(
    Conversation,
    account=st.just("team"),
    network=st.just("mastodon"),
    id=st.just("c1"),
    traces=st.lists(traces, max_size=3, unique_by=lambda trace: trace.id).map(tuple),
    ticket=words,
    opened=maybe,
    labels=st.lists(words, max_size=2).map(tuple),
    manual=st.booleans(),
    urgent=st.booleans(),
    campaign=words,
    commands=st.lists(words, max_size=2, unique=True).map(sorted).map(tuple),
    relays=st.lists(relays, max_size=2, unique_by=lambda relay: (relay.repository, relay.number)).map(tuple),
    closed=maybe,
    purged=maybe,
    quarantined=st.booleans(),
).map(_in_order)


@given(some)
def test_a_conversation_comes_back_as_it_was(conversation: Conversation) -> None:
    data = conversations.encode(conversation)
    assert conversations.decode(data) == conversation
    assert data.isascii()


@given(some, some)
def test_two_versions_join_in_either_order(first: Conversation, second: Conversation) -> None:
    one, two = conversations.merge(first, second), conversations.merge(second, first)
    assert {trace.id for trace in one.traces} == {trace.id for trace in (*first.traces, *second.traces)}
    assert (one.ticket, one.opened, one.closed, one.purged) == (two.ticket, two.opened, two.closed, two.purged)
    assert conversations.merge(one, first).traces == one.traces


def test_texts_that_one_of_two_versions_still_has_are_removed_again() -> None:
    """Its author has written once more since."""
    gone, heard = Conversation("team", "x", "1", purged=NOON), Conversation("team", "x", "1")
    assert [conversations.merge(*pair).purged for pair in ((gone, heard), (heard, gone))] == [None, None]
    assert conversations.merge(gone, replace(gone, purged=LATER)).purged == LATER


@given(st.binary(max_size=80))
def test_what_is_no_conversation_is_unreadable(data: bytes) -> None:
    with pytest.raises(codec.Unreadable):
        conversations.decode(data)


def test_a_newer_format_is_left_alone() -> None:
    record = json.loads(conversations.encode(Conversation("team", "x", "1")))
    with pytest.raises(codec.Unreadable, match="does not know all"):
        conversations.decode((json.dumps({**record, "mood": 3}, indent=1) + "\n").encode())


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(paper(tmp_path / "home"), conversations.BRANCH)


def test_the_branch_holds_conversations_and_cursors(ledger: Ledger) -> None:
    hello = Conversation("team", "x", "1", (Trace("1", Contact.MENTION, NOON, "ab12"),))
    files = conversations.files([hello])
    files[conversations.cursor_path("team")] = conversations.encode_cursor("team", Cursor("17", NOON))
    files[f"{conversations.FOLDER}/team/00/odd.json"] = b"{"
    files[conversations.LEASE] = conversations.encode_lease(Lease("run 1", LATER))
    change.commit(ledger, lambda tip: (None, files, "Inbox"), lambda: NOON)
    odd = f"{conversations.FOLDER}/team/00/odd.json"
    assert conversations.read(ledger) == ((hello,), {"team": Cursor("17", NOON)}, (odd,))
    assert conversations.lease(ledger, ledger.repository.tip(ledger.branch)) == Lease("run 1", LATER)


def test_no_ledger_holds_nothing(ledger: Ledger) -> None:
    assert conversations.read(ledger) == ((), {}, ())
    assert conversations.lease(ledger, None) is None


def test_of_two_cursors_the_later_one_holds() -> None:
    old, new = (conversations.encode_cursor("team", Cursor(text, time)) for text, time in (("9", NOON), ("10", LATER)))
    place = conversations.cursor_path("team")
    assert conversations.join(place, old, new) == conversations.join(place, new, old) == new
    assert conversations.join(place, new, None) == new


def test_names_and_texts_are_hashes() -> None:
    assert conversations.voice("x", "42") != conversations.voice("mastodon", "42")
    assert "ana" not in conversations.voice("x", "ana") + conversations.fingerprint("ana") + conversations.name(
        "a", "ana"
    )
