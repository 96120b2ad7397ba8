"""Comments on dev.to: a small community in memory, as the Forem API tells of one."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any

import httpx
import pytest

from cmflow.model import Account, Author, Contact, Message, Receipt
from cmflow.model.errors import Denied, NotSent
from cmflow.netkit import http
from cmflow.netkit.network import Access, Mail, Standing
from cmflow.networks import devto
from cmflow.networks.devto.inbox import ACCEPT, Forem, connect, inbox, verify
from tests.networks import contract, desk
from tests.networks.contract import NOON, Place
from tests.networks.desk import inquiry

KEY = "fakefakefakefakefakefake"
OURS: dict[str, Any] = {"name": "Team", "username": "team", "user_id": 7}
ARTICLE = "1001"


def access(key: str = KEY, **options: str) -> Access:
    return Access(Account("team", "devto", options=tuple(options.items())), (("api_key", key),))


@dataclass
class Community:
    """`articles` are ours by their number; `comments` those of all, oldest first, with the one above."""

    articles: tuple[str, ...] = (ARTICLE,)
    comments: dict[str, dict[str, Any]] = field(default_factory=dict)
    now: datetime = NOON
    reads: int = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("api-key") != KEY or request.headers.get("accept") != ACCEPT:
            return httpx.Response(401, json={"error": "unauthorized", "status": 401})
        path, query = request.url.path, request.url.params
        if path == "/api/users/me":
            body: Any = {"id": 7, "username": "team", "name": "Team"}
        else:
            body = self.threads(query["a_id"]) if path == "/api/comments" else self.published(query)
        date = self.now.strftime("%a, %d %b %Y %H:%M:%S GMT")
        return httpx.Response(200, json=body, headers={"Date": date})

    def published(self, query: httpx.QueryParams) -> list[dict[str, Any]]:
        size, page = int(query["per_page"]), int(query["page"])
        articles = [
            {
                "type_of": "article",
                "id": int(number),
                "url": f"https://dev.to/team/{number}",
                "comments_count": sum(each["article"] == number for each in self.comments.values()),
            }
            for number in self.articles
        ]
        return articles[(page - 1) * size : page * size]

    def threads(self, article: str) -> list[dict[str, Any]]:
        self.reads += 1
        return [
            self.shown(id) for id, each in self.comments.items() if each["article"] == article and not each["above"]
        ]

    def shown(self, id: str) -> dict[str, Any]:
        comment = self.comments[id]
        children = [self.shown(each) for each, below in self.comments.items() if below["above"] == id]
        about = {"type_of": "comment", "id_code": id, "created_at": comment["time"], "children": children}
        return {**about, "body_html": comment["html"], "user": comment["user"]}

    def hear(self, text: str, author: str = "ana", contact: Contact = Contact.COMMENT, below: str = "") -> str:
        return self.add(text, {"name": author.title(), "username": author, "user_id": 100 + len(author)}, below)

    def write(self, text: str, below: str) -> str:
        return self.add(text, OURS, below)

    def add(self, text: str, user: dict[str, Any], below: str) -> str:
        self.now += timedelta(seconds=1)
        id = f"c{len(self.comments) + 1:05}"
        above = below if below in self.comments else ""
        article = self.comments[above]["article"] if above else below
        time = self.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        html = f"<p>{escape(text)}</p>\n\n"
        self.comments[id] = {"html": html, "user": user, "above": above, "article": article, "time": time}
        return id

    def amend(self, id: str, text: str) -> None:
        self.now += timedelta(seconds=1)
        self.comments[id]["html"] = f"<p>{escape(text)}</p>"

    def remove(self, id: str) -> None:
        if any(each["above"] == id for each in self.comments.values()):
            self.comments[id] |= {"html": "<p>Comment deleted</p>", "user": {}}
        else:
            del self.comments[id]


class TestInbox(contract.Inbox):
    network = devto.network

    @pytest.fixture
    def audience(self) -> Community:
        return Community()

    @pytest.fixture
    def place(self, audience: Community) -> Place:
        return Place(access(), list, httpx.MockTransport(audience))

    @pytest.fixture
    def receipts(self, session: Any) -> tuple[Receipt, ...]:
        """An article that was published by hand."""
        return (Receipt(0, ARTICLE, f"https://dev.to/team/{ARTICLE}", NOON),)


@pytest.fixture
def community() -> Community:
    return Community()


def signed_in(handler: Callable[[httpx.Request], httpx.Response], **options: str) -> Forem:
    return connect(http.client(httpx.MockTransport(handler)), access(**options))


def read(forem: Forem, **changes: Any) -> Mail:
    return inbox(forem, inquiry(**changes))


def test_a_comment_and_the_answers_to_it_are_one_conversation(community: Community) -> None:
    first = community.hear("When?", below=ARTICLE)
    second = community.write("Tomorrow", first)
    third = community.hear("Thank you", below=second)
    site = "https://dev.to"
    ana = Author("103", "Ana", "@ana", f"{site}/ana")
    us = Author("7", "Team", "@team", f"{site}/team", ours=True)
    time = [NOON + timedelta(seconds=count) for count in (1, 2, 3)]
    urls = (f"{site}/ana/comment/{first}", f"{site}/team/comment/{second}", f"{site}/ana/comment/{third}")
    assert read(signed_in(community)).messages == (
        Message(first, first, Contact.COMMENT, time[0], ana, "When?", urls[0], "", ARTICLE),
        Message(second, first, Contact.COMMENT, time[1], us, "Tomorrow", urls[1], first, ARTICLE),
        Message(third, first, Contact.COMMENT, time[2], ana, "Thank you", urls[2], second, ARTICLE),
    )


def test_an_article_without_new_comments_is_not_read(community: Community) -> None:
    community.hear("When?", below=ARTICLE)
    forem = signed_in(community)
    mail = read(forem)
    again = read(forem, cursor=mail.cursor)
    assert (again.messages, again.cursor) == ((), mail.cursor)
    assert community.reads == 1


def test_what_one_inquiry_does_not_read_the_next_does() -> None:
    community = Community(articles=tuple(str(number) for number in range(1_001, 1_131)))
    for number in community.articles[:30]:
        community.hear("When?", below=number)
    forem = signed_in(community)
    first = read(forem)
    second = read(forem, cursor=first.cursor)
    assert (len(first.messages), first.more, len(second.messages), second.more) == (25, True, 5, False)
    assert len(json.loads(second.cursor)["counts"]) == 30


def test_a_comment_that_was_deleted_with_answers_is_a_stone(community: Community) -> None:
    first = community.hear("When?", below=ARTICLE)
    community.hear("I ask that too", "ben", below=first)
    forem = signed_in(community)
    mail = read(forem)
    community.remove(first)
    again = read(forem, cursor=mail.cursor, watched=mail.messages)
    assert (again.deleted, again.messages) == ((first,), ())


def test_who_we_are(community: Community) -> None:
    assert verify(signed_in(community)) == Standing("@team on dev.to", ("read comments",))


def test_a_wrong_key_and_a_wrong_service_are_denied(community: Community) -> None:
    for refused in (access("wrong"), access(service="ftp://example.org")):
        with pytest.raises(Denied) as caught:
            connect(http.client(httpx.MockTransport(community)), refused)
        assert caught.value.hint


def test_it_reads_and_does_no_more() -> None:
    assert devto.network.abilities == ("verify", "inbox")


@pytest.mark.parametrize("path", ["/api/articles/me/published", "/api/comments", "/api/users/me"])
@pytest.mark.parametrize("body", ["{}", "7", "[" * 100_000])
def test_what_is_not_a_list_is_no_answer(community: Community, path: str, body: str) -> None:
    community.hear("When?", below=ARTICLE)

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=body) if request.url.path == path else community(request)

    with pytest.raises(NotSent, match="cannot be read"):
        read(signed_in(answer))


def test_what_cannot_be_read_is_left_out_and_said(community: Community) -> None:
    community.hear("When?", below=ARTICLE)

    def answer(request: httpx.Request) -> httpx.Response:
        response = community(request)
        odd = [None, 7, {}, {"id_code": "x", "user": None}]
        is_list = request.url.path == "/api/comments"
        return httpx.Response(200, json=[*odd, *response.json()]) if is_list else response

    mail = read(signed_in(answer))
    assert [message.text for message in mail.messages] == ["When?"]
    assert "4 messages" in mail.gaps[-1]
    assert desk.SINCE.isoformat() == json.loads(mail.cursor)["first"]
