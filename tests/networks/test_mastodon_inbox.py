"""What people write on Mastodon and its family: held back, edited, private; and answers that nobody else may see."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cmflow.model import Author, Contact, Form, Message, Part, Receipt, Remote, Text, Variant, Visibility
from cmflow.model.errors import Denied, Rejected, Unsure
from cmflow.netkit import http
from cmflow.netkit.cursor import OVERLAP, Cursor
from cmflow.netkit.network import Inquiry, Mail, Outgoing, Question
from cmflow.netkit.rest import ApiClient
from cmflow.networks.mastodon import answer, call
from cmflow.networks.mastodon.inbox import PAGE, PAGES, inbox
from cmflow.sandbox.fakes.mastodon import HOME, Mastodon, person
from tests.networks import openapi, spec
from tests.networks.contract import NOON, trace
from tests.networks.test_mastodon import ACCESS

SINCE = NOON - timedelta(days=1)


@pytest.fixture
def instance() -> Mastodon:
    return Mastodon()


@pytest.fixture
def transport(instance: Mastodon, specs: Path) -> spec.Checked:
    return spec.Checked(openapi.mastodon(specs), instance)


@pytest.fixture
def api(transport: spec.Checked) -> ApiClient:
    return call.connect(http.client(transport), ACCESS)


def asked(transport: spec.Checked, method: str = "GET") -> list[str]:
    return [request.url.path for request in transport.requests if request.method == method]


def test_a_message_whole(api: ApiClient, instance: Mastodon) -> None:
    post = instance.write("Our post")
    id = instance.hear("Helo @team", below=post)
    picture = {"id": "1", "type": "image", "url": f"{HOME}/a.png", "remote_url": "https://elsewhere.example/a.png"}
    instance.statuses[id] |= {
        "content": '<p><span class="h-card">@<span>team</span></span> Hello,<br>you</p><p>and <b>more</b></p>',
        "spoiler_text": "Food",
        "language": "fr",
        "visibility": "unlisted",
        "url": "https://elsewhere.example/@ana/5",
        "edited_at": "2026-12-01T12:05:00Z",
        "media_attachments": [picture, {"id": "2", "type": "unknown", "url": "javascript:alert(1)"}],
    }
    mail = inbox(api, Inquiry("", SINCE, (Receipt(0, post, "", NOON),)))
    assert mail.messages == (
        Message(
            id=id,
            conversation=post,
            contact=Contact.COMMENT,
            time=NOON + timedelta(seconds=2),
            author=Author("9ana", "ana", "@ana@elsewhere.example", "https://social.example/x"),
            text="Food\n\n@team Hello,\nyou\n\nand more",
            url="https://elsewhere.example/@ana/5",
            above=post,
            post=post,
            language="fr",
            files=("https://elsewhere.example/a.png",),
            visibility=Visibility.UNLISTED,
            edited=NOON + timedelta(minutes=5),
        ),
    )


def test_people_whom_the_server_holds_back_are_heard(
    api: ApiClient, instance: Mastodon, transport: spec.Checked
) -> None:
    """Without both questions, new people would be missing silently; nothing is accepted or dismissed."""
    instance.withheld = ("new",)
    instance.hear("I am new here", "new", Contact.MENTION)
    assert [message.text for message in inbox(api, Inquiry("", SINCE)).messages] == ["I am new here"]
    request = next(request for request in transport.requests if request.url.path == "/api/v1/notifications")
    assert request.url.params.multi_items() == [
        ("limit", "40"),
        ("types[]", "mention"),
        ("types[]", "quote"),
        ("include_filtered", "true"),
    ]
    assert "/api/v1/notifications/requests" in asked(transport)
    assert asked(transport, "POST") == []


def test_a_request_is_read_where_the_list_leaves_it_out(api: ApiClient, instance: Mastodon) -> None:
    id = instance.hear("I am new here", "new", Contact.MENTION)
    instance.withheld = ("new",)
    listed = instance.notification

    def without(request: httpx.Request, path: list[str]) -> httpx.Response:
        answered = listed(request, path)
        return answered if path[1:] else httpx.Response(200, json=[])

    plain = call.connect(
        http.client(
            httpx.MockTransport(
                lambda request: (
                    without(request, request.url.path.split("/")[3:])
                    if "notifications" in request.url.path
                    else instance(request)
                )
            )
        ),
        ACCESS,
    )
    first = inbox(plain, Inquiry("", SINCE))
    assert [message.id for message in first.messages] == [id]
    assert inbox(plain, Inquiry(first.cursor, SINCE)).messages == ()


def test_a_server_without_all_that_is_read_too(api: ApiClient, instance: Mastodon) -> None:
    instance.bare = True
    id = instance.hear("Hello", below=instance.write("Our post"))
    gone = instance.hear("Bye", below=id)
    first = inbox(api, Inquiry("", SINCE))
    assert [message.id for message in first.messages] == [id, gone]
    instance.amend(id, "Hello!")
    instance.remove(gone)
    second = inbox(api, Inquiry(first.cursor, SINCE, watched=tuple(map(trace, first.messages))))
    assert [(message.id, message.text) for message in second.messages] == [(id, "Hello!")]
    assert second.deleted == (gone,)


def test_more_than_one_answer_holds(api: ApiClient, instance: Mastodon) -> None:
    """From the newest back, as long as there is more; what comes in between is not lost either."""
    for number in range(PAGE * PAGES + 5):
        instance.hear(str(number), contact=Contact.MENTION)
    first = inbox(api, Inquiry("", SINCE))
    assert (len(first.messages), first.more) == (PAGE * PAGES, True)
    instance.hear("new", contact=Contact.MENTION)
    second = inbox(api, Inquiry(first.cursor, SINCE))
    assert ([message.text for message in second.messages], second.more) == (["0", "1", "2", "3", "4"], False)
    third = inbox(api, Inquiry(second.cursor, SINCE))
    assert [message.text for message in third.messages] == ["new"]


def test_a_notification_that_comes_late_is_not_lost(api: ApiClient, instance: Mastodon) -> None:
    """A server's workers do not finish in the order in which they began."""
    instance.hear("Second", contact=Contact.MENTION)
    first = inbox(api, Inquiry("", SINCE))
    instance.hear("First", "ben", Contact.MENTION)
    early = (instance.now - OVERLAP + timedelta(seconds=5)).isoformat()
    instance.notifications[-1]["created_at"] = early
    assert [message.text for message in inbox(api, Inquiry(first.cursor, SINCE)).messages] == ["First"]


