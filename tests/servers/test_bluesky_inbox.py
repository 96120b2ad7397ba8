"""What people write on Bluesky, as its own AppView tells it: a second account answers, mentions, quotes and deletes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from cmflow.model import Contact, Form, Part, Receipt, Text, Variant
from cmflow.model.errors import Rejected
from cmflow.netkit.atproto import Ask
from cmflow.netkit.network import Inquiry, Outgoing, Question
from cmflow.networks.bluesky import account, answer, post
from cmflow.networks.bluesky.inbox import inbox
from tests.networks.contract import NOON, trace
from tests.servers.appview import AppView, appview

pytestmark = pytest.mark.slow
__all__ = ["appview"]


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60) as client:
        yield client


def outgoing(text: str, key: str = "k") -> Outgoing:
    variant = Variant("reply-1", "team", "bluesky", NOON, (Part(Text(text), Form(text)),), digest="d" * 64)
    return Outgoing(variant, 0, key, datetime.now(UTC).timestamp())


def test_a_conversation_whole(appview: AppView, client: httpx.Client) -> None:
    access = appview.account("inboxteam")
    appview.account("inboxana")
    session, since = account.connect(client, access), datetime.now(UTC) - timedelta(hours=1)
    remote = post.publish(session, outgoing("What do you think?", "post"), ())
    appview.ask(verb="wait")
    uri, cid = remote.id.split()
    posts = (Receipt(0, remote.id, remote.url, NOON),)
    quiet = inbox(session, Inquiry("", since, posts))
    assert (quiet.messages, quiet.deleted, quiet.more) == ((), (), False)
    [gap] = quiet.gaps  # these servers have no direct messages
    assert gap.startswith("Direct messages on Bluesky could not be read: ")

    def act(verb: str, text: str, uri: str = uri, cid: str = cid) -> str:
        written: dict[str, Any] = appview.ask(verb=verb, name="inboxana", uri=uri, cid=cid, text=text)
        return f"{written['uri']} {written['cid']}"

    comment = act("reply", "Fine")
    mention = act("mention", "@inboxteam.test hello")
    quote = act("quote", "Look at this")
    heard = inbox(session, Inquiry(quiet.cursor, since, posts))
    told = [
        (each.id, each.conversation, each.contact, each.above, each.post, each.text, each.author.handle)
        for each in heard.messages
    ]
    assert told == [
        (comment, remote.id, Contact.COMMENT, remote.id, remote.id, "Fine", "@inboxana.test"),
        (mention, mention, Contact.MENTION, "", "", "@inboxteam.test hello", "@inboxana.test"),
        (quote, quote, Contact.QUOTE, "", remote.id, "Look at this", "@inboxana.test"),
    ]
    watched = tuple(map(trace, heard.messages))
    assert inbox(session, Inquiry(heard.cursor, since, posts, watched)).messages == ()

    question = Question(heard.messages[0].conversation, watched[0])
    sent = outgoing("Thank you", "reply")
    assert answer.find_reply(session, sent, question) is None
    own = answer.reply(session, sent, question)
    assert answer.reply(session, sent, question) == own == answer.find_reply(session, sent, question)
    appview.ask(verb="wait")
    answered = inbox(session, Inquiry(heard.cursor, since, posts, watched))
    assert [(each.id, each.conversation, each.author.ours) for each in answered.messages] == [(own.id, remote.id, True)]

    for _ in range(2):
        answer.hide(session, question)
    appview.ask(verb="wait")
    thread = session.ask(Ask("app.bsky.feed.getPostThread", params={"uri": uri}))["thread"]
    assert thread["post"]["threadgate"]["record"]["hiddenReplies"] == [comment.split()[0]]
    with pytest.raises(Rejected, match="in a thread of this account"):
        answer.hide(session, Question(heard.messages[1].conversation, watched[1]))

    appview.ask(verb="delete", name="inboxana", uri=mention.split()[0], cid="", text="")
    later = inbox(session, Inquiry(answered.cursor, since, posts, watched))
    assert (later.messages, later.deleted) == ((), (mention,))
    with pytest.raises(Rejected, match="not there any more"):
        answer.reply(session, outgoing("Too late", "late"), Question(heard.messages[1].conversation, watched[1]))
