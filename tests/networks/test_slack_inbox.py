"""What people write to a bot on Slack, and its answers: held to the methods' descriptions."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cmflow.model import Author, Contact, Message
from cmflow.model.errors import Denied, NotSent, Rejected
from cmflow.netkit import http
from cmflow.netkit.network import Mail, Question
from cmflow.networks.slack import channel as adapter
from cmflow.networks.slack import network
from cmflow.networks.slack.call import Slack
from cmflow.networks.slack.inbox import HOOK, find_reply, inbox, reply
from cmflow.sandbox.fakes import slack as fake
from cmflow.sandbox.fakes.people import number
from cmflow.sandbox.fakes.slack_people import USER
from tests.networks import contract, desk, slackapi, spec
from tests.networks.contract import NOON, Place
from tests.networks.desk import inquiry, question
from tests.networks.test_slack import access

Handler = Callable[[httpx.Request], httpx.Response]
HOME = "https://team.slack.com"
POST = f"{fake.START}.000101"
WHO = f"U{number('ana')}"
ANA = Author(WHO, "", f"<@{WHO}>", f"{HOME}/team/{WHO}")


class TestInbox(contract.Inbox, contract.FindReply):
    """A mention is one only where the text has the bot's number: it has tests of its own."""

    network = network

    @pytest.fixture
    def audience(self) -> fake.Slack:
        return fake.Slack()

    @pytest.fixture
    def place(self, audience: fake.Slack, specs: Path) -> Place:
        return Place(access(), lambda: audience.posts, spec.Checked(slackapi.SlackApi(specs), audience))


@pytest.fixture
def server() -> fake.Slack:
    """A channel with one message of ours."""
    server = fake.Slack()
    adapter.publish(undescribed(server), desk.answer(network, "Hello", "post"), ())
    return server


@pytest.fixture
def bot(server: fake.Slack, specs: Path) -> Slack:
    return adapter.connect(http.client(spec.Checked(slackapi.SlackApi(specs), server)), access())


def undescribed(handler: Handler) -> Slack:
    return adapter.connect(http.client(httpx.MockTransport(handler)), access())


def read(bot: Slack, **changes: Any) -> Mail:
    return inbox(bot, inquiry(POST, **changes))


def heard(server: fake.Slack, bot: Slack) -> Question:
    server.hear("When?", below=POST)
    return question(read(bot).messages[0])


def asked(bot: Slack, method: str) -> int:
    """How often a method was called."""
    requests = bot.client.http._transport.requests  # type: ignore[attr-defined]
    return sum(request.url.path.endswith(method) for request in requests)


def test_an_answer_below_our_message_is_a_comment(server: fake.Slack, bot: Slack) -> None:
    id = server.hear("When? <now> & then", below=POST)
    [comment] = read(bot).messages
    time = NOON + timedelta(seconds=1)
    assert comment == Message(
        *(id, POST, Contact.COMMENT, time.replace(microsecond=102), ANA, "When? <now> & then"),
        url=f"{HOME}/archives/{fake.CHANNEL}/p{id.replace('.', '')}?thread_ts={POST}&cid={fake.CHANNEL}",
        post=POST,
    )


def test_a_person_and_our_answer_go_on_from_one_another(server: fake.Slack, bot: Slack) -> None:
    first = server.hear("When?", below=POST)
    ben = server.hear("Nice", "ben", below=POST)
    answer = server.write("Thank you", POST)
    server.hear("And where?", below=POST)
    assert [message.above for message in read(bot).messages] == ["", "", ben, first]
    assert answer


def test_a_mention_and_what_follows_it_are_a_conversation(server: fake.Slack, bot: Slack) -> None:
    first = server.hear("when?", contact=Contact.MENTION)
    answer = server.write("Tomorrow", first)
    server.hear("Thank you", below=first)
    mention, ours, thanks = read(bot).messages
    assert (mention.text, mention.contact, mention.above) == (f"<@{USER}> when?", Contact.MENTION, "")
    assert (ours.id, ours.author.ours, ours.above) == (answer, True, first)
    assert (thanks.contact, thanks.conversation) == (Contact.COMMENT, mention.conversation)


def test_the_words_of_others_are_not_ours_but_where_they_name_us(server: fake.Slack, bot: Slack) -> None:
    first = server.say("Good morning", "U1")
    server.say("Good morning to you", "U2", first)
    server.say("I am a bot", "U3", POST, bot_id="B9")
    server.say("joined", "U4", subtype="channel_join")
    named = server.say(f"Ask <@{USER}>", "U2", first)
    assert [(message.id, message.contact) for message in read(bot).messages] == [(named, Contact.MENTION)]


def test_a_link_shows_its_address(server: fake.Slack, bot: Slack) -> None:
    server.say("See <https://example.org/a|this> and <https://example.org/b>", "U1", POST)
    assert read(bot).messages[0].text == "See this (https://example.org/a) and https://example.org/b"


