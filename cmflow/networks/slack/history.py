"""What is in the channel, and which of it is ours."""

from collections.abc import Iterator, Mapping
from typing import Any

from cmflow.model.errors import Unsure
from cmflow.netkit.answers import objects
from cmflow.netkit.errors import unreadable
from cmflow.netkit.network import Outgoing
from cmflow.networks.slack import names
from cmflow.networks.slack.call import Slack

EVENT = "cmflow_post"  # `event_type` of the metadata
SCOPE = "channels:history"
MARGIN = 600  # seconds between their clock and ours
PAGE, PAGES = 200, 10
SETTLE = "Look yourself, then: cmflow settle"
NO_THREAD = "thread_not_found"
BLIND = ("missing_scope", "not_in_channel", "channel_not_found")


def find(slack: Slack, message: Outgoing, root: str) -> str:
    """The `ts` of our message; "" where it certainly is not there."""
    files = [names.of(media.path, message.key, n) for n, media in enumerate(message.part.media)]
    for posted in messages(slack, root, message.written - MARGIN):
        attached = [str(file.get("name", "")) for file in objects(posted.get("files")) or ()]
        if _key(posted) == message.key or (files and attached == files):
            return str(posted.get("ts", ""))
    return ""


def with_file(slack: Slack, file: str, root: str, since: float) -> str:
    """The `ts` of the message that holds the file of this id; "" where it does not show yet."""
    for posted in messages(slack, root, since):
        if any(file_posted.get("id") == file for file_posted in objects(posted.get("files")) or ()):
            return str(posted.get("ts", ""))
    return ""


def messages(slack: Slack, root: str, since: float) -> Iterator[Mapping[str, Any]]:
    """What is in the channel, or in the thread, since then; `Unsure` where we may not read it, or not all."""
    method = "conversations.replies" if root else "conversations.history"
    fields = {"channel": slack.channel, "oldest": f"{since:.6f}", "limit": PAGE, "include_all_metadata": True}
    fields |= {"ts": root} if root else {}
    for _ in range(PAGES):
        body = slack.ask(method, fields, (*BLIND, NO_THREAD))
        if body.get("error") == NO_THREAD:
            return
        if body.get("ok") is not True:
            hint = f"Give the app the scope {SCOPE} (groups:history for a private channel), and invite it. {SETTLE}"
            raise Unsure(f"The bot may not read the channel ({body.get('error')}).", hint)
        page = objects(body.get("messages"))
        if page is None:
            raise unreadable("Slack")
        yield from page
        metadata = body.get("response_metadata")
        cursor = metadata.get("next_cursor") if isinstance(metadata, Mapping) else ""
        if not cursor:
            return
        fields["cursor"] = cursor
    raise Unsure("The channel holds too many messages to look through.", SETTLE)


def root(slack: Slack, number: str) -> str:
    """The first message of the thread that this one is in; itself where it is in none."""
    body = slack.ask("conversations.replies", {"channel": slack.channel, "ts": number, "limit": 1}, BLIND)
    first = next(iter(objects(body.get("messages")) or ()), {})
    return str(first.get("thread_ts") or number)


def _key(posted: Mapping[str, Any]) -> str:
    metadata = posted.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, Mapping) else None
    is_ours = isinstance(metadata, Mapping) and metadata.get("event_type") == EVENT
    return str(payload.get("id", "")) if is_ours and isinstance(payload, Mapping) else ""
