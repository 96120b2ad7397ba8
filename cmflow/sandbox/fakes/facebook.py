"""A Facebook Page with its Graph API: posts, pictures, videos, reels, comments. Graph v26.0."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx

from cmflow.sandbox.fakes.facebook_people import TIME, People, Refusal
from cmflow.sandbox.fakes.multipart import File, fields
from cmflow.values import dataclass

TOKEN = "EAAfakefakefakefakefakefakefakefake"
PAGE, PERSON = "104857600123456", "900000000000001"
SCOPES = (
    *("pages_manage_engagement", "pages_manage_posts", "pages_messaging", "pages_read_engagement"),
    *("pages_read_user_content", "pages_show_list"),
)
# What a request needs where it is more than that: a pattern of method and path.
PARTS = (
    ("POST /.*/comments", "pages_manage_engagement"),
    ("GET /.*/comments", "pages_read_user_content"),
    ("/tagged", "pages_read_user_content"),
    ("/conversations", "pages_messaging"),
    ("/messages", "pages_messaging"),
    ("/t_", "pages_messaging"),
    ("/m_", "pages_messaging"),
)
NEEDS = {"POST": "pages_manage_posts", "DELETE": "pages_manage_posts", "GET": "pages_read_engagement"}
CREATED = "2026-12-01T12:00:00+0000"
LONGEST, LARGEST = 63_206, 10_000_000
APP, SECRET = "1234567890", "fakefakefakefakefakefakefakefake"
SHORT, LONG = "EAAshortfakefakefake", "EAAlongfakefakefakefake"  # a person's tokens, of an hour and of two months
TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")


POST_FIGURES: dict[str, Any] = {
    "post_media_view": 120,
    "post_total_media_view_unique": 90,
    "post_clicks": 12,
    "post_reactions_by_type_total": {"like": 5, "love": 2},
    "post_clicks_by_type": {"link clicks": 7, "other clicks": 5},
}
PAGE_FIGURES: dict[str, Any] = {
    "page_media_view": 300,
    "page_total_media_view_unique": 200,
    "page_post_engagements": 30,
    "page_daily_follows": 3,
    "page_daily_unfollows_unique": 1,
    "page_follows": 812,
    "page_views_total": 40,
    "page_video_views": 9,
}
VIDEO_FIGURES = {"total_video_views": 89, "total_video_views_unique": 56, "post_video_view_time": 91_000}
REEL_FIGURES = {"blue_reels_play_count": 240, "post_video_likes_by_reaction_type": {"REACTION_LIKE": 8}}


@dataclass
class Video:
    """`received` are its bytes so far; `looks`: how often its status was asked for since it is complete."""

    size: int
    is_reel: bool
    received: bytes = b""
    text: str | None = None
    looks: int = 0
    captions: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Facebook(People):
    """`chunk`: bytes that it takes of a video at once; `processing`: looks until a video is processed;
    `retired` are figures that it knows no more, and without `has_insights` the Page is too small for any."""

    page: str = PAGE
    created: str = CREATED
    token: str = TOKEN
    scopes: tuple[str, ...] = SCOPES
    is_person: bool = False
    expires: int = 0
    chunk: int = 1 << 20
    processing: int = 0
    fails: bool = False
    stories: dict[str, dict[str, Any]] = field(default_factory=dict)
    photos: dict[str, dict[str, Any]] = field(default_factory=dict)
    videos: dict[str, Video] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    retired: set[str] = field(default_factory=set)
    has_insights: bool = True
    managed: list[dict[str, Any]] = field(default_factory=lambda: [managed(PAGE)])

    @property
    def posts(self) -> list[str]:
        return [story.get("message", "") for story in self.stories.values()]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        answer = self._answer(request)
        answer.headers["Date"] = format_datetime(datetime.strptime(self.created, TIME).astimezone(UTC), usegmt=True)
        return answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        try:
            if request.url.host == "rupload.facebook.com":
                return httpx.Response(200, json=self._reel_bytes(request))
            if request.url.path == "/v26.0/" and request.method == "POST":
                return httpx.Response(200, json=self.batch(fields(request), request.headers))
            return httpx.Response(200, json=self._graph(request))
        except Refusal as refusal:
            return httpx.Response(refusal.status, json=refusal.body)

    def _graph(self, request: httpx.Request) -> dict[str, Any]:
        if request.url.host != "graph.facebook.com" or not request.url.path.startswith("/v26.0/"):
            raise Refusal(2500, "Unknown path components")
        if request.url.path == "/v26.0/oauth/access_token":
            return self._exchange(fields(request))
        if request.url.path == "/v26.0/me/accounts":
            return self._managed(request)
        if self.token in str(request.url) or request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refusal(190, "Invalid OAuth access token - Cannot parse access token", status=401)
        path = request.url.path.removeprefix("/v26.0")
        for method, pattern, answer in ROUTES:
            match = re.fullmatch(pattern.replace(PAGE, self.page), path)
            if match and method == request.method:
                payload = dict(request.url.params) if method == "GET" else fields(request)
                if path not in ("/me", "/debug_token"):
                    self._may("POST" if method == "DELETE" else method, path)
                return answer(self, payload, *match.groups())
        raise Refusal(100, f"Unsupported {request.method.lower()} request.", 33)

    def _may(self, method: str, path: str) -> None:
        needed = next((scope for part, scope in PARTS if re.search(part, f"{method} {path}")), NEEDS[method])
        if needed not in self.scopes or self.is_person:
            raise Refusal(200, f"(#200) Requires {needed} permission", status=403)

    def has_post(self, number: str) -> bool:
        return number in self.stories or number in self.videos

    # ── who ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _me(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        if self.is_person and "category" in payload["fields"]:
            raise Refusal(100, "(#100) Tried accessing nonexisting field (category) on node type (User)")
        if "followers_count" in payload["fields"]:
            return {"id": self.page, "followers_count": 812, "fan_count": 790}
        return {"id": self.page, "name": "Our Page", "category": "Software"}

    def _debug(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        if payload != {"method": "get", "input_token": self.token}:
            raise Refusal(100, "(#100) The parameter input_token is required")
        about = {"app_id": "1", "type": "PAGE", "is_valid": True, "profile_id": self.page}
        return {"data": about | {"expires_at": self.expires, "scopes": list(self.scopes)}}

    def _exchange(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """A code for a person's token, or that for one that lives long."""
        if (payload.get("client_id"), payload.get("client_secret")) != (APP, SECRET):
            raise Refusal(1, f"Error validating client secret: {payload.get('client_secret')}.")
        if payload["grant_type"] == "authorization_code":
            return {"access_token": SHORT, "token_type": "bearer", "expires_in": 5183}
        if (payload["grant_type"], payload["fb_exchange_token"]) != ("fb_exchange_token", SHORT):
            raise Refusal(190, "Invalid OAuth access token.")
        return {"access_token": LONG, "token_type": "bearer", "expires_in": 5_183_944}

    def _managed(self, request: httpx.Request) -> dict[str, Any]:
        if request.headers.get("authorization") != f"Bearer {LONG}":
            raise Refusal(190, "Invalid OAuth access token.", status=401)
        return self.paged(self.managed, dict(request.url.params))

    # ── posts ───────────────────────────────────────────────────────────────────────────────────────────────

    def _feed(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        media = [one["media_fbid"] for one in json.loads(payload.get("attached_media", "[]"))]
        text, link = payload.get("message", ""), payload.get("link", "")
        if not (text.strip() or link or media):
            raise Refusal(100, "(#100) The post is empty. Please enter a message to share.", 1366046)
        if len(text) > LONGEST:
            raise Refusal(100, "(#100) message is too long")
        if any(photo not in self.photos or self.photos[photo]["used"] for photo in media):
            raise Refusal(100, "(#100) Invalid parameter: attached_media")
        if text and text in self.posts:
            raise Refusal(506, "Duplicate status message", 1455006)
        for photo in media:
            self.photos[photo]["used"] = True
        files = [{"media_type": "photo", "target": {"id": photo}, "url": f"https://x/{photo}"} for photo in media]
        if len(files) > 1:
            files = [{"media_type": "album", "target": {}, "subattachments": {"data": files}}]
        return {"id": self._story(text, [*files, *([{"media_type": "link", "url": link}] if link else [])])}

    def _story(self, text: str, files: list[dict[str, Any]]) -> str:
        number = f"{self.page}_{self.number()}"
        story = {"id": number, "created_time": self.created, "permalink_url": f"https://www.facebook.com/{number}"}
        self.stories[number] = (
            story | ({"message": text} if text else {}) | ({"attachments": {"data": files}} if files else {})
        )
        return number

    def _photo(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        file = payload.get("source")
        if not isinstance(file, File) or not file.data or file.mime not in TYPES or len(file.data) > LARGEST:
            raise Refusal(324, "(#324) Requires upload file", 2069019)
        if payload.get("published") != "false":
            raise Refusal(100, "(#100) this Page takes pictures for a post only")
        number = self.number()
        self.photos[number] = {"file": file, "alt": payload.get("alt_text_custom", ""), "used": False}
        return {"id": number}

    # ── figures ─────────────────────────────────────────────────────────────────────────────────────────────

    def _about(self, payload: Mapping[str, Any], number: str) -> dict[str, Any]:
        """A post, which has no `shares` before it is shared; or a video, with its status or its comments."""
        if number in self.videos and payload.get("fields") == "status":
            return self._status(payload, number)
        if not self.has_post(number):
            return self.known(number)
        shares = {"shares": {"count": 2}} if number in self.shared else {}
        return {"id": number, **shares, "comments": {"data": [], "summary": {"total_count": 4}}}

    def _insights(self, payload: Mapping[str, Any], number: str) -> dict[str, Any]:
        figures = PAGE_FIGURES if number == PAGE else POST_FIGURES
        names = json.loads(payload["metric"])
        if any(name not in figures or name in self.retired for name in names):
            raise Refusal(100, "(#100) The value must be a valid insights metric")
        if number == PAGE and payload.get("period") != "day":
            raise Refusal(100, "(#100) The period must be day for these figures")
        return self._insight_rows({name: figures[name] for name in names}, "day" if number == PAGE else "lifetime")

    def _video_insights(self, payload: Mapping[str, Any], number: str) -> dict[str, Any]:
        if number not in self.videos:
            raise Refusal(100, f"Unsupported get request. Object with ID '{number}' does not exist", 33)
        return self._insight_rows(REEL_FIGURES if self.videos[number].is_reel else VIDEO_FIGURES, "lifetime")

    def _insight_rows(self, figures: Mapping[str, Any], period: str) -> dict[str, Any]:
        days = [{"value": 1}] if period == "day" else []
        rows = [{"name": name, "period": period, "values": [*days, {"value": v}]} for name, v in figures.items()]
        return {"data": rows if self.has_insights else [], "paging": {}}

    def _published(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return self.paged(list(reversed(self.stories.values())), payload)

    def _delete(self, payload: Mapping[str, Any], number: str) -> dict[str, Any]:
        if number in self.videos and self.videos.pop(number):
            stories = [name for name, one in self.stories.items() if _target(one) == number]
        else:
            stories = [number] if number in self.stories else []
        if not stories:
            raise Refusal(100, f"Unsupported delete request. Object with ID '{number}' does not exist", 33)
        for name in stories:
            del self.stories[name]
        return {"success": True}

    # ── videos ──────────────────────────────────────────────────────────────────────────────────────────────

    def _videos(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        if payload["upload_phase"] == "start":
            number = self.number()
            self.videos[number] = Video(int(payload["file_size"]), is_reel=False)
            end = str(min(self.chunk, int(payload["file_size"])))
            return {"video_id": number, "upload_session_id": f"s{number}", "start_offset": "0", "end_offset": end}
        number = payload["upload_session_id"].removeprefix("s")
        if payload["upload_phase"] == "finish":
            return self._finished(number, payload)
        video, file = self.videos[number], payload["video_file_chunk"]
        if int(payload["start_offset"]) != len(video.received):
            raise Refusal(6000, "Please send the next chunk", 1363037, error_data=self._next(video))
        if not isinstance(file, File) or len(file.data) > self.chunk:
            raise Refusal(6001, "There was a problem uploading your video file. Chunk is too large", 1363033)
        video.received += file.data
        return self._next(video)

    def _captions(self, payload: Mapping[str, Any], number: str) -> dict[str, Any]:
        """The language is in the file's name."""
        file = payload["captions_file"]
        match = re.fullmatch(r".+\.([a-z]{2}_[A-Z]{2})\.srt", file.name)
        if number not in self.videos or not match or b" --> " not in file.data:
            raise Refusal(386, "Invalid caption file")
        self.videos[number].captions[match[1]] = file.data
        return {"success": True}

    def _next(self, video: Video) -> dict[str, Any]:
        start = len(video.received)
        return {"start_offset": str(start), "end_offset": str(min(start + self.chunk, video.size))}

    def _reels(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        if payload["upload_phase"] == "start":
            number = self.number()
            self.videos[number] = Video(-1, is_reel=True)
            return {"video_id": number, "upload_url": f"https://rupload.facebook.com/video-upload/v26.0/{number}"}
        if payload["upload_phase"] != "finish" or payload["video_state"] != "PUBLISHED":
            raise Refusal(100, "(#100) upload_phase must be one of the following values: START, FINISH")
        return self._finished(payload["video_id"], payload)

    def _reel_bytes(self, request: httpx.Request) -> dict[str, Any]:
        number = request.url.path.rpartition("/")[2]
        if request.headers.get("authorization") != f"OAuth {self.token}" or number not in self.videos:
            raise Refusal(190, "Invalid OAuth access token", status=401)
        video, offset = self.videos[number], int(request.headers["offset"])
        if offset != len(video.received):
            raise Refusal(6000, "Offset mismatch")
        video.size = int(request.headers["file_size"])
        video.received += request.content
        return {"success": True}

    def _finished(self, number: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        video = self.videos[number]
        if len(video.received) != video.size or video.text is not None:
            raise Refusal(6000, "There was a problem uploading your video file", 1363030)
        video.text = payload.get("description", "")
        kind = "reel" if video.is_reel else f"{self.page}/videos"
        file = {"media_type": "video", "target": {"id": number}, "url": f"https://www.facebook.com/{kind}/{number}/"}
        self._story(video.text or "", [file])
        return {"success": True}

    def _status(self, payload: Mapping[str, Any], number: str) -> dict[str, Any]:
        video = self.videos.get(number)
        if video is None or payload.get("fields") != "status":
            raise Refusal(100, f"Unsupported get request. Object with ID '{number}' does not exist", 33)
        video.looks += video.text is not None
        ready = video.looks > self.processing
        state = "processing" if not ready else "error" if self.fails else "ready"
        is_whole, is_public = len(video.received) == video.size, video.text is not None and ready and not self.fails
        phase = {"status": "complete" if is_whole else "in_progress", "bytes_transfered": len(video.received)}
        public = {"status": "complete" if is_public else "not_started"}
        status = {"video_status": state, "uploading_phase": phase, "publishing_phase": public}
        return {"id": number, "status": status}


def managed(number: str, **changes: Any) -> dict[str, Any]:
    """A Page as the person who manages it sees it."""
    token = TOKEN if number == PAGE else f"EAApage{number}"
    tasks = ["MODERATE", "CREATE_CONTENT", "ANALYZE"]
    return {"id": number, "name": f"Page {number[-3:]}", "access_token": token, "tasks": tasks} | changes


def _target(story: Mapping[str, Any]) -> str:
    files = story.get("attachments", {}).get("data", [])
    return str(files[0].get("target", {}).get("id", "")) if files else ""


Answer = Callable[..., dict[str, Any]]
ROUTES: tuple[tuple[str, str, Answer], ...] = (
    ("GET", "/me", Facebook._me),
    ("POST", "/debug_token", Facebook._debug),
    ("POST", f"/{PAGE}/feed", Facebook._feed),
    ("POST", f"/{PAGE}/photos", Facebook._photo),
    ("POST", f"/{PAGE}/videos", Facebook._videos),
    ("POST", f"/{PAGE}/video_reels", Facebook._reels),
    ("GET", f"/{PAGE}/published_posts", Facebook._published),
    ("GET", f"/{PAGE}/conversations", Facebook.conversations),
    ("GET", f"/{PAGE}/tagged", Facebook.tagged),
    ("POST", f"/{PAGE}/messages", Facebook.message),
    ("GET", r"/(t_[0-9]+)", Facebook.thread),
    ("GET", r"/(m_[0-9]+)", Facebook._about),
    ("POST", r"/([0-9_]+)/comments", Facebook.comment),
    ("GET", r"/([0-9_]+)/comments", Facebook.comments_of),
    ("POST", r"/([0-9_]+)", Facebook.hide),
    ("POST", r"/([0-9]+)/captions", Facebook._captions),
    ("DELETE", r"/([0-9_]+)", Facebook._delete),
    ("GET", r"/([0-9_]+)", Facebook._about),
    ("GET", r"/([0-9_]+)/insights", Facebook._insights),
    ("GET", r"/([0-9]+)/video_insights", Facebook._video_insights),
)
