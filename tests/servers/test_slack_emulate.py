"""Slack with strict scopes, by a stand-in that others wrote: what a bot may do, and what is said where it may not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from cmflow.model import Account, Form, Part, Receipt, Text, Variant
from cmflow.model.errors import Denied, Unsure
from cmflow.netkit import http
from cmflow.netkit.network import Access, Inquiry, Outgoing, Question
from cmflow.networks.slack import channel as slack
from cmflow.networks.slack.call import Slack
from cmflow.networks.slack.inbox import find_reply, inbox, reply
from tests.networks.contract import trace
from tests.servers.emulate import Detour, service

pytestmark = pytest.mark.slow

SCOPES = {
    "xoxb-all": ["chat:write", "files:write", "channels:history", "channels:read"],
    "xoxb-writer": ["chat:write", "channels:read"],
    "xoxb-reader": ["channels:history", "channels:read"],
    "xoxb-nothing": ["users:read"],
}
SEED = {
    "team": {"name": "Harbour", "domain": "harbour"},
    "users": [{"name": "cmflow"}, {"name": "ana"}],
    "channels": [{"name": "news"}],
    "tokens": [
        *({"token": token, "user": "cmflow", "scopes": scopes} for token, scopes in SCOPES.items()),
        {"token": "xoxb-ana", "user": "ana", "scopes": ["chat:write"]},
    ],
    "strict_scopes": True,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with service("slack", SEED, tmp_path_factory.mktemp("slack"), "/") as url:
        yield url


@pytest.fixture
def client(server: str) -> Iterator[httpx.Client]:
    with http.client(Detour({"slack.com": server})) as client:
        yield client


@pytest.fixture
def channel(server: str) -> str:
    answer = httpx.post(f"{server}/api/conversations.list", headers={"Authorization": "Bearer xoxb-all"}).json()
    return next(str(channel["id"]) for channel in answer["channels"] if channel["name"] == "news")


def connected(client: httpx.Client, channel: str, token: str = "xoxb-all") -> Slack:
    account = Account("team", "slack", options=(("channel", channel),))
    return slack.connect(client, Access(account, (("token", token),)))


def message(text: str, key: str, index: int = 0, below: str = "") -> Outgoing:
    now = datetime.now(UTC)
    parts = tuple(Part(Text(words), Form(words)) for words in (text, f"{text}, more"))
    return Outgoing(Variant("post", "team", "slack", now, parts), index, key, now.timestamp(), below=below)


def history(server: str, channel: str) -> list[dict[str, Any]]:
    headers, form = {"Authorization": "Bearer xoxb-all"}, {"channel": channel, "include_all_metadata": "true"}
    messages: list[dict[str, Any]] = httpx.post(
        f"{server}/api/conversations.history", headers=headers, data=form
    ).json()["messages"]
    return messages


def test_a_thread_is_posted_looked_for_and_deleted(server: str, client: httpx.Client, channel: str) -> None:
    bot = connected(client, channel)
    assert slack.verify(bot).who == "@cmflow in Harbour, #news"
    one, two = message("Hello <https://example.org>", "k1"), message("Hello", "k2", 1)
    assert slack.find(bot, one) is None
    first = slack.publish(bot, one, ())
    assert first.url == f"https://harbour.slack.com/archives/{channel}/p{first.id.replace('.', '')}"
    assert slack.find(bot, one) == first
    receipt = Receipt(0, first.id, first.url, datetime.now(UTC))
    second = slack.publish(bot, two, (receipt,))
    assert slack.find(bot, message("Hello", "k2", 1, below=first.id)) == second
    assert slack.find(bot, message("Hello <https://example.org>", "another key")) is None
    [posted] = [each for each in history(server, channel) if each["ts"] == first.id]
    assert (posted["text"], posted["metadata"]["event_payload"]) == ("Hello <https://example.org>", {"id": "k1"})
    for number in (second.id, first.id, first.id):  # the last one again: deleting twice does no harm
        slack.delete(bot, Receipt(0, number, "", datetime.now(UTC)))
    assert slack.find(bot, one) is None


def test_what_a_person_writes_in_the_thread_is_read_and_answered(
    server: str, client: httpx.Client, channel: str
) -> None:
    bot, since = connected(client, channel), datetime.now(UTC) - timedelta(minutes=5)
    post = slack.publish(bot, message("Hello again", "k6"), ())
    posts = (Receipt(0, post.id, post.url, datetime.now(UTC)),)
    form = {"channel": channel, "text": "When &lt;exactly&gt;?", "thread_ts": post.id}
    httpx.post(f"{server}/api/chat.postMessage", headers={"Authorization": "Bearer xoxb-ana"}, data=form)
    mail = inbox(bot, Inquiry("", since, posts))
    [comment] = mail.messages
    assert (comment.text, comment.post, comment.conversation, mail.gaps) == ("When <exactly>?", post.id, post.id, ())
    question, answer = Question(comment.conversation, trace(comment)), message("Tomorrow", "k7")
    assert find_reply(bot, answer, question) is None
    remote = reply(bot, answer, question)
    assert find_reply(bot, answer, question) == remote
    [ours] = inbox(bot, Inquiry(mail.cursor, since, posts)).messages
    assert (ours.id, ours.author.ours) == (remote.id, True)
    for number in (remote.id, post.id):
        slack.delete(bot, Receipt(0, number, "", datetime.now(UTC)))


def test_a_scope_that_is_missing_is_named(client: httpx.Client, channel: str) -> None:
    bot = connected(client, channel, "xoxb-reader")
    with pytest.raises(Denied) as caught:
        slack.publish(bot, message("Hello", "k3"), ())
    assert (str(caught.value), caught.value.hint) == (
        "The Slack app lacks the scope chat:write.",
        "Add it to the bot's scopes under “OAuth & Permissions”, and install the app again.",
    )


def test_without_the_right_to_read_nothing_is_said_to_be_missing(client: httpx.Client, channel: str) -> None:
    """It may be there: a person is asked, and told which scope would spare it."""
    bot = connected(client, channel, "xoxb-writer")
    posted = slack.publish(bot, message("Hello", "k4"), ())
    with pytest.raises(Unsure, match="may not read the channel") as caught:
        slack.find(bot, message("Hello", "k4"))
    assert "channels:history" in caught.value.hint
    slack.delete(bot, Receipt(0, posted.id, "", datetime.now(UTC)))


def test_a_channel_that_is_not_there(client: httpx.Client) -> None:
    bot = connected(client, "C0NOTTHERE")
    with pytest.raises(Denied, match="channel_not_found"):
        slack.publish(bot, message("Hello", "k5"), ())
