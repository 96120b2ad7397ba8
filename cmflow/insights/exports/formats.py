"""The files that networks export, as data: their columns, and the figure of the network's API that each one is.

Names of columns are compared without regard to case. Sources: exports as people publish them, with their headers, in
several independent tools each; read 2026-11-29. No network documents its files.
"""

from enum import Enum

from cmflow.values import dataclass


class Unit(Enum):
    """How a cell is written."""

    NUMBER = "number"
    HOURS = "hours"  # kept as minutes
    DURATION = "h:mm:ss"  # kept as seconds


@dataclass(frozen=True, slots=True)
class Column:
    """A figure, by the network's own name, and the names of its column."""

    metric: str
    names: tuple[str, ...]
    unit: Unit = Unit.NUMBER


@dataclass(frozen=True, slots=True)
class Format:
    """`needs`: columns that this file has and others have not, one of each group. `id`, `url`, `time` and `text` are
    the names of the columns that say which post it is; `silent` are columns that say nothing cmflow records."""

    name: str
    network: str
    needs: tuple[tuple[str, ...], ...]
    figures: tuple[Column, ...]
    id: tuple[str, ...] = ()
    url: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


X = Format(
    "X, posts",
    "x",
    (("post id", "tweet id"), ("impressions",)),
    (
        Column("impression_count", ("impressions",)),
        Column("like_count", ("likes",)),
        Column("reply_count", ("replies",)),
        Column("retweet_count", ("reposts", "retweets")),
        Column("bookmark_count", ("bookmarks",)),
        Column("url_link_clicks", ("url clicks",)),
        Column("user_profile_clicks", ("profile visits", "user profile clicks")),
        Column("engagements", ("engagements",)),
        Column("follows", ("new follows", "follows")),
        Column("Shares", ("shares",)),
    ),
    id=("post id", "tweet id"),
    url=("post link", "tweet permalink"),
    time=("date", "time"),
    text=("post text", "tweet text"),
    silent=(
        *("engagement rate", "detail expands", "hashtag clicks", "permalink clicks", "app opens", "app installs"),
        *("email tweet", "dial phone", "media views", "media engagements"),
    ),
)
LINKEDIN = Format(
    "LinkedIn, posts of a page",
    "linkedin",
    (("post link",), ("created date",), ("impressions",)),
    (
        Column("impressionCount", ("impressions",)),
        Column("clickCount", ("clicks",)),
        Column("likeCount", ("likes", "reactions")),
        Column("commentCount", ("comments",)),
        Column("shareCount", ("reposts", "shares")),
        Column("follows", ("follows",)),
    ),
    url=("post link",),
    time=("created date",),
    text=("post title", "posts", "update title"),
    silent=(
        *("post type", "campaign name", "posted by", "campaign start date", "campaign end date", "audience", "views"),
        *("views (excluding offsite video views)", "offsite views", "click through rate (ctr)", "engagement rate"),
        *("click-through rate (ctr)", "content type"),
    ),
)
FACEBOOK = Format(
    "Meta Business Suite, posts of a Facebook Page",
    "facebook",
    (("post id",), ("page id", "page name"), ("publish time",)),
    (
        Column("post_media_view", ("views",)),
        Column("post_total_media_view_unique", ("reach",)),
        Column("post_reactions_by_type_total", ("reactions",)),
        Column("comments", ("comments",)),
        Column("shares", ("shares",)),
        Column("post_clicks", ("total clicks",)),
        Column("post_clicks_by_type: link clicks", ("link clicks",)),
    ),
    id=("post id",),
    url=("permalink",),
    time=("publish time",),
    text=("title", "description"),
    silent=(
        *("page id", "page name", "duration (sec)", "caption type", "is crosspost", "is share", "post type"),
        *(
            "languages",
            "custom labels",
            "funded content status",
            "data comment",
            "date",
            "reactions, comments and shares",
        ),
        *("other clicks", "matched audience targeting consumption (photo click)", "seconds viewed"),
        *("average seconds viewed", "estimated earnings (usd)", "ad cpm (usd)", "ad impressions"),
        *("negative feedback from users: hide all", "negative feedback from users: hide", "impressions"),
    ),
)
INSTAGRAM = Format(
    "Meta Business Suite, posts on Instagram",
    "instagram",
    (("post id",), ("account id", "account username"), ("publish time",)),
    (
        Column("views", ("views",)),
        Column("reach", ("reach",)),
        Column("likes", ("likes",)),
        Column("comments", ("comments",)),
        Column("shares", ("shares",)),
        Column("saved", ("saves",)),
        Column("follows", ("follows",)),
    ),
    id=("post id",),
    url=("permalink",),
    time=("publish time",),
    text=("description",),
    silent=("account id", "account username", "account name", "duration (sec)", "post type", "data comment", "date"),
)
YOUTUBE = Format(
    "YouTube Studio, table data",
    "youtube",
    (("video title", "titre de la vidéo", "videotitel"), ("views", "vues", "aufrufe")),
    (
        Column("viewCount", ("views", "vues", "aufrufe")),
        Column("engagedViews", ("engaged views",)),
        Column(
            "estimatedMinutesWatched",
            ("watch time (hours)", "durée de visionnage (heures)", "wiedergabezeit (stunden)"),
            Unit.HOURS,
        ),
        Column("likeCount", ("likes",)),
        Column("commentCount", ("comments added",)),
        Column("shares", ("shares", "partages")),
        Column("subscribersGained", ("subscribers gained",)),
        Column("subscribersLost", ("subscribers lost",)),
        Column(
            "averageViewDuration",
            ("average view duration", "durée moyenne d'une vue", "durchschnittliche wiedergabedauer"),
            Unit.DURATION,
        ),
        Column("averageViewPercentage", ("average percentage viewed (%)", "pourcentage moyen de vidéo regardé (%)")),
        Column("impressions", ("impressions", "impressionen")),
    ),
    id=("content", "contenu", "videos", "inhalte"),
    time=(
        *("video publish time", "heure de publication de la vidéo"),
        "veröffentlichungszeitpunkt des videos",
    ),
    text=("video title", "titre de la vidéo", "videotitel"),
    silent=(
        *("duration", "durée", "dauer", "subscribers", "abonnés", "abonnenten", "dislikes", "likes (vs. dislikes) (%)"),
        *("impressions click-through rate (%)", "taux de clics par impression (%)", "klickrate der impressionen (%)"),
        *("unique viewers", "spectateurs uniques", "youtube premium views", "your estimated revenue (usd)"),
        *("estimated revenue (usd)", "geschätzter umsatz (usd)", "geschätzter umsatz (eur)"),
    ),
)
FORMATS = (X, LINKEDIN, FACEBOOK, INSTAGRAM, YOUTUBE)