def test_a_broken_cursor_begins_anew(api: ApiClient, instance: Mastodon) -> None:
    instance.hear("Hello", contact=Contact.MENTION)
    for cursor in ("{", "[]", "17", '{"floor": "x"}', json.dumps({"floor": None, "top": 1, "before": "", "ids": []})):
        assert Cursor.read(cursor, SINCE) == Cursor(SINCE, SINCE)
        assert len(inbox(api, Inquiry(cursor, SINCE)).messages) == 1


def test_what_is_older_than_since_is_not_read(api: ApiClient, instance: Mastodon) -> None:
    instance.hear("Old", contact=Contact.MENTION)
    assert inbox(api, Inquiry("", instance.now + timedelta(hours=1))).messages == ()


def test_a_thread_whose_root_is_hidden_is_named_by_what_is_known(api: ApiClient, instance: Mastodon) -> None:
    one = instance.hear("One", "ana", Contact.MENTION)
    two = instance.hear("Two", "ben", Contact.MENTION, below=one)
    instance.statuses[one]["in_reply_to_id"] = "4711"
    assert {message.conversation for message in inbox(api, Inquiry("", SINCE)).messages} == {"4711"}
    assert two != one


def test_a_thread_in_a_circle_ends(api: ApiClient, instance: Mastodon) -> None:
    one = instance.hear("One", "ana", Contact.MENTION)
    instance.statuses[one]["in_reply_to_id"] = one
    assert len(inbox(api, Inquiry("", SINCE)).messages) == 1


def test_a_comment_is_about_the_part_that_it_answers(api: ApiClient, instance: Mastodon) -> None:
    first = instance.write("1/2")
    second = instance.write("2/2", first)
    instance.hear("What?", below=second)
    posts = (Receipt(1, second, "", NOON), Receipt(0, first, "", NOON))
    [message] = inbox(api, Inquiry("", SINCE, posts)).messages
    assert (message.post, message.conversation) == (second, first)


def test_our_own_thread_is_no_answer(api: ApiClient, instance: Mastodon) -> None:
    first = instance.write("1/2")
    instance.write("2/2", first)
    assert inbox(api, Inquiry("", SINCE)).messages == ()


def test_an_audience_that_only_the_server_knows_is_the_smallest(api: ApiClient, instance: Mastodon) -> None:
    id = instance.hear("Hello", contact=Contact.MENTION)
    with_gap = call.connect(http.client(httpx.MockTransport(instance)), ACCESS)
    instance.statuses[id]["visibility"] = "mutuals_only"
    [message] = inbox(with_gap, Inquiry("", SINCE)).messages
    assert (message.visibility, message.contact) == (Visibility.PRIVATE, Contact.MENTION)


def test_a_quote_is_about_our_post(api: ApiClient, instance: Mastodon) -> None:
    post = instance.write("Our post")
    id = instance.hear("Look at this", contact=Contact.QUOTE, below=post)
    [message] = inbox(api, Inquiry("", SINCE, (Receipt(0, post, "", NOON),))).messages
    assert (message.conversation, message.post, message.above) == (id, post, "")


def test_a_person_of_our_own_server_has_a_whole_handle(api: ApiClient, instance: Mastodon) -> None:
    id = instance.hear("Hello", contact=Contact.MENTION)
    instance.statuses[id]["account"] = person("ben") | {"acct": "ben"}
    [message] = inbox(api, Inquiry("", SINCE)).messages
    assert message.author.handle == "@ben@social.example"


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────


def outgoing(text: str, **changes: Any) -> Outgoing:
    variant = Variant("reply-1", "team", "mastodon", NOON, (Part(Text(text), Form(text)),), language="en", **changes)
    return Outgoing(variant, 0, "key 1", NOON.timestamp())


