"""Videos and reels: sent in chunks from the disk; they are published by the last, small request.

An upright video of 3 to 90 seconds becomes a reel, any other a video. Facebook shows it once it has processed it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cmflow.content.media import Facts, probe_file
from cmflow.content.media.boxes import reader
from cmflow.model.errors import Denied, NotSent, Rejected
from cmflow.netkit import rest, resumable
from cmflow.netkit.addresses import origin
from cmflow.netkit.errors import RETRY, unreadable
from cmflow.netkit.graph import Fields, Graph
from cmflow.netkit.resumable import Piece, Progress
from cmflow.netkit.upload import Upload

UPLOADS = "https://rupload.facebook.com"
CHUNK = 2 << 20  # bytes of a video per request, at most: a request is kept in memory until it is collected
MISPLACED = 1363037  # subcode: this chunk is not the next one, `error_data` says which is
SHORTEST, LONGEST, WIDTH, HEIGHT = 3, 90, 540, 960  # of a reel: seconds, pixels
ASPECT, TOLERANCE = 9 / 16, 0.01
PAUSES = (1, 2, 4, 8, *[10] * 9)  # seconds between looks at a video that is processed: 105 in all


def is_reel(upload: Upload) -> bool:
    """Whether Facebook takes it as a reel: upright, 9:16, of 3 to 90 seconds, and large enough."""
    facts = _facts(upload)
    upright = facts.height > 0 and abs(facts.width / facts.height - ASPECT) <= TOLERANCE
    return upright and SHORTEST <= facts.seconds <= LONGEST and facts.width >= WIDTH and facts.height >= HEIGHT


def publish(graph: Graph, page: str, upload: Upload, text: str, reel: bool) -> str:
    """The id of the video that Facebook has taken."""
    video = _reel(graph, page, upload, text) if reel else _video(graph, page, upload, text)
    _processed(graph, video)
    return video


# ── a video ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Transfer:
    """A video on its way: Facebook waits for the bytes from `start` on, up to `end` with one request."""

    graph: Graph
    path: str
    session: str
    start: int
    end: int

    def put(self, piece: Piece) -> Progress:
        length = min(piece.length, max(self.end - piece.start, 1))
        chunk = b"".join(piece.upload.chunks(piece.start, length))
        data = {"upload_phase": "transfer", "upload_session_id": self.session, "start_offset": str(piece.start)}
        files = {"video_file_chunk": ("chunk", chunk, "application/octet-stream")}
        body = self.graph.ask("POST", self.path, (MISPLACED,), data=data, files=files)
        self.start, self.end = _window(body)
        return self.ask()

    def ask(self) -> Progress:
        """There is nothing to ask: if a chunk has arrived after all, the answer to the same one says so."""
        return Progress(self.start)


def _video(graph: Graph, page: str, upload: Upload, text: str) -> str:
    path = f"/{page}/videos"
    start = graph.ask("POST", path, data={"upload_phase": "start", "file_size": str(upload.size)})
    session, video = _text(start, "upload_session_id"), _text(start, "video_id")
    transfer = Transfer(graph, path, session, *_window(start))
    resumable.send(upload, CHUNK, transfer.put, transfer.ask, graph.client.pause)
    _finish(graph, path, {"upload_phase": "finish", "upload_session_id": session, "description": text})
    return video


def _window(body: Fields) -> tuple[int, int]:
    """Which bytes Facebook expects next, in an answer, or in the error that the chunk was another one."""
    error = body.get("error")
    data = error.get("error_data") if isinstance(error, Mapping) else body
    offsets = [str(data.get(name)) for name in ("start_offset", "end_offset")] if isinstance(data, Mapping) else []
    if not offsets or not all(offset.isascii() and offset.isdigit() for offset in offsets):
        raise unreadable("Facebook")
    return int(offsets[0]), int(offsets[1])


# ── a reel ──────────────────────────────────────────────────────────────────────────────────────────────────


def _reel(graph: Graph, page: str, upload: Upload, text: str) -> str:
    path = f"/{page}/video_reels"
    start = graph.ask("POST", path, data={"upload_phase": "start"})
    video, address = _text(start, "video_id"), _text(start, "upload_url")
    if origin(address) != origin(UPLOADS):
        raise Denied("Facebook names an address for the reel that cmflow does not speak to.", RETRY)
    client = rest.ApiClient(graph.client.http, "Facebook", UPLOADS, graph.client.token, scheme="OAuth")
    uploads = Graph(client, graph.account)

    def put(piece: Piece) -> Progress:
        headers = {"offset": str(piece.start), "file_size": str(upload.size), "Content-Length": str(piece.length)}
        uploads.ask("POST", address, headers=headers, content=piece.content())
        return Progress(piece.end)

    def ask() -> Progress:
        return Progress(_arrived(_status(graph, video)))

    resumable.send(upload, upload.size, put, ask, graph.client.pause)
    state = {"upload_phase": "finish", "video_id": video, "video_state": "PUBLISHED", "description": text}
    _finish(graph, path, state)
    return video


def _arrived(status: Fields) -> int:
    """How many bytes of it are there: the docs spell the field in two ways."""
    phase = status.get("uploading_phase")
    counts = (
        [str(phase.get(f"bytes_{word}")) for word in ("transferred", "transfered")]
        if isinstance(phase, Mapping)
        else []
    )
    return max((int(count) for count in counts if count.isascii() and count.isdigit()), default=0)


# ── both ────────────────────────────────────────────────────────────────────────────────────────────────────


def _finish(graph: Graph, path: str, fields: Fields) -> None:
    if graph.write(path, fields).get("success") is not True:
        raise unreadable("Facebook", writes=True)


def _processed(graph: Graph, video: str) -> None:
    """Wait a while for Facebook to process it. It is taken already: what we cannot see changes nothing."""
    for seconds in PAUSES:
        try:
            state = _status(graph, video).get("video_status")
        except NotSent:
            return
        if state in ("error", "expired", "upload_failed"):
            raise Rejected("Facebook cannot use the video.", "Export it as MP4 with H.264 and AAC.")
        if state != "processing":
            return
        graph.client.pause(seconds)


def _status(graph: Graph, video: str) -> Fields:
    status = graph.ask("GET", f"/{video}", params={"fields": "status"}).get("status")
    return status if isinstance(status, Mapping) else {}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise unreadable("Facebook")
    return value


def _facts(upload: Upload) -> Facts:
    with upload.open() as file:
        return probe_file(reader(file), upload.size)
