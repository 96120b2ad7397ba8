"""Threads: preview and check."""

from datetime import date, timedelta

from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.netkit.auth import OAuth2
from cmflow.netkit.network import Network, Option
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

READ = date(2026, 11, 22)
API = "Threads API docs of 2026-07-02"

network: Network[None] = Network(
    name="threads",
    title="Threads",
    docs="https://developers.facebook.com/docs/threads/posts",
    domains=("threads.net", "threads.com"),
    composer="https://www.threads.net/intent/post",
    limits=Limits(
        text=(Measure(Limit(500, "characters", API, READ, "an emoji counts as its UTF-8 bytes"), counting.threads),),
        form=formats.plain,
        find=plain.finder(hashtag=plain.HASHTAG, mention=plain.HANDLE, first_hashtag_only=True),
        media_types=("image/jpeg", "image/png", "video/mp4", "video/quicktime"),
        files=Limit(20, "files", API, READ),
        images=Limit(20, "images", API, READ, "one alone, or 2 to 20 together"),
        image_bytes=Limit(8_000_000, "bytes", API, READ, "320 to 1,440 pixels wide, 10:1 at most"),
        image_width=Limit(1_440, "pixels of width", API, READ),
        videos=Limit(20, "videos", API, READ, "one alone, or 2 to 20 together"),
        video_bytes=Limit(1_000_000_000, "bytes", API, READ, "23 to 60 fps"),
        video_seconds=Limit(300, "seconds", API, READ),
        video_codecs=("H.264", "HEVC"),
        alt=Limit(1_000, "characters", API, READ),
        links=Limit(5, "different links", API, READ),
        poll_multiple=False,
        poll_options=Limit(4, "options", API, READ, "2 at least"),
        poll_option=Limit(25, "characters", API, READ),
        exclusions=(Exclusion("poll", "media", API, READ),),
    ),
    options=(Option("user", "The account's number.", example="17841400000000000"),),
    auth=OAuth2(
        authorise_url="https://threads.net/oauth/authorize",
        token_url="https://graph.threads.net/oauth/access_token",
        scopes=(
            *("threads_basic", "threads_content_publish", "threads_delete", "threads_manage_insights"),
            *("threads_manage_replies", "threads_read_replies"),
        ),
        separator=",",
        pkce=False,
        keeps="token",
        lifetime=timedelta(days=60),
        page="https://developers.facebook.com/apps/",
        steps=("Create an app with “Access the Threads API”, and copy its app ID and secret.",),
    ),
)