def question(mail: Mail) -> Question:
    return Question(mail.messages[-1].conversation, trace(mail.messages[-1]))


ORDER = tuple(Visibility)


@pytest.mark.parametrize("theirs", ORDER)
@pytest.mark.parametrize("ours", ORDER)
def test_an_answer_is_never_seen_by_more_people_than_its_question(
    api: ApiClient, instance: Mastodon, transport: spec.Checked, theirs: Visibility, ours: Visibility
) -> None:
    id = instance.hear("When?", contact=Contact.MENTION)
    instance.statuses[id]["visibility"] = call.AUDIENCE[theirs]
    asked_by = question(inbox(api, Inquiry("", SINCE)))
    answer.reply(api, outgoing("@ana@elsewhere.example Soon", visibility=ours), asked_by)
    body = json.loads(transport.requests[-1].content)
    assert body == {
        "status": "@ana@elsewhere.example Soon",
        "visibility": call.AUDIENCE[max(theirs, ours, key=ORDER.index)],
        "language": "en",
        "in_reply_to_id": id,
    }


def test_a_direct_message_is_answered_as_one_whatever_is_said_of_it(
    api: ApiClient, instance: Mastodon, transport: spec.Checked
) -> None:
    instance.hear("A secret", contact=Contact.DIRECT)
    asked_by = question(inbox(api, Inquiry("", SINCE)))
    wrong = Question(asked_by.conversation, replace(asked_by.trace, visibility=Visibility.PUBLIC))
    answer.reply(api, outgoing("@ana@elsewhere.example Hush"), wrong)
    assert json.loads(transport.requests[-1].content)["visibility"] == "direct"


def test_an_answer_that_its_reader_would_not_see_is_refused(api: ApiClient, instance: Mastodon) -> None:
    instance.hear("When?", contact=Contact.DIRECT)
    asked_by = question(inbox(api, Inquiry("", SINCE)))
    with pytest.raises(Rejected, match="does not mention @ana@elsewhere") as caught:
        answer.reply(api, outgoing("Soon"), asked_by)
    assert caught.value.hint == "Begin it with @ana@elsewhere.example"


def test_an_answer_is_found_among_others(api: ApiClient, instance: Mastodon) -> None:
    id = instance.hear("When?", contact=Contact.MENTION)
    asked_by = question(inbox(api, Inquiry("", SINCE)))
    sent = outgoing("@ana@elsewhere.example Soon")
    instance.write("@ana@elsewhere.example Soon")  # a post of ours, which is no answer
    assert answer.find_reply(api, sent, asked_by) is None
    own = instance.write("@ana@elsewhere.example Soon", id)
    assert answer.find_reply(api, sent, asked_by) == Remote(own, f"{HOME}/@team/{own}")
    assert answer.find_reply(api, replace(sent, known=frozenset({own})), asked_by) is None


def test_another_answer_by_hand_is_shown_to_a_person(api: ApiClient, instance: Mastodon) -> None:
    id = instance.hear("When?", contact=Contact.MENTION)
    asked_by = question(inbox(api, Inquiry("", SINCE)))
    instance.write("Never", id)
    with pytest.raises(Unsure, match="that cmflow does not know"):
        answer.find_reply(api, outgoing("@ana@elsewhere.example Soon"), asked_by)


def test_not_there_is_said_of_a_private_answer_only_where_such_are_listed(api: ApiClient, instance: Mastodon) -> None:
    instance.hear("When?", contact=Contact.DIRECT)
    asked_by = question(inbox(api, Inquiry("", SINCE)))
    sent = outgoing("@ana@elsewhere.example Soon")
    with pytest.raises(Unsure, match="may not list posts to “private”"):
        answer.find_reply(api, sent, asked_by)
    own = instance.write("Another one", direct=True)
    assert answer.find_reply(api, replace(sent, known=frozenset({own})), asked_by) is None


def test_a_token_that_may_not_read_is_denied() -> None:
    def refusing(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("verify_credentials"):
            return Mastodon()(request)
        return httpx.Response(403, json={"error": "This action is outside the authorized scopes"})

    with pytest.raises(Denied, match="outside the authorized scopes"):
        inbox(call.connect(http.client(httpx.MockTransport(refusing)), ACCESS), Inquiry("", SINCE))


def test_a_trace_that_was_edited_already_is_quiet(api: ApiClient, instance: Mastodon) -> None:
    id = instance.hear("Helo", contact=Contact.MENTION)
    first = inbox(api, Inquiry("", SINCE))
    instance.amend(id, "Hello")
    [edited] = inbox(api, Inquiry(first.cursor, SINCE, watched=tuple(map(trace, first.messages)))).messages
    assert inbox(api, Inquiry(first.cursor, SINCE, watched=(trace(edited),))).messages == ()


def test_a_cursor_is_read_as_it_was_written() -> None:
    cursor = Cursor(NOON, NOON, "5", ("6",))
    assert Cursor.read(cursor.written, SINCE) == cursor
