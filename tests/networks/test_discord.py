"""Discord: a strict server in memory, as a bot and through a webhook, held to its OpenAPI description."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from cmflow import __version__
from cmflow.model import Account, Poll, Remote
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import http
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.networks.discord import channel as discord
from cmflow.networks.discord import content, network, rights
from cmflow.networks.discord.call import BOT_ROLE, Discord
from cmflow.sandbox.fakes import discord as fake
from cmflow.sandbox.fakes.multipart import File, fields
from tests.networks import chat, contract, faults, openapi, spec
from tests.networks.chat import receipt
from tests.networks.contract import PNG, Place

HOME = f"https://discord.com/channels/{fake.GUILD}/{fake.CHANNEL}"
access = partial(chat.access, "discord", fake.TOKEN, fake.HOOK_URL, fake.CHANNEL)
message = partial(chat.message, network)
DATE = {"Date": "Tue, 01 Dec 2026 12:00:00 GMT"}


@pytest.fixture
def server() -> fake.Discord:
    return fake.Discord()


@pytest.fixture
def transport(server: fake.Discord, specs: Path) -> spec.Checked:
    return spec.Checked(openapi.discord(specs), server)


@pytest.fixture
def bot(transport: spec.Checked) -> Discord:
    return discord.connect(http.client(transport), access())


@pytest.fixture
def hook(transport: spec.Checked) -> Discord:
    return discord.connect(http.client(transport), access("webhook_url"))


class TestBot(
    contract.Publish,
    contract.Find,
    contract.Delete,
    contract.Describe,
    contract.Verify,
    contract.Metrics,
    contract.Denies,
):
    network = network
    figures: ClassVar = {"reactions": 0, "thread.message_count": 0, "poll.votes": None}
    crowd: ClassVar = {"approximate_member_count": 812}

    @pytest.fixture
    def place(self, server: fake.Discord, transport: spec.Checked) -> Place:
        return Place(access(), lambda: server.posts, transport, alts=lambda: server.alts)


class TestWebhook(contract.Publish, contract.Delete, contract.Describe, contract.Verify, contract.Metrics):
    network = network
    figures: ClassVar = {"reactions": 0, "thread.message_count": 0, "poll.votes": None}
    crowd: ClassVar = {}

    @pytest.fixture
    def place(self, server: fake.Discord, transport: spec.Checked) -> Place:
        return Place(access("webhook_url"), lambda: server.posts, transport, alts=lambda: server.alts)


class TestFaultsOfBot(faults.Faults):
    network = network
    access = access()

    def fake(self) -> faults.Handler:
        return fake.Discord()

    def makes(self, request: httpx.Request) -> bool:
        return request.method == "POST"


class TestFaultsOfWebhook(TestFaultsOfBot):
    access = access("webhook_url")


def last(transport: spec.Checked) -> Any:
    return json.loads(transport.requests[-1].content)


NONCE = content.nonce("key")
NOBODY: dict[str, list[str]] = {"parse": [], "users": [], "roles": []}


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_of_a_bot(bot: Discord, transport: spec.Checked) -> None:
    assert discord.publish(bot, message("Hello **all**"), ()) == Remote("1001", f"{HOME}/1001")
    request = transport.requests[-1]
    assert str(request.url) == f"https://discord.com/api/v10/channels/{fake.CHANNEL}/messages"
    assert request.headers["authorization"] == f"Bot {fake.TOKEN}"
    assert request.headers["user-agent"] == f"DiscordBot (cmflow, {__version__})"
    assert last(transport) == {
        "content": "Hello **all**", "allowed_mentions": NOBODY, "nonce": NONCE, "enforce_nonce": True,
    }  # fmt: skip
    assert len(NONCE) == 25


def test_a_text_through_a_webhook(transport: spec.Checked) -> None:
    hook = discord.connect(http.client(transport), access("webhook_url", username="News", thread=fake.THREAD))
    remote = discord.publish(hook, message("Hello"), ())
    assert remote == Remote("1001", f"https://discord.com/channels/{fake.GUILD}/{fake.THREAD}/1001")
    request = transport.requests[-1]
    assert dict(request.url.params) == {"wait": "true", "thread_id": fake.THREAD}
    assert "authorization" not in request.headers
    assert last(transport) == {"content": "Hello", "allowed_mentions": NOBODY, "username": "News"}
    discord.delete(hook, receipt("1001"))
    assert dict(transport.requests[-1].url.params) == {"thread_id": fake.THREAD}


def test_only_who_is_named_by_an_id_is_notified(bot: Discord, transport: spec.Checked) -> None:
    wanted = message("x")
    parts = (replace(wanted.part, form=replace(wanted.part.form, body="@everyone <@12> <@!12> <@&34> <#56>")),)
    discord.publish(bot, replace(wanted, variant=replace(wanted.variant, parts=parts)), ())
    assert last(transport)["allowed_mentions"] == {"parse": [], "users": ["12"], "roles": ["34"]}


@pytest.mark.parametrize("who", ["bot", "hook"])
def test_files_go_with_their_alt_texts(who: str, request: pytest.FixtureRequest, transport: spec.Checked) -> None:
    discord.publish(request.getfixturevalue(who), message("Look", media=("a.png", "b.mp4")), ())
    form = fields(transport.requests[-1])
    body = json.loads(form.pop("payload_json"))
    assert form == {"files[0]": File("a.png", "image/png", PNG), "files[1]": File("b.mp4", "video/mp4", PNG)}
    assert body["attachments"] == [
        {"id": "0", "filename": "a.png", "description": "What it shows"},
        {"id": "1", "filename": "b.mp4", "description": "What it shows"},
    ]


def test_a_poll_asks_a_paragraph_of_the_text(bot: Discord, transport: spec.Checked) -> None:
    poll = Poll(("Yes", "No"), timedelta(hours=1, minutes=30), multiple=True)
    discord.publish(bot, message("We **plan**.\n\nMore workshops?", poll=poll), ())
    assert last(transport)["content"] == "We **plan**."
    assert last(transport)["poll"] == {
        "question": {"text": "More workshops?"},
        "answers": [{"poll_media": {"text": "Yes"}}, {"poll_media": {"text": "No"}}],
        "duration": 2,
        "allow_multiselect": True,
    }


def test_a_bots_next_part_answers_the_one_before(bot: Discord, hook: Discord, transport: spec.Checked) -> None:
    second = message("One", "Two", index=1, poll=Poll(("Yes", "No")))
    discord.publish(bot, second, (receipt("7"),))
    assert last(transport)["message_reference"] == {"message_id": "7", "fail_if_not_exists": False}
    assert "poll" not in last(transport)
    discord.publish(hook, second, (receipt("7"),))
    assert "message_reference" not in last(transport)


def test_an_answer_to_another_message(bot: Discord, server: fake.Discord, transport: spec.Checked) -> None:
    server.messages["7"] = fake.MESSAGE | {"id": "7", "channel_id": fake.CHANNEL, "author": fake.USER, "content": "x"}
    for address, ids in ((f"{HOME}/7", ()), ("our-post", (("our-post", "7"),))):
        discord.publish(bot, message(f"Yes {address}", reply_to=address, ids=ids), ())
        assert last(transport)["message_reference"] == {"message_id": "7"}


def test_a_post_that_a_person_settled_is_deleted_by_its_address(bot: Discord, server: fake.Discord) -> None:
    discord.publish(bot, message("Hello"), ())
    discord.delete(bot, receipt("", f"{HOME}/1001"))
    assert server.messages == {}


# ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────


def posted(number: str, **changes: Any) -> dict[str, Any]:
    about = {"id": number, "channel_id": fake.CHANNEL, "author": fake.USER, "content": "Hello"}
    return fake.MESSAGE | about | changes


def test_a_message_is_found_by_its_key(bot: Discord, server: fake.Discord) -> None:
    server.messages["7"] = posted("7", nonce=NONCE, content="Edited since")
    server.messages["8"] = posted("8", nonce="another")
    assert discord.find(bot, message("Hello")) == Remote("7", f"{HOME}/7")


def test_a_message_that_shows_no_key_is_found_by_its_content(bot: Discord, server: fake.Discord) -> None:
    server.forgets = True
    remote = discord.publish(bot, message("Look ", media=("a.png",)), ())
    wanted = message("Look", media=("a.png",))
    assert discord.find(bot, wanted) == remote
    assert discord.find(bot, replace(wanted, known=frozenset({remote.id}))) is None
    assert discord.find(bot, message("Look")) is None
    assert discord.find(bot, message("Look", media=("b.png",))) is None


def test_a_poll_is_found_by_its_question(bot: Discord, server: fake.Discord) -> None:
    server.forgets = True
    poll = Poll(("Yes", "No"))
    remote = discord.publish(bot, message("More?", poll=poll), ())
    assert discord.find(bot, message("More?", poll=poll)) == remote
    assert discord.find(bot, message("Less?", poll=poll)) is None


@pytest.mark.parametrize(
    "changes",
    [{"author": fake.USER | {"id": "5"}}, {"author": None}, {"content": "Hello!"}, {"nonce": "another"}, {"poll": 7}],
)
def test_what_is_another_message(server: fake.Discord, changes: dict[str, Any]) -> None:
    bot = discord.connect(http.client(httpx.MockTransport(server)), access())
    server.messages["7"] = posted("7") | changes
    found = discord.find(bot, message("Hello"))
    assert found == (Remote("7", f"{HOME}/7") if changes == {"poll": 7} else None)


def test_a_list_without_anything_is_an_answer_only_where_we_may_read(bot: Discord, server: fake.Discord) -> None:
    assert discord.find(bot, message("Hello")) is None
    server.allow = fake.EVERYTHING & ~fake.HISTORY
    server.overwrites = [{"id": fake.GUILD, "type": 0, "allow": "0", "deny": str(fake.HISTORY)}]
    with pytest.raises(Unsure) as caught:
        discord.find(bot, message("Hello"))
    assert str(caught.value) == "The bot may not read the history of #news."
    assert caught.value.hint == f"{BOT_ROLE} Look yourself, then: cmflow settle"


def test_it_is_found_behind_many_and_nobody_says_no_behind_too_many(bot: Discord, server: fake.Discord) -> None:
    server.messages = {"1": posted("1", nonce=NONCE)}
    server.messages |= {str(number): posted(str(number), nonce="x") for number in range(2, 152)}
    assert discord.find(bot, message("Hello")) == Remote("1", f"{HOME}/1")
    server.messages = {str(number): posted(str(number), nonce="x") for number in range(1, 1_002)}
    with pytest.raises(Unsure, match="too many"):
        discord.find(bot, message("Hello"))


def test_older_messages_are_another_time(bot: Discord, server: fake.Discord) -> None:
    server.messages = {
        str(n): posted(str(n), nonce="x", timestamp="2026-11-30T12:00:00+00:00") for n in range(1, 1_002)
    }
    assert discord.find(bot, message("Hello")) is None


def test_a_webhook_cannot_look(hook: Discord, transport: spec.Checked) -> None:
    discord.publish(hook, message("Hello"), ())
    with pytest.raises(Unsure, match="cannot read") as caught:
        discord.find(hook, message("Hello"))
    assert caught.value.hint == "Look yourself, then: cmflow settle"


def test_a_list_that_cannot_be_read_is_no_answer(server: fake.Discord) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"x": 1}) if request.url.path.endswith("/messages") else server(request)

    with pytest.raises(NotSent, match="cannot be read"):
        discord.find(discord.connect(http.client(httpx.MockTransport(answer)), access()), message("Hello"))


# ── who we are ──────────────────────────────────────────────────────────────────────────────────────────────


def test_who_we_are_and_what_we_may_do(bot: Discord, hook: Discord) -> None:
    assert discord.verify(bot) == Standing("team in #news", tuple(sorted(rights.NEEDED)))
    assert discord.verify(hook) == Standing("the webhook Team hook", ("send messages",))


def test_what_is_missing_is_said(bot: Discord, server: fake.Discord) -> None:
    server.allow = fake.VIEW | fake.SEND | fake.EMBED
    standing = discord.verify(bot)
    assert standing.who == "team in #news, without attach files, send polls"
    server.allow = fake.ATTACH
    with pytest.raises(Denied) as caught:
        discord.verify(bot)
    assert (str(caught.value), caught.value.hint) == ("team in #news may not send messages there.", BOT_ROLE)


@pytest.mark.parametrize(
    ("overwrites", "sends"),
    [
        ([(fake.GUILD, 0, fake.SEND)], False),
        ([(fake.GUILD, 0, fake.SEND), ("910", fake.SEND, 0)], True),
        ([("910", fake.SEND, 0), (fake.BOT, 0, fake.SEND)], False),
        ([("911", 0, fake.SEND)], True),
    ],
)
def test_the_channel_overwrites_the_roles(
    bot: Discord, server: fake.Discord, overwrites: list[tuple[str, int, int]], sends: bool
) -> None:
    server.overwrites = [
        {"id": number, "type": int(number == fake.BOT), "allow": str(allow), "deny": str(deny)}
        for number, allow, deny in overwrites
    ]
    assert (rights.SEND in rights.of(bot, fake.BOT)) is sends


def test_an_administrator_may_do_everything(bot: Discord, server: fake.Discord) -> None:
    server.allow = rights.ADMINISTRATOR
    assert rights.of(bot, fake.BOT) == frozenset(rights.BITS.values())


def test_in_a_thread_another_permission_counts(server: fake.Discord) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        about = {"id": fake.THREAD, "type": 11, "guild_id": fake.GUILD, "name": "talk", "parent_id": fake.CHANNEL}
        is_thread = request.url.path.endswith(f"/channels/{fake.THREAD}")
        return httpx.Response(200, json=about) if is_thread else server(request)

    options = access(thread=fake.THREAD)
    bot = discord.connect(http.client(httpx.MockTransport(answer)), options)
    assert rights.SEND in rights.of(bot, fake.BOT)
    server.allow = fake.EVERYTHING & ~fake.SEND_IN_THREADS
    assert rights.SEND not in rights.of(bot, fake.BOT)


@pytest.mark.parametrize(
    ("secret", "value", "options", "why"),
    [
        ("token", "xoxb-1-2-abc", {"channel": "1"}, "not that of a Discord bot"),
        ("token", fake.HOOK_URL, {"channel": "1"}, "not that of a Discord bot"),
        ("webhook_url", fake.TOKEN, {}, "not one of Discord"),
        ("webhook_url", "https://hooks.slack.com/services/T/B/x", {}, "not one of Discord"),
        ("webhook_url", fake.HOOK_URL, {"thread": "talk"}, "not the id of a thread"),
        ("webhook_url", fake.HOOK_URL, {"username": "x" * 81}, "not a name of 80 characters at most"),
        ("token", fake.TOKEN, {"channel": "#news"}, "not the id of a channel"),
        ("webhook_url", fake.HOOK_URL, {"channel": "1"}, "has no token"),
        ("token", fake.TOKEN, {}, "has no webhook url"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_sent(
    transport: spec.Checked, secret: str, value: str, options: dict[str, str], why: str
) -> None:
    wrong = Access(Account("team", "discord", options=tuple(options.items())), ((secret, value),))
    with pytest.raises(Denied, match=why) as caught:
        discord.connect(http.client(transport), wrong)
    assert caught.value.hint
    assert value not in f"{caught.value} {caught.value.hint}"
    assert transport.requests == []


@pytest.mark.parametrize(
    ("change", "secret", "why"),
    [
        ({"token": "other"}, "token", "401: Unauthorized"),
        ({"is_member": False}, "token", "Missing Access"),
        ({"hook_token": "other"}, "webhook_url", "Invalid Webhook Token"),
    ],
)
def test_who_is_not_let_in_is_told_at_the_door(change: dict[str, Any], secret: str, why: str) -> None:
    server = fake.Discord(**change)
    with pytest.raises(Denied, match=why) as caught:
        discord.connect(http.client(httpx.MockTransport(server)), access(secret))
    assert caught.value.hint
    assert server.posts == []


@pytest.mark.parametrize(
    ("who", "wrong", "why"),
    [
        ("bot", message("Look", media=("a.png",), data=b""), "is empty: it has 0 bytes"),
        (
            "bot",
            message("Look", media=("a.png",) * 3, data=b"x" * 9_000_000),
            "27,000,000 bytes together; 26,214,400 are accepted",
        ),
        ("bot", message("Yes", quote=f"{HOME}/7"), "no quotes"),
        ("bot", message("", repost=f"{HOME}/7"), "no reposts"),
        ("bot", message("Yes", reply_to="https://example.org/7"), "not the address of a Discord message"),
        ("bot", message("Yes", reply_to="https://discord.com/channels/1/2/3"), "another channel"),
        ("hook", message("Yes", reply_to=f"{HOME}/7"), "webhook cannot answer"),
    ],
)
def test_what_cannot_be_published_is_said_before_anything_is_sent(
    who: str, wrong: Outgoing, why: str, request: pytest.FixtureRequest, transport: spec.Checked
) -> None:
    session = request.getfixturevalue(who)
    with pytest.raises(Rejected, match=why) as caught:
        discord.publish(session, wrong, ())
    assert caught.value.hint
    assert not [each for each in transport.requests if each.method == "POST"]


# ── every kind of no ────────────────────────────────────────────────────────────────────────────────────────


def refusing(status: int, headers: dict[str, str] | None = None, **body: Any) -> Discord:
    """A server that refuses every message."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return fake.Discord()(request)
        return httpx.Response(status, json=body, headers=DATE | (headers or {}))

    return discord.connect(http.client(httpx.MockTransport(answer)), access())


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, 10003, Denied),
        (404, 10015, Denied),
        (401, 50027, Denied),
        (401, 0, Denied),
        (403, 50001, Denied),
        (403, 50013, Denied),
        (400, 220001, Denied),
        (413, 40005, Rejected),
        (400, 50006, Rejected),
        (400, 50035, Rejected),
        (400, 520006, Rejected),
    ],
)
def test_a_refusal_says_whom_it_concerns(status: int, code: int, kind: type[DeliveryError]) -> None:
    with pytest.raises(kind) as caught:
        discord.publish(refusing(status, code=code, message="No."), message("Hello"), ())
    assert type(caught.value) is kind
    assert str(caught.value) == f"Discord answers {status}: No."
    assert caught.value.hint


