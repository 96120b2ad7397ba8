"""Videos and reels: sent in chunks from the disk; they are published by the last, small request.

An upright video of 3 to 90 seconds becomes a reel, any other a video. Facebook shows it once it has processed it.
"""

from collections.abc import Mapping

from cmflow.model import Transfer
from cmflow.model.errors import NotSent, Rejected
from cmflow.netkit.errors import unreadable
from cmflow.netkit.graph import Graph
from cmflow.netkit.journal import Journal
from cmflow.netkit.upload import Upload
from cmflow.networks.facebook.clip import Way, status_of
from cmflow.networks.facebook.film import Film
from cmflow.networks.facebook.reel import Reel, is_reel

__all__ = ["is_published", "is_reel", "publish"]

HOURS = 20  # for which an upload can be gone on with
PROBE = 1 << 20  # bytes of the first chunk where an upload goes on: Facebook then says how many it wants
PAUSES = (1, 2, 4, 8, *[10] * 9)  # seconds between looks at a video that is processed: 105 in all


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


def _resumed(way: Way, upload: Upload, transfer: Transfer, journal: Journal) -> str:
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
    status = status_of(graph, transfer.id.partition(" ")[0])
    phases = [status.get(f"{name}_phase") for name in ("publishing", "uploading")]
    words = [phase.get("status") if isinstance(phase, Mapping) else None for phase in phases]
    if words[0] == "complete":
        return True
    return False if words == ["not_started", "in_progress"] else None


def _processed(graph: Graph, video: str) -> None:
    """Wait a while for Facebook to process it. It is taken already: what we cannot see changes nothing."""
    for seconds in PAUSES:
        try:
            state = status_of(graph, video).get("video_status")
            if state == "processing":
                graph.client.pause(seconds)
        except NotSent:
            return
        if state in ("error", "expired", "upload_failed"):
            raise Rejected("Facebook cannot use the video.", "Export it as MP4 with H.264 and AAC.")
        if state != "processing":
            return
