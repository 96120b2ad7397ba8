"""Videos and reels: sent in chunks from the disk; they are published by the last, small request.

An upright video of 3 to 90 seconds becomes a reel, any other a video. Facebook shows it once it has processed it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from cmflow.content.media import Facts, probe_file
from cmflow.content.media.boxes import reader
from cmflow.model import Transfer
from cmflow.model.errors import Denied, NotSent, Rejected
from cmflow.netkit import rest, resumable
from cmflow.netkit.addresses import origin
from cmflow.netkit.errors import RETRY, unreadable
from cmflow.netkit.graph import Fields, Graph
from cmflow.netkit.journal import Journal
from cmflow.netkit.resumable import Piece, Progress
from cmflow.netkit.upload import Upload

UPLOADS = "https://rupload.facebook.com"
HOURS = 20  # for which an upload can be gone on with
CHUNK = 2 << 20  # bytes of a video per request, at most: a request is kept in memory until it is collected
PROBE = 1 << 20  # bytes of the first chunk where an upload goes on: Facebook then says how many it wants
MISPLACED = 1363037  # subcode: this chunk is not the next one, `error_data` says which is
SHORTEST, LONGEST, WIDTH, HEIGHT = 3, 90, 540, 960  # of a reel: seconds, pixels
ASPECT, TOLERANCE = 9 / 16, 0.01
PAUSES = (1, 2, 4, 8, *[10] * 9)  # seconds between looks at a video that is processed: 105 in all

Window = tuple[int, int]  # the bytes that Facebook waits for


def is_reel(upload: Upload) -> bool:
    """Whether Facebook takes it as a reel: upright, 9:16, of 3 to 90 seconds, and large enough."""
    facts = _facts(upload)
    upright = facts.height > 0 and abs(facts.width / facts.height - ASPECT) <= TOLERANCE
    return upright and SHORTEST <= facts.seconds <= LONGEST and facts.width >= WIDTH and facts.height >= HEIGHT


def publish(graph: Graph, page: str, upload: Upload, text: str, reel: bool, journal: Journal) -> str:
    """The id of the video that Facebook has taken."""
    way: Way = Reel(graph, page) if reel else Film(graph, page)
    transfer = journal.resume(upload, HOURS)
    id = _resumed(way, upload, transfer, journal) if transfer else ""
    if not id:
        id, window = way.begin(upload)
        journal.begin(upload, id)
        way.send(upload, id, window, journal)
    if graph.write(way.path, way.finish(id, text)).get("success") is not True:
        raise unreadable("Facebook", writes=True)
    video = id.partition(" ")[0]
    _processed(graph, video)
    return video


def _resumed(way: "Way", upload: Upload, transfer: Transfer, journal: Journal) -> str:
    """The id of an upload that an earlier run began, once the rest is there; "" where it has to begin anew."""
    try:
        arrived = way.arrived(transfer)
        if arrived < upload.size:
            way.send(upload, transfer.id, (arrived, arrived + PROBE), journal)
    except Rejected:
        return ""
    return transfer.id


def is_published(graph: Graph, transfer: Transfer) -> bool | None:
    """Whether the video of that upload is published; None where Facebook does not tell."""
    status = _status(graph, transfer.id.partition(" ")[0])
    phases = [status.get(f"{name}_phase") for name in ("publishing", "uploading")]
    words = [phase.get("status") if isinstance(phase, Mapping) else None for phase in phases]
    if words[0] == "complete":
        return True
    return False if words == ["not_started", "in_progress"] else None


class Way(Protocol):
    """One of the two ways in which Facebook takes videos; `id` names an upload that has begun."""

    @property
    def path(self) -> str: ...

    def begin(self, upload: Upload) -> tuple[str, Window]: ...

    def arrived(self, transfer: Transfer) -> int: ...

    def send(self, upload: Upload, id: str, window: Window, journal: Journal) -> None: ...

    def finish(self, id: str, text: str) -> Fields: ...


# ── a video ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Film:
    """Any video: in chunks as Facebook asks for them. An `id` is that of the video, and of the upload's session."""

    graph: Graph
    page: str

    @property
    def path(self) -> str:
        return f"/{self.page}/videos"

    def begin(self, upload: Upload) -> tuple[str, Window]:
        start = self.graph.ask("POST", self.path, data={"upload_phase": "start", "file_size": str(upload.size)})
        return f"{_text(start, 'video_id')} {_text(start, 'upload_session_id')}", _window(start)

    def arrived(self, transfer: Transfer) -> int:
        """At least so much: Facebook itself says which chunk it waits for when it gets another one."""
        return transfer.arrived

    def send(self, upload: Upload, id: str, window: Window, journal: Journal) -> None:
        chunks = Chunks(self.graph, self.path, id.partition(" ")[2], *window)
        resumable.send(upload, CHUNK, chunks.put, chunks.ask, self.graph.client.pause, journal, chunks.start)

    def finish(self, id: str, text: str) -> Fields:
        return {"upload_phase": "finish", "upload_session_id": id.partition(" ")[2], "description": text}


