"""Files for a post on LinkedIn: an image or document in one request, a video in the pieces that LinkedIn names."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from cmflow.model import Media
from cmflow.model.errors import Denied, NotSent, Rejected
from cmflow.model.limits import clashes, refusal
from cmflow.netkit import files as attached
from cmflow.netkit.addresses import origin
from cmflow.netkit.answers import objects, text
from cmflow.netkit.errors import RETRY, unreadable
from cmflow.netkit.journal import Journal
from cmflow.netkit.network import Outgoing, load
from cmflow.netkit.upload import Upload, kind
from cmflow.networks.linkedin.call import LinkedIn, fields, segment

# An image goes to www.linkedin.com, and LinkedIn's Images API documents the header Authorization for it, which goes to
# that server alone. The addresses of a video's pieces are signed: nothing else goes along, as its Videos API documents.
IMAGES_AT = ("https", "www.linkedin.com")
HOURS = 12  # for which an upload can be gone on with
PAUSES = (1, 2, 4, 8, *[10] * 27)  # seconds between questions whether a video is ready: 285 in all
EXPORT = "Save it as MP4 with H.264 and AAC, and try again."
FAILURES = ("PROCESSING_FAILED", "WAITING_UPLOAD")
Fields = dict[str, Any]


def content(linkedin: LinkedIn, message: Outgoing) -> Fields:
    """What a post says of its files, once they are with LinkedIn; all are looked at before the first is uploaded."""
    pairs = attached.pairs(message, "linkedin")
    kinds = [_kind(kind(file, media.path)) for media, file in pairs]
    for clash in clashes(load("linkedin").limits, Counter(kinds)):
        raise Rejected(f"LinkedIn does not accept a post with {refusal(clash)}.", "Give one of them a post of its own.")
    media, file = pairs[0]
    if len(pairs) > 1 and kinds[0] in ("video", "document"):
        raise Rejected(f"A post on LinkedIn has one {kinds[0]}.", "Give each a post of its own.")
    if kinds[0] == "video":
        return {"media": {"id": _video(linkedin, media, file, message.journal)}}
    if kinds[0] == "document":
        title = media.alt or PurePosixPath(media.path).stem
        return {"media": {"id": _document(linkedin, media, file), "title": title}}
    images = [_described(image(linkedin, media, file), media) for media, file in pairs]
    return {"media": images[0]} if len(images) == 1 else {"multiImage": {"images": images}}


def _kind(mime: str) -> str:
    """The kind of a file, of `CONTENTS`."""
    names = {"application/pdf": "document", "image/gif": "gif"}
    return names.get(mime) or ("video" if mime.startswith("video/") else "image")


def _described(image: str, media: Media) -> Fields:
    return {"id": image, "altText": media.alt} if media.alt else {"id": image}


def image(linkedin: LinkedIn, media: Media, file: Upload) -> str:
    """The URN of a picture, once it is with LinkedIn."""
    return _whole(linkedin, media, file, "image")


def _document(linkedin: LinkedIn, media: Media, file: Upload) -> str:
    """The URN of a document that is ready to be shown."""
    document = _whole(linkedin, media, file, "document")
    _await(linkedin, media, document, "documents", "Save it as PDF with 300 pages at most, and try again.")
    return document


def _whole(linkedin: LinkedIn, media: Media, file: Upload, name: str) -> str:
    """The URN of a file that goes up in one request."""
    request = {"initializeUploadRequest": {"owner": linkedin.author}}
    ticket = fields(linkedin.ask("POST", f"/rest/{name}s?action=initializeUpload", json=request), "value")
    urn, address = _word(ticket, name), _word(ticket, "uploadUrl")
    headers = {"Content-Type": kind(file, media.path), "Content-Length": str(file.size)}
    if origin(address) == IMAGES_AT:
        headers["Authorization"] = f"Bearer {linkedin.api.token}"
    linkedin.ask("PUT", address, content=file.chunks(), headers=headers)
    return urn


def _video(linkedin: LinkedIn, media: Media, file: Upload, journal: Journal) -> str:
    """The URN of a video that is ready; the addresses of its pieces let anybody write to them."""
    ticket, parts = _known(file, journal)
    if ticket:
        try:
            return _completed(linkedin, media, file, ticket, parts, journal)
        except (Denied, Rejected):
            pass  # the addresses have ended, or LinkedIn has it already: it begins anew
    ticket = _ticket(linkedin, file)
    journal.begin(file, _word(ticket, "video"), _private(ticket, []))
    return _completed(linkedin, media, file, ticket, [], journal)


def _completed(
    linkedin: LinkedIn, media: Media, file: Upload, ticket: Mapping[str, Any], parts: list[str], journal: Journal
) -> str:
    video, parts = _word(ticket, "video"), _sent(linkedin, file, ticket, parts, journal)
    end = {"video": video, "uploadToken": str(ticket.get("uploadToken") or ""), "uploadedPartIds": parts}
    linkedin.ask("POST", "/rest/videos?action=finalizeUpload", json={"finalizeUploadRequest": end})
    _await(linkedin, media, video)
    return video


def _known(file: Upload, journal: Journal) -> tuple[Fields, list[str]]:
    """What an earlier run was told about the pieces, and the ETags of those that it has sent; nothing where the video
    begins anew."""
    transfer = journal.resume(file, HOURS, private=True)
    try:
        known = json.loads(journal.private) if transfer else {}
        ticket, parts = known["ticket"], known["parts"]
    except (ValueError, KeyError, TypeError):
        return {}, []
    is_same = isinstance(ticket, dict) and transfer is not None and ticket.get("video") == transfer.id
    return (ticket, [str(part) for part in parts]) if is_same else ({}, [])


def _private(ticket: Mapping[str, Any], parts: list[str]) -> str:
    return json.dumps({"ticket": dict(ticket), "parts": parts})


def _ticket(linkedin: LinkedIn, file: Upload) -> Fields:
    request = {
        "owner": linkedin.author,
        "fileSizeBytes": file.size,
        "uploadCaptions": False,
        "uploadThumbnail": False,
    }
    answer = linkedin.ask("POST", "/rest/videos?action=initializeUpload", json={"initializeUploadRequest": request})
    return dict(fields(answer, "value"))


def _sent(linkedin: LinkedIn, file: Upload, ticket: Mapping[str, Any], parts: list[str], journal: Journal) -> list[str]:
    """Upload piece by piece, as LinkedIn has cut the file, from the first without an ETag; return all ETags."""
    pieces = objects(ticket.get("uploadInstructions")) or []
    spans = [(piece.get("firstByte"), piece.get("lastByte")) for piece in pieces]
    edges = [(first, last) for first, last in spans if isinstance(first, int) and isinstance(last, int)]
    if not edges or len(edges) != len(spans) or sum(last + 1 - first for first, last in edges) != file.size:
        raise unreadable("LinkedIn")
    parts = list(parts)
    for piece, (first, last) in list(zip(pieces, edges, strict=True))[len(parts) :]:
        length = last + 1 - first
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(length)}
        answer = linkedin.ask("PUT", _word(piece, "uploadUrl"), content=file.chunks(first, length), headers=headers)
        etag = answer.headers.get("ETag", "").strip('"')
        if not etag:
            raise NotSent("LinkedIn does not confirm a piece of the video.", RETRY)
        parts.append(etag)
        journal.advance(last + 1, _private(ticket, parts))
    return parts


def _await(linkedin: LinkedIn, media: Media, urn: str, kinds: str = "videos", hint: str = EXPORT) -> None:
    """Wait until a post can show the file. A token that may not read files cannot ask: LinkedIn then waits itself."""
    for seconds in (*PAUSES, 0):
        answer = linkedin.ask("GET", f"/rest/{kinds}/{segment(urn)}", (403,))
        status = text(answer, "status")
        if status == "AVAILABLE" or answer.status_code == 403:
            return
        if status in FAILURES:
            why = text(answer, "processingFailureReason")
            message = f"LinkedIn cannot use {media.path}" + (f": {why}" if why else ".")
            raise Rejected(message, hint)
        linkedin.api.pause(seconds)
    raise NotSent(f"LinkedIn is still processing {media.path}.", RETRY)


def _word(ticket: Mapping[str, Any], name: str) -> str:
    value = ticket.get(name)
    if not isinstance(value, str) or not value:
        raise unreadable("LinkedIn")
    return value
