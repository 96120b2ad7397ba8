"""Figures of videos and of the channel: today's from the Data API, and those of YouTube Analytics, days later.

Analytics is an API of its own, which a sign-in may lack: then its figures are None. It has no row of a video that it
has not counted yet, which takes 48 to 72 hours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cmflow.model import Receipt
from cmflow.model.errors import Throttled
from cmflow.netkit import figures, rest
from cmflow.netkit.errors import RETRY, Verdict
from cmflow.netkit.network import Figures
from cmflow.networks.youtube.call import API, SOON, TODAY, Channel, again, items, reasons, section, video_id

if TYPE_CHECKING:
    import httpx

ANALYTICS = "https://youtubeanalytics.googleapis.com"
VIDEO = ("viewCount", "likeCount", "commentCount")
REPORT = (
    *("engagedViews", "estimatedMinutesWatched", "averageViewDuration", "averageViewPercentage", "shares"),
    *("subscribersGained", "subscribersLost"),
)
CHANNEL = ("subscriberCount", "viewCount", "videoCount")
FIRST_DAY = "2005-02-14"  # before any video
REFUSED = (400, 401, 403)


def metrics(channel: Channel, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
    """A video that is not there has None for each figure, as has Analytics for one that it does not know yet."""
    videos = [receipt.id or video_id(receipt.url) for receipt in receipts]
    query = {"part": "statistics", "id": ",".join(videos)}
    shown = {str(item.get("id")): item for item in items(channel.api.ask("GET", f"{API}/videos", params=query))}
    rows = _report(channel, [video for video in videos if video in shown]) if shown else {}
    return tuple(
        {
            **figures.digits(section(shown.get(video, {}), "statistics"), VIDEO),
            **figures.read(rows.get(video, {}), REPORT),
        }
        for video in videos
    )


def account_metrics(channel: Channel) -> Figures:
    """A channel that hides its subscribers has None for them."""
    answer = channel.api.ask("GET", f"{API}/channels", params={"part": "statistics", "mine": "true"})
    numbers = section(next(iter(items(answer)), {}), "statistics")
    told = {name: value for name, value in numbers.items() if name != CHANNEL[0] or not _is_hidden(numbers)}
    return figures.digits(told, CHANNEL)


def _is_hidden(numbers: Mapping[str, Any]) -> bool:
    return numbers.get("hiddenSubscriberCount") is True


def _report(channel: Channel, videos: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What Analytics tells of these videos since they are there, by id."""
    api = replace(channel.api, address=ANALYTICS, judge=_judge)
    query = {
        "ids": "channel==MINE",
        "startDate": FIRST_DAY,
        "endDate": f"{datetime.fromtimestamp(channel.clock(), UTC):%Y-%m-%d}",
        "metrics": ",".join(REPORT),
        "dimensions": "video",
        "filters": f"video=={','.join(videos)}",
        "sort": "-estimatedMinutesWatched",  # a report by video wants both
        "maxResults": str(len(videos)),
    }
    body = rest.document(api.ask("GET", "/v2/reports", REFUSED, params=query))
    headers = rest.objects(body.get("columnHeaders")) if isinstance(body, Mapping) else None
    rows = body.get("rows") if isinstance(body, Mapping) else None
    names = [str(header.get("name")) for header in headers or ()]
    tables = [dict(zip(names, row, strict=False)) for row in rows or () if isinstance(row, list)]
    return {str(table.get("video")): table for table in tables}


def _judge(answer: "httpx.Response") -> Verdict | None:
    """That it is too early is not that the sign-in may not: what is refused today may be told tomorrow."""
    reason = next(iter(reasons(answer)), "") if answer.status_code in REFUSED else ""
    return Verdict(Throttled, RETRY, again(answer, reason)) if reason in (*TODAY, *SOON) else None