@dataclass(slots=True)
class Chunks:
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


def _window(body: Fields) -> Window:
    """Which bytes Facebook expects next, in an answer, or in the error that the chunk was another one."""
    error = body.get("error")
    data = error.get("error_data") if isinstance(error, Mapping) else body
    offsets = [str(data.get(name)) for name in ("start_offset", "end_offset")] if isinstance(data, Mapping) else []
    if not offsets or not all(offset.isascii() and offset.isdigit() for offset in offsets):
        raise unreadable("Facebook")
    return int(offsets[0]), int(offsets[1])


# ── a reel ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Reel:
    """An upright, short video: in one request, and from where that broke off. An `id` is that of the video, and the
    path that takes its bytes."""

    graph: Graph
    page: str

    @property
    def path(self) -> str:
        return f"/{self.page}/video_reels"

    def begin(self, upload: Upload) -> tuple[str, Window]:
        start = self.graph.ask("POST", self.path, data={"upload_phase": "start"})
        video, address = _text(start, "video_id"), _text(start, "upload_url")
        if origin(address) != origin(UPLOADS):
            raise Denied("Facebook names an address for the reel that cmflow does not connect to.", RETRY)
        return f"{video} {urlsplit(address).path}", (0, upload.size)

    def arrived(self, transfer: Transfer) -> int:
        return _arrived(_status(self.graph, transfer.id.partition(" ")[0]))

    def send(self, upload: Upload, id: str, window: Window, journal: Journal) -> None:
        client = rest.ApiClient(self.graph.client.http, "Facebook", UPLOADS, self.graph.client.token, scheme="OAuth")
        uploads, (video, _, place) = Graph(client, self.graph.account), id.partition(" ")

        def put(piece: Piece) -> Progress:
            headers = {"offset": str(piece.start), "file_size": str(upload.size), "Content-Length": str(piece.length)}
            uploads.ask("POST", UPLOADS + place, headers=headers, content=piece.content())
            return Progress(piece.end)

        def ask() -> Progress:
            return Progress(_arrived(_status(self.graph, video)))

        resumable.send(upload, upload.size, put, ask, self.graph.client.pause, journal, window[0])

    def finish(self, id: str, text: str) -> Fields:
        video = id.partition(" ")[0]
        return {"upload_phase": "finish", "video_id": video, "video_state": "PUBLISHED", "description": text}


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


def _processed(graph: Graph, video: str) -> None:
    """Wait a while for Facebook to process it. It is taken already: what we cannot see changes nothing."""
    for seconds in PAUSES:
        try:
            state = _status(graph, video).get("video_status")
            if state == "processing":
                graph.client.pause(seconds)
        except NotSent:
            return
        if state in ("error", "expired", "upload_failed"):
            raise Rejected("Facebook cannot use the video.", "Export it as MP4 with H.264 and AAC.")
        if state != "processing":
            return


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
