"""YouTube videos: preview and check. The text is the video's description; there is no API for community posts."""

from datetime import date

from cmflow.model import Visibility
from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit.auth import OAuth2
from cmflow.netkit.network import Network, Option
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

READ = date(2026, 11, 22)
VIDEOS = "YouTube Data API v3 docs, videos"
DISCOVERY = "YouTube Data API v3 discovery document 20261104"

network: Network[None] = Network(
    name="youtube",
    title="YouTube",
    docs="https://developers.google.com/youtube/v3/docs/videos/insert",
    composer="https://www.youtube.com/upload",
    limits=Limits(
        text=(Measure(Limit(5_000, "bytes", VIDEOS, READ), counting.utf8),),
        form=formats.youtube,
        find=plain.finder(hashtag=plain.HASHTAG, mention=plain.HANDLE),
        title=Measure(Limit(100, "characters", VIDEOS, READ, "no < or >"), counting.code_points),
        tags=Measure(Limit(500, "characters", VIDEOS, READ, "with commas and quotes"), counting.tag_list),
        thread=False,
        visibility=(Visibility.PUBLIC, Visibility.UNLISTED, Visibility.PRIVATE),
        needs="title video",
        media_types=("video/mp4", "video/quicktime", "video/webm", "image/jpeg", "image/png"),
        images=Limit(1, "images", VIDEOS, READ, "the thumbnail"),
        image_bytes=Limit(50 * 1024 * 1024, "bytes", DISCOVERY, READ, "YouTube's help pages say 2 MB"),
        videos=Limit(1, "videos", VIDEOS, READ),
        video_bytes=Limit(256 * 1024**3, "bytes", DISCOVERY, READ),
    ),
    options=(Option("channel", "The channel's id.", example="UC0123456789abcdefABCDEF"),),
    auth=OAuth2(
        authorise_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",
        scopes=(
            "https://www.googleapis.com/auth/youtube.upload",
            "https://www.googleapis.com/auth/youtube.force-ssl",
            "https://www.googleapis.com/auth/yt-analytics.readonly",
        ),
        parameters=(("access_type", "offline"), ("prompt", "consent")),
        page="https://console.cloud.google.com/apis/credentials",
        steps=(
            "In a project with “YouTube Data API v3” enabled, make an OAuth client ID of the type “Desktop app”.",
            "Publish the app (“In production”): while it is in testing, sign-ins end after 7 days.",
            "Copy its Client ID and Client secret.",
        ),
    ),
)
