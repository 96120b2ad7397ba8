"""What people write on Bluesky: links in full, whose thread it is, direct messages, and what is hidden."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from cmflow.model import Author, Contact, Form, Message, Part, Receipt, Remote, Text, Variant, Visibility
from cmflow.model.errors import NotSent, Rejected
from cmflow.netkit import http
from cmflow.netkit.atproto import Session
from cmflow.netkit.network import Inquiry, Outgoing, Question
from cmflow.networks.bluesky import account, answer, chat
from cmflow.networks.bluesky.inbox import inbox
from cmflow.sandbox.fakes.bluesky import ANA, ME, Bluesky, cid, failed
from tests.networks import spec
from tests.networks.contract import NOON, trace
from tests.networks.lexicons import Lexicons
from tests.networks.spec import Checked
from tests.networks.test_bluesky import ACCESS

SINCE = NOON - timedelta(days=1)


@pytest.fixture
def server() -> Bluesky:
    return Bluesky()


@pytest.fixture
def transport(server: Bluesky) -> Checked:
    return Checked(spec.of(Lexicons), server)


@pytest.fixture
def session(transport: Checked) -> Session:
    return account.connect(http.client(transport), ACCESS)


def outgoing(text: str, **changes: Any) -> Outgoing:
    variant = Variant("reply-1", "team", "bluesky", NOON, (Part(Text(text), Form(text)),), language="en")
    return Outgoing(variant, 0, "k", NOON.timestamp(), **changes)


def question(message: Message) -> Question:
    return Question(message.conversation, trace(message))


def test_a_message_whole(session: Session, server: Bluesky) -> None:
    post = server.write("Our post")
    text = "See example.org/very/lo… — é"
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/very/long"}
    index = {"byteStart": 4, "byteEnd": 4 + len("example.org/very/lo…".encode())}
    id = server.hear(text, below=post)
    server.records[id.partition(" ")[0]] |= {"facets": [{"index": index, "features": [link]}], "langs": ["fr", "en"]}
    record = server.records[id.partition(" ")[0]]
    [message] = inbox(session, Inquiry("", SINCE, (Receipt(0, post, "", NOON),))).messages
    assert message == Message(
        id=f"{id.partition(' ')[0]} {cid(record)}",
        conversation=post,
        contact=Contact.COMMENT,
        time=NOON + timedelta(seconds=2),
        author=Author(ANA, "ana", "@ana.test", f"https://bsky.app/profile/{ANA}"),
        text="See https://example.org/very/long — é",
        url=f"https://bsky.app/profile/{ANA}/post/{id.partition(' ')[0].rpartition('/')[2]}",
        above=post,
        post=post,
        language="fr",
    )


def test_a_comment_on_a_post_that_cmflow_does_not_know_is_about_the_first_of_our_thread(
    session: Session, server: Bluesky
) -> None:
    post = server.write("By hand")
    first = server.hear("One", below=post)
    server.hear("Two", "ben", below=first)
    messages = inbox(session, Inquiry("", SINCE)).messages
    assert [(message.post, message.above) for message in messages] == [(post, post), (post, first)]


def test_a_device_with_a_wrong_clock_hides_nothing(session: Session, server: Bluesky) -> None:
    """The time of our own posts is that of some device: it says nothing of how far was read."""
    id = server.hear("When?", contact=Contact.MENTION)
    own = server.write("Soon", id)
    server.records[own.partition(" ")[0]]["createdAt"] = "2030-01-01T00:00:00.000Z"
    first = inbox(session, Inquiry("", SINCE))
    assert [message.text for message in first.messages] == ["When?", "Soon"]
    server.hear("And where?", contact=Contact.MENTION)
    assert [message.text for message in inbox(session, Inquiry(first.cursor, SINCE)).messages] == ["And where?"]


def test_a_message_that_arrives_late_is_not_lost(session: Session, server: Bluesky) -> None:
    """Notifications are sorted by the time that a post claims, if that is earlier."""
    server.hear("Second", contact=Contact.MENTION)
    first = inbox(session, Inquiry("", SINCE))
    late = server.hear("Written offline", "ben", Contact.MENTION).partition(" ")[0]
    server.records[late]["createdAt"] = (NOON - timedelta(minutes=30)).isoformat().replace("+00:00", "Z")
    server.reasons = {late: "mention", **server.reasons}
    assert [message.text for message in inbox(session, Inquiry(first.cursor, SINCE)).messages] == ["Written offline"]


def test_our_own_thread_is_no_answer(session: Session, server: Bluesky) -> None:
    server.write("2/2", server.write("1/2"))
    assert inbox(session, Inquiry("", SINCE)).messages == ()


def test_who_is_only_hidden_from_us_has_deleted_nothing(session: Session, server: Bluesky) -> None:
    server.hear("Hello", contact=Contact.MENTION)
    first = inbox(session, Inquiry("", SINCE))
    server.next["getPosts"] = [httpx.Response(200, json={"posts": []})]
    assert inbox(session, Inquiry(first.cursor, SINCE, watched=tuple(map(trace, first.messages)))).deleted == ()


# ── direct messages ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_password_that_may_not_read_them_is_a_gap(session: Session, server: Bluesky) -> None:
    server.is_private = False
    server.hear("Hello", contact=Contact.MENTION)
    server.hear("Psst", contact=Contact.DIRECT)
    mail = inbox(session, Inquiry("", SINCE))
    assert ([message.text for message in mail.messages], mail.gaps) == (["Hello"], (chat.CLOSED,))
    assert "read direct messages" not in account.verify(session).may
    server.is_private = True
    later = inbox(session, Inquiry(mail.cursor, SINCE))
    assert [message.text for message in later.messages] == ["Psst"]
    assert "read direct messages" in account.verify(session).may


def test_a_group_is_a_gap(session: Session, server: Bluesky) -> None:
    server.hear("Psst", contact=Contact.DIRECT)
    convo = server.convo("with-ana") | {"kind": {"$type": chat.GROUP, "name": "Friends"}}
    server.next["listConvos"] = [httpx.Response(200, json={"convos": [convo]})]
    mail = inbox(session, Inquiry("", SINCE))
    assert (mail.messages, mail.gaps) == ((), (chat.GROUPS,))


def test_a_direct_message_is_answered_as_one_and_only_once(
    session: Session, server: Bluesky, transport: Checked
) -> None:
    server.hear("Psst", contact=Contact.DIRECT)
    [message] = inbox(session, Inquiry("", SINCE)).messages
    assert message.visibility is Visibility.PRIVATE
    sent, asked = outgoing("Hush"), question(message)
    own = answer.reply(session, sent, asked)
    assert answer.reply(session, sent, asked) == own == Remote(server.chats["with-ana"][-1]["id"])
    assert (server.posts, server.letters) == ([], ["Hush"])
    requests = [request for request in transport.requests if request.url.path.endswith("sendMessage")]
    assert [json.loads(request.content) for request in requests] == [
        {"convoId": "with-ana", "message": {"text": "Hush"}}
    ]
    assert requests[0].headers["atproto-proxy"] == "did:web:api.bsky.chat#bsky_chat"


def test_a_reader_who_takes_no_messages_is_told(session: Session, server: Bluesky) -> None:
    server.hear("Psst", contact=Contact.DIRECT)
    [message] = inbox(session, Inquiry("", SINCE)).messages
    server.next["sendMessage"] = [failed(400, "InvalidRequest", "recipient has disabled incoming messages")]
    with pytest.raises(Rejected, match="does not take the direct message") as caught:
        answer.reply(session, outgoing("Hush"), question(message))
    assert caught.value.hint


# ── answers and hiding ──────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_names_the_message_and_the_thread(session: Session, server: Bluesky) -> None:
    post = server.write("Our post")
    id = server.hear("When?", below=post)
    [message] = inbox(session, Inquiry("", SINCE)).messages
    own = answer.reply(session, outgoing("Soon"), question(message))
    root, parent = (dict(zip(("uri", "cid"), name.split(), strict=True)) for name in (post, id))
    assert server.records[own.id.partition(" ")[0]]["reply"] == {"root": root, "parent": parent}


def test_rules_of_a_thread_stay_when_a_reply_is_hidden(session: Session, server: Bluesky) -> None:
    post = server.write("Our post").partition(" ")[0]
    gate = f"at://{ME}/app.bsky.feed.threadgate/{post.rpartition('/')[2]}"
    rules = {"$type": "app.bsky.feed.threadgate", "post": post, "createdAt": "2026-12-01T12:00:00Z", "allow": []}
    server.records[gate] = rules
    id = server.hear("Buy this", below=post)
    [message] = inbox(session, Inquiry("", SINCE)).messages
    answer.hide(session, question(message))
    assert server.records[gate] == rules | {"hiddenReplies": [id.partition(" ")[0]]}


@pytest.mark.parametrize("contact", [Contact.MENTION, Contact.QUOTE, Contact.DIRECT])
def test_only_a_reply_in_our_thread_is_hidden(session: Session, server: Bluesky, contact: Contact) -> None:
    server.hear("Buy this", contact=contact, below=server.write("Our post"))
    [message] = [message for message in inbox(session, Inquiry("", SINCE)).messages if not message.author.ours]
    asked = replace(question(message), conversation=f"at://{ANA}/app.bsky.feed.post/3k")
    with pytest.raises(Rejected, match="in a thread of this account") as caught:
        answer.hide(session, asked)
    assert caught.value.hint


def test_rules_that_change_at_the_same_moment_are_not_lost(session: Session, server: Bluesky) -> None:
    server.hear("Buy this", below=server.write("Our post"))
    [message] = inbox(session, Inquiry("", SINCE)).messages
    server.next["putRecord"] = [failed(400, "InvalidSwap", "Record was at another CID")]
    with pytest.raises(NotSent, match="changed at the same moment"):
        answer.hide(session, question(message))


def test_a_thread_with_too_many_hidden_replies(session: Session, server: Bluesky) -> None:
    post = server.write("Our post").partition(" ")[0]
    gate = f"at://{ME}/app.bsky.feed.threadgate/{post.rpartition('/')[2]}"
    server.records[gate] = {"hiddenReplies": [f"at://{ANA}/app.bsky.feed.post/{number}" for number in range(300)]}
    server.hear("Buy this", below=post)
    [message] = inbox(session, Inquiry("", SINCE)).messages
    with pytest.raises(Rejected, match="hides 300 replies"):
        answer.hide(session, question(message))
