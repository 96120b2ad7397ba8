"""Helpers for tests of inboxes: what is asked, and the answer to a message."""

from datetime import datetime, timedelta
from typing import Any

from cmflow.model import Message, Part, Receipt, Text, Variant
from cmflow.netkit.network import Inquiry, Network, Outgoing, Question
from tests.networks.contract import NOON, trace

SINCE = NOON - timedelta(days=1)


def question(message: Message) -> Question:
    return Question(message.conversation, trace(message))


def answer(network: Network[Any], text: str, key: str = "k0", written: datetime = NOON, **changes: Any) -> Outgoing:
    """An answer of one part, as the limits of answers want it."""
    limits = network.reply_limits or network.limits
    part = Part(Text(text), limits.form(Text(text)))
    variant = Variant("reply-7", "team", network.name, NOON, (part,), digest="d" * 64, language="en")
    return Outgoing(variant, 0, key, written.timestamp(), **changes)


def inquiry(*posts: str, cursor: str = "", watched: tuple[Message, ...] = (), since: datetime = SINCE) -> Inquiry:
    """Asks for what is below these posts of ours, given by their ids."""
    receipts = tuple(Receipt(0, post, "", NOON) for post in posts)
    return Inquiry(cursor, since, receipts, tuple(map(trace, watched)))
