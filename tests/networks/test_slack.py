"""Slack: a strict workspace in memory, as a bot and through a webhook, held to the methods' descriptions."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from cmflow.model import Account, Media, Remote
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.netkit import http
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.upload import Upload
from cmflow.networks.slack import channel as slack
from cmflow.networks.slack import history, names, network
from cmflow.networks.slack.call import Slack
from cmflow.sandbox.fakes import slack as fake
from cmflow.sandbox.fakes.multipart import fields
from tests.networks import chat, contract, faults, slackapi, spec
from tests.networks.chat import receipt
from tests.networks.contract import PNG, Place

HOME = f"https://team.slack.com/archives/{fake.CHANNEL}"
FIRST, SECOND = f"{fake.START}.000101", f"{fake.START}.000102"
access = partial(chat.access, "slack", fake.TOKEN, fake.HOOK_URL, fake.CHANNEL)
message = partial(chat.message, network)
DATE = {"Date": "Tue, 01 Dec 2026 12:00:00 GMT"}


@pytest.fixture
def server() -> fake.Slack:
    return fake.Slack()


@pytest.fixture
def transport(server: fake.Slack, specs: Path) -> spec.Checked:
    return spec.Checked(slackapi.SlackApi(specs), server)


@pytest.fixture
def bot(transport: spec.Checked) -> Slack:
    return slack.connect(http.client(transport), access())


@pytest.fixture
def hook(transport: spec.Checked) -> Slack:
    return slack.connect(http.client(transport), access("webhook_url"))


class TestBot(contract.Publish, contract.Find, contract.Delete, contract.Verify, contract.Metrics, contract.Denies):
    network = network
    figures: ClassVar = {"reactions": 0, "reply_count": 0}
    crowd: ClassVar = {"num_members": 812}

    @pytest.fixture
    def place(self, server: fake.Slack, transport: spec.Checked) -> Place:
        return Place(access(), lambda: server.posts, transport)


class TestWebhook(contract.Verify):
    network = network

    @pytest.fixture
    def place(self, server: fake.Slack, transport: spec.Checked) -> Place:
        return Place(access("webhook_url"), lambda: server.posts, transport)


class TestFaultsOfBot(faults.Faults):
    network = network
    access = access()

    def fake(self) -> faults.Handler:
        return fake.Slack()

    def makes(self, request: httpx.Request) -> bool:
        return request.url.path.endswith("/chat.postMessage")


class TestFaultsOfWebhook(TestFaultsOfBot):
    access = access("webhook_url")

    def makes(self, request: httpx.Request) -> bool:
        return True


class TestFaultsOfFiles(TestFaultsOfBot):
    def makes(self, request: httpx.Request) -> bool:
        return request.url.path.endswith("/files.completeUploadExternal")

    def outgoing(self) -> Outgoing:
        return message("Look", media=("a.png",))

    @pytest.mark.skip("the answer names no message: it is looked for")
    def test_an_answer_that_does_not_tell_is_no_receipt(self, row: faults.Row) -> None:
        raise NotImplementedError


def asked(transport: spec.Checked, method: str) -> dict[str, Any]:
    """The fields of the last request to a method."""
    requests = [each for each in transport.requests if each.url.path == f"/api/{method}"]
    return fields(requests[-1])


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_of_a_bot(bot: Slack, transport: spec.Checked) -> None:
    wanted = message("Hello **all** <3 [here](https://example.org/a)")
    assert slack.publish(bot, wanted, ()) == Remote(FIRST, f"{HOME}/p{FIRST.replace('.', '')}")
    form = asked(transport, "chat.postMessage")
    assert json.loads(form.pop("metadata")) == {"event_type": "cmflow_post", "event_payload": {"id": "key"}}
    words = "Hello *all* &lt;3 <https://example.org/a|here>"
    assert form == {"channel": fake.CHANNEL, "text": words, "unfurl_links": "true"}
    assert transport.requests[-1].headers["authorization"] == f"Bearer {fake.TOKEN}"


def test_a_text_through_a_webhook(hook: Slack, transport: spec.Checked, server: fake.Slack) -> None:
    remote = slack.publish(hook, message("Hello"), ())
    assert (remote.id.startswith("webhook-"), remote.url) == (True, "")
    [request] = transport.requests
    assert str(request.url) == fake.HOOK_URL
    assert json.loads(request.content) == {"text": "Hello"}
    assert "authorization" not in request.headers
    assert server.posts == ["Hello"]


def test_later_parts_stand_in_the_thread_of_the_first(bot: Slack, server: fake.Slack) -> None:
    first = slack.publish(bot, message("One"), ())
    second = slack.publish(bot, message("One", "Two", index=1), (receipt(first.id),))
    slack.publish(bot, message("One", "Two", "Three", index=2), (receipt(first.id), receipt(second.id)))
    assert [each["thread_ts"] for each in server.messages.values()] == [FIRST, FIRST, FIRST]
    assert second.url == f"{HOME}/p{SECOND.replace('.', '')}?thread_ts={FIRST}&cid={fake.CHANNEL}"


def test_files_are_uploaded_and_shared_in_one_message(bot: Slack, transport: spec.Checked, server: fake.Slack) -> None:
    remote = slack.publish(bot, message("Look", media=("a.png", "b.mp4")), ())
    assert remote.id == FIRST
    ticket = asked(transport, "files.getUploadURLExternal")
    name = names.of("b.mp4", "key", 1)
    assert ticket == {"filename": name, "length": str(len(PNG)), "alt_txt": "What it shows"}
    uploads = [each for each in transport.requests if each.url.host == "files.slack.com"]
    assert [each.content for each in uploads] == [PNG, PNG]
    assert all("authorization" not in each.headers for each in uploads)
    shared = asked(transport, "files.completeUploadExternal")
    assert json.loads(shared.pop("files")) == [
        {"id": "F0000000001", "title": "What it shows"},
        {"id": "F0000000002", "title": "What it shows"},
    ]
    assert shared == {"channel_id": fake.CHANNEL, "initial_comment": "Look"}
    assert [file["name"] for file in server.messages[FIRST]["files"]] == [names.of("a.png", "key", 0), name]


def test_files_in_a_thread(bot: Slack, server: fake.Slack) -> None:
    first = slack.publish(bot, message("One"), ())
    wanted = replace(message("One", "Two", index=1), key="two")
    parts = (wanted.variant.parts[0], replace(wanted.part, media=(Media("a.png", "x"),)))
    pictured = replace(wanted, variant=replace(wanted.variant, parts=parts), files=(Upload.of(PNG),), below=first.id)
    assert slack.publish(bot, pictured, (receipt(first.id),)).id == SECOND
    assert server.messages[SECOND]["thread_ts"] == FIRST
    found = slack.find(bot, pictured)
    assert found is not None and found.id == SECOND


def test_the_message_of_files_is_waited_for_within_bounds(transport: spec.Checked, server: fake.Slack) -> None:
    pauses: list[float] = []
    bot = slack.connect(http.client(transport), replace(access(), pause=pauses.append))
    server.slow = 3
    assert slack.publish(bot, message("Look", media=("a.png",)), ()).id == FIRST
    assert pauses == [1, 1, 2]
    server.slow = 99
    with pytest.raises(Unsure, match="does not show their message yet"):
        slack.publish(bot, message("Look", media=("a.png",)), ())


def test_a_look_that_fails_after_the_files_are_shared_is_unsure(server: fake.Slack) -> None:
    """They may be there: to say "not sent" would send them twice."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if "conversations" in request.url.path else server(request)

    bot = slack.connect(http.client(httpx.MockTransport(answer)), access())
    with pytest.raises(Unsure):
        slack.publish(bot, message("Look", media=("a.png",)), ())
    assert server.posts == ["Look"]


