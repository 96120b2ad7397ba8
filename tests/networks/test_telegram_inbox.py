"""What people write to a bot on Telegram, and its answers: held to the description of the Bot API."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cmflow.model import Author, Contact, Message, Visibility
from cmflow.model.errors import Denied, NotSent, Rejected
from cmflow.netkit import http
from cmflow.netkit.network import Mail, Question
from cmflow.networks.telegram import bot as adapter
from cmflow.networks.telegram import network
from cmflow.networks.telegram.answer import hide, reply
from cmflow.networks.telegram.call import Bot
from cmflow.networks.telegram.inbox import inbox
from cmflow.sandbox.fakes.people import number as person
from cmflow.sandbox.fakes.telegram import Telegram
from cmflow.sandbox.fakes.telegram_people import GROUP, LETTERS, OWNER
from tests.networks import botapi, contract, desk, spec
from tests.networks.contract import NOON, Place
from tests.networks.desk import inquiry, question
from tests.networks.test_telegram import access

Handler = Callable[[httpx.Request], httpx.Response]
DIRECT, MENTION, SUGGESTION = Contact.DIRECT, Contact.MENTION, Contact.SUGGESTION
ANA = Author(str(int(person("ana"))), "ana", "@ana", "https://t.me/ana")
POST = "101"


class TestInbox(contract.Inbox, contract.Reply, contract.Hide):
    """Telegram tells a bot neither deletions nor what it has written itself."""

    network = network
    contacts = (Contact.COMMENT, Contact.MENTION, Contact.DIRECT, Contact.SUGGESTION)
    deletes = own = False

    @pytest.fixture
    def audience(self) -> Telegram:
        return Telegram()

    @pytest.fixture
    def place(self, audience: Telegram, specs: Path) -> Place:
        self.server = audience
        return Place(access(), lambda: audience.posts, spec.Checked(botapi.BotApi(specs), audience))

    def hidden(self) -> list[str]:
        return self.server.deleted


@pytest.fixture
def server() -> Telegram:
    """A channel with one post."""
    server = Telegram()
    adapter.publish(undescribed(server), desk.answer(network, "Hello"), ())
    return server


@pytest.fixture
def bot(server: Telegram, specs: Path) -> Bot:
    return adapter.connect(http.client(spec.Checked(botapi.BotApi(specs), server)), access())


def undescribed(handler: Handler, **options: str) -> Bot:
    return adapter.connect(http.client(httpx.MockTransport(handler)), access(**options))


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def read(bot: Bot, **changes: Any) -> Mail:
    return inbox(bot, inquiry(POST, **changes))


def heard(server: Telegram, bot: Bot, **how: Any) -> Question:
    server.hear("When?", **how)
    return question(read(bot).messages[-1])


def test_a_comment_below_a_post(server: Telegram, bot: Bot) -> None:
    number = server.hear("When?", below=POST)
    [comment] = read(bot).messages
    thread = int(number.partition(":")[2]) - 1
    url = f"https://t.me/c/9876543210/{thread + 1}"
    assert comment.conversation.startswith(f"{GROUP['id']}:{thread}:")
    assert comment == Message(
        number, comment.conversation, Contact.COMMENT, at(1), ANA, "When?", url, post=POST, files=()
    )


def test_each_person_has_a_conversation_below_a_post(server: Telegram, bot: Bot) -> None:
    first = server.hear("When?", below=POST)
    server.hear("Where?", "ben", below=POST)
    server.hear("And why?", below=POST)
    server.write("Tomorrow", first)
    ana, ben, again, owner = read(bot).messages
    assert ana.conversation == again.conversation == owner.conversation != ben.conversation
    assert (owner.author.ours, owner.author.id, owner.above) == (True, str(OWNER["id"]), first)


def test_the_cursor_knows_to_which_post_a_thread_belongs(server: Telegram, bot: Bot) -> None:
    first = server.hear("When?", below=POST)
    mail = read(bot)
    server.hear("I ask that too", "ben", below=first)
    [late] = inbox(bot, inquiry(cursor=mail.cursor)).messages
    assert late.post == POST


def test_an_album_is_one_post(server: Telegram, bot: Bot) -> None:
    server.hear("Nice", below="102")
    [comment] = inbox(bot, inquiry("101,102,103")).messages
    assert comment.post == "101,102,103"


def test_a_message_to_the_bot_alone(server: Telegram, bot: Bot) -> None:
    number = server.hear("Only for you", contact=DIRECT)
    server.hear("/start", "ben", contact=DIRECT)
    assert read(bot).messages == (
        Message(number, ANA.id, DIRECT, at(1), ANA, "Only for you", visibility=Visibility.PRIVATE),
    )


def test_the_words_of_two_others_are_not_ours(server: Telegram, bot: Bot) -> None:
    ana = {"id": int(person("ana")), "is_bot": False, "first_name": "ana"}
    first = server.say("Good morning", GROUP, ana)
    server.say("Good morning to you", GROUP, ana, **server.answer_to(first))
    assert read(bot).messages == ()


def test_what_names_the_bot_or_answers_it_is_ours(server: Telegram) -> None:
    bot = undescribed(server, chat=str(GROUP["id"]))
    ana = {"id": int(person("ana")), "is_bot": False, "first_name": "ana"}
    ours = {"message_id": 9, "date": server.date, "chat": GROUP, "from": {"id": 123456789}, "text": "Hello"}
    server.say("@Team_Bot, when?", GROUP, ana)
    server.say("And where?", GROUP, ana, reply_to_message=ours, message_thread_id=9)
    server.say("In the name of the channel", GROUP, ana, sender_chat=GROUP)
    assert [(one.contact, one.text) for one in read(bot).messages] == [
        (MENTION, "@Team_Bot, when?"),
        (Contact.COMMENT, "And where?"),
    ]


def test_a_picture_without_words_is_said_to_be_one(server: Telegram) -> None:
    number = server.hear("x", contact=DIRECT)
    server.updates[-1]["message"] |= {"text": None, "photo": [{"file_id": "F"}]}
    server.hear("y", contact=DIRECT)
    server.updates[-1]["message"] |= {"text": None, "new_chat_title": "Joined"}
    assert [(one.id, one.text, one.files) for one in read(undescribed(server)).messages] == [(number, "[photo]", ())]


def test_what_is_older_than_the_beginning_is_not_read(server: Telegram, bot: Bot) -> None:
    server.hear("Old", contact=DIRECT)
    assert read(bot, since=at(60)).messages == ()


def test_the_bot_drops_only_what_a_cursor_has_passed(server: Telegram, bot: Bot) -> None:
    server.hear("One", contact=DIRECT)
    first = read(bot)
    assert len(server.updates) == 1
    assert read(bot).messages == first.messages
    server.hear("Two", contact=DIRECT)
    assert [message.text for message in read(bot, cursor=first.cursor).messages] == ["Two"]
    assert len(server.updates) == 1
    assert json.loads(first.cursor) == {"offset": 5_002}


def test_two_readers_of_one_bot_are_told(server: Telegram, bot: Bot) -> None:
    server.another_reader = True
    with pytest.raises(Denied) as caught:
        read(bot)
    assert str(caught.value).startswith("Another program reads what is written to this bot.")
    assert caught.value.hint == "Stop it, or remove its webhook, or give cmflow a bot of its own."


def test_a_bot_outside_the_group_reads_no_comments(server: Telegram, bot: Bot) -> None:
    server.deaf = True
    assert read(bot).gaps == (
        "The bot cannot read the comments of Team news: add it to the group where they are, and make it an "
        "administrator there.",
    )


def test_a_bot_without_rights_does_not_see_all(server: Telegram, bot: Bot) -> None:
    server.is_shy = True
    assert read(bot).gaps == (
        "The bot does not see all that is written in the group of Team news: turn its privacy mode off (@BotFather: "
        "/setprivacy), or make it an administrator there.",
    )


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_comment_is_answered_in_the_group(server: Telegram, bot: Bot) -> None:
    asked = heard(server, bot, below=POST)
    remote = reply(bot, desk.answer(network, "Tomorrow"), asked)
    answer = server.messages[int(remote.id.partition(":")[2])]
    assert (answer["chat"], answer["reply_to_message"]["text"]) == (GROUP, "When?")
    assert remote.url == f"https://t.me/c/9876543210/{answer['message_id']}"


@pytest.mark.parametrize(("contact", "chat"), [(DIRECT, int(person("ana"))), (SUGGESTION, LETTERS["id"])])
def test_what_is_private_is_answered_there(server: Telegram, bot: Bot, contact: Contact, chat: int) -> None:
    remote = reply(bot, desk.answer(network, "Tomorrow"), heard(server, bot, contact=contact))
    answer = server.messages[int(remote.id.partition(":")[2])]
    assert answer["chat"]["id"] == chat
    assert len(server.messages) == 2


def test_an_answer_that_is_lost_is_looked_for_by_a_person() -> None:
    assert network.find_reply is None


def test_only_what_is_in_a_group_is_hidden(server: Telegram, bot: Bot) -> None:
    with pytest.raises(Rejected, match="Only what is in a group"):
        hide(bot, heard(server, bot, contact=DIRECT))


@pytest.mark.parametrize("id", ["7", "x:y", ""])
def test_what_is_not_a_message_is_not_answered(bot: Bot, id: str) -> None:
    message = Message(id, "c", Contact.COMMENT, NOON, ANA, "x")
    with pytest.raises(Rejected, match=r"not one of Telegram's"):
        reply(bot, desk.answer(network, "x"), question(message))


@pytest.mark.parametrize("result", [None, {}, 7, "x"])
def test_updates_that_are_no_list_are_no_answer(server: Telegram, result: Any) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        is_read = request.url.path.endswith("/getUpdates")
        return httpx.Response(200, json={"ok": True, "result": result}) if is_read else server(request)

    with pytest.raises(NotSent, match="cannot be read"):
        read(undescribed(answer))


def test_updates_that_cannot_be_read_are_passed(server: Telegram) -> None:
    server.updates += [
        {"update_id": 7_000, "message": None},
        {"update_id": 7_001, "message": {"chat": 7}},
        {"update_id": 7_002, "message": {"chat": {"id": [], "type": "private"}, "text": "x", "date": 1e99}},
    ]
    mail = read(undescribed(server))
    assert mail.gaps == (
        "Telegram returned 1 message, which it describes in a way that cmflow cannot read: look there yourself.",
    )
    assert json.loads(mail.cursor)["offset"] == 7_003
