"""What a message holds: words, whom it may notify, files, a poll, and the message it answers."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from cmflow.model import Receipt
from cmflow.model.errors import Rejected
from cmflow.netkit.files import pairs
from cmflow.netkit.network import Outgoing
from cmflow.networks.discord.call import Discord
from cmflow.render import formats, question

MENTION = re.compile(r"<@([!&]?)(\d+)>")
ADDRESS = re.compile(r"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/channels/(?:@me|\d+)/(\d+)/(\d+)/?", re.ASCII)
Fields = dict[str, Any]


def body(discord: Discord, message: Outgoing, thread: tuple[Receipt, ...]) -> Fields:
    """The message without its files' bytes; Rejected for what could not be published."""
    fields = text_fields(message) | {"attachments": attachments(message)}
    fields |= reference(discord, message, thread)
    if discord.is_bot:
        fields |= {"nonce": nonce(message.key), "enforce_nonce": True}
    elif discord.username:
        fields["username"] = discord.username
    return {name: value for name, value in fields.items() if value or name == "allowed_mentions"}


def text_fields(message: Outgoing) -> Fields:
    """The text and the poll. Only who is named by an id is notified: never everybody by accident."""
    poll, text = message.variant.poll, message.part.form.body
    fields: Fields = {}
    if poll and not message.index:
        poll_question, remainder = question.divided(message.part.text)
        text = formats.discord(remainder).body
        fields["poll"] = {
            "question": {"text": poll_question},
            "answers": [{"poll_media": {"text": option}} for option in poll.options],
            "duration": -int(-poll.duration.total_seconds() // 3600),  # whole hours, rounded up
            "allow_multiselect": poll.multiple,
        }
    named = MENTION.findall(text)
    users = list(dict.fromkeys(number for kind, number in named if kind != "&"))
    roles = list(dict.fromkeys(number for kind, number in named if kind == "&"))
    return fields | {"content": text, "allowed_mentions": {"parse": [], "users": users, "roles": roles}}


def attachments(message: Outgoing) -> list[Fields]:
    """The files by number, with their alt texts."""
    return [
        {"id": str(number), "filename": name(media.path)} | ({"description": media.alt} if media.alt else {})
        for number, (media, _) in enumerate(pairs(message, "discord"))
    ]


def name(path: str) -> str:
    return path.rpartition("/")[2]


def reference(discord: Discord, message: Outgoing, thread: tuple[Receipt, ...]) -> Fields:
    """The message it answers. A webhook answers none: its parts follow each other."""
    variant = message.variant
    if variant.quote or variant.repost:
        reason = "Discord has no quotes and no reposts for bots."
        raise Rejected(reason, "Link to the message in the text, or leave this account out.")
    if not discord.is_bot and variant.reply_to:
        hint = "Publish there as a bot: set `channel` in the plan. Or leave this account out."
        raise Rejected("A webhook cannot answer messages on Discord.", hint)
    if thread and discord.is_bot:
        return {"message_reference": {"message_id": thread[-1].id, "fail_if_not_exists": False}}
    if message.index or not variant.reply_to:
        return {}
    channel, number = referenced(variant.reply_to, dict(message.ids), discord.channel)
    if channel != discord.channel:
        raise Rejected(f"{variant.reply_to} is in another channel.", "Answer it there, or leave this account out.")
    return {"message_reference": {"message_id": number}}


def referenced(address: str, ids: Mapping[str, str], channel: str) -> tuple[str, str]:
    """The channel and the id of a message that is named by its address."""
    if address in ids:
        return channel, ids[address]
    match = ADDRESS.fullmatch(address)
    if not match:
        raise Rejected(
            f"“{address}” is not the address of a Discord message.", "Copy its link: https://discord.com/channels/…"
        )
    return match[1], match[2]


def nonce(key: str) -> str:
    """The key in the 25 characters that Discord takes: enforced for some minutes only, shown for longer."""
    return hashlib.sha256(key.encode()).hexdigest()[:25]
