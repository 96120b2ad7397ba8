"""The figures that networks tell, as data: what each is called, what it means, and since and until when it meant that.

Only a figure that means the same on every network has a common name. Where a network changes what it counts, the
figure is here twice, and what was read before and after that day is never compared.

A network may tell one common figure in several numbers, such as reposts and quotes: those are added. One that is not
told (None) is not 0: it adds nothing, and a sum of nothing is None.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from cmflow.model import Number
from cmflow.values import dataclass

READ = date(2026, 11, 28)


class Of(StrEnum):
    """What a figure is about."""

    POST = "post"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a network means by a figure from the day `since` until the day `until`, which is not included.

    `metric` is the network's name, `common` the name that means the same everywhere, "" for none. `retention` is how
    long after posting the network tells it; None for as long as the post is there.
    """

    network: str
    metric: str
    common: str
    source: str
    of: Of = Of.POST
    unit: str = "count"
    since: date | None = None
    until: date | None = None
    retention: timedelta | None = None
    note: str = ""
    read: date = READ

    def holds(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


def series(network: str, common: str, time: datetime) -> tuple[Definition, ...]:
    """The definitions that hold at that time and together are the common figure there; none: it does not exist."""
    day = time.astimezone(UTC).date()
    return tuple(definition for definition in _of(network) if definition.common == common and definition.holds(day))


def comparable(network: str, common: str, first: datetime, second: datetime) -> bool:
    """Whether the common figure exists at both times and means the same."""
    one = series(network, common, first)
    return bool(one) and one == series(network, common, second)


def breaks(network: str, common: str) -> tuple[date, ...]:
    """The days on which the figure began to mean something else, the first one first."""
    definitions = [definition for definition in _of(network) if definition.common == common]
    ends = {definition.until for definition in definitions if definition.until}
    return tuple(sorted(day for definition in definitions if (day := definition.since) and day in ends))


def common(network: str, metric: str, time: datetime, of: Of = Of.POST) -> str:
    """The common name of a network's figure at that time, "" where it has none."""
    return _common(network, metric, time.astimezone(UTC).date(), of)


@lru_cache(maxsize=4096)  # a month of an account asks for the same few figures of the same days thousands of times
def _common(network: str, metric: str, day: date, of: Of) -> str:
    return next(
        (each.common for each in _of(network) if each.metric == metric and each.of is of and each.holds(day)), ""
    )


def names(network: str, of: Of, time: datetime) -> dict[str, str]:
    """The common name of each figure that the network tells at that time, "" for none, by the network's own name."""
    day = time.astimezone(UTC).date()
    return {each.metric: each.common for each in _of(network) if each.of is of and each.holds(day)}


def knows(network: str) -> bool:
    """Whether the catalogue says anything of the network."""
    return bool(_of(network))


def total(values: Iterable[Number | None]) -> Number | None:
    """The sum of the figures; None if there are none."""
    numbers = [value for value in values if value is not None]
    return sum(numbers) if numbers else None


def retentions(network: str) -> tuple[timedelta, ...]:
    """How long after posting the network reports the figures that it drops some day, the shortest first."""
    spans = {each.retention for each in _of(network) if each.of is Of.POST and each.retention and each.until is None}
    return tuple(sorted(spans))


def _of(network: str) -> tuple[Definition, ...]:
    return tuple(definition for definition in DEFINITIONS if definition.network == network)


# ── the data ────────────────────────────────────────────────────────────────────────────────────────────────

BLUESKY = "AT Protocol lexicons app.bsky.feed.defs and app.bsky.actor.defs"
DISCORD = "Discord OpenAPI 3.1 description, Message and Guild"
DEVTO = "Forem API v1, /articles and /analytics"
EXPORT = "the file that the network exports; not available through an API"
FACEBOOK = "Graph API, Page Insights"
INSTAGRAM = "Instagram Platform, Insights"
LINKEDIN = "LinkedIn Community Management API"
MATRIX = "Matrix client-server API, relations and joined members"
MASTODON = "Mastodon API 4.7.0, Status and Account"
SLACK = "Slack Web API, conversations.replies and conversations.info"
TELEGRAM = "Telegram Bot API 10.1"
PINTEREST = "Pinterest API v5, Pin analytics"
THREADS = "Threads API, Insights"
TIKTOK = "TikTok API v2, /video/query and /user/info"
X = "X API v2, OpenAPI 2.167"
YOUTUBE = "YouTube Data API v3, statistics"
ANALYTICS = "YouTube Analytics API v2, 48 to 72 hours late"

MONTH = timedelta(days=30)
VIEWS_OF_YOUTUBE = date(2026, 8, 24)  # since then a view is the start of playback, in every format
END_OF_IMPRESSIONS = date(2025, 11, 15)  # of a Facebook Page
END_OF_UNIQUES = date(2026, 6, 15)


def _posts(network: str, source: str, *pairs: tuple[str, str]) -> tuple[Definition, ...]:
    return tuple(Definition(network, metric, name, source) for metric, name in pairs)


def _account(network: str, source: str, *pairs: tuple[str, str]) -> tuple[Definition, ...]:
    return tuple(Definition(network, metric, name, source, Of.ACCOUNT) for metric, name in pairs)


def _daily(network: str, source: str, note: str, *metrics: str) -> tuple[Definition, ...]:
    return tuple(Definition(network, metric, "", source, Of.ACCOUNT, "per day", note=note) for metric in metrics)


DEFINITIONS: tuple[Definition, ...] = (
    *_posts(
        *("bluesky", BLUESKY, ("likeCount", "reactions"), ("replyCount", "comments"), ("repostCount", "shares")),
        *(("quoteCount", "shares"), ("bookmarkCount", "saves")),
    ),
    *_account("bluesky", BLUESKY, ("followersCount", "followers"), ("followsCount", ""), ("postsCount", "")),
    *_posts("devto", DEVTO, ("page_views_count", "views"), ("public_reactions_count", "reactions")),
    *_posts("devto", DEVTO, ("comments_count", "comments")),
    *_posts("discord", DISCORD, ("reactions", "reactions"), ("poll.votes", "")),
    Definition(
        "discord", "thread.message_count", "", DISCORD, note="of the thread of the message; answers are not counted"
    ),
    Definition("discord", "approximate_member_count", "followers", DISCORD, Of.ACCOUNT, note="of the whole server"),
    Definition("facebook", "post_impressions", "views", FACEBOOK, until=END_OF_IMPRESSIONS),
    Definition("facebook", "post_media_view", "views", FACEBOOK, since=END_OF_IMPRESSIONS),
    Definition("facebook", "post_impressions_unique", "reach", FACEBOOK, until=END_OF_UNIQUES),
    Definition("facebook", "post_total_media_view_unique", "reach", FACEBOOK, since=END_OF_UNIQUES),
    *_posts("facebook", FACEBOOK, ("post_reactions_by_type_total", "reactions"), ("comments", "comments")),
    *_posts("facebook", FACEBOOK, ("shares", "shares"), ("post_clicks_by_type: link clicks", "link clicks")),
    Definition("facebook", "post_clicks", "", FACEBOOK, note="every click on the post, not only those on the link"),
    *_posts("facebook", FACEBOOK, ("total_video_views", ""), ("total_video_views_unique", "")),
    *_posts("facebook", FACEBOOK, ("blue_reels_play_count", ""), ("post_video_likes_by_reaction_type", "reactions")),
    Definition("facebook", "post_video_avg_time_watched", "", FACEBOOK, unit="milliseconds"),
    Definition("facebook", "post_video_view_time", "", FACEBOOK, unit="milliseconds"),
    *_account("facebook", FACEBOOK, ("followers_count", "followers"), ("fan_count", ""), ("page_follows", "")),
    *_daily(
        *("facebook", FACEBOOK, "of the last whole day in California"),
        *("page_media_view", "page_total_media_view_unique", "page_post_engagements", "page_daily_follows"),
        *("page_daily_unfollows_unique", "page_views_total", "page_video_views"),
    ),
    *_posts("instagram", INSTAGRAM, ("views", "views"), ("reach", "reach"), ("likes", "reactions")),
    *_posts("instagram", INSTAGRAM, ("comments", "comments"), ("reposts", "shares"), ("saved", "saves")),
    Definition(
        "instagram",
        "shares",
        "",
        INSTAGRAM,
        note="sent in private messages; other networks count other things as shares",
    ),
    Definition("instagram", "follows", "", INSTAGRAM),
    *_account("instagram", INSTAGRAM, ("followers_count", "followers")),
    *_posts("linkedin", LINKEDIN, ("impressionCount", "views"), ("uniqueImpressionsCount", "reach")),
    *_posts("linkedin", LINKEDIN, ("likeCount", "reactions"), ("commentCount", "comments"), ("shareCount", "shares")),
    Definition("linkedin", "clickCount", "", LINKEDIN, note="every click, not only those on the link"),
    Definition("linkedin", "follows", "", EXPORT),
    *_account("linkedin", LINKEDIN, ("networkSizes", "followers")),
    *_posts("matrix", MATRIX, ("m.annotation", "reactions")),
    Definition(
        "matrix",
        "m.thread",
        "",
        MATRIX,
        note="other people's messages in its thread; answers elsewhere are not counted",
    ),
    *_account("matrix", MATRIX, ("joined_members", "followers")),
    *_posts("mastodon", MASTODON, ("favourites_count", "reactions"), ("replies_count", "comments")),
    *_posts("mastodon", MASTODON, ("reblogs_count", "shares"), ("quotes_count", "shares")),
    *_account("mastodon", MASTODON, ("followers_count", "followers"), ("following_count", ""), ("statuses_count", "")),
    Definition("goatcounter", "count", "visits", "GoatCounter API, /stats/campaigns"),
    Definition("matomo", "nb_visits", "visits", "Matomo Reporting API, Referrers.getCampaigns"),
    Definition("plausible", "visits", "visits", "Plausible Stats API v2"),
    Definition("plausible", "visitors", "", "Plausible Stats API v2"),
    Definition("umami", "views", "visits", "Umami API, UTM report", note="page views with the tag, including reloads"),
    *_posts("pinterest", PINTEREST, ("IMPRESSION", "views"), ("SAVE", "saves"), ("OUTBOUND_CLICK", "link clicks")),
    *_account("pinterest", PINTEREST, ("follower_count", "followers")),
    *_posts("slack", SLACK, ("reactions", "reactions"), ("reply_count", "comments")),
    *_account("slack", SLACK, ("num_members", "followers")),
    *_account("telegram", TELEGRAM, ("getChatMemberCount", "followers")),
    *_posts("threads", THREADS, ("views", "views"), ("likes", "reactions"), ("replies", "comments")),
    *_posts("threads", THREADS, ("reposts", "shares"), ("quotes", "shares")),
    *_account("threads", THREADS, ("followers_count", "followers")),
    *_posts("tiktok", TIKTOK, ("view_count", "views"), ("like_count", "reactions"), ("comment_count", "comments")),
    *_posts("tiktok", TIKTOK, ("share_count", "shares")),
    *_account("tiktok", TIKTOK, ("follower_count", "followers")),
    *_posts("x", X, ("impression_count", "views"), ("like_count", "reactions"), ("reply_count", "comments")),
    *_posts("x", X, ("retweet_count", "shares"), ("quote_count", "shares"), ("bookmark_count", "saves")),
    Definition("x", "url_link_clicks", "link clicks", X, retention=MONTH),
    Definition("x", "user_profile_clicks", "", X, retention=MONTH),
    Definition("x", "Shares", "", EXPORT, note="sent in messages, or link copied; reposts not included"),
    *_posts("x", EXPORT, ("engagements", ""), ("follows", "")),
    *_account("x", X, ("followers_count", "followers"), ("following_count", ""), ("tweet_count", "")),
    *_account("x", X, ("listed_count", "")),
    Definition("youtube", "viewCount", "views", YOUTUBE, until=VIEWS_OF_YOUTUBE),
    Definition("youtube", "viewCount", "views", YOUTUBE, since=VIEWS_OF_YOUTUBE, note="counted when playback starts"),
    Definition("youtube", "engagedViews", "", ANALYTICS, note="views as they were counted before 2026-08-24"),
    *_posts("youtube", YOUTUBE, ("likeCount", "reactions"), ("commentCount", "comments")),
    *_posts("youtube", ANALYTICS, ("shares", "shares"), ("subscribersGained", ""), ("subscribersLost", "")),
    Definition("youtube", "estimatedMinutesWatched", "watch time", ANALYTICS, unit="minutes"),
    Definition("youtube", "impressions", "", EXPORT, note="of the thumbnail"),
    Definition("youtube", "averageViewDuration", "", ANALYTICS, unit="seconds"),
    Definition("youtube", "averageViewPercentage", "", ANALYTICS, unit="%"),
    *_account("youtube", YOUTUBE, ("viewCount", ""), ("videoCount", "")),
    Definition("youtube", "subscriberCount", "followers", YOUTUBE, Of.ACCOUNT, note="rounded to three digits"),
)
