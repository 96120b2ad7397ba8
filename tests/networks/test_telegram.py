"""Telegram: a strict Bot API in memory, held to its machine-readable description; and every kind of no."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from cmflow.model import Account, Poll, Receipt, Remote
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import http
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.networks.telegram import bot as telegram
from cmflow.networks.telegram import network
from cmflow.networks.telegram.call import Bot
from cmflow.sandbox.fakes.multipart import File, fields
from cmflow.sandbox.fakes.telegram import TOKEN, Telegram
from cmflow.sandbox.fakes.telegram_people import CHANNEL, GROUP
from tests.networks import botapi, chat, contract, faults, spec
from tests.networks.contract import NOON, PNG, Place

OPTIONS = {"chat": "@teamnews"}
SENT = "https://t.me/teamnews/101"
message = partial(chat.message, network)


def access(**options: str) -> Access:
    return Access(Account("team", "telegram", options=tuple((OPTIONS | options).items())), (("token", TOKEN),))


@pytest.fixture
def server() -> Telegram:
    return Telegram()


@pytest.fixture
def transport(server: Telegram, specs: Path) -> spec.Checked:
    return spec.Checked(botapi.BotApi(specs), server)


@pytest.fixture
def bot(transport: spec.Checked) -> Bot:
    return telegram.connect(http.client(transport), access())


class TestTelegram(contract.Publish, contract.Delete, contract.Verify, contract.Crowd, contract.Denies):
    network = network
    crowd: ClassVar = {"getChatMemberCount": 812}

    @pytest.fixture
    def place(self, server: Telegram, transport: spec.Checked) -> Place:
        return Place(access(), lambda: server.posts, transport)


class TestFaults(faults.Faults):
    network = network
    access = access()

    def fake(self) -> faults.Handler:
        return Telegram()

    def makes(self, request: httpx.Request) -> bool:
        return request.url.path.endswith("/sendMessage")


def last(transport: spec.Checked) -> tuple[str, Any]:
    """The method and the fields of the last request."""
    request = transport.requests[-1]
    return request.url.path.rpartition("/")[2], fields(request)


def receipt(number: str, url: str = "") -> Receipt:
    return Receipt(0, number, url, NOON)


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_is_one_request(bot: Bot, transport: spec.Checked) -> None:
    assert telegram.publish(bot, message("Hello"), ()) == Remote("101", SENT)
    [request] = transport.requests
    assert str(request.url) == f"https://api.telegram.org/bot{TOKEN}/sendMessage"
    assert json.loads(request.content) == {"chat_id": "@teamnews", "text": "Hello"}
    assert "authorization" not in request.headers


def test_formatted_text_goes_as_entities_counted_in_utf_16(bot: Bot, server: Telegram) -> None:
    words = "👋 **All** of _you_: [read](https://example.org/a) `x` ~~no~~\n\n> Quoted\n\n```python\nx = 1\n```"
    telegram.publish(bot, message(words), ())
    assert server.messages[101]["text"] == "👋 All of you: read x no\n\nQuoted\n\nx = 1"
    assert server.messages[101]["entities"] == [
        {"type": "bold", "offset": 3, "length": 3},
        {"type": "italic", "offset": 10, "length": 3},
        {"type": "text_link", "offset": 15, "length": 4, "url": "https://example.org/a"},
        {"type": "code", "offset": 20, "length": 1},
        {"type": "strikethrough", "offset": 22, "length": 2},
        {"type": "blockquote", "offset": 26, "length": 6},
        {"type": "pre", "offset": 34, "length": 5, "language": "python"},
    ]


def test_the_card_is_of_the_posts_link(bot: Bot, transport: spec.Checked) -> None:
    telegram.publish(bot, message("Hello", link="https://example.org/a"), ())
    assert last(transport)[1]["link_preview_options"] == {"url": "https://example.org/a"}


@pytest.mark.parametrize(
    ("name", "method", "field", "mime"),
    [
        ("a.png", "sendPhoto", "photo", "image/png"),
        ("a.JPG", "sendPhoto", "photo", "image/jpeg"),
        ("a.webp", "sendPhoto", "photo", "image/webp"),
        ("a.gif", "sendAnimation", "animation", "image/gif"),
        ("a.mp4", "sendVideo", "video", "video/mp4"),
    ],
)
def test_a_file_has_its_method(
    bot: Bot, transport: spec.Checked, name: str, method: str, field: str, mime: str
) -> None:
    telegram.publish(bot, message("Look **here**", media=(name,)), ())
    bold = '[{"type": "bold", "offset": 5, "length": 4}]'
    words = {"chat_id": "@teamnews", "caption": "Look here", "caption_entities": bold}
    assert last(transport) == (method, {**words, field: File(name, mime, PNG)})


def test_several_files_are_an_album_with_one_caption(bot: Bot, transport: spec.Checked, server: Telegram) -> None:
    remote = telegram.publish(bot, message("Look", media=("a.png", "b.mp4", "c.jpg")), ())
    assert remote == Remote("101,102,103", SENT)
    method, form = last(transport)
    assert method == "sendMediaGroup"
    assert json.loads(form["media"]) == [
        {"type": "photo", "media": "attach://file0", "caption": "Look"},
        {"type": "video", "media": "attach://file1"},
        {"type": "photo", "media": "attach://file2"},
    ]
    assert [file.name for file in server.files] == ["a.png", "b.mp4", "c.jpg"]
    telegram.delete(bot, receipt(remote.id, remote.url))
    assert server.messages == {}


def test_the_next_part_answers_the_first_picture_of_an_album(bot: Bot, server: Telegram) -> None:
    remote = telegram.publish(bot, message("Look", media=("a.png", "b.png")), ())
    telegram.publish(bot, message("One", "Two", index=1), (receipt(remote.id),))
    assert server.messages[103]["reply_to_message"]["message_id"] == 101


def test_a_poll_asks_a_paragraph_of_the_text(bot: Bot, transport: spec.Checked) -> None:
    poll = Poll(("Yes", "No"), timedelta(hours=2), multiple=True)
    telegram.publish(bot, message("We **plan** the year.\n\nMore workshops?\n\n#team", poll=poll), ())
    assert last(transport) == (
        "sendPoll",
        {
            "chat_id": "@teamnews",
            "question": "More workshops?",
            "options": [{"text": "Yes"}, {"text": "No"}],
            "open_period": 7_200,
            "allows_multiple_answers": True,
            "description": "We plan the year.\n\n#team",
            "description_entities": [{"type": "bold", "offset": 3, "length": 4}],
        },
    )


def test_a_poll_belongs_to_the_first_part_only(bot: Bot, transport: spec.Checked, server: Telegram) -> None:
    server.messages[101], server.last = {"message_id": 101, "date": 1, "chat": CHANNEL}, 101
    telegram.publish(bot, message("One?", "Two", index=1, poll=Poll(("Yes", "No"))), (receipt("101"),))
    assert last(transport)[0] == "sendMessage"


@pytest.mark.parametrize(
    ("address", "parameters"),
    [
        ("https://t.me/teamnews/7", {"message_id": 7}),
        ("https://t.me/TeamNews/7?single", {"message_id": 7}),
        ("t.me/elsewhere/12/7", {"message_id": 7, "chat_id": "@elsewhere"}),
        ("https://t.me/c/1234567890/7", {"message_id": 7, "chat_id": "-1001234567890"}),
    ],
)
@pytest.mark.parametrize("key", ["reply_to", "quote"])
def test_an_answer_to_another_message(
    bot: Bot, server: Telegram, transport: spec.Checked, key: str, address: str, parameters: dict[str, Any]
) -> None:
    server.messages[7] = {"message_id": 7, "date": 1, "chat": CHANNEL}
    changes: dict[str, Any] = {key: address}
    telegram.publish(bot, message("Yes", **changes), ())
    assert last(transport)[1]["reply_parameters"] == parameters


def test_our_own_post_is_named_by_its_receipt(bot: Bot, server: Telegram, transport: spec.Checked) -> None:
    server.messages[7] = {"message_id": 7, "date": 1, "chat": CHANNEL}
    telegram.publish(bot, message("Yes", reply_to="our-post", ids=(("our-post", "7,8"),)), ())
    assert last(transport)[1]["reply_parameters"] == {"message_id": 7}


def test_a_repost_is_a_forwarded_message(bot: Bot, server: Telegram, transport: spec.Checked) -> None:
    telegram.publish(bot, message("Hello"), ())
    assert telegram.publish(bot, message("", repost=SENT), ()) == Remote("102", "https://t.me/teamnews/102")
    assert last(transport) == (
        "forwardMessage", {"chat_id": "@teamnews", "from_chat_id": "@teamnews", "message_id": 101},
    )  # fmt: skip


def test_options_go_along(transport: spec.Checked) -> None:
    options = access(chat=str(GROUP["id"]), topic="12", silent="yes", server="https://bots.example.org/")
    bot = telegram.connect(http.client(transport), options)
    assert telegram.publish(bot, message("Hello"), ()) == Remote("101", "https://t.me/c/9876543210/101")
    assert transport.requests[0].url.host == "bots.example.org"
    assert last(transport)[1] == {
        "chat_id": "-1009876543210", "message_thread_id": 12, "disable_notification": True, "text": "Hello",
    }  # fmt: skip


def test_a_post_that_a_person_settled_is_deleted_by_its_address(bot: Bot, transport: spec.Checked) -> None:
    telegram.delete(bot, receipt("", "https://t.me/c/1234567890/7"))
    assert last(transport) == ("deleteMessages", {"chat_id": "-1001234567890", "message_ids": [7]})


# ── who we are ──────────────────────────────────────────────────────────────────────────────────────────────


def test_who_we_are_and_what_we_may_do(bot: Bot) -> None:
    assert telegram.verify(bot) == Standing("@team_bot in Team news", ("administrator", "post_messages"))


def test_what_is_missing_is_said(bot: Bot, server: Telegram) -> None:
    for right in ({"status": "left"}, {"status": "member"}):
        server.rights[CHANNEL["id"]] = right
        with pytest.raises(Denied) as caught:
            telegram.verify(bot)
        assert str(caught.value) == f"@team_bot ({right['status']}) may not post in Team news."
        assert caught.value.hint == "Add the bot to it as an administrator who may post messages."


@pytest.mark.parametrize(
    ("options", "secrets", "why"),
    [
        ({}, {}, "team has no token"),
        ({}, {"token": "xoxb-1-2-abc"}, "not that of a Telegram bot"),
        ({}, {"token": "https://discord.com/api/webhooks/1/abc"}, "not that of a Telegram bot"),
        ({"chat": "teamnews"}, {"token": TOKEN}, "neither an @name nor a number"),
        ({"chat": "https://t.me/teamnews"}, {"token": TOKEN}, "neither an @name nor a number"),
        ({"server": "bots.example.org"}, {"token": TOKEN}, "begins with https://"),
        ({"server": "http://bots.example.org"}, {"token": TOKEN}, "begins with https://"),
        ({"topic": "news"}, {"token": TOKEN}, "not a number"),
        ({"silent": "perhaps"}, {"token": TOKEN}, "neither yes nor no"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_sent(
    transport: spec.Checked, options: dict[str, str], secrets: dict[str, str], why: str
) -> None:
    wrong = replace(access(**options), secrets=tuple(secrets.items()))
    with pytest.raises(Denied, match=why) as caught:
        telegram.connect(http.client(transport), wrong)
    assert caught.value.hint
    assert not any(value in f"{caught.value} {caught.value.hint}" for value in secrets.values())
    assert transport.requests == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (message("Look", media=("a.png",), data=b""), r"content/media/a\.png is empty: it has 0 bytes\."),
        (message("Yes", reply_to="https://example.org/7"), "not the address of a Telegram message"),
        (message("", repost="https://example.org/7"), "not the address of a Telegram message"),
        (message("Yes", reply_to=SENT, quote=SENT), "can answer only one message"),
    ],
)
def test_what_cannot_be_published_is_said_before_anything_is_sent(
    bot: Bot, transport: spec.Checked, wrong: Outgoing, why: str
) -> None:
    with pytest.raises(Rejected, match=why) as caught:
        telegram.publish(bot, wrong, ())
    assert caught.value.hint
    assert transport.requests == []


# ── every kind of no ────────────────────────────────────────────────────────────────────────────────────────


def answering(code: int, description: str, **parameters: int) -> Bot:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    answer = httpx.Response(code, json=body | ({"parameters": parameters} if parameters else {}), headers=DATE)
    return telegram.connect(http.client(httpx.MockTransport(lambda request: answer)), access())


DATE = {"Date": "Tue, 01 Dec 2026 12:00:00 GMT"}
TOKEN_HINT = "Telegram does not know this bot: copy its token again from @BotFather."
CHAT_HINT = "Check `chat` (@teamnews) in the plan. Add the bot to it as an administrator who may post messages."


@pytest.mark.parametrize(
    ("code", "description", "kind", "hint"),
    [
        (401, "Unauthorized", Denied, TOKEN_HINT),
        (404, "Not Found", Denied, TOKEN_HINT),
        (400, "Bad Request: chat not found", Denied, CHAT_HINT),
        (400, "Bad Request: need administrator rights in the channel chat", Denied, CHAT_HINT),
        (400, "Bad Request: not enough rights to send photos to the chat", Denied, CHAT_HINT),
        (403, "Forbidden: bot was kicked from the channel chat", Denied, CHAT_HINT),
        (400, "Bad Request: message is too long", Rejected, "Change the post."),
        (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", Rejected, "Change the post."),
        (
            413,
            "Request Entity Too Large",
            Rejected,
            "A file of the post is too large for this server: make it smaller.",
        ),
    ],
)
def test_a_refusal_says_whom_it_concerns(code: int, description: str, kind: type[DeliveryError], hint: str) -> None:
    with pytest.raises(kind) as caught:
        telegram.publish(answering(code, description), message("Hello"), ())
    assert (type(caught.value), caught.value.hint) == (kind, hint)
    assert str(caught.value) == f"Telegram answers {code}: {description}"


def test_a_group_that_moved_says_its_new_number() -> None:
    moved = answering(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-100987)
    with pytest.raises(Denied) as caught:
        telegram.publish(moved, message("Hello"), ())
    assert caught.value.hint == "Write -100987 as `chat` in the plan."


@pytest.mark.parametrize(("seconds", "wait"), [(35, 35), (10**9, 86_400)])
def test_too_much_says_when_to_try_again(seconds: int, wait: int) -> None:
    busy = answering(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
    with pytest.raises(Throttled) as caught:
        telegram.publish(busy, message("Hello"), ())
    assert caught.value.retry_at == datetime(2026, 12, 1, 12, tzinfo=UTC) + timedelta(seconds=wait)


def test_too_much_without_a_time() -> None:
    with pytest.raises(Throttled) as caught:
        telegram.publish(answering(429, "Too Many Requests"), message("Hello"), ())
    assert caught.value.retry_at is None


@pytest.mark.parametrize("result", [None, {}, [], {"message_id": 1}, {"message_id": "x", "chat": {"id": 1}}, True])
def test_an_answer_without_a_number_is_no_receipt(result: object) -> None:
    answer = httpx.Response(200, json={"ok": True, "result": result})
    bot = telegram.connect(http.client(httpx.MockTransport(lambda request: answer)), access())
    with pytest.raises(Unsure, match="cannot be read"):
        telegram.publish(bot, message("Hello"), ())


ASKS: tuple[Callable[[Bot], object], ...] = (telegram.verify, lambda bot: telegram.delete(bot, receipt("7")))


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize(
    "answer", [httpx.Response(500), httpx.Response(200, text="<html>"), httpx.Response(200, json=7)]
)
def test_what_makes_no_post_is_never_unsure(ask: Callable[[Bot], object], answer: httpx.Response) -> None:
    bot = telegram.connect(http.client(httpx.MockTransport(lambda request: answer)), access())
    with pytest.raises(NotSent):
        ask(bot)


def test_what_is_too_old_to_be_deleted_is_said() -> None:
    with pytest.raises(Denied) as caught:
        telegram.delete(answering(400, "Bad Request: message can't be deleted for everyone"), receipt("7"))
    assert caught.value.hint == CHAT_HINT


def test_a_document_alone_and_several_together(bot: Bot, transport: spec.Checked) -> None:
    telegram.publish(bot, message("Read", media=("a.pdf",), data=b"%PDF-1.7"), ())
    assert last(transport)[0] == "sendDocument"
    telegram.publish(bot, message("Read", media=("a.pdf", "b.pdf"), data=b"%PDF-1.7"), ())
    method, sent = last(transport)
    assert method == "sendMediaGroup"
    assert [item["type"] for item in json.loads(sent["media"])] == ["document", "document"]
