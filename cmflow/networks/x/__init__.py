"""X (Twitter), through API v2.

X keeps no key: two equal requests make two posts, unless it refuses the second as a duplicate. `find` therefore reads
our own timeline since the intent, and compares words, links and place in the thread. X writes every link of its own
accord as t.co, and adds one for the media: what a text shows is compared, not these addresses.

Images go up in one request; GIFs and videos in segments, and X then works on them for a while.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from cmflow.content.media.subtitles import SRT, VTT
from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.model.money import Money, Price
from cmflow.netkit.auth import OAuth2
from cmflow.netkit.network import Network, Option, Right, later
from cmflow.render import counting, formats
from cmflow.render.autolink import x

if TYPE_CHECKING:
    from cmflow.networks.x.answer import find_reply, hide, reply
    from cmflow.networks.x.call import X, post_id
    from cmflow.networks.x.inbox import inbox
    from cmflow.networks.x.metrics import account_metrics, metrics
    from cmflow.networks.x.post import connect, delete, publish, verify
    from cmflow.networks.x.timeline import find
else:
    find_reply, hide, reply = later("cmflow.networks.x.answer", "find_reply", "hide", "reply")
    (inbox,) = later("cmflow.networks.x.inbox", "inbox")
    account_metrics, metrics = later("cmflow.networks.x.metrics", "account_metrics", "metrics")
    connect, delete, publish, verify = later("cmflow.networks.x.post", "connect", "delete", "publish", "verify")
    (find,) = later("cmflow.networks.x.timeline", "find")
    (post_id,) = later("cmflow.networks.x.call", "post_id")

READ = date(2026, 11, 22)
API = "X API v2 OpenAPI 2.167"
CONFIG = "twitter-text configuration v3"
MEDIA = "X API docs of 2026-08-22, media"
MIXED = "X Blog, 5 October 2022: images, GIFs and videos in one post"
PRICES = "X API pay-per-use price list of 2026-04-20"
ANSWER_PRICE = Price(Money(Decimal("0.010"), "USD"), PRICES, READ, "where the author mentioned or quoted the account")


network: "Network[X]" = Network(
    name="x",
    title="X",
    docs="https://docs.x.com/x-api/posts/create-post",
    domains=("x.com", "twitter.com", "t.co"),
    composer="https://x.com/intent/post",
    limits=Limits(
        text=(Measure(Limit(280, "weighted characters", CONFIG, READ, "25,000 with Premium"), counting.x),),
        form=formats.plain,
        address=post_id,
        find=x.find,
        media_types=("image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/quicktime"),
        files=Limit(4, "files", API, READ),
        images=Limit(4, "images", API, READ),
        image_bytes=Limit(5_000_000, "bytes", MEDIA, READ),
        gif_bytes=Limit(15_000_000, "bytes", MEDIA, READ, "1280×1080 and 350 frames at most"),
        videos=Limit(1, "videos", API, READ),
        video_bytes=Limit(512_000_000, "bytes", MEDIA, READ, "up to 1280×1024, 60 fps"),
        video_ratio=Limit(300, "% of the shorter side", MEDIA, READ, "between 1:3 and 3:1"),
        video_codecs=("H.264",),
        video_seconds=Limit(140, "seconds", MEDIA, READ, "0.5 at least"),
        subtitle_types=(SRT, VTT),
        alt=Limit(1_000, "characters", API, READ),
        poll_multiple=False,
        poll_options=Limit(4, "options", API, READ, "2 at least"),
        poll_option=Limit(25, "characters", API, READ),
        poll_shortest=Limit(5, "minutes", API, READ),
        poll_longest=Limit(10_080, "minutes", API, READ),
        exclusions=(
            Exclusion("poll", "media", API, READ),
            Exclusion("poll", "quote", API, READ),
            Exclusion("quote", "media", API, READ),
            # X's own app takes them since 2022; for its API this is undocumented.
            Exclusion("video", "image", MIXED, READ, certain=False),
            Exclusion("video", "gif", MIXED, READ, certain=False),
            Exclusion("gif", "image", MIXED, READ, certain=False),
            Exclusion("gif", "gif", MIXED, READ, certain=False),
        ),
        post_price=Price(Money(Decimal("0.015"), "USD"), PRICES, READ, "per part; no price for media is listed"),
        link_price=Price(Money(Decimal("0.20"), "USD"), PRICES, READ, "per part that holds a link"),
        read_price=Price(
            Money(Decimal("0.005"), "USD"),
            PRICES,
            READ,
            "per part and day (UTC); 0.001 on the app owner's own timeline",
        ),
    ),
    options=(
        Option("handle", "The account's name; if given, cmflow refuses to sign in to any other.", example="cmflow"),
    ),
    auth=OAuth2(
        authorise_url="https://x.com/i/oauth2/authorize",
        token_url="https://api.x.com/2/oauth2/token",
        scopes=(
            *("tweet.read", "tweet.write", "tweet.moderate.write", "users.read", "media.write"),
            *("dm.read", "dm.write", "offline.access"),
        ),
        basic=True,
        rotates=True,
        page="https://developer.x.com/en/portal/projects-and-apps",
        steps=(
            "Sign up as a developer, and make a project with an app in it. X charges for each post.",
            "In the app's “User authentication settings”, choose “Read and write and Direct message” and “Web App, "
            "Automated App or Bot”, and add the redirect address below.",
            "Copy its OAuth 2.0 Client ID and Client Secret.",
        ),
    ),
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    verify=verify,
    rights=(
        Right("post and reply", ("tweet.write",)),
        Right("upload files", ("media.write",)),
        Right("read figures and mentions", ("tweet.read", "users.read")),
    ),
    metrics=metrics,
    account_metrics=account_metrics,
    batch=100,
    inbox=inbox,
    reply=reply,
    find_reply=find_reply,
    hide=hide,
)
network = replace(network, reply_limits=replace(network.limits, post_price=ANSWER_PRICE))
