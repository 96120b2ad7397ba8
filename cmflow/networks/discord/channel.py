"""What is done in a channel: sign in, publish, look, delete, and say what we may do there."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cmflow import __version__
from cmflow.model import Receipt, Remote
from cmflow.model.errors import Denied, Unsure
from cmflow.netkit.answers import document, moment, objects, text
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Access, Outgoing, Standing
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.upload import kind
from cmflow.networks.discord import content, rights
from cmflow.networks.discord.call import BOT_ROLE, REFUSED, Discord, checked

if TYPE_CHECKING:
    import httpx

API = "https://discord.com/api/v10"
AGENT = (("User-Agent", f"DiscordBot (cmflow, {__version__})"),)  # Discord insists on it
BOT_TOKEN = re.compile(r"[\w-]{18,}\.[\w-]{5,}\.[\w-]{20,}", re.ASCII)
HOOK = re.compile(r"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/api/(?:v\d+/)?webhooks/(\d+)/([\w-]+)/?", re.ASCII)
PAGE, PAGES = 100, 10  # messages looked through, newest first
MARGIN = timedelta(minutes=10)  # their clock and ours
SETTLE = "Look yourself, then: cmflow settle"


def connect(http: "httpx.Client", access: Access) -> Discord:
    """As a bot where the plan names a `channel`, else through the webhook; both are asked where they write."""
    account = access.account
    channel, thread = access.option("channel"), access.option("thread")
    if not channel:
        return _hook(http, access, thread)
    token = access.secret("token")
    if not BOT_TOKEN.fullmatch(token):
        message = f"The token of {account.name} is not that of a Discord bot, which has three parts with dots between."
        raise Denied(
            message, "Copy it from the developer portal: Bot, Reset Token. For a webhook, leave out `channel`."
        )
    client = ApiClient(http, "Discord", API, token, access.pause, scheme="Bot", headers=AGENT)
    about = checked(client, client.ask("GET", f"/channels/{thread or channel}", REFUSED))
    return Discord(client, text(about, "guild_id"), thread or channel, f"#{text(about, 'name')}", is_bot=True)


def publish(discord: Discord, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    return post(discord, message, content.body(discord, message, thread))


def post(discord: Discord, message: Outgoing, fields: Mapping[str, Any]) -> Remote:
    """Publish these fields with the files of the part."""
    query = discord.query(wait=True)
    with ExitStack() as stack:
        files = {
            f"files[{number}]": (content.name(media.path), stack.enter_context(file.open()), kind(file, media.path))
            for number, (media, file) in enumerate(zip(message.part.media, message.files, strict=True))
        }
        carried = {"data": {"payload_json": json.dumps(fields)}, "files": files} if files else {"json": fields}
        answer = discord.write("POST", discord.messages(), params=query, **carried)
    number = text(answer, "id")
    if not number:
        raise unreadable("Discord", writes=True)
    return _remote(discord, number)


def find(discord: Discord, message: Outgoing) -> Remote | None:
    """Our message with this key; of an older one, that no longer shows its key, with the same content.

    A webhook cannot read. A list without anything is an answer only where we may read the history."""
    if not discord.is_bot:
        raise Unsure("A webhook cannot read its channel.", SETTLE)
    user, is_empty = text(discord.ask("GET", "/users/@me"), "id"), True
    fields = content.text_fields(message)
    for posted in _recent(discord, datetime.fromtimestamp(message.written, UTC) - MARGIN):
        is_empty = False
        author, remote = posted.get("author"), _remote(discord, str(posted.get("id")))
        if not isinstance(author, Mapping) or author.get("id") != user:
            continue
        if posted.get("nonce") == content.nonce(message.key):
            return remote
        is_open = "nonce" not in posted and message.known.isdisjoint((remote.id, remote.url))
        if is_open and _is_alike(posted, fields, [content.name(media.path) for media in message.part.media]):
            return remote
    if is_empty and rights.HISTORY not in rights.of(discord, user):
        raise Unsure(f"The bot may not read the history of {discord.name}.", f"{BOT_ROLE} {SETTLE}")
    return None


def delete(discord: Discord, receipt: Receipt) -> None:
    """Deleting what is not there is fine: it is not there."""
    number = receipt.id or content.referenced(receipt.url, {}, discord.channel)[1]
    discord.ask("DELETE", discord.messages(number), (404,), params=discord.query())


def verify(discord: Discord) -> Standing:
    """The webhook, or the bot with its permissions in the channel; Denied where it could not post."""
    if not discord.is_bot:
        return Standing(f"the webhook {discord.name}", ("send messages",))
    me = discord.ask("GET", "/users/@me")
    held = rights.of(discord, text(me, "id"))
    name = f"{text(me, 'username')} in {discord.name}"
    if not {rights.VIEW, rights.SEND} <= held:
        raise Denied(f"{name} may not send messages there.", BOT_ROLE)
    missing = sorted(right for right in rights.NEEDED if right not in held)
    return Standing(f"{name}, without {', '.join(missing)}" if missing else name, tuple(sorted(held)))


def _hook(http: "httpx.Client", access: Access, thread: str) -> Discord:
    account, address = access.account, access.secret("webhook_url")
    match, username = HOOK.fullmatch(address), access.option("username")
    if not match:
        message = f"The webhook URL of {account.name} is not one of Discord: https://discord.com/api/webhooks/…"
        raise Denied(message, "Copy it from the channel's settings. To publish as a bot, set `channel` in the plan.")
    home = f"{API}/webhooks/{match[1]}/{match[2]}"
    client = ApiClient(http, "Discord", home, match[2], access.pause, scheme="", headers=AGENT)
    about = checked(client, client.ask("GET", "", REFUSED))
    channel = thread or text(about, "channel_id")
    return Discord(client, text(about, "guild_id"), channel, text(about, "name"), False, thread, username)


def _remote(discord: Discord, number: str) -> Remote:
    return Remote(number, f"https://discord.com/channels/{discord.guild}/{discord.channel}/{number}")


def _recent(discord: Discord, since: datetime) -> Iterator[Mapping[str, Any]]:
    """The messages since then, newest first, and the one before; an error where there are too many."""
    query = {"limit": str(PAGE)}
    for _ in range(PAGES):
        page = objects(document(discord.ask("GET", discord.messages(), params=query)))
        if page is None:
            raise unreadable("Discord")
        yield from page
        times = [moment(posted.get("timestamp")) for posted in page]
        if len(page) < PAGE or any(time is None or time < since for time in times):
            return
        query["before"] = str(page[-1].get("id"))
    raise Unsure("The channel holds too many messages to look through.", SETTLE)


def _is_alike(posted: Mapping[str, Any], fields: Mapping[str, Any], names: list[str]) -> bool:
    """The same words, files by name, and poll; Discord takes spaces from both ends."""
    attached = [file.get("filename") for file in objects(posted.get("attachments")) or ()]
    poll, expected = posted.get("poll"), fields.get("poll", {}).get("question")
    question = poll.get("question") if isinstance(poll, Mapping) else None
    same = str(posted.get("content", "")).strip() == str(fields["content"]).strip()
    return same and attached == names and (question or None) == (expected or None)