def test_only_threads_with_something_new_are_read(server: fake.Slack, bot: Slack) -> None:
    server.hear("When?", below=POST)
    mail = read(bot)
    server.start += 7_200
    late = server.hear("and where?", contact=Contact.MENTION)
    second = read(bot, cursor=mail.cursor)
    assert [message.id for message in second.messages] == [late]
    before = asked(bot, "replies")
    assert read(bot, cursor=second.cursor).messages == ()
    assert asked(bot, "replies") == before


def test_what_one_inquiry_does_not_read_the_next_does(server: fake.Slack, bot: Slack) -> None:
    for count in range(45):
        server.hear("More", below=server.hear(f"{count}", contact=Contact.MENTION))
    first = read(bot)
    second = read(bot, cursor=first.cursor)
    assert (len(first.messages), first.more, len(second.messages), second.more) == (85, True, 5, False)


def test_a_mention_that_was_deleted_is_told(server: fake.Slack, bot: Slack) -> None:
    alone, first = (server.hear("when?", contact=Contact.MENTION) for _ in range(2))
    server.hear("I ask that too", "ben", below=first)
    mail = read(bot)
    server.remove(alone)
    server.remove(first)
    assert set(read(bot, cursor=mail.cursor, watched=mail.messages).deleted) == {alone, first}


def test_a_thread_that_was_deleted_is_told(server: fake.Slack, bot: Slack) -> None:
    below = server.hear("When?", below=POST)
    mail = read(bot)
    server.remove(below)
    server.remove(POST)
    again = read(bot, cursor=mail.cursor, watched=mail.messages)
    assert (again.deleted, again.gaps) == ((below,), ())


def test_a_channel_that_the_bot_may_not_read_is_a_gap(server: fake.Slack, bot: Slack) -> None:
    server.scopes = ("chat:write",)
    assert read(bot).gaps == (
        "@cmflow in Team may not read the channel (missing_scope): give the app the scope channels:history "
        "(groups:history for a private channel), and invite the bot.",
    )


def test_a_webhook_reads_and_answers_nothing(server: fake.Slack) -> None:
    hook = adapter.connect(http.client(httpx.MockTransport(server)), access("webhook_url"))
    assert read(hook, cursor="c") == Mail((), "c", gaps=(HOOK,))
    wanted = question(Message(POST, POST, Contact.COMMENT, NOON, ANA, "x"))
    for act in (reply, find_reply):
        with pytest.raises(Denied, match="webhook"):
            act(hook, desk.answer(network, "x"), wanted)


def test_an_answer_is_in_the_thread_and_found_by_its_key(server: fake.Slack, bot: Slack) -> None:
    wanted = heard(server, bot)
    remote = reply(bot, desk.answer(network, "Tomorrow"), wanted)
    assert server.messages[remote.id]["thread_ts"] == POST
    assert find_reply(bot, desk.answer(network, "Other words, same key"), wanted) == remote
    assert find_reply(bot, desk.answer(network, "Tomorrow", "k1"), wanted) is None


def test_in_a_thread_that_is_not_there_is_no_answer(server: fake.Slack, bot: Slack) -> None:
    wanted = heard(server, bot)
    server.messages.clear()
    assert find_reply(bot, desk.answer(network, "Tomorrow"), wanted) is None
    with pytest.raises(Rejected, match="deleted"):
        reply(bot, desk.answer(network, "Tomorrow"), wanted)


@pytest.mark.parametrize("odd", [None, 7, {}, {"ts": "x", "user": "U1"}, {"ts": "9" * 400}, {"ts": [], "user": {}}])
def test_what_cannot_be_read_is_left_out_and_said(server: fake.Slack, odd: Any) -> None:
    server.hear("When?", below=POST)

    def answer(request: httpx.Request) -> httpx.Response:
        response = server(request)
        body = response.json()
        if "messages" in body:
            body["messages"] = [odd, *body["messages"], odd]
        return httpx.Response(200, json=body)

    mail = read(undescribed(answer))
    assert [message.text for message in mail.messages] == ["When?"]
    assert "4 messages" in mail.gaps[-1]


@pytest.mark.parametrize("body", ['{"ok": true}', "7", "[" * 100_000, '{"ok": true, "messages": {}}'])
def test_a_list_that_is_none_is_no_answer(server: fake.Slack, body: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        is_list = "conversations" in request.url.path
        return httpx.Response(200, text=body) if is_list else server(request)

    with pytest.raises(NotSent, match="cannot be read"):
        read(undescribed(answer))


def test_times_are_those_of_slack(server: fake.Slack, bot: Slack) -> None:
    id = server.hear("When?", below=POST)
    assert read(bot).messages[0].time == datetime.fromtimestamp(float(id), NOON.tzinfo)
