"""What people write on Matrix: threads, quotations, edits by others, encrypted messages, rooms of direct messages."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cmflow.model import Author, Contact, Message, Part, Receipt, Text, Variant
from cmflow.model.errors import Rejected
from cmflow.netkit import http
from cmflow.netkit.network import Inquiry, Outgoing, Question
from cmflow.networks.matrix import answer, room
from cmflow.networks.matrix.call import Matrix
from cmflow.networks.matrix.inbox import inbox
from cmflow.render import formats
from cmflow.sandbox.fakes.matrix import ROOM, USER
from cmflow.sandbox.fakes.matrix import Matrix as FakeMatrix
from tests.networks import openapi, spec
from tests.networks.contract import NOON, trace
from tests.networks.test_matrix import SHOWN, access

SINCE = NOON - timedelta(days=1)
ANA = "@ana:matrix.example"


@pytest.fixture
def server() -> FakeMatrix:
    return FakeMatrix()


@pytest.fixture
def transport(server: FakeMatrix, specs: Path) -> spec.Checked:
    return spec.Checked(openapi.matrix(specs), server)


@pytest.fixture
def session(transport: spec.Checked) -> Matrix:
    return room.connect(http.client(transport), access())


def outgoing(text: str, key: str = "k") -> Outgoing:
    part = Part(Text(text), formats.matrix(Text(text)))
    return Outgoing(Variant("reply-1", "team", "matrix", NOON, (part,)), 0, key, NOON.timestamp())


def question(message: Message) -> Question:
    return Question(message.conversation, trace(message))


def test_a_message_whole(session: Matrix, server: FakeMatrix) -> None:
    post = server.write("Our post")
    id = server.hear(f"> <{USER}> Our post\n> and more\n\nFine\n> not a quotation", below=post)
    [message] = inbox(session, Inquiry("", SINCE, (Receipt(0, post, "", NOON),))).messages
    assert message == Message(
        id=id,
        conversation=post,
        contact=Contact.COMMENT,
        time=NOON + timedelta(seconds=2),
        author=Author(ANA, "ana", ANA, "https://matrix.to/#/%40ana%3Amatrix.example"),
        text="Fine\n> not a quotation",
        url=f"{SHOWN.replace('%23team:', '%23team%3A')}/%24event2",
        above=post,
        post=post,
    )


def test_what_people_say_among_themselves_is_not_for_us(session: Matrix, server: FakeMatrix) -> None:
    first = server.write("I say", user=ANA)
    server.write("And I", first, "@ben:matrix.example")
    server.write("A program speaks", server.write("Our post"), ANA, msgtype="m.notice")
    server.write("By hand, to nobody")
    assert inbox(session, Inquiry("", SINCE)).messages == ()


def test_a_thread_below_our_post(session: Matrix, server: FakeMatrix) -> None:
    post = server.write("Our post")
    thread: dict[str, Any] = {
        "rel_type": "m.thread",
        "event_id": post,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": post},
    }
    fields: dict[str, Any] = {"m.relates_to": thread}
    id = server.write("In the thread", user=ANA, **fields)
    [message] = inbox(session, Inquiry("", SINCE)).messages
    assert (message.id, message.conversation, message.post) == (id, post, post)
    own = answer.reply(session, outgoing("Indeed"), question(message))
    content = server.events[-1]["content"]
    assert own.id == server.events[-1]["event_id"]
    assert content["m.mentions"] == {"user_ids": [ANA]}
    assert content["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": post,
        "is_falling_back": False,
        "m.in_reply_to": {"event_id": id},
    }


def test_an_old_app_mentions_in_its_text_alone(session: Matrix, server: FakeMatrix) -> None:
    server.add({"msgtype": "m.text", "body": f"{USER}: hello"}, ANA)
    server.add({"msgtype": "m.text", "body": f"{USER} is quoted", "m.mentions": {}}, ANA)
    assert [message.contact for message in inbox(session, Inquiry("", SINCE)).messages] == [Contact.MENTION]


def test_nobody_edits_the_message_of_another(session: Matrix, server: FakeMatrix) -> None:
    id = server.hear("Hello", contact=Contact.MENTION)
    first = inbox(session, Inquiry("", SINCE))
    server.amend(id, "Evil")
    server.events[-1]["sender"] = "@ben:matrix.example"
    assert inbox(session, Inquiry(first.cursor, SINCE, watched=tuple(map(trace, first.messages)))).messages == ()


def test_an_edit_in_the_same_answer_is_one_message(session: Matrix, server: FakeMatrix) -> None:
    id = server.hear("Helo", contact=Contact.MENTION)
    server.amend(id, "Hello")
    [message] = inbox(session, Inquiry("", SINCE)).messages
    assert (message.id, message.text, message.edited is not None) == (id, "Hello", True)


def test_what_was_removed_at_once_is_not_told(session: Matrix, server: FakeMatrix) -> None:
    server.remove(server.hear("Oops", contact=Contact.MENTION))
    mail = inbox(session, Inquiry("", SINCE))
    assert (mail.messages, mail.gaps) == ((), ())


def test_encrypted_messages_and_invitations_are_gaps(session: Matrix, server: FakeMatrix) -> None:
    for sender in (ANA, ANA, USER):
        server.add({"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x"}, sender)
        server.events[-1]["type"] = "m.room.encrypted"
    server.invitations = ("!one:x.example", "!two:x.example")
    assert inbox(session, Inquiry("", SINCE)).gaps == (
        "Matrix: 2 messages are encrypted, which cmflow cannot read: read them in an app such as Element.",
        "Matrix: 2 people invite this account into a room: accept that in an app such as Element to read them here.",
    )


def test_a_token_that_the_server_has_forgotten_begins_anew(session: Matrix, server: FakeMatrix) -> None:
    server.hear("Hello", contact=Contact.MENTION)
    assert [message.text for message in inbox(session, Inquiry("forgotten", SINCE)).messages] == ["Hello"]


def test_what_is_older_than_since_is_not_read(session: Matrix, server: FakeMatrix) -> None:
    server.hear("Old", contact=Contact.MENTION)
    server.now += timedelta(days=2)
    server.hear("New", contact=Contact.MENTION)
    assert [message.text for message in inbox(session, Inquiry("", NOON + timedelta(days=1))).messages] == ["New"]


def test_only_our_room_and_those_of_direct_messages_are_asked_for(
    session: Matrix, server: FakeMatrix, transport: spec.Checked
) -> None:
    server.direct = {ANA: ["!a:x.example", ROOM, 17], "@odd:x.example": "?"}  # type: ignore[dict-item,list-item]
    inbox(session, Inquiry("", SINCE))
    asked = json.loads(transport.requests[-1].url.params["filter"])
    assert asked["room"]["rooms"] == [ROOM, "!a:x.example"]
    assert asked["presence"] == asked["account_data"] == {"types": []}


def test_a_direct_message_is_answered_in_its_own_room(session: Matrix, server: FakeMatrix) -> None:
    server.hear("Psst", contact=Contact.DIRECT)
    [message] = inbox(session, Inquiry("", SINCE)).messages
    answer.reply(session, outgoing("Hush"), question(message))
    assert server.events[-1]["room_id"] == "!with-ana:matrix.example"
    for wrong in (ROOM, "$event1"):
        with pytest.raises(Rejected, match="no room of its own"):
            answer.reply(session, outgoing("Hush"), replace(question(message), conversation=wrong))


def test_an_encrypted_conversation_is_not_answered_in_the_clear(session: Matrix, server: FakeMatrix) -> None:
    server.hear("Psst", contact=Contact.DIRECT)
    [message] = inbox(session, Inquiry("", SINCE)).messages
    server.states["m.room.encryption"] = {"algorithm": "m.megolm.v1.aes-sha2"}
    with pytest.raises(Rejected, match="are encrypted") as caught:
        answer.reply(session, outgoing("Hush"), question(message))
    assert caught.value.hint
    assert server.posts == []


def test_an_answer_whose_transaction_is_forgotten_is_found_by_its_text(session: Matrix, server: FakeMatrix) -> None:
    server.forgets = True
    server.hear("When?", below=server.write("Our post"))
    [message] = inbox(session, Inquiry("", SINCE)).messages
    own = answer.reply(session, outgoing("Soon"), question(message))
    late = replace(session, now=NOON + timedelta(days=2))
    assert answer.reply(late, outgoing("Soon"), question(message)) == own
    assert server.posts == ["Our post", "Soon"]


def test_without_the_right_to_remove_nothing_is_hidden(session: Matrix, server: FakeMatrix) -> None:
    server.power = 0
    server.hear("Buy this", contact=Contact.MENTION)
    [message] = inbox(session, Inquiry("", SINCE)).messages
    with pytest.raises(Rejected, match="may not remove messages of others") as caught:
        answer.hide(session, question(message))
    assert caught.value.hint
    assert "hide" not in room.verify(session).may


@pytest.mark.parametrize(("level", "may"), [(49, False), (50, True)])
def test_verify_says_whether_messages_can_be_removed(
    session: Matrix, server: FakeMatrix, level: int, may: bool
) -> None:
    levels: dict[str, Any] = {"users": {USER: level}, "events_default": 0}
    server.states["m.room.power_levels"] = levels
    assert ("hide" in room.verify(session).may) is may
    server.states["m.room.power_levels"] = levels | {"redact": 10}
    assert "hide" in room.verify(session).may
