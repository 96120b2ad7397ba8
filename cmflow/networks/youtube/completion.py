"""What YouTube takes only for a video that exists: subtitles, thumbnail, playlist, first comment."""

import json
from hashlib import sha256

from cmflow.model import Media
from cmflow.netkit.network import Outgoing
from cmflow.netkit.upload import Upload, kind
from cmflow.networks.youtube.call import API, UPLOAD, Channel

Attachment = tuple[Media, Upload]


def complete(channel: Channel, outgoing: Outgoing, video: str, film: Media, thumbnail: Attachment | None) -> None:
    """What YouTube takes only for a video that exists."""
    for language, subtitles in outgoing.subtitles(film):
        _caption(channel, video, language, subtitles)
    if thumbnail:
        _set_thumbnail(channel, video, *thumbnail)
    if channel.playlist:
        _add(channel, video)
    if outgoing.variant.first_comment:
        _comment(channel, video, outgoing.variant.first_comment.form.body)


def _set_thumbnail(channel: Channel, video: str, media: Media, picture: Upload) -> None:
    headers = {"Content-Type": kind(picture, media.path), "Content-Length": str(picture.size)}
    query = {"uploadType": "media", "videoId": video}
    channel.api.ask("POST", f"{UPLOAD}/thumbnails/set", params=query, headers=headers, content=picture.chunks())


def _caption(channel: Channel, video: str, language: str, subtitles: Upload) -> None:
    """One request of two parts, as Google takes a small file with what is said of it (multipart/related)."""
    about = json.dumps({"snippet": {"videoId": video, "language": language, "name": "", "isDraft": False}}).encode()
    parts = ((b"application/json; charset=UTF-8", about), (b"application/octet-stream", subtitles.read()))
    boundary = sha256(b"".join(data for _, data in parts)).hexdigest().encode()
    pieces = (b"--%s\r\nContent-Type: %s\r\n\r\n%s\r\n" % (boundary, mime, data) for mime, data in parts)
    body = b"".join(pieces) + b"--%s--\r\n" % boundary
    headers = {"Content-Type": f"multipart/related; boundary={boundary.decode()}"}
    query = {"uploadType": "multipart", "part": "snippet"}
    channel.api.ask("POST", f"{UPLOAD}/captions", params=query, headers=headers, content=body)


def _add(channel: Channel, video: str) -> None:
    resource = {"kind": "youtube#video", "videoId": video}
    body = {"snippet": {"playlistId": channel.playlist, "resourceId": resource}}
    channel.api.ask("POST", f"{API}/playlistItems", params={"part": "snippet"}, json=body)


def _comment(channel: Channel, video: str, body: str) -> None:
    snippet = {"videoId": video, "topLevelComment": {"snippet": {"textOriginal": body}}}
    channel.api.ask("POST", f"{API}/commentThreads", params={"part": "snippet"}, json={"snippet": snippet})
