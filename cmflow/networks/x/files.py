"""Files for a post on X: an image in one request; a GIF, a video and its subtitles in segments."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cmflow.content.media.subtitles import VTT
from cmflow.model import Media, Transfer
from cmflow.model.errors import NotSent, Rejected
from cmflow.netkit.errors import RETRY, unreadable
from cmflow.netkit.journal import Journal
from cmflow.netkit.languages import english_name
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.upload import Upload, kind
from cmflow.networks.x.call import data, number

if TYPE_CHECKING:
    import httpx

HOURS = 20  # for which an upload can be gone on with: X keeps it for a day
SEGMENT = 4 << 20  # bytes of a file per request; X takes 5 MB
PAUSES = (1, 2, 4, 8, *[10] * 27)  # seconds between questions whether a video is ready: 285 in all


def upload(api: ApiClient, item: Media, file: Upload, journal: Journal) -> str:
    """The id of a file that is ready to be posted, with its alt text."""
    mime = kind(file, item.path)
    is_image = mime.startswith("image/") and mime != "image/gif"
    media = _image(api, file, mime) if is_image else _video(api, item, file, mime, journal)
    if item.alt:
        api.ask("POST", "/2/media/metadata", json={"id": media, "metadata": {"alt_text": {"text": item.alt}}})
    return media


def subtitle(api: ApiClient, video: str, language: str, file: Upload) -> None:
    """Add subtitles to a video that is uploaded: a file of their own, then what video and language they are of."""
    mime = "text/vtt" if file.mime == VTT else "text/srt"
    start = {"media_type": mime, "media_category": "subtitles", "total_bytes": file.size}
    media = number(api.ask("POST", "/2/media/upload/initialize", json=start))
    _appended(api, file, media, 0, Journal())
    spoken = {"id": media, "display_name": english_name(language), "language_code": language[:2].upper()}
    body = {"id": video, "media_category": "TweetVideo", "subtitles": spoken}
    api.ask("POST", "/2/media/subtitles", json=body)


def _image(api: ApiClient, file: Upload, mime: str) -> str:
    form = {"media_category": "tweet_image", "media_type": mime}
    return number(api.ask("POST", "/2/media/upload", data=form, files={"media": ("media", file.read(), mime)}))


def _video(api: ApiClient, item: Media, file: Upload, mime: str, journal: Journal) -> str:
    """A GIF or a video, in segments; one that an earlier run began goes on, unless X refuses that."""
    transfer = journal.resume(file, HOURS)
    if transfer:
        try:
            return _processed(api, item, _resumed(api, file, transfer, journal), transfer.id)
        except Rejected:
            pass  # X does not know it any more, or has a segment twice: it begins anew
    category = "tweet_gif" if mime == "image/gif" else "tweet_video"
    start = {"media_type": mime, "media_category": category, "total_bytes": file.size}
    media = number(api.ask("POST", "/2/media/upload/initialize", json=start))
    journal.begin(file, media)
    return _processed(api, item, _appended(api, file, media, 0, journal), media)


def _resumed(api: ApiClient, file: Upload, transfer: Transfer, journal: Journal) -> "httpx.Response":
    """What X says of it once the rest is there; X may be working on it already."""
    if transfer.arrived >= file.size:
        answer = api.ask("GET", "/2/media/upload", (400, 404), params=_status(transfer.id))
        if answer.is_success and isinstance(data(answer).get("processing_info"), Mapping):
            return answer
    return _appended(api, file, transfer.id, transfer.arrived, journal)


def _appended(api: ApiClient, file: Upload, media: str, arrived: int, journal: Journal) -> "httpx.Response":
    """Send the segments that are not there yet; what X says of the whole file."""
    for index in range(arrived // SEGMENT, -(-file.size // SEGMENT)) if arrived < file.size else ():
        segment = b"".join(file.chunks(index * SEGMENT, SEGMENT))
        form, files = {"segment_index": str(index)}, {"media": ("media", segment, "application/octet-stream")}
        api.ask("POST", f"/2/media/upload/{media}/append", data=form, files=files)
        journal.advance(min((index + 1) * SEGMENT, file.size))
    return api.ask("POST", f"/2/media/upload/{media}/finalize")


def _processed(api: ApiClient, item: Media, answer: "httpx.Response", media: str) -> str:
    """As long as X works on it, it cannot be posted."""
    for seconds in PAUSES:
        if not data(answer):  # what cannot be read says nothing of being ready
            raise unreadable("X")
        progress = data(answer).get("processing_info")
        state = progress.get("state") if isinstance(progress, Mapping) else "succeeded"
        if state == "succeeded":
            return media
        if state == "failed":
            raise Rejected(f"X cannot use {item.path}.", "Save it as MP4 with H.264 and AAC, and try again.")
        api.pause(seconds)
        answer = api.ask("GET", "/2/media/upload", params=_status(media))
    raise NotSent(f"X is still processing {item.path}.", RETRY)


def _status(media: str) -> dict[str, str]:
    return {"command": "STATUS", "media_id": media}
