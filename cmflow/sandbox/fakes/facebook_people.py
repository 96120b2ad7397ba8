"""What people write to a Facebook Page: comments, direct messages and mentions; and what it answers them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from cmflow.model import Contact
from cmflow.sandbox.fakes.people import number, only
from cmflow.values import dataclass

COMMENT_LENGTH, DIRECT_LENGTH = 8_000, 2_000
MOST = 50  # requests of a batch


TIME = "%Y-%m-%dT%H:%M:%S%z"


class Refusal(Exception):
    """A Graph error."""

    def __init__(self, code: int, message: str, subcode: int | None = None, status: int = 400, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Afake", **more}
        self.body = {"error": error | ({"error_subcode": subcode} if subcode else {})}


@dataclass
class People:
    """`comments` by post, `threads` of direct messages, both oldest first. With `is_late`, more than 24 hours have gone
    by since a person wrote; `withholds`: Facebook does not tell who wrote a comment."""

    page: str
    created: str
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    threads: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    mentions: list[dict[str, Any]] = field(default_factory=list)
    is_late: bool = False
    withholds: bool = False
    last: int = 1_000_000

    def __call__(self, request: httpx.Request) -> httpx.Response:
        raise NotImplementedError

    @property
    def answers(self) -> list[str]:
        """What the Page wrote, in the order in which it did."""
        own = [thing for thing in self.everything() if thing["from"]["id"] == self.page]
        return [str(thing["message"]) for thing in sorted(own, key=lambda thing: thing["created_time"])]

    @property
    def hidden(self) -> list[str]:
        return [str(thing["id"]) for thing in self.everything() if thing.get("is_hidden")]

    def has_post(self, number: str) -> bool:
        raise NotImplementedError

    def number(self) -> str:
        self.last += 1
        return str(self.last)

    def tick(self) -> None:
        """A second goes by."""
        time = datetime.strptime(self.created, TIME) + timedelta(seconds=1)
        self.created = time.strftime(TIME)

    # ── people ──────────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, text: str, author: str = "ana", contact: Contact = Contact.COMMENT, below: str = "") -> str:
        """A person writes a comment below a post or a comment, a direct message, or a post that names the Page."""
        only("Facebook", contact, Contact.COMMENT, Contact.MENTION, Contact.DIRECT)
        self.tick()
        person = number(author)
        about = {"message": text, "created_time": self.created, "from": {"id": person, "name": author}}
        if contact is Contact.COMMENT:
            return self.comment_below(below, about)
        home = self.threads.setdefault(f"t_{person}", []) if contact is Contact.DIRECT else self.mentions
        home.append({"id": f"m_{self.number()}" if contact is Contact.DIRECT else f"{person}_{self.number()}", **about})
        return str(home[-1]["id"])

    def write(self, text: str, below: str) -> str:
        """The Page answers by hand, in Facebook's own app."""
        self.tick()
        about = {"message": text, "created_time": self.created, "from": {"id": self.page, "name": "Our Page"}}
        for thread in self.threads.values():
            if any(message["id"] == below for message in thread):
                thread.append({"id": f"m_{self.number()}", **about})
                return str(thread[-1]["id"])
        return self.comment_below(below, about)

    def amend(self, id: str, text: str) -> None:
        self.known(id)["message"] = text

    def remove(self, id: str) -> None:
        for things in (*self.comments.values(), *self.threads.values(), self.mentions):
            things[:] = [thing for thing in things if thing["id"] != id]

    def known(self, number: str) -> dict[str, Any]:
        for thing in self.everything():
            if thing["id"] == number:
                return thing
        raise Refusal(100, f"Unsupported get request. Object with ID '{number}' does not exist", 33)

    def everything(self) -> Iterator[dict[str, Any]]:
        for things in (*self.comments.values(), *self.threads.values(), self.mentions):
            yield from things

    # ── comments ────────────────────────────────────────────────────────────────────────────────────────────

    def comment_below(self, target: str, about: Mapping[str, Any]) -> str:
        """A comment below a post, a mention or a comment, which has one level below it."""
        is_post = self.has_post(target) or any(mention["id"] == target for mention in self.mentions)
        post = target if is_post else self.post_of(target)
        number = f"{post.rpartition('_')[2]}_{self.number()}"
        above = {} if is_post else {"parent": {"id": self.known(target).get("parent", {"id": target})["id"]}}
        url = f"https://www.facebook.com/{number}"
        self.comments.setdefault(post, []).append({"id": number, "permalink_url": url, **above, **about})
        return number

    def post_of(self, number: str) -> str:
        for post, comments in self.comments.items():
            if any(comment["id"] == number for comment in comments):
                return post
        raise Refusal(100, f"Unsupported post request. Object with ID '{number}' does not exist", 33)

    def comment(self, payload: Mapping[str, Any], number: str) -> dict[str, Any]:
        if not payload.get("message", "").strip() or len(payload["message"]) > COMMENT_LENGTH:
            raise Refusal(100, "(#100) message is empty or too long")
        self.tick()
        about = {"message": payload["message"], "created_time": self.created, "from": {"id": self.page}}
        return {"id": self.comment_below(number, about)}

    def comments_of(self, payload: Mapping[str, Any], number: str) -> dict[str, Any]:
        if not self.has_post(number) and all(mention["id"] != number for mention in self.mentions):
            self.known(number)
        everything = [comment for comments in self.comments.values() for comment in comments]
        below = [comment for comment in everything if comment.get("parent", {}).get("id") == number]
        entries = [self.shown(comment) for comment in self.comments.get(number, below)]
        if payload.get("order") == "reverse_chronological":
            entries.reverse()
        return self.paged(entries, {"limit": "25"} | dict(payload))

    def shown(self, comment: Mapping[str, Any]) -> dict[str, Any]:
        is_secret = self.withholds and comment["from"]["id"] != self.page
        return {name: value for name, value in comment.items() if not (is_secret and name == "from")}

    def hide(self, payload: Mapping[str, Any], number: str) -> dict[str, Any]:
        comment = self.known(number)
        if comment["from"]["id"] == self.page or payload.get("is_hidden") not in ("true", "false"):
            raise Refusal(100, "(#100) This comment cannot be hidden")
        comment["is_hidden"] = payload["is_hidden"] == "true"
        return {"success": True}

    # ── direct messages and mentions ────────────────────────────────────────────────────────────────────────

    def conversations(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return self.paged([self.thread({}, name) for name in self.threads][::-1], payload)

    def thread(self, payload: Mapping[str, Any], name: str) -> dict[str, Any]:
        if name not in self.threads:
            raise Refusal(100, f"Unsupported get request. Object with ID '{name}' does not exist", 33)
        messages = self.threads[name]
        times = [message["created_time"] for message in messages]
        link = f"/{self.page}/inbox/{name.removeprefix('t_')}/"
        listed = {"data": messages[::-1][:20]}
        return {"id": name, "link": link, "updated_time": max(times, default=self.created), "messages": listed}

    def message(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        recipient, message = json.loads(payload["recipient"]), json.loads(payload["message"])
        if payload.get("messaging_type") != "RESPONSE" or f"t_{recipient['id']}" not in self.threads:
            raise Refusal(100, "(#100) No matching user found", 2018001)
        if self.is_late:
            raise Refusal(10, "(#10) This message is sent outside of allowed window.", 2018278, status=403)
        if not 0 < len(message["text"]) <= DIRECT_LENGTH:
            raise Refusal(100, "(#100) Length of param message[text] must be less than or equal to 2000")
        self.tick()
        number = f"m_{self.number()}"
        about = {"message": message["text"], "created_time": self.created, "from": {"id": self.page}}
        self.threads[f"t_{recipient['id']}"].append({"id": number, **about})
        return {"recipient_id": recipient["id"], "message_id": number}

    def tagged(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return self.paged(self.mentions[::-1], payload)

    # ── lists and batches ───────────────────────────────────────────────────────────────────────────────────

    def paged(self, objects: list[dict[str, Any]], payload: Mapping[str, Any]) -> dict[str, Any]:
        size, start = int(payload["limit"]), int(payload.get("after", 0))
        more = start + size < len(objects)
        paging = {"cursors": {"before": "x", "after": str(start + size)}} | ({"next": "https://x"} if more else {})
        return {"data": objects[start : start + size], "paging": paging}

    def batch(self, payload: Mapping[str, Any], headers: httpx.Headers) -> list[dict[str, Any]]:
        """Each request as if it had come alone."""
        requests = json.loads(payload["batch"])
        if not 0 < len(requests) <= MOST:
            raise Refusal(100, "(#100) Too many requests in batch message. Maximum batch size is 50")
        answers = []
        for one in requests:
            parts = urlsplit(f"https://graph.facebook.com/v26.0/{one['relative_url']}")
            inner = {"Authorization": headers["authorization"]}
            url = httpx.URL(parts._replace(query="").geturl(), params=parse_qsl(parts.query))
            answer = self(httpx.Request(one["method"], url, headers=inner))
            answers.append({"code": answer.status_code, "body": answer.text})
        return answers
