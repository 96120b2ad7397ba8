"""TikTok: preview and check. The text is a video's title; of photos, their description."""

from datetime import date

from cmflow.model import Visibility
from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.netkit.auth import OAuth2
from cmflow.netkit.network import Network, Option
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

READ = date(2026, 11, 22)
VIDEO = "TikTok Content Posting API docs, direct post"
PHOTO = "TikTok Content Posting API docs, photo post"
MEDIA = "TikTok Content Posting API docs, media transfer guide"

network: Network[None] = Network(
    name="tiktok",
    title="TikTok",
    docs="https://developers.tiktok.com/doc/content-posting-api-reference-direct-post",
    domains=("tiktok.com",),
    composer="https://www.tiktok.com/upload",
    limits=Limits(
        text=(Measure(Limit(2_200, "UTF-16 units", VIDEO, READ, "photos: 4,000, and a title of 90"), counting.utf16),),
        form=formats.plain,
        find=plain.finder(urls=False, hashtag=plain.HASHTAG, mention=plain.HANDLE),
        thread=False,
        visibility=(Visibility.PUBLIC, Visibility.FOLLOWERS, Visibility.PRIVATE),
        needs="media",
        media_types=("video/mp4", "video/quicktime", "video/webm", "image/jpeg", "image/webp"),
        images=Limit(35, "images", PHOTO, READ),
        image_bytes=Limit(20_000_000, "bytes", MEDIA, READ),
        videos=Limit(1, "videos", VIDEO, READ),
        video_bytes=Limit(4_000_000_000, "bytes", MEDIA, READ),
        video_seconds=Limit(600, "seconds", MEDIA, READ, "the account may be allowed less"),
        video_shortest=Limit(3, "seconds", MEDIA, READ),
        video_codecs=("H.264", "HEVC", "VP8", "VP9"),
        exclusions=(Exclusion("video", "image", PHOTO, READ), Exclusion("video", "gif", PHOTO, READ)),
    ),
    options=(Option("handle", "The account's name, for the address of its posts.", example="cmflow"),),
    auth=OAuth2(
        authorise_url="https://www.tiktok.com/v2/auth/authorize/",
        token_url="https://open.tiktokapis.com/v2/oauth/token/",
        scopes=("user.info.basic", "video.publish", "video.upload", "video.list"),
        separator=",",
        client_id="client_key",
        rotates=True,
        page="https://developers.tiktok.com/apps/",
        steps=("Create an app with “Login Kit” and “Content Posting API”, and copy its Client key and Client secret.",),
    ),
)
