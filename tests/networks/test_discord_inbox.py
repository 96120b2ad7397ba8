"""What people write to a bot on Discord, and its answers: held to Discord's OpenAPI description."""

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
from cmflow.networks.discord import channel as adapter
from cmflow.networks.discord import network
from cmflow.networks.discord.call import Discord
from cmflow.networks.discord.inbox import HOOK, find_reply, hide, inbox, reply
from cmflow.sandbox.fakes import discord as fake
from cmflow.sandbox.fakes.discord_people import person
from cmflow.sandbox.fakes.people import number
from tests.networks import contract, desk, openapi, spec
from tests.networks.contract import NOON, Place
from tests.networks.desk import inquiry, question
from tests.networks.test_discord import access

Handler = Callable[[httpx.Request], httpx.Response]
HOME = f"https://discord.com/channels/{fake.GUILD}"
POST, CHANNEL = "1001", fake.CHANNEL
ANA = Author(number("ana"), "Ana", "@ana", f"https://discord.com/users/{number('ana')}")


class TestInbox(contract.Inbox, contract.FindReply, contract.Hide):
    network = network
    contacts = (Contact.COMMENT, Contact.MENTION)

    @pytest.fixture
    def audience(self) -> fake.Discord:
        return fake.Discord()

    @pytest.fixture
    def place(self, audience: fake.Discord, specs: Path) -> Place:
        self.server = audience
        return Place(access(), lambda: audience.posts, spec.Checked(openapi.discord(specs), audience))

    def hidden(self) -> list[str]:
        return self.server.hidden


@pytest.fixture
def server() -> fake.Discord:
    """A channel with one message of ours."""
    server = fake.Discord()
    adapter.publish(undescribed(server), desk.answer(network, "Hello", "post"), ())
    return server


@pytest.fixture
def bot(server: fake.Discord, specs: Path) -> Discord:
    return adapter.connect(http.client(spec.Checked(openapi.discord(specs), server)), access())


def undescribed(handler: Handler) -> Discord:
    return adapter.connect(http.client(httpx.MockTransport(handler)), access())


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def read(bot: Discord, **changes: Any) -> Mail:
    return inbox(bot, inquiry(POST, **changes))


def heard(server: fake.Discord, bot: Discord) -> Question:
    server.hear("When?", below=POST)
    return question(read(bot).messages[0])


def test_an_answer_to_ours_is_a_comment(server: fake.Discord, bot: Discord) -> None:
    id = server.hear("When?", below=POST)
    [comment] = read(bot).messages
    assert comment == Message(
        *(id, comment.conversation, Contact.COMMENT, at(1), ANA, "When?"),
        url=f"{HOME}/{CHANNEL}/{id.partition(':')[2]}",
        post=POST,
    )
    assert comment.conversation.startswith(f"{CHANNEL}:")
    assert number("ana") not in comment.conversation


def test_a_person_and_we_are_one_conversation(server: fake.Discord, bot: Discord) -> None:
    first = server.hear("When?", below=POST)
    answer = server.write("Tomorrow", first)
    server.hear("Thank you", below=answer)
    server.hear("And where?", "ben", below=answer)
    one, two, three, ben = read(bot).messages
    assert one.conversation == two.conversation == three.conversation != ben.conversation
    assert (two.author.ours, two.above, three.above) == (True, first, answer)


def test_the_words_of_two_others_are_not_ours(server: fake.Discord, bot: Discord) -> None:
    first = server.say("Good morning", person("ana"))
    server.say("Good morning to you", person("ben"), first)
    server.say("I am a bot of others", {**person("robot"), "bot": True}, POST)
    server.say("", person("cara"), type=7)
    assert read(bot).messages == ()


def test_a_mention_shows_the_name_of_the_bot(server: fake.Discord, bot: Discord) -> None:
    server.hear(f"<@{fake.BOT}>, when?", contact=Contact.MENTION)
    [mention] = read(bot).messages
    assert (mention.contact, mention.text) == (Contact.MENTION, "@team, when?")


def test_all_that_is_in_the_thread_of_our_post_is_read(server: fake.Discord, bot: Discord) -> None:
    server.threads = {POST: CHANNEL, "1002003": "9999"}
    id = server.say("Here, too?", person("ana"), channel=POST)
    server.say("Not here", person("ana"), channel="1002003")
    [comment] = read(bot).messages
    assert (comment.id, comment.post, comment.contact) == (id, POST, Contact.COMMENT)
    remote = reply(bot, desk.answer(network, "Yes"), question(comment))
    assert server.messages[remote.id.partition(":")[2]]["channel_id"] == POST


