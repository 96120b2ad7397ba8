"""What people write on Matrix, against a real Synapse: in a room and in private; edited, removed and answered."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from cmflow.model import Contact, Part, Receipt, Text, Variant, Visibility
from cmflow.model.errors import Rejected
from cmflow.netkit import http
from cmflow.netkit.network import Access, Inquiry, Outgoing, Question
from cmflow.networks.matrix import answer, post, room
from cmflow.networks.matrix.inbox import inbox
from cmflow.render import formats
from tests.networks.contract import NOON, trace
from tests.servers.synapse import Synapse, synapse

pytestmark = pytest.mark.slow
CLIENT = "/_matrix/client/v3"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with synapse(tmp_path_factory.mktemp("synapse")) as server:
        yield server


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with http.client() as client:
        yield client


def outgoing(text: str, key: str) -> Outgoing:
    part = Part(Text(text), formats.matrix(Text(text)))
    return Outgoing(Variant("reply-1", "team", "matrix", NOON, (part,)), 0, key, datetime.now(UTC).timestamp())


class Person:
    """Another account, which does all of this with the server's own API."""

    def __init__(self, server: Synapse, access: Access) -> None:
        self.server, self.token, self.count = server, dict(access.secrets)["token"], 0
        self.user = str(server.ask("GET", f"{CLIENT}/account/whoami", self.token)["user_id"])

    def ask(self, verb: str, path: str, **body: Any) -> Any:
        return self.server.ask(verb, CLIENT + path, self.token, json=body)

    def write(self, place: str, text: str, **content: Any) -> str:
        self.count += 1
        path = f"/rooms/{quote(place, safe='')}/send/m.room.message/t{self.count}"
        return str(self.ask("PUT", path, msgtype="m.text", body=text, **content)["event_id"])

    def amend(self, place: str, event: str, text: str) -> None:
        relation = {"rel_type": "m.replace", "event_id": event}
        new = {"msgtype": "m.text", "body": text}
        self.write(place, f"* {text}", **{"m.new_content": new, "m.relates_to": relation})

    def remove(self, place: str, event: str) -> None:
        self.ask("PUT", f"/rooms/{quote(place, safe='')}/redact/{quote(event, safe='')}/r{event[1:5]}")


def below(event: str) -> dict[str, Any]:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": event}}}


def test_a_conversation_whole(server: Synapse, client: httpx.Client) -> None:
    access, other = server.account(), server.account()
    matrix, us, ana = room.connect(client, access), Person(server, access), Person(server, other)
    place, since = server.room(access), datetime.now(UTC) - timedelta(hours=1)
    us.ask(
        "POST",
        f"/rooms/{quote(place, safe='')}/invite",
        user_id=server.ask("GET", f"{CLIENT}/account/whoami", ana.token)["user_id"],
    )
    ana.ask("POST", f"/join/{quote(place, safe='')}")
    first = post.publish(matrix, outgoing("What do you think?", "post"), ())
    posts = (Receipt(0, first.id, first.url, NOON),)
    quiet = inbox(matrix, Inquiry("", since, posts))
    assert (quiet.messages, quiet.deleted, quiet.gaps) == ((), (), ())

    private = ana.ask("POST", "/createRoom", is_direct=True, invite=[matrix.user], preset="trusted_private_chat")[
        "room_id"
    ]
    comment = ana.write(place, "Helo", **below(first.id))
    ana.write(place, "Between us")
    mention = ana.write(place, "Look", **{"m.mentions": {"user_ids": [matrix.user]}})
    invited = inbox(matrix, Inquiry(quiet.cursor, since, posts))
    told = [(each.id, each.conversation, each.contact, each.post, each.text) for each in invited.messages]
    assert told == [
        (comment, first.id, Contact.COMMENT, first.id, "Helo"),
        (mention, mention, Contact.MENTION, "", "Look"),
    ]
    assert {each.author.name for each in invited.messages} == {
        each.author.handle[1:].split(":")[0] for each in invited.messages
    }
    assert invited.gaps == (
        "Matrix: 1 person invites this account into a room: accept that in an app such as Element to read them here.",
    )

    us.ask("POST", f"/join/{quote(private, safe='')}")
    us.ask("PUT", f"/user/{quote(matrix.user, safe='')}/account_data/m.direct", **{ana.user: [private]})
    secret = ana.write(private, "Psst")
    direct = inbox(matrix, Inquiry(invited.cursor, since, posts))
    assert [(each.id, each.conversation, each.contact, each.visibility) for each in direct.messages] == [
        (secret, private, Contact.DIRECT, Visibility.PRIVATE)
    ]
    watched = tuple(map(trace, (*invited.messages, *direct.messages)))
    assert inbox(matrix, Inquiry(direct.cursor, since, posts, watched)).messages == ()

    for number, seen in enumerate(watched):
        conversation = {comment: first.id, mention: mention, secret: private}[seen.id]
        question, sent = Question(conversation, seen), outgoing(f"Answer {number}", f"answer {number}")
        assert answer.find_reply(matrix, sent, question) is None
        own = answer.reply(matrix, sent, question)
        assert answer.reply(matrix, sent, question) == own == answer.find_reply(matrix, sent, question)
    answered = inbox(matrix, Inquiry(direct.cursor, since, posts, watched))
    assert [(each.conversation, each.text, each.author.ours) for each in answered.messages] == [
        (first.id, "Answer 0", True),
        (mention, "Answer 1", True),
        (private, "Answer 2", True),
    ]

    ana.amend(place, comment, "Hello")
    ana.remove(place, mention)
    later = inbox(matrix, Inquiry(answered.cursor, since, posts, watched))
    [edited] = later.messages
    assert (edited.id, edited.text, edited.conversation, edited.edited is not None) == (
        comment,
        "Hello",
        first.id,
        True,
    )
    assert later.deleted == (mention,)
    with pytest.raises(Rejected, match="not there any more"):
        answer.reply(matrix, outgoing("Too late", "late"), Question(mention, watched[1]))

    for _ in range(2):
        answer.hide(matrix, Question(first.id, watched[0]))
    assert inbox(matrix, Inquiry(later.cursor, since, posts, watched)).deleted == (comment,)
    with pytest.raises(Rejected, match="cannot be hidden"):
        answer.hide(matrix, Question(private, watched[2]))


def test_more_than_one_answer_holds(server: Synapse, client: httpx.Client) -> None:
    access = server.account()
    matrix, us = room.connect(client, access), Person(server, access)
    ana = Person(server, server.account())
    place, since = server.room(access), datetime.now(UTC) - timedelta(hours=1)
    rules = f"/rooms/{quote(place, safe='')}/state/m.room.join_rules"
    us.ask("PUT", rules, join_rule="public")
    ana.ask("POST", f"/join/{quote(place, safe='')}")
    mentions = {"m.mentions": {"user_ids": [matrix.user]}}
    texts = [str(number) for number in range(240)]
    for text in texts[:120]:
        ana.write(place, text, **mentions)
    first = inbox(matrix, Inquiry("", since))
    assert [message.text for message in first.messages] == texts[:120]
    for text in texts[120:]:
        ana.write(place, text, **mentions)
    assert [message.text for message in inbox(matrix, Inquiry(first.cursor, since)).messages] == texts[120:]
