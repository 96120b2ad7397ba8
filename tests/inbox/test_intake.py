"""Which conversation a message belongs to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cmflow.inbox import intake
from cmflow.model import Author, Contact, Conversation, Message
from cmflow.netkit.network import Mail

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
US = Author("0", ours=True)


def message(id: str, thread: str, above: str = "", minute: int = 0, author: Author | None = None) -> Message:
    time = NOON + timedelta(minutes=minute)
    post = "p1" if thread.startswith("p1") else ""
    who = author or Author("9", "Ana")
    return Message(id, thread, Contact.COMMENT, time, who, f"text {id}", above=above, post=post)


def homes(*mails: Mail, posts: tuple[str, ...] = ("p1",)) -> dict[str, list[str]]:
    """The messages of each conversation after these mails, by its id."""
    known: dict[str, Conversation] = {}
    for mail in mails:
        known |= intake.receive(known, "team", "x", mail, NOON + timedelta(hours=1), posts)
    return {id: [trace.id for trace in conversation.traces] for id, conversation in known.items()}


def test_below_a_post_of_ours_each_comment_begins_a_conversation() -> None:
    first, second = message("1", "p1", "p1"), message("2", "p1", "p1", 1)
    assert homes(Mail((first, second))) == {"p1\n1": ["1"], "p1\n2": ["2"]}


def test_what_answers_a_message_is_in_its_conversation_however_it_arrives() -> None:
    thread = (
        message("1", "p1", "p1"),
        message("2", "p1", "p1", 1),
        message("3", "p1", "1", 2, US),
        message("4", "p1", "3", 3),
        message("5", "p1", "2", 4),
    )
    together = {"p1\n1": ["1", "3", "4"], "p1\n2": ["2", "5"]}
    assert homes(Mail(thread)) == together
    assert homes(*(Mail((one,)) for one in thread)) == together
    assert homes(Mail(thread), Mail(thread)) == together


@pytest.mark.parametrize("thread", ["dm7", "stranger's thread"])
def test_another_thread_is_one_conversation(thread: str) -> None:
    assert homes(Mail((message("1", thread), message("2", thread, minute=1)))) == {thread: ["1", "2"]}


def test_our_own_posts_alone_are_no_conversation() -> None:
    assert homes(Mail((message("p1", "p1", author=US), message("7", "p1", "p1", 1, US)))) == {}


def test_a_part_of_our_thread_is_ours_too() -> None:
    assert homes(Mail((message("1", "p0", "p1"),)), posts=("p0", "p1")) == {"p0\n1": ["1"]}


def test_our_own_answer_that_is_read_again_is_not_an_edit() -> None:
    question, answer = message("1", "p1", "p1"), message("3", "p1", "1", 2, US)
    known = intake.receive({}, "team", "x", Mail((question, answer)), NOON, ("p1",))
    again = Mail((replace(answer, text="as the network shows it"), replace(question, text="edited")))
    [conversation] = intake.receive(known, "team", "x", again, NOON + timedelta(hours=1), ("p1",)).values()
    assert [trace.edited for trace in conversation.traces] == [NOON + timedelta(hours=1), None]
