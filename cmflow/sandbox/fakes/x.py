"""X's API v2 in memory: one user with posts, media and reposts. OpenAPI 2.167, read 2026-11-22."""

import re
from dataclasses import field
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import unquote

import httpx

from cmflow.render import counting
from cmflow.render.autolink import x as autolink
from cmflow.sandbox.fakes.multipart import File, fields
from cmflow.sandbox.fakes.x_people import START, People, Refusal
from cmflow.values import dataclass

TOKEN = "x-access-token"
USER = {"id": "2244994945", "name": "Team", "username": "team"}
NOON = "2026-12-01T12:00:00.000Z"
FIELDS = ("text", "media", "poll", "reply", "quote_tweet_id")
MORE = ("author_id", "conversation_id", "in_reply_to_user_id", "lang", "edit_history_tweet_ids")
TYPES = ("image/jpeg", "image/png", "image/webp")
LARGEST = 5_000_000
CROWD = {"followers_count": 812, "following_count": 40, "tweet_count": 990, "listed_count": 7}
FIGURES = {
    "public_metrics": {
        "impression_count": 120,
        "like_count": 5,
        "reply_count": 4,
        "retweet_count": 2,
        "quote_count": 1,
        "bookmark_count": 3,
    },
    "non_public_metrics": {"impression_count": 120, "url_link_clicks": 9, "user_profile_clicks": 6},
}


@dataclass
class Media:
    mime: str
    total: int = 0
    segments: dict[int, bytes] = field(default_factory=dict)
    alt: str = ""
    subtitles: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    ready: bool = False
    checks: int = 0

    @property
    def data(self) -> bytes:
        return b"".join(self.segments[index] for index in sorted(self.segments))


