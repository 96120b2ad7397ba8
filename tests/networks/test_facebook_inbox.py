"""What people write to a Facebook Page, and its answers: held to Meta's description, and to what strangers may send."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from cmflow.model import Author, Contact, Message, Remote, Visibility
from cmflow.model.errors import Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import http
from cmflow.netkit.network import Inquiry, Mail, Question
from cmflow.networks.facebook import answer, network, page
from cmflow.networks.facebook.inbox import inbox
from cmflow.networks.facebook.page import Page
from cmflow.sandbox.fakes.facebook import PAGE, SCOPES, Facebook
from cmflow.sandbox.fakes.people import number as person
from tests.networks import contract, desk
from tests.networks.contract import NOON, Place
from tests.networks.desk import inquiry, question
from tests.networks.test_facebook import access, message, transport

Handler = Callable[[httpx.Request], httpx.Response]
POST = f"{PAGE}_1000001"
SITE = "https://www.facebook.com"
WHO = person("ana")
ANA = Author(WHO, "ana", url=f"{SITE}/{WHO}")
MENTION, DIRECT = Contact.MENTION, Contact.DIRECT


@pytest.fixture
def server() -> Facebook:
    """A Page with one post."""
    server = Facebook()
    page.publish(connected(server), message("Hello"), ())
    return server


@pytest.fixture
def session(server: Facebook) -> Page:
    return connected(server)


def connected(handler: Handler) -> Page:
    return page.connect(http.client(transport(handler)), access(page=PAGE))


def read(session: Page, **changes: Any) -> Mail:
    return inbox(session, inquiry(POST, **changes))


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


class TestInbox(contract.Inbox, contract.FindReply, contract.Hide):
    network = network
    contacts = (Contact.COMMENT, Contact.MENTION, Contact.DIRECT)

    @pytest.fixture
    def audience(self) -> Facebook:
        return Facebook()

    @pytest.fixture
    def place(self, audience: Facebook) -> Place:
        self.server = audience
        return Place(access(), lambda: [*audience.posts, *audience.answers], transport(audience))

    def hidden(self) -> list[str]:
        return self.server.hidden


# ── what is read ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_comment_and_the_comments_below_it_are_one_conversation(server: Facebook, session: Page) -> None:
    first = server.hear("When?", below=POST)
    below = server.hear("I ask that too", "ben", below=first)
    mail, ben = read(session), person("ben")
    assert mail.messages == (
        Message(first, first, Contact.COMMENT, at(1), ANA, "When?", f"{SITE}/{first}", post=POST),
        Message(
            *(below, first, Contact.COMMENT, at(2)),
            Author(ben, "ben", url=f"{SITE}/{ben}"),
            *("I ask that too", f"{SITE}/{below}", first, POST),
        ),
    )
    assert (mail.gaps, mail.deleted, mail.more) == ((), (), False)


def test_a_direct_message_can_be_answered_for_a_day(server: Facebook, session: Page) -> None:
    number = server.hear("Only for you", contact=DIRECT)
    [direct] = read(session).messages
    assert direct == Message(
        *(number, f"t_{WHO}", Contact.DIRECT, at(1), ANA, "Only for you", f"{SITE}/{PAGE}/inbox/{WHO}/"),
        visibility=Visibility.PRIVATE,
        until=at(1) + timedelta(days=1),
    )


def test_a_post_that_names_the_page_is_a_mention(server: Facebook, session: Page) -> None:
    number = server.hear("Look at Our Page", contact=MENTION)
    [mention] = read(session).messages
    url = f"{SITE}/{number}"
    assert mention == Message(number, number, Contact.MENTION, at(1), ANA, "Look at Our Page", url)


def test_what_we_write_by_hand_is_ours(server: Facebook, session: Page) -> None:
    first = server.hear("When?", below=POST)
    server.write("Tomorrow", first)
    by_hand = read(session).messages[1]
    us = Author(PAGE, "Our Page", url=f"{SITE}/{PAGE}", ours=True)
    assert (by_hand.author, by_hand.conversation, by_hand.text) == (us, first, "Tomorrow")


def test_an_author_that_facebook_does_not_name_is_unknown(server: Facebook, session: Page) -> None:
    server.withholds = True
    server.hear("When?", below=POST)
    assert [message.author for message in read(session).messages] == [Author("unknown")]


def test_a_late_comment_on_an_old_post_is_read(server: Facebook, session: Page) -> None:
    mail = read(session)
    server.created = "2027-03-01T12:00:00+0000"
    server.hear("Still true?", below=POST)
    assert [message.text for message in read(session, cursor=mail.cursor).messages] == ["Still true?"]


def test_the_next_inquiry_begins_an_hour_before_the_latest_message(server: Facebook, session: Page) -> None:
    server.hear("Early", below=POST)
    first = read(session)
    server.created = "2026-12-01T15:00:00+0000"
    number = server.hear("Late", below=POST)
    mail = read(session, cursor=first.cursor)
    assert json.loads(mail.cursor) == {"since": "2026-12-01T14:00:01+00:00", "ids": {number: 1796137201}}


def test_a_time_far_ahead_does_not_move_the_next_inquiry(server: Facebook, session: Page) -> None:
    number = server.hear("From the future", below=POST)
    server.known(number)["created_time"] = "2999-01-01T00:00:00+0000"
    mail = read(session)
    assert [message.text for message in mail.messages] == ["From the future"]
    assert json.loads(mail.cursor)["since"] == desk.SINCE.isoformat()


def test_posts_are_asked_for_many_at_once(server: Facebook, session: Page) -> None:
    posts = [f"{PAGE}_{count}" for count in range(2_000_000, 2_000_120)]
    inbox(session, inquiry(POST, *posts))
    checked = session.graph.client.http._transport
    batches = [request for request in checked.requests if request.url.path == "/v26.0/"]  # type: ignore[attr-defined]
    assert len(batches) == 3


def test_watched_messages_are_looked_at_again_however_old(server: Facebook, session: Page) -> None:
    numbers = [server.hear(text, below=POST) for text in ("One", "Two")]
    numbers += [server.hear("Three", contact=MENTION), server.hear("Four", contact=DIRECT)]
    mail = read(session)
    server.amend(numbers[0], "One, corrected")
    server.amend(numbers[2], "Three, corrected")
    server.remove(numbers[1])
    server.remove(numbers[3])
    looked = read(session, cursor='{"since":"2027-01-01T00:00:00+00:00"}', watched=mail.messages)
    assert [(one.text, one.edited) for one in looked.messages] == [
        *(("One, corrected", at(4)), ("Three, corrected", at(4)))
    ]
    assert looked.deleted == (numbers[1], numbers[3])


@pytest.mark.parametrize(
    ("scope", "words"),
    [("pages_read_user_content", "mentions"), ("pages_messaging", "direct messages")],
)
def test_a_missing_permission_is_a_gap(server: Facebook, session: Page, scope: str, words: str) -> None:
    server.hear("When?", below=POST)
    server.hear("Only for you", contact=DIRECT)
    server.scopes = tuple(one for one in SCOPES if one != scope)
    mail = read(session)
    assert len(mail.messages) == 1
    assert mail.gaps[0] == (f"Facebook does not let us read {words} of “Our Page”: allow {scope}: cmflow connect team")


@pytest.mark.parametrize(
    "odd",
    [
        None,
        7,
        {},
        {"id": None},
        {"id": "1_2", "created_time": "9999-99-99", "message": "x"},
        {"id": "1_2", "created_time": "2026-12-01T12:00:00+0000", "from": {"id": None}},
        {"id": "1_2", "created_time": "2026-12-01T12:00:00+0000", "from": [], "message": "x"},
        {"id": "1 2", "created_time": "2026-12-01T12:00:00+0000"},
    ],
    ids=repr,
)
def test_what_cannot_be_read_is_left_out_and_said(server: Facebook, odd: Any) -> None:
    server.hear("When?", below=POST)
    server.hear("Only for you", contact=DIRECT)
    server.hear("Look", contact=MENTION)

    def answer(request: httpx.Request) -> httpx.Response:
        response = server(request)
        body = response.json()
        if request.url.path.endswith("/v26.0/"):
            for one in body:
                listed = json.loads(one["body"])
                listed["data"] = [odd, *listed["data"]]
                one["body"] = json.dumps(listed)
        elif request.url.path.endswith(("/tagged", "/conversations")):
            body["data"] = [odd, *body["data"]]
        return httpx.Response(response.status_code, json=body)

    mail = read(connected(answer))
    assert {message.text for message in mail.messages} == {"When?", "Only for you", "Look"}
    assert mail.gaps and "cannot" in mail.gaps[-1]


@pytest.mark.parametrize("body", ["[" * 100_000, "[]", "[null]", '[{"code":200}]', '[{"body":"["}]', '[{"body":"[]"}]'])
def test_a_batch_that_cannot_be_read_is_a_gap_or_no_answer(server: Facebook, body: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        is_batch = request.url.path == "/v26.0/"
        return httpx.Response(200, text=body) if is_batch else server(request)

    try:
        mail = read(connected(answer))
    except NotSent as error:
        assert str(error) == "Facebook returned an answer that cannot be read."
    else:
        assert mail.gaps == (f"Facebook did not tell the comments of {SITE}/{PAGE}/posts/1000001 this time.",)


def test_a_limit_in_a_batch_ends_the_inquiry(server: Facebook) -> None:
    error = {"error": {"code": 32, "message": "Page request limit reached"}}

    def answer(request: httpx.Request) -> httpx.Response:
        is_batch = request.url.path == "/v26.0/"
        return httpx.Response(200, json=[{"code": 400, "body": json.dumps(error)}]) if is_batch else server(request)

    with pytest.raises(Throttled):
        read(connected(answer))


@pytest.mark.parametrize("cursor", ["", "{", "[]", '{"since": 7}', '{"backlog": [7, [1]]}', "[" * 99_999])
def test_a_cursor_that_cannot_be_read_is_none(server: Facebook, session: Page, cursor: str) -> None:
    server.hear("When?", below=POST)
    assert [message.text for message in read(session, cursor=cursor).messages] == ["When?"]


def test_a_post_that_is_not_there_has_no_comments(session: Page) -> None:
    assert inbox(session, inquiry(f"{PAGE}_999")).messages == ()


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────


def heard(server: Facebook, session: Page, text: str = "When?", **how: Any) -> Question:
    """The question that a person asks now."""
    number = server.hear(text, **how)
    return question(next(message for message in read(session).messages if message.id == number))


def test_an_answer_is_below_the_first_comment_and_is_found(server: Facebook, session: Page) -> None:
    wanted, thread = desk.answer(network, "Tomorrow"), heard(server, session, below=POST)
    assert answer.find_reply(session, wanted, thread) is None
    remote = answer.reply(session, wanted, thread)
    assert remote.url == f"{SITE}/1000001?comment_id={remote.id.partition('_')[2]}"
    assert server.known(remote.id)["parent"] == {"id": thread.conversation}
    assert answer.find_reply(session, wanted, thread) == remote
    assert answer.find_reply(session, desk.answer(network, "Tomorrow", known=frozenset((remote.id,))), thread) is None
    assert (
        answer.find_reply(session, desk.answer(network, "Tomorrow", written=NOON + timedelta(days=1)), thread) is None
    )


def test_a_mention_is_answered_below_it(server: Facebook, session: Page) -> None:
    wanted, mention = desk.answer(network, "Thank you"), heard(server, session, contact=MENTION)
    remote = answer.reply(session, wanted, mention)
    assert [one["message"] for one in server.comments[mention.trace.id]] == ["Thank you"]
    assert answer.find_reply(session, wanted, mention) == remote


def test_a_direct_message_is_answered_as_one_and_nowhere_else(server: Facebook, session: Page) -> None:
    wanted, direct = desk.answer(network, "Tomorrow"), heard(server, session, contact=DIRECT)
    assert answer.find_reply(session, wanted, direct) is None
    remote = answer.reply(session, wanted, direct)
    assert remote == Remote(server.threads[f"t_{WHO}"][-1]["id"])
    assert not server.comments
    assert answer.find_reply(session, wanted, direct) == remote


def test_after_a_day_a_person_answers_by_hand(server: Facebook, session: Page) -> None:
    direct = heard(server, session, contact=DIRECT)
    server.is_late = True
    with pytest.raises(Rejected) as caught:
        answer.reply(session, desk.answer(network, "Sorry, late"), direct)
    assert str(caught.value) == (
        "Facebook takes an answer to a direct message within 24 hours after it, and they are over."
    )
    assert caught.value.hint == "Answer by hand: https://business.facebook.com/latest/inbox"


def test_a_direct_message_has_2000_characters(server: Facebook, session: Page) -> None:
    direct = heard(server, session, contact=DIRECT)
    with pytest.raises(Rejected, match="2,000 characters"):
        answer.reply(session, desk.answer(network, "x" * 2_001), direct)
    assert answer.reply(session, desk.answer(network, "x" * 2_000), direct).id


def test_more_messages_than_facebook_shows_cannot_be_told_apart(server: Facebook, session: Page) -> None:
    direct = heard(server, session, contact=DIRECT)
    for count in range(20):
        server.hear(f"{count}", contact=DIRECT)
    with pytest.raises(Unsure, match="the last 20 messages"):
        answer.find_reply(session, desk.answer(network, "Tomorrow"), direct)
    assert [gap for gap in read(session).gaps if "last 20 messages" in gap]


def test_a_comment_is_hidden_twice_as_once(server: Facebook, session: Page) -> None:
    thread = heard(server, session, below=POST)
    for _ in range(2):
        answer.hide(session, thread)
    assert server.known(thread.trace.id)["is_hidden"] is True
    server.remove(thread.trace.id)
    answer.hide(session, thread)


def test_only_comments_are_hidden(server: Facebook, session: Page) -> None:
    with pytest.raises(Rejected, match="hides comments only"):
        answer.hide(session, heard(server, session, contact=DIRECT))


def test_without_the_permission_there_is_no_answer(server: Facebook, session: Page) -> None:
    thread = heard(server, session, below=POST)
    server.scopes = tuple(scope for scope in SCOPES if scope != "pages_manage_engagement")
    with pytest.raises(Denied, match="pages_manage_engagement"):
        answer.reply(session, desk.answer(network, "Tomorrow"), thread)


def test_the_question_may_be_deleted(server: Facebook, session: Page) -> None:
    thread = heard(server, session, below=POST)
    server.remove(thread.trace.id)
    with pytest.raises(Rejected):
        answer.reply(session, desk.answer(network, "Tomorrow"), thread)


def test_asking_changes_nothing(server: Facebook, session: Page) -> None:
    server.hear("When?", below=POST)
    assert read(session) == read(session)
    assert inbox(session, Inquiry("", desk.SINCE)).messages == ()
