"""LinkedIn, people and organisations: preview and check."""

from datetime import date, timedelta

from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.netkit.auth import OAuth2
from cmflow.netkit.network import Handle, Network, Option
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

READ = date(2026, 11, 22)
POSTS = "LinkedIn Posts API docs"
IMAGES = "LinkedIn Images and MultiImage API docs"
VIDEOS = "LinkedIn Videos API docs"
POLLS = "LinkedIn Poll API docs"

network: Network[None] = Network(
    name="linkedin",
    title="LinkedIn",
    docs="https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api",
    composer="https://www.linkedin.com/feed/?shareActive=true",
    limits=Limits(
        text=(
            Measure(
                Limit(3_000, "characters", POSTS, READ, "with the escapes sent: not verified"), counting.code_points
            ),
        ),
        form=formats.little,
        comment=formats.plain,  # the API takes comments as plain characters
        find=plain.finder(hashtag=plain.LITTLE_HASHTAG, mention=plain.LITTLE_MENTION),
        thread=False,
        media_types=("image/jpeg", "image/png", "image/gif", "video/mp4"),
        images=Limit(20, "images", IMAGES, READ, "one alone, or 2 to 20"),
        image_pixels=Limit(36_152_320, "pixels", IMAGES, READ),
        videos=Limit(1, "videos", VIDEOS, READ),
        video_bytes=Limit(500_000_000, "bytes", VIDEOS, READ, "1:2.4 to 2.4:1"),
        video_seconds=Limit(1_800, "seconds", VIDEOS, READ),
        video_shortest=Limit(3, "seconds", VIDEOS, READ),
        alt=Limit(1_000, "characters", "cmflow's own: LinkedIn publishes no number", READ),
        poll_options=Limit(4, "options", POLLS, READ, "2 at least; question of up to 140"),
        poll_option=Limit(30, "characters", POLLS, READ),
        poll_shortest=Limit(1_440, "minutes", POLLS, READ, "1, 3, 7 or 14 days"),
        poll_longest=Limit(20_160, "minutes", POLLS, READ, "1, 3, 7 or 14 days"),
        exclusions=(
            Exclusion("video", "image", POSTS, READ),
            Exclusion("video", "gif", POSTS, READ),
            Exclusion("poll", "media", POLLS, READ),
        ),
    ),
    options=(
        Option("author", "Who posts: a person's or organisation's URN.", example="urn:li:organization:42"),
        Option("version", "The API version to ask for, year and month; each lives about a year.", example="202610"),
    ),
    auth=OAuth2(
        authorise_url="https://www.linkedin.com/oauth/v2/authorization",
        token_url="https://www.linkedin.com/oauth/v2/accessToken",
        scopes=("openid", "profile", "w_member_social"),
        pkce=False,
        keeps="token",
        lifetime=timedelta(days=60),
        page="https://www.linkedin.com/developers/apps",
        steps=(
            "Make an app for the page of your organisation, and add the products “Share on LinkedIn” and “Sign In with "
            "LinkedIn using OpenID Connect”.",
            "Under “Auth”, copy its Client ID and Primary Client Secret.",
        ),
    ),
    handle=Handle(r"urn:li:(?:organization|person|member):[A-Za-z0-9_-]+", "urn:li:organization:93660619"),
)
