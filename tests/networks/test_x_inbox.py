"""What people write on X: at which price, what X refuses, and what the sign-in allows."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from cmflow.model import Author, Contact, Message, Part, Receipt, Text, Variant, Visibility
from cmflow.model.errors import NotSent, Rejected, Unsure
from cmflow.netkit import http
from cmflow.netkit.network import Inquiry, Outgoing, Question
from cmflow.networks import x
from cmflow.networks.x import answer, letters
from cmflow.networks.x import post as posting
from cmflow.networks.x.call import X as Session
from cmflow.networks.x.inbox import WATCHED, inbox
from cmflow.sandbox.fakes.x import X
from cmflow.sandbox.fakes.x_people import person
from tests.networks import openapi, spec
from tests.networks.contract import NOON, trace
from tests.networks.test_x import ACCESS

SINCE = NOON - timedelta(days=1)


@pytest.fixture
def server() -> X:
    return X()


@pytest.fixture
def transport(server: X) -> spec.Checked:
    return spec.Checked(spec.of(openapi.x), server)


@pytest.fixture
def session(transport: spec.Checked) -> Session:
    return posting.connect(http.client(transport), ACCESS)


def outgoing(text: str, **changes: Any) -> Outgoing:
    part = Part(Text(text), x.network.limits.form(Text(text)))
    return Outgoing(Variant("reply-1", "team", "x", NOON, (part,)), 0, "k", NOON.timestamp(), **changes)


def question(message: Message) -> Question:
    return Question(message.conversation, trace(message))


def test_a_message_whole(session: Session, server: X) -> None:
    post = server.write("Our post")
    id = server.hear("Fine & <good>", below=post)
    short = "https://t.co/0000000001"
    picture = {"start": 50, "end": 73, "url": "https://t.co/pic", "media_key": "3_1"}
    link = {"start": 0, "end": 23, "url": short, "expanded_url": "https://example.org/long"}
    server.tweets[id] |= {
        "text": f"Fine &amp; &lt;good&gt; {short} https://t.co/pic",
        "entities": {"urls": [link, picture]},
        "lang": "fr",
    }
    ana = person("ana")
    [message] = inbox(session, Inquiry("", SINCE, (Receipt(0, post, "", NOON),))).messages
    assert message == Message(
        id=id,
        conversation=post,
        contact=Contact.COMMENT,
        time=NOON + timedelta(seconds=2),
        author=Author(ana["id"], "ana", "@ana", "https://x.com/ana"),
        text="Fine & <good> https://example.org/long",
        url=f"https://x.com/ana/status/{id}",
        above=post,
        post=post,
        language="fr",
    )


def test_a_comment_on_a_post_that_cmflow_does_not_know_is_about_it(session: Session, server: X) -> None:
    post = server.write("By hand")
    first = server.hear("One", below=post)
    server.hear("Two", "ben", below=first)
    told = [(message.post, message.conversation) for message in inbox(session, Inquiry("", SINCE)).messages]
    assert told == [(post, post), ("", post)]


def test_an_edit_is_the_same_message(session: Session, server: X) -> None:
    id = server.hear("Helo", contact=Contact.MENTION)
    first = inbox(session, Inquiry("", SINCE))
    server.amend(id, "Hello")
    [edited] = inbox(session, Inquiry(first.cursor, SINCE)).messages
    assert (edited.id, edited.text, edited.edited) == (id, "Hello", NOON + timedelta(seconds=2))


def test_what_is_known_already_is_not_paid_for_again(session: Session, server: X, transport: spec.Checked) -> None:
    id = server.hear("When?", contact=Contact.MENTION)
    own = server.write("Soon", id)
    first = inbox(session, Inquiry("", SINCE))
    assert server.charged == {id: 1, own: 1}
    start = len(transport.requests)
    inbox(session, Inquiry(first.cursor, SINCE))
    asked = [(request.url.path, request.url.params.get("since_id")) for request in transport.requests[start:]]
    assert asked == [
        ("/2/users/2244994945/mentions", id),
        ("/2/users/2244994945/tweets", own),
        ("/2/dm_events", None),
    ]


def test_few_posts_are_looked_at_again(session: Session, server: X, transport: spec.Checked) -> None:
    for number in range(WATCHED + 5):
        server.hear(str(number), contact=Contact.MENTION)
    messages = inbox(session, Inquiry("", SINCE)).messages
    newest = tuple(map(trace, reversed(messages)))
    for item in (newest[0], newest[-1]):
        server.remove(item.id)
    mail = inbox(session, Inquiry(inbox(session, Inquiry("", SINCE)).cursor, SINCE, watched=newest))
    assert mail.deleted == (newest[0].id,)
    assert len(transport.requests[-1].url.params["ids"].split(",")) == WATCHED


def test_a_post_that_is_only_not_shown_is_not_deleted(session: Session, server: X) -> None:
    id = server.hear("Hello", contact=Contact.MENTION)
    first = inbox(session, Inquiry("", SINCE))
    kind = "https://api.twitter.com/2/problems/not-authorized-for-resource"
    problem = {"type": kind, "title": "Forbidden", "value": id, "resource_id": id, "detail": "Sorry"}

    def hidden(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"errors": [problem]}) if request.url.path == "/2/tweets" else server(request)

    locked = posting.connect(http.client(httpx.MockTransport(hidden)), ACCESS)
    assert inbox(locked, Inquiry(first.cursor, SINCE, watched=tuple(map(trace, first.messages)))).deleted == ()


def test_an_answer_that_x_refuses_is_for_a_person(session: Session, server: X) -> None:
    """Apps may answer only where the author mentioned or quoted the account, or it is gone: X says which."""
    id = server.hear("When?", contact=Contact.MENTION)
    [message] = inbox(session, Inquiry("", SINCE)).messages
    del server.tweets[id]
    with pytest.raises(Rejected, match="deleted or not visible") as caught:
        answer.reply(session, outgoing("Soon"), question(message))
    assert caught.value.hint == answer.BY_HAND


def test_an_answer_has_a_price_of_its_own() -> None:
    limits = x.network.reply_limits
    assert limits is not None and limits.post_price is not None and limits.link_price is not None
    assert (limits.post_price.money.amount, limits.link_price.money.amount) == (Decimal("0.010"), Decimal("0.20"))
    assert replace(limits, post_price=x.network.limits.post_price) == x.network.limits


def test_an_answer_is_found_with_the_names_that_x_puts_before_it(session: Session, server: X) -> None:
    id = server.hear("When?", contact=Contact.MENTION)
    [message] = inbox(session, Inquiry("", SINCE)).messages
    own = server.write("@ana Soon", id)
    remote = answer.find_reply(session, outgoing("Soon"), question(message))
    assert remote is not None and remote.id == own
    with pytest.raises(Unsure, match="does not know"):
        answer.find_reply(session, outgoing("Never"), question(message))


# ── direct messages ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_sign_in_that_does_not_allow_them_is_a_gap(session: Session, server: X) -> None:
    server.is_private = False
    server.hear("Hello", contact=Contact.MENTION)
    server.hear("Psst", contact=Contact.DIRECT)
    mail = inbox(session, Inquiry("", SINCE))
    assert ([message.text for message in mail.messages], mail.gaps) == (["Hello"], (letters.CLOSED,))
    server.is_private = True
    assert [message.text for message in inbox(session, Inquiry(mail.cursor, SINCE)).messages] == ["Psst"]


def test_a_direct_message_is_answered_as_one(session: Session, server: X) -> None:
    server.hear("Psst", contact=Contact.DIRECT)
    [message] = inbox(session, Inquiry("", SINCE)).messages
    assert message.visibility is Visibility.PRIVATE
    answer.reply(session, outgoing("Hush"), question(message))
    assert ([letter["text"] for letter in server.letters], server.posts) == (["Psst", "Hush"], [])
    with pytest.raises(Rejected, match="cannot be hidden"):
        answer.hide(session, question(message))


def test_direct_messages_are_asked_for_few_at_a_time(session: Session, server: X, transport: spec.Checked) -> None:
    server.hear("One", contact=Contact.DIRECT)
    inbox(session, Inquiry("", SINCE))
    asked = [request.url.params["max_results"] for request in transport.requests if request.url.path == "/2/dm_events"]
    assert asked == [str(letters.FEW)]


# ── hiding ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_answers_to_our_posts_are_hidden(session: Session, server: X) -> None:
    server.hear("Buy this", contact=Contact.MENTION)
    [message] = inbox(session, Inquiry("", SINCE)).messages
    with pytest.raises(Rejected, match="hides only answers to posts of this account") as caught:
        answer.hide(session, question(message))
    assert caught.value.hint


def test_an_old_sign_in_may_not_hide(session: Session) -> None:
    def refusing(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={"title": "Unauthorized"}) if request.method == "PUT" else X()(request)

    locked = posting.connect(http.client(httpx.MockTransport(refusing)), ACCESS)
    server = X()
    server.hear("Buy this", below=server.write("Our post"))
    [message] = inbox(posting.connect(http.client(httpx.MockTransport(server)), ACCESS), Inquiry("", SINCE)).messages
    with pytest.raises(NotSent):
        answer.hide(locked, question(message))
