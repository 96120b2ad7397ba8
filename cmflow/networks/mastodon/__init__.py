"""Mastodon, and servers that implement its API (GoToSocial, Pleroma, Akkoma, Pixelfed).

Every post is sent with an `Idempotency-Key`, but cmflow does not rely on it: some of these servers make two posts of
one key. `find` therefore looks through our own recent posts for one with the same text, content warning, media, poll
and place in the thread, which is not older than the intent and has no receipt. Where the text differs in the server's
HTML, the source that the server keeps of the post decides. `find` returns None only where it cannot have missed the
post: each of our posts has a receipt, and the list shows posts to such an audience.

Visibility: `followers` is Mastodon's "private", and `private` is its "direct": only those who are mentioned see it.
"""

from datetime import date
from typing import TYPE_CHECKING

from cmflow.model import Visibility
from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.netkit.auth import Token
from cmflow.netkit.network import Network, Option, Right, later
from cmflow.render import counting, formats
from cmflow.render.autolink import mastodon

if TYPE_CHECKING:
    from cmflow.netkit.rest import ApiClient
    from cmflow.networks.mastodon.answer import find_reply, reply
    from cmflow.networks.mastodon.call import connect
    from cmflow.networks.mastodon.edit import describe
    from cmflow.networks.mastodon.inbox import inbox
    from cmflow.networks.mastodon.instance import numbers
    from cmflow.networks.mastodon.metrics import account_metrics, metrics
    from cmflow.networks.mastodon.post import delete, publish, verify
    from cmflow.networks.mastodon.timeline import find
else:
    find_reply, reply = later("cmflow.networks.mastodon.answer", "find_reply", "reply")
    (connect,) = later("cmflow.networks.mastodon.call", "connect")
    (inbox,) = later("cmflow.networks.mastodon.inbox", "inbox")
    (describe,) = later("cmflow.networks.mastodon.edit", "describe")
    (numbers,) = later("cmflow.networks.mastodon.instance", "numbers")
    account_metrics, metrics = later("cmflow.networks.mastodon.metrics", "account_metrics", "metrics")
    delete, publish, verify = later("cmflow.networks.mastodon.post", "delete", "publish", "verify")
    (find,) = later("cmflow.networks.mastodon.timeline", "find")

READ = date(2026, 11, 22)
API = "Mastodon API 4.7.0, default instance configuration"
SERVER = "Mastodon server source"
DEFAULT = "the default; the instance may set another"

network: "Network[ApiClient]" = Network(
    name="mastodon",
    title="Mastodon",
    docs="https://docs.joinmastodon.org/methods/statuses/",
    related=("threads",),  # its posts are federated
    limits=Limits(
        text=(Measure(Limit(500, "characters", API, READ, DEFAULT), counting.mastodon),),
        form=formats.plain,
        find=mastodon.find,
        shortcodes="own",
        content_warning=True,
        visibility=(Visibility.PUBLIC, Visibility.UNLISTED, Visibility.FOLLOWERS, Visibility.PRIVATE),
        media_types=(
            *("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic"),
            *("video/mp4", "video/webm", "video/quicktime"),
        ),
        files=Limit(4, "files", API, READ, DEFAULT),
        images=Limit(4, "images", API, READ, DEFAULT),
        image_bytes=Limit(16 * 1024 * 1024, "bytes", API, READ, DEFAULT),
        image_pixels=Limit(33_177_600, "pixels", API, READ, DEFAULT),
        refers=("reply_to", "quote", "repost"),
        videos=Limit(1, "videos", SERVER, READ),
        video_bytes=Limit(99 * 1024 * 1024, "bytes", API, READ, "8,294,400 pixels, 120 fps; " + DEFAULT),
        alt=Limit(1_500, "characters", API, READ, DEFAULT),
        poll_options=Limit(4, "options", API, READ, DEFAULT),
        poll_option=Limit(50, "characters", API, READ, DEFAULT),
        poll_shortest=Limit(5, "minutes", API, READ, DEFAULT),
        poll_longest=Limit(43_829, "minutes", API, READ, DEFAULT),
        exclusions=(
            Exclusion("video", "image", SERVER, READ),
            Exclusion("video", "gif", SERVER, READ),
            Exclusion("poll", "media", SERVER, READ, certain=False),  # taken since June 2026
        ),
    ),
    options=(
        Option("instance", "The server's address.", required=True, example="https://mastodon.social", destination=True),
    ),
    auth=Token(
        page="{instance}/settings/applications/new",
        steps=(
            "Name the application cmflow, tick read and write, and no more.",
            "Open it again, and copy “Your access token”.",
        ),
    ),
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    describe=describe,
    verify=verify,
    rights=(
        Right("post and reply", ("write:statuses",)),
        Right("upload files", ("write:media",)),
        Right("read comments", ("read:statuses", "read:notifications")),
    ),
    numbers=numbers,
    metrics=metrics,
    account_metrics=account_metrics,
    inbox=inbox,
    reply=reply,
    find_reply=find_reply,
    addressed=True,
)
