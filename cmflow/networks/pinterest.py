"""Pinterest, one board per account: preview and check. The text is the pin's description."""

from datetime import date, timedelta

from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.netkit.auth import OAuth2
from cmflow.netkit.network import Network, Option
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

READ = date(2026, 11, 22)
API = "Pinterest API v5.23.0 OpenAPI"
DOCS = "Pinterest developer docs, pins"

network: Network[None] = Network(
    name="pinterest",
    title="Pinterest",
    docs="https://developers.pinterest.com/docs/api/v5/pins-create",
    domains=("pinterest.com", "pin.it"),
    composer="https://www.pinterest.com/pin-builder/",
    limits=Limits(
        text=(Measure(Limit(800, "characters", API, READ), counting.code_points),),
        form=formats.plain,
        find=plain.finder(urls=False, hashtag=plain.HASHTAG),
        title=Measure(Limit(100, "characters", API, READ), counting.code_points),
        thread=False,
        needs="media",
        media_types=("image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "video/quicktime"),
        images=Limit(5, "images", API, READ, "one alone, or 2 to 5 together"),
        image_bytes=Limit(20_000_000, "bytes", DOCS, READ, "third parties say 32 MB"),
        videos=Limit(1, "videos", API, READ),
        video_bytes=Limit(2_000_000_000, "bytes", DOCS, READ),
        video_seconds=Limit(900, "seconds", DOCS, READ),
        video_shortest=Limit(4, "seconds", DOCS, READ),
        exclusions=(
            Exclusion("video", "image", API, READ, certain=False),
            Exclusion("video", "gif", API, READ, certain=False),
        ),
        alt=Limit(500, "characters", API, READ),
    ),
    options=(Option("board", "The board's id.", example="549755885175"),),
    auth=OAuth2(
        authorise_url="https://www.pinterest.com/oauth/",
        token_url="https://api.pinterest.com/v5/oauth/token",
        scopes=("boards:read", "pins:read", "pins:write", "user_accounts:read"),
        separator=",",
        basic=True,
        pkce=False,
        keeps="token",
        lifetime=timedelta(days=30),
        page="https://developers.pinterest.com/apps/",
        steps=("Create an app, and copy its App id and App secret key.",),
    ),
)
