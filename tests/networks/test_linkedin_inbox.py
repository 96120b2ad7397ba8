"""Comments below an organisation's posts on LinkedIn, and its answers: held to what LinkedIn's docs say."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from cmflow.model import Author, Contact, Message, Visibility
from cmflow.model.errors import Denied, NotSent, Rejected, Unsure
from cmflow.netkit import http
from cmflow.netkit.network import Mail, Question
from cmflow.networks.linkedin import network, post
from cmflow.networks.linkedin.call import LinkedIn
from cmflow.networks.linkedin.inbox import PERSON as NO_PERSON
from cmflow.networks.linkedin.inbox import find_reply, inbox, reply
from cmflow.sandbox.fakes import linkedin as fake
from cmflow.sandbox.fakes.people import number as person
from tests.networks import contract, desk
from tests.networks.contract import NOON, Place
from tests.networks.desk import inquiry, question
from tests.networks.test_linkedin import ORGANISATION, PERSON, session, transport

POST = "urn:li:share:7001"
FEED = f"https://www.linkedin.com/feed/update/{POST}/?commentUrn="


class TestInbox(contract.Inbox, contract.FindReply):
    network = network

    @pytest.fixture
    def audience(self) -> fake.LinkedIn:
        return fake.LinkedIn(scopes=fake.PAGE_SCOPES)

    @pytest.fixture
    def place(self, audience: fake.LinkedIn) -> Place:
        return Place(ORGANISATION, lambda: audience.posts, transport(audience))


@pytest.fixture
def server() -> fake.LinkedIn:
    """An organisation with one post."""
    server = fake.LinkedIn()
    post.publish(session(server), desk.answer(network, "Hello"), ())
    return server


@pytest.fixture
def linkedin(server: fake.LinkedIn) -> LinkedIn:
    return session(server)


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def read(linkedin: LinkedIn, *posts: str, **changes: Any) -> Mail:
    return inbox(linkedin, inquiry(*(posts or (POST,)), **changes))


def heard(server: fake.LinkedIn, linkedin: LinkedIn) -> Question:
    server.hear("When?", below=POST)
    return question(read(linkedin).messages[0])


def paths(linkedin: LinkedIn) -> list[str]:
    requests = linkedin.api.http._transport.requests  # type: ignore[attr-defined]
    return [request.url.path for request in requests]


def test_a_comment_and_its_answers_are_one_conversation(server: fake.LinkedIn, linkedin: LinkedIn) -> None:
    first = server.hear("When?", below=POST)
    below = server.write("Tomorrow", first)
    ana, us = Author(f"urn:li:person:{person('ana')}"), Author(fake.ORGANISATION, ours=True)
    first_url, below_url = (FEED + httpx.QueryParams({"": urn}).__str__()[1:] for urn in (first, below))
    assert read(linkedin).messages == (
        Message(first, first, Contact.COMMENT, at(1), ana, "When?", first_url, post=POST),
        Message(below, first, Contact.COMMENT, at(2), us, "Tomorrow", below_url, first, POST),
    )


def test_a_post_without_new_comments_is_not_read(server: fake.LinkedIn, linkedin: LinkedIn) -> None:
    server.hear("When?", below=POST)
    mail = read(linkedin)
    assert json.loads(mail.cursor)["counts"] == {POST: 1}
    before = len(paths(linkedin))
    again = read(linkedin, cursor=mail.cursor)
    assert (again.messages, again.cursor) == ((), mail.cursor)
    assert paths(linkedin)[before:] == ["/rest/socialMetadata"]


def test_a_comment_that_shows_late_is_not_lost(server: fake.LinkedIn, linkedin: LinkedIn) -> None:
    early = server.hear("Early", below=POST)
    kept = server.shown.pop(early)
    server.created += 7_200_000
    server.hear("Late", below=POST)
    mail = read(linkedin)
    server.shown[early] = kept
    assert [message.text for message in read(linkedin, cursor=mail.cursor).messages] == ["Early"]


def test_what_one_inquiry_does_not_read_the_next_does(server: fake.LinkedIn, linkedin: LinkedIn) -> None:
    for _ in range(29):
        post.publish(linkedin, desk.answer(network, f"Post {len(server.shown)}"), ())
    posts = [urn for urn in server.shown if urn.startswith("urn:li:share")]
    for urn in posts:
        server.hear("When?", below=urn)
    first = read(linkedin, *posts)
    second = read(linkedin, *posts, cursor=first.cursor)
    assert (len(first.messages), first.more, len(second.messages), second.more) == (25, True, 5, False)
    assert read(linkedin, *posts, cursor=second.cursor).messages == ()


def test_a_persons_posts_are_read_by_no_program() -> None:
    member = session(fake.LinkedIn(scopes=fake.MEMBER_SCOPES), PERSON)
    assert read(member, cursor="c") == Mail((), "c", gaps=(NO_PERSON,))
    asked = Question("urn:li:comment:(urn:li:share:7001,7002)", trace_of("urn:li:comment:(urn:li:share:7001,7002)"))
    for act in (reply, find_reply):
        with pytest.raises(Denied, match="below a person's posts"):
            act(member, desk.answer(network, "Tomorrow"), asked)


def trace_of(id: str) -> Any:
    message = Message(id, id, Contact.COMMENT, NOON, Author("a"), "x", visibility=Visibility.PUBLIC)
    return contract.trace(message)


def test_without_the_scope_there_is_a_gap(server: fake.LinkedIn) -> None:
    server.hear("When?", below=POST)
    server.scopes = ("w_organization_social", "r_organization_social")
    mail = read(session(server))
    hint = "it takes the scope r_organization_social_feed: cmflow connect team"
    assert mail.gaps == (f"LinkedIn does not let us read the comments of {session(server).name}: {hint}",)


def test_an_answer_is_below_the_first_comment(server: fake.LinkedIn, linkedin: LinkedIn) -> None:
    first = server.hear("When?", below=POST)
    server.hear("I ask that too", "ben", below=first)
    remote = reply(linkedin, desk.answer(network, "Tomorrow"), question(read(linkedin).messages[1]))
    assert server.shown[remote.id]["parentComment"] == first


def test_an_answer_in_other_words_makes_unsure(server: fake.LinkedIn, linkedin: LinkedIn) -> None:
    asked = heard(server, linkedin)
    server.write("By hand", asked.conversation)
    with pytest.raises(Unsure, match="none has exactly these words"):
        find_reply(linkedin, desk.answer(network, "Tomorrow"), asked)
    assert find_reply(linkedin, desk.answer(network, "Tomorrow", written=at(86_400)), asked) is None


def test_an_answer_has_1250_characters_and_no_pictures(server: fake.LinkedIn, linkedin: LinkedIn) -> None:
    with pytest.raises(Rejected, match="1,250"):
        reply(linkedin, desk.answer(network, "x" * 1_251), heard(server, linkedin))


def test_what_is_no_comment_is_not_answered(linkedin: LinkedIn) -> None:
    with pytest.raises(Rejected, match="not a comment"):
        reply(linkedin, desk.answer(network, "x"), Question("7", trace_of("7")))


@pytest.mark.parametrize("body", ["{}", "[]", "[" * 100_000, '{"elements": 7}'])
def test_a_list_that_is_none_is_no_answer(server: fake.LinkedIn, body: str) -> None:
    server.hear("When?", below=POST)
    with pytest.raises(NotSent, match="cannot be read"):
        read(undescribed(server, body))


def undescribed(server: fake.LinkedIn, body: str) -> LinkedIn:
    """A server that answers so to the question for comments."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=body) if request.url.path.endswith("/comments") else server(request)

    handler: Callable[[httpx.Request], httpx.Response] = answer
    return post.connect(http.client(httpx.MockTransport(handler)), ORGANISATION)
