"""Telegram channels and groups, through a bot.

A part is one message: words with entities, a photo, a video or a moving picture with a caption, an album of 2 to 10,
or a poll, whose question is a paragraph of the text and whose description is the rest. Each later part answers the one
before. A quote is an answer to a message of another chat, which Telegram shows above it; a repost is a forwarded
message.

The Bot API reads no history, so there is no `find`: where an answer is lost, a person looks. The bot's token is part
of every URL there, by contract: nothing here shows a URL. An album is several messages: its receipt names them all.
"""

from datetime import date
from typing import TYPE_CHECKING

from cmflow.model.limits import Exclusion, Limit, Limits, Measure
from cmflow.netkit.auth import Token
from cmflow.netkit.network import Network, Option, later
from cmflow.render import counting, formats
from cmflow.render.autolink import telegram

if TYPE_CHECKING:
    from cmflow.networks.telegram.answer import hide, reply
    from cmflow.networks.telegram.bot import connect, delete, publish, verify
    from cmflow.networks.telegram.call import Bot
    from cmflow.networks.telegram.content import referenced
    from cmflow.networks.telegram.inbox import inbox
    from cmflow.networks.telegram.metrics import account_metrics
else:
    hide, reply = later("cmflow.networks.telegram.answer", "hide", "reply")
    (inbox,) = later("cmflow.networks.telegram.inbox", "inbox")
    connect, delete, publish, verify = later("cmflow.networks.telegram.bot", "connect", "delete", "publish", "verify")
    (account_metrics,) = later("cmflow.networks.telegram.metrics", "account_metrics")
    (referenced,) = later("cmflow.networks.telegram.content", "referenced")

READ = date(2026, 11, 22)
API = "Telegram Bot API 10.1"
UNSURE = "the docs do not say which characters: both counts are kept"

network: "Network[Bot]" = Network(
    name="telegram",
    title="Telegram",
    docs="https://core.telegram.org/bots/api#sendmessage",
    domains=("t.me", "telegram.me", "telegram.org"),
    composer="https://web.telegram.org/",
    limits=Limits(
        text=(
            Measure(Limit(4_096, "UTF-16 units", API, READ, UNSURE), counting.utf16),
            Measure(Limit(4_096, "characters", API, READ, UNSURE), counting.code_points),
        ),
        form=formats.entities,
        address=lambda address: referenced(address, {}, ""),
        find=telegram.find,
        offsets="utf-16",
        caption=(
            Measure(Limit(1_024, "UTF-16 units", API, READ, UNSURE), counting.utf16),
            Measure(Limit(1_024, "characters", API, READ, UNSURE), counting.code_points),
        ),
        media_types=("image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "application/pdf"),
        files=Limit(10, "files", API, READ),
        images=Limit(10, "images", API, READ, "one alone, or 2 to 10 together"),
        image_bytes=Limit(10_000_000, "bytes", API, READ, "20:1 at most"),
        image_edges=Limit(10_000, "pixels of width and height together", API, READ),
        videos=Limit(10, "videos", API, READ, "one alone, or 2 to 10 together"),
        video_bytes=Limit(50_000_000, "bytes", API, READ, "2,000 MB through a server of one's own"),
        documents=Limit(10, "documents", API, READ, "one alone, or 2 to 10 together"),
        document_bytes=Limit(50_000_000, "bytes", API, READ, "2,000 MB through a server of one's own"),
        poll_options=Limit(12, "options", API, READ),
        poll_option=Limit(100, "characters", API, READ),
        poll_question=Limit(300, "characters", API, READ),
        poll_text=Limit(1_024, "characters", API, READ, "the poll's description"),
        poll_longest=Limit(43_800, "minutes", API, READ),
        refers=("reply_to", "quote", "repost"),
        still_gifs=False,  # each is an animation
        exclusions=(
            Exclusion("poll", "media", API, READ),
            Exclusion("gif", "image", API, READ),  # an album holds photos and videos only
            Exclusion("gif", "video", API, READ),
            Exclusion("gif", "gif", API, READ),
            *(Exclusion("document", kind, API, READ) for kind in ("image", "gif", "video", "poll")),
        ),
    ),
    options=(
        Option("chat", "The channel or group: its @name or number.", required=True, example="@cmflow"),
        Option("topic", "The number of a topic in the group, to post there.", example="12"),
        Option("silent", "`yes` sends without a sound.", example="yes"),
        Option("server", "A Bot API server of your own.", example="https://bots.example.org", destination=True),
    ),
    auth=Token(
        page="https://t.me/BotFather",
        steps=(
            "Create a bot with /newbot, and copy its token.",
            "Make the bot an administrator of the channel or group, with permission to post messages.",
            "To read comments, make it an administrator of the channel's discussion group, too; to hide them, with "
            "permission to delete messages; to read what is written to the channel, with that to manage its messages.",
        ),
    ),
    connect=connect,
    publish=publish,
    delete=delete,
    verify=verify,
    account_metrics=account_metrics,
    inbox=inbox,
    reply=reply,
    hide=hide,
    unread_hours=24,
)
