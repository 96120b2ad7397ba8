"""Facebook Pages: preview and check."""

from datetime import date

from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.netkit.auth import OAuth2
from cmflow.netkit.network import Network, Option
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

READ = date(2026, 11, 22)
VIDEOS = "Meta Graph API v25.0, Page videos"
REPORTED = "third-party reports; Meta's Graph API docs name no number"

network: Network[None] = Network(
    name="facebook",
    title="Facebook",
    docs="https://developers.facebook.com/docs/pages-api/posts",
    composer="https://business.facebook.com/latest/composer",
    limits=Limits(
        text=(Measure(Limit(63_206, "characters", REPORTED, READ), counting.code_points),),
        form=formats.plain,
        find=plain.finder(hashtag=plain.HASHTAG),
        thread=False,
        media_types=("image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "video/quicktime"),
        image_bytes=Limit(10_000_000, "bytes", REPORTED, READ, "2,048 pixels wide at most is advised"),
        videos=Limit(1, "videos", VIDEOS, READ),
        video_bytes=Limit(2_000_000_000, "bytes", REPORTED, READ, "some reports say 10 GB"),
        video_seconds=Limit(14_400, "seconds", REPORTED, READ),
        # By hand they go together; through the API a video is a post of its own.
        exclusions=(
            Exclusion("video", "image", VIDEOS, READ, certain=False),
            Exclusion("video", "gif", VIDEOS, READ, certain=False),
        ),
    ),
    options=(Option("page", "The page's number.", example="104857600123456"),),
    auth=OAuth2(
        authorise_url="https://www.facebook.com/v26.0/dialog/oauth",
        token_url="https://graph.facebook.com/v26.0/oauth/access_token",
        scopes=(
            *("pages_manage_posts", "pages_read_engagement", "pages_manage_engagement", "pages_read_user_content"),
            *("pages_show_list", "read_insights", "publish_video"),
        ),
        separator=",",
        pkce=False,
        keeps="token",
        page="https://developers.facebook.com/apps/",
        steps=("Make an app of the type “Business”, and copy its App ID and App secret.",),
    ),
)
