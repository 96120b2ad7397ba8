"""Mastodon, and what speaks its API (GoToSocial, Pleroma, Akkoma, Pixelfed): preview and check."""

from datetime import date

from cmflow import counting, forms
from cmflow.limits import Limit, Limits, Measure
from cmflow.linking import mastodon
from cmflow.model import Visibility
from cmflow.network import Network, Option

READ = date(2026, 11, 22)
API = "Mastodon API 4.7.0, default instance configuration"
DEFAULT = "the default; the instance may set another"

network: Network[None] = Network(
    name="mastodon",
    title="Mastodon",
    docs="https://docs.joinmastodon.org/methods/statuses/",
    limits=Limits(
        text=(Measure(Limit(500, "characters", API, READ, DEFAULT), counting.mastodon),),
        form=forms.plain,
        find=mastodon.find,
        content_warning=True,
        visibility=(Visibility.PUBLIC, Visibility.UNLISTED, Visibility.FOLLOWERS, Visibility.PRIVATE),
        media_types=(
            *("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic"),
            *("video/mp4", "video/webm", "video/quicktime"),
        ),
        images=Limit(4, "images", API, READ, DEFAULT),
        image_bytes=Limit(16 * 1024 * 1024, "bytes", API, READ, DEFAULT),
        image_pixels=Limit(33_177_600, "pixels", API, READ, DEFAULT),
        videos=Limit(1, "videos", "Mastodon server source", READ, "never together with images"),
        video_bytes=Limit(99 * 1024 * 1024, "bytes", API, READ, "8,294,400 pixels, 120 fps; " + DEFAULT),
        alt=Limit(1_500, "characters", API, READ, DEFAULT),
        poll_options=Limit(4, "options", API, READ, "5 minutes to 2,629,746 seconds"),
        poll_option=Limit(50, "characters", API, READ, DEFAULT),
    ),
    options=(Option("instance", "The server's address.", required=True, example="https://mastodon.social"),),
    secrets=("token",),
)
