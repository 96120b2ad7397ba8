"""Figures of messages, and of the server. A webhook sees its own messages, and not how many people are there."""

from collections.abc import Mapping

from cmflow.model import Receipt
from cmflow.netkit import figures
from cmflow.netkit.answers import document, objects
from cmflow.netkit.network import Figures
from cmflow.networks.discord import content
from cmflow.networks.discord.call import Discord

POST = ("reactions", "thread.message_count", "poll.votes")
MEMBERS = "approximate_member_count"


def metrics(discord: Discord, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
    """One request per message. Discord leaves out the reactions and the thread of a message that has none."""
    return tuple(_figures(discord, receipt) for receipt in receipts)


def account_metrics(discord: Discord) -> Figures:
    if not discord.is_bot:
        return {}
    answer = discord.ask("GET", f"/guilds/{discord.guild}", params={"with_counts": "true"})
    return figures.read(document(answer), (MEMBERS,))


def _figures(discord: Discord, receipt: Receipt) -> Figures:
    number = receipt.id or content.referenced(receipt.url, {}, discord.channel)[1]
    query = {"thread_id": discord.thread} if discord.thread and not discord.is_bot else {}
    answer = discord.ask("GET", discord.messages(number), (404,), params=query)
    message = document(answer) if answer.is_success else None
    if not isinstance(message, Mapping):
        return dict.fromkeys(POST)
    thread, poll = message.get("thread"), message.get("poll")
    replies = figures.read(thread, ("message_count",))["message_count"] if thread else 0
    return dict(zip(POST, (_sum(message.get("reactions", [])), replies, _votes(poll)), strict=True))


def _sum(rows: object, name: str = "count") -> int | float | None:
    counts = objects(rows)
    return None if counts is None else figures.added({str(n): row.get(name) for n, row in enumerate(counts)})


def _votes(poll: object) -> int | float | None:
    results = poll.get("results") if isinstance(poll, Mapping) else None
    return _sum(results.get("answer_counts")) if isinstance(results, Mapping) else None
