"""Files for a post on X: an image in one request, a GIF or video in segments."""

from collections.abc import Mapping

from cmflow.model import Media
from cmflow.model.errors import NotSent, Rejected
from cmflow.netkit.errors import RETRY
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.upload import Upload, kind
from cmflow.networks.x.call import data, number

SEGMENT = 4 << 20  # bytes of a file per request; X takes 5 MB
PAUSES = (1, 2, 4, 8, *[10] * 27)  # seconds between questions whether a video is ready: 285 in all


def upload(api: ApiClient, item: Media, file: Upload) -> str:
    """The id of a file that is ready to be posted, with its alt text."""
    mime = kind(file, item.path)
    is_image = mime.startswith("image/") and mime != "image/gif"
    media = _image(api, file, mime) if is_image else _segments(api, item, file, mime)
    if item.alt:
        api.ask("POST", "/2/media/metadata", json={"id": media, "metadata": {"alt_text": {"text": item.alt}}})
    return media


def _image(api: ApiClient, file: Upload, mime: str) -> str:
    form = {"media_category": "tweet_image", "media_type": mime}
    return number(api.ask("POST", "/2/media/upload", data=form, files={"media": ("media", file.read(), mime)}))


def _segments(api: ApiClient, item: Media, file: Upload, mime: str) -> str:
    """A GIF or a video: as long as X works on it, it cannot be posted."""
    category = "tweet_gif" if mime == "image/gif" else "tweet_video"
    start = {"media_type": mime, "media_category": category, "total_bytes": file.size}
    media = number(api.ask("POST", "/2/media/upload/initialize", json=start))
    for index in range(-(-file.size // SEGMENT)):
        segment = b"".join(file.chunks(index * SEGMENT, SEGMENT))
        form, files = {"segment_index": str(index)}, {"media": ("media", segment, "application/octet-stream")}
        api.ask("POST", f"/2/media/upload/{media}/append", data=form, files=files)
    answer = api.ask("POST", f"/2/media/upload/{media}/finalize")
    for seconds in PAUSES:
        progress = data(answer).get("processing_info")
        state = progress.get("state") if isinstance(progress, Mapping) else "succeeded"
        if state == "succeeded":
            return media
        if state == "failed":
            raise Rejected(f"X cannot use {item.path}.", "Save it as MP4 with H.264 and AAC, and try again.")
        api.pause(seconds)
        answer = api.ask("GET", "/2/media/upload", params={"command": "STATUS", "media_id": media})
    raise NotSent(f"X is still processing {item.path}.", RETRY)
