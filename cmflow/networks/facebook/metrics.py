"""Figures of posts, videos and of the Page.

Insights are asked for by name, and one name that Facebook has retired refuses the whole request. A refused batch is
halved until the name is found; it is noted, and not asked for again.

Only Pages with a hundred followers have insights. Facebook leaves out the shares of a post that has none, and the kinds
of clicks of which there are none.
"""

import json
from collections.abc import Mapping
from typing import Any

from cmflow.model import Number, Receipt
from cmflow.model.errors import Rejected
from cmflow.netkit import errors, figures
from cmflow.netkit.answers import objects
from cmflow.netkit.graph import PARAMETER, Fields
from cmflow.netkit.network import Figures
from cmflow.networks.facebook.page import Page, post_number

POST = ("post_media_view", "post_total_media_view_unique", "post_clicks")
CLICKS, LINK_CLICKS = "post_clicks_by_type", "post_clicks_by_type: link clicks"
REACTIONS = "post_reactions_by_type_total"
VIDEO = (
    *("total_video_views", "total_video_views_unique", "blue_reels_play_count", "post_video_avg_time_watched"),
    *("post_video_view_time", "post_video_likes_by_reaction_type"),
)
PAGE = (
    *("page_media_view", "page_total_media_view_unique", "page_post_engagements", "page_daily_follows"),
    *("page_daily_unfollows_unique", "page_follows", "page_views_total", "page_video_views"),
)
CROWD = ("followers_count", "fan_count")
RETIRED = "valid insights metric"  # in the message of code 100


def metrics(page: Page, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
    return tuple(_figures(page, receipt.id or post_number(page, receipt.url)) for receipt in receipts)


def account_metrics(page: Page) -> Figures:
    """Followers as they are now, and what happened on the last whole day in California."""
    about = page.graph.ask("GET", "/me", params={"fields": ",".join(CROWD)})
    values = _insights(page, f"/{page.id}/insights", PAGE, {"period": "day"})
    return {**figures.read(about, CROWD), **{name: figures.added(value) for name, value in values.items()}}


def _figures(page: Page, post: str) -> Figures:
    """A video that was published as such has another number than its post, and figures of its own."""
    is_post = "_" in post
    fields = "shares,comments.limit(0).summary(true)" if is_post else "comments.limit(0).summary(true)"
    about = page.graph.ask("GET", f"/{post}", (PARAMETER,), params={"fields": fields})
    if "error" in about:
        names = (*POST, REACTIONS, LINK_CLICKS, "comments", "shares") if is_post else (*VIDEO, "comments")
        return dict.fromkeys(name for name in names if name.partition(":")[0] not in page.retired)
    comments = figures.read(_inside(about, "comments", "summary"), ("total_count",))["total_count"]
    if not is_post:
        return {**_of_video(page, post), "comments": comments}
    values = _insights(page, f"/{post}/insights", (*POST, REACTIONS, CLICKS), {})
    return {**_of_post(values), "comments": comments, "shares": figures.added(_inside(about, "shares").get("count", 0))}


def _of_post(values: Fields) -> dict[str, Number | None]:
    counts = {name: figures.added(value) for name, value in values.items() if name != CLICKS}
    if CLICKS not in values:
        return counts
    kinds = values[CLICKS]
    clicks = figures.added(kinds.get("link clicks", 0)) if isinstance(kinds, Mapping) else None
    return {**counts, LINK_CLICKS: clicks}


def _of_video(page: Page, video: str) -> dict[str, Number | None]:
    """Without names: then Facebook tells what there is, of a reel other figures than of a video."""
    values = _values(page.graph.ask("GET", f"/{video}/video_insights"))
    return {name: figures.added(values.get(name)) for name in VIDEO}


def _insights(page: Page, path: str, names: tuple[str, ...], query: Mapping[str, str]) -> dict[str, Any]:
    """What Facebook tells by these names, None where it does not; a retired one is left out."""
    asked_names = tuple(name for name in names if name not in page.retired)
    if not asked_names:
        return {}
    body = page.graph.ask("GET", path, (PARAMETER,), params={"metric": json.dumps(asked_names), **query})
    if "error" not in body:
        values = _values(body)
        return {name: values.get(name) for name in asked_names}
    _retired(page, body)
    if len(asked_names) == 1:
        page.retired.add(asked_names[0])
        return {}
    half = len(asked_names) // 2
    return {
        **_insights(page, path, asked_names[:half], query),
        **_insights(page, path, asked_names[half:], query),
    }


def _retired(page: Page, body: Fields) -> None:
    """Raise Rejected where the refusal is not about the name of a figure."""
    message = str(_inside(body, "error").get("message", ""))
    if RETIRED not in message:
        sentence = errors.plain(message, (page.graph.client.token,))
        raise Rejected(f"Facebook answers: {sentence} ({PARAMETER})", "Check whether the post is still there.")


def _values(body: Fields) -> dict[str, Any]:
    """The latest value of each figure."""
    rows = objects(body.get("data")) or []
    return {str(row.get("name")): (objects(row.get("values")) or [{}])[-1].get("value") for row in rows}


def _inside(body: Fields, *names: str) -> Fields:
    for name in names:
        inner = body.get(name)
        body = inner if isinstance(inner, Mapping) else {}
    return body
