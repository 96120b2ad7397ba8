"""Facebook Pages, through Meta's Graph API.

Facebook keeps no key: `find` reads what the Page has published since the intent, and compares words and files.
Pictures are uploaded unpublished, so that one small request publishes them. The first comment is a request of its own:
where it fails, the post stays, and a person is asked.
"""

from datetime import date
from typing import TYPE_CHECKING

from cmflow.content.media.subtitles import SRT
from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.netkit.auth import OAuth2
from cmflow.netkit.network import Network, Option, Right, later
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

if TYPE_CHECKING:
    from cmflow.networks.facebook.answer import find_reply, hide, reply
    from cmflow.networks.facebook.inbox import inbox
    from cmflow.networks.facebook.login import exchange
    from cmflow.networks.facebook.metrics import account_metrics, metrics
    from cmflow.networks.facebook.page import Page, connect, delete, publish, verify
    from cmflow.networks.facebook.timeline import find
else:
    find_reply, hide, reply = later("cmflow.networks.facebook.answer", "find_reply", "hide", "reply")
    (inbox,) = later("cmflow.networks.facebook.inbox", "inbox")
    (exchange,) = later("cmflow.networks.facebook.login", "exchange")
    account_metrics, metrics = later("cmflow.networks.facebook.metrics", "account_metrics", "metrics")
    connect, delete, publish, verify = later("cmflow.networks.facebook.page", "connect", "delete", "publish", "verify")
    (find,) = later("cmflow.networks.facebook.timeline", "find")

READ = date(2026, 11, 22)
VIDEOS = "Meta Graph API v25.0, Page videos"
REPORTED = "third-party reports; Meta's Graph API docs name no number"

network: "Network[Page]" = Network(
    name="facebook",
    title="Facebook",
    docs="https://developers.facebook.com/docs/pages-api/posts",
    domains=("facebook.com", "fb.com", "fb.watch"),
    composer="https://business.facebook.com/latest/composer",
    limits=Limits(
        text=(Measure(Limit(63_206, "characters", REPORTED, READ), counting.code_points),),
        form=formats.plain,
        find=plain.finder(hashtag=plain.HASHTAG),
        thread=False,
        refers=(),
        media_types=("image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "video/quicktime"),
        image_bytes=Limit(10_000_000, "bytes", REPORTED, READ, "2,048 pixels wide at most is advised"),
        videos=Limit(1, "videos", VIDEOS, READ),
        video_bytes=Limit(2_000_000_000, "bytes", REPORTED, READ, "some reports say 10 GB"),
        subtitle_types=(SRT,),
        video_seconds=Limit(14_400, "seconds", REPORTED, READ),
        # Through the API a video is a post of its own.
        exclusions=(Exclusion("video", "image", VIDEOS, READ), Exclusion("video", "gif", VIDEOS, READ)),
    ),
    options=(
        Option(
            "page",
            "The Page's number.",
            example="104857600123456",
            pattern=r"[0-9]{5,25}",
            kind="the number of a Page, such as 104857600123456",
            place="Open the Page's “About”, “Page transparency”: its ID is there. A profile's number does not work.",
        ),
        Option(
            "reels", "`no`: an upright video of 3 to 90 seconds is published as a video, not as a reel.", example="no"
        ),
    ),
    auth=OAuth2(
        authorise_url="https://www.facebook.com/v26.0/dialog/oauth",
        token_url="https://graph.facebook.com/v26.0/oauth/access_token",
        scopes=(
            *("pages_manage_posts", "pages_read_engagement", "pages_manage_engagement", "pages_read_user_content"),
            *("pages_show_list", "pages_messaging", "read_insights", "publish_video"),
        ),
        separator=",",
        pkce=False,
        keeps="token",
        exchange=exchange,
        page="https://developers.facebook.com/apps/",
        steps=(
            "Create an app of the type “Business”, and add “Facebook Login for Business” to it.",
            "For a Page that you manage yourself, and whose app only you and your colleagues use, no review is needed: "
            "give them a role in the app. Otherwise ask for “Advanced access” to each permission.",
            "To read and answer direct messages, add “Messenger” to the app, too.",
            "Copy the App ID (cmflow asks for it as Client ID) and the App secret (“App settings”, “Basic”), and write "
            "the Page's number in the plan.",
        ),
    ),
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    verify=verify,
    rights=(
        Right("post", ("pages_manage_posts",)),
        Right("read comments", ("pages_read_engagement", "pages_read_user_content")),
        Right("read direct messages", ("pages_messaging",)),
        Right("reply", ("pages_manage_engagement",)),
        Right("hide", ("pages_manage_engagement",)),
        Right("read figures", ("read_insights",)),
    ),
    metrics=metrics,
    account_metrics=account_metrics,
    batch=20,
    inbox=inbox,
    reply=reply,
    find_reply=find_reply,
    hide=hide,
    reply_limits=Limits(
        text=(Measure(Limit(8_000, "characters", REPORTED, READ), counting.code_points),),
        form=formats.plain,
        find=plain.finder(hashtag=plain.HASHTAG),
        thread=False,
        refers=(),
    ),
)