def test_an_answer_to_another_message(bot: Slack, transport: spec.Checked, server: fake.Slack) -> None:
    slack.publish(bot, message("One"), ())
    address = f"{HOME}/p{FIRST.replace('.', '')}"
    for place, ids in ((address, ()), (f"{HOME}/p1796126400000999?thread_ts={FIRST}", ()), ("own", (("own", FIRST),))):
        slack.publish(bot, message("Yes", reply_to=place, ids=ids), ())
        assert asked(transport, "chat.postMessage")["thread_ts"] == FIRST


def test_a_post_that_a_person_settled_is_deleted_by_its_address(bot: Slack, server: fake.Slack) -> None:
    remote = slack.publish(bot, message("Hello"), ())
    slack.delete(bot, receipt("", remote.url))
    assert server.messages == {}


# ── looking ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_is_found_by_its_key(bot: Slack, server: fake.Slack) -> None:
    remote = slack.publish(bot, message("Hello"), ())
    server.messages[FIRST]["text"] = "Edited since"
    assert slack.find(bot, message("Other words")) == remote
    assert slack.find(bot, replace(message("Hello"), key="other")) is None


def test_files_are_found_by_their_names(bot: Slack) -> None:
    wanted = message("Look", media=("a.png",))
    remote = slack.publish(bot, wanted, ())
    assert slack.find(bot, wanted) == remote
    assert slack.find(bot, replace(wanted, key="other")) is None


