"""What people write to the bot in its channel: answers in the threads of our messages, and mentions.

A thread is a conversation; below a message of ours, what a person writes there and our answer go on from one another.
Slack lists what is in the channel and says of each message when its thread was answered last: threads with something
new are read, and those of watched messages. A webhook cannot read.
"""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from cmflow.model import Author, Contact, Message, Receipt, Remote
from cmflow.model.errors import Denied, Rejected
from cmflow.netkit import mail, mailbox
from cmflow.netkit.answers import date
from cmflow.netkit.errors import unreadable
from cmflow.netkit.mailbox import Bag, inside
from cmflow.netkit.network import Inquiry, Mail, Outgoing, Question
from cmflow.networks.slack import channel, history
from cmflow.networks.slack.call import Slack, result
from cmflow.values import dataclass

PAGE, PAGES = 200, 5  # messages of one answer, and answers
THREADS = 40  # read with one inquiry: Slack allows some fifty requests a minute
HOOK = "A webhook on Slack cannot read what people write: publish as a bot, with `channel` in the plan."
KINDS = ("", "bot_message", "thread_broadcast", "file_share", "me_message")  # subtypes of what people and bots write
TOMBSTONE = "tombstone"  # the subtype of what was deleted, and has answers
LINK = re.compile(r"<(?P<url>https?://[^|>\s]+)(?:\|(?P<label>[^>]*))?>")
NUMBER = re.compile(r"\d{9,11}\.\d{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reader:
    """`posts` are the numbers of our messages that have a receipt; `watched` are those that are looked at again, each
    with the first message of its thread."""

    slack: Slack
    bag: Bag
    posts: frozenset[str]
    watched: Mapping[str, str]


def inbox(slack: Slack, inquiry: Inquiry) -> Mail:
    """What is new. Where there are too many threads for one inquiry, the next one reads the others."""
    if not slack.is_bot:
        return Mail((), inquiry.cursor, gaps=(HOOK,))
    bag, posts = mailbox.begin("Slack", inquiry), frozenset(receipt.id for receipt in inquiry.posts)
    watched = {trace.id: trace.post or trace.above or trace.id for trace in inquiry.watched}
    reader = Reader(slack, bag, posts, {id: root for id, root in watched.items() if NUMBER.fullmatch(id)})
    earlier = [str(root) for root in mailbox.entries(bag.backlog)]
    roots = earlier or _active(reader, _channel(reader))
    quiet = [root for id, root in reader.watched.items() if id != root and root not in roots]
    for root in filter(NUMBER.fullmatch, dict.fromkeys([*roots, *quiet][:THREADS])):
        _thread(reader, root)
    return bag.mail(roots[THREADS:])


# ── the channel ─────────────────────────────────────────────────────────────────────────────────────────────


def _channel(reader: Reader) -> list[Any]:
    """What is in the channel since then, and since the oldest message that is of interest."""
    numbers = map(float, filter(NUMBER.fullmatch, (*reader.posts, *reader.watched.values())))
    oldest = min([reader.bag.since.timestamp(), *numbers])
    fields = {"channel": reader.slack.channel, "oldest": f"{oldest:.6f}", "inclusive": "true"}
    entries, is_whole = _listed(reader, "conversations.history", fields)
    first = min((float(number) for number in map(_number, entries) if number), default=oldest)
    if not is_whole and first > reader.bag.since.timestamp():
        reader.bag.gaps.append(f"The channel has over {PAGE * PAGES:,} new messages: older ones were not read.")
    roots = {id for id, root in reader.watched.items() if id == root and (is_whole or float(id) > first)}
    reader.bag.deleted += sorted(roots - _present(entries)) if entries or is_whole else []
    reader.bag.add(entries, lambda entry: _message(reader, entry))
    return entries


def _listed(reader: Reader, method: str, fields: Mapping[str, str]) -> tuple[list[Any], bool]:
    """The messages of a list, and whether that is all; nothing where the bot may not read."""
    entries, cursor = list[Any](), ""
    for _ in range(PAGES):
        data = {**fields, "limit": str(PAGE), "include_all_metadata": "true", **({"cursor": cursor} if cursor else {})}
        answer = reader.slack.client.ask("POST", f"/{method}", data=data)
        body = result(reader.slack.client, answer, False, (*history.BLIND, history.NO_THREAD))
        reader.bag.now = reader.bag.now or date(answer)
        if body.get("ok") is not True:
            return [], _is_gone(reader, str(body.get("error")))
        if not isinstance(body.get("messages"), list):
            raise unreadable("Slack")
        entries += body["messages"]
        cursor = str(inside(body, "response_metadata", "next_cursor") or "")
        if not cursor:
            return entries, True
    return entries, False


def _is_gone(reader: Reader, code: str) -> bool:
    """Whether a thread was deleted; where the bot may not read instead, that is said."""
    if code != history.NO_THREAD:
        hint = f"give the app the scope {history.SCOPE} (groups:history for a private channel), and invite the bot."
        reader.bag.gaps.append(f"{reader.slack.name} may not read the channel ({code}): {hint}")
    return code == history.NO_THREAD


def _active(reader: Reader, entries: Iterable[Any]) -> list[str]:
    """The threads that were answered since then, and those of which that is not said, the latest first."""
    since, latest = reader.bag.since.timestamp(), list[tuple[float, str]]()
    for entry in entries:
        number, answered = _number(entry), str(inside(entry, "latest_reply"))
        if number and NUMBER.fullmatch(answered) and float(answered) >= since:
            latest.append((float(answered), number))
        elif number and inside(entry, "reply_count") and not NUMBER.fullmatch(answered):
            latest.append((float(number), number))
    return [number for _, number in sorted(latest, reverse=True)]


def _number(entry: Any) -> str:
    number = str(inside(entry, "ts"))
    return number if NUMBER.fullmatch(number) else ""


def _present(entries: Iterable[Any]) -> set[str]:
    return {_number(entry) for entry in entries if inside(entry, "subtype") != TOMBSTONE}


# ── threads ─────────────────────────────────────────────────────────────────────────────────────────────────


def _thread(reader: Reader, root: str) -> None:
    """Add what is new in a thread; what is watched and not there any more was deleted."""
    entries, is_whole = _listed(reader, "conversations.replies", {"channel": reader.slack.channel, "ts": root})
    first: Any = next((entry for entry in entries if _number(entry) == root), {})
    is_ours = root in reader.posts or _is_ours(reader, first) or _names_us(reader, first)
    above = _answered(reader, entries, root)
    reader.bag.add(entries, lambda entry: _message(reader, entry, is_ours, above.get(_number(entry), "")))
    if is_whole:
        watched = {id for id, thread in reader.watched.items() if thread == root}
        reader.bag.deleted += sorted(watched - _present(entries))


def _answered(reader: Reader, entries: Iterable[Any], root: str) -> dict[str, str]:
    """What each message of a thread goes on from, which Slack does not tell: a person from their own last message, we
    from the one that we noted beside our answer, or the last of a person."""
    latest, previous, above = "", dict[str, str](), dict[str, str]()
    for entry in sorted(filter(_number, entries), key=lambda entry: float(_number(entry))):
        number, author = _number(entry), str(inside(entry, "user"))
        if number == root:
            continue
        noted = str(inside(entry, "metadata", "event_payload", "above") or latest)
        above[number] = noted if _is_ours(reader, entry) else previous.get(author, "")
        if not _is_ours(reader, entry):
            latest = previous[author] = number
    return above


def _message(reader: Reader, entry: Any, is_ours: bool = False, above: str = "") -> Message | None:
    """None for what is not written to us: the words of others who do not name the bot, in threads of theirs."""
    number, root = mail.identity(entry["ts"]), mail.identity(entry.get("thread_ts") or entry["ts"])
    time, edit = mailbox.unix(float(number)), inside(entry, "edited", "ts")
    edited, by_us = mailbox.unix(float(edit)) if edit else None, _is_ours(reader, entry)
    if (entry.get("subtype") or KINDS[0]) not in KINDS or (entry.get("bot_id") and not by_us):
        return None
    if (number == root and by_us) or not (is_ours or by_us or _names_us(reader, entry)):
        return None
    post = root if root in reader.posts else ""
    return Message(
        id=number,
        conversation=root,
        contact=Contact.COMMENT if is_ours and number != root else Contact.MENTION,
        time=time,
        author=_author(reader, entry),
        text=_readable(entry),
        url=channel.remote(reader.slack, number, root).url,
        above=above if post else "" if number == root else root,
        post=post,
        files=tuple(filter(None, (mail.address(inside(f, "permalink")) for f in mailbox.entries(entry.get("files"))))),
        edited=edited,
    )


def _is_ours(reader: Reader, entry: Any) -> bool:
    return bool(inside(entry, "user") == reader.slack.user)


def _names_us(reader: Reader, entry: Any) -> bool:
    return f"<@{reader.slack.user}>" in str(inside(entry, "text"))


def _author(reader: Reader, entry: Any) -> Author:
    """Slack tells the number of a person; its name only at times."""
    number, profile = mail.identity(entry["user"]), entry.get("user_profile")
    name = mail.name(inside(profile, "real_name") or inside(profile, "display_name"))
    url = mail.address(f"{reader.slack.home.rstrip('/')}/team/{number}")
    return Author(number, name, f"<@{number}>", url, _is_ours(reader, entry))


def _readable(entry: Any) -> str:
    """The text as people read it, with addresses in brackets."""
    text = mail.words(entry.get("text"))
    return unescape(LINK.sub(lambda link: f"{link['label']} ({link['url']})" if link["label"] else link["url"], text))


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────


def reply(slack: Slack, message: Outgoing, question: Question) -> Remote:
    """In the thread of the question, or one that begins with it."""
    if not slack.is_bot:
        raise Denied("A webhook on Slack cannot answer people.", channel.WRITTEN)
    if not _is_there(slack, question):
        raise Rejected("The message was deleted on Slack.", "Close its ticket: nothing is left to answer.")
    root = Receipt(0, question.conversation, "", question.trace.time)
    return channel.publish(slack, message, (root,), question.trace.id)


def _is_there(slack: Slack, question: Question) -> bool:
    """Whether the message is: Slack takes an answer in the thread of one that was deleted."""
    number = question.trace.id
    fields = {"channel": slack.channel, "ts": question.conversation, "oldest": number, "latest": number}
    body = slack.ask("conversations.replies", {**fields, "inclusive": True, "limit": 10}, (history.NO_THREAD,))
    return number in _present(mailbox.entries(body.get("messages")))


def find_reply(slack: Slack, message: Outgoing, question: Question) -> Remote | None:
    """By the key, as any message of ours."""
    if not slack.is_bot:
        raise Denied("A webhook on Slack cannot answer people.", channel.WRITTEN)
    number = history.find(slack, message, question.conversation)
    return channel.remote(slack, number, question.conversation) if number else None
