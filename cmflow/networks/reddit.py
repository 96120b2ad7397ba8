"""Reddit, one community an account: preview and check."""

from datetime import date

from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.netkit.auth import OAuth2
from cmflow.netkit.network import Network, Option
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

READ = date(2026, 11, 22)
API = "Reddit API as used by PRAW 7b697581; the community may allow less"
UNCONFIRMED = "general knowledge, to be confirmed"

network: Network[None] = Network(
    name="reddit",
    title="Reddit",
    docs="https://www.reddit.com/dev/api/#POST_api_submit",
    domains=("reddit.com", "redd.it"),
    composer="https://www.reddit.com/submit",
    limits=Limits(
        text=(Measure(Limit(40_000, "characters", API, READ), counting.code_points),),
        form=formats.markdown,
        find=plain.finder(mention=plain.REDDIT_MENTION),
        title=Measure(Limit(300, "characters", API, READ), counting.code_points),
        thread=False,
        needs="title",
        media_types=("image/jpeg", "image/png", "image/gif", "video/mp4", "video/quicktime"),
        images=Limit(20, "images", UNCONFIRMED, READ, "one alone, or a gallery"),
        image_bytes=Limit(20_000_000, "bytes", UNCONFIRMED, READ),
        videos=Limit(1, "videos", UNCONFIRMED, READ),
        video_bytes=Limit(1_000_000_000, "bytes", UNCONFIRMED, READ),
        video_seconds=Limit(900, "seconds", UNCONFIRMED, READ),
        alt=Limit(180, "characters", API, READ, "the caption of a gallery's picture"),
        poll_multiple=False,
        poll_options=Limit(6, "options", API, READ, "2 at least"),
        poll_shortest=Limit(1_440, "minutes", API, READ),
        poll_longest=Limit(10_080, "minutes", API, READ),
        exclusions=(
            Exclusion("poll", "media", API, READ),
            Exclusion("video", "image", API, READ),
            Exclusion("video", "gif", API, READ),
        ),
    ),
    options=(
        Option("subreddit", "The community, without r/.", example="cmflow"),
        Option("flair", "The id of the flair to set, where the community wants one."),
    ),
    auth=OAuth2(
        authorise_url="https://www.reddit.com/api/v1/authorize",
        token_url="https://www.reddit.com/api/v1/access_token",
        scopes=("identity", "submit", "edit", "read", "history", "flair"),
        parameters=(("duration", "permanent"),),
        basic=True,
        pkce=False,
        page="https://www.reddit.com/prefs/apps",
        steps=("Create an app of the type “web app”, and copy its id (below its name) and its secret.",),
    ),
)
