"""Bluesky: preview and check."""

from datetime import date

from cmflow import counting, forms
from cmflow.limits import Limit, Limits, Measure
from cmflow.linking import bluesky
from cmflow.network import Network, Option

READ = date(2026, 11, 22)
POST = "AT Protocol lexicon app.bsky.feed.post"
IMAGES = "AT Protocol lexicon app.bsky.embed.images"
VIDEO = "AT Protocol lexicon app.bsky.embed.video"

network: Network[None] = Network(
    name="bluesky",
    title="Bluesky",
    docs="https://docs.bsky.app/docs/advanced-guides/posts",
    limits=Limits(
        text=(
            Measure(Limit(300, "graphemes", POST, READ), counting.graphemes),
            Measure(Limit(3_000, "bytes", POST, READ), counting.utf8),
        ),
        form=forms.facets,
        find=bluesky.find,
        offsets="bytes",
        media_types=("image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4"),
        images=Limit(4, "images", IMAGES, READ, "a gallery: 20"),
        image_bytes=Limit(2_000_000, "bytes", IMAGES, READ),
        videos=Limit(1, "videos", VIDEO, READ),
        video_bytes=Limit(300_000_000, "bytes", VIDEO, READ),
        alt=Limit(2_000, "characters", "Bluesky's own app; the lexicon sets none", READ),
    ),
    options=(
        Option("handle", "Who posts.", required=True, example="cmflow.bsky.social"),
        Option("service", "The server that holds the account; https://bsky.social where not given.", example=""),
    ),
    secrets=("app_password",),
)
