"""YouTube, through its Data API v3: a post is a video. Its text is the description; there is no API for other posts.

A video goes up in pieces, into a session whose address lets anybody write to it: it is kept on this machine alone, and
a later run there goes on with it. The video exists once the last piece is there. YouTube keeps no key, so `find` asks
the session, where it is known, and reads the channel's uploads since the intent. A session that was left behind makes
no video, and ends by itself.

A picture beside the video becomes its thumbnail. It is set once the video exists, as are subtitles, playlist and first
comment: where YouTube refuses one of them, the post is `Unsure` and says so, and is found when it is looked for.
"""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from cmflow.content.media.subtitles import SRT, VTT
from cmflow.model import Account, Visibility
from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.netkit.auth import OAuth2
from cmflow.netkit.network import Network, Option, later
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

if TYPE_CHECKING:
    from cmflow.networks.youtube.call import Channel
    from cmflow.networks.youtube.channel import connect, verify
    from cmflow.networks.youtube.inbox import find_reply, hide, inbox, reply
    from cmflow.networks.youtube.metrics import account_metrics, metrics
    from cmflow.networks.youtube.uploads import find
    from cmflow.networks.youtube.video import delete, publish
else:
    connect, verify = later("cmflow.networks.youtube.channel", "connect", "verify")
    find_reply, hide, inbox, reply = later("cmflow.networks.youtube.inbox", "find_reply", "hide", "inbox", "reply")
    account_metrics, metrics = later("cmflow.networks.youtube.metrics", "account_metrics", "metrics")
    (find,) = later("cmflow.networks.youtube.uploads", "find")
    delete, publish = later("cmflow.networks.youtube.video", "delete", "publish")

READ = date(2026, 11, 22)
VIDEOS = "YouTube Data API v3 docs, videos"
DISCOVERY = "YouTube Data API v3 discovery document 20261104"
HELP = "YouTube's help pages, custom thumbnails"
REPORTED = "third-party reports; YouTube's docs name no number for comments"
YES = ("true", "yes")


def narrow(account: Account, limits: Limits) -> Limits:
    """A video that is made for kids, or not public yet, takes no comments."""
    if account.option("made_for_kids") in YES or account.option("public_after"):
        return replace(limits, exclusions=(*limits.exclusions, Exclusion("video", "comment", VIDEOS, READ)))
    return limits


network: "Network[Channel]" = Network(
    name="youtube",
    title="YouTube",
    docs="https://developers.google.com/youtube/v3/docs/videos/insert",
    domains=("youtube.com", "youtu.be"),
    composer="https://www.youtube.com/upload",
    limits=Limits(
        text=(Measure(Limit(5_000, "bytes", VIDEOS, READ), counting.utf8),),
        form=formats.youtube,
        find=plain.finder(hashtag=plain.HASHTAG, mention=plain.HANDLE),
        title=Measure(Limit(100, "characters", VIDEOS, READ, "< and > become ‹ and ›"), counting.code_points),
        tags=Measure(Limit(500, "characters", VIDEOS, READ, "with commas and quotes"), counting.tag_list),
        thread=False,
        visibility=(Visibility.PUBLIC, Visibility.UNLISTED, Visibility.PRIVATE),
        needs="title video",
        nature="a post there is a video, with the post's title, and its text as the description",
        refers=(),
        media_types=("video/mp4", "video/quicktime", "video/webm", "image/jpeg", "image/png"),
        images=Limit(1, "images", VIDEOS, READ, "the thumbnail"),
        image_bytes=Limit(2_000_000, "bytes", HELP, READ, "the API's own description says 50 MiB"),
        videos=Limit(1, "videos", VIDEOS, READ),
        video_bytes=Limit(256 * 1024**3, "bytes", DISCOVERY, READ, "upright or square, up to 3 minutes: a Short"),
        subtitle_types=(SRT, VTT),
        subtitle_bytes=Limit(104_857_600, "bytes", DISCOVERY, READ),
        exclusions=(Exclusion("comment", "private", VIDEOS, READ),),
    ),
    options=(
        Option(
            "channel",
            "The channel's id; if given, cmflow refuses to sign in to any other.",
            example="UC0123456789abcdefABCDEF",
        ),
        Option("category", "The number of the videos' category. Default: 22, “People & Blogs”.", example="28"),
        Option(
            "playlist", "The id of a playlist of the channel that each video is added to.", example="PL0123456789abcdef"
        ),
        Option(
            "public_after",
            "How many minutes after its upload a public video becomes public, so that YouTube can process it first.",
            example="30",
        ),
        Option("made_for_kids", "Whether the videos are made for kids, which YouTube asks of each: `true` or `false`."),
    ),
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
            "Copy its Client ID and Client secret. In the browser, choose the channel, and tick every permission.",
            "Ask for an audit of the project (https://support.google.com/youtube/contact/yt_api_form): until then, "
            "YouTube keeps every video private that the project uploads.",
        ),
    ),
    narrow=narrow,
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    verify=verify,
    metrics=metrics,
    account_metrics=account_metrics,
    batch=50,
    inbox=inbox,
    reply=reply,
    find_reply=find_reply,
    hide=hide,
    reply_limits=Limits(
        text=(Measure(Limit(10_000, "characters", REPORTED, READ), counting.code_points),),
        form=formats.plain,
        find=plain.finder(hashtag=plain.HASHTAG, mention=plain.HANDLE),
        thread=False,
        refers=(),
    ),
)