def test_a_field_that_is_wrong_is_named(bot: Discord) -> None:
    wanted = message("x" * 2_001)
    with pytest.raises(Rejected, match="Invalid Form Body") as caught:
        discord.publish(bot, wanted, ())
    assert "Must be 2000 or fewer in length." in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({}, {"retry_after": 1.5, "global": False}, 1.5),
        ({"Retry-After": "65"}, {"retry_after": 64.57, "global": False}, 65),
        ({"X-RateLimit-Reset-After": "3.25"}, {}, 3.25),
        ({"Retry-After": "90000000"}, {}, 86_400),
    ],
)
def test_too_much_says_when_to_try_again(headers: dict[str, str], body: dict[str, Any], seconds: float) -> None:
    busy = refusing(429, headers, message="You are being rate limited.", **body)
    with pytest.raises(Throttled) as caught:
        discord.publish(busy, message("Hello"), ())
    assert caught.value.retry_at == datetime(2026, 12, 1, 12, tzinfo=UTC) + timedelta(seconds=seconds)


def test_the_same_key_within_minutes_is_the_same_message(bot: Discord, server: fake.Discord) -> None:
    """Discord's help, on which nothing relies."""
    assert discord.publish(bot, message("Hello"), ()) == discord.publish(bot, message("Hello"), ())
    assert server.posts == ["Hello"]
    assert not network.keyed


ASKS: tuple[Callable[[Discord], object], ...] = (
    discord.verify,
    lambda bot: discord.find(bot, message("Hello")),
    lambda bot: discord.delete(bot, receipt("7")),
)


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(429, json={"retry_after": 1})])
def test_what_makes_no_post_is_never_unsure(ask: Callable[[Discord], object], answer: httpx.Response) -> None:
    server, requests = fake.Discord(), list[httpx.Request]()

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return server(request) if len(requests) == 1 else answer

    bot = discord.connect(http.client(httpx.MockTransport(handle)), access())
    with pytest.raises(NotSent):
        ask(bot)
