"""What the inboxes of networks have in common: where the next inquiry begins, and what is given once."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from cmflow.model import Author, Contact, Message
from cmflow.netkit import mailbox
from cmflow.netkit.mailbox import Bag
from cmflow.netkit.network import Inquiry, Mail
from tests.networks.contract import NOON, trace

SINCE = NOON - timedelta(days=1)


def same(entry: Message) -> Message:
    return entry


def message(id: str, hours: float = 0, text: str = "x", **changes: Any) -> Message:
    time = NOON + timedelta(hours=hours)
    return replace(Message(id, "c", Contact.COMMENT, time, Author("a"), text), **changes)


def begun(cursor: str = "", *watched: Message) -> Bag:
    bag = mailbox.begin("Place", Inquiry(cursor, SINCE, (), tuple(map(trace, watched))))
    bag.now = NOON + timedelta(hours=12)
    return bag


def given(cursor: str, *messages: Message, watched: tuple[Message, ...] = (), backlog: Any = None) -> Mail:
    bag = begun(cursor, *watched)
    bag.add(messages, same)
    return bag.mail(backlog)


def since(mail: Mail) -> datetime:
    return datetime.fromisoformat(json.loads(mail.cursor)["since"])


def test_messages_come_oldest_first_and_each_once() -> None:
    mail = given("", message("b", 2), message("a", 1), message("b", 2))
    assert [each.id for each in mail.messages] == ["a", "b"]


def test_the_next_inquiry_begins_an_hour_before_the_latest() -> None:
    mail = given("", message("a", 1), message("b", 5))
    assert since(mail) == NOON + timedelta(hours=4)
    assert json.loads(mail.cursor)["ids"] == {"b": int((NOON + timedelta(hours=5)).timestamp())}


def test_what_was_given_is_not_given_again_and_what_is_late_is() -> None:
    first = given("", message("b", 5))
    second = given(first.cursor, message("b", 5), message("late", 4.5), message("old", 3))
    assert [each.id for each in second.messages] == ["late"]
    assert since(second) == since(first)


def test_without_anything_new_nothing_moves() -> None:
    first = given("", message("a", 1))
    assert given(first.cursor).cursor == first.cursor
    assert since(given("")) == SINCE


def test_a_backlog_leaves_the_beginning_where_it_is() -> None:
    first = given("", message("b", 5), backlog=["page 2"])
    assert (since(first), first.more, begun(first.cursor).backlog) == (SINCE, True, ["page 2"])
    second = given(first.cursor, message("a", 1))
    assert (since(second), second.more) == (NOON + timedelta(hours=4), False)


def test_what_lies_ahead_of_the_clock_moves_nothing() -> None:
    mail = given("", message("a", 1), message("future", 24 * 365))
    assert [each.id for each in mail.messages] == ["a", "future"]
    assert since(mail) == NOON


def test_a_cursor_knows_the_latest_ids_only() -> None:
    mail = given("", *(message(f"{number:04}", number / 3_600) for number in range(700)))
    ids = json.loads(mail.cursor)["ids"]
    assert (len(ids), min(ids), max(ids)) == (mailbox.MOST, "0200", "0699")


def test_what_is_watched_is_given_where_it_was_changed() -> None:
    old = message("a", -48), message("b", -48)
    mail = given("", old[0], replace(old[1], text="y"), watched=old)
    assert mail.messages == (replace(old[1], text="y", edited=NOON + timedelta(hours=12)),)
    told = replace(old[1], text="y", edited=NOON)
    assert given("", told, watched=old).messages == (told,)


def test_an_edit_makes_an_old_message_new() -> None:
    mail = given("", message("a", -48, edited=NOON), message("b", -48))
    assert [each.id for each in mail.messages] == ["a"]


def test_what_is_there_was_not_deleted() -> None:
    bag = begun("", message("a"), message("b"))
    bag.add([message("a")], same)
    bag.deleted += ["b", "a", "b"]
    assert bag.mail().deleted == ("b",)


def test_what_cannot_be_read_is_counted_and_gaps_are_said_once() -> None:
    def read(entry: Any) -> Message:
        return message(entry["id"])

    bag = begun()
    bag.gaps += ["No.", "No."]
    bag.add([None, 7, {}, {"id": "a"}], read)
    mail = bag.mail()
    assert [each.id for each in mail.messages] == ["a"]
    assert mail.gaps == (
        "No.",
        "Place returned 3 messages, which it describes in a way that cmflow cannot read: look there yourself.",
    )


@pytest.mark.parametrize(
    "cursor",
    ["x", "[]", "null", "[" * 100_000, '{"since": 7, "ids": [1]}', '{"since": "9999-12-31", "ids": {"a": "b"}}'],
)
def test_a_cursor_that_cannot_be_read_is_the_beginning(cursor: str) -> None:
    bag = begun(cursor)
    assert (bag.since, bag.newest, bag.known) == (SINCE, SINCE, {})


@pytest.mark.parametrize("value", [None, True, "x", 0, -1, 1e99, float("nan"), 10**30, [], {}])
def test_what_is_not_a_time_is_an_error(value: Any) -> None:
    for read in (mailbox.time, mailbox.unix):
        with pytest.raises(ValueError, match="not a time"):
            read(value)


def test_times() -> None:
    assert mailbox.unix(NOON.timestamp()) == mailbox.time("2026-12-01T12:00:00Z") == NOON


def test_what_is_inside_and_what_is_listed() -> None:
    assert mailbox.inside({"a": {"b": 1}}, "a", "b") == 1
    assert (mailbox.inside([], "a"), mailbox.inside({"a": 7}, "a", "b")) == (None, None)
    assert (mailbox.entries([1]), mailbox.entries({"a": 1}), mailbox.entries(None)) == ([1], [], [])
