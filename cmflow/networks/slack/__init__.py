"""Slack channels, as a bot where the plan names a `channel`, else through an incoming webhook.

A part is one message, with its files; later parts are in the thread of the first. A bot's message holds the key in
its metadata, and its files in their names: `find` looks for it in the channel. Slack does not answer with the message
that it makes of files, so that is looked for as well.

A webhook posts text alone, knows no threads, and can neither read nor delete. Its URL is a secret as a whole.
"""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from cmflow.model import Account
from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit.auth import Either, Token
from cmflow.netkit.network import Network, Option, Right, later
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

if TYPE_CHECKING:
    from cmflow.networks.slack.call import Slack
    from cmflow.networks.slack.channel import connect, delete, find, placed, publish, verify
    from cmflow.networks.slack.inbox import find_reply, inbox, reply
    from cmflow.networks.slack.metrics import account_metrics, metrics
else:
    connect, delete, find, placed, publish, verify = later(
        "cmflow.networks.slack.channel", "connect", "delete", "find", "placed", "publish", "verify"
    )
    find_reply, inbox, reply = later("cmflow.networks.slack.inbox", "find_reply", "inbox", "reply")
    account_metrics, metrics = later("cmflow.networks.slack.metrics", "account_metrics", "metrics")

READ = date(2026, 11, 22)
API = "Slack API docs, chat.postMessage, May 2026"

HOOK = "Slack docs, incoming webhooks"


def narrow(account: Account, limits: Limits) -> Limits:
    """A webhook takes no files, and answers nothing."""
    if account.option("channel"):
        return limits
    return replace(limits, refers=(), files=Limit(0, "files, which a webhook does not take", HOOK, READ))


network: "Network[Slack]" = Network(
    name="slack",
    title="Slack",
    docs="https://docs.slack.dev/reference/methods/chat.postMessage",
    domains=("slack.com",),
    composer="https://app.slack.com/client",
    limits=Limits(
        text=(Measure(Limit(40_000, "characters", API, READ, "4,000 advised; the rest is cut"), counting.code_points),),
        form=formats.mrkdwn,
        address=placed,
        find=plain.finder(mention=plain.SLACK_MENTION),
        shortcodes="all",
        refers=("reply_to",),
        image_bytes=Limit(1_000_000_000, "bytes", "general knowledge, to be confirmed", READ),
        video_bytes=Limit(1_000_000_000, "bytes", "general knowledge, to be confirmed", READ),
        alt=Limit(1_000, "characters", "Slack API methods of 2026, files.getUploadURLExternal", READ),
    ),
    options=(
        Option(
            "channel",
            "The channel's id, to post as a bot.",
            example="C0123456789",
            pattern="[CG][A-Z0-9]{8,}",
            kind="a channel's id, such as C0123456789",
            place="In Slack, open the channel's details: its id is at the bottom.",
        ),
    ),
    auth=Either(
        (
            Token(
                title="a bot",
                option="channel",
                page="https://api.slack.com/apps",
                steps=(
                    "Create an app in your workspace; under “OAuth & Permissions”, give its bot the scopes chat:write, "
                    "files:write, channels:history and reactions:read.",
                    "Install it, invite the bot into the channel, and copy the “Bot User OAuth Token”, which begins "
                    "with `xoxb-`.",
                ),
            ),
            Token(
                "webhook_url",
                title="an incoming webhook",
                page="https://api.slack.com/apps",
                steps=(
                    "Create an app in your workspace, and turn on “Incoming Webhooks”.",
                    "Add one to the channel, and copy its URL. Leave `channel` out of the plan.",
                ),
            ),
        )
    ),
    narrow=narrow,
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    verify=verify,
    rights=(
        Right("post and reply", ("chat:write",)),
        Right("upload files", ("files:write",)),
        Right("read comments", ("channels:history",)),
    ),
    metrics=metrics,
    account_metrics=account_metrics,
    inbox=inbox,
    reply=reply,
    find_reply=find_reply,
)
