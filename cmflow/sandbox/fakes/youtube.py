"""A YouTube channel in memory: uploads in sessions, the playlist of uploads, thumbnails, a quota.

As the Data API v3 was in November 2026 (https://developers.google.com/youtube/v3/docs, discovery revision 20261104),
and its guide to resumable uploads (https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from cmflow.sandbox.fakes.youtube_people import People, Refusal
from cmflow.values import dataclass

TOKEN = "ya29.fake-fakefakefakefakefakefake"
CHANNEL, UPLOADS, PLAYLIST = "UC0123456789abcdefABCDEF", "UU0123456789abcdefABCDEF", "PL0123456789abcdef"
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
STEP = 256 * 1024
CROWD = {"subscriberCount": "812", "viewCount": "40300", "videoCount": "77"}
FIGURES = {"viewCount": "120", "likeCount": "5", "commentCount": "4", "favoriteCount": "0"}
REPORT = {
    "engagedViews": 80,
    "estimatedMinutesWatched": 240,
    "averageViewDuration": 95,
    "averageViewPercentage": 41.5,
    "shares": 2,
    "subscribersGained": 3,
    "subscribersLost": 1,
}
FIELDS = {
    "snippet": {"title", "description", "tags", "categoryId"},
    "status": {"privacyStatus", "selfDeclaredMadeForKids", "publishAt"},
}
RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")


@dataclass
class Submission:
    """An upload that is going on; `video` once its last byte is there."""

    body: Mapping[str, Any]
    mime: str
    size: int
    data: bytes = b""
    video: str = ""


@dataclass
class YouTube(People):
    """`videos` by id, the oldest first. `takes`: how many bytes of a piece arrive at most. With `mute`, a session does
    not say how much it has. `fails` is raised instead of an answer to a method, such as `thumbnails/set`."""

    token: str = TOKEN
    channel: str = CHANNEL
    playlist_id: str = PLAYLIST
    channels: int = 1
    is_linked: bool = True
    long_uploads: str = "allowed"
    takes: int | None = None
    mute: bool = False
    is_audited: bool = True
    fails: dict[str, Refusal] = field(default_factory=dict)
    quota: int = 10_000
    videos: dict[str, dict[str, Any]] = field(default_factory=dict)
    submissions: dict[str, Submission] = field(default_factory=dict)
    playlist: list[str] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)
    captions: dict[tuple[str, str], bytes] = field(default_factory=dict)
    now: datetime = NOON
    count: int = 0
    is_hidden: bool = False
    has_analytics: bool = True
    counted: set[str] = field(default_factory=set)
    thoughts: dict[str, dict[str, Any]] = field(default_factory=dict)
    moderated: dict[str, str] = field(default_factory=dict)
    closed: tuple[str, ...] = ()

    @property
    def uploads_id(self) -> str:
        return f"UU{self.channel[2:]}"

    @property
    def posts(self) -> list[str]:
        return [video["snippet"]["description"] for video in self.videos.values()]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        try:
            answer = self.answer(request)
        except Refusal as refusal:
            answer = refusal.answer
        answer.headers["Date"] = self.now.strftime("%a, %d %b %Y %H:%M:%S GMT")
        return answer

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.host not in ("www.googleapis.com", "youtubeanalytics.googleapis.com"):
            raise Refusal(404, "notFound")
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refusal(401, "authError", "Invalid Credentials", "global")
        path, query = request.url.path, request.url.params
        method = path.removeprefix("/upload").removeprefix("/youtube/v3/")
        if method in self.fails:
            raise self.fails[method]
        if path == "/upload/youtube/v3/videos" and request.method == "PUT":
            return self.receive(request, query)
        self.spend(1 if request.method == "GET" else 400 if method == "captions" else 50)
        answers = {
            ("GET", "/youtube/v3/channels"): self.own_channels,
            ("GET", "/youtube/v3/playlists"): self.playlists,
            ("GET", "/youtube/v3/videos"): self.figures,
            ("GET", "/v2/reports"): self.report,
            ("GET", "/youtube/v3/playlistItems"): self.uploads,
            ("POST", "/youtube/v3/playlistItems"): self.add,
            ("POST", "/youtube/v3/commentThreads"): self.comment,
            ("GET", "/youtube/v3/commentThreads"): self.threads,
            ("GET", "/youtube/v3/comments"): self.listed,
            ("POST", "/youtube/v3/comments"): self.answered,
            ("POST", "/youtube/v3/comments/setModerationStatus"): self.moderate,
            ("DELETE", "/youtube/v3/videos"): self.delete,
            ("POST", "/upload/youtube/v3/videos"): self.begin,
            ("POST", "/upload/youtube/v3/thumbnails/set"): self.thumbnail,
            ("POST", "/upload/youtube/v3/captions"): self.caption,
        }
        if (request.method, path) not in answers:
            raise Refusal(404, "notFound")
        return answers[request.method, path](request, query)

    def spend(self, units: int) -> None:
        self.quota -= units
        if self.quota < 0:
            message = 'The request cannot be completed because you have exceeded your <a href="/youtube/v3">quota</a>.'
            raise Refusal(403, "quotaExceeded", message, "youtube.quota")

    # ── lists ───────────────────────────────────────────────────────────────────────────────────────────────

    def own_channels(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        if query.get("mine") != "true":
            raise Refusal(400, "missingRequiredParameter")
        parts = {
            "snippet": {"title": "Team", "customUrl": "@team"},
            "contentDetails": {"relatedPlaylists": {"uploads": self.uploads_id}},
            "statistics": CROWD | {"hiddenSubscriberCount": self.is_hidden},
            "status": {"isLinked": self.is_linked, "longUploadsStatus": self.long_uploads},
        }
        payload = {name: parts[name] for name in query["part"].split(",")}
        entries = [{"kind": "youtube#channel", "id": self.channel, **payload}] * self.channels
        return listed("channel", {"items": entries} if entries else {})

    def figures(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        ids = query["id"].split(",")
        if len(ids) > 50 or "maxResults" in query:
            raise Refusal(400, "invalidFilters")
        kind = {"kind": "youtube#video"}
        entries = [{**kind, "id": video, "statistics": FIGURES} for video in ids if video in self.videos]
        return listed("video", {"items": entries})

    def report(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        """Analytics: rows of what it has counted by now."""
        if not self.has_analytics:
            raise Refusal(403, "forbidden", "Insufficient permission to access this report.", "global")
        if query["ids"] != "channel==MINE" or query["dimensions"] != "video" or query["endDate"] < query["startDate"]:
            raise Refusal(400, "badRequest")
        names = query["metrics"].split(",")
        if (
            query.get("sort", "")[:1] != "-"
            or query["sort"][1:] not in names
            or int(query.get("maxResults", 999)) > 200
        ):
            raise Refusal(400, "badRequest", "The query is not supported.", "global")
        headers = [{"name": "video", "columnType": "DIMENSION", "dataType": "STRING"}]
        headers += [{"name": name, "columnType": "METRIC", "dataType": "INTEGER"} for name in names]
        videos = query["filters"].removeprefix("video==").split(",")
        rows = [[video, *(REPORT[name] for name in names)] for video in videos if video in self.counted]
        body = {"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers, **({"rows": rows} if rows else {})}
        return httpx.Response(200, json=body)

    def playlists(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        owner = {self.playlist_id: self.channel, "PLother": "UCother"}.get(query["id"])
        entries = [{"id": query["id"], "snippet": {"channelId": owner, "title": "News"}}] if owner else []
        return listed("playlist", {"items": entries})

    def uploads(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        """The newest first; without any video there is no such list."""
        if query["playlistId"] != self.uploads_id or not self.videos:
            raise Refusal(404, "playlistNotFound", domain="youtube.playlistItem")
        size, start = int(query.get("maxResults", "5")), int(query.get("pageToken", "0"))
        if not 0 <= size <= 50:
            raise Refusal(400, "invalidValue")
        entries = list(reversed(self.videos.values()))
        page = {"items": [item(video) for video in entries[start : start + size]]}
        more = {"nextPageToken": str(start + size)} if start + size < len(entries) else {}
        return listed("playlistItem", page | more)

    def add(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        snippet = json.loads(request.content)["snippet"]
        if snippet["playlistId"] != self.playlist_id:
            raise Refusal(404, "playlistNotFound")
        if snippet["resourceId"]["videoId"] not in self.videos:
            raise Refusal(404, "videoNotFound")
        self.playlist.append(snippet["resourceId"]["videoId"])
        return httpx.Response(200, json={"kind": "youtube#playlistItem", "id": "UEw", "snippet": snippet})

    def comment(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        """None on a video that is private or made for kids."""
        snippet = json.loads(request.content)["snippet"]
        if snippet["videoId"] not in self.videos:
            raise Refusal(404, "videoNotFound")
        status = self.videos[snippet["videoId"]]["status"]
        if status["privacyStatus"] == "private" or status["selfDeclaredMadeForKids"]:
            raise Refusal(403, "commentsDisabled")
        self.comments.append((snippet["videoId"], snippet["topLevelComment"]["snippet"]["textOriginal"]))
        return httpx.Response(200, json={"kind": "youtube#commentThread", "id": "Ug", "snippet": {}})

    def delete(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        if self.videos.pop(query["id"], None) is None:
            raise Refusal(404, "videoNotFound", domain="youtube.video")
        return httpx.Response(204)

    # ── uploads ─────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        body = json.loads(request.content)
        if query.get("uploadType") != "resumable" or set(query["part"].split(",")) != set(body):
            raise Refusal(400, "unexpectedPart")
        if any(set(body[name]) - FIELDS[name] for name in body):
            raise Refusal(400, "invalidVideoMetadata")
        self.judge(body["snippet"])
        is_private, moment = body["status"]["privacyStatus"] == "private", body["status"].get("publishAt")
        if moment and not (is_private and datetime.fromisoformat(moment) > self.now):
            raise Refusal(400, "invalidPublishAt", domain="youtube.video")
        size, mime = int(request.headers["X-Upload-Content-Length"]), request.headers["X-Upload-Content-Type"]
        if not mime.startswith("video/") or not size:
            raise Refusal(400, "mediaBodyRequired")
        name = f"session-{len(self.submissions) + 1}-fakefakefake"
        self.submissions[name] = Submission(body, mime, size)
        address = f"https://www.googleapis.com/upload/youtube/v3/videos?uploadType=resumable&upload_id={name}"
        return httpx.Response(200, headers={"Location": address})

    def judge(self, snippet: Mapping[str, Any]) -> None:
        title, description = snippet["title"], snippet["description"]
        if not title.strip() or len(title) > 100 or set("<>") & set(title):
            raise Refusal(400, "invalidTitle", domain="youtube.video")
        if len(description.encode()) > 5_000 or set("<>") & set(description):
            raise Refusal(400, "invalidDescription", domain="youtube.video")
        tags = snippet.get("tags", [])
        if len(",".join(tags)) + 2 * sum(" " in tag for tag in tags) > 500:
            raise Refusal(400, "invalidTags", domain="youtube.video")
        if not snippet["categoryId"].isdecimal():
            raise Refusal(400, "invalidCategoryId", domain="youtube.video")

    def receive(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        """A piece, or with `bytes */N` the question how much is there."""
        submission, piece = self.submissions.get(query.get("upload_id", "")), request.content
        match = RANGE.fullmatch(request.headers["Content-Range"])
        if submission is None or match is None:
            raise Refusal(404, "notFound")
        if match[1] is None:
            return httpx.Response(503) if self.mute else self.progress(submission)
        start, end, size = (int(number) for number in match.groups())
        is_whole = end + 1 == size or not (end + 1 - start) % STEP
        if size != submission.size or start != len(submission.data) or len(piece) != end + 1 - start or not is_whole:
            raise Refusal(400, "badRequest")
        submission.data += piece if self.takes is None else piece[: self.takes]
        return self.progress(submission)

    def progress(self, submission: Submission) -> httpx.Response:
        if len(submission.data) < submission.size:
            headers = {"Range": f"bytes=0-{len(submission.data) - 1}"} if submission.data else {}
            return httpx.Response(308, headers=headers)
        submission.video = submission.video or self.publish(submission.body, submission.data)
        video = {
            name: value for name, value in self.videos[submission.video].items() if name not in ("data", "thumbnail")
        }
        return httpx.Response(200, json=video)

    def publish(self, body: Mapping[str, Any], data: bytes) -> str:
        self.count += 1
        video = f"video{self.count:06}"
        moment = (self.now + timedelta(seconds=self.count)).isoformat().replace("+00:00", "Z")
        snippet = {**body["snippet"], "publishedAt": moment, "channelId": self.channel}
        status = {**body["status"], "uploadStatus": "uploaded"}
        status |= {} if self.is_audited else {"privacyStatus": "private"}
        self.videos[video] = {"kind": "youtube#video", "id": video, "snippet": snippet, "status": status, "data": data}
        return video

    def thumbnail(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        if query["videoId"] not in self.videos:
            raise Refusal(404, "videoNotFound")
        if request.headers["content-type"] not in ("image/jpeg", "image/png") or len(request.content) > 2_000_000:
            raise Refusal(400, "invalidImage")
        self.videos[query["videoId"]]["thumbnail"] = request.content
        return listed("thumbnailSet", {"items": [{"default": {"url": "https://i.ytimg.com/vi/x/default.jpg"}}]})

    def caption(self, request: httpx.Request, query: httpx.QueryParams) -> httpx.Response:
        """Two parts: what is said of the file, and the file. One for each language of a video."""
        boundary = b"--" + request.headers["content-type"].removeprefix("multipart/related; boundary=").encode()
        _, *parts, end = request.content.split(boundary)
        if len(parts) != 2 or end != b"--\r\n":
            raise Refusal(400, "badContent", domain="youtube.caption")
        about, subtitles = (part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for part in parts)
        snippet = json.loads(about)["snippet"]
        if query["uploadType"] != "multipart" or set(snippet) != {"videoId", "language", "name", "isDraft"}:
            raise Refusal(400, "invalidMetadata", domain="youtube.caption")
        if snippet["videoId"] not in self.videos:
            raise Refusal(404, "videoNotFound", domain="youtube.caption")
        if not subtitles.strip():
            raise Refusal(400, "contentRequired", domain="youtube.caption")
        if (snippet["videoId"], snippet["language"]) in self.captions:
            raise Refusal(409, "captionExists", domain="youtube.caption")
        self.captions[snippet["videoId"], snippet["language"]] = subtitles
        return httpx.Response(200, json={"kind": "youtube#caption", "id": "AUieDa", "snippet": snippet})


def item(video: Mapping[str, Any]) -> dict[str, Any]:
    """A video as it stands in a playlist."""
    resource = {"kind": "youtube#video", "videoId": video["id"]}
    snippet = {name: video["snippet"][name] for name in ("title", "description", "publishedAt", "channelId")}
    return {"kind": "youtube#playlistItem", "id": f"UU{video['id']}", "snippet": {**snippet, "resourceId": resource}}


def listed(kind: str, body: Mapping[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"kind": f"youtube#{kind}ListResponse", **body})
