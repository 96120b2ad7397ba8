"""Discord channels, as a bot where the plan names a `channel`, else through a webhook.

A part is one message with up to ten files, or a poll, whose question is a paragraph of the text. A bot's later parts
answer the one before; those of a webhook follow each other. Only people who are
named by an id are notified.

A bot's message carries the key as its nonce. Discord enforces it for some minutes only, which is not a promise: `find`
looks for it in the channel. A webhook cannot read: where its answer is lost, a person looks. No error contains the
bot's token or the webhook's URL, which is a secret as a whole.
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
    from cmflow.networks.discord.call import Discord
    from cmflow.networks.discord.channel import connect, delete, find, publish, verify
    from cmflow.networks.discord.content import referenced
    from cmflow.networks.discord.edit import describe
    from cmflow.networks.discord.inbox import find_reply, hide, inbox, reply
    from cmflow.networks.discord.metrics import account_metrics, metrics
else:
    connect, delete, find, publish, verify = later(
        "cmflow.networks.discord.channel", "connect", "delete", "find", "publish", "verify"
    )
    (describe,) = later("cmflow.networks.discord.edit", "describe")
    find_reply, hide, inbox, reply = later("cmflow.networks.discord.inbox", "find_reply", "hide", "inbox", "reply")
    account_metrics, metrics = later("cmflow.networks.discord.metrics", "account_metrics", "metrics")
    (referenced,) = later("cmflow.networks.discord.content", "referenced")

READ = date(2026, 11, 22)
API = "Discord OpenAPI 3.1 description"
COPY = "In Discord: Settings, Advanced, Developer Mode; then right-click it, Copy Channel ID."
DOCS = "Discord developer docs, webhooks and uploads"


def narrow(account: Account, limits: Limits) -> Limits:
    """A webhook answers nothing."""
    return limits if account.option("channel") else replace(limits, refers=())


network: "Network[Discord]" = Network(
    name="discord",
    title="Discord",
    docs="https://discord.com/developers/docs/resources/webhook",
    domains=("discord.com", "discordapp.com"),
    composer="https://discord.com/app",
    limits=Limits(
        text=(Measure(Limit(2_000, "characters", API, READ), counting.code_points),),
        form=formats.discord,
        address=lambda address: referenced(address, {}, ""),
        find=plain.finder(mention=plain.DISCORD_MENTION),
        shortcodes="all",
        files=Limit(10, "attachments", API, READ),
        files_bytes=Limit(25 * 1024 * 1024, "bytes", DOCS, READ),
        images=Limit(10, "attachments", API, READ),
        image_bytes=Limit(10 * 1024 * 1024, "bytes", DOCS, READ),
        videos=Limit(10, "attachments", API, READ),
        video_bytes=Limit(10 * 1024 * 1024, "bytes", DOCS, READ),
        alt=Limit(1_024, "characters", API, READ),
        refers=("reply_to",),
        poll_options=Limit(10, "options", API, READ),
        poll_option=Limit(55, "characters", API, READ),
        poll_question=Limit(300, "characters", API, READ),
        poll_shortest=Limit(60, "minutes", API, READ),
        poll_longest=Limit(46_080, "minutes", API, READ),
    ),
    options=(
        Option(
            "channel",
            "The channel's id, to post as a bot.",
            example="1101234567890123456",
            pattern=r"\d+",
            kind="the id of a channel, which is a number",
            place=COPY,
        ),
        Option(
            "thread",
            "The id of a thread in the channel, to post there.",
            example="1101234567890123457",
            pattern=r"\d+",
            kind="the id of a thread, which is a number",
            place=COPY,
        ),
        Option(
            "username",
            "The name that a webhook posts under, 80 characters at most.",
            example="cmflow",
            pattern=r"(?s).{1,80}",
            kind="a name of 80 characters at most",
            place="Shorten it in the plan.",
        ),
    ),
    auth=Either(
        (
            Token(
                "webhook_url",
                title="a webhook",
                page="https://discord.com/channels/@me",
                steps=("Open the channel's settings, Integrations, Webhooks.", "Create a webhook, and copy its URL."),
            ),
            Token(
                title="a bot",
                option="channel",
                page="https://discord.com/developers/applications",
                steps=(
                    "Create an application, and under “Bot” reset and copy its token.",
                    "Under “OAuth2”, tick the scope bot, and View Channels, Send Messages, Attach Files, Send Polls "
                    "and Read Message History; open the URL that it generates, and choose your server.",
                    "Write the channel's id in the plan as options: {channel: …}.",
                    "To read what people answer, turn on “Message Content Intent” under “Bot”; to hide it, tick Manage "
                    "Messages.",
                ),
            ),
        )
    ),
    narrow=narrow,
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    describe=describe,
    verify=verify,
    rights=(
        Right("post and reply", ("send messages",)),
        Right("upload files", ("attach files",)),
        Right("read comments", ("read message history",)),
        Right("hide", ("manage messages",)),
    ),
    metrics=metrics,
    account_metrics=account_metrics,
    inbox=inbox,
    reply=reply,
    find_reply=find_reply,
    hide=hide,
)
