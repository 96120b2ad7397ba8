"""What people write to the bot, below the posts of its channel, and in its group.

Telegram keeps what was not read for 24 hours, for one program: what a cursor has passed, it drops. The cursor of a mail
is sent with the next inquiry only, when the mail is kept. It does not tell bots what was deleted, nor what other bots
and the bot itself have written.

A channel has its comments in a group of its own, where each post begins a thread. The people who write there are not
told apart by Telegram: each person's messages below a post are a conversation.
"""

from collections.abc import Mapping
from dataclasses import field
from hashlib import sha256
from typing import Any

from cmflow.model import Author, Contact, Message, Visibility
from cmflow.model.errors import Denied, Rejected
from cmflow.netkit import mail, mailbox
from cmflow.netkit.errors import unreadable
from cmflow.netkit.mailbox import inside
from cmflow.netkit.network import Inquiry, Mail
from cmflow.networks.telegram.call import Bot, Fields
from cmflow.values import dataclass

MOST = 100  # updates of one answer
UPDATES = ("message", "edited_message")
POSTS = 100  # of the channel, whose threads the cursor knows
KINDS = (
    *("photo", "video", "animation", "audio", "voice", "video_note", "document", "sticker", "poll", "location"),
    *("contact", "venue", "story", "dice", "game"),
)
COMMAND = "/start"  # what Telegram writes for a person who opens the bot
UNSEEN = (
    "The bot does not see all that is written in the group of {}: turn its privacy mode off (@BotFather: /setprivacy), "
    "or "
)
ADMIN = "make it an administrator there."


@dataclass(frozen=True, slots=True)
class Reader:
    """`homes` are our chats, `team` the people who run them. `threads` leads from a thread to the channel's post;
    `posts` from the number of a message to the receipt that has it."""

    id: int
    handle: str
    since: float
    homes: frozenset[int]
    team: frozenset[int]
    threads: dict[str, str] = field(default_factory=dict)
    posts: Mapping[str, str] = field(default_factory=dict)


def inbox(bot: Bot, inquiry: Inquiry) -> Mail:
    state, bag = mailbox.position(inquiry.cursor), mailbox.begin("Telegram", inquiry)
    reader = _reader(bot, inquiry, state, bag.gaps)
    start = state.get("offset")
    offset = {"offset": start} if isinstance(start, int) else {}
    updates = bot.ask("getUpdates", {**offset, "limit": MOST, "timeout": 0, "allowed_updates": list(UPDATES)})
    if not isinstance(updates, list):
        raise unreadable("Telegram")
    for update in updates:
        for name in UPDATES:
            bag.add(filter(None, [inside(update, name)]), lambda entry: _message(reader, entry))
    numbers = [number for update in updates if isinstance(number := inside(update, "update_id"), int)]
    following = {"offset": max(numbers) + 1} if numbers else offset
    threads = dict([*reader.threads.items()][-POSTS:])
    cursor = mailbox.cursor(**following, threads=threads)
    result = bag.mail()
    return Mail(result.messages, cursor, gaps=result.gaps, more=len(updates) >= MOST and following != offset)


def _reader(bot: Bot, inquiry: Inquiry, state: Mapping[str, Any], gaps: list[str]) -> Reader:
    me, chat = bot.ask("getMe", {}), bot.ask("getChat", {"chat_id": bot.chat})
    groups = [inside(chat, "linked_chat_id")] if inside(chat, "type") == "channel" else [inside(chat, "id")]
    team, title = set[int](), str(inside(chat, "title") or bot.chat)
    for group in filter(None, groups):
        people = _team(bot, group)
        team |= people
        if not people:
            gaps.append(f"The bot cannot read the comments of {title}: add it to the group where they are, and {ADMIN}")
        elif inside(me, "can_read_all_group_messages") is False and inside(me, "id") not in people:
            gaps.append(UNSEEN.format(title) + ADMIN)
    posts = {number: receipt.id for receipt in inquiry.posts for number in receipt.id.split(",")}
    threads = state.get("threads")
    return Reader(
        id=int(me["id"]) if isinstance(inside(me, "id"), int) else 0,
        handle=f"@{inside(me, 'username')}".casefold(),
        since=0.0 if inquiry.cursor else inquiry.since.timestamp(),
        homes=frozenset(number for number in (inside(chat, "id"), *groups) if isinstance(number, int)),
        team=frozenset(team),
        threads={str(name): str(post) for name, post in threads.items()} if isinstance(threads, dict) else {},
        posts=posts,
    )


def _team(bot: Bot, group: int) -> set[int]:
    """The people who run a group; none where the bot is not in it."""
    try:
        members = bot.ask("getChatAdministrators", {"chat_id": group})
    except (Denied, Rejected):
        return set()
    people = [inside(member, "user", "id") for member in mailbox.entries(members)]
    return {number for number in people if isinstance(number, int)}


# ── messages ────────────────────────────────────────────────────────────────────────────────────────────────