def test_a_later_part_is_found_in_its_thread(bot: Slack) -> None:
    first = slack.publish(bot, message("One"), ())
    second = replace(message("One", "Two", index=1), key="two")
    remote = slack.publish(bot, second, (receipt(first.id),))
    third = replace(message("One", "Two", "Three", index=2), key="three", below=remote.id)
    assert slack.find(bot, replace(second, below=first.id)) == remote
    assert slack.find(bot, third) is None
    with pytest.raises(Unsure, match="which thread it would be in"):
        slack.find(bot, second)


@pytest.mark.parametrize("odd", [{"metadata": 7}, {"metadata": {"event_type": "x"}}, {"files": [7]}, {"files": None}])
def test_an_odd_message_is_not_taken_for_it(server: fake.Slack, odd: dict[str, Any]) -> None:
    server.messages[FIRST] = {"ts": FIRST, "text": "Hello", **odd}
    bot = slack.connect(http.client(httpx.MockTransport(server)), access())
    assert slack.find(bot, message("Hello")) is None


def test_it_is_found_behind_many_and_nobody_says_no_behind_too_many(bot: Slack, server: fake.Slack) -> None:
    remote = slack.publish(bot, message("Hello"), ())
    other = {"type": "message", "text": "x"}
    server.messages |= {f"{fake.START}.{n:06}": other | {"ts": f"{fake.START}.{n:06}"} for n in range(200, 600)}
    assert slack.find(bot, message("Hello")) == remote
    server.messages |= {f"{fake.START}.{n:06}": other | {"ts": f"{fake.START}.{n:06}"} for n in range(600, 2_600)}
    with pytest.raises(Unsure, match="too many"):
        slack.find(bot, message("Hello"))


@pytest.mark.parametrize("change", [{"scopes": ("chat:write",)}, {"is_member": False}])
def test_who_may_not_read_cannot_tell(change: dict[str, Any]) -> None:
    server = fake.Slack(**change)
    bot = slack.connect(http.client(httpx.MockTransport(server)), access())
    with pytest.raises(Unsure, match="may not read the channel") as caught:
        slack.find(bot, message("Hello"))
    assert history.SCOPE in caught.value.hint


def test_a_webhook_can_neither_look_nor_delete(hook: Slack) -> None:
    with pytest.raises(Unsure, match="cannot read"):
        slack.find(hook, message("Hello"))
    with pytest.raises(Denied, match="cannot delete"):
        slack.delete(hook, receipt("webhook-1"))


# ── who we are ──────────────────────────────────────────────────────────────────────────────────────────────


def test_who_we_are_and_what_we_may_do(bot: Slack, hook: Slack) -> None:
    assert slack.verify(bot) == Standing("@cmflow in Team, #news", tuple(sorted(fake.SCOPES)))
    assert slack.verify(hook).may == ("incoming-webhook",)


def test_what_is_missing_is_said() -> None:
    server = fake.Slack(scopes=("chat:write", "channels:history"))
    transport = httpx.MockTransport(server)
    bot = slack.connect(http.client(transport), access())
    assert slack.verify(bot).who == f"@cmflow in Team, {fake.CHANNEL}, without files:write"
    server.scopes = ("channels:read",)
    with pytest.raises(Denied, match="chat:write is missing"):
        slack.verify(slack.connect(http.client(transport), access()))
    server.scopes, server.is_member = fake.SCOPES, False
    with pytest.raises(Denied, match="is not in #news"):
        slack.verify(slack.connect(http.client(transport), access()))


