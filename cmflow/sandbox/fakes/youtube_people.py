"""What people write below the videos of a YouTube channel, and what the channel answers them."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from cmflow.model import Contact
from cmflow.sandbox.fakes.people import number, only

LONGEST, SHOWN = 10_000, 5  # characters of a comment; answers that a thread shows
MODERATION = ("published", "heldForReview", "rejected")


class Refusal(Exception):
    """One of Google's errors, in its form."""

    def __init__(self, status: int, reason: str, message: str = "No.", domain: str = "youtube") -> None:
        super().__init__(reason)
        errors = [{"message": message, "domain": domain, "reason": reason}]
        self.answer = httpx.Response(status, json={"error": {"code": status, "message": message, "errors": errors}})


class People:
    """`thoughts` are the comments of all by their ids, oldest first; `moderated` those that others do not see.
    `closed` are people whose account is not there any more."""

    channel: str
    now: datetime
    videos: dict[str, dict[str, Any]]
    thoughts: dict[str, dict[str, Any]]
    moderated: dict[str, str]
    closed: tuple[str, ...]

    # ── people ──────────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, text: str, author: str = "ana", contact: Contact = Contact.COMMENT, below: str = "") -> str:
        """A person writes a comment below a video or a comment."""
        only("YouTube", contact, Contact.COMMENT)
        return self.think(text, below, number(author), f"@{author}")

    def write(self, text: str, below: str) -> str:
        """The channel answers by hand, in YouTube Studio."""
        return self.think(text, below, self.channel, "@team")

    def think(self, text: str, below: str, author: str, name: str) -> str:
        self.now += timedelta(seconds=1)
        root = below.partition(".")[0] if below in self.thoughts else ""
        own = f"Ugx{len(self.thoughts) + 1:05}AaABAg"
        id, time = f"{root}.{own}" if root else own, self.now.isoformat().replace("+00:00", "Z")
        snippet = {
            "channelId": self.channel,
            "videoId": self.thoughts[root]["snippet"]["videoId"] if root else below,
            "textDisplay": text,
            "authorDisplayName": name,
            "authorChannelUrl": f"https://www.youtube.com/channel/{author}",
            "authorChannelId": {"value": author},
            "publishedAt": time,
            "updatedAt": time,
            "likeCount": 0,
            "canRate": True,
            "viewerRating": "none",
        }
        mine = {"textOriginal": text} if author == self.channel else {}
        parent = {"parentId": root} if root else {}
        self.thoughts[id] = {"kind": "youtube#comment", "id": id, "snippet": {**snippet, **mine, **parent}}
        return id

    def amend(self, id: str, text: str) -> None:
        self.now += timedelta(seconds=1)
        time = self.now.isoformat().replace("+00:00", "Z")
        self.thoughts[id]["snippet"] |= {"textDisplay": text, "updatedAt": time}

    def remove(self, id: str) -> None:
        """With the answers below it."""
        for each in [each for each in self.thoughts if each == id or each.startswith(f"{id}.")]:
            del self.thoughts[each]

    @property
    def answers(self) -> list[str]:
        own = [each["snippet"] for each in self.thoughts.values() if "textOriginal" in each["snippet"]]
        return [snippet["textOriginal"] for snippet in own]

    @property
    def hidden(self) -> list[str]:
        return [id for id, status in self.moderated.items() if status != "published"]

    # ── what the API does ───────────────────────────────────────────────────────────────────────────────────

    def threads(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        """All of the channel, the latest first comment first; or those with these ids."""
        if query.get("textFormat") != "plainText" or ("id" in query) == ("allThreadsRelatedToChannelId" in query):
            raise Refusal(400, "invalidFilters")
        roots = [id for id in reversed(self.thoughts) if "." not in id and id not in self.moderated]
        if "id" in query:
            roots = [id for id in query["id"].split(",") if id in self.thoughts]
            return self.paged("commentThread", [self.thread(id) for id in roots], {"maxResults": "100"})
        if query["allThreadsRelatedToChannelId"] != self.channel:
            raise Refusal(404, "channelNotFound")
        return self.paged("commentThread", [self.thread(id) for id in roots], query)

    def thread(self, id: str) -> dict[str, Any]:
        """A few of the answers, and how many there are."""
        below = [self.shown(each) for each in self.thoughts if each.startswith(f"{id}.")]
        first = self.shown(id)
        snippet = {
            "channelId": self.channel,
            "videoId": first["snippet"]["videoId"],
            "topLevelComment": first,
            "canReply": True,
            "totalReplyCount": len(below),
            "isPublic": True,
        }
        replies = {"replies": {"comments": below[::-1][:SHOWN]}} if below else {}
        return {"kind": "youtube#commentThread", "id": id, "snippet": snippet, **replies}

    def shown(self, id: str) -> dict[str, Any]:
        """A comment as the API tells it: of a closed account there is no id."""
        snippet = dict(self.thoughts[id]["snippet"])
        if snippet["authorDisplayName"].removeprefix("@") in self.closed:
            del snippet["authorChannelId"]
        return self.thoughts[id] | {"snippet": snippet}

    def listed(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        if "id" in query:
            ids = [id for id in query["id"].split(",") if id in self.thoughts]
            return self.paged("comment", [self.shown(id) for id in ids], {"maxResults": "100"})
        if query["parentId"] not in self.thoughts:
            raise Refusal(404, "commentNotFound")
        below = [self.shown(id) for id in self.thoughts if id.startswith(f"{query['parentId']}.")]
        return self.paged("comment", below[::-1], query)

    def paged(self, kind: str, entries: list[dict[str, Any]], query: Mapping[str, str]) -> httpx.Response:
        size, start = int(query.get("maxResults", "20")), int(query.get("pageToken", "0"))
        more = {"nextPageToken": str(start + size)} if start + size < len(entries) else {}
        body = {"kind": f"youtube#{kind}ListResponse", "items": entries[start : start + size], **more}
        return httpx.Response(200, json=body)

    def answered(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        snippet = json.loads(request.content)["snippet"]
        if not 0 < len(snippet["textOriginal"]) <= LONGEST:
            raise Refusal(400, "commentTextTooLong")
        if snippet["parentId"] not in self.thoughts or "." in snippet["parentId"]:
            raise Refusal(404, "parentCommentNotFound")
        id = self.write(snippet["textOriginal"], snippet["parentId"])
        return httpx.Response(200, json=self.thoughts[id])

    def moderate(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        if query["id"] not in self.thoughts:
            raise Refusal(404, "commentNotFound")
        if query["moderationStatus"] not in MODERATION:
            raise Refusal(400, "invalidValue")
        self.moderated[query["id"]] = query["moderationStatus"]
        return httpx.Response(204)
