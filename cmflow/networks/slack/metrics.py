"""Figures of messages, and of the channel. A webhook can read neither."""

from collections.abc import Mapping
from typing import Any

from cmflow.model import Receipt
from cmflow.netkit import figures
from cmflow.netkit.answers import objects
from cmflow.netkit.network import Figures
from cmflow.networks.slack.call import Slack
from cmflow.networks.slack.channel import placed

POST = ("reactions", "reply_count")
MEMBERS = "num_members"
BLIND = ("missing_scope", "thread_not_found", "message_not_found")


def metrics(slack: Slack, receipts: tuple[Receipt, ...]) -> tuple[Figures, ...]:
    """One request per message. Slack leaves out the reactions and replies of a message that has none."""
    return tuple(_figures(slack, receipt) if slack.is_bot else dict.fromkeys(POST) for receipt in receipts)


def account_metrics(slack: Slack) -> Figures:
    """None for the members where the app may not see the channel."""
    if not slack.is_bot:
        return {}
    fields = {"channel": slack.channel, "include_num_members": True}
    return figures.read(slack.ask("conversations.info", fields, BLIND).get("channel"), (MEMBERS,))


def _figures(slack: Slack, receipt: Receipt) -> Figures:
    number = receipt.id or placed(receipt.url)[1]
    message = _message(slack, number)
    if message is None:
        return dict.fromkeys(POST)
    reactions = objects(message.get("reactions", []))
    sums = None if reactions is None else {str(place): row.get("count") for place, row in enumerate(reactions)}
    is_below = message.get("thread_ts", number) != number  # what is in a thread has no thread of its own
    replies = None if is_below else figures.added(message.get("reply_count", 0))
    return {"reactions": figures.added(sums), "reply_count": replies}


def _message(slack: Slack, number: str) -> Mapping[str, Any] | None:
    """The message, in the channel or in a thread; None where it is not there or we may not read it."""
    fields = {"channel": slack.channel, "ts": number, "oldest": number, "inclusive": True, "limit": 10}
    messages = objects(slack.ask("conversations.replies", fields, BLIND).get("messages")) or []
    return next((message for message in messages if message.get("ts") == number), None)