@pytest.mark.parametrize(
    ("secret", "value", "options", "why"),
    [
        ("token", "xoxp-1-2-abcdef", {"channel": fake.CHANNEL}, "not that of a Slack bot"),
        ("token", fake.HOOK_URL, {"channel": fake.CHANNEL}, "not that of a Slack bot"),
        ("token", fake.TOKEN, {"channel": "#news"}, "not a channel's id"),
        ("token", fake.TOKEN, {}, "has no webhook url"),
        ("webhook_url", fake.TOKEN, {}, "not one of Slack"),
        ("webhook_url", "https://discord.com/api/webhooks/1/abc", {}, "not one of Slack"),
        ("webhook_url", fake.HOOK_URL, {"channel": fake.CHANNEL}, "has no token"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_sent(
    transport: spec.Checked, secret: str, value: str, options: dict[str, str], why: str
) -> None:
    wrong = Access(Account("team", "slack", options=tuple(options.items())), ((secret, value),))
    with pytest.raises(Denied, match=why) as caught:
        slack.connect(http.client(transport), wrong)
    assert caught.value.hint
    assert value not in f"{caught.value} {caught.value.hint}"
    assert transport.requests == []


def test_a_token_that_is_not_known_is_told_at_the_door(server: fake.Slack, transport: spec.Checked) -> None:
    server.token = "xoxb-other"
    with pytest.raises(Denied, match="invalid_auth"):
        slack.connect(http.client(transport), access())


@pytest.mark.parametrize(
    ("who", "wrong", "why"),
    [
        ("bot", message("Look", media=("a.png",), data=b""), "is empty: it has 0 bytes"),
        ("bot", message("Yes", quote=f"{HOME}/p1796126400000101"), "no quotes"),
        ("bot", message("Yes", reply_to="https://example.org/7"), "not the address of a Slack message"),
        ("bot", message("Yes", reply_to="https://x.slack.com/archives/C999/p1796126400000101"), "another channel"),
        ("hook", message("Yes", reply_to=f"{HOME}/p1796126400000101"), "webhook cannot reply"),
        ("hook", message("Look", media=("a.png",)), "cannot send files"),
    ],
)
def test_what_cannot_be_published_is_said_before_anything_is_sent(
    who: str, wrong: Outgoing, why: str, request: pytest.FixtureRequest, server: fake.Slack
) -> None:
    with pytest.raises(Rejected, match=why) as caught:
        slack.publish(request.getfixturevalue(who), wrong, ())
    assert caught.value.hint
    assert (server.posts, server.tickets) == ([], {})


# ── every kind of no ────────────────────────────────────────────────────────────────────────────────────────


def refusing(answer: httpx.Response, secret: str = "token") -> Slack:
    """A workspace that lets us in, and answers every other request like this."""
    server = fake.Slack()

    def handle(request: httpx.Request) -> httpx.Response:
        return server(request) if request.url.path.endswith("/auth.test") else answer

    return slack.connect(http.client(httpx.MockTransport(handle)), access(secret))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((code, Denied) for code in ("invalid_auth", "token_expired", "token_revoked", "missing_scope")),
        *((code, Denied) for code in ("not_in_channel", "channel_not_found", "is_archived", "restricted_action")),
        *((code, Rejected) for code in ("no_text", "msg_too_long", "metadata_too_large", "a_new_one")),
        *((code, Unsure) for code in ("internal_error", "fatal_error", "service_unavailable")),
        ("ratelimited", Throttled),
    ],
)
def test_a_refusal_says_whom_it_concerns(code: str, kind: type[DeliveryError]) -> None:
    with pytest.raises(kind) as caught:
        slack.publish(refusing(httpx.Response(200, json={"ok": False, "error": code})), message("Hello"), ())
    assert type(caught.value) is kind
    assert str(caught.value) == f"Slack answers: {code}"
    assert caught.value.hint


def test_a_missing_scope_is_named() -> None:
    body = {"ok": False, "error": "missing_scope", "needed": "chat:write", "provided": "x"}
    with pytest.raises(Denied) as caught:
        slack.publish(refusing(httpx.Response(200, json=body)), message("Hello"), ())
    assert str(caught.value) == "The Slack app lacks the scope chat:write."


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (400, "no_text", Rejected),
        (400, "invalid_payload", Rejected),
        (403, "invalid_token", Denied),
        (403, "action_prohibited", Denied),
        (404, "no_service", Denied),
        (410, "channel_is_archived", Denied),
    ],
)
def test_a_refusal_of_a_webhook(status: int, words: str, kind: type[DeliveryError]) -> None:
    with pytest.raises(kind, match=f"Slack answers: {words}") as caught:
        slack.publish(refusing(httpx.Response(status, text=words), "webhook_url"), message("Hello"), ())
    assert type(caught.value) is kind


@pytest.mark.parametrize("secret", ["token", "webhook_url"])
def test_too_much_says_when_to_try_again(secret: str) -> None:
    busy = httpx.Response(429, json={"ok": False, "error": "ratelimited"}, headers=DATE | {"Retry-After": "30"})
    with pytest.raises(Throttled) as caught:
        slack.publish(refusing(busy, secret), message("Hello"), ())
    assert caught.value.retry_at == datetime(2026, 12, 1, 12, tzinfo=UTC) + timedelta(seconds=30)


@pytest.mark.parametrize(
    "answer", [httpx.Response(500), httpx.Response(200, text="<html>"), httpx.Response(200, json=7)]
)
def test_what_makes_no_post_is_never_unsure(answer: httpx.Response) -> None:
    bot = refusing(answer)
    for ask in (slack.verify, lambda bot: slack.find(bot, message("x")), lambda bot: slack.delete(bot, receipt("7"))):
        with pytest.raises(NotSent):
            ask(bot)
