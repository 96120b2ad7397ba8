"""Comments below posts on LinkedIn: those of people and our own, one level deep."""

import json
import re
from typing import Any
from urllib.parse import unquote

import httpx

from cmflow.model import Contact
from cmflow.sandbox.fakes.people import number, only

LONGEST = 1_250
COMMENT = re.compile(r"urn:li:comment:\((urn:li:\w+:\d+),(\d+)\)")


class Refusal(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class People:
    """`shown` are posts and comments by their ids, in the order they came."""

    organisation: str
    person: str
    created: int
    shown: dict[str, dict[str, Any]]

    def needs(self, scope: str, permission: str) -> None:
        raise NotImplementedError

    def acts(self, author: str, permission: str, suffix: str = "") -> None:
        raise NotImplementedError

    def number(self, kind: str) -> str:
        raise NotImplementedError

    # ── people ──────────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, text: str, author: str = "ana", contact: Contact = Contact.COMMENT, below: str = "") -> str:
        """A person writes a comment below a post or a comment."""
        only("LinkedIn", contact, Contact.COMMENT)
        return self.add(text, below, f"urn:li:person:{number(author)}")

    def write(self, text: str, below: str) -> str:
        """The organisation answers by hand, on LinkedIn."""
        return self.add(text, below, self.organisation)

    def add(self, text: str, below: str, actor: str) -> str:
        self.created += 1_000
        match, own = COMMENT.fullmatch(below), self.number("comment").rpartition(":")[2]
        post = match[1] if match else below
        first = self.shown[below].get("parentComment", below) if match else ""
        urn, times = f"urn:li:comment:({post},{own})", {"time": self.created, "actor": actor}
        about = {"id": own, "commentUrn": urn, "created": times, "lastModified": dict(times), "actor": actor}
        parent = {"parentComment": first} if match else {}
        self.shown[urn] = {**about, "object": post, "message": {"text": text}, **parent}
        return urn

    def amend(self, id: str, text: str) -> None:
        self.created += 1_000
        self.shown[id]["message"]["text"] = text
        self.shown[id]["lastModified"]["time"] = self.created

    def remove(self, id: str) -> None:
        """With the answers below it."""
        for urn in [urn for urn, item in self.shown.items() if id in (urn, item.get("parentComment"))]:
            del self.shown[urn]

    def is_ours(self, item: dict[str, Any]) -> bool:
        return item.get("actor", self.organisation) in (self.organisation, self.person)

    # ── what the API does ───────────────────────────────────────────────────────────────────────────────────

    def below(self, urn: str) -> list[dict[str, Any]]:
        """Comments below a post, or below a comment, each with how many there are below it."""
        match = COMMENT.fullmatch(urn)
        items = [item for item in self.shown.values() if "message" in item]
        if match:
            return [item for item in items if item.get("parentComment") == urn]
        first = [item for item in items if item["object"] == urn and "parentComment" not in item]
        sums = {item["commentUrn"]: len(self.below(item["commentUrn"])) for item in first}
        return [
            item | ({"commentsSummary": {"aggregatedTotalComments": count}} if count else {})
            for item in first
            for count in [sums[item["commentUrn"]]]
        ]

    def metadata(self, request: httpx.Request) -> httpx.Response:
        """How many comments each post has."""
        self.needs("r_organization_social_feed", "socialMetadata.BATCH_GET")
        match = re.fullmatch(r"ids=List\((.*)\)", request.url.query.decode())
        if not match:
            raise Refusal(400, "ILLEGAL_ARGUMENT", "ids is missing")
        results = {}
        for urn in filter(self.shown.__contains__, map(unquote, match[1].split(","))):
            everything = [item for item in self.shown.values() if item.get("object") == urn]
            count = {"count": len(everything), "topLevelCount": len(self.below(urn))}
            results[urn] = {"entity": urn, "commentsState": "OPEN", "commentSummary": count, "reactionSummaries": {}}
        return httpx.Response(200, json={"results": results, "statuses": {}, "errors": {}})

    def comment(self, request: httpx.Request, target: str) -> httpx.Response:
        body = json.loads(request.content)
        self.acts(body["actor"], "socialActions.comments.CREATE", "_feed")
        match = COMMENT.fullmatch(target)
        if target not in self.shown or body["object"] != (match[1] if match else target):
            raise Refusal(404, "NOT_FOUND", "Could not find entity")
        if bool(match) != ("parentComment" in body):
            raise Refusal(400, "ILLEGAL_ARGUMENT", "parentComment must be the comment that is answered")
        if len(body["message"]["text"]) > LONGEST:
            raise Refusal(400, "FIELD_LENGTH_TOO_LONG", "/message/text is longer than 1250")
        urn = self.add(body["message"]["text"], target, body["actor"])
        return httpx.Response(201, json=self.shown[urn], headers={"x-restli-id": self.shown[urn]["id"]})

    def comments(self, request: httpx.Request, target: str) -> httpx.Response:
        self.needs("r_organization_social_feed", "socialActions.comments.GET_ALL")
        if target not in self.shown:
            raise Refusal(404, "NOT_FOUND", "Could not find entity")
        start, count = int(request.url.params["start"]), int(request.url.params["count"])
        elements = self.below(target)[start : start + count]
        return httpx.Response(200, json={"paging": {"start": start, "count": count, "links": []}, "elements": elements})

    def uncomment(self, request: httpx.Request, post: str, number: str) -> httpx.Response:
        urn = f"urn:li:comment:({post},{number})"
        if urn not in self.shown:
            raise Refusal(404, "NOT_FOUND", "Could not find entity")
        if request.url.params.get("actor") != self.shown[urn]["actor"]:
            raise Refusal(403, "ACCESS_DENIED", "The actor did not write this comment")
        del self.shown[urn]
        return httpx.Response(204)
