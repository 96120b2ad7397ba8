"""A webhook of one's own: the receiver gets the post as JSON, signed as Standard Webhooks are.

What it gets and how it answers is a contract of ours, docs/webhook.md. It holds that a receiver takes each `webhook-id`
once, so the same request may be sent again: the id comes of the key, and the body stays the same to the byte.
"""

from datetime import date
from typing import TYPE_CHECKING

from cmflow.model import Visibility
from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit.auth import Token
from cmflow.netkit.network import Network, Option, later
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

if TYPE_CHECKING:
    from cmflow.networks.webhook.post import delete, publish
    from cmflow.networks.webhook.receiver import Receiver, connect, verify
else:
    delete, publish = later("cmflow.networks.webhook.post", "delete", "publish")
    connect, verify = later("cmflow.networks.webhook.receiver", "connect", "verify")

READ = date(2026, 11, 29)
CONTRACT = "cmflow's own webhook contract"

network: "Network[Receiver]" = Network(
    name="webhook",
    title="Webhook",
    docs="https://www.standardwebhooks.com/",
    related=None,
    limits=Limits(
        text=(Measure(Limit(100_000, "characters", CONTRACT, READ), counting.code_points),),
        form=formats.markdown,
        find=plain.finder(),
        shortcodes="all",
        title=Measure(Limit(300, "characters", CONTRACT, READ), counting.code_points),
        content_warning=True,
        visibility=tuple(Visibility),
        media_types=("image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", "video/quicktime"),
        refers=("reply_to", "quote", "repost"),
        files=Limit(10, "files", CONTRACT, READ),
        files_bytes=Limit(25_000_000, "bytes", CONTRACT, READ),
        image_bytes=Limit(10_000_000, "bytes", CONTRACT, READ),
        video_bytes=Limit(25_000_000, "bytes", CONTRACT, READ),
        poll_options=Limit(20, "options", CONTRACT, READ),
    ),
    options=(
        Option(
            "url", "Where to send posts.", required=True, example="https://example.org/hooks/posts", destination=True
        ),
    ),
    auth=Token(
        "secret",
        steps=(
            "Copy the signing secret of the receiver, which begins with `whsec_`. If it has none, make one with "
            "`openssl rand -base64 32`, write whsec_ before it, and give it to the receiver.",
        ),
    ),
    keyed=True,
    connect=connect,
    publish=publish,
    delete=delete,
    verify=verify,
)
