"""Looking for a video among the channel's uploads."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

from cmflow.model import Remote
from cmflow.model.errors import Unsure
from cmflow.netkit import rest
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Outgoing
from cmflow.networks.youtube.call import API, Channel, items, reasons, remote, section, video_id
from cmflow.networks.youtube.video import files, progress_of, title

PAGE, PAGES = 50, 10
FEW = 3  # addresses in one sentence
MARGIN = timedelta(minutes=10)  # their clock and ours
SETTLE = "See on YouTube whether one of them is this post, then: cmflow settle"


def find(channel: Channel, outgoing: Outgoing) -> Remote | None:
    """The oldest video since the intent with the same title and description that has no receipt.

    None where the channel shows no new video; `Unsure` where it shows others that cmflow does not know. An upload that
    this machine knows tells by itself that it is complete.
    """
    progress = progress_of(channel, files(outgoing)[0][1], outgoing.journal) if outgoing.journal.private else None
    if progress and progress.answer and (video := video_id(rest.text(progress.answer, "id"))):
        return remote(video)
    since = datetime.fromtimestamp(outgoing.written, UTC) - MARGIN
    videos = [snippet for snippet in _recent(channel, since) if not _is_known(snippet, outgoing)]
    expected = _same(title(outgoing)), _same(outgoing.part.form.body)
    for snippet in reversed(videos):
        if (_same(snippet.get("title")), _same(snippet.get("description"))) == expected:
            return remote(_video(snippet))
    if videos:
        addresses = " ".join(remote(_video(snippet)).url for snippet in videos[:FEW])
        raise Unsure(f"YouTube shows videos of this channel that cmflow does not know: {addresses}", SETTLE)
    return None


def _recent(channel: Channel, since: datetime) -> Iterator[Mapping[str, Any]]:
    """What is said of each upload since then. YouTube lists the newest first, but not quite: a page is read whole."""
    query = {"part": "snippet", "playlistId": channel.uploads, "maxResults": str(PAGE)}
    for _ in range(PAGES):
        answer = channel.api.ask("GET", f"{API}/playlistItems", fine=(404,), params=query)
        if answer.status_code == 404 and "playlistNotFound" in reasons(answer):  # of a channel that has no video yet
            return
        snippets = [section(item, "snippet") for item in items(answer)]
        moments = [rest.moment(snippet.get("publishedAt")) for snippet in snippets]
        if not all(moments) or not all(map(_video, snippets)):
            raise unreadable("YouTube")
        recent = [snippet for snippet, time in zip(snippets, moments, strict=True) if time and time >= since]
        yield from recent
        following = rest.text(answer, "nextPageToken")
        if not following or not recent:
            return
        query["pageToken"] = following
    raise Unsure("YouTube lists too many videos of this channel to look through.", SETTLE)


def _video(snippet: Mapping[str, Any]) -> str:
    return str(section(snippet, "resourceId").get("videoId") or "")


def _is_known(snippet: Mapping[str, Any], outgoing: Outgoing) -> bool:
    video = remote(_video(snippet))
    return not outgoing.known.isdisjoint((video.id, video.url))


def _same(value: object) -> str:
    """A text without what YouTube may write in another way: kinds of line ends, and blanks at the ends of lines."""
    lines = normalize("NFC", str(value or "")).splitlines()
    return "\n".join(line.rstrip() for line in lines).strip()
