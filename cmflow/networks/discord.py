"""Discord channels, through a webhook: preview and check."""

from datetime import date

from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit.auth import Token
from cmflow.netkit.network import Network, Option
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

READ = date(2026, 11, 22)
API = "Discord OpenAPI 3.1 description"
DOCS = "Discord developer docs, webhooks and uploads"

network: Network[None] = Network(
    name="discord",
    title="Discord",
    docs="https://discord.com/developers/docs/resources/webhook",
    composer="https://discord.com/app",
    limits=Limits(
        text=(Measure(Limit(2_000, "characters", API, READ), counting.code_points),),
        form=formats.discord,
        find=plain.finder(mention=plain.DISCORD_MENTION),
        shortcodes="all",
        files=Limit(10, "attachments", API, READ),
        images=Limit(10, "attachments", API, READ),
        image_bytes=Limit(10 * 1024 * 1024, "bytes", DOCS, READ, "25 MiB for all together"),
        videos=Limit(10, "attachments", API, READ),
        video_bytes=Limit(10 * 1024 * 1024, "bytes", DOCS, READ, "25 MiB for all together"),
        alt=Limit(1_024, "characters", API, READ),
        poll_options=Limit(10, "options", API, READ, "question of up to 300"),
        poll_option=Limit(55, "characters", API, READ),
        poll_shortest=Limit(60, "minutes", API, READ),
        poll_longest=Limit(46_080, "minutes", API, READ),
    ),
    options=(
        Option("thread", "The id of a thread in the webhook's channel, to post there.", example="1101234567890123456"),
        Option("username", "The name to post under, 80 characters at most.", example="cmflow"),
    ),
    auth=Token(
        "webhook_url",
        page="https://discord.com/channels/@me",
        steps=("Open the channel's settings, Integrations, Webhooks.", "Make a webhook, and copy its URL."),
    ),
)
