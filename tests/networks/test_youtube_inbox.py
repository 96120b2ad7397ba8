"""What people write below the videos of a YouTube channel, and its answers: held to Google's description."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from cmflow.model import Author, Contact, Message
from cmflow.model.errors import NotSent, Rejected, Throttled, Unsure
from cmflow.netkit.network import Mail, Question
from cmflow.networks.youtube import network, video
from cmflow.networks.youtube.call import Channel
from cmflow.networks.youtube.inbox import KIDS, find_reply, hide, inbox, reply
from cmflow.sandbox.fakes.people import number as person
from cmflow.sandbox.fakes.youtube import CHANNEL, YouTube
from tests.networks import contract, desk
from tests.networks.contract import NOON, Place
from tests.networks.desk import inquiry, question
from tests.networks.test_youtube import FILM, FIRST, access, connected, message, transport

WATCH = f"{FIRST.url}&lc="


class TestInbox(contract.Inbox, contract.FindReply, contract.Hide):
    network = network
    attached = (FILM,)

    @pytest.fixture
    def audience(self) -> YouTube:
        return YouTube()

    @pytest.fixture
    def place(self, audience: YouTube) -> Place:
        self.server = audience
        return Place(access(), lambda: [*audience.posts, *audience.answers], transport(audience))

    def hidden(self) -> list[str]:
        return self.server.hidden


@pytest.fixture
def server() -> YouTube:
    """A channel with one video."""
    server = YouTube()
    video.publish(connected(server), message(), ())
    return server


@pytest.fixture
def session(server: YouTube) -> Channel:
    return connected(server)


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def read(session: Channel, **changes: Any) -> Mail:
    return inbox(session, inquiry(FIRST.id, **changes))


def heard(server: YouTube, session: Channel) -> Question:
    server.hear("When?", below=FIRST.id)
    return question(read(session).messages[0])


def test_a_comment_and_its_answers_are_one_conversation(server: YouTube, session: Channel) -> None:
    first = server.hear("When?", below=FIRST.id)
    below = server.write("Tomorrow", first)
    site = "https://www.youtube.com/channel"
    ana = Author(person("ana"), "@ana", "@ana", f"{site}/{person('ana')}")
    us = Author(CHANNEL, "@team", "@team", f"{site}/{CHANNEL}", ours=True)
    assert read(session).messages == (
        Message(first, first, Contact.COMMENT, at(1), ana, "When?", f"{WATCH}{first}", post=FIRST.id),
        Message(below, first, Contact.COMMENT, at(2), us, "Tomorrow", f"{WATCH}{below}", first, FIRST.id),
    )


def test_the_account_of_an_author_may_be_closed(server: YouTube, session: Channel) -> None:
    server.closed = ("ana",)
    server.hear("When?", below=FIRST.id)
    assert read(session).messages[0].author.id == "unknown"


def test_answers_that_a_thread_does_not_show_are_asked_for(server: YouTube, session: Channel) -> None:
    first = server.hear("When?", below=FIRST.id)
    for count in range(150):
        server.hear(f"{count}", below=first)
    assert len(read(session).messages) == 151


def test_a_late_answer_in_an_old_thread_is_read(server: YouTube, session: Channel) -> None:
    first = server.hear("When?", below=FIRST.id)
    mail = read(session)
    server.now += timedelta(days=10)
    for count in range(7):
        server.hear(f"Thread {count}", below=FIRST.id)
    latest = read(session, cursor=mail.cursor, watched=mail.messages)
    server.now += timedelta(days=1)
    late = server.hear("Still when?", below=first)
    again = read(session, cursor=latest.cursor, watched=mail.messages)
    assert [message.id for message in again.messages] == [late]


def test_watching_costs_a_unit_for_fifty(server: YouTube, session: Channel) -> None:
    for count in range(60):
        server.hear(f"{count}", below=FIRST.id)
    mail = read(session)
    units = server.quota
    assert read(session, cursor=mail.cursor, watched=mail.messages).messages == ()
    assert units - server.quota == 3


def test_videos_for_kids_have_no_comments(server: YouTube) -> None:
    assert read(connected(server, made_for_kids="true")).gaps == (KIDS,)


def test_the_quota_ends_the_inquiry(server: YouTube, session: Channel) -> None:
    server.quota = 0
    with pytest.raises(Throttled) as caught:
        read(session)
    assert caught.value.retry_at == datetime(2026, 12, 2, 8, tzinfo=NOON.tzinfo)


def test_an_answer_is_one_level_below_the_first_comment(server: YouTube, session: Channel) -> None:
    first = server.hear("When?", below=FIRST.id)
    server.hear("I ask that too", "ben", below=first)
    remote = reply(session, desk.answer(network, "Tomorrow"), question(read(session).messages[1]))
    assert server.thoughts[remote.id]["snippet"]["parentId"] == first
    assert remote.url == f"{WATCH}{remote.id}"


def test_an_answer_costs_fifty_units(server: YouTube, session: Channel) -> None:
    asked = heard(server, session)
    units = server.quota
    reply(session, desk.answer(network, "Tomorrow"), asked)
    assert units - server.quota == 50


def test_an_answer_that_has_a_receipt_is_another(server: YouTube, session: Channel) -> None:
    asked = heard(server, session)
    remote = reply(session, desk.answer(network, "Tomorrow"), asked)
    assert find_reply(session, desk.answer(network, "Tomorrow", known=frozenset((remote.id,))), asked) is None
    assert find_reply(session, desk.answer(network, "Tomorrow", written=at(86_400)), asked) is None


def test_below_a_comment_that_was_deleted_is_no_answer(server: YouTube, session: Channel) -> None:
    asked = heard(server, session)
    server.remove(asked.trace.id)
    assert find_reply(session, desk.answer(network, "Tomorrow"), asked) is None
    hide(session, asked)


def test_a_thread_may_be_too_long_to_look_through(
    server: YouTube, session: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = heard(server, session)
    for count in range(200):
        server.hear(f"{count}", below=asked.conversation)
    monkeypatch.setattr("cmflow.networks.youtube.inbox.REPLIES", 2)
    with pytest.raises(Unsure, match="too many answers"):
        find_reply(session, desk.answer(network, "Tomorrow"), asked)


def test_comments_have_no_pictures(session: Channel, server: YouTube) -> None:
    with pytest.raises(Rejected, match="no pictures"):
        reply(session, message("Look"), heard(server, session))


@pytest.mark.parametrize(
    ("reason", "words"), [("commentsDisabled", "turned off"), ("parentCommentIsPrivate", "private videos")]
)
def test_a_refusal_says_what_to_do(server: YouTube, reason: str, words: str) -> None:
    error = {"code": 403, "message": "No.", "errors": [{"reason": reason, "domain": "youtube.comment"}]}
    asked = heard(server, connected(server))

    def answer(request: httpx.Request) -> httpx.Response:
        is_answer = request.method == "POST" and request.url.path.endswith("/comments")
        return httpx.Response(403, json={"error": error}) if is_answer else server(request)

    with pytest.raises(Rejected) as caught:
        reply(connected(answer), desk.answer(network, "Tomorrow"), asked)
    assert words in caught.value.hint


@pytest.mark.parametrize("body", ["{}", "[]", "[" * 100_000, '{"kind": 7}'])
def test_a_list_that_is_none_is_no_answer(server: YouTube, body: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=body) if request.url.path.endswith("commentThreads") else server(request)

    with pytest.raises(NotSent, match="cannot be read"):
        read(undescribed(answer))


def undescribed(handler: Callable[[httpx.Request], httpx.Response]) -> Channel:
    from cmflow.netkit import http
    from cmflow.networks.youtube import channel

    return channel.connect(http.client(httpx.MockTransport(handler)), access())


def test_entries_that_cannot_be_read_are_left_out_and_said(server: YouTube) -> None:
    server.hear("When?", below=FIRST.id)

    def answer(request: httpx.Request) -> httpx.Response:
        response = server(request)
        if not request.url.path.endswith("commentThreads"):
            return response
        body = response.json()
        body["items"] = [None, 7, {}, {"snippet": None}, *body["items"]]
        return httpx.Response(200, text=json.dumps(body))

    mail = read(undescribed(answer))
    assert [message.text for message in mail.messages] == ["When?"]
    assert mail.gaps == (
        "YouTube returned 4 messages, which it describes in a way that cmflow cannot read: look there yourself.",
    )