@dataclass
class X(People):
    """`processing` is how often a video is said to be in progress; `fails`: it then cannot be used. `old` posts have
    no figures for their author any more, `unlisted` ones are not in the timeline; `charged` are thousandths of a dollar
    by post."""

    token: str = TOKEN
    user: dict[str, str] = field(default_factory=lambda: USER)
    tweets: dict[str, dict[str, Any]] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    reposts: list[str] = field(default_factory=list)
    processing: int = 0
    fails: bool = False
    created: str = NOON
    others: tuple[str, ...] = ("900", "901")
    last: int = 1_000
    old: set[str] = field(default_factory=set)
    unlisted: set[str] = field(default_factory=set)
    charged: dict[str, int] = field(default_factory=dict)
    letters: list[dict[str, Any]] = field(default_factory=list)
    is_private: bool = True
    hidden: list[str] = field(default_factory=list)
    now: datetime = START

    @property
    def own(self) -> list[dict[str, Any]]:
        return [tweet for tweet in self.tweets.values() if tweet.get("author_id", self.user["id"]) == self.user["id"]]

    @property
    def posts(self) -> list[str]:
        return [tweet["written"] for tweet in self.own]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return _problem(401, "Unauthorized", "Unauthorized")
        try:
            return self._answer(request.method, unquote(request.url.path), request)
        except Refusal as refusal:
            return _problem(refusal.code, refusal.title, str(refusal))

    def _answer(self, method: str, path: str, request: httpx.Request) -> httpx.Response:
        for verb, pattern, act in (
            ("GET", r"/2/users/me", self._me),
            ("POST", r"/2/tweets", self._create),
            ("DELETE", r"/2/tweets/(\d+)", self._delete),
            ("GET", rf"/2/users/{self.user['id']}/tweets", self._timeline),
            ("GET", r"/2/tweets", self._by_ids),
            ("POST", rf"/2/users/{self.user['id']}/retweets", self._repost),
            ("DELETE", rf"/2/users/{self.user['id']}/retweets/(\d+)", self._unrepost),
            ("GET", rf"/2/users/{self.user['id']}/mentions", self.mentions),
            ("PUT", r"/2/tweets/(\d+)/hidden", self.hide),
            ("GET", r"/2/dm_events", self.dm_events),
            ("GET", r"/2/dm_conversations/([\d-]+)/dm_events", self.dm_events),
            ("POST", r"/2/dm_conversations/([\d-]+)/messages", self.send),
            ("POST", r"/2/media/upload", self._image),
            ("POST", r"/2/media/upload/initialize", self._initialize),
            ("POST", r"/2/media/upload/(\d+)/append", self._append),
            ("POST", r"/2/media/upload/(\d+)/finalize", self._finalize),
            ("GET", r"/2/media/upload", self._status),
            ("POST", r"/2/media/metadata", self._metadata),
            ("POST", r"/2/media/subtitles", self._subtitles),
        ):
            match = re.fullmatch(pattern, path)
            if match and verb == method:
                return act(request, *match.groups())
        raise Refusal(404, "Not Found", f"There is no {method} {path}")

    def number(self) -> str:
        self.last += 1
        return str(self.last)

    def _me(self, request: httpx.Request) -> httpx.Response:
        figures = {"public_metrics": CROWD} if request.url.params.get("user.fields") == "public_metrics" else {}
        return httpx.Response(200, json={"data": self.user | figures})

    # ── posts ───────────────────────────────────────────────────────────────────────────────────────────────

    def _create(self, request: httpx.Request) -> httpx.Response:
        body = fields(request)
        self._check(body)
        number = self.number()
        text, urls = _links(body.get("text", ""), bool(body.get("media")))
        references = [
            ("replied_to", body.get("reply", {}).get("in_reply_to_tweet_id")),
            ("quoted", body.get("quote_tweet_id")),
        ]
        self.tweets[number] = {
            "id": number,
            "text": escape(text, quote=False),
            "created_at": self.created,
            "written": body.get("text", ""),
            **self.place(self.user["id"], number, body.get("reply", {}).get("in_reply_to_tweet_id", "")),
            "media": [self.media[media] for media in body.get("media", {}).get("media_ids", [])],
            "poll": body.get("poll"),
            "referenced_tweets": [{"type": kind, "id": post} for kind, post in references if post],
            "entities": {"urls": urls},
        }
        return httpx.Response(201, json={"data": {"id": number, "text": text or " "}})

    def _check(self, body: dict[str, Any]) -> None:
        media = body.get("media", {}).get("media_ids", [])
        if set(body) - set(FIELDS) or not (body.get("text") or media):
            raise Refusal(400, "Invalid Request", "One or more parameters to your request was invalid.")
        if counting.x(body.get("text", ""), "") > 280:
            raise Refusal(400, "Invalid Request", "Your post is too long.")
        if sum(bool(body.get(name)) for name in ("media", "poll", "quote_tweet_id")) > 1:
            raise Refusal(400, "Invalid Request", "media, poll and quote_tweet_id are mutually exclusive.")
        if any(not self.media[one].ready if one in self.media else True for one in media):
            raise Refusal(400, "Invalid Request", "Your media IDs are invalid.")
        parent = body.get("reply", {}).get("in_reply_to_tweet_id")
        if any(
            post and post not in self.tweets and post not in self.others
            for post in (parent, body.get("quote_tweet_id"))
        ):
            raise Refusal(403, "Forbidden", "You attempted to reply to a Post that is deleted or not visible to you.")
        if body.get("text") in self.posts:
            raise Refusal(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")

    def _delete(self, request: httpx.Request, number: str) -> httpx.Response:
        self.tweets.pop(number, None)
        return httpx.Response(200, json={"data": {"deleted": True}})

    def _timeline(self, request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("pagination_token", "0") or 0)
        size = int(request.url.params["max_results"])
        first, last = (int(request.url.params.get(name, 0)) for name in ("since_id", "until_id"))
        own = [t for t in self.own if int(t["id"]) > first and (not last or int(t["id"]) < last)]
        own = [tweet for tweet in own if tweet["id"] not in self.unlisted]
        page = [self.entity(tweet, request) for tweet in reversed(own)][start : start + size]
        more = start + size < len(own)
        self.charge(page, 1)
        meta = {"result_count": len(page)} | ({"next_token": f"{start + size:016}"} if more else {})
        return httpx.Response(200, json={"meta": meta} | ({"data": page} if page else {}))

    def _by_ids(self, request: httpx.Request) -> httpx.Response:
        ids = request.url.params["ids"].split(",")
        if not 1 <= len(ids) <= 100:
            raise Refusal(400, "Invalid Request", "The number of values in the `ids` query parameter is not 1 to 100.")
        page = [self.entity(self.tweets[number], request) for number in ids if number in self.tweets]
        self.charge(page, 5)
        problems = [_missing(number) for number in ids if number not in self.tweets]
        body = ({"data": page} if page else {}) | ({"errors": problems} if problems else {})
        return httpx.Response(200, json=body)

    def entity(self, tweet: dict[str, Any], request: httpx.Request) -> dict[str, Any]:
        """The post as asked for; what only its author sees is refused once it is 30 days old."""
        names = request.url.params.get("tweet.fields", "").split(",")
        if "non_public_metrics" in names and tweet["id"] in self.old:
            raise Refusal(400, "Field Authorization Error", "non_public_metrics end after 30 days.")
        figures = {name: value for name, value in FIGURES.items() if name in names}
        return _public(tweet) | {name: tweet[name] for name in MORE if name in names and tweet.get(name)} | figures

    def charge(self, page: list[dict[str, Any]], price: int) -> None:
        """Once per post: the fake lives for a day."""
        for tweet in page:
            self.charged.setdefault(tweet["id"], price)

    def _repost(self, request: httpx.Request) -> httpx.Response:
        self.reposts = list(dict.fromkeys([*self.reposts, str(fields(request)["tweet_id"])]))
        return httpx.Response(200, json={"data": {"retweeted": True}})

    def _unrepost(self, request: httpx.Request, number: str) -> httpx.Response:
        self.reposts = [post for post in self.reposts if post != number]
        return httpx.Response(200, json={"data": {"retweeted": False}})

    # ── media ───────────────────────────────────────────────────────────────────────────────────────────────

    def _image(self, request: httpx.Request) -> httpx.Response:
        form = fields(request)
        file = form["media"]
        assert isinstance(file, File)
        if form["media_type"] not in TYPES or form["media_category"] != "tweet_image":
            raise Refusal(400, "Invalid Request", "media type unrecognized.")
        if len(file.data) > LARGEST:
            raise Refusal(400, "Invalid Request", "File size exceeds 5242880 bytes.")
        return self._stored(Media(form["media_type"], len(file.data), {0: file.data}, ready=True))

    def _initialize(self, request: httpx.Request) -> httpx.Response:
        body = fields(request)
        return self._stored(Media(body["media_type"], body["total_bytes"]))

    def _append(self, request: httpx.Request, number: str) -> httpx.Response:
        form = fields(request)
        file = form["media"]
        assert isinstance(file, File)
        if len(file.data) > LARGEST:
            raise Refusal(400, "Invalid Request", "Segment size exceeds the maximum.")
        self.media[number].segments[int(form["segment_index"])] = file.data
        return httpx.Response(200, json={"data": {"expires_at": 1_796_212_800}, "meta": {}})

    def _finalize(self, request: httpx.Request, number: str) -> httpx.Response:
        media = self.media[number]
        if len(media.data) != media.total:
            raise Refusal(400, "Invalid Request", "Segments do not add up to provided total file size.")
        return self._progress(number)

    def _status(self, request: httpx.Request) -> httpx.Response:
        return self._progress(request.url.params["media_id"])

    def _progress(self, number: str) -> httpx.Response:
        media = self.media[number]
        media.checks += 1
        state = "in_progress" if media.checks <= self.processing else "failed" if self.fails else "succeeded"
        media.ready = state == "succeeded"
        info = {"type": "", "state": state, "check_after_secs": 1}
        return httpx.Response(200, json={"data": {"id": number, "processing_info": info}, "meta": {}})

    def _metadata(self, request: httpx.Request) -> httpx.Response:
        body = fields(request)
        self.media[body["id"]].alt = body["metadata"]["alt_text"]["text"]
        return httpx.Response(200, json={"data": {"id": body["id"]}})

    def _subtitles(self, request: httpx.Request) -> httpx.Response:
        body = fields(request)
        video, spoken = self.media[body["id"]], body["subtitles"]
        file = self.media[spoken["id"]]
        if not video.mime.startswith("video/") or file.mime not in ("text/srt", "text/vtt") or not file.ready:
            raise Refusal(400, "Invalid Request", "The media is not a video, or the file has no subtitles.")
        if not re.fullmatch("[A-Z]{2}", spoken["language_code"]):
            raise Refusal(400, "Invalid Request", "The language code is not one.")
        video.subtitles[spoken["language_code"]] = (spoken["display_name"], file.data)
        associated = {"id": body["id"], "media_category": "TweetVideo", "associated_subtitles": [spoken]}
        return httpx.Response(200, json={"data": associated})

    def _stored(self, media: Media) -> httpx.Response:
        number = self.number()
        self.media[number] = media
        return httpx.Response(200, json={"data": {"id": number, "expires_after_secs": 86_400}, "meta": {}})


def _links(text: str, has_media: bool) -> tuple[str, list[dict[str, Any]]]:
    """The text as X keeps it: each link written as t.co, and one more for media."""
    chars, urls, end = "", list[dict[str, Any]](), 0
    for entity in sorted(autolink.find(text)):
        if entity.kind != "url":
            continue
        chars += text[end : entity.start]
        short = f"https://t.co/{len(urls):010}"
        target = entity.text if "://" in entity.text else f"http://{entity.text}"
        urls.append({"start": len(chars), "end": len(chars) + len(short), "url": short, "expanded_url": target})
        chars, end = chars + short, entity.end
    chars += text[end:]
    if has_media:
        short = "https://t.co/mediamedia"
        chars = f"{chars} {short}" if chars else short
        address = "https://x.com/team/status/1/photo/1"
        urls.append(
            {
                "start": len(chars) - len(short),
                "end": len(chars),
                "url": short,
                "expanded_url": address,
                "media_key": "3_1",
            }
        )
    return chars, urls


def _public(tweet: dict[str, Any]) -> dict[str, Any]:
    page = {name: tweet[name] for name in ("id", "text", "created_at")}
    more = {
        "referenced_tweets": tweet["referenced_tweets"],
        "entities": tweet["entities"] if tweet["entities"]["urls"] else {},
    }
    return page | {"edit_history_tweet_ids": [tweet["id"]]} | {name: value for name, value in more.items() if value}


def _missing(number: str) -> dict[str, Any]:
    about = {"resource_id": number, "parameter": "ids", "resource_type": "tweet", "value": number}
    title = {"title": "Not Found Error", "detail": f"Could not find tweet with ids: [{number}].", "status": 404}
    return {"type": "https://api.twitter.com/2/problems/resource-not-found", **title, **about}


def _problem(code: int, title: str, detail: str) -> httpx.Response:
    problem = {"type": "about:blank", "title": title, "status": code, "detail": detail}
    return httpx.Response(code, json=problem, headers={"Content-Type": "application/problem+json"})
