"""What people write on Mastodon, against a server that others wrote: a second account writes, edits and deletes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from cmflow.model import Contact, Form, Part, Receipt, Text, Variant, Visibility
from cmflow.model.errors import Rejected
from cmflow.netkit.network import Access, Inquiry, Outgoing, Question
from cmflow.netkit.rest import ApiClient
from cmflow.networks.mastodon import answer, call
from cmflow.networks.mastodon import post as posting
from cmflow.networks.mastodon.inbox import inbox
from tests.networks.contract import NOON, trace
from tests.servers.mastodon_mock import Mock, mastodon_mock

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    with mastodon_mock(tmp_path_factory.mktemp("mock")) as server:
        yield server


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60) as client:
        yield client


class Person:
    """Another account, which does all of this with the server's own API."""

    def __init__(self, server: Mock, access: Access) -> None:
        self.url, self.headers = server.url, {"Authorization": f"Bearer {dict(access.secrets)['token']}"}
        self.name = self.ask("GET", "/api/v1/accounts/verify_credentials")["acct"]

    def ask(self, method: str, path: str, **body: Any) -> Any:
        result = httpx.request(method, self.url + path, headers=self.headers, json=body or None, timeout=60)
        assert result.is_success, result.text
        return result.json()

    def write(self, text: str, **fields: Any) -> str:
        return str(self.ask("POST", "/api/v1/statuses", status=text, **fields)["id"])


def outgoing(text: str, **changes: Any) -> Outgoing:
    variant = Variant("reply-1", "team", "mastodon", NOON, (Part(Text(text), Form(text)),), language="en", **changes)
    return Outgoing(variant, 0, f"key of {text}", datetime.now(UTC).timestamp())


@pytest.fixture
def api(client: httpx.Client, server: Mock) -> ApiClient:
    return call.connect(client, server.account())


def test_a_conversation_whole(api: ApiClient, server: Mock) -> None:
    me = call.text(api, call.own_account(api), "acct")
    ana, since = Person(server, server.account()), datetime.now(UTC) - timedelta(hours=1)
    remote = posting.publish(api, outgoing("What do you think?"), ())
    posts = (Receipt(0, remote.id, remote.url, NOON),)
    quiet = inbox(api, Inquiry("", since, posts))
    assert (quiet.messages, quiet.gaps, quiet.more) == ((), (), False)

    comment = ana.write(f"@{me} Helo <b>", in_reply_to_id=remote.id)
    secret = ana.write(f"@{me} Psst", visibility="direct")
    heard = inbox(api, Inquiry(quiet.cursor, since, posts))
    told = [
        (each.id, each.conversation, each.contact, each.post, each.visibility, each.text, each.author.ours)
        for each in heard.messages
    ]
    assert told == [
        (comment, remote.id, Contact.COMMENT, remote.id, Visibility.PUBLIC, f"@{me} Helo <b>", False),
        (secret, secret, Contact.DIRECT, "", Visibility.PRIVATE, f"@{me} Psst", False),
    ]
    assert [each.author.handle for each in heard.messages] == [f"@{ana.name}@127.0.0.1"] * 2
    watched = tuple(map(trace, heard.messages))
    assert inbox(api, Inquiry(heard.cursor, since, posts, watched)).messages == ()

    for message in heard.messages:
        question = Question(message.conversation, trace(message))
        sent = outgoing(f"@{ana.name} Thank you for {message.text[-4:]}")
        own = answer.reply(api, sent, question)
        shown = ana.ask("GET", f"/api/v1/statuses/{own.id}")
        assert (shown["in_reply_to_id"], shown["visibility"]) == (message.id, call.AUDIENCE[message.visibility])
        assert answer.find_reply(api, sent, question) == own
    answered = inbox(api, Inquiry(heard.cursor, since, posts, watched))
    assert [(each.conversation, each.author.ours) for each in answered.messages] == [(remote.id, True), (secret, True)]

    ana.ask("PUT", f"/api/v1/statuses/{comment}", status=f"@{me} Hello")
    ana.ask("DELETE", f"/api/v1/statuses/{secret}")
    later = inbox(api, Inquiry(answered.cursor, since, posts, watched))
    assert [(each.id, each.text) for each in later.messages] == [(comment, f"@{me} Hello")]
    assert later.messages[0].edited is not None
    assert later.deleted == (secret,)
    with pytest.raises(Rejected, match="not there any more"):
        answer.reply(api, outgoing(f"@{ana.name} Too late"), Question(secret, replace(watched[1])))


def test_people_whom_the_server_holds_back_are_heard(api: ApiClient, server: Mock, client: httpx.Client) -> None:
    """The trap: with the usual question alone they are missing, and nothing says so."""
    me = call.text(api, call.own_account(api), "acct")
    policy = {"for_not_following": "filter", "for_new_accounts": "filter"}
    assert api.ask("PATCH", "/api/v2/notifications/policy", json=policy).is_success
    stranger = Person(server, server.account())
    id = stranger.write(f"@{me} I am new here")
    usual = api.ask("GET", "/api/v1/notifications", params={"types[]": "mention"}).json()
    heard = inbox(api, Inquiry("", datetime.now(UTC) - timedelta(hours=1)))
    assert (usual, [message.id for message in heard.messages]) == ([], [id])
