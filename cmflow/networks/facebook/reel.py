"""An upright, short video: in one request, and from where that broke off."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from cmflow.content.media import Facts, probe_file
from cmflow.content.media.boxes import reader
from cmflow.model import Transfer
from cmflow.model.errors import Denied
from cmflow.netkit import rest, resumable
from cmflow.netkit.addresses import origin
from cmflow.netkit.errors import RETRY
from cmflow.netkit.graph import Fields, Graph
from cmflow.netkit.journal import Journal
from cmflow.netkit.resumable import Piece, Progress
from cmflow.netkit.upload import Upload
from cmflow.networks.facebook.clip import Window, status_of, text_of
from cmflow.values import dataclass

UPLOADS = "https://rupload.facebook.com"
# What Facebook takes as a reel, Meta's Reels Publishing API docs, read 2026-11-22: seconds, pixels, and 9:16.
SHORTEST, LONGEST, WIDTH, HEIGHT = 3, 90, 540, 960
ASPECT, TOLERANCE = 9 / 16, 0.01


def is_reel(upload: Upload) -> bool:
    """Whether Facebook takes it as a reel: upright, 9:16, of 3 to 90 seconds, and large enough."""
    facts = _facts(upload)
    upright = facts.height > 0 and abs(facts.width / facts.height - ASPECT) <= TOLERANCE
    return upright and SHORTEST <= facts.seconds <= LONGEST and facts.width >= WIDTH and facts.height >= HEIGHT


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
        video, address = text_of(start, "video_id"), text_of(start, "upload_url")
        if origin(address) != origin(UPLOADS):
            raise Denied("Facebook names an address for the reel that cmflow does not connect to.", RETRY)
        return f"{video} {urlsplit(address).path}", (0, upload.size)

    def arrived(self, transfer: Transfer) -> int:
        return _arrived(status_of(self.graph, transfer.id.partition(" ")[0]))

    def send(self, upload: Upload, id: str, window: Window, journal: Journal) -> None:
        client = rest.ApiClient(self.graph.client.http, "Facebook", UPLOADS, self.graph.client.token, scheme="OAuth")
        uploads, (video, _, place) = Graph(client, self.graph.account), id.partition(" ")

        def put(piece: Piece) -> Progress:
            headers = {"offset": str(piece.start), "file_size": str(upload.size), "Content-Length": str(piece.length)}
            uploads.ask("POST", UPLOADS + place, headers=headers, content=piece.content())
            return Progress(piece.end)

        def ask() -> Progress:
            return Progress(_arrived(status_of(self.graph, video)))

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


def _facts(upload: Upload) -> Facts:
    with upload.open() as file:
        return probe_file(reader(file), upload.size)
