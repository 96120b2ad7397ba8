"""One channel on YouTube, and what its answers mean."""

import re
import time as clocks
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cmflow.model import Remote
from cmflow.model.errors import Denied, Rejected, Throttled, Unsure
from cmflow.model.limits import Limits
from cmflow.netkit import rest
from cmflow.netkit.errors import CONNECT, RETRY, Advice, Verdict, unreadable
from cmflow.netkit.network import Access
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.resumable import Gone
from cmflow.values import dataclass

if TYPE_CHECKING:
    import httpx

ADDRESS = "https://www.googleapis.com"
API, UPLOAD = "/youtube/v3", "/upload/youtube/v3"
PACIFIC = ZoneInfo("America/Los_Angeles")  # quotas begin anew at midnight there

SIGN_IN = f"Sign in again, choose the channel, and tick every permission: {CONNECT}"
SCOPES = f"The sign-in lacks youtube.upload or youtube.force-ssl. {SIGN_IN}"
NO_CHANNEL = "Make a channel (https://www.youtube.com/create_channel), or sign in as the account that has one."
ADVICE = Advice(denied=SIGN_IN, large="The file is too large for YouTube: make it smaller.")
VIDEO = re.compile(
    r"(?:https?://(?:(?:www\.|m\.)?youtube\.com/(?:watch\?(?:[^#]*&)?v=|shorts/|live/|embed/)"
    r"|studio\.youtube\.com/video/|youtu\.be/))?([\w-]{11})(?:[/?&#].*)?",
    re.ASCII,
)
SESSION = re.compile(r"https?://\S*upload_id\S*|upload_id=\S+")

