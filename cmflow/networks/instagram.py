"""Instagram, professional accounts: preview and check."""

from datetime import date, timedelta

from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit.auth import OAuth2
from cmflow.netkit.network import Network, Option
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

READ = date(2026, 11, 22)
MEDIA = "Instagram Platform docs, IG User media"
PUBLISHING = "Instagram Platform docs, content publishing"

network: Network[None] = Network(
    name="instagram",
    title="Instagram",
    docs="https://developers.facebook.com/docs/instagram-platform/content-publishing",
    domains=("instagram.com",),
    limits=Limits(
        text=(Measure(Limit(2_200, "characters", MEDIA, READ), counting.code_points),),
        form=formats.plain,
        find=plain.finder(urls=False, hashtag=plain.HASHTAG, mention=plain.HANDLE),
        thread=False,
        needs="media",
        media_types=("image/jpeg", "video/mp4", "video/quicktime"),
        files=Limit(10, "files", PUBLISHING, READ),
        images=Limit(10, "images", PUBLISHING, READ, "one alone, or 2 to 10 together"),
        image_bytes=Limit(8 * 1024 * 1024, "bytes", MEDIA, READ, "320 to 1,440 pixels wide, 4:5 to 1.91:1"),
        image_width=Limit(1_440, "pixels of width", MEDIA, READ),
        videos=Limit(10, "videos", PUBLISHING, READ, "one alone, or 2 to 10 together"),
        video_bytes=Limit(1_000_000_000, "bytes", MEDIA, READ, "another page says 300 MB; 23 to 60 fps"),
        video_seconds=Limit(900, "seconds", MEDIA, READ),
        video_shortest=Limit(3, "seconds", MEDIA, READ),
        video_codecs=("H.264", "HEVC"),
        alt=Limit(1_000, "characters", "cmflow's own: Instagram publishes no number", READ, "pictures only"),
        hashtags=Limit(30, "hashtags", MEDIA, READ),
        hashtags_advised=Limit(5, "hashtags", "third-party reports since late 2025", READ),
        mentions=Limit(20, "mentions", MEDIA, READ),
    ),
    options=(Option("user", "The account's number.", example="17841400000000000"),),
    auth=OAuth2(
        authorise_url="https://www.instagram.com/oauth/authorize",
        token_url="https://api.instagram.com/oauth/access_token",
        scopes=(
            *("instagram_business_basic", "instagram_business_content_publish"),
            *("instagram_business_manage_comments", "instagram_business_manage_insights"),
        ),
        separator=",",
        pkce=False,
        keeps="token",
        lifetime=timedelta(days=60),
        page="https://developers.facebook.com/apps/",
        steps=("Create an app with “Instagram API with Instagram login”, and copy its app ID and secret.",),
    ),
)
