"""What people write to the bot in its channel and in the threads there: answers to what is ours, and mentions.

Discord does not tell which answers belong together: a person's messages to the bot in one channel or thread are a
conversation. A webhook cannot read.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from hashlib import sha256
from typing import Any

from cmflow.model import Author, Contact, Message, Remote
from cmflow.model.errors import Denied, Rejected
from cmflow.netkit import mail, mailbox
from cmflow.netkit.answers import date, document, moment, text
from cmflow.netkit.errors import unreadable
from cmflow.netkit.mailbox import Bag, inside
from cmflow.netkit.network import Inquiry, Mail, Outgoing, Question
from cmflow.networks.discord import channel as channels
from cmflow.networks.discord import content, rights
from cmflow.networks.discord.call import Discord
from cmflow.values import dataclass

PAGE, PAGES = 100, 5  # messages of one answer, and answers per channel
THREADS = 50  # of the channel, the latest ones
TYPES = (0, 19, 20, 23)  # types of messages that people write; the others are Discord's own
HOOK = "A webhook on Discord cannot read what people write: publish as a bot, with `channel` in the plan."
INTENT = (
    "Discord does not show the bot {} what people write: turn on “Message Content Intent” in the developer portal, "
    "under “Bot”."
)
TARGET = re.compile(r"(\d+):(\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reader:
    """`id` is the bot's. `posts` are the ids of ours that have a receipt, `watched` are ids by channel."""

    discord: Discord
    bag: Bag
    id: str
    posts: frozenset[str]
    watched: Mapping[str, frozenset[str]] = field(default_factory=dict)


def inbox(discord: Discord, inquiry: Inquiry) -> Mail:
    """What is new in the channel and its threads. What one answer does not hold is asked for with the next inquiry."""
    bag = mailbox.begin("Discord", inquiry)
    if not discord.is_bot:
        return Mail((), inquiry.cursor, gaps=(HOOK,))
    me = discord.ask("GET", "/users/@me")
    bag.now = date(me)
    if not (text(me, "id") and discord.guild.isdecimal()):
        raise unreadable("Discord")
    reader = Reader(
        discord, bag, text(me, "id"), frozenset(receipt.id for receipt in inquiry.posts), _by_channel(inquiry)
    )
    backlog = {str(name): str(before) for name, before in bag.backlog.items()} if isinstance(bag.backlog, dict) else {}
    targets = backlog or dict.fromkeys((discord.channel, *_threads(reader)), "")
    following = {name: _read(reader, name, before) for name, before in targets.items()}
    return bag.mail({name: before for name, before in following.items() if before})


def _by_channel(inquiry: Inquiry) -> dict[str, frozenset[str]]:
    """Ids that are looked at again, by their channel."""
    result: dict[str, set[str]] = {}
    for trace in inquiry.watched:
        match = TARGET.fullmatch(trace.id)
        if match:
            result.setdefault(match[1], set()).add(match[2])
    return {name: frozenset(ids) for name, ids in result.items()}


def _threads(reader: Reader) -> list[str]:
    """The threads of the channel that are open, and those with watched messages."""
    answer = reader.discord.ask("GET", f"/guilds/{reader.discord.guild}/threads/active", (403,))
    threads = mailbox.entries(inside(document(answer), "threads"))
    own = [inside(thread, "id") for thread in threads if inside(thread, "parent_id") == reader.discord.channel]
    names = {name for name in own if isinstance(name, str) and name.isdecimal()} | {*reader.watched}
    return sorted(names - {reader.discord.channel}, key=int)[-THREADS:]


def _read(reader: Reader, channel: str, before: str) -> str:
    """Add what is new in a channel; return the message before which the next inquiry goes on, "" at the end."""
    watched = frozenset() if before else reader.watched.get(channel, frozenset[str]())
    oldest = min(map(int, watched), default=None)
    entries: list[Any] = []
    page: Any = []
    for _ in range(PAGES):
        query = {"limit": str(PAGE)} | ({"before": before} if before else {})
        answer = reader.discord.ask("GET", f"/channels/{channel}/messages", (403, 404), params=query)
        page = document(answer)
        if not answer.is_success or not isinstance(page, list):
            return _unread(reader, channel, answer.is_success)
        entries += page
        before = str(inside(page[-1], "id")) if len(page) >= PAGE else ""
        is_over = not before.isdecimal() or reader.bag.is_older(moment(inside(page[-1], "timestamp")))
        if is_over and (oldest is None or not before.isdecimal() or int(before) < oldest):
            before = ""
            break
    numbers = [int(id) for entry in entries if (id := str(inside(entry, "id"))).isdecimal()]
    floor = min(numbers, default=0) if len(page) >= PAGE else 0
    _add(reader, channel, entries, frozenset(id for id in watched if int(id) >= floor))
    if not entries and channel == reader.discord.channel and rights.HISTORY not in rights.of(reader.discord, reader.id):
        return _unread(reader, channel, is_answer=False)
    is_new = not reader.bag.is_older(moment(inside(entries[-1], "timestamp"))) if entries else False
    return before if is_new else ""


def _unread(reader: Reader, channel: str, is_answer: bool) -> str:
    """What an answer without messages means: a thread may have been deleted, our own channel must be there."""
    if is_answer:
        raise unreadable("Discord")
    if channel == reader.discord.channel:
        hint = "give its role View Channel and Read Message History."
        reader.bag.gaps.append(f"The bot may not read {reader.discord.name}: {hint}")
    return ""