def _message(reader: Reader, entry: Any) -> Message | None:
    """None for what is not written to us, such as the words of two others, or what says that a person has joined."""
    chat = entry["chat"]
    text, kind = _text(entry)
    if entry.get("is_automatic_forward"):
        _remember(reader, entry)
        return None
    if not (text or kind) or text == COMMAND or mailbox.unix(entry["date"]).timestamp() < reader.since:
        return None
    if chat["type"] == "private":
        return _build(reader, entry, str(chat["id"]), Contact.DIRECT)
    if chat.get("is_direct_messages"):
        contact = Contact.SUGGESTION if entry.get("suggested_post_info") else Contact.DIRECT
        return _build(reader, entry, f"{chat['id']}:{int(entry['direct_messages_topic']['topic_id'])}", contact)
    return _in_group(reader, entry, text) if chat["id"] in reader.homes and chat["type"] != "channel" else None


def _in_group(reader: Reader, entry: Any, text: str) -> Message | None:
    """A comment below a post, an answer to one of us, words that name the bot, or what one of us answers."""
    above = entry.get("reply_to_message")
    if inside(above, "is_automatic_forward"):
        _remember(reader, above)
    thread = entry.get("message_thread_id") or inside(above, "message_id") or entry["message_id"]
    post = reader.threads.get(str(thread), "")
    is_ours, names_us = _is_ours(reader, entry), _names_us(reader, entry, text)
    answers_us = above is not None and _is_ours(reader, above)
    if not (post or answers_us or names_us or (is_ours and above)):
        return None
    person = entry if above is None or answers_us else above
    is_shared = bool(post or entry.get("is_topic_message"))
    name = f"{entry['chat']['id']}:{int(thread)}" + (f":{_hash(_author(reader, person).id)}" if is_shared else "")
    return _build(reader, entry, name, Contact.COMMENT if post or answers_us or is_ours else Contact.MENTION, post)


def _names_us(reader: Reader, entry: Any, text: str) -> bool:
    """By the bot's handle, or by its name as a link to it."""
    marks = mailbox.entries(entry.get("entities")) + mailbox.entries(entry.get("caption_entities"))
    return reader.handle in text.casefold() or any(inside(mark, "user", "id") == reader.id for mark in marks)


def _remember(reader: Reader, forward: Any) -> None:
    """Which thread belongs to which post of the channel."""
    number = str(int(forward["forward_origin"]["message_id"]))
    reader.threads.pop(str(forward["message_id"]), None)
    reader.threads[str(int(forward["message_id"]))] = reader.posts.get(number, number)


def _build(reader: Reader, entry: Any, conversation: str, contact: Contact, post: str = "") -> Message:
    chat, above, (text, kind) = entry["chat"], entry.get("reply_to_message"), _text(entry)
    is_private = contact in (Contact.DIRECT, Contact.SUGGESTION)
    is_below = above is not None and not above.get("is_automatic_forward")
    return Message(
        id=f"{chat['id']}:{int(entry['message_id'])}",
        conversation=conversation,
        contact=contact,
        time=mailbox.unix(entry["date"]),
        author=_author(reader, entry),
        text=text or f"[{kind}]",
        url="" if is_private else _url(chat, int(entry["message_id"])),
        above=f"{chat['id']}:{int(above['message_id'])}" if is_below else "",
        post=post,
        visibility=Visibility.PRIVATE if is_private else Visibility.PUBLIC,
        edited=mailbox.unix(entry["edit_date"]) if entry.get("edit_date") else None,
    )


def _text(entry: Any) -> tuple[str, str]:
    """The words, and which kind of file it is. The address of a file holds the bot's token: it is not told."""
    text = mail.words(entry.get("text") or entry.get("caption")).strip()
    return text, next((kind.replace("_", " ") for kind in KINDS if kind in entry), "")


def _author(reader: Reader, entry: Any) -> Author:
    """A person, or the chat in whose name one writes."""
    chat, person = entry.get("sender_chat"), entry.get("from")
    if chat:
        name, handle = mail.name(chat.get("title")), mail.name(chat.get("username"))
        return _named(str(int(chat["id"])), name, handle, _is_ours(reader, entry))
    name = " ".join(filter(None, (mail.name(person.get(part)) for part in ("first_name", "last_name"))))
    return _named(str(int(person["id"])), name, mail.name(person.get("username")), _is_ours(reader, entry))


def _named(number: str, name: str, handle: str, ours: bool) -> Author:
    return Author(number, name, f"@{handle}" if handle else "", f"https://t.me/{handle}" if handle else "", ours)


def _is_ours(reader: Reader, entry: Any) -> bool:
    """Written by the bot, in the name of one of our chats, or by a person who runs them."""
    chat, person = inside(entry, "sender_chat", "id"), inside(entry, "from", "id")
    return chat in reader.homes if chat else person == reader.id or person in reader.team


def _url(chat: Fields, number: int) -> str:
    name, id = mail.name(chat.get("username")), str(chat["id"])
    home = name or (f"c/{id[4:]}" if id.startswith("-100") else "")
    return f"https://t.me/{home}/{number}" if home else ""


def _hash(person: str) -> str:
    return sha256(person.encode()).hexdigest()[:12]