def test_what_a_watched_message_is_answered_with_is_read(server: fake.Discord, bot: Discord) -> None:
    first = server.hear("A question", contact=Contact.MENTION)
    mail = read(bot)
    server.hear("I ask that too", "ben", below=first)
    [late] = read(bot, cursor=mail.cursor, watched=mail.messages).messages
    assert late.conversation == mail.messages[0].conversation


def test_the_oldest_of_a_channel_may_be_the_one_that_was_deleted() -> None:
    server = fake.Discord()
    id = server.hear("Never mind", contact=Contact.MENTION)
    session = undescribed(server)
    mail = read(session)
    server.remove(id)
    assert read(session, cursor=mail.cursor, watched=mail.messages).deleted == (id,)


def test_without_the_intent_there_is_a_gap(server: fake.Discord, bot: Discord) -> None:
    server.reads = False
    server.hear("When?", below=POST)
    mail = read(bot)
    assert [message.text for message in mail.messages] == [""]
    assert mail.gaps == (
        "Discord does not show the bot in #news what people write: turn on “Message Content Intent” in the developer "
        "portal, under “Bot”.",
    )


@pytest.mark.parametrize("how", ["hidden", "silent"])
def test_a_channel_that_the_bot_may_not_read_is_a_gap(how: str) -> None:
    server = fake.Discord()
    session = undescribed(server)
    if how == "hidden":
        server.is_member = False
    else:
        server.allow = fake.SEND
        server.messages.clear()
    try:
        gaps = read(session).gaps
    except Denied as error:
        assert how == "hidden" and error.hint
    else:
        assert gaps in (
            (),
            ("The bot may not read #news: give its role View Channel and Read Message History.",),
        )


def test_a_webhook_reads_and_answers_nothing(server: fake.Discord) -> None:
    hook = adapter.connect(http.client(httpx.MockTransport(server)), access("webhook_url"))
    assert read(hook, cursor="c") == Mail((), "c", gaps=(HOOK,))
    asked = question(Message("901:1", "c", Contact.COMMENT, NOON, ANA, "x"))
    for act in (lambda: reply(hook, desk.answer(network, "x"), asked), lambda: hide(hook, asked)):
        with pytest.raises(Denied, match="webhook"):
            act()


def test_an_answer_is_a_reply_with_a_nonce(server: fake.Discord, bot: Discord) -> None:
    asked = heard(server, bot)
    remote = reply(bot, desk.answer(network, "Tomorrow"), asked)
    posted = server.messages[remote.id.partition(":")[2]]
    assert posted["message_reference"]["message_id"] == asked.trace.id.partition(":")[2]
    assert remote.url == f"{HOME}/{CHANNEL}/{posted['id']}"
    assert reply(bot, desk.answer(network, "Tomorrow"), asked) == remote
    server.forgets = True
    assert find_reply(bot, desk.answer(network, "Tomorrow"), asked) == remote


def test_without_the_right_nothing_is_hidden(server: fake.Discord, bot: Discord) -> None:
    asked = heard(server, bot)
    server.moderates = False
    with pytest.raises(Denied):
        hide(bot, asked)


@pytest.mark.parametrize("id", ["7", "x:y", "901:1:2"])
def test_what_is_not_a_message_is_not_answered(bot: Discord, id: str) -> None:
    with pytest.raises(Rejected, match=r"not one of Discord's"):
        reply(bot, desk.answer(network, "x"), question(Message(id, "c", Contact.COMMENT, NOON, ANA, "x")))


@pytest.mark.parametrize("odd", [None, 7, {}, {"id": "1", "type": 0, "timestamp": "x"}, {"author": None, "type": 0}])
def test_what_cannot_be_read_is_left_out_and_said(server: fake.Discord, odd: Any) -> None:
    server.hear("When?", below=POST)

    def answer(request: httpx.Request) -> httpx.Response:
        is_list = request.url.path.endswith(f"/{CHANNEL}/messages")
        return httpx.Response(200, json=[odd, *server(request).json(), odd]) if is_list else server(request)

    mail = read(undescribed(answer))
    assert [message.text for message in mail.messages] == ["When?"]
    assert "2 messages" in mail.gaps[-1]


@pytest.mark.parametrize("body", ["{}", "7", "[" * 100_000])
def test_a_list_that_is_none_is_no_answer(server: fake.Discord, body: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        is_list = request.url.path.endswith("/messages")
        return httpx.Response(200, text=body) if is_list else server(request)

    with pytest.raises(NotSent, match="cannot be read"):
        read(undescribed(answer))
