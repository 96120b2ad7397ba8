"""Uploading a video, and deleting it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cmflow.model import Receipt, Remote, Visibility
from cmflow.model.errors import NotSent, Rejected, Unsure
from cmflow.model.limits import clashes, refusal
from cmflow.netkit import files as attached
from cmflow.netkit import rest, resumable
from cmflow.netkit.addresses import origin
from cmflow.netkit.errors import LOOK, unreadable
from cmflow.netkit.journal import Journal
from cmflow.netkit.network import Outgoing, load
from cmflow.netkit.resumable import Gone, Progress
from cmflow.netkit.upload import Upload, kind
from cmflow.networks.youtube.call import API, UPLOAD, Channel, remote, section, video_id
from cmflow.networks.youtube.completion import Attachment, complete

PIECE = 32 * 256 * 1024  # bytes at once; Google wants a multiple of 256 KiB
HOSTS = ("googleapis.com", "youtube.com")  # whose servers may take the file
HOURS = 6 * 24  # for which an upload can be gone on with: Google keeps it for a week
AUDIT = (
    "YouTube keeps the videos of a project private until Google has audited it: ask for that at "
    "https://support.google.com/youtube/contact/yt_api_form"
)
NO_VIDEO = "A post on YouTube is a video: add one, or leave this account out."


def publish(channel: Channel, outgoing: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    film, thumbnail = files(outgoing)
    body = {"snippet": _snippet(channel, outgoing), "status": _status(channel, outgoing)}
    answer = _upload(channel, film[1], body, outgoing.journal)
    posted = remote(str(answer["id"]))
    try:
        complete(channel, outgoing, posted.id, film[0], thumbnail)
    except NotSent as error:  # the video is there all the same
        message = f"{posted.url} is published, but not everything that goes with it. {error}"
        raise Unsure(message, "Add it at https://studio.youtube.com") from None
    audience = outgoing.variant.visibility
    status = section(answer, "status")
    if status.get("privacyStatus") == Visibility.PRIVATE != audience and not status.get("publishAt"):
        raise Unsure(f"{posted.url} is private, and the post is {audience}.", AUDIT)
    return posted


def delete(channel: Channel, receipt: Receipt) -> None:
    """Deleting what is not there is fine: it is not there."""
    video = video_id(receipt.id or receipt.url)
    if not video:
        raise Rejected(f"“{receipt.id or receipt.url}” is not a video on YouTube.", "Delete it yourself.")
    channel.api.write("DELETE", f"{API}/videos", fine=(404,), params={"id": video})


def title(outgoing: Outgoing) -> str:
    """The title of the post, else the first line of its text, as YouTube takes it."""
    measure = load("youtube").limits.title
    longest = measure.limit.value if measure else None
    lines = (line.strip() for line in outgoing.part.form.body.splitlines())
    written = outgoing.variant.title.strip() or next(filter(None, lines), "")[:longest].strip()
    return written.replace("<", "‹").replace(">", "›")


# ── what a video is made of ─────────────────────────────────────────────────────────────────────────────────


def files(outgoing: Outgoing) -> tuple[Attachment, Attachment | None]:
    """The video with its type, and the picture beside it; Rejected for anything else."""
    variant = outgoing.variant
    if variant.reply_to or variant.quote or variant.repost:
        hint = "Link to it in the text, or leave this account out."
        raise Rejected("A video on YouTube cannot answer, quote or repost another.", hint)
    pairs = attached.pairs(outgoing, "youtube")
    films = [pair for pair in pairs if kind(pair[1], pair[0].path).startswith("video/")]
    pictures = [pair for pair in pairs if kind(pair[1], pair[0].path) in ("image/jpeg", "image/png")]
    if not films:
        raise Rejected("The post has no video.", NO_VIDEO)
    if len(films) > 1 or len(pictures) > 1 or len(films) + len(pictures) < len(pairs):
        hint = "Leave the others out for this account, with `variants:`."
        raise Rejected("A video on YouTube has one file, and one JPEG or PNG as its thumbnail.", hint)
    media, film = films[0]
    return (media, replace(film, mime=kind(film, media.path))), next(iter(pictures), None)


def _snippet(channel: Channel, outgoing: Outgoing) -> dict[str, Any]:
    named = title(outgoing)
    if not named:
        raise Rejected("The video has no title.", "Add `title:`.")
    fields = {"title": named, "description": outgoing.part.form.body, "categoryId": channel.category}
    tags = list(outgoing.variant.tags)
    return {**fields, "tags": tags} if tags else fields


def _status(channel: Channel, outgoing: Outgoing) -> dict[str, Any]:
    audience = outgoing.variant.visibility
    if audience is Visibility.FOLLOWERS:
        hint = "Write `visibility: unlisted` or `private`, or leave this account out."
        raise Rejected("YouTube cannot show a video to followers only.", hint)
    contents = {"video": 1, "comment": bool(outgoing.variant.first_comment), "private": audience is Visibility.PRIVATE}
    for clash in clashes(channel.limits, contents) if channel.limits else ():
        hint = "Remove `first_comment:`, or leave this account out."
        raise Rejected(f"YouTube does not accept a post with {refusal(clash)}.", hint)
    status = {"privacyStatus": audience.value, "selfDeclaredMadeForKids": channel.is_for_kids}
    if audience is Visibility.PUBLIC and channel.public_after:
        moment = datetime.fromtimestamp(int(channel.clock()) + channel.public_after, UTC)
        status |= {"privacyStatus": "private", "publishAt": moment.isoformat().replace("+00:00", "Z")}
    return status


# ── sending it ──────────────────────────────────────────────────────────────────────────────────────────────


def _upload(channel: Channel, film: Upload, body: Mapping[str, Any], journal: Journal) -> Mapping[str, Any]:
    """What YouTube says of the video, with its `id`, once the last piece is there."""
    api, progress = channel.api, progress_of(channel, film, journal)
    if progress is None:
        session, progress = _session(channel, film, body), Progress(0)
        journal.begin(film, sha256(session.encode()).hexdigest()[:16], session)
    else:
        session = journal.private
    if progress.answer is None:
        progress = resumable.send(
            film,
            PIECE,
            lambda piece: resumable.put_range(api, session, piece),
            lambda: resumable.ask_range(api, session, film.size),
            api.pause,
            journal,
            progress.arrived,
        )
    video = rest.document(progress.answer) if progress.answer else None
    if not isinstance(video, Mapping) or not video_id(str(video.get("id") or "")):
        raise Unsure("YouTube accepted the video, but gave no id for it.", LOOK)
    return video


def progress_of(channel: Channel, film: Upload, journal: Journal) -> Progress | None:
    """What YouTube has of the upload that an earlier run began: with an answer, the video is there. None where nothing
    is known of it here, or not any more at YouTube."""
    transfer = journal.resume(film, HOURS, private=True)
    if transfer is None or not _is_session(journal.private):
        return None
    try:
        progress = resumable.ask_range(channel.api, journal.private, film.size)
    except Gone:
        return None
    return replace(progress, answer=progress.answer if progress.arrived >= film.size else None)


def _session(channel: Channel, film: Upload, body: Mapping[str, Any]) -> str:
    """The address that takes the pieces. It makes no video yet, and is a secret: who has it may write to it."""
    headers = {"X-Upload-Content-Length": str(film.size), "X-Upload-Content-Type": film.mime}
    query = {"uploadType": "resumable", "part": "snippet,status"}
    answer = channel.api.ask("POST", f"{UPLOAD}/videos", params=query, headers=headers, json=body)
    address = str(answer.headers.get("Location", ""))
    if not _is_session(address):
        raise unreadable("YouTube")
    return address


def _is_session(address: str) -> bool:
    scheme, host = origin(address)
    return scheme == "https" and host.endswith(tuple(f".{suffix}" for suffix in HOSTS))
