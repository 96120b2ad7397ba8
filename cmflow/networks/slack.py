"""Slack channels: preview and check."""

from datetime import date

from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit.auth import Token
from cmflow.netkit.network import Network, Option
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

READ = date(2026, 11, 22)
API = "Slack API docs, chat.postMessage, May 2026"

network: Network[None] = Network(
    name="slack",
    title="Slack",
    docs="https://docs.slack.dev/reference/methods/chat.postMessage",
    composer="https://app.slack.com/client",
    limits=Limits(
        text=(Measure(Limit(40_000, "characters", API, READ, "4,000 advised; the rest is cut"), counting.code_points),),
        form=formats.mrkdwn,
        find=plain.finder(mention=plain.SLACK_MENTION),
        shortcodes="all",
        image_bytes=Limit(1_000_000_000, "bytes", "general knowledge, to be confirmed", READ),
        video_bytes=Limit(1_000_000_000, "bytes", "general knowledge, to be confirmed", READ),
        alt=Limit(1_000, "characters", "Slack API methods of 2026, files.getUploadURLExternal", READ),
    ),
    options=(Option("channel", "The channel's id.", example="C0123456789"),),
    auth=Token(
        page="https://api.slack.com/apps",
        steps=(
            "Make an app in your workspace; under “OAuth & Permissions”, give its bot the scopes chat:write, "
            "files:write, channels:history and reactions:read.",
            "Install it, invite the bot into the channel, and copy the “Bot User OAuth Token”: it begins with `xoxb-`.",
        ),
    ),
)
