"""What the networks told becomes conversations: which messages are new, which were edited, which are gone. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from cmflow.ledger.conversations import fingerprint, voice
from cmflow.model import Conversation, Message, Trace
from cmflow.netkit.network import Mail

LONGEST = 2_000  # characters of an id; no network's is longer
HOUR = timedelta(hours=1)
WATCH = timedelta(days=14)  # how long a message is looked at again for edits and deletions
WATCHED = 200  # messages of an account that are looked at again in one run, the newest first


def receive(
    known: Mapping[str, Conversation],
    account: str,
    network: str,
    mail: Mail,
    now: datetime,
    posts: Collection[str] = (),
) -> dict[str, Conversation]:
    """The conversations that the mail changes, by their id. `known` are all of the account, `posts` the ids of ours.

    A conversation begins with a message of a person: our own posts alone are none. Below a post of ours, each comment
    begins one of its own, and what answers a message belongs to that message's conversation.
    """
    changed: dict[str, Conversation] = {}
    homes = {trace.id: id for id, conversation in known.items() for trace in conversation.traces if trace.id}
    for message in sorted(filter(_is_sound, mail.messages), key=_order):
        id = homes.get(message.id) or homes.get(message.above) or _home(message, posts)
        conversation = changed.get(id) or known.get(id)
        if conversation is None and message.author.ours:
            continue
        homes[message.id] = id
        conversation = conversation or Conversation(account, network, id)
        updated = _with(conversation, message, now)
        if updated != conversation:
            changed[id] = updated
    deleted = frozenset(mail.deleted)
    for conversation in _of([*changed.values()], known, deleted):
        traces = tuple(_gone(trace, deleted, now) for trace in conversation.traces)
        if traces != conversation.traces:
            changed[conversation.id] = replace(conversation, traces=traces)
    return changed


def _home(message: Message, posts: Collection[str]) -> str:
    """The id of a conversation that the message begins, or that its thread is: see `Conversation.thread`."""
    is_below_ours = message.conversation == message.post or message.conversation in posts
    return f"{message.conversation}\n{message.id}" if is_below_ours else message.conversation


def _order(message: Message) -> tuple[datetime, bool, str]:
    return message.time, message.author.ours, message.id


def watched(conversations: Iterable[Conversation], now: datetime) -> tuple[Trace, ...]:
    """The messages of people that may have been edited or deleted since they were read, the newest first."""
    traces = [
        trace
        for conversation in conversations
        if not conversation.purged
        for trace in conversation.traces
        if not trace.ours and trace.deleted is None and now - trace.time < WATCH
    ]
    return tuple(sorted(traces, key=lambda trace: trace.time, reverse=True)[:WATCHED])


def quarantine(
    conversations: Iterable[Conversation], fresh: Collection[str], burst: int, now: datetime
) -> frozenset[str]:
    """Which of the `fresh` conversations of an account are too many of strangers at once, by the network's id.

    A stranger has no other conversation with us. Those of the last hour count; the earliest are not put aside.
    """
    everything = tuple(conversations)
    voices = {trace.author for one in everything if one.id not in fresh for trace in one.traces if not trace.ours}
    recent = sum(now - (one.opened or one.time) < HOUR for one in everything if one.id not in fresh and one.opened)
    strangers = sorted(
        (one for one in everything if one.id in fresh and not _voices(one) & voices),
        key=lambda one: (one.time, one.id),
    )
    return frozenset(one.id for one in strangers[max(burst - recent, 0) :])


def _voices(conversation: Conversation) -> set[str]:
    return {trace.author for trace in conversation.traces if not trace.ours}


def _is_sound(message: Message) -> bool:
    return all(0 < len(id) <= LONGEST for id in (message.id, message.conversation))


def _with(conversation: Conversation, message: Message, now: datetime) -> Conversation:
    previous = conversation.trace(message.id)
    trace = _edited(previous, message, now) if previous else _trace(conversation.network, message, now)
    others = [other for other in conversation.traces if other.id != message.id]
    traces = tuple(sorted((*others, trace), key=lambda trace: (trace.time, trace.id)))
    is_answered_again = previous is None and not trace.ours
    if is_answered_again:  # by its author: there is a new text, which has its own time to go
        return replace(conversation, traces=traces, closed=None, purged=None)
    return replace(conversation, traces=traces)


def _trace(network: str, message: Message, now: datetime) -> Trace:
    return Trace(
        message.id,
        message.contact,
        min(message.time, now).replace(microsecond=0),
        voice(network, message.author.id),
        fingerprint(message.text),
        message.above,
        message.post,
        message.author.ours,
        message.visibility,
        message.until and message.until.replace(microsecond=0),
    )


def _edited(trace: Trace, message: Message, now: datetime) -> Trace:
    """The trace of a message that is read again. What was deleted and is there again was only hidden for a while.

    Of our own answers, the network's text is not quite what we sent: they are not followed.
    """
    if trace.ours:
        return replace(trace, deleted=None)
    text = fingerprint(message.text)
    edited = trace.edited if text == trace.text else min(message.edited or now, now).replace(microsecond=0)
    until = message.until and message.until.replace(microsecond=0)
    return replace(trace, text=text, edited=edited, until=until, deleted=None)


def _gone(trace: Trace, deleted: Collection[str], now: datetime) -> Trace:
    is_new = trace.id in deleted and trace.deleted is None
    return replace(trace, deleted=now.replace(microsecond=0)) if is_new else trace


def _of(
    changed: Iterable[Conversation], known: Mapping[str, Conversation], deleted: Collection[str]
) -> Iterator[Conversation]:
    """The conversations with a message that is gone, as they are by now."""
    latest = {**known, **{conversation.id: conversation for conversation in changed}}
    return (one for one in latest.values() if any(trace.id in deleted for trace in one.traces))
