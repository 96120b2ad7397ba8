"""Bluesky: posts as records that we name ourselves, so that the same request again can never make a second one.

How a post is published: pictures (up to four; more as a gallery) or one video with it; a link card for `link:` where it
has neither, with what `card:` says, else the link's host as its title, since no page is fetched; `quote:` embeds a
Bluesky post, and is a link card for any other URL; `repost:` alone is a repost, with words of its own a quote.
A content warning is kept only where it is one of Bluesky's own labels; what else it says, no reader would see.

https://atproto.com/specs/record-key, https://docs.bsky.app/docs/advanced-guides/posts, read 2026-11-22.
"""

from datetime import date
from typing import TYPE_CHECKING

from cmflow.content.media.subtitles import VTT
from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.netkit.auth import AppPassword
from cmflow.netkit.network import Network, Option, later
from cmflow.render import counting, formats
from cmflow.render.autolink import bluesky

if TYPE_CHECKING:
    from cmflow.netkit.atproto import Session
    from cmflow.networks.bluesky.account import account_metrics, connect, metrics, verify
    from cmflow.networks.bluesky.answer import find_reply, hide, reply
    from cmflow.networks.bluesky.edit import describe
    from cmflow.networks.bluesky.inbox import inbox
    from cmflow.networks.bluesky.post import delete, find, publish
    from cmflow.networks.bluesky.records import address_of
else:
    account_metrics, connect, metrics, verify = later(
        "cmflow.networks.bluesky.account", "account_metrics", "connect", "metrics", "verify"
    )
    (describe,) = later("cmflow.networks.bluesky.edit", "describe")
    find_reply, hide, reply = later("cmflow.networks.bluesky.answer", "find_reply", "hide", "reply")
    (inbox,) = later("cmflow.networks.bluesky.inbox", "inbox")
    delete, find, publish = later("cmflow.networks.bluesky.post", "delete", "find", "publish")
    (address_of,) = later("cmflow.networks.bluesky.records", "address_of")

READ = date(2026, 11, 22)
BATCH = 25  # posts that one question is about, AT Protocol lexicon app.bsky.feed.getPosts
POST = "AT Protocol lexicon app.bsky.feed.post"
IMAGES = "AT Protocol lexicon app.bsky.embed.images"
GALLERY = "AT Protocol lexicon app.bsky.embed.gallery"
VIDEO = "AT Protocol lexicon app.bsky.embed.video"
CARD = "AT Protocol lexicon app.bsky.embed.external"

network: "Network[Session]" = Network(
    name="bluesky",
    title="Bluesky",
    docs="https://docs.bsky.app/docs/advanced-guides/posts",
    domains=("bsky.app",),
    schemes=("at",),
    limits=Limits(
        text=(
            Measure(Limit(300, "graphemes", POST, READ), counting.graphemes),
            Measure(Limit(3_000, "bytes", POST, READ), counting.utf8),
        ),
        form=formats.facets,
        address=address_of,
        written_url=False,  # a facet leads there from the URL as it was written
        find=bluesky.find,
        offsets="bytes",
        media_types=("image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4"),
        images=Limit(10, "images", GALLERY, READ, "more than 4 as a gallery"),
        image_bytes=Limit(2_000_000, "bytes", IMAGES, READ),
        videos=Limit(1, "videos", VIDEO, READ),
        exclusions=(Exclusion("video", "image", POST, READ), Exclusion("video", "gif", POST, READ)),
        video_bytes=Limit(300_000_000, "bytes", VIDEO, READ),
        subtitle_types=(VTT,),
        subtitle_bytes=Limit(20_000, "bytes", VIDEO, READ, "20 languages at most"),
        alt=Limit(2_000, "characters", "Bluesky's own app; the lexicon sets no limit", READ),
        cards=True,
        card_bytes=Limit(1_000_000, "bytes", CARD, READ),
    ),
    options=(
        Option("handle", "Who posts.", required=True, example="cmflow.bsky.social"),
        Option("service", "The server that holds the account; https://bsky.social by default.", destination=True),
    ),
    auth=AppPassword(
        page="https://bsky.app/settings/app-passwords",
        steps=(
            "Add an app password named cmflow. Allow access to direct messages if cmflow is to read and answer them.",
        ),
    ),
    keyed=True,
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    describe=describe,
    verify=verify,
    metrics=metrics,
    account_metrics=account_metrics,
    batch=BATCH,
    inbox=inbox,
    reply=reply,
    find_reply=find_reply,
    hide=hide,
)
