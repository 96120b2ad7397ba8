"""Any video: in chunks, from the disk, as Facebook asks for them."""

from collections.abc import Mapping

from cmflow.model import Transfer
from cmflow.netkit import resumable
from cmflow.netkit.errors import unreadable
from cmflow.netkit.graph import Fields, Graph
from cmflow.netkit.journal import Journal
from cmflow.netkit.resumable import Piece, Progress
from cmflow.netkit.upload import Upload
from cmflow.networks.facebook.clip import Window, text_of
from cmflow.values import dataclass

CHUNK = 2 << 20  # bytes of a video per request, at most: a request is kept in memory until it is collected
MISPLACED = 1363037  # subcode: this chunk is not the next one, `error_data` says which is


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
        return f"{text_of(start, 'video_id')} {text_of(start, 'upload_session_id')}", _window(start)

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
