"""What the bot does: sign in, publish, delete, and say who it is."""

import re
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from cmflow.model import Account, Receipt, Remote
from cmflow.model.errors import Denied
from cmflow.netkit.addresses import clean
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.upload import kind
from cmflow.networks.telegram import content
from cmflow.networks.telegram.call import INVITE, Bot, Fields, message_of

if TYPE_CHECKING:
    import httpx

SERVER = "https://api.telegram.org"
TOKEN = re.compile(r"\d+:[\w-]{30,}", re.ASCII)
CHAT = re.compile(r"@[A-Za-z]\w{3,31}|-?\d{4,20}", re.ASCII)
METHODS = {"photo": "sendPhoto", "video": "sendVideo", "animation": "sendAnimation", "document": "sendDocument"}


def connect(http: "httpx.Client", access: Access) -> Bot:
    """The bot, without a request: the first message shows whether Telegram knows it."""
    token, account = access.token, access.account
    if not TOKEN.fullmatch(token):
        message = f"The token of {account.name} is not that of a Telegram bot, such as 123456789:AAH…"
        raise Denied(message, "Copy it from @BotFather: /mybots, API Token.")
    server = clean(account.option("server", SERVER).strip())
    if not server:
        message = f"The server of {account.name} is not an address that begins with https://"
        raise Denied(message, "Write it in the plan as options: {server: https://…}, or leave it out.")
    chat = account.option("chat").strip()
    if not CHAT.fullmatch(chat):
        message = f"The chat of {account.name}, “{chat}”, is neither an @name nor a number."
        raise Denied(message, "Write it in the plan as options: {chat: '@name'}, or {chat: '-100…'} for a private one.")
    client = ApiClient(http, "Telegram", server, token, access.pause, scheme="", message=message_of)
    return Bot(client, chat, _common(account))


def publish(bot: Bot, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    variant = message.variant
    fields = {**bot.common, "chat_id": bot.chat}
    if variant.repost:
        chat, number = content.referenced(variant.repost, dict(message.ids), bot.chat)
        return remote(bot.send("forwardMessage", {**fields, "from_chat_id": chat, "message_id": number}))
    fields |= content.reply(message, thread[-1].id if thread else "", bot.chat)
    if variant.poll and not message.index:
        return remote(bot.send("sendPoll", fields | content.poll(message)))
    if message.part.media:
        return remote(files(bot, message, fields))
    return remote(bot.send("sendMessage", fields | content.text_fields(message.part.form) | content.preview(message)))


def delete(bot: Bot, receipt: Receipt) -> None:
    """All messages of an album; those that are not there are skipped."""
    chat, number = content.referenced(receipt.url, {}, bot.chat) if receipt.url else (bot.chat, 0)
    numbers = [int(number) for number in receipt.id.split(",")] if receipt.id else [number]
    bot.ask("deleteMessages", {"chat_id": chat, "message_ids": numbers})


def verify(bot: Bot) -> Standing:
    """The bot, the chat, and its rights there; Denied where it could not post."""
    me, chat = bot.ask("getMe", {}), bot.ask("getChat", {"chat_id": bot.chat})
    try:
        member = bot.ask("getChatMember", {"chat_id": bot.chat, "user_id": me["id"]})
        name, title, status = f"@{me['username']}", str(chat.get("title") or bot.chat), str(member["status"])
        posts = member.get("can_post_messages") if chat["type"] == "channel" else member.get("can_send_messages", True)
        rights = sorted(
            right.removeprefix("can_") for right, value in member.items() if value is True and "can_" in right
        )
    except (AttributeError, KeyError, TypeError):
        raise unreadable("Telegram") from None
    if status in ("left", "kicked") or (status != "creator" and not posts):
        raise Denied(f"{name} ({status}) may not post in {title}.", INVITE)
    return Standing(f"{name} in {title}", (status, *rights))


def _common(account: Account) -> Fields:
    topic, silent = account.option("topic").strip(), account.option("silent").strip()
    if topic and not topic.isdecimal():
        message = f"The topic of {account.name} is not a number."
        raise Denied(message, "Write the number from the topic's link: https://t.me/c/…/12")
    if silent not in ("", "yes", "no"):
        raise Denied(f"`silent` of {account.name} is neither yes nor no.", "Correct it in the plan.")
    sound = {"disable_notification": True} if silent == "yes" else {}
    return ({"message_thread_id": int(topic)} if topic else {}) | sound


def files(bot: Bot, message: Outgoing, fields: dict[str, Any]) -> Any:
    kinds = content.kinds(message)
    caption = content.text_fields(message.part.form, "caption", "caption_entities")
    with ExitStack() as stack:
        files = [
            (PurePosixPath(item.path).name, stack.enter_context(file.open()), kind(file, item.path))
            for item, file in zip(message.part.media, message.files, strict=True)
        ]
        if len(files) == 1:
            return bot.send(METHODS[kinds[0]], fields | caption, {kinds[0]: files[0]})
        album: list[dict[str, Any]] = [
            {"type": kind, "media": f"attach://file{number}"} for number, kind in enumerate(kinds)
        ]
        album[0] |= caption
        attachments = {f"file{number}": file for number, file in enumerate(files)}
        return bot.send("sendMediaGroup", fields | {"media": album}, attachments)


def remote(result: Any) -> Remote:
    """One message, or all of an album."""
    messages = result if isinstance(result, list) else [result]
    try:
        chat: Mapping[str, Any] = messages[0]["chat"]
        numbers, name, number = (
            [str(int(sent["message_id"])) for sent in messages],
            chat.get("username"),
            str(chat["id"]),
        )
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise unreadable("Telegram", writes=True) from None
    home = name or (f"c/{number[4:]}" if number.startswith("-100") else "")
    return Remote(",".join(numbers), f"https://t.me/{home}/{numbers[0]}" if home else "")