def _add(reader: Reader, channel: str, entries: Iterable[Any], watched: frozenset[str]) -> None:
    everything = list(entries)
    read_ids = {str(inside(entry, "id")) for entry in everything}
    reader.bag.deleted += sorted(f"{channel}:{id}" for id in watched - read_ids)
    reader.bag.add(everything, lambda entry: _message(reader, channel, entry))
    if any(_is_blank(reader, entry) for entry in everything):
        reader.bag.gaps.append(INTENT.format(f"in {reader.discord.name}"))


def _is_blank(reader: Reader, entry: Any) -> bool:
    """Words of a person that Discord keeps from the bot."""
    is_words = inside(entry, "type") in TYPES and inside(entry, "author", "id") != reader.id
    shown = ("content", "attachments", "embeds", "poll", "sticker_items", "components", "message_snapshots")
    return is_words and not any(inside(entry, name) for name in shown)


# ── messages ────────────────────────────────────────────────────────────────────────────────────────────────


def _message(reader: Reader, channel: str, entry: Any) -> Message | None:
    number, time, author = (
        mail.identity(entry["id"]),
        mailbox.time(entry["timestamp"]),
        _author(reader, entry["author"]),
    )
    edited, above = moment(entry.get("edited_timestamp")), entry.get("referenced_message")
    if entry["type"] not in TYPES or (entry["author"].get("bot") and not author.ours):
        return None
    contact = _contact(reader, channel, entry)
    if contact is None:
        return None
    reference = inside(entry, "message_reference", "message_id")
    others = inside(above, "author", "id")
    person = others if others and others != reader.id else author.id
    first = inside(above, "message_reference", "message_id")
    post = next((id for id in (reference, first, channel) if id in reader.posts), "")
    return Message(
        id=f"{channel}:{number}",
        conversation=f"{channel}:{_hash(str(person))}",
        contact=contact,
        time=time,
        author=author,
        text=_readable(entry),
        url=f"https://discord.com/channels/{reader.discord.guild}/{channel}/{number}",
        above=f"{channel}:{mail.identity(reference)}" if reference and reference not in reader.posts else "",
        post=str(post),
        files=tuple(
            filter(None, (mail.address(file.get("url")) for file in mailbox.entries(entry.get("attachments"))))
        ),
        edited=edited,
    )


def _contact(reader: Reader, channel: str, entry: Any) -> Contact | None:
    """How it reaches us: in a thread of a post of ours, as an answer to us, by our name; None for what does not."""
    above = entry.get("referenced_message")
    is_answer = inside(above, "author", "id") == reader.id
    is_below = inside(above, "message_reference", "message_id") in reader.posts
    is_below |= str(inside(above, "id")) in reader.watched.get(channel, ())
    if entry["author"]["id"] == reader.id:
        return Contact.COMMENT if above and not is_answer else None
    if channel in reader.posts or is_answer or is_below:
        return Contact.COMMENT
    named = [inside(person, "id") for person in mailbox.entries(entry.get("mentions"))]
    return Contact.MENTION if reader.id in named else None


def _author(reader: Reader, author: Any) -> Author:
    number, handle = mail.identity(author["id"]), mail.name(author.get("username"))
    url = f"https://discord.com/users/{number}"
    return Author(number, mail.name(author.get("global_name")) or handle, f"@{handle}", url, number == reader.id)


def _readable(entry: Any) -> str:
    """The text, with the names of people where Discord has numbers."""
    text = mail.words(entry.get("content"))
    for person in mailbox.entries(entry.get("mentions")):
        for mark in (f"<@{inside(person, 'id')}>", f"<@!{inside(person, 'id')}>"):
            text = text.replace(mark, f"@{inside(person, 'username')}")
    return text


def _hash(person: str) -> str:
    return sha256(person.encode()).hexdigest()[:12]


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────


def reply(discord: Discord, message: Outgoing, question: Question) -> Remote:
    """In the channel or thread of the question, as an answer to it."""
    place, number = _target(discord, question)
    fields = content.body(place, message, ()) | {"message_reference": {"message_id": number}}
    return _in(place, channels.post(place, message, fields))


def find_reply(discord: Discord, message: Outgoing, question: Question) -> Remote | None:
    place, _ = _target(discord, question)
    remote = channels.find(place, message)
    return _in(place, remote) if remote else None


def hide(discord: Discord, question: Question) -> None:
    """Delete it, where the bot may manage messages. What is not there any more is hidden."""
    place, number = _target(discord, question)
    place.ask("DELETE", place.messages(number), (404,))


def _target(discord: Discord, question: Question) -> tuple[Discord, str]:
    """Where the question is, and its number there."""
    if not discord.is_bot:
        raise Denied("A webhook on Discord cannot answer people.", "Set `channel` in the plan, to publish as a bot.")
    match = TARGET.fullmatch(question.trace.id)
    if not match:
        raise Rejected("The message is not one of Discord's.", "Answer it by hand.")
    return replace(discord, channel=match[1]), match[2]


def _in(place: Discord, remote: Remote) -> Remote:
    return Remote(f"{place.channel}:{remote.id}", remote.url)