# Google's own reasons (https://developers.google.com/youtube/v3/docs/errors) → what to do about them.
DENIED = {
    **dict.fromkeys(("authError", "required", "unauthorized", "expired", "accountClosed"), SIGN_IN),
    **dict.fromkeys(("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), SCOPES),
    **dict.fromkeys(("youtubeSignupRequired", "channelNotFound"), NO_CHANNEL),
    **dict.fromkeys(
        ("accountSuspended", "channelSuspended", "channelClosed"), "See https://studio.youtube.com for why."
    ),
    **dict.fromkeys(
        ("accessNotConfigured", "SERVICE_DISABLED"), "Enable “YouTube Data API v3” in the app's project at Google."
    ),
    "forbidden": SCOPES,
    "invalidCategoryId": "Correct `category` in the plan: the number of a category that videos can have.",
}
REJECTED = {
    "invalidTitle": "Change `title:`: 100 characters at most.",
    "invalidDescription": "Change the text: 5,000 bytes at most.",
    "invalidTags": "Change `tags:`: 500 characters at most.",
    "invalidVideoMetadata": "Change title, text or tags.",
    "mediaBodyRequired": "Export the video again: YouTube says that it is empty.",
    "invalidImage": "Save the thumbnail as JPEG or PNG, 1280×720.",
    "captionExists": "Give each file of `subtitles:` a language of its own.",
    "contentRequired": "Export the subtitles again: YouTube says that the file is empty.",
    "invalidPublishAt": "Correct `public_after` in the plan.",
    "commentsDisabled": "Comments are turned off for this video: turn them on in YouTube Studio.",
    "commentTextTooLong": "Shorten the comment.",
    "parentCommentNotFound": "The comment was deleted, or cannot be answered.",
    "parentCommentIsPrivate": "Comments on private videos cannot be answered.",
    "mediaTypeNotSupported": "Export the video as MP4 with H.264 and AAC.",
}
MISPLACED = "badRequest"  # of a piece: it is not the next one, since an earlier request for it has arrived after all
TODAY = ("quotaExceeded", "dailyLimitExceeded")
SOON = ("rateLimitExceeded", "userRateLimitExceeded")
A_DAY = ("uploadLimitExceeded", "uploadRateLimitExceeded")


@dataclass(frozen=True, slots=True)
class Channel:
    """The channel that is signed in to. `uploads` is the playlist of all its videos; `has_long`: it may upload videos
    of more than 15 minutes, None where YouTube does not say. `public_after`: seconds until a public video is public;
    `clock` is that of `Access`, `limits` are the account's."""

    api: ApiClient
    id: str
    title: str
    handle: str
    uploads: str
    category: str
    playlist: str = ""
    is_for_kids: bool = False
    has_long: bool | None = None
    clock: Callable[[], float] = field(default=clocks.time, repr=False, compare=False)
    public_after: int = 0
    limits: Limits | None = field(default=None, repr=False, compare=False)


def client(http: "httpx.Client", access: Access) -> ApiClient:
    return rest.client(http, access, "YouTube", ADDRESS, judge=judge, message=message_of, advice=ADVICE)


def remote(video: str) -> Remote:
    return Remote(video, f"https://www.youtube.com/watch?v={video}")


def video_id(address: str) -> str:
    """The id of a video, given itself or an address; "" for anything else."""
    match = VIDEO.fullmatch(address.strip())
    return match[1] if match else ""


def items(answer: "httpx.Response") -> list[Mapping[str, Any]]:
    """The things that a list answers with; NotSent where it is not a list."""
    body = rest.document(answer)
    is_list = isinstance(body, Mapping) and str(body.get("kind", "")).endswith("ListResponse")
    entries = rest.objects(body.get("items", [])) if is_list else None  # an empty list may go without
    if entries is None:
        raise unreadable("YouTube")
    return entries


def section(thing: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object in an object; an empty one where there is none."""
    inner = thing.get(name)
    return inner if isinstance(inner, Mapping) else {}


# ── what a refusal means ────────────────────────────────────────────────────────────────────────────────────


def judge(answer: "httpx.Response") -> Verdict | None:
    """By the reason in Google's error; a session of an upload that is not known any more is begun anew."""
    if not answer.is_error:
        return None
    if answer.status_code in (404, 410) and answer.request.method == "PUT":
        is_question = answer.request.headers.get("Content-Range", "").startswith("bytes */")
        return Verdict(Gone, RETRY) if is_question else Verdict(Unsure)
    reason = next(iter(reasons(answer)), "")
    if reason == MISPLACED and answer.request.method == "PUT":
        return Verdict(Unsure)
    if reason in (*TODAY, *SOON, *A_DAY):
        return Verdict(Throttled, RETRY, again(answer, reason))
    if reason in DENIED:
        return Verdict(Denied, DENIED[reason])
    return Verdict(Rejected, REJECTED[reason]) if reason in REJECTED else None


def again(answer: "httpx.Response", reason: str) -> datetime | None:
    """When to try again: after midnight in California, in a day, or when the answer says."""
    now = rest.date(answer)
    if reason in SOON or now is None:
        return rest.again(answer)
    if reason in A_DAY:
        return now + timedelta(days=1)
    midnight = datetime.combine(now.astimezone(PACIFIC).date() + timedelta(days=1), time(), PACIFIC)
    return midnight.astimezone(now.tzinfo)


def reasons(answer: "httpx.Response") -> list[str]:
    """Google's words for machines, the old form first, then the newer one (`details`)."""
    error = _error(answer)
    entries = [*(rest.objects(error.get("errors")) or ()), *(rest.objects(error.get("details")) or ())]
    reasons = [str(entry.get("reason", "")) for entry in entries]
    decisive = [reason for reason in reasons if reason in DENIED or reason in REJECTED]
    return [*decisive, *filter(None, reasons)]


def message_of(answer: "httpx.Response") -> str:
    """The sentence of Google's error, and its reason; never the address of an upload."""
    message = SESSION.sub("…", str(_error(answer).get("message", "")))
    named = next(iter(reasons(answer)), "")
    return " ".join(part for part in (message, f"({named})" if named else "") if part)


def _error(answer: "httpx.Response") -> Mapping[str, Any]:
    body = rest.document(answer)
    return section(body, "error") if isinstance(body, Mapping) else {}
